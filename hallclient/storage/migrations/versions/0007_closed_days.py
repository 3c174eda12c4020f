"""What closed days brought, summed up; which days are summed up and stripped of their links."""

import sqlalchemy as sa
from alembic import op

from hallclient.storage import columns

revision = "0007"
down_revision = "0006"

_OF_TICKETS = ("issued", "booked", "finished", "missed", "abandoned", "told", "told_right")
_OF_TURNS = (
    "waited", "waiting_seconds", "called", "recalled", "served", "serving_seconds", "no_shows",
    "transferred", "held", "returned", "broken_off", "cases",
)  # fmt: skip
_OF_RATINGS = (
    "level_1", "level_2", "level_3", "level_4", "level_5", "asked", "answered", "defaults",
)  # fmt: skip
_OF_CASES = (
    "decided", "on_the_spot", "in_hall", "limited", "on_time", "early", "lawful", "took_us",
    "legal_hours",
)  # fmt: skip


def upgrade() -> None:
    """Bring the tables to this version."""
    floor = ("queue_id", "service_id", "window_id", "staff_id")
    waits: sa.Column[object] = sa.Column("waits", columns.JsonText(), nullable=False)
    _make("day_stats", floor, *_counts(*_OF_TICKETS, *_OF_TURNS), waits)
    _make("rating_day", ("window_id", "service_id"), *_counts(*_OF_RATINGS))
    _make("case_day", ("service_id",), *_counts(*_OF_CASES))
    op.create_table(
        "day_done",
        *_day(),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        _hall("day_done"),
        sa.PrimaryKeyConstraint("hall_id", "day", "what", name=op.f("pk_day_done")),
        sa.CheckConstraint(
            "what IN ('floor', 'ratings', 'cases', 'links', 'upkeep')",
            name=op.f("ck_day_done_what"),
        ),
    )


def downgrade() -> None:
    """Bring the tables back to the version before."""
    for table in ("day_done", "case_day", "rating_day", "day_stats"):
        op.drop_table(table)


def _make(table: str, ids: tuple[str, ...], *more: "sa.Column[object]") -> None:
    op.create_table(
        table,
        *_day(),
        *(sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False) for name in ids),
        *more,
        _hall(table),
        sa.PrimaryKeyConstraint("hall_id", "day", *ids, name=op.f(f"pk_{table}")),
    )


def _day() -> "list[sa.Column[object]]":
    return [
        sa.Column("hall_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
    ]


def _counts(*names: str) -> "list[sa.Column[object]]":
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names]


def _hall(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["hall_id"], ["hall.hall_id"], name=op.f(f"fk_{table}_hall_id_hall")
    )
