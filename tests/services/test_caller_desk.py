"""A hardware caller at a window: every key in every state is a move or a calm refusal."""

import itertools
import logging
import random
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from hallclient.domain.rules import HallRules
from hallclient.domain.turn import Outcome
from hallclient.lab.invariants import check_invariants
from hallclient.phrases import Phrases, languages
from hallclient.services.caller_desk import (
    CODES,
    IGNORED,
    PIN_S,
    CallerAnswer,
    CallerCode,
    CallerDesk,
)
from hallclient.services.calling import Calling
from hallclient.services.pin_guard import PinGuard
from hallclient.services.ports_devices import CallerKey, CallerPress
from hallclient.services.shifts import Shifts
from hallclient.services.store_error import StoreError
from hallclient.storage.errors import DatabaseAway
from tests import invariants
from tests.halls import HALL_ID, PIN, small_hall
from tests.stores import HallUnderTest

pytestmark = pytest.mark.usually_on("sqlite")

CALLERS_MD = Path(__file__).parents[2] / "docs" / "callers.md"


class Desk:
    """A caller's desk whose presses come half a second after one another."""

    def __init__(
        self, hall: HallUnderTest, window: str = "2", guard: PinGuard | None = None
    ) -> None:
        self.time = 100.0
        store = hall.store
        self.desk = CallerDesk(
            Calling(store, window),
            Shifts(store, window, guard),
            lambda: store.plan().rules,
            lambda: self.time,
        )

    def __call__(self, key: CallerKey, digits: str = "", *, after: float = 0.5) -> CallerAnswer:
        self.time += after
        return self.desk.press(CallerPress(key, digits))

    def sign_in(self, number: str = "1002", pin: str = PIN) -> CallerAnswer:
        self(CallerKey.SIGN_IN, number)
        return self(CallerKey.SIGN_IN, pin)


def label(answer: CallerAnswer) -> str:
    """The ticket at the window after a press."""
    assert answer.code is None
    assert answer.state is not None
    assert answer.state.ticket is not None
    assert not answer.beep
    return answer.state.ticket.label


def test_a_morning_by_keys_alone(hall: HallUnderTest) -> None:
    press = Desk(hall)
    assert press(CallerKey.CALL).code is CallerCode.SIGN_IN_FIRST
    assert press.sign_in().state is not None
    nobody = press(CallerKey.CALL)
    assert (nobody.code, nobody.text, nobody.beep) == (CallerCode.NOBODY_WAITS, "00 02", True)
    for _ in range(3):
        hall.issue()
    assert label(press(CallerKey.CALL)) == "A001"
    assert press(CallerKey.CALL).code is CallerCode.FINISH_FIRST
    assert press(CallerKey.NO_SHOW).code is CallerCode.NO_SHOW_EARLY
    press(CallerKey.RECALL)
    press(CallerKey.RECALL)
    assert press(CallerKey.RECALL).code is CallerCode.RECALL_CAP
    assert press(CallerKey.NO_SHOW).state is not None
    assert label(press(CallerKey.CALL, "003")) == "A003"
    assert press(CallerKey.FINISH).code is CallerCode.NOT_NOW
    assert press(CallerKey.SIGN_OUT).code is CallerCode.FINISH_FIRST
    press(CallerKey.START)
    ended = press(CallerKey.FINISH).state
    assert ended is not None
    assert ended.turn is not None
    assert ended.turn.result is Outcome.CONSULT, "what its service usually ends with"
    assert press(CallerKey.ASK_AGAIN).state is not None
    assert label(press(CallerKey.CALL, "1")) == "A001"
    press(CallerKey.START)
    press(CallerKey.HOLD)
    assert press(CallerKey.RECALL).code is CallerCode.NO_TICKET
    assert label(press(CallerKey.CALL)) == "A002"
    press(CallerKey.START)
    finished = press(CallerKey.FINISH, "2").state
    assert finished is not None
    assert finished.turn is not None
    assert finished.turn.result is Outcome.PROMISED
    assert label(press(CallerKey.RESUME)) == "A001"
    assert press(CallerKey.TRANSFER, "1").code is CallerCode.WINDOW_EMPTY
    press(CallerKey.TRANSFER, "0")
    assert press(CallerKey.PAUSE).state is not None
    assert press(CallerKey.CALL).code is CallerCode.PAUSED
    assert press(CallerKey.PAUSE).state is not None
    assert label(press(CallerKey.CALL)) == "A001"
    reasons = [e.data["reason"] for e in hall.journal() if "reason" in e.data]
    assert reasons == ["other", "other", "", "away", "away"], "of calls, a hold, a pause"
    assert press(CallerKey.LINE) == IGNORED
    invariants.check(hall.engine, hall.store)
    assert check_invariants(hall.engine, HALL_ID).broken == ()


@pytest.mark.parametrize(
    ("key", "digits", "code"),
    [
        (CallerKey.FINISH, "0", CallerCode.DIGITS),
        (CallerKey.FINISH, "7", CallerCode.DIGITS),
        (CallerKey.FINISH, "11", CallerCode.DIGITS),
        (CallerKey.TRANSFER, "", CallerCode.DIGITS),
        (CallerKey.TRANSFER, "77", CallerCode.UNKNOWN_WINDOW),
        (CallerKey.TRANSFER, "3", CallerCode.WINDOW_EMPTY),
        (CallerKey.TRANSFER, "2", CallerCode.SAME_QUEUE),
        (CallerKey.HOLD, "4", CallerCode.DIGITS),
        (CallerKey.NO_SHOW, "9", CallerCode.UNKNOWN_TICKET),
        (CallerKey.RESUME, "0", CallerCode.FINISH_FIRST),
        (CallerKey.PAUSE, "", CallerCode.FINISH_FIRST),
        (CallerKey.RESUME, "", CallerCode.FINISH_FIRST),
        (CallerKey.CALL, "99", CallerCode.FINISH_FIRST),
        (CallerKey.RECALL, "", CallerCode.NOT_NOW),
        (CallerKey.CALL, "A1", CallerCode.DIGITS),
        (CallerKey.CALL, "²", CallerCode.DIGITS),
        (CallerKey.CALL, "1" * 40, CallerCode.DIGITS),
        (CallerKey.ASK_AGAIN, "", CallerCode.RATING_EARLY),
    ],
)
def test_what_cannot_be_while_serving(
    hall: HallUnderTest, key: CallerKey, digits: str, code: CallerCode
) -> None:
    hall.sign_in("2")
    hall.issue()
    press = Desk(hall)
    press(CallerKey.CALL)
    press(CallerKey.START)
    entries = len(hall.journal())
    assert press(key, digits).code is code
    assert len(hall.journal()) == entries


def test_pauses_by_the_place_of_their_reason(hall: HallUnderTest) -> None:
    hall.change_rules(pause_reasons=("盘点", "用餐"))
    hall.sign_in("2")
    press = Desk(hall)
    assert press(CallerKey.PAUSE, "3").code is CallerCode.DIGITS
    for digits, reason in (("2", "用餐"), ("", "盘点")):
        state = press(CallerKey.PAUSE, digits).state
        assert state is not None
        assert state.shift is not None
        assert state.shift.pause_reason == reason
        assert press(CallerKey.RESUME).state is not None, "at a paused window: back to work"
        assert press(CallerKey.RESUME).code is CallerCode.NOTHING_HELD


def test_sign_in_takes_two_presses_within_a_while(hall: HallUnderTest) -> None:
    press = Desk(hall)
    prompt = press(CallerKey.SIGN_IN, "1002")
    assert (prompt.text, prompt.beep, prompt.seconds) == ("00 00", False, PIN_S)
    assert press(CallerKey.SIGN_IN, "9999").code is CallerCode.SIGN_IN_FAILED
    assert press(CallerKey.SIGN_IN, "8888").code is CallerCode.PIN, "from the beginning"
    assert press(CallerKey.SIGN_IN, PIN).code is CallerCode.SIGN_IN_FAILED, "told alike"
    press(CallerKey.SIGN_IN, "1002")
    assert press(CallerKey.SIGN_IN, PIN, after=PIN_S + 0.1).code is CallerCode.PIN, "too late"
    press(CallerKey.RECALL)
    press(CallerKey.SIGN_IN, "1002")
    press(CallerKey.RECALL)
    assert press(CallerKey.SIGN_IN, PIN).code is CallerCode.PIN, "another key forgets the number"
    press(CallerKey.RECALL)
    assert press(CallerKey.SIGN_IN).code is CallerCode.DIGITS
    state = press.sign_in().state
    assert state is not None
    assert state.staff is not None
    assert state.staff.code == "1002"
    assert press(CallerKey.SIGN_OUT).state is not None


def test_neither_number_nor_pin_is_told_anywhere(
    hall: HallUnderTest, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    press = Desk(hall)
    press(CallerKey.SIGN_IN, "1002")
    assert "1002" not in repr(vars(press.desk))
    failed = press(CallerKey.SIGN_IN, "7531")
    worked = press.sign_in()
    assert worked.state is not None
    told = caplog.text + repr(failed) + repr(vars(press.desk))
    told += repr(CallerPress(CallerKey.SIGN_IN, "7531"))
    assert "7531" not in told
    assert PIN not in told + repr(worked)


def test_a_double_press_is_one(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    hall.issue()
    press = Desk(hall)
    assert label(press(CallerKey.CALL)) == "A001"
    for _ in range(5):  # a key that is held down
        assert press(CallerKey.CALL, after=0.2) is IGNORED
    assert press(CallerKey.CALL, after=0.31).code is CallerCode.FINISH_FIRST
    assert press(CallerKey.RECALL, after=0.1).state is not None, "another key is another press"


class AwayStore:
    """A store whose database is gone, or broken in a way nobody expected."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def change(self, actor: str) -> Any:
        raise self.error

    def look(self) -> Any:
        raise self.error

    def plan(self) -> Any:
        return small_hall()


@pytest.mark.parametrize("key", CallerKey)
@pytest.mark.parametrize("digits", ["", "2"])
@pytest.mark.parametrize(
    ("error", "code"),
    [
        (DatabaseAway("away"), CallerCode.AWAY),
        (StoreError("disk full"), CallerCode.AWAY),
        (ZeroDivisionError("a mistake"), CallerCode.FAULT),
    ],
)
def test_without_a_database_every_key_is_answered(
    key: CallerKey,
    digits: str,
    error: Exception,
    code: CallerCode,
) -> None:
    store: Any = AwayStore(error)
    desk = CallerDesk(Calling(store, "2"), Shifts(store, "2"), HallRules, lambda: 0.0)
    answer = desk.press(CallerPress(key, digits))
    allowed = {code, CallerCode.DIGITS, CallerCode.PIN, None if key is CallerKey.LINE else code}
    if key is CallerKey.SIGN_IN and digits:
        assert answer.code is CallerCode.PIN
        # Checking a number takes the plan alone: it does not fit before the database is asked.
        assert desk.press(CallerPress(key, "1")).code in {code, CallerCode.SIGN_IN_FAILED}
    assert answer.code in allowed


KEYS = [*CallerKey, CallerKey.TRANSFER, CallerKey.RESUME, CallerKey.NO_SHOW]
KEYS += [CallerKey.CALL, CallerKey.START, CallerKey.FINISH, CallerKey.RECALL] * 3
DIGITS = ["", "", "", "1", "2", "3", "001", "012", "0", "9", "1002", "1003", PIN, "x", "99999999"]


@pytest.mark.parametrize("hall_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("seed", [1, 3, 4, 5])
def test_random_presses_never_break_a_hall(hall: HallUnderTest, seed: int) -> None:
    """Two callers and a kiosk at random: an answer to every press, never a broken invariant."""
    dice = random.Random(seed)  # noqa: S311 - a run that repeats
    waited = PinGuard(clock=itertools.count(0, 1000).__next__)  # nobody is kept from signing in
    desks = [Desk(hall, window, waited) for window in "12"]
    hall.sign_in("1", "2")
    moved: Counter[CallerKey] = Counter()
    codes: Counter[CallerCode | None] = Counter()
    for n in range(700):
        hall.clock.advance(seconds=dice.choice([0, 1, 5, 30, -3]))
        if dice.random() < 0.2:
            hall.issue(dice.choice(["ZH001", "BDC001"]))
        press, key = dice.choice(desks), dice.choice(KEYS)
        if key in (CallerKey.SIGN_IN, CallerKey.SIGN_OUT) and dice.random() < 0.8:
            press.sign_in(dice.choice(["1001", "1002"]))
            continue
        answer = press(key, dice.choice(DIGITS), after=dice.choice([0.1, 0.4, 2.0]))
        codes[answer.code] += 1
        if answer.state is not None:
            moved[key] += 1
        if n % 100 == 99:
            invariants.check(hall.engine, hall.store)
    assert check_invariants(hall.engine, HALL_ID).broken == ()
    assert CallerCode.FAULT not in codes
    assert CallerCode.AWAY not in codes
    assert len(moved) >= 9, moved
    assert len(codes) >= 10, codes


# What the codes are called


def test_every_code_has_words_in_every_language() -> None:
    for language in languages():
        say = Phrases(language.code)
        said = [say(f"caller.{code.name.lower()}") for code in CallerCode]
        assert len(set(said)) == len(CallerCode)


def test_every_code_is_in_the_documents() -> None:
    shown = re.findall(r"^\| (00 \d\d) \|", CALLERS_MD.read_text("utf-8"), re.MULTILINE)
    assert shown == [code.text for code in CallerCode]
    assert set(CODES.values()) <= set(CallerCode)
    assert all(len(code.text) == 5 for code in CallerCode)
