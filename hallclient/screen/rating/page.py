"""The rating page of a window's screen: a pane that lies over the rest while a rating is open."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal

from hallclient.phrases import languages
from hallclient.screen.rating.asked import Asked
from hallclient.screen.rating.shape import WIDE, Shape
from hallclient.screen.rating.visit import SETTLING_S, RatingVisit, Step
from hallclient.ui.canvas import Pane

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

    from hallclient.screen.rating.asked import RatingDesk
    from hallclient.screen.rating.sheet import Sheet
    from hallclient.services.window_public import OpenRating, PublicWindow
    from hallclient.ui.look import Look

_SECOND_MS = 1000
_TELLING = frozenset({"reasons", "contact"})
"""Sheets on which a level, reasons or a number stand."""
_SETTLING_MS = round(SETTLING_S * 1000) + 20
"""After the visit has: what can be touched then is taken."""


class RatingPage(Pane):
    """Five levels, reasons, a number to call, thanks (mock-ups 10b, 10c, 10f).

    ``open`` it. The hall's time is ``asked.until``; a citizen who is in the middle of it then
    may go on, ``ended`` says when that is over. ``leave`` ends at once: what was chosen counts. Put
    it over the whole canvas and tell it its reference size by ``set_shape``.
    """

    ended = Signal()
    """Nothing more to show. Never before the hall's time is over, whatever was pressed."""

    def __init__(self, desk: RatingDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self._language = desk.words.language
        self._visit: RatingVisit | None = None
        self._shape = WIDE
        self._sheets: dict[str, Sheet] = {}
        self._shown: Sheet | None = None
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._tick)
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(_SETTLING_MS)
        self._settling.timeout.connect(self.take_touches)
        desk.words.switched.connect(self._refresh)

    # What the screen does

    @property
    def asking(self) -> bool:
        """Whether it has something to show."""
        return self._visit is not None

    @property
    def step(self) -> Step | None:
        """What is shown; None while nothing is asked."""
        return self._visit.step if self._visit is not None else None

    def open(self, asked: OpenRating, seen: PublicWindow) -> None:
        """Ask for a rating of a window, as it was seen when the asking was read.

        In the language in which the number was taken.
        """
        words, clerk = self.desk.words, seen.clerk
        spoken = {one.code for one in languages()}
        words.switch(asked.language if asked.language in spoken else self._language)
        self.set_look(self.look)
        left = (asked.until - seen.now).total_seconds()
        who = f"{clerk.name} {words('rating.page.number', number=clerk.number)}" if clerk else ""
        self.ask(
            Asked(
                turn_id=asked.turn_id,
                until=self.desk.clock() + left,
                seconds=(asked.until - asked.asked_at).total_seconds(),
                label=asked.label,
                service=asked.service.text(words.language),
                clerk=who,
                hotline=seen.hotline,
                follow_url=seen.follow_url if seen.shows_code else "",
                reply_days=asked.reply_days,
                touched=seen.asks_here,
            )
        )

    def ask(self, asked: Asked) -> None:
        """Ask for a rating. Of the same turn once more, only the time begins anew."""
        desk, visit = self.desk, self._visit
        if asked.follow_url and not asked.touched and desk.url is not None:
            asked = replace(asked, url=desk.url(asked.follow_url, asked.turn_id))
        if visit is not None and visit.asked.turn_id == asked.turn_id:
            visit.ask_again(asked)
        else:
            self.leave()
            self._visit = RatingVisit(asked, desk.give, desk.clock, contact=desk.contact)
        self._refresh()
        self._plan()

    def leave(self) -> None:
        """End now and forget everything; ``ended`` is not emitted."""
        self._timer.stop()
        self._settling.stop()
        visit, self._visit = self._visit, None
        if visit is not None:
            visit.end()
        self._shown = None
        self._forget()
        for sheet in self._sheets.values():
            sheet.hide()

    def stop(self) -> None:
        """End with the screen."""
        self.leave()
        self.desk.words.switched.disconnect(self._refresh)

    def set_shape(self, width: float, height: float) -> None:
        """Lay everything out for a canvas of this reference size, wide or tall."""
        self._shape = Shape(width, height)
        for sheet in self._sheets.values():
            self.put(sheet, 0, 0, width, height)
            sheet.take_shape(self._shape)

    # Steps

    def act(self, move: Callable[[RatingVisit], None]) -> None:
        """Do what a touch means."""
        if self._visit is not None and self._visit.touch():
            move(self._visit)
        self._refresh()
        self._plan()

    def _refresh(self) -> None:
        visit = self._visit
        if visit is None:
            return
        sheet = self._sheet("code" if visit.asked.url else visit.step.value)
        if sheet is not self._shown:
            before, self._shown = self._shown, sheet
            sheet.setEnabled(visit.settled)
            self._settling.start()
            sheet.show_visit(visit)
            sheet.show()
            sheet.raise_()
            if before is not None:
                before.hide()
            if visit.step is Step.THANKS:
                self._forget()
        else:
            sheet.show_visit(visit)

    def take_touches(self) -> None:
        """Let what is shown be touched: it has stood long enough to be meant."""
        if self._shown is not None:
            self._shown.setEnabled(True)

    def _forget(self) -> None:
        """Let go of the pages that say what was chosen: nothing of it stays in this program."""
        for name in _TELLING & self._sheets.keys():
            self.drop(self._sheets.pop(name))

    def _tick(self) -> None:
        visit = self._visit
        if visit is None:
            return
        if visit.seconds_left <= 0:
            self.leave()
            self.ended.emit()
            return
        if self._shown is not None:
            self._shown.tick(visit)
        self._plan()

    def _plan(self) -> None:
        """Come back when a second less is left."""
        if self._visit is not None:
            left = math.ceil(max(0.0, self._visit.seconds_left) * _SECOND_MS)
            self._timer.start(left % _SECOND_MS or min(left, _SECOND_MS))

    def _sheet(self, name: str) -> Sheet:
        """Return a sheet; it is made when it is first shown."""
        if name not in self._sheets:
            sheet = _made(name, self.desk, self.act)
            sheet.hide()
            sheet.take_shape(self._shape)
            self.put(sheet, 0, 0, self._shape.width, self._shape.height)
            self._sheets[name] = sheet
        return self._sheets[name]

    def set_look(self, look: Look) -> None:
        """Take theme and scale; the language is the citizen's."""
        super().set_look(replace(look, language=self.desk.words.language))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Cover what is below."""
        from PySide6.QtGui import QPainter  # noqa: PLC0415 - with the first paint

        QPainter(self).fillRect(event.rect(), self.look.colour("paper"))


def _made(name: str, desk: RatingDesk, act: Callable[..., None]) -> Sheet:
    from hallclient.screen.rating import code, contact, levels, reasons, thanks  # noqa: PLC0415

    kinds: dict[str, type[Sheet]] = {
        "levels": levels.LevelsSheet,
        "reasons": reasons.ReasonsSheet,
        "contact": contact.ContactSheet,
        "thanks": thanks.ThanksSheet,
        "code": code.CodeSheet,
    }
    return kinds[name](desk, act)
