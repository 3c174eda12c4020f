"""Mends a damaged SQLite database: the newest good backup, and on it what can still be read.

The hall is kept waiting while it is done, and nothing is ever written to the damaged file: it is
set aside as it is. Without a backup it is done only where the hall itself can be read whole.
"""

import os
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hallclient.storage.archive import Told
from hallclient.storage.archive_tables import VERSIONS
from hallclient.storage.backup_file import (
    BackupUnusable,
    Manifest,
    clear_parts,
    translated_files,
    working_folder,
)
from hallclient.storage.backup_folder import BackupFolder, Kept
from hallclient.storage.engine import damage_mark, open_engine
from hallclient.storage.errors import Busy, DatabaseDamaged, translate
from hallclient.storage.restore import build, facts_of, finish, journals_of_file
from hallclient.storage.salvage import Salvage, salvage
from hallclient.storage.schema import PART_TABLES
from hallclient.storage.soundness import ASKED, damage_in
from hallclient.storage.store import check_not_newer
from hallclient.storage.swap import aside_of, finish_swap, swap_in
from hallclient.storage.write_turn import file_turn

if TYPE_CHECKING:
    from hallclient.domain.journal import Json

_WAIT_S: Final = 20.0
SETTLE_S: Final = 3.0
"""Between two looks at a file before it is set aside: a copy under way, a moment of the disk."""
NEEDED: Final = frozenset({"hall", *(table.name for table, _kind in PART_TABLES.values())})
"""What has to be there to the last row before a hall can do without a backup."""


@dataclass(frozen=True, slots=True)
class Mended:
    """What was done. ``backup`` is None where there was none and nothing was lacking."""

    aside: Path
    backup: Kept | None
    manifest: Manifest | None
    salvage: Salvage = field(default_factory=Salvage)
    read: bool = True
    """Whether the damaged file could be opened at all."""

    @property
    def words(self) -> str:
        """Return what was done in one sentence."""
        what = f"from {self.backup.path.name}" if self.backup else "from what could be read of it"
        found = self.salvage
        saved = f"{found.recovered} later tickets recovered" if self.read else "nothing later read"
        lost = f"; lost: {', '.join(found.lost[:40])}" if found.lost else ""
        whole = "; nothing is missing" if found.complete else ""
        return f"restored {what}: {saved}{lost}{whole}. The damaged file is {self.aside.name}"


def trouble_of(path: Path, *, whole: bool = False) -> str:
    """Read a database's file; return what is wrong with it in a few words, empty for nothing.

    ``whole`` compares every index with its table, too. Raises the storage error where it could not
    be looked at: that says nothing about the file.
    """
    if not path.exists():
        return "the file is not there" if path.with_name(path.name + ".lock").exists() else ""
    look = "integrity_check" if whole else "quick_check"
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=10)) as raw:
            if not raw.execute("SELECT 1 FROM sqlite_master WHERE name = 'hall'").fetchone():
                return "the file has no tables"
            return damage_in(row[0] for row in raw.execute(f"PRAGMA {look}({ASKED})"))
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            return str(error)
        raise translate(error) from error


def mend(
    path: Path,
    folder: BackupFolder,
    told: Told = lambda _what: None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    *,
    hall: str = "",
    settle_s: float = 0.0,
) -> Mended | None:
    """Mend a database that is damaged; None when it is not, or not any more.

    It is done only where the same is found wrong twice, ``settle_s`` apart, on a file that nobody
    changes meanwhile. ``hall`` is whose backup is taken where the file itself does not say so.
    ``BackupUnusable`` where there is no backup and not enough can be read; nothing was changed.
    """
    with (
        translated_files(),
        file_turn(path.with_name(path.name + ".restore"), _WAIT_S),
        file_turn(path.with_name(path.name + ".lock"), _WAIT_S),
    ):
        finish_swap(path, now())
        if not _is_damaged(path, settle_s):
            damage_mark(path).unlink(missing_ok=True)
            return None
        _check_not_newer(path)
        clear_parts(path.parent)
        with working_folder(path.parent) as work:
            kept, manifest, file = _base(path, folder, work, told, hall)
            done = _mended(path, file, kept, manifest, told, now())
        damage_mark(path).unlink(missing_ok=True)
        return done


def _is_damaged(path: Path, settle_s: float) -> bool:
    """Look twice; ``Busy`` where somebody else is just copying or changing the file."""
    whole = damage_mark(path).exists()
    found = trouble_of(path) or (trouble_of(path, whole=True) if whole else "")
    if not found:
        return False
    shape = _shape(path)
    threading.Event().wait(settle_s)
    if _shape(path) != shape:
        raise Busy("Somebody is changing the database's file; it is looked at again.")
    return bool(trouble_of(path, whole=whole))


def _shape(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def _check_not_newer(path: Path) -> None:
    """Raise ``SchemaOutdated`` for tables of a later program: what it has is not known here."""
    with (
        suppress(sqlite3.Error),
        closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as raw,
    ):
        found = raw.execute(f"SELECT version_num FROM {VERSIONS}").fetchone()  # noqa: S608 - ours
        check_not_newer(str(found[0]) if found else None)


def _mended(
    path: Path, file: Path, kept: Kept | None, manifest: Manifest | None, told: Told, now: datetime
) -> Mended:
    told("reading the damaged file")
    found = salvage(path, file) if _shape(path) is not None else Salvage()
    if kept is None and not NEEDED.issubset(found.whole):
        raise BackupUnusable("There is no usable backup, and the hall cannot be read any more.")
    aside = aside_of(path, now)
    facts: dict[str, Json] = {"aside": aside.name, "recovered": found.recovered}
    facts |= {"lost": list(found.lost[:200])}
    if kept is not None and manifest is not None:
        facts |= facts_of(manifest, kept.path)
    finish(file, facts, now, kind="database.mended", leap=not found.complete)
    wrong = trouble_of(file)
    if wrong:
        raise DatabaseDamaged(f"The restored database is damaged, too: {wrong}.")
    told("changing over")
    if not path.exists():
        path.touch(0o600)
    swap_in(file, path, aside)
    return Mended(aside, kept, manifest, found, bool(found.whole or found.partial))


def _base(
    path: Path, folder: BackupFolder, work: Path, told: Told, hall: str
) -> tuple[Kept | None, Manifest | None, Path]:
    """Make the database that the rest is put into: of the newest good backup, or an empty one."""
    from hallclient.storage import migrations  # noqa: PLC0415 - Alembic is slow to import

    kept: Kept | None = None
    manifest: Manifest | None = None
    try:
        halls = {*journals_of_file(path), hall} - {""}
        kept, manifest = folder.newest_good(told, halls)
        file = build(kept.path, manifest, work, path, told)
    except BackupUnusable:
        file = work / "hall.db"
        with suppress(OSError):
            os.close(os.open(file, os.O_CREAT | os.O_RDWR, path.stat().st_mode & 0o777))
    engine = open_engine(str(file), role="mend")
    try:
        migrations.upgrade(engine)
    finally:
        engine.dispose()
    return kept, manifest, file
