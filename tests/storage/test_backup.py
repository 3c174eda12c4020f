"""A backup is whole or not there, restores as it was, and says so before anything is changed."""

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from hallclient.domain.journal import broken_at
from hallclient.lab.invariants import check_invariants
from hallclient.storage import backup_file, migrations
from hallclient.storage.archive import TargetInUse
from hallclient.storage.backup_file import BackupUnusable, check_backup, make_backup
from hallclient.storage.backup_folder import BackupFolder, Kept, to_go
from hallclient.storage.engine import open_engine
from hallclient.storage.errors import DatabaseDamaged, DiskFull, SchemaOutdated
from hallclient.storage.restore import restore_postgres, restore_sqlite
from hallclient.storage.store import SqlStore, check_version
from tests.halls import HALL_ID
from tests.storage.test_archive import a_morning
from tests.stores import HallUnderTest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir() if file.name != "backup.lock")


def made(hall: HallUnderTest, folder: Path) -> Path:
    a_morning(hall)
    return BackupFolder(folder).make(hall.engine).path


def test_a_backup_is_one_file_for_its_owner_only(hall: HallUnderTest, folder: Path) -> None:
    path = made(hall, folder)
    assert names(folder) == [path.name]
    assert path.stat().st_mode & 0o777 == 0o600
    manifest = check_backup(path)
    assert manifest.source == hall.engine.dialect.name
    assert [one.hall_id for one in manifest.halls] == [HALL_ID]
    assert manifest.halls[0].seq == hall.journal()[-1].seq
    assert names(folder) == [path.name]


def test_both_databases_give_the_same_backup(hall: HallUnderTest, folder: Path) -> None:
    """By restoring it, and taking it again."""
    manifest = check_backup(made(hall, folder))
    again = folder / "again"
    again.mkdir()
    path = next(folder.glob("*.backup"))
    engine = open_engine(str(again / "hall.db"))
    engine.dispose()
    (again / "hall.db").unlink()
    restore_sqlite(path, again / "hall.db")
    engine = open_engine(str(again / "hall.db"))
    second = make_backup(engine, again / "second.backup")
    changed = {name for name in manifest.tables if manifest.tables[name] != second.tables[name]}
    assert changed - {"counter"} == {"hall", "journal"}  # what a restored hall goes on with
    engine.dispose()


@pytest.mark.parametrize("at", ["ticket", "journal", "pages"])
def test_a_changed_backup_is_refused(hall: HallUnderTest, folder: Path, at: str) -> None:
    path = made(hall, folder)
    if at == "pages":
        with path.open("r+b") as file:
            file.seek(4096 * 12)
            file.write(b"\xa5" * 4096 * 3)
    else:
        with closing(sqlite3.connect(path)) as raw:
            raw.execute("PRAGMA ignore_check_constraints=ON")
            raw.execute(f"DELETE FROM {at} WHERE rowid = (SELECT max(rowid) FROM {at})")  # noqa: S608
            raw.commit()
    with pytest.raises((BackupUnusable, DatabaseDamaged)):
        check_backup(path)


def test_what_is_no_backup_is_refused(hall: HallUnderTest, folder: Path) -> None:
    folder.mkdir()
    (folder / "letter").write_text("Dear hall", "utf-8")
    with pytest.raises(BackupUnusable, match="is no backup"):
        check_backup(folder / "letter")
    if hall.is_sqlite:
        path = Path(hall.url.removeprefix("sqlite:///"))
        with pytest.raises(BackupUnusable, match="a database and no backup"):
            check_backup(path)


def test_a_damaged_database_gives_no_backup(hall: HallUnderTest, folder: Path) -> None:
    """And the good ones of before stay."""
    if not hall.is_sqlite:
        pytest.skip("pages of an SQLite file")
    good = made(hall, folder)
    hall.engine.dispose()
    with Path(hall.url.removeprefix("sqlite:///")).open("r+b") as file:
        file.seek(4096 * 20)
        file.write(b"\xa5" * 4096 * 6)
    with pytest.raises(DatabaseDamaged):
        BackupFolder(folder, 1, 0).make(hall.engine)
    assert names(folder) == [good.name]


def test_a_full_disk_is_told_before_it_is_full(
    hall: HallUnderTest, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup_file, "_SPARE", 1 << 60)
    with pytest.raises(DiskFull, match="make room"):
        BackupFolder(folder).make(hall.engine)
    assert names(folder) == []


def test_a_disk_that_fills_up_meanwhile_leaves_nothing(
    hall: HallUnderTest, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite's own error for a file that may not grow."""

    def small(file: Path, *rest: object) -> backup_file.Manifest:
        with closing(sqlite3.connect(file, isolation_level=None)) as raw:
            pages = raw.execute("PRAGMA page_count").fetchone()[0]
            raw.execute(f"PRAGMA max_page_count={pages}")
            raw.execute("CREATE TABLE filler (data)")
            raw.execute("INSERT INTO filler VALUES (zeroblob(9999999))")
        raise AssertionError

    monkeypatch.setattr(backup_file, "_sealed", small)
    with pytest.raises(DiskFull):
        BackupFolder(folder).make(hall.engine)
    assert names(folder) == []


def test_the_hall_goes_on_from_a_backup(hall: HallUnderTest, folder: Path) -> None:
    """No id and no number is given a second time, though the backup does not know them."""
    path = made(hall, folder)
    lost = [hall.issue().ticket for _ in range(3)]
    if hall.is_sqlite:
        file = Path(hall.url.removeprefix("sqlite:///"))
        with pytest.raises(TargetInUse, match="--replace"):
            restore_sqlite(path, file)
        restored = restore_sqlite(path, file, replace=True)
        with closing(sqlite3.connect(restored.aside)) as raw:
            assert raw.execute("SELECT max(id) FROM ticket").fetchone()[0] == lost[-1].id
    else:
        with pytest.raises(TargetInUse, match="--replace"):
            restore_postgres(path, hall.engine)
        restored = restore_postgres(path, hall.engine, replace=True)
        assert hall.one(f"SELECT max(id) FROM {restored.aside}.ticket") == lost[-1].id  # noqa: S608
    assert restored.missing == {HALL_ID: 3}
    fresh = hall.issue().ticket  # by the store that was open all the while
    assert fresh.id > lost[-1].id
    assert fresh.label not in {ticket.label for ticket in lost}
    assert "database.restored" in [entry.kind for entry in hall.journal()]
    assert broken_at(hall.journal()) is None
    assert check_invariants(hall.engine, HALL_ID).broken == ()


def test_on_the_day_itself_numbers_begin_behind_those_of_usual_days(
    hall: HallUnderTest, folder: Path
) -> None:
    a_morning(hall)
    query = "UPDATE ticket SET number = 247, day = :day WHERE id = (SELECT min(id) FROM ticket)"
    hall.execute(query, day=str(datetime.now(UTC).date() - timedelta(days=7)))
    path = BackupFolder(folder).make(hall.engine).path
    restore_sqlite(path, folder / "hall.db")
    engine = open_engine(str(folder / "hall.db"))
    with SqlStore(engine, HALL_ID).look() as reader:
        store_day = reader.now.date()
    with engine.connect() as connection:
        query = "SELECT day, max(value) FROM counter WHERE name LIKE 'series:%' GROUP BY day"
        values = {str(day): value for day, value in connection.execute(sa.text(query))}
    engine.dispose()
    assert set(values.values()) >= {400}  # one day is too little to know what is usual
    assert abs((store_day - date.fromisoformat(max(values))).days) <= 1


def test_an_older_backup_restores_as_that_version_and_is_upgraded(
    database_url: str, tmp_path: Path
) -> None:
    engine = open_engine(database_url)
    with engine.begin() as connection:
        migrations.upgrade_in(connection, "0005")
    path = BackupFolder(tmp_path / "backups").make(engine, "before-upgrade").path
    assert check_backup(path).version == "0005"
    migrations.upgrade(engine)
    restore_sqlite(path, tmp_path / "older.db")
    older = open_engine(str(tmp_path / "older.db"))
    with pytest.raises(SchemaOutdated, match="0005"):
        check_version(older)
    migrations.upgrade(older)
    check_version(older)
    older.dispose()
    engine.dispose()


# Which are kept

DAY = timedelta(days=1)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def kept(days: float, tag: str = "") -> Kept:
    return Kept(Path(f"{days}{tag}"), "H", NOON - DAY * days, tag)


def test_days_and_weeks_are_kept() -> None:
    there = [kept(days) for days in range(60)]
    stay = {str(one.path) for one in there} - {str(one.path) for one in to_go(there, 7, 4)}
    assert {f"{n}" for n in range(7)} <= stay
    assert len(stay) <= 7 + 4
    assert max(map(int, stay)) >= 21


def test_never_the_last_one() -> None:
    assert to_go([kept(400)], 1, 0) == []
    assert to_go([kept(400, "before-upgrade")], 1, 0) == []


def test_of_one_day_the_newest_stays() -> None:
    assert [str(one.path) for one in to_go([kept(0), kept(0.1), kept(0.2)], 7, 4)] == ["0.1", "0.2"]


def test_old_ones_go_when_a_new_one_is_there(hall: HallUnderTest, folder: Path) -> None:
    times = iter([NOON - 3 * DAY, NOON - 2 * DAY, NOON - DAY, NOON])
    keeper = BackupFolder(folder, 2, 0, lambda: next(times))
    for _ in range(4):
        keeper.make(hall.engine)
    assert [one.at for one in keeper.found()] == [NOON, NOON - DAY]
