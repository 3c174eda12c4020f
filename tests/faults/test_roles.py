"""Real roles on a disk that fills up: what they say, that they live, and that they go on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from hallclient.lab.faults.small_disk import SmallDisk
from hallclient.lab.faults.trial import Skipped
from hallclient.storage.engine import open_engine
from hallclient.ui.words import Words
from tests.e2e.terminal import Terminal
from tests.e2e.test_roles import KEY, NOTED, Roles, choose, sign_in, take_number
from tests.stores import load_hall_at, staffed_hall
from tests.waiting import eventually

WORDS = Words()
GET = WORDS("kiosk.confirm.get")
FULL = "The disk that holds the database is full"


@pytest.fixture
def disk() -> Iterator[SmallDisk]:
    try:
        small = SmallDisk(16)
    except Skipped as why:
        pytest.skip(str(why))
    with small:
        yield small


@pytest.mark.timeout(180)
def test_a_disk_that_is_full_for_a_while(disk: SmallDisk, tmp_path: Path) -> None:
    url = f"sqlite:///{disk.path}/hall.db"
    load_hall_at(url, staffed_hall())
    roles = Roles(Terminal(tmp_path), url)
    try:
        window = roles.start("w", "window", "1")
        kiosk = roles.start("k", "kiosk")
        sign_in(window)
        assert take_number(kiosk) == "B001"

        disk.fill()
        choose(kiosk)
        kiosk.touch(GET)
        kiosk.wait_for(NOTED)  # a number of its own: its spool is on another disk
        assert any(name.startswith("B800 ") for name in kiosk.names())
        window.touch(KEY["call_next"])
        eventually(lambda: window.shows(WORDS("window.bar.offline")))
        assert [process.poll() for process in roles.running.values()] == [None, None]
        for role in ("w", "k"):
            assert FULL in roles.log(role).read_text("utf-8")

        disk.empty()
        window.wait_for(KEY["call_next"])
        window.touch(KEY["call_next"])
        window.wait_for(KEY["start"])
        engine = open_engine(url)
        eventually(lambda: _labels(engine) == ["B001", "B800"])
        engine.dispose()
        roles.end()
    finally:
        roles.destroy()


def _labels(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT label FROM ticket ORDER BY label")
        return [row[0] for row in rows]
