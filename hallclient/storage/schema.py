"""The tables. Identity is ``(hall_id, id)`` everywhere, so that halls can share one city database.

What describes the hall (zones to notices) gets its columns from the dataclasses of
``hallclient.domain.parts``: scalars as they are, everything else as JSON text. Parts refer to each
other by code, tickets and turns refer to parts by id. ``active`` false is a part that has left.
"""

import dataclasses
import types
from datetime import time
from enum import StrEnum
from typing import Any, get_type_hints

import sqlalchemy as sa
from sqlalchemy import Column, Index, Table, UniqueConstraint

from hallclient.domain import parts
from hallclient.storage.columns import JsonText, UtcDateTime
from hallclient.storage.metadata import metadata
from hallclient.storage.tables import ENDED, WAITING, hall_key, own_id, partial, ref

VERSION = "0008"
"""The newest migration; a role checks it at its start without loading Alembic."""


def column_type(hint: Any) -> sa.types.TypeEngine[Any]:
    """Return the column type of a dataclass field: scalars as they are, the rest as JSON."""
    if hint is bool:
        return sa.Boolean()
    if hint is int:
        return sa.BigInteger()
    if hint is float:
        return sa.Float()
    if hint in (str, time) or (isinstance(hint, type) and issubclass(hint, StrEnum)):
        return sa.Text()
    if isinstance(hint, types.UnionType) and set(hint.__args__) == {int, types.NoneType}:
        return sa.BigInteger()
    return JsonText()


_NO_TEXT = """'{"en":"","zh_cn":"","zh_hant":""}'"""
_LATER: dict[str, dict[str, str]] = {
    "department": {"easy": _NO_TEXT, "easy_queue": "''", "case_number": "''"},
    "queue": {"day_quota": "0", "slice_minutes": "30", "slice_quota": "0", "slice_booked": "0"},
    "service": {
        "fee": _NO_TEXT,
        "guide": _NO_TEXT,
        "guide_url": "''",
        "topics": "'[]'",
        "after": "'[]'",
        "general": "false",
        "outcomes": "'[]'",
        "legal_hours": "0",
        "promised_hours": "0",
        "partners": "'[]'",
        "authority": _NO_TEXT,
    },
    "staff": {"window": "''", "photo": "''", "promise": _NO_TEXT},
}
"""Columns of a later migration keep the default that filled the rows already there."""


def _part(name: str, kind: type) -> Table:
    hints = get_type_hints(kind)
    later = _LATER.get(name, {})
    own = [
        Column(
            field.name,
            column_type(hints[field.name]),
            nullable=_optional(hints[field.name]),
            server_default=sa.text(later[field.name]) if field.name in later else None,
        )
        for field in dataclasses.fields(kind)
        if field.name not in ("id", "code")
    ]
    return Table(
        name,
        metadata,
        hall_key(),
        own_id(),
        Column("code", sa.Text, nullable=False),
        Column("position", sa.Integer, nullable=False),
        Column("active", sa.Boolean, nullable=False),
        *own,
        UniqueConstraint("hall_id", "code"),
    )


def _optional(hint: Any) -> bool:
    return isinstance(hint, types.UnionType) and types.NoneType in hint.__args__


hall = Table(
    "hall",
    metadata,
    Column("hall_id", sa.Text, primary_key=True),
    Column("name", JsonText, nullable=False),
    Column("time_zone", sa.Text, nullable=False),
    Column("phone", sa.Text, nullable=False),
    Column("follow_url", sa.Text, nullable=False),
    Column("desk", JsonText, nullable=False),
    Column("rules", JsonText, nullable=False),
    Column("plan_version", sa.BigInteger, nullable=False),
    Column("next_id", sa.BigInteger, nullable=False),
    Column("seq", sa.BigInteger, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    Column("head", sa.Text, nullable=False),
    Column("open_day", sa.Date),
    # Of the server that was written to last: a promoted standby begins a new one. 0: not known.
    Column("timeline", sa.BigInteger, nullable=False, server_default=sa.text("0")),
)

PART_TABLES: dict[str, tuple[Table, type]] = {
    "zones": (_part("zone", parts.Zone), parts.Zone),
    "departments": (_part("department", parts.Department), parts.Department),
    "topics": (_part("topic", parts.Topic), parts.Topic),
    "series": (_part("series", parts.Series), parts.Series),
    "queues": (_part("queue", parts.Queue), parts.Queue),
    "services": (_part("service", parts.Service), parts.Service),
    "windows": (_part("service_window", parts.ServiceWindow), parts.ServiceWindow),
    "staff": (_part("staff", parts.Staff), parts.Staff),
    "hours": (_part("session_hours", parts.SessionHours), parts.SessionHours),
    "calendar": (_part("calendar", parts.CalendarDay), parts.CalendarDay),
    "notices": (_part("notice", parts.Notice), parts.Notice),
}
"""Tables of the parts, by the field of ``HallPlan`` that holds them."""

business_day = Table(
    "business_day",
    metadata,
    hall_key(),
    Column("day", sa.Date, primary_key=True),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    Column("head", sa.Text),
)

counter = Table(
    "counter",
    metadata,
    hall_key(),
    Column("day", sa.Date, primary_key=True),
    Column("name", sa.Text, primary_key=True),
    Column("value", sa.BigInteger, nullable=False),
)

ticket = Table(
    "ticket",
    metadata,
    hall_key(),
    own_id(),
    Column("request_id", sa.Text, nullable=False),
    Column("token", sa.Text, nullable=False),
    Column("day", sa.Date, nullable=False),
    Column("series_id", sa.BigInteger, nullable=False),
    Column("number", sa.BigInteger, nullable=False),
    Column("label", sa.Text, nullable=False),
    Column("queue_id", sa.BigInteger, nullable=False),
    Column("service_id", sa.BigInteger, nullable=False),
    Column("priority", sa.Text, nullable=False),
    Column("claim_at", UtcDateTime, nullable=False),
    Column("issued_at", UtcDateTime, nullable=False),
    Column("status", sa.Text, nullable=False),
    Column("channel", sa.Text, nullable=False),
    Column("language", sa.Text, nullable=False),
    Column("delivered_at", UtcDateTime),
    Column("delivered_how", sa.Text),
    Column("ended_at", UtcDateTime),
    Column("requeued", sa.Integer, nullable=False),
    Column("station", sa.Text, nullable=False, server_default=sa.text("''")),
    Column("callable_from", UtcDateTime),
    Column("window_id", sa.BigInteger),
    Column("staff_id", sa.BigInteger),
    Column("parent_id", sa.BigInteger),
    Column("first_queue_id", sa.BigInteger),
    Column("first_called_at", UtcDateTime),
    Column("told_p10", sa.Float),
    Column("told_p50", sa.Float),
    Column("told_p90", sa.Float),
    Column("told_ahead", sa.Integer),
    Column("told_calls", sa.Integer),
    ref("series_id", "series"),
    ref("queue_id", "queue"),
    ref("service_id", "service"),
    UniqueConstraint("hall_id", "request_id"),
    UniqueConstraint("hall_id", "token"),
    UniqueConstraint("hall_id", "day", "label"),
    sa.CheckConstraint(
        "status IN ('waiting', 'called', 'serving', 'held', 'no_show', 'ended')", name="status"
    ),
)
partial(
    "ix_ticket_waiting",
    ticket.c.hall_id,
    ticket.c.queue_id,
    ticket.c.claim_at,
    ticket.c.id,
    where=ticket.c.status == WAITING,
)
partial(
    "ix_ticket_open",
    ticket.c.hall_id,
    ticket.c.queue_id,
    ticket.c.status,
    where=ticket.c.status != ENDED,
)
UNDELIVERED = sa.and_(ticket.c.status == WAITING, ticket.c.delivered_at.is_(None))
partial(
    "ix_ticket_undelivered",
    ticket.c.hall_id,
    ticket.c.station,
    ticket.c.id,
    where=UNDELIVERED,
)

EARLY = sa.and_(ticket.c.status == WAITING, ticket.c.callable_from.is_not(None))
"""Appointments that came before their time, also those whose time has come since."""
partial(
    "ix_ticket_early",
    ticket.c.hall_id,
    ticket.c.queue_id,
    ticket.c.callable_from,
    where=EARLY,
)

FREE = sa.and_(ticket.c.window_id.is_(None), ticket.c.staff_id.is_(None))
"""Tickets that anybody may call."""
FOR_WINDOW = sa.and_(ticket.c.status == WAITING, ticket.c.window_id.is_not(None))
FOR_STAFF = sa.and_(ticket.c.status == WAITING, ticket.c.staff_id.is_not(None))
partial("ix_ticket_for_window", ticket.c.hall_id, ticket.c.window_id, where=FOR_WINDOW)
partial("ix_ticket_for_staff", ticket.c.hall_id, ticket.c.staff_id, where=FOR_STAFF)

turn = Table(
    "turn",
    metadata,
    hall_key(),
    own_id(),
    Column("ticket_id", sa.BigInteger, nullable=False),
    Column("window_id", sa.BigInteger, nullable=False),
    Column("staff_id", sa.BigInteger, nullable=False),
    Column("called_at", UtcDateTime, nullable=False),
    Column("last_called_at", UtcDateTime, nullable=False),
    Column("calls", sa.Integer, nullable=False),
    Column("started_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("result", sa.Text),
    Column("rating_asked_at", UtcDateTime),
    ref("ticket_id", "ticket"),
    ref("window_id", "service_window"),
    ref("staff_id", "staff"),
    sa.CheckConstraint("(ended_at IS NULL) = (result IS NULL)", name="ended_with_result"),
)
_ACTIVE = turn.c.ended_at.is_(None)
partial(
    "ux_turn_window",
    turn.c.hall_id,
    turn.c.window_id,
    unique=True,
    where=_ACTIVE,
)
partial(
    "ux_turn_ticket",
    turn.c.hall_id,
    turn.c.ticket_id,
    unique=True,
    where=_ACTIVE,
)
Index("ix_turn_last", turn.c.hall_id, turn.c.window_id, turn.c.called_at)
Index("ix_turn_called", turn.c.hall_id, turn.c.last_called_at)
Index("ix_turn_ticket", turn.c.hall_id, turn.c.ticket_id)
partial(
    "ix_turn_asked",
    turn.c.hall_id,
    turn.c.rating_asked_at,
    where=turn.c.rating_asked_at.is_not(None),
)

case_record = Table(
    "case_record",
    metadata,
    hall_key(),
    own_id(),
    Column("turn_id", sa.BigInteger, nullable=False),
    Column("service_id", sa.BigInteger, nullable=False),
    Column("kind", sa.Text, nullable=False),
    Column("number", sa.Text, nullable=False),
    Column("accepted_at", UtcDateTime, nullable=False),
    Column("due_on", sa.Date),
    Column("finished_at", UtcDateTime),
    Column("due_at", UtcDateTime),
    Column("ticket_id", sa.BigInteger),
    Column("window_id", sa.BigInteger),
    Column("staff_id", sa.BigInteger),
    Column("legal", sa.BigInteger, nullable=False, server_default=sa.text("0")),
    Column("promised", sa.BigInteger, nullable=False, server_default=sa.text("0")),
    Column("in_hours", sa.Boolean, nullable=False, server_default=sa.text("false")),
    Column("basis", sa.Text, nullable=False, server_default=sa.text("'normal'")),
    Column("handover", sa.Text, nullable=False, server_default=sa.text("'window'")),
    Column("lead", sa.Text, nullable=False, server_default=sa.text("''")),
    Column("partners", JsonText, nullable=False, server_default=sa.text("'[]'")),
    Column("authority", sa.Text, nullable=False, server_default=sa.text("''")),
    Column("missing", JsonText, nullable=False, server_default=sa.text("'[]'")),
    Column("refused", sa.Text, nullable=False, server_default=sa.text("''")),
    Column("due_reason", sa.Text, nullable=False, server_default=sa.text("''")),
    Column("told_at", UtcDateTime),
    Column("result", sa.Text),
    Column("decided_in_hall", sa.Boolean, nullable=False, server_default=sa.text("true")),
    Column("finished_by", sa.BigInteger),
    Column("person", sa.Text, nullable=False, server_default=sa.text("''")),
    ref("turn_id", "turn"),
    ref("service_id", "service"),
    UniqueConstraint("hall_id", "number"),
)
Index("ix_case_turn", case_record.c.hall_id, case_record.c.turn_id)
Index("ix_case_accepted", case_record.c.hall_id, case_record.c.accepted_at)
CASE_FINISHED = case_record.c.finished_at.is_not(None)
CASE_OPEN = case_record.c.finished_at.is_(None)
CASE_OF_PERSON = case_record.c.person != sa.literal_column("''")
partial(
    "ix_case_finished",
    case_record.c.hall_id,
    case_record.c.finished_at,
    where=CASE_FINISHED,
)
partial("ix_case_open", case_record.c.hall_id, case_record.c.due_on, where=CASE_OPEN)
partial("ix_case_person", case_record.c.hall_id, case_record.c.person, where=CASE_OF_PERSON)

rating = Table(
    "rating",
    metadata,
    hall_key(),
    own_id(),
    Column("turn_id", sa.BigInteger, nullable=False),
    Column("level", sa.Integer, nullable=False),
    Column("origin", sa.Text, nullable=False),
    Column("device", sa.Text, nullable=False),
    Column("given_at", UtcDateTime, nullable=False),
    Column("salt", sa.LargeBinary, nullable=False),
    Column("reasons", JsonText, nullable=False, server_default=sa.text("'[]'")),
    ref("turn_id", "turn"),
    UniqueConstraint("hall_id", "turn_id"),
    sa.CheckConstraint("level BETWEEN 1 AND 5", name="level"),
)
LOW_RATING = sa.and_(
    rating.c.level <= sa.literal_column("2"), rating.c.origin == sa.literal_column("'active'")
)
Index("ix_rating_given", rating.c.hall_id, rating.c.given_at)
# By its level: else SQLite takes the index of all ratings for the few low ones.
partial("ix_rating_low", rating.c.hall_id, rating.c.level, where=LOW_RATING)

shift = Table(
    "shift",
    metadata,
    hall_key(),
    own_id(),
    Column("staff_id", sa.BigInteger, nullable=False),
    Column("window_id", sa.BigInteger, nullable=False),
    Column("signed_in_at", UtcDateTime, nullable=False),
    Column("signed_out_at", UtcDateTime),
    Column("paused_at", UtcDateTime),
    Column("pause_reason", sa.Text, nullable=False),
    Column("resumed_at", UtcDateTime),
    ref("staff_id", "staff"),
    ref("window_id", "service_window"),
)
_OPEN = shift.c.signed_out_at.is_(None)
partial(
    "ux_shift_window",
    shift.c.hall_id,
    shift.c.window_id,
    unique=True,
    where=_OPEN,
)

pause = Table(
    "pause",
    metadata,
    hall_key(),
    Column("shift_id", sa.BigInteger, primary_key=True),
    Column("began_at", UtcDateTime, primary_key=True),
    Column("ended_at", UtcDateTime, nullable=False),
    Column("reason", sa.Text, nullable=False),
    ref("shift_id", "shift"),
)

queue_now = Table(
    "queue_now",
    metadata,
    hall_key(),
    Column("queue_id", sa.BigInteger, primary_key=True, autoincrement=False),
    Column("waiting", sa.Integer, nullable=False),
    Column("oldest_at", UtcDateTime),
    Column("last_called", sa.Text, nullable=False),
    Column("stopped_on", sa.Date),
    Column("pace", sa.Text, nullable=False, server_default=sa.text("''")),
    ref("queue_id", "queue"),
)

journal = Table(
    "journal",
    metadata,
    hall_key(),
    Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("kind", sa.Text, nullable=False),
    Column("zone_code", sa.Text, nullable=False),
    Column("window_code", sa.Text, nullable=False),
    Column("subject", sa.Text, nullable=False),
    Column("actor", sa.Text, nullable=False),
    Column("data", JsonText, nullable=False),
    Column("hash", sa.Text, nullable=False),
)
