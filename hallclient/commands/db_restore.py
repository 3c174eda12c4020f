"""``hallclient db restore FILE``: puts a backup in the place of the database."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from hallclient.commands.db_backup import folder_for
from hallclient.commands.db_place import place_for
from hallclient.commands.db_words import age_words, clock_words, counting
from hallclient.commands.running import CommandError
from hallclient.config import load_settings

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.engine import Engine

    from hallclient.storage.restore import Restored


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("file", nargs="?", default="", metavar="FILE", help="the backup")
    which.add_argument("--latest", action="store_true", help="the newest one that is whole")
    parser.add_argument("--to", default="", metavar="FOLDER", help="where --latest looks")
    parser.add_argument(
        "--replace", action="store_true", help="set aside the database that is there"
    )


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    from hallclient.storage.restore import restore_postgres, restore_sqlite  # noqa: PLC0415 - late

    url = place_for(args.db)
    engine = _engine(url)
    try:
        backup = _chosen(args, engine)
        path = _path(engine)
        with counting() as told:
            if path is None:
                done = restore_postgres(backup, engine, replace=args.replace, told=told)
            else:
                engine.dispose()
                done = restore_sqlite(backup, path, replace=args.replace, told=told)
    finally:
        engine.dispose()
    _tell(done, backup, url)
    return 0


def _engine(url: str) -> "Engine":
    """Open the target, which may be damaged or not there yet."""
    from hallclient.storage.engine import open_engine  # noqa: PLC0415 - not for --help

    return open_engine(url, role="db restore", looks=False)


def _chosen(args: argparse.Namespace, engine: "Engine") -> Path:
    if not args.latest:
        file = Path(args.file)
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        return file
    with counting() as told:
        kept, _manifest = folder_for(engine, args.to).newest_good(told, _halls(engine))
    return kept.path


def _halls(engine: "Engine") -> "Collection[str]":
    """Return the halls of the database that is there, as far as they can be read."""
    from hallclient.storage.restore import journals_in, journals_of_file  # noqa: PLC0415 - late

    path = _path(engine)
    hall = load_settings().hall
    found = journals_in(engine) if path is None else journals_of_file(path)
    return found.keys() or ([hall] if hall else ())


def _path(engine: "Engine") -> Path | None:
    from hallclient.storage.restore import path_of  # noqa: PLC0415 - see above

    return path_of(engine)


def _tell(done: "Restored", backup: Path, url: str) -> None:
    made = done.manifest.made_at
    print(
        f"{backup.name} of {clock_words(made)} ({age_words(made)} old) is restored, checked whole."
    )
    if not done.aside:
        return
    where = "the schema" if url.startswith("postgres") else "the file"
    print(f"What was there before is in {where} {done.aside}; nothing of it was deleted.")
    for hall, missing in done.missing.items():
        known = next((one.seq for one in done.manifest.halls if one.hall_id == hall), 0)
        print(
            f"{hall}: the backup ends at journal entry {known}, the former database at "
            f"{done.before[hall]}: {missing} entries came later and are only there."
        )
    if not done.before:
        print("How far the former database went cannot be read any more.")
    print("Numbers and ids go on behind those that may have been given out since.")
