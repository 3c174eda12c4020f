"""Longer lists: under up to three tabs, narrowed by what is typed, on pages of eight lines.

Digits choose a line, or are typed themselves where a tab is about numbers; letters narrow; left
and right (or Tab) change the tab; arrows mark, Enter confirms, Esc leaves.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.ui import fonts
from hallclient.ui.paint import Box, Side, draw_box, draw_fitted, draw_icon, draw_line, fit_text
from hallclient.ui.widgets.base import Face, HallButton, HallLabel
from hallclient.ui.widgets.text import Line, Text
from hallclient.ui.words import Words
from hallclient.window.choices import Choice, ChoiceRow, FootLine
from hallclient.window.popovers import HEAD, NOTCH, PAD, ROW, WIDTH, StaffPopover

PAGE = 8
_TABS, _FIELD, _LONGEST = 44, 58, 24


class Typed(Enum):
    """What narrows a tab's lines."""

    NOTHING = "nothing"
    LETTERS = "letters"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Tab:
    """One list: its name, its lines for what is typed, what may be typed and the words for it.

    ``empty`` is said where there is no line.
    """

    name: str
    lines: Callable[[str], Sequence[Choice]]
    typed: Typed = Typed.NOTHING
    hint: str = ""
    empty: str = ""


class TabKey(HallButton):
    """The name of a tab; the present one is underlined."""

    radius = 9.0

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCheckable(True)
        self.set_face(Face.BARE)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the name and the line below it."""
        painter, look, area = QPainter(self), self.look, self.area()
        weight = fonts.BOLD if self.isChecked() else fonts.REGULAR
        fitted = fit_text(look, self.text(), (17, 16, 15, 14), area.width() - 8, weight=weight)
        painter.setPen(look.colour("primary" if self.isChecked() else "ink2"))
        draw_fitted(painter, look, area, fitted, weight=weight, side=Side.CENTRE)
        line = QRectF(0, area.height() - 3, area.width(), 3 if self.isChecked() else 2)
        painter.fillRect(line, look.colour("primary" if self.isChecked() else "line"))


class TypedLine(HallLabel):
    """What is typed to narrow a list, or what may be."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._hint = ""

    def show_typed(self, typed: str, hint: str) -> None:
        """Show the typed signs, or the hint before there are any."""
        self._hint = hint
        self.setText(typed)
        self.setAccessibleName(typed or hint)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the field, a lens and the words."""
        painter, look = QPainter(self), self.look
        area = QRectF(self.rect())
        draw_box(painter, look, area, Box("surface", "primary", 2, 9))
        draw_icon(painter, look, "search", QRectF(14, (area.height() - 20) / 2, 20, 20), "ink2")
        room = area.adjusted(44, 0, -14, 0)
        if self.text():
            self.pen(painter, "ink")
            taken = draw_line(painter, room, self.text(), look.font(18, fonts.MEDIUM))
            painter.fillRect(
                QRectF(room.left() + taken + 2, area.height() / 2 - 11, 2, 22), look.colour("ink")
            )
            return
        self.pen(painter, "ink2")
        fitted = fit_text(look, self._hint, (18, 17, 16, 15, 14), room.width())
        draw_fitted(painter, look, room, fitted)


class ListPopover(StaffPopover):
    """Lists under tabs; one line is chosen."""

    chosen = Signal(int, str)
    """Which tab, and the value of the line."""
    turned = Signal(int)
    """Another tab is shown."""

    def __init__(
        self,
        parent: QWidget,
        words: Words,
        title: str,
        tabs: Sequence[Tab],
        *,
        label: str = "",
        rows: int = PAGE,
        marked: int = 0,
    ) -> None:
        """Build for up to ``rows`` lines at once; further ones stand on pages."""
        super().__init__(parent)
        self._words, self._tabs = words, tuple(tabs)
        self._page = max(1, min(rows, PAGE))
        self._typed, self._marked, self._tab = "", marked, 0
        self._first = marked
        self._found: Sequence[Choice] = ()
        self.setAccessibleName(f"{label} {title}".strip())
        self.put_title(title, label)
        y = NOTCH + 12 + HEAD
        self.tabs = [self._tab_key(index, y) for index in range(len(tabs))]
        y += _TABS + 6 if self.tabs and len(tabs) > 1 else 0
        self.field = TypedLine()
        if any(tab.typed is not Typed.NOTHING for tab in tabs):
            self.put(self.field, PAD, y, WIDTH - 2 * PAD, 48)
            y += _FIELD
        self.rows = [self._row(index, y) for index in range(self._page)]
        self.told = self.put(Text("", (17, 16, 15), colour="ink2"), PAD, y, WIDTH - 2 * PAD, ROW)
        y += ROW * self._page + 4
        self.put(Line(), PAD, y, WIDTH - 2 * PAD, 2)
        self._foot_at = y + 8
        self._foot: FootLine | None = None
        self.resize(WIDTH, round(y + 50))
        self.turn_to(0)

    # Properties

    @property
    def tab(self) -> int:
        """Which tab is shown."""
        return self._tab

    @property
    def typed(self) -> str:
        """What is typed."""
        return self._typed

    # Methods

    def turn_to(self, tab: int) -> None:
        """Show another tab, from its first line."""
        if tab % len(self._tabs) != self._tab or self._typed:
            self._marked = self._first
        self._tab, self._typed = tab % len(self._tabs), ""
        for index, key in enumerate(self.tabs):
            key.setChecked(index == self._tab)
        self.refresh()
        self.turned.emit(self._tab)

    def refresh(self) -> None:
        """Show the lines as they are now; the mark stays where it is."""
        tab = self._tabs[self._tab]
        self._found = tab.lines(self._typed)
        self.field.show_typed(self._typed, tab.hint)
        self.field.setVisible(tab.typed is not Typed.NOTHING)
        self._mark(min(self._marked, max(0, len(self._found) - 1)))
        self._put_foot()

    def choose(self, index: int) -> None:
        """Hand a line's value back and close."""
        if 0 <= index < len(self._found):
            tab, value = self._tab, self._found[index].value
            self.close()
            self.chosen.emit(tab, value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose, type, mark, turn."""
        last = max(0, len(self._found) - 1)
        first = self._marked - self._marked % self._page
        go: dict[int, Callable[[], None]] = {
            Qt.Key.Key_Down: lambda: self._mark(min(self._marked + 1, last)),
            Qt.Key.Key_Up: lambda: self._mark(max(self._marked - 1, 0)),
            Qt.Key.Key_PageDown: lambda: self._mark(min(first + self._page, last)),
            Qt.Key.Key_PageUp: lambda: self._mark(max(first - self._page, 0)),
            Qt.Key.Key_Left: lambda: self.turn_to(self._tab - 1),
            Qt.Key.Key_Right: lambda: self.turn_to(self._tab + 1),
            Qt.Key.Key_Tab: lambda: self.turn_to(self._tab + 1),
            Qt.Key.Key_Backspace: lambda: self._type(self._typed[:-1]),
            Qt.Key.Key_Return: lambda: self.choose(self._marked),
            Qt.Key.Key_Enter: lambda: self.choose(self._marked),
        }
        if event.key() in go or self._means_something(event.text()):
            self.touched()
            # A key held down was meant for what was open before.
            if not event.isAutoRepeat():
                go.get(event.key(), lambda: self._sign(event.text().upper(), first))()
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, _next: bool) -> bool:  # noqa: FBT001, N802 - Qt's own
        """Leave Tab to the tabs."""
        return False

    # Parts

    def _means_something(self, text: str) -> bool:
        return len(text) == 1 and text.isascii() and text.isalnum()

    def _sign(self, sign: str, first: int) -> None:
        typed = self._tabs[self._tab].typed
        if sign.isdigit() and typed is not Typed.NUMBER:
            if 0 < int(sign) <= self._page:
                self.choose(first + int(sign) - 1)
        elif typed is Typed.NUMBER or (typed is Typed.LETTERS and sign.isalpha()):
            self._type((self._typed + sign)[:_LONGEST])

    def _type(self, typed: str) -> None:
        self._typed, self._marked = typed, 0
        self.refresh()

    def _mark(self, index: int) -> None:
        """Mark a line and show the page it stands on."""
        self._marked = index
        first = index - index % self._page
        digits = self._tabs[self._tab].typed is not Typed.NUMBER
        for at, row in enumerate(self.rows):
            there = first + at < len(self._found)
            if there:
                row.show_choice(at + 1 if digits else 0, self._found[first + at])
                row.set_face(Face.SELECTED if first + at == index else Face.BARE)
            row.setVisible(there)
        self.told.setText("" if self._found else self._tabs[self._tab].empty)
        self.told.setVisible(not self._found)

    def _tab_key(self, index: int, y: float) -> TabKey:
        key = TabKey(self._tabs[index].name)
        key.clicked.connect(lambda: self._turn_by_mouse(index))
        width = (WIDTH - 2 * PAD) / len(self._tabs)
        self.put(key, PAD + width * index, y, width, _TABS)
        key.setVisible(len(self._tabs) > 1)
        return key

    def _turn_by_mouse(self, index: int) -> None:
        self.touched()
        self.turn_to(index)

    def _row(self, at: int, y: float) -> ChoiceRow:
        row = ChoiceRow(at + 1, Choice("", ""))
        row.clicked.connect(lambda: self.choose(self._marked - self._marked % self._page + at))
        return self.put(row, PAD, y + ROW * at, WIDTH - 2 * PAD, ROW)

    def _put_foot(self) -> None:
        words, tab = self._words, self._tabs[self._tab]
        shown = min(self._page, len(self._found))
        digits = f"1–{shown}" if shown > 1 else "1"
        pairs = [("Enter", words("window.popover.enter")), ("Esc", words("window.popover.leave"))]
        if tab.typed is not Typed.NUMBER and shown:
            pairs.insert(0, (digits, words("window.popover.pick")))
        if len(self._found) > self._page:
            pairs.insert(-1, ("PgDn", words("window.missing.more")))
        if len(self._tabs) > 1:
            pairs.insert(-1, ("← →", words("window.popover.turn")))
        if self._foot is not None:
            self.drop(self._foot)
        self._foot = self.put(FootLine(pairs), PAD, self._foot_at, WIDTH - 2 * PAD, 32)
