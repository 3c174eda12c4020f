"""A ticket kiosk, joined."""

from typing import TYPE_CHECKING

from hallclient.bootstrap.devices import LatePrinter
from hallclient.bootstrap.halls import LateHall, LateStore
from hallclient.bootstrap.memory import remembered
from hallclient.bootstrap.role import Role, new_role
from hallclient.config import KioskSettings, Settings
from hallclient.kiosk.bridge import PrinterBridge
from hallclient.kiosk.desk import KioskDesk
from hallclient.kiosk.presenter import KioskPresenter
from hallclient.kiosk.screen import KioskScreen
from hallclient.services.board import Board
from hallclient.services.issuing import Issuing
from hallclient.ui.tasks import Worker

if TYPE_CHECKING:
    from hallclient.devices.link import Link
    from hallclient.devices.printer import TicketPrinter


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
        printer = LatePrinter(lambda: _printer(own, bridge))
    desk = KioskDesk(
        issuing=Issuing(store, f"kiosk:{own.name}"),
        board=Board(store),
        plan=store.plan,
        worker=worker,
        words=role.app.words,
        name=own.name,
        paper=own.paper,
        printer=printer,
        notices=role.app.notices,
        remembered=remembered(settings),
    )
    presenter = KioskPresenter(desk)
    bridge.outcome.connect(presenter.printer_finished)
    bridge.state.connect(presenter.printer_state_changed)
    screen = KioskScreen(presenter, role.app.look)
    presenter.setParent(screen)
    role.widget = screen

    def start() -> None:
        presenter.start()
        if printer is not None:
            printer.start()

    role.start = start
    role.useful = lambda: presenter.plan is not None
    role.ready = lambda: presenter.known and not presenter.figures.down
    role.closers.append(presenter.stop)
    if printer is not None:
        role.closers.append(printer.close)
    role.closers += [worker.close, hall.close]
    return role


def _printer(own: KioskSettings, bridge: PrinterBridge) -> "tuple[TicketPrinter, Link]":
    from hallclient.devices.escpos import PAPER_58, PAPER_80  # noqa: PLC0415 - see LatePrinter
    from hallclient.devices.link import Link  # noqa: PLC0415 - the same
    from hallclient.devices.printer import TicketPrinter  # noqa: PLC0415 - the same
    from hallclient.devices.transport import PortSettings  # noqa: PLC0415 - the same

    link = Link(own.printer, PortSettings(baud=own.baud))
    paper = PAPER_58 if own.paper == 58 else PAPER_80
    printer = TicketPrinter(link, bridge.finished, paper=paper)
    printer.watch(bridge.state_changed)
    return printer, link
