"""What stands in the large place: the newest call, four of them, or that the connection is lost."""

import re
from dataclasses import replace

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.display.frame import FramedPanel
from hallclient.display.parts import NORMAL, OnPainted, Scale
from hallclient.display.phrase import LED_LEAST, Phrase
from hallclient.display.said import Said, also_of
from hallclient.services.board import BoardCall
from hallclient.ui import fonts
from hallclient.ui.look import Look
from hallclient.ui.paint import Box, Side, draw_box, draw_icon

_BEHIND = (400.0, 14.0, 372.0, 90.0)
"""Of the newest call: where the number of those behind it stands, at its widest."""
_RAISED = 18.0
_BRACKETS = re.compile(r"[（(].*$")


def _without_brackets(text: str) -> str:
    """Return a text, and what is said with it, without what is in brackets."""
    also, shorter = also_of(text), _BRACKETS.sub("", text)
    return Said(shorter, _BRACKETS.sub("", also)) if also else shorter


def _says_all(phrase: Phrase, look: Look) -> bool:
    """Tell whether it stands there whole, in every language that it has."""
    languages = 2 if also_of(phrase.text) else 1
    return len(phrase.blocks(look)) == languages and not phrase.is_cut(look)


class CallPanel(FramedPanel):
    """A panel with one call."""

    def __init__(self, on_painted: OnPainted | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scale = NORMAL
        self._on_painted = on_painted
        self._call: BoardCall | None = None
        self._now_calling = self._service = ""

    @property
    def call(self) -> BoardCall | None:
        """The call that stands here."""
        return self._call

    def show_call(self, call: BoardCall | None, *, trace: bool) -> None:
        """Put a call here; ``trace`` draws the frame around it."""
        if call == self._call:
            return
        self._call = call
        self.setText("" if call is None else f"{call.label} → {call.window}")
        self.setAccessibleName(self.text())
        if call is not None and trace:
            self.trace()
        else:
            self.rest()

    def set_scale(self, scale: Scale) -> None:
        """Take the board's scale."""
        if scale != self.scale:
            self.scale = scale
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the call, then tell that it can be seen."""
        super().paintEvent(event)
        if self._on_painted is not None and self._call is not None:
            self._on_painted(self._call)

    def draw_plate(self, painter: QPainter, at: QRectF, size: float) -> None:
        """Draw the window's amber plate."""
        assert self._call is not None  # noqa: S101 - only with a call
        area = self.scaled(at.x(), at.y(), at.width(), at.height())
        draw_box(painter, self.look, area, Box("call", radius=self.RADIUS if size > 120 else 16))
        self.pen(painter, "onCall")
        inner = at.adjusted(8, 0, -8, 0)
        self.draw_number(painter, self._call.window, inner, size, side=Side.CENTRE)

    def draw_arrow(self, painter: QPainter, x: float, middle: float, size: float) -> None:
        """Draw the arrow with its left end at ``x``."""
        area = self.scaled(x, middle - size / 2, size, size)
        draw_icon(painter, self.look, "arrow-r", area, self.on_deep())

    def on_deep(self) -> str:
        """Return the colour name of white on the dark panel."""
        return "ink" if self.led else "onPrimary"


class NewestCall(CallPanel):
    """The newest call, 1200×446. Without a call it says that nobody is called."""

    def __init__(self, on_painted: OnPainted | None = None, parent: QWidget | None = None) -> None:
        super().__init__(on_painted, parent)
        self._to_window = self._place = self._behind = self._behind_short = ""
        self._idle = ("", "")

    def set_words(self, now_calling: str, to_window: str, idle: tuple[str, str]) -> None:
        """Take the words that do not change with the call."""
        if (now_calling, to_window, idle) != (self._now_calling, self._to_window, self._idle):
            self._now_calling, self._to_window, self._idle = now_calling, to_window, idle
            self.update()

    def set_details(self, service: str, place: str, behind: str, short: str) -> None:
        """Take the words under the numbers, and those about calls waiting behind.

        ``short`` says it in both languages at once.
        """
        self._behind_short = short
        if (service, place) != (self._service, self._place) or bool(behind) != bool(self._behind):
            self._service, self._place, self._behind = service, place, behind
            self.update()
        elif behind != self._behind:  # in a burst it changes with every call, and nothing else
            self._behind = behind
            self.update(self.scaled(*_BEHIND).toAlignedRect())

    def frame_colour(self) -> str:
        """Return amber, or nothing to see without a call."""
        return "call" if self._call is not None else "primaryDeep"

    def phrases(self) -> list[Phrase]:
        """Return label row and foot, or the words of an idle board."""
        white = self.on_deep()
        if self._call is None:
            title, sub = self._idle
            return [
                Phrase(title, QRectF(56, 110, 1088, 150), (88, 76, 64), white, fonts.BOLD),
                Phrase(sub, QRectF(56, 262, 1088, 90), (46, 44), "onDeep2"),
            ]
        bold, medium = fonts.BOLD, fonts.MEDIUM
        calling, behind = self._now_calling, self._behind
        both = bool(also_of(calling))
        if both and self.led:  # a number says it in both languages; nothing small stands there
            behind = self._behind_short
        narrow = both and behind and not self.led
        label = QRectF(132, 34, 400 if narrow else 620 if both else 300, 60)
        small = (44, 40, 36, 32, 28)
        under = 68 + 2 * self._raised
        foot, place = QRectF(56, 424 - under, 690, under), QRectF(772, 424 - under, 388, under)
        made = [
            Phrase(calling, label, (46, 44, 40, 36), "call", bold),
            Phrase(self._to_window, QRectF(772, 34, 376, 60), (46, 44, 42, 40), white, bold),
        ]
        foots = [
            Phrase(self._service, foot, small, white, medium, lines=2, leading=1.1),
            Phrase(self._place, place, small, white, medium, lines=2, leading=1.1),
        ]
        made += [self._readable(one) for one in foots] if self.led else foots
        if behind:
            at = QRectF(544, 26, 216, 76) if both else QRectF(440, 34, 300, 60)
            if self.led:
                at.setLeft(label.left() + self.advance(calling, 46, bold) + 28)
                at.setRight(760)
                if both:
                    at.setLeft(at.left() + self.advance(also_of(calling), LED_LEAST, bold) + 15)
            weight = bold if both and self.led else medium
            made.append(Phrase(behind, at, (38, 36, 34, 32), "onDeep2", weight))
        return made

    def _readable(self, phrase: Phrase) -> Phrase:
        """Return words that stand on one line of a wall: without what is in brackets, or none.

        The citizen has both service and place on the ticket.
        """
        shorter = _without_brackets(phrase.text)
        for text in (phrase.text, shorter, str(phrase.text), str(shorter)):
            fitting = replace(phrase, text=text, lines=1)
            if _says_all(fitting, self.look):
                return fitting
        return replace(phrase, text="")

    def content(self, painter: QPainter) -> None:
        """Draw words, number, arrow and plate; during a burst often the words alone."""
        self.draw_phrases(painter)
        words_alone = self.scaled(*_BEHIND).toAlignedRect()
        if self._call is None or words_alone.contains(self._asked_for):
            return
        icon = self.scaled(56, 36, 56, 56)
        draw_icon(painter, self.look, "megaphone", icon, "call")
        self.pen(painter, self.on_deep())
        up = self._raised
        number = QRectF(46, 104 - up, 612 if self.scale is NORMAL else 628, 248)
        self.draw_number(painter, self._call.label, number, self.scale.hero)
        arrow = self.scale.hero_arrow
        self.draw_arrow(painter, (number.right() + 772 - arrow) / 2, 228 - up, arrow)
        plate = QRectF(772, 104, 376, 248 - 2 * up)
        self.draw_plate(painter, plate, self.scale.hero)

    @property
    def _raised(self) -> float:
        """How much higher the figures of a bilingual wall stand: two lines of 44 are below."""
        return _RAISED if self.led and also_of(self._now_calling) else 0.0


class CallTile(CallPanel):
    """One of four newest calls, 590×216."""

    FRAME, LED_FRAME, RADIUS = 10.0, 10.0, 20.0

    def set_words(self, now_calling: str, service: str) -> None:
        """Take the words above the numbers."""
        if (now_calling, service) != (self._now_calling, self._service):
            self._now_calling, self._service = now_calling, service
            self.update()

    def frame_colour(self) -> str:
        """Return amber; a tile without a call has none."""
        return "call" if self._call is not None else "primaryDeep"

    def phrases(self) -> list[Phrase]:
        """Return the row above the numbers."""
        if self._call is None:
            return []
        white, bold, medium = self.on_deep(), fonts.BOLD, fonts.MEDIUM
        sizes = (44.0, 42.0) if self.led else (34.0, 32.0, 30.0)
        top = 16.0 if self.led else 18.0
        label = Phrase(self._now_calling, QRectF(84, top, 204, 44), sizes, "call", bold)
        beside = QRectF(292, top, 270, 44)
        more = () if self.led else (28.0,)
        service = Phrase(self._service, beside, (*sizes, *more), white, medium, Side.RIGHT)
        cut = any(phrase.is_cut(self.look) for phrase in (label, service))
        if not (also_of(self._service) or cut):
            return [label, service]
        if self.led:
            return [self._on_a_wall(label, service)]
        # A long name takes the whole row; icon and amber still say that this is a call.
        row = QRectF(84, 13, 478, 46)
        whole = Phrase(self._service, row, (*sizes, 28, 26), white, medium)
        if not whole.is_cut(self.look):
            return [whole]
        return [Phrase(self._service, row, (26, 23, 22), white, medium, lines=2, leading=1.02)]

    def _on_a_wall(self, label: Phrase, service: Phrase) -> Phrase:
        """Return the row where both have no room: the service if it has, or that this is a call.

        Nothing on a wall is small, and the citizen has the service on the ticket.
        """
        row = QRectF(84, 14, 478, 50)
        for text in (service.text, _without_brackets(service.text)):
            whole = replace(service, text=text, at=row, side=Side.LEFT)
            if _says_all(whole, self.look):
                return whole
        return replace(label, at=row)

    def content(self, painter: QPainter) -> None:
        """Draw words, number, arrow and plate."""
        if self._call is None:
            return
        self.draw_phrases(painter)
        draw_icon(painter, self.look, "megaphone", self.scaled(34, 21, 38, 38), "call")
        self.pen(painter, self.on_deep())
        top, high = (80.0, 116.0) if self.led else (64.0, 124.0)
        self.draw_number(painter, self._call.label, QRectF(30, top, 300, high), self.scale.tile)
        self.draw_arrow(painter, 338, top + high / 2, 46)
        self.draw_plate(painter, QRectF(394, top, 168, high), self.scale.tile_window)


class Recovering(FramedPanel):
    """The place of the newest call while the connection is lost: grey frame, calm words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = self._big = self._text = ""

    def set_words(self, title: str, big: str, text: str) -> None:
        """Take the words."""
        self._title, self._big, self._text = title, big, text
        self.setText(f"{title}. {big}. {text}")
        self.update()

    def frame_colour(self) -> str:
        """Return grey: amber means a call, now."""
        return "lineStrong"

    def phrases(self) -> list[Phrase]:
        """Return the three texts."""
        white = "ink" if self.led else "onPrimary"
        big, text = QRectF(56, 112, 1088, 164), QRectF(56, 278, 1088, 136)
        return [
            Phrase(self._title, QRectF(132, 34, 1000, 60), (46, 44), white, fonts.BOLD),
            Phrase(
                self._big,
                big,
                (128, 112, 96, 84, 76, 70, 64),
                white,
                fonts.BOLD,
                leading=1.1,
                lines=2,
            ),
            Phrase(self._text, text, (46, 44), white, lines=2, leading=1.35),
        ]

    def content(self, painter: QPainter) -> None:
        """Draw icon and words."""
        self.draw_phrases(painter)
        white = "ink" if self.led else "onPrimary"
        draw_icon(painter, self.look, "sync", self.scaled(56, 36, 56, 56), white)
