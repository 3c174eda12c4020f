"""What appointments and several services in one visit mean for the order, and for being done."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from hallclient.domain.itinerary import Step, StepState
from hallclient.domain.ticket import Ticket, TicketStatus
from hallclient.domain.turn import Outcome
from hallclient.lab.invariants import Invariants, check_invariants
from hallclient.services.days import close_day
from hallclient.services.itinerary import Itineraries
from hallclient.services.store import Transaction
from tests import invariants
from tests.halls import HALL_ID
from tests.stores import OPENING, HallUnderTest

pytestmark = pytest.mark.usually_on("sqlite")

MINUTE = timedelta(minutes=1)
SERVICES = ("ZH001", "BDC001", "ZH001")


def check(hall: HallUnderTest) -> Invariants:
    return check_invariants(hall.engine, HALL_ID)


@pytest.fixture
def staffed(hall: HallUnderTest) -> HallUnderTest:
    hall.sign_in("1", "2")
    return hall


# Appointments


def appointment(hall: HallUnderTest, claim_at: datetime, callable_from: datetime) -> Ticket:
    """A ticket of queue A with an appointment's times, as the check-in makes it."""
    ticket = hall.issue().ticket
    hall_rows = "UPDATE ticket SET claim_at = :claim, callable_from = :callable WHERE id = :id"
    hall.execute(hall_rows, claim=claim_at, callable=callable_from, id=ticket.id)
    return replace(ticket, claim_at=claim_at, callable_from=callable_from)


def call(hall: HallUnderTest, expected: Ticket) -> None:
    """Window 2 calls, as the product chooses, and serves."""
    state = hall.calling().call_next()
    assert state.ticket is not None
    assert state.ticket.label == expected.label
    hall.clock.advance(seconds=1)
    hall.calling().start()
    hall.calling().finish(Outcome.CONSULT)


def test_an_appointment_before_its_time_stands_behind_all_others(staffed: HallUnderTest) -> None:
    early = appointment(staffed, OPENING - 9 * MINUTE, OPENING + 10 * MINUTE)
    walk_in = staffed.issue().ticket
    call(staffed, walk_in)
    assert check(staffed).broken == ()
    call(staffed, early)  # nobody else waits
    assert check(staffed).broken == ()


def test_an_appointment_whose_time_has_come_goes_by_its_key(staffed: HallUnderTest) -> None:
    first = appointment(staffed, OPENING - 9 * MINUTE, OPENING + 10 * MINUTE)
    walk_in = staffed.issue().ticket
    staffed.clock.advance(minutes=12)
    call(staffed, first)
    call(staffed, walk_in)
    assert check(staffed).broken == ()


@pytest.mark.parametrize(("moved_by", "passed"), [(10, 1), (-10, 0)])
def test_the_checker_sees_calls_before_time(
    staffed: HallUnderTest, moved_by: int, passed: int
) -> None:
    """The same call, with another time put into the row behind the program's back."""
    early = appointment(staffed, OPENING - 9 * MINUTE, OPENING)
    staffed.issue()
    call(staffed, early)
    staffed.execute(
        "UPDATE ticket SET callable_from = :at WHERE id = :id",
        at=OPENING + moved_by * MINUTE,
        id=early.id,
    )
    assert check(staffed).out_of_order == passed


def test_the_checker_sees_an_appointment_passed_over(staffed: HallUnderTest) -> None:
    early = appointment(staffed, OPENING - 9 * MINUTE, OPENING + 10 * MINUTE)
    call(staffed, staffed.issue().ticket)
    assert check(staffed).out_of_order == 0
    staffed.execute("UPDATE ticket SET callable_from = :at WHERE id = :id", at=OPENING, id=early.id)
    assert check(staffed).out_of_order == 1


def test_early_appointments_that_wait_again_were_called_in_order(staffed: HallUnderTest) -> None:
    """Nobody else waits, so both are called before their time; the later one comes back."""
    first = appointment(staffed, OPENING + 20 * MINUTE, OPENING + 10 * MINUTE)
    second = appointment(staffed, OPENING + 30 * MINUTE, OPENING + 20 * MINUTE)
    staffed.execute("UPDATE ticket SET channel = 'booked'")
    call(staffed, first)
    state = staffed.calling().call_next()
    assert state.ticket is not None
    assert state.ticket.label == second.label
    staffed.calling().return_to_pool()
    assert check(staffed).broken == ()


# Several services


@pytest.fixture
def visit(staffed: HallUnderTest) -> Iterator[HallUnderTest]:
    """A001 for three services, A002 behind it."""
    first = staffed.issue("ZH001").ticket
    staffed.issue("ZH001")
    with staffed.store.change("kiosk:K1") as tx:
        steps = [tx.plan.service(code).id for code in SERVICES]
        tx.save_steps(first.id, [Step(first.id, n, id_) for n, id_ in enumerate(steps, start=1)])
    yield staffed
    invariants.check(staffed.engine, staffed.store)


def done(steps: Sequence[Step], turn_id: int) -> list[Step]:
    """The first step to come is done by a turn."""
    at = next(n for n, step in enumerate(steps) if step.state is StepState.TO_COME)
    return [
        replace(step, state=StepState.DONE, turn_id=turn_id) if n == at else step
        for n, step in enumerate(steps)
    ]


def send_on(tx: Transaction, ticket: Ticket, turn_id: int) -> Ticket:
    """End a step as the finishing of a turn does; the ticket waits for the next one."""
    turn = tx.turn(turn_id)
    assert turn is not None
    tx.save_turn(replace(turn, ended_at=tx.now, result=Outcome.CONSULT))
    steps = done(tx.steps(ticket.id), turn.id)
    tx.save_steps(ticket.id, steps)
    following = next(step for step in steps if step.state is StepState.TO_COME)
    service = tx.plan.service_by_id(following.service_id)
    queue, before = tx.plan.queue(service.queue), tx.plan.queue_by_id(ticket.queue_id)
    facts = {"label": ticket.label, "outcome": Outcome.CONSULT.value}
    tx.record("turn.ended", f"turn:{turn.id}", facts)
    tx.record("ticket.sent_on", f"ticket:{ticket.id}", {"from": before.code, "to": queue.code})
    return tx.move_ticket(ticket, TicketStatus.WAITING, queue_id=queue.id, service_id=service.id)


def serve_step(hall: HallUnderTest, window: str) -> None:
    state = hall.calling(window).call_next()
    assert state.turn is not None
    hall.clock.advance(seconds=1)
    state = hall.calling(window).start()
    assert state.turn is not None
    assert state.ticket is not None
    with hall.store.change(f"window:{window}") as tx:
        send_on(tx, state.ticket, state.turn.id)


def test_three_services_one_after_the_other(visit: HallUnderTest) -> None:
    serve_step(visit, "2")
    assert check(visit).broken == ()
    serve_step(visit, "1")
    assert check(visit).broken == ()
    state = visit.calling("2").call_next()
    assert state.ticket is not None
    assert state.ticket.label == "A001", "it came back by the key it has"
    visit.calling("2").start()
    with visit.store.change("window:2") as tx:
        tx.save_steps(state.ticket.id, done(tx.steps(state.ticket.id), state.turn.id))  # type: ignore[union-attr]
    visit.calling("2").finish(Outcome.CONSULT)
    assert check(visit).broken == ()
    with visit.store.look() as reader:
        assert reader.day_figures().served == 1
    close_day(visit.store, "chore")
    assert check(visit).broken == ()


def test_a_day_that_closes_between_two_services(visit: HallUnderTest) -> None:
    serve_step(visit, "2")
    with visit.store.look() as reader:
        figures = reader.day_figures()
    assert (figures.issued, figures.served, figures.no_shows, figures.abandoned) == (2, 0, 0, 0)
    close_day(visit.store, "chore")
    assert check(visit).broken == ()
    with visit.store.look() as reader:
        (day,) = reader.days(1)
        figures = reader.day_figures(day.day)
    assert (figures.issued, figures.served, figures.no_shows, figures.abandoned) == (2, 1, 0, 1)


def test_the_checker_sees_a_step_that_no_turn_did_and_a_turn_without_its_step(
    visit: HallUnderTest,
) -> None:
    serve_step(visit, "2")
    before = visit.rows("SELECT turn_id FROM ticket_step WHERE state = 'done'")
    visit.execute("UPDATE ticket_step SET turn_id = NULL")
    assert check(visit).broken == ("unaccounted",)
    visit.execute("UPDATE ticket_step SET turn_id = :id WHERE state = 'done'", id=before[0].turn_id)
    assert check(visit).broken == ()


def test_the_checker_sees_who_was_passed_while_the_visit_was_elsewhere(
    visit: HallUnderTest,
) -> None:
    """At A, then at B: the wait at A is over, the one at B counts."""
    serve_step(visit, "2")
    other = visit.issue("BDC001").ticket
    with visit.store.look() as reader:
        first = next(t for t in reader.open_tickets() if t.label == "A001")
    assert first.queue_id == other.queue_id
    visit.execute("UPDATE ticket SET claim_at = :at WHERE id = :id", at=OPENING, id=other.id)
    visit.calling("1").call_next()
    visit.execute("UPDATE ticket SET claim_at = :at WHERE id = :id",
                  at=other.claim_at, id=other.id)  # fmt: skip
    assert check(visit).out_of_order == 1


def test_whoever_waits_elsewhere_by_choice_is_passed_by_nobody_here(visit: HallUnderTest) -> None:
    """A002 rechooses; its wait at A ends there, and the one at B begins."""
    with visit.store.look() as reader:
        second = reader.open_tickets()[1]
    with visit.store.change("kiosk:K1") as tx:
        service = tx.plan.service("BDC001")
        queue = tx.plan.queue(service.queue)
        assert tx.rechoose(second, queue.id, service.id).claim_at == second.claim_at
        tx.record("ticket.rechosen", f"ticket:{second.id}", {"from": "A", "to": queue.code})
    third = visit.issue("ZH001").ticket
    serve_step(visit, "2")
    call(visit, third)
    assert check(visit).broken == ()
    state = visit.calling("1").call_next()
    assert state.ticket is not None
    assert state.ticket.label == "A001"
    assert check(visit).broken == ()
    visit.execute("UPDATE ticket SET claim_at = :at WHERE id = :id",
                  at=OPENING - MINUTE, id=second.id)  # fmt: skip
    assert check(visit).out_of_order == 1, "passed at B, after it went there, and not at A"


def test_whoever_is_bound_is_passed_by_others_after_another_choice_too(
    staffed: HallUnderTest,
) -> None:
    """A001 waits for window 1 only, and is for another service of queue A from now on."""
    ticket = staffed.issue("ZH001").ticket
    staffed.calling().call_next()
    staffed.calling().start()
    staffed.calling().transfer_to_window("1")
    queue, service = ticket.queue_id, "BDC001"
    Itineraries(staffed.store, "kiosk:K1").change(ticket.id, [service])
    other = staffed.issue(service).ticket
    assert queue != other.queue_id
    window = staffed.store.plan().window("2")
    staffed.change_plan(
        windows=tuple(
            replace(w, ranks=(("A", "B"),)) if w.code == window.code else w
            for w in staffed.store.plan().windows
        )
    )
    call(staffed, other)
    assert check(staffed).broken == ()
