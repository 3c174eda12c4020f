"""A supervisor's console, joined."""

import zlib

from hallclient.bootstrap.halls import LateFeed, LateHall, LateStore
from hallclient.bootstrap.persons import person_keys
from hallclient.bootstrap.role import Role, new_role
from hallclient.config import Settings, default_database
from hallclient.domain.parts import Staff
from hallclient.services.cases import Cases
from hallclient.services.helping import HELP_SCOPE
from hallclient.services.member import FLOOR_SCOPE, sign_in
from hallclient.services.pin_guard import PinGuard
from hallclient.services.supervising import Supervising
from hallclient.supervisor.desk import ConsoleDesk
from hallclient.supervisor.presenter import ConsolePresenter
from hallclient.supervisor.screen import SupervisorScreen
from hallclient.ui.feed import FeedThread
from hallclient.ui.sound import Chime
from hallclient.ui.tasks import Worker


def open_supervisor(settings: Settings, *, ahead_s: int = 0) -> Role:
    """Return a console: the sign-in page first, the database opened by the first who signs in."""
    own = settings.supervisor
    role = new_role(settings, "high-contrast" if own.contrast else "light", styled=True)
    hall = LateHall(settings, f"supervisor {own.name}", role.ending.hopeless, ahead_s=ahead_s)
    store = LateStore(hall)
    worker = Worker()
    feed = FeedThread(LateFeed(hall, lambda _hall: (HELP_SCOPE, FLOOR_SCOPE, "hall")))
    chime = Chime()
    guard = _guard(settings)
    desk = ConsoleDesk(
        sign_in=lambda number, pin: sign_in(store, guard, number, pin),
        supervising=lambda who: Supervising(store, who, own.printer),
        cases=lambda who: Cases(store, Staff(who.code, who.name, who.role, who.department)),
        plan=store.plan,
        worker=worker,
        words=role.app.words,
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


def _guard(settings: Settings) -> PinGuard:
    """Return the guard of this console's PINs; wrong ones are remembered over a restart."""
    from platformdirs import user_data_path  # noqa: PLC0415 - a start is measured

    from hallclient.storage.pin_file import PinFile  # noqa: PLC0415 - the same

    parts = (settings.supervisor.name, settings.database or default_database(), settings.hall)
    key = zlib.crc32("\n".join(parts).encode())
    return PinGuard(PinFile(user_data_path("hallclient") / f"console-{key:08x}" / "pins.json"))
