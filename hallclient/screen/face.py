"""Who sits at the window (亮身份): photo, name, staff number, promise, perhaps stars."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent

from hallclient.screen.parts import ScreenPart, Style
from hallclient.screen.wording import Face
from hallclient.ui import fonts
from hallclient.ui.paint import Box, draw_box

PHOTO = (208.0, 286.0)
GROUND, FIGURE = 0.18, 0.65
"""How much of the primary colour is in a silhouette and in what it stands on."""
STARS = 5
STAR, STAR_STEP = 38.0, 42.0
STARS_TOP = PHOTO[1] - 60
"""The stars stand no lower than this."""


class FaceCard(ScreenPart):
    """760×286 or larger; without a face the words of help."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: Face | None = None
        self._help = ""
        self._photo: QImage | None = None

    def show_face(self, shown: Face | None, help_words: str) -> None:
        """Take who sits here, or where to find help."""
        if (shown, help_words) == (self._shown, self._help):
            return
        before = self._shown.photo if self._shown is not None else ""
        self._shown, self._help = shown, help_words
        if shown is None or shown.photo != before:
            self._photo = None
        said = (shown.name, shown.number, shown.promise) if shown is not None else (help_words,)
        stars = f"{shown.tenths / 10:.1f}" if shown is not None and shown.tenths else ""
        sample = shown.sample if shown is not None else ""
        self.setText(". ".join(part for part in (*said, stars, sample) if part))
        self.update()

    def show_photo(self, digest: str, photo: QImage | None) -> None:
        """Take the photo of whoever is shown, None for none."""
        if self._shown is not None and self._shown.photo == digest:
            self._photo = photo
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the photo and the words beside it, or where to find help."""
        painter = QPainter(self)
        self.cut = False
        width, height = self.reference_size()
        if self._shown is None:
            at = QRectF(0, 0, width, height)
            self.words(painter, self._help, at, Style((40, 36, 32), "ink2", lines=3, leading=1.5))
            return
        self._draw_photo(painter)
        x = PHOTO[0] + 36
        y = self._name(painter, self._shown, x, width - x)
        lowest = STARS_TOP if self._shown.tenths else PHOTO[1]
        lines = max(1, min(3, int((lowest - y - 10) // 42)))
        y = self.words(
            painter,
            self._shown.promise,
            QRectF(x, y + 10, width - x, 48),
            Style((34, 34, 32, 30, 28), "ink", lines=lines, leading=1.4),
            top=True,
        )
        if self._shown.tenths:
            top = max(176, min(y, STARS_TOP - 20)) + 20
            self._stars(painter, self._shown, QRectF(x, top, width - x, 56))

    def _name(self, painter: QPainter, shown: Face, x: float, room: float) -> float:
        """Draw name and number: on one line, or the number below a long name."""
        name = self._width(shown.name, 60, fonts.BOLD)
        number = self._width(shown.number, 32, fonts.MEDIUM)
        bold, medium = fonts.BOLD, fonts.MEDIUM
        beside = name + 20 + number <= room
        if beside:
            at = QRectF(x, 0, name + 4, 68)
            self.words(painter, shown.name, at, Style((60,), "ink", weight=bold))
            place = QRectF(x + name + 20, 11, number + 4, 60)
            self.words(painter, shown.number, place, Style((32,), "ink2", weight=medium))
            return 72.0
        at, sizes = QRectF(x, 0, room, 68), (60.0, 54.0, 48.0, 44.0, 40.0, 36.0)
        y = self.words(
            painter,
            shown.name,
            at,
            Style(sizes, "ink", weight=bold, lines=2, leading=1.15),
            top=True,
        )
        place = QRectF(x, y, room, 42)
        self.words(painter, shown.number, place, Style((32, 30, 28), "ink2", weight=medium))
        return y + 42

    def _stars(self, painter: QPainter, shown: Face, at: QRectF) -> None:
        filled = shown.tenths / 10
        for n in range(STARS):
            place = QRectF(at.x() + n * STAR_STEP, at.center().y() - STAR / 2, STAR, STAR)
            self.icon(painter, "star", place, "primary")
            part = min(1.0, max(0.0, filled - n))
            if part > 0:
                painter.save()
                painter.setClipRect(self.at(place.x(), place.y(), STAR * part, STAR))
                self.icon(painter, "star-f", place, "primary")
                painter.restore()
        x = at.x() + STARS * STAR_STEP + 8
        value = f"{filled:.1f}"
        wide = self._width(value, 44, fonts.FIGURE)
        place = QRectF(x, at.y(), wide + 4, at.height())
        self.words(painter, value, place, Style((44,), "ink", weight=fonts.FIGURE))
        rest = QRectF(x + wide + 16, at.y(), at.right() - x - wide - 16, at.height())
        self.words(painter, shown.sample, rest, Style((28, 26, 24), "ink2", lines=2, leading=1.1))

    def _draw_photo(self, painter: QPainter) -> None:
        look, at = self.look, self.at(0, 0, *PHOTO)
        edge = "line" if look.theme.flat else "transparent"
        draw_box(painter, look, at, Box("paper", edge, 4, 16))
        outline = QPainterPath()
        inset = look.px(4) if look.theme.flat else 0
        inner = at.adjusted(inset, inset, -inset, -inset)
        outline.addRoundedRect(inner, 16 * look.k, 16 * look.k)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setClipPath(outline)
        if self._photo is not None:
            painter.drawImage(inner, self._photo)
        else:
            painter.fillRect(inner, self._shade(GROUND))
            self._silhouette(painter)
        painter.restore()

    def _silhouette(self, painter: QPainter) -> None:
        k = self.look.k
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._shade(FIGURE))
        body = QPainterPath(QPointF(22, 286))
        body.cubicTo(26, 226, 56, 198, 104, 198)
        body.cubicTo(152, 198, 182, 226, 186, 286)
        body.closeSubpath()
        painter.scale(k, k)
        painter.drawPath(body)
        painter.drawEllipse(QPointF(104, 126), 46, 54)

    def _shade(self, share: float) -> QColor:
        """Return the primary colour thinned with the surface's; high contrast knows no tints."""
        theme = self.look.theme
        if theme.flat:
            return theme.colour("ink" if share == FIGURE else "surface")
        one, other = theme.colour("primary"), theme.colour("surface")
        rest = 1 - share
        return QColor.fromRgbF(
            one.redF() * share + other.redF() * rest,
            one.greenF() * share + other.greenF() * rest,
            one.blueF() * share + other.blueF() * rest,
        )

    def _width(self, text: str, size: float, weight: int) -> float:
        look = self.look
        metrics = fonts.metrics(look.px(size), weight, look.language)
        return metrics.horizontalAdvance(text) / look.k
