"""Periods of the floor: which days they have, what is read for them, what is left out."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallclient.domain.calendar import A_DAY
from hallclient.domain.errors import Refused
from hallclient.domain.turn import Outcome
from hallclient.services.chores.rollup import RollupChore
from hallclient.services.day_records import Done
from hallclient.services.days import close_day_if_over
from hallclient.services.floor_history import (
    BACK,
    Period,
    Span,
    past_of,
    period_report,
    periods_until,
)
from hallclient.services.floor_report import By, period_code, report_of
from hallclient.services.pin_guard import PinGuard
from hallclient.services.supervising import Supervising, sign_in
from tests.halls import PIN
from tests.services.console import LEAD, SUPERVISOR, with_console_staff
from tests.stores import HallUnderTest

DAYS = st.dates(date(2016, 1, 1), date(2035, 12, 31))


@given(st.sampled_from(Span), DAYS)
def test_periods_follow_one_another_without_gap(span: Span, day: date) -> None:
    period = Period.of(span, day)
    assert period.first <= day <= period.last
    assert period.after().first == period.last + A_DAY
    assert period.before().last == period.first - A_DAY
    assert period.before().after() == period == Period.of(span, period.last)
    assert period_code(By(span.value), period.first) == period_code(By(span.value), period.last)
    assert period_code(By(span.value), period.first) != period_code(
        By(span.value), period.before().last
    )


@given(st.sampled_from(Span), DAYS, st.integers(0, 5000))
def test_as_many_stand_side_by_side_as_the_hall_has(span: Span, day: date, age: int) -> None:
    oldest, last = day - timedelta(age), Period.of(span, day)
    periods = periods_until(last, oldest)
    assert periods[-1] == last
    assert all(one.after() == other for one, other in pairwise(periods))
    assert len(periods) == BACK[span] or periods[0].first <= oldest <= periods[0].last
    assert periods_until(last, None) == (last,)


@pytest.fixture
def worked(hall: HallUnderTest) -> HallUnderTest:
    """A Tuesday and a Wednesday that are over and counted, and a Thursday that is open."""
    with_console_staff(hall)
    for day in range(3):
        hall.sign_in("2")
        for _ in range(3 + day):
            hall.issue()
        for minutes in (3, 8):
            hall.clock.advance(minutes=minutes)
            hall.calling().call_next()
            hall.calling().start()
            hall.clock.advance(minutes=2)
            hall.calling().finish(Outcome.CONSULT)
        if day < 2:
            hall.clock.advance(days=1)
            close_day_if_over(hall.store, "chore")
            assert RollupChore().step(hall.store)
    return hall


def test_the_open_day_counts_as_the_others(worked: HallUnderTest) -> None:
    with worked.store.look() as reader:
        today = reader.day
        assert today is not None
        for span, issued in ((Span.WEEK, 12), (Span.MONTH, 5), (Span.YEAR, 12)):
            period = Period.of(span, today)
            for by in By:
                found = period_report(reader, period, by)
                assert found.report == report_of(reader, period.first, period.last, by)
                assert (found.report.total.issued, found.missing) == (issued, 0)
        days = [Period.of(Span.DAY, today - timedelta(ago)) for ago in (2, 1, 0)]
        past = past_of(reader, days)
        assert [counts.issued for _one, counts in past.periods] == [3, 4, 5]
        assert [counts.finished for _one, counts in past.periods] == [2, 2, 2]
        assert past.missing == 0
        assert period_report(reader, days[-1], By.QUEUE).until == today


def test_a_day_that_is_over_and_not_counted_is_left_out_and_told(worked: HallUnderTest) -> None:
    """However old it is, a console never reads the history itself."""
    with worked.store.look() as reader:
        today = reader.day
    assert today is not None
    with worked.store.change("test") as tx:
        tx.unmark_day(today - A_DAY, Done.FLOOR)
    with worked.store.look() as reader:
        period = Period.of(Span.WEEK, today)
        found = period_report(reader, period, By.QUEUE)
        assert (found.report.total.issued, found.missing) == (8, 1)
        assert (found.oldest, found.until) == (today - 2 * A_DAY, today)
        past = past_of(reader, [period])
        assert (past.periods[0][1].issued, past.missing) == (8, 1)
        assert report_of(reader, period.first, period.last, By.QUEUE).total.issued == 12


def test_only_who_may_see_it_does(worked: HallUnderTest) -> None:
    guard = PinGuard()
    period = Period.of(Span.WEEK, worked.clock.now.date())
    one = Supervising(worked.store, sign_in(worked.store, guard, SUPERVISOR, PIN))
    assert one.history(period, By.WINDOW).report.total.served == 6
    assert one.past((period,)).periods[0][1].issued == 12
    other = Supervising(worked.store, sign_in(worked.store, guard, LEAD, PIN))
    with pytest.raises(Refused):
        other.history(period, By.QUEUE)
    with pytest.raises(Refused):
        other.past((period,))
