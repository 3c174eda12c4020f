"""The console's screen: 1440x900 in reference px, scaled, and as much wider or higher as it gets.

The floor stands at the left, what presses at the right; what opens behind a verb takes the right
column and leaves the floor in sight. Tab goes from part to part, arrows within one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QWidget
from shiboken6 import isValid

from hallclient.domain.alarm import Verb
from hallclient.supervisor.alarm_words import HELP
from hallclient.supervisor.sign_in import HEIGHT as SIGN_IN_HEIGHT
from hallclient.supervisor.sign_in import WIDTH as SIGN_IN_WIDTH
from hallclient.supervisor.sign_in import SignInCard
from hallclient.supervisor.view import Action, AlarmLine, ConsoleView, Stand
from hallclient.supervisor.widgets.advice import AdviceCard
from hallclient.supervisor.widgets.alarms import AlarmBoard
from hallclient.supervisor.widgets.head import FIGURES, HEADER, FigureRow, Header
from hallclient.supervisor.widgets.keys import VerbKey
from hallclient.supervisor.widgets.queues import QueueBoard
from hallclient.supervisor.widgets.team import TeamCard
from hallclient.supervisor.widgets.tiles import WindowBoard
from hallclient.supervisor.widgets.trend import TrendCard
from hallclient.ui.canvas import Canvas
from hallclient.ui.keyboard import line_by_line, steer
from hallclient.ui.notices import STAFF, Banner, NoticeBoard
from hallclient.ui.paint import Side
from hallclient.ui.widgets.text import Text

if TYPE_CHECKING:
    from types import ModuleType

    from hallclient.services.floor import FloorState
    from hallclient.supervisor.presenter import ConsolePresenter
    from hallclient.supervisor.sheets.sheet import Sheet
    from hallclient.ui.look import Look

WIDTH, HEIGHT = 1440.0, 900.0
EDGE, GAP, RIGHT = 16.0, 12.0, 492.0
TOP = HEADER + FIGURES + 8
TREND, TEAM, USHER_TEAM, TRIES = 194.0, 166.0, 80.0, 92.0
HISTORY = 84.0
BOARD_SHARE = 404 / 732

_TOUCHES = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.TouchBegin,
        QEvent.Type.Wheel,
        QEvent.Type.InputMethod,
    }
)


def _behind() -> ModuleType:
    """Return the sheets, which the first screen does not need."""
    from hallclient.supervisor import behind  # noqa: PLC0415 - a start is measured

    return behind


class SupervisorScreen(Canvas):
    """One console."""

    steers = True
    """Arrows move the focus by where things lie (``ui.keyboard``)."""

    def __init__(self, presenter: ConsolePresenter, notices: NoticeBoard, look: Look) -> None:
        super().__init__(WIDTH, HEIGHT)
        self.presenter = presenter
        presenter.setParent(self)
        words = self.words = presenter.words
        self.setWindowTitle(words("supervisor.title"))
        self.sign_in = self.put(SignInCard(words), 0, 0, SIGN_IN_WIDTH, SIGN_IN_HEIGHT)
        self.starting = self.put(Text("", (20, 18), side=Side.CENTRE, colour="ink2"), 0, 0, 9, 9)
        self.header = self.put(Header(words), 0, 0, 9, 9)
        self.figures = self.put(FigureRow(), 0, 0, 9, 9)
        self.banner = self.put(Banner(notices, STAFF), 0, 0, 9, 9)
        self.windows = self.put(WindowBoard(words), 0, 0, 9, 9)
        self.queues = self.put(QueueBoard(words), 0, 0, 9, 9)
        self.alarms = self.put(AlarmBoard(words), 0, 0, 9, 9)
        self.advice = self.put(AdviceCard(), 0, 0, 9, 9)
        self.trend = self.put(TrendCard(), 0, 0, 9, 9)
        self.tries = self.put(VerbKey(), 0, 0, 9, 9)
        self.history = self.put(VerbKey(), 0, 0, 9, 9)
        self.team = self.put(TeamCard(words), 0, 0, 9, 9)
        self.sheet: Sheet | None = None
        self._returns: QWidget | None = None
        self._stand: Stand | None = None
        self._connect()
        self.set_look(look)
        self.resize(round(WIDTH), round(HEIGHT))
        self.show_view(presenter.view)

    # What is shown

    def show_view(self, view: ConsoleView) -> None:
        """Show a view of the presenter."""
        there = view.stand is Stand.OPEN
        floor = there and not view.usher
        self.header.set_view(view)
        self.header.setVisible(view.stand is not Stand.SIGNED_OUT)
        self.sign_in.setVisible(view.stand is Stand.SIGNED_OUT)
        self.starting.setText(self.words("supervisor.starting"))
        self.starting.setVisible(view.stand is Stand.STARTING)
        if there:
            self._show_floor(view)
        free = self.sheet is None
        covered = self.sheet is not None and self.sheet.wide
        for widget in (self.windows, self.queues):
            widget.setVisible(floor and not covered)
        self.trend.setVisible(floor and free)
        self.tries.setVisible(floor and free)
        self.history.setVisible(floor and free and view.estimates)
        self.trend.leave(TRIES + 12 + (HISTORY + 8 if view.estimates else 0))
        self.advice.setVisible(floor and free and view.advice is not None)
        self.alarms.setVisible(there and (free or view.usher))
        self.team.setVisible(there and (free or view.usher))
        self.figures.setVisible(floor and not self.banner.isVisibleTo(self))
        if view.stand is not self._stand:
            self._change_stand(view.stand)

    def tick(self, view: ConsoleView) -> None:
        """Show another age and clock."""
        self.header.set_view(view)

    def _show_floor(self, view: ConsoleView) -> None:
        words = self.words
        picked = self.sheet.picked() if self.sheet else frozenset[str]()
        self.figures.set_figures(view.figures)
        self.windows.set_zones(view.zones, view.legend, picked)
        self.queues.set_lines(view.queues, view.limit_text)
        self.queues.set_estimates(shown=view.estimates)
        self.alarms.set_lines(view.alarms, calls_only=view.usher)
        if self.advice.set_view(view.advice):
            self._lay_out()
        title, unit = words("supervisor.trend.title"), words("supervisor.trend.unit")
        self.trend.set_line(view.trend, title, unit)
        self.history.set_words(words("supervisor.history.key"), words("supervisor.history.title"))
        self.tries.set_words(words("supervisor.what_if.key"), words("supervisor.what_if.title"))
        self.team.set_actions(view.actions, view.team)

    def _change_stand(self, stand: Stand) -> None:
        before, self._stand = self._stand, stand
        if stand is not Stand.OPEN:
            self.leave_sheet()
        if stand is Stand.SIGNED_OUT:
            self.sign_in.begin()
        elif before is Stand.SIGNED_OUT or stand is Stand.OPEN:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._lay_out()

    # Sheets

    def open_sheet(self, sheet: Sheet) -> None:
        """Show a sheet over the right column, in place of one that is open."""
        before = self.sheet
        if before is None:
            self._returns = self.focusWidget()
        self.sheet = sheet
        if before is not None:
            self.drop(before)
        sheet.left.connect(self.leave_sheet)
        sheet.opened.connect(self.open_sheet)
        self._lay_out_sheet(sheet)
        sheet.raise_()
        state = self.presenter.state
        if state is not None:
            sheet.show_state(state)
        if self.sheet is sheet:
            sheet.begin()
            self.show_view(self.presenter.view)

    def leave_sheet(self) -> None:
        """Take the sheet away; the keyboard goes back to where it was."""
        sheet, self.sheet = self.sheet, None
        if sheet is None:
            return
        self.drop(sheet)
        self.show_view(self.presenter.view)
        back, self._returns = self._returns, None
        # The floor may have been built anew meanwhile, and the tile be no more.
        if back is not None and isValid(back) and back.isVisibleTo(self):
            back.setFocus(Qt.FocusReason.PopupFocusReason)
        else:
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take_state(self, state: FloorState) -> None:
        if self.sheet is not None:
            self.sheet.show_state(state)

    def _press_window(self, code: str) -> None:
        if self.sheet is not None and self.sheet.pick_window(code):
            self.show_view(self.presenter.view)
            return
        self.open_sheet(_behind().WindowSheet(self.presenter, code))

    def _press_queue(self, code: str) -> None:
        line = next((one for one in self.presenter.view.queues if one.code == code), None)
        stopped = line is not None and line.stopped
        self.open_sheet(_behind().of_queue(self.presenter, code, stopped=stopped))

    def _press_alarm(self, key: str) -> None:
        line = next((one for one in self.presenter.view.alarms if one.key == key), None)
        if line is None:
            return
        if key.startswith(HELP):
            self._answer(int(key.removeprefix(HELP)), line)
            return
        presenter, subject = self.presenter, line.subject
        if line.verb is Verb.TAKE:
            presenter.do(lambda who: who.take_alarm(key), self._note_taken)
            return
        if line.verb is Verb.SHOW_WINDOW:
            self.windows.show_window(subject)
        self.open_sheet(_behind().of_alarm(presenter, line.verb, subject, key))

    def _answer(self, call: int, line: AlarmLine) -> None:
        if line.taken:
            self.presenter.do(lambda who: who.helped(call), self._note_helped)
        else:
            self.presenter.do(lambda who: who.go(call), self._note_going)

    def _note_taken(self, _done: object) -> None:
        self.presenter.say(self.words("supervisor.you_take"))

    def _note_helped(self, _done: object) -> None:
        self.presenter.say(self.words("supervisor.was_helped"))

    def _note_going(self, _done: object) -> None:
        self.presenter.say(self.words("supervisor.you_go"))

    def _press_advice(self, queue: str) -> None:
        self.open_sheet(_behind().AdviceSheet(self.presenter, queue))

    def _press_action(self, action: Action) -> None:
        self.open_sheet(_behind().of_action(self.presenter, action))

    # Places

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Scale by the narrower side; the other one gives more room."""
        k = max(0.05, min(self.width() / WIDTH, self.height() / HEIGHT))
        self.reference = (self.width() / k, self.height() / k)
        super().resizeEvent(event)
        self._lay_out()

    def _right(self) -> tuple[float, float, float, float]:
        """Return the right column's place: where sheets stand. An usher's keys stay above it."""
        width, height = self.reference
        top = HEADER + EDGE + USHER_TEAM + GAP if self.presenter.view.usher else TOP
        return width - EDGE - RIGHT, top, RIGHT, height - top - EDGE

    def _lay_out(self) -> None:
        width, height = self.reference
        left, room = width - 2 * EDGE - GAP - RIGHT, height - TOP - EDGE
        self.put(
            self.sign_in,
            (width - SIGN_IN_WIDTH) / 2,
            (height - SIGN_IN_HEIGHT) / 2.4,
            SIGN_IN_WIDTH,
            SIGN_IN_HEIGHT,
        )
        self.put(self.starting, EDGE, height / 2 - 40, width - 2 * EDGE, 60)
        self.put(self.header, 0, 0, width, HEADER)
        self.header.lay_out(width)
        self.put(self.figures, 0, HEADER, width, FIGURES)
        self.put(self.banner, EDGE, HEADER + 12, width - 2 * EDGE, 56)
        upper = round((room - GAP) * BOARD_SHARE)
        self.put(self.windows, EDGE, TOP, left, upper)
        self.windows.lay_out(left, upper)
        lower = room - GAP - upper
        self.put(self.queues, EDGE, TOP + upper + GAP, left, lower)
        self.queues.lay_out(left, lower)
        self._lay_out_right(left, room)
        if self.sheet is not None:
            self._lay_out_sheet(self.sheet)

    def _lay_out_sheet(self, sheet: Sheet) -> None:
        x, y, wide, tall = self._right()
        if sheet.wide:
            x, wide = EDGE, self.reference[0] - 2 * EDGE
        self.put(sheet, x, y, wide, tall)
        sheet.lay_out(wide, tall)

    def _lay_out_right(self, left: float, room: float) -> None:
        x, y, wide, _tall = self._right()
        if self.presenter.view.usher:
            top = HEADER + EDGE
            tall = self.reference[1] - top - EDGE
            self.put(self.alarms, EDGE, top, left, tall)
            self.alarms.lay_out(left, tall)
            self.put(self.team, x, top, wide, USHER_TEAM)
            self.team.lay_out(wide)
            return
        advice = self.advice.tall
        alarms = room - TREND - TEAM - 2 * GAP - (advice + GAP if advice else 0.0)
        self.put(self.alarms, x, y, wide, alarms)
        self.alarms.lay_out(wide, alarms)
        y += alarms + GAP
        if advice:
            self.put(self.advice, x, y, wide, advice)
            self.advice.lay_out(wide)
            y += advice + GAP
        self.put(self.trend, x, y, wide, TREND)
        self.put(self.tries, x + wide - 16 - TRIES, y + 8, TRIES, 32)
        self.put(self.history, x + wide - 16 - TRIES - 8 - HISTORY, y + 8, HISTORY, 32)
        self.put(self.team, x, y + TREND + GAP, wide, TEAM)
        self.team.lay_out(wide)

    # Touches

    def showEvent(self, event: QShowEvent) -> None:
        """Watch what comes to the window: keys and pointer, before they are spread."""
        super().showEvent(event)
        handle = self.window().windowHandle()
        if handle is not None:
            handle.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Note every touch: who touches nothing for long is signed out."""
        if event.type() in _TOUCHES:
            self.presenter.touched()
        return False

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave a sheet on Esc, steer by arrows, turn pages."""
        if event.key() == Qt.Key.Key_Escape and self.sheet is not None:
            if self.sheet.again.isVisible():
                self.sheet.again.hide()
            else:
                self.leave_sheet()
            return
        if event.key() in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            pager = self.windows.pager
            pager.turn(pager.page + (1 if event.key() == Qt.Key.Key_PageDown else -1))
            return
        if not steer(self._part_with_focus(), event):
            super().keyPressEvent(event)

    def _part_with_focus(self) -> QWidget:
        """Return the part within which arrows lead."""
        holder = self.focusWidget()
        right = (self.alarms, self.advice, self.team)
        parts = (self.sheet, self.windows, self.queues, *right, self.header)
        found = (part for part in parts if part is not None and holder is not None)
        return next((part for part in found if part.isAncestorOf(holder)), self)

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: FBT001, N802 - Qt's own
        """Go on: a part of the floor is one stop, and so is every control of a sheet."""
        stops = self._stops()
        if not stops:
            return False
        holder, at = self.focusWidget(), -1
        for index, group in enumerate(stops):
            if holder in group:
                at = index
        step = 1 if forward else -1
        target = stops[(at + step) % len(stops) if at >= 0 or forward else -1]
        reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        target[0].setFocus(reason)
        return True

    def _stops(self) -> list[list[QWidget]]:
        if self.presenter.view.stand is Stand.SIGNED_OUT:
            return [[w] for w in (self.sign_in.number, self.sign_in.pin, self.sign_in.enter)]
        parts: list[QWidget] = [self.header, self.windows, self.queues]
        if self.sheet is None or self.presenter.view.usher:
            parts += [self.alarms, self.advice]
        groups = [self._controls(part) for part in parts if part.isVisibleTo(self)]
        card: list[QWidget] = [key for key in (self.history, self.tries) if key.isVisibleTo(self)]
        if card:
            groups.append(card)
        if self.team.isVisibleTo(self):
            groups.append(self._controls(self.team))
        if self.sheet is not None:
            again = self.sheet.again
            inside = self._controls(again if again.isVisible() else self.sheet)
            groups = [[control] for control in inside] + groups
        return [group for group in groups if group]

    def _controls(self, part: QWidget) -> list[QWidget]:
        kinds = (*part.findChildren(QAbstractButton), *part.findChildren(QLineEdit))
        found: list[QWidget] = [w for w in kinds if w.isVisibleTo(self) and w.isEnabled()]
        return line_by_line(found, self)

    def _connect(self) -> None:
        presenter = self.presenter
        presenter.changed.connect(self.show_view)
        presenter.ticked.connect(self.tick)
        presenter.floor_read.connect(self._take_state)
        presenter.sign_in_failed.connect(self.sign_in.refuse)
        presenter.call_heard.connect(self.alarms.show_newest)
        self.words.switched.connect(self._switch_language)
        self.sign_in.submitted.connect(presenter.sign_in)
        self.banner.shown.connect(lambda _shown: self.show_view(presenter.view))
        self.windows.chosen.connect(self._press_window)
        self.queues.asked.connect(self._press_queue)
        self.queues.waits_asked.connect(lambda: self.open_sheet(_behind().WaitsSheet(presenter)))
        self.tries.clicked.connect(lambda: self.open_sheet(_behind().WhatIfSheet(presenter)))
        self.history.clicked.connect(lambda: self.open_sheet(_behind().HistorySheet(presenter)))
        self.alarms.asked.connect(self._press_alarm)
        self.advice.asked.connect(self._press_advice)
        self.team.asked.connect(self._press_action)
        self.team.staff_asked.connect(lambda: self.open_sheet(_behind().StaffSheet(presenter)))
        self.header.who.clicked.connect(lambda: self.open_sheet(_behind().MenuSheet(presenter)))
        QShortcut(QKeySequence("F5"), self).activated.connect(presenter.refresh)

    def _switch_language(self, code: str) -> None:
        self.set_language(code)
        self.setWindowTitle(self.words("supervisor.title"))
        self.sign_in.say()
        menu = self.sheet is not None and isinstance(self.sheet, _behind().MenuSheet)
        self._lay_out()
        self.show_view(self.presenter.view)
        if menu:
            self.open_sheet(_behind().MenuSheet(self.presenter))
