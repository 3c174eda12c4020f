"""Tables of the floor and of cases' surroundings: holds, stops, lent windows, notes, follow-ups.

Rows that hold for a day carry it (``day``); what may name somebody (``person_note``, ``note``) goes
by days, see ``services.chores.retention``.
"""

import sqlalchemy as sa
from sqlalchemy import Column, Index, Table

from hallclient.storage.columns import JsonText, UtcDateTime
from hallclient.storage.metadata import metadata
from hallclient.storage.tables import hall_key, own_id, ref


def _key(name: str) -> "Column[int]":
    """Return the second half of a key that is another table's id."""
    return Column(name, sa.BigInteger, primary_key=True, autoincrement=False)


hold = Table(
    "hold",
    metadata,
    hall_key(),
    _key("ticket_id"),
    Column("turn_id", sa.BigInteger, nullable=False),
    Column("window_id", sa.BigInteger, nullable=False),
    Column("kind", sa.Text, nullable=False),
    Column("reason", sa.Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    ref("ticket_id", "ticket"),
    ref("turn_id", "turn"),
    ref("window_id", "service_window"),
    sa.CheckConstraint("kind IN ('any', 'here', 'event')", name="kind"),
)

suspension = Table(
    "suspension",
    metadata,
    hall_key(),
    _key("case_id"),
    Column("began_at", UtcDateTime, primary_key=True),
    Column("reason", sa.Text, nullable=False),
    Column("end", UtcDateTime),
    ref("case_id", "case_record"),
)

person_note = Table(
    "person_note",
    metadata,
    hall_key(),
    _key("ticket_id"),
    Column("mask", sa.Text, nullable=False),
    Column("tail", sa.Text, nullable=False),
    Column("key", sa.Text, nullable=False),
    ref("ticket_id", "ticket"),
)

note = Table(
    "note",
    metadata,
    hall_key(),
    own_id(),
    Column("subject", sa.Text, nullable=False),
    Column("text", sa.Text, nullable=False),
    Column("staff_id", sa.BigInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("salt", sa.LargeBinary, nullable=False),
    ref("staff_id", "staff"),
)
Index("ix_note_subject", note.c.hall_id, note.c.subject)

queue_stop = Table(
    "queue_stop",
    metadata,
    hall_key(),
    _key("queue_id"),
    Column("day", sa.Date, nullable=False),
    Column("staff_id", sa.BigInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("reason", sa.Text, nullable=False),
    ref("queue_id", "queue"),
    ref("staff_id", "staff"),
)

lent_window = Table(
    "lent_window",
    metadata,
    hall_key(),
    _key("window_id"),
    Column("day", sa.Date, nullable=False),
    Column("ranks", JsonText, nullable=False),
    Column("staff_id", sa.BigInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    ref("window_id", "service_window"),
    ref("staff_id", "staff"),
)

leave = Table(
    "leave",
    metadata,
    hall_key(),
    _key("staff_id"),
    Column("day", sa.Date, nullable=False),
    ref("staff_id", "staff"),
)

alarm_taken = Table(
    "alarm_taken",
    metadata,
    hall_key(),
    Column("key", sa.Text, primary_key=True),
    Column("day", sa.Date, nullable=False),
    Column("staff_id", sa.BigInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    ref("staff_id", "staff"),
)

offline_move = Table(
    "offline_move",
    metadata,
    hall_key(),
    Column("request_id", sa.Text, primary_key=True),
    Column("turn_id", sa.BigInteger, nullable=False),
    Column("window_id", sa.BigInteger, nullable=False),
    Column("label", sa.Text, nullable=False),
    Column("kind", sa.Text, nullable=False),
    Column("wanted", sa.Text, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("trouble", sa.Text, nullable=False),
    Column("staff_id", sa.BigInteger),
    Column("taken_at", UtcDateTime),
    ref("window_id", "service_window"),
    ref("staff_id", "staff"),
    sa.CheckConstraint("kind IN ('finish', 'hold', 'rating')", name="kind"),
)

bulletin = Table(
    "bulletin",
    metadata,
    hall_key(),
    own_id(),
    Column("text", JsonText, nullable=False),
    Column("audience", sa.Text, nullable=False),
    Column("staff_id", sa.BigInteger, nullable=False),
    Column("from_at", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("zones", JsonText, nullable=False),
    Column("ended_at", UtcDateTime),
    ref("staff_id", "staff"),
    sa.CheckConstraint("audience IN ('public', 'staff', 'all')", name="audience"),
)

follow_up = Table(
    "follow_up",
    metadata,
    hall_key(),
    _key("rating_id"),
    Column("due_on", sa.Date, nullable=False),
    Column("staff_id", sa.BigInteger),
    Column("result", sa.Text),
    Column("promised_on", sa.Date),
    Column("recorded_at", UtcDateTime),
    Column("note", sa.Text, nullable=False, server_default=sa.text("''")),
    Column("appeal", sa.Text),
    Column("appealed_by", sa.BigInteger),
    Column("appeal_reason", sa.Text, nullable=False, server_default=sa.text("''")),
    Column("decided_by", sa.BigInteger),
    Column("tries", sa.Integer, nullable=False, server_default=sa.text("0")),
    ref("rating_id", "rating"),
    ref("staff_id", "staff"),
)

staff_week = Table(
    "staff_week",
    metadata,
    hall_key(),
    _key("staff_id"),
    Column("week", sa.Date, primary_key=True),
    Column("through", sa.Date, nullable=False),
    Column("served", sa.BigInteger, nullable=False),
    Column("serving_seconds", sa.BigInteger, nullable=False),
    Column("waiting_seconds", sa.BigInteger, nullable=False),
    Column("promised", sa.BigInteger, nullable=False),
    Column("late", sa.BigInteger, nullable=False),
    Column("rated", sa.BigInteger, nullable=False),
    Column("satisfied", sa.BigInteger, nullable=False),
    ref("staff_id", "staff"),
)
