"""Halls of known truth, in their small versions."""

import json
from argparse import ArgumentParser
from typing import TYPE_CHECKING

import pytest

from hallclient.commands import estimate_truth
from hallclient.domain.estimate import AT_ONCE
from hallclient.domain.pace import Pace
from hallclient.domain.wait import Told, Wait
from hallclient.lab.simulate.truth import HALLS, TruthHall, judge
from hallclient.services.whatif.play import play
from hallclient.services.whatif.result import DayResult

if TYPE_CHECKING:
    from collections.abc import Mapping

BY_NAME = {hall.name: hall for hall in HALLS}


def test_a_day_of_a_hall_is_drawn_by_its_seed_and_number() -> None:
    hall = BY_NAME["steady"]
    assert hall.day(1, 1) == hall.day(1, 1)
    assert hall.day(1, 1).visits != hall.day(2, 1).visits != hall.day(1, 2).visits


def test_the_halls_are_what_they_are_called() -> None:
    steady, rush = (play(BY_NAME[name].day(1, 1)) for name in ("steady", "rush"))
    assert 150 < steady.hall.came < 320

    def in_hour(day: DayResult, hour: int) -> int:
        return sum(hour <= one.arrived / 3600 < hour + 1 for one in day.tickets)

    assert in_hour(rush, 10) > 2 * in_hour(rush, 12)
    lost = BY_NAME["window lost"].day(1, 1)
    ends = sorted(window.spans[-1].closes for window in lost.windows)
    assert ends[0] < 14 * 3600 < ends[1] == 17 * 3600
    special = BY_NAME["priorities"].day(1, 1)
    assert any(visit.slot for visit in special.visits)
    assert len({visit.priority for visit in special.visits}) == 2
    closing = play(BY_NAME["closing"].day(1, 1))
    assert any(one.called and one.called > 17 * 3600 for one in closing.tickets)


def test_all_tickets_of_the_judged_days_are_counted() -> None:
    hall = BY_NAME["steady"]
    report = judge(hall, (1,), days=3)
    came = 0
    paces: Mapping[str, Pace] = {}
    for number in range(3):
        played = play(hall.day(number, 1), (), paces)
        paces = played.paces
        came += played.hall.came if number else 0
    assert report.all.tickets + report.untold + report.not_called == came
    assert report.free.tickets + report.waited.tickets == report.all.tickets
    assert sum(tally.tickets for tally in report.by_ahead.values()) == report.waited.tickets


@pytest.mark.parametrize("hall", HALLS, ids=lambda hall: hall.name)
def test_what_is_told_is_near_the_truth(hall: TruthHall) -> None:
    """Wide bounds for a few days; ``hallclient estimate truth`` has the real ones."""
    report = judge(hall, (1, 2), days=4)
    assert abs(report.waited.bias) < 0.18
    assert 0.70 < report.waited.coverage < 0.90
    assert report.free.coverage > 0.9


def test_the_command_prints_a_table_and_json(capsys: pytest.CaptureFixture[str]) -> None:
    parser = ArgumentParser()
    estimate_truth.add_arguments(parser)
    words = ["--only", "steady", "--seeds", "1", "--days", "2"]
    estimate_truth.run(parser.parse_args(words))
    assert "steady" in capsys.readouterr().out
    code = estimate_truth.run(parser.parse_args([*words, "--json"]))
    (report,) = json.loads(capsys.readouterr().out)
    assert report["hall"] == "steady"
    assert report["holds"] is (code == 0)


def test_who_is_told_a_free_window_does_not_narrow_the_ranges_of_others() -> None:
    pace = Pace()
    told = Told(Wait(0.0, 0.5, AT_ONCE), 0, 0)
    for minute in range(50):
        pace.joined(float(minute))
        pace.called(float(minute), 0.0, told)
    assert pace.shifts(0) == pace.shifts(30) == Pace().shifts(0)
