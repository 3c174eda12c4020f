"""A kiosk on a temporary hall, with everything a kiosk can have; its devices are simulated."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from hallclient.bootstrap.doctor_aside import told_facts
from hallclient.domain.estimate import WaitRange
from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import Staff, StaffRole
from hallclient.kiosk.bridge import PrinterBridge
from hallclient.kiosk.desk import KioskDesk, KioskTimes
from hallclient.kiosk.modes import Modes
from hallclient.kiosk.presenter import KioskPresenter
from hallclient.kiosk.screen import KioskScreen
from hallclient.kiosk.technician import CheckedFact, TechnicianKit
from hallclient.lab.demo.stage import opening_offset
from hallclient.lab.sheets.floor import until
from hallclient.services.board import Board, HallNow
from hallclient.services.doctor import note, trouble
from hallclient.services.doctor.telling import as_json, tell
from hallclient.services.halls import update_hall
from hallclient.services.hours import local_time
from hallclient.services.issuing import IssuedTicket, Issuing, TicketRequest
from hallclient.services.ports_devices import (
    DeviceState,
    PrintOutcome,
    PrintResult,
    PrintTrouble,
)
from hallclient.services.shifts import hash_pin
from hallclient.services.slip import Slip
from hallclient.services.spool import Spool
from hallclient.services.spool_clock import process_ticks
from hallclient.services.store_error import StoreError
from hallclient.storage import migrations
from hallclient.storage.engine import open_engine
from hallclient.storage.spool_file import SpoolFile
from hallclient.storage.store import SqlStore, found_hall
from hallclient.ui.tasks import Worker
from hallclient.ui.words import Words

PIN = "2468"
USHER = Staff("9901", "欧阳慧敏", StaffRole.USHER)
WAITS = (WaitRange(10, 30), WaitRange(10, 45), WaitRange(0, 15), WaitRange(100, 160))
"""A usual one, a wide one, one that begins at nothing, a long one."""
_LOG = ("[10:02:11] printer: ready", "[10:02:14] hall read, 9 queues", "[10:03:40] ticket B107")
_TIMES = KioskTimes(refresh=0.04, idle=600.0, done=20.0, offline=0.2, retries=(0.05,), quiet=3600.0)


class Away(StoreError):
    """The database is away, as long as a scene wants."""

    retryable = True


@dataclass(slots=True)
class Clock:
    """The hall's clock: it goes on from a moment that scenes choose."""

    ahead: timedelta

    def __call__(self) -> datetime:
        """Return the hall's time."""
        return datetime.now(UTC) + self.ahead


class ToldIssuing(Issuing):
    """Tells every wait that there is: of one number a usual one, of several a short or wide one."""

    def issue_several(self, request: TicketRequest, count: int) -> tuple[IssuedTicket, ...]:
        """Issue as ever, with a wait."""
        taken = super().issue_several(request, count)
        wait = WAITS[1] if len(taken[0].steps) > 1 else WAITS[2] if len(taken) > 1 else WAITS[0]
        return tuple(replace(one, wait=wait) for one in taken)


class SwitchedBoard(Board):
    """The hall as it stands, unless the database is away."""

    away = False

    def now(self) -> HallNow:
        """Return how full the hall is."""
        if self.away:
            raise Away("nobody answers")
        return _busy(super().now())


class SimulatedPrinter:
    """Prints at once, or says why not."""

    def __init__(self) -> None:
        self.state = DeviceState.READY
        self.trouble: PrintTrouble | None = None
        self.finished: Callable[[PrintOutcome], None] = lambda _outcome: None
        self._requests = 0

    def print_slip(self, _slip: Slip) -> int:
        """Take a slip."""
        self._requests += 1
        result = PrintResult.NOT_PRINTED if self.trouble else PrintResult.PRINTED
        self.finished(PrintOutcome(self._requests, result, self.trouble))
        return self._requests


class SimulatedReader:
    """A card reader with no card on it."""

    state = DeviceState.READY

    def allow(self, *, reading: bool) -> None:
        """Take what may be read."""


class SilentVoice:
    """A voice that says nothing."""

    def read(self, lines: tuple[str, ...], language: str, volume: int) -> None:
        """Take what would be read."""

    def hush(self) -> None:
        """Fall silent."""

    def close(self) -> None:
        """Give nothing back."""


@dataclass(frozen=True, slots=True)
class Stand:
    """A kiosk with the switches of its scenes."""

    presenter: KioskPresenter
    screen: KioskScreen
    store: SqlStore
    board: SwitchedBoard
    printer: SimulatedPrinter
    clock: Clock
    ten: timedelta
    """How far the clock is ahead at ten in the morning of a working day."""

    def calm(self, language: str, modes: Modes) -> None:
        """Bring everything back to a quiet morning, and a citizen with these wishes."""
        self.clock.ahead, self.board.away = self.ten, False
        self.set_printer(None)
        self.presenter.journeys.ushering.leave()
        self.presenter.home()
        self.look()
        self.presenter.notices.clear("database")
        self.presenter.switch_language(language)
        self.presenter.set_modes(modes)

    def look(self) -> None:
        """Let the kiosk look at the hall, and wait for what it sees."""
        figures = self.presenter.figures
        seen: list[object] = []
        figures.changed.connect(lambda: seen.append(1))
        figures.lost.connect(seen.append)
        figures.look()
        until(lambda: len(seen) > 1, "the hall")  # the first look may have begun before

    def set_away(self) -> None:
        """Let the database be away."""
        self.board.away = True
        until(lambda: self.presenter.figures.down, "a database that is away")

    def set_printer(self, trouble: PrintTrouble | None) -> None:
        """Let the printer work, or say what it needs."""
        self.printer.trouble = trouble
        self.presenter.printer_status_changed(DeviceState.READY, trouble)

    def set_evening(self) -> None:
        """Let the hall be closed."""
        local = local_time(self.store.plan(), self.clock())
        self.clock.ahead += timedelta(hours=22 - local.hour)
        self.look()


def _busy(now: HallNow) -> HallNow:
    """Let people wait in most queues: the first has a free window, the last no estimate."""
    lines = dict(now.lines)
    first, *most, last = sorted(lines) if len(lines) > 1 else [*lines, ""]
    lines[first] = replace(lines[first], wait=WaitRange(0, 5), at_once=True)
    for n, code in enumerate(most):
        wait = WAITS[n % len(WAITS)]
        lines[code] = replace(lines[code], waiting=6 + 7 * n % 40, open_windows=6, wait=wait)
    if last:
        lines[last] = replace(lines[last], waiting=3, open_windows=1, wait=None)
    waiting = sum(line.waiting for line in lines.values())
    windows = frozenset(str(n) for n in range(1, 19))
    return replace(now, lines=lines, waiting=waiting, open_windows=windows)


def found(folder: Path, plan: HallPlan) -> Path:
    """Make the database of a hall, with an usher whose PIN is known; return its file."""
    file = folder / "hall.db"
    engine = open_engine(f"sqlite:///{file}")
    try:
        migrations.upgrade(engine)
        found_hall(engine, plan)
        store = SqlStore(engine, plan.hall_id)
        usher = replace(USHER, pin_hash=hash_pin(PIN))
        update_hall(store, replace(plan, staff=(*plan.staff, usher)))
        store.close()
    finally:
        engine.dispose()
    return file


@contextmanager
def open_stand(file: Path, hall_id: str) -> Iterator[Stand]:
    """Run a kiosk on a database made by :func:`found`; QApplication and fonts are there."""
    engine = open_engine(f"sqlite:///{file}")
    worker = Worker()
    try:
        yield from _running(file, engine, hall_id, worker)
    finally:
        worker.close()
        engine.dispose()


def _running(file: Path, engine: Engine, hall_id: str, worker: Worker) -> Iterator[Stand]:
    clock = Clock(timedelta())
    store = SqlStore(engine, hall_id, clock)
    own = store.another()
    ten = _ten_in_the_morning(own.plan())
    clock.ahead = ten
    board, printer = SwitchedBoard(store), SimulatedPrinter()
    spool = Spool(SpoolFile(file.with_suffix(".spool")), process_ticks())
    desk = KioskDesk(
        issuing=ToldIssuing(store, "kiosk:K1"),
        board=board,
        store=store,
        plan=store.plan,
        worker=worker,
        words=Words(),
        printer=printer,
        reader=SimulatedReader(),
        scanner=True,
        times=_TIMES,
        voice=SilentVoice(),
        spool=lambda: spool,
        technician=_kit(),
    )
    presenter = KioskPresenter(desk)
    bridge = PrinterBridge(presenter)
    bridge.outcome.connect(presenter.printer_finished)
    printer.finished = bridge.finished
    screen = KioskScreen(presenter)
    try:
        screen.show()
        presenter.start()
        until(lambda: presenter.known and presenter.offline.ready, "its first screen")
        yield Stand(presenter, screen, own, board, printer, clock, ten)
    finally:
        screen.close()
        screen.deleteLater()
        presenter.deleteLater()


def _kit() -> TechnicianKit:
    return TechnicianKit(
        fits=lambda pin: pin == PIN,
        left=lambda: 0,
        log_lines=lambda: _LOG * 8,
        keep_volume=lambda _volume: None,
        restart=lambda: None,
        desktop=lambda: None,
        examine=lambda language, told, _owner: told(_doctor(language)),
    )


def _doctor(language: str) -> tuple[CheckedFact, ...]:
    """Return what a PC's check may say, in the doctor's own words."""
    found = (
        trouble("port.denied", "sudo usermod -aG dialout hall", place="kiosk.printer",
                port="/dev/ttyUSB0", group="dialout"),
        trouble("database.damaged", "hallclient db check",
                why="*** in database main *** Tree 14 page 29: btreeInitPage() returns error 11"),
        trouble("backup.old", "hallclient db backup", folder="/srv/hall/backups", hours=61),
        trouble("settings.unknown_near", setting="kiosk.low_reech", near="kiosk.low_reach",
                file="/home/hall/.config/hallclient/hallclient.toml"),
        trouble("libraries.missing", "sudo apt install libxcb-cursor0 libxkbcommon-x11-0",
                names="libxcb-cursor.so.0, libxkbcommon-x11.so.0"),
        trouble("clock.behind", "sudo timedatectl set-ntp true", seconds=94),
        note("session.wayland"),
        note("sleep.blanks", "xset s off -dpms", minutes=10),
        note("calendar.ends", "hallclient hall load my-hall.toml", year=2026, next=2027),
    )  # fmt: skip
    return told_facts(as_json(tell(found, language)))


def _ten_in_the_morning(plan: HallPlan) -> timedelta:
    """Return how far ahead the clock has to be: the next day on which most queues are open."""
    now = datetime.now(UTC)
    night = local_time(plan, now).replace(hour=3, minute=0, second=0, microsecond=0)
    seconds = opening_offset(plan, night) or 7 * 3600
    return night + timedelta(seconds=seconds) - now
