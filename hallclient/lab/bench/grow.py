"""``bench grow``: the same morning in a young hall and after years, turn by turn in one run.

Halls of different ages stand beside each other, each with its day open, its 220 windows staffed and
people waiting; what is asked all day is asked of each in turn, so that whatever else the machine
does falls on all alike.
"""

import gc
import json
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine

from hallclient.domain.calendar import business_day
from hallclient.domain.journal import broken_at
from hallclient.domain.turn import Outcome
from hallclient.lab.bench.figures import percentile
from hallclient.lab.bench.grow_history import History, write_history
from hallclient.lab.bench.grow_whole import ask_whole
from hallclient.lab.bench.reads import Morning, fill_hall, load_open_hall
from hallclient.lab.postgres import TemporaryPostgres
from hallclient.services.board import Board
from hallclient.services.calling import Calling
from hallclient.services.chores.retention import RetentionChore
from hallclient.services.chores.rollup import RollupChore
from hallclient.services.day_records import COUNTED, Done, Part
from hallclient.services.day_sums import case_sums, floor_sums, rating_sums
from hallclient.services.days import close_day
from hallclient.services.floor import floor_state
from hallclient.services.issuing import Issuing, TicketRequest
from hallclient.services.store import Store
from hallclient.services.waits import waits_now
from hallclient.services.window_panel import WindowPanel
from hallclient.storage.engine import open_engine
from hallclient.storage.server_settings import SERVER_SETTINGS
from hallclient.storage.store import SqlStore, check_version, missing_tables
from hallclient.storage.upkeep import tend

MOST_ENTRIES: Final = 13_000_000
"""Entries of a journal, unless more are asked for: a hundred million take 40 GB."""
WAITING: Final = 3
ROUNDS: Final = 60
CHECKED: Final = 20_000
YEAR: Final = 365
_AT_ONCE: Final = 100
_ROOM: Final = {"max_wal_size": "8GB", "checkpoint_timeout": "30min", "max_connections": "20"}
"""Of the server, so that years are written in minutes; all else is as in a hall."""
BOUND: Final = 1.3
BOUNDED: Final = ("call", "issue", "board", "start")
"""What must not be slower in the old hall by more than that."""


@dataclass(slots=True)
class Hall:
    """One of the halls, and what each act took in it, in milliseconds."""

    tickets: int
    url: str
    engine: Engine
    store: SqlStore
    history: History
    windows: tuple[str, ...]
    services: tuple[str, ...]
    counting_s: float
    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    number: int = 0
    whole: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wanted:
    """How halls are to be made and asked."""

    sizes: Sequence[int]
    rounds: int = ROUNDS
    most_entries: int = MOST_ENTRIES
    counted: int = YEAR
    """Days before today that the chore counts; those before are only marked."""
    whole: tuple[str, ...] = ()
    """What of ``check`` and ``backup`` is done with the databases as a whole."""


def measure(
    kind: str, wanted: Wanted, told: Callable[[str], None] = lambda _what: None
) -> dict[str, Any]:
    """Build halls of these ages on ``sqlite`` or ``postgresql``, ask all of them, remove them.

    ``told`` hears how far it is, for it takes long.
    """
    rounds = wanted.rounds
    with ExitStack() as stack:
        halls = []
        for size in sorted(wanted.sizes):
            halls.append(stack.enter_context(_hall(kind, size, wanted)))
            built, counted = halls[-1].history.seconds, halls[-1].counting_s
            told(f"{kind}: {size} tickets in {built:.0f} s, days counted in {counted:.0f} s")
        for number in range(rounds + 3):
            gc.collect()
            for hall in halls if number % 2 else halls[::-1]:
                _round(hall)
                if number < 3:
                    hall.took.clear()
        for hall in halls:
            _once(hall, wanted.counted)
        told(json.dumps([_figures(hall) for hall in halls]))
        for hall in halls if wanted.whole else ():
            hall.whole = ask_whole(hall.url, hall.store, wanted.whole)
            told(f"{kind}: {hall.tickets} tickets as a whole: {json.dumps(hall.whole)}")
        runs = [_figures(hall) for hall in halls]
    return {
        "database": kind,
        "rounds": rounds,
        "counted_days": wanted.counted,
        "runs": runs,
        "ratios": {
            f"{name}_ratio": round(runs[-1][f"{name}_ms_p50"] / runs[0][f"{name}_ms_p50"], 2)
            for name in halls[0].took
        },
    }


@contextmanager
def _hall(kind: str, tickets: int, wanted: Wanted) -> Iterator[Hall]:
    with _database(kind) as url:
        plan = load_open_hall(url).plan
        engine = open_engine(url, role="bench", pool_size=2)
        morning = Morning(plan)
        store = SqlStore(engine, plan.hall_id, morning.now)
        try:
            plan = store.plan()
            today = business_day(morning.now(), plan.time_zone, plan.rules.day_start)
            history = write_history(engine, plan, tickets, today, wanted.most_entries)
            _settle(engine)  # as every night of those years
            counted = _count_days(store, history, today - timedelta(days=wanted.counted))
            _settle(engine)
            fill_hall(store, WAITING)
            codes = {service.queue: service.code for service in plan.listed}
            windows = tuple(w.code for w in plan.windows[::7] if w.queues and w.queues[0] in codes)
            services = tuple(codes[plan.window(code).queues[0]] for code in windows)
            yield Hall(tickets, url, engine, store, history, windows, services, counted)
        finally:
            store.close()
            engine.dispose()


@contextmanager
def _database(kind: str) -> Iterator[str]:
    """Yield the URL of an empty database with room for ten years."""
    if kind == "postgresql":
        told = {name: one.value for name, one in SERVER_SETTINGS.items()}
        with TemporaryPostgres(settings={**told, **_ROOM}) as server:
            yield server.url
        return
    folder = Path(tempfile.mkdtemp(prefix="hallclient-grow-"))
    try:
        yield f"sqlite:///{folder / 'hall.db'}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _count_days(store: Store, history: History, since: date) -> float:
    """Let the days from one on be counted as the chore does; those before are only marked.

    Also as forgotten what is. Returns the seconds that counting took.
    """
    day, marked = history.first, max(history.first, since)
    while day < marked or day < history.forgotten.links:
        with store.change("bench") as tx:
            for _ in range(_AT_ONCE):
                for what in COUNTED if day < marked else ():
                    tx.mark_day(day, what)
                if day < history.forgotten.links:
                    tx.mark_day(day, Done.LINKS)
                day += timedelta(days=1)
    began, chore = time.monotonic(), RollupChore()
    while chore.step(store):
        pass
    return time.monotonic() - began


def _settle(engine: Engine) -> None:
    """Tend the database as the hall's chore does; the server's own sweep is not waited for."""
    if engine.dialect.name == "postgresql":
        raw: Any = engine.raw_connection()
        raw.driver_connection.autocommit = True
        raw.driver_connection.execute("VACUUM ANALYZE")
        raw.driver_connection.autocommit = False
        raw.close()
    tend(engine)


def _timed(hall: Hall, name: str, act: Callable[[], Any]) -> Any:
    began = time.perf_counter()
    found = act()
    hall.took[name].append((time.perf_counter() - began) * 1000)
    return found


def _round(hall: Hall) -> None:
    """Do what a minute brings: a number, a call, its end, and everybody who looks."""
    hall.number += 1
    place = hall.number % len(hall.windows)
    code, service = hall.windows[place], hall.services[place]
    issuing = Issuing(hall.store, "kiosk:bench")
    request = TicketRequest(f"grow-{hall.number}", service)
    _timed(hall, "issue", lambda: issuing.issue(request))
    calling = Calling(hall.store, code)
    state = calling.state()
    if state.turn is not None and state.turn.active:
        if state.turn.started_at is None:
            calling.start()
        _timed(hall, "finish", lambda: calling.finish(Outcome.CONSULT))
    before = _look(hall.store, lambda reader: reader.seq)
    _timed(hall, "call", calling.call_next)
    calling.start()
    _timed(hall, "board", Board(hall.store).state)
    _timed(hall, "news", lambda: Board(hall.store).news(before))
    _timed(hall, "window", calling.state)
    _timed(hall, "panel", WindowPanel(hall.store, code).look)
    _timed(hall, "start", lambda: _start(hall))
    _timed(hall, "console", lambda: _look(hall.store, floor_state))
    _timed(hall, "estimate", lambda: _look(hall.store, waits_now))


def _look(store: Store, ask: Callable[[Any], Any]) -> Any:
    with store.look() as reader:
        return ask(reader)


def _start(hall: Hall) -> None:
    """Do what a role does with the database before its first screen."""
    engine = open_engine(hall.url, role="bench start")
    try:
        check_version(engine)
        store = SqlStore(engine, hall.store.plan().hall_id)
        store.plan()
        store.close()
    finally:
        engine.dispose()


def _once(hall: Hall, counted: int) -> None:
    """Do what comes once a day or less: long reports, a journal's check, the day's end."""
    store, last = hall.store, hall.history.last
    first = last - timedelta(days=counted)
    for _ in range(3):
        with store.look() as reader:
            _timed(hall, "report_service", lambda: floor_sums(reader, first, last, Part.SERVICE))
            _timed(hall, "report_staff", lambda: floor_sums(reader, first, last, Part.STAFF))
            _timed(hall, "report_ratings", lambda: list(rating_sums(reader, first, last)))
            _timed(hall, "report_cases", lambda: case_sums(reader, first, last))
            _timed(hall, "day_counted", lambda: reader.counted_day(last))
        _timed(hall, "check_tables", lambda: missing_tables(hall.engine))
    with store.look() as reader:
        since = max(0, reader.seq - CHECKED)
        page = _timed(hall, "check_read", lambda: reader.entries_after(since, CHECKED))
    head, seq = page[0].hash, page[0].seq
    at = _timed(hall, "check_chain", lambda: broken_at(page[1:], head, seq))
    if at is not None:
        raise ValueError(f"the chain breaks at entry {at}")
    _timed(hall, "day_closed", lambda: close_day(store, "bench"))
    with store.change("bench") as tx:
        tx.unmark_day(last)
    _timed(hall, "rollup", lambda: RollupChore().step(store))
    for _ in range(3):
        _timed(hall, "retention", lambda: RetentionChore().step(store))
    _timed(hall, "upkeep", lambda: tend(hall.engine))


def _figures(hall: Hall) -> dict[str, Any]:
    size = _bytes(hall)
    entries = max(1, min(CHECKED, hall.history.entries))
    spent = sum(hall.took["check_read"] + hall.took["check_chain"])
    return {
        "tickets": hall.tickets,
        "days": hall.history.days,
        "entries": hall.history.entries,
        "turns": hall.history.rows["turn"],
        "cases": hall.history.rows["case_record"],
        "ratings": hall.history.rows["rating"],
        "bytes": size,
        "built_s": round(hall.history.seconds, 1),
        "counting_s": round(hall.counting_s, 1),
        **hall.whole,
        "check_s_per_million": round(spent / entries * 1000, 1),
        **{
            f"{name}_ms_{word}": round(percentile(values, share), 2)
            for name, values in hall.took.items()
            for word, share in (("p50", 0.5), ("p90", 0.9))
        },
    }


def _bytes(hall: Hall) -> int:
    with hall.engine.connect() as connection:
        if hall.engine.dialect.name == "postgresql":
            asked = "SELECT pg_database_size(current_database())"
            return int(connection.exec_driver_sql(asked).scalar_one())
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        return int(pages * connection.exec_driver_sql("PRAGMA page_size").scalar_one())
