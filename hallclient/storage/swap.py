"""Puts another SQLite file in the place of a database, also while processes have it open.

An SQLite database is a file and its WAL, joined by nothing but their names; a WAL of one file read
with another destroys it (https://sqlite.org/howtocorrupt.html §4). So:

- who opens a connection holds the *door* for that moment, shared; who swaps holds it alone;
- who changes holds the write turn, and looks after that whether the file at the path is still the
  one that the connection has open (``engine``); who swaps holds the turn, too;
- a process that still has the old file open goes on with the old file and its own WAL, both under
  their new names, and lets go of them at its next transaction.

The new file waits complete under its own name (``SWAP``); from then on a kill at any moment leaves
either the old database or one that ``finish_swap`` completes.
"""

import logging
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Final

from hallclient.storage.errors import Busy, DatabaseAway, StorageError, translate
from hallclient.storage.write_turn import file_turn, has_turn, sync_folder

log = logging.getLogger(__name__)

SWAP: Final = ".restored"
"""What a complete file is called that is about to take the place of the database."""
_DOOR: Final = ".door"
_BESIDE: Final = ("-wal", "-shm")
_WAIT_S: Final = 5.0

if sys.platform != "win32":
    import fcntl

    def _lock(handle: int, *, alone: bool) -> None:
        fcntl.flock(handle, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)

else:  # nobody can rename a file there that another has open: there is nothing to keep apart

    def _lock(handle: int, *, alone: bool) -> None:
        del handle, alone


@contextmanager
def door(path: Path, *, alone: bool = False) -> Iterator[None]:
    """Hold the door of a database; ``DatabaseAway`` while its file is being changed."""
    try:
        handle = _open(path.with_name(path.name + _DOOR), path)
    except OSError as error:
        raise translate(error) from error
    try:
        try:
            _lock(handle, alone=alone)
        except OSError:
            raise DatabaseAway("The database is being restored; trying again.") from None
        yield
    finally:
        os.close(handle)


def identity(path: Path) -> tuple[int, int]:
    """Return what tells the file at a path from any other; zeros where there is none."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_dev, found.st_ino


def swap_in(new: Path, path: Path, aside: Path | None) -> None:
    """Put ``new``, complete and on the disk, at ``path``; what was there is called ``aside``.

    The caller holds the write turn. Raises ``Busy`` when somebody keeps opening connections; then,
    and when the system refuses, everything is as it was.
    """
    waiting = _waiting(path)
    new.replace(waiting)
    sync_folder(path.parent)
    try:
        _patiently(path, waiting, aside)
    except StorageError:
        waiting.unlink(missing_ok=True)
        raise


def finish_swap(path: Path, now: datetime) -> bool:
    """Complete what a killed process had begun; return whether there was something."""
    waiting = _waiting(path)
    if not waiting.exists():
        return False
    lock = path.with_name(path.name + ".lock")
    with nullcontext() if has_turn(lock) else file_turn(lock):
        if not waiting.exists():
            return False
        _patiently(path, waiting, aside_of(path, now))
    log.warning("a restored database that waited has taken the place of %s", path)
    return True


def aside_of(path: Path, now: datetime) -> Path:
    """Return a free name for what a database is set aside as."""
    stem = f"{path.stem}-set-aside-{now:%Y%m%d-%H%M%S}"
    names = [f"{stem}{path.suffix}", *(f"{stem}-{n}{path.suffix}" for n in range(2, 100))]
    return next(path.with_name(name) for name in names if not path.with_name(name).exists())


def _waiting(path: Path) -> Path:
    return path.with_name(path.name + SWAP)


def _patiently(path: Path, waiting: Path, aside: Path | None) -> None:
    until, pause = time.monotonic() + _WAIT_S, threading.Event()
    while True:
        try:
            with door(path, alone=True):
                _change(path, waiting, aside)
                return
        except DatabaseAway:
            if time.monotonic() > until:
                raise Busy("Others keep opening the database; it was not changed.") from None
            pause.wait(0.01)


def _change(path: Path, waiting: Path, aside: Path | None) -> None:
    """Change the files, all or none; the WAL first, for nobody opens it while the door is held."""
    moved: list[tuple[Path, Path]] = []
    to = aside or path.with_name(f"{path.name}.gone")
    linked = None
    try:
        if aside is not None and path.exists():
            os.link(path, aside)
            linked = aside
        for beside in (path.with_name(path.name + ending) for ending in _BESIDE):
            if beside.exists():
                other = to.with_name(to.name + beside.name[-4:])
                moved.append((beside, beside.replace(other)))
        sync_folder(path.parent)
        waiting.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        for old, new in moved:
            new.replace(old)
        if linked is not None:  # a database by two names is one by two WALs
            linked.unlink(missing_ok=True)
        raise _refused(error) from error
    for _old, new in moved if aside is None else []:
        new.unlink(missing_ok=True)


def _refused(error: OSError) -> StorageError:
    if isinstance(error, PermissionError):
        return StorageError(
            "Another program has the database open: end hallclient on this PC first."
        )
    return translate(error)


def _open(file: Path, path: Path) -> int:
    flags = os.O_RDWR | getattr(os, "O_CLOEXEC", 0)
    try:
        return os.open(file, flags)
    except FileNotFoundError:
        handle = os.open(file, flags | os.O_CREAT, 0o660)
    if sys.platform != "win32":
        try:  # the umask of whoever came first must not shut out the group
            os.fchmod(handle, path.stat().st_mode & 0o666)
        except OSError:
            log.debug("the door of %s keeps its mode", path)
    return handle
