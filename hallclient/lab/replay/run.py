"""Put a replay together: database, hall, drawn day, processes, report."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import StaffRole
from hallclient.lab.invariants import check_invariants
from hallclient.lab.postgres import TemporaryPostgres
from hallclient.lab.replay.boards import BoardDay, board_names, boards_in, stories_of
from hallclient.lab.replay.conductor import Conductor, ReplayError, kiosk_names, troupe
from hallclient.lab.replay.day import WEEKDAY, DayPlan, draw_day, plain_day
from hallclient.lab.replay.report import Report, counts_in, latency_of, waits_in
from hallclient.lab.replay.told import ToldDay, told_in
from hallclient.lab.replay.worker import Cast
from hallclient.services.days import close_day
from hallclient.services.hallfile import LoadedHall
from hallclient.services.hallfile.traffic import Traffic
from hallclient.services.halls import update_hall
from hallclient.services.shifts import hash_pin, pin_fits
from hallclient.storage import migrations
from hallclient.storage.engine import READ, SqlitePlace, open_engine, place_of
from hallclient.storage.errors import translated
from hallclient.storage.schema import hall, ticket
from hallclient.storage.store import SqlStore, found_hall

FIRST_DAY = date(2026, 3, 10)
"""The day that is played in a new database, so that one seed is one day everywhere."""
BEFORE_THE_DAY, AFTER_THE_DAY = timedelta(hours=3), timedelta(hours=23, minutes=59)
OWN_CONNECTIONS, SPARE_CONNECTIONS = 1, 40
PIN = "135790"
"""For clerks who have none in the hall file."""


@dataclass(frozen=True, slots=True)
class Options:
    """What is to be played. ``database`` empty: a PostgreSQL of our own."""

    cases: int
    windows: int
    processes: int = 20
    seed: int = 1
    database: str = ""
    boards: tuple[int, ...] = ()
    """Machines with board and voice, each for a part of the zones. The first number plays along
    and reports; what others would show and say follows from the day's journal."""

    plain: bool = False
    """Without detours, errands and reliefs: a day that a simulation plays too."""

    @property
    def machines(self) -> int:
        """How many play along."""
        return self.boards[0] if self.boards else 0


def replay(
    loaded: LoadedHall,
    traffic: Traffic,
    options: Options,
    progress: Callable[[int], None] | None = None,
) -> Report:
    """Play one day and report. Raises ``StoreError``; ``ValueError`` for an impossible day."""
    drawn = draw_day(
        loaded.plan,
        traffic,
        cases=options.cases,
        windows=options.windows,
        seed=options.seed,
    )
    if options.plain:
        drawn = plain_day(drawn)
    return replay_drawn(loaded, drawn, options, progress)


def replay_drawn(
    loaded: LoadedHall,
    drawn: DayPlan,
    options: Options,
    progress: Callable[[int], None] | None = None,
) -> Report:
    """Play a day that is drawn already, as :func:`replay` does."""
    with _database(options, drawn) as url:
        engine = open_engine(url, role="replay")
        try:
            return _play(engine, url, loaded, drawn, options, progress)
        finally:
            engine.dispose()


@contextmanager
def _database(options: Options, drawn: DayPlan) -> Iterator[str]:
    if options.database:
        yield options.database
        return
    actors = len(drawn.windows) + drawn.kiosks + options.machines
    with TemporaryPostgres(durable=True, max_connections=actors + SPARE_CONNECTIONS) as server:
        yield server.url


def _play(
    engine: Engine,
    url: str,
    loaded: LoadedHall,
    drawn: DayPlan,
    options: Options,
    progress: Callable[[int], None] | None,
) -> Report:
    clerks = [code for one in drawn.windows for code in (one.staff, one.relief) if code]
    pins = loaded.pins | {code: loaded.pins.get(code, PIN) for code in clerks}
    _check_room(engine, drawn, options.machines)
    plan, day = _prepare(engine, loaded, pins)
    midnight = _midnight(plan, day)
    casts = _casts(url, plan, midnight, drawn, pins, options)
    boards = [name for cast in casts for name, _zones in cast.boards]
    with troupe(casts) as players:
        conductor = Conductor(drawn, players, kiosk_names(drawn), boards)
        began = time.perf_counter()
        try:
            taken = conductor.play(progress)
        except ReplayError as error:
            raise ReplayError(f"The day of seed {options.seed} ended early: {error}") from error
        wall = time.perf_counter() - began
    night = midnight + AFTER_THE_DAY
    close_day(SqlStore(engine, plan.hall_id, lambda: night), "chore")
    commits = sum(len(times) for move, times in taken.items())
    waits, by_queue = waits_in(engine, plan, day)
    return Report(
        hall=plan.hall_id,
        database="SQLite" if isinstance(place_of(engine), SqlitePlace) else "PostgreSQL",
        day=day,
        cases=len(drawn.citizens),
        windows=len(drawn.windows),
        queues=len(drawn.tickets_until),
        kiosks=drawn.kiosks,
        processes=len(casts),
        seed=options.seed,
        refused=conductor.refused,
        unwilling=conductor.unwilling,
        counts=counts_in(engine, plan.hall_id, day),
        wait_minutes=waits,
        wait_by_queue=by_queue,
        latency_ms={move: latency_of(times) for move, times in sorted(taken.items())},
        commits=commits,
        wall_s=round(wall, 1),
        commits_per_s=round(commits / wall, 1),
        together=conductor.together,
        invariants=check_invariants(engine, plan.hall_id, conductor.deeds),
        told=_told(engine, plan, day),
        boards=_boards(engine, plan, midnight, options, conductor),
    )


def _told(engine: Engine, plan: HallPlan, day: date) -> ToldDay:
    with SqlStore(engine, plan.hall_id).look() as reader:
        return told_in(reader, day)


def _boards(
    engine: Engine, plan: HallPlan, midnight: datetime, options: Options, played: Conductor
) -> tuple[BoardDay, ...]:
    if not options.boards:
        return ()
    with SqlStore(engine, plan.hall_id).look() as reader:
        entries = reader.entries_after(0, reader.seq)
    others = (
        boards_in(stories_of(entries, plan, midnight, machines), machines)
        for machines in options.boards[1:]
    )
    return (boards_in(played.stories, options.machines), *others)


def _prepare(engine: Engine, loaded: LoadedHall, pins: dict[str, str]) -> tuple[HallPlan, date]:
    """Make tables and hall, with a PIN for every clerk, and choose the day."""
    migrations.upgrade(engine)
    hall_id = loaded.plan.hall_id
    found_hall(engine, loaded.plan)
    with engine.execution_options(**READ).connect() as connection:
        mine = ticket.c.hall_id == hall_id
        if connection.execute(sa.select(sa.exists().where(mine))).scalar_one():
            raise ReplayError(
                f"The database has tickets of hall {hall_id} already: replay into an empty one."
            )
        last_at = connection.execute(
            sa.select(hall.c.last_at).where(hall.c.hall_id == hall_id)
        ).scalar_one()
    day = play_day(loaded.plan, last_at)
    early = _midnight(loaded.plan, day) + BEFORE_THE_DAY
    store = SqlStore(engine, hall_id, lambda: early)
    update_hall(store, replace(loaded, pins=pins).with_pins(store.plan(), hash_pin, pin_fits))
    return store.plan(), day


def _check_room(engine: Engine, drawn: DayPlan, boards: int) -> None:
    """Say beforehand when a server cannot take a connection per actor."""
    if isinstance(place_of(engine), SqlitePlace):
        return
    asked = (
        "SELECT current_setting('max_connections')::int - (SELECT count(*) FROM pg_stat_activity)"
    )
    with translated(), engine.execution_options(**READ).connect() as connection:
        room = int(connection.exec_driver_sql(asked).scalar_one())
    actors = len(drawn.windows) + drawn.kiosks + boards
    needed = actors + OWN_CONNECTIONS + bool(drawn.errands)
    if needed > room:
        raise ReplayError(
            f"The server has room for {room} more connections, this day needs {needed}: raise its "
            "max_connections or open fewer windows."
        )


def play_day(plan: HallPlan, last_at: datetime) -> date:
    """Choose a Tuesday on which the hall works, later than anything in its database."""
    calendar = plan.work_calendar
    local = last_at.astimezone(ZoneInfo(plan.time_zone)).date()
    day = max(FIRST_DAY, local + timedelta(days=1))
    while day.isoweekday() != WEEKDAY or not calendar.is_working(day):
        day += timedelta(days=1)
    return day


def _midnight(plan: HallPlan, day: date) -> datetime:
    return datetime.combine(day, clock_time(), ZoneInfo(plan.time_zone)).astimezone(UTC)


def _casts(
    url: str,
    plan: HallPlan,
    midnight: datetime,
    drawn: DayPlan,
    pins: dict[str, str],
    options: Options,
) -> list[Cast]:
    """Deal the actors out, so that neighbours at one queue are in different processes."""
    kiosks = kiosk_names(drawn)
    supervisor = next(m.code for m in plan.staff if m.role is StaffRole.SUPERVISOR)
    several = max(1, min(options.processes, len(drawn.windows) + len(kiosks)))
    boards = tuple(board_names(plan, options.machines)) if options.machines else ()
    return [
        Cast(
            database=url,
            hall_id=plan.hall_id,
            midnight=midnight,
            citizens=drawn.citizens,
            windows=drawn.windows[number::several],
            kiosks=kiosks[several - 1 - number :: several],
            pins=pins,
            all_windows=drawn.windows,
            errands=drawn.errands if number == 0 else (),
            supervisor=supervisor if number == 0 else "",
            boards=boards[number::several],
        )
        for number in range(several)
    ]
