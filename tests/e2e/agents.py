"""Agents as real processes, each with a folder of its own, as on a PC of its own."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.e2e.terminal import Terminal
from tests.waiting import eventually


@dataclass
class AgentProcess:
    """One agent, on a PC of its own."""

    terminal: Terminal
    name: str
    process: subprocess.Popen[bytes]

    @property
    def folder(self) -> Path:
        return self.terminal.home / self.name

    def line(self, part: str) -> dict[str, Any]:
        """What its status says of a part; empty before it says anything."""
        try:
            lines = json.loads((self.folder / "status.json").read_text("utf-8"))["lines"]
        except OSError:
            return {}
        found: dict[str, Any] = next((line for line in lines if line["part"] == part), {})
        return found

    def until(self, part: str, words: str) -> None:
        eventually(lambda: words in self.line(part).get("words", ""))

    def until_rests(self, part: str) -> None:
        eventually(lambda: self.line(part).get("state") == "resting")

    def roles(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children()

    def log(self) -> str:
        return (self.folder / "agent.log").read_text("utf-8")


@dataclass
class Agents:
    """All agents of a test; none of them and of their roles is left at its end."""

    terminal: Terminal
    running: list[AgentProcess] = field(default_factory=list)
    seen: set[psutil.Process] = field(default_factory=set)

    def start(self, name: str, settings: str) -> AgentProcess:
        file = self.terminal.home / f"{name}.toml"
        file.write_text(settings, "utf-8")
        state = self.terminal.home / name
        state.mkdir(exist_ok=True)
        (state / "status.json").unlink(missing_ok=True)
        command = [sys.executable, "-m", "hallclient", "agent", "--settings", str(file)]
        process = subprocess.Popen(
            [*command, "--state", str(state)],
            env=self.terminal.environment(),
            stdin=subprocess.DEVNULL,
        )
        self.running.append(AgentProcess(self.terminal, name, process))
        return self.running[-1]

    def end(self, agent: AgentProcess) -> None:
        """Ask an agent to end: it does, with its roles."""
        roles = agent.roles()
        agent.process.terminate()
        code = agent.process.wait(12)
        self.running.remove(agent)  # before anything can fail: the others are still to be ended
        assert code == 0
        assert not [role for role in roles if role.is_running()]

    def kill(self, agent: AgentProcess) -> list[psutil.Process]:
        """End an agent as a power cut of its own would; return the roles it had."""
        roles = agent.roles()
        self.seen.update(roles)
        agent.process.kill()
        assert agent.process.wait(5) == -signal.SIGKILL
        self.running.remove(agent)
        return roles

    def destroy(self) -> None:
        for agent in list(self.running):
            self.kill(agent)
        for role in self.seen:
            if role.is_running():
                role.kill()


@pytest.fixture
def agents(tmp_path: Path) -> Iterator[Agents]:
    opened = Agents(Terminal(tmp_path))
    try:
        yield opened
        for agent in list(opened.running):
            opened.end(agent)
    finally:
        opened.destroy()
