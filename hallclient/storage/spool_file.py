"""The spool's folder: ``spool.log``, ``contact``, ``install``, and a lock for one process.

A line counts when it is whole: checksum, text, newline. What a crash tore at the end was shown to
nobody and is cut off; a damaged line further up is told, for with it the numbers are not certain,
until the file has rested for so long that they are of a day that is over.
"""

import contextlib
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from hallclient.services.spool import KEPT, SpoolError
from hallclient.services.spool_lines import (
    Contact,
    SpoolEntry,
    contact_of,
    contact_text,
    entry_of,
    entry_text,
    framed,
    unframed,
)

LARGEST = 8 << 20
_NETS = Path("/sys/class/net")

if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _try_lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


class SpoolFile:
    """Fulfils ``services.spool.SpoolLog``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / "spool.log"
        self._lock = -1
        self._handle = -1
        self._length = 0
        self.holder = ""

    def open(self) -> tuple[Contact | None, Sequence[SpoolEntry], bool]:
        """Read everything; raises ``SpoolError`` also when another process has the folder."""
        with _told("cannot be opened"):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._take_lock()
            try:
                contact = self._identified()
                self._handle = os.open(self._path, _WRITE, 0o600)
                _sync_folder(self._folder)
                return (contact, *self._read())
            except BaseException:
                self.close()
                raise

    def append(self, entry: SpoolEntry) -> None:
        """Write an entry; on the disk when this returns, and not at all when it raises."""
        line = framed(entry_text(entry))
        with _told("cannot be written"):
            os.ftruncate(self._handle, self._length)  # what could not be taken back last time
            try:
                self._write(line)
                os.fsync(self._handle)
            except OSError:
                # Half a line would damage the next one.
                os.ftruncate(self._handle, self._length)
                raise
            self._length += len(line)

    def rewrite(self, entries: Sequence[SpoolEntry]) -> None:
        """Replace all lines: before the rename the old ones stand, after it the new ones."""
        data = b"".join(framed(entry_text(entry)) for entry in entries)
        with _told("cannot be written anew"):
            _replace(self._path, data)
            handle = os.open(self._path, _WRITE, 0o600)
            os.close(self._handle)
            self._handle, self._length = handle, len(data)

    def keep(self, contact: Contact) -> None:
        """Keep the contact."""
        with _told("cannot keep the last contact"):
            _replace(self._folder / "contact", framed(contact_text(contact)))

    def close(self) -> None:
        """Let the folder go."""
        for handle in (self._handle, self._lock):
            if handle >= 0:
                os.close(handle)
        self._handle = self._lock = -1

    def _take_lock(self) -> None:
        handle = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT | _PRIVATE, 0o600)
        try:
            _try_lock(handle)
        except OSError:
            os.close(handle)
            raise SpoolError("another kiosk on this PC has the spool") from None
        self._lock = handle

    def _read(self) -> tuple[Sequence[SpoolEntry], bool]:
        """Return the entries, the last line of each; cut off what was torn at the end."""
        try:
            state = self._path.stat()
            if state.st_size > LARGEST:
                raise SpoolError(f"{self._path} is too large to be a spool")
            data, rests = self._path.read_bytes(), time.time() - state.st_mtime
        except FileNotFoundError:
            data, rests = b"", 0.0
        whole = data[: data.rfind(b"\n") + 1]
        if len(whole) < len(data):
            os.truncate(self._path, len(whole))
        self._length = len(whole)
        found: dict[str, SpoolEntry] = {}
        damaged = False
        for line in whole.splitlines(keepends=False):
            try:
                entry = entry_of(unframed(line))
            except ValueError:
                damaged = True
                continue
            found[entry.request_id] = entry
        return tuple(found.values()), damaged and rests < KEPT.total_seconds()

    def _contact(self) -> Contact | None:
        try:
            line = (self._folder / "contact").read_bytes()
            return contact_of(unframed(line.rstrip(b"\n")))
        except (FileNotFoundError, ValueError):
            return None

    def _identified(self) -> Contact | None:
        """Know the holder; return the last contact, which on a copied disk had another's slot."""
        contact = self._contact()
        self.holder = self._holder()
        if not self.holder:
            if contact is not None:  # first: with an id it would look like our own
                contact = replace(contact, slot=None, until=None)
                self.keep(contact)
            self.holder = self._new_holder()
        return contact

    def _holder(self) -> str:
        """Return this installation's id, "" for none yet; a copied disk gets one of its own.

        Two PCs made from one image would share a slot: the id is of the network cards it was made
        with, and is made anew where none of them is there any more.
        """
        file, cards = self._folder / "install", _cards()
        known, *made_with = [""]
        with contextlib.suppress(FileNotFoundError):
            known, *made_with = file.read_text("ascii", "replace").split() or [""]
        if len(known) == 32 and (not cards or not made_with or cards & set(made_with)):
            return known
        return ""

    def _new_holder(self) -> str:
        fresh = os.urandom(16).hex()
        _replace(self._folder / "install", " ".join([fresh, *sorted(_cards())]).encode())
        return fresh

    def _write(self, line: bytes) -> None:
        left = memoryview(line)
        while left:
            left = left[os.write(self._handle, left) :]


_PRIVATE = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_WRITE = os.O_WRONLY | os.O_APPEND | os.O_CREAT | _PRIVATE


def _replace(path: Path, data: bytes) -> None:
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
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make names durable, where a folder can be synced."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY | _PRIVATE)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _cards() -> set[str]:
    """Return the addresses of the PC's own network cards; none where the system does not say."""
    found = set()
    with contextlib.suppress(OSError):
        for net in _NETS.iterdir():
            if (net / "device").exists():
                found.add((net / "address").read_text("ascii").strip())
    return found


@contextlib.contextmanager
def _told(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SpoolError(f"the spool {what}: {error}") from error
