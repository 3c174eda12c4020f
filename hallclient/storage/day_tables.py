"""Tables of closed days: what reports over months read in place of the history itself.

``day_stats`` counts tickets and turns and may be published; it says nothing of ratings.
``rating_day`` holds levels, by window and service and never by member of staff: for those who may
see ratings only, it is no part of what a window's terminal or the city reads. ``case_day`` holds
sums of decided cases. ``day_done`` says which of them stand for a day: where a mark is missing the
history is read, and the chore makes it (``services.chores.rollup``).
"""

import sqlalchemy as sa
from sqlalchemy import Column, Table

from hallclient.storage.columns import JsonText, UtcDateTime
from hallclient.storage.metadata import metadata
from hallclient.storage.tables import hall_key


def _day() -> "Column[object]":
    return Column("day", sa.Date, primary_key=True)


def _of(name: str) -> "Column[int]":
    """Return a part of the key that is an id, 0 for none: a number taken has no window yet."""
    return Column(name, sa.BigInteger, primary_key=True, autoincrement=False)


def _count(name: str) -> "Column[int]":
    return Column(name, sa.BigInteger, nullable=False)


TICKET_COUNTS = ("issued", "booked", "finished", "missed", "abandoned", "told", "told_right")
"""Of the row without window and staff: the tickets of a queue, as issued, and a service."""
TURN_COUNTS = (
    "waited",
    "waiting_seconds",
    "called",
    "recalled",
    "served",
    "serving_seconds",
    "no_shows",
    "transferred",
    "held",
    "returned",
    "broken_off",
    "cases",
)
"""Of the rows with a window and a member of staff."""

day_stats = Table(
    "day_stats",
    metadata,
    hall_key(),
    _day(),
    _of("queue_id"),
    _of("service_id"),
    _of("window_id"),
    _of("staff_id"),
    *(_count(name) for name in (*TICKET_COUNTS, *TURN_COUNTS)),
    Column("waits", JsonText, nullable=False),
)

LEVEL_COUNTS = ("level_1", "level_2", "level_3", "level_4", "level_5")
RATING_COUNTS = (*LEVEL_COUNTS, "asked", "answered", "defaults")

rating_day = Table(
    "rating_day",
    metadata,
    hall_key(),
    _day(),
    _of("window_id"),
    _of("service_id"),
    *(_count(name) for name in RATING_COUNTS),
)

CASE_COUNTS = (
    "decided",
    "on_the_spot",
    "in_hall",
    "limited",
    "on_time",
    "early",
    "lawful",
    "took_us",
    "legal_hours",
)
"""``took_us`` are microseconds of working time, ``legal_hours`` working hours, of ``lawful``."""

case_day = Table(
    "case_day",
    metadata,
    hall_key(),
    _day(),
    _of("service_id"),
    *(_count(name) for name in CASE_COUNTS),
)

day_done = Table(
    "day_done",
    metadata,
    hall_key(),
    _day(),
    Column("what", sa.Text, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    sa.CheckConstraint("what IN ('floor', 'ratings', 'cases', 'links', 'upkeep')", name="what"),
)
