"""A damaged SQLite file: what can be read is kept, the rest comes from the backup."""

import sqlite3
import threading
import tracemalloc
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hallclient.domain.journal import broken_at
from hallclient.lab.invariants import check_invariants
from hallclient.storage import migrations, salvage_reading
from hallclient.storage.backup_file import BackupUnusable
from hallclient.storage.backup_folder import BackupFolder
from hallclient.storage.engine import damage_mark, open_engine
from hallclient.storage.errors import (
    Busy,
    DatabaseAway,
    DatabaseDamaged,
    DiskFull,
    SchemaOutdated,
    translate,
)
from hallclient.storage.mend import mend, trouble_of
from hallclient.storage.salvage import salvage
from hallclient.storage.soundness import look_at
from hallclient.storage.store import found_hall
from tests.halls import HALL_ID
from tests.storage.test_archive import a_morning
from tests.stores import HallUnderTest, hall_url_of

PAGE = 4096


@pytest.fixture(params=["sqlite"])
def hall_url(request: pytest.FixtureRequest, tmp_path: Path) -> object:
    with hall_url_of(request, tmp_path) as url:
        yield url


@pytest.fixture
def path(hall: HallUnderTest) -> Path:
    return Path(hall.url.removeprefix("sqlite:///"))


@pytest.fixture
def folder(path: Path) -> BackupFolder:
    return BackupFolder(path.parent / "backups")


def pages_of(path: Path, *names: str) -> list[int]:
    """The pages of tables and indexes, their roots too."""
    with closing(sqlite3.connect(path)) as raw:
        marks = ", ".join("?" * len(names))
        query = f"SELECT pageno FROM dbstat WHERE name IN ({marks}) ORDER BY pageno"  # noqa: S608
        try:
            return [row[0] for row in raw.execute(query, names)]
        except sqlite3.OperationalError:  # built without dbstat
            query = f"SELECT rootpage FROM sqlite_master WHERE name IN ({marks})"  # noqa: S608
            return [row[0] for row in raw.execute(query, names)]


def spoil(path: Path, pages: list[int]) -> None:
    """Overwrite pages as a dying disk does; everything in the WAL is in the file before."""
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        for page in pages:
            file.seek((page - 1) * PAGE)
            file.write(b"\xa5" * PAGE)


def sound(hall: HallUnderTest) -> None:
    assert check_invariants(hall.engine, HALL_ID).broken == ()
    assert look_at(hall.engine).troubles == ()
    assert broken_at(hall.journal()) is None
    assert "database.mended" in hall.kinds()


def test_a_sound_database_is_left_alone(
    hall: HallUnderTest, path: Path, folder: BackupFolder
) -> None:
    a_morning(hall)
    assert trouble_of(path) == ""
    assert mend(path, folder) is None


def test_with_a_damaged_index_nothing_is_lost(
    hall: HallUnderTest, path: Path, folder: BackupFolder
) -> None:
    a_morning(hall)
    folder.make(hall.engine)
    later = [hall.issue().ticket.label for _ in range(30)]
    before = hall.rows("SELECT * FROM ticket ORDER BY id")
    hall.engine.dispose()
    spoil(path, pages_of(path, "ix_ticket_waiting", "ix_ticket_open"))
    assert trouble_of(path)
    done = mend(path, folder)
    assert done is not None
    assert done.salvage.complete
    assert done.salvage.recovered == 30
    assert hall.rows("SELECT * FROM ticket ORDER BY id") == before
    assert hall.issue().ticket.label not in later
    sound(hall)


def test_of_a_table_the_readable_rows_are_kept(
    hall: HallUnderTest, path: Path, folder: BackupFolder
) -> None:
    a_morning(hall)
    folder.make(hall.engine)
    later = [hall.issue().ticket for _ in range(60)]
    hall.engine.dispose()
    spoil(path, pages_of(path, "ticket")[-2:-1])
    done = mend(path, folder)
    assert done is not None
    found = done.salvage
    assert "ticket" in found.partial
    kept = {row[0] for row in hall.rows("SELECT label FROM ticket")}
    gone = [ticket.label for ticket in later if ticket.label not in kept]
    assert gone
    assert list(found.lost) == sorted(gone)
    assert found.recovered == 60 - len(gone)
    fresh = hall.issue().ticket
    assert fresh.label not in {ticket.label for ticket in later}
    assert fresh.id > later[-1].id
    sound(hall)


def test_the_journal_goes_on_as_far_as_its_hashes_do(
    hall: HallUnderTest, path: Path, folder: BackupFolder
) -> None:
    a_morning(hall)
    folder.make(hall.engine)
    for _ in range(60):
        hall.issue()
    seq = hall.journal()[-1].seq
    hall.engine.dispose()
    spoil(path, pages_of(path, "journal")[-2:-1])
    done = mend(path, folder)
    assert done is not None
    assert done.salvage.hall_seq == {HALL_ID: seq}
    assert done.salvage.journal_to[HALL_ID] < seq
    assert done.salvage.recovered == 60
    assert broken_at(hall.journal()) is None
    assert look_at(hall.engine).troubles == ()


@pytest.mark.parametrize("pages", [[1], list(range(1, 400))], ids=["beginning", "everything"])
def test_what_cannot_be_read_at_all_comes_from_the_backup(
    hall: HallUnderTest, path: Path, folder: BackupFolder, pages: list[int]
) -> None:
    a_morning(hall)
    folder.make(hall.engine)
    later = [hall.issue().ticket for _ in range(3)]
    hall.engine.dispose()
    spoil(path, pages)
    done = mend(path, folder)
    assert done is not None
    assert not done.salvage.complete
    fresh = hall.issue().ticket
    assert fresh.id > later[-1].id
    assert fresh.label not in {ticket.label for ticket in later}
    sound(hall)


@pytest.mark.parametrize("how", ["gone", "empty"])
def test_a_file_that_is_gone_or_empty(
    hall: HallUnderTest, path: Path, folder: BackupFolder, how: str
) -> None:
    a_morning(hall)
    folder.make(hall.engine)
    hall.engine.dispose()
    path.unlink() if how == "gone" else path.write_bytes(b"")
    if how == "gone":
        with pytest.raises(DatabaseAway, match="not there"):
            hall.issue()
        assert not path.exists()
    assert mend(path, folder) is not None
    hall.issue()
    sound(hall)


def test_without_a_backup_nothing_is_changed_unless_the_hall_is_whole(
    hall: HallUnderTest, path: Path, folder: BackupFolder
) -> None:
    a_morning(hall)
    hall.engine.dispose()
    spoil(path, pages_of(path, "staff"))
    bad = path.read_bytes()
    with pytest.raises(BackupUnusable, match="no usable backup"):
        mend(path, folder)
    assert path.read_bytes() == bad
    assert not list(path.parent.glob("*set-aside*"))


def test_without_a_backup_a_whole_hall_goes_on(
    hall: HallUnderTest, path: Path, folder: BackupFolder
) -> None:
    a_morning(hall)
    hall.engine.dispose()
    spoil(path, pages_of(path, "ix_ticket_waiting"))
    done = mend(path, folder)
    assert done is not None
    assert done.backup is None
    hall.issue()
    sound(hall)


@pytest.mark.slow
def test_years_of_tickets_are_not_held_in_memory(
    hall: HallUnderTest, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The most memory is the same for many tickets as for four times as many."""
    monkeypatch.setattr(salvage_reading, "SPAN", 500)
    hall.issue()
    hall.engine.dispose()
    peaks = []
    for number, count in enumerate((10_000, 40_000)):
        damaged, fresh = tmp_path / f"damaged{number}.db", tmp_path / f"fresh{number}.db"
        for copy in (damaged, fresh):
            with closing(sqlite3.connect(path)) as one, closing(sqlite3.connect(copy)) as other:
                one.backup(other)
        with closing(sqlite3.connect(damaged)) as raw, raw:
            columns = "day, series_id, queue_id, service_id, priority, claim_at, issued_at, channel"
            raw.execute(
                f"""WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n
                  WHERE x < {count})
                INSERT INTO ticket (hall_id, id, request_id, token, number, label, status, ended_at,
                  language, requeued, {columns})
                SELECT hall_id, 1000000 + x, 'old ' || x, 'old ' || x, x, 'old ' || x, 'ended',
                  issued_at, 'en', 0, {columns} FROM ticket, n"""  # noqa: S608 - constants
            )
        tracemalloc.start()
        try:
            found = salvage(damaged, fresh)
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
        assert found.recovered == count
        assert found.complete
    assert peaks[1] < 1.5 * peaks[0], peaks


def test_pieces_are_small_and_everything_is_in_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(salvage_reading, "SPAN", 100)
    with closing(sqlite3.connect(tmp_path / "rows.db")) as raw:
        raw.execute("CREATE TABLE few (a)")
        raw.executemany("INSERT INTO few VALUES (?)", [(n,) for n in range(3000)])
        parts = list(salvage_reading.pieces(raw, "few", ("a",)))
    assert max(map(len, parts)) <= 100
    assert sorted(row[0] for rows in parts for row in rows) == list(range(3000))


def test_who_meets_damage_leaves_a_mark_and_tries_again(
    hall: HallUnderTest, path: Path, folder: BackupFolder
) -> None:
    a_morning(hall)
    folder.make(hall.engine)
    hall.engine.dispose()
    spoil(path, pages_of(path, "ticket"))
    with pytest.raises(DatabaseDamaged) as caught:
        hall.issue()
    assert caught.value.retryable
    assert damage_mark(path).exists()
    assert mend(path, folder) is not None
    assert not damage_mark(path).exists()
    hall.issue()
    assert isinstance(translate(caught.value), DatabaseDamaged)


def test_the_key_is_in_no_backup_and_the_damaged_file_stays_as_it_was(
    hall: HallUnderTest, path: Path, folder: BackupFolder
) -> None:
    a_morning(hall)
    folder.make(hall.engine)
    hall.engine.dispose()
    spoil(path, [1])
    bad = path.read_bytes()
    done = mend(path, folder)
    assert done is not None
    assert done.aside.read_bytes() == bad
    engine = open_engine(hall.url)
    engine.dispose()
    assert done.aside.read_bytes() == bad


# Only what is certain


def test_the_backup_of_another_hall_is_left_alone(
    hall: HallUnderTest, path: Path, folder: BackupFolder, tmp_path: Path
) -> None:
    a_morning(hall)
    other = open_engine(str(tmp_path / "other.db"))
    migrations.upgrade(other)
    found_hall(other, replace(hall.store.plan(), hall_id="999999000000-01"))
    folder.make(other)
    other.dispose()
    hall.engine.dispose()
    path.unlink()
    with pytest.raises(BackupUnusable):
        mend(path, folder, hall=HALL_ID)
    assert not path.exists()


def test_a_disk_that_fills_up_is_no_damage(
    hall: HallUnderTest, path: Path, folder: BackupFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the backup alone came back, and the day's numbers were set aside with the old file."""
    a_morning(hall)
    folder.make(hall.engine)
    for _ in range(60):
        hall.issue()
    hall.engine.dispose()
    spoil(path, pages_of(path, "ix_ticket_waiting"))
    bad = path.read_bytes()
    connect = sqlite3.connect

    def narrow(name: str, *args: Any, **more: Any) -> sqlite3.Connection:
        raw: sqlite3.Connection = connect(name, *args, **more)
        if "mode=ro" not in str(name):
            pages = raw.execute("PRAGMA page_count").fetchone()[0]
            raw.execute(f"PRAGMA max_page_count={pages}")
        return raw

    with monkeypatch.context() as patch:
        patch.setattr(sqlite3, "connect", narrow)
        with pytest.raises(DiskFull):
            mend(path, folder)
    assert path.read_bytes() == bad
    done = mend(path, folder)
    assert done is not None
    assert done.salvage.complete


def test_a_file_that_somebody_is_copying_is_looked_at_again(
    hall: HallUnderTest, path: Path, folder: BackupFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_morning(hall)
    folder.make(hall.engine)
    hall.engine.dispose()
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])

    class Meanwhile:
        def wait(self, _seconds: float) -> None:
            with path.open("ab") as file:
                file.write(whole[len(whole) // 2 :])

    with monkeypatch.context() as patch:
        patch.setattr(threading, "Event", Meanwhile)
        with pytest.raises(Busy):
            mend(path, folder, settle_s=1)
    assert path.read_bytes() == whole
    assert mend(path, folder) is None


def test_what_cannot_be_looked_at_is_not_said_to_be_sound(
    hall: HallUnderTest, path: Path, folder: BackupFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_morning(hall)
    hall.engine.dispose()
    damage_mark(path).touch()

    def refused(*_args: object, **_more: object) -> sqlite3.Connection:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR_READ
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(sqlite3, "connect", refused)
        with pytest.raises(DatabaseAway):
            mend(path, folder)
    assert damage_mark(path).exists()


def test_tables_of_a_later_program_are_left_to_it(
    hall: HallUnderTest, path: Path, folder: BackupFolder
) -> None:
    a_morning(hall)
    folder.make(hall.engine)
    hall.execute("UPDATE alembic_version SET version_num = '9999'")
    hall.engine.dispose()
    spoil(path, pages_of(path, "ix_ticket_waiting"))
    bad = path.read_bytes()
    with pytest.raises(SchemaOutdated, match="9999"):
        mend(path, folder)
    assert path.read_bytes() == bad


def test_damage_that_only_an_index_shows_is_mended_when_somebody_met_it(
    hall: HallUnderTest, path: Path, folder: BackupFolder
) -> None:
    a_morning(hall)
    hall.engine.dispose()
    with closing(sqlite3.connect(path)) as raw:  # now it lacks what it should have
        raw.execute("PRAGMA writable_schema=ON")
        raw.execute(
            "UPDATE sqlite_master SET sql = substr(sql, 1, instr(sql, 'WHERE') - 1)"
            " WHERE name = 'ix_ticket_open'"
        )
        raw.commit()
    assert trouble_of(path) == ""
    assert trouble_of(path, whole=True)
    damage_mark(path).touch()
    assert mend(path, folder) is not None
    assert trouble_of(path, whole=True) == ""
    hall.issue()
    sound(hall)
