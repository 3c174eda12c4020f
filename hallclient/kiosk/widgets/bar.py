"""The foot of elder mode's pages: one to four keys of 48 px, as many as there are."""

from collections.abc import Callable
from functools import partial

from hallclient.ui.canvas import Pane
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.tiles import BigButton

MOST = 3
BarKey = tuple[str, str, Callable[[], None]]
"""Icon, words, what it does."""
_GAP, _HEIGHT = 24.0, 124.0


class Bar(Pane):
    """Keys side by side, 124 high; three of them have their icon above the words."""

    def __init__(self, width: float) -> None:
        super().__init__()
        self._width = width
        self._actions: dict[BigButton, Callable[[], None]] = {}
        self._sets: dict[int, tuple[BigButton, ...]] = {}
        self._count = 0

    def show_keys(self, keys: tuple[BarKey, ...], chosen: str = "") -> None:
        """Show keys; ``chosen`` is the icon of one that is on."""
        buttons = self._of(len(keys))
        for button, (icon, words, action) in zip(buttons, keys, strict=True):
            self._actions[button] = action
            button.set_icon(icon)
            button.set_words(words)
            button.set_face(Face.SELECTED if icon == chosen else Face.OUTLINED)

    def _of(self, count: int) -> tuple[BigButton, ...]:
        if count != self._count:
            for button in self._sets.get(self._count, ()):
                button.hide()
            for button in self._sets.get(count, ()):
                button.show()
            self._count = count
        if count not in self._sets:
            self._sets[count] = tuple(self._make(index, count) for index in range(count))
        return self._sets[count]

    def _make(self, index: int, count: int) -> BigButton:
        stacked = count >= MOST
        button = BigButton("", "", size=(48, 44), icon_size=48 if stacked else 56, stacked=stacked)
        button.radius = 20.0
        button.clicked.connect(partial(self._act, button))
        width = (self._width + _GAP) / count - _GAP
        return self.put(button, index * (width + _GAP), 0, width, _HEIGHT)

    def _act(self, button: BigButton) -> None:
        self._actions[button]()
