"""A number that was printed survives a power cut: every commit is on the disk when it returns."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from hallclient.lab.postgres import TemporaryPostgres
from hallclient.services.issuing import Issuing, TicketRequest
from hallclient.storage.engine import open_engine
from hallclient.storage.store import SqlStore
from tests.halls import HALL_ID
from tests.postgres import fresh_database
from tests.stores import load_hall_at, staffed_hall
from tests.waiting import eventually

COMMITS = 40


@pytest.fixture
def sqlite_hall(tmp_path: Path, sqlite_template: Path) -> str:
    shutil.copy(sqlite_template, tmp_path / "hall.db")
    return f"sqlite:///{tmp_path}/hall.db"


def test_sqlite_syncs_every_commit(sqlite_hall: str, tmp_path: Path) -> None:
    strace = shutil.which("strace")
    assert strace, "this test counts system calls: install the package 'strace' (make setup)"
    trace = tmp_path / "trace"
    code = f"from tests.e2e.jobs import issue_some; issue_some({sqlite_hall!r}, {COMMITS})"
    subprocess.run(
        [
            strace,
            "-f",
            "-y",
            "-o",
            str(trace),
            "-e",
            "trace=fdatasync,fsync",
            sys.executable,
            "-c",
            code,
        ],
        check=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    synced = re.findall(r"f(?:data)?sync\(\d+<[^>]*/hall\.db-wal>", trace.read_text("utf-8"))
    engine = open_engine(sqlite_hall)
    with engine.connect() as connection:
        tickets = connection.exec_driver_sql("SELECT count(*) FROM ticket").scalar_one()
    engine.dispose()
    assert tickets == COMMITS
    assert len(synced) >= COMMITS


def test_sqlite_is_told_to_sync(sqlite_hall: str) -> None:
    engine = open_engine(sqlite_hall)
    store = SqlStore(engine, HALL_ID)
    with store.change("x") as tx:
        asked = {
            name: tx._connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("synchronous", "journal_mode")
        }
    engine.dispose()
    assert asked == {"synchronous": 2, "journal_mode": "wal"}


@pytest.fixture(scope="module")
def durable_url() -> Iterator[str]:
    with TemporaryPostgres(durable=True) as server, fresh_database(server) as url:
        load_hall_at(url, staffed_hall())
        yield url


def test_postgres_syncs_every_commit(durable_url: str) -> None:
    def syncs() -> int:
        with psycopg.connect(durable_url, autocommit=True) as connection:
            row = connection.execute("SELECT wal_sync FROM pg_stat_wal").fetchone()
        assert row is not None
        return int(row[0])

    engine = open_engine(durable_url)
    issuing = Issuing(SqlStore(engine, HALL_ID), "kiosk:K1")
    before = syncs()
    for n in range(COMMITS):
        issuing.issue(TicketRequest(f"serial {n}", "ZH001"))
    engine.dispose()  # a session reports its counts when it ends, at the latest, and ends by itself
    eventually(lambda: syncs() - before >= COMMITS, "a sync for each commit")


def test_postgres_is_told_to_sync(durable_url: str) -> None:
    engine = open_engine(durable_url)
    with SqlStore(engine, HALL_ID).change("x") as tx:
        asked = {
            name: tx._connection.exec_driver_sql(f"SHOW {name}").scalar_one()
            for name in ("synchronous_commit", "fsync")
        }
    engine.dispose()
    assert asked == {"synchronous_commit": "on", "fsync": "on"}
