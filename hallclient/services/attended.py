"""One window with its devices, as its attendant sees it: what is shown, asked and answered.

Everything here runs in the attendant's worker thread. A device that fails is logged and left alone;
its driver comes back by itself and shows the last text again.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from hallclient.domain.rules import HallRules
from hallclient.domain.turn import Turn
from hallclient.phrases import Speech
from hallclient.services.caller_desk import CallerAnswer, CallerCode, CallerDesk
from hallclient.services.calling import Calling
from hallclient.services.ports_devices import (
    CallerPort,
    CallerPress,
    RatingKeypadPort,
    StripPort,
)
from hallclient.services.shifts import Shifts
from hallclient.services.store import Store
from hallclient.services.window_signs import StripLine, caller_text, emergency_line, strip_line
from hallclient.services.windows import WindowState

if TYPE_CHECKING:
    from hallclient.domain.publication import Publication

log = logging.getLogger(__name__)

FLASHES = 6
"""Changes of colour of a call, one a second: three times there and back."""
_NEVER = (0.0, 0.0)
_REMEMBERED = 16
"""Turns whose rating was asked; a keypad may speak of no other."""


@dataclass(frozen=True, slots=True)
class WindowDevices:
    """The devices of one window; any of them may be missing.

    ``asked_elsewhere``: there is a keypad that another part of the program asks.
    """

    caller: CallerPort | None = None
    strip: StripPort | None = None
    keypad: RatingKeypadPort[int] | None = None
    asked_elsewhere: bool = False


class AttendedWindow:
    """Shows a window's state on its devices and turns presses into moves."""

    def __init__(
        self, code: str, devices: WindowDevices, say: Speech, clock: Callable[[], float]
    ) -> None:
        self.code = code
        self.name = f"window {code}"
        """The device in a rating's row."""
        self._devices = devices
        self._say = say
        self._clock = clock
        self._desk: CallerDesk | None = None
        self._line: StripLine | None = None
        self._flashes = 0
        self.emergency: Publication | None = None
        """What stands here; also while the database is away."""
        self.rating_until: datetime | None = None
        """Until when the rating asked for last here may be given, by the hall's clock."""
        self._calls: tuple[int, int] | None = None
        self._digits: str | None = None
        self._resting = ""
        self._code_until = 0.0
        self._last_asked: datetime | None = None
        self._asked: OrderedDict[int, tuple[float, float]] = OrderedDict()
        """From when until when a turn's level counts, by our clock; never any more once heard."""

    def attach(
        self, store: Store, calling: Calling | None = None, shifts: Shifts | None = None
    ) -> None:
        """Take the hall's database; presses become moves from now on, those of ``calling``."""
        calling = calling or Calling(store, self.code)
        shifts = shifts or Shifts(store, self.code)
        self._desk = CallerDesk(calling, shifts, lambda: store.plan().rules, self._clock)

    # What is shown

    def show(self, state: WindowState, rules: HallRules) -> None:
        """Show a state on the strip and in the caller's display; an emergency on the strip."""
        if self._desk is not None:
            self._desk.shows(state)
        keypad = self._devices.keypad is not None or self._devices.asked_elsewhere
        turn = state.turn
        calls = (turn.id, turn.calls) if turn is not None and turn.active else None
        # A recall is shown anew, so that a strip that blinks a new text blinks.
        again = calls is not None and calls != self._calls
        self._calls = calls
        rated, until = keypad or state.asks, self.rating_until
        line = strip_line(state, rules, self._say, rated=rated, rating_until=until)
        if self.emergency is not None:
            line, again = emergency_line(self.emergency, self._say), False
        self._show_line(line, again=again)
        self._rest_on(caller_text(state))

    def flash(self) -> bool:
        """Change the colour of a call that flashes; return whether it goes on."""
        strip, line = self._devices.strip, self._line
        if strip is None or line is None or not line.flashes or self._flashes <= 0:
            return False
        self._flashes -= 1
        colour = line.other if self._flashes % 2 else line.colour
        self._safely(lambda: strip.show(line.text, colour))
        return self._flashes > 0

    @property
    def flashing(self) -> bool:
        """Whether a call has just come that flashes."""
        return self._flashes == FLASHES

    def lose(self, code: CallerCode = CallerCode.AWAY) -> None:
        """Say calmly that nothing is known of the window at the moment."""
        if self.emergency is None:
            self._show_line(strip_line(None, HallRules(), self._say, rated=False))
        self._rest_on(code.text)

    def leave(self) -> None:
        """Show nothing that will not stay true."""
        self.emergency = None
        self.lose()
        self._code_until = 0.0
        self._show_digits("")

    def settle(self) -> None:
        """Let the caller's display go back to the state when a code has stood long enough."""
        if self._clock() >= self._code_until:
            self._show_digits(self._resting)

    # What is pressed

    def press(self, press: CallerPress, at: float) -> CallerAnswer:
        """Make a move of a press and show its answer; ``at`` is when it was pressed."""
        away = CallerAnswer(code=CallerCode.AWAY)
        answer = away if self._desk is None else self._desk.press(press, at)
        self.tell(answer)
        return answer

    def tell(self, answer: CallerAnswer) -> None:
        """Show a code for its time; a move that was made ends the one that stands there."""
        if answer.state is not None:
            self._code_until = 0.0
        if answer.code is None:
            return
        self._code_until = self._clock() + answer.seconds
        self._show_digits(answer.text)
        caller = self._devices.caller
        if caller is not None and answer.beep:
            self._safely(caller.beep)

    # Ratings

    def ask(self, turns: Iterable[Turn], now: datetime, rules: HallRules) -> None:
        """Ask the keypad for the rating that was asked for last, once for each asking.

        It counts for the time that is left of the hall's, whatever the keypad's own time is.
        """
        keypad = self._devices.keypad
        newest = max(turns, key=lambda turn: (turn.rating_asked_at or turn.called_at, turn.id))
        asked = newest.rating_asked_at
        if keypad is None or asked is None:
            return
        if self._last_asked is not None and asked <= self._last_asked:
            return
        self._last_asked = asked
        left = (asked - now).total_seconds() + rules.rating_seconds
        self._asked[newest.id] = (self._clock(), self._clock() + left)
        self._asked.move_to_end(newest.id)
        while len(self._asked) > _REMEMBERED:
            self._asked.popitem(last=False)
        self._safely(lambda: keypad.ask(newest.id))

    def heard(self, turn_id: int, at: float) -> bool:
        """Return whether a level pressed at ``at`` counts: asked for, in time, and the first."""
        begin, end = self._asked.get(turn_id, _NEVER)
        if not begin <= at < end:
            return False
        self._asked[turn_id] = _NEVER
        return True

    # Helpers

    def _rest_on(self, digits: str) -> None:
        self._resting = digits
        self.settle()

    def _show_digits(self, digits: str) -> None:
        caller = self._devices.caller
        if caller is not None and digits != self._digits:
            self._digits = digits
            self._safely(lambda: caller.show(digits))

    def _show_line(self, line: StripLine, *, again: bool = False) -> None:
        strip = self._devices.strip
        if strip is not None and (again or line != self._line):
            self._line = line
            self._flashes = FLASHES if line.flashes else 0
            self._safely(lambda: strip.show(line.text, line.colour))

    def _safely(self, act: Callable[[], None]) -> None:
        try:
            act()
        except Exception:
            log.exception("a device of %s failed", self.name)
