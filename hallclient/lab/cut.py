"""The network cable between one role and its database, to be pulled from inside the role.

While it is cut every statement of this process fails as with a server that has gone; the database
itself and everybody else go on. What follows, from the first error up, is the product's own work.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Engine


class Cable:
    """One a process. :meth:`set` may be called again with what it is already."""

    def __init__(self) -> None:
        self._cut = False

    def set(self, *, cut: bool) -> None:
        """Pull the cable, or plug it in."""
        if cut == self._cut:
            return
        self._cut = cut
        change = event.listen if cut else event.remove
        change(Engine, "before_cursor_execute", _refuse)


def _refuse(*_statement: Any) -> None:
    raise sa.exc.OperationalError("", None, ConnectionResetError("the cable is pulled"))
