"""Business days, working days and the hours of queues."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallclient.domain.calendar import A_DAY, WorkCalendar, business_day, tickets_open
from hallclient.domain.parts import CalendarDay, SessionHours

# The State Council's calendar around the National Day of 2026: 1 to 7 October are holidays,
# Saturday the 10th is worked in lieu.
HOLIDAYS = WorkCalendar.of(
    (
        *(CalendarDay(f"2026-10-{day:02d}", working=False) for day in range(1, 8)),
        CalendarDay("2026-10-10", working=True, note="in lieu"),
    )
)
PLAIN = WorkCalendar({})
FOUR = time(4)


@pytest.mark.parametrize(
    ("at", "zone", "day"),
    [
        # Shanghai is UTC+8 all year: four in the morning there is 20:00 UTC the day before.
        ("2026-09-28T19:59:59.999999+00:00", "Asia/Shanghai", "2026-09-28"),
        ("2026-09-28T20:00:00+00:00", "Asia/Shanghai", "2026-09-29"),
        ("2026-09-29T15:59:00+00:00", "Asia/Shanghai", "2026-09-29"),
        # New York: summer time until 2026-11-01, so 08:00 UTC before and 09:00 after.
        ("2026-10-31T07:59:59+00:00", "America/New_York", "2026-10-30"),
        ("2026-10-31T08:00:00+00:00", "America/New_York", "2026-10-31"),
        ("2026-11-02T08:59:59+00:00", "America/New_York", "2026-11-01"),
        ("2026-11-02T09:00:00+00:00", "America/New_York", "2026-11-02"),
    ],
)
def test_the_business_day_begins_at_its_start(at: str, zone: str, day: str) -> None:
    moment = datetime.fromisoformat(at)
    assert business_day(moment, zone, FOUR) == date.fromisoformat(day)
    elsewhere = moment.astimezone(tz=None)
    assert business_day(elsewhere, zone, FOUR) == date.fromisoformat(day)


# In this night New York's clocks show the hour from one to two twice.
@given(
    st.sampled_from(["Asia/Shanghai", "America/New_York", "Australia/Lord_Howe"]),
    st.times(max_value=time(6)),
    st.integers(0, 366 * 24 * 60),
    st.timedeltas(timedelta(0), timedelta(hours=30)),
)
def test_the_business_day_never_goes_back(
    zone: str, start: time, minute: int, later: timedelta
) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    assert business_day(at, zone, start) <= business_day(at + later, zone, start)


def test_the_business_day_does_not_go_back_with_the_clocks() -> None:
    before = datetime(2026, 11, 1, 5, 45, tzinfo=UTC)  # 01:45 in summer time
    after = datetime(2026, 11, 1, 6, 15, tzinfo=UTC)  # 01:15 in winter time
    half_past_one = time(1, 30)
    for at in (before, after):
        assert business_day(at, "America/New_York", half_past_one) == date(2026, 11, 1)


@pytest.mark.parametrize(
    ("day", "working"),
    [
        ("2026-10-10", True),  # a Saturday worked in lieu
        ("2026-10-11", False),
        ("2026-10-01", False),  # a Thursday off
        ("2026-10-08", True),
        ("2027-01-02", False),  # the table says nothing: a weekend
        ("2027-01-04", True),
    ],
)
def test_working_days(day: str, working: bool) -> None:
    assert HOLIDAYS.is_working(date.fromisoformat(day)) is working


def test_five_working_days_over_the_national_holiday() -> None:
    assert HOLIDAYS.after(date(2026, 9, 29), 5) == date(2026, 10, 12)


def test_the_calendar_says_where_it_guesses() -> None:
    assert HOLIDAYS.knows(date(2026, 1, 5))
    assert not HOLIDAYS.knows(date(2027, 1, 5))


some_calendars = st.dictionaries(
    st.dates(date(2026, 9, 1), date(2026, 12, 31)), st.booleans(), max_size=60
).map(WorkCalendar)


@given(some_calendars, st.dates(date(2026, 9, 1), date(2026, 12, 31)), st.integers(1, 40))
def test_counting_working_days(calendar: WorkCalendar, start: date, days: int) -> None:
    due = calendar.after(start, days)
    assert calendar.is_working(due)
    between = [start + n * A_DAY for n in range(1, (due - start).days + 1)]
    assert sum(map(calendar.is_working, between)) == days


MORNING = (time(9), time(12), time(8, 45), time(11, 45))
AFTERNOON = (time(13, 30), time(17), time(13, 30), time(16, 30))
WEEK = tuple(
    SessionHours(f"{weekday}{part}", weekday, *times)
    for weekday in range(1, 6)
    for part, times in (("a", MORNING), ("b", AFTERNOON))
)
SATURDAY = SessionHours("6a", 6, time(10), time(12), time(10), time(11))


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "is_open", "session"),
    [
        ("2026-09-29 08:44:59", False, "2a"),  # Tuesday
        ("2026-09-29 08:45:00", True, "2a"),
        ("2026-09-29 11:44:59", True, "2a"),
        ("2026-09-29 11:45:00", False, "2b"),  # no tickets shortly before lunch
        ("2026-09-29 12:30:00", False, "2b"),
        ("2026-09-29 13:30:00", True, "2b"),
        ("2026-09-29 16:30:00", False, None),
        ("2026-10-01 10:00:00", False, None),  # a holiday
        ("2026-10-03 10:00:00", False, None),  # a Saturday off
        ("2026-10-10 10:00:00", True, "1a"),  # a Saturday in lieu has Monday's hours
        ("2026-10-11 10:00:00", False, None),
    ],
)
def test_hours(at: str, is_open: bool, session: str | None) -> None:
    for hours in (WEEK, WEEK[::-1]):
        state = tickets_open(hours, "A", local(at), HOLIDAYS)
        assert state.open is is_open
        assert (state.session and state.session.code) == session


def test_a_saturday_in_lieu_keeps_the_hours_a_hall_gave_saturdays() -> None:
    state = tickets_open((*WEEK, SATURDAY), "A", local("2026-10-10 09:30:00"), HOLIDAYS)
    assert (state.open, state.session) == (False, SATURDAY)


def test_saturday_sessions_are_held_though_no_working_day() -> None:
    """Extended hours (domain.md §2): an ordinary Saturday is off in the calendar of cases only."""
    state = tickets_open((*WEEK, SATURDAY), "A", local("2026-10-17 10:30:00"), HOLIDAYS)
    assert (state.open, state.session) == (True, SATURDAY)


def test_a_queue_with_hours_of_its_own() -> None:
    evening = SessionHours("late", 2, time(17), time(20), time(17), time(19), queue="B")
    hours = (*WEEK, evening)
    at = local("2026-09-29 18:00:00")
    assert tickets_open(hours, "B", at, PLAIN).open
    assert not tickets_open(hours, "A", at, PLAIN).open
    assert not tickets_open(hours, "B", local("2026-09-29 10:00:00"), PLAIN).open


def test_a_hall_without_hours_is_always_open() -> None:
    assert tickets_open((), "A", local("2026-10-01 03:00:00"), HOLIDAYS).open
