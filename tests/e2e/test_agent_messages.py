"""Text messages through the agent: a command of the hall's own, and a modem. Real processes."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Any

import pytest

from hallclient.devices.emulators.modem import EmulatedModem
from hallclient.services.messages import Messages
from hallclient.services.sealing import make_key
from hallclient.storage.engine import open_engine
from tests.e2e.agents import Agents, agents
from tests.e2e.line import WallClock
from tests.stores import HallUnderTest
from tests.waiting import eventually

__all__ = ["agents"]

NUMBER = "13902433649"
HOOK = """#!/bin/sh
cat >> "$0.out"
while [ -e "$0.wait" ]; do sleep 0.02; done
"""


@dataclass
class Outbox:
    """A hall whose citizens may leave a telephone, and the command that gets the messages."""

    hall: HallUnderTest
    folder: Path

    def __post_init__(self) -> None:
        self.hall.change_rules(sms_quiet_from=time(0), sms_quiet_until=time(0))
        self.hall.sign_in("2")
        self._messages = Messages(self.hall.store, make_key(self.folder / "hall.key"), "test")
        self.hook.write_text(HOOK, "utf-8")
        self.hook.chmod(0o755)

    @property
    def hook(self) -> Path:
        return self.folder / "gateway"

    @property
    def gate(self) -> Path:
        """While this file is there, the command does not end."""
        return self.folder / "gateway.wait"

    def settings(self, how: str) -> str:
        head = f'database = "{self.hall.url}"\nstation = "PC-9"\n'
        return f'{head}key_file = "{self.folder}/hall.key"\n[agent]\nchores = false\n[sms]\n{how}\n'

    def by_command(self) -> str:
        return self.settings(f'command = ["{self.hook}"]')

    def leave(self) -> None:
        """A citizen takes a number and leaves a telephone."""
        self._messages.subscribe(self.hall.issue().ticket.id, NUMBER)

    def got(self) -> list[dict[str, Any]]:
        out = self.folder / "gateway.out"
        return (
            [json.loads(line) for line in out.read_text("utf-8").splitlines()]
            if out.exists()
            else []
        )

    def states(self) -> list[tuple[str, str]]:
        return [
            tuple(row) for row in self.hall.rows("SELECT event, state FROM message ORDER BY id")
        ]


@pytest.fixture
def outbox(sqlite_template: Path, tmp_path: Path) -> Iterator[Outbox]:
    url = f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'hall.db')}"
    engine = open_engine(url)
    try:
        yield Outbox(HallUnderTest(url, engine, WallClock()), tmp_path)
    finally:
        engine.dispose()


def test_a_command_gets_each_message_once(agents: Agents, outbox: Outbox) -> None:
    """Also when its agent is killed in the middle of one: that one is not sent again."""
    outbox.leave()
    agent = agents.start("pc9", outbox.by_command())
    eventually(lambda: outbox.states() == [("soon", "sent")])
    (soon,) = outbox.got()
    assert soon["number"] == f"+86{NUMBER}"
    assert "A001" in soon["text"]

    outbox.gate.touch()
    outbox.hall.calling().call_next()
    eventually(lambda: outbox.states()[1:] == [("called", "sending")])
    eventually(lambda: len(outbox.got()) == 2)
    agents.kill(agent)
    again = agents.start("pc9", outbox.by_command())
    eventually(lambda: outbox.states()[1:] == [("called", "unknown")])
    outbox.gate.unlink()
    outbox.leave()
    eventually(lambda: outbox.states()[2:] == [("soon", "sent")])
    assert [message["text"].count("A001") for message in outbox.got()] == [1, 1, 0]
    eventually(lambda: again.line("messages")["state"] == "running")
    agents.end(again)
    assert NUMBER not in again.log()


def test_a_modem_gets_each_message_once(agents: Agents, outbox: Outbox) -> None:
    with EmulatedModem(link=outbox.folder / "ttyGSM") as modem:
        outbox.leave()
        agent = agents.start("pc9", outbox.settings(f'modem = "{modem.path}"'))
        assert modem.wait_for_pdus(1, 10)
        eventually(lambda: outbox.states() == [("soon", "sent")])
        assert "A001".encode("utf-16-be").hex().upper() in modem.pdus[0]
        agent.until("modem", "ready")
        modem.unplug()
        eventually(lambda: agent.line("modem")["state"] == "waiting")
        eventually(
            lambda: outbox.hall.rows("SELECT name, state FROM device") == [("modem", "absent")]
        )
        modem.plug_in()
        eventually(lambda: agent.line("modem")["state"] == "running")
        outbox.hall.calling().call_next()
        assert modem.wait_for_pdus(2, 10)
        agents.end(agent)
        assert len(modem.pdus) == 2
    assert NUMBER not in agent.log()


def test_without_the_key_it_says_so_calmly(agents: Agents, outbox: Outbox) -> None:
    key = outbox.folder / "hall.key"
    hidden = key.rename(outbox.folder / "elsewhere")
    agent = agents.start("pc9", outbox.by_command())
    agent.until("messages", f"There is no key file {key}. hallclient hall key makes one.")
    assert agent.line("messages")["state"] == "trouble"
    outbox.leave()
    hidden.rename(key)
    eventually(lambda: outbox.states() == [("soon", "sent")])
    agents.end(agent)
    assert "Traceback" not in agent.log()
