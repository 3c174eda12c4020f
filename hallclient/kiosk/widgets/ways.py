"""Things to do instead, one below the other, as high as there is room."""

from collections.abc import Sequence

from PySide6.QtCore import Signal

from hallclient.kiosk.views.refused import WayView
from hallclient.ui.canvas import Pane
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.tiles import HeroTile, TileSizes

_GAP, _MOST = 24.0, 184.0
_USUAL = TileSizes((46, 40, 34), (32, 30, 28), 72, 40, 32, sub_gap=6, title_lines=2, sub_lines=2)
_ELDER = TileSizes((60, 52, 46, 44), (44,), 84, 40, 32, sub_gap=4, title_lines=2, sub_lines=2)
_ELDER_MOST, _ELDER_LEAST = 240.0, 200.0


class Ways(Pane):
    """Up to four ways; the first is the solid one. Heights follow :meth:`arrange`."""

    chosen = Signal(str)
    """The name of a way."""

    def __init__(self, width: float, most: int) -> None:
        super().__init__()
        self._width = width
        self._height = _MOST
        self._elder = False
        self._ways: tuple[WayView, ...] = ()
        self.buttons = [HeroTile("", sizes=_USUAL) for _ in range(most)]
        for index, button in enumerate(self.buttons):
            button.set_face(Face.SOLID if index == 0 else Face.OUTLINED)
            button.clicked.connect(lambda _down=False, nth=index: self._choose(nth))
            self.put(button, 0, 0, width, _MOST)

    def arrange(self, height: float, *, elder: bool) -> None:
        """Take as much room as there is."""
        self._height, self._elder = height, elder
        self._lay_out()

    def show_ways(self, ways: Sequence[WayView]) -> None:
        """Show other ways."""
        self._ways = tuple(ways)
        self._lay_out()

    def _lay_out(self) -> None:
        count = max(1, len(self._ways))
        most = _ELDER_MOST if self._elder else _MOST
        each = min(most, (self._height - (count - 1) * _GAP) / count)
        quiet = self._elder and each < _ELDER_LEAST  # no room for a second text of that size
        for index, button in enumerate(self.buttons):
            button.setVisible(index < len(self._ways))
            if index < len(self._ways):
                way = self._ways[index]
                button.set_sizes(_ELDER if self._elder else _USUAL)
                button.set_icon(way.icon)
                button.set_words(way.title, "" if quiet else way.sub)
                button.setAccessibleDescription(way.sub)
                self.put(button, 0, index * (each + _GAP), self._width, each)

    def _choose(self, nth: int) -> None:
        if nth < len(self._ways):
            self.chosen.emit(self._ways[nth].way)
