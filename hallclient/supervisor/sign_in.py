"""The page before the console: staff number, PIN, Enter."""

from PySide6.QtCore import QRegularExpression, Qt, Signal
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QLineEdit, QWidget

from hallclient.supervisor.widgets.keys import VerbKey
from hallclient.ui import fonts
from hallclient.ui.look import Look
from hallclient.ui.paint import Box
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.text import Card, Text
from hallclient.ui.words import Words

WIDTH, HEIGHT, PAD = 520.0, 352.0, 32.0
_NUMBER, _PIN = "[0-9A-Za-z-]{0,16}", "[0-9]{0,12}"


class SignInCard(Card):
    """Asks who looks. It stays on a refusal, with the PIN emptied."""

    submitted = Signal(str, str)
    """Staff number and PIN."""

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(Box("surface", "line", 2, 14), parent=parent)
        self._words = words
        inner = WIDTH - 2 * PAD
        self.title = self.put(Text("", (24, 22), weight=fonts.BOLD), PAD, 24, inner, 36)
        self.info = self.put(Text("", (16, 15, 14), colour="ink2"), PAD, 62, inner, 26)
        self.number_caption = self.put(Text("", (17, 16, 15), colour="ink2"), PAD, 112, 130, 48)
        self.pin_caption = self.put(Text("", (17, 16, 15), colour="ink2"), PAD, 172, 130, 48)
        self.number = self.put(_field(_NUMBER), PAD + 130, 112, inner - 130, 48)
        self.pin = self.put(_field(_PIN), PAD + 130, 172, inner - 130, 48)
        self.pin.setEchoMode(QLineEdit.EchoMode.Password)
        self.trouble = self.put(Text("", (16, 15, 14), colour="warn", lines=2), PAD, 228, inner, 44)
        self.enter = self.put(
            VerbKey(sizes=(17, 16, 15), weight=fonts.BOLD), WIDTH - PAD - 150, 280, 150, 48
        )
        self.enter.set_face(Face.SOLID)
        self.enter.clicked.connect(self.submit)
        self.number.returnPressed.connect(self._to_pin)
        self.pin.returnPressed.connect(self.submit)
        self.say()

    def say(self) -> None:
        """Write the words of the present language."""
        words = self._words
        self.title.setText(words("supervisor.title"))
        self.info.setText(words("supervisor.sign_in.info"))
        for caption, field, key in (
            (self.number_caption, self.number, "number"),
            (self.pin_caption, self.pin, "pin"),
        ):
            text = words(f"supervisor.sign_in.{key}")
            caption.setText(text)
            field.setAccessibleName(text)
        self.enter.set_words(words("supervisor.sign_in.enter"))

    def begin(self) -> None:
        """Empty the fields and wait for a number."""
        self.number.clear()
        self.pin.clear()
        self._wait(waiting=False)
        self.number.setFocus(Qt.FocusReason.PopupFocusReason)

    def submit(self) -> None:
        """Hand number and PIN over, or go to the field that is still empty."""
        number, pin = self.number.text(), self.pin.text()
        if not number:
            self.number.setFocus()
        elif not pin:
            self.pin.setFocus()
        else:
            self.pin.clear()
            self.trouble.setText("")
            self._wait(waiting=True)
            self.submitted.emit(number, pin)

    def refuse(self, text: str) -> None:
        """Say why nobody was let in; the PIN can be typed again."""
        self._wait(waiting=False)
        self.trouble.setText(text)
        self.trouble.setAccessibleName(text)
        (self.pin if self.number.text() else self.number).setFocus()

    def set_look(self, look: Look) -> None:
        """Take the look, for the fields too."""
        super().set_look(look)
        for field in (self.number, self.pin):
            field.setFont(look.font(20, fonts.MEDIUM))

    def _to_pin(self) -> None:
        if self.number.text():
            self.pin.setFocus()

    def _wait(self, *, waiting: bool) -> None:
        for field in (self.number, self.pin):
            field.setReadOnly(waiting)
        self.enter.set_face(Face.FLAT if waiting else Face.SOLID)


def _field(allowed: str) -> QLineEdit:
    field = QLineEdit()
    field.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
    field.setValidator(QRegularExpressionValidator(QRegularExpression(allowed), field))
    return field
