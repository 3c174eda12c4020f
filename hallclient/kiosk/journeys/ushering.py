"""The ushers' page: who is signed in, what they type, what they do for citizens."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QTimer

from hallclient.domain.errors import DomainError
from hallclient.domain.rules import PriorityClass
from hallclient.kiosk.journeys.journey import Journey
from hallclient.kiosk.views.ushering import (
    LONGEST,
    TABLE,
    Action,
    Tab,
    UsherState,
    UsherView,
    usher_view,
)
from hallclient.kiosk.visit import Page
from hallclient.phrases import has_message
from hallclient.services.helping import RENEW_S, Help, gone_from
from hallclient.services.store_error import StoreError
from hallclient.services.ushering import USHERS, FoundTicket, Usher, Ushering, sign_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from hallclient.kiosk.presenter import KioskPresenter

T = TypeVar("T")
_LOOK_MS = 3000


class UsheringJourney(Journey):
    """Everything goes through ``services.ushering``, which checks the right at every move.

    At the ushers' own desk whoever has signed in stays so, and is there for calls; at a citizens'
    kiosk the right ends with the visit.
    """

    def __init__(self, kiosk: KioskPresenter) -> None:
        super().__init__(kiosk)
        self.state = UsherState()
        self._moves: Ushering | None = None
        self._round = 0
        self._there_in = 0.0
        self._holder = ""
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_MS)
        self._look.timeout.connect(self._look_at_calls)

    @property
    def available(self) -> bool:
        """Whether this hall has anybody who could sign in."""
        plan = self.kiosk.plan
        return plan is not None and any(
            member.role in USHERS and member.pin_hash for member in plan.staff
        )

    def open(self) -> None:
        """Show the page: the sign-in, or what can be done."""
        self.kiosk.show(Page.USHER)

    def view(self) -> UsherView | None:
        """Return what the page shows."""
        plan = self.kiosk.plan
        if plan is None:
            return None
        self.state.books = any(queue.slice_booked for queue in plan.queues)
        return usher_view(self.words, plan, self.state)

    # Typing

    def key(self, sign: str) -> None:
        """Take a digit or a letter; what does not belong there changes nothing."""
        state, sign = self.state, sign.upper()
        if state.busy or not (sign.isascii() and sign.isalnum() and len(sign) == 1):
            return
        if state.usher is not None:
            if state.tab is Tab.NUMBER and state.found is None:
                state.typed = (state.typed + sign)[:LONGEST]
        elif state.at_pin:
            state.pin = (state.pin + sign)[:LONGEST]
        else:
            state.code = (state.code + sign)[:LONGEST]
        self._say()

    def delete(self) -> None:
        """Take the last sign back; from an empty PIN on to the staff number."""
        state = self.state
        if state.usher is not None:
            state.typed = state.typed[:-1]
        elif state.at_pin and state.pin:
            state.pin = state.pin[:-1]
        elif state.at_pin:
            state.at_pin = False
        else:
            state.code = state.code[:-1]
        self._say()

    def choose_field(self, nth: int) -> None:
        """Type into the staff number (0) or the PIN (1)."""
        self.state.at_pin = nth == 1
        self._say()

    def enter(self) -> None:
        """Go on to the PIN, sign in, or look for the number."""
        state = self.state
        if state.busy:
            return
        if state.usher is None:
            if state.at_pin and state.code:
                self._sign_in()
            else:
                state.at_pin = bool(state.code)
                self._say()
        elif state.tab is Tab.NUMBER and state.typed:
            self._do(partial(_find, state.typed), self._found)

    # What is done

    def choose_tab(self, tab: str) -> None:
        """Turn to another use of the page."""
        self.state.tab = Tab(tab)
        self._forget_number()
        self._say()

    def choose_class(self, name: str) -> None:
        """Give the number in hand a class, or choose the class of the numbers to take."""
        state, priority = self.state, PriorityClass(name)
        if state.tab is Tab.TAKE:
            state.priority = priority
            self._say()
        elif state.found is not None and not state.busy:
            label = state.found.ticket.label
            said = "prioritised" if priority is not PriorityClass.NORMAL else "no_longer"
            self._change(lambda moves: moves.prioritise(label, priority), label, said)

    def act(self, name: str) -> None:
        """Do one of the actions below the classes."""
        state, action = self.state, Action(name)
        if state.busy:
            return
        if action is Action.CHOOSE:
            self._take()
        elif action is Action.BOOK:
            self.kiosk.visit.usher = self._moves
            self.kiosk.journeys.booking.open()
        elif action is Action.ANOTHER or state.found is None:
            self._forget_number()
            self._say()
        elif action is Action.REQUEUE:
            label = state.found.ticket.label
            self._change(lambda moves: moves.requeue(label), label, "requeued")
        else:
            label = state.found.ticket.label
            self._change(lambda moves: moves.reprint(label), label, "reprinting")

    def answer(self, call_id: int, *, mine: bool) -> None:
        """我来, or 办好了 for a call of one's own."""

        def work(moves: Ushering) -> tuple[Help, ...]:
            if mine:
                moves.helped(call_id)
            else:
                moves.go(call_id)
            return moves.calls()

        self._do(work, self._came_calls)

    def leave(self) -> None:
        """退出: sign out and go home."""
        self._sign_out()
        self.kiosk.home()

    def reset(self) -> None:
        """End the right with the visit, unless this is the ushers' own desk."""
        if self.desk.ushers and self.state.usher is not None:
            self._forget_number()
            self.state.priority = PriorityClass.NORMAL
        else:
            self._sign_out()

    # Inside

    def _sign_in(self) -> None:
        state, guards = self.state, self.desk.pins
        code, pin = state.code, state.pin
        state.pin = ""
        self._submit(lambda: sign_in(self.desk.store, guards(), code, pin), self._signed_in)

    def _signed_in(self, usher: Usher) -> None:
        self.state = UsherState(usher=usher)
        self._moves = Ushering(self.desk.store, usher, self.desk.name)
        self._there_in = 0.0
        self._look.start()
        self._look_at_calls()
        self._say()

    def _sign_out(self) -> None:
        store, holder = self.desk.store, self._holder
        if holder:
            self.desk.worker.submit(
                lambda: gone_from(store, holder), None, self._not_seen, owner=self
            )
        self._holder = ""
        self._round += 1
        self._look.stop()
        self._moves, self.state = None, UsherState()

    def _take(self) -> None:
        if self._moves is not None:
            self.kiosk.visit.usher = self._moves
            self.kiosk.visit.priority = self.state.priority
            self.kiosk.take()

    def _change(self, work: Callable[[Ushering], object], label: str, said: str) -> None:
        def both(moves: Ushering) -> FoundTicket:
            work(moves)
            return moves.find(label)

        def done(found: FoundTicket) -> None:
            self._found(found)
            self._say(said, {"label": label}, good=True)

        self._do(both, done)

    def _found(self, found: FoundTicket) -> None:
        self.state.found, self.state.typed = found, ""
        self._say()

    def _look_at_calls(self) -> None:
        moves = self._moves
        if moves is None:
            return
        there = self._holds()
        self.desk.worker.submit(
            lambda: _calls(moves, there),
            partial(self._seen_calls, self._round),
            self._not_seen,
            owner=self,
        )

    def _holds(self) -> str:
        """Return who says that somebody is there, empty when that need not be said now."""
        self._there_in -= _LOOK_MS / 1000
        if not self.desk.ushers or self.state.usher is None or self._there_in > 0:
            return ""
        self._there_in = RENEW_S
        self._holder = f"{self.desk.actor} {self.state.usher.code}"
        return self._holder

    def _seen_calls(self, at: int, calls: tuple[Help, ...]) -> None:
        if at == self._round and calls != self.state.calls:
            self.state.calls = calls
            self.kiosk.updated.emit()

    def _not_seen(self, _error: Exception) -> None:
        """Say nothing: the kiosk's own look at the hall tells that the database is away."""

    def _came_calls(self, calls: tuple[Help, ...]) -> None:
        self.state.calls = calls
        self._say()

    def _forget_number(self) -> None:
        self.state.typed, self.state.found = "", None

    def _do(self, work: Callable[[Ushering], T], came: Callable[[T], None]) -> None:
        moves = self._moves
        if moves is not None and not self.state.busy:
            self._submit(lambda: work(moves), came)

    def _submit(self, work: Callable[[], T], came: Callable[[T], None]) -> None:
        self.state.busy = True
        at = self._round

        def done(result: T) -> None:
            if at == self._round:
                self.state.busy = False
                came(result)

        self.desk.worker.submit(work, done, partial(self._failed, at), owner=self)
        self.kiosk.updated.emit()

    def _failed(self, at: int, error: Exception) -> None:
        if at != self._round:
            return
        self.state.busy = False
        if isinstance(error, DomainError) and error.key == "not_an_usher":
            self._sign_out()
        known = isinstance(error, DomainError) and has_message(f"{TABLE}.{error.key}")
        if isinstance(error, DomainError) and known:
            self._say(error.key, error.facts)
        else:
            self._say("away" if isinstance(error, StoreError) else "unknown")

    def _say(
        self, said: str = "", facts: dict[str, str | int] | None = None, *, good: bool = False
    ) -> None:
        state = self.state
        state.said, state.good, state.facts = said, good, facts or {}
        self.kiosk.updated.emit()


def _find(typed: str, moves: Ushering) -> FoundTicket:
    return moves.find(typed)


def _calls(moves: Ushering, there: str) -> tuple[Help, ...]:
    if there:
        moves.there(there)
    return moves.calls()
