"""The pace of a queue (domain.pace): what is stored comes back, damage starts anew, never NaN."""

import json
from itertools import pairwise
from math import isfinite

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hallclient.domain import estimate_constants as fitted
from hallclient.domain.estimate import FITTED, Place, estimate, reckoned
from hallclient.domain.estimate_terms import MIDDLE_TERMS, SPREAD_TERMS
from hallclient.domain.pace import Pace
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


@given(MOVES, st.integers(0, 300), st.floats(0, 600), st.integers(0, 9))
@settings(max_examples=200)
def test_quantiles_are_in_order_whatever_happened(
    moves: Moves, ahead: int, closes_in: float, windows: int
) -> None:
    pace = moved(moves)
    wait = reckoned(pace, Place(pace.at, ahead, windows, closes_in=closes_in))
    assert 0 <= wait.p10 <= wait.p50 <= wait.p90
    assert isfinite(wait.p90)


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


@given(st.integers(0, 20), st.sampled_from([-1, -1e300, 1e300, "3", None, True, [], 1e13]))
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
    for closes_in in (None, 200.0, 30.0, 0.0):
        waits = [reckoned(pace, Place(pace.at, n, 1, closes_in=closes_in)) for n in range(80)]
        assert all(a.p50 < b.p50 for a, b in pairwise(waits))


def test_a_queue_twice_as_slow_waits_about_twice_as_long() -> None:
    quick, slow = steady(2), steady(4)
    one = reckoned(quick, Place(quick.at, 3, 1))
    other = reckoned(slow, Place(slow.at, 3, 1))
    assert other.p50 / one.p50 == pytest.approx(2, rel=0.15)


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


def test_every_weight_belongs_to_a_term() -> None:
    assert tuple(fitted.MIDDLE) == MIDDLE_TERMS
    assert tuple(fitted.LOWER) == tuple(fitted.UPPER) == SPREAD_TERMS
    assert len(FITTED.middle) == len(MIDDLE_TERMS)
