"""Cases, their suspensions, and what is noted of persons and tickets, through both databases."""

import dataclasses
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from hallclient.domain.case import Basis, Case, CaseResult, Handover, SuspendReason, Suspension
from hallclient.domain.turn import Outcome
from hallclient.services.chores.retention import RetentionChore
from hallclient.services.days import close_day
from hallclient.services.person_records import Note, PersonNote
from hallclient.services.store import Transaction
from tests.stores import HallUnderTest

DAY = timedelta(days=1)
TODAY = date(2026, 9, 29)


def served(hall: HallUnderTest, service: str = "BDC001") -> tuple[int, int]:
    """The ids of a ticket and of its turn at window 2, which has ended."""
    hall.issue(service)
    calling = hall.calling()
    turn = calling.call_next().turn
    assert turn is not None
    calling.start()
    calling.finish(Outcome.CONSULT)
    return turn.ticket_id, turn.id


def add(tx: Transaction, turn_id: int, **more: Any) -> Case:
    number = more.pop("number", None) or f"N{turn_id}"
    accepted = more.pop("accepted_at", tx.now)
    due, finished = more.pop("due_on", None), more.pop("finished_at", None)
    service = tx.plan.service("BDC001").id
    kind = Outcome.PROMISED
    case = Case(tx.new_id(), turn_id, service, kind, number, accepted, due, finished, **more)
    tx.add_case(case)
    return case


@pytest.fixture
def turns(hall: HallUnderTest) -> list[tuple[int, int]]:
    hall.sign_in("2")
    return [served(hall) for _ in range(4)]


def test_every_field_comes_back(hall: HallUnderTest, turns: list[tuple[int, int]]) -> None:
    ticket_id, turn_id = turns[0]
    with hall.store.change("x") as tx:
        full = add(
            tx, turn_id, due_on=TODAY, finished_at=tx.now, due_at=tx.now + DAY, ticket_id=ticket_id,
            window_id=tx.plan.window("2").id, staff_id=tx.plan.staff_of["1002"].id, legal=20,
            promised=5, in_hours=True, basis=Basis.PLEDGE, handover=Handover.MAIL, lead="BDC",
            partners=("ZH", "BDC"), authority="市局", missing=("身份证",), refused="not_here",
            due_reason="agreed", told_at=tx.now, result=CaseResult.DENIED, decided_in_hall=False,
            finished_by=tx.plan.staff_of["1001"].id, person="9f86d0818884",
        )  # fmt: skip
    for field in dataclasses.fields(Case):
        assert getattr(full, field.name) != field.default, field.name
    with hall.store.look() as reader:
        assert reader.case(full.id) == full == reader.case_by_number(full.number)
        assert reader.case_of_turn(turn_id) == full
        assert reader.cases_of_ticket(ticket_id) == [full]
    assert "9f86d0818884" not in repr(full)
    with hall.store.change("x") as tx:
        again = replace(full, result=CaseResult.GRANTED, missing=(), due_at=None, person="")
        tx.save_case(replace(again, turn_id=turns[1][1]))
        assert tx.case(full.id) == again, "its turn never changes"
        other = add(tx, turns[1][1])
        assert tx.case(other.id) == other, "what is left out is as before these columns"


def test_what_is_due_and_open(hall: HallUnderTest, turns: list[tuple[int, int]]) -> None:
    at = hall.clock.now
    with hall.store.change("x") as tx:
        in_hours = add(tx, turns[0][1], due_on=TODAY, due_at=at + DAY, person="p", accepted_at=at)
        hour = timedelta(hours=1)
        sooner = add(tx, turns[1][1], due_on=TODAY, due_at=at + hour, person="p", accepted_at=at)
        later = add(tx, turns[2][1], due_on=TODAY + DAY, accepted_at=at - DAY, person="p")
        never = add(tx, turns[3][1])
    with hall.store.look() as reader:
        assert reader.open_cases() == [sooner, in_hours, later, never]
        assert [case.due_on for case in reader.open_cases(2)] == [TODAY, TODAY]
        assert reader.open_cases(4)[-1] == never
        assert reader.open_cases(3) == [sooner, in_hours, later]
        assert reader.cases_due(TODAY) == [sooner, in_hours]
        assert reader.cases_due(TODAY + DAY) == [sooner, in_hours, later]
        assert reader.cases_due(TODAY - DAY) == []
        assert reader.cases_of_person("p") == [sooner, in_hours, later]
        assert reader.cases_of_person("") == []
        assert reader.cases_between(at - DAY, at) == [later]
        assert [one.id for one in reader.cases_between(at, never.accepted_at)] == [
            in_hours.id, sooner.id,
        ]  # fmt: skip
    with hall.store.change("x") as tx:
        done = replace(later, finished_at=at, result=CaseResult.GRANTED)
        tx.save_case(done)
        assert later.id not in [case.id for case in tx.open_cases()]
        assert tx.cases_due(TODAY + DAY) == [sooner, in_hours]
        assert done in tx.cases_between(at, at + DAY), "finished then, accepted before"
        assert tx.cases_between(at - DAY, at + DAY).count(done) == 1
        assert done not in tx.cases_between(at + DAY, at + 2 * DAY)


def test_suspensions(hall: HallUnderTest, turns: list[tuple[int, int]]) -> None:
    with hall.store.change("x") as tx:
        one, other, never = (add(tx, turn) for _, turn in turns[:3])
        first = Suspension(one.id, tx.now - DAY, SuspendReason.TEST, tx.now)
        open_still = Suspension(one.id, tx.now, SuspendReason.EXPERT)
        another = Suspension(other.id, tx.now, SuspendReason.HEARING)
        for suspension in (open_still, first, another):
            tx.save_suspension(suspension)
        assert tx.suspensions(one.id) == [first, open_still]
        assert tx.suspensions(never.id) == []
        ended = replace(open_still, end=tx.now + DAY)
        tx.save_suspension(ended)
    with hall.store.look() as reader:
        cases = [one.id, other.id, never.id]
        found = reader.suspensions_of(cases)
        assert found == {one.id: [first, ended], other.id: [another]}
        assert reader.suspensions_of([]) == {}
        assert reader.suspensions_of([*range(50_000, 90_000), one.id]) == {one.id: [first, ended]}


def test_persons_and_notes(hall: HallUnderTest, turns: list[tuple[int, int]]) -> None:
    (old, _), (new, _) = turns[:2]
    hall.execute(
        "UPDATE ticket SET issued_at = :at WHERE id = :id", at=hall.clock.now - DAY, id=old
    )
    with hall.store.change("x") as tx:
        person = PersonNote(new, "王*芳", "0012", "9f86d081")
        tx.save_person_note(replace(person, ticket_id=old))
        tx.save_person_note(replace(person, mask="王*"))
        tx.save_person_note(person)
        assert tx.person_note(new) == person
        assert repr(person) == f"PersonNote(ticket_id={new})"
        staff = tx.plan.staff_of["1002"].id
        notes = [
            Note(tx.new_id(), subject, "带孩子，先办", staff, at, b"salt")
            for subject, at in (
                (f"ticket:{new}", tx.now), (f"ticket:{new}", tx.now - DAY), ("case:1", tx.now - DAY)
            )
        ]  # fmt: skip
        for note in notes:
            tx.add_note(note)
        assert "孩子" not in repr(notes[0])
        assert tx.notes(f"ticket:{new}") == notes[:2]
    with hall.store.change("x") as tx:
        now = hall.clock.now
        assert tx.drop_person_notes(now - timedelta(hours=1)) == 1
        assert tx.person_note(old) is None
        assert tx.person_note(new) == person
        assert tx.drop_notes(now - timedelta(hours=1)) == 1
        assert tx.notes(f"ticket:{new}") == notes[:1]
        assert tx.notes("case:1") == notes[2:], "a case's notes live as long as the case"


def test_a_case_that_is_long_over_forgets_its_person(
    hall: HallUnderTest, turns: list[tuple[int, int]]
) -> None:
    at = hall.clock.now
    with hall.store.change("x") as tx:
        staff = tx.plan.staff_of["1002"].id
        old = add(tx, turns[0][1], person="p", finished_at=at - 800 * DAY)
        new = add(tx, turns[1][1], person="p", finished_at=at - 700 * DAY)
        still = add(tx, turns[2][1], person="p", accepted_at=at - 900 * DAY)
        for one in (old, new, still):
            tx.add_note(Note(tx.new_id(), f"case:{one.id}", "材料在柜里", staff, at, b"salt"))
    assert "persons and notes of cases 2" in RetentionChore().step(hall.store)
    with hall.store.look() as reader:
        assert {one.id for one in reader.cases_of_person("p")} == {new.id, still.id}
        assert [len(reader.notes(f"case:{one.id}")) for one in (old, new, still)] == [0, 1, 1]
    assert "cases" not in RetentionChore().step(hall.store)


def test_no_person_outlives_the_day(hall: HallUnderTest, turns: list[tuple[int, int]]) -> None:
    with hall.store.change("x") as tx:
        for ticket, _ in turns:
            tx.save_person_note(PersonNote(ticket, "王*芳", "0012", ""))
    close_day(hall.store, "x")
    assert hall.one("SELECT count(*) FROM person_note") == 0
