"""Topics, guides and quotas; appointments, itineraries, persons, calls for help, errands."""

import sqlalchemy as sa
from alembic import op

from hallclient.storage import columns

revision = "0003"
down_revision = "0002"

_NO_TEXT = """'{"zh_cn": "", "zh_hant": "", "en": ""}'"""


def upgrade() -> None:
    """Bring the tables to this version."""
    op.create_table(
        "topic",
        sa.Column("hall_id", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("name", columns.JsonText(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("icon", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.hall_id"], name=op.f("fk_topic_hall_id_hall")),
        sa.PrimaryKeyConstraint("hall_id", "id", name=op.f("pk_topic")),
        sa.UniqueConstraint("hall_id", "code", name=op.f("uq_topic_hall_id_code")),
    )
    for table, column in _columns():
        op.add_column(table, column)


def downgrade() -> None:
    """Bring the tables back to the version before."""
    for table, column in reversed(_columns()):
        op.drop_column(table, column.name)
    op.drop_table("topic")


def _columns() -> "list[tuple[str, sa.Column[object]]]":
    def whole(name: str, value: str) -> "sa.Column[object]":
        return sa.Column(name, sa.BigInteger(), server_default=sa.text(value), nullable=False)

    def text(name: str) -> "sa.Column[object]":
        return sa.Column(name, sa.Text(), server_default=sa.text("''"), nullable=False)

    def json(name: str, value: str) -> "sa.Column[object]":
        default = sa.text(value)
        return sa.Column(name, columns.JsonText(), server_default=default, nullable=False)

    general = sa.Column("general", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    return [
        ("ticket", sa.Column("callable_from", columns.UtcDateTime(), nullable=True)),
        ("department", json("easy", _NO_TEXT)),
        ("department", text("easy_queue")),
        ("queue", whole("day_quota", "0")),
        ("queue", whole("slice_minutes", "30")),
        ("queue", whole("slice_quota", "0")),
        ("queue", whole("slice_booked", "0")),
        ("service", json("fee", _NO_TEXT)),
        ("service", json("guide", _NO_TEXT)),
        ("service", text("guide_url")),
        ("service", json("topics", "'[]'")),
        ("service", json("after", "'[]'")),
        ("service", general),
    ]
