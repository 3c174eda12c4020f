"""The windows of the floor: a tile for each, in rows by zone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from hallclient.services.floor_staff import in_office

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hallclient.domain.hall import HallPlan
    from hallclient.domain.parts import Service, ServiceWindow, Staff, Zone
    from hallclient.domain.rules import HallRules
    from hallclient.domain.shift import Shift
    from hallclient.domain.text import LocalText
    from hallclient.domain.ticket import Ticket
    from hallclient.domain.turn import Turn
    from hallclient.services.store import Reader


class WindowLook(StrEnum):
    """What a window's tile says."""

    SERVING = "serving"
    CALLED = "called"
    FREE = "free"
    LONG = "long"
    """Serving beyond the hall's limit."""
    PAUSED = "paused"
    CLOSED = "closed"
    """Nobody has signed in."""
    ABSENT = "absent"
    """Nobody has signed in though the usual clerk should be here."""


@dataclass(frozen=True, slots=True)
class FloorWindow:
    """A window's tile. ``since`` is the beginning of what ``look`` says."""

    window: ServiceWindow
    look: WindowLook
    since: datetime | None = None
    minutes: int = 0
    staff: Staff | None = None
    """Who sits there, or who is absent; never with a PIN's hash."""
    ticket: Ticket | None = None
    turn: Turn | None = None
    service: Service | None = None
    reason: str = ""
    """Of the pause."""
    gone_at: datetime | None = None
    """Since when the terminal that had this turn in hand is gone: it was not closed."""
    lent: bool = False
    """Serves other queues than usual today."""

    @property
    def absent(self) -> bool:
        """Return whether ``staff`` should sit there and does not."""
        return self.look is WindowLook.ABSENT

    @property
    def staffed(self) -> bool:
        """Return whether somebody has signed in."""
        return self.staff is not None and not self.absent

    @property
    def paused_at(self) -> datetime | None:
        """Return since when the window is paused."""
        return self.since if self.look is WindowLook.PAUSED else None


@dataclass(frozen=True, slots=True)
class FloorZone:
    """A row of tiles; ``departments`` are those whose windows stand there."""

    zone: Zone
    departments: tuple[LocalText, ...]
    windows: tuple[FloorWindow, ...]


def floor_windows(
    reader: Reader, shifts: Sequence[Shift], missing: Sequence[Staff]
) -> dict[str, FloorWindow]:
    """Return every window's tile by its code; ``missing`` are the staff who are absent."""
    plan = reader.plan
    calls = {one.turn.window_id: one for one in reader.active_calls()}
    by_window = {shift.window_id: shift for shift in shifts}
    lent = {one.window_id for one in reader.lent_windows()}
    absent = {member.window: member for member in missing}
    gone = _gone(reader) if calls else {}
    found = {}
    for window in plan.windows:
        call, shift = calls.get(window.id), by_window.get(window.id)
        tile = _tile(
            reader,
            window,
            shift,
            call.turn if call else None,
            call.ticket if call else None,
            absent.get(window.code),
            lent=window.id in lent,
        )
        gone_at = gone.get(window.code) if call is not None else None
        found[window.code] = replace(tile, gone_at=gone_at) if gone_at else tile
    return found


def _gone(reader: Reader) -> dict[str, datetime]:
    """Return since when windows have lost the terminal that they had."""
    prefix, now = "window:", reader.now
    return {
        name.removeprefix(prefix): now + left
        for name, left in reader.leases(prefix).items()
        if left <= timedelta(0)
    }


def _tile(
    reader: Reader,
    window: ServiceWindow,
    shift: Shift | None,
    turn: Turn | None,
    ticket: Ticket | None,
    absent: Staff | None,
    *,
    lent: bool,
) -> FloorWindow:
    plan = reader.plan
    look, since = _look(plan.rules, reader.now, shift, turn)
    member = plan.staff_by_id(shift.staff_id) if shift else None
    if look is WindowLook.CLOSED and absent is not None:
        look, member = WindowLook.ABSENT, absent
    return FloorWindow(
        window=window,
        look=look,
        since=since,
        minutes=minutes_between(since, reader.now),
        staff=in_office(member) if member else None,
        ticket=ticket,
        turn=turn,
        service=plan.service_by_id(ticket.service_id) if ticket else None,
        reason=shift.pause_reason if shift else "",
        lent=lent,
    )


def _look(
    rules: HallRules, now: datetime, shift: Shift | None, turn: Turn | None
) -> tuple[WindowLook, datetime | None]:
    if turn is not None:
        if turn.started_at is None:
            return WindowLook.CALLED, turn.called_at
        long = now - turn.started_at > timedelta(minutes=rules.long_serving_minutes)
        return WindowLook.LONG if long else WindowLook.SERVING, turn.started_at
    if shift is None:
        return WindowLook.CLOSED, None
    if shift.paused_at is not None:
        return WindowLook.PAUSED, shift.paused_at
    return WindowLook.FREE, shift.signed_in_at


def minutes_between(since: datetime | None, now: datetime) -> int:
    """Return whole minutes since a moment, 0 for none and for one to come."""
    return max(0, (now - since) // timedelta(minutes=1)) if since else 0


def floor_zones(plan: HallPlan, windows: Mapping[str, FloorWindow]) -> tuple[FloorZone, ...]:
    """Return the tiles in rows by zone, in file order."""
    rows = []
    for zone in plan.zones:
        own = tuple(windows[window.code] for window in plan.windows if window.zone == zone.code)
        codes = dict.fromkeys(one.window.department for one in own if one.window.department)
        names = tuple(plan.department_of[c].name for c in codes if c in plan.department_of)
        if own:
            rows.append(FloorZone(zone, names, own))
    return tuple(rows)
