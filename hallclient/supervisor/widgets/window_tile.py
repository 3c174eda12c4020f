"""One window as a tile, its zone's name, and what the colours of tiles mean."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.supervisor.view import LegendEntry, Tile, Tone
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

_RADIUS = 9.0
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
