"""What became of the promises: the acknowledged lines beside the rows, by plain SQL.

No service is asked. An operation is *found* when its row says what was promised, *lost* when not.
A move made offline that the hall could not take is told to a supervisor (``offline_move``): that is
a promise kept, and counted apart.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hallclient.lab.faults.acks import NO_PROMISE, Ack
from hallclient.lab.invariants import check_invariants
from hallclient.storage.engine import READ, open_engine

_DOUBLED: Final = {
    "numbers": "SELECT count(*) - count(DISTINCT CAST(day AS TEXT) || label) FROM ticket",
    "requests": "SELECT count(*) - count(DISTINCT request_id) FROM ticket",
    "ratings": "SELECT count(*) - count(DISTINCT turn_id) FROM rating",
    "at two windows": """
        SELECT count(*) FROM turn AS one JOIN turn AS other
        ON other.ticket_id = one.ticket_id AND other.id > one.id
        WHERE one.ended_at IS NULL OR one.ended_at > other.called_at""",
    "two at a window": """
        SELECT count(*) FROM turn AS one JOIN turn AS other
        ON other.window_id = one.window_id AND other.id > one.id
        WHERE one.ended_at IS NULL OR one.ended_at > other.called_at""",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found; a promise is broken where ``lost``, ``doubled`` or ``broken`` is not none."""

    acknowledged: int = 0
    found: int = 0
    told: int = 0
    """Of those found: moves made offline that became a supervisor's task."""
    unacknowledged: int = 0
    """Numbers and turns in the database that nobody was told of: harmless."""
    lost: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    """Invariants of the hall that do not hold (``lab.invariants``)."""

    @property
    def sound(self) -> bool:
        """Return whether all promises were kept."""
        return not (self.lost or self.doubled or self.broken)

    def __add__(self, other: "Verdict") -> "Verdict":
        return Verdict(
            self.acknowledged + other.acknowledged,
            self.found + other.found,
            self.told + other.told,
            self.unacknowledged + other.unacknowledged,
            self.lost + other.lost,
            self.doubled + other.doubled,
            self.broken + other.broken,
        )


@dataclass(slots=True)
class _Rows:
    """All that promises are looked for in."""

    tickets: Mapping[str, str]
    turns: Mapping[int, Any]
    rated: frozenset[int]
    troubled: frozenset[int]
    journal: Mapping[int, str]
    told: set[int] = field(default_factory=set)


def judge(url: str, hall_id: str, acks: Iterable[Ack], *, whole: bool = True) -> Verdict:
    """Look for every promise; ``whole`` walks the journal and all invariants too."""
    promised = [ack for ack in acks if ack.op not in NO_PROMISE]
    engine = open_engine(url, role="judge", must_exist=True)
    try:
        with engine.execution_options(**READ).connect() as connection:
            rows = _rows(connection)
            doubled = {name: _count(connection, query) for name, query in _DOUBLED.items()}
        lost = [ack for ack in promised if not _KEPT[ack.op](rows, ack.facts)]
        broken = check_invariants(engine, hall_id).broken if whole else ()
    finally:
        engine.dispose()
    told = sum(ack.op == "kept" and ack.facts["turn"] in rows.told for ack in promised)
    return Verdict(
        acknowledged=len(promised),
        found=len(promised) - len(lost),
        told=told,
        unacknowledged=_unacknowledged(rows, promised),
        lost=tuple(f"{ack.op} {ack.who} {ack.facts}" for ack in lost),
        doubled=(
            *(f"{count} {name}" for name, count in doubled.items() if count),
            *_given_twice(promised),
        ),
        broken=broken,
    )


def _count(connection: Connection, query: str) -> int:
    found: int = connection.execute(sa.text(query)).scalar_one()
    return found


def _rows(connection: Connection) -> _Rows:
    def rows(query: str) -> list[Any]:
        return list(connection.execute(sa.text(query)))

    return _Rows(
        {row[0]: row[1] for row in rows("SELECT request_id, label FROM ticket")},
        {row.id: row for row in rows("SELECT id, ticket_id, started_at, calls, result FROM turn")},
        frozenset(row[0] for row in rows("SELECT turn_id FROM rating")),
        frozenset(row[0] for row in rows("SELECT turn_id FROM offline_move WHERE trouble <> ''")),
        {row[0]: row[1] for row in rows("SELECT seq, hash FROM journal")},
    )


def _unacknowledged(rows: _Rows, promised: list[Ack]) -> int:
    requests = {ack.facts["request"] for ack in promised if "request" in ack.facts}
    turns = {ack.facts["turn"] for ack in promised if ack.op in ("called", "resumed")}
    numbers = sum(not one.startswith("before ") for one in rows.tickets.keys() - requests)
    return numbers + len(rows.turns.keys() - turns)


def _given_twice(promised: list[Ack]) -> list[str]:
    """Return what two people were told to have: one request's number, one turn's call."""
    requests = Counter(ack.facts["request"] for ack in promised if "request" in ack.facts)
    calls = Counter(ack.facts["turn"] for ack in promised if ack.op in ("called", "resumed"))
    # A clerk who is started again without the database may record once more what is recorded.
    ended = Counter((ack.op, ack.facts["turn"]) for ack in promised if ack.op in ("ended", "kept"))
    return [
        *(f"request {one} was answered {n} times" for one, n in requests.items() if n > 1),
        *(f"turn {one} was called {n} times" for one, n in calls.items() if n > 1),
        *(f"turn {one} was {op} {n} times" for (op, one), n in ended.items() if n > 1),
    ]


def _numbered(rows: _Rows, facts: Mapping[str, Any]) -> bool:
    return bool(rows.tickets.get(facts["request"]) == facts["label"])


def _called(rows: _Rows, facts: Mapping[str, Any]) -> bool:
    turn = rows.turns.get(facts["turn"])
    return turn is not None and bool(turn.ticket_id == facts["ticket"])


def _started(rows: _Rows, facts: Mapping[str, Any]) -> bool:
    turn = rows.turns.get(facts["turn"])
    return turn is not None and turn.started_at is not None


def _recalled(rows: _Rows, facts: Mapping[str, Any]) -> bool:
    turn = rows.turns.get(facts["turn"])
    return turn is not None and bool(turn.calls >= int(facts["calls"]))


def _ended(rows: _Rows, facts: Mapping[str, Any]) -> bool:
    turn = rows.turns.get(facts["turn"])
    return turn is not None and bool(turn.result == facts["result"])


def _kept(rows: _Rows, facts: Mapping[str, Any]) -> bool:
    if _ended(rows, facts):
        return True
    told = facts["turn"] in rows.troubled
    rows.told.update([facts["turn"]] if told else [])
    return told


_KEPT: Final[Mapping[str, Callable[[_Rows, Mapping[str, Any]], bool]]] = {
    "issued": _numbered,
    "spooled": _numbered,
    "called": _called,
    "resumed": _called,
    "started": _started,
    "recalled": _recalled,
    "ended": _ended,
    "kept": _kept,
    "rated": lambda rows, facts: facts["turn"] in rows.rated,
    "kept_rating": lambda rows, facts: facts["turn"] in rows.rated | rows.troubled,
    "seen": lambda rows, facts: rows.journal.get(facts["seq"]) == facts["hash"],
}
