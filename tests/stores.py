"""A small hall, loaded, in a database of its own, with its clock in the test's hand."""

import itertools
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from hallclient.domain.hall import HallPlan
from hallclient.domain.journal import Entry
from hallclient.lab.postgres import TemporaryPostgres
from hallclient.services.board import Board
from hallclient.services.calling import Calling
from hallclient.services.halls import update_hall
from hallclient.services.issuing import IssuedTicket, Issuing, TicketRequest
from hallclient.services.ratings import Ratings
from hallclient.services.shifts import Shifts
from hallclient.storage.columns import UtcDateTime
from hallclient.storage.engine import READ, open_engine
from hallclient.storage.rights import apply_rights
from hallclient.storage.store import SqlStore, found_hall
from tests.halls import HALL_ID, PIN, cheap_hash, small_hall
from tests.postgres import fresh_database
from tests.tables import engine_with_tables

OPENING = datetime(2026, 9, 29, 1, tzinfo=UTC)
"""Tuesday, nine in the morning in Shanghai."""


def staffed_hall(windows: int = 3) -> HallPlan:
    """The small hall with PINs that cost no time."""
    plan = small_hall(windows=windows)
    return replace(plan, staff=tuple(replace(m, pin_hash=cheap_hash(PIN)) for m in plan.staff))


def load_hall_at(url: str, plan: HallPlan) -> None:
    """Make the tables and the hall in an empty database, or in a file that is to be made."""
    engine = engine_with_tables(url)
    found_hall(engine, plan)
    update_hall(SqlStore(engine, plan.hall_id, lambda: OPENING), plan)
    engine.dispose()


@dataclass
class HandClock:
    """A clock that stands until it is moved, also backwards."""

    now: datetime = OPENING

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **parts: float) -> None:
        self.now += timedelta(**parts)


@dataclass
class HallUnderTest:
    """A loaded hall; every method is a short cut to a service of the product."""

    url: str
    engine: Engine
    clock: HandClock
    store: SqlStore = field(init=False)

    def __post_init__(self) -> None:
        self.store = SqlStore(self.engine, HALL_ID, self.clock)
        self._requests = itertools.count(1)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def another_store(self, clock: Callable[[], datetime] | None = None) -> Iterator[SqlStore]:
        """A store with an engine of its own, as another process has it."""
        engine = open_engine(self.url)
        try:
            yield SqlStore(engine, HALL_ID, clock or self.clock)
        finally:
            engine.dispose()

    @property
    def issuing(self) -> Issuing:
        return Issuing(self.store, "kiosk:K1")

    @property
    def ratings(self) -> Ratings:
        return Ratings(self.store)

    @property
    def board(self) -> Board:
        return Board(self.store)

    def calling(self, window: str = "2") -> Calling:
        return Calling(self.store, window)

    def shifts(self, window: str = "2") -> Shifts:
        return Shifts(self.store, window)

    def sign_in(self, *windows: str) -> None:
        """Window n is staffed by 1000 + n."""
        for window in windows:
            self.shifts(window).sign_in(str(1000 + int(window)), PIN)

    def issue(self, service: str = "ZH001", **more: Any) -> IssuedTicket:
        """A ticket for a new request, one second after the last."""
        self.clock.advance(seconds=1)
        return self.issuing.issue(TicketRequest(f"request {next(self._requests)}", service, **more))

    def change_plan(self, **changes: Any) -> None:
        """Load a hall file that differs so."""
        update_hall(self.store, replace(self.store.plan().as_filed, **changes))

    def change_rules(self, **changes: Any) -> None:
        self.change_plan(rules=replace(self.store.plan().rules, **changes))

    def journal(self) -> Sequence[Entry]:
        with self.store.look() as reader:
            return reader.entries_after(0, 1_000_000)

    def kinds(self) -> list[str]:
        """What the journal says since the hall file was loaded."""
        return [e.kind for e in self.journal() if not e.kind.startswith("hall.")]

    def rows(self, query: str, **values: Any) -> list[Any]:
        """Ask in plain SQL, past every module of the product."""
        with self.engine.execution_options(**READ).connect() as connection:
            return list(connection.execute(sa.text(query), values))

    def execute(self, query: str, **values: Any) -> None:
        """Change rows in plain SQL, behind the program's back."""
        times = [
            sa.bindparam(name, type_=UtcDateTime())
            for name, value in values.items()
            if isinstance(value, datetime)
        ]
        with self.engine.begin() as connection:
            connection.execute(sa.text(query).bindparams(*times), values)

    def one(self, query: str, **values: Any) -> Any:
        (row,) = self.rows(query, **values)
        return row[0]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "hall.db"
    load_hall_at(f"sqlite:///{path}", staffed_hall())
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: TemporaryPostgres) -> Iterator[str]:
    with fresh_database(postgres_server) as url:
        load_hall_at(url, staffed_hall())
        engine = open_engine(url)
        apply_rights(engine)
        engine.dispose()
        yield url.partition("@/")[2].partition("?")[0]


@pytest.fixture(params=["sqlite", "postgresql"])
def hall_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a loaded hall, on both databases in turn."""
    with hall_url_of(request, tmp_path) as url:
        yield url


@contextmanager
def hall_url_of(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """The URL of a loaded hall on the database that a fixture's parameter names."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), folder / "hall.db")
        yield f"sqlite:///{folder}/hall.db"
    else:
        template = request.getfixturevalue("postgres_template")
        with fresh_database(request.getfixturevalue("postgres_server"), template) as url:
            yield url


@pytest.fixture
def hall(hall_url: str) -> Iterator[HallUnderTest]:
    """A loaded hall, on both databases in turn."""
    engine = open_engine(hall_url)
    yield HallUnderTest(hall_url, engine, HandClock())
    engine.dispose()
