"""How something looks that is to be published: a small card, or an emergency's page."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.domain.hall import HallPlan
from hallclient.domain.publication import Publication
from hallclient.ui import fonts
from hallclient.ui.look import Look
from hallclient.ui.paint import LEADING, Box, draw_box, draw_fitted, fit_text
from hallclient.ui.widgets.base import HallLabel
from hallclient.ui.widgets.emergency import EmergencyCover

LARGEST = QSize(1200, 800)


class CardPreview(HallLabel):
    """Title, text and picture as on a board, small."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._title = ""
        self._image: QImage | None = None

    def show_words(self, title: str, text: str) -> None:
        """Show a title and a text."""
        self._title = title
        self.setText(text)
        self.update()

    def show_picture(self, image: QImage | None) -> None:
        """Show a picture, or none."""
        self._image = image
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the card, the picture or the title, and the words."""
        painter, look, area = QPainter(self), self.look, QRectF(self.rect())
        draw_box(painter, look, area, Box("primaryTint", "line", 1, 10))
        inner = area.adjusted(look.px(12), look.px(8), -look.px(12), -look.px(8))
        words = inner
        if self._image is not None:
            room = inner.adjusted(0, 0, 0, -look.px(26) if self.text() else 0)
            size = self._image.size().scaled(
                room.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio
            )
            place = QRectF(0, 0, size.width(), size.height())
            place.moveCenter(room.center())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(place, self._image)
            words = QRectF(
                inner.left(), room.bottom(), inner.width(), inner.bottom() - room.bottom()
            )
        elif self._title:
            top = QRectF(inner.left(), inner.top(), inner.width(), look.px(28))
            self._draw(painter, look, top, self._title, (18, 17, 16), fonts.BOLD, 1)
            words = inner.adjusted(0, look.px(32), 0, 0)
        lines = max(1, int(words.height() / look.k / 19))
        self._draw(painter, look, words, self.text(), (15, 14, 13), fonts.REGULAR, lines)

    def _draw(
        self,
        painter: QPainter,
        look: Look,
        area: QRectF,
        text: str,
        sizes: tuple[float, ...],
        weight: int,
        lines: int,
    ) -> None:
        if text:
            self.pen(painter, "ink")
            fitted = fit_text(look, text, sizes, area.width() / look.k, lines=lines, weight=weight)
            tall = min(area.height(), len(fitted.lines) * look.px(fitted.px) * LEADING)
            at = QRectF(area.left(), area.top(), area.width(), tall)
            draw_fitted(painter, look, at, fitted, weight=weight)


class EmergencyPreview(QWidget):
    """The page that will cover the screens, small."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cover = EmergencyCover(self)

    def set_look(self, look: Look) -> None:
        """Take the console's theme."""
        self.cover.set_look(look)

    def show_emergency(self, one: Publication, plan: HallPlan, language: str) -> None:
        """Show another one."""
        self.cover.show_emergency(one, plan, language)
