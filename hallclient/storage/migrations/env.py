"""Run the migrations on the connection that ``hallclient.storage.migrations`` hands in."""

from alembic import context

from hallclient.storage import (  # noqa: F401 - they define the tables
    day_tables,
    listener,
    outbox_tables,
    plumbing,
    schema,
    visit_tables,
)
from hallclient.storage.metadata import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
context.run_migrations()
