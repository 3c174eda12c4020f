"""``hallclient chores [list|NAME|all]``: the hall's chores, by hand."""

import argparse
from collections.abc import Sequence
from dataclasses import replace

from hallclient.bootstrap.backups import vault_of
from hallclient.bootstrap.halls import OpenHall, open_hall
from hallclient.commands.running import CommandError
from hallclient.config import load_settings
from hallclient.services.chores import Chore, ChoreTrouble, chores
from hallclient.services.store import Store


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    names = ", ".join(["backup", *(chore.name for chore in chores())])
    parser.add_argument(
        "chore", nargs="?", default="list", help=f"list (as without a word), all, or one: {names}"
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
    hall = open_hall(settings.database, args.hall or settings.hall, "chores")
    opened.append(hall)
    try:
        if args.chore == "list":
            _list(hall.store, tuple(known.values()))
        else:
            for chore in known.values():
                if args.chore in ("all", chore.name):
                    _do(hall.store, chore)
    finally:
        hall.close()
    return 0


def _list(store: Store, all_chores: Sequence[Chore]) -> None:
    width = max(len(chore.name) for chore in all_chores)
    with store.look() as reader:
        for chore in all_chores:
            due = "to be looked at" if chore.wanted(reader) else "nothing to do"
            print(f"{chore.name.ljust(width)}  {due.ljust(15)}  {chore.about}")


def _do(store: Store, chore: Chore) -> None:
    """Do it to its end. Without its lease: done twice, or by two at once, it does nothing more."""
    nothing = True
    try:
        while done := chore.step(store):
            nothing = False
            print(f"{chore.name}: {done}")
    except ChoreTrouble as trouble:
        raise CommandError(f"{chore.name}: {trouble}") from trouble
    if nothing:
        print(f"{chore.name}: nothing to do")
