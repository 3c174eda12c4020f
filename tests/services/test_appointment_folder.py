"""The folder that the agent watches: what happens to a file, whatever it is."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import time as clock_time
from pathlib import Path
from typing import Any

import pytest

from hallclient.agent.appointments import DONE, FAILED, KEEP_SECONDS, Arrivals, FolderPart
from hallclient.agent.part import PartState
from hallclient.services.appointments import Appointments
from hallclient.services.appointments.files import PersonKey
from hallclient.services.persons import PersonKeys
from hallclient.services.sealing import HallKey
from hallclient.services.store import Store
from hallclient.services.store_error import StoreError
from tests.halls import weekdays
from tests.stores import HallUnderTest

pytestmark = pytest.mark.usually_on("sqlite")

LIMIT_S = 10.0
HEAD = "number,service,date,time,id_number\n"
GOOD = HEAD + "YY0001,BDC001,2026-09-29,10:00,\n"
ID_NUMBER = "11010519491231002X"
KEYS = PersonKeys(HallKey(bytes(32)))


class AwayError(StoreError):
    retryable = True


@pytest.fixture
def desk(hall: HallUnderTest) -> Appointments:
    queues = tuple(replace(q, slice_booked=2) for q in hall.store.plan().queues)
    hall.change_plan(queues=queues, hours=weekdays(clock_time(9), clock_time(12)))
    return Appointments(hall.store, "kiosk:K1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


@contextmanager
def watching(
    hall: HallUnderTest,
    folder: Path,
    key: PersonKey | None = KEYS.of,
    open_store: Callable[[], Store] | None = None,
) -> Iterator[FolderPart]:
    with hall.another_store() as store:
        part = FolderPart(folder, open_store or (lambda: store), lambda: key, every_seconds=0.02)
        part.start()
        try:
            yield part
        finally:
            part.close()
    assert part.status()[0].state is PartState.STOPPED


def wait_for(condition: Callable[[], object]) -> None:
    end = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        threading.Event().wait(0.01)


def words(part: FolderPart) -> str:
    return part.status()[0].words


def test_a_file_is_taken_in(hall: HallUnderTest, desk: Appointments, folder: Path) -> None:
    (folder / "a.csv").write_text(GOOD)
    with watching(hall, folder) as part:
        wait_for(lambda: "1 files taken" in words(part))
    assert desk.find("YY0001").queue.code == "B"
    assert (folder / DONE / "a.csv").read_text() == GOOD
    assert "1 added" in (folder / DONE / "a.csv.txt").read_text()
    assert not (folder / "a.csv").exists()
    if os.name == "posix":
        assert (folder / DONE / "a.csv").stat().st_mode & 0o077 == 0


def test_bad_lines_and_bad_files(hall: HallUnderTest, desk: Appointments, folder: Path) -> None:
    (folder / "a.csv").write_text(GOOD + f"{ID_NUMBER},BDC001,2026-09-29,10:00,\n")
    (folder / "b.json").write_text('{"appointments": [')
    with watching(hall, folder) as part:
        wait_for(lambda: "2 failed" in words(part))
    assert len(desk.on()) == 1  # the good line of the first
    reasons = (folder / FAILED / "a.csv.txt").read_text()
    assert "Line 3: number is shaped like an ID number" in reasons
    assert ID_NUMBER not in reasons
    assert "only half of one" in (folder / FAILED / "b.json.txt").read_text()
    assert (folder / FAILED / "a.csv").exists()


def test_id_numbers_are_not_kept(
    hall: HallUnderTest, desk: Appointments, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    (folder / "a.csv").write_text(HEAD + f"YY0001,BDC001,2026-09-29,10:00,{ID_NUMBER}\n")
    with watching(hall, folder) as part:
        wait_for(lambda: "1 files taken" in words(part))
    assert len(desk.find("YY0001").appointment.person) == 64
    assert not (folder / DONE / "a.csv").exists()
    kept = "".join(path.read_text() for path in folder.rglob("*") if path.is_file())
    assert "was deleted" in kept
    assert ID_NUMBER not in kept + caplog.text
    assert hall.one("SELECT count(*) FROM appointment WHERE person <> ''") == 1


def test_without_the_key_such_a_file_waits_for_somebody(
    hall: HallUnderTest, desk: Appointments, folder: Path
) -> None:
    (folder / "a.csv").write_text(HEAD + f"YY0001,BDC001,2026-09-29,10:00,{ID_NUMBER}\n")
    with watching(hall, folder, key=None) as part:
        wait_for(lambda: "1 failed" in words(part))
    assert "hall's key" in (folder / FAILED / "a.csv.txt").read_text()
    assert desk.on() == ()


def test_no_half_files(folder: Path) -> None:
    arrivals, growing = Arrivals(folder), folder / "a.csv"
    growing.write_text(HEAD)
    assert arrivals.ready() == []
    growing.write_text(GOOD)
    assert arrivals.ready() == []
    assert arrivals.ready() == [growing]
    # Replaced by another of the same size: somebody writes.
    (folder / "b.tmp").write_text(GOOD)
    (folder / "b.tmp").replace(growing)
    assert arrivals.ready() == []
    assert arrivals.ready() == [growing]


def test_a_file_that_cannot_be_moved_is_taken_once(folder: Path) -> None:
    arrivals, path = Arrivals(folder), folder / "a.csv"
    path.write_text(GOOD)
    arrivals.ready()
    assert arrivals.ready() == [path]
    with pytest.raises(PermissionError), arrivals.taking(path):
        raise PermissionError
    assert (arrivals.ready(), arrivals.stuck) == ([], 1)
    path.write_text(GOOD + "\n")
    assert (arrivals.ready(), arrivals.ready()) == ([], [path])
    path.unlink()
    assert (arrivals.ready(), arrivals.stuck) == ([], 0)


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), OverflowError()])
def test_a_file_that_cannot_be_read_keeps_no_other_out(
    hall: HallUnderTest,
    desk: Appointments,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    opened = Path.open

    def failing(path: Path, *more: Any, **named: Any) -> Any:
        if path.name == "a.csv":
            raise error
        return opened(path, *more, **named)

    for name in ("a.csv", "b.csv"):
        (folder / name).write_text(GOOD)
    monkeypatch.setattr(Path, "open", failing)
    with watching(hall, folder) as part:
        wait_for((folder / DONE / "b.csv").exists)
        wait_for(lambda: part.status()[0].state is PartState.TROUBLE)
    assert (folder / "a.csv").exists()
    assert len(desk.on()) == 1


def test_what_is_none_of_ours(hall: HallUnderTest, desk: Appointments, folder: Path) -> None:
    outside = folder.parent / "outside.csv"
    outside.write_text(GOOD)
    (folder / "link.csv").symlink_to(outside)
    for name in (".a.csv", "~a.csv", "a.csv.part", "a.xlsx", "a.txt"):
        (folder / name).write_text(GOOD)
    (folder / "folder.csv").mkdir()
    (folder / "z.csv").write_text(GOOD)
    with watching(hall, folder) as part:
        wait_for(lambda: "1 files taken" in words(part))
    assert outside.exists()
    assert len(list(folder.iterdir())) == 8  # seven and done


def test_the_same_name_every_day(hall: HallUnderTest, desk: Appointments, folder: Path) -> None:
    with watching(hall, folder) as part:
        for number in (1, 2, 3):
            (folder / "a.csv").write_text(GOOD)
            wait_for(lambda n=number: f"{n} files taken" in words(part))  # type: ignore[misc]
    assert len(list((folder / DONE).glob("*a.csv"))) == 3
    assert len(list((folder / DONE).glob("*.txt"))) == 3


def test_old_ones_are_deleted(hall: HallUnderTest, desk: Appointments, folder: Path) -> None:
    (folder / DONE).mkdir()
    old, new = folder / DONE / "old.csv", folder / DONE / "new.csv"
    for path in (old, new):
        path.write_text(GOOD)
    past = time.time() - KEEP_SECONDS - 60
    os.utime(old, (past, past))
    with watching(hall, folder) as part:
        wait_for(lambda: "no files yet" in words(part))
    assert (old.exists(), new.exists()) == (False, True)


def test_the_database_is_away_for_a_while(
    hall: HallUnderTest, desk: Appointments, folder: Path
) -> None:
    (folder / "a.csv").write_text(GOOD)
    away = threading.Event()
    away.set()

    with hall.another_store() as store:

        def open_store() -> Store:
            if away.is_set():
                raise AwayError("nobody answers")
            return store

        with watching(hall, folder, open_store=open_store) as part:
            wait_for(lambda: part.status()[0].state is PartState.WAITING)
            assert (folder / "a.csv").exists()
            away.clear()
            wait_for(lambda: "1 files taken" in words(part))
    assert len(desk.on()) == 1


def test_the_folder_comes_later(hall: HallUnderTest, desk: Appointments, folder: Path) -> None:
    folder.rmdir()
    with watching(hall, folder) as part:
        wait_for(lambda: part.status()[0].state is PartState.TROUBLE)
        folder.mkdir()
        (folder / "a.csv").write_text(GOOD)
        wait_for(lambda: "1 files taken" in words(part))
    assert len(desk.on()) == 1
