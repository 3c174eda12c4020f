"""Small plays of the faults: nothing that was acknowledged is lost, and work goes on by itself.

``hallclient bench faults`` plays them longer; those that take their time are marked slow here.
"""

import os
import sys
import tempfile
from pathlib import Path

import pytest

from hallclient.lab.faults.run import FAULTS, play_one
from hallclient.lab.faults.trial import Fault, Result
from hallclient.lab.postgres import TemporaryPostgres

FAULT = {fault.name: fault for fault in FAULTS}
MEMORY = Path("/dev/shm")  # noqa: S108 - a disk on which syncing costs nothing
TEMPO = 0.2

needs_root = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only root may mount a small disk"
)


def played(name: str, kind: str, server: TemporaryPostgres | None, rounds: int = 1) -> Result:
    base = MEMORY if os.access(MEMORY, os.W_OK) else None
    result = play_one(FAULT[name], kind, rounds, 1, server, TEMPO, base)
    if result.skipped:
        pytest.skip(result.skipped)
    return result


def check(result: Result, least: int = 20) -> None:
    assert result.failed == ""
    assert result.verdict.lost == ()
    assert result.verdict.doubled == ()
    assert result.verdict.broken == ()
    assert result.verdict.found == result.verdict.acknowledged >= least


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("name", ["kill", "clock"])
def test_on_both_databases(name: str, kind: str, postgres_server: TemporaryPostgres) -> None:
    check(played(name, kind, postgres_server))


@pytest.mark.parametrize("name", ["cut", "half-open"])
def test_on_a_network(name: str, postgres_server: TemporaryPostgres) -> None:
    check(played(name, "postgresql", postgres_server))


@needs_root
@pytest.mark.parametrize("name", ["full", "read-only"])
def test_on_a_disk(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    result = played(name, "sqlite", None)
    check(result)
    assert any("full" in note or "read-only" in note for note in result.notes)
    mounts = Path("/proc/mounts").read_text("utf-8")
    assert f"{tmp_path}/hallclient-disk-" not in mounts


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_all_of_them(fault: Fault, kind: str, postgres_server: TemporaryPostgres) -> None:
    if kind not in fault.kinds:
        pytest.skip("not for this database")
    check(played(fault.name, kind, postgres_server, rounds=2))
