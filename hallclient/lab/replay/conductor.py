"""The conductor owns virtual time.

It stops the clock at each second in which somebody has something to do, tells the processes, and
goes on when all have answered; inside a second they act at once. A window that found nobody looks
at its counts every five seconds, as the terminal does, and calls when somebody waits for it.
"""

import multiprocessing
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from heapq import heappop, heappush
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any, Final

from hallclient.lab.replay.actors import Act, Event, Notes
from hallclient.lab.replay.day import DayPlan
from hallclient.lab.replay.worker import SUPERVISOR, Bow, Cast, Failed, Ready, Todo, perform
from hallclient.services.store_error import StoreError

if TYPE_CHECKING:
    from hallclient.lab.invariants import Deed
    from hallclient.lab.replay.boards import CallStory

REFRESH_S: Final = 5
_TOLD: Final = (Act.CALL, Act.RECALL, Act.START, Act.NO_SHOW, Act.DETOUR)
"""After which a board has something to show, to say or to leave unsaid."""
PATIENCE_S: Final = 60.0
"""A process that has said nothing for so long is taken for dead."""


class ReplayError(StoreError):
    """An actor failed, so the day could not be played to its end."""


def kiosk_names(day: DayPlan) -> tuple[str, ...]:
    """Return the names of a day's kiosks."""
    return tuple(f"K{number}" for number in range(1, day.kiosks + 1))


class Troupe:
    """The processes, and which actor plays in which."""

    def __init__(self, casts: Sequence[Cast]) -> None:
        # Forking a server that has the imports done is several times faster than spawning.
        method = "forkserver" if sys.platform != "win32" else "spawn"
        context: Any = multiprocessing.get_context(method)
        if method == "forkserver":
            context.set_forkserver_preload(["hallclient.lab.replay.worker"])
        self.stage_of: dict[str, int] = {}
        self.pipes: list[Connection] = []
        self._processes: list[multiprocessing.Process] = []
        for number, cast in enumerate(casts):
            ours, theirs = context.Pipe()
            process = context.Process(
                target=perform, args=(theirs, cast), name=f"replay-{number}", daemon=True
            )
            process.start()
            theirs.close()
            self.pipes.append(ours)
            self._processes.append(process)
            floor = (SUPERVISOR,) if cast.supervisor else ()
            boards = (name for name, _zones in cast.boards)
            for actor in (*(day.window for day in cast.windows), *cast.kiosks, *floor, *boards):
                self.stage_of[actor] = number

    def answers(self, stages: Iterable[int]) -> Iterator[Any]:
        """Yield one message of each process. Raises ``ReplayError`` when one has failed."""
        left: dict[Any, int] = {self.pipes[stage]: stage for stage in stages}
        while left:
            ready = wait(list(left), PATIENCE_S)
            if not ready:
                raise ReplayError("A process of the replay does not answer.")
            for pipe in ready:
                yield _opened(pipe)
                del left[pipe]

    def close(self) -> None:
        """End the processes."""
        for pipe in self.pipes:
            pipe.close()
        for process in self._processes:
            process.join(5)
            if process.is_alive():
                process.terminate()
                process.join()
            process.close()


@contextmanager
def troupe(casts: Sequence[Cast]) -> Iterator[Troupe]:
    """Start the processes for the block; they have opened the database when it begins."""
    players = Troupe(casts)
    try:
        for answer in players.answers(range(len(casts))):
            assert isinstance(answer, Ready)  # noqa: S101 - the protocol
        yield players
    finally:
        players.close()


class Conductor:
    """Plays one drawn day."""

    def __init__(
        self, day: DayPlan, players: Troupe, kiosks: Sequence[str], boards: Sequence[str] = ()
    ) -> None:
        self._day = day
        self._players = players
        self._kiosks = kiosks
        self._boards = boards
        self.stories: list[CallStory] = []
        self._due: dict[int, list[tuple[str, Act, int]]] = defaultdict(list)
        self._seconds: list[int] = []
        self._looks: dict[int, set[str]] = defaultdict(set)
        self._idle: set[str] = set()
        self._waiting: Counter[str] = Counter()
        self._windows = {window.window: window for window in day.windows}
        self._serves: dict[str, list[str]] = defaultdict(list)
        for window in day.windows:
            for queue in window.queues:
                self._serves[queue].append(window.window)
        self.deeds: list[Deed] = []
        self.refused = self.unwilling = 0
        self._second = 0
        self.together = 0
        """The most actors that acted in one second."""

    def play(self, progress: Callable[[int], None] | None = None) -> dict[str, list[float]]:
        """Play the day to its end and return what the moves took, in ms, by move."""
        for window in self._day.windows:
            self._add((window.signs_in, window.window, Act.SIGN_IN, 0))
            if window.hands_over:
                self._add((window.hands_over, window.window, Act.HAND_OVER, 0))
        for number, errand in enumerate(self._day.errands):
            self._add((errand.at, SUPERVISOR, Act(errand.act), number))
        for citizen in self._day.citizens:
            kiosk = self._kiosks[citizen.number % len(self._kiosks)]
            self._add((citizen.arrives, kiosk, Act.ISSUE, citizen.number))
        self._show(min(self._seconds))
        while self._seconds:
            second = heappop(self._seconds)
            if second not in self._due and second not in self._looks:
                continue
            self._play_second(second)
            if progress is not None:
                progress(second)
        return self._bow()

    def _play_second(self, second: int) -> None:
        self._second = second
        orders: dict[int, Todo] = defaultdict(list)
        todo = [*self._due.pop(second, ()), *self._lookers(second)]
        for actor, act, subject in todo:
            if act is Act.CALL:
                self._idle.discard(actor)
            orders[self._players.stage_of[actor]].append((actor, act, subject))
        if any(act in _TOLD for _actor, act, _subject in todo):
            self._show(second + 1)
        self.together = max(self.together, len(todo))
        for stage, order in orders.items():
            self._players.pipes[stage].send((second, order))
        grown: set[str] = set()
        idle: list[str] = []
        for notes in self._players.answers(orders):
            self._take(notes, second, grown)
            idle += notes.idle
        self._idle.update(idle)
        # Whoever found nobody may have missed a ticket of this very second.
        for queue in {*grown, *(q for name in idle for q in self._windows[name].queues)}:
            if self._waiting[queue] > 0:
                self._wake(queue, second)

    def _show(self, second: int) -> None:
        """Let every board see what happened until now."""
        for board in self._boards:
            self._add((second, board, Act.SHOW, 0))

    def _take(self, notes: Notes, second: int, grown: set[str]) -> None:
        self.deeds += notes.deeds
        self.refused += notes.refused
        self.unwilling += notes.unwilling
        for event in (*notes.events, *((second + 1, one, Act.SHOW, 0) for one in notes.shows)):
            self._add(event)
        for queue, change in notes.waiting:
            self._waiting[queue] += change
            if change > 0:
                grown.add(queue)
        for number, ticket in notes.missed:
            self._come_back(number, ticket, second)

    def _come_back(self, number: int, ticket: int, second: int) -> None:
        citizen = self._day.citizens[number]
        if citizen.returns_after is None:
            return
        back = second + citizen.returns_after
        if back < self._day.tickets_until[citizen.queue]:
            kiosk = self._kiosks[number % len(self._kiosks)]
            self._add((back, kiosk, Act.REQUEUE, ticket))

    def _wake(self, queue: str, second: int) -> None:
        """Let the idle windows of a queue see the new count at their next refresh."""
        for name in self._serves[queue]:
            if name in self._idle:
                phase = self._windows[name].refreshes
                tick = second + 1 + (phase - second - 1) % REFRESH_S
                self._looks[tick].add(name)
                self._when(tick)

    def _lookers(self, second: int) -> list[tuple[str, Act, int]]:
        return [
            (name, Act.CALL, 0)
            for name in sorted(self._looks.pop(second, ()))
            if name in self._idle and any(self._waiting[q] > 0 for q in self._windows[name].queues)
        ]

    def _add(self, event: Event) -> None:
        second, actor, act, subject = event
        if second < self._second:
            raise ReplayError(f"{actor} wants to {act} before {self._second}, at {second}.")
        due = self._due[second]
        if act in (Act.CALL, Act.SHOW) and (actor, act, subject) in due:
            return
        due.append((actor, act, subject))
        self._when(second)

    def _when(self, second: int) -> None:
        heappush(self._seconds, second)

    def _bow(self) -> dict[str, list[float]]:
        for pipe in self._players.pipes:
            pipe.send(None)
        taken: dict[str, list[float]] = defaultdict(list)
        for bow in self._players.answers(range(len(self._players.pipes))):
            assert isinstance(bow, Bow)  # noqa: S101 - the protocol
            self.stories += bow.stories
            for move, times in bow.taken.items():
                taken[move] += times
        return dict(taken)


def _opened(pipe: Any) -> Any:
    try:
        message = pipe.recv()
    except EOFError as error:
        raise ReplayError("A process of the replay has died.") from error
    if isinstance(message, Failed):
        failure = ReplayError(f"An actor of the replay failed: {message.sentence}")
        failure.add_note(message.trace)
        raise failure
    return message
