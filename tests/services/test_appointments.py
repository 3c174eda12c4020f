"""Booking, cancelling and checking in, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from hallclient.domain.appointment import AppointmentState, BookedBy, Timing, is_code
from hallclient.domain.errors import DomainError, NotFound, Refused
from hallclient.domain.limits import NoTicket
from hallclient.domain.rules import PriorityClass
from hallclient.domain.ticket import Channel, TicketStatus
from hallclient.domain.turn import Outcome
from hallclient.lab.invariants import check_invariants
from hallclient.services.appointments import Appointments, Booked, BookingRequest, CheckIn
from hallclient.services.days import close_day
from hallclient.services.person_records import PersonNote
from hallclient.services.ticket_slip import speech_of, ticket_slip
from hallclient.services.windows import WindowState
from tests.halls import HALL_ID, weekdays
from tests.stores import OPENING, HallUnderTest

pytestmark = pytest.mark.usually_on("sqlite")

TUESDAY = date(2026, 9, 29)
SHANGHAI = ZoneInfo("Asia/Shanghai")
PERSON = "ab" * 32
SPEECH = speech_of("zh-CN")


def at(hour: int, minute: int = 0, day: date = TUESDAY) -> datetime:
    return datetime.combine(day, time(hour, minute), SHANGHAI).astimezone(UTC)


@pytest.fixture
def desk(hall: HallUnderTest) -> Appointments:
    """Queue B takes two appointments each half hour, nine to twelve on weekdays."""
    queues = tuple(
        replace(queue, slice_booked=2) if queue.code == "B" else queue
        for queue in hall.store.plan().queues
    )
    hall.change_plan(queues=queues, hours=weekdays(time(9), time(12)))
    return Appointments(hall.store, "kiosk:K1")


def book(desk: Appointments, key: str, starts_at: datetime, **more: object) -> Booked:
    return desk.book(BookingRequest(key, "BDC001", starts_at, **more))  # type: ignore[arg-type]


def test_the_slip_of_who_is_early_has_the_slot(hall: HallUnderTest, desk: Appointments) -> None:
    """Nobody may think that 0 ahead means now: the paper tells slot and first call."""
    early = book(desk, "one", at(10))
    due = book(desk, "two", at(10))
    hall.clock.now = at(9, 30)
    paper = ticket_slip(
        desk.check_in(early.appointment.code, CheckIn("a")).issued, hall.store.plan(), SPEECH
    )
    assert (paper.wait_caption, paper.wait_text) == ("预约 10:00", "（09:50 起叫号）")
    hall.clock.now = at(9, 55)
    paper = ticket_slip(
        desk.check_in(due.appointment.code, CheckIn("b")).issued, hall.store.plan(), SPEECH
    )
    assert "预约" not in (paper.wait_caption or "")


def test_days_and_slots(hall: HallUnderTest, desk: Appointments) -> None:
    hall.clock.now = at(9, 40)
    days = desk.days("BDC001")
    assert [day.day for day in days][:3] == [TUESDAY, date(2026, 9, 30), date(2026, 10, 1)]
    assert len(days) == 7
    assert [slot.starts_at for slot in days[0].slots] == [at(10), at(10, 30), at(11), at(11, 30)]
    assert days[0].room == 8
    book(desk, "one", at(10))
    assert desk.days("BDC001")[0].slots[0].room == 1
    assert desk.days("ZH001") == ()
    with pytest.raises(NotFound):
        desk.days("NONE")


def test_an_appointment(hall: HallUnderTest, desk: Appointments) -> None:
    made = book(desk, "one", at(10), source=BookedBy.USHER, language="en", person=PERSON)
    one = made.appointment
    assert is_code(one.code)
    assert (one.starts_at, one.minutes, one.state) == (at(10), 30, AppointmentState.BOOKED)
    assert (one.source, one.language) == (BookedBy.USHER, "en")
    assert abs(one.made_at - OPENING) < timedelta(seconds=1)
    assert (made.service.code, made.queue.code, made.today) == ("BDC001", "B", True)
    assert made.arrival.timing is Timing.EARLY
    for wanted in (one.id, one.code, f" {one.code[:3]} {one.code[3:]}"):
        assert desk.find(wanted) == made
    assert [b.appointment for b in desk.of_person(PERSON)] == [one]
    assert [b.appointment for b in desk.on()] == [one]
    assert desk.on(date(2026, 9, 30)) == ()
    entry = hall.journal()[-1]
    assert entry.kind == "appointment.booked"
    assert PERSON not in str(entry.data)
    assert one.code not in str(entry.data)
    assert PERSON not in repr(made)


def test_asked_twice_one_appointment(hall: HallUnderTest, desk: Appointments) -> None:
    first, second = book(desk, "touch", at(10)), book(desk, "touch", at(10))
    assert first == second
    assert book(desk, "touch", at(10, 30)).appointment.id != first.appointment.id
    assert hall.one("SELECT count(*) FROM appointment") == 2
    assert hall.kinds().count("appointment.booked") == 2


@pytest.mark.parametrize(
    ("service", "starts_at", "key"),
    [
        ("ZH001", at(10), "not_bookable"),
        ("BDC001", at(8, 30), "slot_over"),
        ("BDC001", at(10, 10), "slot_unknown"),
        ("BDC001", at(12), "slot_unknown"),
        ("BDC001", at(10, 0, date(2026, 10, 3)), "slot_unknown"),  # a Saturday
        ("BDC001", at(10, 0, date(2026, 10, 20)), "slot_unknown"),  # too far away
    ],
)
def test_what_cannot_be_booked(
    desk: Appointments, service: str, starts_at: datetime, key: str
) -> None:
    with pytest.raises(Refused) as no:
        desk.book(BookingRequest("touch", service, starts_at))
    assert no.value.key == key


def test_a_slot_takes_what_it_takes(desk: Appointments) -> None:
    book(desk, "one", at(10))
    second = book(desk, "two", at(10))
    with pytest.raises(Refused) as no:
        book(desk, "three", at(10))
    assert no.value.key == "slot_full"
    desk.cancel(second.appointment.code)
    book(desk, "three", at(10))


def test_one_appointment_a_day_for_a_known_person(desk: Appointments) -> None:
    first = book(desk, "one", at(10), person=PERSON)
    with pytest.raises(Refused) as no:
        book(desk, "two", at(11), person=PERSON)
    assert no.value.key == "already_booked"
    desk.cancel(first.appointment.id)
    book(desk, "two", at(11), person=PERSON)


def test_slots_are_never_overbooked(hall: HallUnderTest, desk: Appointments) -> None:
    def try_to_book(number: int) -> int:
        with hall.another_store() as store:
            try:
                book(Appointments(store, f"kiosk:K{number}"), f"touch {number}", at(10))
            except Refused as no:
                if no.key != "slot_full":
                    raise
                return 0
            return 1

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(try_to_book, range(12))) == 2
    assert hall.one("SELECT count(*) FROM appointment WHERE state = 'booked'") == 2


@pytest.mark.parametrize(
    ("now", "timing", "claim", "callable_from"),
    [
        (at(9, 20), Timing.EARLY, at(9, 30), at(9, 50)),
        (at(9, 55), Timing.ON_TIME, at(9, 30), None),
        (at(10, 10), Timing.ON_TIME, at(9, 40), None),
        (at(10, 16), Timing.LATE, at(10, 16), None),
    ],
)
def test_checking_in(
    hall: HallUnderTest,
    desk: Appointments,
    now: datetime,
    timing: Timing,
    claim: datetime,
    callable_from: datetime | None,
) -> None:
    made = book(desk, "one", at(10)).appointment
    hall.clock.now = now
    note = PersonNote(0, "王*芳", "2217", "k" * 64)
    asked = CheckIn("scan", language="en", station="K1", note=note)
    assert "2217" not in repr(asked)
    came = desk.check_in(made.code, asked)
    ticket = came.issued.ticket
    assert came.arrival.timing is timing
    assert (ticket.claim_at, ticket.callable_from) == (claim, callable_from)
    assert (ticket.channel, ticket.language, ticket.station) == (Channel.BOOKED, "en", "K1")
    assert ticket.status is TicketStatus.WAITING
    assert came.appointment.state is AppointmentState.ARRIVED
    assert came.appointment.ticket_id == ticket.id
    with hall.store.look() as reader:
        assert reader.ticket(ticket.id) == ticket
        assert reader.person_note(ticket.id) == replace(note, ticket_id=ticket.id)
        assert reader.counters()["queue:B"] == 1
    # The same scan bounced: the same ticket. Another scan: told which number it has.
    hall.clock.advance(seconds=2)
    again = desk.check_in(made.id, CheckIn("scan"))
    assert (again.issued.ticket, again.arrival.timing) == (ticket, timing)
    with pytest.raises(Refused) as no:
        desk.check_in(made.code, CheckIn("another"))
    assert (no.value.key, no.value.facts["label"]) == ("appointment_arrived", ticket.label)
    with pytest.raises(Refused):
        desk.cancel(made.code)
    assert hall.kinds().count("ticket.issued") == 1
    assert desk.find(made.code).label == ticket.label


def test_an_elderly_person_late_has_the_credit_of_a_walk_in(
    hall: HallUnderTest, desk: Appointments
) -> None:
    made = book(desk, "one", at(10)).appointment
    hall.clock.now = at(10, 30)
    came = desk.check_in(made.id, CheckIn("scan", priority=PriorityClass.ELDERLY))
    assert came.issued.ticket.claim_at == at(10, 20)


def test_who_is_not_due(hall: HallUnderTest, desk: Appointments) -> None:
    tomorrow = book(desk, "one", at(10, 0, date(2026, 9, 30))).appointment
    cancelled = desk.cancel(book(desk, "two", at(10)).appointment.code).appointment
    assert desk.cancel(cancelled.code).appointment == cancelled
    assert hall.kinds().count("appointment.cancelled") == 1
    for wanted, key in (
        (tomorrow.code, "appointment_other_day"),
        (cancelled.code, "appointment_cancelled"),
        ("999999999", "unknown_appointment"),
        ("", "unknown_appointment"),
        (4711, "unknown_appointment"),
    ):
        with pytest.raises(DomainError) as no:
            desk.check_in(wanted, CheckIn("scan"))
        assert no.value.key == key
    assert "ticket.issued" not in hall.kinds()


def test_a_quota_keeps_no_appointment_out(hall: HallUnderTest, desk: Appointments) -> None:
    queues = tuple(replace(q, day_quota=1, slice_quota=1) for q in hall.store.plan().queues)
    made = book(desk, "one", at(9, 30)).appointment
    hall.change_plan(queues=tuple(replace(q, slice_booked=2) for q in queues))
    # Its number is kept for it, and it gets it when it comes.
    with pytest.raises(NoTicket):
        hall.issue("BDC001")
    desk.check_in(made.id, CheckIn("scan"))
    with pytest.raises(NoTicket):
        hall.issue("BDC001")


def test_late_after_the_last_ticket(hall: HallUnderTest, desk: Appointments) -> None:
    made = book(desk, "one", at(11, 30)).appointment
    hall.clock.now = at(12, 1)
    with pytest.raises(NoTicket) as no:
        desk.check_in(made.id, CheckIn("scan"))
    assert no.value.key == "queue_closed"


def test_one_open_ticket_a_person(hall: HallUnderTest, desk: Appointments) -> None:
    made = book(desk, "one", at(10), person=PERSON).appointment
    walk_in = hall.issue("BDC001", person=PERSON).ticket
    with pytest.raises(NoTicket) as no:
        desk.check_in(made.id, CheckIn("scan"))
    assert (no.value.key, no.value.limit.label) == ("has_ticket", walk_in.label)
    hall.change_rules(one_ticket=False)
    desk.check_in(made.id, CheckIn("scan"))


def test_the_person_is_known_by_the_ticket(hall: HallUnderTest, desk: Appointments) -> None:
    made = book(desk, "one", at(10), person=PERSON).appointment
    came = desk.check_in(made.id, CheckIn("scan"))
    with hall.store.look() as reader:
        assert [t.id for t in reader.tickets_of(PERSON)] == [came.issued.ticket.id]
    assert desk.of_person(PERSON) == ()


def test_early_ones_wait_for_their_slot_unless_nobody_else_does(
    hall: HallUnderTest, desk: Appointments
) -> None:
    hall.sign_in("1")
    made = book(desk, "one", at(10)).appointment
    early = desk.check_in(made.id, CheckIn("scan")).issued.ticket
    hall.clock.now = at(9, 35)
    walk_in = hall.issue("BDC001").ticket
    assert early.claim_at < walk_in.claim_at
    calling = hall.calling("1")
    assert _called(calling.call_next()) == walk_in.id
    calling.start()
    calling.finish(Outcome.INSTANT)
    assert _called(calling.call_next()) == early.id


def test_from_ten_minutes_before_it_counts(hall: HallUnderTest, desk: Appointments) -> None:
    hall.sign_in("1")
    made = book(desk, "one", at(10)).appointment
    early = desk.check_in(made.id, CheckIn("scan")).issued.ticket
    hall.clock.now = at(9, 31)
    hall.issue("BDC001")
    hall.clock.now = at(9, 50)
    assert _called(hall.calling("1").call_next()) == early.id


@pytest.mark.parametrize("how", ["transfer", "no_show"])
def test_who_was_called_early_waits_for_no_slot_any_more(
    hall: HallUnderTest, desk: Appointments, how: str
) -> None:
    """Nobody else was there, so the slot has been passed by: it must not count hours later."""
    hall.sign_in("1", "2")
    made = book(desk, "one", at(11, 30)).appointment
    early = desk.check_in(made.id, CheckIn("scan")).issued.ticket
    calling = hall.calling("1")
    assert _called(calling.call_next()) == early.id
    hall.clock.advance(minutes=1)
    if how == "transfer":
        calling.start()
        calling.transfer("A")
        behind = hall.issue("ZH001").ticket
    else:
        for move in (calling.recall, calling.recall, calling.no_show):
            move()
        hall.issuing.requeue(early.id)
        behind = hall.issue("BDC001").ticket
    assert behind.claim_at > early.issued_at
    assert _called(hall.calling("2" if how == "transfer" else "1").call_next()) == early.id
    assert check_invariants(hall.engine, HALL_ID).broken == ()


def test_a_no_show_comes_back_behind_those_who_may_be_called(
    hall: HallUnderTest, desk: Appointments
) -> None:
    """Who has a slot at noon waits too, but nobody stands behind them in the morning."""
    hall.sign_in("1")
    missed = hall.issue("BDC001").ticket
    calling = hall.calling("1")
    calling.call_next()
    for move in (calling.recall, calling.recall, calling.no_show):
        move()
    hall.change_rules(requeue_behind=3)
    for n in range(2):
        made = book(desk, f"a{n}", at(11, 30)).appointment
        desk.check_in(made.id, CheckIn(f"scan {n}"))
        made = book(desk, f"b{n}", at(11)).appointment
        desk.check_in(made.id, CheckIn(f"scan b{n}"))
    back = hall.issuing.requeue(missed.id).ticket
    assert back.claim_at <= hall.clock.now + timedelta(seconds=1)
    hall.issue("BDC001")
    assert _called(calling.call_next()) == missed.id


def _called(state: WindowState) -> int:
    assert state.ticket is not None
    return state.ticket.id


def test_the_close_of_a_day_leaves_tomorrows_appointments(
    hall: HallUnderTest, desk: Appointments
) -> None:
    tomorrow = book(desk, "one", at(10, 0, date(2026, 9, 30))).appointment
    close_day(hall.store, "chore")
    hall.clock.now = at(9, 55, date(2026, 9, 30))
    came = desk.check_in(tomorrow.code, CheckIn("scan"))
    assert came.arrival.timing is Timing.ON_TIME
    assert came.issued.ticket.claim_at == at(10, 0, date(2026, 9, 30)) - timedelta(minutes=30)


def test_a_hall_that_is_open_at_night(hall: HallUnderTest, desk: Appointments) -> None:
    """Slots are of the calendar's day, also those before the business day begins."""
    hall.change_plan(hours=weekdays(time(0), time(23)))
    tomorrow = date(2026, 9, 30)
    for key in ("one", "two"):
        book(desk, key, at(0, 30, tomorrow))
    with pytest.raises(Refused) as no:
        book(desk, "three", at(0, 30, tomorrow))
    assert no.value.key == "slot_full"
    full = [slot.starts_at for slot in desk.days("BDC001")[1].slots if not slot.room]
    assert full == [at(0, 30, tomorrow)]
    assert len(desk.on(tomorrow)) == 2
    # By the business day it is still the night of the 29th.
    hall.clock.now = at(0, 25, tomorrow)
    code = desk.on(tomorrow)[0].appointment.code
    assert desk.check_in(code, CheckIn("scan")).arrival.timing is Timing.ON_TIME


def test_who_came_early_is_ahead_of_nobody_yet(hall: HallUnderTest, desk: Appointments) -> None:
    hall.clock.now = at(9)
    made = book(desk, "one", at(11)).appointment
    early = desk.check_in(made.id, CheckIn("scan")).issued
    hall.clock.now = at(10, 40)
    second = hall.issue("BDC001")
    assert second.people_ahead == 0, "the appointment is called from 10:50 on"
    hall.clock.now = at(10, 50)
    with hall.store.look() as reader:
        assert reader.ahead_of(second.ticket) == (early.ticket.claim_at < second.ticket.claim_at)
        assert reader.queue_count(second.queue.id).waiting == 2, "both sit in the hall"


def test_appointments_are_expected_where_one_can_be(
    hall: HallUnderTest, desk: Appointments
) -> None:
    """Booked or imported before the hall file took the slots away."""
    book(desk, "one", at(10, day=TUESDAY + timedelta(days=1)))
    assert hall.board.now().expects, "one may come that is booked just now"
    queues = tuple(replace(queue, slice_booked=0) for queue in hall.store.plan().queues)
    hall.change_plan(queues=queues)
    assert not hall.board.now().expects, "tomorrow's"
    hall.clock.advance(days=1)
    assert hall.board.now().expects
    hall.clock.advance(days=1)
    assert not hall.board.now().expects


def test_a_hall_that_books_expects_appointments(hall: HallUnderTest, desk: Appointments) -> None:
    assert desk.on() == ()
    assert hall.board.now().expects
