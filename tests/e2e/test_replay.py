"""A small day of the biggest hall through the command line, on both databases."""

import json
import subprocess
import sys

import pytest

from hallclient.lab.postgres import temporary_postgres

CASES, WINDOWS = 100, 70
"""More windows than queues: when the hall opens, several call from one queue at once."""


def play(database: str, *more: str) -> subprocess.CompletedProcess[str]:
    day = ["--hall", "xindu", "--cases", f"{CASES}", "--windows", f"{WINDOWS}", "--processes", "4"]
    return subprocess.run(
        [sys.executable, "-m", "hallclient", "replay", *day, "--db", database, *more],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.usually_on("sqlite")
@pytest.mark.timeout(320)
def test_a_small_day_is_played_to_its_end_and_every_invariant_holds(database_url: str) -> None:
    done = play(database_url, "--seed", "7", "--json", "--boards", "2", "7")
    assert done.returncode == 0, done.stderr
    report = counts = json.loads(done.stdout)
    assert report["sound"]
    # Who comes while a supervisor has stopped the queue is turned away.
    came = report["latency_ms"]["issue"]["count"]
    assert CASES - report["refused"] <= came <= CASES
    assert counts["issued"] == came + counts["split"]
    assert counts["delivered"] == came
    gone = counts["no_shows"] - counts["requeued"]
    assert counts["ended"] + gone + counts["abandoned"] == counts["issued"]
    unfinished = counts["held"] + counts["transferred"] + counts["returned"]
    assert counts["called"] == counts["ended"] + counts["no_shows"] + unfinished
    # Whatever a floor does all day is in it.
    for name in (
        "held", "returned", "taken_back", "paused", "handed_over", "lent", "stopped",
    ):  # fmt: skip
        assert counts[name] > 0, name
    assert counts["transferred"] + counts["split"] > 0  # where a queue has two windows or services
    assert counts["ended"] > 0.9 * CASES
    assert 0.4 * CASES < counts["rated"] < 0.8 * CASES
    assert report["wait_minutes"]["called"] >= counts["issued"] - counts["abandoned"]
    told = report["told_minutes"]
    assert told["hall"]["called"] == sum(one["called"] for one in told["queues"].values())
    assert 0 < told["hall"]["called"] <= report["wait_minutes"]["called"]
    assert told["hall"]["told"] == told["at_once"]["told"] + told["to_wait"]["told"]
    latencies = report["latency_ms"]
    assert latencies["deliver"]["count"] == came
    assert latencies["finish"]["count"] == counts["ended"]
    sent_on = counts["transferred"] + counts["returned"]
    assert latencies["start"]["count"] == counts["ended"] + sent_on
    assert latencies["sign_in"]["count"] == latencies["sign_out"]["count"] == WINDOWS
    assert report["acknowledged"] > 4 * CASES
    assert report["together"] >= WINDOWS  # all windows call when the hall opens
    for boards, machines in zip(report["boards"], (2, 7), strict=True):
        assert boards["machines"] == machines
        seen = boards["day"]
        assert seen["calls"] >= counts["issued"]
        assert seen["shown"] + seen["renewed"] == seen["calls"]
        assert seen["spoken"] + sum(seen["unspoken"].values()) == seen["calls"]
        assert seen["late"] == seen["hurried"] == seen["unaccounted"] == 0


def test_a_database_with_tickets_in_it_is_left_alone(sqlite_url: str) -> None:
    assert play(sqlite_url, "--cases", "1", "--windows", "2").returncode == 0
    again = play(sqlite_url)
    assert again.returncode == 3
    assert "has tickets of hall 510114000000-01 already" in again.stderr
    assert again.stderr.count("\n") == 1


def test_a_server_with_too_few_connections_is_one_sentence() -> None:
    with temporary_postgres(durable=False, max_connections=20) as url:
        done = play(url)
    assert done.returncode == 3
    assert "needs 76" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("hall", ["demo", "nowhere"])
def test_a_hall_without_a_day_profile_is_one_message(hall: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "hallclient", "replay", "--hall", hall],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
