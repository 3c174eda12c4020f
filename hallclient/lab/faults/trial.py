"""One fault on one database: what its play has at hand, and what comes of it."""

import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from hallclient.domain.hall import HallPlan
from hallclient.lab.faults.hall import HALL_ID, found
from hallclient.lab.faults.judge import Verdict, judge
from hallclient.lab.faults.stage import Crew
from hallclient.lab.postgres import TemporaryPostgres

KINDS: Final = ("sqlite", "postgresql")


class Skipped(Exception):
    """A fault cannot be made here; the text says why."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one fault on one database."""

    fault: str
    database: str
    rounds: int = 0
    verdict: Verdict = field(default_factory=Verdict)
    recovery_s: float | None = None
    """The worst time from the end of the fault until everybody had done something again."""
    notes: tuple[str, ...] = ()
    skipped: str = ""
    failed: str = ""

    @property
    def sound(self) -> bool:
        """Return whether all that is promised was kept."""
        return not self.failed and self.verdict.sound

    def figures(self) -> dict[str, object]:
        """Return the figures for people and scripts."""
        one = self.verdict
        return {
            "fault": self.fault,
            "database": self.database,
            "rounds": self.rounds,
            "acknowledged": one.acknowledged,
            "found": one.found,
            "told": one.told,
            "lost": len(one.lost),
            "doubled": len(one.doubled),
            "unacknowledged": one.unacknowledged,
            "recovery_s": None if self.recovery_s is None else round(self.recovery_s, 2),
            "broken": [*one.lost[:5], *one.doubled[:5], *one.broken],
            "notes": list(self.notes),
            "skipped": self.skipped,
            "failed": self.failed,
            "sound": self.sound,
        }


@dataclass(slots=True)
class Trial:
    """What the play of one fault has at hand. A context manager: whatever it made goes with it."""

    fault: str
    kind: str
    rounds: int
    seed: int = 1
    tempo: float = 1.0
    """Less than one: shorter waits, for tests."""
    server: TemporaryPostgres | None = None
    """One that may be used, but not be stopped."""
    base: Path | None = None
    """Where its folder is made: on a disk in memory syncing costs nothing."""
    dice: random.Random = field(init=False)
    folder: Path = field(init=False)
    _stack: ExitStack = field(default_factory=ExitStack)
    _recoveries: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dice = random.Random(f"{self.seed} {self.fault}")  # noqa: S311 - no secret
        self.folder = Path(tempfile.mkdtemp(prefix="hallclient-fault-", dir=self.base))
        self._stack.callback(shutil.rmtree, self.folder, ignore_errors=True)

    def own_server(self, **options: Any) -> TemporaryPostgres:
        """Return a PostgreSQL of this fault's own, to be stopped and killed."""
        return self._stack.enter_context(TemporaryPostgres(max_connections=60, **options))

    def url(self, folder: Path | None = None) -> str:
        """Return the URL of an empty database."""
        if self.kind == "sqlite":
            return f"sqlite:///{folder or self.folder}/hall.db"
        if self.server is None:
            self.server = self.own_server()
        name = f"fault_{time.monotonic_ns()}"
        make_database(self.server.url, name)
        self._stack.callback(drop_database, self.server.url, name)
        return self.server.url_of(name)

    def hall(self, url: str) -> HallPlan:
        """Make the hall in a database."""
        return found(url)

    @contextmanager
    def crew(self, url: str, plan: HallPlan, **options: Any) -> Iterator[Crew]:
        """Have processes in the hall."""
        with Crew(url, self.folder, plan, seed=self.seed, **options) as crew:
            yield crew

    def enter(self, what: Any) -> Any:
        """Enter a context until the end of the trial."""
        return self._stack.enter_context(what)

    def recovery(self, seconds: float) -> None:
        """Note how long it took until everybody worked again."""
        self._recoveries.append(seconds)

    def result(self, crew: Crew, url: str, *notes: str, rounds: int | None = None) -> Result:
        """End the work, hand in what is kept, and judge."""
        crew.stop()
        crew.hand_in()
        crew.reader.look()
        verdict = judge(url, HALL_ID, crew.reader.all)
        return self.judged(verdict, *notes, rounds=rounds)

    def judged(self, verdict: Verdict, *notes: str, rounds: int | None = None) -> Result:
        """Return a result."""
        worst = max(self._recoveries, default=None)
        played = self.rounds if rounds is None else rounds
        return Result(self.fault, self.kind, played, verdict, worst, notes)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of the list. ``play`` raises ``Skipped`` and ``FaultError``."""

    name: str
    what: str
    """One sentence: what is done."""
    play: Callable[[Trial], Result]
    kinds: tuple[str, ...] = KINDS
    rounds: int = 5


def make_database(url: str, name: str) -> None:
    """Make an empty database on a server."""
    import psycopg  # noqa: PLC0415 - an extra

    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE template0'.encode())


def drop_database(url: str, name: str) -> None:
    """Remove a database, whoever is connected."""
    import psycopg  # noqa: PLC0415 - an extra

    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
