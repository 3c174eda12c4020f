"""What is said about a code: a band in its tone; notes with icons; the picture above them."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.kiosk.widgets.ticket import Band
from hallclient.ui import fonts
from hallclient.ui.paint import (
    Box,
    draw_box,
    draw_fitted,
    draw_icon,
    draw_line,
    fit_text,
)
from hallclient.ui.widgets.base import HallLabel

_TONES = {
    "calm": ("primaryTint", "primary", "info"),
    "good": ("okTint", "ok", "check"),
    "call": ("call", "onCall", "arrow-r"),
    "warn": ("warnTint", "warn", "info"),
}
_NORMAL, _ELDER = (40, 36), (52, 48, 44)


class Answer(Band):
    """A band that says where something stands, 968 wide."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            fill="primaryTint",
            ink="primary",
            icon="info",
            sizes=_NORMAL,
            weight=fonts.MEDIUM,
            parent=parent,
        )

    def speak(self, text: str, tone: str, icon: str = "") -> None:
        """Say something in a tone: calm, good, call or warn."""
        fill, ink, usual = _TONES[tone]
        self.setText(text)
        self.setAccessibleName(text)
        self.set_tone(fill, ink, icon or usual)

    def set_elder(self, *, elder: bool) -> None:
        """Take the sizes of a mode."""
        self._sizes = _ELDER if elder else _NORMAL
        self.update()


class NoteRow(HallLabel):
    """An icon, words and quieter words below, with a rule above all but the first."""

    def __init__(self, icon: str, *, first: bool = False, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._icon, self._first = icon, first
        self._title = self._sub = ""
        self._elder = False

    def show_words(self, title: str, sub: str) -> None:
        """Show other words."""
        self._title, self._sub = title, sub
        self.setText(f"{title} {sub}".strip())
        self.update()

    def set_elder(self, *, elder: bool) -> None:
        """Take the sizes of a mode."""
        self._elder = elder
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw rule, icon and words."""
        painter, look = QPainter(self), self.look
        area = QRectF(self.rect())
        if not self._first:
            painter.fillRect(QRectF(0, 0, area.width(), look.px(2)), look.colour("line"))
        side = look.px(64)
        square = QRectF(0, (area.height() - side) / 2, side, side)
        draw_icon(painter, look, self._icon, square, "primary")
        left = side + look.px(32)
        width = area.width() - left
        room = width / look.k
        sizes, quiet = ((56, 48, 44), (44,)) if self._elder else ((42, 38, 34), (32, 30, 28))
        title = fit_text(look, self._title, sizes, room, weight=fonts.BOLD)
        sub = fit_text(look, self._sub, quiet, room, lines=2)
        height = look.px(title.px) * 1.3
        below = look.px(sub.px) * 1.3 * len(sub.lines) if self._sub else 0.0
        top = (area.height() - height - below) / 2
        self.pen(painter, "ink")
        row = QRectF(left, top, width, height)
        draw_fitted(painter, look, row, title, weight=fonts.BOLD, leading=1.3)
        if self._sub:
            self.pen(painter, "ink2")
            row = QRectF(left, top + height, width, below)
            draw_fitted(painter, look, row, sub, leading=1.3)


class Picture(HallLabel):
    """A large icon on a sunken ground."""

    def __init__(self, icon: str, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._icon = icon

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw ground and icon."""
        painter, look = QPainter(self), self.look
        area = QRectF(self.rect())
        edge = "ink" if look.theme.flat else "transparent"
        draw_box(painter, look, area, Box("sunken", edge, 4, 24))
        side = area.height() * 0.72
        square = QRectF((area.width() - side) / 2, (area.height() - side) / 2, side, side)
        draw_icon(painter, look, self._icon, square, "primary")


class Heading(HallLabel):
    """What stands where a ticket has its plate: a day and time, or a case number; never hollow."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._service = ""

    def show_words(self, heading: str, service: str) -> None:
        """Show other words."""
        self._service = service
        self.setText(heading)
        self.setAccessibleName(f"{heading} {service}")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ground, the service and the heading."""
        painter, look = QPainter(self), self.look
        area = QRectF(self.rect())
        draw_box(painter, look, area, Box("surface", "line", 3, 28))
        room = self.reference_size()[0] - 96
        pad = look.px(48)
        service = fit_text(look, self._service, (52, 48, 44), room, lines=2, weight=fonts.MEDIUM)
        height = look.px(service.px) * 1.25 * len(service.lines)
        heading = fit_text(look, self.text(), (104, 88, 72, 60, 52), room, lines=2,
                           weight=fonts.BOLD)  # fmt: skip
        below = look.px(heading.px) * 1.2 * len(heading.lines)
        top = (area.height() - height - below - look.px(20)) / 2
        self.pen(painter, "ink2")
        row = QRectF(pad, top, area.width() - 2 * pad, height)
        draw_fitted(painter, look, row, service, weight=fonts.MEDIUM, leading=1.25)
        self.pen(painter, "ink")
        row = QRectF(pad, top + height + look.px(20), area.width() - 2 * pad, below)
        draw_fitted(painter, look, row, heading, weight=fonts.BOLD, leading=1.2)


class TypedField(HallLabel):
    """A caption and what was typed, spaced; the one that keys go to has a cursor."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._caption = ""
        self._active = True

    def show_typed(self, caption: str, typed: str, *, active: bool = True) -> None:
        """Show what was typed."""
        self._caption, self._active = caption, active
        self.setText(typed)
        self.setAccessibleName(f"{caption} {' '.join(typed)}".strip())
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw caption, frame, signs and cursor."""
        painter, look = QPainter(self), self.look
        area = QRectF(self.rect())
        caption = QRectF(0, 0, area.width(), look.px(56))
        self.pen(painter, "ink" if self._active else "ink2")
        fitted = fit_text(look, self._caption, (44,), area.width() / look.k, weight=fonts.MEDIUM)
        draw_fitted(painter, look, caption, fitted, weight=fonts.MEDIUM)
        frame = area.adjusted(0, look.px(64), 0, 0)
        edge = "primary" if self._active else "lineStrong"
        draw_box(painter, look, frame, Box("surface", edge, 5 if self._active else 3, 20))
        font = look.font(76, fonts.FIGURE)
        self.pen(painter, "ink")
        x = frame.x() + look.px(36)
        for sign in self.text():
            row = QRectF(x, frame.y(), 1, frame.height())
            x += draw_line(painter, row, sign, font) + look.px(8)
        if self._active:
            cursor = QRectF(x + look.px(4), 0, look.px(5), look.px(72))
            cursor.moveTop(frame.center().y() - cursor.height() / 2)
            painter.fillRect(cursor, look.colour("primary"))
