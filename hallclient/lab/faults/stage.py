"""The processes of a fault's hall: started, killed, frozen, waited for, and never left behind."""

import multiprocessing
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Event
from types import TracebackType
from typing import Final, Self

from hallclient.domain.hall import HallPlan
from hallclient.lab.faults.acks import NO_PROMISE, SAID, Ack, AckReader
from hallclient.lab.faults.hall import WINDOWS
from hallclient.lab.faults.work import STOP, Part, perform

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["hallclient.lab.faults.work", "hallclient.lab.faults.preload"])

LIMIT_S: Final = 30.0
END_S: Final = 15.0
_LOOK_S: Final = 0.02
OFFLINE: Final = frozenset({"spooled", "kept", "kept_rating"})

CAST: Final = (("kiosk", "K1"), ("kiosk", "K2"), *(("window", f"W{w}") for w in WINDOWS))
BOARD: Final = ("board", "D1")


class FaultError(Exception):
    """A fault's play did not go as it must; the text says how."""


@dataclass(slots=True)
class _Player:
    """A process and the leash it is on."""

    part: Part
    process: BaseProcess
    leash: Connection


@dataclass(slots=True)
class Crew:
    """The processes of one hall. A context manager; at its end none of them is left."""

    url: str
    folder: Path
    plan: HallPlan = field(repr=False)
    seed: int = 1
    cast: Sequence[tuple[str, str]] = (*CAST, BOARD)
    clock: Path | None = None
    weaken: Callable[[], None] | None = None
    spools: Path | None = None
    """Where the spools are, if not in the folder."""
    rest_s: float | None = None
    reader: AckReader = field(init=False)
    _players: dict[str, _Player] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.acks.mkdir(parents=True, exist_ok=True)
        self.home.mkdir(parents=True, exist_ok=True)
        self.reader = AckReader(self.acks)

    @property
    def acks(self) -> Path:
        """Return the folder of what was promised."""
        return self.folder / "acks"

    @property
    def home(self) -> Path:
        """Return the folder of the spools."""
        return self.spools or self.folder / "spools"

    @property
    def names(self) -> list[str]:
        """Return who plays."""
        return [name for _kind, name in self.cast]

    def start(self, names: Iterable[str] | None = None) -> None:
        """Start these, all that are not there."""
        wanted = set(names or self.names)
        for kind, name in self.cast:
            if name in wanted and name not in self._players:
                self._players[name] = self._started(self._part(kind, name))

    def kill(self, names: Iterable[str] | None = None) -> None:
        """End these at once, as ``kill -9`` does."""
        chosen = [self._players.pop(name) for name in list(names or self._players)]
        for player in chosen:
            player.process.kill()
        for player in chosen:
            _bury(player)

    def stop(self) -> None:
        """Tell all to end; each does so well."""
        players, self._players = self._players, {}
        failed = []
        for player in players.values():
            with suppress(BrokenPipeError):
                player.leash.send(STOP)
        until = time.monotonic() + END_S
        for name, player in players.items():
            player.process.join(max(0.0, until - time.monotonic()))
            code = player.process.exitcode
            if code is None:
                player.process.kill()
            _bury(player)
            if code != 0:
                failed.append(f"{name} ended with {code}")
        if failed:
            raise FaultError(", ".join(failed))

    def hand_in(self) -> None:
        """Let a new process of each kiosk and window bring in what its spool holds."""
        for kind, name in self.cast:
            if kind != "board":
                part = replace(self._part(kind, name), only_hand_in=True)
                self._players[name] = self._started(part)
        self.stop()

    def wait_for(
        self, done: Callable[[list[Ack]], bool], what: str, limit_s: float = LIMIT_S
    ) -> None:
        """Wait until the new promises say so; nobody may die meanwhile."""
        until, pause = time.monotonic() + limit_s, Event()
        fresh: list[Ack] = []
        while True:
            fresh += self.reader.look()
            if done(fresh):
                return
            self.check()
            if time.monotonic() > until:
                raise FaultError(f"{what} did not come within {limit_s:.0f} s")
            pause.wait(_LOOK_S)

    def wait_for_work(self, number: int) -> None:
        """Wait until so many more operations were acknowledged."""

        def enough(fresh: list[Ack]) -> bool:
            return sum(ack.op not in NO_PROMISE for ack in fresh) >= number

        self.wait_for(enough, f"work of {number} operations")

    def recovered(
        self, since: float, names: Iterable[str] | None = None, limit_s: float = LIMIT_S
    ) -> float:
        """Wait until each has done something with the database after a moment.

        Return how long the last of them took, in seconds.
        """
        first: dict[str, float] = {}
        wanted = set(names or self._players)

        def all_back(fresh: list[Ack]) -> bool:
            for ack in fresh:
                if ack.at >= since and ack.op not in NO_PROMISE | OFFLINE:
                    first.setdefault(ack.who, ack.at)
            return wanted <= first.keys()

        try:
            self.wait_for(all_back, "work after the fault", limit_s)
        except FaultError as error:
            late = (f"{name} ({self._last_said(name)})" for name in sorted(wanted - first.keys()))
            raise FaultError(f"{error}: {', '.join(late)}") from None
        return max(first[name] for name in wanted) - since

    def said(self) -> list[Ack]:
        """Return the errors that processes met and lived on with."""
        self.reader.look()
        return [ack for ack in self.reader.all if ack.op == SAID]

    def _last_said(self, name: str) -> str:
        """Return what a process did or met last, for whoever looks for its fault."""
        told = [ack for ack in self.reader.all if ack.who == name]
        return ", ".join(f"{ack.op} {ack.facts}" for ack in told[-3:]) or "nothing at all"

    def check(self) -> None:
        """Raise ``FaultError`` when somebody has ended who was not told to."""
        dead = [
            f"{name} died with {player.process.exitcode}"
            for name, player in self._players.items()
            if player.process.exitcode is not None
        ]
        if dead:
            raise FaultError(", ".join(dead))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()

    def _part(self, kind: str, name: str) -> Part:
        part = Part(
            kind,
            name,
            self.url,
            self.home,
            self.acks,
            self.plan,
            self.seed,
            self.clock,
            self.weaken,
        )
        return part if self.rest_s is None else replace(part, rest_s=self.rest_s)

    @staticmethod
    def _started(part: Part) -> _Player:
        theirs, ours = _context.Pipe(duplex=False)
        process = _context.Process(target=perform, args=(part, theirs), daemon=True)
        process.start()
        theirs.close()
        return _Player(part, process, ours)


def _bury(player: _Player) -> None:
    player.process.join(END_S)
    player.process.close()
    player.leash.close()
