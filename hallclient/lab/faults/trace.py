"""What processes ask of the disk, as ``strace`` records it, in order, and without changing them.

A call that another process interrupts is two lines, its beginning and its end: what it writes may
be on the disk from its beginning on, and what it syncs is safe only from its end on.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hallclient.lab.faults.disk import Disk, Done

CALLS: Final = (
    "openat,open,creat,write,pwrite64,writev,pwritev,ftruncate,truncate,fsync,fdatasync,"
    "rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,fallocate"
)
_LINE: Final = re.compile(r"(\d+) +(.*)")
_RESUMED: Final = re.compile(r"<\.\.\. (\w+) resumed>(.*)")
_UNFINISHED: Final = " <unfinished ...>"
_CALL: Final = re.compile(r"(\w+)\((.*)\) += +(-?\d+)")
_TEXT: Final = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')
_OPENED: Final = re.compile(r"<([^>]*)>$")
_LARGEST: Final = 1 << 20


class TraceError(Exception):
    """A line that cannot be read."""


def command(log: Path) -> list[str] | None:
    """Return the words before a command that is to be traced; None where there is no strace."""
    strace = shutil.which("strace")
    if strace is None:
        return None
    what = f"trace={CALLS}"
    how = ("-f", "--seccomp-bpf", "-xx", "-y", "-s", f"{_LARGEST}")
    return [strace, *how, "-o", str(log), "-e", what]


@dataclass(frozen=True, slots=True)
class Moment:
    """One line was played; ``written`` is what a call that began with it writes, and where."""

    written: tuple[str, bytes] | None = None


class Player:
    """Plays a trace onto a disk."""

    def __init__(self, disk: Disk, top: Path) -> None:
        self._disk = disk
        self._top = "".join(f"\\x{byte:02x}" for byte in str(top).encode())
        self._begun: dict[str, tuple[str, Done]] = {}
        self._begin: dict[str, Callable[[list[str]], Done]] = {
            **dict.fromkeys(("openat", "open", "creat"), self._open),
            "write": lambda words: self._write(words[0], None, words[1]),
            "pwrite64": lambda words: self._write(words[0], int(words[3]), words[1]),
            "ftruncate": lambda words: disk.truncate(_path_of(words[0]), int(words[1])),
            "truncate": lambda words: disk.truncate(_text(words[0]), int(words[1])),
            **dict.fromkeys(("fsync", "fdatasync"), lambda words: disk.sync(_path_of(words[0]))),
            "rename": lambda words: disk.rename(_text(words[0]), _text(words[1])),
            **dict.fromkeys(
                ("renameat", "renameat2"),
                lambda words: disk.rename(_text(words[1]), _text(words[3])),
            ),
            "mkdir": lambda words: disk.make_folder(_text(words[0])),
            "mkdirat": lambda words: disk.make_folder(_text(words[1])),
            "unlink": lambda words: disk.remove(_text(words[0])),
            "unlinkat": lambda words: disk.remove(_text(words[1])),
        }
        self._written: tuple[str, bytes] | None = None

    def play(self, lines: Iterator[str]) -> Iterator[Moment]:
        """Play line after line; between two of them the power may fail."""
        for line in lines:
            self._written = None
            found = _LINE.match(line)
            if found is None:
                raise TraceError(f"not a line of a trace: {line[:80]}")
            self._line(found[1], found[2].rstrip("\n"))
            yield Moment(self._written)

    def _line(self, process: str, text: str) -> None:
        resumed = _RESUMED.match(text)
        if resumed is not None:
            _call, done = self._begun.pop(process, ("", None))
            if done is not None and not _failed(resumed[2]):
                done()
        elif text.endswith(_UNFINISHED):
            call, _, rest = text.removesuffix(_UNFINISHED).partition("(")
            self._begun[process] = (call, self._start(call, rest.rstrip(", ")))
        else:
            call_found = _CALL.match(text)
            if call_found is not None and int(call_found[3]) >= 0:
                self._start(call_found[1], call_found[2])()

    def _start(self, call: str, words: str) -> Done:
        if self._top not in words:
            return _nothing
        begin = self._begin.get(call)
        if begin is None:
            raise TraceError(f"a call that is not known: {call}")
        return begin(_split(words))

    def _open(self, words: list[str]) -> Done:
        path = next(_text(word) for word in words if word.startswith('"'))
        flags = words[-1] if "O_" in words[-1] else words[-2]
        done = self._disk.create(path) if "O_CREAT" in flags else _nothing
        if "O_TRUNC" not in flags:
            return done
        cut = self._disk.truncate(path, 0)

        def both() -> None:
            done()
            cut()

        return both

    def _write(self, where: str, at: int | None, text: str) -> Done:
        path, data = _path_of(where), _bytes(text)
        self._written = (path, data)
        return self._disk.write(path, at, data)


def _nothing() -> None:
    pass


def _failed(rest: str) -> bool:
    return re.search(r"= -1 ", rest) is not None


def _bytes(word: str) -> bytes:
    found = _TEXT.match(word)
    if found is None or found[2]:
        raise TraceError(f"not all of what was written: {word[:80]}")
    return bytes.fromhex(found[1].replace("\\x", ""))


def _text(word: str) -> str:
    return _bytes(word).decode()


def _path_of(word: str) -> str:
    """Return the path of ``3</path>``."""
    found = _OPENED.search(word)
    if found is None:
        return ""
    return bytes.fromhex(found[1].replace("\\x", "")).decode()


def _split(words: str) -> list[str]:
    """Return the arguments: texts are hexadecimal, so that no comma is in them."""
    return [word.strip() for word in words.split(", ")]
