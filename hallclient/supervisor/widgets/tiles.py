"""The windows of the hall by zone: a tile each, so that a glance over the wall finds the odd one.

A hall with more windows than fit gets smaller tiles, and then pages; a tile keeps its place.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.supervisor.view import TROUBLED, LegendEntry, Tile, Tone, ZoneLine
from hallclient.supervisor.widgets.keys import Pager
from hallclient.ui import fonts
from hallclient.ui.paint import (
    Box,
    Side,
    draw_box,
    draw_fitted,
    draw_icon,
    draw_line,
    fit_text,
)
from hallclient.ui.widgets.base import HallButton, HallLabel
from hallclient.ui.widgets.text import Card, Text
from hallclient.ui.words import Words

NAME, PAD, HEAD = 112.0, 18.0, 42.0
_RADIUS = 9.0


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

_BOXES = {
    Tone.SERVING: (Box("okTint", "okTint", 2, _RADIUS), "ok"),
    Tone.CALLED: (Box("call", "call", 2, _RADIUS), "onCall"),
    Tone.IDLE: (Box("surface", "lineStrong", 2, _RADIUS), "ink"),
    Tone.LONG: (Box("warnTint", "warnSolid", 2, _RADIUS), "warn"),
    Tone.PAUSED: (Box("pauseTint", "pauseTint", 2, _RADIUS), "pause"),
    Tone.CLOSED: (Box("transparent", "lineStrong", 2, _RADIUS, dashed=True), "ink3"),
    Tone.ABSENT: (Box("dangerTint", "dangerSolid", 2, _RADIUS), "danger"),
}
_ICONS = {
    Tone.CALLED: "megaphone",
    Tone.LONG: "alert",
    Tone.PAUSED: "pause",
    Tone.ABSENT: "person",
}
_SWATCHES = {
    Tone.SERVING: Box("okTint", "okSolid", 2, 4),
    Tone.CALLED: Box("call", "call", 2, 4),
    Tone.IDLE: Box("surface", "lineStrong", 2, 4),
    Tone.LONG: Box("warnTint", "warnSolid", 2, 4),
    Tone.PAUSED: Box("pauseTint", "pauseSolid", 2, 4),
    Tone.CLOSED: Box("transparent", "lineStrong", 2, 4, dashed=True),
    Tone.ABSENT: Box("dangerTint", "dangerSolid", 2, 4),
}


class WindowTile(HallButton):
    """One window: number and icon above, what it does and the minutes below."""

    radius = _RADIUS

    def __init__(self, tile: Tile, *, small: bool, parent: QWidget | None = None) -> None:
        super().__init__(tile.number, parent)
        self._small = small
        self.tile = tile
        self.picked = False
        self.set_tile(tile)

    def set_tile(self, tile: Tile, *, picked: bool = False) -> None:
        """Show another state; ``picked`` draws the frame of the window that a sheet is about."""
        if tile != self.tile or picked != self.picked or not self.accessibleName():
            self.tile, self.picked = tile, picked
            self.setText(tile.number)
            self.setAccessibleName(tile.said or tile.number)
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the tile."""
        painter, look, tile = QPainter(self), self.look, self.tile
        box, ink = _BOXES[tile.tone]
        if look.theme.flat and box.edge == box.fill and tile.tone is not Tone.CALLED:
            box = Box(box.fill, "ink", 2, _RADIUS)
        if self.picked or self.isDown():
            box = Box(box.fill, "ink", 3, _RADIUS)
        draw_box(painter, look, self.area(), box)
        painter.setPen(look.colour(ink))
        if self._small:
            self._paint_small(painter, ink)
        else:
            self._paint_large(painter, ink)

    def _paint_large(self, painter: QPainter, ink: str) -> None:
        look, tile = self.look, self.tile
        left, right = look.px(11), look.px(8)
        area = self.area().adjusted(left, 0, -right, 0)
        top = QRectF(area.x(), look.px(6), area.width(), look.px(24))
        draw_line(painter, top, tile.number, look.font(20, fonts.FIGURE))
        self._paint_icon(painter, QRectF(area.right() - look.px(17), look.px(9), 0, 0), 17, ink)
        row = QRectF(area.x(), look.px(33), area.width(), look.px(20))
        font = look.font(14, fonts.MEDIUM)
        taken = draw_line(painter, row, tile.minutes, font, side=Side.RIGHT) if tile.minutes else 0
        room = (row.width() - taken) / look.k - (4 if taken else 0)
        doing = fit_text(look, tile.doing, (14, 13, 12), room, weight=fonts.MEDIUM)
        if doing.elided and tile.short:
            doing = fit_text(look, tile.short, (14, 13, 12), room, weight=fonts.MEDIUM)
        draw_fitted(painter, look, row, doing, weight=fonts.MEDIUM)

    def _paint_small(self, painter: QPainter, ink: str) -> None:
        look, tile = self.look, self.tile
        area = self.area().adjusted(look.px(6), 0, -look.px(5), 0)
        draw_line(painter, area, tile.number, look.font(15, fonts.FIGURE))
        icon = _ICONS.get(tile.tone) or ("transfer" if tile.lent else "")
        if icon:
            side = look.px(15)
            at = QRectF(area.right() - side, (area.height() - side) / 2, side, side)
            draw_icon(painter, look, icon, at, ink)
        elif tile.minutes:
            draw_line(painter, area, tile.minutes, look.font(12, fonts.MEDIUM), side=Side.RIGHT)

    def _paint_icon(self, painter: QPainter, at: QRectF, px: float, ink: str) -> None:
        icon = _ICONS.get(self.tile.tone) or ("transfer" if self.tile.lent else "")
        if icon:
            side = self.look.px(px)
            draw_icon(painter, self.look, icon, QRectF(at.x(), at.y(), side, side), ink)


class ZoneName(HallLabel):
    """A zone and whose windows it has: as many names as fit, the others are left out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._parts: tuple[str, ...] = ()

    def set_zone(self, name: str, parts: tuple[str, ...]) -> None:
        """Show another zone."""
        self._parts = parts
        self.setText(name)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the name, the parts below it."""
        painter, look, (width, height) = QPainter(self), self.look, self.reference_size()
        lines = max(1, min(4, int(height // 19)))
        name = fit_text(look, self.text(), (16, 15, 14, 13), width, lines=lines, weight=fonts.BOLD)
        parts = self._fitting(width)
        tall = name.px * 1.2 * len(name.lines)
        quiet = 18.0 if parts and tall + 18 <= height else 0.0
        top = (height - tall - quiet) / 2 * look.k
        self.pen(painter, "ink")
        area = QRectF(0, top, self.width(), tall * look.k)
        draw_fitted(painter, look, area, name, weight=fonts.BOLD, leading=1.2)
        if quiet:
            self.pen(painter, "ink2")
            row = QRectF(0, area.bottom(), self.width(), quiet * look.k)
            draw_line(painter, row, parts, look.font(14))

    def _fitting(self, width: float) -> str:
        metrics = fonts.metrics(self.look.px(14), fonts.REGULAR, self.look.language)
        for count in range(len(self._parts), 0, -1):
            text = " ".join(self._parts[:count])
            if metrics.horizontalAdvance(text) <= width * self.look.k:
                return text
        return ""


class Legend(HallLabel):
    """What the colours mean, with the number of windows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._entries: tuple[LegendEntry, ...] = ()
        self._foot = ""

    def set_entries(self, entries: tuple[LegendEntry, ...], foot: str) -> None:
        """Show other counts."""
        if (entries, foot) != (self._entries, self._foot):
            self._entries, self._foot = entries, foot
            self.setText("，".join((*(entry.text for entry in entries), foot)))
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw swatches and words, from the right."""
        painter, look = QPainter(self), self.look
        px, gap = self._measures()
        font = look.font(px)
        metrics = fonts.metrics(look.px(px), fonts.REGULAR, look.language)
        x = self.width() - metrics.horizontalAdvance(self._foot)
        self.pen(painter, "ink2")
        draw_line(painter, QRectF(x, 0, self.width() - x, self.height()), self._foot, font)
        rule = QRectF(x - look.px(gap), self.height() / 2 - look.px(8), look.px(2), look.px(16))
        painter.fillRect(rule, look.colour("line"))
        x -= look.px(2 * gap)
        side = look.px(16)
        for entry in reversed(self._entries):
            x -= metrics.horizontalAdvance(entry.text)
            self.pen(painter, "ink2")
            draw_line(painter, QRectF(x, 0, self.width() - x, self.height()), entry.text, font)
            x -= side + look.px(6)
            square = QRectF(x, (self.height() - side) / 2, side, side)
            draw_box(painter, look, square, _SWATCHES[entry.tone])
            x -= look.px(gap)

    def _measures(self) -> tuple[float, float]:
        """Return type size and gap with which everything fits, the largest first."""
        width = self.reference_size()[0]
        for px, gap in ((14.0, 13.0), (14.0, 9.0), (13.0, 8.0), (12.0, 7.0)):
            metrics = fonts.metrics(self.look.px(px), fonts.REGULAR, self.look.language)
            words = sum(metrics.horizontalAdvance(entry.text) for entry in self._entries)
            words += metrics.horizontalAdvance(self._foot)
            if words / self.look.k + len(self._entries) * (22 + gap) + 2 * gap <= width:
                return px, gap
        return 12.0, 5.0


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
        self.pager = self.put(Pager(), 100, 12, 200, 26)
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
        self.put(self.pager, left, 12, self.pager.wide() + 2, 26)
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
