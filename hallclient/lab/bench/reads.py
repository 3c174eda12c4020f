"""``bench reads``: what the terminals ask all day, in statements and milliseconds.

A hall of 220 windows in the middle of a morning: everybody calls, some hold, some hand on.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import event
from sqlalchemy.engine import Engine

from hallclient.bootstrap.halls import load_hall_into
from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import StaffRole
from hallclient.domain.shift import Shift
from hallclient.domain.turn import Outcome
from hallclient.lab.bench.board_reads import board_acts
from hallclient.lab.bench.calls import database_of
from hallclient.lab.bench.figures import percentile
from hallclient.lab.replay.run import PIN, play_day
from hallclient.services.bar_news import bar_glance
from hallclient.services.calling import Calling
from hallclient.services.days import changing
from hallclient.services.floor import floor_state
from hallclient.services.hallfile import LoadedHall, load_hall
from hallclient.services.issuing import Issuing, TicketRequest
from hallclient.services.store import Store
from hallclient.services.window_panel import WindowPanel
from hallclient.storage.engine import open_engine
from hallclient.storage.store import SqlStore

HALL = "xindu"
TEN = clock_time(10)
"""In the middle of the morning."""
REFRESH_S = 5.0
QUESTIONS = ("state", "bar", "panel", "floor", "board", "news", "report", "again", "beat")
_HOLDS, _HANDS_ON, _FINISHES = 11, 7, 3
"""Every so many-th window does it."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one question costs: statements (the most), and the median of its milliseconds."""

    statements: int
    mean_statements: float
    ms: float


class Counter:
    """Counts the statements that an engine sends."""

    def __init__(self, engine: Engine) -> None:
        self.count = 0
        event.listen(engine, "before_cursor_execute", self._one)

    def _one(self, *_: object) -> None:
        self.count += 1


class Morning:
    """The hall's clock: ten o'clock on a working day to come, and then as time goes by."""

    def __init__(self, plan: HallPlan) -> None:
        self._began = time.monotonic()
        day = play_day(plan, datetime.now(UTC))
        self._ten = datetime.combine(day, TEN, ZoneInfo(plan.time_zone)).astimezone(UTC)

    def now(self) -> datetime:
        """Return the moment."""
        return self._ten + timedelta(seconds=time.monotonic() - self._began)


def measure(kind: str, waiting: int, rounds: int) -> dict[str, Any]:
    """Ask on ``sqlite`` or ``postgresql``; ``waiting`` tickets a window, ``rounds`` of each."""
    with full_hall(kind, waiting) as (_url, engine, store):
        counter = Counter(engine)
        codes = [window.code for window in store.plan().windows]
        some = codes[:: max(1, len(codes) // 40)]
        station = "window bench"
        asked: dict[str, list[Callable[[], object]]] = {
            "state": [Calling(store, code).state for code in some],
            "bar": [lambda code=code: _bar(store, code, station) for code in some],  # type: ignore[misc]
            "panel": [WindowPanel(store, code).look for code in some],
            "floor": [lambda: _floor(store)],
            **board_acts(store),
        }
        costs = {name: cost_of(acts, counter, rounds) for name, acts in asked.items()}
    windows = len(codes)
    return {
        "database": kind,
        "windows": windows,
        **{f"{name}_statements": cost.statements for name, cost in costs.items()},
        **{f"{name}_statements_mean": cost.mean_statements for name, cost in costs.items()},
        **{f"{name}_ms_p50": cost.ms for name, cost in costs.items()},
        "bars_statements_per_s": round(windows * costs["bar"].mean_statements / REFRESH_S, 1),
        "bars_busy_percent": round(windows * costs["bar"].ms / REFRESH_S / 10, 1),
    }


def _bar(store: Store, code: str, station: str) -> object:
    return bar_glance(store, code, station)


def _floor(store: Store) -> object:
    with store.look() as reader:
        return floor_state(reader)


def cost_of(acts: list[Callable[[], object]], counter: Counter, rounds: int) -> Cost:
    """Do each of some acts so often; the first round warms up."""
    statements, took = [], []
    for number in range(rounds + 1):
        for act in acts:
            before, began = counter.count, time.perf_counter()
            act()
            if number:
                took.append((time.perf_counter() - began) * 1000)
                statements.append(counter.count - before)
    mean = sum(statements) / len(statements)
    return Cost(max(statements), round(mean, 2), round(percentile(took, 0.5), 2))


def load_open_hall(url: str) -> LoadedHall:
    """Load the biggest hall into an empty database; it gives out as many numbers as are wanted."""
    loaded = load_hall(HALL)
    queues = tuple(replace(q, day_quota=0, slice_quota=0) for q in loaded.plan.queues)
    rules = replace(loaded.plan.rules, closing_load_percent=0)
    pins = {m.code: PIN for m in loaded.plan.staff if m.role is StaffRole.SUPERVISOR}
    plan = replace(loaded.plan, queues=queues, rules=rules)
    load_hall_into(url, replace(loaded, plan=plan, pins=pins))
    return loaded


def fill_hall(store: Store, waiting: int) -> None:
    """Staff every window, let so many wait for each, and let everybody work."""
    _staff(store)
    _fill(store, waiting)
    _work(store)


@contextmanager
def full_hall(kind: str, waiting: int) -> Iterator[tuple[str, Engine, SqlStore]]:
    """Yield the biggest hall with every window staffed and busy."""
    with database_of(kind) as url:
        loaded = load_open_hall(url)
        engine = open_engine(url, role="bench")
        store = SqlStore(engine, loaded.plan.hall_id, Morning(loaded.plan).now)
        try:
            fill_hall(store, waiting)
            yield url, engine, store
        finally:
            store.close()
            engine.dispose()


@contextmanager
def console_hall(kind: str) -> Iterator[tuple[str, str, str, int]]:
    """Yield the same hall for a console: URL, staff number, PIN, how far its clock is ahead."""
    with full_hall(kind, 3) as (url, _engine, store):
        with store.look() as reader:
            number = next(m.code for m in reader.plan.staff if m.role is StaffRole.SUPERVISOR)
            ahead = round((reader.now - datetime.now(UTC)).total_seconds())
        yield url, number, PIN, ahead


def _staff(store: Store) -> None:
    with changing(store, "bench") as tx:
        clerks = [one for one in tx.plan.staff if one.role is StaffRole.CLERK]
        for window, clerk in zip(tx.plan.windows, clerks, strict=False):
            tx.add_shift(Shift(tx.new_id(), clerk.id, window.id, tx.now))


def _fill(store: Store, waiting: int) -> None:
    plan, issuing = store.plan(), Issuing(store, "kiosk:bench")
    service_of = {service.queue: service.code for service in plan.listed}
    for window in plan.windows:
        code = service_of.get(window.queues[0])
        for number in range(waiting if code else 0):
            issuing.issue(TicketRequest(f"bench-{window.code}-{number}", str(code)))


def _work(store: Store) -> None:
    for number, window in enumerate(store.plan().windows):
        with store.look() as reader:
            if reader.open_shift(window.id) is None:
                continue
        calling = Calling(store, window.code)
        state = calling.call_next()
        if state.turn is None or not state.turn.active:
            continue
        calling.start()
        if number % _HOLDS == 0:
            calling.hold()
            calling.call_next()
        elif number % _HANDS_ON == 0:
            calling.return_to_pool("a note")
            calling.call_next()
        elif number % _FINISHES == 0:
            calling.finish(Outcome.CONSULT)
