"""Slots: slices of the sessions, what fits in them, and the days that are offered."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from hallclient.domain.calendar import A_DAY
from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import CalendarDay, Queue, SessionHours
from hallclient.domain.slots import booking_days, slice_taken, slots_of
from tests.halls import small_hall, weekdays

TUESDAY = date(2026, 9, 29)
SHANGHAI = ZoneInfo("Asia/Shanghai")
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def at(hour: int, minute: int = 0, day: date = TUESDAY) -> datetime:
    return datetime.combine(day, time(hour, minute), SHANGHAI).astimezone(UTC)


def bookable(plan: HallPlan, **more: int) -> tuple[HallPlan, Queue]:
    values = {"slice_booked": 2, **more}
    queue = replace(plan.queue("B"), **values)  # type: ignore[arg-type]
    return replace(plan, queues=(plan.queue("A"), queue)), queue


def office() -> HallPlan:
    return replace(small_hall(), hours=weekdays(time(9), time(12)))


def test_the_slices_of_a_session() -> None:
    plan, queue = bookable(office())
    slots = slots_of(plan, queue, TUESDAY, {}, LONG_AGO)
    assert [s.starts_at for s in slots] == [
        at(9),
        at(9, 30),
        at(10),
        at(10, 30),
        at(11),
        at(11, 30),
    ]
    assert {(s.minutes, s.room) for s in slots} == {(30, 2)}
    assert slots[-1].ends_at == at(12)


def test_only_what_is_ahead_and_what_is_left() -> None:
    plan, queue = bookable(office())
    booked = {at(10): 1, at(10, 20): 1, at(11): 3}
    slots = slots_of(plan, queue, TUESDAY, booked, at(9, 45))
    assert [(s.starts_at, s.room) for s in slots] == [
        (at(10), 0),  # one in between counts in its slice
        (at(10, 30), 2),
        (at(11), 0),  # more than it takes: imported
        (at(11, 30), 2),
    ]


def test_no_slot_after_the_last_ticket_and_none_that_does_not_fit() -> None:
    plan, queue = bookable(office(), slice_minutes=50)
    hours = tuple(replace(s, tickets_until=time(10, 40)) for s in plan.hours)
    slots = slots_of(replace(plan, hours=hours), queue, TUESDAY, {}, LONG_AGO)
    assert [s.starts_at for s in slots] == [at(9), at(9, 50)]
    assert len(slots_of(plan, queue, TUESDAY, {}, LONG_AGO)) == 3  # 11:30 would end at 12:20


def test_days_with_hours_today_first_no_holidays() -> None:
    plan, queue = bookable(office())
    friday = date(2026, 10, 2)
    plan = replace(
        plan,
        calendar=(
            CalendarDay("2026-10-01", working=False),
            CalendarDay("2026-10-03", working=True),  # a Saturday in lieu: Monday's hours
        ),
        rules=replace(plan.rules, booking_days=4),
    )
    wanted = (TUESDAY, TUESDAY + A_DAY, friday, date(2026, 10, 3))
    assert booking_days(plan, queue, TUESDAY) == wanted
    assert slots_of(plan, queue, date(2026, 10, 1), {}, LONG_AGO) == ()
    assert len(slots_of(plan, queue, date(2026, 10, 3), {}, LONG_AGO)) == 6


def test_extended_hours_are_slots_of_that_queue_only() -> None:
    plan, queue = bookable(office())
    lunch = tuple(
        SessionHours(f"x{d}", d, time(12), time(13), time(12), time(13), "B") for d in (2, 6)
    )
    plan = replace(plan, hours=plan.hours + lunch)
    # Hours of its own take the place of the hall's.
    assert [s.starts_at for s in slots_of(plan, queue, TUESDAY, {}, LONG_AGO)] == [
        at(12),
        at(12, 30),
    ]
    assert booking_days(plan, queue, TUESDAY)[:2] == (TUESDAY, date(2026, 10, 3))


def test_what_cannot_be_booked() -> None:
    plan, queue = bookable(office(), slice_booked=0)
    assert booking_days(plan, queue, TUESDAY) == ()
    plan, queue = bookable(small_hall())
    assert booking_days(plan, queue, TUESDAY) == ()  # always open: no sessions, no slots


@given(
    length=st.integers(1, 240),
    opens=st.integers(0, 600),
    lasts=st.integers(1, 600),
    minute=st.integers(0, 1439),
)
def test_slots_tile_the_session(length: int, opens: int, lasts: int, minute: int) -> None:
    begin = datetime.combine(TUESDAY, time(0)) + timedelta(minutes=opens)
    end = begin + timedelta(minutes=lasts)
    plan = replace(small_hall(), hours=weekdays(begin.time(), end.time()))
    plan, queue = bookable(plan, slice_minutes=length)
    slots = slots_of(plan, queue, TUESDAY, {}, LONG_AGO)
    assert len(slots) == lasts // length
    assert all(a.ends_at == b.starts_at for a, b in pairwise(slots))
    moment = at(0) + timedelta(minutes=minute)
    taken = slice_taken(plan, queue, {slot.starts_at: 1 for slot in slots}, moment)
    open_then = opens <= minute < opens + lasts
    assert (taken is not None) is open_then
    if any(slot.starts_at <= moment < slot.ends_at for slot in slots):
        assert taken == 1
    elif open_then:
        assert taken == 0  # a slice that is cut short
