"""What a window tells the citizen in front of it, on both databases; and what it does not."""

import hashlib
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, time, timedelta

import pytest

from hallclient.domain.bulletin import Audience
from hallclient.domain.errors import NotFound
from hallclient.domain.holding import HoldKind
from hallclient.domain.parts import CalendarDay, Staff, StaffRole
from hallclient.domain.publication import Media
from hallclient.domain.rating import Level
from hallclient.domain.text import LocalText
from hallclient.domain.turn import Outcome
from hallclient.services.bulletins import Bulletins
from hallclient.services.chores.stars import StarsChore
from hallclient.services.days import close_day
from hallclient.services.opening import next_opening
from hallclient.services.ports_devices import DeviceKind, DeviceState
from hallclient.services.public_records import Stars
from hallclient.services.screen_presence import ScreenPresence
from hallclient.services.stations import DeviceReport
from hallclient.services.window_public import PublicWindow, Standing, WindowPublic
from tests.halls import PIN, small_hall, weekdays
from tests.stores import OPENING, HallUnderTest

pytestmark = pytest.mark.usually_on("sqlite")


def seen(hall: HallUnderTest, window: str = "2", asks: str = "fallback") -> PublicWindow:
    return WindowPublic(hall.store, window, asks).look()


def finish(hall: HallUnderTest, window: str = "2") -> int:
    hall.issue()
    calling = hall.calling(window)
    calling.call_next()
    calling.start()
    turn = calling.finish(Outcome.CONSULT).turn
    assert turn is not None
    return turn.id


def test_a_day_of_a_window(hall: HallUnderTest) -> None:
    assert seen(hall).standing is Standing.CLOSED
    hall.sign_in("2")
    idle = seen(hall)
    assert (idle.standing, idle.label, idle.clerk and idle.clerk.number) == (
        Standing.IDLE,
        "",
        "1002",
    )
    hall.issue()
    calling = hall.calling()
    turn = calling.call_next().turn
    called = seen(hall)
    assert turn is not None
    assert (called.standing, called.label, called.call) == (Standing.CALLED, "A001", (turn.id, 1))
    calling.recall()
    assert seen(hall).call == (turn.id, 2)
    calling.start()
    serving = seen(hall)
    assert (serving.standing, serving.label, serving.call) == (Standing.SERVING, "A001", None)
    calling.hold(HoldKind.HERE)
    assert seen(hall).standing is Standing.IDLE
    hall.shifts().pause("files")
    paused = seen(hall)
    assert (paused.standing, paused.pause_reason, paused.pause_minutes) == (
        Standing.PAUSED,
        "files",
        5,
    )
    assert paused.paused_at == paused.now
    hall.shifts().resume()
    hall.shifts().sign_out()
    assert seen(hall).clerk is None


def test_its_place_and_what_is_done_there_best_first(hall: HallUnderTest) -> None:
    first = seen(hall, "1")
    assert [name.zh_cn for name in first.services] == ["二手房过户", "咨询"]
    assert first.zone.zh_cn == "一楼 B 区"
    assert first.department.zh_cn == "不动产登记", "no department: its first queue"
    assert [name.zh_cn for name in seen(hall).services] == ["咨询", "二手房过户"]


def test_a_window_is_known_by_code_or_by_number(hall: HallUnderTest) -> None:
    windows = hall.store.plan().as_filed.windows
    other = tuple(replace(w, number=f"1{w.number}") for w in windows)
    hall.change_plan(windows=other)
    assert seen(hall, "12").window == seen(hall, "2").window == "2"
    with pytest.raises(NotFound):
        seen(hall, "99")


def test_where_to_go_while_it_is_closed(hall: HallUnderTest) -> None:
    assert seen(hall).elsewhere == ""
    hall.sign_in("1")
    away = seen(hall)
    assert (away.elsewhere, away.elsewhere_zone.zh_cn) == ("1", "一楼 B 区")
    hall.sign_in("3")
    beside = seen(hall)
    assert (beside.elsewhere, beside.elsewhere_zone.zh_cn) == ("3", ""), "the same zone is nearer"
    hall.shifts("3").pause("meal")
    assert seen(hall).elsewhere == "1", "nobody is sent to a paused window"


def test_when_it_opens(hall: HallUnderTest) -> None:
    hall.change_plan(hours=weekdays(time(9), time(17)))
    assert seen(hall).opens is None, "it is open now: who is missing is no question of hours"
    hall.clock.now = datetime(2026, 9, 29, 9, 30, tzinfo=UTC)
    assert seen(hall).opens == datetime(2026, 9, 30, 1, tzinfo=UTC)


def test_the_next_opening_knows_lunch_weekends_and_holidays() -> None:
    hours = (*weekdays(time(9), time(12)), *weekdays(time(13, 30), time(17)))
    hours = tuple(replace(one, code=f"{one.code}-{n}") for n, one in enumerate(hours))
    plan = replace(small_hall(), hours=hours, calendar=(CalendarDay("2026-10-05", False),))
    lunch = datetime(2026, 9, 29, 4, 15, tzinfo=UTC)
    friday = datetime(2026, 10, 2, 9, 1, tzinfo=UTC)
    assert next_opening(plan, ("A",), lunch) == datetime(2026, 9, 29, 5, 30, tzinfo=UTC)
    assert next_opening(plan, ("A",), friday) == datetime(2026, 10, 6, 1, tzinfo=UTC)
    assert next_opening(plan, ("A",), datetime(2026, 9, 29, 2, tzinfo=UTC)) is None
    assert next_opening(small_hall(), ("A",), lunch) is None, "always open"


# The rating


def test_an_asking_lasts_its_whole_time_whatever_was_pressed(hall: HallUnderTest) -> None:
    """Every look is the same with a rating, with none, and of any level (visual.md §5)."""
    hall.sign_in("2", "3")
    given, left_out = finish(hall, "2"), finish(hall, "3")
    assert hall.ratings.record(given, Level.VERY_DISSATISFIED, "keypad")
    for seconds in (0, 1, 10, 7.9):
        hall.clock.advance(seconds=seconds)
        one, other = seen(hall, "2"), seen(hall, "3")
        assert one.standing is other.standing is Standing.RATING
        assert one.rating is not None
        assert other.rating is not None
        assert (one.rating.turn_id, other.rating.turn_id) == (given, left_out)
        assert alike(one) == alike(other)
    hall.clock.advance(seconds=3)
    assert seen(hall, "2").rating is None
    assert seen(hall, "3").standing is Standing.IDLE


def alike(look: PublicWindow) -> PublicWindow:
    """A look without what tells the window and the turn."""
    return replace(look, now=OPENING, window="", number="", clerk=None, rating=None)


def test_the_next_call_ends_no_rating(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    turn = finish(hall)
    hall.issue()
    hall.calling().call_next()
    now = seen(hall)
    assert (now.standing, now.label) == (Standing.CALLED, "A002")
    assert now.rating is not None
    assert (now.rating.turn_id, now.rating.label) == (turn, "A001")
    assert now.rating.service.zh_cn == "咨询"
    asked = now.rating.asked_at
    hall.clock.advance(seconds=3)
    hall.calling().start()
    hall.calling().finish(Outcome.CONSULT)
    later = seen(hall).rating
    assert later is not None
    assert later.asked_at > asked


@pytest.mark.parametrize(
    ("state", "asks"),
    [
        (None, True),
        (DeviceState.STALE, True),
        (DeviceState.ABSENT, True),
        (DeviceState.READY, False),
    ],
)
def test_the_screen_asks_when_the_keypad_does_not(
    hall: HallUnderTest, state: DeviceState | None, asks: bool
) -> None:
    if state is not None:
        report = DeviceReport("keypad 2", DeviceKind.KEYPAD, state, window="2")
        other = DeviceReport("keypad 3", DeviceKind.KEYPAD, DeviceState.READY, window="3")
        hall.store.report_devices("PC-2", (report, other))
    hall.sign_in("2")
    finish(hall)
    assert seen(hall).asks_here is asks
    assert seen(hall, asks="always").asks_here
    assert not seen(hall, asks="never").asks_here
    hall.clock.advance(seconds=95)
    hall.calling().ask_again()
    assert seen(hall).asks_here, "a station that says nothing any more has no keypad"


def test_a_screen_that_is_not_touched_shows_a_code_where_there_is_an_address(
    hall: HallUnderTest,
) -> None:
    hall.sign_in("2")
    finish(hall)
    assert not seen(hall, asks="never").shows_code
    hall.change_plan(follow_url="https://hall.example/t/")
    assert seen(hall, asks="never").shows_code
    assert not seen(hall).shows_code


def test_nothing_of_a_citizen_or_a_rating_is_in_it(hall: HallUnderTest) -> None:
    """The types say it: no level, reason, contact, note or person can be reached from a look."""
    names: set[str] = set()
    hall.sign_in("2")
    finish(hall)
    look = seen(hall)

    def reach(thing: object) -> None:
        if is_dataclass(thing) and not isinstance(thing, type):
            for field in fields(thing):
                names.add(field.name)
                reach(getattr(thing, field.name))

    reach(look)
    assert names.isdisjoint(
        {"level", "reasons", "contact", "person", "notes", "own", "token", "pin_hash", "salt"}
    )
    assert look.hall is None


# Who sits there


def test_photo_promise_and_stars(hall: HallUnderTest) -> None:
    promise = LocalText("一次讲清")
    staff = tuple(
        replace(m, promise=promise) if m.code == "1002" else m
        for m in hall.store.plan().as_filed.staff
    )
    hall.change_plan(staff=staff)
    member, digest = hall.store.plan().staff_of["1002"], hashlib.sha256(b"abc").hexdigest()
    with hall.store.change("test") as tx:
        tx.add_media(Media(digest, "image/png", 3), b"abc")
        tx.save_photo(member.id, digest)
        tx.save_stars(member.id, Stars(49, 12, OPENING.date()))
    hall.sign_in("2")
    public = WindowPublic(hall.store, "2")
    clerk = public.look().clerk
    assert clerk is not None
    assert (clerk.photo, clerk.promise, clerk.stars) == (digest, promise, None)
    assert public.photo(clerk.photo) == b"abc"
    assert public.photo("cd" * 32) is None
    hall.change_rules(rating_stars=True)
    hall.clock.advance(seconds=61)
    starred = public.look().clerk
    assert starred is not None
    assert starred.stars == Stars(49, 12, OPENING.date())


def test_stars_move_once_a_day_by_ten_ratings(hall: HallUnderTest) -> None:
    hall.change_rules(rating_stars=True)
    hall.sign_in("2")
    chore = StarsChore()
    for level in [Level.VERY_SATISFIED] * 9:
        hall.ratings.record(finish(hall), level, "keypad")
        hall.clock.advance(seconds=30)
    finish(hall)  # not rated: no rating is not a good one
    member = hall.store.plan().staff_of["1002"].id

    def next_day() -> Stars | None:
        close_day(hall.store, "test")
        hall.clock.advance(days=1)
        hall.sign_in("2")
        with hall.store.look() as reader:
            assert chore.wanted(reader)
        chore.step(hall.store)
        assert chore.step(hall.store) == "", "done twice it does nothing more"
        with hall.store.look() as reader:
            return reader.stars_of(member)

    assert next_day() is None
    hall.ratings.record(finish(hall), Level.DISSATISFIED, "keypad")
    with hall.store.look() as reader:
        assert reader.stars_of(member) is None, "not before the day is closed"
    assert next_day() == Stars(47, 10, OPENING.date() + timedelta(days=1))
    hall.ratings.record(finish(hall), Level.VERY_DISSATISFIED, "keypad")
    assert next_day() == Stars(47, 10, OPENING.date() + timedelta(days=1))


def test_bulletins_for_the_public_here(hall: HallUnderTest) -> None:
    boss = Staff("9001", "班长", StaffRole.SUPERVISOR, pin_hash=hall.store.plan().staff[0].pin_hash)
    hall.change_plan(staff=(*hall.store.plan().as_filed.staff, boss))
    supervisor = hall.store.plan().staff_of["9001"]
    bulletins = Bulletins(hall.store, supervisor.code)
    bulletins.post(LocalText("系统恢复"), Audience.PUBLIC, minutes=60)
    bulletins.post(LocalText("只给员工"), Audience.STAFF, minutes=60)
    assert [one.text.zh_cn for one in seen(hall).bulletins] == ["系统恢复"]
    assert PIN not in repr(seen(hall))


def told(hall: HallUnderTest, kind: DeviceKind, levels: int | None) -> None:
    name = kind.value
    hall.store.report_devices(
        f"{name} 2", [DeviceReport(name, kind, DeviceState.READY, window="2", levels=levels)]
    )


def test_a_keypad_with_fewer_keys_leaves_the_five_levels_to_the_screen(
    hall: HallUnderTest,
) -> None:
    hall.sign_in("2")
    finish(hall)
    told(hall, DeviceKind.KEYPAD, 4)
    assert seen(hall).asks_here
    assert not seen(hall, asks="never").asks_here
    told(hall, DeviceKind.KEYPAD, 5)
    assert not seen(hall).asks_here


def test_a_screen_tells_that_it_is_there_and_whether_it_asks(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    finish(hall)
    beat = [0.0]

    def known() -> tuple[DeviceReport, datetime] | None:
        with hall.store.look() as reader:
            found = [one for one in reader.devices() if one.report.kind is DeviceKind.SCREEN]
        return (found[0].report, found[0].seen_at) if found else None

    def screen(asks: str, *, key: bool) -> ScreenPresence:
        looks = WindowPublic(hall.store, "2", asks)
        made = ScreenPresence(hall.store, looks, asks, lambda: key, lambda: beat[0])
        made.look()
        return made

    def asked_by(asks: str, *, key: bool) -> int | None:
        screen(asks, key=key).look()
        told = known()
        assert told is not None
        assert hall.calling().state().asks is bool(told[0].levels)
        return told[0].levels

    ours = screen("always", key=False)
    assert known() is None, "the first look is for the citizen"
    assert not hall.calling().state().asks
    ours.look()
    first = known()
    assert first is not None
    assert (first[0].window, first[0].levels, first[0].state) == ("2", 5, DeviceState.READY)
    hall.clock.advance(seconds=29)
    beat[0] = 29.0
    ours.look()
    assert known() == first
    beat[0] = 30.0
    ours.look()
    again = known()
    assert again is not None
    assert again[1] > first[1]
    hall.clock.advance(seconds=91)
    assert not hall.calling().state().asks, "a screen that is not heard of asks nobody"
    assert asked_by("fallback", key=False) == 5
    assert asked_by("never", key=True) == 0, "there is no address for a code"
    hall.change_plan(follow_url="https://hall.example/t/")
    assert asked_by("never", key=False) == 0
    assert asked_by("never", key=True) == 5
    ours.close()
    ended = known()
    assert ended is not None
    assert ended[0].state is DeviceState.CLOSED
    assert not hall.calling().state().asks
