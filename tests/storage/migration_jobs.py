"""A process that brings a database up to date, and is killed on the way."""

import os
import signal
from itertools import count
from typing import Any

import sqlalchemy as sa

from hallclient.storage import migrations
from hallclient.storage.engine import open_engine


def upgrade_until(url: str, statement: int) -> None:
    """Upgrade; be killed before the so-manieth statement that changes something."""
    engine = open_engine(url)
    numbers = count(1)

    def stop(_connection: Any, _cursor: Any, text: str, *_rest: Any) -> None:
        changes = text.lstrip().startswith(("ALTER", "CREATE", "UPDATE", "INSERT", "DROP"))
        if changes and next(numbers) == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    sa.event.listen(engine, "before_cursor_execute", stop)
    migrations.upgrade(engine)
