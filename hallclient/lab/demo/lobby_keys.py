"""What the demo's panel does at the kiosk: cards, codes, and the cable to the database."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from hallclient.devices.emulators.card_reader import NOBODY
from hallclient.devices.id_card import IdCard
from hallclient.devices.paper import PrintedTicket
from hallclient.lab.demo.lobby import ELDER, Lobby
from hallclient.lab.hand import Hand, HandError
from hallclient.ui.words import Words

LIFT_MS = 30_000
"""Until a card is taken away again, as people do."""


class LobbyKeys(QWidget):
    """A hand with cards and codes. ``kiosk`` is called when the cable is first pulled."""

    def __init__(self, lobby: Lobby, kiosk: Callable[[], Hand], words: Words) -> None:
        super().__init__()
        self._lobby = lobby
        self._open_kiosk = kiosk
        self._kiosk: Hand | None = None
        self._lifting = QTimer(self)
        self._lifting.setSingleShot(True)
        self._lifting.setInterval(LIFT_MS)
        self._lifting.timeout.connect(lobby.reader.lift)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        cards, codes, expected = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        for row in (cards, codes, expected):
            column.addLayout(row)
        _button(cards, words("demo.lobby.card"), partial(self._lay, NOBODY))
        _button(cards, words("demo.lobby.elder_card"), partial(self._lay, ELDER))
        _button(cards, words("demo.lobby.lift"), lobby.reader.lift)
        self._cut = QCheckBox(words("demo.lobby.cut"))
        self._cut.toggled.connect(self._pull)
        cards.addWidget(self._cut)
        self.code = QLineEdit()
        self.code.setPlaceholderText(words("demo.lobby.code"))
        self.code.returnPressed.connect(self.scan)
        codes.addWidget(self.code, 1)
        _button(codes, words("demo.lobby.scan"), self.scan)
        for one in lobby.invited:
            name = words("demo.lobby.appointment", number=one.number[-4:])
            _button(expected, name, partial(self.code.setText, one.number))

    def take(self, ticket: PrintedTicket) -> None:
        """Have the code of the ticket that came out last at hand."""
        if ticket.qr is not None:
            self.code.setText(ticket.qr.payload)

    def scan(self) -> None:
        """Hold the code that stands in the field under the scanner."""
        if text := self.code.text().strip():
            self._lobby.scanner.scan(text)

    def _lay(self, card: IdCard) -> None:
        self._lobby.reader.lay(card)
        self._lifting.start()

    def _pull(self, cut: bool) -> None:  # noqa: FBT001 - a signal's argument
        try:
            self._kiosk = self._kiosk or self._open_kiosk()
            self._kiosk.cut(on=cut)
        except HandError:  # the kiosk has ended, and the demo ends with it
            self._cut.setEnabled(False)


def _button(row: QHBoxLayout, text: str, pressed: Callable[[], object]) -> None:
    button = QPushButton(text)
    button.clicked.connect(lambda _checked: pressed())
    row.addWidget(button)
