"""A station's journal goes to the city in files: strictly read, once, without gaps and forks."""

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Engine

from hallclient.__main__ import main
from hallclient.domain.turn import Outcome
from hallclient.services.city_file import CityFileError, Receipt, read_file, write_receipt
from hallclient.services.days import close_day
from hallclient.storage.city_database import CityError, init_city
from hallclient.storage.city_files import hand_in, hand_out
from hallclient.storage.city_status import stations
from hallclient.storage.city_sums import count_on
from hallclient.storage.city_tables import city_lost
from hallclient.storage.engine import open_engine
from tests.halls import HALL_ID
from tests.stores import HallUnderTest, HandClock


@pytest.fixture
def station(sqlite_template: Path, tmp_path: Path) -> Iterator[HallUnderTest]:
    shutil.copy(sqlite_template, tmp_path / "hall.db")
    url = f"sqlite:///{tmp_path}/hall.db"
    engine = open_engine(url)
    yield HallUnderTest(url, engine, HandClock())
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def city(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    url = f"sqlite:///{tmp_path}/city.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    engine = open_engine(url)
    init_city(engine)
    yield engine
    engine.dispose()


def a_morning(station: HallUnderTest) -> None:
    if not station.kinds() or "shift.began" not in station.kinds():
        station.sign_in("2")
    calling = station.calling("2")
    for _ in range(3):
        station.issue()
        station.clock.advance(minutes=2)
        calling.call_next()
        calling.start()
        calling.finish(Outcome.INSTANT)
    station.issue()


def test_carried_in_parts_and_twice(station: HallUnderTest, city: Engine, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    a_morning(station)
    to, count = hand_out(station.engine, HALL_ID, first)
    got, new = hand_in(city, first)
    assert (got, new) == (to, count)
    assert hand_in(city, first) == (to, 0)
    receipt = tmp_path / "receipt"
    write_receipt(receipt, got)
    a_morning(station)
    close_day(station.store, "chore:day")
    to, count = hand_out(station.engine, HALL_ID, second, receipt)
    assert count == to.through - got.through
    assert hand_in(city, second) == (to, count)
    assert hand_in(city, first) == (to, 0)  # an old stick
    (counted,) = count_on(city)
    assert (counted.through, counted.trouble) == (to.through, "")
    # The receipt is remembered: without it only what is new goes.
    _, count = hand_out(station.engine, HALL_ID, second)
    assert count == to.through - got.through
    assert hand_out(station.engine, HALL_ID, second, all_=True)[1] == to.through


def test_gaps_and_forks_are_refused(station: HallUnderTest, city: Engine, tmp_path: Path) -> None:
    file, receipt = tmp_path / "file", tmp_path / "receipt"
    a_morning(station)
    to, _ = hand_out(station.engine, HALL_ID, file)
    write_receipt(receipt, to)
    _back_up(tmp_path / "hall.db", tmp_path / "backup.db")
    station.issue()
    later, _ = hand_out(station.engine, HALL_ID, file, receipt)
    with pytest.raises(CityError, match="begins behind entry"):
        hand_in(city, file)
    hand_out(station.engine, HALL_ID, file, all_=True)
    hand_in(city, file)
    # The station goes on from a copy: another entry of the same number.
    engine = open_engine(f"sqlite:///{tmp_path}/backup.db")
    other = HallUnderTest(station.url, engine, station.clock)
    station.clock.advance(minutes=5)
    for _ in range(9):  # its requests are counted anew: the first are known
        other.issue()
    hand_out(engine, HALL_ID, file, receipt)
    with pytest.raises(CityError, match="gone on from the same past"):
        hand_in(city, file)
    write_receipt(receipt, later)
    with pytest.raises(CityError, match="another journal"):
        hand_out(engine, HALL_ID, file, receipt)
    engine.dispose()
    (counted,) = count_on(city)
    assert counted.through == later.through


def test_a_station_that_was_restored_comes_back(
    station: HallUnderTest, city: Engine, tmp_path: Path
) -> None:
    """What it had handed in and lost is kept; an old file of it is not taken for that."""
    file, old = tmp_path / "file", tmp_path / "old"
    a_morning(station)
    hand_out(station.engine, HALL_ID, old)
    hand_in(city, old)
    _back_up(tmp_path / "hall.db", tmp_path / "backup.db")
    station.issue()
    hand_out(station.engine, HALL_ID, file, all_=True)
    hand_in(city, file)
    count_on(city)
    _got, count = hand_in(city, old, again=True)
    assert count == 0
    engine = open_engine(f"sqlite:///{tmp_path}/backup.db")
    other = HallUnderTest(station.url, engine, station.clock)
    station.clock.advance(minutes=5)
    for _ in range(9):
        other.issue()
    part = tmp_path / "part"
    write_receipt(tmp_path / "receipt", read_file(old).receipt)
    hand_out(engine, HALL_ID, part, tmp_path / "receipt")
    with pytest.raises(CityError, match="--all"):
        hand_in(city, part, again=True)
    to, _ = hand_out(engine, HALL_ID, file, all_=True)
    engine.dispose()
    with pytest.raises(CityError, match="--again"):
        hand_in(city, file)
    assert hand_in(city, file, again=True)[0] == to
    assert hand_in(city, file, again=True) == (to, 0)
    with city.connect() as connection:
        lost = connection.execute(sa.select(city_lost.c.kind).order_by(city_lost.c.seq)).scalars()
        assert "ticket.issued" in list(lost)
    (counted,) = count_on(city)
    assert (counted.through, counted.trouble) == (to.through, "")
    assert [one.through for one in stations(city)] == [to.through]


def test_an_entry_that_nobody_understands_stops_its_hall_only(
    station: HallUnderTest, city: Engine, tmp_path: Path
) -> None:
    with station.store.change("x") as tx:
        tx.record("ticket.called", "ticket:nobody", {})
    file = tmp_path / "file"
    hand_out(station.engine, HALL_ID, file)
    hand_in(city, file)
    for _ in range(2):
        (counted,) = count_on(city)
        assert "is not understood" in counted.trouble
        assert counted.through == counted.known - 1


def test_another_version_and_another_hall(
    station: HallUnderTest, city: Engine, tmp_path: Path
) -> None:
    file, receipt = tmp_path / "file", tmp_path / "receipt"
    write_receipt(receipt, Receipt("another", 1, "0" * 64))
    with pytest.raises(CityError, match="receipt is of hall another"):
        hand_out(station.engine, HALL_ID, file, receipt)
    hand_out(station.engine, HALL_ID, file)
    lines = file.read_text("utf-8").splitlines()
    head = json.loads(lines[0]) | {"tables": "0001"}
    _resealed(file, [json.dumps(head), *lines[1:-1]], json.loads(lines[-1]))
    with pytest.raises(CityError, match="version 0001"):
        hand_in(city, file)


def test_a_working_hall_becomes_no_city(station: HallUnderTest) -> None:
    station.issue()
    with pytest.raises(CityError, match="a city has one of its own"):
        init_city(station.engine)


def _back_up(source: Path, copy: Path) -> None:
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(copy)) as other:
        one.backup(other)


def _resealed(file: Path, lines: list[str], end: dict[str, object]) -> None:
    body = "".join(f"{line}\n" for line in lines)
    end = end | {"sha256": hashlib.sha256(body.encode()).hexdigest()}
    file.write_text(body + json.dumps(end) + "\n", "utf-8")


@pytest.fixture
def whole_file(station: HallUnderTest, tmp_path: Path) -> Path:
    station.issue()
    hand_out(station.engine, HALL_ID, tmp_path / "whole")
    return tmp_path / "whole"


def test_whatever_is_changed_is_noticed(whole_file: Path, tmp_path: Path) -> None:
    body = whole_file.read_bytes()
    changed = tmp_path / "changed"

    @settings(max_examples=60)
    @given(
        st.integers(0, len(body) - 1), st.integers(1, 255), st.sampled_from(["flip", "cut", "more"])
    )
    def meddle(place: int, by: int, how: str) -> None:
        one = bytearray(body)
        if how == "flip":
            one[place] ^= by
        elif how == "cut":
            del one[place : place + by]
        else:
            one[place:place] = body[place : place + by] or b"x"
        changed.write_bytes(one)
        if bytes(one) == body:
            return
        with pytest.raises(CityFileError):
            read_file(changed)

    meddle()


@pytest.mark.parametrize(
    ("find", "put"),
    [
        ('"entry":[1,', '"entry":[2,'),
        ('"row":"zone"', '"row":"staff"'),
        ('"plan_version":', '"plan_versions":'),
        ('"active":true', '"active":"yes"'),
        ('"position":0', '"position":0.5'),
    ],
)
def test_a_resealed_file_is_read_strictly(
    whole_file: Path, city: Engine, find: str, put: str
) -> None:
    text = whole_file.read_text("utf-8")
    assert find in text
    lines = text.replace(find, put, 1).splitlines()
    _resealed(whole_file, lines[:-1], json.loads(lines[-1]))
    with pytest.raises(CityFileError):
        hand_in(city, whole_file)
    assert count_on(city) == ()


def test_by_the_command_line(
    station: HallUnderTest, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a_morning(station)
    at = ["--db", f"sqlite:///{tmp_path}/city.db"]
    assert main(["city", "init", *at]) == 0
    file, receipt = str(tmp_path / "file"), str(tmp_path / "receipt")
    assert main(["city", "hand-out", file, "--db", station.url]) == 0
    assert main(["city", "hand-in", file, "--receipt", receipt, *at]) == 0
    station.issue()
    assert main(["city", "hand-out", file, "--receipt", receipt, "--db", station.url]) == 0
    assert main(["city", "hand-in", file, *at]) == 0
    capsys.readouterr()
    assert main(["city", "totals", "--json", *at]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["city"] == {
        "tickets": 5, "served": 3, "no_shows": 0, "abandoned": 0, "open": 2, "cases": 3,
        "rated": 0, "p50": 2, "p90": 2,
    }  # fmt: skip
    assert told["halls"][0]["hall"] == HALL_ID
    assert main(["city", "totals", "--csv", *at]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("*,,2026-09-29,2026-09-29,5,3,")
    station.change_plan(name=replace(station.store.plan().name, zh_cn="=cmd|' /C calc'!A0"))
    assert main(["city", "hand-out", file, "--receipt", receipt, "--db", station.url]) == 0
    assert main(["city", "hand-in", file, *at]) == 0
    capsys.readouterr()
    assert main(["city", "totals", "--csv", *at]) == 0
    assert f"{HALL_ID},'=cmd" in capsys.readouterr().out
    assert main(["city", "totals", *at]) == 0
    assert main(["city", "status", *at]) == 0
    assert "by file" in capsys.readouterr().out
    assert main(["city", "status", "--db", station.url]) == 3
    assert "no city" in capsys.readouterr().err
