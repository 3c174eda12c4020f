"""Why a queue gives no ticket, and from when it does again."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallclient.domain.calendar import WorkCalendar, tickets_open
from hallclient.domain.hall import HallPlan
from hallclient.domain.limits import (
    Demand,
    Limit,
    NoTicket,
    Stop,
    day_counter,
    limit_of,
    minutes_left,
    next_opening,
    slice_at,
    slice_counter,
    slices_on,
    work_per_window,
)
from hallclient.domain.parts import CalendarDay, Queue, SessionHours
from tests.halls import small_hall

SHANGHAI = ZoneInfo("Asia/Shanghai")
TUESDAY = date(2026, 9, 29)


def at(hour: int, minute: int = 0, day: date = TUESDAY) -> datetime:
    return datetime.combine(day, time(hour, minute), SHANGHAI)


def session(day: int, opens: time, closes: time, *, until: time | None = None) -> SessionHours:
    early = (datetime.combine(TUESDAY, opens) - timedelta(minutes=30)).time()
    return SessionHours(f"{day} {opens}", day, opens, closes, early, until or closes)


def office() -> HallPlan:
    """Monday to Friday 9–12 and 13–17, tickets from half an hour before; windows 1 to 3."""
    halves = [(time(9), time(12), None), (time(13), time(17), time(16, 30))]
    hours = tuple(session(d, o, c, until=u) for d in range(1, 6) for o, c, u in halves)
    return replace(small_hall(), hours=hours)


def queue(plan: HallPlan, code: str = "A", **changes: Any) -> Queue:
    return replace(plan.queue(code), **changes)


def counted(**numbers: int) -> Mapping[str, int]:
    return {name.replace("_", ":"): number for name, number in numbers.items()}


PLAN = office()
FREE = Demand()


@pytest.mark.parametrize(
    ("local", "again"),
    [
        (at(8), at(8, 30)),
        (at(12), at(12, 30)),
        (at(16, 30), at(8, 30, date(2026, 9, 30))),
        (at(20, 0, date(2026, 10, 2)), at(8, 30, date(2026, 10, 5))),
    ],
)
def test_closed_until_the_next_session(local: datetime, again: datetime) -> None:
    assert limit_of(PLAN, queue(PLAN), local, FREE) == Limit(Stop.CLOSED, again)


def test_open_without_any_limit() -> None:
    assert limit_of(PLAN, queue(PLAN), at(9), FREE) is None
    assert limit_of(small_hall(), small_hall().queue("A"), at(3), FREE) is None


def test_a_holiday_without_end_tells_no_time() -> None:
    days = (TUESDAY + timedelta(days=n) for n in range(40))
    shut = replace(PLAN, calendar=tuple(CalendarDay(f"{day}", working=False) for day in days))
    assert limit_of(shut, queue(shut), at(9), FREE) == Limit(Stop.CLOSED)


def test_the_days_quota_counts_those_who_are_booked() -> None:
    ten = queue(PLAN, day_quota=10)
    used = Demand(counted(queue_A=8, queue_B=99), booked=(at(10), at(15)))
    gone = Limit(Stop.DAY_FULL, at(8, 30, date(2026, 9, 30)))
    assert limit_of(PLAN, ten, at(9), used) == gone
    assert limit_of(PLAN, ten, at(9), replace(used, booked=(at(10),))) is None
    two = replace(used, booked=(at(10),), wanted=2)
    assert limit_of(PLAN, ten, at(9), two) == replace(gone, left=1)
    friday = at(9, 0, date(2026, 10, 2))
    assert limit_of(PLAN, ten, friday, used) == replace(gone, again=at(8, 30, date(2026, 10, 5)))


def test_a_full_slice_points_to_the_next_with_room() -> None:
    three = queue(PLAN, slice_minutes=30, slice_quota=3)
    full = counted(slice_A_0930=3, slice_A_1000=3)
    assert limit_of(PLAN, three, at(9, 29), Demand(full)) is None
    limit = limit_of(PLAN, three, at(9, 30), Demand(full))
    assert limit == Limit(Stop.SLICE_FULL, at(10, 30))
    booked = Demand(full, booked=(at(10, 30), at(10, 45), at(10, 59)))
    assert limit_of(PLAN, three, at(9, 59), booked) == Limit(Stop.SLICE_FULL, at(11))
    # Those who come before the doors open belong to the first slice, not to one of their own.
    early = Demand(counted(slice_A_0900=3))
    assert limit_of(PLAN, three, at(8, 40), early) == Limit(Stop.SLICE_FULL, at(9, 30))
    # The last slice of the day: tomorrow.
    late = Demand(counted(slice_A_1600=3))
    tomorrow = at(8, 30, date(2026, 9, 30))
    assert limit_of(PLAN, three, at(16, 10), late) == Limit(Stop.SLICE_FULL, tomorrow)


def test_an_open_ticket_and_a_missed_one_are_named() -> None:
    held = Demand(held="A001", missed="A002")
    assert limit_of(PLAN, queue(PLAN), at(9), held) == Limit(Stop.HAS_TICKET, label="A001")
    missed = Demand(missed="A002")
    assert limit_of(PLAN, queue(PLAN), at(9), missed) == Limit(Stop.MISSED, label="A002")
    assert limit_of(PLAN, queue(PLAN), at(3), held) == Limit(Stop.CLOSED, at(8, 30))


def test_closing_early_when_the_work_exceeds_the_time_left() -> None:
    # At four there is an hour left; half as much again is what the hall allows to wait.
    tomorrow = at(8, 30, date(2026, 9, 30))
    assert limit_of(PLAN, queue(PLAN), at(16), Demand(work_minutes=89)) is None
    closing = Limit(Stop.CLOSING, tomorrow)
    assert limit_of(PLAN, queue(PLAN), at(16), Demand(work_minutes=90)) == closing
    # Before lunch the afternoon counts too: who waits at noon is served after it.
    assert minutes_left(PLAN, "A", at(11)) == 60 + 240
    assert minutes_left(PLAN, "A", at(12, 15)) == 240
    assert limit_of(PLAN, queue(PLAN), at(11), Demand(work_minutes=449)) is None
    assert limit_of(PLAN, queue(PLAN), at(11), Demand(work_minutes=450)) == closing
    never = replace(PLAN, rules=replace(PLAN.rules, closing_load_percent=0))
    assert limit_of(never, queue(never), at(16), Demand(work_minutes=9999)) is None


def test_work_is_shared_among_the_windows_that_do_it() -> None:
    services = tuple(replace(s, minutes=10.0 if s.queue == "A" else 20.0) for s in PLAN.services)
    plan = replace(PLAN, services=services)
    # All three windows serve both queues: 6 × 10 + 3 × 20 minutes for three.
    three = work_per_window(plan, {"A": 6, "B": 3}, frozenset({"1", "2", "3"}))
    assert three == pytest.approx({"A": 40.0, "B": 40.0})
    assert work_per_window(plan, {"A": 6, "B": 3}, frozenset({"2"})) == {"A": 120.0, "B": 120.0}
    assert work_per_window(plan, {"A": 6}, frozenset()) == {}
    assert work_per_window(PLAN, {"A": 6}, frozenset({"2"})) == {"A": 0.0, "B": 0.0}


def test_who_is_being_served_is_half_a_service_of_work() -> None:
    services = tuple(replace(s, minutes=10.0 if s.queue == "A" else 20.0) for s in PLAN.services)
    plan = replace(PLAN, services=services)
    windows = frozenset({"1", "2", "3"})
    idle = work_per_window(plan, {"A": 6}, windows)
    busy = work_per_window(plan, {"A": 6}, windows, frozenset({"1", "2", "3", "9"}))
    assert busy["A"] == pytest.approx(idle["A"] + 7.5), "windows of both queues: half of 15 each"
    one = work_per_window(plan, {}, windows, frozenset({"2"}))
    assert one["A"] == pytest.approx(7.5 / 3)
    assert work_per_window(PLAN, {"A": 6}, windows, windows)["A"] == 0.0, "nobody knows how long"


QUEUES = ("A", "B", "C", "D")
WINDOWS = tuple("123456")


@given(
    st.lists(st.lists(st.sampled_from(QUEUES), min_size=1, unique=True), min_size=6, max_size=6),
    st.dictionaries(st.sampled_from(QUEUES), st.integers(0, 50)),
    st.frozensets(st.sampled_from(WINDOWS)),
    st.frozensets(st.sampled_from(WINDOWS)),
)
def test_a_queue_and_those_near_it_tell_its_work(
    served: list[list[str]],
    waiting: dict[str, int],
    open_windows: frozenset[str],
    busy: frozenset[str],
) -> None:
    queues = tuple(replace(PLAN.queues[0], code=code) for code in QUEUES)
    services = tuple(
        replace(PLAN.services[0], code=f"S{code}", queue=code, minutes=float(n))
        for n, code in enumerate(QUEUES)
    )
    windows = tuple(
        replace(PLAN.windows[0], code=code, number=code, ranks=(tuple(codes),))
        for code, codes in zip(WINDOWS, served, strict=True)
    )
    plan = replace(PLAN, queues=queues, services=services, windows=windows)
    whole = work_per_window(plan, waiting, open_windows, busy)
    for code in QUEUES:
        alone = work_per_window(plan, waiting, open_windows, busy, plan.queues_near[code])
        assert alone.get(code) == pytest.approx(whole.get(code))


def test_a_queue_closed_for_its_load_opens_only_with_less() -> None:
    closed = Demand(work_minutes=89, closing=True)
    assert limit_of(PLAN, queue(PLAN), at(16), closed) is not None
    assert limit_of(PLAN, queue(PLAN), at(16), replace(closed, work_minutes=72)) is not None
    assert limit_of(PLAN, queue(PLAN), at(16), replace(closed, work_minutes=71.9)) is None


@given(st.lists(st.sampled_from((-1.0, 1.0)), min_size=1, max_size=200))
def test_one_person_more_or_less_does_not_open_and_close_it(steps: list[float]) -> None:
    """Around the load that closes, five minutes a person: between two openings lie 18 minutes."""
    work, closing, changes = 90.0, True, 0
    for step in steps:
        work = min(94.0, max(74.0, work + step * 5))
        demand = Demand(work_minutes=work, closing=closing)
        now = limit_of(PLAN, queue(PLAN), at(16), demand) is not None
        changes += now is not closing
        closing = now
    assert changes == 0


def test_slices_are_cut_at_the_sessions_end() -> None:
    parts = slices_on(PLAN, queue(PLAN, slice_minutes=50), TUESDAY, at(9))
    assert [part.name for part in parts] == [
        "0900", "0950", "1040", "1130", "1300", "1350", "1440", "1530", "1620",
    ]  # fmt: skip
    assert parts[3].ends == at(12)
    assert slice_at(PLAN, queue(PLAN, slice_minutes=50), at(12, 40)).name == "1300"
    assert slice_at(PLAN, queue(PLAN, slice_minutes=50), at(22)).name == "1620"
    always = small_hall()
    assert slice_at(always, always.queue("A"), at(9, 40)).name == "0930"


moments = st.datetimes(datetime(2026, 9, 1), datetime(2026, 11, 1)).map(  # noqa: DTZ001
    lambda moment: moment.replace(tzinfo=SHANGHAI)
)


@given(moments, st.integers(0, 30), st.integers(0, 9), st.integers(1, 4), st.data())
def test_a_ticket_keeps_every_limit_and_a_no_points_ahead(
    local: datetime, issued: int, in_slice: int, wanted: int, data: st.DataObject
) -> None:
    minutes = data.draw(st.sampled_from([10, 15, 30, 45, 60]))
    day_quota, slice_quota = data.draw(st.integers(0, 30)), data.draw(st.integers(0, 9))
    one = queue(PLAN, slice_minutes=minutes, day_quota=day_quota, slice_quota=slice_quota)
    now = slice_at(PLAN, one, local)
    counters = {day_counter("A"): issued, slice_counter("A", now): in_slice}
    limit = limit_of(PLAN, one, local, Demand(counters, wanted=wanted))
    calendar = WorkCalendar.of(PLAN.calendar)
    if limit is None:
        assert tickets_open(PLAN.hours, "A", local, calendar).open
        assert not day_quota or issued + wanted <= day_quota
        assert not slice_quota or in_slice + wanted <= slice_quota
    else:
        assert limit.again is not None
        assert limit.again > local
        assert tickets_open(PLAN.hours, "A", limit.again, calendar).open
        assert limit.again.date() > local.date() or limit.stop in (Stop.CLOSED, Stop.SLICE_FULL)


@given(moments)
def test_the_next_opening_is_the_first_minute_that_is_open(local: datetime) -> None:
    found = next_opening(PLAN, "A", local)
    assert found is not None
    assert found > local
    calendar = WorkCalendar.of(PLAN.calendar)
    assert tickets_open(PLAN.hours, "A", found, calendar).open
    before = found - timedelta(microseconds=1)
    assert not tickets_open(PLAN.hours, "A", before, calendar).open


def test_the_refusal_carries_the_reason_for_screens_and_a_sentence_for_the_terminal() -> None:
    error = NoTicket("A", Limit(Stop.DAY_FULL, at(8, 30)))
    assert error.key == "day_full"
    assert error.facts == {"queue": "A", "label": "", "left": 0, "again": at(8, 30).isoformat()}
    assert str(error) == "queue A gives no ticket now: day_full"
