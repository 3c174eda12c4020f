"""An emergency over everything: what has happened, what to do, where to go, since when.

One widget for boards, window screens and kiosks, at any size and shape. A screen makes it when the
first emergency comes, not before its first paint:

    self.cover = EmergencyCover(self)            # covers its parent, follows its size
    self.cover.show_emergency(emergency_in(hall.publications, zones), plan, language)

Red is for an emergency, the calm blue for a drill. Nothing flashes and nothing moves.
"""

from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.domain.hall import HallPlan
from hallclient.domain.publication import EmergencyKind, Publication
from hallclient.phrases import Phrases
from hallclient.services.emergency_words import EmergencyWords, emergency_words
from hallclient.services.hours import local_time
from hallclient.ui import fonts
from hallclient.ui.look import Look
from hallclient.ui.paint import Box, Fitted, Side, draw_box, draw_fitted, draw_icon, fit_text
from hallclient.ui.theme import load_theme
from hallclient.ui.widgets.base import HallLabel

_ENGLISH, _CHINESE = "en", "zh-CN"
_LEADING = 1.24
_TALL = 1.06
"""Height of a single line, in sizes."""
_MOST = 20
"""Lines that a text is broken into before it is too long."""
_PAD = 0.055
"""Of the shorter side, all around."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the page: its share of the height, and the sizes in reference px it may have."""

    text: str
    share: float
    largest: float
    least: float
    weight: int = fonts.BOLD
    icon: str = ""
    boxed: bool = False
    quiet: bool = False
    whole: bool = False
    """Rather smaller than broken: a title of few signs."""


class EmergencyCover(HallLabel):
    """Covers its parent while an emergency stands; hidden otherwise."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("", parent)
        self.emergency: Publication | None = None
        self._languages = (_CHINESE, _ENGLISH)
        self._said: tuple[EmergencyWords, EmergencyWords] | None = None
        self._since = self._foot = self._calls = ""
        # What is beneath is not painted: nobody sees it, and a board must not say so.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setGeometry(parent.rect())
        parent.installEventFilter(self)
        self.hide()

    @property
    def stands(self) -> bool:
        """Whether the screen is covered."""
        return self.emergency is not None

    def show_emergency(
        self, emergency: Publication | None, plan: HallPlan, language: str = _CHINESE
    ) -> None:
        """Cover the screen with an emergency, or uncover it (None).

        The screen's own language stands first, the other of Chinese and English below.
        """
        other = _CHINESE if language == _ENGLISH else _ENGLISH
        if emergency == self.emergency and self._languages == (language, other):
            return
        self.emergency, self._languages = emergency, (language, other)
        if emergency is None:
            self._said = None
            self.setText("")
            self.hide()
            return
        self._take(emergency, plan)
        self.show()
        self.raise_()
        self.update()

    def show_calls(self, calls: str) -> None:
        """Say the newest calls in a narrow line: shown only where nobody has to leave."""
        if calls != self._calls:
            self._calls = calls
            self.update()

    def is_cut(self) -> bool:
        """Tell whether a text is elided, at the present size."""
        look, area = self._own()
        return any(self._fitted(look, row, at).elided for row, at in self._laid(look, area))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the parent's size."""
        parent = self.parentWidget()
        if event.type() == QEvent.Type.Resize and parent is not None and watched is parent:
            self.setGeometry(parent.rect())
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Fill the screen, draw the head, then row by row."""
        if self.emergency is None:
            return
        painter = QPainter(self)
        look, area = self._own()
        drill = self.emergency.drill
        fill = look.colour("primaryDeep" if drill else "danger")
        painter.fillRect(self.rect(), look.colour("paper") if look.theme.flat else fill)
        if look.theme.flat:
            edge = Box("transparent", "primary", 24, 0)
            draw_box(painter, look, QRectF(self.rect()), edge)
        for row, at in self._laid(look, area):
            self._draw(painter, look, row, at)

    # Words

    def _take(self, one: Publication, plan: HallPlan) -> None:
        first, second = (Phrases(code) for code in self._languages)
        self._said = emergency_words(one, first), _second(one, second)
        since = ""
        if one.published_at is not None:
            since = f"{local_time(plan, one.published_at):%H:%M}"
        self._since = first("emergency.since", time=since) if since else ""
        self._foot = f"{first('emergency.kept')}\n{second('emergency.kept')}"
        parts = [text for words in self._said for text in (words.title, words.todo, words.where)]
        told = ". ".join(text.replace("\n", ". ") for text in (*parts, self._since) if text)
        self.setText(told)
        self.setAccessibleName(told)

    def _rows(self) -> list[_Row]:
        if self._said is None:
            return []
        first, second = self._said
        icon = "info" if self.emergency is not None and self.emergency.drill else "alert"
        rows = [
            _Row(first.title, 23, 230, 64, icon=icon, whole=True),
            _Row(second.title, 9, 84, 36, fonts.MEDIUM),
            _Row(first.todo, 23, 96, 34),
            _Row(second.todo, 13, 60, 26, fonts.MEDIUM, quiet=True),
        ]
        if first.where or second.where:
            both = dict.fromkeys((first.where, second.where))
            where = "\n".join(text for text in both if text)
            rows.append(_Row(where, 19, 84, 30, icon="pin", boxed=True))
        if self.emergency is not None and self.emergency.evacuates:
            rows.append(_Row(self._foot, 11, 48, 24, fonts.MEDIUM, quiet=True))
        elif self._calls:
            rows.append(_Row(self._calls, 9, 64, 30, icon="megaphone"))
        return [row for row in rows if row.text]

    # Places

    def _own(self) -> tuple[Look, QRectF]:
        """Return a look whose scale fits this widget, and the room inside the margins."""
        width, height = max(1, self.width()), max(1, self.height())
        long, short = max(width, height), min(width, height)
        k = min(long / 1920, short / 1080)
        theme = self.look.theme if self.look.theme.flat else load_theme()
        language = self._languages[0]
        pad = short * _PAD
        area = QRectF(self.rect()).adjusted(pad, pad, -pad, -pad)
        return replace(self.look, k=k, theme=theme, language=language), area

    def _laid(self, look: Look, area: QRectF) -> list[tuple[_Row, QRectF]]:
        """Return the rows with their rectangles in screen px; the time is the first."""
        head = area.height() * 0.08
        since = _Row(self._since, 0, 60, 34, fonts.MEDIUM)
        laid = [(since, QRectF(area.left(), area.top(), area.width(), head))]
        rows, gap = self._rows(), look.px(14)
        room = area.height() - head - gap * len(rows)
        whole = sum(row.share for row in rows) or 1
        top = area.top() + head
        for row in rows:
            height = room * row.share / whole
            top += gap
            laid.append((row, QRectF(area.left(), top, area.width(), height)))
            top += height
        return laid if self._since else laid[1:]

    def _draw(self, painter: QPainter, look: Look, row: _Row, at: QRectF) -> None:
        colour = "onPrimary" if not look.theme.flat else "ink"
        if row.boxed:
            draw_box(painter, look, at, Box("surface", "primary", 4, 20))
            colour = "ink"
        elif row.quiet and self.emergency is not None and self.emergency.drill:
            colour = "onDeep2"
        fitted, words = self._fitted(look, row, at), self._beside(look, row, at)
        if row.icon:
            side = self._icon(look, row, at)
            square = QRectF(words.left() - side * 1.2, at.center().y() - side / 2, side, side)
            draw_icon(painter, look, row.icon, square, colour)
        since = row.text == self._since
        painter.setPen(look.colour(colour))
        draw_fitted(
            painter,
            look,
            words,
            fitted,
            weight=row.weight,
            side=Side.RIGHT if since else Side.LEFT,
            leading=_LEADING,
        )

    @staticmethod
    def _icon(look: Look, row: _Row, at: QRectF) -> float:
        return min(at.height() * 0.72, look.px(row.largest) * 0.9)

    def _beside(self, look: Look, row: _Row, at: QRectF) -> QRectF:
        """Return the room that the words of a row have beside its icon and within its box."""
        inset, above = (look.px(28), look.px(10)) if row.boxed else (0, 0)
        left = inset + (self._icon(look, row, at) * 1.2 if row.icon else 0)
        return at.adjusted(left, above, -inset, -above)

    def _fitted(self, look: Look, row: _Row, at: QRectF) -> Fitted:
        """Return the words at the largest size at which they fit the height and tear no word."""
        room = self._beside(look, row, at)
        size, width = row.largest, room.width() / look.k
        if row.whole:
            steps = [row.largest]
            while steps[-1] * 0.94 > max(row.least, row.largest / 2):
                steps.append(steps[-1] * 0.94)
            alone = fit_text(look, row.text, steps, width, weight=row.weight)
            if not alone.elided and look.px(alone.px) * _TALL <= room.height():
                return alone
        while True:
            px = look.px(size)
            more = (room.height() - px * _TALL) / (px * _LEADING)
            many = int(more) + 1 if more >= 0 else 0
            whole = fit_text(look, row.text, (size,), width, lines=_MOST, weight=row.weight)
            torn = whole.torn or (row.whole and _parted(whole))
            if len(whole.lines) <= many and not torn:
                return whole
            if size <= row.least:
                lines = max(1, many)
                return fit_text(look, row.text, (size,), width, lines=lines, weight=row.weight)
            size = max(row.least, size * 0.94)


def _parted(title: Fitted) -> bool:
    """Tell whether a title is broken elsewhere than at a pause."""
    return any(line[-1:] not in " ：:，。；、" for line in title.lines[:-1])


def _second(one: Publication, speech: Phrases) -> EmergencyWords:
    """Return the words in the other language, without what was written in one language only."""
    words = emergency_words(one, speech)
    own = one.emergency in (None, EmergencyKind.OTHER)
    title = "" if own and not one.title.en else words.title
    return replace(words, title=title, where=words.where if one.text.en else "")
