"""Months of the floor: by every split, for people, programs and spreadsheets."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from hallclient.__main__ import main
from hallclient.domain.calendar import A_DAY
from hallclient.domain.errors import NotAllowed, Refused
from hallclient.domain.turn import Outcome
from hallclient.services.chores.rollup import RollupChore
from hallclient.services.days import close_day_if_over
from hallclient.services.floor_report import LONGEST_DAYS, OF_TURNS, By, floor_report
from tests.halls import PIN
from tests.services.console import SUPERVISOR, with_console_staff
from tests.stores import HallUnderTest

pytestmark = pytest.mark.usually_on("sqlite")


@pytest.fixture
def worked(hall: HallUnderTest) -> HallUnderTest:
    """Two days: one that is counted, one that is open."""
    with_console_staff(hall)
    for _ in range(2):
        hall.sign_in("2")
        for service in ("ZH001", "ZH001", "BDC001"):
            hall.issue(service)
        for minutes in (3, 8):
            hall.clock.advance(minutes=minutes)
            hall.calling().call_next()
            hall.calling().start()
            hall.clock.advance(minutes=2)
            hall.calling().finish(Outcome.CONSULT)
        if not RollupChore().step(hall.store):
            hall.clock.advance(days=1)
            close_day_if_over(hall.store, "chore")
            assert RollupChore().step(hall.store)
    return hall


@pytest.mark.parametrize("by", list(By))
def test_rows_of_every_split_are_the_whole(worked: HallUnderTest, by: By) -> None:
    with worked.store.look() as reader:
        first = reader.first_day()
    assert first is not None
    report = floor_report(worked.store, SUPERVISOR, first, first + A_DAY, by)
    assert (report.total.issued, report.total.served, report.total.called) == (6, 4, 4)
    assert report.rows
    assert sum(row.counts.served for row in report.rows) == 4
    assert all(row.code for row in report.rows)
    if by in OF_TURNS:
        assert [row.counts.issued for row in report.rows] == [0]
    else:
        assert sum(row.counts.issued for row in report.rows) == 6
    if by is By.DAY:
        assert [row.code for row in report.rows] == [str(first), str(first + A_DAY)]


def test_who_may_not_and_what_is_no_period(worked: HallUnderTest) -> None:
    day, number = worked.clock.now.date(), SUPERVISOR
    with pytest.raises(Refused):
        floor_report(worked.store, "1002", day, day, By.QUEUE)
    with pytest.raises(NotAllowed, match="ends before"):
        floor_report(worked.store, number, day, day - A_DAY, By.QUEUE)
    with pytest.raises(NotAllowed, match="at most"):
        floor_report(worked.store, number, day, day + timedelta(days=LONGEST_DAYS), By.QUEUE)


def test_in_a_terminal(
    worked: HallUnderTest,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    day = worked.clock.now.date()
    asked = ["floor", "report", "--staff", SUPERVISOR, "--db", worked.url]
    asked += ["--from", str(day - 2 * A_DAY), "--to", str(day), "--by", "queue"]

    def said(*more: str) -> str:
        monkeypatch.setattr("hallclient.commands.floor.ask_pin", lambda: PIN)
        assert main([*asked, *more]) == 0
        return capsys.readouterr().out

    facts = json.loads(said("--json"))
    assert (facts["total"]["issued"], facts["by"]) == (6, "queue")
    assert "wait_most" in said()
    assert said("--csv").startswith("\ufeffqueue,name,issued")
    file = tmp_path / "months.xlsx"
    assert "rows" in said("--xlsx", str(file))
    assert file.read_bytes().startswith(b"PK")
