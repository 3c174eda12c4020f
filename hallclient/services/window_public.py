"""A window as the citizen in front of it sees it: what the hall says in public, and nothing else.

There is no level, no reason and no sign that a rating was given in it: the clerk sees this screen
too, and an asking lasts its whole time whatever was pressed (visual.md §5). No citizen's name and
no note of staff leaves this module.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from hallclient.domain.bulletin import Audience, stands_for
from hallclient.domain.parts import windows_text
from hallclient.domain.publication import emergency_in
from hallclient.domain.text import NO_TEXT, LocalText
from hallclient.services.opening import next_opening

if TYPE_CHECKING:
    from hallclient.domain.announcement import CallKey
    from hallclient.domain.bulletin import Bulletin
    from hallclient.domain.hall import HallPlan
    from hallclient.domain.parts import ServiceWindow
    from hallclient.domain.publication import Publication
    from hallclient.domain.shift import Shift
    from hallclient.services.public_records import Stars
    from hallclient.services.store import Reader, Store
    from hallclient.services.store_window import AtWindow

FACE_AGE = timedelta(minutes=1)
"""So long the photo and stars of whoever sits here are taken as read: they change once a day."""


class Standing(StrEnum):
    """What a window's screen says it is in."""

    CALLED = "called"
    SERVING = "serving"
    RATING = "rating"
    """Nobody is here and the last citizen may still rate; lasts its whole time, given or not."""
    IDLE = "idle"
    PAUSED = "paused"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class OpenRating:
    """A rating that is asked for now: of which turn, and until when it may be given.

    ``asked_at`` is another one when the clerk has asked once more.
    """

    turn_id: int
    asked_at: datetime
    until: datetime
    label: str
    service: LocalText
    language: str = ""
    """The one in which the number was taken."""
    reply_days: int = 0
    """Working days within which a bad one is answered; 0 says nothing of it."""


@dataclass(frozen=True, slots=True)
class Clerk:
    """Who sits here, as far as a hall tells the public (亮身份)."""

    name: str
    number: str
    """The staff number (工号)."""
    promise: LocalText = NO_TEXT
    photo: str = ""
    """Digest for ``WindowPublic.photo``; empty without one."""
    stars: Stars | None = None
    """Only where the hall shows them, from ten ratings on."""


@dataclass(frozen=True, slots=True)
class PublicWindow:
    """Everything a window's screen and the strip over it may say, of one moment."""

    now: datetime
    time_zone: str
    window: str
    """The window's code."""
    number: str
    standing: Standing
    department: LocalText = NO_TEXT
    services: tuple[LocalText, ...] = ()
    """What is done here, by rank."""
    zone: LocalText = NO_TEXT
    floor: LocalText = NO_TEXT
    desk: LocalText = NO_TEXT
    """Where the guide desk is."""
    hotline: str = ""
    label: str = ""
    """The number that is called or served here."""
    call: CallKey | None = None
    """Turn and number of calls, while it is called."""
    pause_reason: str = ""
    paused_at: datetime | None = None
    pause_minutes: int = 0
    """How long such a pause usually takes; 0 is not known."""
    elsewhere: str = ""
    """Numbers of the open windows with the same queues, 8–11; empty when there are none."""
    elsewhere_zone: LocalText = NO_TEXT
    """The zone of these windows, where it is another one."""
    opens: datetime | None = None
    """When this window's queues are served next, in UTC; None while they are, or not known."""
    clerk: Clerk | None = None
    rating: OpenRating | None = None
    """Stays its whole time, also while the next citizen is called."""
    asks_here: bool = False
    """Whether this screen asks for it: by the settings, or no keypad with all levels works."""
    shows_code: bool = False
    """Whether this screen, which cannot be touched, shows a code to rate by telephone."""
    follow_url: str = ""
    bulletins: tuple[Bulletin, ...] = ()
    emergency: Publication | None = None
    hall: HallPlan | None = None
    """Without its staff, where an emergency has to name places."""


def open_rating(reader: Reader, window: ServiceWindow, at: AtWindow) -> OpenRating | None:
    """Return the rating that a window asks for at the moment of ``reader``.

    From the asking and the clock alone: whether it was given is not asked.
    """
    asked = reader.rating_open_at(window.id)
    if asked is None:
        return None
    turn_id, asked_at = asked
    until = asked_at + timedelta(seconds=reader.plan.rules.rating_seconds)
    if reader.now >= until:
        return None
    turn, ticket = at.turn, at.ticket
    if turn is None or turn.id != turn_id:
        turn = reader.turn(turn_id)
        ticket = reader.ticket(turn.ticket_id) if turn is not None else None
    if turn is None or ticket is None:
        return None
    from hallclient.services.steps import service_of_turn  # noqa: PLC0415 - not for the start

    service = service_of_turn(reader, turn, ticket)
    name = NO_TEXT if service.general else service.name
    days = reader.plan.rules.follow_up_days
    return OpenRating(turn_id, asked_at, until, ticket.label, name, ticket.language, days)


class WindowPublic:
    """The reading side of one window's screen, by the window's code or number.

    ``asks`` is ``settings.screen.rating``: ``always``, ``fallback`` or ``never``. Used by one
    thread.
    """

    def __init__(self, store: Store, window: str, asks: str = "fallback") -> None:
        self._store = store
        self._window = window
        self._asks = asks
        self._clerk: tuple[datetime, int, Clerk] | None = None

    def look(self) -> PublicWindow:
        """Return what may be shown now. Raises ``NotFound`` for a window the hall has not."""
        with self._store.look() as reader:
            plan = reader.plan
            window = find_window(plan, self._window)
            at = reader.at_window(window.id, public=True)
            rating = open_rating(reader, window, at)
            seen = _stands(_outlined(reader, window), at, rating)
            if seen.standing in (Standing.PAUSED, Standing.CLOSED):
                seen = _with_others(reader, seen, window)
            clerk = self._clerk_of(reader, at.shift)
            asks = rating is not None and self._asks_here(reader, window)
            code = rating is not None and self._asks == "never" and bool(plan.follow_url)
            return replace(seen, clerk=clerk, rating=rating, asks_here=asks, shows_code=code)

    def photo(self, digest: str) -> bytes | None:
        """Return the bytes of a photo, None when it is gone."""
        with self._store.look() as reader:
            return reader.media_bytes(digest)

    def _clerk_of(self, reader: Reader, shift: Shift | None) -> Clerk | None:
        if shift is None:
            return None
        if self._clerk is not None:
            read_at, staff_id, known = self._clerk
            if staff_id == shift.staff_id and abs(reader.now - read_at) < FACE_AGE:
                return known
        plan = reader.plan
        staff = plan.staff_by_id(shift.staff_id)
        stars = reader.stars_of(staff.id) if plan.rules.rating_stars else None
        photo = reader.photo_of(staff.id)
        clerk = Clerk(staff.name, staff.code, staff.promise, photo, stars)
        self._clerk = (reader.now, staff.id, clerk)
        return clerk

    def _asks_here(self, reader: Reader, window: ServiceWindow) -> bool:
        if self._asks != "fallback":
            return self._asks == "always"
        return not keypad_alive(reader, window)


def keypad_alive(reader: Reader, window: ServiceWindow) -> bool:
    """Return whether a keypad with all levels works here, as its station has told lately."""
    from hallclient.domain.rating import Level  # noqa: PLC0415 - rare
    from hallclient.services.ports_devices import DeviceKind, DeviceState  # noqa: PLC0415 - rare

    return any(
        one.report.kind is DeviceKind.KEYPAD
        and one.report.window == window.code
        and one.report.state is DeviceState.READY
        and not one.silent(reader.now)
        and one.report.levels in (None, len(Level))
        for one in reader.devices()
    )


def find_window(plan: HallPlan, name: str) -> ServiceWindow:
    """Return a window by its code, else by the number on it; raises ``NotFound``."""
    named = [window for window in plan.windows if window.number == name]
    if name not in plan.window_of and len(named) == 1:
        return named[0]
    return plan.window(name)


def _outlined(reader: Reader, window: ServiceWindow) -> PublicWindow:
    """Return what a window says of itself and of the hall, whatever happens there."""
    plan, rules = reader.plan, reader.plan.rules
    zone = plan.zone_of.get(window.zone)
    here = (window.zone,)
    emergency = emergency_in(reader.publications(), here)
    return PublicWindow(
        now=reader.now,
        time_zone=plan.time_zone,
        window=window.code,
        number=window.number,
        standing=Standing.CLOSED,
        department=department_of(plan, window),
        services=services_of(plan, window),
        zone=zone.name if zone else NO_TEXT,
        floor=zone.floor if zone else NO_TEXT,
        desk=plan.desk,
        hotline=rules.hotline,
        follow_url=plan.follow_url,
        bulletins=tuple(
            said
            for said in reader.bulletins()
            if stands_for(said, Audience.PUBLIC, here, reader.now)
        ),
        emergency=emergency,
        hall=replace(plan, staff=(), former=None) if emergency is not None else None,
    )


def _stands(seen: PublicWindow, at: AtWindow, rating: OpenRating | None) -> PublicWindow:
    turn, ticket, shift = at.turn, at.ticket, at.shift
    if turn is not None and ticket is not None and turn.active:
        called = turn.started_at is None
        standing = Standing.CALLED if called else Standing.SERVING
        call = (turn.id, turn.calls) if called else None
        return replace(seen, standing=standing, label=ticket.label, call=call)
    if shift is None:
        return seen
    if shift.paused_at is not None:
        return replace(
            seen,
            standing=Standing.PAUSED,
            pause_reason=shift.pause_reason,
            paused_at=shift.paused_at,
        )
    return replace(seen, standing=Standing.RATING if rating else Standing.IDLE)


def _with_others(reader: Reader, seen: PublicWindow, window: ServiceWindow) -> PublicWindow:
    """Add where to go instead, when this window works again, and how long the pause may take."""
    plan = reader.plan
    open_ids = {shift.window_id for shift in reader.open_shifts() if shift.open_for_calls}
    mine = set(window.queues)
    others = [
        one
        for one in plan.windows
        if one.id in open_ids and one.id != window.id and mine & set(one.queues)
    ]
    beside = [one for one in others if one.zone == window.zone]
    zone = others[0].zone if others and not beside else window.zone
    shown = [one for one in others if one.zone == zone]
    opens = next_opening(plan, window.queues, reader.now)
    return replace(
        seen,
        elsewhere=windows_text(shown),
        elsewhere_zone=NO_TEXT if zone == window.zone else plan.zone(zone).name,
        opens=opens if seen.standing is Standing.CLOSED else None,
        pause_minutes=dict(plan.rules.pause_minutes).get(seen.pause_reason, 0),
    )


def department_of(plan: HallPlan, window: ServiceWindow) -> LocalText:
    """Return the name over what a window does: its department's, else its first queue's."""
    named = plan.department_of.get(window.department)
    if named is not None:
        return named.name
    return plan.queue(window.queues[0]).name if window.queues else NO_TEXT


def services_of(plan: HallPlan, window: ServiceWindow) -> tuple[LocalText, ...]:
    """Return the names of what is done at a window: its first rank first, in file order."""
    place = {code: n for n, rank in enumerate(window.ranks) for code in rank}
    mine = (service for service in plan.listed if service.queue in place)
    return tuple(one.name for one in sorted(mine, key=lambda one: place[one.queue]))
