"""What a queue learns, what is told with a ticket, and what is shown before one is taken."""

import logging
from dataclasses import replace
from datetime import time, timedelta

import pytest

from hallclient.domain.estimate import shown_range
from hallclient.domain.pace import Pace
from hallclient.domain.parts import SessionHours, Staff, StaffRole
from hallclient.domain.rules import PriorityClass
from hallclient.domain.ticket import Channel, Ticket
from hallclient.domain.turn import Outcome
from hallclient.domain.wait import Told, Wait
from hallclient.services import waits
from hallclient.services.calling import Calling
from hallclient.services.days import close_day
from hallclient.services.issuing import IssuedTicket, Issuing, Terms, TicketRequest, new_ticket
from hallclient.services.itinerary import Itineraries
from hallclient.services.lending import Lending
from hallclient.storage.engine import open_engine
from hallclient.storage.store import SqlStore
from tests import invariants
from tests.halls import HALL_ID, PIN
from tests.processes import run_all
from tests.stores import HallUnderTest, HandClock

pytestmark = pytest.mark.usually_on("sqlite")


def pace_of(hall: HallUnderTest, queue: str = "A") -> Pace:
    with hall.store.look() as reader:
        return Pace.of(reader.queue_count(reader.plan.queue(queue).id).pace)


def ticket_of(hall: HallUnderTest, ticket: Ticket) -> Ticket:
    with hall.store.look() as reader:
        found = reader.ticket(ticket.id)
    assert found is not None
    return found


def serve(hall: HallUnderTest, window: str = "2") -> None:
    calling = hall.calling(window)
    calling.call_next()
    calling.start()
    calling.finish(Outcome.CONSULT)


def busy(hall: HallUnderTest, calls: int = 12, minutes: float = 4) -> None:
    """So many calls with somebody always waiting: the queue has a pace."""
    hall.sign_in("2")
    for _ in range(3):
        hall.issue()
    for _ in range(calls):
        hall.clock.advance(minutes=minutes)
        hall.issue()
        serve(hall)


class Lessons:
    """Notes what the paces are taught, on the way."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.waited: list[tuple[float | None, Told | None]] = []
        whole = Pace.called

        def called(pace: Pace, at: float, waited: float | None, told: Told | None = None) -> None:
            self.waited.append((waited, told))
            whole(pace, at, waited, told)

        monkeypatch.setattr(Pace, "called", called)


@pytest.fixture
def lessons(monkeypatch: pytest.MonkeyPatch) -> Lessons:
    return Lessons(monkeypatch)


def test_joins_calls_and_ends_move_the_pace(hall: HallUnderTest) -> None:
    assert (pace_of(hall).waiting, pace_of(hall).calls) == (0, 0)
    for _ in range(3):
        hall.issue()
    assert (pace_of(hall).waiting, pace_of(hall).calls) == (3, 0)
    assert pace_of(hall).at == pytest.approx(waits.minute_of(hall.clock.now), abs=1e-3)
    hall.sign_in("2")
    hall.clock.advance(minutes=5)
    hall.calling().call_next()
    pace = pace_of(hall)
    assert (pace.waiting, pace.calls, pace.windows) == (2, 1, 1)
    close_day(hall.store, "chore")
    pace = pace_of(hall)
    assert (pace.waiting, pace.calls, pace.windows) == (0, 0, 0)
    invariants.check(hall.engine, hall.store)


def test_the_first_call_teaches_its_wait(hall: HallUnderTest, lessons: Lessons) -> None:
    busy(hall)
    ticket = hall.issue().ticket
    assert ticket.told is not None
    lessons.waited.clear()
    for _ in range(3):
        hall.clock.advance(minutes=3)
        serve(hall)
    hall.clock.advance(minutes=4.5)
    hall.calling().call_next()
    waited, told = lessons.waited[-1]
    assert waited == pytest.approx(13.5)
    assert told == ticket.told
    assert ticket_of(hall, ticket).first_called_at == hall.clock.now


def test_who_comes_again_teaches_no_wait(hall: HallUnderTest, lessons: Lessons) -> None:
    """No-show and back, returned, held and released, sent to another queue: calls, but no waits."""
    hall.change_rules(no_show_after=1)
    busy(hall)
    hall.clock.advance(minutes=2)
    for _ in range(3):
        serve(hall)
    calling = hall.calling()
    first = hall.issue().ticket
    hall.clock.advance(minutes=7)
    calls = pace_of(hall).calls

    def called_again() -> None:
        """Call the only one who waits, and look what it taught."""
        lessons.waited.clear()
        calling.call_next()
        assert lessons.waited == [(None, None)]
        assert ticket_of(hall, first).first_called_at == called_at

    calling.call_next()
    waited, told = lessons.waited[-1]
    assert (waited, told) == (7, first.told)
    called_at = hall.clock.now
    hall.clock.advance(minutes=1)
    calling.no_show()
    hall.clock.advance(minutes=9)
    hall.issuing.requeue(first.id)
    called_again()
    calling.return_to_pool()
    hall.clock.advance(minutes=9)
    called_again()
    calling.start()
    calling.hold()
    calling.release(first.id)
    called_again()
    calling.start()
    calling.transfer("B")
    called_again()
    assert pace_of(hall, "A").calls == calls + 4
    assert pace_of(hall, "B").calls == 1
    assert ticket_of(hall, first).told == first.told
    assert ticket_of(hall, first).first_queue_id == hall.store.plan().queue("A").id
    invariants.check(hall.engine, hall.store)


def test_an_appointment_called_before_its_time_teaches_no_wait(
    hall: HallUnderTest, lessons: Lessons
) -> None:
    """And from its time on it waits like anybody."""
    hall.sign_in("2")
    for minutes, expected in ((0, None), (30, 10.0)):
        ticket = hall.issue().ticket
        slot = hall.clock.now + timedelta(minutes=20)
        hall.execute("UPDATE ticket SET callable_from = :at WHERE id = :id", at=slot, id=ticket.id)
        hall.clock.advance(minutes=minutes)
        serve(hall)
        waited, _told = lessons.waited[-1]
        assert waited == (None if expected is None else pytest.approx(expected))


def test_a_ticket_of_before_does_not_turn_the_clock_back(hall: HallUnderTest) -> None:
    """A kiosk hands in what it gave out alone: an hour ago, with no wait on the paper."""
    busy(hall)
    before = pace_of(hall)
    issued = hall.clock.now - timedelta(hours=1)
    with hall.store.change("kiosk:K1") as tx:
        request = TicketRequest("alone", "ZH001", Channel.OFFLINE)
        ticket = new_ticket(tx, request, Terms(issued_at=issued, number=801, token="T" * 16)).ticket
    after = pace_of(hall)
    assert ticket.told is None
    assert after.at >= before.at
    assert after.waiting == before.waiting + 1
    assert after.busy_minutes >= before.busy_minutes


@pytest.mark.parametrize(
    "text", ["[", "{}", '["x"]', "[1,2]", "null", "x" * 5000, "[0,0,0,0,0,0,0,0]", "[NaN]"]
)
def test_a_damaged_pace_starts_anew(
    hall: HallUnderTest, caplog: pytest.LogCaptureFixture, text: str
) -> None:
    busy(hall, 4)
    waiting = pace_of(hall).waiting
    hall.execute("UPDATE queue_now SET pace = :text WHERE waiting > 0", text=text)
    assert hall.board.now().lines["A"].wait is None
    with caplog.at_level(logging.ERROR):
        assert hall.issue().wait is None
    assert "starts anew" in caplog.text
    assert (pace_of(hall).waiting, pace_of(hall).windows) == (waiting + 1, 1)
    serve(hall)
    invariants.check(hall.engine, hall.store)


def test_a_pace_that_fails_keeps_nobody_waiting(
    hall: HallUnderTest, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    busy(hall, 4)

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(Pace, "called", fail)
        patched.setattr(waits, "estimate", fail)
        told = hall.issue()
        assert (told.wait, told.ticket.told, told.people_ahead) == (None, None, 3)
        serve(hall)
    assert "starts anew" in caplog.text
    assert "no wait can be told" in caplog.text
    invariants.check(hall.engine, hall.store)


# Windows


def test_windows_are_counted_wherever_they_open_and_close(hall: HallUnderTest) -> None:
    def counted() -> tuple[int, int]:
        invariants.check(hall.engine, hall.store)
        return pace_of(hall, "A").windows, pace_of(hall, "B").windows

    plan = hall.store.plan().as_filed
    boss = Staff("9001", "主任", StaffRole.SUPERVISOR, pin_hash=plan.staff[0].pin_hash)
    hall.change_plan(staff=(*plan.staff, boss))
    lending = Lending(hall.store, "9001")
    assert counted() == (0, 0)
    hall.sign_in("2")
    assert counted() == (1, 1), "where nobody serves a queue first, a back-up counts"
    hall.sign_in("1")
    assert counted() == (1, 1), "beside a window of its own a back-up does not"
    hall.sign_in("3")
    assert counted() == (2, 1)
    hall.shifts("3").pause("meal")
    assert counted() == (1, 1)
    hall.shifts("3").resume()
    assert counted() == (2, 1)
    hall.calling("3").take_back()
    assert counted() == (1, 1), "the pause goes on"
    hall.shifts("3").resume()
    hall.shifts("3").hand_over("1001", PIN)
    assert counted() == (2, 2), "who sat at window 1 sits at 3, and B has back-ups"
    lending.assign("2", [["B"]])
    assert counted() == (1, 1)
    lending.assign("3", [["B"]])
    assert counted() == (0, 2)
    lending.give_back("3")
    assert counted() == (1, 1)
    hall.change_plan(windows=tuple(replace(w, ranks=(("A", "B"),)) for w in plan.windows))
    assert counted() == (1, 2), "a window that is lent stays lent"
    lending.close_window("3")
    assert counted() == (0, 1)
    hall.shifts("2").sign_out()
    assert counted() == (0, 0)
    hall.sign_in("2")
    close_day(hall.store, "chore")
    assert counted() == (0, 0)
    hall.clock.advance(hours=24)
    hall.sign_in("2")
    assert counted() == (1, 1), "lent for a day"


# Telling


def test_what_is_told_stays_with_the_ticket(hall: HallUnderTest) -> None:
    assert hall.issue().wait is None, "nothing is known yet"
    busy(hall)
    issued = hall.issue(priority=PriorityClass.NORMAL)
    told = issued.ticket.told
    assert told is not None
    assert issued.wait == shown_range(told.wait.p10, told.wait.p90)
    assert told.ahead == issued.people_ahead == 4
    assert told.calls == pace_of(hall).calls
    assert ticket_of(hall, issued.ticket).told == told
    (facts,) = (e.data for e in hall.journal() if e.subject == f"ticket:{issued.ticket.id}")
    assert facts["told"] == [told.wait.p10, told.wait.p50, told.wait.p90]
    assert facts["ahead"] == 4
    again = TicketRequest(issued.ticket.request_id, "ZH001")
    for _ in range(2):
        hall.clock.advance(minutes=3)
        serve(hall)
    repeated = hall.issuing.issue(again)
    assert (repeated.wait, repeated.people_ahead) == (issued.wait, 2)
    assert repeated.ticket == issued.ticket
    later = lookup(hall, issued.ticket.id)
    assert later.wait is not None
    assert later.wait != issued.wait
    assert later.wait == hall_range(hall, 2)


def lookup(hall: HallUnderTest, ticket_id: int) -> IssuedTicket:
    return Itineraries(hall.store, "kiosk:K1").of_ticket(ticket_id)


def hall_range(hall: HallUnderTest, ahead: int) -> object:
    with hall.store.look() as reader:
        return waits.range_of(waits.wait_of(reader, reader.plan.queue("A"), ahead))


def test_who_has_priority_is_told_by_who_is_ahead(hall: HallUnderTest) -> None:
    busy(hall)
    hall.clock.advance(minutes=1)
    normal, first = hall.issue(), hall.issue(priority=PriorityClass.SOLDIER)
    assert normal.people_ahead is not None
    assert first.people_ahead is not None
    assert first.people_ahead < normal.people_ahead
    assert normal.ticket.told is not None
    assert first.ticket.told is not None
    assert first.ticket.told.ahead == first.people_ahead
    assert first.ticket.told.wait.p50 < normal.ticket.told.wait.p50


def test_what_is_changed_while_it_waits_was_told_something_else(hall: HallUnderTest) -> None:
    busy(hall)
    one, other = hall.issue(), hall.issue()
    assert one.ticket.told is not None
    Itineraries(hall.store, "kiosk:K1").change(one.ticket.id, ["BDC001"])
    assert ticket_of(hall, one.ticket).told is None
    with hall.store.change("usher") as tx:
        key = other.ticket.claim_at - timedelta(minutes=30)
        tx.prioritise(other.ticket, PriorityClass.ELDERLY, key)
    assert ticket_of(hall, other.ticket).told is None
    invariants.check(hall.engine, hall.store)


def test_the_board_shows_the_wait_of_who_would_come_now(hall: HallUnderTest) -> None:
    busy(hall)
    line = hall.board.now().lines["A"]
    assert (line.waiting, line.wait, line.at_once) == (3, hall_range(hall, 3), False)
    with hall.store.look() as reader:
        count = reader.queue_count(reader.plan.queue("A").id)
        early = waits.wait_of(reader, reader.plan.queue("A"), 2, replace(count, early=1))
    slot = hall.clock.now + timedelta(hours=1)
    last = hall.one("SELECT max(id) FROM ticket")
    hall.execute("UPDATE ticket SET callable_from = :at WHERE id = :id", at=slot, id=last)
    assert hall.board.now().lines["A"].wait == waits.range_of(early), "early: ahead of nobody"
    assert lookup(hall, last).wait is None, "told a time"


def test_at_once_only_where_a_window_is_free_and_nobody_ahead(
    hall: HallUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy(hall, 4)
    told = {"wait": Wait(0, 1, 3)}
    monkeypatch.setattr(waits, "estimate", lambda _pace, _place: told["wait"])

    def at_once() -> bool:
        return hall.board.now().lines["A"].at_once

    assert not at_once(), "somebody waits"
    for _ in range(3):
        serve(hall)
    assert at_once()
    told["wait"] = Wait(0, 1, 3.1)
    assert not at_once(), "not surely"
    told["wait"] = Wait(0, 1, 3)
    hall.issue()
    hall.calling().call_next()
    assert not at_once(), "the window is taken"
    hall.sign_in("3")
    assert at_once()
    hall.shifts("3").pause("meal")
    assert not at_once()


def test_bound_and_called_tickets_have_no_wait_of_their_own(hall: HallUnderTest) -> None:
    busy(hall)
    hall.sign_in("3")
    hall.calling().call_next()
    (called,) = hall.rows("SELECT id FROM ticket WHERE status = 'called'")
    assert lookup(hall, called[0]).wait is None
    hall.calling().start()
    hall.calling().transfer_to_window("3")
    assert lookup(hall, called[0]).wait is None


def test_before_the_hall_opens_the_wait_counts_from_its_opening(hall: HallUnderTest) -> None:
    busy(hall)
    with hall.store.look() as reader:
        usual = waits.wait_of(reader, reader.plan.queue("A"), 3)
    close_day(hall.store, "chore")
    every = range(1, 8)
    hours = tuple(SessionHours(f"d{d}", d, time(11), time(18), time(8), time(18)) for d in every)
    hall.change_plan(hours=hours)
    ticket = hall.issue()  # some minutes before ten in Shanghai
    assert ticket.wait is not None, "no window is open yet, and one will be"
    assert usual is not None
    assert ticket.ticket.told is not None
    opens_in = (11 - hall.clock.now.hour - 8) * 60 - hall.clock.now.minute
    assert ticket.ticket.told.wait.p50 > opens_in - 1


def test_a_lunch_pause_is_waited_through(hall: HallUnderTest) -> None:
    busy(hall)
    local_noon = hall.clock.now + timedelta(hours=8, minutes=2)
    with hall.store.look() as reader:
        plain = waits.wait_of(reader, reader.plan.queue("A"), 3)
    assert plain is not None
    noon = local_noon.time().replace(microsecond=0)
    after = (local_noon + timedelta(minutes=90)).time().replace(microsecond=0)
    halves = ((time(8), noon), (after, time(20)))
    hall.change_plan(
        hours=tuple(
            SessionHours(f"d{d}{n}", d, opens, closes, time(8), time(20))
            for d in range(1, 8)
            for n, (opens, closes) in enumerate(halves)
        )
    )
    with hall.store.look() as reader:
        paused = waits.wait_of(reader, reader.plan.queue("A"), 3)
    assert paused is not None
    assert paused.p90 >= 90
    assert paused.p90 == pytest.approx(plain.p90 + 90, abs=plain.p90 / 2)


def issue_and_call(url: str, name: str, tickets: int) -> None:
    """A process of its own: a kiosk beside a window, as fast as they can."""
    engine = open_engine(url)
    store = SqlStore(engine, HALL_ID, HandClock())  # the same day for all
    calling = Calling(store, name)
    for n in range(tickets):
        Issuing(store, f"kiosk:K{name}").issue(TicketRequest(f"{name} {n}", "ZH001"))
        if n % 2:
            calling.call_next()
            calling.start()
            calling.finish(Outcome.CONSULT)
    engine.dispose()


def test_two_processes_lose_no_move(hall: HallUnderTest) -> None:
    """What one wrote the other reads, under the hall's lock."""
    hall.sign_in("2", "3")
    run_all([(issue_and_call, (hall.url, name, 20)) for name in "23"])
    assert (pace_of(hall).waiting, pace_of(hall).calls) == (20, 20)
    with hall.store.look() as reader:
        tickets = [reader.ticket_by_label(f"A{n:03}") for n in range(1, 41)]
    told = [one.told.calls for one in tickets if one is not None and one.told is not None]
    assert told == sorted(told), "no move was seen before it was made, or lost after"
    invariants.check(hall.engine, hall.store)


def test_a_hall_loaded_the_evening_before_tells_what_one_loaded_at_opening_tells(
    hall: HallUnderTest,
) -> None:
    """Its day begins when windows open, not with its file."""
    loaded = waits.minute_of(hall.clock.now)
    hall.clock.advance(hours=14)
    busy(hall)
    assert pace_of(hall).began - loaded >= 14 * 60


def test_a_queue_without_calls_starts_from_the_pace_of_its_hall(hall: HallUnderTest) -> None:
    busy(hall)
    close_day(hall.store, "chore")
    shown, silent = pace_of(hall, "A"), pace_of(hall, "B")
    assert silent.earlier_calls == 3
    minutes = shown.earlier_minutes / shown.earlier_calls
    assert silent.earlier_minutes / silent.earlier_calls == pytest.approx(minutes, rel=0.01)


def test_a_quiet_queue_behind_anothers_line_has_no_estimate_yet(hall: HallUnderTest) -> None:
    """The hall's pace is no promise where the window has others to call first."""
    busy(hall)
    hall.clock.advance(hours=12)
    close_day(hall.store, "agent")
    hall.clock.advance(hours=12)
    hall.sign_in("2")
    first = hall.issue("BDC001")
    assert pace_of(hall, "B").is_borrowed
    assert first.ticket.told is not None, "nobody is before it"
    for _ in range(4):
        hall.issue()
    assert hall.issue("BDC001").ticket.told is None
    assert hall.board.now().lines["B"].wait is None
    assert Itineraries(hall.store, "kiosk:K1").of_ticket(first.ticket.id).wait is None
    assert hall.board.now().lines["A"].wait is not None
    for _ in range(3):
        serve(hall)
    assert hall.issue("BDC001").ticket.told is not None
