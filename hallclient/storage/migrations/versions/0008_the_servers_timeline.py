"""Which server a hall was written to last: on a promoted one no id is given out a second time."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Bring the tables to this version."""
    op.add_column(
        "hall",
        sa.Column("timeline", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
    )


def downgrade() -> None:
    """Bring the tables back to the version before."""
    op.drop_column("hall", "timeline")
