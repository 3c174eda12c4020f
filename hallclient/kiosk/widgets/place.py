"""Where to go, as a card: the map when the hall file has one, else the words alone, larger."""

from PySide6.QtWidgets import QWidget

from hallclient.kiosk.views.parts import PlaceView
from hallclient.kiosk.widgets.ticket import ZoneMap
from hallclient.ui import fonts
from hallclient.ui.paint import Box
from hallclient.ui.widgets.text import Card, Text

WIDTH = 968.0
_MAP = (40.0, 480.0)
_PIN = 112.0


class PlaceCard(Card):
    """968 wide, 236 to 636 high; :meth:`arrange` says how high."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Box("surface", "line", 2, 24), parent=parent)
        self._map = ZoneMap()
        self._pin = Text("", (1,))
        self._caption = Text("", (34, 30), colour="ink2")
        self._zone = Text("", (76, 64, 52, 44, 36), weight=fonts.BOLD, lines=2)
        self._zone.set_leading(1.15)
        self._windows = Text("", (38, 34, 30), weight=fonts.MEDIUM, lines=2)
        self._way = Text("", (34, 30, 28), colour="ink2", lines=2)
        self._height = 372.0
        self._has_map = False
        self._lines = (self._caption, self._zone, self._windows, self._way)
        for widget in (self._map, self._pin, *self._lines):
            self.put(widget, 0, 0, 10, 10)
        self._settle_parts()

    def arrange(self, height: float) -> None:
        """Take a height in reference px."""
        if height != self._height:
            self._height = height
            self._settle_parts()

    def show_place(self, place: PlaceView) -> None:
        """Show where to go."""
        texts = (place.caption, place.zone, place.windows, place.way)
        for label, text in zip(self._lines, texts, strict=True):
            label.setText(text)
            label.setVisible(bool(text))
        self._map.show_zones(place.zones, f"{place.zone} {place.way}".strip())
        self._has_map = bool(place.zones)
        self._settle_parts()

    def _settle_parts(self) -> None:
        height = self._height
        self._map.setVisible(self._has_map)
        self._pin.setVisible(not self._has_map)
        left = _MAP[0] + _MAP[1] + 40 if self._has_map else 40 + _PIN + 44
        if self._has_map:
            map_height = min(height - 72, 320.0)
            self.put(self._map, _MAP[0], (height - map_height) / 2, _MAP[1], map_height)
        else:
            self._pin.set_icon("pin", _PIN, "primary")
            self.put(self._pin, 48, (height - _PIN) / 2, _PIN, _PIN)
        heights = {self._caption: 46.0, self._zone: 100.0, self._windows: 52.0, self._way: 48.0}
        if self._has_map:
            heights[self._zone] = 104.0
            room = WIDTH - left - 36
            heights[self._way] = 84.0 if self._wraps(self._way, 34, room) else 48.0
            heights[self._windows] = 88.0 if self._wraps(self._windows, 38, room) else 52.0
        shown = [label for label in self._lines if label.text()]
        self._caption.setVisible(self._caption in shown)
        if sum(heights[label] for label in shown) > height - 24:
            self._caption.hide()
            shown.remove(self._caption)
        top = (height - sum(heights[label] for label in shown)) / 2
        for label in shown:
            self.put(label, left, top, WIDTH - left - 36, heights[label])
            top += heights[label]

    def _wraps(self, label: Text, px: int, room: float) -> bool:
        measure = fonts.metrics(px, fonts.MEDIUM, self.look.language)
        return measure.horizontalAdvance(label.text()) > room
