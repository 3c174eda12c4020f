"""The clients of ``bench hall``: what each role asks and how often, without its pictures.

The readers are the roles' own (``WindowWatch``, ``BoardPresenter``, ``Figures``, ``FloorWatch``,
``Reporting``, ``Reporter``, ``FeedThread``, ``Worker``); only what would paint is left out.
"""

import random
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer

from hallclient.bootstrap.halls import OpenHall
from hallclient.display.desk import BoardDesk
from hallclient.display.link import REST_S
from hallclient.display.presenter import BoardPresenter
from hallclient.display.reporting import Identity, Reporting
from hallclient.domain.rating import Level
from hallclient.domain.turn import Outcome
from hallclient.kiosk.desk import KioskDesk
from hallclient.kiosk.figures import Figures
from hallclient.lab.bench.hall_spec import Deed, Spec
from hallclient.lab.replay.day import RATING_SHARE
from hallclient.services.announcing import Announcing
from hallclient.services.bar_news import Glances
from hallclient.services.board import Board, BoardCall
from hallclient.services.calling import Calling
from hallclient.services.helping import HELP_SCOPE
from hallclient.services.issuing import Issuing, TicketRequest
from hallclient.services.member import FLOOR_SCOPE, Supervisor
from hallclient.services.ports_devices import DeviceKind, DeviceState
from hallclient.services.ratings import Ratings
from hallclient.services.shifts import Shifts
from hallclient.services.stations import DeviceReport, Reporter
from hallclient.services.store_error import StoreError
from hallclient.services.supervising import Supervising
from hallclient.services.terminals import Terminals
from hallclient.services.windows import WindowState
from hallclient.supervisor.desk import ConsoleDesk
from hallclient.supervisor.watch import FloorWatch
from hallclient.supervisor.watch import Reading as FloorReading
from hallclient.ui.feed import FeedThread
from hallclient.ui.tasks import Worker
from hallclient.window.desk import ClerkDesk
from hallclient.window.watch import Reading, WindowWatch

PRESSES = 20
"""A change that is turned away as too busy is pressed so often."""

Count = Callable[[], int]


class Hand:
    """Does changes when they are due, in the client's worker, and notes how long each took."""

    def __init__(self, worker: Worker, parent: QObject, count: Count) -> None:
        self._worker = worker
        self._count = count
        self.over: Callable[[], object] | None = None
        """Called in the UI's thread after each."""
        self._plan: list[tuple[float, Callable[[], tuple[str, int, str]]]] = []
        self._t0 = 0.0
        self.deeds: list[Deed] = []
        self._given: list[float] = []
        self._over = 0
        self._stopped = False
        self._timer = QTimer(parent)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._due)

    def begin(
        self, t0: float, plan: list[tuple[float, Callable[[], tuple[str, int, str]]]]
    ) -> None:
        """Do all of a plan (seconds from ``t0``, in order), each when it is due."""
        self._t0, self._plan = t0, plan[::-1]
        self._due()

    def _due(self) -> None:
        while self._plan:
            left = self._t0 + self._plan[-1][0] - time.monotonic()
            if left > 0:
                self._timer.start(max(1, round(left * 1000)))
                return
            due, act = self._plan.pop()
            self._given.append(due)
            self._worker.submit(
                lambda due=due, act=act: self._do(due, act),  # type: ignore[misc]
                lambda _: self.over() if self.over is not None else None,
            )

    def stop(self) -> list[float]:
        """Do nothing more; return when those were due that are not done."""
        self._stopped = True
        return self._given[self._over :]

    def _do(self, due: float, act: Callable[[], tuple[str, int, str]]) -> None:
        if not self._stopped:
            self._act(due, act)
            self._over += 1

    def _act(self, due: float, act: Callable[[], tuple[str, int, str]]) -> None:
        began, before, again = time.monotonic(), self._count(), 0
        step, turn, zone = "", 0, ""
        while not step:
            try:
                step, turn, zone = act()
                if not step:
                    return
            except StoreError as error:
                if not error.retryable or again == PRESSES:
                    raise
                again += 1
        done = time.monotonic()
        one = Deed(step, due, began - self._t0, done - self._t0, turn, zone, again)
        one.statements = self._count() - before
        self.deeds.append(one)


class Client:
    """One terminal: its worker, its feed, what it does and what it saw."""

    def __init__(self, name: str, hall: OpenHall, count: Count) -> None:
        self.name = name
        self.hall = hall
        self.store = hall.another_store()
        self.root = QObject()
        self.worker = Worker(name)
        self.failed: list[str] = []
        self.worker.failed.connect(lambda error: self.failed.append(repr(error)))
        self.hand = Hand(self.worker, self.root, count)
        self.feed: FeedThread | None = None
        self.closers: list[Callable[[], object]] = []
        self.seen: list[tuple[int, float]] = []
        """Turns as they came to be known here, at monotonic seconds."""

    def plan(self, spec: Spec, number: int) -> list[Any]:  # noqa: ARG002 - others do
        """Return what this client does; a reader does nothing."""
        return []

    def warm(self) -> None:
        """Look once, before anything is measured."""

    def follow(self) -> None:
        """Begin to listen and to read."""

    def close(self) -> None:
        """Let everything go."""
        for close in self.closers:
            close()
        if self.feed is not None:
            self.feed.stop()
        self.worker.close()
        self.store.close()

    def _listen(self, *scopes: str, rest_s: float = 0.0) -> FeedThread:
        self.feed = FeedThread(LateScopes(self.hall, scopes), rest_s=rest_s)
        return self.feed

    def _report(self, kind: DeviceKind, station: str, **more: Any) -> None:
        reporter = Reporter(self.hall.another_store, station)
        state = DeviceState.READY
        reporter.note(DeviceReport(kind.value, kind, state, **more))
        self.closers.append(reporter.close)


class LateScopes:
    """A feed that its own thread opens, as the roles' are (``bootstrap.halls.LateFeed``)."""

    def __init__(self, hall: OpenHall, scopes: tuple[str, ...]) -> None:
        self._hall, self._scopes = hall, scopes
        self._feed: Any = None
        self._closed = False

    @property
    def heard(self) -> int:
        """What the newest wake-up told of."""
        return int(self._feed.heard) if self._feed is not None else 0

    def wait(self, timeout: float) -> bool:
        """Wait for a wake-up."""
        if self._feed is None:
            self._feed = self._hall.feed(*self._scopes)
            if self._closed:
                self._feed.close()
            return True
        return bool(self._feed.wait(timeout))

    def close(self) -> None:
        """Listen no more."""
        self._closed = True
        if self._feed is not None:
            self._feed.close()


class WindowClient(Client):
    """A clerk's terminal with a keypad: moves, and the bar's readings."""

    def __init__(self, code: str, hall: OpenHall, count: Count) -> None:
        super().__init__(f"window {code}", hall, count)
        self.code = code
        self._glances = Glances(self.store, code, f"window {code}")
        self.calling = Calling(self.store, code)
        self.calling.look = self._glances.state
        self.ratings = Ratings(self.store)
        self.zone = self.store.plan().window(code).zone
        self._turn = 0
        self._now = 0
        self._watch: WindowWatch | None = None

    def plan(self, spec: Spec, number: int) -> list[Any]:
        """Return citizens in a row: call, start, end, and mostly a rating."""
        mind = random.Random(spec.seed * 1000 + number)  # noqa: S311 - no secret
        each = len(spec.windows) / spec.cases_per_s if spec.rate else 0.0
        acts: list[tuple[float, Callable[[], tuple[str, int, str]]]] = []
        at, nth = mind.uniform(0, each), number / len(spec.windows)
        while spec.rate and at < spec.ends:
            quarter = each / 4
            steps: list[Callable[[], tuple[str, int, str]]] = [
                self._call,
                self._start,
                self._finish,
            ]
            if mind.random() < RATING_SHARE:
                steps.append(self._rate)
            own = [
                (at + quarter * (place + mind.uniform(0, 0.9)), step)
                for place, step in enumerate(steps)
            ]
            # Whose turn would reach into the pause is not called at all.
            if all(spec.plays(due, nth) or due >= spec.ends for due, _ in own):
                acts += [one for one in own if one[0] < spec.ends]
            at += each
        return acts

    def warm(self) -> None:
        """Look at the window, with the hall's lock and without."""
        for _ in range(2):
            self.calling.state()
        with self.store.change(f"window:{self.code}") as tx:
            tx.open_shift(tx.plan.window(self.code).id)

    def follow(self) -> None:
        """Follow as ``bootstrap.window`` joins it: own scope, glance, lease, keypad."""
        station = f"window {self.code}"
        store = self.store
        desk = ClerkDesk(
            calling=self.calling,
            shifts=Shifts(store, self.code),
            ratings=self.ratings,
            worker=self.worker,
            words=None,  # type: ignore[arg-type] # nothing is written here
            plan=store.plan,
            feed=self._listen(f"window:{self.code}", "hall"),
            terminals=Terminals(store, self.code, f"bench {self.code}"),
            glance=self._glances.glance,
        )
        self._watch = watch = WindowWatch(desk, time.monotonic, self.root)
        self.hand.over = watch.settle
        watch.taken.connect(lambda one: self._took(watch, one))
        watch.missed.connect(lambda _error: watch.retry())
        self.closers += [watch.close]
        watch.refresh()
        assert self.feed is not None  # noqa: S101 - just made
        self.feed.start()
        self._report(DeviceKind.KEYPAD, station, window=self.code, levels=5)

    def _took(self, watch: WindowWatch, one: Reading) -> None:
        self._see(one.state, one.at)
        watch.settle()

    def _see(self, state: WindowState, at: float) -> None:
        turn = state.turn
        if turn is not None and turn.active and turn.id != self._now:
            self._now = turn.id
            self.seen.append((turn.id, at))

    def _moved(self, state: WindowState) -> None:
        """Take the answer to a move and its news, as the clerk's presenter does."""
        self._glances.news(state)
        if self._watch is not None:
            self._watch.knows(state)
            self._see(state, time.monotonic())

    def _call(self) -> tuple[str, int, str]:
        state = self.calling.call_next()
        self._moved(state)
        turn = state.turn
        self._turn = turn.id if turn is not None and turn.active else 0
        return "call", self._turn, self.zone

    def _start(self) -> tuple[str, int, str]:
        if not self._turn:
            return "", 0, ""
        self._moved(self.calling.start())
        return "start", self._turn, self.zone

    def _finish(self) -> tuple[str, int, str]:
        if not self._turn:
            return "", 0, ""
        self._moved(self.calling.finish(Outcome.CONSULT))
        return "finish", self._turn, self.zone

    def _rate(self) -> tuple[str, int, str]:
        turn, self._turn = self._turn, 0
        if not turn:
            return "", 0, ""
        self.ratings.record(turn, Level.VERY_SATISFIED, f"window {self.code}")
        return "rate", turn, self.zone


class KioskClient(Client):
    """A kiosk: numbers for whoever comes, and the hall's figures."""

    def __init__(self, number: int, hall: OpenHall, count: Count) -> None:
        super().__init__(f"kiosk K{number}", hall, count)
        self.number = number
        self.issuing = Issuing(self.store, f"kiosk:K{number}")

    def plan(self, spec: Spec, number: int) -> list[Any]:
        """Return numbers at random moments, for the windows' first queues in turn."""
        if not spec.rate:
            return []
        mind = random.Random(spec.seed * 2000 + number)  # noqa: S311 - no secret
        hall = self.store.plan()
        service_of = {one.queue: one.code for one in hall.listed}
        queues = [hall.window(code).queues[0] for code in spec.windows]
        services = [service_of[code] for code in queues if code in service_of]
        each = spec.cases_per_s / spec.kiosks
        acts: list[tuple[float, Callable[[], tuple[str, int, str]]]] = []
        at = mind.expovariate(each)
        while at < spec.ends:
            request = TicketRequest(
                f"bench-{spec.seed}-{self.number}-{len(acts)}",
                mind.choice(services),
                station=f"K{self.number}",
            )
            acts.append((at, lambda request=request: self._issue(request)))  # type: ignore[misc]
            at += mind.expovariate(each)
        # As many numbers as windows are open for.
        return [one for one in acts if spec.plays(one[0], mind.random())]

    def follow(self) -> None:
        """Follow as ``bootstrap.kiosk`` joins it: the hall's scope and its figures."""
        store = self.store
        desk = KioskDesk(
            issuing=self.issuing,
            board=Board(store),
            store=store,
            plan=store.plan,
            worker=self.worker,
            words=None,  # type: ignore[arg-type] # nothing is written here
        )
        figures = Figures(desk, self.root)
        feed = self._listen("hall")
        feed.changed.connect(figures.wake)
        self.closers += [figures.stop]
        figures.look()
        feed.start()
        self._report(DeviceKind.PRINTER, f"K{self.number}", paper_left=900)

    def _issue(self, request: TicketRequest) -> tuple[str, int, str]:
        issued = self.issuing.issue(request)
        return "issue", issued.ticket.id, ""


class BoardClient(Client):
    """A call board of some zones: the presenter, and what it reports."""

    def __init__(self, number: int, zones: tuple[str, ...], hall: OpenHall, count: Count) -> None:
        super().__init__(f"board D{number}", hall, count)
        self.number = number
        self.zones = zones
        self._reports: Reporting | None = None

    def follow(self) -> None:
        """Follow as ``bootstrap.display`` joins it: own zones, the journal's tail, reports."""
        name = f"D{self.number}"
        scopes = self.hall.zone_scopes(self.zones)
        desk = BoardDesk(
            board=Board(self.store, self.zones),
            worker=self.worker,
            feed=self._listen(*scopes, rest_s=REST_S / 2),
            words=None,  # type: ignore[arg-type] # nothing is written here
            zones=self.zones,
            voice=self,
        )
        presenter = BoardPresenter(desk, self.root)
        reports = Announcing(self.hall.another_store(), name)
        self._reports = Reporting(reports, lambda: Identity(name, self.zones))
        self.closers += [presenter.stop, self._reports.close]
        presenter.start()
        assert self.feed is not None  # noqa: S101 - just made
        self.feed.start()
        self._reports.start()

    def announce(self, call: BoardCall, *, found: bool) -> bool:
        """Take a call as the board's voice gets it; nothing is spoken."""
        self.seen.append((call.turn_id, time.monotonic()))
        if self._reports is not None and not found:
            self._reports.shown(call.turn_id, call.calls)
        return False

    def settle(self, label: str) -> None:
        """Take that a ticket need not be called any more."""


class ConsoleClient(Client):
    """A supervisor's console: the whole floor every few seconds."""

    def __init__(self, number: int, member: Supervisor, hall: OpenHall, count: Count) -> None:
        super().__init__(f"console S{number}", hall, count)
        self.supervising = Supervising(self.store, member)

    def follow(self) -> None:
        """Follow as ``bootstrap.supervisor`` joins it."""
        desk = ConsoleDesk(
            sign_in=lambda _number, _pin: self.supervising.supervisor,
            supervising=lambda _who: self.supervising,
            cases=lambda _who: None,  # type: ignore[arg-type, return-value] # none is opened
            plan=self.store.plan,
            worker=self.worker,
            words=None,  # type: ignore[arg-type] # nothing is written here
            feed=self._listen(HELP_SCOPE, FLOOR_SCOPE, "hall"),
        )
        watch = FloorWatch(desk, self.root)
        watch.taken.connect(lambda one: self._took(watch, one))
        watch.missed.connect(lambda _error: watch.retry())
        self.closers += [watch.rest]
        watch.follow(self.supervising)
        assert self.feed is not None  # noqa: S101 - just made
        self.feed.start()

    def _took(self, watch: FloorWatch, one: FloorReading) -> None:
        self.seen.append((0, one.at))
        watch.settle()
