"""The network cable between one role and its database, to be pulled from inside the role.

While it is cut every statement of this process fails as with a server that has gone; the database
itself and everybody else go on. What follows, from the first error up, is the product's own work.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Engine


class Cable:
    """One a process; it lies there from then on, pulled or not."""

    def __init__(self) -> None:
        self._cut = False
        event.listen(Engine, "before_cursor_execute", self._carry)

    def set(self, *, cut: bool) -> None:
        """Pull the cable, or plug it in."""
        self._cut = cut

    def _carry(self, *_statement: Any) -> None:
        if self._cut:
            raise sa.exc.OperationalError("", None, ConnectionResetError("the cable is pulled"))
