"""What somebody must look after: an alarm has a verb and a receiver, or it is none.

Alarms are not stored: they are what a look at the floor finds. Stored is who takes care of one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class AlarmKind(StrEnum):
    """What is the matter; the heaviest kinds of a severity first."""

    EMERGENCY = "emergency"
    """One stands, or a drill: somebody has to say that it is over."""
    HELP = "help"
    """Somebody at a kiosk or a window asks for a person."""
    CALL_UNSEEN = "call_unseen"
    """Nobody can read a call: no board has shown it."""
    LONG_WAIT = "long_wait"
    """The longest in a queue waits beyond the hall's limit."""
    CASE_OVERDUE = "case_overdue"
    CLERK_ABSENT = "clerk_absent"
    """A window's usual clerk has not signed in anywhere within the hours."""
    WINDOW_LEFT = "window_left"
    """A window is paused for long, or its terminal is gone with a ticket in hand."""
    LONG_SERVING = "long_serving"
    OFFLINE = "offline"
    """What a window did without the database could not be handed in: somebody else was there."""
    BOARD_AWAY = "board_away"
    """A call board that the hall knows is closed, or says nothing."""
    PRINTER = "printer"
    """Paper low or out, cover open, not there."""
    KEYPAD = "keypad"
    DEVICE = "device"
    """Any other device that is not there."""
    CASE_NEAR = "case_near"
    """A promised case is due on the next working day; a list of missing material is owed."""
    LOW_RATING = "low_rating"
    """A bad rating waits for its call-back."""
    RESTORED = "restored"
    """The database was damaged; what came after its last backup may have to be asked for."""
    BACKUP = "backup"
    """No new backup of the hall's data, or none can be made."""
    CALENDAR = "calendar"
    """Working days are guessed: the hall's table says nothing about that year."""


class Severity(StrEnum):
    """How much it presses."""

    NOW = "now"
    SOON = "soon"
    KNOW = "know"


class Verb(StrEnum):
    """The one thing to do about an alarm, on its button."""

    ASSIGN = "assign"
    """加窗口: give the queue one window more."""
    SHOW_CASE = "show_case"
    SHOW_WINDOW = "show_window"
    SHOW_DEVICE = "show_device"
    SHOW_EMERGENCY = "show_emergency"
    """去解除: what covers the screens now, and the key that ends it."""
    SHOW_DATA = "show_data"
    """看情况: what was lost of the hall's data, and what to do about it."""
    FOLLOW_UP = "follow_up"
    """记回访."""
    TAKE = "take"
    """我来处理: puts one's name to it."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm. ``subject`` is ``queue:SB``, ``window:12``, ``device:K1/printer``, ``help:17``.

    What was done offline is told for a turn, ``offline:19``; ``emergency:31`` is a publication.
    Calls that no board shows are told together for a zone, ``zone:1A``; a board is ``board:D1``.
    Cases and ratings are told together for a department, ``cases-overdue:BDC``, ``ratings:BDC``.

    ``facts`` are what its words are made of; ``department`` is whose lead hears of it.
    """

    kind: AlarmKind
    severity: Severity
    verb: Verb
    subject: str
    since: datetime | None = None
    department: str = ""
    facts: Mapping[str, str | int] = field(default_factory=dict)
    taken_by: str = ""
    """Name of who takes care of it, empty when nobody does."""

    @property
    def key(self) -> str:
        """Return what tells it from any other: ``long_wait queue:SB``."""
        return f"{self.kind} {self.subject}"


@dataclass(frozen=True, slots=True)
class AlarmTaken:
    """Somebody takes care of an alarm (``Alarm.key``); it ends when the alarm does."""

    key: str
    staff_id: int
    at: datetime
