"""``hallclient db init|upgrade|check``: the database."""

import argparse
from pathlib import Path

from hallclient.config import default_database
from hallclient.domain.journal import GENESIS, broken_at
from hallclient.storage.engine import open_engine, probe
from hallclient.storage.store import SqlStore, check_version, halls_in, missing_tables

PAGE = 5000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, text in (
        ("init", "make the database and its tables"),
        ("upgrade", "bring the tables up to this version"),
        ("check", "check tables and journal"),
    ):
        action = actions.add_parser(name, help=text)
        action.add_argument(
            "--db", default="", metavar="URL", help="database (default: this user's)"
        )


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    url = args.db or default_database()
    if args.action == "check":
        return _check(url)
    from hallclient.storage import migrations  # noqa: PLC0415 - Alembic is slow to import

    if not args.db:
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    engine = open_engine(url, role="db", must_exist=args.action == "upgrade")
    try:
        migrations.upgrade(engine)
    finally:
        engine.dispose()
    print("The tables are those of this version.")
    return 0


def _check(url: str) -> int:
    engine = open_engine(url, role="db", must_exist=True)
    broken = False
    try:
        probe(engine)
        check_version(engine)
        missing = missing_tables(engine)
        if missing:
            print(f"TABLES ARE MISSING: {', '.join(missing)}")
            return 1
        for hall_id in halls_in(engine):
            count, at = _journal(SqlStore(engine, hall_id))
            broken |= at is not None
            state = "the chain is whole" if at is None else f"THE CHAIN BREAKS AT ENTRY {at}"
            print(f"{hall_id}: {count} journal entries, {state}")
    finally:
        engine.dispose()
    return 1 if broken else 0


def _journal(store: SqlStore) -> tuple[int, int | None]:
    seq, head = 0, GENESIS
    while True:
        with store.look() as reader:
            page = reader.entries_after(seq, PAGE)
        at = broken_at(page, head, seq)
        if at is not None or not page:
            return seq, at
        seq, head = page[-1].seq, page[-1].hash
