"""A window clerk's terminal, joined."""

from collections.abc import Callable
from dataclasses import asdict
from functools import cache
from typing import TYPE_CHECKING

from hallclient.bootstrap.devices import LateDevices, LatePrinter
from hallclient.bootstrap.docking import Docking
from hallclient.bootstrap.halls import LateFeed, LateHall, LateStore
from hallclient.bootstrap.late import late
from hallclient.bootstrap.ledger import LateLedger
from hallclient.bootstrap.memory import remembered
from hallclient.bootstrap.panel import LatePanel
from hallclient.bootstrap.role import Role, new_role
from hallclient.bootstrap.terminal import has_ended, terminal_name
from hallclient.config import KeySettings, Settings, WindowSettings
from hallclient.domain.hall import HallPlan
from hallclient.domain.rules import HallRules
from hallclient.ui.desktop.chords import usable
from hallclient.ui.feed import FeedThread
from hallclient.ui.tasks import Worker
from hallclient.window.bar import ClerkBar
from hallclient.window.desk import ClerkDesk, OfflineDesk
from hallclient.window.keypad import KeypadEars
from hallclient.window.presenter import ClerkPresenter
from hallclient.window.states import Stand

if TYPE_CHECKING:
    from hallclient.bootstrap.print_station import PrintStation
    from hallclient.bootstrap.window_devices import OwnDevices
    from hallclient.services.after_spool import AfterSpool
    from hallclient.services.bar_news import Glances
    from hallclient.services.calling import Calling
    from hallclient.services.pin_guard import PinGuard
    from hallclient.services.ratings import Ratings
    from hallclient.services.shifts import Shifts
    from hallclient.services.store import Store
    from hallclient.services.terminals import Terminals
    from hallclient.services.window_spool import WindowSpool
    from hallclient.window.slips import SlipEars, SlipFollower

Moves = Callable[["Store", str], "Calling"]


def open_window(settings: Settings, *, ahead_s: int = 0) -> Role:  # noqa: PLR0915 - it only joins
    """Return the terminal of one window."""
    own = settings.window
    role = new_role(settings, "high-contrast" if own.contrast else "light", styled=True)
    hall = LateHall(
        settings,
        f"window {own.window}",
        role.ending.hopeless,
        ahead_s=ahead_s,
        opened=lambda plan: _check_window(plan, own.window),
    )
    spool = late(lambda: _spool(settings), pending=0)
    behind_all = LateStore(hall)
    store = late(lambda: _after_spool(behind_all, spool))
    offline = OfflineDesk(
        spool, Worker("spool"), hand_in=store.hand_in, remembered=lambda: remembered(settings)
    )
    worker = Worker()
    feed = FeedThread(LateFeed(hall, lambda _hall: (f"window:{own.window}", "hall")))
    ears = KeypadEars()
    slip_ears = _slip_ears() if own.printer else None
    moves = _calling if slip_ears is None else _handing_out(own, slip_ears)
    pins = cache(lambda: _pins(settings, own.window))
    devices = None
    if own.keypad or own.caller or own.strip:
        behind = _behind(moves, spool)
        devices = LateDevices(lambda: _own_devices(settings, hall, ears, behind, pins()))
    printer = None
    if own.printer and not own.printer.startswith("@"):
        printer = LatePrinter(lambda: _station(own, hall))
    station = f"window {own.window}"
    terminal, pc = terminal_name(settings.station_name), settings.station_name
    terminals = late(lambda: _terminals(store, own.window, terminal, pc))
    glances = late(lambda: _glances(store, own.window, station))
    desk = ClerkDesk(
        calling=late(lambda: _looking(moves(store, own.window), glances)),
        shifts=late(lambda: _shifts(store, own.window, pins())),
        ratings=late(lambda: _ratings(store, spool)),
        worker=worker,
        words=role.app.words,
        plan=store.plan,
        feed=feed,
        keypad=devices if own.keypad else None,
        ears=ears,
        keypad_name=station,
        number=own.window,
        ask_help=lambda: _ask_help(store, own.window, station),
        bindings=KeySettings(**usable(asdict(own.keys))),
        store=store,
        terminals=terminals,
        terminal=terminal,
        news=glances.news,
        offline=offline,
        glance=glances.glance,
        is_shown=lambda turn_id, calls: _is_shown(store, own.window, turn_id, calls),
        prints=bool(own.printer),
    )
    presenter = ClerkPresenter(desk)
    bar = ClerkBar(presenter)
    bar.set_look(role.app.look)
    role.widget = bar
    docking = Docking(settings, bar)
    role.dock = docking.place
    ledger = LateLedger(settings, bar, store, worker, feed, role.app.look)
    panel = LatePanel(settings, bar, store, worker, feed, role.app.look)
    follower = None if slip_ears is None else _follower(slip_ears, desk, store, presenter)

    def start() -> None:
        presenter.start()
        feed.start()
        docking.start()
        if devices is not None:
            devices.start()
        if printer is not None:
            printer.start()
            printer.start_jobs()

    role.start = start
    role.ready = lambda: presenter.view.stand is not Stand.STARTING
    role.closers += [panel.close, ledger.close, presenter.close, docking.close, bar.close]
    role.closers += [part.close for part in (follower, devices, printer) if part is not None]
    # In the worker, where the store lives; what waits there for long has lost the database.
    role.closers += [feed.stop, lambda: worker.submit(terminals.close), worker.close]
    role.closers += [offline.worker.close, spool.close, hall.close]
    return role


def _behind(moves: Moves, spool: "WindowSpool") -> Moves:
    """Return the same moves, behind what was done offline: the hardware caller has its own way."""
    return lambda store, window: moves(_after_spool(store, spool), window)


def _check_window(plan: HallPlan, code: str) -> None:
    plan.window(code)


# Imported when it is first asked for something, in the worker.


def _calling(store: "Store", window: str) -> "Calling":
    from hallclient.services.calling import Calling  # noqa: PLC0415 - see late

    return Calling(store, window)


def _shifts(store: "Store", window: str, pins: "PinGuard") -> "Shifts":
    from hallclient.services.shifts import Shifts  # noqa: PLC0415 - see late

    return Shifts(store, window, pins)


def _glances(store: "Store", window: str, station: str) -> "Glances":
    from hallclient.services.bar_news import Glances  # noqa: PLC0415 - see late

    return Glances(store, window, station)


def _looking(calling: "Calling", glances: "Glances") -> "Calling":
    calling.look = glances.state
    return calling


def _is_shown(store: "Store", window: str, turn_id: int, calls: int) -> bool:
    from hallclient.services.boards import is_shown  # noqa: PLC0415 - see late

    return is_shown(store, window, turn_id, calls)


def _spool(settings: Settings) -> "WindowSpool":
    from hallclient.bootstrap.window_spool import window_spool  # noqa: PLC0415 - see late

    return window_spool(settings)


def _after_spool(store: "Store", spool: "WindowSpool") -> "AfterSpool":
    from hallclient.services.after_spool import AfterSpool  # noqa: PLC0415 - see late

    return AfterSpool(store, spool)


def _ratings(store: "Store", spool: "WindowSpool") -> "Ratings":
    from hallclient.services.after_spool import SpooledRatings  # noqa: PLC0415 - see late

    return SpooledRatings(store, spool)


def _terminals(store: "Store", window: str, terminal: str, pc: str) -> "Terminals":
    from hallclient.services.terminals import Terminals  # noqa: PLC0415 - see late

    return Terminals(store, window, terminal, lambda name: has_ended(name, pc))


def _pins(settings: Settings, window: str) -> "PinGuard":
    from hallclient.bootstrap.pins import window_pins  # noqa: PLC0415 - see late

    return window_pins(settings, window)


def _ask_help(store: "Store", window: str, station: str) -> object:
    from hallclient.services.helping import Helping  # noqa: PLC0415 - not for the start

    return Helping(store, f"window:{window}").ask(station)


# What only some windows have, imported when it is there.


def _slip_ears() -> "SlipEars":
    from hallclient.window.slips import SlipEars  # noqa: PLC0415 - rare

    return SlipEars()


def _handing_out(own: WindowSettings, ears: "SlipEars") -> Moves:
    from hallclient.services.handing_out import HandingOut, window_station  # noqa: PLC0415 - rare

    named = own.printer.removeprefix("@")
    station = window_station(own.window) if named == own.printer else named
    return lambda store, window: HandingOut(store, window, station, ears.told)


def _follower(
    ears: "SlipEars", desk: ClerkDesk, store: "Store", presenter: ClerkPresenter
) -> "SlipFollower":
    from hallclient.services.print_jobs import PrintJobs  # noqa: PLC0415 - rare
    from hallclient.window.slips import SlipFollower  # noqa: PLC0415 - rare

    jobs = PrintJobs(store, "window")
    return SlipFollower(
        ears, lambda job: jobs.state(job).state, desk.worker, desk.words, presenter.say, presenter
    )


def _station(own: WindowSettings, hall: LateHall) -> "PrintStation":
    from hallclient.bootstrap.print_station import PrintStation  # noqa: PLC0415 - see LatePrinter
    from hallclient.services.handing_out import window_station  # noqa: PLC0415 - the same

    return PrintStation(own, window_station(own.window), hall)


def _own_devices(
    settings: Settings, hall: LateHall, ears: KeypadEars, moves: Moves, pins: "PinGuard"
) -> "OwnDevices":
    from hallclient.bootstrap.window_devices import OwnDevices  # noqa: PLC0415 - see LateDevices

    known = remembered(settings)
    # The hall's own time, as this PC remembers it: the keypad is opened before the hall.
    seconds = (known.rules if known else HallRules()).rating_seconds
    return OwnDevices(settings, hall, ears, moves, seconds, pins)
