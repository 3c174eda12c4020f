"""Appointments from files, at a terminal and by an agent: real processes."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest

from hallclient.services.appointments import Appointments
from hallclient.services.halls import update_hall
from hallclient.services.sealing import make_key
from hallclient.storage.engine import open_engine
from hallclient.storage.store import SqlStore
from tests.e2e.agents import Agents, agents
from tests.e2e.terminal import Terminal
from tests.halls import HALL_ID, weekdays

__all__ = ["agents"]

HEAD = "number,service,date,time,id_number\n"
ID_NUMBER = "11010519491231002X"
MONDAY = "2099-11-23"


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


@pytest.fixture
def store(terminal: Terminal, sqlite_template: Path) -> Iterator[SqlStore]:
    """The small hall in a file, with queues that can be booked, far in the future too."""
    shutil.copy(sqlite_template, terminal.home / "hall.db")
    engine = open_engine(f"sqlite:///{terminal.home}/hall.db")
    store = SqlStore(engine, HALL_ID)
    plan = store.plan()
    queues = tuple(replace(queue, slice_booked=2) for queue in plan.queues)
    update_hall(store, replace(plan, queues=queues, hours=weekdays(time(9), time(17))))
    yield store
    engine.dispose()


def settings(terminal: Terminal, more: str = "") -> str:
    return (
        f'database = "sqlite:///{terminal.home}/hall.db"\nkey_file = "{terminal.home}/hall.key"\n'
        + more
    )


def test_at_a_terminal(terminal: Terminal, store: SqlStore) -> None:
    (terminal.home / "pc.toml").write_text(settings(terminal))
    own = ("--settings", "pc.toml")
    (terminal.home / "good.csv").write_text(HEAD + f"YY0001,BDC001,{MONDAY},10:00,\n")
    (terminal.home / "bad.csv").write_text(HEAD + f"{ID_NUMBER},BDC001,{MONDAY},10:00,\n")
    done = terminal.run("appointment", "import", "good.csv", *own)
    assert (done.code, done.err) == (0, "")
    assert "1 added" in done.out
    bad = terminal.run("appointment", "import", "bad.csv", "good.csv", *own)
    assert (bad.code, bad.err) == (3, "")
    assert "Line 2: number is shaped like an ID number" in bad.out
    assert "1 unchanged" in bad.out
    assert ID_NUMBER not in bad.out
    listed = terminal.run("appointment", "list", "--day", MONDAY, *own)
    assert "BDC001 二手房过户  booked  import  YY0001" in listed.out
    gone = terminal.run("appointment", "cancel", "yy0001", *own)
    assert "cancelled" in gone.out
    slots = terminal.run("appointment", "slots", "BDC001", *own)
    assert len(slots.out.splitlines()) == 7


def test_what_is_wrong_is_one_sentence(terminal: Terminal, store: SqlStore) -> None:
    (terminal.home / "pc.toml").write_text(settings(terminal))
    own = ("--settings", "pc.toml")
    (terminal.home / "ids.csv").write_text(HEAD + f"YY0001,BDC001,{MONDAY},10:00,{ID_NUMBER}\n")
    said = terminal.run("appointment", "import", "ids.csv", *own).sentence(2)
    assert "hall's key" in said
    assert ID_NUMBER not in said
    said = terminal.run("appointment", "import", "none.csv", *own).sentence(2)
    assert "none.csv cannot be read" in said
    assert "no such appointment" in terminal.run("appointment", "cancel", "1", *own).sentence(3)
    nothing = ("book", "BDC001", MONDAY, "10:00")
    assert "cannot be booked" in terminal.run("appointment", *nothing, *own).sentence(3)


def test_an_agent_takes_in_what_arrives(
    terminal: Terminal, store: SqlStore, agents: Agents
) -> None:
    make_key(terminal.home / "hall.key")
    folder = terminal.home / "arrivals"
    folder.mkdir()
    (folder / "a.csv").write_text(HEAD + f"YY0001,BDC001,{MONDAY},10:00,{ID_NUMBER}\n")
    more = f'[agent]\nchores = false\n[appointments]\nfolder = "{folder}"\n'
    agent = agents.start("pc", settings(terminal, more))
    agent.until("appointments", "1 files taken, 0 failed")
    assert len(Appointments(store, "test").find("YY0001").appointment.person) == 64
    assert [path.name for path in (folder / "done").iterdir()] == ["a.csv.txt"]
    assert ID_NUMBER not in agent.log()
