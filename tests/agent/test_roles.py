"""Roles are started, started again, and never left behind. The roles here are small scripts."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from hallclient.agent import pauses, roles
from hallclient.agent.part import PartState, StatusLine
from hallclient.agent.pauses import Pauses
from hallclient.agent.role_process import ending
from hallclient.agent.roles import RoleCommand, Roles
from tests.databases import open_handles
from tests.waiting import eventually

LIMIT_S = 10.0
LONG = "import time; time.sleep(60)"


def runs(process: psutil.Process) -> bool:
    """Whether a process is there and not only waiting to be reaped."""
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def python(script: str) -> RoleCommand:
    return RoleCommand("window 12", (sys.executable, "-c", script))


class Kept:
    """Roles that are kept running, with every line they had."""

    def __init__(self, *scripts: str) -> None:
        self.lines: list[StatusLine] = []
        self.roles = Roles([python(script) for script in scripts], self._changed)

    def _changed(self) -> None:
        self.lines += self.roles.status()

    @property
    def line(self) -> StatusLine:
        (line,) = self.roles.status()
        return line

    @property
    def pid(self) -> int:
        return int(self.line.words.removeprefix("started as process "))

    def said(self, words: str) -> bool:
        return any(words in line.words for line in list(self.lines))


@pytest.fixture
def keep(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Kept]]:
    """Keep scripts running with pauses of a hundredth of the real ones."""
    monkeypatch.setattr(pauses, "FIRST_S", 0.01)
    monkeypatch.setattr(pauses, "LONGEST_S", 0.6)
    kept: list[Kept] = []

    def start(*scripts: str) -> Kept:
        kept.append(Kept(*scripts))
        kept[-1].roles.start()
        return kept[-1]

    yield start
    for each in kept:
        each.roles.close()


def test_pauses_grow_to_a_minute_and_begin_anew_after_five_quiet_minutes() -> None:
    own = Pauses()
    assert [own.after(0.3) for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert own.after(299) == 60
    assert [own.after(300), own.after(0.3)] == [1, 2]
    own.reset()
    assert own.after(0) == 1


def test_a_role_that_is_killed_comes_back(keep: Callable[..., Kept]) -> None:
    kept = keep(LONG)
    eventually(lambda: kept.line.state is PartState.RUNNING)
    first = kept.pid
    os.kill(first, signal.SIGKILL)
    eventually(lambda: kept.line.restarts == 1 and kept.line.state is PartState.RUNNING)
    assert kept.pid != first
    assert kept.said("it was ended by SIGKILL; starting it again in")


def test_a_role_that_somebody_quits_comes_back(keep: Callable[..., Kept]) -> None:
    kept = keep("")
    eventually(lambda: kept.line.restarts >= 2)
    assert kept.said("somebody quit it; starting it again in")


def test_a_role_that_cannot_work_says_why(keep: Callable[..., Kept]) -> None:
    sentence = "hallclient: This hall has no window 99."
    kept = keep(f"import sys; print('noise'); print({sentence!r}, file=sys.stderr); sys.exit(3)")
    eventually(lambda: kept.line.restarts >= 1)
    assert kept.said("it ended with exit code 3: This hall has no window 99; starting it again in")


def test_wrong_settings_wait_a_minute_and_say_so(keep: Callable[..., Kept]) -> None:
    kept = keep("import sys; print('hallclient: Say which window.'); sys.exit(2)")
    eventually(lambda: kept.line.state is PartState.TROUBLE)
    assert kept.line.words == ("settings are wrong: Say which window; starting it again in 60 s")
    kept.roles.close()
    assert kept.line.restarts == 0
    assert kept.line.state is PartState.STOPPED


def test_one_that_ends_again_and_again_is_trouble(
    keep: Callable[..., Kept], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roles, "TROUBLE_S", 0.08)
    kept = keep("import sys; sys.exit(1)")
    eventually(lambda: any(line.state is PartState.TROUBLE for line in list(kept.lines)))
    quiet = [line for line in list(kept.lines) if line.state is PartState.WAITING]
    assert len({line.restarts for line in quiet}) == 3, "0.01, 0.02 and 0.04 s are patience"


def test_a_program_that_is_not_there(keep: Callable[..., Kept]) -> None:
    lines: list[StatusLine] = []
    gone = Roles([RoleCommand("kiosk", ("/nothing/here",))], lambda: lines.extend(gone.status()))
    gone.start()
    eventually(lambda: len(lines) > 1)
    gone.close()
    assert "it cannot be started: No such file or directory" in lines[0].words


def test_all_roles_end_together_and_one_that_does_not_is_killed(
    keep: Callable[..., Kept], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(roles, "END_S", 0.5)
    deaf = (
        "import signal, subprocess, sys, pathlib, time;"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
        f"pathlib.Path({str(tmp_path / 'child')!r}).write_text(str(child.pid));"
        "time.sleep(60)"
    )
    before = psutil.Process().children(recursive=True)  # the session's PostgreSQL, perhaps
    kept = keep(deaf, LONG, LONG)
    eventually((tmp_path / "child").exists)
    eventually(lambda: (tmp_path / "child").read_text() != "")
    processes = [p for p in psutil.Process().children(recursive=True) if p not in before]
    assert int((tmp_path / "child").read_text()) in [process.pid for process in processes]
    began = time.monotonic()
    kept.roles.close()
    assert time.monotonic() - began < 5
    assert [line.state for line in kept.roles.status()] == [PartState.STOPPED] * 3
    eventually(lambda: not any(runs(process) for process in processes))


def test_closing_between_two_runs_starts_no_other(keep: Callable[..., Kept]) -> None:
    for _ in range(20):
        kept = keep("")
        kept.roles.close()
        assert kept.line.state is PartState.STOPPED


def test_many_starts_leave_nothing_behind(
    keep: Callable[..., Kept], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pauses, "LONGEST_S", 0.01)
    kept = keep("")
    eventually(lambda: kept.line.restarts >= 3)
    handles, threads = open_handles(), threading.active_count()
    eventually(lambda: kept.line.restarts >= 40)
    # A run that is just beginning or ending has its two pipes and its listener.
    assert open_handles() <= handles + 4
    assert threading.active_count() <= threads + 1


def test_what_a_role_says_is_masked_and_a_flood_is_cut(
    keep: Callable[..., Kept], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    script = (
        "import sys; sys.stdout.write('x' * 50_000 + '\\n'); sys.stdout.write('y\\n' * 5000);"
        "print('hallclient: No number for 13812345678.'); sys.stdout.flush(); sys.exit(3)"
    )
    kept = keep(script)
    eventually(lambda: kept.line.restarts >= 1)
    kept.roles.close()
    assert kept.said("No number for 1381***; starting")
    said = [r.getMessage() for r in caplog.records if " says: " in r.getMessage()]
    assert len(said) <= 60 * (kept.line.restarts + 1)
    assert max(map(len, said)) < 2100
    assert "13812345678" not in caplog.text


def test_every_line_of_status_is_in_the_log(
    keep: Callable[..., Kept], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    kept = keep("import sys; sys.exit(3)")
    eventually(lambda: kept.line.restarts >= 2)
    kept.roles.close()
    written = {record.getMessage() for record in caplog.records}
    assert {f"window 12: {line.words}" for line in kept.lines if line.words} <= written


@pytest.mark.parametrize(
    ("code", "words", "told"),
    [
        (0, "bye", "somebody quit it"),
        (3, "", "it ended with exit code 3"),
        (-11, "", "it was ended by SIGSEGV"),
        (-200, "", "it was ended by signal 200"),
    ],
)
def test_how_it_ended_in_plain_words(code: int, words: str, told: str) -> None:
    assert ending(code, words) == told


# The leash

LEASHED = """
import os, signal, sys, threading
from hallclient.agent import leash
leash.END_S = 0.2
if {deaf}: signal.signal(signal.SIGTERM, signal.SIG_IGN)
leash.end_with_agent()
print("ready", flush=True)
threading.Event().wait(60)
"""


@pytest.mark.parametrize(("deaf", "code"), [(False, -signal.SIGTERM), (True, 130)])
def test_who_holds_the_leash_holds_the_role(deaf: bool, code: int) -> None:
    script = LEASHED.format(deaf=deaf)
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as role:
        assert role.stdin is not None
        assert role.stdout is not None
        assert role.stdout.readline() == b"ready\n"
        assert role.poll() is None
        role.stdin.close()
        assert role.wait(LIMIT_S) == code
