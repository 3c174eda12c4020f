"""The number as a citizen takes it along: the big plate, the map, the band at the paper slot."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from hallclient.kiosk.views.parts import MapZone
from hallclient.ui import fonts
from hallclient.ui.paint import Box, Side, draw_box, draw_figures, draw_fitted, draw_icon, fit_text
from hallclient.ui.widgets.base import HallLabel
from hallclient.ui.widgets.plates import figures_that_fit

_NUMBER = 300.0
_DOOR = (50.0, 88.0)
"""Where the citizen stands on the map, in hundredths: at the entrance, like the kiosk."""


class GoodNews(HallLabel):
    """A tick on a filled disc and what went well, 68 high."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the disc, the tick and the words."""
        painter, look = QPainter(self), self.look
        area = QRectF(self.rect())
        side, inset = look.px(64), look.px(12)
        disc = QRectF(0, (area.height() - side) / 2, side, side)
        draw_box(painter, look, disc, Box("ok", radius=32))
        draw_icon(painter, look, "check", disc.adjusted(inset, inset, -inset, -inset), "surface")
        words = area.adjusted(side + look.px(20), 0, 0, 0)
        room = words.width() / look.k
        fitted = fit_text(look, self.text(), (44, 40, 36), room, weight=fonts.BOLD)
        self.pen(painter, "ok")
        draw_fitted(painter, look, words, fitted, weight=fonts.BOLD)


class NumberPlate(HallLabel):
    """The number taken, hollow, with the service above it: 968x412."""

    def __init__(
        self, sizes: tuple[float, ...] = (40, 36, 32), parent: QWidget | None = None
    ) -> None:
        super().__init__("", parent)
        self._service = ""
        self._labels: tuple[str, ...] = ()
        self._sizes = sizes

    def set_sizes(self, sizes: tuple[float, ...]) -> None:
        """Change the steps of the service's name, as between two modes."""
        self._sizes = sizes
        self.update()

    def show_ticket(self, label: str, service: str, labels: tuple[str, ...] = ()) -> None:
        """Show a ticket, or all ``labels`` of one go in rows of three."""
        self._service = service
        self._labels = labels or (label,)
        self.setText(" ".join(self._labels))
        self.setAccessibleName(f"{self.text()} {service}")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the frame, the service and the number."""
        painter, look = QPainter(self), self.look
        area = QRectF(self.rect())
        draw_box(painter, look, area, Box("surface", "ink", 6, 28))
        room = self.reference_size()[0] - 80
        service = fit_text(look, self._service, self._sizes, room, lines=2, weight=fonts.MEDIUM)
        if len(service.lines) > 1:
            least = (self._sizes[-1],)
            service = fit_text(look, self._service, least, room, lines=2, weight=fonts.MEDIUM)
        self.pen(painter, "ink")
        top = QRectF(look.px(40), look.px(20), look.px(room), look.px(92))
        draw_fitted(painter, look, top, service, weight=fonts.MEDIUM, side=Side.CENTRE, leading=1.1)
        figures = QRectF(0, look.px(112), area.width(), area.height() - look.px(128))
        if len(self._labels) > 1:
            self._paint_several(painter, figures)
            return
        size = figures_that_fit(self, self.text(), _NUMBER)
        draw_figures(painter, figures, self.text(), look.font(size, fonts.FIGURE))

    def _paint_several(self, painter: QPainter, area: QRectF) -> None:
        """Draw the numbers in rows of two or three, all of one size."""
        look, labels = self.look, self._labels
        across = 2 if len(labels) in (2, 4) else 3
        rows = -(-len(labels) // across)
        width, height = area.width() / across, area.height() / rows
        longest = max(labels, key=len)
        size = min(_NUMBER, height / look.k * 0.86)
        measure = fonts.metrics(look.px(size), fonts.FIGURE, look.language)
        room = width - look.px(56)
        size *= min(1.0, room / max(1.0, measure.horizontalAdvance(longest)))
        for place, label in enumerate(labels):
            row, column = divmod(place, across)
            in_row = min(across, len(labels) - row * across)
            left = (area.width() - in_row * width) / 2
            cell = QRectF(left + column * width, area.y() + row * height, width, height)
            draw_figures(painter, cell, label, look.font(size, fonts.FIGURE))


class ZoneMap(HallLabel):
    """The floor: walls with a door below, zones, the way from the door to the citizen's zone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._zones: tuple[MapZone, ...] = ()

    def show_zones(self, zones: tuple[MapZone, ...], name: str) -> None:
        """Show a floor; ``name`` says in words where to go."""
        self._zones = zones
        self.setAccessibleName(name)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw walls, zones and the way."""
        painter, look = QPainter(self), self.look
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        pen = QPen(look.colour("lineStrong"), look.px(4))
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        inset = look.px(4) / 2
        walls = area.adjusted(inset, inset, -inset, -inset)
        path = QPainterPath(QPointF(walls.x() + walls.width() * 0.4, walls.bottom()))
        for corner in (walls.bottomLeft(), walls.topLeft(), walls.topRight(), walls.bottomRight()):
            path.lineTo(corner)
        path.lineTo(walls.x() + walls.width() * 0.6, walls.bottom())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen)
        painter.drawPath(path)
        for zone in self._zones:
            self._paint_zone(painter, zone)
        here = [zone for zone in self._zones if zone.here]
        if here:
            self._paint_way(painter, here[0])

    def _point(self, x: float, y: float) -> QPointF:
        return QPointF(self.width() * x / 100, self.height() * y / 100)

    def _box(self, zone: MapZone) -> QRectF:
        x, y, w, h = zone.box
        return QRectF(self._point(x, y), self._point(x + w, y + h))

    def _paint_zone(self, painter: QPainter, zone: MapZone) -> None:
        look, box = self.look, self._box(zone)
        if zone.here:
            draw_box(
                painter, look, box, Box("primary", "ink" if look.theme.flat else "primary", 3, 8)
            )
        else:
            draw_box(painter, look, box, Box("paper", "line", 3, 8))
        self.pen(painter, "onPrimary" if zone.here else "ink2")
        size = 54 if zone.here else 44
        draw_figures(painter, box, zone.letter, look.font(size, fonts.FIGURE))

    def _paint_way(self, painter: QPainter, zone: MapZone) -> None:
        """Walk the middle aisle, then straight into the zone's near edge."""
        look, box = self.look, self._box(zone)
        door = self._point(*_DOOR)
        gap, head = look.px(22), look.px(20)
        path = QPainterPath(door)
        if box.left() <= door.x() <= box.right() or box.bottom() < door.y() - box.height() * 2:
            self._up(path, door, box, gap)
            tip, wings = path.currentPosition(), ((-head, head), (head, head))
        else:
            side = 1 if box.left() > door.x() else -1
            edge = box.left() if side > 0 else box.right()
            path.lineTo(door.x(), box.center().y())
            path.lineTo(edge - side * gap, box.center().y())
            tip, wings = path.currentPosition(), ((-side * head, -head), (-side * head, head))
        for dx, dy in wings:
            path.moveTo(tip + QPointF(dx, dy))
            path.lineTo(tip)
        pen = QPen(look.colour("primary"), look.px(9))
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen)
        painter.drawPath(path)
        painter.setPen(QPen(look.colour("ink"), look.px(4)))
        painter.setBrush(look.colour("call"))
        painter.drawEllipse(door, look.px(13), look.px(13))

    def _up(self, path: QPainterPath, door: QPointF, box: QRectF, gap: float) -> None:
        x = min(max(door.x(), box.left() + gap), box.right() - gap)
        if x != door.x():
            path.lineTo(door.x(), (door.y() + box.bottom()) / 2)
            path.lineTo(x, (door.y() + box.bottom()) / 2)
        path.lineTo(x, box.bottom() + gap)


class Band(HallLabel):
    """A band with an icon: amber for the paper in the slot, ochre for why there is none."""

    def __init__(
        self,
        *,
        fill: str,
        ink: str,
        icon: str,
        sizes: tuple[float, ...],
        weight: int = fonts.BOLD,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("", parent)
        self._fill, self._ink, self._icon = fill, ink, icon
        self._sizes, self._weight = sizes, weight
        self._end = ""

    def set_sizes(self, sizes: tuple[float, ...]) -> None:
        """Change the type steps, as between two modes."""
        self._sizes = sizes
        self.update()

    def set_tone(self, fill: str, ink: str, icon: str) -> None:
        """Change fill, words and icon."""
        self._fill, self._ink, self._icon = fill, ink, icon
        self.update()

    def set_end(self, icon: str) -> None:
        """Put an icon at the right end."""
        self._end = icon
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw fill, icon and words."""
        painter, look = QPainter(self), self.look
        area = QRectF(self.rect())
        edge = "ink" if look.theme.flat else "transparent"
        draw_box(painter, look, area, Box(self._fill, edge, 4, 24))
        side, pad = look.px(64), look.px(44)
        square = QRectF(pad, (area.height() - side) / 2, side, side)
        draw_icon(painter, look, self._icon, square, self._ink)
        words = area.adjusted(pad + side + look.px(28), 0, -pad, 0)
        if self._end:
            square = QRectF(area.width() - pad - side, square.y(), side, side)
            draw_icon(painter, look, self._end, square, self._ink)
            words.setRight(square.left() - look.px(20))
        fitted = fit_text(
            look, self.text(), self._sizes, words.width() / look.k, lines=3, weight=self._weight
        )
        self.pen(painter, self._ink)
        draw_fitted(painter, look, words, fitted, weight=self._weight, leading=1.3)
