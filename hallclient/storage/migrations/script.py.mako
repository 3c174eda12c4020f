"""${message}."""

import sqlalchemy as sa
from alembic import op

from hallclient.storage import columns  # noqa: F401 - used where types need it

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Bring the tables to this version."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Bring the tables back to the version before."""
    ${downgrades if downgrades else "pass"}
