"""The pace of a queue (domain.pace): what is stored comes back, damage starts anew, never NaN."""

import json
from dataclasses import fields
from itertools import pairwise
from math import isfinite

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hallclient.domain import estimate_constants as fitted
from hallclient.domain.estimate import FITTED, Place, estimate, reckoned
from hallclient.domain.estimate_terms import MIDDLE_TERMS, SPREAD_TERMS
from hallclient.domain.pace import Pace, hall_minutes
from hallclient.domain.wait import Told, Wait

Moves = list[tuple[str, float, int]]
MOVES: st.SearchStrategy[Moves] = st.lists(
    st.tuples(
        st.sampled_from(["joined", "called", "again", "left", "windows", "day"]),
        st.floats(-20, 60),
        st.integers(0, 12),
    ),
    max_size=60,
)


def moved(moves: Moves, scale: float = 1.0) -> Pace:
    """Return the pace after moves; clocks that jump back are among them."""
    pace, at = Pace(), 10_000.0
    for name, after, number in moves:
        at += after * scale
        if name == "called":
            told = Told(Wait(number / 2 + 0.1, number + 1.0, number * 3.0 + 4), number, 0)
            pace.called(at, after * scale, told)
        elif name == "again":
            pace.called(at, None)
        elif name == "windows":
            pace.open_windows(at, number)
        elif name == "day":
            pace.day_ended(at)
        else:
            getattr(pace, name)(at)
    return pace


@given(
    MOVES,
    st.sampled_from([1.0, 1e-6, 1e4, 1e9, 1e300]),
    st.integers(-3, 10**30),
    st.integers(-1, 10**9) | st.none(),
    st.integers(0, 9) | st.none(),
    st.floats(-1e12, 1e12),
)
@settings(max_examples=300)
def test_quantiles_are_in_order_whatever_happened(
    moves: Moves, scale: float, ahead: int, windows: int | None, free: int | None, at: float
) -> None:
    pace = moved(moves, scale)
    wait = reckoned(pace, Place(at, ahead, windows, free=free))
    assert 0 <= wait.p10 <= wait.p50 <= wait.p90
    assert isfinite(wait.p90)


@given(MOVES, st.integers(0, 400), st.integers(0, 9) | st.none(), st.booleans())
@settings(max_examples=300)
def test_more_ahead_are_never_told_less(
    moves: Moves, ahead: int, windows: int | None, back: bool
) -> None:
    pace = moved(moves)
    if back:
        pace = Pace.of(pace.text())
    fewer = reckoned(pace, Place(pace.at, ahead, windows))
    more = reckoned(pace, Place(pace.at, ahead + 1, windows))
    assert fewer.p50 <= more.p50


def states() -> st.SearchStrategy[Pace]:
    """Every state that a stored text can hold: each number anywhere within its bounds."""
    parts = {}
    for field in fields(Pace):
        if field.name.endswith(("_short", "_long")):
            parts[field.name] = st.floats(-0.7, 0.7)
        elif type(field.default) is int:
            parts[field.name] = st.integers(0, 50) | st.integers(0, 10**11)
        else:
            parts[field.name] = st.floats(0, 500) | st.floats(0, 9e11)
    return st.builds(Pace, **parts)


@given(states(), st.integers(0, 400), st.integers(0, 9) | st.none())
@settings(max_examples=300)
def test_no_state_tells_less_to_more(pace: Pace, ahead: int, windows: int | None) -> None:
    pace = Pace.of(pace.text())
    fewer = reckoned(pace, Place(pace.at, ahead, windows))
    more = reckoned(pace, Place(pace.at, ahead + 1, windows))
    assert 0 <= fewer.p10 <= fewer.p50 <= fewer.p90 < float("inf")
    assert fewer.p50 <= more.p50 * 1.000001


def test_a_new_queue_starts_from_the_pace_of_its_hall() -> None:
    slow, new = steady(10), Pace()
    assert hall_minutes([Pace(), new]) is None
    new.start_from(hall_minutes([slow, new]))
    wait = estimate(new, Place(0, 3, 1))
    assert wait is not None
    quick = Pace()
    quick.start_from(2.0)
    told = estimate(quick, Place(0, 3, 1))
    assert told is not None
    assert told.p50 < wait.p50 / 2
    slow.start_from(1.0)
    assert hall_minutes([slow]) == pytest.approx(10)


@given(MOVES)
def test_a_stored_pace_comes_back(moves: Moves) -> None:
    pace = moved(moves)
    text = pace.text()
    assert Pace.of(text).text() == text
    assert json.loads(text) == pytest.approx(json.loads(pace.text()))
    assert pace.waiting >= 0
    assert len(text) < 300


@given(st.text(max_size=40))
def test_damage_starts_anew(text: str) -> None:
    assert isinstance(Pace.of(text), Pace)


@given(
    st.integers(0, 20),
    st.sampled_from(
        [-1, -1e300, 1e300, "3", None, True, [], 1e13, 10**400, float("nan"), float("inf")]
    ),
)
def test_a_damaged_number_starts_anew(place: int, damage: object) -> None:
    values = json.loads(Pace().text())
    values[place % len(values)] = damage
    assert Pace.of(json.dumps(values)) == Pace()


def test_nothing_known_is_no_estimate() -> None:
    assert estimate(Pace(), Place(at=0, ahead=4, windows=1)) is None


def test_a_free_window_is_at_once_even_on_the_first_day() -> None:
    wait = estimate(Pace(), Place(at=0, ahead=0, windows=1, free=1))
    assert wait is not None
    assert wait.p10 == 0
    assert wait.p90 <= 3


def test_before_opening_the_wait_begins_at_the_opening() -> None:
    pace = steady()
    wait = estimate(pace, Place(pace.at, 3, 0, opens_in=30))
    assert wait is not None
    assert wait.p10 > 30


def steady(minutes: float = 5.0) -> Pace:
    pace = Pace()
    pace.open_windows(1000.0, 1)
    for _ in range(4):
        pace.joined(1000.0)
    for n in range(1, 40):
        at = 1000.0 + n * minutes
        pace.joined(at)
        pace.called(at, 4 * minutes)
    return pace


def test_more_ahead_wait_longer() -> None:
    pace = steady()
    waits = [reckoned(pace, Place(pace.at, n, 1)) for n in range(80)]
    assert all(a.p50 < b.p50 for a, b in pairwise(waits))


def test_a_queue_twice_as_slow_waits_much_longer() -> None:
    quick, slow = steady(2), steady(4)
    one = reckoned(quick, Place(quick.at, 3, 1))
    other = reckoned(slow, Place(slow.at, 3, 1))
    assert 1.5 < other.p50 / one.p50 < 2.1


def test_the_queue_moves_its_own_ends() -> None:
    pace = steady()
    before = reckoned(pace, Place(pace.at, 3, 1))
    for _ in range(100):
        wait = reckoned(pace, Place(pace.at, 3, 1))
        pace.joined(pace.at)
        pace.called(pace.at, wait.p90 * 2, Told(wait, 3, pace.calls))
    assert pace.shifts(3)[1] > 0.2
    assert pace.shifts(3)[2] > 0.2
    for _ in range(5000):
        pace.called(pace.at, 1e6, Told(before, 3, pace.calls))
    assert max(map(abs, pace.shifts(3))) <= 0.7


def test_who_is_overtaken_waits_longer() -> None:
    pace, plain = steady(), steady()
    for _ in range(60):
        wait = Wait(1, 5, 20)
        pace.called(pace.at, 6, Told(wait, 5, max(0, pace.calls - 10)))
        plain.called(plain.at, 6, Told(wait, 5, max(0, plain.calls - 5)))
    assert (
        reckoned(pace, Place(pace.at, 8, 1)).p50 > 1.2 * reckoned(plain, Place(plain.at, 8, 1)).p50
    )


def test_whom_a_free_window_takes_teaches_no_pace() -> None:
    pace = steady()
    calls = pace.busy_calls
    pace.waiting = 0
    pace.joined(pace.at)
    pace.called(pace.at, 0.1)
    assert pace.busy_calls == calls


def test_what_lies_an_hour_back_counts_half() -> None:
    slow, quick = steady(10), steady(10)
    for n in range(1, 31):
        quick.joined(slow.at + 2 * n)
        quick.called(slow.at + 2 * n, 8)
    assert 3 < quick.busy_minutes / quick.busy_calls < 6
    new = sum(2 * 0.5 ** (minute / 60) for minute in range(0, 60, 2))
    assert quick.busy_minutes == pytest.approx(slow.busy_minutes / 2 + new)


def test_a_time_without_anybody_teaches_no_pace() -> None:
    pace = steady()
    pace.waiting = 0
    pace.joined(pace.at)
    pace.called(pace.at, 0.0)
    before = pace.busy_minutes, pace.busy_calls, pace.day_minutes
    pace.joined(pace.at + 100)
    assert (pace.busy_minutes, pace.busy_calls, pace.day_minutes) == before


def test_nobody_waits_on_the_next_day() -> None:
    pace = steady()
    assert pace.waiting
    pace.day_ended(pace.at + 60)
    assert (pace.waiting, pace.windows, pace.calls, pace.last_came) == (0, 0, 0, 0.0)
    earlier = pace.day_minutes
    pace.joined(pace.at + 900)
    pace.called(pace.at, 0.1)
    assert pace.day_minutes == earlier == 0


def test_an_earlier_day_fades() -> None:
    pace, at = Pace(), 1000.0
    for minutes in (10, 10, 10, 2, 2, 2, 2):
        pace.joined(at)
        for _ in range(30):
            at += minutes
            pace.joined(at)
            pace.called(at, minutes)
        pace.day_ended(at)
        at += 1000
    assert pace.earlier_minutes / pace.earlier_calls < 4
    assert pace.earlier_calls < 30 / (1 - 0.7)


def test_every_weight_belongs_to_a_term() -> None:
    assert tuple(fitted.MIDDLE) == MIDDLE_TERMS
    assert tuple(fitted.LOWER) == tuple(fitted.UPPER) == SPREAD_TERMS
    assert len(FITTED.middle) == len(MIDDLE_TERMS)


def test_a_day_begins_with_its_first_ticket_or_window_not_with_a_hall_file() -> None:
    pace = Pace()
    pace.open_windows(100.0, 0)
    assert (pace.at, pace.began) == (100.0, 0.0)
    pace.open_windows(940.0, 2)
    assert pace.began == 940.0
    other = Pace()
    other.open_windows(100.0, 0)
    other.joined(940.0)
    assert other.began == 940.0


def test_a_day_that_nobody_closed_is_not_longer_than_the_longest_known() -> None:
    pace = Pace()
    pace.open_windows(1.0, 1)
    for at in range(1, 40, 4):
        pace.joined(at)
        pace.called(at + 3, 3.0)
    known, late = (reckoned(pace, Place(1.0 + 60 * hours, 5, 1)) for hours in (10, 60))
    assert late == known


def test_a_line_left_standing_over_night_teaches_nothing() -> None:
    """The day is closed by the chore at four or by the next day's first ticket."""
    pace = Pace()
    pace.open_windows(1.0, 1)
    pace.joined(1.0)
    for at in range(5, 85, 4):
        pace.joined(at - 1)
        pace.called(at, 4.0)
    pace.open_windows(90.0, 0)
    taught = pace.day_minutes
    pace.left(90.0 + 11 * 60)
    pace.day_ended(90.0 + 11 * 60)
    assert pace.earlier_minutes == taught
    assert pace.earlier_minutes / pace.earlier_calls < 6
