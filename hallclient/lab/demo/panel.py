"""The small panel of a demo with a screen: the paper as it comes out, and the keypads' keys."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from hallclient.devices.emulators.keypad import EmulatedKeypad
from hallclient.devices.emulators.printer import EmulatedPrinter
from hallclient.devices.paper import PrintedTicket
from hallclient.domain.rating import Level
from hallclient.lab.demo.caller_keys import CallerKeys
from hallclient.lab.demo.counter import Counter
from hallclient.lab.demo.lobby import PIN as TECHNICIAN
from hallclient.lab.demo.lobby_keys import LobbyKeys
from hallclient.lab.demo.paper_view import draw_ticket
from hallclient.ui.words import Words

PAPER_WIDTH = 288
LAMP_MS = 200


class PaperSlot(QObject):
    """Carries a ticket from the printer's thread to the panel's."""

    came = Signal(object)


class Panel(QWidget):
    """Shows the ticket that came out last, and the keys of everything that hangs on a cable."""

    def __init__(
        self,
        printer: EmulatedPrinter | None,
        keypads: Sequence[tuple[str, EmulatedKeypad]],
        slot: PaperSlot,
        words: Words,
        counter: Counter | None = None,
        lobby: LobbyKeys | None = None,
    ) -> None:
        super().__init__()
        keypads = [*keypads, *([(counter.window.number, counter.keypad)] if counter else [])]
        self._keypads = keypads
        self._lamps: list[QLabel] = []
        self.setWindowTitle(words("demo.panel.title"))
        self._words = words
        beside = QHBoxLayout(self)
        self._column = column = QVBoxLayout()
        self._paper = QLabel(words("demo.panel.no_paper_yet"))
        self._paper.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        roll = QScrollArea()
        roll.setWidgetResizable(True)
        roll.setMinimumWidth(PAPER_WIDTH + 40)
        roll.setWidget(self._paper)
        beside.addWidget(roll, 1)
        beside.addLayout(column)
        column.addStretch(1)
        if printer is not None:
            column.addWidget(_paper_out(printer, words))
        for number, keypad in keypads:
            column.addLayout(self._keys(number, keypad, words))
        if counter is not None:
            column.addWidget(CallerKeys(counter, words))
        if lobby is not None:
            column.addWidget(lobby)
            slot.came.connect(lobby.take)
        slot.came.connect(self._show_ticket)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._light_lamps)
        self._timer.start(LAMP_MS)

    def tell_sign_in(self, number: str, staff: str, pin: str) -> None:
        """Say how to sign in at a window."""
        text = self._words("demo.panel.sign_in", window=number, staff=staff, pin=pin)
        self._column.addWidget(QLabel(text))

    def tell_usher(self, staff: str, pin: str) -> None:
        """Say how to sign in at the ushers' desk."""
        self._column.addWidget(QLabel(self._words("demo.panel.usher", staff=staff, pin=pin)))

    def tell_boss(self, staff: str, pin: str) -> None:
        """Say how the supervisor signs in at the console."""
        self._column.addWidget(QLabel(self._words("demo.panel.boss", staff=staff, pin=pin)))

    def tell_technician(self) -> None:
        """Say how the technician comes in at the kiosk."""
        self._column.addWidget(QLabel(self._words("demo.panel.technician", pin=TECHNICIAN)))

    def _keys(self, number: str, keypad: EmulatedKeypad, words: Words) -> QHBoxLayout:
        row = QHBoxLayout()
        lamp = QLabel()
        lamp.setFixedSize(14, 14)
        self._lamps.append(lamp)
        row.addWidget(lamp)
        row.addWidget(QLabel(words("demo.panel.keypad", window=number)))
        for level in sorted(Level, reverse=True):
            button = QPushButton(words(f"rating.level{int(level)}"))
            button.clicked.connect(_Press(keypad, level, button).press)
            row.addWidget(button)
        return row

    def _show_ticket(self, ticket: PrintedTicket) -> None:
        image: QImage = draw_ticket(ticket)
        mode = Qt.TransformationMode.SmoothTransformation
        self._paper.setPixmap(QPixmap.fromImage(image.scaledToWidth(PAPER_WIDTH, mode)))

    def _light_lamps(self) -> None:
        for lamp, (_number, keypad) in zip(self._lamps, self._keypads, strict=True):
            colour = "#FFBF2F" if keypad.asked else "#D8D4C9"
            lamp.setStyleSheet(f"background: {colour}; border-radius: 7px")


class _Press(QObject):
    """One key; a child of its button, so that it lives as long."""

    def __init__(self, keypad: EmulatedKeypad, level: Level, parent: QWidget) -> None:
        super().__init__(parent)
        self._keypad = keypad
        self._level = level

    def press(self) -> None:
        """Press it."""
        self._keypad.press(int(self._level))


class _PaperSwitch(QObject):
    def __init__(self, printer: EmulatedPrinter, parent: QWidget) -> None:
        super().__init__(parent)
        self._printer = printer

    def switch(self, out: bool) -> None:  # noqa: FBT001 - Qt's signal
        """Take the paper out, or put it in again."""
        self._printer.paper_out = out


def _paper_out(printer: EmulatedPrinter, words: Words) -> QCheckBox:
    box = QCheckBox(words("demo.panel.paper_out"))
    box.toggled.connect(_PaperSwitch(printer, box).switch)
    return box
