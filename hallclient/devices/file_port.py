"""A printer that is a folder: each job becomes one file, complete or not there at all.

The bytes of a job go to a file with a temporary name. The status query that a printer driver
sends behind a job (``DLE EOT n``, devices.md §1) puts the file in its place and is then answered
as by a healthy printer, so that "printed" means what it says. A write that consists of nothing
but status queries never goes to a file.
"""

import contextlib
import os
import re
import stat
import threading
import time
from datetime import datetime
from io import BufferedWriter
from itertools import count
from pathlib import Path

from hallclient.devices.transport import (
    Port,
    PortForbidden,
    PortLost,
    PortMissing,
    PortUnsuitable,
)

_QUERIES = re.compile(rb"(?:\x10\x04[\x01-\x04])+")
_HEALTHY = b"\x12"
_numbers = count(1)


class FolderPort(Port):
    """An open folder."""

    def __init__(self, folder: Path, url: str) -> None:
        self._folder = folder
        self._url = url
        self._job: BufferedWriter | None = None
        self._changed = threading.Condition()
        self._answers = b""
        self._woken = False

    def read(self, timeout: float) -> bytes:
        """Return the answers of a healthy printer."""
        with self._changed:
            self._changed.wait_for(lambda: self._answers or self._woken, max(0.0, timeout))
            self._woken = False
            data, self._answers = self._answers, b""
        if not data and not os.path.isdir(self._folder):  # noqa: PTH112 - false also for no access
            raise PortLost(f"the folder {self._folder} went away")
        return data

    def write(self, data: bytes) -> None:
        """Add to the job, or finish it where the status is asked for."""
        try:
            if _QUERIES.fullmatch(data):
                self._publish()
                self._answers += _HEALTHY * (len(data) // 3)
            elif data:
                self._spool().write(data)
        except OSError as error:
            self.close()
            raise PortLost(f"lost {self._url}: {error.strerror}") from error

    def discard_unsent(self) -> None:
        """Remove the job."""
        self.close()

    def wake(self) -> None:
        """End a read."""
        with self._changed:
            self._woken = True
            self._changed.notify_all()

    def interrupt(self) -> None:
        """End a read."""
        self.wake()

    def close(self) -> None:
        """Remove a job that nobody asked about: it is not complete."""
        job, self._job = self._job, None
        if job is not None:
            with contextlib.suppress(OSError):
                job.close()
            with contextlib.suppress(OSError):
                Path(job.name).unlink()

    def _spool(self) -> BufferedWriter:
        if self._job is None:
            at = datetime.fromtimestamp(time.time()).strftime("%Y%m%d-%H%M%S")  # noqa: DTZ006 - a name
            name = f".{at}-{os.getpid()}-{next(_numbers):06}.part"
            self._job = (self._folder / name).open("xb")
        return self._job

    def _publish(self) -> None:
        job = self._job
        if job is None:
            return
        job.flush()
        os.fsync(job.fileno())
        job.close()
        path = Path(job.name)
        path.replace(path.with_name(f"{path.stem.removeprefix('.')}.prn"))
        self._job = None


def open_folder(url: str) -> FolderPort:
    """Open ``file:FOLDER``; raises ``PortError``."""
    folder = Path(url.removeprefix("file:").removeprefix("//"))
    if not folder.is_absolute():
        raise PortUnsuitable(f"{url} must name a folder by its whole path, as file:/srv/tickets")
    try:
        there = folder.stat()
    except FileNotFoundError as error:
        raise PortMissing(f"there is no folder {folder}") from error
    except PermissionError as error:
        raise PortForbidden(f"this user may not look into {folder.parent}") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise PortUnsuitable(f"{url} cannot be used: {reason}") from error
    if not stat.S_ISDIR(there.st_mode):
        raise PortUnsuitable(f"{folder} is not a folder")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PortForbidden(f"this user may not write into {folder}")
    return FolderPort(folder, url)
