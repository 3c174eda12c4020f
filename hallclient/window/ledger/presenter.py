"""The page of the ledger without its widgets: what is chosen, what is done, what is told.

Everything that asks the database runs in the worker's thread; what an answer changes is published
as a new :class:`LedgerView`. A name that was shown is gone again after half a minute.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from hallclient.domain.errand import Errand, ErrandState
from hallclient.domain.errors import DomainError
from hallclient.domain.hall import HallPlan
from hallclient.phrases import catalogue
from hallclient.services.errands import ErrandRow, Ledger, NewErrand, Principal
from hallclient.services.hall_slips import MadeSlip
from hallclient.services.handing_out import HandedOut
from hallclient.services.store_error import StoreError
from hallclient.ui.timer import new_timer
from hallclient.window.ledger.desk import LedgerDesk
from hallclient.window.ledger.view import (
    Choices,
    Form,
    LedgerView,
    Stand,
    Tab,
    ledger_view,
    shown_rows,
)

log = logging.getLogger(__name__)

MESSAGE_MS = 6000
SHOWN_MS = 30_000
REFRESH_MS = 30_000
RETRY_MS = 3000


@dataclass(frozen=True, slots=True)
class _Read:
    plan: HallPlan
    ledger: Ledger
    search: str


class LedgerPresenter(QObject):
    """One window's ledger. Lives in the UI thread; see :class:`LedgerDesk`."""

    changed = Signal(object)
    """Another :class:`LedgerView`."""

    def __init__(self, desk: LedgerDesk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._choices = Choices()
        self._read: _Read | None = None
        self._message = ""
        self._reading = self._again = self._acting = self._away = self._closed = False
        self._view = LedgerView(prints=bool(desk.station))
        self._fresh = new_timer(self, self.refresh)
        self._forget = new_timer(self, partial(self.say, ""))
        self._hide = new_timer(self, self.hide_principal)
        desk.words.switched.connect(self._publish)
        if desk.feed is not None:
            desk.feed.changed.connect(self.refresh)
            desk.feed.recovered.connect(self.refresh)

    # What the page may ask

    @property
    def view(self) -> LedgerView:
        """What the page shows now."""
        return self._view

    @property
    def desk(self) -> LedgerDesk:
        """What the page works with."""
        return self._desk

    @property
    def plan(self) -> HallPlan | None:
        """The hall, once it was read."""
        return self._read.plan if self._read else None

    @property
    def ledger(self) -> Ledger | None:
        """The ledger as it was read last."""
        return self._read.ledger if self._read else None

    def start(self) -> None:
        """Read the ledger and keep it fresh."""
        self.refresh()

    def close(self) -> None:
        """Stop; answers still under way change nothing."""
        self._closed = True
        for timer in (self._fresh, self._forget, self._hide):
            timer.stop()

    # What the one at the window chooses

    def choose_tab(self, tab: Tab) -> None:
        """Show another list."""
        searched = bool(self._choices.search)
        self._choose(tab=tab, search="", selected=None, principal=None)
        if searched:
            self.refresh()

    def search(self, text: str) -> None:
        """Find in all lists; an empty text goes back to the list."""
        wanted = " ".join(text.split())[:60]
        if wanted != self._choices.search:
            self._choose(search=wanted)
            self.refresh()

    def select(self, errand_id: int) -> None:
        """Look at an errand."""
        if errand_id != self._choices.selected:
            self._choose(selected=errand_id, principal=None)

    def tick(self, errand_id: int) -> None:
        """Put an errand on the next trip, or take it off."""
        self._choose(ticked=self._choices.ticked ^ {errand_id})

    def open_form(self, form: Form) -> None:
        """Ask for what a move needs. A trip begins with what is ticked, else with this errand."""
        ticked = self._choices.ticked
        selected = self._choices.selected
        if form is Form.CARRY and not ticked and selected is not None:
            ticked = frozenset({selected})
        self._choose(form=form, ticked=ticked)

    def carry_again(self) -> None:
        """Ask for the trip of this errand alone."""
        if self._choices.selected is not None:
            self._choose(form=Form.CARRY, ticked=frozenset({self._choices.selected}))

    def leave_form(self) -> None:
        """Ask for nothing."""
        lone = self._choices.ticked == frozenset({self._choices.selected})
        self._choose(form=Form.NONE, ticked=frozenset() if lone else self._choices.ticked)

    def show_principal(self) -> None:
        """Show name and telephone of this errand for half a minute; it is journalled who looked."""
        row = self._row(self._choices.selected)
        if row is not None:
            number = row.errand.number
            self._act(
                lambda: self._desk.errands.principal(number),
                partial(self._take_principal, row.errand.id),
            )

    def hide_principal(self) -> None:
        """Show the mask again."""
        self._hide.stop()
        self._choose(principal=None)

    # What the one at the window does

    def receive(self, new: NewErrand) -> None:
        """Receive a matter, print its receipt."""
        self._act(lambda: self._desk.errands.receive(new), self._received)

    def carry(self, office: str) -> None:
        """Carry what is ticked to an office, print the list."""
        numbers = [row.number for row in self._view.carrying]
        self._act(lambda: self._desk.errands.carry(numbers, office), self._carried)

    def bring_back(self, result: str) -> None:
        """Note that this errand is back."""
        self._move(lambda number: self._desk.errands.bring_back(number, result), "returned")

    def sign(self) -> None:
        """Note that this errand was signed for, print what was signed."""
        self._move(self._desk.errands.sign, "signed", prints=True)

    def cancel(self, reason: str) -> None:
        """Call this errand off."""
        self._move(lambda number: self._desk.errands.cancel(number, reason), "cancelled")

    def print_receipt(self) -> None:
        """Print this errand's receipt once more."""
        row = self._row(self._choices.selected)
        if row is not None:
            self._print_receipt(row.errand.number)

    def print_pages(self) -> None:
        """Print the list that the page shows."""
        desk, read = self._desk, self._read
        rows = shown_rows(read.ledger, self._choices) if read else []
        if rows:
            self._ask(lambda: desk.slips.pages(rows, desk.words), desk.words("ledger.title"))
        else:
            self.say(desk.words("ledger.nothing_to_print"))

    def refresh(self) -> None:
        """Read the ledger anew; once more when a reading is under way."""
        if self._closed:
            return
        if self._reading:
            self._again = True
            return
        self._reading, self._again = True, False
        self._fresh.stop()
        desk, search = self._desk, self._choices.search

        def read() -> _Read:
            return _Read(desk.plan(), desk.errands.ledger(search), search)

        desk.worker.submit(read, self._take, self._miss, owner=self)

    def say(self, text: str) -> None:
        """Show one calm line for a few seconds."""
        self._message = text
        if text:
            self._forget.start(MESSAGE_MS)
        else:
            self._forget.stop()
        self._publish()

    # Answers

    def _take(self, read: _Read) -> None:
        self._reading = self._away = False
        if self._closed:
            return
        self._read = read
        known = {row.errand.id for row in read.ledger.rows}
        open_ids = {
            row.errand.id
            for row in read.ledger.rows
            if row.errand.state in (ErrandState.RECEIVED, ErrandState.RETURNED)
        }
        selected = self._choices.selected
        self._choices = replace(
            self._choices,
            selected=selected if selected in known else None,
            ticked=self._choices.ticked & open_ids,
            form=self._choices.form if read.ledger.staff else Form.NONE,
            principal=self._choices.principal if read.ledger.staff else None,
        )
        self._publish()
        self._next(REFRESH_MS)

    def _miss(self, error: Exception) -> None:
        self._reading = False
        if self._closed:
            return
        if isinstance(error, StoreError) and error.retryable:
            self._away = True
        else:
            log.error("the ledger cannot be read", exc_info=error)
        self._publish()
        self._next(RETRY_MS)

    def _next(self, wait_ms: int) -> None:
        if self._again:
            self.refresh()
        else:
            self._fresh.start(wait_ms)

    def _take_principal(self, errand_id: int, whose: Principal) -> None:
        self._hide.start(SHOWN_MS)
        self._choose(principal=(errand_id, whose))

    def _received(self, errand: Errand) -> None:
        self._done(errand, "received")
        if self._desk.station:
            self._print_receipt(errand.number)

    def _carried(self, errands: Sequence[Errand]) -> None:
        first = errands[0]
        told = self._desk.words("ledger.done.carried", n=len(errands), office=first.carried_to)
        self._choices = replace(
            self._choices, form=Form.NONE, ticked=frozenset(), selected=None, tab=Tab.CARRIED
        )
        self.say(told)
        self.refresh()
        if self._desk.station:
            numbers = [errand.number for errand in errands]
            trip = self._desk.words("ledger.trip", n=len(errands))
            self._ask(lambda: (self._desk.slips.trip(numbers, self._desk.words),), trip)

    def _move(self, op: Callable[[str], Errand], how: str, *, prints: bool = False) -> None:
        row = self._row(self._choices.selected)
        if row is None:
            return
        number = row.errand.number

        def done(errand: Errand) -> None:
            self._done(errand, how)
            if prints and self._desk.station:
                self._print_receipt(errand.number)

        self._act(lambda: op(number), done)

    def _done(self, errand: Errand, how: str) -> None:
        tab = Tab.OVER if how in ("signed", "cancelled") else Tab(how)
        self._choices = replace(
            self._choices, form=Form.NONE, tab=tab, search="", selected=errand.id, principal=None
        )
        self.say(self._desk.words(f"ledger.done.{how}", number=errand.number))
        self.refresh()

    # Paper

    def _print_receipt(self, number: str) -> None:
        desk = self._desk
        self._ask(lambda: (desk.slips.receipt(number, desk.words),), number)

    def _ask(self, make: Callable[[], Sequence[MadeSlip]], label: str) -> None:
        desk = self._desk
        if not desk.station:
            self.say(desk.words("ledger.no_printer"))
            return

        def ask() -> list[HandedOut]:
            return [
                HandedOut(
                    slip.kind,
                    label,
                    desk.jobs.ask(desk.station, slip.slip, slip.kind, slip.subject).id,
                )
                for slip in make()
            ]

        desk.worker.submit(ask, self._asked, self._fail, owner=self)

    def _asked(self, handed: Sequence[HandedOut]) -> None:
        if self._desk.ears is not None and handed:
            self._desk.ears.told(handed[-1])

    # Parts

    def _act(self, op: Callable[[], Any], done: Callable[[Any], None]) -> None:
        if self._acting or self._closed:
            return
        self._acting = True

        def came(result: Any) -> None:
            self._acting = False
            if not self._closed:
                done(result)

        def failed(error: Exception) -> None:
            self._acting = False
            self._fail(error)

        self._desk.worker.submit(op, came, failed, owner=self)

    def _fail(self, error: Exception) -> None:
        if self._closed:
            return
        words = self._desk.words
        if isinstance(error, StoreError) and error.retryable:
            self._away = True
            self.say(words("ledger.away"))
        elif isinstance(error, DomainError):
            log.info("refused: %s", error)
            key = f"ledger.trouble.{error.key}"
            known = key in catalogue(words.language)
            self.say(words(key, **error.facts) if known else words("ledger.trouble.cannot"))
        else:
            log.error("the ledger failed", exc_info=error)
            self.say(words("ledger.trouble.cannot"))
        self.refresh()

    def _row(self, errand_id: int | None) -> ErrandRow | None:
        rows = self._read.ledger.rows if self._read else ()
        return next((row for row in rows if row.errand.id == errand_id), None)

    def _choose(self, **changes: Any) -> None:
        self._choices = replace(self._choices, **changes)
        self._publish()

    def _publish(self) -> None:
        if self._closed:
            return
        view = self._made()
        if view != self._view:
            self._view = view
            self.changed.emit(view)

    def _made(self) -> LedgerView:
        words, prints = self._desk.words, bool(self._desk.station)
        if self._read is None:
            view = LedgerView(Stand.STARTING, prints=prints)
        else:
            read = self._read
            view = ledger_view(read.plan, read.ledger, self._choices, words, prints=prints)
        if self._message:
            view = replace(view, notice=self._message, warns=False)
        elif self._away:
            view = replace(view, notice=words("ledger.away"), warns=True)
        return view
