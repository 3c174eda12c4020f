"""A small hall with a real database, clocks that a test moves, and desks at its windows."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

from hallclient.domain.hall import HallPlan
from hallclient.domain.rules import HallRules
from hallclient.services.after_spool import SpooledRatings
from hallclient.services.bar_news import Glances
from hallclient.services.boards import is_shown
from hallclient.services.calling import Calling
from hallclient.services.halls import update_hall
from hallclient.services.helping import Helping
from hallclient.services.issuing import Issuing, TicketRequest
from hallclient.services.ports_devices import DeviceState
from hallclient.services.ratings import Ratings
from hallclient.services.shifts import Shifts
from hallclient.services.stations import DeviceReport
from hallclient.services.store import Reader, Store, Transaction
from hallclient.services.store_error import StoreError
from hallclient.services.store_records import Tail, Wanted
from hallclient.services.terminals import Terminals
from hallclient.services.windows import WindowState
from hallclient.storage.store import SqlStore, found_hall
from hallclient.ui.tasks import Worker
from hallclient.ui.words import Words
from hallclient.window.bar import ClerkBar
from hallclient.window.desk import ClerkDesk, OfflineDesk
from hallclient.window.keypad import KeypadEars
from hallclient.window.presenter import ClerkPresenter
from tests.halls import PIN, small_hall, with_pins
from tests.tables import engine_with_tables

MORNING = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


class Away(StoreError):
    """A database that is not there just now."""

    retryable = True


class Clock:
    """The database's time and the PC's, moved together by the test."""

    def __init__(self) -> None:
        self._at = 0.0

    def now(self) -> datetime:
        return MORNING + timedelta(seconds=self._at)

    def local(self) -> float:
        return 1000.0 + self._at

    def forward(self, seconds: float) -> None:
        self._at += seconds


class Gate:
    """A store whose database can go away, come back, or keep a change waiting."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.down = False
        self.open = threading.Event()
        self.open.set()
        self.changes = 0
        self.looks = 0
        self.lost = 0
        """So many changes are made, and their answers are lost."""

    def change(self, actor: str) -> AbstractContextManager[Transaction]:
        assert self.open.wait(20)
        self.changes += 1
        self._check()
        if self.lost:
            self.lost -= 1
            return self._change_unheard(actor)
        return self._store.change(actor)

    @contextmanager
    def _change_unheard(self, actor: str) -> Iterator[Transaction]:
        with self._store.change(actor) as tx:
            yield tx
        raise Away("the connection broke at the commit")

    def look(self) -> AbstractContextManager[Reader]:
        self.looks += 1
        self._check()
        return self._store.look()

    def tail(self, seq: int, limit: int, wanted: Wanted) -> Tail:
        self._check()
        return self._store.tail(seq, limit, wanted)

    def plan(self) -> HallPlan:
        self._check()
        return self._store.plan()

    def report_devices(self, station: str, reports: Sequence[DeviceReport]) -> None:
        self._check()
        self._store.report_devices(station, reports)

    def tend(self) -> str:
        self._check()
        return self._store.tend()

    def seize_lease(self, name: str, holder: str, seconds: float) -> None:
        self._check()
        self._store.seize_lease(name, holder, seconds)

    def take_lease(self, name: str, holder: str, seconds: float) -> bool:
        self._check()
        return self._store.take_lease(name, holder, seconds)

    def drop_lease(self, name: str, holder: str) -> None:
        self._check()
        self._store.drop_lease(name, holder)

    def _check(self) -> None:
        if self.down:
            raise Away("the database cannot be reached")


class Keypad:
    """A keypad that only notes what it is asked."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.state = DeviceState.READY

    def ask(self, turn_key: int) -> None:
        self.asked.append(turn_key)

    def cancel(self, turn_key: int) -> None: ...

    def close(self) -> None: ...


class Desk:
    """One window's bar with its own worker and store, as a process has them."""

    def __init__(
        self,
        floor: "Floor",
        window: str,
        *,
        keypad: bool,
        language: str,
        terminal: str = "",
        offline: OfflineDesk | None = None,
        gate: Gate | None = None,
    ) -> None:
        self.gate = gate or Gate(floor.new_store())
        self.worker = Worker()
        self.words = Words(language)
        self.ears = KeypadEars()
        self.keypad = Keypad() if keypad else None
        self.clerk_desk = ClerkDesk(
            calling=Calling(self.gate, window),
            shifts=Shifts(self.gate, window),
            ratings=SpooledRatings(self.gate, offline.spool) if offline else Ratings(self.gate),
            offline=offline,
            worker=self.worker,
            words=self.words,
            plan=self.gate.plan,
            keypad=self.keypad,
            ears=self.ears,
            ask_help=partial(Helping(self.gate, f"window:{window}").ask, f"window {window}"),
            store=self.gate,
            terminals=Terminals(self.gate, window, terminal) if terminal else None,
            terminal=terminal,
            is_shown=partial(is_shown, self.gate, window),
            news=Glances(self.gate, window, f"window {window}").news,
        )
        self.presenter = ClerkPresenter(self.clerk_desk, clock=floor.clock.local)
        self.bar = ClerkBar(self.presenter)

    def close(self) -> None:
        self.bar.close()
        self.gate.open.set()
        self.worker.close()
        self.bar.deleteLater()


class Floor:
    """The hall: its database, its clock, its desks."""

    def __init__(self, url: str, rules: HallRules | None = None) -> None:
        self.engine = engine_with_tables(url)
        plan = small_hall(rules=rules)
        found_hall(self.engine, plan)
        self.clock = Clock()
        self._stores: list[SqlStore] = []
        self.store = self.new_store()
        update_hall(self.store, with_pins(plan, {member.code: PIN for member in plan.staff}))
        self.desks: list[Desk] = []
        self._issued = 0

    def new_store(self) -> SqlStore:
        store = SqlStore(self.engine, small_hall().hall_id, self.clock.now)
        self._stores.append(store)
        return store

    def issue(self, service: str = "BDC001", count: int = 1) -> list[str]:
        labels = []
        for _ in range(count):
            self._issued += 1
            made = Issuing(self.store, "kiosk:K1").issue(
                TicketRequest(f"request-{self._issued}", service)
            )
            labels.append(made.ticket.label)
        return labels

    def sign_in(self, window: str = "1") -> None:
        Shifts(self.store, window).sign_in(f"100{window}", PIN)

    def state(self, window: str = "1") -> WindowState:
        return Calling(self.store, window).state()

    def journal(self) -> list[str]:
        with self.store.look() as reader:
            return [entry.kind for entry in reader.entries_after(0, 10_000)]

    def desk(
        self,
        window: str = "1",
        *,
        keypad: bool = True,
        language: str = "zh-CN",
        terminal: str = "",
        offline: OfflineDesk | None = None,
        gate: Gate | None = None,
    ) -> Desk:
        made = Desk(
            self,
            window,
            keypad=keypad,
            language=language,
            terminal=terminal,
            offline=offline,
            gate=gate,
        )
        self.desks.append(made)
        return made

    def close(self) -> None:
        for desk in self.desks:
            desk.close()
        for store in self._stores:
            store.close()
        self.engine.dispose()


@contextmanager
def open_floor(url: str, rules: HallRules | None = None) -> Iterator[Floor]:
    """Open a hall and close every desk of it."""
    floor = Floor(url, rules)
    try:
        yield floor
    finally:
        floor.close()
