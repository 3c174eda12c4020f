"""What is done with an old hall's database as a whole: forgetting, a check, a backup."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection
from pathlib import Path
from typing import Any

from hallclient.services.chores.retention import RetentionChore
from hallclient.services.store import Store


def ask_whole(url: str, store: Store, actions: Collection[str]) -> dict[str, Any]:
    """Forget what is due, then run ``db check`` and ``db backup`` as processes of their own.

    ``actions`` says which of them. Returns seconds, steps, and of each process the most memory in
    MB. Raises ``RuntimeError`` where a command fails: the chain does not hold.
    """
    began, steps, chore = time.monotonic(), 0, RetentionChore()
    while chore.step(store):
        steps += 1
    found: dict[str, Any] = {
        "retention_steps": steps,
        "retention_s": round(time.monotonic() - began, 1),
    }
    folder = Path(tempfile.mkdtemp(prefix="hallclient-grow-backup-"))
    try:
        if "check" in actions:
            found |= _run("check", "--db", url)
        if "backup" in actions:
            found |= _run("backup", "--db", url, "--to", str(folder))
            found["backup_bytes"] = sum(one.stat().st_size for one in folder.iterdir())
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return found


def _run(action: str, *arguments: str) -> dict[str, Any]:
    """Run ``hallclient db ACTION``; what it says goes to stderr."""
    began = time.monotonic()
    command = [sys.executable, "-m", "hallclient", "db", action, *arguments]
    with subprocess.Popen(command, stdout=sys.stderr) as process:  # noqa: S603 - our own command
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"db {action} ended with {process.returncode}")
    return {
        f"{action}_s": round(time.monotonic() - began, 1),
        f"{action}_cpu_s": round(used.ru_utime + used.ru_stime, 1),
        f"{action}_mb": round(used.ru_maxrss / 1024),
    }
