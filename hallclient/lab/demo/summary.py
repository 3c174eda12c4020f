"""What the play left in the database: counted by SQL, held against what people saw."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import sqlalchemy as sa

from hallclient.bootstrap.halls import open_hall
from hallclient.domain.ticket import Channel
from hallclient.lab.demo.people import Witness
from hallclient.lab.invariants import Invariants, check_invariants
from hallclient.storage.engine import READ


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of ``summary.json``. ``lost``: seen by somebody and not in the database."""

    issued: int
    delivered: int
    called: int
    ended: int
    rated: int
    no_shows: int
    by_caller: int
    """Tickets that ended at the window without a PC."""
    channels: dict[str, int]
    """Tickets by how they came about: kiosk, usher, booked, offline."""
    elderly: int
    """Tickets that go ahead for their holders' age."""
    checked_in: int
    requeued: int
    itineraries: int
    """Tickets for several services."""
    finished_itineraries: int
    """Those of them whose last service is done."""
    together: int
    """Tickets taken in one go with others, for several principals."""
    handed_in: int
    """Numbers that the kiosk gave out from its spool and the database knows now."""
    helped: int
    """Calls for help that were answered."""
    cases: dict[str, int]
    """Cases by the outcome that opened them."""
    promised: int
    """Those of them that run until a due day."""
    lists: int
    """Lists of what is missing, told at once."""
    holds: int
    resumed: int
    transfers: int
    splits: int
    taken_back: int
    """Moves that were taken back within their seconds."""
    alarms: int
    """Alarms that the console told."""
    alarms_taken: int
    """Answers to alarms: calls gone to, absences noted, call-backs begun."""
    lent: int
    """Windows that served other queues than usual."""
    stops: int
    """Queues that were stopped; ``reopened`` are those that give out numbers again."""
    reopened: int
    bulletins: int
    bulletins_shown: int
    """Of the bulletins, those that somebody read on the display."""
    calls_shown: int
    """Calls, each recall for itself, that a board has reported as painted."""
    calls_spoken: int
    calls_unspoken: int
    """Of those that were not spoken, the ones whose reason is noted."""
    rated_on_screen: int
    rated_on_keypad: int
    follow_ups: int
    """Bad ratings whose call-back was recorded."""
    published: int
    """Pictures; ``published_shown`` stood on the display."""
    published_shown: int
    drills: int
    drills_seen: int
    """Drills that covered every public screen and ended there."""
    duplicates: int
    double_calls: int
    lost: int
    ticket_bytes_max: int | None
    printed: int | None
    chain_whole: bool
    invariants: dict[str, object]
    troubles: tuple[str, ...]
    died: dict[str, int]

    @property
    def broken(self) -> list[str]:
        """What broke, in words; empty when all held."""
        wrong = [name for name in ("duplicates", "double_calls", "lost") if getattr(self, name)]
        wrong += [] if self.chain_whole else ["the journal's chain"]
        wrong += [name for name in _ALSO if self.invariants[name]]
        wrong += [f"{name} ended with {code}" for name, code in self.died.items()]
        if self.issued == 0:
            wrong.append("no ticket was issued")
        return wrong


def summarise(
    database: str,
    hall_id: str,
    since_id: int,
    witness: Witness,
    tickets: Sequence[tuple[str, bytes]] | None,
    died: dict[str, int],
    counter: int = 0,
) -> Summary:
    """Count what happened from ``since_id`` on. ``tickets`` are numbers and bytes of the paper.

    ``counter`` is the id of the window without a PC, 0 for none.
    """
    hall = open_hall(database, hall_id, "demo")
    try:
        with hall.engine.execution_options(**READ).connect() as connection:
            counts = {
                name: connection.execute(
                    sa.text(query),
                    {"hall": hall.hall_id, "since": since_id, "counter": counter},
                ).scalar_one()
                for name, query in _COUNTS.items()
            }
            by_channel = connection.execute(
                sa.text(f"SELECT channel, count(*) {_OWN} GROUP BY channel"),
                {"hall": hall.hall_id, "since": since_id},
            )
            channels: dict[str, int] = {channel: count for channel, count in by_channel}  # noqa: C416
            by_outcome = connection.execute(
                sa.text(f"SELECT kind, count(*) {_CASES} GROUP BY kind"),
                {"hall": hall.hall_id, "since": since_id},
            )
            cases: dict[str, int] = {kind: count for kind, count in by_outcome}  # noqa: C416
            known = set(
                connection.execute(
                    sa.text("SELECT label FROM ticket WHERE hall_id = :hall AND id >= :since"),
                    {"hall": hall.hall_id, "since": since_id},
                ).scalars()
            )
        found: Invariants = check_invariants(hall.engine, hall.hall_id)
    finally:
        hall.close()
    seen = [*witness.taken, *witness.called, *(number for number, _raw in tickets or ())]
    facts = asdict(found)
    return Summary(
        **counts,
        channels=channels,
        cases=cases,
        alarms=len(witness.alarms),
        bulletins_shown=witness.bulletins,
        published_shown=witness.pictures,
        drills_seen=witness.drills,
        handed_in=channels.get(Channel.OFFLINE, 0),
        duplicates=found.duplicates,
        double_calls=found.double_calls + found.overlapping_turns,
        lost=found.lost + sum(label not in known for label in seen),
        ticket_bytes_max=max((len(raw) for _n, raw in tickets), default=0) if tickets else None,
        printed=None if tickets is None else len(tickets),
        chain_whole=found.chain_broken_at is None and found.seq_gaps == 0,
        invariants=facts,
        troubles=tuple(witness.troubles),
        died=died,
    )


def next_id(database: str, hall_id: str) -> int:
    """Return the id that the hall gives out next."""
    hall = open_hall(database, hall_id, "demo")
    try:
        with hall.engine.execution_options(**READ).connect() as connection:
            return int(
                connection.execute(
                    sa.text("SELECT next_id FROM hall WHERE hall_id = :hall"),
                    {"hall": hall.hall_id},
                ).scalar_one()
            )
    finally:
        hall.close()


_ALSO = (
    "unaccounted",
    "out_of_order",
    "ranks_passed",
    "wrong_reasons",
    "miscounted",
    "personal",
    "misbound",
    "misheld",
    "unsound_cases",
    "outlived",
    "misreported",
    "unsound_ratings",
    "double_emergencies",
)
"""Invariants without a figure of their own."""
_OWN = "FROM ticket WHERE hall_id = :hall AND id >= :since"
_TURNS = "FROM turn WHERE hall_id = :hall AND id >= :since"
_CASES = "FROM case_record WHERE hall_id = :hall AND id >= :since"
_STEPPED = "SELECT ticket_id FROM ticket_step WHERE hall_id = :hall"
_MOVES = (
    "FROM journal WHERE hall_id = :hall AND seq > (SELECT coalesce(min(seq), 0) FROM journal"
    " WHERE hall_id = :hall AND kind = 'ticket.issued')"
)
_CALLS = "FROM announced WHERE hall_id = :hall AND turn_id >= :since"
_RATED = "FROM rating WHERE hall_id = :hall AND id >= :since AND origin = 'active'"
_PUBLISHED = "FROM publication WHERE hall_id = :hall AND id >= :since AND kind"
_GO, _GOES = "request_id", "SELECT request_id FROM ticket WHERE hall_id = :hall"
_COUNTS = {
    "issued": f"SELECT count(*) {_OWN}",
    "delivered": f"SELECT count(*) {_OWN} AND delivered_at IS NOT NULL",
    "called": f"SELECT count(*) {_TURNS}",
    "ended": f"SELECT count(*) {_TURNS} AND ended_at IS NOT NULL AND result <> 'no_show'",
    "by_caller": f"SELECT count(*) {_TURNS} AND ended_at IS NOT NULL AND window_id = :counter",
    "rated": "SELECT count(*) FROM rating WHERE hall_id = :hall AND id >= :since",
    "calls_shown": f"SELECT count(*) {_CALLS} AND shown_at IS NOT NULL",
    "calls_spoken": f"SELECT count(*) {_CALLS} AND spoken_at IS NOT NULL",
    "calls_unspoken": f"SELECT count(*) {_CALLS} AND why IS NOT NULL",
    "rated_on_screen": f"SELECT count(*) {_RATED} AND device LIKE 'screen %'",
    "rated_on_keypad": f"SELECT count(*) {_RATED} AND device NOT LIKE 'screen %'",
    "follow_ups": f"SELECT count(*) {_MOVES} AND kind = 'follow_up.recorded'",
    "published": f"SELECT count(*) {_PUBLISHED} = 'picture'",
    "drills": f"SELECT count(*) {_PUBLISHED} = 'emergency'",
    "no_shows": f"SELECT count(*) {_TURNS} AND result = 'no_show'",
    "elderly": f"SELECT count(*) {_OWN} AND priority = 'elderly'",
    "checked_in": "SELECT count(*) FROM appointment WHERE hall_id = :hall AND state = 'arrived'"
    " AND ticket_id >= :since",
    "requeued": f"SELECT count(*) {_MOVES} AND kind = 'ticket.requeued'",
    "itineraries": f"SELECT count(*) {_OWN} AND id IN ({_STEPPED})",
    "finished_itineraries": f"SELECT count(*) {_OWN} AND id IN ({_STEPPED}) AND status = 'ended'",
    "together": f"SELECT count(*) {_OWN} AND ({_GO} LIKE '%+_' OR {_GO} || '+2' IN ({_GOES}))",
    "helped": f"SELECT count(*) {_MOVES} AND kind = 'help.answered'",
    "promised": f"SELECT count(*) {_CASES} AND kind IN ('promised', 'joint', 'escalated')"
    " AND (due_on IS NOT NULL OR due_at IS NOT NULL)",
    "lists": f"SELECT count(*) {_CASES} AND kind = 'supplement' AND missing <> '[]'",
    **{
        name: f"SELECT count(*) {_MOVES} AND kind = '{kind}'"
        for name, kind in (
            ("holds", "turn.held"),
            ("resumed", "turn.resumed"),
            ("transfers", "ticket.transferred"),
            ("splits", "ticket.split"),
            ("taken_back", "move.taken_back"),
            ("lent", "window.lent"),
            ("stops", "queue.stopped"),
            ("reopened", "queue.reopened"),
            ("bulletins", "bulletin.posted"),
        )
    },
    "alarms_taken": f"SELECT count(*) {_MOVES}"
    " AND kind IN ('help.answered', 'staff.leave', 'follow_up.taken')",
}
