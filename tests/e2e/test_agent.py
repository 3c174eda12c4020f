"""The agent as a real process keeps real roles running, and is the only one."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from hallclient.lab.hand import Hand
from hallclient.ui.words import Words
from tests.e2e.agents import Agents, agents
from tests.e2e.terminal import Terminal
from tests.waiting import eventually

__all__ = ["agents"]

STARTED = "started as process"


@pytest.fixture
def hall_file(tmp_path: Path, sqlite_template: Path) -> str:
    """The URL of the small hall in a file of its own."""
    shutil.copy(sqlite_template, tmp_path / "hall.db")
    return f"sqlite:///{tmp_path}/hall.db"


@pytest.fixture
def settings(hall_file: str) -> str:
    """A PC with a kiosk and a window."""
    return (
        f'database = "{hall_file}"\n'
        '[[agent.roles]]\nrole = "kiosk"\n'
        '[[agent.roles]]\nrole = "window"\narguments = ["1"]\n'
    )


def test_roles_are_kept_running_and_end_with_the_agent(agents: Agents, settings: str) -> None:
    agent = agents.start("pc1", settings)
    agent.until("kiosk", STARTED)
    agent.until("window 1", STARTED)
    roles = {role.cmdline()[3]: role for role in agent.roles()}
    assert set(roles) == {"kiosk", "window"}
    # Own sessions: Ctrl-C at the agent's terminal is for the agent alone.
    assert len({os.getsid(role.pid) for role in roles.values()}) == 2

    roles["kiosk"].kill()
    eventually(lambda: agent.line("kiosk").get("restarts") == 1)
    agent.until("kiosk", STARTED)
    assert roles["window"].is_running()
    assert "kiosk: it was ended by SIGKILL; starting it again in 1 s" in agent.log()

    # Somebody quits it, as its own menu would: SIGTERM is a calm end with exit code 0. It has to
    # be up for that, else the signal itself ends it.
    eventually((agent.folder / "window-1.log").exists)
    roles["window"].terminate()
    eventually(lambda: agent.line("window 1").get("restarts") == 1)
    agent.until("window 1", STARTED)
    agent.until("chore day", "nothing to do")

    said = agents.terminal.run("agent", "--status", "--state", str(agent.folder))
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines()[0].startswith(f"The agent runs as process {agent.process.pid} ")
    table = [line.split() for line in said.out.splitlines()[1:]]
    assert table[0] == ["PART", "STATE", "SINCE", "RESTARTS", "LAST", "WORDS"]
    assert [(row[0], row[1], row[3]) for row in table[1:2]] == [("kiosk", "running", "1")]
    assert table[2][:3] == ["window", "1", "running"]
    agents.end(agent)
    assert "Traceback" not in agent.log()

    said = agents.terminal.run("agent", "--status", "--state", str(agent.folder))
    assert said.sentence(3) == "No agent runs on this PC; this is what it said last."
    assert "ended with the agent" in said.out


def test_the_agent_has_no_screen(agents: Agents, settings: str) -> None:
    agent = agents.start("pc1", settings.partition("[[")[0])
    agent.until("chore day", "nothing to do")
    maps = Path(f"/proc/{agent.process.pid}/maps").read_text("utf-8")
    assert "sqlite" in maps, "the maps tell what is loaded"
    assert "PySide6" not in maps
    assert "Qt6" not in maps
    assert "shiboken" not in maps


def test_no_role_outlives_a_killed_agent_and_the_next_one_goes_on(
    agents: Agents, settings: str
) -> None:
    agent = agents.start("pc1", settings)
    agent.until("kiosk", STARTED)
    agent.until("window 1", STARTED)
    kiosk_log = agent.folder / "kiosk.log"
    eventually(kiosk_log.exists)
    roles = agents.kill(agent)
    assert len(roles) == 2
    # At once: nobody has to clean up behind a killed agent.
    again = agents.start("pc1", settings)
    again.until("kiosk", STARTED)
    _, alive = psutil.wait_procs(roles, timeout=8)
    assert not [role for role in alive if role.status() != psutil.STATUS_ZOMBIE]
    assert "the agent has gone: ending with it" in kiosk_log.read_text("utf-8")
    again.until("window 1", STARTED)
    assert len(again.roles()) == 2


def test_a_role_that_was_started_alone_is_on_no_leash(tmp_path: Path, hall_file: str) -> None:
    """Its standard input has ended from the start; that is nobody's sign to end."""
    log, socket = tmp_path / "window.log", tmp_path / "robot"
    words = ["window", "1", "--db", hall_file, "--log", str(log), "--robot", str(socket)]
    with subprocess.Popen(
        [sys.executable, "-m", "hallclient", *words],
        env=Terminal(tmp_path).environment(),
        stdin=subprocess.DEVNULL,
    ) as alone:
        try:
            hand = Hand(socket)
            hand.wait_for(Words()("window.sign_in.enter"))
            hand.close()
            assert alone.poll() is None
            alone.terminate()
            assert alone.wait(8) == 0
        finally:
            alone.kill()
    assert "the agent has gone" not in log.read_text("utf-8")


def test_a_second_agent_leaves_with_one_sentence(agents: Agents, settings: str) -> None:
    agent = agents.start("pc1", settings.partition("[[")[0])
    agent.until("chore day", "nothing to do")
    file = agents.terminal.home / "pc1.toml"
    said = agents.terminal.run("agent", "--settings", str(file), "--state", str(agent.folder))
    assert (said.code, said.err) == (0, "")
    assert said.out == (
        f"hallclient: An agent runs on this PC already (process {agent.process.pid}); "
        "it keeps its work.\n"
    )
    assert agent.process.poll() is None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_every_way_to_end_it_is_calm(agents: Agents, settings: str, number: signal.Signals) -> None:
    agent = agents.start("pc1", settings.partition("[[")[0])
    agent.until("chore day", "nothing to do")
    agent.process.send_signal(number)
    assert agent.process.wait(10) == 0
    agents.running.remove(agent)
    assert f"ending on {number.name}" in agent.log()
    assert "Traceback" not in agent.log()


def test_without_a_hall_the_agent_waits_and_says_why(agents: Agents) -> None:
    agent = agents.start("pc1", 'database = "sqlite:////nothing/here.db"\n')
    eventually(lambda: agent.line("chore day").get("state") in ("trouble", "waiting"))
    said = agents.terminal.run("agent", "--status", "--state", str(agent.folder))
    assert said.code == 1
    assert "chore day" in said.out


# Words


def test_what_cannot_be_meant(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    (tmp_path / "wrong.toml").write_text("[agent]\nchore = true\n", "utf-8")
    assert "chore is not a setting" in terminal.run("agent", "--settings", "wrong.toml").sentence(2)
    (tmp_path / "file").touch()
    told = terminal.run("agent", "--state", "file").sentence(2)
    assert told == "The folder file cannot be used: File exists."
    said = terminal.run("agent", "--status", "--state", "nowhere")
    assert said.sentence(3) == "No agent has run on this PC yet."
    assert not (tmp_path / "nowhere").exists()


def test_install_and_uninstall_for_this_user(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    said = terminal.run("agent", "--install", "autostart", "--db", "sqlite:////srv/hall.db")
    assert said.code == 0, said.err
    entry = tmp_path / "CONFIG" / "autostart" / "hallclient-agent.desktop"
    assert str(entry) in said.out
    text = entry.read_text("utf-8")
    assert '"-m" "hallclient" "agent" "--db" "sqlite:////srv/hall.db"' in text
    assert str(entry) in terminal.run("agent", "--uninstall").out
    assert not entry.exists()
    assert terminal.run("agent", "--uninstall").out == "Nothing was installed for this user.\n"


@pytest.mark.skipif(Path("/run/systemd/system").exists(), reason="systemd runs this machine")
def test_where_there_is_no_systemd_it_says_what_else_there_is(tmp_path: Path) -> None:
    told = Terminal(tmp_path).run("agent", "--install").sentence(2)
    assert told.startswith("systemd does not run this PC; hallclient agent --install autostart")


def test_chores_by_hand(tmp_path: Path, hall_file: str) -> None:
    terminal = Terminal(tmp_path)
    said = terminal.run("chores", "--db", hall_file)
    assert (said.code, said.err) == (0, "")
    assert [line.split()[0] for line in said.out.splitlines()] == [
        "backup",
        "day",
        "closing",
        "owed",
        "ratings",
        "totals",
        "stars",
        "alarms",
        "rollup",
        "retention",
        "upkeep",
    ]
    assert terminal.run("chores", "day", "--db", hall_file).out == "day: nothing to do\n"
    assert terminal.run("chores", "all", "--db", hall_file).out.count("nothing to do") == 10
    told = terminal.run("chores", "dishes", "--db", hall_file).sentence(2)
    names = "backup, day, closing, owed, ratings, totals, stars, alarms, rollup, retention, upkeep"
    assert told == f"There is no chore dishes; there are {names}."
