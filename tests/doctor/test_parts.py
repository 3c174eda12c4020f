"""Spools, agent, processes, screens, sound."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from hallclient.bootstrap import doctor_system
from hallclient.services.doctor import agent, screens
from hallclient.services.doctor.agent import AgentFacts, OtherProcess
from hallclient.services.doctor.screens import Monitor, QtFacts
from hallclient.services.doctor.spools import spools
from hallclient.services.spool_lines import framed
from tests.doctor.findings import keys, the


def spool(folder: Path, file: str, *tables: object) -> None:
    folder.mkdir()
    data = b"".join(framed(json.dumps(table)) for table in tables)
    (folder / file).write_bytes(data)


def test_spools(tmp_path: Path) -> None:
    assert keys(spools(tmp_path / "none", {})) == ["spool.empty"]
    taken, handed = {"request": "a", "done": False}, {"request": "b", "done": True}
    spool(tmp_path / "kiosk-1", "spool.log", taken, handed, {"request": "c", "done": False},
          {"request": "c", "done": True})  # fmt: skip
    spool(tmp_path / "window-2", "moves.log", {"request_id": "a"}, {"request_id": "b"})
    spool(tmp_path / "screen-3", "ratings.log", ["screen 3", "sealed"])
    spool(tmp_path / "kiosk-4", "spool.log", handed)
    found = list(spools(tmp_path, {"kiosk": "kiosk-1", "screen": "screen-3"}))
    assert keys(found) == ["spool.waiting", "spool.left", "spool.waiting"]
    assert [one.facts["n"] for one in found] == [1, 2, 1]
    with (tmp_path / "kiosk-4" / "spool.log").open("ab") as file:
        file.write(b"00000000 torn\n")
    assert "spool.damaged" in keys(spools(tmp_path, {}))


RUNS = AgentFacts(wanted=True, runs=True, ran_ever=True, unit=True, enabled="enabled", entry=False)


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        (RUNS, ["agent.runs", "agent.starts"]),
        (replace(RUNS, troubles=(("display", "no zone"),)), ["agent.trouble", "agent.starts"]),
        (replace(RUNS, runs=False), ["agent.ended", "agent.starts"]),
        (replace(RUNS, runs=False, ran_ever=False), ["agent.never", "agent.starts"]),
        (replace(RUNS, enabled="disabled"), ["agent.runs", "agent.disabled"]),
        (replace(RUNS, unit=False), ["agent.runs", "agent.no_start"]),
        (replace(RUNS, unit=False, entry=True), ["agent.runs", "agent.starts"]),
        (AgentFacts(False, False, False, False, "", False), []),
    ],
)
def test_the_agent(facts: AgentFacts, found: list[str]) -> None:
    assert keys(agent.agent(facts)) == found


def test_an_agent_that_was_never_there(tmp_path: Path) -> None:
    facts = doctor_system.agent_facts(tmp_path / "state", wanted=True)
    assert keys(agent.agent(facts)) == ["agent.never", "agent.no_start"]
    assert not (tmp_path / "state").exists()


def test_programs_of_another_version() -> None:
    own = OtherProcess(1, "kiosk", "0.1.0", stale=False)
    assert keys(agent.processes([own], "0.1.0")) == ["process.same"]
    old = OtherProcess(2, "window", "0.0.9", stale=False)
    (found,) = agent.processes([own, old], "0.1.0")
    assert (found.key, found.command) == ("process.version", "kill 2")
    stale = replace(own, stale=True)
    assert keys(agent.processes([stale], "0.1.0")) == ["process.stale"]


WELL = QtFacts("", "xcb", {"IBM Plex Sans": "IBM Plex Sans"})


def test_qt_and_fonts() -> None:
    assert keys(screens.qt(WELL)) == ["qt.starts", "fonts.right"]
    other = replace(WELL, fonts={"IBM Plex Sans": "DejaVu Sans"})
    assert the(screens.qt(other), "fonts.other").facts["names"] == "IBM Plex Sans → DejaVu Sans"
    plugin = QtFacts('could not load the Qt platform plugin "xcb"')
    assert keys(screens.qt(plugin)) == ["qt.plugin"]
    assert keys(screens.qt(QtFacts("libEGL.so.1: cannot open"))) == ["qt.broken"]


def test_qt_is_asked_in_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    found = doctor_system.qt(60)
    assert (found.broken, found.platform) == ("", "offscreen")
    assert found.fonts
    assert all(asked == drawn for asked, drawn in found.fonts.items())
    monkeypatch.setenv("QT_QPA_PLATFORM", "no-such-platform")
    assert keys(screens.qt(doctor_system.qt(60))) == ["qt.plugin"]  # it aborts, and we go on
    monkeypatch.setattr(sys, "executable", "/no/python")
    assert doctor_system.qt(5).broken


def test_a_probe_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/cat")  # reads for ever, were there something
    assert doctor_system.qt(0.2).broken


def test_monitors() -> None:
    wall = Monitor("HDMI-1", 1920, 1080)
    tall, small = Monitor("DP-1", 1080, 1920), Monitor("VGA-1", 1024, 600)
    there = (wall, tall, small)
    assert keys(screens.monitors(there, {"kiosk": "DP-1", "display": "1"})) == ["monitor.fits"] * 2
    assert keys(screens.monitors(there, {"kiosk": ""})) == ["monitor.lies"]
    assert keys(screens.monitors(there, {"display": "VGA-1"})) == ["monitor.small"]
    assert keys(screens.monitors(there, {"display": "DP-9"})) == ["monitor.missing"]
    assert keys(screens.monitors((), {"display": ""})) == ["monitor.missing"]


def test_sound() -> None:
    assert keys(screens.sound(["Speaker"], "")) == ["sound.there"]
    assert keys(screens.sound([], "no backend")) == ["sound.none"]
    (found,) = doctor_system.sound(60)
    assert found.key in {"sound.there", "sound.none"}
