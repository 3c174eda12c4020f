"""Kiosks and clerks. Each acts when it is told to, and says what happens next and what was done.

A citizen is recognised by the request id of the ticket, as the floor recognises them by the paper.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from hallclient.domain.errors import DomainError, Refused
from hallclient.domain.rating import Level
from hallclient.domain.ticket import Channel, Delivery
from hallclient.lab.invariants import Deed
from hallclient.lab.replay.day import Break, Citizen, Errand, WindowDay
from hallclient.lab.replay.detours import Detours, split_citizen
from hallclient.services.calling import Calling
from hallclient.services.issuing import Issuing, TicketRequest
from hallclient.services.ratings import Ratings
from hallclient.services.shifts import Shifts
from hallclient.services.store import Store
from hallclient.services.windows import WindowState

BETWEEN_S = 4
"""From the outcome to the next call."""
LEVEL_BITS = 3
CALL_AGAIN_S = 30
"""Between two calls of one ticket."""
_REQUEST = "replay-"


class Act(StrEnum):
    """What an actor is told to do."""

    ISSUE = "issue"
    DELIVER = "deliver"
    REQUEUE = "requeue"
    SIGN_IN = "sign_in"
    CALL = "call"
    RECALL = "recall"
    START = "start"
    NO_SHOW = "no_show"
    FINISH = "finish"
    RATE = "rate"
    RESUME = "resume"
    DETOUR = "detour"
    HAND_OVER = "hand_over"
    LEND = "lend"
    LEND_FIRST = "lend_first"
    GIVE_BACK = "give_back"
    STOP = "stop"
    REOPEN = "reopen"
    SHOW = "show"


Event: TypeAlias = tuple[int, str, Act, int]
"""Second, actor, act, and the citizen, ticket or turn it is about (0: none)."""


@dataclass(slots=True)
class Notes:
    """What came of one second in one process."""

    deeds: list[Deed] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    waiting: list[tuple[str, int]] = field(default_factory=list)
    """Queues that grew (+1) or shrank (-1)."""
    idle: list[str] = field(default_factory=list)
    """Windows that found nobody."""
    shows: list[str] = field(default_factory=list)
    """Boards that have more to say in the next second."""
    missed: list[tuple[int, int]] = field(default_factory=list)
    """Citizens who did not come, with their ticket."""
    refused: int = 0
    unwilling: int = 0
    """Moves besides call, serve and finish that could not be made as things stood."""


class Watch:
    """Real time that the moves take, in milliseconds, lock waits included."""

    def __init__(self) -> None:
        self.taken: dict[str, list[float]] = {}

    @contextmanager
    def over(self, what: str) -> Iterator[None]:
        """Time the block."""
        began = time.perf_counter()
        yield
        self.taken.setdefault(what, []).append((time.perf_counter() - began) * 1000)


@dataclass(frozen=True, slots=True)
class Scene:
    """What all actors of a process share. ``clock`` is the present second."""

    citizens: Sequence[Citizen]
    watch: Watch
    clock: Callable[[], int]
    pins: Mapping[str, str] = field(repr=False)
    windows: Sequence[WindowDay] = ()
    """All of the day, for who sends somebody on."""
    errands: Sequence[Errand] = ()
    supervisor: str = ""

    def request_id(self, citizen: int) -> str:
        """Return the request id of a citizen."""
        return f"{_REQUEST}{citizen}"

    def citizen_of(self, state: WindowState) -> Citizen:
        """Return who holds the ticket at a window."""
        assert state.ticket is not None  # noqa: S101 - just called
        request = state.ticket.request_id
        if state.ticket.parent_id is not None:
            return split_citizen(state, tuple(self.citizens))
        return self.citizens[int(request.removeprefix(_REQUEST))]


class KioskActor:
    """A kiosk with its printer; no-shows who come back are let in here too."""

    def __init__(self, name: str, store: Store, scene: Scene) -> None:
        self._name = name
        self._scene = scene
        self._issuing = Issuing(store, f"kiosk:{name}")

    def act(self, act: Act, subject: int, notes: Notes) -> None:
        """Do one thing; ``subject`` is a citizen for ISSUE, else a ticket."""
        if act is Act.ISSUE:
            self._issue(self._scene.citizens[subject], notes)
        elif act is Act.DELIVER:
            with self._scene.watch.over("deliver"):
                self._issuing.delivered(subject, Delivery.PAPER)
            notes.deeds.append(Deed("delivered", subject))
        else:
            try:
                with self._scene.watch.over("requeue"):
                    back = self._issuing.requeue(subject)
            except Refused:  # too late, or too often: the number is gone
                notes.refused += 1
                return
            notes.deeds.append(Deed("requeued", subject))
            notes.waiting.append((back.queue.code, 1))

    def _issue(self, citizen: Citizen, notes: Notes) -> None:
        request = TicketRequest(
            self._scene.request_id(citizen.number),
            citizen.service,
            Channel.REPLAY,
            priority=citizen.priority,
        )
        try:
            with self._scene.watch.over("issue"):
                issued = self._issuing.issue(request)
        except Refused:
            notes.refused += 1
            return
        notes.deeds.append(Deed("issued", issued.ticket.id, issued.ticket.label))
        notes.waiting.append((issued.queue.code, 1))
        printed = self._scene.clock() + 2
        notes.events.append((printed, self._name, Act.DELIVER, issued.ticket.id))


class WindowActor:
    """A clerk at a window, with the keypad in front of it."""

    def __init__(self, day: WindowDay, store: Store, scene: Scene) -> None:
        self._day = day
        self._scene = scene
        self._calling = Calling(store, day.window)
        self._shifts = Shifts(store, day.window)
        self._ratings = Ratings(store)
        self._detours = Detours(day, store, self._calling, scene)
        self._detoured = False
        self._breaks: list[Break] = list(day.breaks)
        self._free = False
        self._citizen: Citizen | None = None
        self._moves: Mapping[Act, Callable[[int, Notes], None]] = {
            Act.SIGN_IN: self._sign_in,
            Act.CALL: self._call,
            Act.RECALL: self._recall,
            Act.START: self._start,
            Act.NO_SHOW: self._no_show,
            Act.FINISH: self._finish,
            Act.RATE: self._rate,
            Act.RESUME: self._resume,
            Act.DETOUR: self._detour,
            Act.HAND_OVER: self._hand_over,
        }

    def act(self, act: Act, subject: int, notes: Notes) -> None:
        """Do one thing; ``subject`` is the turn it is about."""
        self._moves[act](subject, notes)

    def _later(self, notes: Notes, seconds: int, act: Act, subject: int = 0) -> None:
        self._at(notes, self._scene.clock() + seconds, act, subject)

    def _at(self, notes: Notes, second: int, act: Act, subject: int = 0) -> None:
        notes.events.append((second, self._day.window, act, subject))

    def _sign_in(self, _subject: int, notes: Notes) -> None:
        with self._scene.watch.over("sign_in"):
            state = self._shifts.sign_in(self._day.staff, self._scene.pins[self._day.staff])
        if state.shift is not None:
            notes.deeds.append(Deed("signed_in", state.shift.id))
        self._free = True
        self._at(notes, max(self._day.opens, self._scene.clock() + 1), Act.CALL)

    def _call(self, _subject: int, notes: Notes) -> None:
        """Press "next" when free: or go to lunch, or home, when it is time for that."""
        if not self._free:
            return
        now = self._scene.clock()
        held = self._detours.due(at_once=now >= self._day.closes)
        if held is not None:
            self._go_on(*held, notes)
        elif now >= self._day.stops:
            self._leave()
        elif self._breaks and self._breaks[0].at <= now < self._day.closes:
            self._pause(self._breaks.pop(0), notes)
        else:
            self._next(now, notes)

    def _next(self, now: int, notes: Notes) -> None:
        with self._scene.watch.over("call_next"):
            state = self._calling.call_next()
        turn, ticket = state.turn, state.ticket
        if turn is None or ticket is None or not turn.active:
            self._nobody(now, notes)
            return
        self._free = False
        notes.deeds.append(Deed("called", turn.id, f"{ticket.id}"))
        self._citizen = self._scene.citizen_of(state)
        self._detoured = bool(state.notes)
        notes.waiting.append((self._citizen.queue, -1))
        comes = self._citizen.shows_up or ticket.requeued > 0
        if comes:
            self._later(notes, self._citizen.walks, Act.START, turn.id)
        if not comes or self._citizen.walks > CALL_AGAIN_S:
            self._later(notes, CALL_AGAIN_S, Act.RECALL, turn.id)
        if not comes:
            self._later(notes, 2 * CALL_AGAIN_S, Act.RECALL, turn.id)
            self._later(notes, 3 * CALL_AGAIN_S, Act.NO_SHOW, turn.id)

    def _nobody(self, now: int, notes: Notes) -> None:
        if now >= self._day.closes:
            self._leave()
            return
        notes.idle.append(self._day.window)
        breaks = [pause.at for pause in self._breaks[:1] if pause.at > now]
        self._at(notes, min([self._day.closes, *breaks]), Act.CALL)

    def _recall(self, turn_id: int, notes: Notes) -> None:
        with self._scene.watch.over("recall"):
            self._calling.recall()
        notes.deeds.append(Deed("recalled", turn_id))

    def _start(self, turn_id: int, notes: Notes) -> None:
        with self._scene.watch.over("start"):
            self._calling.start()
        notes.deeds.append(Deed("started", turn_id))
        citizen = self._served()
        if citizen.detour is not None and not self._detoured:
            self._later(notes, max(1, citizen.handling // 3), Act.DETOUR, turn_id)
        else:
            self._later(notes, citizen.handling, Act.FINISH, turn_id)

    def _detour(self, turn_id: int, notes: Notes) -> None:
        citizen = self._served()
        held = len(self._detours.held)
        if self._detours.make(citizen, turn_id, notes):
            for second, _ticket, _whom in self._detours.held[held:]:
                self._at(notes, second, Act.CALL)
            self._done(notes)
        else:
            self._later(notes, max(1, citizen.handling // 2), Act.FINISH, turn_id)

    def _go_on(self, ticket_id: int, citizen: Citizen, notes: Notes) -> None:
        """Take up a held ticket again."""
        with self._scene.watch.over("go_on"):
            state = self._calling.resume(ticket_id)
        assert state.turn is not None  # noqa: S101 - it was just begun
        self._free, self._citizen = False, citizen
        self._later(notes, max(1, citizen.handling // 2), Act.FINISH, state.turn.id)

    def _hand_over(self, _subject: int, notes: Notes) -> None:
        """Let the relief sit down, whatever is going on, unless the window is closed by now."""
        relief = self._day.relief
        try:
            with self._scene.watch.over("hand_over"):
                state = self._shifts.hand_over(relief, self._scene.pins[relief])
        except DomainError:
            notes.unwilling += 1
            return
        if state.shift is not None:
            notes.deeds.append(Deed("signed_in", state.shift.id))
        if state.shift is not None and self._citizen is None and not self._free:
            self._shifts.pause("meal")  # the pause went with the clerk before

    def _no_show(self, turn_id: int, notes: Notes) -> None:
        with self._scene.watch.over("no_show"):
            state = self._calling.no_show()
        notes.deeds.append(Deed("no_show", turn_id))
        if state.ticket is not None:
            notes.missed.append((self._served().number, state.ticket.id))
        self._done(notes)

    def _finish(self, turn_id: int, notes: Notes) -> None:
        citizen = self._served()
        with self._scene.watch.over("finish"):
            self._calling.finish(citizen.outcome)
        notes.deeds.append(Deed("ended", turn_id, citizen.outcome))
        if citizen.rates_after is not None:
            self._later(notes, citizen.rates_after, Act.RATE, turn_id << LEVEL_BITS | citizen.level)
        self._done(notes)

    def _rate(self, subject: int, notes: Notes) -> None:
        turn_id, level = subject >> LEVEL_BITS, subject & (1 << LEVEL_BITS) - 1
        with self._scene.watch.over("rate"):
            self._ratings.record(turn_id, Level(level), f"keypad {self._day.window}")
        notes.deeds.append(Deed("rated", turn_id))

    def _done(self, notes: Notes) -> None:
        self._citizen = None
        self._free = True
        self._later(notes, BETWEEN_S, Act.CALL)

    def _pause(self, pause: Break, notes: Notes) -> None:
        with self._scene.watch.over("pause"):
            self._shifts.pause(pause.reason)
        self._free = False
        self._later(notes, pause.lasts, Act.RESUME)

    def _resume(self, _subject: int, notes: Notes) -> None:
        with self._scene.watch.over("resume"):
            self._shifts.resume()
        self._free = True
        self._later(notes, 1, Act.CALL)

    def _leave(self) -> None:
        self._free = False
        with self._scene.watch.over("sign_out"):
            self._shifts.sign_out()

    def _served(self) -> Citizen:
        assert self._citizen is not None  # noqa: S101 - a turn is open
        return self._citizen
