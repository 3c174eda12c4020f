"""Big buttons: the kiosk's entries, its confirm button, its footer toggles."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.ui import fonts
from hallclient.ui.look import Look
from hallclient.ui.paint import (
    Fitted,
    Side,
    draw_box,
    draw_fitted,
    draw_icon,
    fit_text,
)
from hallclient.ui.widgets.base import Face, HallButton, Paints


@dataclass(frozen=True, slots=True)
class TileSizes:
    """Measures of a tile in reference px; ``title`` holds the steps a long text drops through."""

    title: tuple[float, ...]
    sub: tuple[float, ...]
    icon: float
    pad: float
    gap: float
    sub_gap: float = 8
    title_lines: int = 1
    sub_lines: int = 1
    radius: float = 20
    beside: bool = False
    """The icon stands beside the words, not above them."""
    chevron: bool = True
    """A first entry points on to the right."""


HERO = TileSizes((108, 80, 64), (36, 32), 156, 56, 52, sub_gap=14, sub_lines=2, radius=24)
WIDE = TileSizes((50, 42, 36), (30, 28), 76, 36, 22, title_lines=2, sub_lines=2)
SMALL = TileSizes((42, 36, 32), (30, 28), 64, 32, 20, sub_gap=4, title_lines=2)
LOW_HERO = TileSizes((92, 72, 60), (36, 32), 156, 56, 52, sub_gap=8, sub_lines=2, radius=24)
LOW_WIDE = TileSizes((44, 38, 34), (30, 28), 76, 32, 24, title_lines=2, sub_lines=2, beside=True)
LOW_SMALL = TileSizes(
    (40, 34, 30), (28, 28), 64, 26, 18, sub_gap=2, title_lines=2, sub_lines=2, beside=True
)
ELDER = TileSizes(
    (112, 96, 84, 72), (52, 44), 176, 60, 52, sub_gap=10, sub_lines=2, radius=28, chevron=False
)
LOW_ELDER = TileSizes(
    (92, 80, 72), (48, 44), 144, 60, 52, sub_gap=6, sub_lines=2, radius=28, chevron=False
)


class _Titled(HallButton):
    def __init__(
        self, title: str, subtitle: str, icon: str, sizes: TileSizes, parent: QWidget | None
    ) -> None:
        super().__init__(title, parent)
        self._sub = subtitle
        self._icon = icon
        self._sizes = sizes
        self.radius = sizes.radius
        self._rename()

    @property
    def subtitle(self) -> str:
        """The quieter second text."""
        return self._sub

    def set_words(self, title: str, subtitle: str = "") -> None:
        """Change both texts, as after a change of language."""
        self.setText(title)
        self._sub = subtitle
        self._rename()
        self.update()

    def set_icon(self, icon: str) -> None:
        """Change the icon by name; empty for none."""
        self._icon = icon
        self.update()

    def set_sizes(self, sizes: TileSizes) -> None:
        """Change the measures, as between two modes."""
        self._sizes = sizes
        self.radius = sizes.radius
        self.update()

    def _rename(self) -> None:
        self.setAccessibleName(self.text())
        self.setAccessibleDescription(self._sub)

    def _title(self, width: float) -> Fitted:
        sizes = self._sizes
        return fit_text(
            self.look,
            self.text(),
            sizes.title,
            width,
            lines=sizes.title_lines,
            weight=fonts.BOLD,
        )

    def _subtitle(self, width: float) -> Fitted | None:
        sizes = self._sizes
        if not self._sub:
            return None
        return fit_text(
            self.look, self._sub, sizes.sub, width, lines=sizes.sub_lines, weight=fonts.MEDIUM
        )

    def _height(self, fitted: Fitted | None, leading: float) -> float:
        return 0.0 if fitted is None else self.look.px(fitted.px) * leading * len(fitted.lines)

    def _draw_text(
        self, painter: QPainter, rect: QRectF, colours: Paints, width: float, top: float
    ) -> None:
        look, title, sub = self.look, self._title(width), self._subtitle(width)
        height = self._height(title, 1.2)
        painter.setPen(look.colour(colours.ink))
        row = QRectF(rect.x(), top, rect.width(), height)
        draw_fitted(painter, look, row, title, weight=fonts.BOLD, leading=1.2)
        if sub is not None:
            painter.setPen(look.colour(colours.quiet))
            below = top + height + look.px(self._sizes.sub_gap)
            row = QRectF(rect.x(), below, rect.width(), self._height(sub, 1.3))
            draw_fitted(painter, look, row, sub, weight=fonts.MEDIUM, leading=1.3)

    def _text_height(self, width: float) -> float:
        sub = self._subtitle(width)
        gap = self.look.px(self._sizes.sub_gap) if sub is not None else 0
        return self._height(self._title(width), 1.2) + gap + self._height(sub, 1.3)


class Tile(_Titled):
    """An entry with its icon above the words (472x288 ``WIDE``, 307x228 ``SMALL``)."""

    def __init__(
        self,
        title: str,
        subtitle: str = "",
        icon: str = "",
        *,
        sizes: TileSizes = WIDE,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, subtitle, icon, sizes, parent)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw box, icon and words as one block, centred on the height."""
        painter, look, colours = QPainter(self), self.look, self.paints()
        sizes, area = self._sizes, self.area()
        draw_box(painter, look, area, colours.box)
        width = self.reference_size()[0] - 2 * sizes.pad
        pad, icon = look.px(sizes.pad), look.px(sizes.icon) if self._icon else 0
        gap = look.px(sizes.gap) if icon else 0
        inner = area.adjusted(pad, 0, -pad, 0)
        if sizes.beside:
            self._paint_beside(painter, inner, colours, icon, gap)
            return
        top = (area.height() - icon - gap - self._text_height(width)) / 2
        if icon:
            square = QRectF(inner.x() - look.px(6), top, icon, icon)
            draw_icon(painter, look, self._icon, square, colours.icon)
        self._draw_text(painter, inner, colours, width, top + icon + gap)

    def _paint_beside(
        self, painter: QPainter, inner: QRectF, colours: Paints, icon: int, gap: int
    ) -> None:
        look = self.look
        if icon:
            square = QRectF(inner.x() - look.px(6), (inner.height() - icon) / 2, icon, icon)
            draw_icon(painter, look, self._icon, square, colours.icon)
        words = inner.adjusted(icon + gap, 0, 0, 0)
        width = words.width() / look.k
        top = (inner.height() - self._text_height(width)) / 2
        self._draw_text(painter, words, colours, width, top)


class HeroTile(_Titled):
    """The first entry of a screen: icon left, words beside it, chevron right (968x360)."""

    def __init__(
        self,
        title: str,
        subtitle: str = "",
        icon: str = "",
        *,
        sizes: TileSizes = HERO,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, subtitle, icon, sizes, parent)
        self._face = Face.SOLID

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw box, icon, words and chevron."""
        painter, look, colours = QPainter(self), self.look, self.paints()
        sizes, area = self._sizes, self.area()
        draw_box(painter, look, area, colours.box)
        pad, icon = look.px(sizes.pad), look.px(sizes.icon)
        chevron = look.px(72) if sizes.chevron else 0
        middle = area.height() / 2
        if self._icon:
            square = QRectF(pad, middle - icon / 2, icon, icon)
            draw_icon(painter, look, self._icon, square, colours.icon)
        left = pad + icon + look.px(sizes.gap) if self._icon else pad
        right = area.width() - pad - chevron
        if chevron:
            square = QRectF(right, middle - chevron / 2, chevron, chevron)
            draw_icon(painter, look, "chev-r", square, colours.icon)
        words = QRectF(left, 0, right - left - look.px(16), area.height())
        width = words.width() / look.k
        top = (area.height() - self._text_height(width)) / 2
        self._draw_text(painter, words, colours, width, top)


class BigButton(HallButton):
    """A button of one line, centred: icon, words and a quieter note beside them.

    ``stacked`` puts the icon above the words (footer toggles). ``size`` holds the type steps.
    """

    def __init__(
        self,
        title: str,
        icon: str = "",
        *,
        size: tuple[float, ...] = (36, 30, 28),
        icon_size: float = 44,
        stacked: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, parent)
        self._icon = icon
        self._size = size
        self._icon_size = icon_size
        self._stacked = stacked
        self._note = ""
        self.radius = 24.0 if size[0] > 60 else 16.0
        self.setAccessibleName(title)

    def set_words(self, title: str, note: str = "") -> None:
        """Change the words and the note, e.g. 完成 and 20 秒后自动返回."""
        if (title, note) == (self.text(), self._note):
            return
        self.setText(title)
        self._note = note
        self.setAccessibleName(title)
        self.setAccessibleDescription(note)
        self.update()

    def set_icon(self, icon: str) -> None:
        """Change the icon by name; empty for none."""
        self._icon = icon
        self.update()

    def set_sizes(self, size: tuple[float, ...], icon_size: float | None = None) -> None:
        """Change the type steps and the icon, as between two modes."""
        self._size = size
        self._icon_size = self._icon_size if icon_size is None else icon_size
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw box, icon, words and note."""
        painter, colours = QPainter(self), self.paints()
        draw_box(painter, self.look, self.area(), colours.box)
        if self._stacked:
            self._paint_stacked(painter, colours)
        else:
            self._paint_inline(painter, colours)

    def _paint_stacked(self, painter: QPainter, colours: Paints) -> None:
        look, area = self.look, self.area()
        width = self.reference_size()[0] - 16
        fitted = fit_text(look, self.text(), self._size, width, lines=2, weight=fonts.BOLD)
        icon = look.px(self._icon_size) if self._icon else 0
        text = look.px(fitted.px) * 1.25 * len(fitted.lines)
        top = (area.height() - icon - text) / 2
        if icon:
            square = QRectF((area.width() - icon) / 2, top, icon, icon)
            draw_icon(painter, look, self._icon, square, colours.ink)
        painter.setPen(look.colour(colours.ink))
        row = QRectF(0, top + icon, area.width(), text)
        draw_fitted(painter, look, row, fitted, weight=fonts.BOLD, side=Side.CENTRE, leading=1.25)

    def _paint_inline(self, painter: QPainter, colours: Paints) -> None:
        look, area = self.look, self.area()
        icon = look.px(self._icon_size) if self._icon else 0
        gap = look.px(18)
        lead = icon + gap if icon else 0
        room = area.width() - 2 * gap - lead
        title = fit_text(look, self.text(), self._size, room / look.k, lines=2, weight=fonts.BOLD)
        text = _widest(look, title, fonts.BOLD)
        note = self._fit_note((room - text - gap) / look.k)
        below = note is None and bool(self._note)
        beside = _widest(look, note, fonts.MEDIUM) + gap if note is not None else 0
        x = (area.width() - text - beside - lead) / 2
        if icon:
            square = QRectF(x, (area.height() - icon) / 2, icon, icon)
            draw_icon(painter, look, self._icon, square, colours.ink)
        painter.setPen(look.colour(colours.ink))
        lift = look.px(self._size[-1]) * 0.55 if below else 0
        words = QRectF(x + lead, -lift, text, area.height())
        draw_fitted(painter, look, words, title, weight=fonts.BOLD)
        painter.setPen(look.colour(colours.quiet))
        if note is not None:
            rest = QRectF(x + lead + text + gap, 0, beside, area.height())
            draw_fitted(painter, look, rest, note, weight=fonts.MEDIUM)
        elif below:
            steps = (self._size[-1] * 0.95, self._size[-1] * 0.85)
            under = fit_text(look, self._note, steps, room / look.k, weight=fonts.MEDIUM)
            row = area.adjusted(0, lift * 2, 0, lift)
            draw_fitted(painter, look, row, under, weight=fonts.MEDIUM, side=Side.CENTRE)

    def _fit_note(self, room: float) -> Fitted | None:
        """Return the note beside the words, None when there is none or no room for it there."""
        if not self._note or room <= 0:
            return None
        steps = (self._size[0] * 0.89, self._size[0] * 0.83, self._size[0] * 0.78)
        fitted = fit_text(self.look, self._note, steps, room, weight=fonts.MEDIUM)
        return None if fitted.elided else fitted


def _widest(look: Look, fitted: Fitted, weight: int) -> float:
    measure = fonts.metrics(look.px(fitted.px), weight, look.language)
    return max(measure.horizontalAdvance(line.rstrip()) for line in fitted.lines)
