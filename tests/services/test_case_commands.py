"""``hallclient case`` on the terminal: what is shown, who may change it, the published figures."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hallclient.__main__ import main
from hallclient.domain.case import Handover
from hallclient.domain.ending import Ending
from hallclient.domain.parts import Material, StaffRole
from hallclient.domain.rating import Level
from hallclient.domain.text import LocalText
from hallclient.domain.turn import Outcome
from hallclient.storage.engine import open_engine
from tests.halls import PIN
from tests.stores import HallUnderTest, HandClock, load_hall_at, staffed_hall

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """B001 promised, B002 at once, B003 a list owed; 1003 is an usher, 1002 serves at 2."""
    path = tmp_path_factory.mktemp("case") / "hall.db"
    plan = staffed_hall()
    usher = replace(plan.staff[2], role=StaffRole.USHER)
    papers = (Material(LocalText("身份证")), Material(LocalText("合同")))
    promised = replace(plan.services[1], legal_days=20, materials=papers)
    load_hall_at(
        f"sqlite:///{path}",
        replace(plan, staff=(*plan.staff[:2], usher), services=(plan.services[0], promised)),
    )
    # Not when the file was collected: the hall's midnight may have passed since.
    just_now = HandClock(datetime.now(UTC) - timedelta(seconds=10))
    hall = HallUnderTest(f"sqlite:///{path}", open_engine(f"sqlite:///{path}"), just_now)
    hall.sign_in("1")
    endings = (
        Ending(Outcome.PROMISED, handover=Handover.MAIL, note="只给职员看"),
        Ending(Outcome.INSTANT),
        Ending(Outcome.SUPPLEMENT),
    )
    for ending in endings:
        hall.issue("BDC001")
        calling = hall.calling("1")
        calling.call_next()
        calling.start()
        turn = calling.finish(ending).turn
        assert turn is not None
        hall.ratings.record(turn.id, Level(5), "test")
    hall.engine.dispose()
    return path


class Said:
    """Runs commands in this process, the PIN in their input."""

    def __init__(
        self, url: str, capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch, folder: Path
    ) -> None:
        self._url, self._capsys, self._patch, self._folder = url, capsys, patch, folder

    def __call__(self, *words: str, code: int = 0, pin: str = PIN) -> str:
        file = self._folder / "pin"
        file.write_text(f"{pin}\n")
        with file.open() as stdin:
            self._patch.setattr("sys.stdin", stdin)
            assert main(["case", *words, "--db", self._url]) == code
        out, err = self._capsys.readouterr()
        assert bool(err) == bool(code)
        return err if code else out

    def json(self, *words: str) -> Any:
        return json.loads(self(*words, "--json"))


@pytest.fixture
def said(
    furnished: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Said:
    path = tmp_path / "hall.db"
    path.write_bytes(furnished.read_bytes())
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return Said(f"sqlite:///{path}", capsys, monkeypatch, tmp_path)


def test_the_list_says_what_is_open_and_nothing_that_is_somebodys(said: Said) -> None:
    text = said("list")
    lines = text.splitlines()
    assert lines[-2] == "2 cases, 0 overdue"
    assert lines[-1].startswith("2 fall due where the calendar has no data")
    assert "承诺件  二手房过户  在办" in text
    assert "待告知补正" in text
    english = said("list", "--language", "en")
    assert "With a promised date  Home transfer  In progress" in english
    assert "只给职员看" not in text


def test_a_case_is_found_by_label_number_and_shown_whole(said: Said) -> None:
    (found,) = said.json("find", "b001")
    assert found == said.json("show", found["number"])[0]
    assert (found["kind"], found["handover"], found["staff"]) == ("promised", "mail", "1001")
    assert (found["ticket"], found["window"], found["unit"]) == ("B001", "1", "days")
    assert f"  due_on: {found['due_on']}\n" in said("show", "B001")
    assert found == said.json("find", "B001", "--day", found["day"])[0]
    assert "no case for B009" in said("find", "B009", code=3)
    assert "A day is written" in said("find", "B001", "--day", "today", code=2)
    last = (NOW + timedelta(days=90)).date().isoformat()
    assert next(iter(said.json("due", "--until", last)))["number"] == found["number"]
    assert said("due").endswith("0 cases, 0 overdue\n")


def test_a_case_goes_its_way_behind_number_and_pin(said: Said) -> None:
    me = ("--staff", "1001")
    assert "clock" not in said("suspend", "B001", "--reason", "hearing", *me)
    assert "cannot suspend" in said("suspend", "B001", "--reason", "test", *me, code=3)
    assert "中止" in said("list")
    said("resume", "B001", *me)
    (done,) = said.json("finish", "B001", "--result", "denied", "--elsewhere", *me)
    assert (done["state"], done["result"], done["decided_in_hall"]) == ("done", "denied", False)
    (told,) = said.json("tell", "B003", "2", *me)
    assert (told["state"], told["missing"]) == ("told", ["合同"])
    taken = ("accept", "B003", "--number", done["number"], *me)
    assert "already" in said(*taken, code=3)
    (taken_in,) = said.json("accept", "B003", "--number", "新-0003", "--basis", "lenient", *me)
    assert (taken_in["number"], taken_in["basis"]) == ("新-0003", "lenient")
    (fixed,) = said.json("correct", "B002", "--outcome", "promised", "--because", "mistake", *me)
    assert (fixed["kind"], fixed["state"]) == ("promised", "running")


def test_who_may_not(said: Said) -> None:
    words = ("finish", "B001", "--result", "granted", "--staff")
    assert "do not fit" in said(*words, "1001", pin="0000", code=3)
    assert "do not fit" in said(*words, "4711", code=3)
    assert "has no cases" in said(*words, "1003", code=3)
    assert "another's" in said(*words, "1002", code=3)
    assert said.json("find", "B001")[0]["state"] == "running"


def test_the_published_figures_stand_with_their_definitions(said: Said) -> None:
    said("finish", "B001", "--result", "granted", "--staff", "1001")
    today = NOW.date()
    span = ("--from", (today - timedelta(days=3)).isoformat(), "--to",
            (today + timedelta(days=3)).isoformat())  # fmt: skip
    text = said("figures", *span)
    # Two decided: one at once, one promised and early; 5 promised of 20 legal days.
    assert "当场办结率 50.0%  (1 / 2)\n    受理当场即办结的件数 ÷ 期内办结件数" in text
    assert "现场办结率 100.0%  (2 / 2)" in text
    assert "按时办结率 100.0%  (1 / 1)" in text
    assert "提前办结率 100.0%  (1 / 1)" in text
    assert "承诺提速率 75.0%  (5 / 20)" in text
    assert "实际提速率 100.0%  (0 / 40)" in text
    assert "满意率 –\n" in text  # three ratings are too few
    assert "不动产  (2)" in text
    whole = said.json("figures", *span, "--services")
    assert set(whole["definitions"]) == {*whole["rows"][0]["figures"], "decided"}
    rows = {(row["department"], row["service"]): row for row in whole["rows"]}
    assert set(rows) == {(None, None), ("BDC", None), ("BDC", "BDC001")}
    assert rows["BDC", "BDC001"]["figures"] == rows[None, None]["figures"]
    assert rows[None, None]["figures"]["satisfied"] == {
        "value": None, "percent": "–", "part": 0.0, "whole": 0.0,
    }  # fmt: skip
    assert "no right" in said("figures", "--staff", "1002", code=3)
    assert "before" in said("figures", "--from", "2026-02-01", "--to", "2026-01-01", code=2)
