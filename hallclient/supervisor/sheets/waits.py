"""预计与实际: how the waits that were told came true, queue by queue, on a day."""

from datetime import date, timedelta

from hallclient.services.floor import FloorState
from hallclient.services.hours import local_time
from hallclient.services.wait_report import WaitReport
from hallclient.supervisor.presenter import ConsolePresenter
from hallclient.supervisor.sheets.sheet import HEAD, PAD, Sheet
from hallclient.supervisor.waits import COLUMNS, wait_lines
from hallclient.supervisor.widgets.alarms import Nothing
from hallclient.supervisor.widgets.keys import VerbKey
from hallclient.supervisor.widgets.wait_table import WaitTable
from hallclient.ui.paint import Side
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.text import Text

BACK_DAYS = 31
"""So far back the keys go; the day's tickets are gone not long after."""
_KEYS, _DAY = 44.0, 300.0


class WaitsSheet(Sheet):
    """A day, its queues, and whether four in five waited as long as they were told."""

    wide = True

    def __init__(self, presenter: ConsolePresenter) -> None:
        super().__init__(presenter, presenter.words("supervisor.waits.title"))
        words = self.words
        self._today: date | None = None
        self._day: date | None = None
        self._asked: date | None = None
        self.before = self.put(VerbKey(icon="chev-l"), 0, 0, 9, 9)
        self.after = self.put(VerbKey(icon="chev-r"), 0, 0, 9, 9)
        self.today = self.put(VerbKey(words("supervisor.waits.today")), 0, 0, 9, 9)
        self.again_key = self.put(VerbKey(words("supervisor.waits.retry")), 0, 0, 9, 9)
        self.before.setAccessibleName(words("supervisor.waits.before"))
        self.after.setAccessibleName(words("supervisor.waits.after"))
        self.before.clicked.connect(lambda: self._turn(-1))
        self.after.clicked.connect(lambda: self._turn(1))
        self.today.clicked.connect(lambda: self._show_day(self._today))
        self.again_key.clicked.connect(lambda: self._show_day(self._day))
        self.day = self.put(Text("", (18, 17, 16), side=Side.CENTRE), 0, 0, 9, 9)
        self.table = self.put(WaitTable(), 0, 0, 9, 9)
        self.nothing = self.put(Nothing("chart"), 0, 0, 9, 9)
        self.nothing.hide()
        self.again_key.hide()
        captions = tuple(words(f"supervisor.waits.{one}") for one in COLUMNS)
        self.table.set_words(
            words("supervisor.queues"),
            words("supervisor.waits.bar"),
            captions,
            (
                words("supervisor.waits.is_within"),
                words("supervisor.waits.is_longer"),
                words("supervisor.waits.is_shorter"),
                words("supervisor.waits.is_target"),
            ),
        )

    def arrange(self, width: float, height: float) -> None:
        """Place the keys of the day above the table."""
        x = PAD
        for part, wide in (
            (self.before, _KEYS),
            (self.day, _DAY),
            (self.after, _KEYS),
            (self.today, 100.0),
            (self.again_key, 100.0),
        ):
            self.put(part, x, HEAD, wide, _KEYS)
            x += wide + 10
        top = HEAD + _KEYS + 14
        self.put(self.table, PAD, top, width, HEAD + height - top)
        self.table.lay_out(width, HEAD + height - top)
        self.put(self.nothing, PAD, top, width, HEAD + height - top)

    def show_state(self, state: FloorState) -> None:
        """Take the hall's day; the first reading asks for it, another one if a move was first."""
        if self._asked is None:
            self._today = state.day or local_time(state.plan, state.now).date()
            self._show_day(self._today)

    def _turn(self, by: int) -> None:
        if self._day is not None and self._within(self._day + timedelta(days=by)):
            self._show_day(self._day + timedelta(days=by))

    def _within(self, day: date) -> bool:
        today = self._today
        return today is not None and today - timedelta(days=BACK_DAYS) <= day <= today

    def _show_day(self, day: date | None) -> None:
        """Ask for a day, unless another answer is still to come: that one is shown first."""
        if day is None or self.presenter.acting:
            return
        self._day = self._asked = day
        self.day.setText(self.words.long_date(day))
        self._show_keys()
        self.again_key.hide()
        self.say(self.words("supervisor.waits.reading"))
        self.presenter.do(
            lambda who: who.waits(day),
            lambda report: self._show(day, report),
            self._fail,
            owner=self,
        )

    def _show_keys(self) -> None:
        for key, day in ((self.before, -1), (self.after, 1)):
            works = self._day is not None and self._within(self._day + timedelta(days=day))
            key.set_face(Face.OUTLINED if works else Face.FLAT)
        self.today.set_face(Face.FLAT if self._day == self._today else Face.OUTLINED)

    def _show(self, day: date, report: WaitReport) -> None:
        if day != self._asked:
            return
        lines = wait_lines(report, self.words)
        self.table.show_lines(lines)
        self.table.show()
        self.nothing.setVisible(not lines)
        words = self.words
        self.nothing.set_words(words("supervisor.waits.none"), words("supervisor.waits.none_sub"))
        self.say(words("supervisor.waits.foot") if lines else "")

    def _fail(self, text: str) -> None:
        """Say why there are no figures; those of another day are not left standing."""
        self.table.show_lines(())
        self.nothing.hide()
        self.again_key.show()
        self.again_key.set_face(Face.OUTLINED)
        self.refuse(text)
