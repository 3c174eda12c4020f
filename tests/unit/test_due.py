"""By when a case must be done: working days and hours, what stood, the law's ceiling."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hallclient.domain.calendar import A_DAY, WorkCalendar
from hallclient.domain.case import CASE_OUTCOMES, Case
from hallclient.domain.case_clock import (
    after_standing,
    days_left,
    first_due,
    is_early,
    is_late,
    set_due,
    used_days,
)
from hallclient.domain.due import (
    Clock,
    Due,
    Limit,
    StripDay,
    StripKind,
    day_strip,
    guessed_year,
    limit_of,
)
from hallclient.domain.errors import Refused
from hallclient.domain.parts import CalendarDay, Service, ServiceKind, SessionHours
from hallclient.domain.text import LocalText
from hallclient.domain.turn import Outcome
from hallclient.services.hallfile.holidays import published_days

SHANGHAI = ZoneInfo("Asia/Shanghai")
# 1 to 7 October 2026 are off, Saturday the 10th is worked in lieu.
CALENDAR = WorkCalendar.of(
    (
        *(CalendarDay(f"2026-10-{day:02d}", working=False) for day in range(1, 8)),
        CalendarDay("2026-10-10", working=True),
    )
)
HOURS = tuple(
    SessionHours(f"{weekday}{nth}", weekday, opens, closes, opens, closes)
    for weekday in range(1, 6)
    for nth, (opens, closes) in enumerate([(time(9), time(12)), (time(13, 30), time(17))])
)
"""Six and a half hours a day."""
CLOCK = Clock(CALENDAR, HOURS, "Q")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI).astimezone(UTC)


def on(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def service(**limits: int) -> Service:
    return Service("S", LocalText("事"), "D", "Q", ServiceKind.PROMISED, **limits)  # type: ignore[arg-type] # only numbers


def case(due: Due | None, accepted: datetime, limit: Limit) -> Case:
    return Case(
        1, 2, 3, Outcome.PROMISED, "2026092900001", accepted, due.on if due else None, None,
        due_at=due.at if due else None, legal=limit.legal, promised=limit.promised,
        in_hours=limit.in_hours,
    )  # fmt: skip


ACCEPTED = at("09-29 15:30")


@pytest.mark.parametrize(
    ("outcome", "promised", "legal", "due"),
    [
        # 30 September is the 1st day, then 8, 9, 10 (in lieu) and 12 October.
        (Outcome.PROMISED, 5, 20, "10-12"),
        (Outcome.PROMISED, 1, 20, "09-30"),
        (Outcome.PROMISED, 2, 20, "10-08"),
        (Outcome.PROMISED, 4, 20, "10-10"),
        (Outcome.PROMISED, 0, 5, "10-12"),
        (Outcome.PROMISED, 9, 5, "10-12"),  # the law is the ceiling
        (Outcome.PROMISED, 0, 0, None),
        (Outcome.JOINT, 5, 20, "10-12"),
        (Outcome.ESCALATED, 5, 20, "10-12"),
        (Outcome.SUPPLEMENT, 1, 20, "10-12"),
        (Outcome.INSTANT, 5, 20, None),
        (Outcome.REFUSED, 5, 20, None),
    ],
)
def test_due_days(outcome: Outcome, promised: int, legal: int, due: str | None) -> None:
    found = first_due(outcome, Limit(promised, legal), ACCEPTED, CLOCK)
    assert found == (None if due is None else Due(on(due)))


@pytest.mark.parametrize(
    ("accepted", "hours", "due"),
    [
        ("09-29 09:00", 3, "09-29 12:00"),  # to the end of a session, not the next one's start
        ("09-29 09:00", 4, "09-29 14:30"),  # 3 before lunch, 1 behind it
        ("09-29 15:30", 4, "09-30 11:30"),  # 1:30 today, 2:30 tomorrow
        ("09-29 12:15", 1, "09-29 14:30"),  # accepted over lunch
        ("09-29 18:00", 4, "09-30 14:30"),  # accepted in the evening
        ("09-30 16:00", 4, "10-08 12:00"),  # 1 before the holidays, 3 behind them
        ("10-09 16:30", 1, "10-10 09:30"),  # a Saturday in lieu has Monday's hours
        ("10-10 16:30", 1, "10-12 09:30"),
    ],
)
def test_due_hours(accepted: str, hours: int, due: str) -> None:
    found = first_due(Outcome.PROMISED, Limit(hours, in_hours=True), at(accepted), CLOCK)
    assert found == Due(on(due[:5]), at(due))


def test_a_hall_without_hours_works_eight_a_day() -> None:
    bare = Clock(CALENDAR)
    limit = Limit(8, in_hours=True)
    assert bare.due(at("09-29 09:00"), limit) == Due(on("09-29"), at("09-29 18:00"))
    saturdays = Clock(CALENDAR, (SessionHours("6", 6, time(9), time(12), time(9), time(12)),))
    assert saturdays.due(at("09-29 09:00"), limit) == Due(on("09-29"), at("09-29 18:00"))


def test_limits_of_a_service() -> None:
    assert limit_of(service(promised_days=5, legal_days=20)) == Limit(5, 20)
    assert limit_of(service(promised_hours=4, legal_hours=12)) == Limit(4, 12, in_hours=True)
    # A promise in hours under a law in days: eight hours are a day.
    mixed = limit_of(service(promised_hours=4, legal_days=3))
    assert mixed == Limit(4, 24, in_hours=True, law_in_days=True)
    assert CLOCK.ceiling(ACCEPTED, mixed) == Due(on("10-09"))  # 30 September, 8 and 9 October


def test_a_clerk_sets_another_day_within_the_law() -> None:
    limit = Limit(2, 5)
    assert set_due(on("10-10"), limit, ACCEPTED, CLOCK) == Due(on("10-10"))
    assert set_due(on("10-12"), limit, ACCEPTED, CLOCK) == Due(on("10-12"))
    refused = {"10-13": "due_beyond_law", "10-11": "due_day_off", "09-28": "due_past"}
    for day, key in refused.items():
        with pytest.raises(Refused) as caught:
            set_due(on(day), limit, ACCEPTED, CLOCK)
        assert caught.value.key == key
    hours = Limit(4, in_hours=True)
    assert set_due(on("10-08"), hours, ACCEPTED, CLOCK) == Due(on("10-08"), at("10-08 17:00"))


def test_what_stood_is_added_and_what_was_late_stays_late() -> None:
    limit = Limit(5, 20)
    one = case(CLOCK.due(ACCEPTED, limit), ACCEPTED, limit)
    assert one.due_on == on("10-12")
    # Stood from 30 September to 9 October: 8 and 9 October did not count.
    later = after_standing(one, at("09-30 10:00"), at("10-09 10:00"), CLOCK)
    assert later.due_on == on("10-14")
    assert later.due_on == CLOCK.after_days(
        on("09-29"), 5, [(at("09-30 10:00"), at("10-09 10:00"))]
    )
    same_day = after_standing(one, at("09-30 09:00"), at("09-30 16:00"), CLOCK)
    assert same_day.due_on == one.due_on
    late = after_standing(one, at("10-13 09:00"), at("10-20 09:00"), CLOCK)
    assert late.due_on == one.due_on


def test_hours_that_stood() -> None:
    limit = Limit(4, in_hours=True)
    begun = at("09-29 09:00")
    one = case(CLOCK.due(begun, limit), begun, limit)
    assert one.due_at == at("09-29 14:30")
    # From ten to eleven the next day: 2 + 3:30 hours today, 2 tomorrow stood, 3 are left.
    later = after_standing(one, at("09-29 10:00"), at("09-30 11:00"), CLOCK)
    assert later.due_at == at("09-30 15:30")
    assert later.due_on == on("09-30")


def test_late_early_and_left() -> None:
    limit = Limit(5, 20)
    one = case(CLOCK.due(ACCEPTED, limit), ACCEPTED, limit)  # 12 October
    assert not is_late(one, at("10-12 23:59"), CLOCK)
    assert is_late(one, at("10-13 00:00"), CLOCK)
    assert is_early(one, at("10-10 12:00"), CLOCK)
    assert not is_early(one, at("10-12 00:00"), CLOCK)
    left = {"09-29 10:00": 5, "10-04 10:00": 4, "10-12 10:00": 0, "10-13 09:00": -1}
    assert {day: days_left(one, at(day), CLOCK) for day in left} == left


def test_days_used() -> None:
    limit = Limit(5, 20)
    one = case(CLOCK.due(ACCEPTED, limit), ACCEPTED, limit)
    assert used_days(one, at("09-29 17:00"), (), CLOCK) == 0
    assert used_days(one, at("10-09 09:00"), (), CLOCK) == 3
    begun, hours = at("09-29 09:00"), Limit(4, in_hours=True)
    quick = case(CLOCK.due(begun, hours), begun, hours)
    assert used_days(quick, at("09-29 13:30"), (), CLOCK) == 0.375  # three hours of eight


def test_the_strip_of_the_panel() -> None:
    """The panel's own example (visual.md, 08): Friday the 20th, five days, Friday the 27th."""
    strip = day_strip(date(2026, 11, 20), 5, CALENDAR)
    kinds = ["accepted", "off", "off", "counted", "counted", "counted", "counted", "due"]
    assert [day.kind.value for day in strip] == kinds
    assert [day.count for day in strip] == [0, 0, 0, 1, 2, 3, 4, 5]
    assert (strip[0].day, strip[-1].day) == (date(2026, 11, 20), date(2026, 11, 27))
    assert not any(day.guessed for day in strip)
    assert day_strip(date(2026, 11, 20), 0, CALENDAR) == (
        StripDay(date(2026, 11, 20), StripKind.ACCEPTED),
    )


def test_the_strip_says_where_the_calendar_ends() -> None:
    strip = day_strip(date(2026, 12, 30), 3, CALENDAR)
    assert [(day.day.isoformat(), day.guessed) for day in strip[:3]] == [
        ("2026-12-30", False),
        ("2026-12-31", False),
        ("2027-01-01", True),
    ]


# The State Council's calendars.

NATIONAL = WorkCalendar.of(published_days(2004))
FIRST, LAST = date(2004, 1, 1), date(2026, 12, 31)
NATIONAL_CLOCK = Clock(NATIONAL)


def test_every_day_of_2004_to_2026_is_what_the_state_council_said() -> None:
    """Each day against the package's own function; the hall's table has only what differs."""
    days = [FIRST + n * A_DAY for n in range((LAST - FIRST).days + 1)]
    wrong = [day for day in days if NATIONAL.is_working(day) != chinese_calendar.is_workday(day)]
    assert wrong == []
    assert all(NATIONAL.knows(date(year, 6, 1)) for year in range(2004, 2027))
    assert not NATIONAL.knows(date(2027, 1, 1))


@pytest.mark.parametrize(
    ("accepted", "days", "due"),
    [
        ("2026-09-29", 5, "2026-10-12"),
        # Spring Festival 2024: off from 10 to 17 February, Sundays 4 and 18 worked in lieu.
        ("2024-02-02", 1, "2024-02-04"),
        ("2024-02-09", 1, "2024-02-18"),
        # National Day 2020: 1 to 8 October off, 27 September and 10 October worked.
        ("2020-09-25", 1, "2020-09-27"),
        ("2020-09-30", 2, "2020-10-10"),
        # The lengthened Spring Festival of 2020: off until 2 February.
        ("2020-01-23", 1, "2020-02-03"),
        # May Day 2019 was changed late: 1 to 4 May off, Sundays 28 April and 5 May worked.
        ("2019-04-27", 1, "2019-04-28"),
        ("2019-04-30", 1, "2019-05-05"),
        # May Day 2004, the oldest year: a week off, Saturday 8 and Sunday 9 May worked.
        ("2004-04-30", 2, "2004-05-09"),
    ],
)
def test_known_swaps(accepted: str, days: int, due: str) -> None:
    begun = date.fromisoformat(accepted)
    assert NATIONAL_CLOCK.after_days(begun, days) == date.fromisoformat(due)
    assert day_strip(begun, days, NATIONAL)[-1].day == date.fromisoformat(due)


moments = st.integers(0, 8309 * 24 * 60).map(
    lambda minutes: datetime(2004, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
"""To 1 October 2026."""


@given(st.sampled_from(sorted(CASE_OUTCOMES)), st.integers(0, 40), st.integers(0, 60), moments)
def test_nothing_falls_due_on_a_day_off(
    outcome: Outcome, promised: int, legal: int, accepted: datetime
) -> None:
    for in_hours in (False, True):
        limit = Limit(promised, legal, in_hours=in_hours)
        due = first_due(outcome, limit, accepted, NATIONAL_CLOCK)
        if due is None:
            continue
        assert chinese_calendar.is_workday(due.on)
        assert due.at is None or (due.at > accepted and NATIONAL_CLOCK.day(due.at) == due.on)
        if due.at is None:
            begun = NATIONAL_CLOCK.day(accepted)
            counted = chinese_calendar.get_workdays(begun + A_DAY, due.on)
            units = 5 if outcome is Outcome.SUPPLEMENT else limit.units
            assert len(counted) == units


gaps = st.lists(st.integers(1, 60 * 24 * 6), min_size=1, max_size=6)


@settings(max_examples=60)
@given(moments, st.integers(1, 60), gaps, st.booleans())
def test_standing_and_going_on_adds_up(
    accepted: datetime, units: int, minutes: list[int], in_hours: bool
) -> None:
    """Moved suspension by suspension, or counted anew without what stood: one due moment."""
    clock, limit = NATIONAL_CLOCK, Limit(units, in_hours=in_hours)
    one = case(clock.due(accepted, limit), accepted, limit)
    moment, stood = accepted, []
    for nth, gap in enumerate(minutes):
        later = moment + timedelta(minutes=gap)
        if nth % 2:
            one = after_standing(one, moment, later, clock)
            stood.append((moment, later))
        moment = later
    due = clock.due(accepted, limit, stood)
    assert due is not None
    if in_hours:
        assert one.due_at is not None
        assert due.at is not None
        # The end of a session and the start of the next are one moment of the clock.
        assert clock.hours_between(min(one.due_at, due.at), max(one.due_at, due.at), stood) == (
            timedelta(0)
        )
    else:
        assert one.due_on == due.on


@given(moments, st.integers(0, 200), st.integers(0, 20_000))
def test_hours_between_and_after_are_each_others_way_back(
    start: datetime, hours: int, minutes: int
) -> None:
    time_left = timedelta(hours=hours, minutes=minutes)
    end = NATIONAL_CLOCK.after_hours(start, time_left)
    assert NATIONAL_CLOCK.hours_between(start, end) == time_left
    assert NATIONAL_CLOCK.hours_between(end, start) == timedelta(0) or hours + minutes == 0


def test_the_calendar_must_reach_as_far_as_a_case_of_today_may_fall_due() -> None:
    table = tuple(CalendarDay(f"{year}-01-01", working=False) for year in (2026, 2027))
    short, long = (
        Service("A", LocalText("甲"), "D", "A", ServiceKind.PROMISED, promised_days=n)
        for n in (2, 90)
    )
    hours = replace(short, promised_days=0, promised_hours=16)
    assert guessed_year(table, (short, hours), date(2027, 11, 1)) == 0
    assert guessed_year(table, (hours,), date(2027, 11, 20)) == 2028
    assert guessed_year(table, (short, long), date(2027, 9, 1)) == 2028
    assert guessed_year((), (short,), date(2026, 9, 1)) == 2026
    none = (replace(short, promised_days=0),)
    assert guessed_year((), none, date(2026, 9, 1)) == 0
    # When a hall is open is counted by the same days.
    assert guessed_year(table, none, date(2027, 11, 10), keeps_hours=True) == 0
    assert guessed_year(table, none, date(2027, 11, 20), keeps_hours=True) == 2028


def test_a_promise_in_hours_stays_within_a_law_in_days() -> None:
    # 32 hours are five days of six and a half; the law has four working days.
    within = limit_of(service(promised_hours=32, legal_days=4))
    last = CLOCK.ceiling(ACCEPTED, within)
    assert last == Due(on("10-10"))
    assert CLOCK.due(ACCEPTED, within) == Due(on("10-10"), at("10-10 17:00"))
    # A law in hours counts hours also where they make whole days.
    hours = limit_of(service(promised_hours=4, legal_hours=8))
    assert CLOCK.ceiling(at("09-29 09:00"), hours) == Due(on("09-30"), at("09-30 10:30"))
    assert set_due(on("09-30"), hours, at("09-29 09:00"), CLOCK).at == at("09-30 10:30")


def test_a_due_day_in_hours_on_which_the_queue_is_closed_or_already_over() -> None:
    mondays = Clock(CALENDAR, (SessionHours("1", 1, time(9), time(12), time(9), time(12)),))
    hours = Limit(4, in_hours=True)
    assert set_due(on("09-30"), hours, ACCEPTED, mondays) == Due(on("09-30"), at("09-30 18:00"))
    with pytest.raises(Refused) as caught:
        set_due(on("09-29"), hours, at("09-29 17:30"), CLOCK)
    assert caught.value.key == "due_past"


def test_a_lunch_that_stood_moves_no_due_moment() -> None:
    limit = Limit(3, in_hours=True)
    begun = at("09-29 09:00")
    one = case(CLOCK.due(begun, limit), begun, limit)
    evening = case(CLOCK.due(at("09-29 13:30"), limit), begun, limit)
    assert evening.due_at == at("09-29 16:30")
    evening = case(Due(on("09-29"), at("09-29 17:00")), begun, limit)
    assert after_standing(evening, at("09-29 12:10"), at("09-29 13:00"), CLOCK) == evening
    assert one.due_at == at("09-29 12:00")
    assert after_standing(one, at("09-29 08:00"), at("09-29 08:30"), CLOCK) == one
