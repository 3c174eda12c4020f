"""What must be true of a hall's database, recomputed from its rows by plain SQL.

Works on SQLite and PostgreSQL, on a hall in the middle of its day and on one that has closed.
Nothing here trusts the program: constraints, services and counters are all taken as suspects.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from hallclient.domain.hall import HallPlan
from hallclient.domain.journal import GENESIS, Entry, broken_at, canonical
from hallclient.lab import invariant_paces as paces
from hallclient.lab import invariant_public as public
from hallclient.lab.invariant_floor import SECRETS
from hallclient.lab.invariant_queries import HEAD, NUMBERS, PERSONS, QUERIES, TRACES, WAITS
from hallclient.storage.columns import UtcDateTime
from hallclient.storage.engine import READ
from hallclient.storage.store import SqlStore

PAGE: Final = 5000
_FAR: Final = datetime(9999, 1, 1, tzinfo=UTC)
_Wait: TypeAlias = tuple[datetime, datetime]
_Ranks: TypeAlias = tuple[tuple[str, ...], ...]


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
    """Calls while an older claim of the same queue waited, or before time while anybody did."""
    ranks_passed: int
    """Calls of a window's later choice, for no ceiling, while an earlier one waited."""
    wrong_reasons: int
    """Calls whose journalled reason does not fit the time waited."""
    seq_gaps: int
    """Journal numbers missing, double, or not the hall's last one."""
    chain_broken_at: int | None
    """The first entry at which the chain of hashes does not hold."""
    miscounted: int = 0
    """Queues whose count of waiting tickets, longest wait or stop is not what the rows say."""
    personal: int = 0
    """Journal entries with a person's key or name, a note, or what is confidential of a rating."""
    misbound: int = 0
    """Tickets that wait for a window or a person no longer in the hall, or are bound in vain."""
    misheld: int = 0
    """Held tickets that nobody knows why, and holds without a held ticket."""
    unsound_cases: int = 0
    """Numbers given twice, results without an end, suspensions that end before they begin."""
    outlived: int = 0
    """Persons on record, and windows lent, whose day is over."""
    misreported: int = 0
    """Calls shown or spoken before they were, of which nothing is said, or that were both spoken
    and not."""
    unsound_ratings: int = 0
    """Ratings with reasons of another level, given before the end, twice, or by nobody but with a
    reason or a telephone."""
    double_emergencies: int = 0
    """Zones in which two emergencies stand at once."""
    mispaced: int = 0
    """Queues whose pace does not know who waits or how many windows are open, and tickets whose
    first call is not that of their turns."""
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
        persons = frozenset(_run(connection, PERSONS, hall_id).scalars())
        numbers = frozenset(_run(connection, NUMBERS, hall_id).scalars())
        secrets = tuple(
            text
            for query in (SECRETS, public.SECRETS)
            for text in _run(connection, query, hall_id).scalars()
            if text not in numbers  # a note of a number alone tells nothing that is not called out
        )
        counts["mispaced"] += paces.mispaced(SqlStore(engine, hall_id))
        counts["unsound_ratings"] += public.wrong_reasons_given(
            (row.level, row.reasons) for row in _run(connection, public.REASONS, hall_id)
        )
        counts["double_emergencies"] = public.double_emergencies(
            _run(connection, public.EMERGENCIES, hall_id).scalars(),
            _run(connection, public.ZONES, hall_id).scalars(),
        )
        stored_head = str(_run(connection, HEAD, hall_id).scalar_one())
        waits = _waits(connection, hall_id)
    walk = _walk(engine, hall_id, stored_head, _Secrets(persons, secrets))
    return Invariants(
        **counts,
        lost=lost,
        ranks_passed=sum(_passes(*call, waits, walk.plan) for call in walk.later_choices),
        wrong_reasons=walk.wrong_reasons,
        chain_broken_at=walk.broken_at,
        personal=walk.personal,
        acknowledged=len(known),
    )


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


@dataclass(frozen=True, slots=True)
class _Secrets:
    """What no entry may say: whole words, and texts."""

    words: frozenset[str]
    texts: tuple[str, ...]

    def told_by(self, entry: Entry) -> bool:
        """Say whether an entry tells one of them, or how somebody rated."""
        if public.tells_a_rating(entry):
            return True
        if not self.words and not self.texts:
            return False
        said = f"{entry.subject} {entry.actor} {canonical(entry.data)}"
        return not self.words.isdisjoint(re.findall(r"\w+", said)) or any(
            text in said for text in self.texts
        )


@dataclass(slots=True)
class _Walk:
    """What one walk through the journal found."""

    plan: HallPlan
    broken_at: int | None = None
    wrong_reasons: int = 0
    personal: int = 0
    later_choices: list[tuple[Entry, _Ranks]] = field(default_factory=list)
    """Calls with the queues that their window preferred then."""
    lent: dict[str, _Ranks] = field(default_factory=dict)
    """The ranks of windows that are lent just then, by code."""


def _walk(engine: Engine, hall_id: str, expected_head: str, secrets: _Secrets) -> _Walk:
    store = SqlStore(engine, hall_id)
    walk, seq, head = _Walk(store.plan().as_filed), 0, GENESIS
    while True:
        with store.look() as reader:
            page = reader.entries_after(seq, PAGE)
        if not page:
            break
        if walk.broken_at is None:
            walk.broken_at = broken_at(page, head, seq)
        for entry in page:
            _note(walk, entry, secrets)
        seq, head = page[-1].seq, page[-1].hash
    if walk.broken_at is None and head != expected_head:
        walk.broken_at = seq
    return walk


def _note(walk: _Walk, entry: Entry, secrets: _Secrets) -> None:
    walk.personal += secrets.told_by(entry)
    if entry.kind == "ticket.called":
        walk.wrong_reasons += _wrong_reason(entry, walk.plan)
        if entry.data["why"] == "rank" and entry.data.get("rank", 1) != 1:
            walk.later_choices.append((entry, _preferred(walk, entry)))
    elif entry.kind == "window.lent":
        ranks: Any = entry.data["ranks"]
        walk.lent[entry.window] = tuple(map(tuple, ranks))
    elif entry.kind == "window.given_back":
        walk.lent.pop(entry.window, None)
    elif entry.kind == "day.closed":
        walk.lent.clear()


def _preferred(walk: _Walk, call: Entry) -> _Ranks:
    """Return the queues that the calling window preferred to the one it called from."""
    window = walk.plan.window_of.get(call.window)
    ranks = walk.lent.get(call.window, window.ranks if window is not None else ())
    return ranks[: int(str(call.data["rank"])) - 1]


def _passes(
    call: Entry, preferred: _Ranks, waits: Mapping[int, Sequence[_Wait]], plan: HallPlan
) -> bool:
    """Say whether somebody waited in a queue that the calling window prefers."""
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
