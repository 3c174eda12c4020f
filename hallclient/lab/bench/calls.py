"""``bench calls``: from a call's commit to its number on the boards, in separate processes."""

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from hallclient.bootstrap.halls import load_hall_into, open_hall
from hallclient.domain.parts import StaffRole
from hallclient.lab.bench.figures import summary
from hallclient.lab.postgres import temporary_postgres
from hallclient.services.hallfile import LoadedHall, load_hall
from hallclient.services.issuing import Issuing, TicketRequest
from hallclient.services.shifts import Shifts

PAUSE_S = 0.8
"""From a case to the next at a window, of few."""
MOST_A_SECOND = 15.0
"""Calls of many windows: a board has room for forty in two seconds, who comes then waits for a
place by design (``display.crowd``) and would be measured as late."""
SETTLED_S = 6.0
"""After the last board is ready: by then what a board does once is over (``board.READY_MS``)."""
REST_S = 1.0
LIMIT_S = 300.0


@dataclass(frozen=True, slots=True)
class Painted:
    """What one run saw. ``unseen`` calls were not painted on some display."""

    database: str
    calls: int
    unseen: int
    commit_ms: list[float]
    painted_ms: list[float]
    pressed_ms: list[float]
    """From the clerk's press to the picture: with the wait for the hall's lock."""
    busy: int
    """Presses that the database turned away as too busy."""
    calls_per_s: float
    board_cpu_ms: float
    """Processor time of one board for one call, its start left out."""

    def figures(self) -> dict[str, object]:
        """Return the figures for people and scripts."""
        return {
            "database": self.database,
            "calls": self.calls,
            "calls_per_s": round(self.calls_per_s, 1),
            "unseen": self.unseen,
            **summary("painted", self.painted_ms),
            **summary("commit", self.commit_ms),
            **summary("pressed", self.pressed_ms),
            "busy": self.busy,
            "board_cpu_ms_per_call": round(self.board_cpu_ms, 2),
        }


def measure(kind: str, windows: int, displays: int, calls: int) -> Painted:
    """Run windows and displays on ``sqlite`` or ``postgresql``; ``calls`` are calls a window."""
    pause = max(PAUSE_S, windows / MOST_A_SECOND)
    with database_of(kind) as url:
        codes = _prepare(url, windows, calls)
        with ExitStack() as stack:
            desks = stack.enter_context(_probe("window_probe", url, str(calls), str(pause), *codes))
            desks.wait_ready()
            boards = [
                stack.enter_context(_probe("display_probe", url, f"D{n}")) for n in range(displays)
            ]
            for board in boards:
                board.wait_ready()
            threading.Event().wait(SETTLED_S)
            desks.go()
            called = desks.finish()
            threading.Event().wait(REST_S)  # the last calls reach the boards
            shown = [board.finish() for board in boards]
    return _match(kind, called, shown)


@contextmanager
def database_of(kind: str) -> Iterator[str]:
    """Yield the URL of an empty database of a kind, removed afterwards."""
    if kind == "postgresql":
        with temporary_postgres() as url:
            yield url
    else:
        with tempfile.TemporaryDirectory(prefix="hallclient-bench-") as folder:
            yield f"sqlite:///{Path(folder) / 'hall.db'}"


def _match(kind: str, called: list[str], shown: list[list[str]]) -> Painted:
    commits: dict[str, tuple[float, float]] = {}
    busy = 0
    for line in called:
        turn, *rest = line.split()
        if turn == "busy":
            busy += int(rest[0])
        else:
            commits[turn] = float(rest[0]), float(rest[1])
    delays, pressed, unseen, spent = [], [], 0, []
    for lines in shown:
        painted = dict(line.split() for line in lines)
        spent.append(float(painted.pop("cpu")))
        unseen += len(commits.keys() - painted.keys())
        for turn in commits.keys() & painted.keys():
            committed, took = commits[turn]
            delays.append((float(painted[turn]) - committed) * 1000)
            pressed.append(delays[-1] + took)
    each = 1000 * sum(spent) / len(spent) / max(1, len(commits))
    took_ms = [took for _, took in commits.values()]
    moments = [at for at, _ in commits.values()]
    speed = len(commits) / (max(moments, default=0.0) - min(moments, default=0.0) or 1.0)
    return Painted(kind, len(commits), unseen, took_ms, delays, pressed, busy, speed, each)


def _prepare(url: str, windows: int, calls: int) -> list[str]:
    loaded = _widened(load_hall("demo"), windows)
    plan = replace(loaded.plan, hours=())
    load_hall_into(url, replace(loaded, plan=plan))
    hall = open_hall(url, "", "bench")
    try:
        desks = plan.windows[:windows]
        clerks = _clerks(loaded)
        for desk, clerk in zip(desks, clerks, strict=False):
            Shifts(hall.store, desk.code).sign_in(clerk, loaded.pins[clerk])
        issuing = Issuing(hall.store, "kiosk:bench")
        number = 0
        for desk in desks:
            service = next(s.code for s in plan.listed if s.queue == desk.queues[0])
            for _ in range(calls + 1):
                number += 1
                issuing.issue(TicketRequest(f"bench-{number}", service))
    finally:
        hall.close()
    return [desk.code for desk in desks]


def _widened(loaded: LoadedHall, windows: int) -> LoadedHall:
    """Return the hall with as many windows and clerks as are wanted, more of the same kind."""
    plan, pins = loaded.plan, dict(loaded.pins)
    desks, staff = list(plan.windows), list(plan.staff)
    for n in range(windows - len(desks)):
        desks.append(replace(desks[n], code=f"9{n:02}", number=f"9{n:02}"))
    known = _clerks(loaded)
    clerk = plan.staff_of[known[0]]
    for n in range(windows - len(known)):
        staff.append(replace(clerk, code=f"99{n:02}", window=""))
        pins[f"99{n:02}"] = pins[clerk.code]
    made = replace(plan, windows=tuple(desks), staff=tuple(staff))
    return replace(loaded, plan=made, pins=pins)


def _clerks(loaded: LoadedHall) -> list[str]:
    return [
        member.code
        for member in loaded.plan.staff
        if member.code in loaded.pins and member.role is StaffRole.CLERK
    ]


class _Probe:
    """A process that says ``ready``, waits for a word, and prints lines until it ends."""

    def __init__(self, process: "subprocess.Popen[str]", *, until_told: bool) -> None:
        self._process = process
        self._until_told = until_told
        self._lines: list[str] = []
        self._ready = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait_ready(self) -> None:
        """Wait until the process has started."""
        if not self._ready.wait(LIMIT_S) or self._process.poll() is not None:
            raise RuntimeError("a process of the benchmark did not start")

    def go(self) -> None:
        """Let it begin."""
        assert self._process.stdin is not None  # noqa: S101 - a pipe
        self._process.stdin.write("go\n")
        self._process.stdin.flush()

    def finish(self) -> list[str]:
        """Close its input where it waits for that, wait for its end, return its lines."""
        if self._until_told:
            self.close_input()
        if self._process.wait(LIMIT_S):
            raise RuntimeError("a process of the benchmark failed: its own words are above")
        self._reader.join(LIMIT_S)
        return self._lines

    def close_input(self) -> None:
        """Say that it is over."""
        if self._process.stdin is not None:
            self._process.stdin.close()

    def _read(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 - a pipe
        for line in self._process.stdout:
            if line.strip() == "ready":
                self._ready.set()
            else:
                self._lines.append(line.strip())
        self._ready.set()


@contextmanager
def _probe(module: str, *words: str) -> Iterator[_Probe]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", f"hallclient.lab.bench.{module}", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    probe = _Probe(process, until_told=module == "display_probe")
    try:
        yield probe
    finally:
        with suppress(BrokenPipeError):
            probe.close_input()
        if process.poll() is None:
            process.terminate()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
