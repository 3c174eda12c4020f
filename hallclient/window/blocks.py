"""The painted parts of the bar: the state with its timer, the service, a message, small icons."""

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.ui import fonts
from hallclient.ui.look import Look
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
from hallclient.ui.widgets.base import Face, HallButton, HallLabel
from hallclient.window.scene import BarView
from hallclient.window.states import Stand

_LOOKS = {Stand.STARTING: "closed", Stand.SIGNED_OUT: "closed", Stand.ELSEWHERE: "closed"}
_FLAGS = (
    Qt.WindowType.Tool
    | Qt.WindowType.FramelessWindowHint
    | Qt.WindowType.WindowStaysOnTopHint
    | Qt.WindowType.WindowDoesNotAcceptFocus
    | Qt.WindowType.X11BypassWindowManagerHint
)


def state_look(stand: Stand) -> str:
    """Return the name of a stand's look in the theme."""
    return _LOOKS.get(stand, stand.value)


class StateBlock(HallLabel):
    """Icon and word of the state above its timer: 112x52, or in the middle of a side bar."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._stand = Stand.STARTING
        self._timer = ""
        self._side = self._short = False

    def set_shape(self, *, side: bool, short: bool) -> None:
        """Stand in the middle and smaller, at the side; say the state in one short word."""
        self._side, self._short = side, short
        self.update()

    def show_view(self, view: BarView) -> None:
        """Take the state and its timer."""
        self._stand, self._timer = view.stand, view.timer
        word = view.short_state if self._short else view.state
        if self.text() != word:
            self.setText(word)
        self.setAccessibleName(view.state)
        self.update()

    def is_cut(self) -> bool:
        """Tell whether the word does not fit and is elided."""
        return self._fitted().elided

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw both lines."""
        painter, look = QPainter(self), self.look
        state = look.theme.states[state_look(self._stand)]
        # On the surface, not on amber: the word of a called ticket is ink.
        colour = "ink" if state.fg == "onCall" else state.fg
        word = QRectF(0, 0, self.width(), look.px(21))
        if not self._timer:
            word.moveTop((self.height() - word.height()) / 2)
        fitted, icon, gap = self._fitted(), look.px(self._icon), look.px(self._gap)
        if self._side:
            measured = fonts.metrics(look.px(fitted.px), fonts.BOLD, look.language)
            taken = icon + gap + measured.horizontalAdvance(fitted.lines[0])
            word.setLeft(max(0.0, (self.width() - taken) / 2))
        square = QRectF(word.left(), word.center().y() - icon / 2, icon, icon)
        draw_icon(painter, look, state.icon, square, colour)
        self.pen(painter, colour)
        draw_fitted(painter, look, word.adjusted(icon + gap, 0, 0, 0), fitted, weight=fonts.BOLD)
        self.pen(painter, colour if self._stand is Stand.LONG else "ink")
        timer = QRectF(0, look.px(21), self.width(), look.px(30))
        size = (25 if self._side else 27) - (0 if len(self._timer) < 6 else 3)
        side = Side.CENTRE if self._side else Side.LEFT
        draw_line(painter, timer, self._timer, look.font(size, fonts.FIGURE), side=side)

    @property
    def _icon(self) -> int:
        return 16 if self._side else 18

    @property
    def _gap(self) -> int:
        return 3 if self._side else 5

    def _fitted(self) -> Fitted:
        room = self.reference_size()[0] - self._icon - self._gap
        sizes = (14, 13, 12, 11) if self._side else (16, 15, 14, 13, 12)
        return fit_text(self.look, self.text(), sizes, room, weight=fonts.BOLD)


class ServiceBlock(HallLabel):
    """What the clerk needs to know now, in two lines; or a message in their place."""

    MARK, MARK_GAP = 23, 5

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._title = self._sub = self._mark = self._message = ""

    def show_view(self, view: BarView) -> None:
        """Take the words."""
        self._title, self._sub, self._mark = view.title, view.sub, view.mark
        self._message = view.message
        said = view.message or " ".join(
            part for part in (view.title, view.mark_name, view.sub) if part
        )
        if said != self.text():
            self.setText(said)
        self.setAccessibleName(said)
        self.update()

    def is_cut(self) -> bool:
        """Tell whether some of the words do not fit and are elided."""
        if self._message:
            return self._fit_message().elided
        return self._fit_title().elided or self._fit_sub().elided

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the lines, or the message."""
        painter = QPainter(self)
        area = QRectF(self.rect())
        if self._message:
            self._paint_message(painter, area)
        elif not self._sub:
            self._paint_title(painter, area)
        else:
            look = self.look
            top, title, sub = look.px(3), look.px(25), look.px(20)
            self._paint_title(painter, QRectF(0, top, area.width(), title))
            room = QRectF(0, top + title + look.px(1), area.width(), sub)
            self.pen(painter, "ink2")
            draw_fitted(painter, look, room, self._fit_sub())

    def _paint_title(self, painter: QPainter, room: QRectF) -> None:
        look = self.look
        side = look.px(self.MARK)
        fitted = self._fit_title()
        self.pen(painter, "ink")
        draw_fitted(painter, look, room, fitted, weight=fonts.BOLD)
        if not self._mark:
            return
        metrics = fonts.metrics(look.px(fitted.px), fonts.BOLD, look.language)
        x = metrics.horizontalAdvance(fitted.lines[0]) + look.px(8)
        for n, sign in enumerate(self._mark):
            left = x + n * look.px(self.MARK + self.MARK_GAP)
            square = QRectF(left, room.center().y() - side / 2, side, side)
            draw_box(painter, look, square, Box("transparent", "primary", 2, 5))
            self.pen(painter, "primary")
            draw_line(painter, square, sign, look.font(14, fonts.BOLD), side=Side.CENTRE)

    def _paint_message(self, painter: QPainter, room: QRectF) -> None:
        look = self.look
        icon = look.px(20)
        square = QRectF(0, room.center().y() - icon / 2, icon, icon)
        draw_icon(painter, look, "info", square, "primary")
        words = room.adjusted(icon + look.px(8), 0, 0, 0)
        fitted = self._fit_message()
        self.pen(painter, "ink")
        draw_fitted(painter, look, words, fitted, weight=fonts.MEDIUM, leading=1.2)

    def _fit_title(self) -> Fitted:
        taken = 8 - self.MARK_GAP + (self.MARK + self.MARK_GAP) * len(self._mark)
        taken = taken if self._mark else 0
        room = self.reference_size()[0] - taken
        return fit_text(self.look, self._title, (19, 17, 16), room, weight=fonts.BOLD)

    def _fit_sub(self) -> Fitted:
        return fit_text(self.look, self._sub, (15, 14, 13), self.reference_size()[0])

    def _fit_message(self) -> Fitted:
        room = self.reference_size()[0] - 28
        sizes = (17, 16, 15, 14, 13)
        return fit_text(self.look, self._message, sizes, room, lines=2, weight=fonts.MEDIUM)


class MessageStrip(HallLabel):
    """The message of a bar too narrow for it, beside the bar. Never takes the keyboard."""

    WIDTH, HEIGHT = 420, 44

    def __init__(self, parent: QWidget) -> None:
        super().__init__("", parent)
        self.setWindowFlags(_FLAGS)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.resize(self.WIDTH, self.HEIGHT)

    def show_message(self, text: str, x: int, y: int) -> None:
        """Show a message at a place of the screen; hide without one."""
        self.setVisible(bool(text))
        if text:
            self.setText(text)
            self.setAccessibleName(text)
            self.move(x, y)
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the box, the icon and the line."""
        painter, look = QPainter(self), self.look
        area = QRectF(self.rect())
        painter.fillRect(area, look.colour("surface"))
        draw_box(painter, look, area, Box("surface", "ink", 2, 0))
        square = QRectF(look.px(14), (area.height() - look.px(20)) / 2, look.px(20), look.px(20))
        draw_icon(painter, look, "info", square, "primary")
        words = area.adjusted(look.px(44), 0, -look.px(12), 0)
        fitted = fit_text(
            look, self.text(), (17, 16, 15), words.width() / look.k, weight=fonts.MEDIUM
        )
        self.pen(painter, "ink")
        draw_fitted(painter, look, words, fitted, weight=fonts.MEDIUM)


class SmallIcon(HallLabel):
    """An icon that tells something; its words are for the ear."""

    def __init__(self, icon: str = "", parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._icon, self._colour = icon, "ink2"

    def show_icon(self, icon: str, colour: str, name: str) -> None:
        """Change icon, colour and words; no icon draws nothing."""
        self._icon, self._colour = icon, colour
        self.setAccessibleName(name)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the icon."""
        if self._icon:
            draw_icon(QPainter(self), self.look, self._icon, QRectF(self.rect()), self._colour)


class IconKey(HallButton):
    """A small key with an icon only. It never takes the keyboard."""

    radius = 9.0

    def __init__(self, icon: str, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._icon = icon
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.set_face(Face.BARE)

    def set_icon(self, icon: str) -> None:
        """Change the icon."""
        self._icon = icon
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the icon in the middle."""
        painter, colours = QPainter(self), self.paints(width=2)
        area = self.area()
        draw_box(painter, self.look, area, colours.box)
        side = self.look.px(22)
        square = QRectF((area.width() - side) / 2, (area.height() - side) / 2, side, side)
        draw_icon(painter, self.look, self._icon, square, colours.quiet)


def hatch(painter: QPainter, look: Look, area: QRectF, colour: str) -> None:
    """Draw stripes of 5 px at 45 degrees, the surface between them."""
    painter.save()
    painter.setClipRect(area)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = painter.pen()
    pen.setColor(look.colour(colour))
    pen.setWidth(5)
    painter.setPen(pen)
    step = 14
    reach = round(area.width() + area.height()) + 2 * step
    for at in range(-step, reach, step):
        painter.drawLine(QPoint(-6, at + 6), QPoint(at + 6, -6))
    painter.restore()
