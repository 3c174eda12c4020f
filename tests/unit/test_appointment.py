"""The arrival rule of an appointment, and its code."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallclient.domain.appointment import (
    CODE_LENGTH,
    Timing,
    arrival,
    code_of,
    is_code,
    spaced,
)
from hallclient.domain.dispatch import claim_at
from hallclient.domain.rules import HallRules, PriorityClass

SLOT = datetime(2026, 9, 29, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
RULES = HallRules()

moments = st.integers(-600 * 60, 600 * 60).map(lambda s: SLOT + s * SECOND)
rule_sets = st.builds(
    HallRules,
    booking_credit_minutes=st.integers(0, 60),
    booking_early_minutes=st.integers(0, 60),
    booking_late_minutes=st.integers(0, 60),
)
classes = st.sampled_from(PriorityClass)


@pytest.mark.parametrize(
    ("after", "timing", "claim", "callable_from"),
    [
        (-60.0, Timing.EARLY, -30.0, -10.0),
        (-10 - 1 / 60, Timing.EARLY, -30.0, -10.0),
        (-10.0, Timing.ON_TIME, -30.0, None),
        (0.0, Timing.ON_TIME, -30.0, None),
        (7.0, Timing.ON_TIME, -23.0, None),
        (15.0, Timing.ON_TIME, -15.0, None),
        (15 + 1 / 60, Timing.LATE, 15 + 1 / 60, None),
        (90.0, Timing.LATE, 90.0, None),
    ],
)
def test_the_rule_in_minutes_from_the_slot(
    after: float, timing: Timing, claim: float, callable_from: float | None
) -> None:
    here = arrival(SLOT, SLOT + after * MINUTE, RULES)
    assert here.timing is timing
    assert here.claim_at == SLOT + claim * MINUTE
    wanted = None if callable_from is None else SLOT + callable_from * MINUTE
    assert here.callable_from == wanted
    assert here.minutes == int(abs(after))


def test_a_priority_class_does_not_add_to_the_booking_credit() -> None:
    elder = arrival(SLOT, SLOT, RULES, PriorityClass.ELDERLY)
    assert elder.claim_at == SLOT - 30 * MINUTE
    generous = HallRules(credit_minutes=((PriorityClass.ELDERLY, 45),))
    assert arrival(SLOT, SLOT, generous, PriorityClass.ELDERLY).claim_at == SLOT - 45 * MINUTE
    late = arrival(SLOT, SLOT + 20 * MINUTE, RULES, PriorityClass.ELDERLY)
    assert late.claim_at == SLOT + 10 * MINUTE


@given(moments, rule_sets, classes)
def test_an_appointment_overtakes_by_a_bounded_time(
    now: datetime, rules: HallRules, priority: PriorityClass
) -> None:
    here = arrival(SLOT, now, rules, priority)
    most = max(rules.booking_credit_minutes, rules.credit(priority))
    assert here.claim_at >= now - most * MINUTE
    if here.timing is Timing.LATE:
        assert here.claim_at == claim_at(now, priority, rules)
    else:
        assert here.claim_at >= SLOT - most * MINUTE


@given(moments, moments, rule_sets, classes)
def test_who_comes_later_is_never_ahead_unless_already_late(
    one: datetime, other: datetime, rules: HallRules, priority: PriorityClass
) -> None:
    first, second = sorted((one, other))
    assert (
        arrival(SLOT, first, rules, priority).claim_at
        <= arrival(SLOT, second, rules, priority).claim_at
    )


@given(moments, rule_sets)
def test_only_the_early_wait_for_their_slot(now: datetime, rules: HallRules) -> None:
    here = arrival(SLOT, now, rules)
    assert (here.callable_from is not None) is (here.timing is Timing.EARLY)
    if here.callable_from is not None:
        assert now < here.callable_from <= SLOT


@given(st.integers(0, 10**12))
def test_a_code_is_nine_digits_that_check(drawn: int) -> None:
    code = code_of(drawn)
    assert len(code) == CODE_LENGTH
    assert is_code(code)
    assert spaced(code).replace(" ", "") == code


@given(st.integers(0, 10**8 - 1), st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_is_found(drawn: int, place: int, by: int) -> None:
    code = code_of(drawn)
    wrong = str((int(code[place]) + by) % 10)
    assert not is_code(code[:place] + wrong + code[place + 1 :])


def test_a_code_of_iso_7064() -> None:
    # The standard's own example of MOD 11,10: 0794 has the check digit 5.
    assert _check("0794") == "5"
    for drawn in (0, 794, 99_999_999, 12_345_678_901):
        code = code_of(drawn)
        assert code[-1] == _check(code[:-1])


def _check(digits: str) -> str:
    product = 10
    for digit in digits:
        total = (product + int(digit)) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)


@pytest.mark.parametrize(
    "text", ["", "12345678", "1234567890", "12345678x", "１２３４５６７８９", "-12345678"]
)
def test_what_is_no_code(text: str) -> None:
    assert not is_code(text)
    assert spaced(text) == text
