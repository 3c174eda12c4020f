"""A backup every business day, by each PC that has a place for it."""

import time
from collections.abc import Callable
from typing import Final

from hallclient.domain.calendar import business_day, day_began
from hallclient.services.backups import Vault, tell_failed, tell_made
from hallclient.services.chores.chore import ChoreTrouble
from hallclient.services.store import Reader, Store
from hallclient.services.store_error import StoreError

AGAIN_S: Final = 1800.0
"""A backup that could not be made is tried again after so long."""


class BackupChore:
    """Makes the day's backup. What it remembers is only when it failed."""

    name = "backup"
    about = "make the day's backup of the hall's data"
    daily = False

    def __init__(self, vault: Vault, ticks: Callable[[], float] = time.monotonic) -> None:
        self._vault = vault
        self._ticks = ticks
        self._failed_at: float | None = None

    def wanted(self, reader: Reader) -> bool:
        """Return whether there is none of this business day yet."""
        if self._failed_at is not None and self._ticks() - self._failed_at < AGAIN_S:
            return False
        plan = reader.plan
        start = plan.rules.day_start
        today = business_day(reader.now, plan.time_zone, start)
        newest = self._vault.newest()
        return newest is None or not (
            day_began(today, plan.time_zone, start) <= newest <= reader.now
        )

    def step(self, store: Store) -> str:
        """Make it; ``ChoreTrouble`` says why there is none."""
        with store.look() as reader:
            if not self.wanted(reader):
                return ""
        try:
            said = self._vault.make()
        except StoreError as error:
            self._failed_at = self._ticks()
            full = type(error).__name__ == "DiskFull"
            tell_failed(store, self._vault.station, "disk_full" if full else "failed")
            raise ChoreTrouble(str(error)) from error
        self._failed_at = None
        tell_made(store, self._vault.station)
        return said
