"""A hardware caller drives a window as the clerk's keys do (devices.md §2.1).

Every key in every state is a move or a calm refusal; nothing is raised. A caller's display has
digits only, so what it has to say is a code, ``00 02``: no ticket's number and no count of waiting
people begins with 00 and a blank. docs/callers.md lists the codes, ``caller.<name>`` in the
catalogues says them in words.
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TypeVar

from hallclient.domain.errors import Conflict, DomainError
from hallclient.domain.holding import HoldKind
from hallclient.domain.rules import HallRules
from hallclient.domain.turn import CLERK_OUTCOMES, usual_outcome
from hallclient.services.calling import Calling
from hallclient.services.ports_devices import CallerKey, CallerPress
from hallclient.services.shifts import Shifts
from hallclient.services.store_error import StoreError
from hallclient.services.windows import WindowState

log = logging.getLogger(__name__)

Clock = Callable[[], float]

DOUBLE_S = 0.3
"""The same key again within this is the same press."""
PIN_S = 15.0
"""A staff number waits so long for its PIN."""
CODE_S = 3.0
"""A code stands so long in the display."""
_USUAL_PAUSE = "away"
"""The reason of a pause without a digit, where the hall has it; else the first of its list."""
_MOST_DIGITS = 12

_OTHERWISE = "0"
"""Before a key: its other meaning, where it has one."""
_HOLDS = (HoldKind.ANY, HoldKind.HERE, HoldKind.EVENT)
"""How a ticket is held, in the order of their digits 1-3."""

T = TypeVar("T")


class CallerCode(IntEnum):
    """What a caller's display can say besides numbers."""

    PIN = 0
    SIGN_IN_FIRST = 1
    NOBODY_WAITS = 2
    FINISH_FIRST = 3
    NO_TICKET = 4
    NOT_NOW = 5
    RECALL_CAP = 6
    NO_SHOW_EARLY = 7
    PAUSED = 8
    UNKNOWN_TICKET = 9
    NOT_HERE = 10
    DIGITS = 11
    UNKNOWN_WINDOW = 12
    SIGN_IN_FAILED = 13
    CONFLICT = 14
    REQUEUE_LIMIT = 15
    RATING_EARLY = 16
    SAME_QUEUE = 17
    NOTHING_HELD = 18
    WINDOW_EMPTY = 19
    TOO_LATE = 20
    NO_NEXT_STEP = 21
    CALLED_JUST_NOW = 22
    NO_RIGHT = 23
    PIN_WAIT = 24
    AWAY = 90
    FAULT = 99

    @property
    def text(self) -> str:
        """The code as the display shows it."""
        return f"00 {self.value:02}"


CODES: Mapping[str, CallerCode] = {
    "not_signed_in": CallerCode.SIGN_IN_FIRST,
    "turn_open": CallerCode.FINISH_FIRST,
    "no_turn": CallerCode.NO_TICKET,
    "move_not_allowed": CallerCode.NOT_NOW,
    "recall_cap": CallerCode.RECALL_CAP,
    "no_show_too_early": CallerCode.NO_SHOW_EARLY,
    "window_paused": CallerCode.PAUSED,
    "unknown_ticket": CallerCode.UNKNOWN_TICKET,
    "ticket_offline": CallerCode.UNKNOWN_TICKET,
    "not_this_window": CallerCode.NOT_HERE,
    "unknown_window": CallerCode.UNKNOWN_WINDOW,
    "sign_in_failed": CallerCode.SIGN_IN_FAILED,
    "requeue_limit": CallerCode.REQUEUE_LIMIT,
    "rating_too_early": CallerCode.RATING_EARLY,
    "same_queue": CallerCode.SAME_QUEUE,
    "same_window": CallerCode.SAME_QUEUE,
    "window_not_staffed": CallerCode.WINDOW_EMPTY,
    "nothing_to_take_back": CallerCode.TOO_LATE,
    "take_back_late": CallerCode.TOO_LATE,
    "no_next_step": CallerCode.NO_NEXT_STEP,
    "recall_gap": CallerCode.CALLED_JUST_NOW,
    "no_right": CallerCode.NO_RIGHT,
    "pin_wait": CallerCode.PIN_WAIT,
    "nothing_held": CallerCode.NOTHING_HELD,
    "unknown_reason": CallerCode.DIGITS,
    "unknown_part": CallerCode.FAULT,  # this hall has no such window: the settings are wrong
}
"""What a rule's refusal is on a caller, by the key of its error."""


@dataclass(frozen=True, slots=True)
class CallerAnswer:
    """What a press led to: the window's new state, or a code; neither for a press that is none.

    ``text`` is for the display for ``seconds``; empty shows the window's state.
    """

    state: WindowState | None = None
    code: CallerCode | None = None
    seconds: float = CODE_S

    @property
    def text(self) -> str:
        """Return the code as digits, empty when the display shows the state."""
        return "" if self.code is None else self.code.text

    @property
    def beep(self) -> bool:
        """Whether the caller sounds: at every refusal, so that the clerk looks."""
        return self.code not in (None, CallerCode.PIN)


IGNORED = CallerAnswer()


class _Refusal(Exception):
    """A press that cannot become a move."""

    def __init__(self, code: CallerCode) -> None:
        super().__init__(code.name)
        self.code = code


@dataclass(frozen=True, slots=True)
class _Number:
    """A staff number that waits for its PIN."""

    digits: str = field(repr=False)
    until: float


class CallerDesk:
    """One window's hardware caller. One thread at a time; blocks for as long as the database."""

    def __init__(
        self,
        calling: Calling,
        shifts: Shifts,
        rules: Callable[[], HallRules],
        clock: Clock = time.monotonic,
    ) -> None:
        self._calling = self._any = calling
        self._shifts = shifts
        self._rules = rules
        self._clock = clock
        self._last: tuple[int, float] | None = None
        self._number: _Number | None = None
        self._moves: dict[CallerKey, Callable[[str], WindowState]] = {
            CallerKey.CALL: self._call,
            CallerKey.RECALL: self._recall,
            CallerKey.START: lambda _: self._calling.start(),
            CallerKey.NO_SHOW: self._no_show,
            CallerKey.FINISH: self._finish,
            CallerKey.HOLD: self._hold,
            CallerKey.RESUME: self._resume,
            CallerKey.PAUSE: self._pause,
            CallerKey.TRANSFER: self._transfer,
            CallerKey.ASK_AGAIN: lambda _: self._calling.ask_again(),
            CallerKey.SIGN_OUT: lambda _: shifts.sign_out(),
        }

    def shows(self, state: WindowState) -> None:
        """Note what the caller shows: a press is about the ticket that is there, or about none."""
        turn = state.turn
        self._calling = self._any.of(turn if turn is not None and turn.active else None)

    def press(self, press: CallerPress, at: float | None = None) -> CallerAnswer:
        """Do what a key asks for. ``at`` is when it was pressed, by the desk's clock."""
        at = self._clock() if at is None else at
        if self._double(press, at):
            return IGNORED
        number, self._number = self._number, None
        if press.digits and not _are_digits(press.digits):
            return CallerAnswer(code=CallerCode.DIGITS)
        if press.key is CallerKey.SIGN_IN:
            return self._sign_in(press, number if number and at < number.until else None, at)
        move = self._moves.get(press.key)
        return IGNORED if move is None else _done(move, press)

    def _double(self, press: CallerPress, at: float) -> bool:
        # A hash, for the digits may be a PIN.
        same = hash((press.key, press.digits))
        before, self._last = self._last, (same, at)
        return before is not None and before[0] == same and at - before[1] < DOUBLE_S

    def _sign_in(self, press: CallerPress, number: _Number | None, at: float) -> CallerAnswer:
        if not press.digits:
            return CallerAnswer(code=CallerCode.DIGITS)
        if number is None:
            self._number = _Number(press.digits, at + PIN_S)
            return CallerAnswer(code=CallerCode.PIN, seconds=PIN_S)
        return _done(lambda pin: self._shifts.sign_in(number.digits, pin), press)

    def _call(self, digits: str) -> WindowState:
        if digits:
            return self._calling.call_chosen(digits, self._rules().chosen_reasons[-1])
        state = self._calling.call_next()
        if state.turn is None or not state.turn.active:
            raise _Refusal(CallerCode.NOBODY_WAITS)
        return state

    def _finish(self, digits: str) -> WindowState:
        if digits:
            return self._calling.finish(_place(CLERK_OUTCOMES, digits))
        state = self._calling.state()
        if state.turn is None or not state.turn.active or state.service is None:
            raise _Refusal(CallerCode.NO_TICKET if state.shift else CallerCode.SIGN_IN_FIRST)
        return self._calling.finish(usual_outcome(state.service.kind))

    def _resume(self, digits: str) -> WindowState:
        """Go on with a held ticket; without digits a paused window goes on instead."""
        shift = self._calling.state().shift
        if not digits and shift is not None and not shift.open_for_calls:
            return self._shifts.resume()
        if digits == _OTHERWISE:
            return self._calling.serve_on()
        return self._calling.resume(digits or None)

    def _recall(self, digits: str) -> WindowState:
        return self._calling.take_back() if digits == _OTHERWISE else self._calling.recall()

    def _no_show(self, digits: str) -> WindowState:
        return self._calling.requeue(digits) if digits else self._calling.no_show()

    def _hold(self, digits: str) -> WindowState:
        return self._calling.hold(_place(_HOLDS, digits) if digits else HoldKind.ANY)

    def _pause(self, digits: str) -> WindowState:
        shift = self._calling.state().shift
        if shift is not None and not shift.open_for_calls:
            return self._shifts.resume()
        reasons = self._rules().pause_reasons
        if digits:
            return self._shifts.pause(_place(reasons, digits))
        return self._shifts.pause(_USUAL_PAUSE if _USUAL_PAUSE in reasons else reasons[0])

    def _transfer(self, digits: str) -> WindowState:
        if not digits:
            raise _Refusal(CallerCode.DIGITS)
        if digits == _OTHERWISE:
            return self._calling.return_to_pool()
        return self._calling.transfer_to_window(digits)


def _done(move: Callable[[str], WindowState], press: CallerPress) -> CallerAnswer:
    try:
        return CallerAnswer(state=move(press.digits))
    except _Refusal as refusal:
        return CallerAnswer(code=refusal.code)
    except DomainError as error:
        log.info("caller: %s refused: %s", press.key, error.key)
        return CallerAnswer(code=_code_of(error))
    except StoreError as error:
        log.warning("caller: %s not done: %s", press.key, type(error).__name__)
        return CallerAnswer(code=CallerCode.AWAY)
    except Exception as error:
        # Without its text at a sign-in: nobody knows what a driver puts into an exception.
        whole = error if press.key is not CallerKey.SIGN_IN else None
        log.exception("caller: %s failed: %s", press.key, type(error).__name__, exc_info=whole)
        return CallerAnswer(code=CallerCode.FAULT)


def _code_of(error: DomainError) -> CallerCode:
    other = CallerCode.CONFLICT if isinstance(error, Conflict) else CallerCode.NOT_NOW
    return CODES.get(error.key, other)


def _are_digits(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS


def _place(choices: tuple[T, ...], digits: str) -> T:
    """Return the choice that a digit stands for, from 1."""
    place = int(digits)
    if not 1 <= place <= len(choices):
        raise _Refusal(CallerCode.DIGITS)
    return choices[place - 1]
