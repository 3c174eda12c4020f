"""The kiosk of ``bench kiosk``: touched like a citizen does, from home to the printed ticket.

Arguments: a database, the printer's port, tickets. Prints one line a ticket: touches from home,
then the monotonic seconds of the last touch, the commit, the printer's first byte and the paper.
"""

import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget

from hallclient.bootstrap import open_role
from hallclient.config import KioskSettings, Settings
from hallclient.kiosk.screen import KioskScreen
from hallclient.kiosk.visit import Page
from hallclient.kiosk.widgets.rows import ServiceRow
from hallclient.services.issuing import IssuedTicket, TicketRequest
from hallclient.services.ports_devices import DeviceState, PrintOutcome

if TYPE_CHECKING:
    from hallclient.kiosk.presenter import KioskPresenter

SIZE = (1080, 1920)
LIMIT_MS = 20_000
LOOK_MS = 1


class Citizen(QObject):
    """Takes ticket after ticket by touching what stands on the screen."""

    def __init__(self, screen: KioskScreen, tickets: int, done: Callable[[], object]) -> None:
        super().__init__()
        self._screen = screen
        self._presenter: KioskPresenter = screen.presenter
        self._tickets, self._done = tickets, done
        self._committed = self._first_byte = 0.0
        self._listen()

    def begin(self) -> None:
        """Take all tickets, then tell that it is over."""
        self._until(lambda: self._presenter.page is Page.HOME and self._presenter.known)
        printer = self._presenter.desk.printer
        self._until(lambda: printer is not None and printer.state is DeviceState.READY)
        for _ in range(self._tickets):
            self._take()
        self._done()

    def _take(self) -> None:
        touches = 0
        presenter = self._presenter
        for wanted in (Page.SERVICES, Page.CONFIRM):
            _touch(self._choice())
            touches += 1
            self._until(lambda page=wanted: presenter.page is page)  # type: ignore[misc]
        button = self._named(presenter.words("kiosk.confirm.get"))
        touched = time.monotonic()
        _touch(button)
        touches += 1
        self._until(lambda: presenter.page is Page.DONE and presenter.visit.paper)
        printed = time.monotonic()
        print(touches, touched, self._committed, self._first_byte, printed, flush=True)
        presenter.finish()
        self._until(lambda: presenter.page is Page.HOME)

    def _choice(self) -> QWidget:
        """Return what leads on: 取号 on the first screen, then the first service of the list."""
        if self._presenter.page is Page.HOME:
            return self._named(self._presenter.words("kiosk.home.take"))
        rows = self._screen.page.findChildren(ServiceRow)
        return next(row for row in rows if row.isVisible() and row.isEnabled())

    def _named(self, name: str) -> QWidget:
        buttons: Iterator[QAbstractButton] = iter(self._screen.page.findChildren(QAbstractButton))
        return next(b for b in buttons if b.isVisible() and b.accessibleName().startswith(name))

    def _listen(self) -> None:
        """Note when a ticket is committed and when its first byte leaves."""
        issuing, printing = self._presenter.desk.issuing, self._presenter.printing
        issue, finished = issuing.issue, printing.finished

        def committed(request: TicketRequest) -> IssuedTicket:
            issued = issue(request)
            self._committed = time.monotonic()
            return issued

        def printed(outcome: PrintOutcome) -> None:
            self._first_byte = outcome.first_byte_at or float("nan")
            finished(outcome)

        issuing.issue = committed  # type: ignore[method-assign]
        printing.finished = printed  # type: ignore[method-assign]

    def _until(self, there: Callable[[], bool]) -> None:
        loop, look, limit = QEventLoop(), QTimer(), QTimer()
        look.timeout.connect(lambda: loop.quit() if there() else None)
        limit.setSingleShot(True)
        limit.timeout.connect(lambda: loop.exit(1))
        look.start(LOOK_MS)
        limit.start(LIMIT_MS)
        if not there() and loop.exec():
            raise RuntimeError(f"the kiosk stayed on its page {self._presenter.page}")


def _touch(widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=widget.rect().center())


def main(database: str, port: str, tickets: int) -> int:
    """Run the kiosk until the last ticket is printed."""
    own = KioskSettings(printer=port, baud=115200)
    settings = Settings(database=database, full_screen=False, kiosk=own)
    role = open_role("kiosk", settings)
    role.show(settings, (0, 0, *SIZE))
    assert isinstance(role.widget, KioskScreen)  # noqa: S101 - a kiosk's own
    citizen = Citizen(role.widget, tickets, role.app.qt.quit)
    QTimer.singleShot(0, citizen.begin)
    return role.run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
