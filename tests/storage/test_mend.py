"""A damaged SQLite file: what can be read is kept, the rest comes from the backup."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from hallclient.domain.journal import broken_at
from hallclient.lab.invariants import check_invariants
from hallclient.storage.backup_file import BackupUnusable
from hallclient.storage.backup_folder import BackupFolder
from hallclient.storage.engine import damage_mark, open_engine
from hallclient.storage.errors import DatabaseAway, DatabaseDamaged, translate
from hallclient.storage.mend import mend, trouble_of
from hallclient.storage.soundness import look_at
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
