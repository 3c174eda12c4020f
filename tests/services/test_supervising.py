"""What those may do who run the floor: every move with its right, its journal, its effect."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import pytest

from hallclient.domain.alarm import AlarmKind
from hallclient.domain.bulletin import LONGEST, Audience
from hallclient.domain.errors import Conflict, DomainError
from hallclient.domain.holding import HoldKind
from hallclient.domain.limits import NoTicket, Stop
from hallclient.domain.parts import StaffRole
from hallclient.domain.text import LocalText
from hallclient.domain.ticket import TicketStatus
from hallclient.domain.turn import Outcome
from hallclient.services.bulletins import Bulletins
from hallclient.services.helping import Helping
from hallclient.services.pin_guard import PinGuard
from hallclient.services.supervising import Supervising, sign_in
from tests.halls import PIN
from tests.invariants import check
from tests.services.console import CLERK, LEAD, SUPERVISOR, USHER, console, with_console_staff
from tests.stores import HallUnderTest

ONE_DATABASE = pytest.mark.parametrize("hall_url", ["sqlite"], indirect=True)
TEXT = LocalText("请带好随身物品", "請帶好隨身物品", "Mind your belongings")


@pytest.fixture
def floor(hall: HallUnderTest) -> HallUnderTest:
    with_console_staff(hall)
    return hall


def why(move: Callable[[], object]) -> str:
    with pytest.raises(DomainError) as caught:
        move()
    return caught.value.key


def ranks(hall: HallUnderTest, window: str) -> tuple[tuple[str, ...], ...]:
    with hall.another_store() as store:
        return store.plan().window(window).ranks


@ONE_DATABASE
@pytest.mark.parametrize(
    ("code", "watches"), [(SUPERVISOR, True), (LEAD, True), (USHER, False), (CLERK, None)]
)
def test_who_may_sign_in(floor: HallUnderTest, code: str, watches: bool | None) -> None:
    if watches is None:
        assert why(lambda: console(floor, code)) == "no_right"
        return
    who = console(floor, code).supervisor
    assert (who.code, who.watches, who.actor) == (code, watches, f"staff:{code}")
    assert PIN not in repr(who)


@ONE_DATABASE
def test_a_pin_cannot_be_tried_out(floor: HallUnderTest) -> None:
    guard = PinGuard(clock=lambda: 0.0)
    said = [
        why(lambda code=code: sign_in(floor.store, guard, code, "0000"))  # type: ignore[misc]
        for code in (SUPERVISOR, "7777", SUPERVISOR)
    ]
    assert said == ["sign_in_failed"] * 3
    assert why(lambda: sign_in(floor.store, guard, SUPERVISOR, PIN)) == "pin_wait"


MOVES: dict[str, Callable[[Supervising], object]] = {
    "floor": lambda desk: desk.floor(),
    "assign": lambda desk: desk.assign("2", [["B"], ["A"]]),
    "give back": lambda desk: desk.give_back("2"),
    "close": lambda desk: desk.close_window("2"),
    "leave": lambda desk: desk.leave("1003"),
    "stop": lambda desk: desk.stop("A", "full"),
    "reopen": lambda desk: desk.reopen("A"),
    "alarm": lambda desk: desk.take_alarm("help help:1"),
    "broadcast": lambda desk: desk.broadcast(TEXT, Audience.ALL),
    "withdraw": lambda desk: desk.withdraw(1),
    "follow-up": lambda desk: desk.follow_ups.take(1),
}


@ONE_DATABASE
@pytest.mark.parametrize("name", MOVES)
def test_rights_are_looked_at_at_every_move(floor: HallUnderTest, name: str) -> None:
    """Whoever lost the role, or has only an usher's or another department's, is refused."""
    desk, move = console(floor), MOVES[name]
    usher, lead = console(floor, USHER), console(floor, LEAD)
    floor.sign_in("2")
    before = floor.kinds()
    assert why(lambda: move(usher)) == "no_right"
    if name not in ("floor", "alarm", "follow-up"):
        assert why(lambda: move(lead)) == "no_right", "window 2 and queue A are ZH's"
    staff = floor.store.plan().staff
    for role in (StaffRole.CLERK, None):
        kept = [replace(m, role=role or m.role) for m in staff if role or m.code != SUPERVISOR]
        floor.change_plan(staff=tuple(kept))
        assert why(lambda: move(desk)) == "no_right"
    assert floor.kinds() == before


@ONE_DATABASE
def test_a_lead_runs_the_own_department(floor: HallUnderTest) -> None:
    lead = console(floor, LEAD)
    floor.sign_in("1")
    lead.stop("B", "staff")
    lead.reopen("B")
    lead.close_window("1")
    lead.leave("1001")
    windows = floor.store.plan().windows
    floor.change_plan(windows=(replace(windows[0], ranks=(("B",),)), *windows[1:]))
    assert why(lambda: lead.assign("1", [["B"], ["A"]])) == "no_right", "A is another's"
    console(floor).assign("1", [["A"], ["B"]])
    lead.assign("1", [["B"], ["A"]])
    lead.give_back("1")
    assert "staff.leave" in floor.kinds()


def test_a_window_is_lent_and_given_back(floor: HallUnderTest) -> None:
    """What another process reads, on both databases: the next call goes by the new ranks."""
    desk = console(floor)
    floor.sign_in("2")
    a, b = floor.issue("ZH001"), floor.issue("BDC001")
    desk.assign("2", [["B"], ["A"]])
    assert ranks(floor, "2") == (("B",), ("A",))
    state = floor.calling("2").call_next()
    assert state.ticket is not None
    assert state.ticket.label == b.ticket.label
    tile = next(one for one in desk.floor().windows if one.window.code == "2")
    assert tile.lent
    desk.give_back("2")
    desk.give_back("2")
    assert ranks(floor, "2") == (("A",), ("B",))
    assert [kind for kind in floor.kinds() if kind.startswith("window.")] == [
        "window.lent",
        "window.given_back",
    ]
    floor.calling("2").start()
    floor.calling("2").finish(Outcome.INSTANT)
    last = floor.calling("2").call_next().ticket
    assert last is not None
    assert last.label == a.ticket.label
    check(floor.engine, floor.store)


@ONE_DATABASE
def test_ranks_that_cannot_be(floor: HallUnderTest) -> None:
    desk = console(floor)
    twice: Sequence[list[str]] = (["A"], ["A"])
    gap: Sequence[list[str]] = (["A"], [], ["B"])
    nothing: Sequence[list[str]] = ([],)
    for wanted in ((), nothing, gap, (["A", "A"],), twice):
        assert why(partial(desk.assign, "2", wanted)) == "bad_ranks"
    assert why(lambda: desk.assign("2", [["X"]])) == "unknown_part"
    assert why(lambda: desk.assign("99", [["A"]])) == "unknown_part"
    desk.assign("2", [["A"], ["B"]])
    assert "window.lent" not in floor.kinds(), "as it is already"


@ONE_DATABASE
def test_nobody_is_left_in_a_queue_without_a_window(floor: HallUnderTest) -> None:
    desk = console(floor)
    floor.issue("BDC001")
    desk.assign("1", [["A"]])
    desk.assign("2", [["A"]])
    assert why(lambda: desk.assign("3", [["A"]])) == "queue_left_alone"
    floor.sign_in("3")
    floor.calling("3").call_next()
    desk.assign("3", [["A"]])
    assert ranks(floor, "3") == (("A",),)


def test_a_window_that_somebody_left_is_closed(floor: HallUnderTest) -> None:
    """Its ticket, those it held and those who wait for it go on elsewhere, by their old claims."""
    desk = console(floor)
    floor.sign_in("2", "3")
    held, sent, open_ = floor.issue(), floor.issue(), floor.issue()
    two, three = floor.calling("2"), floor.calling("3")
    two.call_next()
    two.start()
    two.hold(HoldKind.HERE)
    three.call_next()
    three.start()
    three.transfer_to_window("2")
    two.call_chosen(open_.ticket.label, "other")
    assert why(lambda: three.resume(held.ticket.id)) == "not_this_window"

    desk.close_window("2")
    with floor.store.look() as reader:
        assert reader.active_turn(reader.plan.window("2").id) is None
        assert reader.open_shift(reader.plan.window("2").id) is None
        back = reader.ticket(open_.ticket.id)
        assert back is not None
        assert (back.status, back.claim_at) == (TicketStatus.WAITING, open_.ticket.claim_at)
    called = [three.call_next().ticket, None]
    assert called[0] is not None
    assert called[0].label == sent.ticket.label, "the oldest claim first"
    three.start()
    three.finish(Outcome.CONSULT)
    resumed = three.resume(held.ticket.id).ticket
    assert resumed is not None
    assert resumed.label == held.ticket.label
    three.finish(Outcome.CONSULT)
    assert why(lambda: desk.close_window("2")) == "window_not_open"
    check(floor.engine, floor.store)


def test_a_stopped_queue_gives_no_number_to_anybody(floor: HallUnderTest) -> None:
    desk = console(floor)
    waiting = floor.issue("ZH001")
    desk.stop("A", "full")
    with pytest.raises(NoTicket) as no:
        floor.issue("ZH001")
    assert (no.value.limit.stop, no.value.queue) == (Stop.STOPPED, "A")
    floor.issue("BDC001")
    assert floor.board.now().lines["A"].demand.stopped
    assert not floor.board.now().lines["B"].demand.stopped
    assert next(row for row in desk.floor().queues if row.queue.code == "A").stopped
    desk.stop("A", "full")
    desk.stop("A", "system")
    # Who waits is called as ever.
    floor.sign_in("2")
    called = floor.calling("2").call_next().ticket
    assert called is not None
    assert called.label == waiting.ticket.label
    desk.reopen("A")
    desk.reopen("A")
    floor.issue("ZH001")
    assert [k for k in floor.kinds() if k.startswith("queue.")] == [
        "queue.stopped",
        "queue.stopped",
        "queue.reopened",
    ]
    assert why(lambda: desk.stop("A", "because")) == "unknown_reason"
    assert why(lambda: desk.stop("Q", "full")) == "unknown_part"


@ONE_DATABASE
def test_a_stop_is_over_with_the_day(floor: HallUnderTest) -> None:
    console(floor).stop("A", "full")
    floor.clock.advance(days=1)
    floor.issue("ZH001")


@ONE_DATABASE
def test_leave(floor: HallUnderTest) -> None:
    desk = console(floor)
    floor.sign_in("2")
    assert why(lambda: desk.leave("1002")) == "staff_here"
    assert why(lambda: desk.leave("7777")) == "unknown_part"
    desk.leave("1003")
    desk.leave("1003")
    assert [m.code for m in desk.floor().staff.on_leave] == ["1003"]
    desk.leave("1003", on_leave=False)
    assert desk.floor().staff.on_leave == ()
    assert floor.kinds().count("staff.leave") == 2


def test_somebody_takes_care_of_an_alarm(floor: HallUnderTest) -> None:
    desk = console(floor)
    floor.issue()
    floor.clock.advance(minutes=31)
    (alarm,) = (one for one in desk.floor().alarms if one.kind is AlarmKind.LONG_WAIT)
    assert (alarm.facts["waiting"], alarm.taken_by) == (1, "")
    desk.take_alarm(alarm.key)
    (alarm,) = (one for one in desk.floor().alarms if one.kind is AlarmKind.LONG_WAIT)
    assert alarm.taken_by == "陈建国"
    assert why(lambda: desk.take_alarm("long_wait queue:B")) == "alarm_over"


@ONE_DATABASE
def test_help_from_a_window_reaches_whoever_watches(floor: HallUnderTest) -> None:
    usher, desk = console(floor, USHER), console(floor)
    asked = Helping(floor.store, "window:2").ask("window 2")
    assert [one.call.id for one in usher.calls()] == [asked.call.id]
    (alarm,) = (one for one in desk.floor().alarms if one.kind is AlarmKind.HELP)
    assert alarm.facts == {"station": "window 2", "number": "2"}
    usher.go(asked.call.id)
    (alarm,) = (one for one in desk.floor().alarms if one.kind is AlarmKind.HELP)
    assert alarm.taken_by == "周洋"
    with pytest.raises(Conflict):
        desk.go(asked.call.id)
    desk.helped(asked.call.id)
    assert desk.calls() == ()


def test_what_is_said_to_the_hall(floor: HallUnderTest) -> None:
    desk, heard = console(floor), Bulletins(floor.store)
    wide = desk.broadcast(LocalText("请带好\u3000随身物品"), Audience.PUBLIC)
    assert wide.text.zh_cn == "请带好\u3000随身物品", "the space of a Chinese keyboard"
    desk.withdraw(wide.id)
    said = desk.broadcast(TEXT, Audience.ALL, ["1B", "1B"], minutes=10)
    staff = desk.broadcast(LocalText("三点开会"), Audience.STAFF)
    assert said.zones == ("1B",)
    assert [one.id for one in desk.floor().bulletins] == [staff.id, said.id]
    assert heard.standing(Audience.PUBLIC) == (said,)
    assert heard.standing(Audience.PUBLIC, ["1A"]) == ()
    assert heard.standing(Audience.STAFF, ["1B"]) == (staff, said)
    assert TEXT.zh_cn not in str(floor.journal()), "no free text in the journal"
    desk.withdraw(staff.id)
    assert why(lambda: desk.withdraw(staff.id)) == "unknown_bulletin"
    floor.clock.advance(minutes=10, seconds=1)
    assert heard.standing(Audience.PUBLIC) == ()


@ONE_DATABASE
@pytest.mark.parametrize(
    ("text", "minutes", "key"),
    [
        ("", 10, "bulletin_empty"),
        ("一\n二", 10, "bulletin_signs"),
        ("\u202e反", 10, "bulletin_signs"),
        ("\u3000", 10, "bulletin_empty"),
        ("长" * (LONGEST + 1), 10, "bulletin_long"),
        ("好", 0, "bad_minutes"),
        ("好", 721, "bad_minutes"),
    ],
)
def test_bulletins_that_cannot_be(floor: HallUnderTest, text: str, minutes: int, key: str) -> None:
    desk = console(floor)
    assert why(lambda: desk.broadcast(LocalText(text), Audience.ALL, (), minutes)) == key
    assert why(lambda: desk.broadcast(TEXT, Audience.ALL, ["9Z"])) == "unknown_part"
