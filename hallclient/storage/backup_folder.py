"""The folder with a hall's backups: their names, which are kept, one maker at a time."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from hallclient.storage.archive import Told
from hallclient.storage.backup_file import (
    BackupUnusable,
    Manifest,
    check_backup,
    clear_parts,
    make_backup,
    read_manifest,
    translated_files,
)
from hallclient.storage.engine import SqlitePlace, damage_mark, place_of
from hallclient.storage.errors import Busy, DatabaseDamaged
from hallclient.storage.store import halls_in
from hallclient.storage.write_turn import file_turn

_NAME: Final = re.compile(r"(?P<halls>.+)-(?P<at>\d{8}T\d{6}Z)(?P<tag>-[a-z-]+)?\.backup")
_AT: Final = "%Y%m%dT%H%M%SZ"
_EMPTY: Final = "empty"
_AHEAD: Final = timedelta(days=1)
"""What is dated later than so much from now was dated by a clock that was wrong."""
_TAGGED_KEPT: Final = 2
"""Of those made before something was changed so many are kept beside the others."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup in the folder, by its name. ``tag`` says what it was made before."""

    path: Path
    halls: str
    at: datetime
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was just made, and those that had to go for it."""

    path: Path
    manifest: Manifest
    gone: tuple[Path, ...]


def beside(engine: Engine) -> Path | None:
    """Return where the backups of an SQLite file are unless the settings say otherwise."""
    where = place_of(engine)
    return where.path.parent / "backups" if isinstance(where, SqlitePlace) else None


class BackupFolder:
    """A folder; ``daily`` and ``weekly`` are of how many days and weeks one is kept."""

    def __init__(
        self,
        folder: Path,
        daily: int = 7,
        weekly: int = 4,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.path = folder
        self._daily = max(1, daily)
        self._weekly = max(0, weekly)
        self._now = now

    def found(self) -> Sequence[Kept]:
        """Return the backups by their names, newest first, those dated in the future last."""
        if not self.path.is_dir():
            return ()
        kept = [one for file in self.path.iterdir() if (one := _kept(file)) is not None]
        soon = self._now() + _AHEAD
        return sorted(kept, key=lambda one: (one.at <= soon, one.at), reverse=True)

    def newest(self, halls: str = "") -> Kept | None:
        """Return the newest one, of all or of those whose name begins with ``halls``."""
        return next((one for one in self.found() if not halls or one.halls == halls), None)

    def newest_good(
        self, told: Told = lambda _what: None, halls: Collection[str] = ()
    ) -> tuple[Kept, Manifest]:
        """Return the newest one that is whole, of the database with these halls.

        Where nobody knows its halls, a folder with those of several databases has none. Raises
        ``BackupUnusable`` when there is none.
        """
        found = self.found()
        if not halls and len({one.halls.partition("+")[0] for one in found} - {_EMPTY}) > 1:
            raise BackupUnusable(
                f"{self.path} has backups of several databases: name the file to be restored."
            )
        for one in found:
            try:
                held = {mark.hall_id for mark in read_manifest(one.path).halls}
                if held.isdisjoint(halls) if halls else not held:
                    continue
                return one, check_backup(one.path, told)
            except BackupUnusable as error:
                told(f"left out: {error}")
        raise BackupUnusable(f"There is no usable backup in {self.path}.")

    def make(self, engine: Engine, tag: str = "", told: Told = lambda _what: None) -> Made:
        """Make a backup, then remove those that are not kept any more.

        Raises ``Busy`` while another process makes one here.
        """
        with translated_files(), self._alone():
            clear_parts(self.path)
            now = self._now().astimezone(UTC)
            path = self._free(stem_of(engine), now, tag)
            try:
                manifest = make_backup(engine, path, told, lambda: now)
            except DatabaseDamaged:
                where = place_of(engine)
                if isinstance(where, SqlitePlace):  # for the agent of this PC
                    damage_mark(where.path).touch()
                raise
            # One whose journal does not hold is worth having, but no reason to drop another.
            gone = self._pruned(path) if manifest.whole else ()
            return Made(path, manifest, gone)

    def _free(self, stem: str, now: datetime, tag: str) -> Path:
        while True:
            name = f"{stem}-{now.strftime(_AT)}{f'-{tag}' if tag else ''}.backup"
            if not (self.path / name).exists():
                return self.path / name
            now += timedelta(seconds=1)

    def _pruned(self, made: Path) -> tuple[Path, ...]:
        """Remove what is too old. What was just made is whole, so never the only one."""
        ours = _kept(made)
        gone = []
        for one in [] if ours is None else to_go(self._same(ours), self._daily, self._weekly):
            if one.path != made:
                one.path.unlink(missing_ok=True)
                gone.append(one.path)
        return tuple(gone)

    def _same(self, ours: Kept) -> list[Kept]:
        return [one for one in self.found() if one.halls == ours.halls]

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            turn = file_turn(self.path / "backup.lock", 0.5)
            turn.__enter__()
        except Busy:
            raise Busy(f"Another process is making a backup in {self.path}.") from None
        try:
            yield
        finally:
            turn.__exit__(None, None, None)


def stem_of(engine: Engine) -> str:
    """Return how the names of a database's backups begin."""
    halls = halls_in(engine)
    return (halls[0] if halls else _EMPTY) + (f"+{len(halls) - 1}" if halls[1:] else "")


def to_go(kept: Sequence[Kept], daily: int, weekly: int) -> list[Kept]:
    """Return those that nothing keeps: not the last of a late day, nor of a late week."""
    newest = sorted(kept, key=lambda one: one.at, reverse=True)
    plain = [one for one in newest if not one.tag]
    stays = {one.path for one in [one for one in newest if one.tag][:_TAGGED_KEPT]}
    for count, span in ((daily, "%Y-%m-%d"), (weekly, "%G-%V")):
        last: dict[str, Kept] = {}
        for one in plain:
            last.setdefault(one.at.strftime(span), one)
        stays |= {one.path for one in list(last.values())[:count]}
    if not stays and newest:
        stays.add(newest[0].path)
    return [one for one in newest if one.path not in stays]


def _kept(file: Path) -> Kept | None:
    match = _NAME.fullmatch(file.name)
    if match is None:
        return None
    try:
        at = datetime.strptime(match["at"], _AT).replace(tzinfo=UTC)
    except ValueError:
        return None
    return Kept(file, match["halls"], at, (match["tag"] or "").lstrip("-"))
