"""Tables of what surrounds a ticket: its person and steps, appointments, calls for help, errands.

What names a person (``ticket_person``, an appointment's key) lives for a day; see ``services.chores
.retention``.
"""

import sqlalchemy as sa
from sqlalchemy import Column, Index, Table, UniqueConstraint

from hallclient.storage.columns import JsonText, UtcDateTime
from hallclient.storage.metadata import metadata
from hallclient.storage.tables import hall_key, own_id, partial, ref

ticket_step = Table(
    "ticket_step",
    metadata,
    hall_key(),
    Column("ticket_id", sa.BigInteger, primary_key=True, autoincrement=False),
    Column("position", sa.Integer, primary_key=True, autoincrement=False),
    Column("service_id", sa.BigInteger, nullable=False),
    Column("state", sa.Text, nullable=False),
    Column("turn_id", sa.BigInteger),
    ref("ticket_id", "ticket"),
    ref("service_id", "service"),
    ref("turn_id", "turn"),
    sa.CheckConstraint("state IN ('to_come', 'done', 'dropped')", name="state"),
)

ticket_person = Table(
    "ticket_person",
    metadata,
    hall_key(),
    Column("ticket_id", sa.BigInteger, primary_key=True, autoincrement=False),
    Column("person", sa.Text, nullable=False),
    ref("ticket_id", "ticket"),
    Index("ix_ticket_person_person", "hall_id", "person"),
)

appointment = Table(
    "appointment",
    metadata,
    hall_key(),
    own_id(),
    Column("code", sa.Text, nullable=False),
    Column("service_id", sa.BigInteger, nullable=False),
    Column("queue_id", sa.BigInteger, nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("minutes", sa.Integer, nullable=False),
    Column("source", sa.Text, nullable=False),
    Column("state", sa.Text, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("person", sa.Text, nullable=False),
    Column("external", sa.Text, nullable=False),
    Column("language", sa.Text, nullable=False),
    Column("ticket_id", sa.BigInteger),
    ref("service_id", "service"),
    ref("queue_id", "queue"),
    ref("ticket_id", "ticket"),
    UniqueConstraint("hall_id", "code"),
    sa.CheckConstraint("state IN ('booked', 'arrived', 'cancelled')", name="state"),
)
_NOTHING: sa.ColumnElement[str] = sa.literal_column("''")
HAS_EXTERNAL = appointment.c.external != _NOTHING
HAS_PERSON = appointment.c.person != _NOTHING
NOT_CANCELLED = appointment.c.state != sa.literal_column("'cancelled'")
partial(
    "ux_appointment_external",
    appointment.c.hall_id,
    appointment.c.external,
    unique=True,
    where=HAS_EXTERNAL,
)
partial(
    "ix_appointment_person",
    appointment.c.hall_id,
    appointment.c.person,
    where=HAS_PERSON,
)
Index("ix_appointment_starts", appointment.c.hall_id, appointment.c.starts_at)
partial(
    "ix_appointment_booked",
    appointment.c.hall_id,
    appointment.c.queue_id,
    appointment.c.starts_at,
    where=NOT_CANCELLED,
)

help_call = Table(
    "help_call",
    metadata,
    hall_key(),
    own_id(),
    Column("station", sa.Text, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("staff_id", sa.BigInteger),
    Column("answered_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    ref("staff_id", "staff"),
)
HELP_OPEN = help_call.c.ended_at.is_(None)
partial(
    "ux_help_call_station",
    help_call.c.hall_id,
    help_call.c.station,
    unique=True,
    where=HELP_OPEN,
)

errand = Table(
    "errand",
    metadata,
    hall_key(),
    own_id(),
    Column("number", sa.Text, nullable=False),
    Column("service_id", sa.BigInteger, nullable=False),
    Column("staff_id", sa.BigInteger, nullable=False),
    Column("state", sa.Text, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("mask", sa.Text, nullable=False),
    Column("sealed", sa.LargeBinary, nullable=False),
    Column("papers", JsonText, nullable=False),
    Column("due_on", sa.Date),
    Column("carried_at", UtcDateTime),
    Column("carried_to", sa.Text, nullable=False),
    Column("returned_at", UtcDateTime),
    Column("signed_at", UtcDateTime),
    Column("result", sa.Text, nullable=False),
    Column("ticket_id", sa.BigInteger),
    Column("request_id", sa.Text, nullable=False),
    ref("service_id", "service"),
    ref("staff_id", "staff"),
    ref("ticket_id", "ticket"),
    UniqueConstraint("hall_id", "number"),
    sa.CheckConstraint(
        "state IN ('received', 'carried', 'returned', 'signed', 'cancelled')", name="state"
    ),
)
Index("ix_errand_received", errand.c.hall_id, errand.c.received_at)
REQUESTED = errand.c.request_id != _NOTHING
partial("ux_errand_request", errand.c.hall_id, errand.c.request_id, unique=True, where=REQUESTED)
OPEN_ERRANDS = ("received", "carried", "returned")
ERRAND_OPEN = errand.c.state.in_([sa.literal_column(f"'{state}'") for state in OPEN_ERRANDS])
partial("ix_errand_open", errand.c.hall_id, errand.c.received_at, errand.c.id, where=ERRAND_OPEN)
