"""A clerk's own week: right sums, and nothing in them to infer a single rating from."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from hallclient.domain.case import Case
from hallclient.domain.turn import Outcome
from hallclient.services.floor_records import OwnTotals, StaffDay
from hallclient.services.own_totals import (
    BATCH,
    monday,
    promises,
    satisfied_percent,
    week_totals,
)
from tests.halls import small_hall

MONDAY = date(2026, 9, 28)


def day(offset: int, rated: int, satisfied: int) -> StaffDay:
    return StaffDay(7, MONDAY + timedelta(days=offset), 10, 600, 300, rated, satisfied)


def test_a_day_joins_with_its_batch() -> None:
    week = [day(0, 3, 3), day(1, 1, 0), day(2, 1, 1), day(3, 6, 5), day(4, 4, 4)]
    seen = [week_totals(7, week[: n + 1], week[n].day) for n in range(5)]
    assert [(one.rated, one.satisfied) for one in seen] == [
        (0, 0),
        (0, 0),
        (5, 4),
        (11, 9),
        (11, 9),
    ]
    assert [one.served for one in seen] == [10, 20, 30, 40, 50]
    assert [satisfied_percent(one) for one in seen] == [None, None, 80, 82, 82]
    assert {one.week for one in seen} == {MONDAY} == {monday(MONDAY + timedelta(days=6))}


def test_a_new_week_begins_from_nothing() -> None:
    before = week_totals(7, [day(4, 9, 9)], MONDAY + timedelta(days=4))
    after = week_totals(7, [day(7, 4, 4)], MONDAY + timedelta(days=7), before)
    assert (after.rated, after.served) == (0, 10)


ratings = st.lists(st.booleans(), max_size=9)
weeks = st.lists(ratings, min_size=1, max_size=7)


def shown(weeks_days: list[list[StaffDay]]) -> list[OwnTotals]:
    """What somebody sees who looks every day; each list is the week as it is known that day."""
    seen: list[OwnTotals] = []
    for days in weeks_days:
        before = seen[-1] if seen else None
        seen.append(week_totals(7, days, days[-1].day, before))
    return seen


def staff_days(week: list[list[bool]]) -> list[StaffDay]:
    return [day(n, len(given_), sum(given_)) for n, given_ in enumerate(week)]


@given(weeks, st.data())
def test_the_sum_stands_still_or_grows_by_a_batch(
    week: list[list[bool]], data: st.DataObject
) -> None:
    """Also when ratings come late, or are put aside after an appeal."""
    known: list[list[StaffDay]] = []
    for n in range(len(week)):
        if n and data.draw(st.booleans()):
            which = data.draw(st.integers(0, n - 1))
            week[which] = data.draw(ratings)
        known.append(staff_days(week[: n + 1]))
    seen = [OwnTotals(7, MONDAY, MONDAY, 0, 0, 0, 0, 0, 0, 0), *shown(known)]
    for before, after in pairwise(seen):
        grown = after.rated - before.rated
        assert grown == 0 or grown >= BATCH
        assert grown or after.satisfied == before.satisfied
        assert 0 <= after.satisfied <= after.rated


@given(weeks, st.data())
def test_a_single_level_shows_in_nothing_but_a_batch(
    week: list[list[bool]], data: st.DataObject
) -> None:
    """Two weeks that differ in one rating look the same until five more are told with it."""
    places = [(n, k) for n, given_ in enumerate(week) for k in range(len(given_))]
    if not places:
        return
    which, place = data.draw(st.sampled_from(places))
    other = [list(given_) for given_ in week]
    other[which][place] = not other[which][place]
    one, two = (shown([staff_days(w[: n + 1]) for n in range(len(w))]) for w in (week, other))
    for before, first, second in zip([None, *one], one, two, strict=False):
        assert first.rated == second.rated
        new = first.rated - (before.rated if before else 0)
        if first.satisfied != second.satisfied:
            assert first.rated >= BATCH
            assert abs(first.satisfied - second.satisfied) == 1
        assert new == 0 or new >= BATCH
        assert replace(first, satisfied=0) == replace(second, satisfied=0)


def test_promises_kept_and_late() -> None:
    through = date(2026, 9, 30)
    plan = small_hall()

    def case(kind: Outcome, due: int | None, finished: int | None, staff: int | None) -> Case:
        at = datetime(2026, 9, 28, 1, tzinfo=UTC)
        return Case(
            id=1,
            turn_id=1,
            service_id=1,
            kind=kind,
            number="1",
            accepted_at=at,
            due_on=date(2026, 9, due) if due else None,
            finished_at=at + timedelta(days=finished) if finished is not None else None,
            staff_id=staff,
        )

    promised = Outcome.PROMISED
    cases = [
        case(promised, 29, 1, 7),
        case(promised, 29, 2, 7),
        case(promised, 29, None, 7),
        case(promised, 30, None, 7),
        case(promised, None, None, 8),
        case(Outcome.REFUSED, 29, None, 7),
        case(promised, 29, None, None),
    ]
    assert promises(plan, cases, through) == {7: (4, 2), 8: (1, 0)}
