"""A sheet: title, a key to leave, a body, one calm line, keys at the foot; some ask once more."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit

from hallclient.services.floor import FloorState
from hallclient.supervisor.presenter import ConsolePresenter
from hallclient.supervisor.sheets.parts import CloseKey, big_key
from hallclient.supervisor.widgets.keys import VerbKey
from hallclient.ui import fonts
from hallclient.ui.look import Look
from hallclient.ui.paint import Box
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.text import Card, Text

PAD, HEAD, KEY, LINE = 18.0, 56.0, 46.0, 42.0
FOOT = KEY + 16.0


class AskAgain(Card):
    """Asks once more before something that the whole hall feels."""

    def __init__(self, leave: str) -> None:
        super().__init__(Box("surface", "surface", 0, 12))
        self.text = self.put(Text("", (19, 18, 17, 16), lines=6, weight=fonts.MEDIUM), 0, 0, 9, 9)
        self.text.set_icon("alert", 28, "warnSolid")
        self.yes = self.put(big_key(""), 0, 0, 9, 9)
        self.no = self.put(big_key(leave), 0, 0, 9, 9)
        self.yes.set_face(Face.SOLID)
        self.no.clicked.connect(self.hide)
        self._then: Callable[[], None] = lambda: None
        self.yes.clicked.connect(self._confirm)
        self.hide()

    def ask(self, text: str, label: str, then: Callable[[], None]) -> None:
        """Show a question; ``then`` is done when it is confirmed."""
        self._then = then
        self.text.setText(text)
        self.yes.set_words(label)
        self.show()
        self.raise_()
        self.no.setFocus(Qt.FocusReason.PopupFocusReason)

    def lay_out(self, width: float, height: float) -> None:
        """Take a size."""
        self.put(self.text, 4, 8, width - 8, min(170.0, height - 70))
        half = (width - 10) / 2
        self.put(self.no, 0, height - KEY, half, KEY)
        self.put(self.yes, half + 10, height - KEY, half, KEY)

    def _confirm(self) -> None:
        self.hide()
        self._then()


class Sheet(Card):
    """The frame of all sheets. A sheet is made when it opens and dropped when it is left."""

    wide = False
    """Takes the floor's place too, not the right column alone."""
    left = Signal()
    opened = Signal(object)
    """Another sheet that takes its place."""

    def __init__(self, presenter: ConsolePresenter, title: str) -> None:
        super().__init__(Box("surface", "ink", 3, 14))
        self.presenter = presenter
        self.words = presenter.words
        self._width = self._height = 100.0
        self.title = self.put(Text(title, (19, 18, 17, 16), weight=fonts.BOLD, lines=2), 0, 0, 9, 9)
        self.cross = self.put(CloseKey(), 0, 0, 9, 9)
        self.cross.setAccessibleName(self.words("supervisor.leave"))
        self.cross.clicked.connect(self.left)
        self.line = self.put(Text("", (15, 14), lines=2), 0, 0, 9, 9)
        self.again = self.put(AskAgain(self.words("supervisor.no")), 0, 0, 9, 9)
        self._keys: list[VerbKey] = []

    # What sheets do

    def arrange(self, width: float, height: float) -> None:
        """Place what is in the body: ``width`` x ``height`` px from (PAD, HEAD)."""

    def show_state(self, state: FloorState) -> None:
        """Take another reading of the floor."""

    def pick_window(self, _code: str) -> bool:
        """Take a window that was pressed on the floor; False when the sheet wants none."""
        return False

    def picked(self) -> frozenset[str]:
        """Return the windows that this sheet is about."""
        return frozenset()

    def begin(self) -> None:
        """Take the keyboard: the first thing to do, the key to leave if there is none."""
        for field in self.findChildren(QLineEdit):
            field.setFocus(Qt.FocusReason.PopupFocusReason)
            return
        self.cross.setFocus(Qt.FocusReason.PopupFocusReason)

    # What sheets use

    def lay_out(self, width: float, height: float) -> None:
        """Take a size in reference px."""
        self._width, self._height = width, height
        inner = width - 2 * PAD
        self.put(self.title, PAD, 8, inner - 44, HEAD - 14)
        self.put(self.cross, width - PAD - 30, 12, 36, 36)
        foot = FOOT if self._keys else 8.0
        self.put(self.line, PAD, height - foot - LINE, inner, LINE)
        body = height - HEAD - foot - LINE
        shown = [key for key in self._keys if not key.isHidden()]
        if shown:
            gap = 10.0
            each = (inner - gap * (len(shown) - 1)) / len(shown)
            for at, key in enumerate(shown):
                self.put(key, PAD + at * (each + gap), height - FOOT, each, KEY)
        self.arrange(inner, body)
        self.put(self.again, PAD, HEAD, inner, height - HEAD - 14)
        self.again.lay_out(inner, height - HEAD - 14)

    def again_laid(self) -> None:
        """Place everything anew: keys came or went."""
        self.lay_out(self._width, self._height)

    def foot_key(self, words: str, slot: Callable[[], None], *, solid: bool = False) -> VerbKey:
        """Add a key at the foot, from left to right."""
        key = big_key(words)
        key.set_face(Face.SOLID if solid else Face.OUTLINED)
        key.clicked.connect(slot)
        self._keys.append(self.put(key, 0, 0, 9, 9))
        return key

    def say(self, text: str, *, warns: bool = False) -> None:
        """Show one calm line above the keys."""
        self.line.setText(text)
        self.line.setAccessibleName(text)
        self.line.set_colour("warn" if warns else "ink2")

    def refuse(self, text: str) -> None:
        """Say why something could not be done."""
        self.say(text, warns=True)

    def done(self, text: str) -> None:
        """Say on the console what was done, and leave."""
        self.presenter.say(text)
        self.left.emit()

    def field(self, name: str, longest: int, hint: str = "") -> QLineEdit:
        """Return a line to type in."""
        line = QLineEdit()
        line.setAccessibleName(name)
        line.setPlaceholderText(hint or name)
        line.setMaxLength(longest)
        line.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        line.setFont(self.look.font(17, fonts.MEDIUM))
        return self.put(line, 0, 0, 9, 9)

    def set_look(self, look: Look) -> None:
        """Take the look, for lines to type in too."""
        super().set_look(look)
        for line in self.findChildren(QLineEdit):
            line.setFont(look.font(17, fonts.MEDIUM))
