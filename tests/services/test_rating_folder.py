"""The folder in which ratings of telephones arrive: taken whole and deleted, or put aside."""

import json
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from hallclient.agent.appointments import DONE, FAILED
from hallclient.agent.rating_files import RatingFolderPart
from hallclient.bootstrap.ratings import rating_folder_part
from hallclient.config import RatingSettings, Settings
from hallclient.services.rating_codes import RatingCodes
from hallclient.services.rating_inbox import InboxReport, take_in
from hallclient.services.sealing import HallKey
from tests.services.test_appointment_folder import folder, wait_for, words
from tests.services.test_ratings import ended_turn
from tests.stores import HallUnderTest

__all__ = ["folder"]

KEY = HallKey(bytes(range(32)))
SQLITE = pytest.mark.parametrize("hall_url", ["sqlite"], indirect=True)


@contextmanager
def watching(
    hall: HallUnderTest, folder: Path, key: HallKey | None = KEY
) -> Iterator[RatingFolderPart]:
    with hall.another_store() as store:
        part = RatingFolderPart(folder, lambda: store, lambda: key, every_seconds=0.02)
        part.start()
        try:
            yield part
        finally:
            part.close()


def line(hall: HallUnderTest, turn: int, level: int = 2) -> str:
    at = hall.clock.now.isoformat()
    return json.dumps({"code": RatingCodes(KEY).code_of(turn), "level": level, "given_at": at})


@SQLITE
def test_a_whole_file_is_taken_and_deleted_another_one_is_put_aside(
    hall: HallUnderTest, folder: Path
) -> None:
    first, second = ended_turn(hall), ended_turn(hall)
    (folder / "a.jsonl").write_text(line(hall, first))
    (folder / "b.jsonl").write_text(f"{line(hall, second, 5)}\n{{}}\n")
    (folder / "c.xlsx").write_text("somebody else's")
    with watching(hall, folder) as part:
        wait_for(lambda: words(part) == "1 files taken, 1 failed")
        assert part.name == "ratings"
    assert [row.level for row in hall.rows("SELECT level FROM rating ORDER BY turn_id")] == [2, 5]
    assert sorted(file.name for file in folder.iterdir()) == ["c.xlsx", DONE, FAILED]
    assert [file.name for file in (folder / DONE).iterdir()] == ["a.jsonl.txt"]
    kept = folder / FAILED / "b.jsonl"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert (folder / FAILED / "b.jsonl.txt").read_text() == (
        "1 taken, 0 rated before, 1 refused.\nLine 2: is no row of this file.\n"
    )


@SQLITE
def test_a_file_that_comes_while_one_of_its_name_is_taken_in_is_not_lost(
    hall: HallUnderTest, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = [ended_turn(hall), ended_turn(hall)]
    file, newer = folder / "a.jsonl", folder / "a.part"
    file.write_text(line(hall, turns[0]))
    newer.write_text(line(hall, turns[1]))

    def taking(*facts: Any) -> InboxReport:
        report = take_in(*facts)
        if newer.exists():
            newer.replace(file)
        return report

    monkeypatch.setattr("hallclient.agent.rating_files.take_in", taking)
    with watching(hall, folder) as part:
        wait_for(lambda: words(part) == "2 files taken, 0 failed")
    rated = hall.rows("SELECT turn_id FROM rating ORDER BY turn_id")
    assert [row.turn_id for row in rated] == turns
    assert not file.exists()


@SQLITE
def test_without_the_key_nothing_is_taken(hall: HallUnderTest, folder: Path) -> None:
    (folder / "a.jsonl").write_text(line(hall, ended_turn(hall)))
    with watching(hall, folder, None) as part:
        wait_for(lambda: words(part) == "0 files taken, 1 failed")
    assert hall.rows("SELECT * FROM rating") == []
    assert "key" in (folder / FAILED / "a.jsonl.txt").read_text()


def test_the_agent_has_it_where_the_settings_name_a_folder(tmp_path: Path) -> None:
    settings = Settings(ratings=RatingSettings(folder=str(tmp_path)), key_file=str(tmp_path / "k"))
    part = rating_folder_part(settings, None, lambda: None)  # type: ignore[arg-type]
    assert part.name == "ratings"
    part.close()
