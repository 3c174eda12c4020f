"""kill -9 at every step of a backup, a copy, a restore; a damaged file under real processes."""

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from hallclient.__main__ import main
from hallclient.domain.journal import Entry
from hallclient.lab.invariants import check_invariants
from hallclient.storage.archive import copy_database
from hallclient.storage.backup_file import check_backup
from hallclient.storage.backup_folder import BackupFolder
from hallclient.storage.engine import open_engine
from hallclient.storage.soundness import look_at
from hallclient.storage.store import SqlStore, halls_in
from tests.e2e import backup_jobs
from tests.halls import HALL_ID
from tests.processes import PATIENCE_S, running
from tests.stores import HallUnderTest
from tests.waiting import eventually


def journal(store: SqlStore) -> Sequence[Entry]:
    with store.look() as reader:
        return reader.entries_after(0, 100_000)


def killed(job: Callable[..., None], *args: Any) -> bool:
    """Run a job; return whether it was killed, it must end well otherwise."""
    with running([(job, args)]) as (process,):
        process.join(PATIENCE_S)
        assert process.exitcode in (0, -signal.SIGKILL)
        return process.exitcode != 0


def test_a_backup_that_is_killed_leaves_nothing_that_looks_like_one(
    hall: HallUnderTest, tmp_path: Path
) -> None:
    for _ in range(5):
        hall.issue()
    folder = BackupFolder(tmp_path / "backups")
    good = folder.make(hall.engine).path
    for step in (1, 2, 30, 60):
        killed(backup_jobs.back_up_until, hall.url, str(folder.path), step)
        for one in folder.found():
            check_backup(one.path)
    assert killed(backup_jobs.back_up_until, hall.url, str(folder.path), 3)
    assert list(folder.path.glob(".*.part"))
    made = folder.make(hall.engine).path
    assert not list(folder.path.glob(".*.part"))
    assert {made, good} & {one.path for one in folder.found()}
    hall.issue()


def test_a_copy_that_is_killed_leaves_the_target_empty(
    hall: HallUnderTest, database_url: str
) -> None:
    target = database_url.replace("hall.db", "copy.db")
    for _ in range(5):
        hall.issue()
    for step in (1, 20, 50, 70):
        assert killed(backup_jobs.copy_until, hall.url, target, step)
    engine = open_engine(target)
    assert copy_database(hall.engine, engine).whole
    assert halls_in(engine) == [HALL_ID]
    engine.dispose()


CHANGE = "changing over"


def test_a_restore_that_is_killed_leaves_one_database_or_the_other(
    sqlite_template: Path, tmp_path: Path
) -> None:
    path = tmp_path / "hall.db"
    path.write_bytes(sqlite_template.read_bytes())
    engine = open_engine(str(path))
    backup = BackupFolder(tmp_path / "backups").make(engine).path
    store = SqlStore(engine, HALL_ID)
    with store.change("test") as tx:
        tx.record("test.later", "hall")
    before = journal(store)[-1].seq
    # The connection stays open, as a role's does: WAL and all.
    kills = 0
    for since, step in [("", 1), ("", 60), *((CHANGE, step) for step in range(1, 20))]:
        was_killed = killed(backup_jobs.restore_until, str(backup), str(path), since, step)
        kills += was_killed
        fresh = open_engine(str(path))
        again = SqlStore(fresh, HALL_ID)
        entries = journal(again)
        assert entries[-1].seq >= before or entries[-1].kind == "database.restored"
        assert look_at(fresh).sound
        with again.change("test") as tx:
            tx.record("test.later", "hall")
        assert journal(store)[-1].kind == "test.later"
        assert look_at(fresh).sound
        before = journal(again)[-1].seq
        fresh.dispose()
        if not was_killed:
            break
    engine.dispose()
    assert kills > 6


SETTINGS = """
database = "sqlite:///{path}"
station = "PC-1"
[agent]
chores = true
"""


def acknowledged(acks: Path, word: str = "issued") -> list[list[str]]:
    if not acks.exists():
        return []
    return [line.split() for line in acks.read_text("utf-8").splitlines() if line.startswith(word)]


@pytest.mark.parametrize("much", ["some", "all"])
def test_a_damaged_file_is_mended_under_those_who_work_with_it(
    sqlite_template: Path, tmp_path: Path, much: str
) -> None:
    path, acks = tmp_path / "hall.db", tmp_path / "acks"
    path.write_bytes(sqlite_template.read_bytes())
    url = f"sqlite:///{path}"
    settings = tmp_path / "hallclient.toml"
    settings.write_text(SETTINGS.format(path=path), "utf-8")
    command = [sys.executable, "-m", "hallclient", "agent", "--settings", str(settings)]
    agent = subprocess.Popen([*command, "--state", str(tmp_path / "state")])
    jobs = [(backup_jobs.issue_patiently, (url, str(acks), f"K{n}")) for n in (1, 2)]
    try:
        with running(jobs):
            eventually(lambda: list((tmp_path / "backups").glob("*.backup")))
            seen = len(acknowledged(acks))
            eventually(lambda: len(acknowledged(acks)) > seen + 40)
            spoil_live(path, much)
            if much == "some":  # nobody asks for those pages; a backup reads all
                assert main(["db", "backup", "--db", url]) == 3
            eventually(lambda: list(tmp_path.glob("hall-set-aside-*.db")))
            seen = len(acknowledged(acks))
            eventually(lambda: len(acknowledged(acks)) > seen + 20)
    finally:
        agent.terminate()
        agent.wait(PATIENCE_S)
    assert not acknowledged(acks, "gave up")
    engine = open_engine(url)
    store = SqlStore(engine, HALL_ID)
    mended = next(e for e in journal(store) if e.kind == "database.mended")
    labels = [label for _word, _id, label in acknowledged(acks)]
    ids = [id_ for _word, id_, _label in acknowledged(acks)]
    assert len(labels) == len(set(labels)), "a number was given twice"
    assert len(ids) == len(set(ids))
    with engine.connect() as connection:
        kept = {row[0] for row in connection.exec_driver_sql("SELECT label FROM ticket")}
    lost = set(labels) - kept
    if much == "some":
        assert lost <= set(mended.data["lost"])  # type: ignore[arg-type]
        assert mended.data["recovered"]
    assert look_at(engine).sound
    assert check_invariants(engine, HALL_ID).chain_broken_at is None
    with store.look() as reader:
        told = {one.report.trouble for one in reader.backup_reports()}
    assert "restored" in told
    engine.dispose()


def spoil_live(path: Path, much: str) -> None:
    """Overwrite pages of a file that others are working with."""
    with closing(sqlite3.connect(path, timeout=20)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        query = "SELECT min(pageno) FROM dbstat WHERE name = 'ticket' AND pagetype = 'leaf'"
        page = raw.execute(query).fetchone()[0]
        last = raw.execute("PRAGMA page_count").fetchone()[0]
    with path.open("r+b") as file:
        for number in [page] if much == "some" else range(1, last + 1):
            file.seek((number - 1) * 4096)
            file.write(b"\xa5" * 4096)


def test_the_commands_say_what_they_do(
    hall: HallUnderTest, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(3):
        hall.issue()
    folder = str(tmp_path / "kept")
    assert main(["db", "backup", "--db", hall.url, "--to", folder]) == 0
    assert "is whole" in capsys.readouterr().out
    assert main(["db", "backups", "--db", hall.url, "--to", folder, "--check"]) == 0
    assert "whole" in capsys.readouterr().out
    hall.issue()
    restore = ["db", "restore", "--latest", "--to", folder, "--db", hall.url]
    assert main(restore) == 3
    assert "--replace" in capsys.readouterr().err
    assert main([*restore, "--replace"]) == 0
    out = capsys.readouterr().out
    assert "1 entries came later" in out
    assert "set" in out
    assert main(["db", "check", "--db", hall.url]) == 0
    assert "the chain is whole" in capsys.readouterr().out
    assert main(["db", "copy", hall.url, str(tmp_path / "copy.db")]) == 0
    out = capsys.readouterr().out
    assert "arrived as they were" in out
    assert "DIFFERS" not in out
    hall.execute("UPDATE queue_now SET waiting = waiting + 1")
    hall.execute("UPDATE journal SET subject = 'x' WHERE seq = 2")
    assert main(["db", "check", "--db", hall.url]) == 1
    out = capsys.readouterr().out
    assert "BREAKS AT ENTRY 2" in out
    assert "wait," in out
    # Its backup is worth having, but pushes out no other and is not what is restored.
    assert main(["db", "backup", "--db", hall.url, "--to", folder]) == 1
    assert "NOT WHOLE" in capsys.readouterr().out
    assert main(["db", "backups", "--db", hall.url, "--to", folder, "--check"]) == 1
    assert "NOT USABLE" in capsys.readouterr().out
    assert main([*restore, "--replace"]) == 0
    assert main(["db", "check", "--db", hall.url]) == 0
