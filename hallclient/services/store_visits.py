"""What storage is asked and told of visits and of the ledger; the rest of the port: ``store``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from hallclient.domain.appointment import Appointment
    from hallclient.domain.errand import Errand, ErrandState
    from hallclient.domain.helping import HelpCall
    from hallclient.domain.itinerary import Step


class VisitQuestions(Protocol):
    """What can be asked about steps, appointments and calls for help."""

    def steps(self, ticket_id: int) -> Sequence[Step]:
        """Return the steps of a ticket with several services, in order; none for any other."""
        ...

    def appointment(self, appointment_id: int) -> Appointment | None:
        """Return an appointment."""
        ...

    def appointment_by_code(self, code: str) -> Appointment | None:
        """Return the appointment with the code that the citizen has."""
        ...

    def appointment_by_external(self, external: str) -> Appointment | None:
        """Return the appointment with the number that another system gave."""
        ...

    def appointments_of(self, person: str) -> Sequence[Appointment]:
        """Return the appointments of a person's key (it holds for one day), earliest slot first."""
        ...

    def appointments(
        self, begin: datetime, end: datetime, queue_id: int | None = None
    ) -> Sequence[Appointment]:
        """Return the appointments whose slots start in [begin, end), earliest first."""
        ...

    def still_booked(self, begin: datetime, end: datetime) -> Sequence[tuple[int, datetime]]:
        """Return queue and slot of those in [begin, end) who may still come, earliest first."""
        ...

    def any_appointment(self, begin: datetime, end: datetime) -> bool:
        """Return whether any appointment's slot starts in [begin, end), whatever became of it."""
        ...

    def booked(self, queue_id: int, begin: datetime, end: datetime) -> Mapping[datetime, int]:
        """Return how many appointments that are not cancelled start at each slot of a queue."""
        ...

    def help_calls(self) -> Sequence[HelpCall]:
        """Return the calls for help that are not over, oldest first."""
        ...


class VisitChanges(Protocol):
    """How steps, appointments and calls for help come, move on and go."""

    def save_steps(self, ticket_id: int, steps: Sequence[Step]) -> None:
        """Store the steps of a ticket in place of those it had."""
        ...

    def drop_persons(self, before: datetime) -> int:
        """Delete the keys of tickets issued before a moment, and of appointments before it."""
        ...

    def add_appointment(self, appointment: Appointment) -> bool:
        """Store a new appointment; return False when code or external number is taken."""
        ...

    def save_appointment(self, appointment: Appointment) -> None:
        """Store an appointment that has moved on."""
        ...

    def drop_appointments(self, before: datetime) -> int:
        """Delete the appointments whose slots started before a moment; return how many."""
        ...

    def add_help_call(self, call: HelpCall) -> None:
        """Store a new call for help."""
        ...

    def save_help_call(self, call: HelpCall) -> None:
        """Store a call for help that has moved on."""
        ...

    def drop_help_calls(self, before: datetime) -> int:
        """Delete the calls for help asked before a moment; return how many."""
        ...


class LedgerQuestions(Protocol):
    """What can be asked of the ledger of errands."""

    def errand(self, errand_id: int) -> Errand | None:
        """Return an errand of the ledger."""
        ...

    def errand_by_number(self, number: str) -> Errand | None:
        """Return the errand with the number that people see."""
        ...

    def errand_by_request(self, request_id: str) -> Errand | None:
        """Return the errand a request has already made."""
        ...

    def errands(
        self, *states: ErrandState, after: datetime | None = None, limit: int = 1000
    ) -> Sequence[Errand]:
        """Return the errands in these states (any, when none is named), newest first.

        ``after`` leaves out those received earlier.
        """
        ...


class LedgerChanges(Protocol):
    """How errands come and move on."""

    def add_errand(self, errand: Errand) -> None:
        """Store a new errand of the ledger."""
        ...

    def save_errand(self, errand: Errand) -> None:
        """Store an errand that has moved on."""
        ...

    def drop_errand_names(self, before: datetime) -> int:
        """Delete what is sealed of errands that ended before a moment; return how many."""
        ...
