"""What every chore is."""

from typing import Protocol

from hallclient.services.store import Reader, Store


class ChoreTrouble(Exception):
    """A chore could not be done, the others can; the text says why."""


class Chore(Protocol):
    """One chore. It holds nothing between two calls; any number of PCs may have one."""

    @property
    def name(self) -> str:
        """The word by which people call it."""
        ...

    @property
    def about(self) -> str:
        """What it does, in a few words for a terminal."""
        ...

    @property
    def daily(self) -> bool:
        """Whether a look on every business day is enough; else it is looked at every minute."""
        ...

    def wanted(self, reader: Reader) -> bool:
        """Return whether there may be something to do. A cheap look."""
        ...

    def step(self, store: Store) -> str:
        """Do a part of it and say in plain words what was done; empty when nothing was left."""
        ...
