"""The search's field and its keys (visual.md, Search)."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.ui import fonts
from hallclient.ui.paint import (
    Box,
    Side,
    draw_box,
    draw_figures,
    draw_fitted,
    draw_icon,
    draw_line,
    fit_text,
)
from hallclient.ui.widgets.base import HallButton, HallLabel


class SearchField(HallLabel):
    """What has been typed, with a standing cursor, and how much was found: 968x112."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._found = ""
        self._small = 32

    def set_large(self, large: bool) -> None:  # noqa: FBT001 - a mode
        """Draw as elders need it."""
        self._small = 44 if large else 32
        self.update()

    def show_query(self, query: str, found: str) -> None:
        """Show the letters and the count."""
        self._found = found
        self.setText(query)
        self.setAccessibleName(f"{query} {found}".strip())
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw frame, icon, letters, cursor and count."""
        painter, look = QPainter(self), self.look
        area = QRectF(self.rect())
        draw_box(painter, look, area, Box("surface", "primary", 4, 20))
        side = look.px(48)
        square = QRectF(look.px(36), (area.height() - side) / 2, side, side)
        draw_icon(painter, look, "search", square, "ink")
        latin, chinese = look.font(60, fonts.FIGURE), look.font(52, fonts.BOLD)
        self.pen(painter, "ink")
        x = square.right() + look.px(24)
        for letter in self.text():
            font = latin if letter.isascii() else chinese
            x += draw_line(painter, QRectF(x, 0, 1, area.height()), letter, font) + look.px(5)
        cursor = QRectF(x + look.px(4), 0, look.px(4), look.px(60))
        cursor.moveTop((area.height() - cursor.height()) / 2)
        painter.fillRect(cursor, look.colour("primary"))
        self.pen(painter, "ink2")
        rest = area.adjusted(0, 0, -look.px(28), 0)
        draw_line(painter, rest, self._found, look.font(self._small), side=Side.RIGHT)


class LetterKey(HallButton):
    """One letter of the screen keyboard, 128x100."""

    radius = 16.0

    def __init__(self, letter: str, parent: QWidget | None = None) -> None:
        super().__init__(letter, parent)
        self.setAccessibleName(letter)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the key and its letter."""
        painter, look, colours = QPainter(self), self.look, self.paints(width=2)
        draw_box(painter, look, self.area(), colours.box)
        painter.setPen(look.colour(colours.ink))
        draw_figures(painter, self.area(), self.text(), look.font(48, fonts.FIGURE))


class SuggestionKey(HallButton):
    """Characters that the last letters may mean; touched, they take the letters' place."""

    radius = 16.0

    def show_characters(self, characters: str) -> None:
        """Show other characters."""
        self.setText(characters)
        self.setAccessibleName(characters)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the key and its characters."""
        painter, look, colours = QPainter(self), self.look, self.paints(width=2)
        draw_box(painter, look, self.area(), colours.box)
        room = self.reference_size()[0] - 20
        fitted = fit_text(look, self.text(), (48, 44, 40), room, weight=fonts.MEDIUM)
        painter.setPen(look.colour(colours.ink))
        area = self.area()
        draw_fitted(painter, look, area, fitted, side=Side.CENTRE, weight=fonts.MEDIUM)


class Example(HallLabel):
    """A name and the letters that find it; to read, not to touch."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._letters = ""
        self._sizes: tuple[float, ...] = (32, 28)

    def set_large(self, large: bool) -> None:  # noqa: FBT001 - a mode
        """Draw as elders need it."""
        self._sizes = (44,) if large else (32, 28)
        self.update()

    def show_example(self, name: str, letters: str) -> None:
        """Show another example."""
        self._letters = letters
        self.setText(name)
        self.setAccessibleName(f"{name} {letters}")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the card, the name and the letters."""
        painter, look = QPainter(self), self.look
        area = QRectF(self.rect())
        edge = "ink" if look.theme.flat else "transparent"
        draw_box(painter, look, area, Box("sunken", edge, 4, 20))
        pad = look.px(32)
        room = (area.width() - 2 * pad) / look.k
        name = fit_text(look, self.text(), self._sizes, room, lines=2, weight=fonts.MEDIUM)
        self.pen(painter, "ink")
        large = self._sizes[0] > 40
        y, height = (8, 112) if large else (26, 78)
        top = QRectF(pad, look.px(y), area.width() - 2 * pad, look.px(height))
        draw_fitted(painter, look, top, name, weight=fonts.MEDIUM)
        self.pen(painter, "primary")
        below = QRectF(pad, look.px(118 if large else 112), area.width() - 2 * pad, look.px(70))
        draw_line(painter, below, self._letters, look.font(56 if large else 60, fonts.FIGURE))


class SearchEntry(HallButton):
    """The way into the search: icon and a hint with an example, 968x108, or 472 beside others."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._sizes: tuple[float, ...] = (34, 30, 28)

    def set_large(self, large: bool) -> None:  # noqa: FBT001 - a mode
        """Draw as elders need it."""
        self._sizes = (48, 44) if large else (34, 30, 28)
        self.update()

    def show_hint(self, hint: str) -> None:
        """Show another hint."""
        if hint != self.text():
            self.setText(hint)
            self.setAccessibleName(hint)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the box, the icon and the hint."""
        painter, look, colours = QPainter(self), self.look, self.paints()
        area = self.area()
        draw_box(painter, look, area, colours.box)
        side = look.px(48)
        square = QRectF(look.px(36), (area.height() - side) / 2, side, side)
        draw_icon(painter, look, "search", square, colours.icon)
        words = area.adjusted(square.right() + look.px(24), 0, -look.px(32), 0)
        room = words.width() / look.k
        hint = fit_text(look, self.text(), self._sizes, room, lines=2, weight=fonts.MEDIUM)
        painter.setPen(look.colour(colours.quiet))
        draw_fitted(painter, look, words, hint, weight=fonts.MEDIUM)
