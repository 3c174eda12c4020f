"""The floor's work at the edges of its clocks: midnight, New Year, a day that begins at four, the
end of the published holidays, and a database whose clock is set back or ahead."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from hallclient.display.roll import Roll
from hallclient.domain.alarm import AlarmKind, Severity
from hallclient.domain.case import Case
from hallclient.domain.errors import NotAllowed
from hallclient.domain.parts import CalendarDay
from hallclient.domain.rating import Level
from hallclient.domain.turn import Outcome
from hallclient.services.case_report import case_report
from hallclient.services.chores.day import DayChore
from hallclient.services.days import close_day
from hallclient.services.hallfile.holidays import with_holidays
from hallclient.services.issuing import TicketRequest
from hallclient.services.ports_devices import DeviceKind, DeviceState
from hallclient.services.stations import DeviceReport
from hallclient.services.wait_report import WaitReport, wait_report
from hallclient.storage.store import SqlStore
from tests import invariants
from tests.halls import HALL_ID, weekdays
from tests.services.console import console, with_console_staff
from tests.stores import HallUnderTest

pytestmark = pytest.mark.usually_on("sqlite")

LAST, FIRST = date(2026, 12, 31), date(2027, 1, 1)
GAP = 8


def local(text: str) -> datetime:
    """A moment of the hall's clocks, which are eight hours ahead."""
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


@pytest.fixture
def floor(hall: HallUnderTest) -> HallUnderTest:
    """A hall that is always open, with the published holidays, its staff at windows 1 and 2."""
    with_console_staff(hall)
    hall.change_plan(calendar=with_holidays(hall.store.plan().as_filed).calendar)
    hall.change_rules(recall_gap_seconds=GAP, day_start=time(4))
    return hall


def serve(hall: HallUnderTest, window: str, outcome: Outcome, minutes: float = 2) -> Case | None:
    """Call, start, finish; then rate. Return the case, if one came of it."""
    calling = hall.calling(window)
    calling.call_next()
    hall.clock.advance(seconds=20)
    calling.start()
    hall.clock.advance(minutes=minutes)
    turn = calling.finish(outcome).turn
    assert turn is not None
    assert hall.ratings.record(turn.id, Level.SATISFIED, "keypad")
    with hall.store.look() as reader:
        return reader.case_of_turn(turn.id)


def waits(hall: HallUnderTest, day: date | None = None) -> WaitReport:
    with hall.store.look() as reader:
        return wait_report(reader, day)


def on_board(hall: HallUnderTest) -> list[str]:
    return [call.label for call in Roll.of(hall.board.state()).calls]


def test_a_shift_over_new_years_midnight(floor: HallUnderTest) -> None:
    """What is begun in the old year ends in the new one; the day is the old one's until four."""
    floor.clock.now = local("2026-12-31 23:50")
    floor.sign_in("1", "2")
    made = [floor.issue(service) for service in ("BDC001", "BDC001", "ZH001")]
    old = serve(floor, "1", Outcome.PROMISED, minutes=15)
    assert floor.clock.now > local("2027-01-01 00:00")
    late = serve(floor, "1", Outcome.PROMISED)
    floor.clock.now = local("2027-01-01 03:50")
    night = floor.issue("BDC001")
    assert old is not None
    assert late is not None
    assert [one.ticket.day for one in (*made, night)] == [LAST] * 4
    assert night.ticket.label == "B003"
    assert [one.number for one in (old, late)] == ["2026123100001", "2026123100002"]
    assert on_board(floor) == ["B002", "B001"]

    floor.clock.now = local("2027-01-01 04:00")
    assert DayChore().step(floor.store) == "closed the day 2026-12-31"
    assert on_board(floor) == []
    floor.sign_in("1", "2")
    new = floor.issue("BDC001")
    assert (new.ticket.label, new.ticket.day, new.people_ahead) == ("B001", FIRST, 0)
    case = serve(floor, "1", Outcome.PROMISED)
    assert case is not None
    assert case.number == "2027010100001"
    assert on_board(floor) == ["B001"]
    # Five working days after a Friday: nothing but the weekend is known to be off.
    assert case.due_on == date(2027, 1, 8)
    assert late.due_on == date(2027, 1, 8), "accepted after midnight: counted from that day"
    assert old.due_on == date(2027, 1, 8)

    assert [waits(floor, day).hall.called for day in (LAST, FIRST)] == [2, 1]
    assert waits(floor).day == FIRST
    state = console(floor).floor()
    assert (state.figures.issued, state.figures.finished, state.figures.rated) == (1, 1, 1)
    assert close_day(floor.store, "chore") == FIRST
    report = case_report(floor.store, LAST, FIRST)
    assert report.hall.decided == 0, "accepted, not decided yet"
    invariants.check(floor.engine, floor.store)


def hall_open(floor: HallUnderTest, moment: str) -> bool:
    floor.clock.now = local(moment)
    return console(floor).floor().hours.open


def test_the_year_after_the_published_holidays_is_plain_weekends(floor: HallUnderTest) -> None:
    """With the hall's own days, and a calm word to the supervisor, weeks before it matters."""
    floor.change_plan(hours=weekdays(time(9), time(17)))
    floor.change_plan(
        services=tuple(replace(s, promised_days=0) for s in floor.store.plan().services)
    )

    def told() -> list[tuple[Severity, object]]:
        alarms = console(floor).floor().alarms
        return [(a.severity, a.facts["year"]) for a in alarms if a.kind is AlarmKind.CALENDAR]

    floor.clock.now = local("2026-10-20 10:00")
    assert told() == []
    floor.clock.now = local("2026-11-23 10:00")
    assert told() == [(Severity.KNOW, 2027)], "in time to write the days down"
    assert hall_open(floor, "2026-12-31 10:00")
    assert hall_open(floor, "2027-01-01 10:00"), "a Friday like any other, as far as is known"
    assert told() == [(Severity.KNOW, 2027)]
    assert not hall_open(floor, "2027-01-02 10:00")
    assert hall_open(floor, "2027-01-04 10:00")
    own = (CalendarDay("2027-01-05", working=False, note="元旦"),)
    floor.change_plan(calendar=(*floor.store.plan().as_filed.calendar, *own))
    assert not hall_open(floor, "2027-01-05 10:00")
    assert hall_open(floor, "2027-01-06 10:00")
    assert told() == [], "the hall has its own days of the year"


def test_a_hall_that_counts_no_days_and_keeps_no_hours_needs_no_calendar(
    floor: HallUnderTest,
) -> None:
    floor.change_plan(
        services=tuple(replace(s, promised_days=0) for s in floor.store.plan().services)
    )
    floor.clock.now = local("2027-01-01 10:00")
    assert all(a.kind is not AlarmKind.CALENDAR for a in console(floor).floor().alarms)


class Floor:
    """A hall whose database clock is moved apart from the time that really passes."""

    def __init__(self, hall: HallUnderTest) -> None:
        self.hall = hall
        self.real = 0.0
        hall.store = SqlStore(hall.engine, HALL_ID, hall.clock, ticks=lambda: self.real)
        hall.clock.now = local("2026-11-24 10:00")

    def wait(self, seconds: float) -> None:
        self.real += seconds
        self.hall.clock.advance(seconds=seconds)

    def now(self) -> datetime:
        with self.hall.store.look() as reader:
            return reader.now

    def recall_after(self, window: str, most: int = 90) -> int:
        """Call again as soon as the hall allows it; return after how many seconds it did."""
        for seconds in range(most):
            try:
                self.hall.calling(window).recall()
            except NotAllowed:
                self.wait(1)
            else:
                return seconds
        raise AssertionError(f"not called again within {most} s")


@pytest.fixture
def apart(floor: HallUnderTest) -> Floor:
    return Floor(floor)


def a_bit_of_everything(apart: Floor) -> None:
    """One is called in vain and missed, one served, with a case and a rating; one waits."""
    hall = apart.hall
    for service in ("ZH001", "BDC001", "ZH001"):
        apart.wait(1)
        hall.issuing.issue(TicketRequest(f"{service} at {apart.real}", service))
    hall.calling("2").call_next()
    for _ in range(2):
        assert apart.recall_after("2") <= 8 * GAP
    hall.calling("2").no_show()
    hall.calling("1").call_next()
    apart.wait(20)
    hall.calling("1").start()
    apart.wait(60)
    turn = hall.calling("1").finish(Outcome.PROMISED).turn
    assert turn is not None
    assert hall.ratings.record(turn.id, Level.SATISFIED, "keypad")


def test_a_clock_that_is_set_back_an_hour(apart: Floor) -> None:
    """The hall's time goes on, at half speed until the clock has come up; so does the work."""
    hall = apart.hall
    hall.sign_in("1", "2")
    a_bit_of_everything(apart)
    before = apart.now()
    hall.clock.advance(hours=-1)
    assert apart.now() == before
    a_bit_of_everything(apart)
    state = console(hall).floor()
    assert (state.figures.issued, state.figures.finished) == (6, 2)
    assert on_board(hall)[0] == "B002"
    apart.wait(600)
    assert timedelta(minutes=5) < apart.now() - before < timedelta(minutes=10)
    apart.wait(7200)
    assert apart.now() == hall.clock.now, "both say the same again"
    a_bit_of_everything(apart)
    assert waits(hall).hall.called == 6
    invariants.check(hall.engine, hall.store)


@pytest.mark.parametrize("changed", [{"hours": -1}, {"hours": -9}])
def test_devices_that_speak_are_heard_when_the_clock_is_set_back(
    apart: Floor, changed: dict[str, float]
) -> None:
    """Else every device of the hall is missed, and no keypad is asked for a rating."""
    hall = apart.hall
    keypad = DeviceReport("keypad", DeviceKind.KEYPAD, DeviceState.READY, window="1", levels=5)
    hall.sign_in("1")

    def heard() -> tuple[bool, bool]:
        with hall.store.look() as reader:
            (device,) = reader.devices()
            window = reader.plan.window("1").id
            return not device.silent(reader.now), reader.at_window(window).asks

    hall.store.report_devices("W1", [keypad])
    assert heard() == (True, True)
    hall.clock.advance(**changed)
    for _ in range(20):
        hall.store.report_devices("W1", [keypad])
        assert heard() == (True, True)
        apart.wait(30)
    apart.wait(3600)
    assert heard() == (False, False), "a device that is gone is missed"
    for _ in range(20):
        apart.wait(1800)
        hall.store.report_devices("W1", [keypad])
        assert heard() == (True, True)


def test_a_clock_that_is_set_ahead_a_day_and_back(apart: Floor) -> None:
    """The day is over, as far as anybody can know; the hall goes on with the next one."""
    hall = apart.hall
    hall.sign_in("1", "2")
    a_bit_of_everything(apart)
    hall.clock.advance(days=1)
    hall.sign_in("1", "2")
    a_bit_of_everything(apart)
    with hall.store.look() as reader:
        assert reader.day == date(2026, 11, 25)
    ahead = apart.now()
    hall.clock.advance(days=-1)
    a_bit_of_everything(apart)
    apart.wait(3600)
    assert apart.now() - ahead < timedelta(minutes=15), "not far into the night"
    assert DayChore().step(hall.store) == ""
    apart.wait(24 * 3600)
    hall.sign_in("1", "2")
    a_bit_of_everything(apart)
    assert hall.clock.now - apart.now() < timedelta(seconds=1)
    with hall.store.look() as reader:
        assert reader.day == date(2026, 11, 25)
    invariants.check(hall.engine, hall.store)
