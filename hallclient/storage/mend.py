"""Mends a damaged SQLite database: the newest good backup, and on it what can still be read.

The hall is kept waiting while it is done, and nothing is ever written to the damaged file: it is
set aside as it is. Without a backup it is done only where the hall itself can be read whole.
"""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hallclient.storage.archive import Told
from hallclient.storage.backup_file import (
    BackupUnusable,
    Manifest,
    clear_parts,
    translated_files,
    working_folder,
)
from hallclient.storage.backup_folder import BackupFolder, Kept
from hallclient.storage.engine import damage_mark, open_engine
from hallclient.storage.errors import DatabaseDamaged
from hallclient.storage.restore import build, facts_of, finish
from hallclient.storage.salvage import Salvage, salvage
from hallclient.storage.schema import PART_TABLES
from hallclient.storage.swap import aside_of, swap_in
from hallclient.storage.write_turn import file_turn

if TYPE_CHECKING:
    from hallclient.domain.journal import Json

_WAIT_S: Final = 20.0
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


def trouble_of(path: Path) -> str:
    """Read a database's file; return what is wrong with it in a few words, empty for nothing."""
    if not path.exists():
        return "the file is not there" if path.with_name(path.name + ".lock").exists() else ""
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=10)) as raw:
            if not raw.execute("SELECT 1 FROM sqlite_master WHERE name = 'hall'").fetchone():
                return "the file has no tables"
            found = raw.execute("PRAGMA quick_check(1)").fetchone()[0]
            return "" if found == "ok" else str(found)
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            return str(error)
    return ""


def mend(
    path: Path,
    folder: BackupFolder,
    told: Told = lambda _what: None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Mended | None:
    """Mend a database that is damaged; None when it is not, or not any more.

    ``BackupUnusable`` where there is no backup and not enough can be read; nothing was changed.
    """
    with (
        translated_files(),
        file_turn(path.with_name(path.name + ".restore"), _WAIT_S),
        file_turn(path.with_name(path.name + ".lock"), _WAIT_S),
    ):
        if not trouble_of(path):
            damage_mark(path).unlink(missing_ok=True)
            return None
        clear_parts(path.parent)
        with working_folder(path.parent) as work:
            done = _mended(path, folder, work, told, now())
        damage_mark(path).unlink(missing_ok=True)
        return done


def _mended(path: Path, folder: BackupFolder, work: Path, told: Told, now: datetime) -> Mended:
    kept, manifest, file = _base(path, folder, work, told)
    told("reading the damaged file")
    found, read = _salvaged(path, file)
    if kept is None and not NEEDED.issubset(found.whole):
        raise BackupUnusable(
            f"There is no usable backup in {folder.path}, and the hall cannot be read any more."
        )
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
    return Mended(aside, kept, manifest, found, read)


def _base(
    path: Path, folder: BackupFolder, work: Path, told: Told
) -> tuple[Kept | None, Manifest | None, Path]:
    """Make the database that the rest is put into: of the newest good backup, or an empty one."""
    from hallclient.storage import migrations  # noqa: PLC0415 - Alembic is slow to import

    kept: Kept | None = None
    manifest: Manifest | None = None
    try:
        kept, manifest = folder.newest_good(told)
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


def _salvaged(path: Path, file: Path) -> tuple[Salvage, bool]:
    try:
        return salvage(path, file), True
    except sqlite3.Error:
        return Salvage(), False
