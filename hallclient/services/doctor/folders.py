"""Folders and disks: room, rights, the log's size, the last backup. Nothing is written."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from hallclient.services.doctor.finding import Finding, good, note, trouble

FULL: Final = 200 << 20
"""Bytes below which a hall's day may not fit any more."""
TIGHT: Final = 1 << 30
FEW_INODES: Final = 1000
LOGS_LARGE: Final = 200 << 20
WAL_LARGE: Final = 64 << 20
BACKUP_OLD: Final = timedelta(hours=36)


@dataclass(frozen=True, slots=True)
class Room:
    """What a disk has left; ``inodes`` None where it does not count them."""

    free: int
    inodes: int | None


def room_of(folder: Path) -> Room:
    """Return the room on a folder's disk; ``OSError`` when nobody can say."""
    inodes = None
    if hasattr(os, "statvfs"):
        about = os.statvfs(folder)
        inodes = about.f_favail if about.f_files else None
    return Room(shutil.disk_usage(folder).free, inodes)


def nearest(path: Path) -> Path:
    """Return the path, or the first folder above it that is there."""
    return next((one for one in (path, *path.parents) if one.exists()), Path(path.anchor or "."))


def room(folder: Path, look: Callable[[Path], Room] = room_of) -> Iterator[Finding]:
    """Yield whether a folder's disk has room for the hall's days."""
    place = nearest(folder)
    left = look(place)
    facts = {"folder": str(folder), "free": size(left.free)}
    if left.free < FULL:
        yield trouble("disk.full", f"du -xh --max-depth=2 {place} | sort -h | tail", **facts)
    elif left.free < TIGHT:
        yield note("disk.tight", f"du -xh --max-depth=2 {place} | sort -h | tail", **facts)
    else:
        yield good("disk.room", **facts)
    if left.inodes is not None and left.inodes < FEW_INODES:
        yield trouble("disk.inodes", f"df -i {place}", folder=str(folder), n=left.inodes)


def rights(folder: Path, may: Callable[[Path, int], bool] = os.access) -> Iterator[Finding]:
    """Yield whether this user can work in a folder of the program's; missing is no trouble."""
    place = nearest(folder)
    if may(place, os.R_OK | os.W_OK | os.X_OK):
        yield good("folder.works", folder=str(folder))
    else:
        yield trouble("folder.denied", f"ls -ld {place}", folder=str(place))


def logs(folder: Path) -> Iterator[Finding]:
    """Yield how large the logs are."""
    total = 0
    for file in folder.glob("*.log*") if folder.is_dir() else ():
        total += file.stat().st_size
    if total > LOGS_LARGE:
        yield note("logs.large", f"ls -lS {folder}", folder=str(folder), size=size(total))
    else:
        yield good("logs.small", folder=str(folder), size=size(total))


def wal(database: Path) -> Iterator[Finding]:
    """Yield whether SQLite's log of changes has grown: a reader that never ends keeps it."""
    file = database.with_name(f"{database.name}-wal")
    length = file.stat().st_size if file.exists() else 0
    if length > WAL_LARGE:
        yield note("database.wal", "hallclient agent --status", size=size(length))


def backups(
    folder: Path | None, newest: datetime | None, now: datetime, command: str
) -> Iterator[Finding]:
    """Yield how old the newest backup is; no ``folder``: nobody makes any for this server."""
    if folder is None:
        yield note("backup.unset", command)
        return
    if newest is None:
        yield trouble("backup.none", command, folder=str(folder))
        return
    hours = max(0, int((now - newest).total_seconds() // 3600))
    if now - newest > BACKUP_OLD:
        yield trouble("backup.old", command, folder=str(folder), hours=hours)
    else:
        yield good("backup.fresh", folder=str(folder), hours=hours)


def size(count: int) -> str:
    """Return bytes as people say them."""
    for unit, name in ((30, "GB"), (20, "MB"), (10, "kB")):
        if count >= 1 << unit:
            return f"{count / (1 << unit):.1f} {name}"
    return f"{count} B"
