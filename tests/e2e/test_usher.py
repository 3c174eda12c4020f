"""``hallclient usher`` as an usher has it in a terminal: real processes on a real database."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from hallclient.domain.parts import StaffRole
from hallclient.services.helping import Helping, anybody_there
from hallclient.services.issuing import Issuing, TicketRequest
from hallclient.services.print_jobs import StationJobs
from hallclient.storage.engine import open_engine
from hallclient.storage.store import SqlStore
from tests.e2e.terminal import PATIENCE_S, Said, Terminal
from tests.halls import HALL_ID, PIN
from tests.stores import load_hall_at, staffed_hall
from tests.waiting import eventually

TROUBLE = 3


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


@pytest.fixture
def url(terminal: Terminal) -> str:
    """The small hall with 1001 as its usher."""
    plan = staffed_hall()
    first, *others = plan.staff
    url = f"sqlite:///{terminal.home}/hall.db"
    load_hall_at(url, replace(plan, staff=(replace(first, role=StaffRole.USHER), *others)))
    return url


@contextmanager
def store_of(url: str) -> Iterator[SqlStore]:
    engine = open_engine(url)
    try:
        yield SqlStore(engine, HALL_ID)
    finally:
        engine.dispose()


def usher(terminal: Terminal, url: str, *words: str, pin: str = PIN, staff: str = "1001") -> Said:
    """Run an action to its end; the PIN goes to the input."""
    action, *more = words
    command = [sys.executable, "-m", "hallclient", "usher", action, "--db", url]
    done = subprocess.run(
        [*command, "--staff", staff, *more],
        input=f"{pin}\n",
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE_S,
        check=False,
        cwd=terminal.home,
        env=terminal.environment(),
    )
    assert pin not in done.stdout + done.stderr
    return Said(done.returncode, done.stdout, done.stderr)


def test_numbers_priority_and_paper(terminal: Terminal, url: str) -> None:
    with store_of(url) as store:
        Issuing(store, "kiosk:K1").issue(TicketRequest("first", "ZH001"))
        words = ("take", "ZH001", "--count", "2", "--request", "desk 1", "--station", "K7")
        taken = usher(terminal, url, *words)
        assert (taken.code, taken.out.splitlines()) == (
            0,
            ["A002: 综合窗口, 1 ahead", "A003: 综合窗口, 2 ahead"],
        )
        assert usher(terminal, url, *words).out == taken.out
        ahead = usher(terminal, url, "priority", "A003", "disabled")
        assert ahead.out == "A003: 综合窗口, 0 ahead, disabled\n"
        late = usher(terminal, url, "reprint", "A003", "--wait", "0")
        assert "waits for the printer of K7" in late.out
        assert StationJobs(store, "K7").waiting()
        said = usher(terminal, url, "requeue", "A002").sentence(TROUBLE)
        assert said == "A ticket that is waiting cannot requeue."


def test_wrong_pins_wait_longer_also_for_the_next_process(terminal: Terminal, url: str) -> None:
    for _ in range(3):
        said = usher(terminal, url, "calls", pin="8642").sentence(TROUBLE)
        assert said == "Staff number and PIN do not fit."
    said = usher(terminal, url, "calls").sentence(TROUBLE)
    assert said.startswith("No PIN may be tried for ")


def test_calls_by_hand(terminal: Terminal, url: str) -> None:
    with store_of(url) as store:
        call = Helping(store, "kiosk:K1").ask("K1").call
        assert usher(terminal, url, "calls").out.startswith(f"{call.id}  K1, for ")
        assert "职员1 is going there" in usher(terminal, url, "go", str(call.id)).out
        assert usher(terminal, url, "done", str(call.id)).code == 0
        said = usher(terminal, url, "done", str(call.id)).sentence(TROUBLE)
        assert said == "This call for help is over."


def test_watching_says_and_answers_calls(terminal: Terminal, url: str) -> None:
    command = [sys.executable, "-m", "hallclient", "usher", "watch", "--db", url]
    with store_of(url) as store:
        helping = Helping(store, "kiosk:K1")

        def there() -> bool:
            with store.look() as reader:
                return anybody_there(reader)

        watching = subprocess.Popen(
            [*command, "--staff", "1001"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            cwd=terminal.home,
            env=terminal.environment(PYTHONUNBUFFERED="1"),
        )
        try:
            assert watching.stdin is not None
            watching.stdin.write(f"{PIN}\n")
            watching.stdin.flush()
            eventually(there, "somebody is there")
            call = helping.ask("K1").call
            watching.stdin.write(f"{call.id}\n")
            watching.stdin.flush()
            eventually(lambda: [one.name for one in helping.calls()] == ["职员1"], "answered")
            watching.stdin.write(f"nonsense\n{call.id}\n")
            watching.stdin.flush()
            eventually(lambda: not helping.calls(), "over")
            out, err = watching.communicate(timeout=PATIENCE_S)
        finally:
            watching.kill()
            watching.wait()
        assert (watching.returncode, err) == (0, "")
        assert f"{call.id}  K1, for " in out
        assert "职员1 is going there" in out
        assert "There is no such call." in out
        assert not there()
