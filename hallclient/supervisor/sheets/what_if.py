"""试一试: a day of the hall with other windows, ceilings or arrivals; nothing is done in the hall.

The days are read and played in a thread of their own; what is asked last is answered.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from hallclient.domain.errors import NotFound
from hallclient.services.hours import local_time
from hallclient.services.whatif.changes import ChangeError
from hallclient.services.whatif.compare import Comparison, compare
from hallclient.services.whatif.over_day import waits_over_day
from hallclient.services.whatif.trying import Budget, OutOfTime
from hallclient.supervisor.sheets.parts import PagedList, RowSpec
from hallclient.supervisor.sheets.sheet import HEAD, PAD, Sheet
from hallclient.supervisor.sheets.what_if_form import GAP, ChangeForm
from hallclient.supervisor.what_if_words import COLUMNS, change_text, effect_lines
from hallclient.supervisor.widgets.alarms import Nothing
from hallclient.supervisor.widgets.effect_table import EffectLine, EffectTable
from hallclient.supervisor.widgets.keys import VerbKey
from hallclient.supervisor.widgets.waits_picture import WaitsPicture
from hallclient.ui.paint import Side
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.text import Text

if TYPE_CHECKING:
    from hallclient.services.floor import FloorState
    from hallclient.services.whatif.changes import Change
    from hallclient.services.whatif.trial import TrialDays
    from hallclient.supervisor.presenter import ConsolePresenter

BACK_DAYS, LIMIT_S, PLAYS = 31, 30.0, 20
MOST_CHANGES = 8
_KEY, _DAY, _LEFT, _MADE, _PICTURE = 44.0, 88.0, 430.0, 116.0, 236.0


class WhatIfSheet(Sheet):
    """A day, changes to it, and the waits with and without them."""

    wide = True

    def __init__(self, presenter: ConsolePresenter) -> None:
        super().__init__(presenter, presenter.words("supervisor.what_if.title"))
        words = self.words
        self._today: date | None = None
        self._day: date | None = None
        """The day in sight, None for a usual one."""
        self._begun = False
        self.days: TrialDays | None = None
        self.changes: tuple[Change, ...] = ()
        self.found: Comparison | None = None
        self._code = ""
        self.busy = False
        self.before = self.put(VerbKey(icon="chev-l"), 0, 0, 9, 9)
        self.after = self.put(VerbKey(icon="chev-r"), 0, 0, 9, 9)
        self.before.setAccessibleName(words("supervisor.waits.before"))
        self.after.setAccessibleName(words("supervisor.waits.after"))
        self.day = self.put(Text("", (16, 15, 14, 13), lines=2, side=Side.CENTRE), 0, 0, 9, 9)
        self.today = self.put(VerbKey(words("supervisor.waits.today")), 0, 0, 9, 9)
        self.usual = self.put(VerbKey(words("supervisor.what_if.usual")), 0, 0, 9, 9)
        self.before.clicked.connect(lambda: self._turn(-1))
        self.after.clicked.connect(lambda: self._turn(1))
        self.today.clicked.connect(lambda: self.read(self._today))
        self.usual.clicked.connect(lambda: self.read(None))
        self.form = self.put(ChangeForm(words), 0, 0, 9, 9)
        self.form.added.connect(self._add)
        self.made = self.put(PagedList(), 0, 0, 9, 9)
        self.made.chosen.connect(self._take_away)
        self.table = self.put(EffectTable(), 0, 0, 9, 9)
        self.table.chosen.connect(self._show_queue)
        self.picture = self.put(WaitsPicture(), 0, 0, 9, 9)
        self.nothing = self.put(Nothing("chart"), 0, 0, 9, 9)
        self.nothing.hide()
        self.clear = self.foot_key(words("supervisor.what_if.clear"), self._clear)
        self.go = self.foot_key(words("supervisor.what_if.anew"), self._go, solid=True)

    def arrange(self, width: float, height: float) -> None:
        """Place day, form and changes at the left, table and picture at the right."""
        left, bottom = min(_LEFT, width * 0.4), HEAD + height
        x = PAD
        for part, wide, gap in (
            (self.before, _KEY, 2),
            (self.day, left - 2 * _KEY - 2 * _DAY - GAP - 12, 2),
            (self.after, _KEY, 8),
            (self.today, _DAY, GAP),
            (self.usual, _DAY, 0),
        ):
            self.put(part, x, HEAD, wide, _KEY)
            x += wide + gap
        top = HEAD + _KEY + GAP + 4
        tall = bottom - top - _MADE - GAP
        self.put(self.form, PAD, top, left, tall)
        self.form.lay_out(left, tall)
        self.put(self.made, PAD, bottom - _MADE, left, _MADE)
        self.made.lay_out(left, _MADE)
        x, wide = PAD + left + 24, width - left - 24
        picture = min(_PICTURE, height * 0.42)
        self.put(self.table, x, HEAD, wide, height - picture - GAP)
        self.table.lay_out(wide, height - picture - GAP)
        self.put(self.picture, x, bottom - picture, wide, picture)
        self.put(self.nothing, x, HEAD, wide, height)

    def show_state(self, state: FloorState) -> None:
        """Begin with today so far; nothing else of it changes with the floor."""
        if not self._begun:
            self._begun = True
            self._today = state.day or local_time(state.plan, state.now).date()
            words, minutes = self.words, self._minutes()
            captions = tuple(words(f"supervisor.what_if.{one}", minutes=minutes) for one in COLUMNS)
            self.table.set_captions(words("supervisor.queues"), captions)
            self.read(self._today)

    # The day

    def _turn(self, by: int) -> None:
        day = (self._day or self._today or date.min) + timedelta(days=by)
        if self._within(day):
            self.read(day)

    def _within(self, day: date) -> bool:
        today = self._today
        return today is not None and today - timedelta(days=BACK_DAYS) <= day <= today

    def read(self, day: date | None) -> None:
        """Read a day, None for a usual one, and play it with the changes that stand."""
        self._day, self.days, self.found = day, None, None
        self._show()
        self._begin("reading")
        self.presenter.try_out(
            lambda who, _stopped: who.trial_days(day), self._have, self._fail, owner=self
        )

    def _have(self, days: TrialDays) -> None:
        self.days = days
        state = self.presenter.state
        if state is not None:
            self.form.set_days(days, state.plan)
        self._play()

    # The changes

    def _add(self, change: Change) -> None:
        if len(self.changes) >= MOST_CHANGES:
            self.refuse(self.words("supervisor.what_if.many", n=MOST_CHANGES))
            return
        self.changes = (*self.changes, change)
        self._play()

    def _take_away(self, place: str) -> None:
        self.changes = tuple(one for at, one in enumerate(self.changes) if str(at) != place)
        self._play()

    def _clear(self) -> None:
        if self.changes:
            self.changes = ()
            self._play()

    # The play

    def _play(self) -> None:
        days, changes = self.days, self.changes
        if days is None:
            if self.busy:
                self._show()
            else:
                self.read(self._day)
            return
        self._begin("playing")
        self.presenter.try_out(
            lambda _who, stopped: compare(days.records, changes, Budget(LIMIT_S, PLAYS, stopped)),
            self._take,
            self._fail,
            owner=self,
        )
        self._show()

    def _begin(self, what: str) -> None:
        self.busy = True
        self.say(self.words(f"supervisor.what_if.{what}"))
        self._show_keys()

    def _go(self) -> None:
        """Stop what is under way, or work out what was stopped."""
        if not self.busy:
            if self.found is None:
                self._play()
            return
        self.presenter.stop_trying()
        self.busy, self.found = False, None
        self._show()
        self.say(self.words("supervisor.what_if.halted"))

    def _take(self, found: Comparison) -> None:
        self.busy, self.found = False, found
        moved = [side for side in found.queues if not side.same]
        moved.sort(key=lambda side: -abs(sum(side.after.waits) - sum(side.before.waits)))
        if self._code not in {side.code for side in moved}:
            self._code = moved[0].code if moved else ""
        key = "same" if self.changes and not moved else "foot"
        self.say(self.words(f"supervisor.what_if.{key}", days=self._days_text()))
        self._show()

    def _fail(self, error: Exception) -> None:
        self.busy = False
        words = self.words
        if isinstance(error, NotFound):
            self.say("")
            self.nothing.set_words(
                words("supervisor.what_if.none"), words("supervisor.what_if.none_sub")
            )
            self._show()
            self.nothing.show()
            self._show_keys()
            return
        if isinstance(error, ChangeError):
            text = words("supervisor.what_if.senseless")
        elif isinstance(error, OutOfTime):
            text = words("supervisor.what_if.late")
        else:
            text = self.presenter.trouble_text(error)
        self.found = None
        self._show()
        self.refuse(text)

    # Looks

    def _show_queue(self, code: str) -> None:
        self._code = code
        self._show()

    def _minutes(self) -> int:
        state = self.presenter.state
        return state.plan.rules.wait_goal_minutes if state is not None else 20

    def _days_text(self) -> str:
        return day_list(self.days.days if self.days else (), self)

    def _show(self) -> None:
        state, words = self.presenter.state, self.words
        if state is None:
            return
        plan, found = state.plan, self.found
        self.nothing.hide()
        self.day.setText(
            words("supervisor.what_if.usual_day")
            if self._day is None
            else words.long_date(self._day)
        )
        away = words("supervisor.what_if.away")
        self.made.set_specs(
            [
                RowSpec(str(at), change_text(one, plan, words), "", away)
                for at, one in enumerate(self.changes)
            ]
        )
        lines: tuple[EffectLine, ...] = ()
        if found is not None:
            changed = bool(self.changes) and found.after is not found.before
            lines = effect_lines(found, plan, words, self._minutes(), changed=changed)
        self.table.set_lines(lines, self._code)
        self._show_picture(found)
        self._show_keys()

    def _show_picture(self, found: Comparison | None) -> None:
        self.picture.setVisible(found is not None)
        state = self.presenter.state
        if found is None or state is None:
            return
        show_waits(self.picture, found, self._code, self)

    def _show_keys(self) -> None:
        self.clear.set_face(Face.OUTLINED if self.changes else Face.FLAT)
        self.go.set_words(self.words(f"supervisor.what_if.{'halt' if self.busy else 'anew'}"))
        waits = Face.FLAT if self.found is not None or not self.nothing.isHidden() else Face.SOLID
        self.go.set_face(Face.OUTLINED if self.busy else waits)
        for key, by in ((self.before, -1), (self.after, 1)):
            day = self._day or self._today
            works = day is not None and self._within(day + timedelta(days=by))
            key.set_face(Face.OUTLINED if works else Face.FLAT)
        self.today.set_face(Face.SELECTED if self._day == self._today else Face.OUTLINED)
        self.usual.set_face(Face.SELECTED if self._day is None else Face.OUTLINED)


def day_list(days: tuple[date, ...], sheet: Sheet) -> str:
    """Return days side by side, as the language does."""
    mark = "、" if sheet.words.language.startswith("zh") else ", "
    return mark.join(f"{day:%m-%d}" for day in days)


def show_waits(picture: WaitsPicture, found: Comparison, code: str, sheet: Sheet) -> None:
    """Paint a queue's waits, "" the hall's, as they are and as they would be."""
    state, words = sheet.presenter.state, sheet.words
    name = words("supervisor.what_if.hall")
    if state is not None and code in state.plan.queue_of:
        name = state.plan.queue_of[code].name.text(words.language)
    changed = found.after is not found.before
    picture.set_lines(
        words("supervisor.what_if.picture", name=name),
        (words("simulate.before"), words("simulate.after")),
        waits_over_day(found.before, code),
        waits_over_day(found.after, code) if changed else None,
    )
