"""A window's store and ratings, with its spool before them. Light: the window's start loads it."""

from typing import TYPE_CHECKING

from hallclient.services.ratings import Ratings
from hallclient.services.store_error import StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from hallclient.domain.hall import HallPlan
    from hallclient.domain.rating import Level
    from hallclient.services.stations import DeviceReport
    from hallclient.services.store import Reader, Store, Transaction
    from hallclient.services.store_records import Tail, Wanted
    from hallclient.services.window_spool import WindowSpool


class SpooledRatings(Ratings):
    """Ratings that go into the window's spool while the database is away; the store is as here."""

    def __init__(self, store: "Store", spool: "WindowSpool") -> None:
        super().__init__(store)
        self._spool = spool

    def record(
        self,
        turn_id: int,
        level: "Level",
        device: str,
        reasons: tuple[str, ...] = (),
        contact: str = "",
    ) -> bool:
        """Store what the citizen pressed, or keep it sealed until it can be; see ``Ratings``."""
        try:
            return super().record(turn_id, level, device, reasons, contact)
        except StoreError as error:
            if error.retryable and self._spool.rate(turn_id, level, device):
                return True
            raise


class AfterSpool:
    """A store whose changes come after everything that the window's spool still has."""

    def __init__(self, store: "Store", spool: "WindowSpool") -> None:
        self._store = store
        self._spool = spool

    def hand_in(self) -> None:
        """Hand in what there is. Raises ``StoreError``."""
        self._spool.hand_in(self._store)

    def change(self, actor: str) -> "AbstractContextManager[Transaction]":
        """Begin a change, behind what was done offline."""
        self.hand_in()
        return self._store.change(actor)

    def look(self) -> "AbstractContextManager[Reader]":
        """Begin a look."""
        return self._store.look()

    def tail(self, seq: int, limit: int, wanted: "Wanted") -> "Tail":
        """Return the journal behind ``seq``."""
        return self._store.tail(seq, limit, wanted)

    def plan(self) -> "HallPlan":
        """Return the hall."""
        return self._store.plan()

    def report_devices(self, station: str, reports: "Sequence[DeviceReport]") -> None:
        """Note what devices are doing."""
        self._store.report_devices(station, reports)

    def tend(self) -> str:
        """Renew the database's statistics and empty its log; return what was done."""
        return self._store.tend()

    def seize_lease(self, name: str, holder: str, seconds: float) -> None:
        """Take a lease from whoever holds it."""
        self._store.seize_lease(name, holder, seconds)

    def take_lease(self, name: str, holder: str, seconds: float) -> bool:
        """Take or renew a lease."""
        return self._store.take_lease(name, holder, seconds)

    def drop_lease(self, name: str, holder: str) -> None:
        """Give a lease back."""
        self._store.drop_lease(name, holder)
