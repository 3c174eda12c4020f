"""Who waits in one queue of a played day, in the order of ``domain.dispatch``."""

from bisect import bisect_left, insort
from datetime import datetime
from heapq import heappop, heappush

Key = tuple[datetime, int]
"""The claim of a ticket and its number, which decides ties."""


class Line:
    """The waiting tickets of a queue by key: those that may be called, and early appointments.

    Every question takes O(log n) comparisons. Early ones stand behind everybody there.
    """

    __slots__ = ("_early", "_early_ones", "_ready")

    def __init__(self) -> None:
        self._ready: list[Key] = []
        self._early: list[Key] = []
        self._early_ones: set[int] = set()

    def __bool__(self) -> bool:
        return bool(self._ready or self._early_ones)

    @property
    def ready(self) -> int:
        """Return how many may be called."""
        return len(self._ready)

    def join(self, key: Key, *, early: bool = False) -> None:
        """Let a ticket wait; an ``early`` one until ``due`` only where nobody else does."""
        if early:
            heappush(self._early, key)
            self._early_ones.add(key[1])
        else:
            insort(self._ready, key)

    def due(self, key: Key) -> bool:
        """Let an early ticket wait like all others; False where it was called before."""
        if key[1] not in self._early_ones:
            return False
        self._early_ones.discard(key[1])
        insort(self._ready, key)
        return True

    def head(self) -> Key | None:
        """Return the key of who is next here, None where nobody waits."""
        if self._ready:
            return self._ready[0]
        while self._early and self._early[0][1] not in self._early_ones:
            heappop(self._early)
        return self._early[0] if self._early else None

    def take(self) -> None:
        """Take the head away: it is called."""
        if self._ready:
            del self._ready[0]
        elif self.head() is not None:
            self._early_ones.discard(heappop(self._early)[1])

    def ahead(self, key: Key) -> int:
        """Return how many may be called and have a smaller key."""
        return bisect_left(self._ready, key)

    def nth(self, number: int) -> datetime | None:
        """Return the claim of the n-th who may be called, None where there are fewer."""
        return self._ready[number - 1][0] if 1 <= number <= len(self._ready) else None

    def rest(self) -> list[int]:
        """Return the numbers of all who wait."""
        return [key[1] for key in self._ready] + sorted(self._early_ones)
