"""A hall's database for a role: opened at once, or by the first thread that needs it.

A role shows its first screen before the database is open: storage is imported and opened by the
first question, in the thread that asks it (``LateStore``, ``LateFeed``).
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from hallclient.bootstrap.credentials import is_server, with_login
from hallclient.bootstrap.memory import remember
from hallclient.config import CREDENTIALS, Settings, default_database, settings_file
from hallclient.domain.errors import NotFound
from hallclient.services.store_error import StoreError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from sqlalchemy.engine import Engine

    from hallclient.domain.hall import HallPlan
    from hallclient.domain.halldiff import Change
    from hallclient.services.hallfile import LoadedHall
    from hallclient.services.stations import DeviceReport
    from hallclient.services.store import Feed, Reader, Transaction
    from hallclient.services.store_records import Tail, Wanted
    from hallclient.storage.store import SqlStore


LOOK_S = 0.5
"""How often is looked while some may not know yet who listens."""
UNHEARD_S = 1.5
"""Those who change a hall look once a second who listens (storage.waker)."""


class NoHallError(StoreError):
    """The database holds no such hall, or several to choose from."""


@dataclass(frozen=True, slots=True)
class OpenHall:
    """A hall's database, open for one role."""

    engine: "Engine"
    store: "SqlStore"
    hall_id: str
    role: str

    def zone_scopes(self, zones: tuple[str, ...]) -> tuple[str, ...]:
        """Return the scopes of these zones, of all when there are none, and of the hall itself."""
        store = self.another_store()
        plan = store.plan()
        store.close()
        chosen = [plan.zone(code).code for code in zones] or [zone.code for zone in plan.zones]
        return (*(f"zone:{code}" for code in chosen), "hall")

    def another_store(self) -> "SqlStore":
        """Return a store for another thread; it reads the plan once for all of them."""
        return self.store.another()

    def feed(self, *scopes: str) -> "Feed":
        """Return a feed of these scopes."""
        from hallclient.storage.feed import open_feed  # noqa: PLC0415 - see the module

        return open_feed(self.engine, self.hall_id, scopes, self.role)

    def close(self) -> None:
        """Let go of the database."""
        self.store.close()
        self.engine.dispose()


def open_hall(
    database: str, hall_id: str, role: str, ahead_s: int = 0, credentials: str = ""
) -> OpenHall:
    """Open the database of a role and check that the role can work with it.

    ``hall_id`` empty means the only hall there; ``ahead_s`` sets the hall's clock ahead;
    ``credentials`` is the file with this PC's logins, empty for the user's own. Raises a
    ``StoreError`` with one clear sentence.
    """
    from hallclient.storage.engine import open_engine, probe  # noqa: PLC0415 - see the module
    from hallclient.storage.store import SqlStore, check_version, halls_in  # noqa: PLC0415 - same

    url = database or default_database()
    if not database and not Path(url.removeprefix("sqlite:///")).exists():
        raise NoHallError(
            "There is no hall on this PC yet: hallclient hall load NAME makes one, "
            "--db URL names one elsewhere."
        )
    engine = open_engine(login_url(url, role, credentials), role=role, must_exist=True)
    try:
        probe(engine)
        check_version(engine)
        chosen = _chosen_hall(halls_in(engine), hall_id)
    except BaseException:
        engine.dispose()
        raise
    clock = _clock_ahead(ahead_s) if ahead_s else None
    return OpenHall(engine, SqlStore(engine, chosen, clock), chosen, role)


def login_url(database: str, role: str, credentials: str = "") -> str:
    """Return the URL by which a role of this PC logs in; never to be shown.

    ``credentials`` is the file with the logins, empty for the one beside the user's settings.
    Raises ``CredentialsTrouble``.
    """
    if not is_server(database):
        return database
    return with_login(database, role, credentials or str(settings_file().with_name(CREDENTIALS)))


def load_hall_into(database: str, loaded: "LoadedHall") -> "tuple[Change, ...]":
    """Make the database if it is new, and bring its hall up to a hall file. Repeatable.

    Photos of staff that cannot be used are left out; ``hall check`` and ``hall load`` name them.
    """
    from hallclient.services.hallfile.holidays import with_holidays  # noqa: PLC0415 - see above
    from hallclient.services.hallfile.photos import photos_beside  # noqa: PLC0415 - same
    from hallclient.services.halls import update_hall  # noqa: PLC0415 - same
    from hallclient.services.photos import save_photos  # noqa: PLC0415 - same
    from hallclient.services.shifts import hash_pin, pin_fits  # noqa: PLC0415 - same
    from hallclient.storage import migrations  # noqa: PLC0415 - same
    from hallclient.storage.engine import open_engine  # noqa: PLC0415 - same
    from hallclient.storage.store import SqlStore, found_hall  # noqa: PLC0415 - same

    url = database or default_database()
    if not database:
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    engine = open_engine(login_url(url, "hall"), role="hall")
    try:
        migrations.upgrade(engine)
        found_hall(engine, loaded.plan)
        store = SqlStore(engine, loaded.plan.hall_id)
        try:
            plan = loaded.with_pins(store.plan(), hash_pin, pin_fits)
            changes = update_hall(store, with_holidays(plan))
            save_photos(store, photos_beside(loaded))
            return changes
        finally:
            store.close()
    finally:
        engine.dispose()


class LateHall:
    """A hall that is opened by the first thread that needs it."""

    def __init__(
        self,
        settings: Settings,
        role: str,
        hopeless: Callable[[str], None],
        *,
        ahead_s: int = 0,
        opened: Callable[["HallPlan"], None] = lambda _plan: None,
    ) -> None:
        self._settings = settings
        self._role = role
        self._hopeless = hopeless
        self._ahead_s = ahead_s
        self._opened = opened
        self._lock = threading.Lock()
        self._hall: OpenHall | None = None

    def open(self) -> OpenHall:
        """Return the open hall; raises ``StoreError`` until it can be opened.

        An error that no waiting mends is also told to ``hopeless``; so is one that ``opened``
        raises when it looks at the hall.
        """
        with self._lock:
            if self._hall is None:
                self._hall = self._open()
            return self._hall

    def _open(self) -> OpenHall:
        settings = self._settings
        try:
            hall = open_hall(
                settings.database, settings.hall, self._role, self._ahead_s, settings.credentials
            )
            try:
                self._look_at(hall)
            except BaseException:
                hall.close()
                raise
        except StoreError as error:
            if not error.retryable:
                self._hopeless(str(error))
            raise
        return hall

    def _look_at(self, hall: OpenHall) -> None:
        plan = hall.store.plan()
        remember(self._settings, plan)
        try:
            self._opened(plan)
        except NotFound as error:
            text = str(error)
            raise NoHallError(f"{text[:1].upper()}{text[1:]}.") from error

    def close(self) -> None:
        """Let go of the database, if it was opened."""
        if self._hall is not None:
            self._hall.close()


class LateStore:
    """Fulfils ``services.store.Store`` by a hall that may not be open yet."""

    def __init__(self, hall: LateHall) -> None:
        self._hall = hall

    def change(self, actor: str) -> "AbstractContextManager[Transaction]":
        """Begin a change."""
        return self._hall.open().store.change(actor)

    def look(self) -> "AbstractContextManager[Reader]":
        """Begin a look."""
        return self._hall.open().store.look()

    def tail(self, seq: int, limit: int, wanted: "Wanted") -> "Tail":
        """Return the journal behind an entry."""
        return self._hall.open().store.tail(seq, limit, wanted)

    def plan(self) -> "HallPlan":
        """Return the hall."""
        return self._hall.open().store.plan()

    def report_devices(self, station: str, reports: "Sequence[DeviceReport]") -> None:
        """Note what devices are doing."""
        self._hall.open().store.report_devices(station, reports)

    def tend(self) -> str:
        """Renew the database's statistics and empty its log; return what was done."""
        return self._hall.open().store.tend()

    def seize_lease(self, name: str, holder: str, seconds: float) -> None:
        """Take a lease from whoever holds it."""
        self._hall.open().store.seize_lease(name, holder, seconds)

    def take_lease(self, name: str, holder: str, seconds: float) -> bool:
        """Take or renew a lease."""
        return self._hall.open().store.take_lease(name, holder, seconds)

    def drop_lease(self, name: str, holder: str) -> None:
        """Give a lease back."""
        self._hall.open().store.drop_lease(name, holder)


class LateFeed:
    """Fulfils ``services.store.Feed``; ``scopes`` are known when the hall is."""

    def __init__(self, hall: LateHall, scopes: Callable[[OpenHall], tuple[str, ...]]) -> None:
        self._hall = hall
        self._scopes = scopes
        self._feed: Feed | None = None
        self._unheard_until = 0.0
        self._closed = False

    @property
    def heard(self) -> int:
        """What the newest wake-up told of, 0 while some may not know yet that somebody listens."""
        surely = self._feed is not None and time.monotonic() > self._unheard_until + LOOK_S
        return self._feed.heard if self._feed is not None and surely else 0

    def wait(self, timeout: float) -> bool:
        """Wait for a wake-up; True also while some may not know yet that somebody listens."""
        began = time.monotonic()
        if self._feed is None:
            hall = self._hall.open()
            self._feed = hall.feed(*self._scopes(hall))
            self._unheard_until = time.monotonic() + UNHEARD_S
            if self._closed:
                self._feed.close()
            return True
        unheard = began < self._unheard_until
        return self._feed.wait(min(timeout, LOOK_S) if unheard else timeout) or unheard

    def close(self) -> None:
        """Listen no more, also when the hall is only just being opened by the one who waits."""
        self._closed = True
        if self._feed is not None:
            self._feed.close()


def _clock_ahead(seconds: int) -> Callable[[], datetime]:
    ahead = timedelta(seconds=seconds)
    return lambda: datetime.now(UTC) + ahead


def _chosen_hall(known: list[str], wanted: str) -> str:
    if wanted and wanted not in known:
        raise NoHallError(f"The database has no hall {wanted}; it has {_listed(known)}.")
    if not wanted and len(known) != 1:
        raise NoHallError(f"Say which hall with --hall: the database has {_listed(known)}.")
    return wanted or known[0]


def _listed(known: list[str]) -> str:
    return ", ".join(known) if known else "none yet (hallclient hall load NAME)"
