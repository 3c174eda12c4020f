"""The hall's time on a screen: the database's clock, carried on by this PC's monotonic one."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

_MINUTE_MS = 60_000


def _system() -> datetime:
    return datetime.now(UTC)


class HallClock:
    """Time in UTC. A PC's clock that jumps or is wrong changes nothing once the hall has spoken."""

    def __init__(
        self,
        system: Callable[[], datetime] = _system,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._system = system
        self.monotonic = monotonic
        self._known: tuple[datetime, float] | None = None
        self._shown: datetime | None = None

    def set(self, now: datetime) -> None:
        """Take the database's time."""
        self._known = (now, self.monotonic())

    def now(self) -> datetime:
        """Return the hall's time, or the PC's as long as the hall has not been reached."""
        if self._known is None:
            return self._system()
        at, since = self._known
        return at + timedelta(seconds=self.monotonic() - since)

    def minute_passed(self) -> bool:
        """Tell whether it is another minute than at the last question."""
        minute = self.now().replace(second=0, microsecond=0)
        passed, self._shown = minute != self._shown, minute
        return passed

    def ms_to_next_minute(self) -> int:
        """Return how long the present minute lasts, in whole ms from 1."""
        now = self.now()
        gone = now.second * 1000 + now.microsecond // 1000
        return max(1, _MINUTE_MS - gone)
