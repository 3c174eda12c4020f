"""``hallclient chores [list|NAME|all]``: the hall's chores, by hand."""

import argparse
from collections.abc import Sequence
from dataclasses import replace

from hallclient.bootstrap.backups import vault_of
from hallclient.bootstrap.halls import OpenHall, open_hall
from hallclient.commands.running import CommandError
from hallclient.config import load_settings
from hallclient.services.chores import Chore, ChoreTrouble, chores
from hallclient.services.chores.retention import RetentionChore
from hallclient.services.store import Store


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    names = ", ".join(["backup", *(chore.name for chore in chores())])
    parser.add_argument(
        "chore", nargs="?", default="list", help=f"list (as without a word), all, or one: {names}"
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="with retention: say what would go, delete nothing"
    )
    parser.add_argument("--db", default="", metavar="URL", help="database of the hall")
    parser.add_argument("--hall", default="", metavar="ID", help="hall, where there are several")


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    settings = load_settings()
    settings = replace(settings, database=args.db or settings.database)
    opened: list[OpenHall] = []
    vault = vault_of(settings, lambda: opened[0].engine)
    known = {chore.name: chore for chore in chores(vault)}
    if args.chore not in ("list", "all", *known):
        raise CommandError(f"There is no chore {args.chore}; there are {', '.join(known)}.")
    if args.dry_run and args.chore != "retention":
        raise CommandError("--dry-run goes with the chore retention.")
    hall = open_hall(
        settings.database,
        args.hall or settings.hall,
        "chores",
        credentials=settings.credentials,
    )
    opened.append(hall)
    try:
        if args.dry_run:
            print(f"retention: {RetentionChore().preview(hall.store) or 'nothing to do'}")
        elif args.chore == "list":
            _list(hall.store, tuple(known.values()))
        else:
            wanted = [one for one in known.values() if args.chore in ("all", one.name)]
            troubles = [trouble for chore in wanted if (trouble := _do(hall.store, chore))]
            if troubles:
                raise CommandError("; ".join(troubles))
    finally:
        hall.close()
    return 0


def _list(store: Store, all_chores: Sequence[Chore]) -> None:
    width = max(len(chore.name) for chore in all_chores)
    with store.look() as reader:
        for chore in all_chores:
            due = "to be looked at" if chore.wanted(reader) else "nothing to do"
            print(f"{chore.name.ljust(width)}  {due.ljust(15)}  {chore.about}")


def _do(store: Store, chore: Chore) -> str:
    """Do it to its end; return its trouble: the others are done all the same.

    Without its lease: done twice, or by two at once, it does nothing more.
    """
    nothing = True
    try:
        while done := chore.step(store):
            nothing = False
            print(f"{chore.name}: {done}")
    except ChoreTrouble as trouble:
        return f"{chore.name}: {trouble}"
    if nothing:
        print(f"{chore.name}: nothing to do")
    return ""
