"""A disk that may lose its power: what is on it after a cut, by what was written and synced.

Theory of operation. A byte that was written is on the disk for certain only when a sync of its
file that began after the write has returned; a name (a new file, a rename, a removal) only when its
folder was synced. Until then anything may be: all, nothing, some of the writes in any order, half
of one (the disk writes sectors of 512 bytes whole). Names are kept in order, as journalling file
systems do, but files are not kept in step with them. This is less than most file systems give, and
all that POSIX promises.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeAlias

SECTOR: Final = 512

Change: TypeAlias = tuple[int, bytes] | int
"""Bytes at an offset, or a new length."""


class Loss(StrEnum):
    """What a cut takes."""

    ALL = "all that was not synced"
    SOME = "some of what was not synced, in any order, torn at sectors"
    NONE = "nothing: what a kill of the processes leaves"


@dataclass(slots=True, eq=False)
class _Write:
    """One change of a file; ``done`` when its system call has returned."""

    change: Change
    done: bool = False


@dataclass(slots=True, eq=False)
class File:
    """A file, whatever its names: what is safe, and what is not yet."""

    safe: bytearray = field(default_factory=bytearray)
    open: list[_Write] = field(default_factory=list)
    size: int = 0

    def image(self, loss: Loss, dice: random.Random) -> bytes:
        """Return what a cut leaves of it."""
        if loss is Loss.ALL:
            return bytes(self.safe)
        content = bytearray(self.safe)
        for write in self.open:
            if loss is Loss.NONE:
                _apply(content, write.change)
            elif dice.random() < 0.5:
                _apply(content, _torn(write.change, dice))
        return bytes(content)


@dataclass(slots=True, eq=False)
class _Naming:
    """One change of a folder: this path leads to that file from then on, None: to nothing."""

    folder: str
    path: str
    file: File | None
    done: bool = False


Done: TypeAlias = Callable[[], None]
"""To be called when the system call has returned."""


class Disk:
    """The files below a folder. A method is called when a system call begins."""

    def __init__(self, top: Path) -> None:
        self._names: dict[str, File] = {}
        for path in top.rglob("*"):
            if path.is_file():
                content = path.read_bytes()
                self._names[str(path)] = File(bytearray(content), size=len(content))
        self._safe: dict[str, File] = dict(self._names)
        self._naming: list[_Naming] = []
        self._folders: set[str] = set()
        """Those that were made since."""

    def file(self, path: str) -> File | None:
        """Return the file that a path leads to now."""
        return self._names.get(path)

    def create(self, path: str) -> Done:
        """Open a file that may be new."""
        if path in self._names:
            return _nothing
        return self._name(path, File())

    def make_folder(self, path: str) -> Done:
        """Make a folder: without its own name, nothing in it can be found."""
        self._folders.add(path)
        return self._name(path, File())

    def write(self, path: str, at: int | None, data: bytes) -> Done:
        """Write at an offset, None: at the end."""
        file = self._names.get(path)
        if file is None:
            return _nothing
        begin = file.size if at is None else at
        file.size = max(file.size, begin + len(data))
        return _change(file, (begin, data))

    def truncate(self, path: str, size: int) -> Done:
        """Make a file so long."""
        file = self._names.get(path)
        if file is None:
            return _nothing
        file.size = size
        return _change(file, size)

    def rename(self, old: str, new: str) -> Done:
        """Give a file another name, in the place of whatever had that."""
        file = self._names.get(old)
        if file is None:
            return _nothing
        first, second = self._name(new, file), self._name(old, None)

        def done() -> None:
            first()
            second()

        return done

    def remove(self, path: str) -> Done:
        """Take a name away."""
        return self._name(path, None) if path in self._names else _nothing

    def sync(self, path: str) -> Done:
        """Sync a file or a folder: what was done before is safe when this has returned."""
        file = self._names.get(path)
        if file is None or path in self._folders:
            return self._sync_folder(path)
        before = [write for write in file.open if write.done]

        def done() -> None:
            for write in before:
                if write in file.open:
                    _apply(file.safe, write.change)
            file.open = [write for write in file.open if write not in before]

        return done

    def image(self, loss: Loss, dice: random.Random) -> dict[str, bytes]:
        """Return what a cut just now leaves, by path."""
        names = dict(self._names if loss is Loss.NONE else self._safe)
        if loss is Loss.SOME:
            kept = dice.randint(0, len(self._naming))
            for naming in self._naming[:kept]:
                _rename(names, naming)
        found = {path: file for path, file in names.items() if self._leads_to(names, path)}
        return {path: file.image(loss, dice) for path, file in found.items()}

    def _leads_to(self, names: dict[str, File], path: str) -> bool:
        """Return whether a file is there, and all the folders that it is in."""
        above = {str(one) for one in Path(path).parents} & self._folders
        return path not in self._folders and above <= names.keys()

    def _name(self, path: str, file: File | None) -> Done:
        naming = _Naming(str(Path(path).parent), path, file)
        self._naming.append(naming)
        _rename(self._names, naming)

        def done() -> None:
            naming.done = True

        return done

    def _sync_folder(self, folder: str) -> Done:
        before = [one for one in self._naming if one.done and one.folder == folder]

        def done() -> None:
            for naming in before:
                _rename(self._safe, naming)
            self._naming = [one for one in self._naming if one not in before]

        return done


def _nothing() -> None:
    pass


def _change(file: File, change: Change) -> Done:
    write = _Write(change)
    file.open.append(write)

    def done() -> None:
        write.done = True

    return done


def _apply(content: bytearray, change: Change) -> None:
    if isinstance(change, int):
        del content[change:]
        content.extend(bytes(change - len(content)))
        return
    at, data = change
    if len(content) < at:
        content.extend(bytes(at - len(content)))
    content[at : at + len(data)] = data


def _torn(change: Change, dice: random.Random) -> Change:
    """Return the change, or its beginning up to the end of a sector."""
    if isinstance(change, int) or dice.random() < 0.5:
        return change
    at, data = change
    ends = range(SECTOR - at % SECTOR, len(data), SECTOR)
    return (at, data[: dice.choice(ends)]) if ends else change


def _rename(names: dict[str, File], naming: _Naming) -> None:
    if naming.file is None:
        names.pop(naming.path, None)
    else:
        names[naming.path] = naming.file
