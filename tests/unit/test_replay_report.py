"""The report: percentiles, and an exit code that says when an invariant broke."""

import json
from datetime import date

import pytest

from hallclient.__main__ import main
from hallclient.commands import replay as command
from hallclient.domain.wait import Wait
from hallclient.domain.wait_figures import Waited
from hallclient.lab.invariants import Invariants
from hallclient.lab.replay.report import Counts, Report, latency_of, percentile, waits_of
from hallclient.lab.replay.told import told_day

TOLD = (
    Waited(1, 12.0, Wait(5.0, 10.0, 20.0)),
    Waited(1, 31.0, Wait(5.0, 10.0, 20.0)),
    Waited(2, 0.0, Wait(0.0, 0.5, 3.0)),
    Waited(1, 7.0, None),
)


def report(**found: int) -> Report:
    sound = dict.fromkeys(
        ["duplicates", "double_calls", "overlapping_turns", "lost", "unaccounted",
         "out_of_order", "ranks_passed", "wrong_reasons", "seq_gaps"], 0,
    )  # fmt: skip
    broken_at = found.pop("chain_broken_at", None)
    return Report(
        hall="510114000000-01",
        database="SQLite",
        day=date(2026, 3, 10),
        cases=3,
        windows=1,
        queues=1,
        kiosks=1,
        processes=1,
        seed=1,
        refused=0,
        counts=Counts(3, 3, 3, 3, 0, 0, 0, 2, 0),
        wait_minutes=waits_of([1.0, 2.0, 6.0]),
        wait_by_queue={"A": waits_of([1.0, 2.0, 6.0])},
        latency_ms={"issue": latency_of([1.0, 2.0])},
        commits=12,
        wall_s=1.0,
        commits_per_s=12.0,
        together=2,
        told=told_day(TOLD, {1: "A", 2: "B"}),
        invariants=Invariants(**{**sound, **found}, chain_broken_at=broken_at, acknowledged=9),
    )


def test_percentiles_are_values_that_occurred() -> None:
    line = [float(n) for n in range(1, 101)]
    assert [percentile(line, share) for share in (0.5, 0.95, 0.99, 1.0)] == [50, 95, 99, 100]
    assert percentile([4.0], 0.5) == 4
    assert percentile([], 0.5) == 0


def test_waits_and_latencies_are_summed_up() -> None:
    waits = waits_of([6.0, 1.0, 2.0])
    assert (waits.called, waits.mean, waits.p50, waits.p90, waits.max) == (3, 3.0, 2.0, 6.0, 6.0)
    assert waits_of([]).called == 0
    assert latency_of([3.0, 1.0]).max == 3.0


@pytest.mark.parametrize("name", ["duplicates", "lost", "overlapping_turns", "chain_broken_at"])
def test_a_broken_invariant_is_named_and_makes_exit_code_1(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "replay", lambda *_args: report(**{name: 4}))
    assert main(["replay", "--hall", "xindu"]) == 1
    assert f"BROKEN: {name}" in capsys.readouterr().out
    assert main(["replay", "--hall", "xindu", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["broken"] == [name]


def test_a_sound_day_is_exit_code_0(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "replay", lambda *_args: report())
    assert main(["replay", "--hall", "xindu", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["sound"]
    assert found["chain_intact"]
    assert found["wait_minutes"]["p90"] == 6.0
    assert main(["replay", "--hall", "xindu"]) == 0
    assert "all hold" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments", [["--cases", "0"], ["--processes", "0"], ["--windows", "-1"], ["--windows", "999"]]
)
def test_an_impossible_day_is_one_sentence(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["replay", "--hall", "xindu", *arguments]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_how_told_waits_came_true_is_in_the_report(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "replay", lambda *_args: report())
    assert main(["replay", "--hall", "xindu", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["told_minutes"]
    assert (told["hall"]["called"], told["hall"]["told"]) == (4, 3)
    assert told["hall"]["within"] == pytest.approx(2 / 3)
    assert (told["at_once"]["told"], told["at_once"]["within"]) == (1, 1.0)
    assert (told["to_wait"]["told"], told["to_wait"]["above"]) == (2, 0.5)
    assert told["to_wait"]["bias"] == pytest.approx(11.5)
    assert list(told["queues"]) == ["A", "B"]
    assert main(["replay", "--hall", "xindu"]) == 0
    lines = capsys.readouterr().out.splitlines()
    (hall,) = [line.split() for line in lines if line.startswith("  hall") and "%" in line]
    assert hall[1:4] == ["4", "3", "25.0%"]
    (wait,) = [line.split() for line in lines if line.startswith("  told longer")]
    assert wait[2:8] == ["2", "2", "0.0%", "50.0%", "0.0%", "50.0%"]
