"""The power fails: nothing acknowledged is lost, and where a sync is missing the lab sees it."""

import os
import shutil
from pathlib import Path

import pytest

from hallclient.lab.faults import power
from hallclient.lab.faults.trial import Result, Trial

MEMORY = Path("/dev/shm")  # noqa: S108 - what is synced is read from the trace, not from the disk
STEPS, CUTS = 36, 6

pytestmark = pytest.mark.skipif(not shutil.which("strace"), reason="'strace' is not installed")


def cut(weaken: str, *ops: str) -> Result:
    base = MEMORY if os.access(MEMORY, os.W_OK) else None
    with Trial("power", "sqlite", CUTS, base=base) as trial:
        return power.play(trial, weaken, STEPS, ops)


def test_a_power_cut_takes_nothing_that_was_acknowledged() -> None:
    result = cut("")
    assert result.verdict.sound
    assert result.verdict.found == result.verdict.acknowledged > CUTS * STEPS
    assert result.rounds >= 2 * CUTS


@pytest.mark.parametrize(
    ("spoilt", "ops"),
    [
        ("sqlite_syncs_sometimes", ("issued", "called")),
        pytest.param("spools_sync_nothing", ("spooled", "kept"), marks=pytest.mark.slow),
        pytest.param("spools_sync_no_folder", ("spooled", "kept"), marks=pytest.mark.slow),
    ],
)
def test_a_missing_sync_is_noticed(spoilt: str, ops: tuple[str, ...]) -> None:
    result = cut(f"tests.faults.weak:{spoilt}", *ops)
    assert result.failed == ""
    assert not result.sound
    assert any(line.startswith(ops) for line in result.verdict.lost)
