"""What waits for a device: slips to be printed, messages to be sent, and whom they go to."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from hallclient.domain.message import Contact, Message, MessageState
from hallclient.services.jobs import PrintJob
from hallclient.storage.asking import Asking
from hallclient.storage.outbox_tables import (
    JOB_OPEN,
    MESSAGE_OPEN,
    OPEN_MESSAGES,
    contact,
    message,
)
from hallclient.storage.outbox_tables import print_job as job
from hallclient.storage.records import CONTACT, MESSAGE, PRINT_JOB
from hallclient.storage.sql import insert

AT_ONCE = 10_000
"""Ids of one statement: SQLite takes 32,766 values in one, PostgreSQL 65,535."""


class OutboxReader(Asking):
    """Questions about jobs, contacts and messages."""

    def print_job(self, job_id: int) -> PrintJob | None:
        """Return a print job."""
        return self._one(PRINT_JOB, self._select(PRINT_JOB, job.c.id == job_id))

    def print_jobs(self, station: str) -> Sequence[PrintJob]:
        """Return the open print jobs of a station, oldest first."""
        query = self._select(PRINT_JOB, job.c.station == station, JOB_OPEN).order_by(job.c.id)
        return self._list(PRINT_JOB, query)

    def print_jobs_about(self, subject: str) -> Sequence[PrintJob]:
        """Return all print jobs about something, the finished ones too, oldest first."""
        return self._list(
            PRINT_JOB, self._select(PRINT_JOB, job.c.subject == subject).order_by(job.c.id)
        )

    def contact(self, ticket_id: int) -> Contact | None:
        """Return the telephone left with a ticket, sealed."""
        return self._one(CONTACT, self._select(CONTACT, contact.c.ticket_id == ticket_id))

    def contacts(self) -> Sequence[Contact]:
        """Return all contacts, oldest ticket first."""
        return self._list(CONTACT, self._select(CONTACT).order_by(contact.c.ticket_id))

    def messages(self, *states: MessageState) -> Sequence[Message]:
        """Return the messages in these states, oldest first."""
        if not states:
            return ()
        # Literals, and the index's own condition in its own words: see WAITING in the schema.
        asked: sa.ColumnElement[bool] = message.c.state.in_(
            [sa.literal_column(f"'{MessageState(state).value}'") for state in states]
        )
        if OPEN_MESSAGES.issuperset(states):
            asked = sa.and_(MESSAGE_OPEN, asked)
        return self._list(MESSAGE, self._select(MESSAGE, asked).order_by(message.c.id))


class OutboxWriter(OutboxReader):
    """Changes of jobs, contacts and messages."""

    def add_print_job(self, one: PrintJob) -> None:
        """Store a new print job."""
        row = {"hall_id": self._hall_id, **PRINT_JOB.row(one)}
        self._connection.execute(sa.insert(job), row)

    def save_print_job(self, one: PrintJob) -> None:
        """Store a print job that has moved on; its slip never changes."""
        self._connection.execute(
            sa.update(job)
            .where(self._mine(job), job.c.id == one.id)
            .values(state=one.state, finished_at=one.finished_at, trouble=one.trouble)
        )

    def drop_print_jobs(self, before: datetime) -> int:
        """Delete the jobs finished before a moment; return how many."""
        return self._drop(job, job.c.finished_at < before)

    def save_contact(self, one: Contact) -> None:
        """Store the telephone of a ticket; a second one replaces the first."""
        row = CONTACT.row(one)
        self._connection.execute(
            insert(self._connection, contact)
            .values(hall_id=self._hall_id, **row)
            .on_conflict_do_update(index_elements=["hall_id", "ticket_id"], set_=row)
        )

    def drop_contacts(self, ticket_ids: Iterable[int]) -> int:
        """Delete the telephones of these tickets; return how many there were."""
        ids = list(ticket_ids)
        slices = (ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE))
        return sum(self._drop(contact, contact.c.ticket_id.in_(some)) for some in slices)

    def add_message(self, one: Message) -> bool:
        """Store a message; return False when its ticket's step has one for this event."""
        done = self._connection.execute(
            insert(self._connection, message)
            .values(hall_id=self._hall_id, **MESSAGE.row(one))
            .on_conflict_do_nothing(index_elements=["hall_id", "ticket_id", "event", "step"])
            .returning(message.c.id)
        )
        return done.first() is not None

    def save_message(self, one: Message) -> None:
        """Store a message that has moved on; its ticket, step and event never change."""
        row = MESSAGE.row(one)
        fixed = ("id", "ticket_id", "event", "step")
        self._connection.execute(
            sa.update(message)
            .where(self._mine(message), message.c.id == one.id)
            .values({name: row[name] for name in row if name not in fixed})
        )

    def drop_messages(self, before: datetime) -> int:
        """Delete the messages made before a moment; return how many."""
        return self._drop(message, message.c.made_at < before)
