"""What storage is asked and told of cases, and of whom they are for; the rest: ``store``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # a role must not load for a port what it does not use
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from hallclient.domain.case import Case, Suspension
    from hallclient.services.person_records import Note, PersonNote


class CaseQuestions(Protocol):
    """What can be asked about cases."""

    def cases_due(self, until: date) -> Sequence[Case]:
        """Return the open cases due on or before a day, and those that owe a list by then."""
        ...

    def open_cases(self, limit: int = 1000) -> Sequence[Case]:
        """Return the cases that are not finished, the nearest due first."""
        ...

    def cases_of_ticket(self, ticket_id: int) -> Sequence[Case]:
        """Return what a ticket's turns opened, oldest first."""
        ...

    def cases_of_label(self, day: date, label: str) -> Sequence[Case]:
        """Return what the turns of a ticket of a day opened, by its label, oldest first."""
        ...

    def cases_of_person(self, person: str) -> Sequence[Case]:
        """Return the cases of a person's key, newest first."""
        ...

    def cases_between(self, begin: datetime, end: datetime) -> Sequence[Case]:
        """Return the cases accepted or finished in [begin, end), oldest first."""
        ...

    def cases_finished(self, begin: datetime, end: datetime) -> Sequence[Case]:
        """Return the cases finished in [begin, end), oldest first."""
        ...

    def suspensions(self, case_id: int) -> Sequence[Suspension]:
        """Return the stretches in which a case's clock stood, oldest first."""
        ...

    def suspensions_of(self, case_ids: Sequence[int]) -> Mapping[int, Sequence[Suspension]]:
        """Return the same for many cases; one that never stood is not there."""
        ...

    def person_note(self, ticket_id: int) -> PersonNote | None:
        """Return whom a ticket is for."""
        ...

    def notes(self, subject: str) -> Sequence[Note]:
        """Return the notes about something, oldest first."""
        ...


class CaseChanges(Protocol):
    """How cases and what belongs to them come, move on and go."""

    def save_case(self, case: Case) -> None:
        """Store a case that has moved on; its turn and service never change."""
        ...

    def save_suspension(self, suspension: Suspension) -> None:
        """Store a stretch that began or ended."""
        ...

    def save_person_note(self, note: PersonNote) -> None:
        """Store whom a ticket is for; a second one replaces the first."""
        ...

    def drop_person_notes(self, before: datetime) -> int:
        """Delete those of tickets issued before a moment; return how many."""
        ...

    def add_note(self, note: Note) -> None:
        """Store a note."""
        ...

    def drop_notes(self, before: datetime) -> int:
        """Delete the notes on tickets written before a moment; return how many."""
        ...

    def forget_cases(self, before: datetime) -> int:
        """Forget whom the cases finished before a moment were for, and their notes.

        Return how many keys and notes there were.
        """
        ...
