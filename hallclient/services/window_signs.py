"""What hangs at a window says of its state: the LED strip in words, the caller in digits."""

from dataclasses import dataclass
from datetime import timedelta

from hallclient.domain.rules import HallRules
from hallclient.phrases import Speech
from hallclient.services.ports_devices import StripColour
from hallclient.services.windows import WindowState

CELLS = 6
"""Digits of a caller's display (devices.md §2.1)."""


@dataclass(frozen=True, slots=True)
class StripLine:
    """One line of a strip."""

    text: str
    colour: StripColour


def strip_line(
    state: WindowState | None, rules: HallRules, say: Speech, *, rated: bool
) -> StripLine:
    """Return what the public reads over a window; None is a state that nobody can read now.

    ``rated`` says that the window has a keypad. The citizen is asked for as long as the rating may
    last, whatever he pressed: the line tells nobody (visual.md §5).
    """
    if state is None:
        return StripLine(say("strip.away"), StripColour.YELLOW)
    turn, ticket, shift = state.turn, state.ticket, state.shift
    if turn is not None and ticket is not None and turn.active:
        called = turn.started_at is None
        text = say(f"strip.{'called' if called else 'serving'}", label=ticket.label)
        return StripLine(text, StripColour.RED if called else StripColour.GREEN)
    if shift is None or not shift.open_for_calls:
        return StripLine(say(f"strip.{'paused' if shift else 'closed'}"), StripColour.YELLOW)
    if rated and rating_left(state, rules) > timedelta(0):
        return StripLine(say("strip.rating"), StripColour.GREEN)
    return StripLine(say("strip.idle", number=state.window.number), StripColour.GREEN)


def rating_left(state: WindowState, rules: HallRules) -> timedelta:
    """Return how long the rating of the last turn stays open, zero or less when it does not."""
    asked = state.turn.rating_asked_at if state.turn is not None else None
    if asked is None:
        return timedelta(0)
    return asked + timedelta(seconds=rules.rating_seconds) - state.now


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
