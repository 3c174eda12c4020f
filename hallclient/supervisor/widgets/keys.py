"""Keys of the console: a verb on a row, an action with an icon, a page of a long list."""

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.ui import fonts
from hallclient.ui.canvas import Pane
from hallclient.ui.paint import (
    Box,
    Fitted,
    Side,
    draw_box,
    draw_fitted,
    draw_icon,
    draw_line,
    fit_text,
)
from hallclient.ui.widgets.base import Face, HallButton

EDGE = 2


class VerbKey(HallButton):
    """A short verb, with an icon before it where there is room (108x48) and without (84x32)."""

    radius = 8.0

    def __init__(
        self,
        label: str = "",
        *,
        icon: str = "",
        sizes: tuple[float, ...] = (14, 13),
        weight: int = fonts.MEDIUM,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(label, parent)
        self._icon = icon
        self._sizes = sizes
        self._weight = weight
        self.setAccessibleName(label)

    def set_words(self, label: str, said: str = "") -> None:
        """Change the words; ``said`` is what a screen reader says in their place."""
        self.setText(label)
        self.setAccessibleName(said or label)
        self.update()

    def is_cut(self) -> bool:
        """Tell whether the words do not fit and are elided."""
        return self._fit().elided

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw frame, icon and words in the middle."""
        painter, look, colours = QPainter(self), self.look, self.paints(width=EDGE)
        area = self.area()
        draw_box(painter, look, area, colours.box)
        fitted = self._fit()
        measured = fonts.metrics(look.px(fitted.px), self._weight, look.language)
        words = max(measured.horizontalAdvance(line) for line in fitted.lines)
        side = look.px(20) if self._icon else 0
        gap = look.px(6) if self._icon else 0
        x = (area.width() - side - gap - words) / 2
        if self._icon:
            square = QRectF(x, (area.height() - side) / 2, side, side)
            draw_icon(painter, look, self._icon, square, colours.ink)
        painter.setPen(look.colour(colours.ink))
        room = QRectF(x + side + gap, 0, words + 2, area.height())
        draw_fitted(painter, look, room, fitted, weight=self._weight, leading=1.12)

    def _fit(self) -> Fitted:
        room = self.reference_size()[0] - 12 - (26 if self._icon else 0)
        lines = 2 if self.reference_size()[1] >= 40 else 1
        return fit_text(self.look, self.text(), self._sizes, room, lines=lines, weight=self._weight)


class PageKey(HallButton):
    """One page of a list that is longer than its room; a dot says that something is wrong there."""

    radius = 7.0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.page = 0
        self._dot = False
        self.set_face(Face.OUTLINED)

    def set_state(self, page: int, name: str, *, chosen: bool, dot: bool) -> None:
        """Show another page, whether it is in sight, and whether something is wrong on it."""
        self.page, self._dot = page, dot
        self.setText(str(page + 1))
        self.set_face(Face.SELECTED if chosen else Face.OUTLINED)
        self.setAccessibleName(name)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw frame, number and dot."""
        painter, look, colours = QPainter(self), self.look, self.paints(width=EDGE)
        area = self.area()
        draw_box(painter, look, area, colours.box)
        painter.setPen(look.colour(colours.ink))
        draw_line(painter, area, self.text(), look.font(14, fonts.FIGURE), side=Side.CENTRE)
        if self._dot:
            side = look.px(8)
            dot = QRectF(area.width() - side - look.px(3), look.px(3), side, side)
            draw_box(painter, look, dot, Box("dangerSolid", radius=8))


class Pager(Pane):
    """Keys for the pages of a list, ``most`` of them in sight; none for a list of one page."""

    turned = Signal(int)
    WIDTH, HEIGHT, GAP = 30.0, 30.0, 6.0
    MOST = 8

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys: list[PageKey] = []
        self._page = self._count = 0
        self.most = self.MOST
        self._dots: frozenset[int] = frozenset()
        self._names: tuple[str, ...] = ()

    @property
    def page(self) -> int:
        """The page in sight, from 0."""
        return self._page

    @property
    def pages(self) -> int:
        """How many pages there are, 0 when one is enough."""
        return self._count

    def wide(self) -> float:
        """Return the width of all keys in reference px."""
        return len(self._keys) * (self.WIDTH + self.GAP)

    def set_pages(self, count: int, dots: frozenset[int], names: tuple[str, ...]) -> None:
        """Show so many pages; those in ``dots`` have something wrong on them."""
        self._count = count if count > 1 else 0
        self._dots, self._names = dots, names
        self._page = min(self._page, max(0, self._count - 1))
        shown = min(self._count, self.most)
        while len(self._keys) > shown:
            self.drop(self._keys.pop())
        while len(self._keys) < shown:
            key, at = PageKey(), len(self._keys)
            key.clicked.connect(lambda _checked=False, key=key: self.turn(key.page))
            self._keys.append(
                self.put(key, at * (self.WIDTH + self.GAP), 0, self.WIDTH, self.HEIGHT)
            )
        self._show()

    def turn(self, page: int) -> None:
        """Go to a page, if there is such a one."""
        if 0 <= page < self._count and page != self._page:
            self._page = page
            self._show()
            self.turned.emit(page)

    def _show(self) -> None:
        first = max(0, min(self._page - self.most // 2, self._count - self.most))
        for page, key in enumerate(self._keys, first):
            key.set_state(
                page, self._names[page], chosen=page == self._page, dot=page in self._dots
            )
        self.setVisible(bool(self._keys))
