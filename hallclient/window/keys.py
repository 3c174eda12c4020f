"""The bar's row of keys: always in the same places, only their fill and words change."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from hallclient.config import KeySettings
from hallclient.ui.canvas import Pane
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.keys import Key
from hallclient.window.layout import Places
from hallclient.window.scene import BarView
from hallclient.window.states import KeyFace, KeyId

if TYPE_CHECKING:
    from collections.abc import Callable

FACES = {KeyFace.SOLID: Face.SOLID, KeyFace.OPEN: Face.OUTLINED, KeyFace.FLAT: Face.FLAT}


class KeyRow(QObject):
    """The keys of one bar and their shortcuts.

    The shortcuts work while a window of this program has the keyboard. The bar itself never has
    it: while the clerk types in another program, the keys are for the mouse.
    """

    pressed = Signal(object)
    """A :class:`KeyId`, by mouse or by key."""
    panel_pressed = Signal()
    menu_pressed = Signal()
    undo_pressed = Signal()
    finish_and_call_pressed = Signal()

    def __init__(self, bar: QWidget, bindings: KeySettings) -> None:
        super().__init__(bar)
        self.keys = {key: _key(key, getattr(bindings, key.value)) for key in KeyId}
        for key, widget in self.keys.items():
            widget.clicked.connect(lambda _checked=False, key=key: self.pressed.emit(key))
        self._broken = False
        for key in KeyId:
            self._shortcut(bar, getattr(bindings, key.value), partial(self.pressed.emit, key))
        self._shortcut(bar, bindings.panel, self.panel_pressed.emit)
        self._shortcut(bar, bindings.menu, self.menu_pressed.emit)
        self._shortcut(bar, bindings.take_back, self.undo_pressed.emit)
        self._shortcut(bar, bindings.finish_and_call, self.finish_and_call_pressed.emit)

    def do(self, name: str) -> None:
        """Press a key by its name in the settings (``KeySettings``)."""
        others = {
            "panel": self.panel_pressed,
            "menu": self.menu_pressed,
            "take_back": self.undo_pressed,
            "finish_and_call": self.finish_and_call_pressed,
        }
        if name in others:
            others[name].emit()
        else:
            self.pressed.emit(KeyId(name))

    @staticmethod
    def _shortcut(bar: QWidget, binding: str, press: "Callable[[], None]") -> None:
        if not binding:
            return
        shortcut = QShortcut(QKeySequence(binding), bar)
        shortcut.setContext(Qt.ShortcutContext.ApplicationShortcut)
        # A key held down must not call one ticket after another.
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(press)

    def place(self, pane: Pane, places: Places) -> None:
        """Put the keys where the bar's width leaves them."""
        self._broken = places.broken
        for key, widget in self.keys.items():
            area = places.keys[key]
            pane.put(widget, area.x(), area.y(), area.width(), area.height())

    def set_cap(self, key: KeyId, binding: str) -> None:
        """Show the binding that works (``Ctrl+F1``); empty for none."""
        if key is not KeyId.HELP:
            self.keys[key].set_cap(binding.replace("+", " "))

    def show_view(self, view: BarView) -> None:
        """Take words and fills; a key without a receiver leaves its place empty."""
        shown = {key.key for key in view.keys}
        for key in view.keys:
            widget = self.keys[key.key]
            label = key.short if self._broken else key.label
            if widget.text() != label:
                widget.set_label(label)
            widget.set_face(FACES[key.face])
        for name, widget in self.keys.items():
            widget.setVisible(name in shown)


def _key(key: KeyId, binding: str) -> Key:
    if key is KeyId.HELP:
        return Key("", icon="help-person", sizes=(14, 13, 12))
    return Key("", binding.replace("+", " "), sizes=(17, 16, 15, 14, 13, 12))
