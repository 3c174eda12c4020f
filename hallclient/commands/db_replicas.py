"""``hallclient db replicas|promote``: the servers of a hall, and who is the primary."""

import argparse
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from hallclient.commands.db_place import place_for
from hallclient.commands.running import CommandError
from hallclient.config import load_settings

if TYPE_CHECKING:
    from hallclient.storage.engine import PostgresPlace
    from hallclient.storage.replicas import ServerState


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``db replicas``."""
    parser.add_argument("--json", action="store_true")


def add_promote_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``db promote``."""
    parser.add_argument("host", help="the standby, HOST:PORT, one of those in the URL")
    parser.add_argument(
        "--force", action="store_true", help="though another accepts writes, or has received more"
    )


def run(args: argparse.Namespace) -> int:
    """Show the servers; 1 where none accepts writes, or more than one."""
    from hallclient.storage.replicas import look_at  # noqa: PLC0415 - not for --help

    states = look_at(_place(args))
    writing = [state for state in states if state.answers and not state.standby]
    if args.json:
        print(json.dumps([asdict(state) for state in states], ensure_ascii=False))
        return int(len(writing) != 1)
    for state in states:
        for line in _lines(state):
            print(line)
    if not writing:
        print("NOBODY ACCEPTS WRITES: hallclient db promote HOST:PORT makes a standby the primary.")
    if len(writing) > 1:
        latest = max(writing, key=lambda state: state.timeline)
        print(
            f"TWO ACCEPT WRITES: stop all but {latest.name} at once; what was written on the "
            "others is found with hallclient db reconcile."
        )
    return int(len(writing) != 1)


def promote(args: argparse.Namespace) -> int:
    """Promote a standby and say what is known about loss."""
    from hallclient.storage.replicas import promote as promote_one  # noqa: PLC0415 - see above

    before, now = promote_one(_place(args), args.host, force=args.force)
    left = before.received - before.replayed
    print(f"{args.host} is the primary now, timeline {now.timeline} (was {before.timeline}).")
    print(f"  received up to {_lsn(before.received)}, {left} bytes of it were still to be replayed")
    for hall_id, seq in now.halls:
        print(f"  hall {hall_id}: journal up to entry {seq}")
    print(
        "  What the old primary had beyond this is known when its disk can be read:\n"
        "  hallclient db reconcile --lost URL. Never start it as it is: take it back by pg_rewind "
        "or a new copy."
    )
    return 0


def _place(args: argparse.Namespace) -> "PostgresPlace":
    from hallclient.storage.engine import (  # noqa: PLC0415 - see above
        PostgresPlace,
        open_engine,
        place_of,
    )

    if not (args.db or load_settings().database):
        raise CommandError("Say which servers with --db postgresql://HOST1,HOST2/NAME.")
    place = place_of(open_engine(place_for(args.db), role="db", must_exist=True))
    if not isinstance(place, PostgresPlace):
        raise CommandError("An SQLite file has no standby: hallclient db backup makes backups.")
    return place


def _lines(state: "ServerState") -> list[str]:
    if not state.answers:
        return [f"{state.name}: AWAY ({state.trouble.replace('; trying again', '')})"]
    kind = "standby" if state.standby else "primary"
    seqs = "".join(f", hall {hall_id} at entry {seq}" for hall_id, seq in state.halls)
    lines = [f"{state.name}: {kind}, timeline {state.timeline}, {_lsn(state.received)}{seqs}"]
    if state.standby:
        quiet = "" if state.quiet_s is None else f", last change {state.quiet_s:.0f} s ago"
        how = "streaming" if state.streaming else "NOT STREAMING"
        lines.append(f"  {how}, {state.received - state.replayed} bytes to replay{quiet}")
        return lines
    names = state.synchronous or "none: a failover may lose the last changes"
    lines.append(f"  synchronous_standby_names: {names}")
    for one in state.followers:
        lag = "" if one.lag_bytes is None else f", {one.lag_bytes} bytes"
        lag += "" if one.lag_s is None else f", {one.lag_s:.3f} s"
        lines.append(f"  {one.name}: {one.state}, {one.sync}{lag} behind" if lag else one.name)
    if not state.followers:
        lines.append("  nobody follows")
    return lines


def _lsn(position: int) -> str:
    return f"{position >> 32:X}/{position & 0xFFFFFFFF:X}"
