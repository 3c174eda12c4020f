"""The floor of today through both databases: each row comes back, holds for its day, and goes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from hallclient.domain.alarm import AlarmTaken
from hallclient.domain.bulletin import Audience, Bulletin
from hallclient.domain.errors import Conflict
from hallclient.domain.follow_up import TRIES, Appeal, FollowUp, FollowUpResult
from hallclient.domain.holding import Hold, HoldKind
from hallclient.domain.rating import Level, Origin, Rating
from hallclient.domain.text import LocalText
from hallclient.domain.ticket import Ticket, TicketStatus
from hallclient.domain.turn import Outcome
from hallclient.services.chores.retention import RetentionChore
from hallclient.services.days import close_day
from hallclient.services.floor_records import LentWindow, OwnTotals, QueueStop
from hallclient.services.person_records import Note, PersonNote
from hallclient.services.store import Transaction
from tests.stores import HallUnderTest

DAY = timedelta(days=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TODAY = date(2026, 9, 29)
A_B = (("A", "B"),)


def called(hall: HallUnderTest) -> tuple[Ticket, int]:
    """A ticket at window 2, and its turn's id."""
    hall.issue()
    state = hall.calling().call_next()
    assert state.ticket is not None
    assert state.turn is not None
    return state.ticket, state.turn.id


def test_a_hold_is_there_as_long_as_the_ticket_is_held(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    one, turn = called(hall)
    with hall.store.change("x") as tx:
        held = tx.move_ticket(one, TicketStatus.HELD)
        hold = Hold(one.id, turn, tx.plan.window("2").id, HoldKind.EVENT, "payment", tx.now)
        tx.save_hold(hold)
        tx.save_hold(replace(hold, kind=HoldKind.HERE))
        assert tx.hold(one.id) == replace(hold, kind=HoldKind.HERE)
        tx.save_hold(hold)
        assert tx.holds() == [hold]
        tx.drop_hold(one.id)
        assert tx.hold(one.id) is None
        tx.save_hold(hold)
        served = tx.move_ticket(held, TicketStatus.SERVING)
        assert tx.holds() == [], "whatever moved the ticket"
        tx.move_ticket(served, TicketStatus.HELD)
        tx.save_hold(hold)
    close_day(hall.store, "x")
    with hall.store.look() as reader:
        assert reader.holds() == []


def test_bound_tickets_are_for_one_window_or_person(hall: HallUnderTest) -> None:
    tickets = [hall.issue().ticket for _ in range(4)]
    with hall.store.change("x") as tx:
        queue, window = tx.plan.queue("A").id, tx.plan.window("2").id
        clerk, other = (tx.plan.staff_of[code].id for code in ("1002", "1003"))
        first = tx.bind_ticket(tickets[0], window, None)
        second = tx.bind_ticket(tickets[1], None, clerk)
        third = tx.bind_ticket(tickets[2], None, other)
        assert tx.ticket(first.id) == first
        assert tx.heads([queue]) == [tickets[3]], "nobody else may call the others"
        assert tx.waiting_for(window, clerk) == [first, second]
        assert tx.waiting_for(window, None) == [first]
        assert tx.waiting_for(0, other) == [third]
        assert tx.waiting_for(0, None) == []
        assert tx.waiting_in([queue], 9) == [first, second, third, tickets[3]]
        assert tx.waiting_in([queue], 2) == [first, second]
        assert tx.queue_count(queue).waiting == 4, "they wait all the same"
        both = tx.bind_ticket(first, window, clerk)
        assert tx.waiting_for(window, clerk) == [both, second], "once, though bound to both"
        assert tx.bind_ticket(both, None, None) == tickets[0]
        assert tx.heads([queue]) == [tickets[0]]
        called = tx.move_ticket(second, TicketStatus.CALLED)
        assert tx.waiting_for(window, clerk) == []
        with pytest.raises(Conflict):  # with the next question at the latest
            tx.heads([tx.bind_ticket(second, None, None).queue_id])
        assert tx.bind_ticket(called, None, None).staff_id is None


def test_a_bound_head_hides_an_early_appointment_from_nobody(hall: HallUnderTest) -> None:
    bound, early, later = (hall.issue().ticket for _ in range(3))
    with hall.store.change("x") as tx:
        tx.bind_ticket(bound, tx.plan.window("3").id, None)
    hall.execute(
        "UPDATE ticket SET callable_from = :at WHERE id = :id", at=hall.clock.now + DAY, id=early.id
    )
    with hall.store.look() as reader:
        (head,) = reader.heads([reader.plan.queue("A").id])
        assert head.id == later.id


def test_a_stopped_queue(hall: HallUnderTest) -> None:
    hall.issue()
    with hall.store.change("x") as tx:
        queue, other = tx.plan.queue("A").id, tx.plan.queue("B").id
        stop = QueueStop(queue, tx.plan.staff_of["1001"].id, tx.now, "full")
        tx.stop_queue(replace(stop, reason=""))
        tx.stop_queue(stop)
        assert tx.queue_stops() == [stop]
        assert tx.queue_count(queue).stopped
        assert not tx.queue_count(other).stopped
        assert {one.queue_id for one in tx.queue_counts() if one.stopped} == {queue}
        assert tx.reopen_queue(queue)
        assert not tx.reopen_queue(queue)
        assert not tx.queue_count(queue).stopped
        tx.stop_queue(stop)
    hall.clock.advance(days=1)
    hall.issue()
    with hall.store.change("x") as tx:
        assert tx.queue_stops() == [], "for the rest of the day only"
        assert not tx.queue_count(queue).stopped
        assert not tx.reopen_queue(queue)
        tx.stop_queue(stop)
        assert tx.queue_count(queue).stopped


def test_before_the_day_opens_it_is_the_clocks(hall: HallUnderTest) -> None:
    """A supervisor comes before the first ticket; what is said then holds for the day."""
    with hall.store.change("x") as tx:
        assert tx.day is None
        queue, staff = tx.plan.queue("A").id, tx.plan.staff_of["1001"].id
        tx.stop_queue(QueueStop(queue, staff, tx.now))
        tx.lend_window(LentWindow(tx.plan.window("1").id, A_B, staff, tx.now))
        tx.mark_leave(staff, on_leave=True)
    hall.issue("BDC001")
    with hall.store.look() as reader:
        assert reader.day == TODAY
        assert reader.queue_count(queue).stopped
        assert reader.on_leave() == {staff}
        assert reader.plan.window("1").ranks == A_B


def test_a_lent_window(hall: HallUnderTest) -> None:
    hall.issue()
    usual = hall.store.plan()
    with hall.another_store() as elsewhere:
        assert elsewhere.plan() == usual
        with hall.store.change("x") as tx:
            window, staff = tx.plan.window("1"), tx.plan.staff_of["1001"].id
            lent = LentWindow(window.id, A_B, staff, tx.now)
            tx.lend_window(replace(lent, ranks=(("A",),)))
            tx.lend_window(lent)
            assert tx.lent_windows() == [lent]
        for plan in (elsewhere.plan(), hall.store.plan()):
            assert plan.window("1").ranks == A_B
            assert plan.window("2") == usual.window("2")
            assert plan.usual_windows == usual.windows
            assert plan.as_filed == usual
        hall.change_plan(phone="12345")
        assert [entry.subject for entry in hall.journal()][-1:] == [f"hall:{usual.hall_id}"]
        assert elsewhere.plan().window("1").ranks == A_B, "a new hall file takes nothing back"
        assert hall.store.plan().as_filed == replace(usual, phone="12345")
        with hall.store.change("x") as tx:
            assert tx.give_back_window(window.id)
            assert not tx.give_back_window(window.id)
        assert elsewhere.plan() == hall.store.plan() == replace(usual, phone="12345")


@pytest.mark.parametrize("closed", [True, False])
def test_a_window_is_lent_for_one_day(hall: HallUnderTest, *, closed: bool) -> None:
    hall.issue()
    usual = hall.store.plan()
    with hall.another_store() as elsewhere:
        with hall.store.change("x") as tx:
            staff = tx.plan.staff_of["1001"].id
            tx.lend_window(LentWindow(tx.plan.window("1").id, A_B, staff, tx.now))
        assert elsewhere.plan().window("1").ranks == A_B
        if closed:
            close_day(hall.store, "x")
        else:
            hall.clock.advance(days=1)
            hall.issue()
        assert elsewhere.plan() == usual
        with elsewhere.look() as reader:
            assert reader.lent_windows() == []


def test_a_queue_that_left_the_hall_is_served_by_no_lent_window(hall: HallUnderTest) -> None:
    with hall.store.change("x") as tx:
        staff, now = tx.plan.staff_of["1001"].id, tx.now
        tx.lend_window(LentWindow(tx.plan.window("1").id, (("gone",), ("A",)), staff, now))
        tx.lend_window(LentWindow(tx.plan.window("2").id, (("gone",),), staff, now))
    plan = hall.store.plan()
    assert plan.window("1").ranks == (("A",),)
    assert plan.window("2").ranks == (("A",), ("B",)), "its usual ones: it has no other left"


def test_leave_and_alarms(hall: HallUnderTest) -> None:
    hall.issue()
    with hall.store.change("x") as tx:
        one, other = (tx.plan.staff_of[code].id for code in ("1001", "1002"))
        tx.mark_leave(one, on_leave=True)
        tx.mark_leave(one, on_leave=True)
        tx.mark_leave(other, on_leave=True)
        tx.mark_leave(other, on_leave=False)
        assert tx.on_leave() == {one}
        taken = AlarmTaken("long_wait queue:A", one, tx.now)
        paper = AlarmTaken("printer device:K1/printer", one, tx.now)
        tx.take_alarm(taken)
        tx.take_alarm(replace(taken, staff_id=other))
        tx.take_alarm(paper)
        assert tx.alarms_taken() == [replace(taken, staff_id=other), paper]
        assert tx.drop_alarms([taken.key, "help station:K1"]) == 1
        assert tx.alarms_taken() == [paper]
    hall.clock.advance(days=1)
    hall.issue()
    with hall.store.look() as reader:
        assert reader.on_leave() == frozenset()


def test_bulletins_stand_for_their_time(hall: HallUnderTest) -> None:
    now = hall.clock.now
    hour = timedelta(hours=1)
    text = LocalText("系统检修", "系統檢修", "Maintenance")
    with hall.store.change("x") as tx:
        staff = tx.plan.staff_of["1001"].id
        standing = Bulletin(
            tx.new_id(), text, Audience.STAFF, staff, now - hour, now + hour, ("1A", "1B")
        )
        newer = Bulletin(tx.new_id(), text, Audience.ALL, staff, now, now + hour)
        for one in (
            standing,
            newer,
            Bulletin(tx.new_id(), text, Audience.ALL, staff, now + hour, now + 2 * hour),
            Bulletin(tx.new_id(), text, Audience.ALL, staff, now - 2 * hour, now),
            Bulletin(tx.new_id(), text, Audience.ALL, staff, now - hour, now + hour, (), now),
        ):
            tx.save_bulletin(one)
        tx_now = tx.now
    assert tx_now >= now
    with hall.store.look() as reader:
        assert reader.bulletins() == [newer, standing]
    with hall.store.change("x") as tx:
        tx.save_bulletin(replace(newer, ended_at=tx.now))
        assert tx.bulletins() == [standing]


def rated(hall: HallUnderTest, level: int, origin: Origin = Origin.ACTIVE) -> Rating:
    hall.issue()
    calling = hall.calling()
    turn = calling.call_next().turn
    assert turn is not None
    calling.start()
    calling.finish(Outcome.CONSULT)
    with hall.store.change("x") as tx:
        one = Rating(tx.new_id(), turn.id, Level(level), origin, "keypad", tx.now, b"salt")
        assert tx.add_rating(one)
    return one


def low(tx: Transaction) -> list[tuple[Rating, FollowUp | None]]:
    return [(row.rating, row.follow_up) for row in tx.low_ratings()]


def test_low_ratings_wait_for_their_call_back(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    bad, worse, *_others = (rated(hall, level) for level in (2, 1, 3, 5))
    rated(hall, 1, Origin.DEFAULT)
    with hall.store.change("x") as tx:
        staff = tx.plan.staff_of["1001"].id
        assert low(tx) == [(bad, None), (worse, None)]
        begun = FollowUp(bad.id, TODAY, staff)
        tx.save_follow_up(begun)
        assert tx.follow_up(bad.id) == begun
        assert tx.follow_up(worse.id) is None
        assert low(tx) == [(bad, begun), (worse, None)]
        unreached = replace(begun, result=FollowUpResult.UNREACHED, recorded_at=tx.now)
        tx.save_follow_up(unreached)
        assert low(tx) == [(bad, unreached), (worse, None)], "it is tried again"
        tx.save_follow_up(replace(unreached, tries=TRIES))
        assert low(tx) == [(worse, None)]
        over = FollowUp(worse.id, TODAY, staff, FollowUpResult.BY_DATE, TODAY + DAY, tx.now)
        tx.save_follow_up(over)
        assert tx.follow_up(worse.id) == over
        assert low(tx) == []
        asked = replace(over, appeal=Appeal.ASKED, appealed_by=staff, appeal_reason="按错了")
        tx.save_follow_up(asked)
        assert low(tx) == [(worse, asked)], "somebody has to decide"
        (row,) = tx.ratings_between(EPOCH, tx.now + DAY, low=True)[1:]
        assert row == tx.low_rating(worse.id)
        assert (row.label, row.contact) == ("A002", False)
        assert tx.low_rating(4711) is None
        tx.save_follow_up(replace(asked, appeal=Appeal.REFUSED))
        assert low(tx) == []


def test_own_totals(hall: HallUnderTest) -> None:
    with hall.store.change("x") as tx:
        staff, other = (tx.plan.staff_of[code].id for code in ("1001", "1002"))
        week = OwnTotals(staff, TODAY - DAY, TODAY, 41, 3600, 1200, 7, 1, 35, 34)
        assert tx.own_totals(staff) is None
        tx.save_own_totals(replace(week, week=week.week - 7 * DAY))
        tx.save_own_totals(week)
        tx.save_own_totals(replace(week, served=42))
        assert tx.own_totals(staff) == replace(week, served=42)
        assert tx.own_totals(other) is None


def test_what_was_for_earlier_days_goes(hall: HallUnderTest) -> None:
    hall.issue()
    now = hall.clock.now
    with hall.store.change("x") as tx:
        staff = tx.plan.staff_of["1001"].id
        tx.stop_queue(QueueStop(tx.plan.queue("A").id, staff, tx.now))
        tx.lend_window(LentWindow(tx.plan.window("1").id, A_B, staff, tx.now))
        tx.mark_leave(staff, on_leave=True)
        tx.take_alarm(AlarmTaken("help station:K1", staff, tx.now))
        text = LocalText("x")
        for until in (now + timedelta(hours=1), now + 3 * DAY):
            tx.save_bulletin(Bulletin(tx.new_id(), text, Audience.ALL, staff, now, until))
        assert tx.drop_floor(TODAY) == 0
        assert tx.drop_floor(TODAY + DAY) == 5
        assert tx.drop_floor(TODAY + DAY) == 0
        assert len(tx.bulletins()) == 1
        assert tx.alarms_taken() == []
    assert hall.store.plan().window("1").ranks == (("B",), ("A",))


def test_retention_clears_the_floor(hall: HallUnderTest) -> None:
    ticket = hall.issue().ticket
    with hall.store.change("x") as tx:
        staff = tx.plan.staff_of["1001"].id
        tx.take_alarm(AlarmTaken("help station:K1", staff, tx.now))
        tx.add_note(Note(tx.new_id(), f"ticket:{ticket.id}", "带孩子", staff, tx.now, b"salt"))
        tx.save_person_note(PersonNote(ticket.id, "王*芳", "0012", ""))
    chore = RetentionChore()
    assert chore.step(hall.store) == ""
    hall.clock.advance(days=1)
    told = chore.step(hall.store)
    assert told == "deleted: names on tickets 1, notes 1, floor 1"
    assert chore.step(hall.store) == ""


def test_a_lease_is_seized(hall: HallUnderTest) -> None:
    store = hall.store
    store.seize_lease("window:2", "one", 10)
    assert not store.take_lease("window:2", "two", 10)
    store.seize_lease("window:2", "two", 10)
    with store.look() as reader:
        assert reader.lease_holder("window:2") == "two"
    assert not store.take_lease("window:2", "one", 10), "the first is told"
    hall.clock.advance(seconds=11)
    assert store.take_lease("window:2", "one", 10)
    store.seize_lease("window:2", "two", 10)
    store.drop_lease("window:2", "one")
    with store.look() as reader:
        assert reader.lease_holder("window:2") == "two"
