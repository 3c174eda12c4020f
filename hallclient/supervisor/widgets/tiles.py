"""The windows of the hall by zone: a tile each, so that a glance over the wall finds the odd one.

A hall with more windows than fit gets smaller tiles, and then pages; a tile keeps its place.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from hallclient.supervisor.view import TROUBLED, LegendEntry, Tile, ZoneLine
from hallclient.supervisor.widgets.keys import Pager
from hallclient.supervisor.widgets.window_tile import Legend, WindowTile, ZoneName
from hallclient.ui import fonts
from hallclient.ui.paint import (
    Box,
)
from hallclient.ui.widgets.text import Card, Text
from hallclient.ui.words import Words

NAME, PAD, HEAD = 112.0, 18.0, 42.0


@dataclass(frozen=True, slots=True)
class Size:
    """A tile and the room around it, in reference px."""

    width: float
    height: float
    gap: float

    def across(self, room: float) -> int:
        """Return how many tiles stand side by side."""
        return max(1, int((room + self.gap) // (self.width + self.gap)))


LARGE, SMALL = Size(86, 62, 8), Size(56, 36, 6)


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of tiles; ``name`` is empty where a zone goes on, ``last`` where it ends."""

    name: str
    parts: tuple[str, ...]
    tiles: tuple[Tile, ...]
    rows: int
    """Rows of the zone from here on, this one included."""


class WindowBoard(Card):
    """All windows. ``pressed`` tells the code of the one that was chosen."""

    chosen = Signal(str)

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(Box("surface", "line", 2, 14), parent=parent)
        self._words = words
        self._zones: tuple[ZoneLine, ...] = ()
        self._picked = frozenset[str]()
        self._shape: tuple[object, ...] = ()
        self._tiles: dict[str, WindowTile] = {}
        self._names: list[ZoneName] = []
        self.title = self.put(Text("", (17, 16), weight=fonts.BOLD), PAD, 12, 90, 26)
        self.legend = self.put(Legend(), 200, 12, 600, 26)
        self.pager = self.put(Pager(), 100, 10, 200, 30)
        self.pager.turned.connect(lambda _page: self._arrange())
        self._width = self._height = 100.0

    @property
    def tiles(self) -> dict[str, WindowTile]:
        """The tiles in sight by the window's code."""
        return dict(self._tiles)

    def lay_out(self, width: float, height: float) -> None:
        """Take a size in reference px."""
        self._width, self._height = width, height
        self._arrange()

    def set_zones(
        self,
        zones: tuple[ZoneLine, ...],
        legend: tuple[LegendEntry, ...],
        picked: frozenset[str] = frozenset(),
    ) -> None:
        """Show the windows as they stand now; ``picked`` are those that a sheet is about."""
        self.title.setText(self._words("supervisor.windows"))
        self.legend.set_entries(legend, self._words("supervisor.in_minutes"))
        self._zones, self._picked = zones, picked
        self._arrange()

    def show_window(self, code: str) -> None:
        """Turn to the page that a window is on."""
        for at, page in enumerate(self._pages(self._size())):
            if any(tile.code == code for row in page for tile in row.tiles):
                self.pager.turn(at)

    # Where everything stands

    def _size(self) -> Size:
        return LARGE if len(self._pages(LARGE)) <= 1 else SMALL

    def _rows(self, size: Size) -> list[_Row]:
        across = size.across(self._width - 2 * PAD - NAME - 8)
        rows = []
        for zone in self._zones:
            parts = [zone.tiles[i : i + across] for i in range(0, len(zone.tiles), across)]
            for at, tiles in enumerate(parts):
                name = zone.name if at == 0 else ""
                rows.append(_Row(name, zone.parts, tiles, len(parts) - at))
        return rows

    def _pages(self, size: Size) -> list[list[_Row]]:
        """Return the rows of each page; a zone that fits on a page is not torn."""
        most = max(1, int((self._height - HEAD - 8 + size.gap) // (size.height + size.gap)))
        pages: list[list[_Row]] = [[]]
        for row in self._rows(size):
            left = most - len(pages[-1])
            begins_better = row.name and left < row.rows <= most
            if pages[-1] and (left == 0 or begins_better):
                pages.append([])
            pages[-1].append(row)
        return pages

    def _arrange(self) -> None:
        size = self._size()
        pages = self._pages(size)
        dots = frozenset(
            at
            for at, page in enumerate(pages)
            if any(tile.tone in TROUBLED for row in page for tile in row.tiles)
        )
        names = tuple(
            self._words(
                "supervisor.page_of_windows",
                page=at + 1,
                zones=" ".join(row.name for row in page if row.name),
            )
            for at, page in enumerate(pages)
        )
        self.pager.set_pages(len(pages), dots, names)
        left = PAD + 96
        self.put(self.pager, left, 10, self.pager.wide() + 2, 30)
        left += self.pager.wide() + 8
        self.put(self.legend, left, 12, self._width - PAD - left, 26)
        shown = pages[self.pager.page] if pages else []
        self._place(shown, size)

    def _place(self, rows: Sequence[_Row], size: Size) -> None:
        shape = (size, self._width, tuple((r.name, tuple(t.code for t in r.tiles)) for r in rows))
        if shape != self._shape:
            self._shape = shape
            self._build(rows, size)
        for at, row in enumerate(row for row in rows if row.name):
            self._names[at].set_zone(row.name, row.parts)
        for row in rows:
            for tile in row.tiles:
                self._tiles[tile.code].set_tile(tile, picked=tile.code in self._picked)

    def _build(self, rows: Sequence[_Row], size: Size) -> None:
        for widget in (*self._tiles.values(), *self._names):
            self.drop(widget)
        self._tiles, self._names = {}, []
        step = size.height + size.gap
        for at, row in enumerate(rows):
            y = HEAD + at * step
            if row.name:
                span = min(row.rows, len(rows) - at, 3) if size is SMALL else 1
                tall = span * step - size.gap
                self._names.append(self.put(ZoneName(), PAD, y, NAME, tall))
            for place, tile in enumerate(row.tiles):
                x = PAD + NAME + 8 + place * (size.width + size.gap)
                button = WindowTile(tile, small=size is SMALL)
                button.clicked.connect(
                    lambda _checked=False, code=tile.code: self.chosen.emit(code)
                )
                self._tiles[tile.code] = self.put(button, x, y, size.width, size.height)
