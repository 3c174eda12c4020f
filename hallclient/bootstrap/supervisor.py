"""A supervisor's console, joined."""

import zlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from hallclient.bootstrap.halls import LateFeed, LateHall, LateStore
from hallclient.bootstrap.persons import person_keys
from hallclient.bootstrap.role import Role, new_role
from hallclient.config import Settings, default_database
from hallclient.supervisor.desk import ConsoleDesk
from hallclient.supervisor.presenter import ConsolePresenter
from hallclient.supervisor.screen import SupervisorScreen
from hallclient.ui.feed import FeedThread
from hallclient.ui.sound import Chime
from hallclient.ui.tasks import Worker

if TYPE_CHECKING:
    from hallclient.services.cases import Cases
    from hallclient.services.member import Supervisor
    from hallclient.services.pin_guard import PinGuard
    from hallclient.services.rating_export import Table
    from hallclient.services.supervising import Supervising


def open_supervisor(settings: Settings, *, ahead_s: int = 0) -> Role:
    """Return a console: the sign-in page first, the database opened by the first who signs in."""
    own = settings.supervisor
    role = new_role(settings, "high-contrast" if own.contrast else "light", styled=True)
    hall = LateHall(settings, f"supervisor {own.name}", role.ending.hopeless, ahead_s=ahead_s)
    store = LateStore(hall)
    worker = Worker()
    feed = FeedThread(LateFeed(hall, lambda _hall: _scopes()))
    chime = Chime()
    guard = cache(lambda: _guard(settings))
    desk = ConsoleDesk(
        sign_in=lambda number, pin: _sign_in(store, guard(), number, pin),
        supervising=lambda who: _supervising(store, who, settings),
        cases=lambda who: _cases(store, who),
        plan=store.plan,
        worker=worker,
        words=role.app.words,
        save=lambda table, name: _save(settings, table, name),
        keys=person_keys(settings),
        feed=feed,
        bell=chime,
        name=own.name,
        away_minutes=own.away_minutes,
    )
    presenter = ConsolePresenter(desk, role.app.notices)
    screen = SupervisorScreen(presenter, role.app.notices, role.app.look)
    role.widget = screen

    def start() -> None:
        presenter.start()
        feed.start()

    role.start = start
    role.closers += [presenter.close, feed.stop, worker.close, chime.close, hall.close]
    return role


# Imported with the first sign-in, in the worker, not with the sign-in page.


def _scopes() -> tuple[str, ...]:
    from hallclient.services.helping import HELP_SCOPE  # noqa: PLC0415 - a start is measured
    from hallclient.services.member import FLOOR_SCOPE  # noqa: PLC0415 - the same

    return HELP_SCOPE, FLOOR_SCOPE, "hall"


def _sign_in(store: LateStore, guard: "PinGuard", number: str, pin: str) -> "Supervisor":
    # The two services as well: who has signed in waits for the floor.
    from hallclient.services import cases, member, supervising  # noqa: F401, PLC0415 - the same

    return member.sign_in(store, guard, number, pin)


def _supervising(store: LateStore, who: "Supervisor", settings: Settings) -> "Supervising":
    from hallclient.bootstrap.ledger import key_here  # noqa: PLC0415 - the same
    from hallclient.services.supervising import Supervising  # noqa: PLC0415 - the same

    return Supervising(store, who, settings.supervisor.printer, key_here(settings))


def _guard(settings: Settings) -> "PinGuard":
    """Return the guard of this console's PINs; wrong ones are remembered over a restart."""
    from platformdirs import user_data_path  # noqa: PLC0415 - the same

    from hallclient.services.pin_guard import PinGuard  # noqa: PLC0415 - the same
    from hallclient.storage.pin_file import PinFile  # noqa: PLC0415 - the same

    parts = (settings.supervisor.name, settings.database or default_database(), settings.hall)
    key = zlib.crc32("\n".join(parts).encode())
    return PinGuard(PinFile(user_data_path("hallclient") / f"console-{key:08x}" / "pins.json"))


def _save(settings: Settings, table: "Table", name: str) -> Path:
    """Write a table into this console's folder, in place of an older one of the same name."""
    from platformdirs import user_documents_path  # noqa: PLC0415 - not for the start

    from hallclient.services.rating_export import write_table  # noqa: PLC0415 - the same

    own = settings.supervisor.folder
    folder = Path(own) if own else user_documents_path()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.csv"
    write_table(table, path)
    return path


def _cases(store: LateStore, who: "Supervisor") -> "Cases":
    from hallclient.domain.parts import Staff  # noqa: PLC0415 - the same
    from hallclient.services.cases import Cases  # noqa: PLC0415 - the same

    return Cases(store, Staff(who.code, who.name, who.role, who.department))
