"""Tables of public screens and ratings: calls that were announced, boards, what is published.

``rating_contact`` is sealed with the hall's key; what goes when: ``services.chores.retention``.
"""

import sqlalchemy as sa
from sqlalchemy import Column, Table

from hallclient.storage.columns import JsonText, UtcDateTime
from hallclient.storage.metadata import metadata
from hallclient.storage.tables import hall_key, own_id, ref

MOST_BYTES = 16 * 1024 * 1024
"""The largest file that the database keeps."""


def _key(name: str) -> "Column[int]":
    """Return the second half of a key that is another table's id."""
    return Column(name, sa.BigInteger, primary_key=True, autoincrement=False)


announced = Table(
    "announced",
    metadata,
    hall_key(),
    _key("turn_id"),
    Column("calls", sa.Integer, primary_key=True, autoincrement=False),
    Column("shown_at", UtcDateTime),
    Column("shown_by", sa.Text, nullable=False),
    Column("spoken_at", UtcDateTime),
    Column("spoken_by", sa.Text, nullable=False),
    Column("times", sa.Integer, nullable=False),
    Column("why", sa.Text),
    ref("turn_id", "turn"),
    sa.CheckConstraint("(times > 0) = (spoken_at IS NOT NULL)", name="spoken"),
    sa.CheckConstraint("why IS NULL OR times = 0", name="why"),
)

board = Table(
    "board",
    metadata,
    hall_key(),
    Column("name", sa.Text, primary_key=True),
    Column("zones", JsonText, nullable=False),
    Column("speaks", JsonText, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
)

publication = Table(
    "publication",
    metadata,
    hall_key(),
    own_id(),
    Column("kind", sa.Text, nullable=False),
    Column("text", JsonText, nullable=False),
    Column("title", JsonText, nullable=False),
    Column("media", sa.Text, nullable=False),
    Column("zones", JsonText, nullable=False),
    Column("valid_from", sa.Date),
    Column("valid_until", sa.Date),
    Column("weekdays", JsonText, nullable=False),
    Column("begins", sa.Text, nullable=False),
    Column("ends", sa.Text, nullable=False),
    Column("seconds", sa.Integer, nullable=False),
    Column("position", sa.Integer, nullable=False),
    Column("staff_id", sa.BigInteger),
    Column("published_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("emergency", sa.Text),
    Column("drill", sa.Boolean, nullable=False),
    Column("request_id", sa.Text, nullable=False, server_default=sa.text("''")),
    ref("staff_id", "staff"),
    sa.CheckConstraint(
        "kind IN ('strip', 'card', 'picture', 'page', 'video', 'emergency')", name="kind"
    ),
)

media = Table(
    "media",
    metadata,
    hall_key(),
    Column("digest", sa.Text, primary_key=True),
    Column("kind", sa.Text, nullable=False),
    Column("size", sa.BigInteger, nullable=False),
    Column("width", sa.Integer, nullable=False),
    Column("height", sa.Integer, nullable=False),
    Column("data", sa.LargeBinary, nullable=False),
    sa.CheckConstraint(f"length(data) <= {MOST_BYTES}", name="size"),
)

staff_photo = Table(
    "staff_photo",
    metadata,
    hall_key(),
    _key("staff_id"),
    Column("digest", sa.Text, nullable=False),
    ref("staff_id", "staff"),
    sa.ForeignKeyConstraint(["hall_id", "digest"], ["media.hall_id", "media.digest"]),
)

staff_stars = Table(
    "staff_stars",
    metadata,
    hall_key(),
    _key("staff_id"),
    Column("tenths", sa.Integer, nullable=False),
    Column("ratings", sa.BigInteger, nullable=False),
    Column("through", sa.Date, nullable=False),
    ref("staff_id", "staff"),
    sa.CheckConstraint("tenths BETWEEN 10 AND 50", name="tenths"),
)

rating_contact = Table(
    "rating_contact",
    metadata,
    hall_key(),
    _key("rating_id"),
    Column("sealed", sa.LargeBinary, nullable=False),
    ref("rating_id", "rating"),
)
