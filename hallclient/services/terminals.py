"""One window, one terminal: a second one is told, and may take the window over.

The lease ``window:CODE`` belongs to the terminal in charge, a process on a PC. It ends with the
terminal, or half a minute after one that was killed; a terminal started again on the same PC sees
that the process has gone, and goes on at once.
"""

from collections.abc import Callable
from contextlib import suppress

from hallclient.services.days import changing
from hallclient.services.store import Store
from hallclient.services.store_error import StoreError

LEASE_S = 30.0
RENEW_S = 8.0
"""``claim`` is to be said again so often."""


class Terminals:
    """The lease of one window as one terminal sees it; ``terminal`` names the terminal.

    ``ended`` says of a terminal's name that it is surely over, and keeps nobody away.
    """

    def __init__(
        self,
        store: Store,
        window: str,
        terminal: str,
        ended: Callable[[str], bool] = lambda _name: False,
    ) -> None:
        if not terminal:
            raise ValueError("a terminal has a name")
        self._store = store
        self._window = window
        self._terminal = terminal
        self._ended = ended
        self._claimed = False

    @property
    def name(self) -> str:
        """The name of the lease."""
        return f"window:{self._window}"

    def claim(self) -> bool:
        """Take or renew the window; False while another terminal has it."""
        self._claimed = True
        if self._store.take_lease(self.name, self._terminal, LEASE_S):
            return True
        before = self.holder()
        if not before or not self._ended(before):
            return False
        self._store.drop_lease(self.name, before)
        return self._store.take_lease(self.name, self._terminal, LEASE_S)

    def holder(self) -> str:
        """Return which terminal has the window now, empty for none."""
        with self._store.look() as reader:
            return reader.lease_holder(self.name)

    def lost(self) -> bool:
        """Return whether another terminal has the window now."""
        return self.holder() not in ("", self._terminal)

    def take_over(self) -> None:
        """Take the window from whichever terminal has it; that one is woken and finds it lost."""
        before = self.holder()
        self._store.seize_lease(self.name, self._terminal, LEASE_S)
        with changing(self._store, f"window:{self._window}") as tx:
            window = tx.plan.window(self._window)
            if before not in ("", self._terminal):
                tx.record("window.seized", self.name, zone=window.zone, window=window.code)
            tx.wake(self.name)

    def close(self) -> None:
        """Give the window back at the end; a database that is away sees the lease lapse."""
        if self._claimed:
            with suppress(StoreError):
                self.release()

    def release(self) -> None:
        """Give the window back, so that another terminal need not wait for the lease's end."""
        self._store.drop_lease(self.name, self._terminal)
