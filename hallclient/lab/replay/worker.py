"""One process of the replay: some windows and kiosks, each with its own connection.

The conductor speaks to it over a pipe: a second and what its actors do in it go in, ``Notes`` come
back when all of them have acted.
"""

import gc
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from typing import Final, TypeAlias, TypeVar

from hallclient.lab.replay.actors import Act, KioskActor, Notes, Scene, Watch, WindowActor
from hallclient.lab.replay.boards import BoardActor, CallStory
from hallclient.lab.replay.day import Citizen, Errand, WindowDay
from hallclient.lab.replay.detours import SupervisorActor
from hallclient.services.store_error import StoreError
from hallclient.storage.engine import open_engine
from hallclient.storage.reader import SqlReader
from hallclient.storage.store import PlanMemory, SqlStore
from hallclient.storage.transaction import SqlTransaction

T = TypeVar("T")

PRESSES: Final = 30
"""After so many waits for the hall's lock the day cannot be played."""
SUPERVISOR = "supervisor"
"""The actor who runs the floor."""
Todo: TypeAlias = list[tuple[str, Act, int]]
"""Actor, act and subject, in order."""


@dataclass(frozen=True, slots=True)
class Cast:
    """What a process needs to know. ``midnight`` is the virtual day's, in UTC."""

    database: str
    hall_id: str
    midnight: datetime
    citizens: tuple[Citizen, ...]
    windows: tuple[WindowDay, ...]
    kiosks: tuple[str, ...]
    pins: Mapping[str, str] = field(repr=False)
    all_windows: tuple[WindowDay, ...] = ()
    errands: tuple[Errand, ...] = ()
    supervisor: str = ""
    """The staff number of the one who runs the floor, in the process that has them."""
    boards: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Names and zones."""


class PatientStore(SqlStore):
    """A store that asks again while the hall is busy, as whoever stands at a key would.

    Only the way in is tried again, where the lock is waited for: nothing is done twice.
    """

    @contextmanager
    def change(self, actor: str) -> Iterator[SqlTransaction]:
        """Begin a change."""
        with ExitStack() as stack:
            yield _patiently(lambda: stack.enter_context(SqlStore.change(self, actor)))

    @contextmanager
    def look(self) -> Iterator[SqlReader]:
        """Begin a look."""
        with ExitStack() as stack:
            yield _patiently(lambda: stack.enter_context(SqlStore.look(self)))


def _patiently(enter: Callable[[], T]) -> T:
    for _ in range(PRESSES - 1):
        try:
            return enter()
        except StoreError as error:
            if not error.retryable:
                raise
    return enter()


@dataclass(frozen=True, slots=True)
class Ready:
    """The process has opened its connections."""


@dataclass(frozen=True, slots=True)
class Failed:
    """An actor could not do its part; nothing the hall may do to a clerk leads here."""

    sentence: str
    trace: str


@dataclass(frozen=True, slots=True)
class Bow:
    """The last word of a process: what its moves took, in ms, by move."""

    taken: dict[str, list[float]]
    stories: tuple[CallStory, ...] = ()
    """What became of every call on the boards."""


class Clock:
    """The second at which the conductor has stopped."""

    def __init__(self, midnight: datetime) -> None:
        self._midnight = midnight
        self.second = 0

    def now(self) -> datetime:
        """Return the moment, as a store's clock."""
        return self._midnight + timedelta(seconds=self.second)


def perform(pipe: Connection, cast: Cast) -> None:
    """Play until the conductor says so (None) or is gone."""
    with ExitStack() as stack, suppress(EOFError, BrokenPipeError, KeyboardInterrupt):
        stack.callback(pipe.close)
        try:
            _play(pipe, cast, stack)
        except (EOFError, BrokenPipeError):
            raise
        except Exception as error:  # noqa: BLE001 - the conductor tells it
            pipe.send(Failed(f"{type(error).__name__}: {error}", traceback.format_exc()))


def _play(pipe: Connection, cast: Cast, stack: ExitStack) -> None:
    clock, watch, memory = Clock(cast.midnight), Watch(), PlanMemory()
    scene = Scene(
        cast.citizens,
        watch,
        lambda: clock.second,
        cast.pins,
        cast.all_windows,
        cast.errands,
        cast.supervisor,
    )

    def own_store(role: str) -> PatientStore:
        engine = open_engine(cast.database, role=role, pool_size=1, must_exist=True)
        stack.callback(engine.dispose)
        store = PatientStore(engine, cast.hall_id, clock.now, memory)
        store.plan()
        return store

    actors: dict[str, WindowActor | KioskActor | SupervisorActor | BoardActor] = {}
    boards = [
        BoardActor(name, zones, own_store(f"display {name}"), cast.midnight, lambda: clock.second)
        for name, zones in cast.boards
    ]
    actors.update(zip((name for name, _zones in cast.boards), boards, strict=True))
    if cast.supervisor:
        actors[SUPERVISOR] = SupervisorActor(own_store("supervisor"), scene)
    for day in cast.windows:
        actors[day.window] = WindowActor(day, own_store(f"window {day.window}"), scene)
    for name in cast.kiosks:
        actors[name] = KioskActor(name, own_store(f"kiosk {name}"), scene)
    # Plan and citizens live as long as the process: the collector need not look at them again.
    gc.freeze()
    pipe.send(Ready())
    while True:
        order: tuple[int, Todo] | None = pipe.recv()
        if order is None:
            break
        clock.second, todo = order
        notes = Notes()
        for actor, act, subject in todo:
            actors[actor].act(act, subject, notes)
        pipe.send(notes)
    pipe.send(Bow(watch.taken, tuple(one for board in boards for one in board.play.stories)))
