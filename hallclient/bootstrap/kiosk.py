"""A ticket kiosk, joined."""

from functools import cache, partial
from typing import TYPE_CHECKING

from hallclient.bootstrap.devices import LatePrinter
from hallclient.bootstrap.halls import LateHall, LateStore
from hallclient.bootstrap.kiosk_data import pin_guard, spool_maker
from hallclient.bootstrap.memory import remembered
from hallclient.bootstrap.role import Role, new_role
from hallclient.config import KioskSettings, Settings
from hallclient.kiosk.bridge import PrinterBridge
from hallclient.kiosk.desk import KioskDesk
from hallclient.kiosk.modes import Modes
from hallclient.kiosk.presenter import KioskPresenter
from hallclient.kiosk.screen import KioskScreen
from hallclient.services.board import Board
from hallclient.services.issuing import Issuing
from hallclient.ui.tasks import Worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from hallclient.bootstrap.kiosk_lock import KioskLock
    from hallclient.bootstrap.print_station import PrintStation
    from hallclient.services.pin_guard import PinGuard


def open_kiosk(settings: Settings, *, ahead_s: int = 0) -> Role:
    """Return a kiosk."""
    own = settings.kiosk
    role = new_role(settings)
    hall = LateHall(settings, f"kiosk {own.name}", role.ending.hopeless, ahead_s=ahead_s)
    store = LateStore(hall)
    worker = Worker()
    bridge = PrinterBridge()
    printer = None
    if own.printer:
        printer = LatePrinter(lambda: _station(own, hall, bridge))
    pins = cache(partial(pin_guard, settings))
    lock = _lock(settings, role, pins)
    desk = KioskDesk(
        issuing=Issuing(store, f"kiosk:{own.name}"),
        board=Board(store),
        store=store,
        plan=store.plan,
        worker=worker,
        words=role.app.words,
        name=own.name,
        paper=own.paper,
        printer=printer,
        paper_free=printer.set_free if printer else lambda _free: None,
        notices=role.app.notices,
        remembered=remembered(settings),
        spool=spool_maker(settings) if own.offline else None,
        pins=pins,
        ushers=own.desk,
        technician=lock.kit() if lock else None,
        modes=Modes(volume=lock.volume() if lock else own.volume),
    )
    presenter = KioskPresenter(desk)
    bridge.outcome.connect(presenter.printer_finished)
    bridge.status.connect(presenter.printer_status_changed)
    screen = KioskScreen(presenter, role.app.look)
    presenter.setParent(screen)
    role.widget = screen
    if lock is not None:
        lock.attach(screen, presenter)

    def start() -> None:
        presenter.start()
        if printer is not None:
            printer.start()
        if lock is not None:
            lock.start()

    role.start = start
    role.useful = lambda: presenter.plan is not None
    role.ready = lambda: presenter.known and not presenter.figures.down
    role.closers.append(presenter.stop)
    if printer is not None:
        presenter.ready.connect(printer.start_jobs)
        role.closers.append(printer.close)
    role.closers += [worker.close, hall.close]
    if lock is not None:
        role.closers.append(lock.close)
    return role


def _lock(settings: Settings, role: Role, pins: "Callable[[], PinGuard]") -> "KioskLock | None":
    if not settings.kiosk.pin_hash:
        return None
    from hallclient.bootstrap.kiosk_lock import KioskLock  # noqa: PLC0415 - few have a PIN

    return KioskLock(settings, role, pins)


def _station(own: KioskSettings, hall: LateHall, bridge: PrinterBridge) -> "PrintStation":
    from hallclient.bootstrap.print_station import PrintStation  # noqa: PLC0415 - see LatePrinter

    return PrintStation(own, own.name, hall, bridge.finished, bridge.status_changed)
