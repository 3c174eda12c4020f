"""Calm notices: what still works first, then what happened, then who is on it (visual.md, Faults).

Blue recovers by itself, ochre needs somebody, green is over and collapses after four seconds. A
notice is known by its key (``printer``, ``database``); raising it again replaces it.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QObject, QRectF, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.ui import fonts
from hallclient.ui.paint import Box, Side, draw_box, draw_fitted, draw_icon, draw_line, fit_text
from hallclient.ui.widgets.base import HallLabel

GREEN_MS = 4000
_SECOND_MS = 1000


class Tone(Enum):
    """Who has to do something, least urgent first."""

    RECOVERED = "recovered"
    RECOVERING = "recovering"
    NEEDS_SOMEONE = "needs_someone"


_RANK = {tone: rank for rank, tone in enumerate(Tone)}
_COLOURS = {
    Tone.RECOVERED: ("okTint", "ok", "check"),
    Tone.RECOVERING: ("primaryTint", "primary", "sync"),
    Tone.NEEDS_SOMEONE: ("warnTint", "warn", "alert"),
}


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice in words of the present language; ``icon`` overrides the tone's.

    ``counted`` shows how long it has lasted, so that nobody thinks the program froze.
    """

    tone: Tone
    title: str
    text: str = ""
    icon: str = ""
    counted: bool = False


class NoticeBoard(QObject):
    """What is wrong just now. Screens show :attr:`current`, the most urgent and newest notice."""

    changed = Signal()

    def __init__(
        self, parent: QObject | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._raised: dict[str, tuple[Notice, float]] = {}
        self._collapse = QTimer(self)
        self._collapse.setSingleShot(True)
        self._collapse.setInterval(GREEN_MS)
        self._collapse.timeout.connect(self._drop_green)

    @property
    def current(self) -> Notice | None:
        """The notice to show, None when all is well."""
        return max(self._raised.values(), key=_urgency)[0] if self._raised else None

    @property
    def seconds(self) -> int:
        """How long the current notice has lasted; 0 when there is none."""
        if not self._raised:
            return 0
        return int(self._clock() - max(self._raised.values(), key=_urgency)[1])

    def has(self, key: str) -> bool:
        """Tell whether a notice of this key stands."""
        return key in self._raised

    def post(self, key: str, notice: Notice) -> None:
        """Raise a notice, or change its words; its seconds go on counting while the tone stays."""
        before = self._raised.pop(key, None)
        if before is not None and before[0] == notice:
            self._raised[key] = before
            return
        same = before is not None and before[0].tone is notice.tone
        self._raised[key] = (notice, before[1] if before and same else self._clock())
        if notice.tone is Tone.RECOVERED:
            self._collapse.start()
        self.changed.emit()

    def clear(self, key: str) -> None:
        """Take a notice down without a word."""
        if self._raised.pop(key, None) is None:
            return
        if not self._green():
            self._collapse.stop()
        self.changed.emit()

    def recover(self, key: str, title: str, text: str = "") -> None:
        """Turn a standing notice green for four seconds; nothing when it was not raised."""
        if key in self._raised:
            self.post(key, Notice(Tone.RECOVERED, title, text))

    def _green(self) -> list[str]:
        return [k for k, (notice, _) in self._raised.items() if notice.tone is Tone.RECOVERED]

    def _drop_green(self) -> None:
        green = self._green()
        for key in green:
            del self._raised[key]
        if green:
            self.changed.emit()


def _urgency(raised: tuple[Notice, float]) -> tuple[int, float]:
    return _RANK[raised[0].tone], raised[1]


@dataclass(frozen=True, slots=True)
class BannerSizes:
    """Measures of a banner in reference px."""

    title: tuple[float, ...]
    text: tuple[float, ...]
    icon: float
    pad: float
    gap: float
    radius: float
    stacked: bool


PUBLIC = BannerSizes((42, 36, 32), (32, 30, 28), 72, 40, 32, 24, stacked=True)
"""Kiosk, 968x172."""
ELDER = BannerSizes((52, 48, 44), (44, 36), 72, 40, 32, 24, stacked=True)
"""The same for elders."""
STAFF = BannerSizes((17, 16), (16, 15, 14), 24, 18, 14, 12, stacked=False)
"""Staff screens, 56 high."""


class Banner(HallLabel):
    """Shows a board's current notice and hides without one. ``shown`` tells when that changes."""

    shown = Signal(bool)

    def __init__(
        self, board: NoticeBoard, sizes: BannerSizes = PUBLIC, *, parent: QWidget | None = None
    ) -> None:
        super().__init__("", parent)
        self._board = board
        self._sizes = sizes
        self._notice: Notice | None = None
        self._second = QTimer(self)
        self._second.setInterval(_SECOND_MS)
        self._second.timeout.connect(self.update)
        board.changed.connect(self.refresh)
        self.hide()
        self.refresh()

    def set_sizes(self, sizes: BannerSizes) -> None:
        """Take other measures, as between two modes."""
        self._sizes = sizes
        self.update()

    def refresh(self) -> None:
        """Show what the board says now."""
        before, self._notice = self._notice, self._board.current
        notice = self._notice
        if notice is None:
            self._second.stop()
        else:
            self.setText(f"{notice.title} {notice.text}".strip())
            if notice.counted:
                self._second.start()
            else:
                self._second.stop()
        self.setVisible(notice is not None)
        self.update()
        if (before is None) != (notice is None):
            self.shown.emit(notice is not None)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw fill, icon, words and the seconds."""
        notice = self._notice
        if notice is None:
            return
        painter, look, sizes = QPainter(self), self.look, self._sizes
        fill, ink, icon = _COLOURS[notice.tone]
        area = QRectF(self.rect())
        edge = "ink" if look.theme.flat else "transparent"
        draw_box(painter, look, area, Box(fill, edge, 4, sizes.radius))
        side, left = look.px(sizes.icon), look.px(sizes.pad)
        square = QRectF(left, (area.height() - side) / 2, side, side)
        draw_icon(painter, look, notice.icon or icon, square, ink)
        words = area.adjusted(left + side + look.px(sizes.gap), 0, -left, 0)
        if notice.counted:
            words.setRight(words.right() - self._paint_seconds(painter, words))
        if sizes.stacked:
            self._paint_stacked(painter, words, notice, ink)
        else:
            self._paint_inline(painter, words, notice)

    def _paint_seconds(self, painter: QPainter, words: QRectF) -> float:
        minutes, seconds = divmod(self._board.seconds, 60)
        font = self.look.font(self._sizes.text[0], fonts.FIGURE)
        self.pen(painter, "ink")
        width = draw_line(painter, words, f"{minutes:02}:{seconds:02}", font, side=Side.RIGHT)
        return width + self.look.px(self._sizes.gap)

    def _paint_stacked(self, painter: QPainter, words: QRectF, notice: Notice, ink: str) -> None:
        look, sizes, room = self.look, self._sizes, words.width() / self.look.k
        lines = 2 if notice.text else 3
        title = fit_text(look, notice.title, sizes.title, room, weight=fonts.BOLD)
        text = fit_text(look, notice.text, sizes.text, room, lines=lines)
        title_height = look.px(title.px) * 1.3
        text_height = look.px(text.px) * 1.35 * len(text.lines) if notice.text else 0
        top = (words.height() - title_height - text_height) / 2
        self.pen(painter, ink)
        row = QRectF(words.x(), top, words.width(), title_height)
        draw_fitted(painter, look, row, title, weight=fonts.BOLD)
        if notice.text:
            self.pen(painter, "ink")
            row = QRectF(words.x(), top + title_height, words.width(), text_height)
            draw_fitted(painter, look, row, text, leading=1.35)

    def _paint_inline(self, painter: QPainter, words: QRectF, notice: Notice) -> None:
        look, sizes = self.look, self._sizes
        self.pen(painter, "ink")
        title = fit_text(look, notice.title, sizes.title, words.width() / look.k, weight=fonts.BOLD)
        font = look.font(title.px, fonts.BOLD)
        taken = draw_line(painter, words, title.lines[0], font) + look.px(sizes.gap)
        rest = words.adjusted(taken, 0, 0, 0)
        if notice.text and rest.width() > 0:
            text = fit_text(look, notice.text, sizes.text, rest.width() / look.k, lines=2)
            draw_fitted(painter, look, rest, text, leading=1.2)
