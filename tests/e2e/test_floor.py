"""Windows without PCs: one agent owns their RS485 line. Real processes, real databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hallclient.lab.postgres import TemporaryPostgres
from hallclient.services.windows import WindowState
from tests.e2e.agents import AgentProcess, Agents, agents
from tests.e2e.line import AWAY, Line, line_of
from tests.stores import load_hall_at, staffed_hall
from tests.waiting import eventually

__all__ = ["agents"]

ON_SQLITE = pytest.mark.parametrize("hall_url", ["sqlite"], indirect=True)


@pytest.fixture
def line(hall_url: str, tmp_path: Path) -> Iterator[Line]:
    with line_of(hall_url, tmp_path) as opened:
        yield opened


def begin(agents: Agents, line: Line) -> AgentProcess:
    agent = agents.start("pc9", line.settings())
    agent.until("windows 2, 3", "attended")
    return agent


@pytest.mark.usually_on("sqlite")
def test_two_windows_work_by_their_callers(agents: Agents, line: Line) -> None:
    """Every key of the caller; display, strip and keypad follow; each rating counts once."""
    line.bus.echo = not line.hall.is_sqlite  # as cheap adapters do
    agent = begin(agents, line)
    two, three = line.posts["2"], line.posts["3"]
    two.reads("暂未开放")
    two.sign_in()
    three.sign_in()
    two.press("call")
    two.shows("00 02")
    line.issue(5)

    two.press("call")
    two.shows("001 4")
    two.reads("请 A001")
    called = len(two.strip.texts)
    two.press("recall")
    assert two.strip.wait_for_texts(called + 1, 5)
    two.press("start")
    two.reads("A001 办理中")
    two.keypad.press(1)  # nobody asked
    two.press("finish")
    two.is_asked()
    two.reads("请您评价")
    two.keypad.press(5)
    line.until_levels([5])
    two.keypad.press(2)  # asked, but answered
    # The strip asks for as long as the rating may last, also behind the next one.
    assert two.strip.wait_for_text("2 号窗口", 40)
    assert three.strip.text == "3 号窗口"

    # The next one steps aside, comes back, and is sent on.
    two.press("call")
    two.reads("请 A002")
    two.press("start")
    two.reads("A002 办理中")
    two.press("hold")
    two.reads("2 号窗口")
    two.press("resume")
    two.reads("A002 办理中")
    two.press("transfer", "3")
    two.reads("2 号窗口")
    two.press("pause")
    two.reads("暂停 暂离")
    two.press("call")
    two.shows("00 08")
    two.press("pause")
    two.reads("2 号窗口")

    # Out of order, at the other window, with an outcome by its digit.
    three.press("call", "005")
    three.reads("请 A005")
    three.press("start")
    three.reads("A005 办理中")
    three.press("finish", "4")
    three.is_asked()
    three.keypad.press(3)
    line.until_levels([5, 3])
    three.press("sign_out")
    three.reads("暂未开放")

    assert line.turns() == [
        ("A001", "2", 2, "consult"),
        ("A002", "2", 1, "held"),
        ("A002", "2", 0, "transferred"),
        ("A005", "3", 1, "refused"),
    ]
    kinds = line.hall.kinds()
    assert kinds.count("rating.given") == 2
    line.check()
    said = agents.terminal.run("agent", "--status", "--state", str(agent.folder))
    assert said.code == 0, said.out
    assert f"line {line.bus.path}  running" in said.out
    assert "keypad 2" in said.out
    agents.end(agent)
    # Whoever passes by reads nothing that is not true any more.
    assert {post.strip.text for post in line.posts.values()} == {"请稍候"}
    assert {post.caller.shown for post in line.posts.values()} == {""}
    eventually(lambda: line.device_states() == {"closed"})
    assert "2580" not in agent.log()


@ON_SQLITE
def test_the_next_agent_goes_on_where_one_was_killed(agents: Agents, line: Line) -> None:
    agent = begin(agents, line)
    post = line.posts["2"]
    post.sign_in()
    line.issue(3)
    post.press("call")
    post.reads("请 A001")
    agents.kill(agent)
    post.caller.press("call")  # nobody hears it, and nobody finds it later
    assert post.caller.wait_for_sent(post.caller.sent + 3, 5)
    line.hall.calling("2").start()

    agent = begin(agents, line)
    post.reads("A001 办理中")
    post.press("finish")
    post.is_asked()
    agents.kill(agent)
    agent = begin(agents, line)
    post.is_asked()  # still within the time of the rating
    post.keypad.press(4)
    line.until_levels([4])
    agents.kill(agent)
    agent = begin(agents, line)
    post.press("call")
    post.reads("请 A002")
    post.keypad.press(1)
    # Killed while it does what a key asked for: it was done once, or not at all.
    for number, key in enumerate(("start", "finish", "call")):
        before = len(post.caller.acks)
        post.caller.press(key)
        assert post.caller.wait_for_acks(before + number % 2, 5)
        agents.kill(agent)
        agent = begin(agents, line)
    agents.end(agent)
    line.check()
    assert line.levels() == [4]
    turns = line.turns()
    assert [label for label, *_ in turns] == ["A001", "A002", "A003"][: len(turns)]
    assert len(turns) >= 2
    assert {calls for _, _, calls, _ in turns} == {1}


@ON_SQLITE
def test_the_cable_is_pulled_five_times(agents: Agents, line: Line) -> None:
    agent = begin(agents, line)
    post = line.posts["2"]
    post.sign_in()
    line.issue(5)
    calling = line.hall.calling("2")
    for number in range(1, 6):
        line.bus.unplug()
        agent.until("strip 2", f"lost {line.bus.path}")
        agent.until(f"line {line.bus.path}", "there is no port")
        assert agent.line(f"line {line.bus.path}")["state"] == "waiting"
        if number == 5:
            eventually(lambda: line.device_states() == {"absent"})
        # The hall goes on meanwhile; the strip learns it when it is back.
        calling.call_next()
        line.bus.plug_in()
        post.reads(f"请 A00{number}")
        post.press("start")
        post.reads(f"A00{number} 办理中")
        post.press("finish")
        eventually(lambda: ended(calling.state()))  # the turn before may be asked about again
        post.is_asked()
    eventually(lambda: line.device_states() == {"ready"})
    post.keypad.press(5)
    line.until_levels([5])
    assert [calls for _, _, calls, _ in line.turns()] == [1] * 5
    line.check()
    agents.end(agent)
    assert "Traceback" not in agent.log()


def ended(state: WindowState) -> bool:
    return state.turn is None or not state.turn.active


@ON_SQLITE
def test_a_second_agent_leaves_the_line_alone(agents: Agents, line: Line) -> None:
    agent = begin(agents, line)
    post = line.posts["2"]
    post.sign_in()
    line.issue(1)
    settings = str(agents.terminal.home / "pc9.toml")
    said = agents.terminal.run("agent", "--settings", settings, "--state", str(agent.folder))
    assert (said.code, said.err) == (0, "")
    assert "An agent runs on this PC already" in said.out

    # Another user's agent: it does not fight for the port, and has it when it is free.
    other = agents.start("other", line.settings())
    other.until(f"line {line.bus.path}", "is in use by another program")
    assert other.line("keypad 2")["state"] == "trouble"
    post.press("call")
    post.reads("请 A001")
    agents.end(agent)
    other.until(f"line {line.bus.path}", "9600 baud")
    eventually(lambda: other.line("keypad 2")["state"] == "running")
    post.reads("请 A001")
    post.press("start")
    post.reads("A001 办理中")
    assert [calls for _, _, calls, _ in line.turns()] == [1]
    agents.end(other)
    line.check()


def test_the_database_is_stopped_and_back(agents: Agents, tmp_path: Path) -> None:
    """Calm texts, nothing is called, and a rating pressed meanwhile is kept for it."""
    with TemporaryPostgres(durable=False) as server:
        load_hall_at(server.url, staffed_hall())
        with line_of(server.url, tmp_path) as line:
            agent = begin(agents, line)
            post = line.posts["2"]
            post.sign_in()
            line.issue(2)
            for key in ("call", "start", "finish"):
                post.press(key)
            post.is_asked()
            line.hall.engine.dispose()
            server.crash()
            agent.until("windows 2, 3", "the database is away")
            post.reads("请稍候")
            post.shows(AWAY)
            post.keypad.press(4)
            beeps = post.caller.beeps
            post.press("call")
            assert post.caller.wait_for_beeps(beeps + 1, 5)
            server.start()
            line.until_levels([4])
            agent.until("windows 2, 3", "attended")
            post.shows("1")
            post.press("call")
            post.reads("请 A002")
            assert [calls for _, _, calls, _ in line.turns()] == [1, 1]
            line.check()
            agents.end(agent)
            assert "Traceback" not in agent.log()


@ON_SQLITE
def test_wrong_settings_cost_only_what_they_are_about(agents: Agents, line: Line) -> None:
    more = [
        '[[agent.lines]]\nport = "/dev/none"\ndevices = [{profile = "a090-strip", window = "77"}]',
        f'[[agent.lines]]\nport = "{line.bus.path}"\ndevices = [{{profile = "ff68-caller"}}]',
    ]
    agent = agents.start("pc9", "\n".join([line.settings(), *more]))
    agent.until("windows 2, 3, 77", "this hall has no window 77: what hangs there stays idle")
    agent.until("agent.lines 3", "has one owner: agent.lines 1 has it already")
    assert agent.line("windows 2, 3, 77")["state"] == "trouble"
    agent.until("strip 77", "there is no port /dev/none")
    line.posts["2"].sign_in()
    agents.end(agent)
    assert "Traceback" not in agent.log()
