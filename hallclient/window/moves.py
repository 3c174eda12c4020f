"""Everything a clerk can do at a window, as methods that hand the move to the worker.

The bar, its popovers and the panel share them. A move while another is under way does nothing, so
a double press is one move; a refusal comes back as a calm line.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from hallclient.domain.holding import HoldKind

if TYPE_CHECKING:
    from hallclient.domain.ending import Ending
    from hallclient.domain.turn import Outcome
    from hallclient.services.calling import Calling
    from hallclient.services.windows import WindowState
    from hallclient.window.desk import ClerkDesk

Op = Callable[[], "WindowState"]
Move = Callable[["Calling"], "WindowState"]
Then = Callable[["WindowState"], None]
Tell = Callable[[str], None]


class ClerkMoves(QObject):
    """The moves of one window. A subclass runs them (``act``) and shows what comes back."""

    def __init__(self, desk: ClerkDesk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk

    def act(
        self,
        op: Op,
        then: Then | None = None,
        *,
        tell: Tell | None = None,
        lost: Callable[[], None] | None = None,
    ) -> bool:
        """Do ``op`` in the worker, then show its state; False: another is under way.

        ``then`` follows in the UI thread with the new state, ``tell`` takes the words of a refusal.
        ``lost`` is done instead where the database is away.
        """
        raise NotImplementedError

    @property
    def state(self) -> WindowState | None:
        """The window as it was read last; a move is about the turn that is seen there."""
        raise NotImplementedError

    def _move(
        self, move: Move, then: Then | None = None, lost: Callable[[], None] | None = None
    ) -> None:
        desk, turn = self._desk, self.state.turn if self.state is not None else None
        self.act(lambda: move(desk.calling.of(turn)), then, lost=lost)

    # Calls

    def call_next(self) -> None:
        """Call the next ticket by the hall's order."""
        self._move(lambda calling: calling.call_next(), self._called)

    def call_chosen(self, name: str, reason: str) -> None:
        """Call a label, token or bare number out of order, for one of the hall's reasons."""
        self._move(lambda calling: calling.call_chosen(name, reason))

    def recall(self) -> None:
        """Call the same ticket once more."""
        self._move(lambda calling: calling.recall())

    def start_turn(self) -> None:
        """Begin to serve."""
        self._move(lambda calling: calling.start())

    def no_show(self) -> None:
        """Record that nobody came."""
        self._move(lambda calling: calling.no_show())

    def requeue(self, label: str) -> None:
        """Let a no-show wait again."""
        self._move(lambda calling: calling.requeue(label))

    # Held, sent on, split off

    def hold(self, kind: HoldKind = HoldKind.ANY, reason: str = "") -> None:
        """Let the citizen step aside; the window is free meanwhile."""
        self._move(
            lambda calling: calling.hold(kind, reason),
            lost=lambda: self.hold_offline(kind, reason),
        )

    def resume(self, ticket: int | str | None = None) -> None:
        """Go on with a held ticket: its id, its name, or None for the one held here last."""
        self._move(lambda calling: calling.resume(ticket))

    def release(self, ticket: int | str) -> None:
        """Let a held ticket wait again by the claim it has."""
        self._move(lambda calling: calling.release(ticket))

    def transfer_to_queue(self, queue: str, note: str = "") -> None:
        """Send the ticket on to another queue, by its code."""
        self._move(lambda calling: calling.transfer(queue, note))

    def transfer_to_window(self, number: str, note: str = "") -> None:
        """Send the ticket on to one window, by its number."""
        self._move(lambda calling: calling.transfer_to_window(number, note))

    def transfer_to_staff(self, code: str, note: str = "") -> None:
        """Send the ticket on to one member of staff, wherever they sit."""
        self._move(lambda calling: calling.transfer_to_staff(code, note))

    def return_to_pool(self, note: str = "") -> None:
        """Let the ticket wait again where it came from."""
        self._move(lambda calling: calling.return_to_pool(note))

    def split_off(self, service: str) -> None:
        """Give another service of this citizen a ticket of its own; its number is said."""
        self._move(lambda calling: calling.split_off(service), self._split)

    def add_step(self, service: str) -> None:
        """Send the ticket on to another service when this one is done."""
        self._move(lambda calling: calling.add_step(service))

    def serve_on(self) -> None:
        """Serve the next step of the ticket that was finished here just now."""
        self._move(lambda calling: calling.serve_on())

    # Ends

    def finish(
        self, ending: Ending | Outcome, missing: tuple[str, ...] = (), *, then: Then | None = None
    ) -> None:
        """Record how the turn ended and have the rating asked for; see ``Calling.finish``."""

        def ended(state: WindowState) -> None:
            self._ask_keypad(state)
            if then is not None:
                then(state)

        self._move(
            lambda calling: calling.finish(ending, missing),
            ended,
            lost=lambda: self._finish_offline(ending, missing),
        )

    def finish_and_call(self, ending: Ending | Outcome, missing: tuple[str, ...] = ()) -> None:
        """Record how the turn ended, have the rating asked for and call the next ticket."""
        self.finish(ending, missing, then=lambda _state: self.call_next())

    def ask_again(self) -> None:
        """Ask for the rating once more."""
        self._move(lambda calling: calling.ask_again(), self._ask_keypad, lost=self.ask_offline)

    def take_back(self) -> None:
        """Undo this window's last move, where nothing was announced; see ``Calling.take_back``."""
        self._move(lambda calling: calling.take_back())

    # Without the database

    def _finish_offline(self, ending: Ending | Outcome, missing: tuple[str, ...]) -> None:
        from hallclient.domain.ending import as_ending  # noqa: PLC0415 - not for the start

        self.finish_offline(as_ending(ending, missing))

    def finish_offline(self, ending: Ending) -> None:
        """Record an outcome here, to be handed in later."""
        raise NotImplementedError

    def hold_offline(self, kind: HoldKind, reason: str) -> None:
        """Hold the ticket here, to be handed in later."""
        raise NotImplementedError

    def ask_offline(self) -> None:
        """Ask for the rating once more, without the database."""
        raise NotImplementedError

    # Staff

    def pause(self, reason: str) -> None:
        """Pause with one of the hall's reasons."""
        self.act(partial(self._desk.shifts.pause, reason))

    def resume_window(self) -> None:
        """End the pause."""
        self.act(self._desk.shifts.resume)

    def sign_out(self) -> None:
        """End the shift; refused while a ticket is at the window."""
        self.act(self._desk.shifts.sign_out)

    def hand_over(self, staff_code: str, pin: str, tell: Tell, then: Then | None = None) -> None:
        """Let somebody else go on here, open turn and all; ``tell`` takes a refusal."""
        shifts = self._desk.shifts
        self.act(lambda: shifts.hand_over(staff_code, pin), then, tell=tell)

    # For subclasses

    def _split(self, state: WindowState) -> None:
        raise NotImplementedError

    def _called(self, state: WindowState) -> None:
        raise NotImplementedError

    def _ask_keypad(self, state: WindowState) -> None:
        raise NotImplementedError
