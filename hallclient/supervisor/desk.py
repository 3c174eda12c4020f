"""What the console is given to work with; whoever makes worker and feed starts and ends them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hallclient.domain.hall import HallPlan
    from hallclient.services.cases import Cases
    from hallclient.services.member import Supervisor
    from hallclient.services.persons import PersonKeys
    from hallclient.services.rating_export import Table
    from hallclient.services.supervising import Supervising
    from hallclient.ui.feed import FeedThread
    from hallclient.ui.tasks import Worker
    from hallclient.ui.words import Words


class Bell(Protocol):
    """What sounds once when somebody calls for help."""

    def ring(self) -> None:
        """Start the chime and return at once."""


def _nowhere(_table: "Table", name: str) -> "Path":
    raise OSError(f"there is no folder for {name}")


@dataclass(frozen=True, slots=True)
class ConsoleDesk:
    """Ports of one console.

    ``sign_in`` (number, PIN) and what is asked of ``supervising`` and ``cases`` run in the worker
    thread and raise ``DomainError`` and ``StoreError``.
    """

    sign_in: "Callable[[str, str], Supervisor]"
    supervising: "Callable[[Supervisor], Supervising]"
    cases: "Callable[[Supervisor], Cases]"
    plan: "Callable[[], HallPlan]"
    worker: "Worker"
    words: "Words"
    keys: "Callable[[], PersonKeys | None]" = lambda: None
    """What persons are found by, asked in the worker; None without the hall's key."""
    feed: "FeedThread | None" = None
    bell: Bell | None = None
    save: "Callable[[Table, str], Path]" = _nowhere
    """Writes a table for a spreadsheet under a name, in the worker; raises ``OSError``."""
    name: str = "S1"
    away_minutes: int = 15
    """Who touches nothing for so long is signed out; 0: never."""
