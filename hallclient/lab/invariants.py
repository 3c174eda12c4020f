"""What must be true of a hall's database, recomputed from its rows by plain SQL.

Works on SQLite and PostgreSQL, on a hall in the middle of its day and on one that has closed.
Nothing here trusts the program: constraints, services and counters are all taken as suspects.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from hallclient.domain.hall import HallPlan
from hallclient.domain.journal import GENESIS, Entry, broken_at
from hallclient.storage.columns import UtcDateTime
from hallclient.storage.engine import READ
from hallclient.storage.store import SqlStore

PAGE: Final = 5000
_FAR: Final = datetime(9999, 1, 1, tzinfo=UTC)
_Wait: TypeAlias = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Deed:
    """Something a role was told is done. ``id`` is a ticket's, turn's or shift's.

    ``detail`` is the label for ``issued``, the ticket for ``called``, the outcome for ``ended``.
    """

    kind: str
    id: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Invariants:
    """What was found; a sound hall has zeros and no broken link."""

    duplicates: int
    """Labels given out more than once on a day, counted beyond the first."""
    double_calls: int
    """Calls of a ticket that was called already and not let in again, or is at another window."""
    overlapping_turns: int
    """Turns that began while another held the window."""
    lost: int
    """Deeds acknowledged to a role that the database does not know."""
    unaccounted: int
    """Tickets whose state nothing explains: no outcome, no open turn, not abandoned."""
    out_of_order: int
    """Calls while an older claim of the same queue waited."""
    ranks_passed: int
    """Calls of a window's later choice, for no ceiling, while an earlier one waited."""
    wrong_reasons: int
    """Calls whose journalled reason does not fit the time waited."""
    seq_gaps: int
    """Journal numbers missing, double, or not the hall's last one."""
    chain_broken_at: int | None
    """The first entry at which the chain of hashes does not hold."""
    acknowledged: int = field(default=0)
    """How many deeds were looked for."""

    @property
    def broken(self) -> tuple[str, ...]:
        """Return the names of the invariants that do not hold."""
        facts = asdict(self)
        del facts["acknowledged"]
        return tuple(name for name, value in facts.items() if value not in (0, None))


def check_invariants(engine: Engine, hall_id: str, deeds: Iterable[Deed] = ()) -> Invariants:
    """Recompute everything, and look for each of the deeds."""
    with engine.execution_options(**READ).connect() as connection:
        counts = {name: _count(connection, query, hall_id) for name, query in QUERIES.items()}
        known = list(deeds)
        lost = _lost(connection, hall_id, known)
        stored_head = str(_run(connection, HEAD, hall_id).scalar_one())
        waits = _waits(connection, hall_id)
    walk = _walk(engine, hall_id, stored_head)
    return Invariants(
        **counts,
        lost=lost,
        ranks_passed=sum(_passes(call, waits, walk.plan) for call in walk.later_choices),
        wrong_reasons=walk.wrong_reasons,
        chain_broken_at=walk.broken_at,
        acknowledged=len(known),
    )


HEAD: Final = "SELECT head FROM hall WHERE hall_id = :hall"

DUPLICATES: Final = """
SELECT coalesce(sum(n - 1), 0) FROM (
  SELECT count(*) AS n FROM ticket WHERE hall_id = :hall GROUP BY day, label HAVING count(*) > 1
) AS twice
"""

# The largest end so far, not the one before: a long turn may cover several short ones.
_OVERLAPS: Final = """
SELECT count(*) FROM (
  SELECT called_at, max(coalesce(ended_at, :far)) OVER (
    PARTITION BY {by} ORDER BY called_at, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  ) AS held_until
  FROM turn WHERE hall_id = :hall
) AS line WHERE held_until > called_at
"""
OVERLAPPING_TURNS: Final = _OVERLAPS.format(by="window_id")
TICKET_OVERLAPS: Final = _OVERLAPS.format(by="ticket_id")

# A ticket is called once, and once more for every time it was let in again or sent on. A turn of
# no call took up a held ticket.
CALLS_TOO_MANY: Final = """
SELECT coalesce(sum(calls - allowed), 0) FROM (
  SELECT sum(CASE WHEN turn.calls > 0 THEN 1 ELSE 0 END) AS calls,
         1 + max(ticket.requeued)
           + sum(CASE WHEN turn.result = 'transferred' THEN 1 ELSE 0 END) AS allowed
  FROM turn JOIN ticket ON ticket.hall_id = turn.hall_id AND ticket.id = turn.ticket_id
  WHERE turn.hall_id = :hall GROUP BY turn.ticket_id
) AS called WHERE calls > allowed
"""

RESUMED_TOO_OFTEN: Final = """
SELECT coalesce(sum(resumed - held), 0) FROM (
  SELECT sum(CASE WHEN calls = 0 THEN 1 ELSE 0 END) AS resumed,
         sum(CASE WHEN result = 'held' THEN 1 ELSE 0 END) AS held
  FROM turn WHERE hall_id = :hall GROUP BY ticket_id
) AS taken_up WHERE resumed > held
"""

UNACCOUNTED: Final = """
SELECT count(*) FROM ticket
JOIN hall ON hall.hall_id = ticket.hall_id
LEFT JOIN (
  SELECT hall_id, ticket_id,
         sum(CASE WHEN ended_at IS NULL THEN 1 ELSE 0 END) AS active,
         sum(CASE WHEN result = 'held' THEN 1 ELSE 0 END) AS held,
         sum(CASE WHEN calls = 0 THEN 1 ELSE 0 END) AS resumed,
         sum(CASE WHEN result NOT IN ('no_show', 'transferred', 'held') THEN 1 ELSE 0 END)
           AS outcomes
  FROM turn GROUP BY hall_id, ticket_id
) AS seen ON seen.hall_id = ticket.hall_id AND seen.ticket_id = ticket.id
LEFT JOIN (
  SELECT hall_id, subject FROM journal WHERE kind = 'ticket.abandoned' GROUP BY hall_id, subject
) AS gone ON gone.hall_id = ticket.hall_id AND gone.subject = 'ticket:' || ticket.id
WHERE ticket.hall_id = :hall AND NOT CASE
  WHEN ticket.status = 'ended' THEN coalesce(seen.active, 0) = 0
    AND (coalesce(seen.outcomes, 0) = 1 OR gone.subject IS NOT NULL)
  WHEN hall.open_day IS NULL OR hall.open_day <> ticket.day THEN 1 = 0
  WHEN ticket.status IN ('called', 'serving') THEN coalesce(seen.active, 0) = 1
  WHEN ticket.status = 'held' THEN coalesce(seen.active, 1) = 0
    AND seen.outcomes = 0 AND seen.held = seen.resumed + 1
  ELSE coalesce(seen.active, 0) = 0 AND coalesce(seen.outcomes, 0) = 0
END
"""

# A wait begins with the issue (a number from a kiosk's spool: when it is handed in), with being let
# in again or with a transfer, and ends with the next call. The key of a wait that ended in a
# no-show and was followed by another is known only where it had no credit; the queue between two
# transfers only from the journal's words: such a wait is left out. Whoever was chosen passed others
# by intention.
_WAITS: Final = """
WITH moved AS (
  SELECT CAST(substr(subject, 8) AS BIGINT) AS ticket_id, kind, at,
         CASE WHEN data LIKE '%"why":"chosen"%' THEN 1 ELSE 0 END AS chosen
  FROM journal WHERE hall_id = :hall
    AND kind IN ('ticket.requeued', 'ticket.prioritised', 'ticket.transferred', 'ticket.called')
), sent AS (
  SELECT ticket_id, min(at) AS first, max(at) AS last
  FROM moved WHERE kind = 'ticket.transferred' GROUP BY ticket_id
), back AS (
  SELECT ticket_id, max(at) AS last FROM moved
  WHERE kind IN ('ticket.requeued', 'ticket.prioritised') GROUP BY ticket_id
), since AS (
  SELECT id AS ticket_id, CASE WHEN channel <> 'offline' THEN issued_at ELSE (
    SELECT min(at) FROM journal WHERE hall_id = :hall AND kind = 'ticket.issued'
      AND subject = 'ticket:' || ticket.id) END AS at
  FROM ticket WHERE hall_id = :hall
  UNION ALL SELECT ticket_id, last FROM back
  UNION ALL SELECT ticket_id, at FROM moved WHERE kind = 'ticket.transferred'
), begun AS (
  SELECT ticket.id, ticket.day, since.at AS since, ticket.ended_at,
         CASE WHEN sent.last IS NULL OR since.at >= sent.last THEN ticket.queue_id
              WHEN since.at < sent.first THEN queue.id END AS queue_id,
         CASE WHEN back.last IS NULL OR since.at >= back.last THEN ticket.claim_at
              WHEN ticket.priority = 'normal' AND since.at = ticket.issued_at
              THEN ticket.issued_at END AS claim
  FROM since JOIN ticket ON ticket.hall_id = :hall AND ticket.id = since.ticket_id
  JOIN service ON service.hall_id = :hall AND service.id = ticket.service_id
  LEFT JOIN queue ON queue.hall_id = :hall AND queue.code = service.queue
  LEFT JOIN sent ON sent.ticket_id = ticket.id
  LEFT JOIN back ON back.ticket_id = ticket.id
), events AS (
  SELECT id, 0 AS is_call, since AS at, queue_id, day, claim, ended_at, 0 AS chosen FROM begun
  UNION ALL
  SELECT turn.ticket_id, 1, called_at, NULL, NULL, NULL, NULL, coalesce(moved.chosen, 0)
  FROM turn LEFT JOIN moved ON moved.kind = 'ticket.called'
    AND moved.ticket_id = turn.ticket_id AND moved.at = turn.called_at
  WHERE turn.hall_id = :hall AND turn.calls > 0
), waits AS (
  SELECT id, queue_id, day, claim, at AS since, called_at, chosen_call,
         coalesce(called_at, ended_at, :far) AS until
  FROM (
    SELECT events.*,
           lead(CASE WHEN is_call = 1 THEN at END) OVER line AS called_at,
           lead(chosen) OVER line AS chosen_call
    FROM events WINDOW line AS (PARTITION BY id ORDER BY at, is_call)
  ) AS line
  WHERE is_call = 0 AND claim IS NOT NULL AND queue_id IS NOT NULL
)
"""
_PASSED_OVER: Final = """
SELECT count(*) FROM waits AS taken
WHERE taken.called_at IS NOT NULL AND taken.chosen_call = 0 AND EXISTS (
  SELECT 1 FROM waits AS passed
  WHERE passed.queue_id = taken.queue_id AND passed.day = taken.day
    AND passed.since < taken.called_at AND passed.until > taken.called_at
    AND (passed.claim < taken.claim OR (passed.claim = taken.claim AND passed.id < taken.id))
)
"""
OUT_OF_ORDER: Final = "".join((_WAITS, _PASSED_OVER))
WAITS: Final = "".join((_WAITS, "SELECT queue_id, since, until FROM waits"))

SEQ_GAPS: Final = """
SELECT abs(max(hall.seq) - count(journal.seq)) + abs(max(hall.seq) - coalesce(max(journal.seq), 0))
     + coalesce(abs(min(journal.seq) - 1), 0)
FROM hall LEFT JOIN journal ON journal.hall_id = hall.hall_id WHERE hall.hall_id = :hall
"""

QUERIES: Final[Mapping[str, tuple[str, ...]]] = {
    "duplicates": (DUPLICATES,),
    "double_calls": (TICKET_OVERLAPS, CALLS_TOO_MANY),
    "overlapping_turns": (OVERLAPPING_TURNS,),
    "unaccounted": (UNACCOUNTED, RESUMED_TOO_OFTEN),
    "out_of_order": (OUT_OF_ORDER,),
    "seq_gaps": (SEQ_GAPS,),
}

# What a deed leaves behind: its id, and its detail where there is one.
TRACES: Final[Mapping[str, str]] = {
    "issued": "SELECT id, label FROM ticket WHERE hall_id = :hall",
    "delivered": "SELECT id, '' FROM ticket WHERE hall_id = :hall AND delivered_at IS NOT NULL",
    "requeued": "SELECT id, '' FROM ticket WHERE hall_id = :hall AND requeued > 0",
    "called": "SELECT id, CAST(ticket_id AS TEXT) FROM turn WHERE hall_id = :hall",
    "recalled": "SELECT id, '' FROM turn WHERE hall_id = :hall AND calls > 1",
    "started": "SELECT id, '' FROM turn WHERE hall_id = :hall AND started_at IS NOT NULL",
    "no_show": "SELECT id, '' FROM turn WHERE hall_id = :hall AND result = 'no_show'",
    "ended": "SELECT id, result FROM turn WHERE hall_id = :hall AND ended_at IS NOT NULL",
    "rated": "SELECT turn_id, '' FROM rating WHERE hall_id = :hall",
    "signed_in": "SELECT id, '' FROM shift WHERE hall_id = :hall",
}


def _count(connection: Connection, queries: Sequence[str], hall_id: str) -> int:
    return sum(int(_run(connection, query, hall_id).scalar_one()) for query in queries)


def _run(connection: Connection, query: str, hall_id: str) -> sa.CursorResult[Any]:
    statement = sa.text(query).bindparams(hall=hall_id)
    if ":far" in query:
        statement = statement.bindparams(sa.bindparam("far", _FAR, type_=UtcDateTime()))
    return connection.execute(statement)


def _lost(connection: Connection, hall_id: str, deeds: Sequence[Deed]) -> int:
    traces = {
        kind: {tuple(row) for row in _run(connection, TRACES[kind], hall_id)}
        for kind in {deed.kind for deed in deeds}
    }
    return sum((deed.id, deed.detail) not in traces[deed.kind] for deed in deeds)


def _waits(connection: Connection, hall_id: str) -> dict[int, list[_Wait]]:
    """Return when somebody waited in each queue, by the queue's id."""
    moment = UtcDateTime()
    typed = sa.text(WAITS).columns(queue_id=sa.BigInteger(), since=moment, until=moment)
    waits: dict[int, list[_Wait]] = defaultdict(list)
    far = sa.bindparam("far", _FAR, type_=moment)
    for queue_id, since, until in connection.execute(typed.bindparams(far, hall=hall_id)):
        waits[queue_id].append((since, until))
    return waits


@dataclass(slots=True)
class _Walk:
    """What one walk through the journal found."""

    plan: HallPlan
    broken_at: int | None = None
    wrong_reasons: int = 0
    later_choices: list[Entry] = field(default_factory=list)


def _walk(engine: Engine, hall_id: str, expected_head: str) -> _Walk:
    store = SqlStore(engine, hall_id)
    walk, seq, head = _Walk(store.plan()), 0, GENESIS
    while True:
        with store.look() as reader:
            page = reader.entries_after(seq, PAGE)
        if not page:
            break
        if walk.broken_at is None:
            walk.broken_at = broken_at(page, head, seq)
        for entry in page:
            if entry.kind == "ticket.called":
                walk.wrong_reasons += _wrong_reason(entry, walk.plan)
                if entry.data["why"] == "rank" and entry.data.get("rank", 1) != 1:
                    walk.later_choices.append(entry)
        seq, head = page[-1].seq, page[-1].hash
    if walk.broken_at is None and head != expected_head:
        walk.broken_at = seq
    return walk


def _passes(call: Entry, waits: Mapping[int, Sequence[_Wait]], plan: HallPlan) -> bool:
    """Say whether somebody waited in a queue that the calling window prefers."""
    window = plan.window_of.get(call.window)
    if window is None:
        return False
    preferred = window.ranks[: int(str(call.data["rank"])) - 1]
    ids = [plan.queue(code).id for codes in preferred for code in codes]
    return any(since < call.at < until for id_ in ids for since, until in waits.get(id_, ()))


def _wrong_reason(entry: Entry, plan: HallPlan) -> bool:
    """Say whether a call claims its rank where the ceiling came first, or the other way round.

    The journal has whole seconds; within the second of the ceiling both are right. A transferred
    ticket waits in another queue than its service's.
    """
    service = plan.service_of.get(str(entry.data.get("service")))
    code = entry.data.get("queue") or (service.queue if service else "")
    queue = plan.queue_of.get(str(code))
    if queue is None or entry.data["why"] == "chosen":
        return False
    own = queue.ceiling_minutes
    ceiling = 60 * (plan.rules.ceiling_minutes if own is None else own)
    waited = int(str(entry.data["claim_seconds"]))
    if waited == ceiling:
        return False
    return (entry.data["why"] == "ceiling") != (waited > ceiling)
