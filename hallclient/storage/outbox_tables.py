"""Tables of what waits for a device: slips, messages and whom they go to."""

import sqlalchemy as sa
from sqlalchemy import Column, Table, UniqueConstraint

from hallclient.domain.message import MessageState
from hallclient.storage.columns import JsonText, UtcDateTime
from hallclient.storage.metadata import metadata
from hallclient.storage.tables import WAITING, hall_key, own_id, partial, ref

print_job = Table(
    "print_job",
    metadata,
    hall_key(),
    own_id(),
    Column("station", sa.Text, nullable=False),
    Column("kind", sa.Text, nullable=False),
    Column("subject", sa.Text, nullable=False),
    Column("slip", JsonText, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("state", sa.Text, nullable=False),
    Column("finished_at", UtcDateTime),
    Column("trouble", sa.Text, nullable=False),
    sa.Index("ix_print_job_subject", "hall_id", "subject"),
)
JOB_OPEN = print_job.c.state.in_([WAITING, sa.literal_column("'printing'")])
partial(
    "ix_print_job_open", print_job.c.hall_id, print_job.c.station, print_job.c.id, where=JOB_OPEN
)

contact = Table(
    "contact",
    metadata,
    hall_key(),
    Column("ticket_id", sa.BigInteger, primary_key=True, autoincrement=False),
    Column("sealed", sa.LargeBinary, nullable=False),
    Column("language", sa.Text, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    ref("ticket_id", "ticket"),
)

message = Table(
    "message",
    metadata,
    hall_key(),
    own_id(),
    Column("ticket_id", sa.BigInteger, nullable=False),
    Column("event", sa.Text, nullable=False),
    Column("state", sa.Text, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("not_before", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("tries", sa.Integer, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("step", sa.Integer, server_default=sa.text("0"), nullable=False),
    ref("ticket_id", "ticket"),
    UniqueConstraint("hall_id", "ticket_id", "event", "step"),
)
OPEN_MESSAGES = frozenset({MessageState.WAITING, MessageState.SENDING})
MESSAGE_OPEN = message.c.state.in_([WAITING, sa.literal_column("'sending'")])
partial("ix_message_open", message.c.hall_id, message.c.id, where=MESSAGE_OPEN)
