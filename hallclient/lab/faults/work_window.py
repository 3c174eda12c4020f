"""A window: calls, serves, holds, passes on and has the citizen rate; its turn goes on offline."""

from contextlib import suppress
from typing import TYPE_CHECKING

from hallclient.domain.ending import Ending
from hallclient.domain.errors import DomainError
from hallclient.domain.holding import HoldKind
from hallclient.domain.rating import Level
from hallclient.domain.turn import Outcome, Turn
from hallclient.lab.faults.acks import SAID
from hallclient.lab.faults.hall import PIN, QUEUES, staff_of
from hallclient.lab.faults.work import Scene
from hallclient.services.after_spool import AfterSpool, SpooledRatings
from hallclient.services.calling import Calling
from hallclient.services.sealing import HallKey
from hallclient.services.shifts import Shifts
from hallclient.services.spool_clock import SpoolClock, process_ticks
from hallclient.services.spool_lines import SpoolError
from hallclient.services.store_error import StoreError
from hallclient.services.window_spool import WindowSpool
from hallclient.storage.window_spool_file import WindowSpoolFile

if TYPE_CHECKING:
    from hallclient.services.windows import WindowState

_KEY = HallKey(bytes(32))


class WindowWork:
    """A clerk at a window.

    What becomes of a turn is chosen by its number, so that a clerk who meets a dead database or a
    restart wants the same of it as before.
    """

    def __init__(self, scene: Scene) -> None:
        part = scene.part
        self._scene, self._code = scene, part.name.removeprefix("W")
        clock = SpoolClock(process_ticks())
        file = WindowSpoolFile(part.folder / part.name)
        self._spool = WindowSpool(file, self._code, clock, lambda: _KEY)
        self._behind = AfterSpool(scene.store, self._spool)
        self._calling = Calling(self._behind, self._code)
        self._ratings = SpooledRatings(self._behind, self._spool)
        self._state: WindowState | None = None
        self._to_rate = 0

    def step(self) -> None:
        """Do the next thing at the window."""
        self._behind.hand_in()
        if self._to_rate:
            self._rate()
            return
        state = self._state = self._calling.state()
        self._remember(state)
        try:
            self._go_on(state)
        except DomainError as error:
            self._refused(error)
            return
        self._remember(self._state)

    def hand_in(self) -> None:
        """Hand in what was done offline."""
        self._behind.hand_in()
        if self._spool.pending:
            raise RuntimeError("the window's spool is not empty after handing in")

    def without(self, error: StoreError) -> None:
        """Finish or hold the turn in hand."""
        if not error.retryable:
            return  # the bar says what is wrong; the clerk tries again
        with suppress(SpoolError):
            state = self._state or self._spool.last(self._scene.part.plan)
            turn = state.turn if state is not None else None
            if state is None or turn is None or not turn.active or turn.started_at is None:
                return
            with suppress(DomainError):
                self._keep(state, turn)

    def close(self) -> None:
        """Let the spool go."""
        self._spool.close()

    def _remember(self, state: "WindowState | None") -> None:
        with suppress(SpoolError):  # the window goes on without what it would know offline
            if state is not None:
                self._spool.remember(state, self._scene.part.plan.hall_id)

    def _keep(self, state: "WindowState", turn: Turn) -> None:
        ack = self._scene.acks.write
        wish = _wish(turn)
        if wish == "hold":
            self._state = self._spool.hold(state, HoldKind.ANY, "")
            ack("kept", turn=turn.id, result=Outcome.HELD)
        elif wish == "finish":
            outcome = _outcome(turn)
            self._state = self._spool.finish(state, Ending(outcome))
            ack("kept", turn=turn.id, result=outcome)
            if self._spool.rate(turn.id, Level(4), f"window {self._code}"):
                ack("kept_rating", turn=turn.id)

    def _go_on(self, state: "WindowState") -> None:
        turn = state.turn
        if state.shift is None:
            Shifts(self._behind, self._code).sign_in(staff_of(self._code), PIN)
        elif turn is None or not turn.active:
            self._take()
        elif turn.started_at is None:
            self._meet(turn)
        else:
            self._end(turn)

    def _take(self) -> None:
        """Take up who was held here, else call the next."""
        held = [one.ticket for one in self._calling.held() if one.here]
        if held and self._scene.dice.random() < 0.5:
            state = self._state = self._calling.resume(held[0].id)
            if state.turn is not None:
                self._scene.acks.write("resumed", turn=state.turn.id, ticket=held[0].id)
            return
        state = self._state = self._calling.call_next()
        turn = state.turn
        if turn is not None and turn.active:
            self._scene.acks.write("called", turn=turn.id, ticket=turn.ticket_id)

    def _meet(self, turn: Turn) -> None:
        """Greet who comes; of some nobody comes, and they are called until they may be missed."""
        calling = self._calling.of(turn)
        if turn.id % 9:
            self._state = calling.start()
            self._scene.acks.write("started", turn=turn.id)
        elif turn.calls < self._scene.part.plan.rules.no_show_after:
            self._state = calling.recall()
            self._scene.acks.write("recalled", turn=turn.id, calls=turn.calls + 1)
        else:
            self._state = calling.no_show()
            self._scene.acks.write("ended", turn=turn.id, result=Outcome.NO_SHOW)

    def _end(self, turn: Turn) -> None:
        wish, calling = _wish(turn), self._calling.of(turn)
        if wish == "hold":
            self._state = calling.hold()
            result = Outcome.HELD
        elif wish == "transfer":
            self._state = calling.transfer(self._other_queue())
            result = Outcome.TRANSFERRED
        elif wish == "return":
            self._state = calling.return_to_pool()
            result = Outcome.RETURNED
        else:
            result = _outcome(turn)
            self._state = calling.finish(result)
            self._to_rate = turn.id if turn.id % 2 else 0
        self._scene.acks.write("ended", turn=turn.id, result=result)

    def _other_queue(self) -> str:
        """Return where the ticket does not wait: its label keeps the letter of its first queue."""
        ticket = self._state.ticket if self._state is not None else None
        plan = self._scene.part.plan
        here = plan.queue_by_id(ticket.queue_id).code if ticket is not None else ""
        return next(code for code in QUEUES if code != here)

    def _rate(self) -> None:
        turn_id, self._to_rate = self._to_rate, 0
        try:
            if self._ratings.record(turn_id, Level(5), f"keypad {self._code}"):
                self._scene.acks.write("rated", turn=turn_id)
        except DomainError as error:  # too late, or it is kept already
            self._refused(error)

    def _refused(self, error: DomainError) -> None:
        """Take that a rule says no; what was in doubt is seen at the next look."""
        self._scene.acks.write(SAID, text=error.key, retryable=True)


def _wish(turn: Turn) -> str:
    if turn.calls == 0:  # taken up after a hold: now it comes to its end
        return "finish"
    return {3: "hold", 5: "transfer", 7: "return"}.get(turn.id % 13, "finish")


def _outcome(turn: Turn) -> Outcome:
    return Outcome.INSTANT if turn.id % 2 else Outcome.CONSULT
