"""A sheet: title, a key to leave, a body, one calm line, keys at the foot; some ask once more."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from hallclient.services.floor import FloorState
from hallclient.supervisor.presenter import ConsolePresenter
from hallclient.supervisor.widgets.keys import Pager, VerbKey
from hallclient.ui import fonts
from hallclient.ui.canvas import Pane
from hallclient.ui.look import Look
from hallclient.ui.paint import Box, Side, draw_box, draw_fitted, draw_icon, draw_line, fit_text
from hallclient.ui.widgets.base import Face, HallButton
from hallclient.ui.widgets.text import Card, Text

PAD, HEAD, KEY, LINE = 18.0, 56.0, 46.0, 42.0
FOOT = KEY + 16.0


@dataclass(frozen=True, slots=True)
class RowSpec:
    """A line of a list: what it hands back, its words, a quieter line, what stands at the right."""

    value: str
    title: str
    sub: str = ""
    side: str = ""
    chosen: bool = False
    icon: str = ""
    warns: bool = False


class ListRow(HallButton):
    """A line to press."""

    radius = 8.0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.spec = RowSpec("", "")
        self.set_face(Face.BARE)

    def set_spec(self, spec: RowSpec) -> None:
        """Show another line."""
        if spec != self.spec:
            self.spec = spec
            self.setText(spec.title)
            self.setAccessibleName(" ".join(p for p in (spec.title, spec.sub, spec.side) if p))
            self.set_face(Face.SELECTED if spec.chosen else Face.BARE)
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw tint, rule, icon and words."""
        painter, look, spec, area = QPainter(self), self.look, self.spec, self.area()
        painter.fillRect(QRectF(0, 0, area.width(), look.px(1)), look.colour("line"))
        if spec.chosen or self.isDown():
            fill, edge = ("primaryTint", "primary") if spec.chosen else ("sunken", "transparent")
            draw_box(painter, look, area.adjusted(0, 1, 0, 0), Box(fill, edge, 2, self.radius))
        left = look.px(10)
        if spec.icon:
            side = look.px(20)
            square = QRectF(left, (area.height() - side) / 2, side, side)
            draw_icon(painter, look, spec.icon, square, "warn" if spec.warns else "ink2")
            left += look.px(30)
        font = look.font(15, fonts.MEDIUM)
        metrics = fonts.metrics(font.pixelSize(), fonts.MEDIUM, look.language)
        painter.setPen(look.colour("warn" if spec.warns else "ink2"))
        right = area.adjusted(0, 0, -look.px(10), 0)
        draw_line(painter, right, spec.side, font, side=Side.RIGHT)
        taken = metrics.horizontalAdvance(spec.side) + look.px(10) if spec.side else 0.0
        width = area.width() - left - taken - look.px(10)
        title = fit_text(look, spec.title, (16, 15, 14), width / look.k, weight=fonts.MEDIUM)
        painter.setPen(look.colour("primary" if spec.chosen else "ink"))
        row = QRectF(left, 0, width, area.height())
        if spec.sub:
            row = QRectF(left, look.px(3), width, look.px(22))
        draw_fitted(painter, look, row, title, weight=fonts.MEDIUM)
        if spec.sub:
            sub = fit_text(look, spec.sub, (14, 13, 12), width / look.k)
            painter.setPen(look.colour("ink2"))
            draw_fitted(painter, look, QRectF(left, look.px(24), width, look.px(20)), sub)


class PagedList(Pane):
    """Lines to choose from, in pages."""

    chosen = Signal(str)
    ROW, LOW = 48.0, 38.0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._specs: tuple[RowSpec, ...] = ()
        self._width = self._height = 100.0
        self.rows: list[ListRow] = []
        self.pager = self.put(Pager(), 0, 0, 9, 9)
        self.pager.turned.connect(lambda _page: self._arrange())

    def lay_out(self, width: float, height: float) -> None:
        """Take a size."""
        self._width, self._height = width, height
        self._arrange()

    def set_specs(self, specs: Sequence[RowSpec]) -> None:
        """Show other lines; the page in sight stays."""
        self._specs = tuple(specs)
        self._arrange()

    def _arrange(self) -> None:
        tall = self.ROW if any(spec.sub for spec in self._specs) else self.LOW
        most = max(1, int(self._height // tall))
        if len(self._specs) > most:
            most = max(1, int((self._height - 34) // tall))
        pages = -(-len(self._specs) // most)
        self.pager.set_pages(pages, frozenset(), tuple(str(at + 1) for at in range(pages)))
        start = self.pager.page * most
        shown = self._specs[start : start + most]
        while len(self.rows) > len(shown):
            self.drop(self.rows.pop())
        while len(self.rows) < len(shown):
            row = ListRow()
            row.clicked.connect(lambda _checked=False, row=row: self.chosen.emit(row.spec.value))
            self.rows.append(self.put(row, 0, 0, 9, 9))
        for at, (row, spec) in enumerate(zip(self.rows, shown, strict=True)):
            self.put(row, 0, at * tall, self._width, tall)
            row.set_spec(spec)
        wide = self.pager.wide()
        self.put(self.pager, self._width - wide, self._height - 28, wide + 2, 28)


class CloseKey(HallButton):
    """The cross at the upper right of a sheet."""

    radius = 8.0

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the cross."""
        painter, look = QPainter(self), self.look
        if self.isDown():
            draw_box(painter, look, self.area(), Box("sunken", radius=8))
        side = look.px(22)
        area = self.area()
        at = QRectF((area.width() - side) / 2, (area.height() - side) / 2, side, side)
        draw_icon(painter, look, "x", at, "ink")


class AskAgain(Card):
    """Asks once more before something that the whole hall feels."""

    def __init__(self, leave: str) -> None:
        super().__init__(Box("surface", "surface", 0, 12))
        self.text = self.put(Text("", (19, 18, 17, 16), lines=6, weight=fonts.MEDIUM), 0, 0, 9, 9)
        self.text.set_icon("alert", 28, "warnSolid")
        self.yes = self.put(big_key(""), 0, 0, 9, 9)
        self.no = self.put(big_key(leave), 0, 0, 9, 9)
        self.yes.set_face(Face.SOLID)
        self.no.clicked.connect(self.hide)
        self._then: Callable[[], None] = lambda: None
        self.yes.clicked.connect(self._confirm)
        self.hide()

    def ask(self, text: str, label: str, then: Callable[[], None]) -> None:
        """Show a question; ``then`` is done when it is confirmed."""
        self._then = then
        self.text.setText(text)
        self.yes.set_words(label)
        self.show()
        self.raise_()
        self.no.setFocus(Qt.FocusReason.PopupFocusReason)

    def lay_out(self, width: float, height: float) -> None:
        """Take a size."""
        self.put(self.text, 4, 8, width - 8, min(170.0, height - 70))
        half = (width - 10) / 2
        self.put(self.no, 0, height - KEY, half, KEY)
        self.put(self.yes, half + 10, height - KEY, half, KEY)

    def _confirm(self) -> None:
        self.hide()
        self._then()


class Sheet(Card):
    """The frame of all sheets. A sheet is made when it opens and dropped when it is left."""

    left = Signal()
    opened = Signal(object)
    """Another sheet that takes its place."""

    def __init__(self, presenter: ConsolePresenter, title: str) -> None:
        super().__init__(Box("surface", "ink", 3, 14))
        self.presenter = presenter
        self.words = presenter.words
        self._width = self._height = 100.0
        self.title = self.put(Text(title, (19, 18, 17, 16), weight=fonts.BOLD, lines=2), 0, 0, 9, 9)
        self.cross = self.put(CloseKey(), 0, 0, 9, 9)
        self.cross.setAccessibleName(self.words("supervisor.leave"))
        self.cross.clicked.connect(self.left)
        self.line = self.put(Text("", (15, 14), lines=2), 0, 0, 9, 9)
        self.again = self.put(AskAgain(self.words("supervisor.no")), 0, 0, 9, 9)
        self._keys: list[VerbKey] = []

    # What sheets do

    def arrange(self, width: float, height: float) -> None:
        """Place what is in the body: ``width`` x ``height`` px from (PAD, HEAD)."""

    def show_state(self, state: FloorState) -> None:
        """Take another reading of the floor."""

    def pick_window(self, _code: str) -> bool:
        """Take a window that was pressed on the floor; False when the sheet wants none."""
        return False

    def picked(self) -> frozenset[str]:
        """Return the windows that this sheet is about."""
        return frozenset()

    def begin(self) -> None:
        """Take the keyboard: the first thing to do, the key to leave if there is none."""
        for field in self.findChildren(QLineEdit):
            field.setFocus(Qt.FocusReason.PopupFocusReason)
            return
        self.cross.setFocus(Qt.FocusReason.PopupFocusReason)

    # What sheets use

    def lay_out(self, width: float, height: float) -> None:
        """Take a size in reference px."""
        self._width, self._height = width, height
        inner = width - 2 * PAD
        self.put(self.title, PAD, 8, inner - 44, HEAD - 14)
        self.put(self.cross, width - PAD - 30, 12, 36, 36)
        foot = FOOT if self._keys else 8.0
        self.put(self.line, PAD, height - foot - LINE, inner, LINE)
        body = height - HEAD - foot - LINE
        shown = [key for key in self._keys if not key.isHidden()]
        if shown:
            gap = 10.0
            each = (inner - gap * (len(shown) - 1)) / len(shown)
            for at, key in enumerate(shown):
                self.put(key, PAD + at * (each + gap), height - FOOT, each, KEY)
        self.arrange(inner, body)
        self.put(self.again, PAD, HEAD, inner, height - HEAD - 14)
        self.again.lay_out(inner, height - HEAD - 14)

    def again_laid(self) -> None:
        """Place everything anew: keys came or went."""
        self.lay_out(self._width, self._height)

    def foot_key(self, words: str, slot: Callable[[], None], *, solid: bool = False) -> VerbKey:
        """Add a key at the foot, from left to right."""
        key = big_key(words)
        key.set_face(Face.SOLID if solid else Face.OUTLINED)
        key.clicked.connect(slot)
        self._keys.append(self.put(key, 0, 0, 9, 9))
        return key

    def say(self, text: str, *, warns: bool = False) -> None:
        """Show one calm line above the keys."""
        self.line.setText(text)
        self.line.setAccessibleName(text)
        self.line.set_colour("warn" if warns else "ink2")

    def refuse(self, text: str) -> None:
        """Say why something could not be done."""
        self.say(text, warns=True)

    def done(self, text: str) -> None:
        """Say on the console what was done, and leave."""
        self.presenter.say(text)
        self.left.emit()

    def field(self, name: str, longest: int, hint: str = "") -> QLineEdit:
        """Return a line to type in."""
        line = QLineEdit()
        line.setAccessibleName(name)
        line.setPlaceholderText(hint or name)
        line.setMaxLength(longest)
        line.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        line.setFont(self.look.font(17, fonts.MEDIUM))
        return self.put(line, 0, 0, 9, 9)

    def set_look(self, look: Look) -> None:
        """Take the look, for lines to type in too."""
        super().set_look(look)
        for line in self.findChildren(QLineEdit):
            line.setFont(look.font(17, fonts.MEDIUM))


class Facts(Pane):
    """Captions and what they say, line by line."""

    ROW = 34.0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pairs: tuple[tuple[str, str], ...] = ()

    @property
    def tall(self) -> float:
        """The height of all lines in reference px."""
        return self.ROW * len(self._pairs)

    def set_pairs(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Show other facts; one without words is left out."""
        self._pairs = tuple(pair for pair in pairs if pair[1])
        self.setAccessibleName("；".join(" ".join(pair) for pair in self._pairs))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the lines."""
        painter, look = QPainter(self), self.look
        left = 104.0 if look.language.startswith("zh") else 124.0
        for at, (caption, text) in enumerate(self._pairs):
            top = at * self.ROW * look.k
            row = QRectF(0, top, self.width(), self.ROW * look.k)
            painter.fillRect(QRectF(0, top, self.width(), look.px(1)), look.colour("line"))
            painter.setPen(look.colour("ink2"))
            fitted = fit_text(look, caption, (15, 14, 13), left - 8)
            draw_fitted(painter, look, row, fitted)
            painter.setPen(look.colour("ink"))
            room = row.adjusted(left * look.k, 0, 0, 0)
            said = fit_text(
                look, text, (16, 15, 14, 13), room.width() / look.k, lines=2, weight=fonts.MEDIUM
            )
            draw_fitted(painter, look, room, said, weight=fonts.MEDIUM, leading=1.1)


def big_key(words: str) -> VerbKey:
    """Return a key of a sheet, 46 high."""
    key = VerbKey(words, sizes=(16, 15, 14), weight=fonts.BOLD)
    key.radius = 10.0
    return key


class Choices(Pane):
    """A row of keys of which one is chosen."""

    chosen = Signal(str)
    KEY, GAP = 40.0, 8.0

    def __init__(self, options: Sequence[tuple[str, str]], value: str, across: int) -> None:
        super().__init__()
        self._across = across
        self.value = value
        self.keys: dict[str, VerbKey] = {}
        for name, words in options:
            key = VerbKey(words, sizes=(15, 14, 13), weight=fonts.MEDIUM)
            key.clicked.connect(lambda _checked=False, name=name: self.choose(name))
            self.keys[name] = self.put(key, 0, 0, 9, 9)
        self.refresh()

    @property
    def tall(self) -> float:
        """The height of all rows."""
        rows = -(-len(self.keys) // self._across)
        return rows * (self.KEY + self.GAP) - self.GAP

    def choose(self, name: str) -> None:
        """Choose one."""
        self.value = name
        self.refresh()
        self.chosen.emit(name)

    def refresh(self) -> None:
        """Show which one ``value`` says is chosen."""
        for key in self.keys:
            chosen = key == self.value
            self.keys[key].set_face(Face.SELECTED if chosen else Face.OUTLINED)

    def lay_out(self, width: float) -> None:
        """Take a width."""
        each = (width - (self._across - 1) * self.GAP) / self._across
        for at, key in enumerate(self.keys.values()):
            row, column = divmod(at, self._across)
            self.put(key, column * (each + self.GAP), row * (self.KEY + self.GAP), each, self.KEY)
