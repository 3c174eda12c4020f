"""A disk of a few megabytes that can be filled and made read-only: a tmpfs, which needs root.

A small shell keeps it, and takes it away when the pipe to us closes, however we ended.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final, Self

from hallclient.lab.faults.trial import Skipped

_KEEPER: Final = """
top=$1
mount -t tmpfs -o size=$2,mode=777 hallclient-fault "$top" || { rmdir "$top"; exit 1; }
echo done
while read -r word; do
  mount -o remount,$word "$top" && echo done || echo failed
done
umount "$top" 2>/dev/null || umount -l "$top"
rmdir "$top"
"""
_FILLER: Final = "filler"


class SmallDisk:
    """A context manager; its folder is ``path``."""

    def __init__(self, megabytes: int) -> None:
        if sys.platform != "linux" or os.geteuid() != 0:
            raise Skipped("this needs Linux and root, to mount a small disk")
        self.path = Path(tempfile.mkdtemp(prefix="hallclient-disk-"))
        self._keeper = subprocess.Popen(  # noqa: S603 - our own command
            ["/bin/sh", "-c", _KEEPER, "keeper", str(self.path), f"{megabytes}m"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        assert self._keeper.stdout is not None  # noqa: S101 - a pipe
        if self._keeper.stdout.readline() != "done\n":
            self.close()
            raise Skipped("this machine lets nobody mount a small disk")

    def fill(self, leave: int = 0) -> None:
        """Leave so many bytes free."""
        room = os.statvfs(self.path)
        left = room.f_bavail * room.f_frsize - leave
        with (self.path / _FILLER).open("ab") as file:
            while left > 0:
                try:
                    left -= os.write(file.fileno(), bytes(min(left, 1 << 16)))
                except OSError:
                    break

    def empty(self) -> None:
        """Give the room back."""
        (self.path / _FILLER).unlink(missing_ok=True)

    def read_only(self, *, on: bool) -> bool:
        """Make it read-only, or not any more; False while files are open for writing."""
        assert self._keeper.stdin is not None  # noqa: S101 - a pipe
        assert self._keeper.stdout is not None  # noqa: S101 - a pipe
        self._keeper.stdin.write("ro\n" if on else "rw\n")
        self._keeper.stdin.flush()
        return self._keeper.stdout.readline() == "done\n"

    def close(self) -> None:
        """Take the disk away."""
        for pipe in (self._keeper.stdin, self._keeper.stdout):
            if pipe is not None:
                pipe.close()
        self._keeper.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()
