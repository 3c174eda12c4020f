"""What the public sees and hears: announced calls, boards, publications, photos, stars, reasons."""

import sqlalchemy as sa
from alembic import op

from hallclient.storage import columns

revision = "0005"
down_revision = "0004"

_MOST_BYTES = 16 * 1024 * 1024


def upgrade() -> None:
    """Bring the tables to this version."""
    for table, column in _columns():
        op.add_column(table, column)
    # Until now nobody was called again after the deadline.
    op.execute("UPDATE follow_up SET tries = 3 WHERE result = 'unreached'")
    op.drop_index("ix_rating_low", "rating")
    _index_low("level")
    op.create_index("ix_rating_given", "rating", ["hall_id", "given_at"])
    _make_boards()
    _make_publications()
    _make_persons()


def downgrade() -> None:
    """Bring the tables back to the version before."""
    for table in _TABLES:
        op.drop_table(table)
    op.drop_index("ix_rating_given", "rating")
    op.drop_index("ix_rating_low", "rating")
    _index_low("given_at")
    for table, column in reversed(_columns()):
        op.drop_column(table, column.name)


_TABLES = (
    "rating_contact",
    "staff_stars",
    "staff_photo",
    "media",
    "publication",
    "board",
    "announced",
)


def _index_low(by: str) -> None:
    low = sa.text("level <= 2 AND origin = 'active'")
    op.create_index(
        "ix_rating_low", "rating", ["hall_id", by], sqlite_where=low, postgresql_where=low
    )


def _columns() -> "list[tuple[str, sa.Column[object]]]":
    def text(name: str) -> "sa.Column[object]":
        return sa.Column(name, sa.Text(), server_default=sa.text("''"), nullable=False)

    none, zero = sa.text("'[]'"), sa.text("0")
    return [
        ("rating", sa.Column("reasons", columns.JsonText(), server_default=none, nullable=False)),
        ("follow_up", text("note")),
        ("follow_up", _word("appeal", nullable=True)),
        ("follow_up", _whole("appealed_by", nullable=True)),
        ("follow_up", text("appeal_reason")),
        ("follow_up", _whole("decided_by", nullable=True)),
        ("device", sa.Column("levels", sa.Integer())),
        ("follow_up", sa.Column("tries", sa.Integer(), server_default=zero, nullable=False)),
    ]


def _own(table: str, *more: "sa.Column[object]") -> "list[sa.schema.SchemaItem]":
    """Return the hall's key, which every table has, and the columns behind it."""
    return [
        sa.Column("hall_id", sa.Text(), nullable=False),
        *more,
        sa.ForeignKeyConstraint(
            ["hall_id"], ["hall.hall_id"], name=op.f(f"fk_{table}_hall_id_hall")
        ),
    ]


def _ref(table: str, column: str, other: str, key: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["hall_id", column],
        [f"{other}.hall_id", f"{other}.{key}"],
        name=op.f(f"fk_{table}_hall_id_{column}_{other}"),
    )


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("hall_id", *columns, name=op.f(f"pk_{table}"))


def _id(name: str = "id") -> "sa.Column[object]":
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False)


def _whole(name: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _small(name: str) -> "sa.Column[object]":
    return sa.Column(name, sa.Integer(), nullable=False)


def _word(name: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, sa.Text(), nullable=nullable)


def _day(name: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, sa.Date(), nullable=nullable)


def _moment(name: str, *, nullable: bool = True) -> "sa.Column[object]":
    return sa.Column(name, columns.UtcDateTime(), nullable=nullable)


def _json(name: str) -> "sa.Column[object]":
    return sa.Column(name, columns.JsonText(), nullable=False)


def _bytes(name: str) -> "sa.Column[object]":
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _make_boards() -> None:
    op.create_table(
        "announced",
        *_own(
            "announced",
            _id("turn_id"),
            sa.Column("calls", sa.Integer(), autoincrement=False, nullable=False),
            _moment("shown_at"),
            _word("shown_by"),
            _moment("spoken_at"),
            _word("spoken_by"),
            _small("times"),
            _word("why", nullable=True),
        ),
        _ref("announced", "turn_id", "turn"),
        _key("announced", "turn_id", "calls"),
        sa.CheckConstraint(
            "(times > 0) = (spoken_at IS NOT NULL)", name=op.f("ck_announced_spoken")
        ),
        sa.CheckConstraint("why IS NULL OR times = 0", name=op.f("ck_announced_why")),
    )
    op.create_table(
        "board",
        *_own(
            "board",
            _word("name"),
            _json("zones"),
            _json("speaks"),
            _moment("since", nullable=False),
            _moment("seen_at", nullable=False),
            _moment("ended_at"),
        ),
        _key("board", "name"),
    )


def _make_publications() -> None:
    op.create_table(
        "publication",
        *_own(
            "publication",
            _id(),
            _word("kind"),
            _json("text"),
            _json("title"),
            _word("media"),
            _json("zones"),
            _day("valid_from", nullable=True),
            _day("valid_until", nullable=True),
            _json("weekdays"),
            _word("begins"),
            _word("ends"),
            _small("seconds"),
            _small("position"),
            _whole("staff_id", nullable=True),
            _moment("published_at"),
            _moment("ended_at"),
            _word("emergency", nullable=True),
            sa.Column("drill", sa.Boolean(), nullable=False),
        ),
        _ref("publication", "staff_id", "staff"),
        _key("publication", "id"),
        sa.CheckConstraint(
            "kind IN ('strip', 'card', 'picture', 'page', 'video', 'emergency')",
            name=op.f("ck_publication_kind"),
        ),
    )
    op.create_table(
        "media",
        *_own(
            "media",
            _word("digest"),
            _word("kind"),
            _whole("size"),
            _small("width"),
            _small("height"),
            _bytes("data"),
        ),
        _key("media", "digest"),
        sa.CheckConstraint(f"length(data) <= {_MOST_BYTES}", name=op.f("ck_media_size")),
    )


def _make_persons() -> None:
    op.create_table(
        "staff_photo",
        *_own("staff_photo", _id("staff_id"), _word("digest")),
        _ref("staff_photo", "staff_id", "staff"),
        _ref("staff_photo", "digest", "media", "digest"),
        _key("staff_photo", "staff_id"),
    )
    op.create_table(
        "staff_stars",
        *_own("staff_stars", _id("staff_id"), _small("tenths"), _whole("ratings"), _day("through")),
        _ref("staff_stars", "staff_id", "staff"),
        _key("staff_stars", "staff_id"),
        sa.CheckConstraint("tenths BETWEEN 10 AND 50", name=op.f("ck_staff_stars_tenths")),
    )
    op.create_table(
        "rating_contact",
        *_own("rating_contact", _id("rating_id"), _bytes("sealed")),
        _ref("rating_contact", "rating_id", "rating"),
        _key("rating_contact", "rating_id"),
    )
