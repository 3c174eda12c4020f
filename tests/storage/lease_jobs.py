"""What the processes of the lease tests do."""

import threading
from typing import Any

from tests.e2e.jobs import opened
from tests.processes import say


def lease_together(url: str, acks: str, holder: str, start: Any, names: list[str]) -> None:
    """Go for one lease after the other at the same moment as all others."""
    with opened(url) as store:
        store.plan()
        for name in names:
            start.wait()
            if store.take_lease(name, holder, 60):
                say(acks, name, holder)


def hold_lease(url: str, acks: str, name: str, seconds: float) -> None:
    """Take a lease, say so, and never let it go."""
    with opened(url) as store:
        assert store.take_lease(name, "dead", seconds)
        say(acks, "held")
        threading.Event().wait()
