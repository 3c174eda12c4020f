"""A window clerk's terminal, joined."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from hallclient.bootstrap.devices import LateDevices, LatePrinter
from hallclient.bootstrap.docking import Docking
from hallclient.bootstrap.halls import LateFeed, LateHall, LateStore
from hallclient.bootstrap.ledger import LateLedger
from hallclient.bootstrap.memory import remembered
from hallclient.bootstrap.panel import LatePanel
from hallclient.bootstrap.pins import window_pins
from hallclient.bootstrap.role import Role, new_role
from hallclient.bootstrap.window_spool import offline_desk, window_spool
from hallclient.config import Settings, WindowSettings
from hallclient.domain.hall import HallPlan
from hallclient.domain.rules import HallRules
from hallclient.services.after_spool import AfterSpool, SpooledRatings
from hallclient.services.bar_news import bar_news
from hallclient.services.calling import Calling
from hallclient.services.shifts import Shifts
from hallclient.services.store import Store
from hallclient.services.terminals import Terminals
from hallclient.ui.feed import FeedThread
from hallclient.ui.tasks import Worker
from hallclient.window.bar import ClerkBar
from hallclient.window.desk import ClerkDesk
from hallclient.window.keypad import KeypadEars
from hallclient.window.presenter import ClerkPresenter
from hallclient.window.states import Stand

if TYPE_CHECKING:
    from hallclient.bootstrap.print_station import PrintStation
    from hallclient.bootstrap.window_devices import OwnDevices
    from hallclient.services.pin_guard import PinGuard
    from hallclient.services.window_spool import WindowSpool
    from hallclient.window.slips import SlipEars, SlipFollower

Moves = Callable[[Store, str], Calling]


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
    spool = window_spool(settings)
    late = LateStore(hall)
    store = AfterSpool(late, spool)
    offline = offline_desk(settings, spool, late)
    worker = Worker()
    feed = FeedThread(LateFeed(hall, lambda _hall: (f"window:{own.window}", "hall")))
    ears = KeypadEars()
    slip_ears = _slip_ears() if own.printer else None
    moves = Calling if slip_ears is None else _handing_out(own, slip_ears)
    pins = window_pins(settings, own.window)
    devices = None
    if own.keypad or own.caller or own.strip:
        behind = _behind(moves, spool)
        devices = LateDevices(lambda: _own_devices(settings, hall, ears, behind, pins))
    printer = None
    if own.printer and not own.printer.startswith("@"):
        printer = LatePrinter(lambda: _station(own, hall))
    station = f"window {own.window}"
    desk = ClerkDesk(
        calling=moves(store, own.window),
        shifts=Shifts(store, own.window, pins),
        ratings=SpooledRatings(store, spool),
        worker=worker,
        words=role.app.words,
        plan=store.plan,
        feed=feed,
        keypad=devices if own.keypad else None,
        ears=ears,
        keypad_name=station,
        number=own.window,
        ask_help=lambda: _ask_help(store, own.window, station),
        bindings=own.keys,
        store=store,
        terminals=Terminals(store, own.window, settings.station_name),
        terminal=settings.station_name,
        news=lambda: bar_news(store, own.window, station),
        offline=offline,
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
    role.closers += [feed.stop, worker.close, offline.worker.close, spool.close, hall.close]
    return role


def _behind(moves: Moves, spool: "WindowSpool") -> Moves:
    """Return the same moves, behind what was done offline: the hardware caller has its own way."""
    return lambda store, window: moves(AfterSpool(store, spool), window)


def _check_window(plan: HallPlan, code: str) -> None:
    plan.window(code)


def _ask_help(store: Store, window: str, station: str) -> object:
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
    ears: "SlipEars", desk: ClerkDesk, store: Store, presenter: ClerkPresenter
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
