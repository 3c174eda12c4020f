"""The pace of each queue, and with each ticket the wait that was told and its first call."""

import sqlalchemy as sa
from alembic import op

from hallclient.storage import columns

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Bring the tables to this version."""
    for table, column in _columns():
        op.add_column(table, column)
    early = sa.text("status = 'waiting' AND callable_from IS NOT NULL")
    op.create_index(
        "ix_ticket_early",
        "ticket",
        ["hall_id", "queue_id", "callable_from"],
        sqlite_where=early,
        postgresql_where=early,
    )
    # Whoever is still here may be called again, and that is no first call.
    op.execute("""
        UPDATE ticket SET first_called_at = (SELECT min(turn.called_at) FROM turn
          WHERE turn.hall_id = ticket.hall_id AND turn.ticket_id = ticket.id AND turn.calls > 0)
        WHERE status <> 'ended'""")


def downgrade() -> None:
    """Bring the tables back to the version before."""
    op.drop_index("ix_ticket_early", "ticket")
    for table, column in reversed(_columns()):
        op.drop_column(table, column.name)


def _columns() -> "list[tuple[str, sa.Column[object]]]":
    return [
        ("queue_now", sa.Column("pace", sa.Text(), server_default=sa.text("''"), nullable=False)),
        ("ticket", sa.Column("first_queue_id", sa.BigInteger())),
        ("ticket", sa.Column("first_called_at", columns.UtcDateTime())),
        ("ticket", sa.Column("told_p10", sa.Float())),
        ("ticket", sa.Column("told_p50", sa.Float())),
        ("ticket", sa.Column("told_p90", sa.Float())),
        ("ticket", sa.Column("told_ahead", sa.Integer())),
        ("ticket", sa.Column("told_calls", sa.Integer())),
    ]
