"""Fixtures that give a test a database of its own; every storage test runs on both kinds."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from hallclient.lab.postgres import TemporaryPostgres
from tests.postgres import fresh_database


def open_handles() -> int:
    """Count this process's open files and sockets."""
    return len(os.listdir("/dev/fd"))  # noqa: PTH208 - only the names


_SMALL = {"max_wal_size": "64MB", "min_wal_size": "32MB"}  # it may lie in memory


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[TemporaryPostgres]:
    """One server per test process, started when first needed; without one, tests fail."""
    with TemporaryPostgres(durable=False, settings=_SMALL) as server:
        yield server


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/hall.db"


@pytest.fixture
def postgres_url(postgres_server: TemporaryPostgres) -> Iterator[str]:
    with fresh_database(postgres_server) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database, on SQLite and on PostgreSQL in turn."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    url: str = request.getfixturevalue(name)
    return url
