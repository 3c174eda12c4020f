"""历史: 日报, 周报, 月报 and 年报 of the floor, with the periods before; saved for a spreadsheet.

Read in a thread of its own, from days that are counted: first the rows, then the bars. What is
asked last is answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hallclient.services.floor_history import (
    STEP,
    WITHIN,
    Period,
    PeriodReport,
    Span,
    periods_until,
)
from hallclient.services.floor_report import By
from hallclient.services.floor_table import report_table
from hallclient.services.hours import local_time
from hallclient.supervisor.history import (
    caption,
    columns,
    history_lines,
    past_bars,
    period_text,
)
from hallclient.supervisor.sheets.parts import Choices
from hallclient.supervisor.sheets.sheet import HEAD, PAD, Sheet
from hallclient.supervisor.widgets.alarms import Nothing
from hallclient.supervisor.widgets.history_table import HistoryTable
from hallclient.supervisor.widgets.keys import VerbKey
from hallclient.supervisor.widgets.past_picture import PastPicture
from hallclient.ui.paint import Side
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.text import Text

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from hallclient.domain.day_stats import DayCounts
    from hallclient.services.floor import FloorState
    from hallclient.services.floor_history import Past
    from hallclient.supervisor.presenter import ConsolePresenter

TIME = "time"
SPLITS = (
    By.QUEUE.value, By.DEPARTMENT.value, By.SERVICE.value, By.WINDOW.value, By.STAFF.value, TIME,
)  # fmt: skip
_KEY, _DAY, _WORD, _GAP, _PICTURE = 40.0, 330.0, 116.0, 10.0, 196.0


class HistorySheet(Sheet):
    """A period, what it brought row by row, and the periods of its kind before it."""

    wide = True

    def __init__(self, presenter: ConsolePresenter) -> None:
        super().__init__(presenter, presenter.words("supervisor.history.title"))
        words = self.words
        self._today: date | None = None
        self.period: Period | None = None
        self.found: PeriodReport | None = None
        self._known: dict[Period, DayCounts] = {}
        self._missing: dict[Period, int] = {}
        """Bars that were read, and the days that their stretch lacks, by its first period."""
        self.busy = False
        spans = [(one.value, words(f"supervisor.history.span.{one}")) for one in Span]
        self.span = self.put(Choices(spans, Span.DAY.value, len(spans)), 0, 0, 9, 9)
        self.span.chosen.connect(self._choose_span)
        splits = [(one, words(f"supervisor.history.by.{one}")) for one in SPLITS]
        self.split = self.put(Choices(splits, SPLITS[0], len(splits)), 0, 0, 9, 9)
        self.split.chosen.connect(lambda _by: self._read(self.period))
        self.before = self.put(VerbKey(icon="chev-l"), 0, 0, 9, 9)
        self.after = self.put(VerbKey(icon="chev-r"), 0, 0, 9, 9)
        self.before.setAccessibleName(words("supervisor.history.before"))
        self.after.setAccessibleName(words("supervisor.history.after"))
        self.before.clicked.connect(lambda: self._turn(back=True))
        self.after.clicked.connect(lambda: self._turn(back=False))
        self.day = self.put(Text("", (17, 16, 15, 14), lines=2, side=Side.CENTRE), 0, 0, 9, 9)
        self.now_key = self.put(VerbKey(words("supervisor.history.now")), 0, 0, 9, 9)
        self.now_key.clicked.connect(self._now)
        self.again_key = self.put(VerbKey(words("supervisor.waits.retry")), 0, 0, 9, 9)
        self.again_key.clicked.connect(lambda: self._read(self.period))
        self.save_key = self.put(VerbKey(words("supervisor.history.save")), 0, 0, 9, 9)
        self.save_key.clicked.connect(self._save)
        self.picture = self.put(PastPicture(), 0, 0, 9, 9)
        self.table = self.put(HistoryTable(), 0, 0, 9, 9)
        self.nothing = self.put(Nothing("chart"), 0, 0, 9, 9)
        self.nothing.set_words(words("supervisor.history.none"), words("supervisor.history.sub"))
        self.nothing.hide()
        self.again_key.hide()

    def arrange(self, width: float, height: float) -> None:
        """Place the kinds of periods and rows, the bars, the table."""
        bottom, right = HEAD + height, PAD + width
        self.put(self.span, PAD, HEAD, 4 * 86.0, _KEY)
        self.span.lay_out(4 * 86.0)
        x = PAD + 4 * 86.0 + 2 * _GAP
        for part, wide in (
            (self.before, _KEY),
            (self.day, min(_DAY, width - 4 * 86.0 - 2 * _KEY - 2 * _WORD - 7 * _GAP)),
            (self.after, _KEY),
            (self.now_key, _WORD),
        ):
            self.put(part, x, HEAD, wide, _KEY)
            x += wide + _GAP
        for key in (self.again_key, self.save_key):
            self.put(key, right - _WORD, HEAD, _WORD, _KEY)
        top = HEAD + _KEY + _GAP
        self.put(self.split, PAD, top, 6 * 124.0, _KEY)
        self.split.lay_out(6 * 124.0)
        top += _KEY + _GAP
        picture = min(_PICTURE, height * 0.36)
        self.put(self.picture, PAD, top, width, picture)
        top += picture + 6
        self.put(self.table, PAD, top, width, bottom - top)
        self.table.lay_out(width, bottom - top)
        self.put(self.nothing, PAD, top, width, bottom - top)

    def show_state(self, state: FloorState) -> None:
        """Begin with today so far; nothing else of it changes with the floor."""
        if self._today is None:
            self._today = state.day or local_time(state.plan, state.now).date()
            self._now()

    # Which period

    def _now(self) -> None:
        if self._today is not None:
            self._read(Period.of(Span(self.span.value), self._today))

    def _choose_span(self, value: str) -> None:
        """Go to the period of that kind which the one in sight ends in, today's at the latest."""
        if self.period is not None and self._today is not None:
            self._read(Period.of(Span(value), min(self.period.last, self._today)))

    def _turn(self, *, back: bool) -> None:
        if self.period is not None:
            period = self.period.before() if back else self.period.after()
            if self._within(period):
                self._read(period)

    def _within(self, period: Period) -> bool:
        oldest = self.found.oldest if self.found is not None else None
        if self._today is None or period.first > self._today:
            return False
        return oldest is None or period.last >= oldest

    @property
    def by(self) -> By:
        """What the rows are."""
        if self.split.value == TIME:
            return WITHIN[Span(self.span.value)]
        return By(self.split.value)

    # Reading

    def _read(self, period: Period | None) -> None:
        """Ask for a period; bars that are known stay."""
        if period is None:
            return
        self.period, self.found, self.busy = period, None, True
        self.day.setText(period_text(period, self.words))
        self.again_key.hide()
        self.say(self.words("supervisor.history.reading"))
        self._show()
        by = self.by
        self.presenter.try_out(
            lambda who, _stopped: who.history(period, by), self._have, self._fail, owner=self
        )

    def _have(self, found: PeriodReport) -> None:
        self.found, self.busy = found, False
        for known in [one for one in self._known if one.last >= found.until]:
            del self._known[known]  # it still grows
        self._show()
        self._ask_bars()

    @property
    def _periods(self) -> tuple[Period, ...]:
        found = self.found
        return periods_until(found.period, found.oldest) if found is not None else ()

    @property
    def missing_bars(self) -> tuple[Period, ...]:
        """The periods whose bars are still to be read, the oldest first."""
        return tuple(one for one in self._periods if one not in self._known)

    def _ask_bars(self) -> None:
        """Ask for the next bars, newest first: years of a big hall take seconds."""
        missing = self.missing_bars
        if not missing:
            self._tell()
            return
        some = missing[-STEP[missing[-1].span] :]
        self.say(self.words("supervisor.history.reading"))
        self.presenter.try_out(
            lambda who, _stopped: who.past(some), self._have_bars, self._fail, owner=self
        )

    def _have_bars(self, past: Past) -> None:
        self._known.update(past.periods)
        self._missing[past.periods[0][0]] = past.missing
        self._show()
        self._ask_bars()

    def _tell(self) -> None:
        """Say what the figures are, and how many days are not among them."""
        shown = self._periods
        days = sum(count for one, count in self._missing.items() if one in shown)
        days = max(days, self.found.missing if self.found is not None else 0)
        foot = self.words("supervisor.history.foot")
        missing = self.words("supervisor.history.missing", n=days) if days else ""
        self.say(f"{foot} {missing}".strip(), warns=bool(days))

    def _fail(self, error: Exception) -> None:
        """Say why there are no figures; those of another period are not left standing."""
        self.busy, self.found = False, None
        self._show()
        self.again_key.show()
        self.again_key.set_face(Face.OUTLINED)
        self.save_key.hide()
        self.refuse(self.presenter.trouble_text(error))

    # Looks

    def _show(self) -> None:
        words, found, by = self.words, self.found, self.by
        lines = history_lines(found, words) if found is not None else ()
        captions = (caption(words, one) for one in columns(by))
        self.table.captions.set_captions(
            words(f"supervisor.history.by.{self.split.value}"), *captions
        )
        self.table.show_lines(lines)
        self.nothing.setVisible(found is not None and not lines)
        title = words(f"supervisor.history.past.{self.span.value}")
        keys = (caption(words, "issued"), caption(words, "finished"))
        bars = past_bars(self._periods, self._known, words)
        self.picture.set_bars(title, keys, bars)
        for key, period in (
            (self.before, self.period and self.period.before()),
            (self.after, self.period and self.period.after()),
        ):
            works = period is not None and self._within(period)
            key.set_face(Face.OUTLINED if works else Face.FLAT)
        today = self._today and Period.of(Span(self.span.value), self._today)
        self.now_key.set_face(Face.FLAT if self.period == today else Face.OUTLINED)
        self.save_key.show()
        self.save_key.set_face(Face.OUTLINED if lines else Face.FLAT)

    # The file

    def _save(self) -> None:
        """Write what is in sight, with all its figures, into the folder of this console's files."""
        found, words = self.found, self.words
        if found is None or not found.report.rows or self.busy:
            return
        table = report_table(found.report, lambda name: caption(words, name), words.language)
        name = f"{found.period.span}-{found.period.first}-{found.report.by}"
        self.presenter.save_table(table, name, self._saved, self._unsaved, owner=self)

    def _saved(self, path: Path) -> None:
        self.say(self.words("supervisor.history.saved", file=str(path)))

    def _unsaved(self, _text: str) -> None:
        self.refuse(self.words("supervisor.history.unsaved"))
