"""Appointments, steps, persons, calls for help and errands come back as they were stored."""

import traceback
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from hallclient.domain.appointment import Appointment, AppointmentState, BookedBy
from hallclient.domain.errand import Errand, ErrandState
from hallclient.domain.helping import HelpCall
from hallclient.domain.itinerary import Step, StepState
from hallclient.services.chores.retention import RetentionChore
from hallclient.services.days import close_day
from hallclient.services.store import Reader, Transaction
from hallclient.storage.errors import StorageError
from tests.stores import OPENING, HallUnderTest

if TYPE_CHECKING:
    from collections.abc import Callable

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
PERSON = "3f" * 32


def changing(hall: HallUnderTest) -> AbstractContextManager[Transaction]:
    return hall.store.change("test")


def booked(tx: Transaction, code: str, **more: Any) -> Appointment:
    """An appointment for home transfers in an hour."""
    one = Appointment(
        id=tx.new_id(),
        code=code,
        service_id=tx.plan.service("BDC001").id,
        queue_id=tx.plan.queue("B").id,
        starts_at=OPENING + HOUR,
        minutes=30,
        source=BookedBy.IMPORT,
        state=AppointmentState.BOOKED,
        made_at=tx.now,
    )
    return replace(one, **more)


def errand(tx: Transaction, number: str, **more: Any) -> Errand:
    one = Errand(
        id=tx.new_id(),
        number=number,
        service_id=tx.plan.service("BDC001").id,
        staff_id=tx.plan.staff[0].id,
        state=ErrandState.RECEIVED,
        received_at=OPENING,
    )
    return replace(one, **more)


# Appointments


def test_an_appointment_as_it_was(hall: HallUnderTest) -> None:
    ticket = hall.issue("BDC001").ticket
    with changing(hall) as tx:
        one = booked(tx, "K7M2", person=PERSON, external="CD-1", language="en")
        assert tx.add_appointment(one)
    moved = replace(
        one,
        starts_at=one.starts_at + HOUR,
        queue_id=one.queue_id,
        state=AppointmentState.ARRIVED,
        ticket_id=ticket.id,
    )
    with changing(hall) as tx:
        asked: list[Callable[[Reader], Appointment | None]] = [
            lambda reader: reader.appointment(one.id),
            lambda reader: reader.appointment_by_code("K7M2"),
            lambda reader: reader.appointment_by_external("CD-1"),
            lambda reader: next(iter(reader.appointments_of(PERSON))),
        ]
        assert [ask(tx) for ask in asked] == [one] * 4
        tx.save_appointment(moved)
        assert [ask(tx) for ask in asked] == [moved] * 4
        assert tx.appointment(4711) is None
        assert tx.appointment_by_code("k7m2") is None
        assert tx.appointment_by_external("") is None
        assert list(tx.appointments_of("")) == []
    assert PERSON not in repr(one)


def test_codes_and_external_numbers_are_one_of_a_kind(hall: HallUnderTest) -> None:
    with changing(hall) as tx:
        assert tx.add_appointment(booked(tx, "1", external="CD-1"))
        assert not tx.add_appointment(booked(tx, "1", external="CD-2"))
        assert not tx.add_appointment(booked(tx, "2", external="CD-1"))
        assert tx.add_appointment(booked(tx, "3")), "no number at all may be many's"
        assert tx.add_appointment(booked(tx, "4"))
    assert hall.one("SELECT count(*) FROM appointment") == 3


def test_appointments_of_a_time_and_how_many_are_booked(hall: HallUnderTest) -> None:
    with changing(hall) as tx:
        other = tx.plan.queue("A").id
        times = [OPENING + n * HOUR for n in (3, 1, 1, 2)]
        made = [booked(tx, str(n), starts_at=at) for n, at in enumerate(times)]
        made.append(booked(tx, "away", state=AppointmentState.CANCELLED))
        made.append(booked(tx, "here", state=AppointmentState.ARRIVED))
        made.append(booked(tx, "elsewhere", queue_id=other))
        for one in made:
            assert tx.add_appointment(one)
        queue = made[0].queue_id
        found = tx.appointments(OPENING + HOUR, OPENING + 3 * HOUR)
        assert [one.code for one in found] == ["1", "2", "away", "here", "elsewhere", "3"]
        found = tx.appointments(OPENING + HOUR, OPENING + 2 * HOUR, other)
        assert [one.code for one in found] == ["elsewhere"]
        assert tx.booked(queue, OPENING, OPENING + DAY) == {
            OPENING + HOUR: 3, OPENING + 2 * HOUR: 1, OPENING + 3 * HOUR: 1,
        }  # fmt: skip
        assert tx.booked(queue, OPENING + 2 * HOUR, OPENING + 3 * HOUR) == {OPENING + 2 * HOUR: 1}


# Steps and persons


def test_steps_are_replaced_as_a_whole(hall: HallUnderTest) -> None:
    ticket = hall.issue().ticket
    with changing(hall) as tx:
        first, second = (tx.plan.service(code).id for code in ("ZH001", "BDC001"))
        steps = [Step(ticket.id, 1, second), Step(ticket.id, 2, first)]
        tx.save_steps(ticket.id, list(reversed(steps)))
        assert list(tx.steps(ticket.id)) == steps
        dropped = [Step(ticket.id, 1, first, StepState.DROPPED)]
        tx.save_steps(ticket.id, dropped)
        assert list(tx.steps(ticket.id)) == dropped
        with pytest.raises(ValueError, match="another ticket"):
            tx.save_steps(ticket.id, [Step(ticket.id + 1, 1, first)])
        tx.save_steps(ticket.id, [])
        assert list(tx.steps(ticket.id)) == []


def test_whose_tickets_they_are(hall: HallUnderTest) -> None:
    tickets = [hall.issue().ticket for _ in range(3)]
    with changing(hall) as tx:
        for ticket, person in zip(tickets, (PERSON, "other", "other"), strict=True):
            tx.name_person(ticket.id, person)
        tx.name_person(tickets[2].id, PERSON)
        assert [one.id for one in tx.tickets_of(PERSON)] == [tickets[0].id, tickets[2].id]
        assert list(tx.tickets_of("")) == []
    close_day(hall.store, "chore")
    hall.clock.advance(days=1)
    hall.issue()
    with hall.store.look() as reader:
        assert list(reader.tickets_of(PERSON)) == [], "a key holds for its own day"


def test_what_names_people_goes_with_its_day(hall: HallUnderTest) -> None:
    old = hall.issue().ticket
    with changing(hall) as tx:
        tx.name_person(old.id, PERSON)
        tx.add_appointment(booked(tx, "old", person=PERSON))
        tx.add_appointment(booked(tx, "new", person="x", starts_at=OPENING + DAY + HOUR))
        tx.add_help_call(HelpCall(tx.new_id(), "K1", tx.now))
    assert RetentionChore().step(hall.store) == ""
    hall.clock.advance(days=1)
    new = hall.issue().ticket
    with changing(hall) as tx:
        tx.name_person(new.id, "y")
        tx.add_help_call(HelpCall(tx.new_id(), "K2", tx.now))
    told = RetentionChore().step(hall.store)
    assert told == "deleted: persons 2, appointments 1, help calls 1"
    assert hall.rows("SELECT person FROM ticket_person") == [("y",)]
    assert hall.rows("SELECT code, person FROM appointment") == [("new", "x")]
    assert hall.rows("SELECT station FROM help_call") == [("K2",)]


def test_an_appointment_loses_its_person_and_stays_until_it_is_dropped(
    hall: HallUnderTest,
) -> None:
    with changing(hall) as tx:
        tx.add_appointment(booked(tx, "1", person=PERSON))
        assert tx.drop_persons(OPENING + HOUR) == 0
        assert tx.drop_persons(OPENING + HOUR + MINUTE) == 1
        assert tx.drop_persons(OPENING + HOUR + MINUTE) == 0
        assert [one.person for one in tx.appointments(OPENING, OPENING + DAY)] == [""]


# Help and errands


def test_a_station_has_one_open_call_for_help(hall: HallUnderTest) -> None:
    with changing(hall) as tx:
        calls = [HelpCall(tx.new_id(), station, tx.now) for station in ("K2", "K1")]
        for one in calls:
            tx.add_help_call(one)
        assert list(tx.help_calls()) == calls
        staff = tx.plan.staff[0].id
        coming = replace(calls[0], staff_id=staff, answered_at=tx.now)
        tx.save_help_call(coming)
        assert list(tx.help_calls()) == [coming, calls[1]]
    with pytest.raises(StorageError), changing(hall) as tx:
        tx.add_help_call(HelpCall(tx.new_id(), "K2", tx.now))
    with changing(hall) as tx:
        tx.save_help_call(replace(coming, ended_at=tx.now))
        assert list(tx.help_calls()) == [calls[1]]
        tx.add_help_call(HelpCall(tx.new_id(), "K2", tx.now))
        assert tx.drop_help_calls(tx.now + MINUTE) == 3


def test_an_errand_as_it_was(hall: HallUnderTest) -> None:
    with changing(hall) as tx:
        one = errand(tx, "D0001", mask="王*芳", sealed=b"\x00\xff", papers=("户口簿", "照片"))
        tx.add_errand(one)
        assert tx.errand(one.id) == tx.errand_by_number("D0001") == one
        later = replace(
            one,
            state=ErrandState.CARRIED,
            papers=(),
            due_on=date(2026, 10, 9),
            carried_at=OPENING + HOUR,
            carried_to="镇便民服务中心",
        )
        tx.save_errand(later)
        assert tx.errand(one.id) == later
        assert tx.errand(4711) is None
        assert tx.errand_by_number("D9") is None
        assert tx.errand_by_request("") is None
    assert "王" not in repr(one)
    with pytest.raises(StorageError), changing(hall) as tx:
        tx.add_errand(errand(tx, "D0001"))


def test_errands_by_state_newest_first(hall: HallUnderTest) -> None:
    states = list(ErrandState)
    with changing(hall) as tx:
        for n, state in enumerate(states):
            tx.add_errand(errand(tx, str(n), state=state, received_at=OPENING + n * DAY))

        def numbers(*asked: ErrandState, **more: Any) -> str:
            return "".join(one.number for one in tx.errands(*asked, **more))

        assert numbers() == "43210"
        assert numbers(limit=2) == "43"
        assert numbers(after=OPENING + 3 * DAY) == "43"
        assert numbers(ErrandState.SIGNED) == "3"
        assert numbers(ErrandState.RECEIVED, ErrandState.RETURNED) == "20"
        assert numbers(*states, after=OPENING + DAY, limit=9) == "4321"


# Counters and leases


def test_counters_of_the_day(hall: HallUnderTest) -> None:
    hall.issue()
    with changing(hall) as tx:
        before = dict(tx.counters())
        assert tx.add_to_counter("example", 2) == 2
        assert tx.add_to_counter("example", -1) == 1
        assert tx.count("example") == 2
        assert tx.counters() == {**before, "example": 2}
        tx.open_day(date(2026, 9, 30))
        assert tx.counters() == {}


def test_who_holds_a_lease(hall: HallUnderTest) -> None:
    def holder() -> str:
        with hall.store.look() as reader:
            return reader.lease_holder("helper")

    assert holder() == ""
    hall.store.take_lease("helper", "usher:1", 30)
    assert holder() == "usher:1"
    hall.clock.advance(seconds=31)
    assert holder() == ""
    hall.store.take_lease("helper", "usher:2", 30)
    hall.issue()
    # The hall's own time stands while the clock is set back; leases go by the clock.
    hall.clock.advance(hours=-1)
    hall.store.take_lease("helper", "usher:2", 30)
    assert holder() == "usher:2"
    hall.store.drop_lease("helper", "usher:2")
    assert holder() == ""


def test_an_error_that_is_logged_tells_nobodys_key(hall: HallUnderTest) -> None:
    with pytest.raises(StorageError) as error, changing(hall) as tx:
        tx.name_person(10**6, PERSON)  # there is no such ticket
    told = "".join(traceback.format_exception(error.value))
    assert "ticket_person" in told
    assert PERSON not in told
