"""What codes, labels, case numbers and cards belong to, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hallclient.domain.appointment import Appointment, AppointmentState, BookedBy, code_of
from hallclient.domain.errors import NotAllowed, NotFound, Refused
from hallclient.domain.holding import HoldKind
from hallclient.domain.ticket import Ticket, short_code
from hallclient.domain.turn import Outcome
from hallclient.lab.invariants import check_invariants
from hallclient.services.appointments import Booked
from hallclient.services.codes import read_code
from hallclient.services.days import changing
from hallclient.services.finding import Finding, Found, FoundCase, FoundTicket, Standing
from hallclient.services.holding import come_back
from tests.halls import HALL_ID
from tests.stores import HallUnderTest

pytestmark = pytest.mark.usually_on("sqlite")

SOMEBODY = "a" * 64


def by_code(hall: HallUnderTest, text: str) -> Found:
    code = read_code(text)
    assert code is not None
    return Finding(hall.store).by_code(code)


def stands(hall: HallUnderTest, ticket: Ticket) -> FoundTicket:
    found = by_code(hall, ticket.token)
    assert isinstance(found, FoundTicket)
    assert by_code(hall, short_code(ticket)) == found
    assert Finding(hall.store).by_label(ticket.label, ticket.token[-4:]) == found
    assert Finding(hall.store).ticket(ticket.id) == found
    return found


def missed(hall: HallUnderTest, person: str = "") -> Ticket:
    ticket = hall.issue(person=person).ticket
    desk = hall.calling()
    desk.call_next()
    for _ in range(hall.store.plan().rules.no_show_after - 1):
        hall.clock.advance(minutes=1)
        desk.recall()
    desk.no_show()
    return ticket


def book(hall: HallUnderTest, *, person: str = "", days: int = 0, external: str = "") -> str:
    with changing(hall.store, "test") as tx:
        service = tx.plan.service("BDC001")
        code = code_of(tx.new_id())
        tx.add_appointment(
            Appointment(
                id=tx.new_id(),
                code=code,
                service_id=service.id,
                queue_id=tx.plan.queue("B").id,
                starts_at=tx.now + timedelta(days=days, minutes=30),
                minutes=30,
                source=BookedBy.IMPORT,
                state=AppointmentState.BOOKED,
                made_at=tx.now,
                person=person,
                external=external,
            )
        )
    return code


def test_a_ticket_through_its_day(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    hall.issue()
    ticket = hall.issue().ticket
    found = stands(hall, ticket)
    assert (found.standing, found.window, found.issued.people_ahead) == (Standing.WAITING, "", 1)
    desk = hall.calling()
    desk.call_next()
    desk.start()
    desk.finish(Outcome.CONSULT)
    desk.call_next()
    assert (stands(hall, ticket).standing, stands(hall, ticket).window) == (Standing.CALLED, "2")
    desk.start()
    assert (stands(hall, ticket).standing, stands(hall, ticket).window) == (Standing.SERVING, "2")
    desk.hold()
    assert (stands(hall, ticket).standing, stands(hall, ticket).window) == (Standing.HELD, "2")
    assert stands(hall, ticket).returns
    desk.resume(ticket.id)
    desk.finish(Outcome.CONSULT)
    assert (stands(hall, ticket).standing, stands(hall, ticket).window) == (Standing.ENDED, "")


def test_a_missed_ticket_may_come_back_for_a_while(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    ticket = missed(hall)
    assert stands(hall, ticket).standing is Standing.MISSED
    hall.clock.advance(minutes=hall.store.plan().rules.no_show_valid_minutes + 1)
    assert stands(hall, ticket).standing is Standing.GONE


def test_a_ticket_of_yesterday(hall: HallUnderTest) -> None:
    ticket = hall.issue().ticket
    hall.clock.advance(days=1)
    # Nobody has opened the new day yet: it is another day all the same.
    found = by_code(hall, ticket.token)
    assert isinstance(found, FoundTicket)
    assert found.standing is Standing.OTHER_DAY
    with pytest.raises(Refused) as no:
        by_code(hall, short_code(ticket))
    assert no.value.key == "ticket_other_day"
    with pytest.raises(NotFound):
        Finding(hall.store).by_label(ticket.label, ticket.token[-4:])
    hall.issue()
    with pytest.raises(NotFound):
        Finding(hall.store).by_label(ticket.label, ticket.token[-4:])


@pytest.mark.parametrize("text", ["0" * 16, "482173650", "2026112200001", "1120-A001-0000", "XY-1"])
def test_what_nobody_has(hall: HallUnderTest, text: str) -> None:
    with pytest.raises((NotFound, Refused)):
        by_code(hall, text)


def test_label_and_ending_are_refused_alike(hall: HallUnderTest) -> None:
    ticket = hall.issue().ticket
    errors = []
    wrong = "0000" if ticket.token[-4:] != "0000" else "1111"
    for label, tail in ((ticket.label, wrong), ("A799", ticket.token[-4:])):
        with pytest.raises(NotFound) as no:
            Finding(hall.store).by_label(label, tail)
        errors.append((no.value.key, str(no.value)))
    assert len(set(errors)) == 1


def test_a_case(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    ticket = hall.issue("BDC001").ticket
    desk = hall.calling()
    desk.call_next()
    desk.start()
    desk.finish(Outcome.PROMISED)
    with hall.store.look() as reader:
        turn = reader.turn_of_ticket(ticket.id)
        assert turn is not None
        case = reader.case_of_turn(turn.id)
    assert case is not None
    found = Finding(hall.store).case(case.number)
    assert isinstance(found, FoundCase)
    assert by_code(hall, case.number) == found
    assert (found.service.code, found.finished) == ("BDC001", None)
    assert not found.overdue
    hall.clock.advance(days=30)
    assert Finding(hall.store).case(case.number).overdue


def test_an_appointment_by_its_code_and_by_another_systems_number(hall: HallUnderTest) -> None:
    code = book(hall, external="YY-2026-77")
    for text in (code, f"{code[:3]} {code[3:6]} {code[6:]}", "yy-2026-77"):
        found = by_code(hall, text)
        assert isinstance(found, Booked)
        assert found.appointment.code == code


def test_what_is_open_for_a_card_today(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    hall.change_rules(one_ticket=False)
    assert Finding(hall.store).of_person(SOMEBODY) == ()
    assert Finding(hall.store).of_person("") == ()
    late = missed(hall, SOMEBODY)
    desk = hall.calling()
    hall.issue(person=SOMEBODY)
    desk.call_next()
    desk.start()
    desk.finish(Outcome.CONSULT)
    waiting = hall.issue("BDC001", person=SOMEBODY).ticket
    hall.issue("BDC001", person="b" * 64)
    code = book(hall, person=SOMEBODY)
    book(hall, person=SOMEBODY, days=2)
    found = Finding(hall.store).of_person(SOMEBODY)
    booked, missed_one, waits = found
    assert isinstance(booked, Booked)
    assert booked.appointment.code == code
    assert isinstance(missed_one, FoundTicket)
    assert isinstance(waits, FoundTicket)
    assert (missed_one.issued.ticket.id, waits.issued.ticket.id) == (late.id, waiting.id)
    assert SOMEBODY not in repr(replace(found[1]))


def test_a_number_of_a_kiosks_own_that_is_not_in_yet(hall: HallUnderTest) -> None:
    hall.issue()
    with pytest.raises(NotFound) as typed:
        Finding(hall.store).by_label("A805", "0000")
    with pytest.raises(NotFound) as scanned:
        by_code(hall, "0929-A805-0000")
    assert typed.value.key == scanned.value.key == "ticket_offline"
    with pytest.raises(Refused) as other:
        by_code(hall, "0928-A805-0000")
    assert other.value.key == "ticket_other_day"


def test_who_was_put_aside_says_that_he_is_back(hall: HallUnderTest) -> None:
    hall.sign_in("2", "3")
    ticket, desk = hall.issue().ticket, hall.calling()

    def held(kind: HoldKind) -> FoundTicket:
        desk.call_next()
        desk.start()
        desk.hold(kind)
        return stands(hall, ticket)

    assert held(HoldKind.ANY).returns
    for _ in range(2):  # touched twice, or a clerk was faster
        come_back(hall.store, "kiosk:K1", ticket.id)
    back = stands(hall, ticket)
    assert (back.standing, back.window, back.issued.ticket.claim_at) == (
        Standing.WAITING,
        "",
        ticket.claim_at,
    )
    assert hall.kinds().count("ticket.released") == 1
    assert held(HoldKind.HERE).returns
    come_back(hall.store, "kiosk:K1", ticket.id)
    assert stands(hall, ticket).window == "2", "it waits for the window that held it"
    assert hall.calling("3").call_next().ticket is None
    hall.clock.advance(minutes=1)
    later = hall.issue().ticket
    hall.clock.advance(minutes=1)
    called = hall.calling("3").call_next().ticket
    assert called is not None
    assert called.id == later.id
    assert check_invariants(hall.engine, HALL_ID).out_of_order == 0
    assert not held(HoldKind.EVENT).returns
    with pytest.raises(NotAllowed) as no:
        come_back(hall.store, "kiosk:K1", ticket.id)
    assert no.value.key == "waits_for_event"
    desk.resume(ticket.id)
    desk.transfer_to_staff("1003")
    assert stands(hall, ticket).window == "3", "where its clerk sits"
