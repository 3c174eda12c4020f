"""The hall that ``bench hall`` plays in: the biggest one, open all day, staffed, with a line."""

from dataclasses import replace
from datetime import time

from sqlalchemy import Engine

from hallclient.bootstrap.halls import load_hall_into
from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import SessionHours, StaffRole
from hallclient.domain.shift import Shift
from hallclient.lab.replay.run import PIN
from hallclient.services.days import changing
from hallclient.services.hallfile import load_hall
from hallclient.services.issuing import TicketRequest, new_ticket
from hallclient.services.store import Store
from hallclient.storage.engine import open_engine
from hallclient.storage.store import SqlStore

HALL = "xindu"
ALL_DAY = time(0, 0), time(23, 59, 59)
NEVER = 1_000_000
"""Per cent of load at which queues close: it is counted, as in a real hall, and never reached."""
A_BATCH = 50


def stage(url: str, windows: int, waiting: int) -> tuple[HallPlan, tuple[str, ...]]:
    """Load the hall, staff so many windows, let so many wait at each; return it and the windows."""
    loaded = load_hall(HALL)
    plan = loaded.plan
    queues = tuple(replace(one, day_quota=0, slice_quota=0) for one in plan.queues)
    rules = replace(plan.rules, closing_load_percent=NEVER)
    hours = tuple(SessionHours(f"bench-{day}", day, *ALL_DAY, *ALL_DAY) for day in range(1, 8))
    plan = replace(plan, queues=queues, rules=rules, hours=hours, calendar=())
    pins = {one.code: PIN for one in plan.staff if one.role is StaffRole.SUPERVISOR}
    load_hall_into(url, replace(loaded, plan=plan, pins=pins))
    engine = open_engine(url, role="bench")
    store = SqlStore(engine, plan.hall_id)
    try:
        _settle(engine)
        plan = store.plan()
        codes = _codes(plan, windows)
        _staff(store, codes)
        _fill(store, codes, waiting)
        return plan, codes
    finally:
        store.close()
        engine.dispose()


def _settle(engine: Engine) -> None:
    """Do what autovacuum does within a minute of a new hall file, and not in the middle of a run.

    Of tickets and turns there are no statistics all the same: there are none yet.
    """
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.exec_driver_sql("VACUUM (ANALYZE)")


def _codes(plan: HallPlan, windows: int) -> tuple[str, ...]:
    """Return windows of all zones, where fewer than all are wanted."""
    step = len(plan.windows) / min(windows, len(plan.windows))
    return tuple(plan.windows[int(n * step)].code for n in range(min(windows, len(plan.windows))))


def _staff(store: Store, codes: tuple[str, ...]) -> None:
    with changing(store, "bench") as tx:
        clerks = [one for one in tx.plan.staff if one.role is StaffRole.CLERK]
        for code, clerk in zip(codes, clerks, strict=False):
            tx.add_shift(Shift(tx.new_id(), clerk.id, tx.plan.window(code).id, tx.now))


def _fill(store: Store, codes: tuple[str, ...], waiting: int) -> None:
    plan = store.plan()
    service_of = {one.queue: one.code for one in plan.listed}
    wanted = [
        service_of[plan.window(code).queues[0]]
        for _ in range(waiting)
        for code in codes
        if plan.window(code).queues[0] in service_of
    ]
    for first in range(0, len(wanted), A_BATCH):
        with changing(store, "kiosk:bench") as tx:
            for n, service in enumerate(wanted[first : first + A_BATCH], start=first):
                new_ticket(tx, TicketRequest(f"bench-fill-{n}", service))
