"""The one place that joins layers: settings in, a running role out."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.engine import Engine

from hallclient.config import default_database
from hallclient.services.store import Feed, StoreError
from hallclient.storage.engine import open_engine, probe
from hallclient.storage.feed import open_feed
from hallclient.storage.store import Clock, SqlStore, check_version, found_hall, halls_in

if TYPE_CHECKING:
    from hallclient.domain.halldiff import Change
    from hallclient.services.hallfile import LoadedHall


class NoHallError(StoreError):
    """The database holds no such hall, or several to choose from."""


@dataclass(frozen=True, slots=True)
class OpenHall:
    """A hall's database, open for one role."""

    engine: Engine
    store: SqlStore
    hall_id: str
    role: str

    def feed(self, *scopes: str) -> Feed:
        """Return a feed of these scopes."""
        return open_feed(self.engine, self.hall_id, scopes, self.role)

    def another_store(self) -> SqlStore:
        """Return a store for another thread."""
        return SqlStore(self.engine, self.hall_id)

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()


def open_hall(database: str, hall_id: str, role: str, clock: Clock | None = None) -> OpenHall:
    """Open the database of a role and check that the role can work with it.

    ``hall_id`` empty means the only hall there. Raises a ``StoreError`` with one clear sentence.
    """
    engine = open_engine(database or default_database(), role=role, must_exist=True)
    try:
        probe(engine)
        check_version(engine)
        chosen = _chosen_hall(halls_in(engine), hall_id)
    except BaseException:
        engine.dispose()
        raise
    return OpenHall(engine, SqlStore(engine, chosen, clock), chosen, role)


def load_hall_into(database: str, loaded: "LoadedHall") -> "tuple[Change, ...]":
    """Make the database if it is new, and bring its hall up to a hall file. Repeatable."""
    # A role must not pay for what only loading needs.
    from hallclient.services.halls import update_hall  # noqa: PLC0415
    from hallclient.services.shifts import hash_pin, pin_fits  # noqa: PLC0415
    from hallclient.storage import migrations  # noqa: PLC0415

    url = database or default_database()
    if not database:
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    engine = open_engine(url, role="hall")
    try:
        migrations.upgrade(engine)
        found_hall(engine, loaded.plan)
        store = SqlStore(engine, loaded.plan.hall_id)
        return update_hall(store, loaded.with_pins(store.plan(), hash_pin, pin_fits))
    finally:
        engine.dispose()


def _chosen_hall(known: list[str], wanted: str) -> str:
    if wanted and wanted not in known:
        raise NoHallError(f"The database has no hall {wanted}; it has {_listed(known)}.")
    if not wanted and len(known) != 1:
        raise NoHallError(f"Say which hall with --hall: the database has {_listed(known)}.")
    return wanted or known[0]


def _listed(known: list[str]) -> str:
    return ", ".join(known) if known else "none yet (hallclient hall load NAME)"
