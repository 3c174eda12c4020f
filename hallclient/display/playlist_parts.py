"""What a playlist shows on a board: a picture with a line below, a page of text."""

import time

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from hallclient.display.notices import SwappingPart
from hallclient.display.phrase import LED_LEAST, Phrase
from hallclient.ui import fonts
from hallclient.ui.paint import Box, Fitted, Side, draw_box, fit_text
from hallclient.ui.pictures import Pictures

PAD, RADIUS = 44.0, 20.0
LEADING = 1.32
_TITLE, _LED_TITLE = (64.0, 56.0, 48.0, 44.0, 40.0), (64.0, 56.0, 48.0)
_TEXT, _LED_TEXT = (48.0, 44.0, 40.0, 36.0, 34.0, 32.0, 30.0, 28.0), (52.0, 48.0, 44.0)
_SECOND = 0.78
"""English beside Chinese, of its size."""


class AppearingPart(SwappingPart):
    """A part that fades in when it gets its place."""

    def appear(self) -> None:
        """Fade in, unless motion is reduced."""
        if not self.reduced:
            self._started, self._opacity = time.monotonic(), 0.0
            self._timer.start()
        self.update()


class PictureCard(AppearingPart):
    """A picture as large as its place allows, whole, with one line below it if there is one."""

    LINE = 64.0

    def __init__(self, pictures: Pictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._digest = self._line = ""
        self._image: QImage | None = None
        pictures.ready.connect(self._take)

    @property
    def is_there(self) -> bool:
        """Whether the picture has come."""
        return self._image is not None

    def show_picture(self, digest: str, line: str) -> None:
        """Show another picture; it appears when it is there."""
        self._digest, self._line, self._image = digest, line, None
        self.setText(line)
        self._ask()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for the picture in the new size; the old one stands until then."""
        super().resizeEvent(event)
        self._ask()

    def phrases(self) -> list[Phrase]:
        """Return the line below."""
        width, height = self.reference_size()
        at = QRectF(24, height - self.LINE, width - 48, self.LINE)
        sizes = (44.0,) if self.led else (36.0, 32.0, 28.0)
        return [Phrase(self._line, at, sizes, side=Side.CENTRE)] if self._line else []

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the card, the picture in its middle, and the line."""
        painter, look = QPainter(self), self.look
        area = QRectF(self.rect())
        draw_box(painter, look, area, Box("sunken", radius=RADIUS))
        painter.setOpacity(self._opacity)
        room = self._room()
        if self._image is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            shape = QPainterPath()
            shape.addRoundedRect(area, look.px(RADIUS), look.px(RADIUS))
            painter.setClipPath(shape)
            ratio = self.devicePixelRatio()
            width, height = self._image.width() / ratio, self._image.height() / ratio
            shrink = min(1.0, room.width() / width, room.height() / height)
            place = QRectF(0, 0, width * shrink, height * shrink)
            place.moveCenter(room.center())
            painter.drawImage(place, self._image)
        self.draw_phrases(painter)

    def _room(self) -> QRectF:
        below = self.look.px(self.LINE) if self._line else 0
        return QRectF(self.rect()).adjusted(0, 0, 0, -below)

    def _ask(self) -> None:
        if not self._digest:
            return
        size = self._room().size().toSize() * self.devicePixelRatio()
        found = self._pictures.get(self._digest, QSize(size))
        if found is not None:
            fresh = self._image is None
            self._image = found
            if fresh and self.isVisible():
                self.appear()
            self.update()

    def _take(self, digest: str) -> None:
        if digest == self._digest:
            self._ask()


class PagePart(AppearingPart):
    """Title and text on a card of any shape; what is too long for one page takes several.

    ``second`` is the same in English, below and smaller, where both fit.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._first = self._second = ("", "")
        self._made: tuple[object, list[list[Phrase]]] | None = None

    @property
    def pages(self) -> int:
        """How many pages the text takes."""
        return len(self._screens())

    def show_page(self, first: tuple[str, str], second: tuple[str, str] = ("", "")) -> None:
        """Show another title and text, from its first page on."""
        self._first, self._second = first, second
        self.index, self._made = 0, None
        self.setText(". ".join(part for part in (*first, *second) if part))
        self.stop()
        self.appear()

    def phrases(self) -> list[Phrase]:
        """Return the texts of the present page."""
        screens = self._screens()
        return screens[self.index % len(screens)] if screens else []

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the card and its words."""
        painter = QPainter(self)
        draw_box(painter, self.look, QRectF(self.rect()), Box("primaryTint", radius=RADIUS))
        painter.setOpacity(self._opacity)
        self.draw_phrases(painter)

    def _screens(self) -> list[list[Phrase]]:
        key = (self.look, self.size())
        if self._made is None or self._made[0] != key:
            self._made = key, self._lay()
        return self._made[1]

    def _lay(self) -> list[list[Phrase]]:
        for both in (True, False):
            for size in self._sizes():
                made = self._stacked(size, both=both)
                if made is not None:
                    return [made]
        return self._split()

    def _sizes(self) -> tuple[float, ...]:
        return _LED_TEXT if self.led else _TEXT

    def _least(self, px: float) -> float:
        return max(LED_LEAST, px) if self.led else px

    def _titled(self, title: str, top: float, scale: float = 1.0) -> tuple[list[Phrase], float]:
        if not title:
            return [], top
        width = self.reference_size()[0] - 2 * PAD
        sizes = tuple(self._least(size * scale) for size in (_LED_TITLE if self.led else _TITLE))
        fitted = fit_text(self.look, title, sizes, width, lines=2, weight=fonts.BOLD)
        height = len(fitted.lines) * fitted.px * LEADING
        at = QRectF(PAD, top, width, height)
        phrase = Phrase(title, at, (fitted.px,), weight=fonts.BOLD, lines=2, leading=LEADING)
        return [phrase], top + height + 16

    def _stacked(self, size: float, *, both: bool) -> list[Phrase] | None:
        """Return everything on one page at a size, or None when it does not fit."""
        width, height = self.reference_size()
        blocks = [(self._first, 1.0)]
        if both and any(self._second):
            blocks.append((self._second, _SECOND))
        made: list[Phrase] = []
        top = PAD
        for (title, text), scale in blocks:
            titles, top = self._titled(title, top, scale)
            made += titles
            if text:
                px = self._least(size * scale)
                fitted = self._broken(text, px)
                tall = len(fitted.lines) * px * LEADING
                at = QRectF(PAD, top, width - 2 * PAD, tall)
                many = len(fitted.lines)
                made.append(Phrase(text, at, (px,), "ink2", lines=many, leading=LEADING))
                top += tall + 28
        return made if top - 28 <= height - PAD / 2 else None

    def _split(self) -> list[list[Phrase]]:
        """Return as many pages as the text needs at the smallest size, the title on each."""
        size = self._sizes()[-1]
        width, height = self.reference_size()
        titles, top = self._titled(self._first[0], PAD)
        lines = self._broken(self._first[1], size).lines
        most = max(1, int((height - PAD - top) / (size * LEADING)))
        made = []
        for start in range(0, len(lines), most):
            part = lines[start : start + most]
            text = "\n".join(line.strip() for line in part)
            at = QRectF(PAD, top, width - 2 * PAD, len(part) * size * LEADING)
            phrase = Phrase(text, at, (size,), "ink2", lines=len(part), leading=LEADING)
            made.append([*titles, phrase])
        return made or [titles]

    def _broken(self, text: str, size: float) -> Fitted:
        return fit_text(
            self.look, text, (size,), self.reference_size()[0] - 2 * PAD, lines=len(text) + 1
        )
