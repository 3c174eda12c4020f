"""Persons and steps of tickets, appointments and calls for help."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hallclient.domain.appointment import Appointment, AppointmentState
from hallclient.domain.helping import HelpCall
from hallclient.domain.itinerary import Step
from hallclient.storage.asking import Asking
from hallclient.storage.lean import Ask, lean
from hallclient.storage.records import APPOINTMENT, HELP_CALL, STEP
from hallclient.storage.schema import ticket
from hallclient.storage.sql import insert
from hallclient.storage.visit_tables import (
    HAS_EXTERNAL,
    HAS_PERSON,
    HELP_OPEN,
    NOT_CANCELLED,
    appointment,
    help_call,
    ticket_person,
    ticket_step,
)


@lean
def _steps() -> "sa.Select[Any]":
    hall_id: sa.BindParameter[str] = sa.bindparam("hall", type_=sa.Text())
    own: sa.BindParameter[int] = sa.bindparam("ticket", type_=sa.BigInteger())
    mine = (ticket_step.c.hall_id == hall_id, ticket_step.c.ticket_id == own)
    return sa.select(*STEP.columns).where(*mine).order_by(ticket_step.c.position)


class VisitReader(Asking):
    """Questions about appointments, steps and calls for help."""

    def steps(self, ticket_id: int) -> Sequence[Step]:
        """Return the steps of a ticket with several services, in order; none for any other."""
        return [STEP.of(row) for row in self._rows(self._steps_asked(ticket_id))]

    def _steps_asked(self, ticket_id: int) -> Ask:
        return _steps(self._link.real)(), {"hall": self._hall_id, "ticket": ticket_id}

    def appointment(self, appointment_id: int) -> Appointment | None:
        """Return an appointment."""
        return self._one_appointment(appointment.c.id == appointment_id)

    def appointment_by_code(self, code: str) -> Appointment | None:
        """Return the appointment with the code that the citizen has."""
        return self._one_appointment(appointment.c.code == code)

    def appointment_by_external(self, external: str) -> Appointment | None:
        """Return the appointment with the number that another system gave."""
        return self._one_appointment(appointment.c.external == external, HAS_EXTERNAL)

    def appointments_of(self, person: str) -> Sequence[Appointment]:
        """Return the appointments of a person's key, earliest slot first."""
        query = self._select(APPOINTMENT, appointment.c.person == person, HAS_PERSON)
        # Sorted here: asked for this order, SQLite would walk through all there ever were.
        return sorted(self._list(APPOINTMENT, query), key=lambda one: (one.starts_at, one.id))

    def appointments(
        self, begin: datetime, end: datetime, queue_id: int | None = None
    ) -> Sequence[Appointment]:
        """Return the appointments whose slots start in [begin, end), earliest first."""
        within = (appointment.c.starts_at >= begin, appointment.c.starts_at < end)
        if queue_id is None:
            return self._appointments(*within)
        return self._appointments(*within, appointment.c.queue_id == queue_id)

    def still_booked(self, begin: datetime, end: datetime) -> Sequence[tuple[int, datetime]]:
        """Return queue and slot of those in [begin, end) who may still come, earliest first.

        Nothing about the person: boards ask it, too, and may read no more (storage.rights).
        """
        slot = appointment.c.starts_at
        within = (slot >= begin, slot < end, appointment.c.state == AppointmentState.BOOKED.value)
        query = sa.select(appointment.c.queue_id, slot).where(self._mine(appointment), *within)
        return [(row["queue_id"], row["starts_at"]) for row in self._all(query.order_by(slot))]

    def any_appointment(self, begin: datetime, end: datetime) -> bool:
        """Return whether any appointment's slot starts in [begin, end), whatever became of it."""
        within = (appointment.c.starts_at >= begin, appointment.c.starts_at < end)
        # By name: an asterisk would ask for the right to read every column.
        found = sa.select(appointment.c.starts_at).where(self._mine(appointment), *within)
        query = sa.select(found.exists())
        return bool(self._connection.execute(query).scalar_one())

    def booked(self, queue_id: int, begin: datetime, end: datetime) -> Mapping[datetime, int]:
        """Return how many appointments that are not cancelled start at each slot of a queue."""
        query = (
            sa.select(appointment.c.starts_at, sa.func.count().label("booked"))
            .where(
                self._mine(appointment),
                appointment.c.queue_id == queue_id,
                appointment.c.starts_at >= begin,
                appointment.c.starts_at < end,
                NOT_CANCELLED,
            )
            .group_by(appointment.c.starts_at)
            .order_by(appointment.c.starts_at)
        )
        return {row["starts_at"]: row["booked"] for row in self._all(query)}

    def help_calls(self) -> Sequence[HelpCall]:
        """Return the calls for help that are not over, oldest first."""
        # Sorted here: they are few, and the index knows them by station.
        found = self._list(HELP_CALL, self._select(HELP_CALL, HELP_OPEN))
        return sorted(found, key=lambda one: one.id)

    def _one_appointment(self, *conditions: sa.ColumnElement[bool]) -> Appointment | None:
        return self._one(APPOINTMENT, self._select(APPOINTMENT, *conditions))

    def _appointments(self, *conditions: sa.ColumnElement[bool]) -> list[Appointment]:
        query = self._select(APPOINTMENT, *conditions)
        return self._list(APPOINTMENT, query.order_by(appointment.c.starts_at, appointment.c.id))


class VisitWriter(VisitReader):
    """Changes of the same."""

    def save_steps(self, ticket_id: int, steps: Sequence[Step]) -> None:
        """Store the steps of a ticket in place of those it had."""
        self._drop(ticket_step, ticket_step.c.ticket_id == ticket_id)
        rows = [{"hall_id": self._hall_id, **STEP.row(step)} for step in steps]
        if any(row["ticket_id"] != ticket_id for row in rows):
            raise ValueError(f"a step of another ticket than {ticket_id}")
        if rows:
            self._connection.execute(sa.insert(ticket_step), rows)

    def name_person(self, ticket_id: int, person: str) -> None:
        """Note whose ticket it is, by the person's key of the day."""
        add = insert(self._connection, ticket_person).values(
            hall_id=self._hall_id, ticket_id=ticket_id, person=person
        )
        self._connection.execute(
            add.on_conflict_do_update(
                index_elements=["hall_id", "ticket_id"], set_={"person": person}
            )
        )

    def drop_persons(self, before: datetime) -> int:
        """Delete the keys of tickets issued before a moment, and of appointments before it."""
        issued = sa.exists().where(
            ticket.c.hall_id == ticket_person.c.hall_id,
            ticket.c.id == ticket_person.c.ticket_id,
            ticket.c.issued_at < before,
        )
        forgotten = self._connection.execute(
            sa.update(appointment)
            .where(self._mine(appointment), appointment.c.starts_at < before, HAS_PERSON)
            .values(person="")
        )
        return self._drop(ticket_person, issued) + forgotten.rowcount

    def add_appointment(self, one: Appointment) -> bool:
        """Store a new appointment; return False when code or external number is taken."""
        done = self._connection.execute(
            insert(self._connection, appointment)
            .values(hall_id=self._hall_id, **APPOINTMENT.row(one))
            .on_conflict_do_nothing()
            .returning(appointment.c.id)
        )
        return done.first() is not None

    def save_appointment(self, one: Appointment) -> None:
        """Store an appointment that has moved on; its code and external number never change."""
        row = APPOINTMENT.row(one)
        fixed = ("id", "code", "external")
        self._connection.execute(
            sa.update(appointment)
            .where(self._mine(appointment), appointment.c.id == one.id)
            .values({name: row[name] for name in row if name not in fixed})
        )

    def drop_appointments(self, before: datetime) -> int:
        """Delete the appointments whose slots started before a moment; return how many."""
        return self._drop(appointment, appointment.c.starts_at < before)

    def add_help_call(self, one: HelpCall) -> None:
        """Store a new call for help."""
        row = {"hall_id": self._hall_id, **HELP_CALL.row(one)}
        self._connection.execute(sa.insert(help_call), row)

    def save_help_call(self, one: HelpCall) -> None:
        """Store a call for help that has moved on."""
        self._connection.execute(
            sa.update(help_call)
            .where(self._mine(help_call), help_call.c.id == one.id)
            .values(HELP_CALL.row(one))
        )

    def drop_help_calls(self, before: datetime) -> int:
        """Delete the calls for help asked before a moment; return how many."""
        return self._drop(help_call, help_call.c.asked_at < before)
