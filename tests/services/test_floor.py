"""The floor at one moment: every tile, row and figure from what happened."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from hallclient.domain.alarm import AlarmKind
from hallclient.domain.calendar import A_DAY
from hallclient.domain.errors import DomainError
from hallclient.domain.follow_up import FollowUpResult
from hallclient.domain.rating import Level
from hallclient.domain.turn import Outcome
from hallclient.services.chores.floor import AlarmsChore, OwnTotalsChore
from hallclient.services.days import close_day
from hallclient.services.floor import FloorState, FloorWindow, WindowLook
from hallclient.services.own_totals import satisfied_percent
from hallclient.services.ports_devices import DeviceKind, DeviceState
from hallclient.services.stations import DeviceReport
from hallclient.supervisor.alarm_words import alarm_line
from hallclient.ui.words import Words
from tests.halls import weekdays
from tests.services.console import LEAD, USHER, console, with_console_staff
from tests.stores import HallUnderTest

ONE_DATABASE = pytest.mark.parametrize("hall_url", ["sqlite"], indirect=True)


@pytest.fixture
def floor(hall: HallUnderTest) -> HallUnderTest:
    with_console_staff(hall)
    hall.change_plan(hours=weekdays(time(9), time(17)))
    return hall


def seen(hall: HallUnderTest) -> FloorState:
    return console(hall).floor()


def tile(state: FloorState, window: str) -> FloorWindow:
    return next(one for one in state.windows if one.window.code == window)


def serve(hall: HallUnderTest, window: str = "2", level: Level | None = None) -> None:
    hall.issue()
    hall.clock.advance(minutes=6)
    calling = hall.calling(window)
    calling.call_next()
    calling.start()
    hall.clock.advance(minutes=4)
    turn = calling.finish(Outcome.CONSULT).turn
    assert turn is not None
    if level is not None:
        assert hall.ratings.record(turn.id, level, "keypad")


def test_a_floor_where_something_of_everything_goes_on(floor: HallUnderTest) -> None:
    floor.sign_in("1", "2", "3")
    serve(floor, level=Level.SATISFIED)
    first, _second = floor.issue("BDC001"), floor.issue("ZH001")
    floor.clock.advance(minutes=5)
    floor.calling("1").call_next()
    floor.calling("1").start()
    floor.calling("2").call_next()
    floor.shifts("3").pause("meal")
    floor.issue("ZH001")
    floor.clock.advance(minutes=31)

    state = seen(floor)
    assert [zone.zone.code for zone in state.zones] == ["1A", "1B"]
    assert [zone.departments[0].zh_cn for zone in state.zones] == ["综合窗口", "不动产"]
    one, two, three = (tile(state, code) for code in "123")
    assert (one.look, one.minutes) == (WindowLook.LONG, 31)
    assert one.ticket is not None
    assert one.ticket.label == first.ticket.label
    assert one.staff is not None
    assert (one.staff.code, one.staff.pin_hash) == ("1001", "")
    assert (two.look, two.service and two.service.code) == (WindowLook.CALLED, "ZH001")
    assert (three.look, three.reason, three.minutes) == (WindowLook.PAUSED, "meal", 31)

    a, b = state.queues
    assert (a.waiting, a.windows, a.longest_minutes, a.too_long) == (1, 2, 31, True)
    assert (b.waiting, b.windows, b.oldest_at, b.department) == (0, 2, None, "BDC")
    assert (a.wait.called, a.wait.p50) == (2, 300)
    figures = state.figures
    assert (figures.waiting, figures.issued, figures.finished) == (1, 4, 1)
    assert (figures.half_wait, figures.most_wait) == (301, 360)
    assert (figures.rated, figures.satisfied) == (1, 1)
    assert sum(half.issued for half in state.trend) == 4
    assert (state.hours.open, state.hours.closes) == (True, time(17))
    assert [m.code for m in state.staff.on_duty] == ["1001", "1002", "1003"]
    assert [m.code for m in state.staff.floaters] == ["1009"]
    assert {alarm.kind for alarm in state.alarms} >= {
        AlarmKind.LONG_WAIT,
        AlarmKind.LONG_SERVING,
        AlarmKind.WINDOW_LEFT,
    }


@ONE_DATABASE
def test_an_empty_hall_is_calm(hall: HallUnderTest) -> None:
    """Before anything ever happened; also no alarm of a clerk who need not be here yet."""
    with_console_staff(hall)
    state = seen(hall)
    assert (state.figures.waiting, state.figures.half_wait, state.trend) == (0, None, ())
    assert {one.look for one in state.windows} == {WindowLook.CLOSED}
    assert [alarm.kind for alarm in state.alarms] == [AlarmKind.CALENDAR]


@ONE_DATABASE
def test_the_day_so_far_is_counted_twice_a_minute(floor: HallUnderTest) -> None:
    desk = console(floor)
    assert desk.floor().figures.issued == 0
    floor.issue()
    assert desk.floor().figures.issued == 1, "the day has begun"
    floor.issue()
    figures = desk.floor().figures
    assert (figures.waiting, figures.issued) == (2, 1), "who waits is of this moment"
    floor.clock.advance(seconds=30)
    assert desk.floor().figures.issued == 2
    floor.clock.advance(days=1)
    floor.issue()
    assert desk.floor().figures.issued == 1, "another day"
    floor.clock.advance(hours=-1)
    assert desk.floor().figures.issued == 1, "the clock was set back"


@ONE_DATABASE
def test_whoever_should_be_here(floor: HallUnderTest) -> None:
    floor.clock.advance(minutes=9)
    assert tile(seen(floor), "2").look is WindowLook.CLOSED, "ten minutes to get here"
    floor.clock.advance(minutes=1)
    state = seen(floor)
    assert [m.code for m in state.staff.absent] == ["1001", "1002", "1003"]
    late = tile(state, "2")
    assert (late.look, late.staff and late.staff.name) == (WindowLook.ABSENT, "职员2")
    assert AlarmKind.CLERK_ABSENT in {alarm.kind for alarm in state.alarms}
    console(floor).leave("1001")
    floor.shifts("2").sign_in("1003", "2580")  # somebody else sits there, and so is not at 3
    state = seen(floor)
    assert state.staff.absent == ()
    assert (len(state.staff.on_duty), state.staff.expected) == (1, 2)
    floor.clock.advance(hours=9)
    assert seen(floor).staff.absent == ()


@ONE_DATABASE
def test_devices_of_windows_where_nobody_sits_are_quiet(floor: HallUnderTest) -> None:
    keypad = DeviceReport("keypad", DeviceKind.KEYPAD, DeviceState.STALE, window="2")
    floor.store.report_devices("window 2", [keypad])
    # The hall's time was a tick ahead of the clock when the device was first seen.
    floor.clock.advance(seconds=61)
    floor.store.report_devices("window 2", [keypad])
    kinds = [alarm.kind for alarm in seen(floor).alarms]
    assert AlarmKind.KEYPAD not in kinds
    floor.sign_in("2")
    state = seen(floor)
    assert AlarmKind.KEYPAD in [alarm.kind for alarm in state.alarms]
    assert [(one.window and one.window.code, one.silent) for one in state.devices] == [("2", False)]


@ONE_DATABASE
@pytest.mark.parametrize(("levels", "asks"), [(None, False), (0, False), (5, True)])
def test_a_dead_keypad_sends_to_the_screen_where_one_asks(
    floor: HallUnderTest, levels: int | None, asks: bool
) -> None:
    ready = DeviceState.READY

    def report() -> None:
        keypad = DeviceReport("keypad", DeviceKind.KEYPAD, DeviceState.ABSENT, window="2")
        floor.store.report_devices("window 2", [keypad])
        if levels is not None:
            screen = DeviceReport("screen", DeviceKind.SCREEN, ready, window="2", levels=levels)
            floor.store.report_devices("screen 2", [screen])

    floor.sign_in("2")
    report()
    floor.clock.advance(seconds=61)
    report()
    words, state = Words("zh-CN"), seen(floor)
    (told,) = (one for one in state.alarms if one.kind in (AlarmKind.KEYPAD, AlarmKind.DEVICE))
    assert ("窗口屏" in alarm_line(told, state, words).text) is asks
    if levels is not None:
        assert [one.record.station for one in state.devices] == ["screen 2", "window 2"]
        floor.clock.advance(seconds=91)
        silent = [alarm_line(one, seen(floor), words).title for one in seen(floor).alarms]
        assert "2 号窗口的窗口屏没有消息" in silent


@ONE_DATABASE
@pytest.mark.parametrize("ended", [False, True])
def test_a_station_that_ended_in_order_is_not_missed(floor: HallUnderTest, ended: bool) -> None:
    state = DeviceState.CLOSED if ended else DeviceState.READY
    floor.store.report_devices("K1", [DeviceReport("printer", DeviceKind.PRINTER, state)])
    floor.clock.advance(minutes=3)
    told = [alarm.subject for alarm in seen(floor).alarms if alarm.kind is AlarmKind.DEVICE]
    assert told == ([] if ended else ["station:K1"])


@ONE_DATABASE
def test_who_may_not_call_back_is_told_so(floor: HallUnderTest) -> None:
    with pytest.raises(DomainError) as caught:
        console(floor, USHER).follow_ups.open()
    assert caught.value.key == "no_right", "an empty list would say that nobody waits"


@ONE_DATABASE
def test_compared_with_the_same_weekday(floor: HallUnderTest) -> None:
    for _ in range(3):
        floor.issue()
    floor.clock.advance(hours=2)
    floor.issue()
    floor.clock.now += timedelta(days=7, hours=-1)
    floor.issue()
    figures = seen(floor).figures
    assert (figures.issued, figures.issued_before, figures.before) == (1, 3, date(2026, 9, 29))
    floor.clock.advance(days=1)
    floor.issue()
    assert seen(floor).figures.issued_before is None, "nothing to compare with"


def test_a_bad_rating_is_called_back(floor: HallUnderTest) -> None:
    floor.sign_in("1", "2")
    serve(floor, "2", Level.DISSATISFIED)
    serve(floor, "2", Level.SATISFIED)
    serve(floor, "1", Level.VERY_DISSATISFIED)
    desk, lead = console(floor), console(floor, LEAD)
    two, one = desk.follow_ups.open()
    assert (two.label, two.clerk, two.department, two.follow_up.due_on) == (
        "A001",
        "职员2",
        "ZH",
        date(2026, 10, 6),
    )
    assert [each.label for each in lead.follow_ups.open()] == [one.label], "the own department's"
    told = [alarm for alarm in desk.floor().alarms if alarm.kind is AlarmKind.LOW_RATING]
    assert [alarm.facts["count"] for alarm in told] == [1, 1]

    before = len(floor.journal())
    assert lead.follow_ups.take(one.rating.id).taken_by == "李雪"
    lead.follow_ups.record(one.rating.id, FollowUpResult.EXPLAINED)
    with pytest.raises(DomainError, match="no such rating"):
        lead.follow_ups.record(one.rating.id, FollowUpResult.EXPLAINED)
    with pytest.raises(DomainError, match="no such rating"):
        lead.follow_ups.record(two.rating.id, FollowUpResult.EXPLAINED)
    for entry in floor.journal()[before:]:
        assert (entry.subject, entry.zone, entry.window) == ("follow_up", "", "")
        assert list(entry.data) == ["digest"], "that there is one at all would tell the level"
    desk.follow_ups.record(two.rating.id, FollowUpResult.CORRECTED, note="已补办")
    assert desk.follow_ups.open() == ()


@ONE_DATABASE
def test_follow_ups_that_cannot_be(floor: HallUnderTest) -> None:
    staff = floor.store.plan().staff
    lead = next(m for m in staff if m.code == LEAD)
    floor.sign_in("1")
    serve(floor, "1", Level.DISSATISFIED)
    floor.shifts("1").sign_in(LEAD, "2580")
    serve(floor, "1", Level.DISSATISFIED)
    desk = console(floor, LEAD).follow_ups
    (theirs,) = desk.open()
    assert theirs.clerk == "职员1", "nobody follows up, or sees, the rating of an own turn"
    assert len(console(floor).follow_ups.open()) == 2
    assert lead.pin_hash not in repr(theirs)

    def why(result: FollowUpResult, promised: date | None = None) -> str:
        with pytest.raises(DomainError) as caught:
            desk.record(theirs.rating.id, result, promised)
        return caught.value.key

    assert why(FollowUpResult.BY_DATE) == "follow_up_date"
    assert why(FollowUpResult.EXPLAINED, date(2026, 10, 9)) == "follow_up_date"
    assert why(FollowUpResult.BY_DATE, date(2026, 9, 28)) == "follow_up_past"
    assert why(FollowUpResult.MALICIOUS) == "appeal_first", "two people put a rating aside"
    desk.record(theirs.rating.id, FollowUpResult.BY_DATE, date(2026, 9, 30))
    assert desk.open() == ()
    floor.clock.advance(days=1)
    floor.issue()
    assert desk.open() == (), "the day itself is still in time"
    floor.clock.advance(days=1)
    floor.issue()
    (back,) = desk.open()
    assert (back.follow_up.promised_on, back.overdue) == (date(2026, 9, 30), True)
    assert AlarmKind.LOW_RATING in {alarm.kind for alarm in seen(floor).alarms}
    desk.record(theirs.rating.id, FollowUpResult.UNREACHED)
    assert desk.open() == (), "no telephone was left: there is nothing to try again"


@ONE_DATABASE
def test_an_alarm_that_comes_again_is_another(floor: HallUnderTest) -> None:
    floor.sign_in("1", "2", "3")
    desk, chore = console(floor), AlarmsChore()
    assert chore.step(floor.store) == ""
    floor.issue()
    floor.clock.advance(minutes=31)
    desk.take_alarm("long_wait queue:A")
    with floor.store.look() as reader:
        assert chore.wanted(reader)
    assert chore.step(floor.store) == "", "it is still there"
    floor.calling("2").call_next()
    assert chore.step(floor.store) == "alarms over: 1"
    floor.issue()
    floor.clock.advance(minutes=31)
    assert desk.floor().alarms[0].taken_by == ""


@ONE_DATABASE
def test_the_own_week_is_written_when_a_day_is_closed(floor: HallUnderTest) -> None:
    chore = OwnTotalsChore()
    with floor.store.look() as reader:
        assert not chore.wanted(reader)
    floor.sign_in("2")
    for level in (Level.SATISFIED, Level.DISSATISFIED, Level.FAIRLY_SATISFIED):
        serve(floor, level=level)
    assert chore.step(floor.store) == "", "the day is not over"
    close_day(floor.store, "test")
    assert chore.step(floor.store) == "own totals up to 2026-09-29: 1"
    assert chore.step(floor.store) == ""
    member = floor.store.plan().staff_of["1002"]
    with floor.store.look() as reader:
        totals = reader.own_totals(member.id)
    assert totals is not None
    assert (totals.served, totals.serving_seconds, totals.rated) == (3, 720, 0)
    floor.clock.advance(days=1)
    floor.sign_in("2")
    for _ in range(2):
        serve(floor, level=Level.SATISFIED)
    close_day(floor.store, "test")
    chore.step(floor.store)
    with floor.store.look() as reader:
        totals = reader.own_totals(member.id)
    assert totals is not None
    assert (totals.served, totals.rated, satisfied_percent(totals)) == (5, 5, 80)
    assert totals.through == date(2026, 9, 29) + A_DAY
    assert replace(totals, satisfied=0) != totals
