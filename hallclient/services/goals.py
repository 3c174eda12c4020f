"""Where a ticket can be sent from a window: how full the queues are, who sits at which window."""

from dataclasses import dataclass, field
from enum import StrEnum

from hallclient.domain.estimate import WaitRange
from hallclient.domain.parts import ServiceWindow, Staff
from hallclient.services.store import Store
from hallclient.services.waits import waits_now


class Place(StrEnum):
    """What a staffed window is doing."""

    FREE = "free"
    BUSY = "busy"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class StaffedWindow:
    """A window that somebody sits at; nothing of whom is served there."""

    window: ServiceWindow
    staff: Staff
    place: Place


@dataclass(frozen=True, slots=True)
class Goals:
    """Where a ticket may go now. ``waiting`` counts by the queue's code.

    ``waits`` are of who joins now, also by code; a queue without an estimate has none.
    """

    waiting: dict[str, int]
    staffed: tuple[StaffedWindow, ...]
    waits: dict[str, WaitRange] = field(default_factory=dict)


def goals_from(store: Store, window: str) -> Goals:
    """Return the goals of a ticket at a window, by window number; the window itself is none."""
    with store.look() as reader:
        plan = reader.plan
        busy = {turn.window_id for turn in reader.active_turns()}
        staffed = []
        for shift in reader.open_shifts():
            here = plan.window_by_id(shift.window_id)
            if here.code == window:
                continue
            place = Place.BUSY if here.id in busy else Place.FREE
            place = Place.PAUSED if shift.paused_at is not None else place
            staffed.append(StaffedWindow(here, plan.staff_by_id(shift.staff_id), place))
        counts = {plan.queue_by_id(c.queue_id).code: c.waiting for c in reader.queue_counts()}
        waits = waits_now(reader)
    return Goals(counts, tuple(sorted(staffed, key=lambda one: _order(one.window.number))), waits)


def _order(number: str) -> tuple[int, str]:
    return int(number) if number.isdigit() else 10_000, number
