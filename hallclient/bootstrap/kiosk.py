"""A ticket kiosk, joined."""

from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING

from hallclient.bootstrap.devices import LatePrinter
from hallclient.bootstrap.halls import LateHall, LateStore
from hallclient.bootstrap.kiosk_data import pin_guard, spool_maker
from hallclient.bootstrap.late import late
from hallclient.bootstrap.late_readers import LateReaders
from hallclient.bootstrap.late_voice import LateVoice
from hallclient.bootstrap.memory import remembered
from hallclient.bootstrap.role import Role, new_role
from hallclient.config import KEYBOARD, KioskSettings, Settings
from hallclient.kiosk.bridge import PrinterBridge, ReaderBridge, ReaderRoute
from hallclient.kiosk.desk import KioskDesk
from hallclient.kiosk.modes import Modes
from hallclient.kiosk.presenter import KioskPresenter
from hallclient.kiosk.screen import KioskScreen
from hallclient.ui.tasks import Worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from hallclient.bootstrap.kiosk_lock import KioskLock
    from hallclient.bootstrap.kiosk_readers import KioskReaders
    from hallclient.bootstrap.print_station import PrintStation
    from hallclient.services.board import Board
    from hallclient.services.issuing import Issuing
    from hallclient.services.pin_guard import PinGuard


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands around the screen: each is there or not, by the settings of this PC."""

    bridge: PrinterBridge
    ears: ReaderBridge
    printer: LatePrinter | None
    readers: LateReaders | None
    lock: "KioskLock | None"
    pins: "Callable[[], PinGuard]"
    voice: LateVoice | None

    def start(self) -> None:
        """Begin, once the first screen is there."""
        for part in (self.printer, self.lock, self.readers):
            if part is not None:
                part.start()

    @property
    def closers(self) -> "list[Callable[[], object]]":
        """What lets the devices go."""
        parts = (self.printer, self.readers, self.voice)
        return [part.close for part in parts if part is not None]


def open_kiosk(settings: Settings, *, ahead_s: int = 0) -> Role:
    """Return a kiosk."""
    own = settings.kiosk
    role = new_role(settings)
    hall = LateHall(settings, f"kiosk {own.name}", role.ending.hopeless, ahead_s=ahead_s)
    worker = Worker()
    around = _around(settings, role, hall)
    lock = around.lock
    presenter = KioskPresenter(_desk(settings, role, LateStore(hall), worker, around))
    around.bridge.outcome.connect(presenter.printer_finished)
    around.bridge.status.connect(presenter.printer_status_changed)
    ReaderRoute(around.ears, presenter)
    screen = KioskScreen(presenter, role.app.look)
    presenter.setParent(screen)
    role.widget = screen
    if lock is not None:
        lock.attach(screen, presenter)
    if around.printer is not None:
        presenter.ready.connect(around.printer.start_jobs)
    presenter.ready.connect(lambda: _hear_keyboard(around.ears, presenter))
    presenter.ready.connect(lambda: _hear_hall(role, hall, presenter))

    def start() -> None:
        presenter.start()
        around.start()

    role.start = start
    role.useful = lambda: presenter.plan is not None
    role.ready = lambda: presenter.known and not presenter.figures.down
    role.closers += [presenter.stop, *around.closers, worker.close, hall.close]
    if lock is not None:
        role.closers.append(lock.close)
    if own.screen and settings.full_screen:
        _stand_on(own.screen, role, screen)
    return role


def _stand_on(name: str, role: Role, screen: KioskScreen) -> None:
    from hallclient.ui.monitors import OnMonitor  # noqa: PLC0415 - most kiosks have one monitor

    monitor = OnMonitor(screen, name)
    role.dock = monitor.place
    role.closers.insert(0, monitor.stop)


def _around(settings: Settings, role: Role, hall: LateHall) -> _Around:
    own = settings.kiosk
    bridge, ears = PrinterBridge(), ReaderBridge()
    pins = cache(partial(pin_guard, settings))
    reads = bool(own.reader) or own.scanner not in ("", KEYBOARD)
    return _Around(
        bridge=bridge,
        ears=ears,
        printer=LatePrinter(lambda: _station(own, hall, bridge)) if own.printer else None,
        readers=LateReaders(lambda: _readers(settings, hall, ears)) if reads else None,
        lock=_lock(settings, role, pins),
        pins=pins,
        voice=LateVoice(own.voice_to) if own.voice else None,
    )


def _desk(
    settings: Settings, role: Role, store: LateStore, worker: Worker, around: _Around
) -> KioskDesk:
    own, printer, lock = settings.kiosk, around.printer, around.lock
    return KioskDesk(
        issuing=late(lambda: _issuing(store, own.name)),
        board=late(lambda: _board(store)),
        store=store,
        plan=store.plan,
        worker=worker,
        words=role.app.words,
        name=own.name,
        paper=own.paper,
        printer=printer,
        reader=around.readers if own.reader else None,
        scanner=bool(own.scanner),
        paper_free=printer.set_free if printer else lambda _free: None,
        notices=role.app.notices,
        remembered=remembered(settings),
        spool=spool_maker(settings) if own.offline else None,
        pins=around.pins,
        ushers=own.desk,
        technician=lock.kit() if lock else None,
        voice=around.voice,
        modes=Modes(volume=lock.volume() if lock else own.volume),
    )


def _issuing(store: LateStore, name: str) -> "Issuing":
    from hallclient.services.issuing import Issuing  # noqa: PLC0415 - see late

    return Issuing(store, f"kiosk:{name}")


def _board(store: LateStore) -> "Board":
    from hallclient.services.board import Board  # noqa: PLC0415 - see late

    return Board(store)


def _lock(settings: Settings, role: Role, pins: "Callable[[], PinGuard]") -> "KioskLock | None":
    if not settings.kiosk.pin_hash:
        return None
    from hallclient.bootstrap.kiosk_lock import KioskLock  # noqa: PLC0415 - few have a PIN

    return KioskLock(settings, role, pins)


def _station(own: KioskSettings, hall: LateHall, bridge: PrinterBridge) -> "PrintStation":
    from hallclient.bootstrap.print_station import PrintStation  # noqa: PLC0415 - see LatePrinter

    return PrintStation(own, own.name, hall, bridge.finished, bridge.status_changed)


def _readers(settings: Settings, hall: LateHall, ears: ReaderBridge) -> "KioskReaders":
    from hallclient.bootstrap.kiosk_readers import KioskReaders  # noqa: PLC0415 - see LateReaders

    return KioskReaders(settings, hall, ears)


def _hear_keyboard(ears: ReaderBridge, presenter: KioskPresenter) -> None:
    """Hear a scanner that types like a keyboard, from the first look at the hall on."""
    from hallclient.ui.wedge import KeyboardWedge  # noqa: PLC0415 - not for the first screen

    KeyboardWedge(presenter).scanned.connect(ears.code)


def _hear_hall(role: Role, hall: LateHall, presenter: KioskPresenter) -> None:
    """Look at once when something is said to the whole hall: an emergency cannot wait."""
    from hallclient.bootstrap.halls import LateFeed  # noqa: PLC0415 - not for the first screen
    from hallclient.ui.feed import FeedThread  # noqa: PLC0415 - the same

    feed = FeedThread(LateFeed(hall, lambda _hall: ("hall",)), presenter)
    feed.changed.connect(presenter.figures.wake)
    feed.recovered.connect(presenter.figures.wake)
    role.closers.insert(0, feed.stop)
    feed.start()
