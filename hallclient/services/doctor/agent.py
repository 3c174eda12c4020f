"""The agent of this PC: does it run, does it start by itself, what is it in trouble with."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hallclient.services.doctor.finding import Fact, Finding, good, note, trouble


@dataclass(frozen=True, slots=True)
class AgentFacts:
    """``enabled`` is systemd's word on its unit, ``unit`` and ``entry`` whether files are there.

    ``troubles`` are parts of a running agent that are not well: name and last words.
    """

    wanted: bool
    runs: bool
    ran_ever: bool
    unit: bool
    enabled: str
    entry: bool
    troubles: Sequence[tuple[str, str]] = ()


def agent(facts: AgentFacts) -> Iterator[Finding]:
    """Yield how the agent stands; a PC whose settings ask for nothing needs none."""
    if facts.runs:
        for part, words in facts.troubles:
            yield trouble("agent.trouble", "hallclient agent --status", part=part, words=words)
        if not facts.troubles:
            yield good("agent.runs")
    elif facts.wanted:
        command = "hallclient agent"
        if facts.unit:
            command = "systemctl --user start hallclient-agent"
        yield trouble("agent.ended" if facts.ran_ever else "agent.never", command)
    yield from _starts(facts)


def _starts(facts: AgentFacts) -> Iterator[Finding]:
    if facts.unit and facts.enabled not in ("", "enabled"):
        command = "systemctl --user enable hallclient-agent"
        yield trouble("agent.disabled", command, state=facts.enabled)
    elif facts.unit or facts.entry:
        yield good("agent.starts")
    elif facts.wanted:
        yield trouble("agent.no_start", "hallclient agent --install")
    elif facts.runs:
        yield note("agent.no_start", "hallclient agent --install")


@dataclass(frozen=True, slots=True)
class OtherProcess:
    """A hallclient that runs here: ``version`` empty where it would not say.

    ``stale``: it was started before the program's files were changed.
    """

    pid: int
    role: str
    version: str
    stale: bool


def processes(others: Sequence[OtherProcess], version: str) -> Iterator[Finding]:
    """Yield whether every hallclient on this PC is this one."""
    odd = False
    for one in others:
        about: dict[str, Fact] = {"role": one.role, "pid": one.pid}
        if one.version and one.version != version:
            odd = True
            yield trouble("process.version", f"kill {one.pid}", **about, version=one.version,
                          own=version)  # fmt: skip
        elif one.stale:
            odd = True
            yield trouble("process.stale", f"kill {one.pid}", **about)
    if not odd:
        yield good("process.same", n=len(others), version=version)
