"""A small hall at work, and a call board that watches it."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from hallclient.display.board import CallBoard
from hallclient.display.desk import BoardDesk, Voice
from hallclient.domain.hall import HallPlan
from hallclient.services.board import Board, BoardNews, BoardState, HallNow
from hallclient.services.calling import Calling
from hallclient.services.days import changing
from hallclient.services.halls import update_hall
from hallclient.services.issuing import Issuing, TicketRequest
from hallclient.services.shifts import Shifts
from hallclient.services.store_error import StoreError
from hallclient.storage.store import SqlStore, found_hall
from hallclient.ui.feed import FeedThread
from hallclient.ui.hall_clock import HallClock
from hallclient.ui.look import Look
from hallclient.ui.tasks import Worker
from hallclient.ui.words import Words
from tests.halls import PIN, cheap_hash, small_hall
from tests.tables import engine_with_tables


class Floor:
    """A hall in a database of its own; ``call`` does what citizen and clerk do."""

    def __init__(self, folder: Path, plan: HallPlan | None = None) -> None:
        self.engine = engine_with_tables(f"sqlite:///{folder}/hall.db")
        plain = plan or small_hall()
        pin = cheap_hash(PIN)
        self.plan = replace(plain, staff=tuple(replace(s, pin_hash=pin) for s in plain.staff))
        found_hall(self.engine, self.plan)
        self.store = SqlStore(self.engine, self.plan.hall_id)

        update_hall(self.store, self.plan)
        with changing(self.store, "test"):
            pass  # opens the day, for which a board reads its state anew
        self._issued = 0
        self._signed_in: set[str] = set()

    @classmethod
    def beside(cls, other: "Floor") -> "Floor":
        """Return the same hall as another process sees it."""
        made = cls.__new__(cls)
        made.engine, made.plan = other.engine, other.plan
        made.store = SqlStore(other.engine, other.plan.hall_id)
        made._issued, made._signed_in = 100, set()
        return made

    def close(self) -> None:
        self.store.close()
        self.engine.dispose()

    def issue(self, service: str = "ZH001") -> str:
        self._issued += 1
        request = TicketRequest(f"r{self._issued}", service)
        return Issuing(self.store, "kiosk:K1").issue(request).ticket.label

    def sign_in(self, window: str) -> None:
        if window not in self._signed_in:
            self._signed_in.add(window)
            Shifts(self.store, window).sign_in(str(1000 + int(window)), PIN)

    def call(self, window: str, service: str = "ZH001") -> str:
        self.issue(service)
        self.sign_in(window)
        called = Calling(self.store, window).call_next().ticket
        assert called is not None
        return called.label

    def recall(self, window: str) -> None:
        Calling(self.store, window).recall()

    def miss(self, window: str) -> None:
        for _ in range(2):
            self.recall(window)
        Calling(self.store, window).no_show()


class HandBell:
    def __init__(self) -> None:
        self.rings = 0

    def ring(self) -> None:
        self.rings += 1


class HandFeed:
    """A feed that is woken by hand."""

    heard = 0

    def __init__(self) -> None:
        self._woken = threading.Event()

    def wake(self) -> None:
        self._woken.set()

    def wait(self, timeout: float) -> bool:
        woken = self._woken.wait(min(timeout, 0.05))
        if woken:  # one that comes just behind a wait in vain is for the next
            self._woken.clear()
        return woken

    def close(self) -> None:
        self._woken.set()


class TroubledBoard(Board):
    """The real board, whose database can be away and whose answers can be held back."""

    def __init__(
        self, store: SqlStore, zones: Sequence[str] = (), heard: Sequence[str] = ()
    ) -> None:
        super().__init__(store, zones, heard)
        self.away = False
        self.today: datetime | None = None
        """The database's time in a state, when it is not the present."""
        self.asked: list[str] = []
        self.go = threading.Event()
        self.go.set()

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        self.go.wait(5)
        if self.away:
            raise StoreError("the database is away")

    def state(self) -> BoardState:
        self._ask("state")
        found = super().state()
        if self.today is None:
            return found
        return replace(found, hall=replace(found.hall, now=self.today))

    def news(self, seq: int, head: str = "") -> BoardNews:
        found = super().news(seq, head)
        self._ask("news")
        return found

    def now(self) -> HallNow:
        self._ask("now")
        return super().now()


class Seconds:
    """A monotonic clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Watched:
    """A board on its screen with all it needs; ``seconds`` moves its time."""

    view: CallBoard
    board: TroubledBoard
    feed: HandFeed
    bell: HandBell
    words: Words
    seconds: Seconds
    painted: list[tuple[int, int]] = field(default_factory=list)

    def recent(self) -> list[str]:
        return [box.call.label for box in self.view.recent if box.call is not None]

    def large(self) -> list[str]:
        if self.view.newest.isVisible():
            panels: list[object] = [self.view.newest]
        else:
            panels = [tile for tile in self.view.tiles if tile.isVisible()]
        return [p.call.label for p in panels if p.call is not None]  # type: ignore[attr-defined]

    def everywhere(self) -> set[str]:
        return {*self.recent(), *self.large()}

    def pass_s(self, seconds: float) -> None:
        self.seconds.now += seconds
        self.view.presenter._turn_hero()


@contextmanager
def watching(
    floor: Floor,
    zones: tuple[str, ...] = (),
    *,
    board: Callable[[SqlStore, Sequence[str], Sequence[str]], TroubledBoard] = TroubledBoard,
    look: Look | None = None,
    size: tuple[int, int] = (960, 540),
    reduced: bool = False,
    voice: Voice | None = None,
    voice_zones: tuple[str, ...] = (),
) -> Iterator[Watched]:
    """Show a board of the floor and take it down again."""
    source, bell, words, seconds = HandFeed(), HandBell(), Words(), Seconds()
    feed, worker = FeedThread(source), Worker()
    painted: list[tuple[int, int]] = []
    desk = BoardDesk(
        board(floor.store, zones, voice_zones),
        worker,
        feed,
        words,
        zones=zones,
        chime=bell,
        painted=lambda turn, calls, _at: painted.append((turn, calls)),
        reduced_motion=reduced,
        voice=voice,
        voice_zones=voice_zones,
    )
    clock = HallClock(lambda: datetime.now(UTC), seconds)
    view = CallBoard(desk, look, clock=clock)
    view.resize(*size)
    view.show()
    feed.start()
    view.start()
    try:
        assert isinstance(desk.board, TroubledBoard)
        yield Watched(view, desk.board, source, bell, words, seconds, painted)
    finally:
        if isinstance(desk.board, TroubledBoard):
            desk.board.go.set()
        view.stop()
        assert feed.stop()
        assert worker.close()
        view.close()
        view.deleteLater()
