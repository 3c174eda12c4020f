"""What can go wrong by the hall's own rules.

::

    DomainError            a rule says no; ``key`` names the words that tell the user why
    ├── NotAllowed         the move does not exist from the present state
    ├── Conflict           somebody else was faster; look again and decide anew
    ├── NotFound           no such ticket, queue, window or staff member
    └── Refused            a limit or an opening time is in the way

``key`` is an entry of the message catalogue (``errors.<key>``), ``facts`` fill its placeholders.
The English text of the exception is for logs and the terminal.
"""


class DomainError(Exception):
    """A rule of the hall says no."""

    def __init__(self, key: str, text: str, **facts: str | int) -> None:
        super().__init__(text)
        self.key = key
        self.facts = facts


class NotAllowed(DomainError):
    """The move does not exist from the present state."""


class Conflict(DomainError):
    """Somebody else was faster."""


class NotFound(DomainError):
    """No such thing in this hall."""


class Refused(DomainError):
    """A limit or an opening time is in the way."""
