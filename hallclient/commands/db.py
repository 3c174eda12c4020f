"""``hallclient db ACTION``: make the database, look at it, copy it, back it up, restore it."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from hallclient.commands import db_backup, db_copy, db_reconcile, db_replicas, db_restore
from hallclient.commands.db_place import place_for
from hallclient.commands.db_words import counting
from hallclient.config import default_database

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    _with_db(actions.add_parser("init", help="make the database and its tables"))
    upgrade = _with_db(actions.add_parser("upgrade", help="bring the tables up to this version"))
    upgrade.add_argument("--no-backup", action="store_true", help="make no backup before it")
    upgrade.add_argument("--to", default="", metavar="FOLDER", help="where that backup goes")
    _with_db(actions.add_parser("check", help="look at pages, references, journal and counts"))
    db_copy.add_arguments(actions.add_parser("copy", help="copy into another, empty database"))
    db_backup.add_arguments(
        _with_db(actions.add_parser("backup", help="make a backup while the hall works"))
    )
    db_backup.add_list_arguments(
        _with_db(actions.add_parser("backups", help="list the backups and check them"))
    )
    db_restore.add_arguments(
        _with_db(actions.add_parser("restore", help="restore a backup; sets aside what was there"))
    )
    db_replicas.add_arguments(
        _with_db(actions.add_parser("replicas", help="primary and standbys: state and lag"))
    )
    db_replicas.add_promote_arguments(
        _with_db(actions.add_parser("promote", help="make a standby the primary"))
    )
    db_reconcile.add_arguments(
        _with_db(actions.add_parser("reconcile", help="after a failover: what was lost"))
    )


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    runs = {
        "init": _init,
        "upgrade": _upgrade,
        "check": _check,
        "copy": db_copy.run,
        "backup": db_backup.run,
        "backups": db_backup.run_list,
        "restore": db_restore.run,
        "replicas": db_replicas.run,
        "promote": db_replicas.promote,
        "reconcile": db_reconcile.run,
    }
    return runs[args.action](args)


def _with_db(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("--db", default="", metavar="URL", help="database (default: this user's)")
    return parser


def _open(args: argparse.Namespace, *, must_exist: bool = True) -> "Engine":
    from hallclient.storage.engine import open_engine, probe  # noqa: PLC0415 - not for --help

    url = place_for(args.db)
    if not must_exist and url == default_database():
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    engine = open_engine(url, role="db", must_exist=must_exist)
    try:
        probe(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _init(args: argparse.Namespace) -> int:
    from hallclient.storage import migrations  # noqa: PLC0415 - Alembic is slow to import

    engine = _open(args, must_exist=False)
    try:
        migrations.upgrade(engine)
    finally:
        engine.dispose()
    print("The tables are those of this version.")
    return 0


def _upgrade(args: argparse.Namespace) -> int:
    from hallclient.storage import migrations  # noqa: PLC0415 - see above

    engine = _open(args)
    try:
        way_back = "" if args.no_backup else db_backup.before_upgrade(engine, args)
        migrations.upgrade(engine)
    finally:
        engine.dispose()
    print("The tables are those of this version.")
    if way_back:
        print(f"The way back: install the former hallclient, then {way_back}")
    return 0


def _check(args: argparse.Namespace) -> int:
    from hallclient.storage.soundness import look_at  # noqa: PLC0415 - see above
    from hallclient.storage.store import check_version, missing_tables  # noqa: PLC0415 - same

    engine = _open(args)
    try:
        check_version(engine)
        missing = missing_tables(engine)
        if missing:
            print(f"TABLES ARE MISSING: {', '.join(missing)}")
            return 1
        with counting() as told:
            found = look_at(engine, told)
    finally:
        engine.dispose()
    for chain in found.chains:
        print(f"{chain.hall_id}: {chain.hall_seq} journal entries, {chain.words}")
    for trouble in found.troubles:
        print(trouble)
    if found.sound:
        looked = "Pages, references and counts agree." if found.pages else "The counts agree."
        print(looked)
        return 0
    print("Keep the file as it is. docs/backup.md says what to do; the newest backup is what")
    print("hallclient db restore --latest --replace puts in its place.")
    return 1
