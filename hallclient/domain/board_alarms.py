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
    """Yield one alarm for each zone: a dead board is one piece of work, not forty calls."""
    zones: dict[str, list[CallFact]] = {}
    for call in facts.calls:
        told = is_unseen(call.called_at, facts.now, facts.rules.unseen_seconds)
        if told and known_for(facts.boards, call.zone):
            zones.setdefault(call.zone, []).append(call)
    for zone, calls in zones.items():
        first = min(calls, key=lambda call: (call.called_at, call.label))
        yield Alarm(
            AlarmKind.CALL_UNSEEN,
            Severity.NOW,
            Verb.SHOW_DEVICE,
            f"zone:{zone}",
            first.called_at,
            facts={"count": len(calls), "label": first.label, "number": first.number},
        )


def boards_away(facts: FloorFacts) -> Iterator[Alarm]:
    """Yield the boards that are away within the hours."""
    for board in facts.boards:
        if facts.open and board.away(facts.now):
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
