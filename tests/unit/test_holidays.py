"""The State Council's calendar in a hall's own table (domain.md §3)."""

from dataclasses import replace
from datetime import date

import pytest

from hallclient.domain.calendar import WorkCalendar
from hallclient.domain.parts import CalendarDay
from hallclient.services.hallfile.holidays import published_days, with_holidays
from tests.halls import small_hall

CALENDAR = WorkCalendar.of(with_holidays(small_hall()).calendar)


def test_the_vectors() -> None:
    assert CALENDAR.is_working(date(2026, 10, 10))
    assert CALENDAR.after(date(2026, 9, 29), 5) == date(2026, 10, 12)


@pytest.mark.parametrize("day", [date(2026, 10, 1), date(2026, 2, 17), date(2025, 5, 5)])
def test_holidays_are_off(day: date) -> None:
    assert not CALENDAR.is_working(day)


def test_only_days_that_differ_from_their_weekday_are_listed() -> None:
    for day in published_days():
        assert day.working == (date.fromisoformat(day.code).weekday() >= 5), day


def test_nothing_falls_due_on_a_day_off() -> None:
    for offset in range(1, 60):
        assert CALENDAR.is_working(CALENDAR.after(date(2026, 9, 20), offset))


def test_the_halls_own_day_wins() -> None:
    plan = replace(small_hall(), calendar=(CalendarDay("2026-10-10", working=False, note="检修"),))
    days = [day for day in with_holidays(plan).calendar if day.code == "2026-10-10"]
    assert days == [CalendarDay("2026-10-10", working=False, note="检修")]


def test_past_the_published_years_weekdays_count_and_the_calendar_says_so() -> None:
    last = date.fromisoformat(published_days()[-1].code).year
    assert CALENDAR.knows(date(last, 6, 1))
    assert not CALENDAR.knows(date(last + 1, 6, 1))
    assert CALENDAR.is_working(date(last + 1, 6, 1)) == (date(last + 1, 6, 1).weekday() < 5)
