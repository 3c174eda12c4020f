"""What a clerk does besides call, serve and finish: hold, send on, split off, take back.

Which citizen causes what is drawn with the day; each does so at the first turn only.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from hallclient.domain.errors import Conflict, DomainError, NotFound, Refused
from hallclient.domain.holding import HoldKind
from hallclient.domain.parts import ServiceKind
from hallclient.domain.turn import Outcome
from hallclient.lab.invariants import Deed
from hallclient.lab.replay.day import Citizen, Detour, WindowDay
from hallclient.services.calling import Calling
from hallclient.services.store import Store

if TYPE_CHECKING:
    from hallclient.lab.replay.actors import Notes, Scene
    from hallclient.services.windows import WindowState

HELD_S = 150
"""So long a citizen is away with a form."""
NOTE = "sent on"
"""Tells at the next window that this citizen was sent there: no second detour."""
SOUND: Mapping[ServiceKind, Outcome] = {
    ServiceKind.INSTANT: Outcome.INSTANT,
    ServiceKind.PROMISED: Outcome.PROMISED,
    ServiceKind.CONSULT: Outcome.CONSULT,
    ServiceKind.COLLECT: Outcome.COLLECT,
}
_HOLDS = {
    Detour.HOLD_ANY: HoldKind.ANY,
    Detour.HOLD_HERE: HoldKind.HERE,
    Detour.HOLD_EVENT: HoldKind.EVENT,
}


class Detours:
    """The detours at one window. ``held`` are its held tickets with the second they go on at."""

    def __init__(self, day: WindowDay, store: Store, calling: Calling, scene: "Scene") -> None:
        self._day, self._store, self._calling, self._scene = day, store, calling, scene
        self.held: list[tuple[int, int, Citizen]] = []

    def due(self, *, at_once: bool) -> tuple[int, Citizen] | None:
        """Return a held ticket that goes on now, and forget it."""
        now = self._scene.clock()
        for one in self.held:
            if at_once or one[0] <= now:
                self.held.remove(one)
                return one[1], one[2]
        return None

    def make(self, citizen: Citizen, turn_id: int, notes: "Notes") -> bool:
        """Make a citizen's detour; True when the ticket has left the window by it."""
        detour = citizen.detour
        try:
            if detour in _HOLDS:
                return self._hold(_HOLDS[detour], citizen, turn_id, notes)
            if detour in (Detour.TO_WINDOW, Detour.TO_STAFF, Detour.RETURN):
                return self._send(detour, citizen, turn_id, notes)
            self._stay(citizen, notes)
        except (Refused, NotFound, Conflict):
            notes.unwilling += 1  # nobody is there any more: it is served here
        return False

    def _hold(self, kind: HoldKind, citizen: Citizen, turn_id: int, notes: "Notes") -> bool:
        with self._scene.watch.over("hold"):
            state = self._calling.hold(kind)
        assert state.ticket is not None  # noqa: S101 - it is held
        notes.deeds.append(Deed("ended", turn_id, Outcome.HELD))
        self.held.append((self._scene.clock() + HELD_S, state.ticket.id, citizen))
        return True

    def _send(self, detour: Detour, citizen: Citizen, turn_id: int, notes: "Notes") -> bool:
        act, result = self._goal(detour, citizen)
        with self._scene.watch.over("return" if detour is Detour.RETURN else "transfer"):
            act()
        notes.deeds.append(Deed("ended", turn_id, result))
        notes.waiting.append((citizen.queue, 1))
        return True

    def _goal(
        self, detour: Detour, citizen: Citizen
    ) -> tuple[Callable[[], "WindowState"], Outcome]:
        """Return the move; a colleague is one who serves the same queue."""
        calling = self._calling
        if detour is Detour.RETURN:
            return lambda: calling.return_to_pool(NOTE), Outcome.RETURNED
        beside = [
            one
            for one in self._scene.windows
            if one.window != self._day.window and citizen.queue in one.queues
        ]
        if not beside:
            raise Refused("nobody", "nobody else serves this queue")
        to = beside[citizen.number % len(beside)]
        if detour is Detour.TO_STAFF:
            return lambda: calling.transfer_to_staff(to.staff, NOTE), Outcome.TRANSFERRED
        number = self._store.plan().window(to.window).number
        return lambda: calling.transfer_to_window(number, NOTE), Outcome.TRANSFERRED

    def _stay(self, citizen: Citizen, notes: "Notes") -> None:
        if citizen.detour is Detour.TAKE_BACK:
            with self._scene.watch.over("hold"):
                self._calling.hold()
            with self._scene.watch.over("take_back"):
                self._calling.take_back()
            return
        plan = self._store.plan()
        other = [
            one.code
            for one in plan.listed
            if one.queue == citizen.queue and one.code != citizen.service
        ]
        if not other:
            raise Refused("nothing", "this queue has one service")
        with self._scene.watch.over("split"):
            issued = self._calling.split_off(other[citizen.number % len(other)]).issued
        assert issued is not None  # noqa: S101 - it was just split off
        notes.deeds.append(Deed("issued", issued.ticket.id, issued.ticket.label))
        notes.waiting.append((citizen.queue, 1))


def split_citizen(state: "WindowState", citizens: "tuple[Citizen, ...]") -> Citizen:
    """Return who holds a ticket that was split off: somebody who is here and wants nothing more."""
    ticket, service = state.ticket, state.service
    assert ticket is not None and service is not None  # noqa: S101, PT018 - just called
    return replace(
        citizens[ticket.id % len(citizens)],
        service=service.code,
        queue=service.queue,
        shows_up=True,
        outcome=SOUND[service.kind],
        detour=None,
    )


class SupervisorActor:
    """Who runs the floor: lends windows and stops queues, and all as it was afterwards."""

    def __init__(self, store: Store, scene: "Scene") -> None:
        from hallclient.services.lending import Lending  # noqa: PLC0415 - in one process only
        from hallclient.services.queue_stops import QueueStops  # noqa: PLC0415 - the same

        self._store, self._scene = store, scene
        self._lending = Lending(store, scene.supervisor)
        self._stops = QueueStops(store, scene.supervisor)

    def act(self, act: str, subject: int, notes: "Notes") -> None:
        """Do one errand of the day."""
        errand = self._scene.errands[subject]
        moves = {
            "lend": lambda: self._lending.assign(errand.what, self._with(errand.what, errand.more)),
            "lend_first": lambda: self._lending.assign(
                errand.what, ((errand.more,), *self._store.plan().window(errand.what).ranks)
            ),
            "give_back": lambda: self._lending.give_back(errand.what),
            "stop": lambda: self._stops.stop(errand.what, errand.more),
            "reopen": lambda: self._stops.reopen(errand.what),
        }
        try:
            with self._scene.watch.over(act):
                moves[act]()
        except DomainError:
            notes.unwilling += 1

    def _with(self, window: str, queue: str) -> tuple[tuple[str, ...], ...]:
        """Return a window's ranks with one queue behind them, or without its last rank."""
        ranks = self._store.plan().window(window).ranks
        return ranks if queue in {code for rank in ranks for code in rank} else (*ranks, (queue,))
