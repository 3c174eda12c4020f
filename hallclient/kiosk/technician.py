"""What the technician's page is given by whoever starts the kiosk."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtCore import QObject


@dataclass(frozen=True, slots=True)
class CheckedFact:
    """What the check of this PC found, and what to do; ``wrong`` False: only to be known."""

    what: str
    do: str = ""
    wrong: bool = True


Checked = Callable[[tuple[CheckedFact, ...] | None], object]


@dataclass(frozen=True, slots=True)
class TechnicianKit:
    """``fits`` looks at a PIN, and raises ``Refused`` (``pin_wait``) while none may be tried.

    ``log_lines`` returns today's lines of this process's log, masked, newest last. ``desktop`` is
    None where nothing is locked. ``examine`` checks this PC in the background and tells the
    callback, in the UI thread, what has to be done and to be known; None: it could not.
    """

    fits: Callable[[str], bool]
    left: Callable[[], int]
    """Seconds until a PIN may be tried, 0 for now."""
    log_lines: Callable[[], tuple[str, ...]]
    keep_volume: Callable[[int], None]
    restart: Callable[[], None]
    desktop: Callable[[], None] | None = None
    examine: "Callable[[str, Checked, QObject], object] | None" = None
