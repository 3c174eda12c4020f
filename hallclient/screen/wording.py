"""What a window's screen says, in the present language: plain words and names of colours."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from hallclient.domain.public_text import shown_words
from hallclient.phrases import catalogue
from hallclient.services.window_public import Standing

if TYPE_CHECKING:
    from hallclient.domain.text import LocalText
    from hallclient.services.window_public import Clerk, PublicWindow
    from hallclient.ui.words import Words

ICONS = {
    Standing.CALLED: ("megaphone", "onCall"),
    Standing.SERVING: ("play", "ok"),
    Standing.RATING: ("keypad", "primary"),
    Standing.IDLE: ("check", "primary"),
    Standing.PAUSED: ("pause", "pause"),
    Standing.CLOSED: ("door", "ink2"),
}
EXACT_MINUTES = 10
"""A pause that lasts longer is told in steps of five minutes."""
LONGEST = 120
"""Most characters of a text."""


@dataclass(frozen=True, slots=True)
class Placard:
    """The window itself: its number, and what is done there."""

    label: str
    number: str
    department: str = ""
    services: tuple[str, ...] = ()
    place: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """What goes on. ``figure`` is a ticket's number; without one ``big`` and ``sub`` stand there.

    ``amber`` is a call, now. ``time`` is that of a state which may be old.
    """

    icon: str
    tone: str
    text: str
    figure: str = ""
    big: str = ""
    sub: str = ""
    amber: bool = False
    time: str = ""


@dataclass(frozen=True, slots=True)
class Face:
    """Who sits here."""

    name: str
    number: str
    promise: str = ""
    photo: str = ""
    tenths: int = 0
    """Tenths of a star, 0 shows none."""
    sample: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """All texts of the screen."""

    placard: Placard
    state: State
    face: Face | None = None
    help: str = ""
    """Stands in place of a face that is not there."""
    foot: str = ""
    clock: str = ""
    band: str = ""
    """The call, over a rating that goes on."""


class Wording:
    """Puts looks at a window into words. ``number`` is the window's until the hall has answered."""

    def __init__(self, words: Words, number: str = "") -> None:
        self._words = words
        self._number = number

    @property
    def separator(self) -> str:
        """Return what stands between names; one of the Latin alphabet has a space behind it."""
        sign = self._words("screen.separator")
        return f"{sign} " if sign.isascii() else sign

    def shown(
        self, seen: PublicWindow | None, now: datetime, *, lost: bool = False, fresh: object = None
    ) -> Shown:
        """Return what is shown at ``now``; ``fresh`` is the moment of ``seen`` when ``lost``."""
        words = self._words
        if seen is None:
            key = "screen.standing.lost" if lost else "screen.starting"
            state = State("sync", "ink2", words(key))
            if lost:
                state = replace(
                    state, big=words("screen.lost.listen"), sub=words("screen.lost.sub")
                )
            return Shown(Placard(words("screen.window"), self._number), state)
        zone = ZoneInfo(seen.time_zone)
        state = self._state(seen, now)
        if lost:
            at = fresh.astimezone(zone) if isinstance(fresh, datetime) else None
            state = self._lost(state, seen, f"{at:%H:%M}" if at else "")
        said = seen.bulletins[0] if seen.bulletins else None
        return Shown(
            placard=self._placard(seen),
            state=state,
            face=self._face(seen.clerk) if seen.clerk is not None else None,
            help=self._help(seen),
            foot=self._text(said.text) if said is not None else self._hotline(seen),
            clock=f"{now.astimezone(zone):%H:%M}",
            band=words("screen.call_band", label=seen.label) if seen.call is not None else "",
        )

    def _placard(self, seen: PublicWindow) -> Placard:
        floor, zone = self._text(seen.floor), self._text(seen.zone)
        key = "display.board.floor_zone"
        return Placard(
            label=self._words("screen.window"),
            number=seen.number,
            department=self._text(seen.department),
            services=tuple(dict.fromkeys(self._text(name) for name in seen.services)),
            place=self._words(key, floor=floor, zone=zone) if floor and zone else zone or floor,
        )

    def _state(self, seen: PublicWindow, now: datetime) -> State:
        words, standing = self._words, seen.standing
        icon, tone = ICONS[standing]
        plain = State(icon, tone, words(f"screen.standing.{standing.value}"))
        if standing in (Standing.CALLED, Standing.SERVING):
            again = seen.call is not None and seen.call[1] > 1 and standing is Standing.CALLED
            if seen.call is not None and again:
                plain = replace(plain, text=words("screen.again", n=seen.call[1]))
            return replace(plain, figure=seen.label, amber=standing is Standing.CALLED)
        if standing is Standing.PAUSED:
            return replace(plain, big=self._pause(seen, now), sub=self._others(seen))
        if standing is Standing.CLOSED:
            big, sub = self._closed(seen, now)
            return replace(plain, big=big, sub=sub)
        table = "rated" if standing is Standing.RATING else "idle"
        return replace(plain, big=words(f"screen.{table}.big"), sub=words(f"screen.{table}.sub"))

    def _lost(self, state: State, seen: PublicWindow, time: str) -> State:
        """Return a state that may not be true any more: no amber, grey, with its time."""
        words = self._words
        grey = State("sync", "ink2", words("screen.standing.lost"), time=time)
        if state.figure:
            return replace(grey, figure=state.figure)
        if seen.standing in (Standing.PAUSED, Standing.CLOSED):
            return replace(grey, big=state.big, sub=state.sub)
        return replace(grey, big=words("screen.lost.listen"), sub=words("screen.lost.sub"))

    def _pause(self, seen: PublicWindow, now: datetime) -> str:
        reason = self._reason(seen.pause_reason)
        gone = max(timedelta(0), now - (seen.paused_at or now))
        left = timedelta(minutes=seen.pause_minutes) - gone
        if left > timedelta(0):
            return self._words("screen.paused.about", reason=reason, n=_about(left))
        minutes = gone // timedelta(minutes=1)
        return self._words("screen.paused.gone", reason=reason, n=minutes) if minutes else reason

    def _reason(self, reason: str) -> str:
        """Return the words of a reason; a hall's own stands for itself."""
        key = f"screen.reason.{reason}"
        if key in catalogue(self._words.language):
            return self._words(key)
        return plain(reason) or self._words("screen.standing.paused")

    def _others(self, seen: PublicWindow) -> str:
        if seen.elsewhere:
            return self._words("screen.paused.others", windows=self._windows(seen))
        return self._words("screen.paused.watch")

    def _closed(self, seen: PublicWindow, now: datetime) -> tuple[str, str]:
        words = self._words
        opens = self._opens(seen, now)
        if not seen.elsewhere:
            return words("screen.closed.here"), opens
        zone = self._text(seen.elsewhere_zone)
        key = "screen.closed.go_zone" if zone else "screen.closed.go"
        if zone and zone[0].isascii() and words.language != "en":
            zone = f" {zone}"  # a space stands between Chinese and Latin letters
        go = words(key, zone=zone, windows=self._windows(seen))
        return go, opens or words("screen.closed.watch")

    def _windows(self, seen: PublicWindow) -> str:
        return seen.elsewhere.replace("、", self.separator)

    def _opens(self, seen: PublicWindow, now: datetime) -> str:
        if seen.opens is None:
            return ""
        zone = ZoneInfo(seen.time_zone)
        opens = seen.opens.astimezone(zone)
        time = f"{opens.hour}:{opens:%M}"
        if opens.date() == now.astimezone(zone).date():
            return self._words("screen.closed.today", time=time)
        day = self._words.long_date(opens.date())
        return self._words("screen.closed.later", day=day, time=time)

    def _face(self, clerk: Clerk) -> Face:
        words = self._words
        promise, stars = self._text(clerk.promise), clerk.stars
        return Face(
            name=plain(clerk.name),
            number=words("screen.number", number=clerk.number),
            promise=words("screen.promise", text=promise) if promise else "",
            photo=clerk.photo,
            tenths=stars.tenths if stars is not None else 0,
            sample=words("screen.stars.sample", n=stars.ratings) if stars is not None else "",
        )

    def _help(self, seen: PublicWindow) -> str:
        desk = self._text(seen.desk)
        if desk:
            return self._words("screen.help", desk=desk)
        return self._words("screen.help_anyone")

    def _hotline(self, seen: PublicWindow) -> str:
        if seen.hotline:
            return self._words("screen.hotline", number=seen.hotline)
        return self._words("screen.no_hotline")

    def _text(self, text: LocalText) -> str:
        return plain(text.text(self._words.language))


def _about(left: timedelta) -> int:
    minutes = max(1, math.ceil(left / timedelta(minutes=1)))
    return minutes if minutes <= EXACT_MINUTES else math.ceil(minutes / 5) * 5


def plain(text: str) -> str:
    """Return a hall's text as plain words of a length that a screen can show."""
    return shown_words(text, LONGEST)
