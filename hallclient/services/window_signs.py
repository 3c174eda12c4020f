"""What hangs at a window says of its state: the LED strip in words, the caller in digits."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from hallclient.domain.publication import Publication
from hallclient.domain.rules import HallRules
from hallclient.phrases import Speech, catalogue
from hallclient.services.ports_devices import StripColour
from hallclient.services.windows import WindowState

if TYPE_CHECKING:
    from hallclient.services.store import Reader

CELLS = 6
"""Digits of a caller's display (devices.md §2.1)."""


@dataclass(frozen=True, slots=True)
class StripLine:
    """One line of a strip. ``flashes`` for a few seconds: a call, now."""

    text: str
    colour: StripColour
    flashes: bool = False

    @property
    def other(self) -> StripColour:
        """The colour it flashes with: the words can be read at every moment."""
        return StripColour.YELLOW if self.colour is StripColour.RED else StripColour.RED


def emergency_line(emergency: Publication, say: Speech) -> StripLine:
    """Return what a strip says in an emergency: what it is, and to leave where one must."""
    from hallclient.services.emergency_words import emergency_words  # noqa: PLC0415 - rare

    title = emergency_words(emergency, say).title
    leave = emergency.evacuates and not emergency.drill
    text = say("screen.strip.leave", title=title) if leave else title
    return StripLine(text, StripColour.RED)


def strip_line(
    state: WindowState | None,
    rules: HallRules,
    say: Speech,
    *,
    rated: bool,
    rating_until: datetime | None = None,
) -> StripLine:
    """Return what the public reads over a window; None is a state that nobody can read now.

    ``rated``: a keypad or a screen asks here; ``rating_until``: for a turn before the present one.
    The citizen is asked for as long as the rating may last, whatever he pressed: the line tells
    nobody (visual.md §5).
    """
    if state is None:
        return StripLine(say("strip.away"), StripColour.YELLOW)
    turn, ticket, shift = state.turn, state.ticket, state.shift
    if turn is not None and ticket is not None and turn.active:
        called = turn.started_at is None
        text = say(f"strip.{'called' if called else 'serving'}", label=ticket.label)
        colour = StripColour.RED if called else StripColour.GREEN
        return StripLine(text, colour, flashes=called)
    if shift is None:
        return StripLine(say("strip.closed"), StripColour.YELLOW)
    if shift.paused_at is not None:
        return StripLine(_paused(shift.pause_reason, say), StripColour.YELLOW)
    earlier = rating_until is not None and rating_until > state.now
    if rated and (earlier or rating_left(state, rules) > timedelta(0)):
        return StripLine(say("strip.rating"), StripColour.GREEN)
    return StripLine(say("strip.idle", number=state.window.number), StripColour.GREEN)


def _paused(reason: str, say: Speech) -> str:
    """Return why a window pauses; a hall's own reason stands for itself."""
    key = f"window.pause.{reason}"
    words = say(key) if key in catalogue(say.language) else reason
    return say("screen.strip.paused", reason=words) if words else say("strip.paused")


def rating_left(state: WindowState, rules: HallRules) -> timedelta:
    """Return how long the rating of the last turn stays open, zero or less when it does not."""
    asked = state.turn.rating_asked_at if state.turn is not None else None
    if asked is None:
        return timedelta(0)
    return asked + timedelta(seconds=rules.rating_seconds) - state.now


def rating_until(reader: "Reader", state: WindowState) -> datetime | None:
    """Return until when the rating that an idle window asked for last may be given.

    By the rule of the window's screen (``window_public.open_rating``): the next call does not end
    it, nor does whoever sits down here next.
    """
    if state.turn is not None and state.turn.active:
        return None
    asked = reader.rating_open_at(state.window.id)
    return asked[1] + timedelta(seconds=reader.plan.rules.rating_seconds) if asked else None


def caller_text(state: WindowState) -> str:
    """Return the digits for a caller's display: the number at the window, and how many wait.

    ``012 5``: number 012, five wait; ``5`` alone: nobody is here. Blank: nobody is called here.
    """
    waiting = str(min(state.waiting, 99))
    turn, ticket, shift = state.turn, state.ticket, state.shift
    if turn is not None and ticket is not None and turn.active:
        number = "".join(c for c in ticket.label if c.isdigit())
        both = f"{number} {waiting}"
        return both if len(both) <= CELLS else number
    return waiting if shift is not None and shift.open_for_calls else ""
