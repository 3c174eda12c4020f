"""A small hall with a console on it: real services, a database that can go away, a bell."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from hallclient.services.cases import Cases
from hallclient.services.member import Supervisor, sign_in
from hallclient.services.pin_guard import PinGuard
from hallclient.services.rating_export import Table
from hallclient.services.supervising import Supervising
from hallclient.supervisor.desk import ConsoleDesk
from hallclient.supervisor.presenter import ConsolePresenter
from hallclient.supervisor.screen import SupervisorScreen
from hallclient.supervisor.sheets.sheet import Sheet
from hallclient.ui.look import Look
from hallclient.ui.notices import NoticeBoard
from hallclient.ui.tasks import Worker
from hallclient.ui.words import Words
from tests.halls import PIN
from tests.stores import HallUnderTest
from tests.widget.window_floor import Gate

PATIENCE_MS = 8000


class CountingBell:
    def __init__(self) -> None:
        self.rung = 0

    def ring(self) -> None:
        self.rung += 1


class Console:
    """One console as a process has it; ``seconds`` moves the PC's clock."""

    def __init__(self, hall: HallUnderTest, qtbot: QtBot, *, language: str) -> None:
        self.hall, self.qtbot = hall, qtbot
        self._other = hall.another_store()
        self.gate = gate = Gate(self._other.__enter__())
        self.worker, self.words, self.bell = Worker(), Words(language), CountingBell()
        self.notices, self.seconds = NoticeBoard(), 1000.0
        self.files: dict[str, Table] = {}
        self.full = False
        """Nothing can be saved."""
        guard = PinGuard(clock=lambda: self.seconds)
        desk = ConsoleDesk(
            sign_in=lambda number, pin: sign_in(gate, guard, number, pin),
            supervising=lambda who: Supervising(gate, who),
            cases=self._cases,
            plan=gate.plan,
            worker=self.worker,
            words=self.words,
            save=self._save,
            bell=self.bell,
        )
        self.presenter = ConsolePresenter(desk, self.notices, clock=lambda: self.seconds)
        self.screen = SupervisorScreen(self.presenter, self.notices, Look(language=language))
        self.screen.show()
        self.screen.activateWindow()
        qtbot.waitUntil(self.screen.isActiveWindow)
        self.presenter.start()

    def _save(self, table: Table, name: str) -> Path:
        assert threading.current_thread() is not threading.main_thread(), "writes a file"
        if self.full:
            raise OSError("no space left on device")
        self.files[name] = table
        return Path(f"{name}.csv")

    def _cases(self, who: Supervisor) -> Cases:
        assert threading.current_thread() is not threading.main_thread(), "asks the database"
        return Cases(self.gate, self.gate.plan().staff_of[who.code])

    def close(self) -> None:
        self.presenter.close()
        self.notices.clear("database")
        assert self.worker.close()
        self.screen.close()
        self.screen.deleteLater()
        self._other.__exit__(None, None, None)

    # Hands

    def enter(self, code: str, pin: str = PIN) -> None:
        """Sign in by the keyboard and wait for the floor."""
        self.type_in(code, pin)
        self.until(lambda: self.presenter.open)

    def type_in(self, code: str, pin: str) -> None:
        card = self.screen.sign_in
        card.number.clear()
        card.number.setFocus()
        self.type(code)
        self.key(Qt.Key.Key_Return)
        self.type(pin)
        self.key(Qt.Key.Key_Return)

    def press(self, control: QAbstractButton) -> None:
        """Press a control with the mouse; it is on the screen and nothing lies over it."""
        middle = control.rect().center()
        here = control.mapTo(self.screen, middle)
        assert control.isVisible(), control.accessibleName()
        assert control.isEnabled(), control.accessibleName()
        assert self.screen.childAt(here) is control, control.accessibleName()
        QTest.mouseClick(control, Qt.MouseButton.LeftButton, pos=QPoint(middle))

    def press_named(self, name: str, within: QWidget | None = None) -> None:
        self.press(self.control(name, within))

    def control(self, name: str, within: QWidget | None = None) -> QAbstractButton:
        page = within or self.screen
        found = [
            b
            for b in page.findChildren(QAbstractButton)
            if b.isVisible() and b.accessibleName().startswith(name)
        ]
        assert found, (name, sorted(b.accessibleName() for b in self.shown()))
        return found[0]

    def shown(self) -> list[QAbstractButton]:
        return [b for b in self.screen.findChildren(QAbstractButton) if b.isVisible()]

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.screen.windowHandle(), key, keys)

    def type(self, text: str) -> None:
        """Type into what has the keyboard; Chinese comes by the input method."""
        holder = self.screen.focusWidget()
        if text.isascii():
            QTest.keyClicks(holder, text)
        else:
            event = QInputMethodEvent()
            event.setCommitString(text)
            QApplication.sendEvent(holder, event)

    @property
    def sheet(self) -> Sheet:
        assert self.screen.sheet is not None
        return self.screen.sheet

    # Looks

    def until(self, done: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(done()), timeout=PATIENCE_MS)

    def settled(self) -> None:
        """Wait until what was asked has been done and shown."""
        self.until(lambda: not self.presenter.acting and self.worker.pending == 0)

    def say(self, key: str, **values: object) -> str:
        return self.words(f"supervisor.{key}", **values)


@contextmanager
def console_on(hall: HallUnderTest, qtbot: QtBot, *, language: str = "zh-CN") -> Iterator[Console]:
    console = Console(hall, qtbot, language=language)
    try:
        yield console
    finally:
        console.close()
