"""A backup every business day, by each PC that has a place for it."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from hallclient.domain.calendar import business_day, day_began
from hallclient.services.backups import Vault, tell_failed, tell_made
from hallclient.services.chores.chore import ChoreTrouble
from hallclient.services.store import Reader, Store
from hallclient.services.store_error import StoreError

if TYPE_CHECKING:
    from datetime import date

AGAIN_S: Final = 1800.0
"""A backup that could not be made is tried again after so long."""


class BackupChore:
    """Makes the day's backup.

    It remembers when it failed, and of which day it made one: a backup is dated by this PC, whose
    clock may be another than the hall's, and one that seems missing must not be made for ever.
    """

    name = "backup"
    about = "make the day's backup of the hall's data"
    daily = False

    def __init__(self, vault: Vault, ticks: Callable[[], float] = time.monotonic) -> None:
        self._vault = vault
        self._ticks = ticks
        self._failed_at: float | None = None
        self._made_for: date | None = None

    def wanted(self, reader: Reader) -> bool:
        """Return whether there is none of this business day yet."""
        if self._failed_at is not None and self._ticks() - self._failed_at < AGAIN_S:
            return False
        plan = reader.plan
        start = plan.rules.day_start
        today = business_day(reader.now, plan.time_zone, start)
        if today == self._made_for:
            return False
        newest = self._vault.newest()
        return newest is None or not (
            day_began(today, plan.time_zone, start) <= newest <= reader.now
        )

    def step(self, store: Store) -> str:
        """Make it; ``ChoreTrouble`` says why there is none."""
        with store.look() as reader:
            if not self.wanted(reader):
                return ""
            plan = reader.plan
            today = business_day(reader.now, plan.time_zone, plan.rules.day_start)
        try:
            said = self._vault.make()
        except StoreError as error:
            if type(error).__name__ == "Busy":
                return ""  # another process makes it just now
            self._failed_at = self._ticks()
            full = type(error).__name__ == "DiskFull"
            tell_failed(store, self._vault.station, "disk_full" if full else "failed")
            raise ChoreTrouble(str(error)) from error
        self._failed_at, self._made_for = None, today
        tell_made(store, self._vault.station)
        return said
