"""Restores a backup: checked first, built beside, put in place whole; the former is set aside."""

import os
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from hallclient.domain.journal import Json
from hallclient.storage.aftermath import NOTHING_GIVEN, Given, go_on
from hallclient.storage.archive import TargetInUse, Told, copy_database
from hallclient.storage.archive_tables import version_of
from hallclient.storage.backup_file import (
    MANIFEST,
    BackupUnusable,
    Manifest,
    check_backup,
    clear_parts,
    readonly_engine,
    translated_files,
    working_folder,
    wrong_tables,
)
from hallclient.storage.engine import SqlitePlace, damage_mark, open_engine, place_of
from hallclient.storage.errors import translated
from hallclient.storage.rights import renew_rights
from hallclient.storage.schema import VERSION
from hallclient.storage.swap import aside_of, finish_swap, swap_in
from hallclient.storage.write_turn import file_turn

_RESTORE_WAIT_S: Final = 10.0
_COUNTERS: Final = "SELECT hall_id, day, name, value FROM"


@dataclass(frozen=True, slots=True)
class Restored:
    """A restored database. ``aside`` is the file or schema that has what was there before.

    ``before`` is how far the journals of the former halls went, where that can still be read.
    """

    manifest: Manifest
    aside: str = ""
    before: Mapping[str, int] = field(default_factory=dict)

    @property
    def missing(self) -> Mapping[str, int]:
        """Return how many entries of each journal came after the backup."""
        known = {one.hall_id: one.seq for one in self.manifest.halls}
        return {hall: max(0, seq - known.get(hall, 0)) for hall, seq in self.before.items()}


def facts_of(manifest: Manifest, file: Path) -> dict[str, Json]:
    """Return what the journal says about a restored backup."""
    return {"backup": file.name, "made_at": manifest.made_at.isoformat()}


def restore_postgres(
    backup: Path, engine: Engine, *, replace: bool = False, told: Told = lambda _what: None
) -> Restored:
    """Restore into a PostgreSQL database, in one transaction.

    What is there stays in a schema beside (``replace``); ``TargetInUse`` without it.
    """
    manifest = check_backup(backup, told)
    before = journals_in(engine)
    if before and not replace:
        raise TargetInUse("The database holds a hall already; --replace sets it aside first.")
    now = datetime.now(UTC)
    aside = f"hall_set_aside_{now:%Y%m%d_%H%M%S}" if before else ""
    source = readonly_engine(backup)
    try:
        copy_database(
            source,
            engine,
            told,
            aside=aside,
            last=lambda into: _go_on(
                into, facts_of(manifest, backup), now, _counted_in(into, aside)
            ),
        )
    finally:
        source.dispose()
    return Restored(manifest, aside, before)


def _go_on(into: Connection, facts: Mapping[str, Json], now: datetime, given: Given) -> None:
    go_on(into, facts, now, given=given)
    if version_of(into) == VERSION:  # else with the upgrade, which has to follow
        renew_rights(into)  # the tables are new ones: whoever had joined has joined still


def restore_sqlite(
    backup: Path, path: Path, *, replace: bool = False, told: Told = lambda _what: None
) -> Restored:
    """Restore to an SQLite file; whoever has the former one open comes over by himself."""
    manifest = check_backup(backup, told)
    if path.exists() and not replace and _holds_something(path):
        raise TargetInUse(f"{path} is there already; --replace sets it aside first.")
    now = datetime.now(UTC)
    with translated_files(), file_turn(path.with_name(path.name + ".restore"), 0.5):
        clear_parts(path.parent)
        with working_folder(path.parent) as folder:
            file = build(backup, manifest, folder, path, told)
            with file_turn(path.with_name(path.name + ".lock"), _RESTORE_WAIT_S):
                finish_swap(path, now)
                finish(file, facts_of(manifest, backup), now, given=_counted_by(path))
                aside = aside_of(path, now) if path.exists() else None
                told("changing over")
                swap_in(file, path, aside)
            damage_mark(path).unlink(missing_ok=True)
    before = journals_of_file(aside) if aside else {}
    return Restored(manifest, str(aside or ""), before)


def build(backup: Path, manifest: Manifest, folder: Path, path: Path, told: Told) -> Path:
    """Make a database of a checked backup in a working folder; return its file."""
    file = folder / "hall.db"
    told("copying")
    shutil.copyfile(backup, file)
    with suppress(OSError):  # else a group that shares the folder would be shut out
        former = path.stat()
        file.chmod(former.st_mode & 0o777)
        os.chown(file, -1, former.st_gid)
    with translated(), closing(sqlite3.connect(file, isolation_level=None)) as raw:
        raw.execute(f"DROP TABLE {MANIFEST}")
    engine = readonly_engine(file)
    try:
        with translated(), engine.connect() as connection:
            if wrong_tables(connection, manifest, told):
                raise BackupUnusable("The copy of the backup differs from it: is the disk sound?")
    finally:
        engine.dispose()
    return file


def finish(
    file: Path,
    facts: Mapping[str, Json],
    now: datetime,
    *,
    kind: str = "database.restored",
    leap: bool = True,
    given: Given = NOTHING_GIVEN,
) -> None:
    """Make a built database ready to go on, on the disk and without a file beside it."""
    engine = open_engine(str(file), role="restore")
    try:
        with translated(), engine.begin() as connection:
            go_on(connection, facts, now, kind=kind, leap=leap, given=given)
    finally:
        engine.dispose()
    handle = os.open(file, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def journals_in(engine: Engine) -> dict[str, int]:
    """Return how far the journal of each hall goes; nothing where there are no tables."""
    with translated(), engine.connect() as connection:
        if not sa.inspect(connection).has_table("hall"):
            return {}
        rows = connection.execute(sa.text("SELECT hall_id, seq FROM hall"))
        return {str(hall): int(seq) for hall, seq in rows}


def journals_of_file(path: Path) -> dict[str, int]:
    """Return the same of a file that was set aside, as far as it can be read."""
    found: dict[str, int] = {}
    with (
        suppress(sqlite3.Error),
        closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as raw,
    ):
        found = dict(raw.execute("SELECT hall_id, max(seq) FROM journal GROUP BY hall_id"))
        found |= dict(raw.execute("SELECT hall_id, seq FROM hall"))
    return found


def _counted_by(path: Path) -> Given:
    """Return what the counters of a file that is about to go say, as far as they can be read."""
    found: dict[tuple[str, str, str], int] = {}
    with (
        suppress(sqlite3.Error),
        closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as raw,
    ):
        for hall_id, day, name, value in raw.execute(f"{_COUNTERS} counter"):
            found[hall_id, day, name] = value
    return found


def _counted_in(connection: Connection, schema: str) -> Given:
    """Return the same of a schema that was set aside."""
    if not schema or not sa.inspect(connection).has_table("counter", schema=schema):
        return NOTHING_GIVEN
    quoted = connection.dialect.identifier_preparer.quote(schema)
    rows = connection.execute(sa.text(f"{_COUNTERS} {quoted}.counter"))
    return {(hall_id, str(day), name): value for hall_id, day, name, value in rows}


def path_of(engine: Engine) -> Path | None:
    """Return the file of an SQLite database, None for PostgreSQL."""
    where = place_of(engine)
    return where.path if isinstance(where, SqlitePlace) else None


def _holds_something(path: Path) -> bool:
    return path.stat().st_size > 0
