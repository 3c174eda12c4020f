"""A backup is whole or not there, restores as it was, and says so before anything is changed."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from hallclient.domain.journal import broken_at
from hallclient.domain.ticket import count_at
from hallclient.lab.invariants import check_invariants
from hallclient.services.days import changing
from hallclient.storage import backup_file, migrations
from hallclient.storage.archive import TargetInUse
from hallclient.storage.backup_file import BackupUnusable, check_backup, make_backup
from hallclient.storage.backup_folder import BackupFolder, Kept, stem_of, to_go
from hallclient.storage.engine import open_engine
from hallclient.storage.errors import DatabaseDamaged, DiskFull, SchemaOutdated
from hallclient.storage.mend import trouble_of
from hallclient.storage.restore import restore_postgres, restore_sqlite
from hallclient.storage.store import check_version, found_hall
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


@pytest.mark.usually_on("sqlite")
@pytest.mark.parametrize(("days", "first"), [(1, 400), (6, 300)])
def test_on_the_day_itself_numbers_begin_behind_those_of_usual_days(
    hall: HallUnderTest, folder: Path, days: int, first: int
) -> None:
    """Where too few days are known, behind 400."""
    a_morning(hall)
    today = datetime.now(UTC).date()
    ids = [row[0] for row in hall.rows("SELECT id FROM ticket WHERE label LIKE 'A%' ORDER BY id")]
    for n, id_ in enumerate(ids[:days], start=1):
        query = "UPDATE ticket SET number = :number, day = :day WHERE id = :id"
        day = today - timedelta(days=n)
        hall.execute(query, number=240 + n, day=str(day) if hall.is_sqlite else day, id=id_)
    path = BackupFolder(folder).make(hall.engine).path
    restore_sqlite(path, folder / "hall.db")
    engine = open_engine(str(folder / "hall.db"))
    with engine.connect() as connection:
        query = "SELECT max(value) FROM counter WHERE name = 'series:A' AND day >= :day"
        since = {"day": str(today - timedelta(days=1))}
        assert connection.execute(sa.text(query), since).scalar() == first
    engine.dispose()


@pytest.mark.usually_on("sqlite")
@pytest.mark.parametrize("digits", [3, 4])
def test_numbers_of_a_big_hall_are_given_once(
    hall: HallUnderTest, folder: Path, digits: int
) -> None:
    """Of more than 799 a day, 3 digits step over those that kiosks give by themselves."""
    hall.clock.advance(seconds=(datetime.now(UTC) - hall.clock.now).total_seconds())
    path = made(hall, folder)
    hall.change_plan(series=tuple(replace(s, digits=digits) for s in hall.store.plan().series))
    with changing(hall.store, "test") as tx:
        tx.add_to_counter("series:A", 1234)
    lost = hall.issue().ticket
    if hall.is_sqlite:
        restore_sqlite(path, Path(hall.url.removeprefix("sqlite:///")), replace=True)
    else:
        restore_postgres(path, hall.engine, replace=True)
    fresh = hall.issue().ticket
    assert count_at(fresh.number, 3) > count_at(lost.number, digits)


@pytest.mark.usually_on("sqlite")
@pytest.mark.parametrize(("digits", "number", "first"), [(4, 1512, 1600), (3, 1012, 900)])
def test_usual_days_of_a_big_hall_are_known(
    hall: HallUnderTest, folder: Path, digits: int, number: int, first: int
) -> None:
    a_morning(hall)
    hall.change_plan(series=tuple(replace(s, digits=digits) for s in hall.store.plan().series))
    today = datetime.now(UTC).date()
    ids = [row[0] for row in hall.rows("SELECT id FROM ticket WHERE label LIKE 'A%' ORDER BY id")]
    for n, id_ in enumerate(ids[:6], start=1):
        query = "UPDATE ticket SET number = :number, day = :day WHERE id = :id"
        day = today - timedelta(days=n)
        hall.execute(query, number=number, day=str(day) if hall.is_sqlite else day, id=id_)
    path = BackupFolder(folder).make(hall.engine).path
    restore_sqlite(path, folder / "hall.db")
    with closing(sqlite3.connect(folder / "hall.db")) as raw:
        query = "SELECT max(value) FROM counter WHERE name = 'series:A' AND day >= ?"
        assert raw.execute(query, (str(today - timedelta(days=1)),)).fetchone()[0] == first


@pytest.mark.usually_on("sqlite")
def test_in_a_shared_folder_everybody_finds_his_own(
    hall: HallUnderTest, folder: Path, tmp_path: Path
) -> None:
    ours = made(hall, folder)
    other = open_engine(str(tmp_path / "other.db"))
    migrations.upgrade(other)
    found_hall(other, replace(hall.store.plan(), hall_id="999999000000-01"))
    theirs = BackupFolder(folder, now=lambda: datetime.now(UTC) + timedelta(hours=1)).make(other)
    keeper = BackupFolder(folder)
    assert keeper.newest_good(halls=[HALL_ID])[0].path == ours
    newest = keeper.newest(stem_of(hall.engine))
    assert newest is not None
    assert newest.path == ours
    with pytest.raises(BackupUnusable, match="several"):
        keeper.newest_good()
    with theirs.path.open("r+b") as file:
        file.write(b"\xa5" * 4096)
    with pytest.raises(BackupUnusable):
        keeper.newest_good(halls=["999999000000-01"])
    other.dispose()


@pytest.mark.usually_on("sqlite")
def test_a_damaged_newest_one_does_not_hide_the_one_before(
    hall: HallUnderTest, folder: Path
) -> None:
    good = BackupFolder(folder, now=lambda: NOON - DAY).make(hall.engine).path
    bad = BackupFolder(folder, now=lambda: NOON).make(hall.engine)
    with bad.path.open("r+b") as file:
        file.seek(4096 * 12)
        file.write(b"\xa5" * 4096 * 6)
    assert BackupFolder(folder).newest_good()[0].path == good


@pytest.mark.usually_on("sqlite")
def test_what_a_wrong_clock_dated_comes_last(hall: HallUnderTest, folder: Path) -> None:
    BackupFolder(folder, now=lambda: NOON + 3000 * DAY).make(hall.engine)
    good = BackupFolder(folder, now=lambda: NOON).make(hall.engine).path
    assert next(one.path for one in BackupFolder(folder, now=lambda: NOON).found()) == good


def test_a_value_that_should_not_be_is_no_damage(hall: HallUnderTest, folder: Path) -> None:
    if not hall.is_sqlite:
        pytest.skip("pages of an SQLite file")
    a_morning(hall)
    path = Path(hall.url.removeprefix("sqlite:///"))
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA ignore_check_constraints=ON")
        raw.execute("UPDATE ticket SET status = 'nobody knows'")
        raw.commit()
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("PRAGMA quick_check").fetchone()[0] != "ok"
    assert trouble_of(path) == ""
    assert trouble_of(path, whole=True) == ""
    assert check_backup(BackupFolder(folder).make(hall.engine).path).rows


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


@pytest.mark.usually_on("sqlite")
def test_old_ones_go_when_a_new_one_is_there(hall: HallUnderTest, folder: Path) -> None:
    now = NOON - 4 * DAY
    keeper = BackupFolder(folder, 2, 0, lambda: now)
    for _ in range(4):
        now += DAY
        keeper.make(hall.engine)
    assert [one.at for one in keeper.found()] == [NOON, NOON - DAY]
