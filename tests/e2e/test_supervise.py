"""``hallclient floor`` as a supervisor has it in a terminal: real processes on a real database."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from hallclient.__main__ import main
from hallclient.domain.parts import StaffRole
from hallclient.domain.rating import Level
from hallclient.domain.turn import Outcome
from hallclient.services.calling import Calling
from hallclient.services.helping import Helping
from hallclient.services.issuing import Issuing, TicketRequest
from hallclient.services.ratings import Ratings
from hallclient.services.shifts import Shifts
from hallclient.storage.engine import open_engine
from hallclient.storage.store import SqlStore
from tests.e2e.terminal import PATIENCE_S, Said, Terminal
from tests.halls import HALL_ID, PIN
from tests.stores import load_hall_at, staffed_hall

TROUBLE = 3
Run = Callable[..., str]


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The small hall with 1001 as its supervisor."""
    plan = staffed_hall()
    first, *others = plan.staff
    url = f"sqlite:///{tmp_path}/hall.db"
    load_hall_at(url, replace(plan, staff=(replace(first, role=StaffRole.SUPERVISOR), *others)))
    return url


@contextmanager
def store_of(url: str) -> Iterator[SqlStore]:
    engine = open_engine(url)
    try:
        yield SqlStore(engine, HALL_ID)
    finally:
        engine.dispose()


@pytest.fixture
def floor(
    url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Run an action in this process: the words, the moves and the exit code, without the start."""
    for name in ("CACHE", "CONFIG", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))

    def run(action: str, *words: str, code: int = 0) -> str:
        typed = tmp_path / "pin"
        typed.write_text(f"{PIN}\n", encoding="utf-8")
        with typed.open(encoding="utf-8") as lines:
            monkeypatch.setattr(sys, "stdin", lines)
            command = ["floor", action, "--db", url, "--staff", "1001", *words]
            assert main(command) == code, capsys.readouterr().err
        said = capsys.readouterr()
        return said.out if code == 0 else said.err

    return run


def test_a_supervisors_terminal_in_a_process_of_its_own(url: str, tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)

    def run(pin: str) -> Said:
        command = [sys.executable, "-m", "hallclient", "floor", "show", "--json"]
        done = subprocess.run(
            [*command, "--db", url, "--staff", "1001"],
            input=f"{pin}\n",
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE_S,
            check=False,
            env=terminal.environment(),
        )
        return Said(done.returncode, done.stdout, done.stderr)

    said = run(PIN)
    assert (said.code, said.err) == (0, "")
    assert set(json.loads(said.out)) == {"now", "day", "figures", "windows", "queues", "alarms"}
    assert run("0000").sentence(TROUBLE) == "Staff number and PIN do not fit."


def test_a_supervisors_round(floor: Run, url: str) -> None:
    with store_of(url) as store:
        Issuing(store, "kiosk:K1").issue(TicketRequest("r1", "ZH001"))
        Shifts(store, "2").sign_in("1002", PIN)
        call = Helping(store, "window:2").ask("window 2").call
        assert "1 wait" in floor("show")
        assert "   2  free" in floor("windows")
        assert "A  综合窗口: 1 wait, 1 windows" in floor("queues")
        assert f"help help:{call.id}: station window 2, number 2" in floor("alarms")
        assert "takes care" in floor("take", "help", f"help:{call.id}")
        assert Helping(store, "test").calls()[0].staff == "1001"
        assert "is over" in floor("take", "long_wait", "queue:A", code=TROUBLE)

        assert "serves B, then A." in floor("assign", "2", "B", "A")
        assert "lent" in floor("windows")
        assert json.loads(floor("windows", "--json"))["windows"][0]["queues"] == [["B"], ["A"]]
        assert "usual" in floor("give-back", "2")
        assert "wait for any window" in floor("close", "2")
        assert "works at window 2" in floor("close", "2", code=TROUBLE)

        assert "no numbers" in floor("stop", "A", "--reason", "system")
        assert "stopped (system)" in floor("queues")
        assert "gives out numbers" in floor("reopen", "A")
        assert "is on leave" in floor("leave", "1003")
        assert json.loads(floor("show", "--json"))["figures"]["on_leave"] == ["1003"]
        assert "not on leave" in floor("leave", "1003", "--back")

        said = floor("broadcast", "请带好随身物品", "--zone", "1A", "--minutes", "5")
        number = said.split()[1]
        assert f"请带好随身物品 ({number})" in floor("show")
        assert "taken back" in floor("withdraw", number)
        assert "no such bulletin" in floor("withdraw", number, code=TROUBLE).lower()


def test_a_bad_rating_in_a_terminal(floor: Run, url: str) -> None:
    assert "Nobody waits" in floor("follow-up")
    with store_of(url) as store:
        Shifts(store, "2").sign_in("1002", PIN)
        Issuing(store, "kiosk:K1").issue(TicketRequest("r1", "ZH001"))
        calling = Calling(store, "2")
        calling.call_next()
        calling.start()
        turn = calling.finish(Outcome.CONSULT).turn
        assert turn is not None
        Ratings(store).record(turn.id, Level.DISSATISFIED, "keypad")
    (one,) = json.loads(floor("follow-up", "--json"))
    assert (one["ticket"], one["level"], one["taken_by"]) == ("A001", 2, "")
    rating = str(one["rating"])
    assert "calls back for A001" in floor("follow-up", rating)
    assert "calls back" in floor("follow-up")
    assert "names the date" in floor("follow-up", rating, "--result", "by_date", code=TROUBLE)
    with pytest.raises(SystemExit, match="2"):  # as for any argument that cannot be read
        floor("follow-up", rating, "--result", "by_date", "--by", "tomorrow")
    assert "Recorded" in floor("follow-up", rating, "--result", "explained")
    assert "Nobody waits" in floor("follow-up")
