"""The sign-in: staff number, PIN, Enter. Digits are enough; a wrong PIN is told calmly."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRegularExpression, Qt, Signal
from PySide6.QtGui import QKeyEvent, QRegularExpressionValidator
from PySide6.QtWidgets import QLineEdit, QWidget

from hallclient.ui import fonts
from hallclient.ui.look import Look
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.keys import Key
from hallclient.ui.widgets.text import Text
from hallclient.ui.words import Words
from hallclient.window.popovers import NOTCH, PAD, WIDTH, StaffPopover

_STAFF_NUMBER = "[0-9A-Za-z-]{0,16}"
_PIN = "[0-9]{0,12}"
_LABEL_WIDTH = 130


class SignIn(StaffPopover):
    """Asks who sits here. It stays open on a refusal, with the PIN emptied."""

    types = True
    submitted = Signal(str, str)
    """Staff number and PIN."""

    def __init__(self, parent: QWidget, words: Words) -> None:
        super().__init__(parent)
        self.setAccessibleName(words("window.sign_in.title"))
        self.put_title(words("window.sign_in.title"))
        self.staff_number = self._field(words("window.sign_in.staff_number"), 60, _STAFF_NUMBER)
        self.pin = self._field(words("window.sign_in.pin"), 118, _PIN)
        self.pin.setEchoMode(QLineEdit.EchoMode.Password)
        self.trouble = self.put(
            Text("", (16, 15, 14), colour="warn"), PAD, NOTCH + 184, WIDTH - 2 * PAD - 140, 44
        )
        self.enter = Key(words("window.sign_in.enter"), "Enter")
        self.enter.set_face(Face.SOLID)
        self.put(self.enter, WIDTH - PAD - 126, NOTCH + 180, 126, 52)
        self.resize(WIDTH, NOTCH + 250)
        self.enter.clicked.connect(self.submit)
        self.staff_number.returnPressed.connect(self._to_pin)
        self.pin.returnPressed.connect(self.submit)

    def open_at(self, under: QPoint, bounds: tuple[int, int]) -> None:
        """Show with the staff number ready to be typed."""
        super().open_at(under, bounds)
        self.staff_number.setFocus(Qt.FocusReason.PopupFocusReason)

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
        self.trouble.setText(text)
        self.trouble.setAccessibleName(text)
        self.pin.setFocus()

    def set_look(self, look: Look) -> None:
        """Take the look, for the fields too."""
        super().set_look(look)
        for field in (self.staff_number, self.pin):
            field.setFont(look.font(20, fonts.MEDIUM))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Count the keys in the fields, and leave on Esc there too."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            self.touched()
            if event.key() == Qt.Key.Key_Escape:
                self.close()
                return True
        return super().eventFilter(watched, event)

    def _to_pin(self) -> None:
        if self.staff_number.text():
            self.pin.setFocus()

    def _wait(self, *, waiting: bool) -> None:
        for field in (self.staff_number, self.pin):
            field.setReadOnly(waiting)
        self.enter.set_face(Face.FLAT if waiting else Face.SOLID)
        self.hold.start()

    def _field(self, label: str, y: float, allowed: str) -> QLineEdit:
        caption = Text(label, (17, 16, 15), colour="ink2")
        self.put(caption, PAD, NOTCH + y, _LABEL_WIDTH, 48)
        field = QLineEdit()
        field.setAccessibleName(label)
        field.setFont(self.look.font(20, fonts.MEDIUM))
        field.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        field.setValidator(QRegularExpressionValidator(QRegularExpression(allowed), field))
        field.installEventFilter(self)
        width = WIDTH - 2 * PAD - _LABEL_WIDTH
        return self.put(field, PAD + _LABEL_WIDTH, NOTCH + y, width, 48)
