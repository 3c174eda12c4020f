"""Stars beside a photo: right tenths, and nothing in them to tell a single rating by."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from hallclient.domain.stars import (
    BATCH,
    DayLevels,
    Score,
    first_day,
    next_score,
    score_of,
)

FIRST = date(2026, 9, 1)


def day(offset: int, *levels: int) -> DayLevels:
    return DayLevels(FIRST + timedelta(days=offset), len(levels), sum(levels))


def test_no_stars_below_ten_ratings() -> None:
    assert score_of([day(0, *[5] * 9)]) is None
    assert score_of([day(0, *[5] * 9), day(1, 4)]) == Score(49, 10)


def test_tenths_are_of_all_batches_and_half_a_tenth_goes_up() -> None:
    assert score_of([day(0, *[5] * 19, 4)]) == Score(50, 20), "4.95"
    assert score_of([day(0, *[5] * 10), day(1, *[1] * 10), day(2, 5)]) == Score(30, 20)


def test_days_of_two_months_make_no_batch() -> None:
    assert score_of([day(29, *[5] * 9), day(30, *[5] * 9)]) is None


def test_three_months_count() -> None:
    assert first_day(date(2026, 11, 20)) == date(2026, 9, 1)
    assert first_day(date(2026, 2, 28)) == date(2025, 12, 1)
    assert first_day(date(2026, 1, 1)) == date(2025, 11, 1)


def test_a_month_leaves_whole_and_nothing_else_takes_stars_away() -> None:
    before = Score(48, 30)
    assert next_score(None, before, month_left=False) == before
    assert next_score(None, before, month_left=True) is None
    assert next_score(Score(47, 20), before, month_left=False) == before
    assert next_score(Score(47, 20), before, month_left=True) == Score(47, 20)
    assert next_score(Score(47, 29), before, month_left=True) == before


LEVELS = st.lists(st.integers(1, 5), max_size=14)


@given(st.lists(LEVELS, min_size=1, max_size=25), st.data())
def test_who_looks_every_day_sees_whole_batches_only(
    month: list[list[int]], data: st.DataObject
) -> None:
    """Also when ratings are set aside after they were shown."""
    shown: list[Score | None] = [None]
    for n in range(len(month)):
        if n and data.draw(st.booleans()):
            which = data.draw(st.integers(0, n - 1))
            month[which] = month[which][1:]
        days = [day(at, *levels) for at, levels in enumerate(month[: n + 1])]
        shown.append(next_score(score_of(days), shown[-1], month_left=False))
    for before, after in pairwise(shown):
        grown = (after.ratings if after else 0) - (before.ratings if before else 0)
        assert after == before or grown >= BATCH
        assert after is None or 10 <= after.tenths <= 50


@given(st.lists(LEVELS, min_size=2, max_size=25), st.data())
def test_a_rating_may_stand_on_any_day_of_its_batch(
    month: list[list[int]], data: st.DataObject
) -> None:
    """Two ratings of one batch may change places and nobody sees a difference, ever."""
    ends, waiting = [], 0
    for n, levels in enumerate(month):
        waiting += len(levels)
        if waiting >= BATCH:
            ends.append(n)
            waiting = 0
    begin = 0
    swapped = [list(levels) for levels in month]
    for end in ends:
        places = [(n, at) for n in range(begin, end + 1) for at in range(len(month[n]))]
        (n, at), (m, to) = data.draw(st.sampled_from(places)), data.draw(st.sampled_from(places))
        swapped[n][at], swapped[m][to] = swapped[m][to], swapped[n][at]
        begin = end + 1
    known = [day(at, *levels) for at, levels in enumerate(month)]
    other = [day(at, *levels) for at, levels in enumerate(swapped)]
    for n in range(len(month)):
        assert score_of(known[: n + 1]) == score_of(other[: n + 1])
