"""The bar's row of keys: always in the same places, only their fill and words change."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from hallclient.config import KeySettings
from hallclient.ui.canvas import Pane
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.keys import Key
from hallclient.window.layout import Places
from hallclient.window.states import KeyFace, KeyId
from hallclient.window.view import BarView

FACES = {KeyFace.SOLID: Face.SOLID, KeyFace.OPEN: Face.OUTLINED, KeyFace.FLAT: Face.FLAT}


class KeyRow(QObject):
    """The keys of one bar and their shortcuts.

    The shortcuts work while a window of this program has the keyboard. The bar itself never has
    it: while the clerk types in another program, the keys are for the mouse.
    """

    pressed = Signal(object)
    """A :class:`KeyId`, by mouse or by key."""

    def __init__(self, bar: QWidget, bindings: KeySettings) -> None:
        super().__init__(bar)
        self.keys = {key: _key(key, getattr(bindings, key.value)) for key in KeyId}
        for key, widget in self.keys.items():
            widget.clicked.connect(lambda _checked=False, key=key: self.pressed.emit(key))
            shortcut = QShortcut(QKeySequence(getattr(bindings, key.value)), bar)
            shortcut.setContext(Qt.ShortcutContext.ApplicationShortcut)
            # A key held down must not call one ticket after another.
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(lambda key=key: self.pressed.emit(key))

    def place(self, pane: Pane, places: Places) -> None:
        """Put the keys where the bar's width leaves them."""
        for key, widget in self.keys.items():
            area = places.keys[key]
            pane.put(widget, area.x(), area.y(), area.width(), area.height())

    def show_view(self, view: BarView) -> None:
        """Take words and fills; a key without a receiver leaves its place empty."""
        shown = {key.key for key in view.keys}
        for key in view.keys:
            widget = self.keys[key.key]
            if widget.text() != key.label:
                widget.set_label(key.label)
            widget.set_face(FACES[key.face])
        for name, widget in self.keys.items():
            widget.setVisible(name in shown)


def _key(key: KeyId, binding: str) -> Key:
    if key is KeyId.HELP:
        return Key("", icon="help-person", sizes=(14, 13, 12))
    return Key("", binding.replace("+", " "))
