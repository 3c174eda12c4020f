"""``hallclient db copy FROM TO``: from one database into another, SQLite or PostgreSQL."""

import argparse

from hallclient.commands.db_place import place_for
from hallclient.commands.db_words import counting


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument("source", metavar="FROM", help="URL or file of the database to be copied")
    parser.add_argument("target", metavar="TO", help="URL or file of an empty database")


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    from hallclient.storage.archive import copy_database  # noqa: PLC0415 - not for --help
    from hallclient.storage.engine import open_engine, probe  # noqa: PLC0415 - same

    source = open_engine(place_for(args.source), role="db copy", must_exist=True)
    try:
        probe(source)
        target = open_engine(place_for(args.target), role="db copy")
        try:
            probe(target)
            with counting() as told:
                proof = copy_database(source, target, told)
        finally:
            target.dispose()
    finally:
        source.dispose()
    width = max(len(table.name) for table in proof.tables)
    print(f"{'TABLE'.ljust(width)}  {'ROWS THERE':>12}  {'ROWS HERE':>12}  DIGEST")
    for table in proof.tables:
        digest = table.digest[:16] if table.same else "DIFFERS"
        print(f"{table.name.ljust(width)}  {table.rows:>12}  {table.target_rows:>12}  {digest}")
    for chain in proof.chains:
        print(f"{chain.hall_id}: {chain.entries} journal entries, {chain.words}")
    if not proof.whole:
        print("Everything arrived as it was, but the journal was not whole where it came from.")
        return 1
    print(f"All {proof.rows} rows arrived as they were; the copy can be used.")
    return 0
