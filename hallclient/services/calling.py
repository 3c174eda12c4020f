"""A clerk's moves, for every hand that makes them: the bar, a hardware caller, a terminal."""

from collections.abc import Callable
from copy import copy
from functools import partial
from typing import Self

from hallclient.domain.ending import Ending, as_ending
from hallclient.domain.holding import HoldKind
from hallclient.domain.turn import Outcome, Turn
from hallclient.services import calls, finishing, holding, passing, taking_back
from hallclient.services.holding import Held
from hallclient.services.seat import Seat, seated
from hallclient.services.store import Store
from hallclient.services.windows import WindowState, window_state


class Calling:
    """The moves of one window. Each returns the window's new state.

    Every move raises ``NotAllowed`` where it does not exist from the present state, ``Refused``
    (``no_right``) when whoever sits here may no longer serve, and ``Conflict`` when somebody else
    was faster.
    """

    def __init__(self, store: Store, window: str) -> None:
        self._store = store
        self._window = window
        self.meant: Turn | None = None
        self.look = self._plain
        """How the state is read: a bar reads its news along (``bar_news.Glances``)."""

    def of(self, turn: Turn | None) -> Self:
        """Return the moves of one who sees this turn at the window, present or last.

        Each move about a turn raises ``Conflict`` (``turn_changed``) where that is another one by
        now: somebody moved on at another terminal, or a failover has lost what was done here.
        """
        mine = copy(self)
        mine.meant = turn
        return mine

    def state(self) -> WindowState:
        """Return the window as it is."""
        return self.look()

    def _plain(self) -> WindowState:
        with self._store.look() as reader:
            return window_state(reader, reader.plan.window(self._window))

    def held(self) -> tuple[Held, ...]:
        """Return the held tickets that this window may take up again, its own first."""
        with self._store.look() as reader:
            return holding.resumable(reader, reader.plan.window(self._window))

    # Calls

    def call_next(self) -> WindowState:
        """Call the next ticket by the hall's order; the state is unchanged when nobody waits."""
        return self._do(calls.call_next)

    def call_chosen(self, name: str, reason: str) -> WindowState:
        """Call a ticket out of order (特呼), for one of the hall's reasons.

        ``name`` is a label, a token or a bare number. The ticket waits in a queue of this window or
        is bound to it, or is a no-show who is let in again first, as often as the hall allows.
        """
        return self._do(partial(calls.call_chosen, name=name, reason=reason))

    def recall(self) -> WindowState:
        """Call the same ticket once more, up to the hall's cap and not too soon."""
        return self._do(calls.recall)

    def start(self) -> WindowState:
        """Begin to serve: the citizen is here."""
        return self._do(calls.start)

    def no_show(self) -> WindowState:
        """Record that the citizen did not come after enough calls."""
        return self._do(calls.no_show)

    def requeue(self, name: str) -> WindowState:
        """Let a no-show of this window's queues wait again (过号重排), by the hall's rules."""
        return self._do(partial(calls.requeue, name=name))

    # Ends

    def finish(self, ending: Ending | Outcome, missing: tuple[str, ...] = ()) -> WindowState:
        """Record the outcome; a case is opened where there is one, and the rating is asked for.

        A ticket with steps left is sent on. ``missing`` goes with a plain outcome: the zh-CN names
        of the service's materials that a supplement lacks.
        """
        return self._do(partial(finishing.finish, ending=as_ending(ending, missing)))

    def serve_on(self) -> WindowState:
        """Do the next step of the ticket that was just finished here, without a call.

        Only where this window serves the step's queue (``WindowState.can_serve_on``).
        """
        return self._do(calls.serve_on)

    def ask_again(self) -> WindowState:
        """Ask once more for the rating of the turn that ended last at this window."""
        return self._do(calls.ask_again)

    # Unfinished

    def hold(self, kind: HoldKind = HoldKind.ANY, reason: str = "") -> WindowState:
        """Let the citizen step aside; the ticket keeps its claim and waits for ``resume``.

        ``reason`` is one of the hall's ``hold_reasons``, or empty.
        """
        return self._do(partial(holding.hold, kind=kind, reason=reason))

    def resume(self, ticket: int | str | None = None) -> WindowState:
        """Go on with a held ticket: its id, its name, or None for the one held here last."""
        return self._do(partial(holding.resume, which=ticket))

    def release(self, ticket: int | str) -> WindowState:
        """Let a held ticket wait again by the claim it has; the window need not be free."""
        return self._do(partial(holding.release, which=ticket))

    def transfer(self, queue: str, note: str = "") -> WindowState:
        """Send the ticket on to another queue, by its code; it keeps its claim.

        ``note`` is for staff only, 200 characters at most; so with the moves below.
        """
        return self._do(partial(passing.transfer, queue=queue, note=note))

    def transfer_to_window(self, number: str, note: str = "") -> WindowState:
        """Send the ticket to the window with this number: nobody else calls it.

        Raises ``Refused`` where nobody is at that window.
        """
        return self._do(partial(passing.transfer_to_window, number=number, note=note))

    def transfer_to_staff(self, code: str, note: str = "") -> WindowState:
        """Send the ticket to a member of staff who is at a window now, by the staff number."""
        return self._do(partial(passing.transfer_to_staff, code=code, note=note))

    def return_to_pool(self, note: str = "") -> WindowState:
        """Let the ticket, called or served, wait again by the claim it has."""
        return self._do(partial(passing.return_to_pool, note=note))

    # More than one service

    def split_off(self, service: str) -> WindowState:
        """Give the citizen a ticket of its own for another service, with the claim of this one.

        The state's ``issued`` is the new ticket. Asked twice in one turn it is the same one. Raises
        ``NoTicket`` where the queue gives none.
        """
        from hallclient.services import splitting  # noqa: PLC0415 - rare, and much behind it

        with seated(self._store, self._window, self.meant) as seat:
            issued = splitting.split_off(seat, service)
            return window_state(seat.tx, seat.window, issued)

    def add_step(self, service: str) -> WindowState:
        """Add a service at the end of what the ticket is for; it is sent on there by itself."""
        from hallclient.services import splitting  # noqa: PLC0415 - see above

        return self._do(partial(splitting.add_step, code=service))

    # A mis-click

    def take_back(self) -> WindowState:
        """Undo the last move of this window, for a few seconds and where nothing was announced.

        Start, no-show, hold, transfer, return, pause and its end (``can_take_back_until``). Raises
        ``Conflict`` as soon as anybody else has touched the ticket.
        """
        return self._do(taking_back.take_back)

    def _do(self, move: Callable[[Seat], None]) -> WindowState:
        with seated(self._store, self._window, self.meant) as seat:
            move(seat)
        # Others wait for the hall's lock: it is looked at the window when they go on.
        return self.state()
