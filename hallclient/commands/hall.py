"""``hallclient hall …``: hall files, the hall's key, a hall of several PCs."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from hallclient import assets
from hallclient.bootstrap.halls import load_hall_into
from hallclient.bootstrap.messages import key_file
from hallclient.commands import hall_host, hall_join
from hallclient.commands.running import CommandError
from hallclient.config import Settings, load_settings
from hallclient.domain.due import guessed_year
from hallclient.domain.halldiff import Change
from hallclient.services.hallfile import load_hall
from hallclient.services.hallfile.holidays import with_holidays
from hallclient.services.hallfile.photos import photos_beside

SHOWN_CHANGES = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    load = actions.add_parser("load", help="bring a hall in the database up to its hall file")
    load.add_argument("file", help="demo, village, xindu, a TOML file or a folder of tables")
    load.add_argument("--db", default="", metavar="URL", help="database (default: this user's)")
    check = actions.add_parser("check", help="check a hall file and say how big the hall is")
    check.add_argument("file", help="demo, village, xindu, a TOML file or a folder of tables")
    key = actions.add_parser("key", help="make the hall's key on this PC, or say where it is")
    key.add_argument(
        "--from-paper", action="store_true", help="type the key that was written down for the safe"
    )
    key.add_argument("--settings", type=Path, metavar="FILE", help="settings of this PC")
    actions.add_parser("list", help="list the hall files that come with the program")
    hall_host.add_arguments(actions)
    hall_join.add_arguments(actions)


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    if args.action == "join":
        return hall_join.run(args)
    if args.action in ("host", "code", "pcs", "leave"):
        return hall_host.run(args)
    if args.action == "list":
        for path in sorted(assets.path("halls").iterdir()):
            print(path.stem)
        return 0
    if args.action == "key":
        return _key(load_settings(args.settings), typed=args.from_paper)
    return _load(args)


def _load(args: argparse.Namespace) -> int:
    """Load a hall file, or only say what is in it."""
    loaded = load_hall(args.file)
    plan = loaded.plan
    print(
        f"{plan.name.zh_cn} ({plan.hall_id}): {len(plan.windows)} windows in {len(plan.zones)} "
        f"zones, {len(plan.departments)} departments, {len(plan.listed)} services, "
        f"{len(plan.queues)} queues, {len(plan.staff)} staff"
    )
    for warning in photos_beside(loaded).warnings:
        print(warning)
    calendar = with_holidays(plan).calendar  # as it will be in the database
    year = guessed_year(
        calendar, plan.services, datetime.now(UTC).date(), keeps_hours=bool(plan.hours)
    )
    if year:
        print(
            f"The calendar has nothing about {year}: only weekends are left out, until the hall "
            "file names its days off ([[calendar]])."
        )
    if args.action == "load":
        _report(load_hall_into(args.db or load_settings().database, loaded))
    return 0


def _key(settings: Settings, *, typed: bool) -> int:
    from hallclient.services.sealing import (  # noqa: PLC0415 - late
        KeyTrouble,
        key_from_paper,
        load_key,
        make_key,
    )

    file = key_file(settings)
    try:
        if file.exists():
            load_key(file)
            print(f"This PC has the hall's key: {file}")
        elif typed:
            make_key(file, key_from_paper(_typed_key()))
            print(f"The hall's key is in {file}.")
        else:
            make_key(file)
            print(f"A new key for a new hall is in {file}. Keep a copy in the safe: what is sealed")
            print("with it opens with nothing else. The hall's other PCs need the same file.")
    except KeyTrouble as error:
        raise CommandError(str(error)) from error
    return 0


def _typed_key() -> str:
    """Return what is typed, unseen; from a pipe its first line."""
    import getpass  # noqa: PLC0415 - seldom

    if sys.stdin.isatty():
        return getpass.getpass("The hall's key: ")
    return sys.stdin.readline()


def _report(changes: tuple[Change, ...]) -> None:
    if not changes:
        print("The database has this hall already: nothing changed.")
        return
    for change in changes[:SHOWN_CHANGES]:
        fields = f" ({', '.join(change.fields)})" if change.fields else ""
        print(f"  {change.kind} {change.part} {change.code}{fields}")
    if len(changes) > SHOWN_CHANGES:
        print(f"  and {len(changes) - SHOWN_CHANGES} more")
    print(f"{len(changes)} changes, all in the journal.")
