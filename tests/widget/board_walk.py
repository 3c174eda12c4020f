"""Boards of a hall in virtual time: presenter, herald, speech queue and reports are the product's.

Only pixels, sound and waiting are not made: a machine is asked to do what is due at a second, in
the test's thread. Its database can be lost, it can be killed, closed and started again.
"""

import random
import types
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject, Signal

from hallclient.display.desk import BoardDesk
from hallclient.display.emergency_voice import say_emergency
from hallclient.display.heralding import Herald
from hallclient.display.link import REST_S
from hallclient.display.presenter import BoardPresenter
from hallclient.display.reporting import Identity, Reporting
from hallclient.domain.announcement import CallKey, Spoken
from hallclient.domain.publication import Publication, emergency_in
from hallclient.domain.speaking import Alert, CallToSpeak, Reading, Sentences, SpeechQueue
from hallclient.services.announcing import Announcing
from hallclient.services.board import Board
from hallclient.services.store_error import StoreError
from hallclient.ui.hall_clock import HallClock

READ_S, AGAIN_S, BETWEEN_S, SENTENCES_S = 9.0, 0.6, 0.4, 12.0
FIGURES_S = 5


class Away(StoreError):
    """The database is away."""

    retryable = True


class Gate:
    """A store whose database can be lost."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.down = False

    def __getattr__(self, name: str) -> Any:
        if self.down:
            raise Away("away")
        return getattr(self._store, name)


class Errands(QObject):
    """A worker whose work is done when ``run`` is called: answers may be late."""

    busy_for = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.tasks: list[tuple[Any, Any, Any]] = []

    def submit(self, op: Any, done: Any = None, failed: Any = None, **_more: Any) -> None:
        self.tasks.append((op, done, failed))

    def run(self) -> None:
        while self.tasks:
            op, done, failed = self.tasks.pop(0)
            try:
                result = op()
            except StoreError as error:
                failed(error)
            else:
                done(result)


class Wakes(QObject):
    """What wakes a board."""

    changed = Signal()
    recovered = Signal()


@dataclass(frozen=True)
class Heard:
    """What a loudspeaker said, on the virtual clock."""

    machine: str
    life: int
    key: CallKey
    """The ticket's newest call, which is said."""
    covers: tuple[CallKey, ...]
    """It and those before that had not been spoken: nobody need say them any more."""
    zone: str
    begins: float
    called: float
    delivered: bool
    """Whether the hall knew already that it had been spoken."""
    leads: bool
    """Whether the machine's lease still held."""


class Voice:
    """A ``speaker.Voice`` in virtual time; it asks and tells as ``display.speaking`` does."""

    def __init__(self, machine: "Machine") -> None:
        self.machine = machine
        self.queue = SpeechQueue()
        self.saying: Reading | Sentences | None = None
        self.until = 0.0
        self.times = 0

    def advance(self) -> None:
        now = self.machine.world.seconds
        while self.until <= now:
            if self.saying is None:
                self._next()
                if self.saying is None:
                    return
            elif isinstance(self.saying, Sentences):
                self.queue.said(self.saying, self.machine.clock.now())
                self.saying, self.until = None, now + BETWEEN_S
            elif self.times == 1 and self.queue.again():
                self.times, self.until = 2, now + AGAIN_S + READ_S
            else:
                self._tell(self.queue.over(self.times))
                self.saying, self.until = None, now + BETWEEN_S
        if isinstance(self.saying, Reading) and self.queue.urgent():
            self._tell(self.queue.put_back())
            self.machine.cut(self.saying)
            self.saying, self.until = None, now

    def _next(self) -> None:
        step = self.queue.next(self.machine.clock.now())
        self._tell(step.dropped)
        if step.say is None:
            return
        if isinstance(step.say, Reading):
            zone = step.say.call.zone
            if not self.machine.reporting.leads(zone):
                self.queue.put_back()
                self.queue.lapse(zone)
                return
        self.saying = step.say
        if isinstance(step.say, Reading):
            self.times = 1
            self.machine.heard(step.say)
        self.until = self.machine.world.seconds + (
            READ_S if isinstance(step.say, Reading) else SENTENCES_S
        )

    def _tell(self, results: Iterable[Spoken]) -> None:
        for one in results:
            self.machine.reporting.spoken(one)

    # Voice

    def listen(self, _listener: object) -> None: ...
    def follow(self, _plan: object, _now: object) -> None: ...

    def lead(self, zones: frozenset[str]) -> None:
        self.queue.lead(zones)

    def held(self) -> tuple[CallKey, ...]:
        return self.queue.held()

    def heard_elsewhere(self, calls: Iterable[CallKey]) -> None:
        self.queue.heard_elsewhere(calls)

    def call(self, call: CallToSpeak) -> None:
        self.queue.add(call)

    def answered(self, turn_id: int) -> None:
        self._tell(self.queue.answered(turn_id))

    def alert(self, alert: Alert | None) -> None:
        self.queue.alert(alert)

    def say(self, *sentences: str, zones: Iterable[str] = ()) -> None:
        self.queue.say(*sentences, zones=zones)

    def close(self) -> None: ...


@dataclass
class World:
    """What all machines share: the hall, a clock that only goes on, and what was heard."""

    hall: Any
    dice: random.Random
    seconds: float = 1000.0
    said: list[Heard] = field(default_factory=list)
    machines: list["Machine"] = field(default_factory=list)
    called: dict[CallKey, tuple[float, str]] = field(default_factory=dict)
    """When each call was made, on the virtual clock, and where."""
    jumped: float = -1e9
    alive: Counter[str] = field(default_factory=Counter)

    def pass_s(self, seconds: float) -> None:
        self.seconds += seconds
        self.hall.clock.advance(seconds=seconds)

    def tick(self) -> None:
        """Let everybody do what is due."""
        for machine in self.dice.sample(self.machines, len(self.machines)):
            machine.tick()


class Machine:
    """A PC with a board, its loudspeaker and its reports."""

    def __init__(self, world: World, name: str, zones: tuple[str, ...], *, mute: bool) -> None:
        self.world, self.name, self.zones, self.mute = world, name, zones, mute
        self.gate = Gate(world.hall.store)
        self.life = 0
        self.on = False
        self.connected_since = 0.0
        self.slow = False
        self.start()

    def start(self) -> None:
        self.life += 1
        self.on = True
        self.connected_since = self.world.seconds
        world = self.world
        self.worker, self.wakes = Errands(), Wakes()
        self.clock = HallClock(lambda: world.hall.clock.now, lambda: world.seconds)
        self.announcing = Announcing(
            self.gate,
            f"PC {self.name} {self.life}",
            clock=lambda: world.seconds,
        )
        self.voice = Voice(self)
        self.herald = Herald(self.voice, self.announcing.known, self._look, self.clock.now)
        speaks = () if self.mute else (self.zones or ("1A", "1B"))
        who = Identity(self.name, self.zones, speaks)
        led: Callable[[frozenset[str]], None] = self.herald.led
        self.reporting = Reporting(self.announcing, lambda: who, led)
        self.reporting._last = who
        desk: Any = types.SimpleNamespace(
            **dict.fromkeys(BoardDesk.__dataclass_fields__),
        )
        desk.board, desk.worker, desk.feed = Board(self.gate, self.zones), self.worker, self.wakes
        desk.zones, desk.voice_zones = self.zones, ()
        desk.voice = None if self.mute else self.herald
        self.presenter = BoardPresenter(desk, clock=self.clock)
        self.presenter.published.connect(self._published)
        self.emergency: Publication | None = None
        self.seen: set[CallKey] = set()
        self._minute_at = world.seconds
        self._figures_at = world.seconds
        self._retry_at = 0.0
        self.presenter.start()

    def _look(self) -> None:
        self.reporting.look()

    # What is due

    def tick(self) -> None:
        if self.on:
            self._answers()
            self._ask()
            self._turn()
            self._answers()
            self._paint()
            self._report()
            self.voice.advance()

    def _answers(self) -> None:
        if not self.slow:
            self.worker.run()

    def _ask(self) -> None:
        now, link = self.world.seconds, self.presenter.link
        if link._retry_timer.isActive() and now >= self._retry_at:
            link._retry_timer.stop()
            self._retry_at = now + 2
            link._retry()
        if link._rest_timer.isActive() and now >= link._asked_at + REST_S:
            link._rest_timer.stop()
            link._ask()
        if now >= self._figures_at:
            self._figures_at = now + FIGURES_S
            link._ask_figures()

    def _turn(self) -> None:
        now, due = self.world.seconds, self.presenter.hero.due()
        if due is not None and due <= now:
            self.presenter._turn_hero()
        if now >= self._minute_at:
            self._minute_at = now + 60
            self.presenter._pass_minute()

    def _report(self) -> None:
        if self.world.seconds >= self.reporting._due:
            self.reporting._due = self.world.seconds + self.reporting._rhythm.idle_s
            self.reporting._guarded()

    def _paint(self) -> None:
        if self.emergency is not None and self.emergency.evacuates:
            return
        for call in (*self.presenter.hero.shown, *self.presenter.recent()):
            key = (call.turn_id, call.calls)
            if key not in self.seen:
                self.seen.add(key)
                self.reporting.shown(*key, self.world.seconds)

    def _published(self) -> None:
        hall = self.presenter.hall
        found = emergency_in(hall.publications if hall is not None else (), self.zones)
        if found != self.emergency and not self.mute:
            say_emergency(self.voice, self.emergency, found)
        self.emergency = found

    def wake(self) -> None:
        if self.on and not self.gate.down:
            self.wakes.changed.emit()

    # What is heard

    def heard(self, reading: Reading) -> None:
        world = self.world
        call = reading.call
        called, zone = world.called[call.key]
        with world.hall.store.look() as reader:
            noted = reader.announced([call.key]).get(call.key)
        world.said.append(
            Heard(
                self.name,
                self.life,
                call.key,
                tuple(one.key for one in reading.calls),
                zone,
                world.seconds,
                called,
                noted is not None and noted.spoken_at is not None,
                self.reporting.leads(call.zone),
            )
        )

    def cut(self, reading: Reading) -> None:
        """An emergency cut it off: it was not understood."""
        said = self.world.said
        for place in reversed(range(len(said))):
            one = said[place]
            if one.machine == self.name and one.key == reading.call.key and one.life == self.life:
                del said[place]

    # What becomes of it

    def lose(self) -> None:
        self.gate.down = True

    def find(self) -> None:
        if self.gate.down:
            self.gate.down = False
            self.connected_since = self.world.seconds

    def kill(self) -> None:
        self.on = False
        self.presenter.stop()

    def close(self) -> None:
        """Say goodbye, if the hall can be reached."""
        self.on = False
        self.presenter.stop()
        if not self.reporting._failures:
            self.reporting._guarded(ending=True)

    def leave(self, *, orderly: bool) -> None:
        if self.on:
            (self.close if orderly else self.kill)()

    def led(self) -> frozenset[str]:
        return self.voice.queue.leads if self.on else frozenset()
