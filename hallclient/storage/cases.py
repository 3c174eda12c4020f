"""Cases, the stretches in which their clocks stand, and what is noted of persons and tickets."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Final

import sqlalchemy as sa

from hallclient.domain.case import Case, Suspension
from hallclient.services.person_records import Note, PersonNote
from hallclient.storage.asking import Asking
from hallclient.storage.floor_tables import note, person_note, suspension
from hallclient.storage.outbox import AT_ONCE
from hallclient.storage.records import CASE, NOTE, PERSON_NOTE, SUSPENSION
from hallclient.storage.rights_rows import CASE_NUMBER
from hallclient.storage.schema import (
    CASE_FINISHED,
    CASE_OF_PERSON,
    CASE_OPEN,
    case_record,
    ticket,
    turn,
)

_FAR: Final = datetime.max.replace(tzinfo=UTC)
_OF_TICKET: Final = "ticket:"
_BEHIND_TICKETS: Final = "ticket;"
_OF_CASE: Final = "case:"
_BEHIND_CASES: Final = "case;"
"""The first text behind all that begin with ``ticket:``."""


class CaseReader(Asking):
    """Questions about cases."""

    def case(self, case_id: int) -> Case | None:
        """Return a case."""
        return self._one(CASE, self._select(CASE, case_record.c.id == case_id))

    def case_of_turn(self, turn_id: int) -> Case | None:
        """Return the case that a turn opened."""
        return self._one(CASE, self._select(CASE, case_record.c.turn_id == turn_id))

    def case_by_number(self, number: str) -> Case | None:
        """Return the case with the number that people see."""
        if self._connection.dialect.name == "postgresql":
            # A kiosk sees no case but the one whose number it names (storage.rights_rows).
            named = sa.func.set_config(CASE_NUMBER, number, sa.true())
            self._connection.execute(sa.select(named))
        return self._one(CASE, self._select(CASE, case_record.c.number == number))

    def cases_due(self, until: date) -> Sequence[Case]:
        """Return the open cases due on or before a day, and those that owe a list by then."""
        query = self._select(CASE, CASE_OPEN, case_record.c.due_on <= until)
        return sorted(self._list(CASE, query), key=_nearest)

    def open_cases(self, limit: int = 1000) -> Sequence[Case]:
        """Return the cases that are not finished, the nearest due first."""
        due = self._select(CASE, CASE_OPEN, case_record.c.due_on.is_not(None))
        found = self._list(CASE, due.order_by(case_record.c.due_on).limit(limit))
        if len(found) < limit:
            free = self._select(CASE, CASE_OPEN, case_record.c.due_on.is_(None))
            found += self._list(CASE, free.limit(limit - len(found)))
        return sorted(found, key=_nearest)

    def cases_of_ticket(self, ticket_id: int) -> Sequence[Case]:
        """Return what a ticket's turns opened, oldest first."""
        turns = sa.select(turn.c.id).where(self._mine(turn), turn.c.ticket_id == ticket_id)
        found = self._list(CASE, self._select(CASE, case_record.c.turn_id.in_(turns)))
        return sorted(found, key=lambda one: one.id)

    def cases_of_label(self, day: date, label: str) -> Sequence[Case]:
        """Return what the turns of a ticket of a day opened, by its label, oldest first."""
        labelled = (self._mine(ticket), ticket.c.day == day, ticket.c.label == label)
        found = self._connection.execute(sa.select(ticket.c.id).where(*labelled)).scalar()
        return self.cases_of_ticket(found) if found is not None else ()

    def cases_of_person(self, person: str) -> Sequence[Case]:
        """Return the cases of a person's key, newest first."""
        query = self._select(CASE, case_record.c.person == person, CASE_OF_PERSON)
        found = self._list(CASE, query)
        return sorted(found, key=lambda one: (one.accepted_at, one.id), reverse=True)

    def cases_between(self, begin: datetime, end: datetime) -> Sequence[Case]:
        """Return the cases accepted or finished in [begin, end), oldest first."""
        # Two questions, each with its index; a case may be in both answers.
        accepted, finished = case_record.c.accepted_at, case_record.c.finished_at
        found = self._list(CASE, self._select(CASE, accepted >= begin, accepted < end))
        ended = self._select(CASE, CASE_FINISHED, finished >= begin, finished < end)
        cases = {one.id: one for one in (*found, *self._list(CASE, ended))}
        return sorted(cases.values(), key=lambda one: (one.accepted_at, one.id))

    def suspensions(self, case_id: int) -> Sequence[Suspension]:
        """Return the stretches in which a case's clock stood, oldest first."""
        query = self._select(SUSPENSION, suspension.c.case_id == case_id)
        return self._list(SUSPENSION, query.order_by(suspension.c.began_at))

    def suspensions_of(self, case_ids: Sequence[int]) -> Mapping[int, Sequence[Suspension]]:
        """Return the same for many cases; one that never stood is not there."""
        found: dict[int, list[Suspension]] = defaultdict(list)
        for at in range(0, len(case_ids), AT_ONCE):
            some = suspension.c.case_id.in_(list(case_ids[at : at + AT_ONCE]))
            query = self._select(SUSPENSION, some).order_by(suspension.c.began_at)
            for one in self._list(SUSPENSION, query):
                found[one.case_id].append(one)
        return dict(found)

    def person_note(self, ticket_id: int) -> PersonNote | None:
        """Return whom a ticket is for."""
        return self._one(
            PERSON_NOTE, self._select(PERSON_NOTE, person_note.c.ticket_id == ticket_id)
        )

    def notes(self, subject: str) -> Sequence[Note]:
        """Return the notes about something, oldest first."""
        found = self._list(NOTE, self._select(NOTE, note.c.subject == subject))
        return sorted(found, key=lambda one: one.id)


class CaseWriter(CaseReader):
    """Changes of the same."""

    def add_case(self, one: Case) -> None:
        """Store a new case."""
        self._put(case_record, CASE.row(one))

    def save_case(self, one: Case) -> None:
        """Store a case that has moved on; its turn and service never change."""
        row = CASE.row(one)
        fixed = ("id", "turn_id", "service_id")
        self._connection.execute(
            sa.update(case_record)
            .where(self._mine(case_record), case_record.c.id == one.id)
            .values({name: row[name] for name in row if name not in fixed})
        )

    def save_suspension(self, one: Suspension) -> None:
        """Store a stretch that began or ended."""
        self._replace(suspension, SUSPENSION.row(one))

    def save_person_note(self, one: PersonNote) -> None:
        """Store whom a ticket is for; a second one replaces the first."""
        self._replace(person_note, PERSON_NOTE.row(one))

    def drop_person_notes(self, before: datetime) -> int:
        """Delete those of tickets issued before a moment; return how many."""
        return self._drop(person_note, _of_tickets(ticket.c.issued_at < before))

    def _forget_persons_of(self, day: date) -> None:
        self._drop(person_note, _of_tickets(ticket.c.day == day))

    def add_note(self, one: Note) -> None:
        """Store a note."""
        self._put(note, NOTE.row(one))

    def drop_notes(self, before: datetime) -> int:
        """Delete the notes on tickets written before a moment; return how many."""
        ours = sa.and_(note.c.subject >= _OF_TICKET, note.c.subject < _BEHIND_TICKETS)
        return self._drop(note, sa.and_(ours, note.c.at < before))

    def forget_cases(self, before: datetime) -> int:
        """Forget whom the cases finished before a moment were for, and their notes."""
        over = sa.and_(self._mine(case_record), case_record.c.finished_at < before)
        named = sa.update(case_record).where(over, case_record.c.person != "")
        keys = self._connection.execute(named.values(person="")).rowcount
        subject = sa.literal_column("'case:'", sa.Text()).concat(
            sa.cast(case_record.c.id, sa.Text())
        )
        of_cases = sa.and_(note.c.subject >= _OF_CASE, note.c.subject < _BEHIND_CASES)
        gone = sa.select(subject).where(over)
        return keys + self._drop(note, sa.and_(of_cases, note.c.subject.in_(gone)))


def _of_tickets(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        ticket.c.hall_id == person_note.c.hall_id,
        ticket.c.id == person_note.c.ticket_id,
        condition,
    )


def _nearest(one: Case) -> tuple[date, datetime, int]:
    return (one.due_on or date.max, one.due_at or _FAR, one.id)
