"""``hallclient rating`` in a terminal: who may, what is shown, what is done, what is written."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hallclient.__main__ import main
from hallclient.domain.rating import Level
from hallclient.domain.turn import Outcome
from hallclient.services.ratings import Ratings
from hallclient.services.sealing import make_key
from hallclient.storage.engine import open_engine
from tests.halls import PIN
from tests.services.console import CLERK, LEAD, SUPERVISOR, with_console_staff
from tests.stores import HallUnderTest, HandClock, load_hall_at, staffed_hall

PHONE = "13912345678"
Said = Callable[..., str]


@pytest.fixture
def said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Said:
    """Runs commands in this process, the PIN in their input; two bad ratings and four good ones."""
    url = f"sqlite:///{tmp_path}/hall.db"
    load_hall_at(url, staffed_hall())
    hall = HallUnderTest(url, open_engine(url), HandClock(datetime.now(UTC)))
    with_console_staff(hall)
    hall.sign_in("1")
    key = make_key(tmp_path / "key")
    (tmp_path / "settings.toml").write_text(
        f'database = "{url}"\nkey_file = "{tmp_path}/key"\n', "utf-8"
    )
    for level in (2, 1, 5, 5, 4, 3):
        hall.issue("BDC001")
        calling = hall.calling("1")
        calling.call_next()
        calling.start()
        turn = calling.finish(Outcome.CONSULT).turn
        assert turn is not None
        reasons, phone = (("213",), PHONE) if level == 2 else ((), "")
        Ratings(hall.store, lambda: key).record(turn.id, Level(level), "test", reasons, phone)
    hall.engine.dispose()

    def run(*words: str, code: int = 0, staff: str = SUPERVISOR) -> str:
        (tmp_path / "pin").write_text(f"{PIN}\n")
        with (tmp_path / "pin").open() as stdin:
            monkeypatch.setattr("sys.stdin", stdin)
            common = ("--staff", staff, "--settings", str(tmp_path / "settings.toml"))
            assert main(["rating", *words, *common]) == code
        out, err = capsys.readouterr()
        assert not err or code
        return err or out

    return run


def test_the_loop_in_a_terminal(said: Said, tmp_path: Path) -> None:
    def told(*words: str, staff: str = SUPERVISOR) -> Any:
        return json.loads(said(*words, "--json", staff=staff))

    assert "no right" in said("list", code=3, staff=CLERK)
    ratings = told("list")
    assert [one["level"] for one in ratings] == [2, 1, 5, 5, 4, 3]
    assert ratings[0]["reasons"] == ["213"]
    assert said("list").endswith("6 ratings\n")
    first, second = (str(one["rating"]) for one in told("follow-up"))
    assert "level 2" in said("follow-up", staff=LEAD)
    assert "Put your name" in said("show", first, "--phone", code=3)
    assert "calls back for B001" in said("follow-up", first, staff=LEAD)
    shown = told("show", first, staff=LEAD)
    assert (shown["taken_by"], shown["phone"]) == ("李雪", "+86139****5678")
    assert told("show", first, "--phone", staff=LEAD)["phone"] == f"+86{PHONE}"
    by_date = ("follow-up", first, "--result", "by_date")
    assert said(*by_date, code=3, staff=LEAD)
    said(*by_date, "--by", "2099-01-02", "--note", "补寄证件", staff=LEAD)
    assert "note: 补寄证件" in said("show", first)
    said("appeal", second, "按错了", staff=LEAD)
    assert said("decide", second, "--grant", "mistaken", code=3, staff=LEAD)
    assert told("decide", second, "--grant", "mistaken")["appeal"] == "granted"
    low = said("list", "--low")
    assert "by_date" in low
    assert "appeal granted" in low

    figures = told("figures")
    assert (figures["total"]["active"], figures["total"]["low"]) == (5, 1)
    assert [row["code"] for row in figures["rows"]] == ["BDC"]
    assert "80.0%" in said("figures", "--by", "week")
    assert "合计" in said("figures", "--from", "2020-01-01", "--to", "2020-01-31")
    out = tmp_path / "ratings.xlsx"
    said("figures", "--out", str(out))
    assert said("export", str(out)).endswith("6 lines.\n")
    assert json.loads(said("export", str(out), "--json")) == {"file": str(out), "lines": 6}
    assert out.read_bytes()[:2] == b"PK"
    assert "to end in" in said("export", str(tmp_path / "ratings.txt"), code=2)
    assert "cannot be written" in said("export", str(tmp_path / "no" / "r.csv"), code=2)


def test_ratings_given_on_telephones_are_taken_in(said: Said, tmp_path: Path) -> None:
    file = tmp_path / "answers.jsonl"
    file.write_text('{"code": "0000000000000000", "level": 5, "given_at": "2026-09-29T10:00:00"}\n')
    assert "no right" in said("import", str(file), code=3, staff=LEAD)
    assert "none of this hall" in said("import", str(file), code=3)
    refused = {"line": 1, "why": "its code is none of this hall"}
    (facts,) = json.loads(said("import", str(file), "--json", code=3))
    assert facts == {
        "file": file.name, "taken": 0, "known": 0, "refused": [refused], "whole": False,
    }  # fmt: skip
    assert "cannot be read" in said("import", str(tmp_path / "none.csv"), code=2)
    bad = tmp_path / "answers.xlsx"
    bad.write_bytes(b"PK")
    assert "answers.xlsx" in said("import", str(bad), code=2)
