"""Where tests keep their files: in memory where there is room, for most of them are databases.

A copy of a PostgreSQL database costs a tenth of the time there, a commit to SQLite waits for no
disk. Whoever sets TMPDIR decides otherwise.
"""

import os
import shutil
import tempfile
from multiprocessing.util import Finalize
from pathlib import Path

import psutil

_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of one's own inside
_ROOM = 4 << 30
"""Bytes; three processes with a server each take about one."""


def in_memory() -> Path | None:
    """Move the temporary files of this process and its children there; None without room.

    They go when the process ends.
    """
    if "TMPDIR" in os.environ or not _MEMORY.is_dir() or not os.access(_MEMORY, os.W_OK):
        return None
    if shutil.disk_usage(_MEMORY).free < _ROOM:
        return None
    for left in _MEMORY.glob("hall-*"):  # by a run that was killed
        owner = int(left.name.partition("-")[2])
        if owner == os.getpid() or not psutil.pid_exists(owner):
            shutil.rmtree(left, ignore_errors=True)
    # A short name: sockets lie below it, and their paths may have a hundred letters.
    folder = _MEMORY / f"hall-{os.getpid()}"
    folder.mkdir()
    folder.chmod(0o1777)  # root's PostgreSQL runs as another user
    # After multiprocessing has tidied up its own folder in there, which it does with -100.
    Finalize(None, shutil.rmtree, (folder, True), exitpriority=-200)
    os.environ["TMPDIR"] = str(folder)
    tempfile.tempdir = None
    return folder
