"""``hallclient db backup`` and ``db backups``: make one while the hall works, list them."""

import argparse
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from hallclient.commands.db_place import place_for
from hallclient.commands.db_words import age_words, clock_words, counting, size_words
from hallclient.commands.running import CommandError
from hallclient.config import load_settings

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

    from hallclient.storage.backup_folder import BackupFolder


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``backup``."""
    parser.add_argument("--to", default="", metavar="FOLDER", help="where it goes")


def add_list_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``backups``."""
    parser.add_argument("--to", default="", metavar="FOLDER", help="where they are")
    parser.add_argument("--check", action="store_true", help="read each of them whole")


def run(args: argparse.Namespace) -> int:
    """Make a backup."""
    from hallclient.storage.engine import open_engine, probe  # noqa: PLC0415 - not for --help

    engine = open_engine(place_for(args.db), role="db backup", must_exist=True)
    try:
        probe(engine)
        folder = folder_for(engine, args.to)
        with counting() as told:
            made = folder.make(engine, told=told)
    finally:
        engine.dispose()
    size = size_words(made.path.stat().st_size)
    halls = ", ".join(f"{one.hall_id} up to entry {one.seq}" for one in made.manifest.halls)
    print(f"{made.path} ({size}) is whole: {made.manifest.rows} rows; {halls or 'no hall yet'}.")
    for path in made.gone:
        print(f"{path.name} was older than what is kept and is gone.")
    if not made.manifest.whole:
        print(
            "THE JOURNAL OF THE DATABASE IS NOT WHOLE, see hallclient db check; none was removed."
        )
        return 1
    return 0


def run_list(args: argparse.Namespace) -> int:
    """List the backups."""
    from hallclient.storage.backup_file import (  # noqa: PLC0415 - not for --help
        BackupUnusable,
        check_backup,
        read_manifest,
    )
    from hallclient.storage.engine import open_engine  # noqa: PLC0415 - same

    engine = open_engine(place_for(args.db), role="db backups", looks=False)
    try:
        folder = folder_for(engine, args.to)
    finally:
        engine.dispose()
    wrong = 0
    for kept in folder.found():
        try:
            with counting() as told:
                look = check_backup(kept.path, told) if args.check else read_manifest(kept.path)
            said = "whole" if args.check else f"tables {look.version}, {look.rows} rows"
        except BackupUnusable as error:
            wrong, said = wrong + 1, f"NOT USABLE: {error}"
        size = size_words(kept.path.stat().st_size)
        print(f"{clock_words(kept.at)}  {age_words(kept.at):>8}  {size:>10}  {kept.path}  {said}")
    if not folder.found():
        print(f"There is no backup in {folder.path}.")
        return 1
    return 1 if wrong else 0


def folder_for(engine: "Engine", chosen: str = "") -> "BackupFolder":
    """Return the folder that was chosen, that of the settings, or the one beside an SQLite file."""
    from hallclient.storage.backup_folder import BackupFolder, beside  # noqa: PLC0415 - see above

    settings = load_settings().backup
    folder = Path(chosen or settings.folder) if chosen or settings.folder else beside(engine)
    if folder is None:
        raise CommandError(
            "Say where the backup goes: --to FOLDER, or folder in [backup] of the settings."
        )
    return BackupFolder(folder.absolute(), settings.daily, settings.weekly)


def before_upgrade(engine: "Engine", args: argparse.Namespace) -> str:
    """Make a backup of what is about to be changed; return the command that leads back.

    Nothing is made, and "" returned, where nothing will change or nothing is there.
    """
    from hallclient.storage.archive_tables import version_of  # noqa: PLC0415 - see above
    from hallclient.storage.schema import VERSION  # noqa: PLC0415 - same

    with engine.connect() as connection:
        found = version_of(connection)
    if found is None or found >= VERSION:
        return ""
    with counting() as told:
        made = folder_for(engine, args.to).make(engine, "before-upgrade", told)
    print(f"What was there is kept in {made.path}.")
    db = f" --db {shlex.quote(args.db)}" if args.db else ""
    return f"hallclient db restore {shlex.quote(str(made.path))}{db} --replace"
