"""Popovers that are written in: a number, a note. They have the keyboard's real focus."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRegularExpression, Qt, Signal
from PySide6.QtGui import QKeyEvent, QRegularExpressionValidator
from PySide6.QtWidgets import QLineEdit, QWidget

from hallclient.ui import fonts
from hallclient.ui.look import Look
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.keys import Key
from hallclient.ui.widgets.text import Text
from hallclient.ui.words import Words
from hallclient.window.popovers import HEAD, NOTCH, PAD, WIDTH, StaffPopover

KEY_WIDTH = 126
_LABEL_WIDTH = 130

_TYPING = (QEvent.Type.KeyPress, QEvent.Type.InputMethod, QEvent.Type.MouseButtonPress)
"""An input method swallows the keys it composes a word from."""


class FieldPopover(StaffPopover):
    """Lines to write in, a key that says what happens, and room for why it did not."""

    types = True

    def __init__(self, parent: QWidget, title: str, label: str = "") -> None:
        super().__init__(parent)
        self.fields: list[QLineEdit] = []
        self.setAccessibleName(f"{label} {title}".strip())
        self.put_title(title, label)
        self.trouble = Text("", (16, 15, 14), colour="warn")
        self.enter = Key("", "Enter")

    def open_at(self, at: QPoint, bounds: tuple[int, int], edge: str = "top") -> None:
        """Show with the first line ready to be typed in."""
        super().open_at(at, bounds, edge)
        self.fields[0].setFocus(Qt.FocusReason.PopupFocusReason)

    def refuse(self, text: str) -> None:
        """Say why it did not work."""
        self.trouble.setText(text)
        self.trouble.setAccessibleName(text)

    def set_look(self, look: Look) -> None:
        """Take the look, for the fields too."""
        super().set_look(look)
        for field in self.fields:
            field.setFont(look.font(20, fonts.MEDIUM))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Count the keys in the fields, and leave on Esc there too."""
        if event.type() in _TYPING:
            self.touched()
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Escape
        ):
            self.close()
            return True
        return super().eventFilter(watched, event)

    def add_field(self, caption: str, y: float, allowed: str = "", hint: str = "") -> QLineEdit:
        """Put a captioned line; ``allowed`` is a regular expression, empty for any text."""
        words = Text(caption, (17, 16, 15, 14), colour="ink2", lines=2)
        self.put(words, PAD, NOTCH + y, _LABEL_WIDTH - 8, 48)
        field = QLineEdit()
        field.setAccessibleName(caption)
        field.setPlaceholderText(hint)
        field.setFont(self.look.font(20, fonts.MEDIUM))
        field.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        if allowed:
            field.setValidator(QRegularExpressionValidator(QRegularExpression(allowed), field))
        field.installEventFilter(self)
        self.fields.append(field)
        width = WIDTH - 2 * PAD - _LABEL_WIDTH
        return self.put(field, PAD + _LABEL_WIDTH, NOTCH + y, width, 48)

    def add_enter(self, label: str, y: float) -> None:
        """Put the last line: the room for a trouble, and the key."""
        self.put(self.trouble, PAD, NOTCH + y + 4, WIDTH - 2 * PAD - KEY_WIDTH - 14, 44)
        self.enter.set_label(label)
        self.enter.set_face(Face.SOLID)
        self.put(self.enter, WIDTH - PAD - KEY_WIDTH, NOTCH + y, KEY_WIDTH, 52)
        self.resize(WIDTH, round(NOTCH + y + 70))


class TextPopover(FieldPopover):
    """One line of text; ``submitted`` closes it unless it is kept open."""

    submitted = Signal(str)

    def __init__(
        self,
        parent: QWidget,
        title: str,
        caption: str,
        enter: str,
        *,
        label: str = "",
        allowed: str = "",
        longest: int = 60,
        optional: bool = False,
    ) -> None:
        """Build the line; ``optional`` lets Enter hand over nothing."""
        super().__init__(parent, title, label)
        self._optional = optional
        self.field = self.add_field(caption, HEAD + 16, allowed)
        self.field.setMaxLength(longest)
        self.field.returnPressed.connect(self.submit)
        self.add_enter(enter, HEAD + 80)
        self.enter.clicked.connect(self.submit)

    def submit(self) -> None:
        """Hand the text over and close."""
        text = self.field.text().strip()
        if text or self._optional:
            self.close()
            self.submitted.emit(text)


class SignIn(FieldPopover):
    """Asks who sits here, or who goes on here. It stays open on a refusal, with the PIN emptied."""

    submitted = Signal(str, str)
    """Staff number and PIN."""

    def __init__(self, parent: QWidget, words: Words, title: str = "", enter: str = "") -> None:
        super().__init__(parent, title or words("window.sign_in.title"))
        self.staff_number = self.add_field(
            words("window.sign_in.staff_number"), 60, "[0-9A-Za-z-]{0,16}"
        )
        self.pin = self.add_field(words("window.sign_in.pin"), 118, "[0-9]{0,12}")
        self.pin.setEchoMode(QLineEdit.EchoMode.Password)
        self.add_enter(enter or words("window.sign_in.enter"), 180)
        self.enter.clicked.connect(self.submit)
        self.staff_number.returnPressed.connect(self._to_pin)
        self.pin.returnPressed.connect(self.submit)

    def submit(self) -> None:
        """Hand staff number and PIN over, or go to the field that is still empty."""
        number, pin = self.staff_number.text(), self.pin.text()
        if not number:
            self.staff_number.setFocus()
        elif not pin:
            self.pin.setFocus()
        else:
            self.pin.clear()
            self.trouble.setText("")
            self._wait(waiting=True)
            self.submitted.emit(number, pin)

    def refuse(self, text: str) -> None:
        """Say why it did not work and let the PIN be typed again."""
        self._wait(waiting=False)
        super().refuse(text)
        self.pin.setFocus()

    def _to_pin(self) -> None:
        if self.staff_number.text():
            self.pin.setFocus()

    def _wait(self, *, waiting: bool) -> None:
        for field in self.fields:
            field.setReadOnly(waiting)
        self.enter.set_face(Face.FLAT if waiting else Face.SOLID)
        self.hold.start()
