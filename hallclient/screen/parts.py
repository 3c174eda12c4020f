"""The parts of a window's screen, drawn at places in reference px (mock-ups 10, 10d, 10e)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.screen.wording import Placard, State
from hallclient.ui import fonts
from hallclient.ui.paint import (
    Box,
    Side,
    draw_box,
    draw_fitted,
    draw_icon,
    fit_text,
    put_text,
)
from hallclient.ui.widgets.base import HallLabel

PAD, INSET = 44.0, 38.0


@dataclass(frozen=True, slots=True)
class Style:
    """How a text stands: sizes to drop through in reference px, colour by name."""

    sizes: tuple[float, ...]
    colour: str
    weight: int = fonts.REGULAR
    lines: int = 1
    leading: float = 1.28
    side: Side = Side.LEFT


class ScreenPart(HallLabel):
    """A part that knows its own size in reference px and whether its texts fit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.cut = False
        """Whether a text of the last paint was elided."""

    def at(self, x: float, y: float, w: float, h: float) -> QRectF:
        """Return a reference rectangle in screen px."""
        k = self.look.k
        return QRectF(x * k, y * k, w * k, h * k)

    def words(
        self, painter: QPainter, text: str, at: QRectF, style: Style, *, top: bool = False
    ) -> float:
        """Draw a text in a reference rectangle; return the reference px where it ends below.

        It is centred on the height, or begins at the ``top``.
        """
        look, weight, leading = self.look, style.weight, style.leading
        fitted = fit_text(look, text, style.sizes, at.width(), lines=style.lines, weight=weight)
        self.cut = self.cut or fitted.elided
        high = fitted.px * leading * len(fitted.lines)
        if top:
            at = QRectF(at.x(), at.y(), at.width(), high)
        self.pen(painter, style.colour)
        place = self.at(at.x(), at.y(), at.width(), at.height())
        draw_fitted(painter, look, place, fitted, weight=weight, leading=leading, side=style.side)
        return at.center().y() + high / 2

    def figures(self, painter: QPainter, text: str, at: QRectF, size: float, colour: str) -> None:
        """Draw a number from the left, centred on the height by its capitals, as large as fits."""
        look = self.look
        metrics = fonts.metrics(look.px(size), fonts.FIGURE, look.language)
        size *= min(1.0, at.width() * look.k / max(1.0, metrics.tightBoundingRect(text).width()))
        metrics = fonts.metrics(look.px(size), fonts.FIGURE, look.language)
        area = self.at(at.x(), at.y(), at.width(), at.height())
        self.pen(painter, colour)
        # Large figures have room before them that small ones do not show.
        x = area.x() - metrics.tightBoundingRect(text).x()
        place = QPointF(x, area.center().y() + metrics.capHeight() / 2)
        put_text(painter, place, text, look.font(size, fonts.FIGURE))

    def icon(self, painter: QPainter, name: str, at: QRectF, colour: str) -> None:
        """Draw an icon in a reference square."""
        place = self.at(at.x(), at.y(), at.width(), at.height())
        draw_icon(painter, self.look, name, place, colour)


class WindowPlacard(ScreenPart):
    """The solid part with the window's number: 440×800, in portrait 800×400 or larger."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = Placard("", "")
        self._separator = self._more = ""

    def show_placard(self, shown: Placard, separator: str, more: str) -> None:
        """Take what the window is; services are joined by the separator."""
        if (shown, separator, more) != (self._shown, self._separator, self._more):
            self._shown, self._separator, self._more = shown, separator, more
            said = (shown.label, shown.number, shown.department, *shown.services, shown.place)
            self.setText(". ".join(part for part in said if part))
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ground and everything on it."""
        painter, look = QPainter(self), self.look
        self.cut = False
        flat = look.theme.flat
        width, height = self.reference_size()
        painter.fillRect(self.rect(), look.colour("primaryDeep" if flat else "primary"))
        if flat:
            edge = look.px(4)
            wide = width > height
            rule = (
                QRectF(0, self.height() - edge, self.width(), edge)
                if wide
                else QRectF(self.width() - edge, 0, edge, self.height())
            )
            painter.fillRect(rule, look.colour("line"))
        ink = "ink" if flat else "onPrimary"
        if width > height:
            self._across(painter, ink, width, height)
        else:
            self._down(painter, ink, width, height)

    def _down(self, painter: QPainter, ink: str, width: float, height: float) -> None:
        shown, room = self._shown, width - 2 * PAD
        label = QRectF(PAD, 38, room, 48)
        self.words(painter, shown.label, label, Style((34,), ink, weight=fonts.MEDIUM))
        number = QRectF(PAD, 85, room, 300)
        self.figures(painter, shown.number, number, 320, ink)
        y = self._department(painter, ink, PAD, 411, room)
        self._services(painter, ink, QRectF(PAD, y + 10, room, height - 120 - y))
        self._place(painter, ink, PAD, height - 84, room)

    def _across(self, painter: QPainter, ink: str, width: float, height: float) -> None:
        shown = self._shown
        label = QRectF(PAD, 30, 320, 48)
        self.words(painter, shown.label, label, Style((34,), ink, weight=fonts.MEDIUM))
        side = min(height - 190, 300)
        self.figures(painter, shown.number, QRectF(PAD, 85, 310, side), side * 1.05, ink)
        x = 400.0
        room = width - x - PAD
        y = self._department(painter, ink, x, 40, room)
        self._services(painter, ink, QRectF(x, y + 8, room, height - 100 - y))
        self._place(painter, ink, PAD, height - 78, width - 2 * PAD)

    def _department(self, painter: QPainter, ink: str, x: float, y: float, room: float) -> float:
        return self.words(
            painter,
            self._shown.department,
            QRectF(x, y, room, 58),
            Style((46, 46, 42, 38, 34), ink, weight=fonts.BOLD, lines=3, leading=1.25),
            top=True,
        )

    def _services(self, painter: QPainter, ink: str, at: QRectF) -> None:
        look, step, sizes = self.look, 45.0, (30.0, 28.0, 26.0)
        metrics = fonts.metrics(look.px(sizes[0]), fonts.REGULAR, look.language)
        room = at.width()

        def fits(text: str) -> bool:
            return metrics.horizontalAdvance(text) <= room * look.k

        def needs(text: str) -> int:
            return 2 if fit_text(look, text, sizes, room).elided else 1

        shown, y = self._shown.services, at.y()
        lines = Lines(max(1, int(at.height() // step)), fits, needs)
        for line in lines.broken(shown, self._separator, self._more):
            high = step * needs(line)
            place = QRectF(at.x(), y, room, high)
            self.words(painter, line, place, Style(sizes, ink, lines=2, leading=1.25))
            y += high

    def _place(self, painter: QPainter, ink: str, x: float, y: float, room: float) -> None:
        if self._shown.place:
            self.icon(painter, "pin", QRectF(x, y + 4, 36, 36), ink)
            at = QRectF(x + 50, y - 16, room - 50, 76)  # two lines stand around its middle
            sizes = (34.0, 32.0, 30.0, 28.0)
            self.words(
                painter, self._shown.place, at, Style(sizes, ink, weight=fonts.MEDIUM, lines=2)
            )


@dataclass(frozen=True, slots=True)
class Lines:
    """Room for ``most`` lines. ``needs`` says how many lines a text takes that ``fits`` none."""

    most: int
    fits: Callable[[str], bool]
    needs: Callable[[str], int]

    def broken(self, names: Sequence[str], separator: str, more: str) -> list[str]:
        """Break names between names only; what has no room is told by ``more``."""
        lines: list[str] = []
        left = self.most
        for name in names:
            joined = f"{lines[-1]}{separator}{name}" if lines else name
            if lines and self.fits(joined):
                lines[-1] = joined
            elif self.needs(name) <= left or not lines:
                left -= self.needs(name)
                lines.append(name)
            else:
                return self._with_more(lines, separator, more)
        return lines

    def _with_more(self, lines: list[str], separator: str, more: str) -> list[str]:
        """Say at the end of the last line that there is more; a name gives way where it must."""
        *before, last = lines
        parts = last.split(separator)
        while len(parts) > 1 and not self.fits(_ended(separator.join(parts), more)):
            parts.pop()
        return [*before, _ended(separator.join(parts), more)]


def _ended(text: str, more: str) -> str:
    return f"{text} {more}" if more.isascii() else f"{text}{more}"


class StateCard(ScreenPart):
    """What goes on at the window, 760×330 or larger: the number that is called, or words."""

    def __init__(self, painted: Callable[[], None] | None = None) -> None:
        super().__init__()
        self._painted = painted
        self._shown = State("sync", "ink2", "")

    @property
    def shown(self) -> State:
        """What stands here."""
        return self._shown

    def show_state(self, shown: State) -> None:
        """Take what goes on."""
        if shown != self._shown:
            self._shown = shown
            said = (shown.text, shown.figure, shown.big, shown.sub, shown.time)
            self.setText(". ".join(part for part in said if part))
            self.setAccessibleName(self.text())
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the card, then tell that it can be seen."""
        painter, look, shown = QPainter(self), self.look, self._shown
        self.cut = False
        width, height = self.reference_size()
        fill = "call" if shown.amber else "surface"
        edge = "call" if shown.amber else "line"
        thick = 4 if look.theme.flat else 2
        draw_box(painter, look, QRectF(self.rect()), Box(fill, edge, thick, 24))
        tone = shown.tone
        self.icon(painter, shown.icon, QRectF(INSET, 33, 38, 38), tone)
        room = width - 2 * INSET - 50 - (130 if shown.time else 0)
        at = QRectF(INSET + 50, 28, room, 48)
        sizes = (34.0, 32.0, 30.0, 28.0)
        self.words(painter, shown.text, at, Style(sizes, tone, weight=fonts.BOLD))
        if shown.time:
            place = QRectF(width - INSET - 130, 28, 130, 48)
            self.words(
                painter,
                shown.time,
                place,
                Style((34,), "ink2", weight=fonts.FIGURE, side=Side.RIGHT),
            )
        if shown.figure:
            colour = "onCall" if shown.amber else "ink2" if shown.time else "ink"
            place = QRectF(PAD, 84, width - 2 * PAD, height - 84 - 16)
            self.figures(painter, shown.figure, place, 236 * min(1.4, height / 330), colour)
        else:
            self._words(painter, width, height, "ink2" if shown.time else "ink")
        if self._painted is not None and shown.amber:
            self._painted()

    def _words(self, painter: QPainter, width: float, height: float, colour: str) -> None:
        shown, room = self._shown, width - 2 * INSET
        y = 116 + max(0.0, (height - 330) / 3)
        sizes = (68.0, 68.0, 62.0, 56.0, 52.0, 48.0, 44.0)
        y = self.words(
            painter,
            shown.big,
            QRectF(INSET, y, room, 82),
            Style(sizes, colour, weight=fonts.BOLD, lines=2, leading=1.15),
            top=True,
        )
        at = QRectF(INSET, y + 8, room, height - y - 20)
        self.words(painter, shown.sub, at, Style((34, 34, 32, 30, 28), "ink2", lines=2), top=True)


class Foot(ScreenPart):
    """The line below: what is said to the public, and the time."""

    def __init__(self) -> None:
        super().__init__()
        self._foot = self._clock = ""

    def show_foot(self, foot: str, clock: str) -> None:
        """Take the words and the time of day."""
        if (foot, clock) != (self._foot, self._clock):
            self._foot, self._clock = foot, clock
            self.setText(f"{foot} {clock}".strip())
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw rule, words and time."""
        painter, look = QPainter(self), self.look
        self.cut = False
        if not self.text():
            return
        width, _height = self.reference_size()
        painter.fillRect(QRectF(0, 0, self.width(), look.px(2)), look.colour("line"))
        place = QRectF(width - 100, 12, 100, 52)
        self.words(
            painter, self._clock, place, Style((28,), "ink2", weight=fonts.MEDIUM, side=Side.RIGHT)
        )
        sizes = (28.0, 28.0, 26.0, 24.0)
        room = width - 120
        one = fit_text(self.look, self._foot, sizes, room, lines=2)
        at = QRectF(0, 12, room, 52 if len(one.lines) == 1 else 72)
        self.words(painter, self._foot, at, Style(sizes, "ink2", lines=2, leading=1.2))


class CallBand(ScreenPart):
    """The next call, while the last citizen still rates: a narrow amber line."""

    def show_call(self, text: str) -> None:
        """Take the words of the call."""
        if text != self.text():
            self.setText(text)
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the line."""
        painter, look = QPainter(self), self.look
        self.cut = False
        painter.fillRect(self.rect(), look.colour("call"))
        width, height = self.reference_size()
        side = height * 0.5
        self.icon(painter, "megaphone", QRectF(PAD, (height - side) / 2, side, side), "onCall")
        at = QRectF(PAD + side + 20, 0, width - 2 * PAD - side - 20, height)
        self.words(painter, self.text(), at, Style((44, 40, 36, 32), "onCall", weight=fonts.BOLD))
