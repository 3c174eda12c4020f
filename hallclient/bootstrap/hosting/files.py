"""The files of a PC that has a hall: all are written, or none."""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from hallclient.bootstrap.hosting import HostingError

PRIVATE = 0o600
OPEN = 0o644


class Files:
    """Files to be written together: first all beside their places, then each into it."""

    def __init__(self) -> None:
        self._fresh: list[tuple[Path, Path]] = []

    def add(self, file: Path, content: bytes, mode: int = PRIVATE) -> None:
        """Write a file beside its place; nothing when it is there and says the same."""
        if mode == OPEN and file.exists():  # somebody may have closed it
            mode = file.stat().st_mode & 0o777
        if same(file, content) and (os.name != "posix" or file.stat().st_mode & 0o777 == mode):
            return
        fresh = file.with_name(f".{file.name}.new")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            fresh.unlink(missing_ok=True)
            handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
            self._fresh.append((fresh, file))
            with os.fdopen(handle, "wb") as writing:
                writing.write(content)
                writing.flush()
                os.fsync(writing.fileno())
        except OSError as error:
            self.forget()
            raise HostingError(f"{file} cannot be written: {error.strerror}.") from error

    def waiting(self) -> list[tuple[Path, Path]]:
        """Return what is written beside its place, and its place."""
        return list(self._fresh)

    def place(self) -> list[Path]:
        """Put every file into its place; return those that are new."""
        from hallclient.storage.write_turn import sync_folder  # noqa: PLC0415 - seldom

        placed = [file for _fresh, file in self._fresh]
        try:
            for fresh, file in self._fresh:
                fresh.replace(file)
            # The server forgets a code at once: a power cut must not forget what it gave.
            for folder in {file.parent for file in placed}:
                sync_folder(folder)
        except OSError as error:
            self.forget()
            raise HostingError(f"{error.filename} cannot be written: {error.strerror}.") from error
        self._fresh.clear()
        return placed

    def forget(self) -> None:
        """Leave everything as it was."""
        for fresh, _file in self._fresh:
            fresh.unlink(missing_ok=True)
        self._fresh.clear()


def same(file: Path, content: bytes) -> bool:
    """Tell whether a file is there and says this."""
    try:
        return file.read_bytes() == content
    except OSError:
        return False


def settings_with(file: Path, values: Mapping[str, str]) -> bytes:
    """Return the text of a settings file with these texts at its top; the rest is as it was.

    Raises ``HostingError`` for a file that cannot be changed so.
    """
    try:
        text = file.read_bytes().decode("utf-8-sig") if file.exists() else ""
        before = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise HostingError(f"The settings file {file} cannot be read: {error}.") from error
    table = re.search(r"^[ \t]*\[", text, re.MULTILINE)
    head, rest = (text[: table.start()], text[table.start() :]) if table else (text, "")
    for name in values:
        head = re.sub(rf"^[ \t]*{name}[ \t]*=.*\n?", "", head, flags=re.MULTILINE)
    lines = "".join(f"{name} = {_quoted(value)}\n" for name, value in values.items())
    fresh = lines + (f"{head}{rest}" if head or rest else "")
    try:
        good = tomllib.loads(fresh) == {**before, **values}
    except tomllib.TOMLDecodeError:
        good = False
    if not good:
        raise HostingError(f"Write these lines at the top of {file} yourself:\n{lines}")
    return fresh.encode()


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
