"""Kiosks killed at any moment while the database comes and goes: each number is there once."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from hallclient.domain.hall import HallPlan
from hallclient.lab.invariants import check_invariants
from hallclient.lab.postgres import TemporaryPostgres
from hallclient.services.halls import update_hall
from hallclient.storage.engine import open_engine
from hallclient.storage.store import SqlStore
from tests import invariants
from tests.e2e import spool_jobs
from tests.halls import HALL_ID
from tests.processes import run_all, running
from tests.stores import load_hall_at, staffed_hall

ROUNDS = 4
KIOSKS = 2
WAIT_S = 20.0


def wide_hall() -> HallPlan:
    """Four digits: 200 numbers for each slot."""
    plan = staffed_hall()
    return replace(plan, series=tuple(replace(one, digits=4) for one in plan.series))


class Place:
    """A database that can be taken away."""

    url: str

    def take_away(self) -> None:
        raise NotImplementedError

    def bring_back(self) -> None:
        raise NotImplementedError


class SqlitePlace(Place):
    def __init__(self, folder: Path) -> None:
        self._here, self._there = folder / "here", folder / "there"
        self._here.mkdir()
        self.url = f"sqlite:///{self._here}/hall.db"

    def take_away(self) -> None:
        self._here.rename(self._there)

    def bring_back(self) -> None:
        self._there.rename(self._here)


class PostgresPlace(Place):
    def __init__(self, server: TemporaryPostgres) -> None:
        self._server = server
        self.url = server.url
        self._turn = 0

    def take_away(self) -> None:
        self._turn += 1
        if self._turn % 2:
            self._server.stop()
        else:
            self._server.crash()

    def bring_back(self) -> None:
        self._server.start()


@contextmanager
def a_place(kind: str, folder: Path) -> Iterator[Place]:
    if kind == "sqlite":
        yield SqlitePlace(folder)
        return
    with TemporaryPostgres() as server:
        yield PostgresPlace(server)


def lines(acks: Path) -> list[tuple[str, str, str]]:
    found = [line.split(" ", 2) for line in acks.read_text("utf-8").splitlines()]
    return [(kind, label, request) for kind, label, request in found]


def wait_for(acks: Path, kind: str, more_than: int) -> None:
    until = time.monotonic() + WAIT_S
    while sum(line[0] == kind for line in lines(acks)) <= more_than:
        assert time.monotonic() < until, f"no number from {kind}"
        threading.Event().wait(0.005)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_killed_at_any_moment_each_number_is_there_once(kind: str, tmp_path: Path) -> None:
    dice = random.Random(3)  # noqa: S311 - no secret
    acks = tmp_path / "acks"
    acks.touch()
    with a_place(kind, tmp_path) as place:
        load_hall_at(place.url, wide_hall())
        engine = open_engine(place.url)
        plan = SqlStore(engine, HALL_ID).plan()
        update_hall(SqlStore(engine, HALL_ID), plan)
        engine.dispose()
        folders = [str(tmp_path / f"kiosk {n}") for n in range(KIOSKS)]
        jobs = [(spool_jobs.give_numbers, (place.url, f, str(acks), plan)) for f in folders]
        for turn in range(ROUNDS):
            away = turn % 2 == 1
            before = Counter(line[0] for line in lines(acks))
            if away and kind == "sqlite":
                place.take_away()
            with running([*jobs]) as processes:
                if away and kind != "sqlite":
                    wait_for(acks, "online", before["online"])
                    place.take_away()
                    before = Counter(line[0] for line in lines(acks))
                way = "spool" if away else "online"
                wait_for(acks, way, before[way] + 8)
                for process in processes:
                    threading.Event().wait(dice.uniform(0, 0.02))
                    process.kill()
            if away:
                place.bring_back()
        run_all([(job, (*args, True)) for job, args in jobs])
        engine = open_engine(place.url)
        try:
            check(engine, lines(acks))
        finally:
            engine.dispose()


def check(engine: sa.Engine, printed: list[tuple[str, str, str]]) -> None:
    with engine.connect() as connection:
        query = "SELECT request_id, label, channel FROM ticket"
        found = {row[0]: (row[1], row[2]) for row in connection.execute(sa.text(query))}
        rows = connection.execute(sa.text("SELECT count(*) FROM ticket")).scalar_one()
    assert rows == len(found)
    wrong = [line for line in printed if found.get(line[2], ("", ""))[0] != line[1]]
    assert wrong == []
    labels = [label for _, label, _ in printed]
    assert len(set(labels)) == len(labels)
    kinds = Counter(kind for kind, _, _ in printed)
    assert min(kinds["online"], kinds["spool"]) > 10
    # Both ways in: added as an offline ticket, and a lost answer's ticket that was relabelled.
    channels = Counter(found[request][1] for kind, _, request in printed if kind == "spool")
    assert channels["offline"] > 3
    assert channels["kiosk"] > 3
    invariants.check(engine, SqlStore(engine, HALL_ID))
    assert check_invariants(engine, HALL_ID).broken == ()
