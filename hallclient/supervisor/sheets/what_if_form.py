"""One change to try: its kind, a window, queues, from when to when or how much."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit

from hallclient.services.whatif.changes import (
    Arrivals,
    Change,
    MoveWindow,
    OpenWindow,
    SetCeiling,
)
from hallclient.supervisor.advice_words import queue_name
from hallclient.supervisor.sheets.parts import Choices, PagedList, RowSpec, big_key
from hallclient.supervisor.what_if_words import clock
from hallclient.supervisor.widgets.keys import VerbKey
from hallclient.ui import fonts
from hallclient.ui.canvas import Pane
from hallclient.ui.paint import Side
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.text import Text

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from hallclient.domain.hall import HallPlan
    from hallclient.services.whatif.trial import TrialDays
    from hallclient.ui.look import Look
    from hallclient.ui.words import Words

RANKS, HALF_HOUR_S = 3, 1800.0
GAP, KEY, FIELD = 10.0, 44.0, 40.0


class Kind(StrEnum):
    """What may be changed at the console."""

    OPEN = "open"
    MOVE = "move"
    CEILING = "ceiling"
    ARRIVALS = "arrivals"


AMOUNTS = {Kind.CEILING: (5, 5, 120, 20), Kind.ARRIVALS: (10, -100, 300, 20)}
"""Step, least, most and first value: minutes, and percent more or less."""


class StepRow(Pane):
    """A caption, and a value with a key at each side."""

    stepped = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.caption = self.put(Text("", (15, 14, 13), colour="ink2"), 0, 0, 9, 9)
        self.less = self.put(VerbKey(icon="minus"), 0, 0, 9, 9)
        self.value = self.put(
            Text("", (18, 17, 16), weight=fonts.MEDIUM, side=Side.CENTRE), 0, 0, 9, 9
        )
        self.more = self.put(VerbKey(icon="plus"), 0, 0, 9, 9)
        self.less.clicked.connect(lambda: self.stepped.emit(-1))
        self.more.clicked.connect(lambda: self.stepped.emit(1))

    def set_words(self, caption: str, value: str, less: str, more: str) -> None:
        """Show a value; ``less`` and ``more`` name the keys."""
        self.caption.setText(caption)
        self.value.setText(value)
        self.less.setAccessibleName(f"{caption} {less}")
        self.more.setAccessibleName(f"{caption} {more}")

    def lay_out(self, width: float) -> None:
        """Take a width."""
        named = min(64.0, width * 0.28)
        self.put(self.caption, 0, 0, named, KEY)
        self.put(self.less, named, 2, 40, 40)
        self.put(self.value, named + 42, 0, width - named - 84, KEY)
        self.put(self.more, width - 40, 2, 40, 40)


class ChangeForm(Pane):
    """The form; ``added`` hands out the change."""

    added = Signal(object)

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._days: TrialDays | None = None
        self._plan: HallPlan | None = None
        self._window = ""
        self._ranks: dict[str, int] = {}
        self._span = (0.0, 0.0)
        self._amount = {kind: first for kind, (_step, _least, _most, first) in AMOUNTS.items()}
        self._size = (100.0, 100.0)
        kinds = [(kind.value, words(f"supervisor.what_if.{kind.value}")) for kind in Kind]
        self.kind = self.put(Choices(kinds, Kind.OPEN, 4), 0, 0, 9, 9)
        self.wanted = self.put(self._field(), 0, 0, 9, 9)
        self.windows = self.put(PagedList(), 0, 0, 9, 9)
        self.queues = self.put(PagedList(), 0, 0, 9, 9)
        self.start, self.stop = self.put(StepRow(), 0, 0, 9, 9), self.put(StepRow(), 0, 0, 9, 9)
        self.amount = self.put(StepRow(), 0, 0, 9, 9)
        self.add = self.put(big_key(words("supervisor.what_if.add")), 0, 0, 9, 9)
        self.kind.chosen.connect(lambda _kind: self._turn_to())
        self.windows.chosen.connect(self._choose_window)
        self.queues.chosen.connect(self._choose_queue)
        self.start.stepped.connect(lambda by: self._step_span(by, 0))
        self.stop.stepped.connect(lambda by: self._step_span(0, by))
        self.amount.stepped.connect(self._step_amount)
        self.add.clicked.connect(self._add)
        self.refresh()

    def _field(self) -> QLineEdit:
        """Return the line that narrows the list: windows to be moved, or else queues."""
        line = QLineEdit()
        line.setMaxLength(20)
        line.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        line.textChanged.connect(lambda _text: self.refresh())
        return line

    def set_look(self, look: Look) -> None:
        """Take the look, for the line to type in too."""
        super().set_look(look)
        self.wanted.setFont(look.font(16))

    def set_days(self, days: TrialDays, plan: HallPlan) -> None:
        """Offer what these days have; what was chosen stays where they have it, too."""
        self._days, self._plan = days, plan
        if self._window not in days.windows:
            self._window = ""
        self._ranks = {code: rank for code, rank in self._ranks.items() if code in days.queues}
        opens, closes = days.hours
        start, stop = self._span
        if not opens <= start < stop <= closes:
            self._span = (opens, closes)
        self.refresh()

    def change(self) -> Change | None:
        """Return what is filled in, None where something is missing."""
        kind, (start, stop) = Kind(self.kind.value), self._span
        ranks = tuple(
            tuple(code for code, at in self._ranks.items() if at == rank)
            for rank in sorted(set(self._ranks.values()))
        )
        code = next(iter(self._ranks), "")
        if self._days is None:
            return None
        if kind is Kind.OPEN:
            return OpenWindow(ranks, start, stop) if ranks else None
        if kind is Kind.MOVE:
            return MoveWindow(self._window, ranks, start, stop) if ranks and self._window else None
        if kind is Kind.CEILING:
            return SetCeiling(self._amount[kind], code)
        return Arrivals(1 + self._amount[kind] / 100, code)

    # Hands

    def _turn_to(self) -> None:
        self._ranks = {}
        self.wanted.clear()
        self.refresh()

    def _choose_window(self, number: str) -> None:
        self._window = number
        self.refresh()

    def _choose_queue(self, code: str) -> None:
        if self.kind.value not in (Kind.OPEN, Kind.MOVE):
            self._ranks = {code: 1} if code else {}
        elif code in self._ranks:
            rank = self._ranks.pop(code) + 1
            if rank <= RANKS:
                self._ranks[code] = rank
        else:
            self._ranks[code] = 1
        self.refresh()

    def _step_span(self, start: int, stop: int) -> None:
        if self._days is None:
            return
        opens, closes = self._days.hours
        first = min(max(self._span[0] + start * HALF_HOUR_S, opens), closes)
        last = min(max(self._span[1] + stop * HALF_HOUR_S, opens), closes)
        if first < last:
            self._span = (first, last)
        self.refresh()

    def _step_amount(self, by: int) -> None:
        kind = Kind(self.kind.value)
        step, least, most, _first = AMOUNTS[kind]
        self._amount[kind] = min(max(self._amount[kind] + by * step, least), most)
        self.refresh()

    def _add(self) -> None:
        change = self.change()
        if change is not None:
            self._ranks = {}
            self.added.emit(change)
            self.refresh()

    # Looks

    def refresh(self) -> None:
        """Show what is chosen."""
        days, plan, words = self._days, self._plan, self._words
        kind = Kind(self.kind.value)
        timed = kind in (Kind.OPEN, Kind.MOVE)
        moves = kind is Kind.MOVE
        hint = words(f"supervisor.what_if.find_{'window' if moves else 'queue'}")
        self.wanted.setPlaceholderText(hint)
        self.wanted.setAccessibleName(hint)
        if days is not None and plan is not None:
            self._list(days, plan, kind)
        less, more = words("supervisor.what_if.less"), words("supervisor.what_if.more")
        named = words("supervisor.what_if.start"), words("supervisor.what_if.stop")
        self.start.set_words(named[0], clock(self._span[0]), less, more)
        self.stop.set_words(named[1], clock(self._span[1]), less, more)
        if not timed:
            value = self._amount[kind]
            said = f"{value:+d}%" if kind is Kind.ARRIVALS else ""
            said = said or words("supervisor.minutes", n=value)
            self.amount.set_words(words(f"supervisor.what_if.{kind.value}"), said, less, more)
        self.add.set_face(Face.OUTLINED if self.change() else Face.FLAT)
        self.windows.setVisible(kind is Kind.MOVE)
        self.start.setVisible(timed)
        self.stop.setVisible(timed)
        self.amount.setVisible(not timed)
        self.lay_out(*self._size)

    def _list(self, days: TrialDays, plan: HallPlan, kind: Kind) -> None:
        moves, timed = kind is Kind.MOVE, kind in (Kind.OPEN, Kind.MOVE)
        self.windows.set_specs(self._window_rows(days, plan) if moves else ())
        codes = self._near(days) if moves else self._found(days, plan)
        rows = [self._queue_row(code, plan, timed=timed) for code in codes]
        if not timed:
            name = self._words("supervisor.what_if.hall")
            rows.insert(0, RowSpec("", name, chosen=not self._ranks))
        self.queues.set_specs(rows)

    def lay_out(self, width: float, height: float) -> None:
        """Take a size in reference px."""
        self._size = (width, height)
        top = self.kind.tall + GAP + FIELD + 6
        self.put(self.kind, 0, 0, width, self.kind.tall)
        self.kind.lay_out(width)
        self.put(self.wanted, 0, self.kind.tall + GAP, width, FIELD)
        below = 2 * (KEY + GAP)
        tall = height - top - below
        moves = self.kind.value == Kind.MOVE
        left = width * 0.42 if moves else 0.0
        if moves:
            self.put(self.windows, 0, top, left - GAP, tall)
            self.windows.lay_out(left - GAP, tall)
        self.put(self.queues, left, top, width - left, tall)
        self.queues.lay_out(width - left, tall)
        top += tall + GAP
        half = (width - GAP) / 2
        for row, x, wide in (
            (self.start, 0.0, half),
            (self.stop, half + GAP, half),
            (self.amount, 0.0, width),
        ):
            self.put(row, x, top, wide, KEY)
            row.lay_out(wide)
        self.put(self.add, 0, top + KEY + GAP, width, KEY)

    def _window_rows(self, days: TrialDays, plan: HallPlan) -> tuple[RowSpec, ...]:
        words, window_of = self._words, days.records[0].window_of
        rows = []
        wanted = self.wanted.text().strip()
        for number in days.windows:
            if not number.startswith(wanted) and number != self._window:
                continue
            ranks = window_of[number].spans[0].ranks
            names = [queue_name(code, plan, words) for rank in ranks for code in rank]
            title = words("supervisor.window_n", number=number)
            sub = names[0] if names else ""
            rows.append(RowSpec(number, title, sub, chosen=number == self._window))
        return tuple(rows)

    def _found(self, days: TrialDays, plan: HallPlan) -> tuple[str, ...]:
        """Return the queues that were asked for, and those that are chosen."""
        wanted = self.wanted.text().strip().casefold()
        return tuple(
            code
            for code in days.queues
            if code in self._ranks
            or code.casefold() == wanted
            or wanted in queue_name(code, plan, self._words).casefold()
        )

    def _near(self, days: TrialDays) -> tuple[str, ...]:
        """Return the queues, those of the window that is chosen first."""
        window = days.records[0].window_of.get(self._window)
        own = window.spans[0].queues if window is not None else ()
        return tuple(dict.fromkeys((*(code for code in own if code in days.queues), *days.queues)))

    def _queue_row(self, code: str, plan: HallPlan, *, timed: bool) -> RowSpec:
        rank = self._ranks.get(code, 0)
        side = self._words("supervisor.window.rank", n=rank) if rank and timed else ""
        return RowSpec(code, queue_name(code, plan, self._words), "", side, chosen=bool(rank))
