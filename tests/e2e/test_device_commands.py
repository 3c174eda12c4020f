"""``hallclient device`` as a technician uses it: real processes, real pseudo-terminals."""

import json
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hallclient.services.ports_devices import DeviceKind, DeviceState
from hallclient.services.stations import DeviceReport
from hallclient.storage.engine import open_engine
from hallclient.storage.store import SqlStore
from tests.e2e.terminal import ROOT, Terminal
from tests.halls import HALL_ID


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


class Process:
    """An emulator at work: lines in, lines out."""

    def __init__(self, terminal: Terminal, *words: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hallclient", "device", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=terminal.environment(),
        )

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def tell(self, line: str) -> str:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        return self.line()

    def end(self, timeout: float = 20) -> tuple[int, str, str]:
        out, err = self.process.communicate(timeout=timeout)
        return self.process.returncode, out, err


@contextmanager
def emulated(terminal: Terminal, profile: str, *more: str) -> Iterator[tuple[Process, str]]:
    process = Process(terminal, "emulate", profile, *more)
    try:
        found = re.search(r" at (\S+) ", process.line())
        assert found is not None
        yield process, found[1]
    finally:
        code, _, err = process.end()
    assert (code, err) == (0, "")


def test_a_printer_in_one_terminal_is_checked_in_another(terminal: Terminal) -> None:
    link = terminal.home / "printer"
    with emulated(terminal, "escpos", "--link", str(link)) as (printer, port):
        assert port == str(link)
        said = terminal.run("device", "check", str(link), "--profile", "escpos")
        assert (said.code, said.err) == (0, "")
        assert "There is paper." in said.out
        assert "evidence" in said.out
        assert printer.tell("fault paper_out on") == "ok"
        said = terminal.run("device", "check", str(link), "--profile", "escpos")
        assert said.code == 1
        assert "put a roll in" in said.out


def test_a_monitor_shows_keys_and_hides_levels(terminal: Terminal) -> None:
    with emulated(terminal, "ff68-keypad") as (keypad, port):
        monitor = Process(terminal, "monitor", port, "--profile", "ff68-keypad")
        assert port in monitor.line()
        assert monitor.line() == "Levels, digits and texts are hidden."
        assert keypad.tell("press 5") == "ok"
        heard = monitor.line()
        assert "rated" in heard
        assert "••" in heard
        monitor.process.send_signal(signal.SIGINT)
        code, _, err = monitor.end()
        assert (code, err) == (0, "")


def test_a_port_that_is_in_use_is_told(terminal: Terminal) -> None:
    with emulated(terminal, "ff68-keypad") as (_, port):
        monitor = Process(terminal, "monitor", port, "--profile", "ff68-keypad")
        assert port in monitor.line()
        said = terminal.run("device", "check", port, "--profile", "ff68-keypad")
        assert said.code == 3
        assert "in use" in said.err
        monitor.process.terminate()
        assert monitor.end()[0] == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_emulator_takes_its_link_with_it(
    terminal: Terminal, tmp_path: Path, number: signal.Signals
) -> None:
    link = tmp_path / "port"
    emulator = Process(terminal, "emulate", "ff68-caller", "--link", str(link))
    assert str(link) in emulator.line()
    assert link.is_symlink()
    emulator.process.send_signal(number)
    code, _, err = emulator.end()
    assert (code, err) == (130, "")
    assert not link.is_symlink()


def test_an_emulators_link_replaces_no_file(terminal: Terminal, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text("kept")
    said = terminal.run("device", "emulate", "ff68-caller", "--link", str(kept))
    assert "there already" in said.sentence(2)
    assert kept.read_text() == "kept"


def test_profiles_are_listed_shown_and_checked(terminal: Terminal) -> None:
    listed = terminal.run("device", "profile", "list")
    assert listed.code == 0
    for name in ("ff68-keypad", "ff68-caller", "a090-strip", "onbon-bx", "sam-card-reader"):
        assert name in listed.out
    shown = terminal.run("device", "profile", "show", "ff68-keypad")
    assert shown.code == 0
    assert "evidence" in shown.out.lower()
    good = ROOT / "resources" / "devices" / "ff68-caller.toml"
    assert terminal.run("device", "profile", "check", str(good)).code == 0
    packaged = terminal.run("device", "profile", "check", "ff68-keypad")
    assert packaged.code == 0
    assert "there is no" not in packaged.out
    bad = terminal.home / "bad.toml"
    bad.write_text(good.read_text("utf-8").replace("baud = 9600", "baud = 12"), "utf-8")
    said = terminal.run("device", "profile", "check", str(bad))
    assert said.code == 1
    assert "baud" in said.out


def test_the_list_knows_the_halls_devices(terminal: Terminal, sqlite_template: Path) -> None:
    shutil.copy(sqlite_template, terminal.home / "hall.db")
    url = f"sqlite:///{terminal.home}/hall.db"
    engine = open_engine(url)
    store = SqlStore(engine, HALL_ID)
    report = DeviceReport(
        "printer",
        DeviceKind.PRINTER,
        DeviceState.READY,
        profile="escpos",
        trouble="paper_out",
        paper_left=12,
    )
    store.report_devices("K1", [report])
    store.close()
    engine.dispose()
    said = terminal.run("device", "list", "--db", url)
    assert said.code == 0
    line = next(line for line in said.out.splitlines() if "printer" in line)
    assert re.search(r"K1 +printer +ready.*paper out.*about 12 tickets left", line)
    assert "evidence" in line
    plain = json.loads(terminal.run("device", "list", "--json", "--db", url).out)
    assert plain["devices"][0]["station"] == "K1"
    assert plain["trouble"] == ""


def test_without_a_hall_the_ports_are_listed_all_the_same(terminal: Terminal) -> None:
    said = terminal.run("device", "list")
    assert said.code == 0
    assert "ports" in said.out.lower()
    assert "not known" in said.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["check", "/dev/nowhere", "--profile", "escpos"], "no port /dev/nowhere"),
        (["check", "/dev/null", "--profile", "escpos"], "cannot be used"),
        (["check", "/dev/x", "--profile", "nothing"], "no device profile"),
        (["check", "/dev/x", "--profile", "escpos", "--address", "300"], "0 to 255"),
        (["check", "/dev/x", "--profile", "escpos", "--seconds", "0"], "--seconds"),
        (["monitor", "/dev/x", "--profile", "escpos", "--seconds", "nan"], "--seconds"),
        (["emulate", "nothing"], "no device profile"),
        (["emulate", "ff68-caller", "--link", "/nowhere/at/all"], "cannot be emulated"),
        (["profile", "show"], "which profile"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    terminal: Terminal, words: list[str], told: str
) -> None:
    said = terminal.run("device", *words)
    assert said.code in (2, 3)
    assert told in said.err
    assert len(said.err.strip().splitlines()) == 1
