"""A folder with a file of checked lines that outlives every crash, and a lock for one process.

A line counts when it is whole: checksum, text, newline. What a crash tore at the end was answered
to nobody and is cut off; a damaged line further up is left out and told.
"""

import contextlib
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from hallclient.services.spool_lines import LONGEST_LINE, SpoolError, framed, unframed
from hallclient.storage.write_turn import sync_folder

LARGEST = 8 << 20

if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _try_lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


class LineFile:
    """The lines of one file in a folder that is this process's alone while it is open.

    ``who`` says whose folder it is, when another process has it.
    """

    def __init__(self, path: Path, who: str, longest: int = LONGEST_LINE) -> None:
        self.folder = path.parent
        self._path = path
        self._who = who
        self._longest = longest
        self._lock = -1
        self._handle = -1
        self._length = 0
        self.rested = 0.0
        """For how many seconds nobody had written when it was read."""

    def claim(self) -> None:
        """Make the folder and take its lock; ``SpoolError`` when another process has it."""
        with told("cannot be opened"):
            _make_folder(self.folder)
            handle = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | _PRIVATE, 0o600)
            try:
                _try_lock(handle)
            except OSError:
                os.close(handle)
                raise SpoolError(f"another {self._who} on this PC has the spool") from None
            self._lock = handle

    def read(self) -> tuple[Sequence[str], bool]:
        """Open the file; return the texts of its lines, and whether lines were damaged."""
        with told("cannot be opened"):
            self._handle = os.open(self._path, _WRITE, 0o600)
            sync_folder(self.folder)
            state = self._path.stat()
            if state.st_size > LARGEST:
                raise SpoolError(f"{self._path} is too large to be a spool")
            data, self.rested = self._path.read_bytes(), time.time() - state.st_mtime
            whole = data[: data.rfind(b"\n") + 1]
            if len(whole) < len(data):
                os.truncate(self._path, len(whole))
            self._length = len(whole)
        texts = []
        damaged = False
        for line in whole.split(b"\n")[:-1]:
            try:
                texts.append(unframed(line, self._longest))
            except ValueError:
                damaged = True
        return texts, damaged

    def append(self, text: str) -> None:
        """Write a line; on the disk when this returns, and not at all when it raises."""
        line = framed(text)
        if len(line) > self._longest:
            raise SpoolError("the spool takes no line as long as that")
        with told("cannot be written"):
            if self._handle < 0:
                self.read()
            os.ftruncate(self._handle, self._length)  # what could not be taken back last time
            try:
                self._write(line)
                os.fsync(self._handle)
            except OSError:
                # Half a line would damage the next one.
                os.ftruncate(self._handle, self._length)
                raise
            self._length += len(line)

    def rewrite(self, texts: Sequence[str]) -> None:
        """Replace all lines: before the rename the old ones stand, after it the new ones."""
        data = b"".join(framed(text) for text in texts)
        with told("cannot be written anew"):
            # The old handle is of the old file: whatever fails here, the next line opens it anew.
            handle, self._handle = self._handle, -1
            if handle >= 0:
                os.close(handle)
            replace_file(self._path, data)
            self._handle, self._length = os.open(self._path, _WRITE, 0o600), len(data)

    def close(self) -> None:
        """Let the folder go."""
        for handle in (self._handle, self._lock):
            if handle >= 0:
                os.close(handle)
        self._handle = self._lock = -1

    def _write(self, line: bytes) -> None:
        left = memoryview(line)
        while left:
            left = left[os.write(self._handle, left) :]


_PRIVATE = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_WRITE = os.O_WRONLY | os.O_APPEND | os.O_CREAT | _PRIVATE


def replace_file(path: Path, data: bytes) -> None:
    """Put a whole file in the place of another, for its owner only; durable when it returns."""
    fresh = path.with_suffix(".new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _PRIVATE, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


@contextlib.contextmanager
def told(what: str) -> Iterator[None]:
    """Turn an error of the system into a ``SpoolError`` that says what could not be done."""
    try:
        yield
    except OSError as error:
        raise SpoolError(f"the spool {what}: {error}") from error


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it, durably: without its name nothing in it can be found."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for one in reversed(missing):
        sync_folder(one.parent)
