"""The nine keys of the clerk, three by three: always in the same places."""

from PySide6.QtCore import Signal

from hallclient.config import KeySettings
from hallclient.ui.paint import Box
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.keys import Key
from hallclient.ui.widgets.text import Card
from hallclient.window.scene import KeyView
from hallclient.window.states import KeyFace, KeyId

GRID = (
    KeyId.CALL_NEXT,
    KeyId.RECALL,
    KeyId.START,
    KeyId.NO_SHOW,
    KeyId.TRANSFER,
    KeyId.HOLD,
    KeyId.FINISH,
    KeyId.ASK_AGAIN,
    KeyId.PAUSE,
)
_FACES = {KeyFace.SOLID: Face.SELECTED, KeyFace.OPEN: Face.OUTLINED, KeyFace.FLAT: Face.FLAT}
"""The one solid button stands in the middle of the panel, so the likely key has a tint here."""


class KeyGrid(Card):
    """The left lower card."""

    pressed = Signal(object)
    """A :class:`KeyId`."""

    def __init__(self, bindings: KeySettings) -> None:
        super().__init__(Box("surface", "line", 2, 14))
        self.keys: dict[KeyId, Key] = {}
        for name in GRID:
            cap = getattr(bindings, name.value).replace("+", " ")
            key = self.keys[name] = self.put(Key("", cap, sizes=(17, 16, 15, 14, 13)), 0, 0, 9, 9)
            key.radius = 10.0
            key.clicked.connect(lambda _checked=False, name=name: self.pressed.emit(name))

    def show_keys(self, views: tuple[KeyView, ...]) -> None:
        """Take words and fills; a key without a receiver leaves its place empty."""
        shown = {view.key: view for view in views}
        for name, key in self.keys.items():
            view = shown.get(name)
            key.setVisible(view is not None)
            if view is None:
                continue
            if key.text() != view.label:
                key.set_label(view.label)
            key.set_face(_FACES[view.face])

    def lay_out(self, width: float, height: float) -> None:
        """Take a size."""
        pad, gap = 12.0, 8.0
        wide = (width - 2 * pad - 2 * gap) / 3
        tall = (height - 2 * pad - 2 * gap) / 3
        for at, name in enumerate(GRID):
            x, y = pad + (at % 3) * (wide + gap), pad + (at // 3) * (tall + gap)
            self.put(self.keys[name], x, y, wide, tall)
