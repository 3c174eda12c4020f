"""A window killed at any moment while the database comes and goes: each outcome is there once."""

import random
import threading
import time
from collections import Counter
from pathlib import Path

import sqlalchemy as sa

from hallclient.lab.invariants import check_invariants
from hallclient.services.issuing import Issuing, TicketRequest
from hallclient.services.shifts import Shifts
from hallclient.storage.engine import open_engine
from hallclient.storage.store import SqlStore
from tests import invariants
from tests.e2e import window_spool_jobs
from tests.e2e.test_spool_kill import WAIT_S, SqlitePlace, lines, wait_for
from tests.halls import HALL_ID, PIN
from tests.processes import run_all, running
from tests.stores import load_hall_at, staffed_hall

ROUNDS = 4


def test_killed_at_any_moment_each_outcome_is_there_once(tmp_path: Path) -> None:
    dice = random.Random(7)  # noqa: S311 - no secret
    acks = tmp_path / "acks"
    acks.touch()
    place = SqlitePlace(tmp_path)
    load_hall_at(place.url, staffed_hall())
    engine = open_engine(place.url)
    store = SqlStore(engine, HALL_ID)
    plan = store.plan()
    for n in range(300):
        Issuing(store, "kiosk:K1").issue(TicketRequest(f"request {n}", "BDC001"))
    Shifts(store, "2").sign_in("1002", PIN)
    store.close()
    engine.dispose()
    job = (window_spool_jobs.serve, (place.url, str(tmp_path / "window"), str(acks), plan))
    for turn in range(ROUNDS):
        away = turn % 2 == 1
        before = len(lines(acks))
        if away:
            place.take_away()
        with running([job]) as processes:
            if away:
                wait_for_any(acks, before)
            else:
                counts = Counter(line[0] for line in lines(acks))
                wait_for(acks, "online", counts["online"])
                wait_for(acks, "hand", Counter(line[0] for line in lines(acks))["hand"])
            threading.Event().wait(dice.uniform(0, 0.01))
            processes[0].kill()
        if away:
            place.bring_back()
    run_all([(job[0], (*job[1], True))])
    engine = open_engine(place.url)
    try:
        check(engine, lines(acks))
    finally:
        engine.dispose()


def wait_for_any(acks: Path, more_than: int) -> None:
    until = time.monotonic() + WAIT_S
    while len(lines(acks)) <= more_than:
        assert time.monotonic() < until, "the window did nothing"
        threading.Event().wait(0.005)


def check(engine: sa.Engine, seen: list[tuple[str, str, str]]) -> None:
    with engine.connect() as connection:
        query = "SELECT id, result FROM turn"
        found = {str(row[0]): row[1] for row in connection.execute(sa.text(query))}
        troubles = connection.execute(
            sa.text("SELECT count(*) FROM offline_move WHERE trouble != ''")
        ).scalar_one()
    assert troubles == 0
    shown = [line for line in seen if line[0] in ("online", "spool")]
    assert [line for line in shown if found.get(line[1]) != line[2]] == []
    kinds = Counter(line[0] for line in shown)
    assert kinds["online"] >= 2
    assert kinds["spool"] >= 1
    store = SqlStore(engine, HALL_ID)
    with store.look() as reader:
        ends = [e.subject for e in reader.entries_after(0, 100_000) if e.kind == "turn.ended"]
    assert len(ends) == len(set(ends))
    invariants.check(engine, store)
    store.close()
    assert check_invariants(engine, HALL_ID).broken == ()
