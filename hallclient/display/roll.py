"""The calls and the missed numbers of a board, newest first, from its state and the journal."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from hallclient.domain.calendar import business_day
from hallclient.domain.hall import HallPlan
from hallclient.domain.journal import Entry, Json
from hallclient.domain.text import NO_TEXT
from hallclient.services.board import MISSED, RECENT, BoardCall, BoardState

BOXES, FEW_BOXES = 6, 3
"""Of the recent calls: as usual, and large ones for a screen that is small or far away."""
"""Recent calls on the board."""


@dataclass(frozen=True, slots=True)
class Roll:
    """Both lists, bounded. A label stands at most once in each and never in both."""

    calls: tuple[BoardCall, ...] = ()
    missed: tuple[str, ...] = ()

    @classmethod
    def of(cls, state: BoardState) -> "Roll":
        """Return the lists of a state, today's calls only; a call that was missed is not there."""
        zone, starts = state.plan.time_zone, state.plan.rules.day_start
        today = business_day(state.hall.now, zone, starts)
        missed = tuple(dict.fromkeys(state.missed))[:MISSED]
        calls: dict[str, BoardCall] = {}
        for call in state.calls:
            if business_day(call.called_at, zone, starts) != today:
                continue
            calls.setdefault(call.label, call)
        stands = (c for c in calls.values() if c.active or not (c.missed or c.label in missed))
        kept = tuple(stands)[:RECENT]
        labels = {call.label for call in kept}
        return cls(kept, tuple(label for label in missed if label not in labels))

    def with_call(self, call: BoardCall) -> "Roll":
        """Put a call, or its recall, to the front."""
        others = tuple(old for old in self.calls if old.label != call.label)
        missed = tuple(label for label in self.missed if label != call.label)
        return Roll((call, *others)[:RECENT], missed)

    def with_missed(self, label: str) -> "Roll":
        """Move a number from the calls to the missed ones."""
        calls = tuple(call for call in self.calls if call.label != label)
        others = tuple(old for old in self.missed if old != label)
        return Roll(calls, (label, *others)[:MISSED])

    def without(self, label: str) -> "Roll":
        """Take a number off the calls: it waits, to be called elsewhere."""
        return replace(self, calls=tuple(call for call in self.calls if call.label != label))

    def back(self, label: str) -> "Roll":
        """Take a number off the missed ones: it waits again."""
        return replace(self, missed=tuple(old for old in self.missed if old != label))

    def recent(self, large: tuple[BoardCall, ...], boxes: int = BOXES) -> tuple[BoardCall, ...]:
        """Return the calls for the boxes: the newest that do not stand large already."""
        shown = {call.label for call in large}
        return tuple(call for call in self.calls if call.label not in shown)[:boxes]

    def turn(self, turn_id: int) -> BoardCall | None:
        """Return the call of a turn."""
        return next((call for call in self.calls if call.turn_id == turn_id), None)


def call_of(entry: Entry, plan: HallPlan, roll: Roll) -> BoardCall | None:
    """Return the call that an entry tells of; None when the plan or the roll is too old for it."""
    turn_id = _whole(entry.data, "turn")
    if entry.kind == "ticket.recalled":
        known = roll.turn(turn_id)
        if known is None:
            return None
        return replace(
            known, called_at=entry.at, calls=_whole(entry.data, "calls"), active=True, awaited=True
        )
    window = plan.window_of.get(entry.window)
    service = plan.service_of.get(str(entry.data["service"]))
    if window is None or service is None:
        return None
    return BoardCall(
        turn_id=turn_id,
        label=str(entry.data["label"]),
        window=window.number,
        zone=window.zone,
        service=service.name,
        called_at=entry.at,
        calls=1,
        active=True,
    )


def heard_call(entry: Entry, plan: HallPlan) -> BoardCall | None:
    """Return the call of an entry as a voice needs it, without its service."""
    window = plan.window_of.get(entry.window)
    if window is None:
        return None
    return BoardCall(
        turn_id=_whole(entry.data, "turn"),
        label=str(entry.data["label"]),
        window=window.number,
        zone=window.zone,
        service=NO_TEXT,
        called_at=entry.at,
        calls=_whole(entry.data, "calls") if "calls" in entry.data else 1,
        active=True,
    )


def _whole(data: Mapping[str, Json], key: str) -> int:
    value = data[key]
    if not isinstance(value, int):
        raise TypeError(f"{key} is {value!r}, not a number")
    return value
