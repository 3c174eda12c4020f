"""When the floor is told that calls are not seen, or that a board is away (domain.md §6).

In a hall that knows no board for a zone nothing of this is an alarm.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from hallclient.domain.alarm import Alarm, AlarmKind, Severity, Verb

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hallclient.domain.alarm_rules import FloorFacts

BOARD_SILENT: Final = timedelta(seconds=30)
"""Three times what passes between two words of a board."""
LONG_CALLED: Final = timedelta(minutes=10)
"""A call from so long ago stands on no board any more; it is told as one that was left."""


@dataclass(frozen=True, slots=True)
class BoardFact:
    """A board that the hall knows; no zones: the whole hall. ``ended``: it was closed."""

    name: str
    zones: tuple[str, ...]
    seen_at: datetime
    ended: bool = False

    def shows(self, zone: str) -> bool:
        """Return whether it is there to show the calls of a zone."""
        return not self.zones or zone in self.zones

    def away(self, now: datetime) -> bool:
        """Return whether it shows nothing just now."""
        return self.ended or now - self.seen_at > BOARD_SILENT


@dataclass(frozen=True, slots=True)
class CallFact:
    """A call that stands, and that no board has shown. ``number`` is the window's."""

    zone: str
    number: str
    label: str
    called_at: datetime


def is_unseen(called_at: datetime, now: datetime, seconds: int) -> bool:
    """Return whether a call that nobody has shown is to be told by now; ``seconds`` 0: never."""
    return seconds > 0 and timedelta(seconds=seconds) <= now - called_at < LONG_CALLED


def known_for(boards: Iterable[BoardFact], zone: str) -> bool:
    """Return whether the hall knows a board for a zone: without one nobody looks at boards."""
    return any(board.shows(zone) for board in boards)


def unseen_calls(facts: FloorFacts) -> Iterator[Alarm]:
    """Yield one alarm for each place: a dead board is one piece of work, not forty calls.

    A place is a zone with boards of its own, or all the zones that the same boards show.
    """
    for boards, calls in _unseen(facts).items():
        first = min(calls, key=lambda call: (call.called_at, call.label))
        zones = sorted({call.zone for call in calls})
        yield Alarm(
            AlarmKind.CALL_UNSEEN,
            Severity.NOW,
            Verb.SHOW_DEVICE,
            _place(facts.boards, boards, first.zone),
            first.called_at,
            facts={
                "count": len(calls),
                "label": first.label,
                "number": first.number,
                "zone": zones[0] if len(zones) == 1 else "",
            },
        )


def _unseen(facts: FloorFacts) -> dict[tuple[str, ...], list[CallFact]]:
    """Return the calls to be told, by the names of the boards that should show them."""
    found: dict[tuple[str, ...], list[CallFact]] = {}
    for call in facts.calls:
        boards = tuple(sorted(one.name for one in facts.boards if one.shows(call.zone)))
        if boards and is_unseen(call.called_at, facts.now, facts.rules.unseen_seconds):
            found.setdefault(boards, []).append(call)
    return found


def _place(known: Iterable[BoardFact], names: tuple[str, ...], zone: str) -> str:
    """Return the subject of an alarm: by the boards alone, so that it is the same every second."""
    alone = all(one.zones == (zone,) for one in known if one.name in names)
    return f"zone:{zone}" if alone else f"boards:{','.join(names)}"


def boards_away(facts: FloorFacts) -> Iterator[Alarm]:
    """Yield the boards that are away within the hours; not those of calls that nobody sees."""
    told = {name for names in _unseen(facts) for name in names}
    for board in facts.boards:
        if facts.open and board.away(facts.now) and board.name not in told:
            yield Alarm(
                AlarmKind.BOARD_AWAY,
                Severity.SOON,
                Verb.SHOW_DEVICE,
                f"board:{board.name}",
                board.seen_at,
                facts={
                    "name": board.name,
                    "ended": int(board.ended),
                    "minutes": max(0, (facts.now - board.seen_at) // timedelta(minutes=1)),
                },
            )
