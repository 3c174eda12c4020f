"""When chores are due, and whose time to rate is over."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hallclient.domain.calendar import A_DAY, WorkCalendar, business_day, day_began
from hallclient.domain.chores import due
from hallclient.domain.hall import HallPlan
from hallclient.domain.rating import defaults_before, last_day_to_rate
from hallclient.domain.rules import DayCount, HallRules
from hallclient.domain.text import LocalText

PLAN = HallPlan("510114000000-01", LocalText("大厅"))
FOUR = datetime(2026, 9, 29, 20, tzinfo=UTC)
"""Four in the morning in Shanghai."""

moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants them so
days = st.dates(date(2026, 8, 1), date(2026, 12, 31))
calendars = st.dictionaries(days, st.booleans(), max_size=30).map(WorkCalendar)
rules = st.builds(
    HallRules,
    default_level=st.sampled_from((3, 4, 5)),
    default_after_days=st.integers(1, 20),
    default_days=st.sampled_from(DayCount),
)


def test_due_at_first_and_then_once_a_business_day() -> None:
    assert due(FOUR, None, PLAN)
    assert not due(FOUR - timedelta(seconds=1), FOUR - timedelta(hours=23), PLAN)
    assert due(FOUR, FOUR - timedelta(seconds=1), PLAN)
    assert not due(FOUR, FOUR, PLAN)
    assert not due(FOUR + timedelta(hours=23), FOUR, PLAN)


def test_due_after_the_pc_slept_and_after_its_clock_was_wrong() -> None:
    assert due(FOUR + timedelta(days=40), FOUR, PLAN)
    assert due(FOUR, FOUR + timedelta(days=365), PLAN), "a year ahead and back"


@given(moments, moments)
def test_never_due_twice_on_one_day_and_never_forgotten(now: datetime, last: datetime) -> None:
    zone, start = PLAN.time_zone, PLAN.rules.day_start
    same = business_day(now, zone, start) == business_day(last, zone, start)
    assert due(now, last, PLAN) == (not same)
    assert not due(now, now, PLAN), "done now, not due now: nothing loops"


@given(moments)
def test_a_business_day_begins_where_it_begins(at: datetime) -> None:
    for zone in ("Asia/Shanghai", "Europe/Berlin", "America/New_York"):
        day = business_day(at, zone, time(4))
        assert day_began(day, zone, time(4)) <= at < day_began(day + A_DAY, zone, time(4))


def test_the_two_policies_that_are_known() -> None:
    """domain.md §5: Guangdong 7 calendar days, Xinjiang 5 working days."""
    none = WorkCalendar({})
    guangdong = HallRules(default_level=3)
    assert last_day_to_rate(date(2026, 9, 29), guangdong, none) == date(2026, 10, 6)
    xinjiang = HallRules(default_level=4, default_after_days=5, default_days=DayCount.WORKING)
    holidays = {date(2026, 10, n): n == 10 for n in (1, 2, 3, 4, 5, 6, 7, 10)}
    calendar = WorkCalendar(holidays)
    assert last_day_to_rate(date(2026, 9, 29), xinjiang, calendar) == date(2026, 10, 12)
    assert defaults_before(date(2026, 10, 12), xinjiang, calendar) == date(2026, 9, 29)
    assert defaults_before(date(2026, 10, 13), xinjiang, calendar) == date(2026, 9, 30)


def test_a_hall_without_a_default_has_no_limit() -> None:
    assert defaults_before(date(2026, 9, 29), HallRules(), WorkCalendar({})) is None


@given(days, days, rules, calendars)
def test_the_limit_parts_those_who_may_still_rate(
    served: date, today: date, policy: HallRules, calendar: WorkCalendar
) -> None:
    before = defaults_before(today, policy, calendar)
    assert before is not None
    assert (served < before) == (last_day_to_rate(served, policy, calendar) < today)
