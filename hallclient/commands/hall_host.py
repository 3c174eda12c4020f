"""``hallclient hall host|code|pcs|leave``: what is done on the PC that hosts a hall."""

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from hallclient.bootstrap.hosting.place import PcFiles, files_of
from hallclient.commands.running import CommandError
from hallclient.services.store_error import StoreError

if TYPE_CHECKING:
    from hallclient.bootstrap.hosting.cluster import Cluster
    from hallclient.bootstrap.hosting.host import Hosted

_DATABASE = re.compile(r"(?!(?:all|replication|sameuser|samerole|samegroup)$)[a-z][a-z0-9_]{0,40}")
NOT_RUNNING = 1
"""Exit code of ``hall host --status`` for a server that does not run."""


def add_arguments(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the actions of the host."""
    host = actions.add_parser("host", help="make this PC the server of a hall of several PCs")
    host.add_argument("file", nargs="?", default="", help="the hall file; not for --start and such")
    host.add_argument("--folder", type=Path, metavar="DIR", help="the server's folder")
    host.add_argument(
        "--port", type=int, default=0, help="the server's port (as it is; first a free one)"
    )
    host.add_argument("--database", default="", metavar="NAME", help="its database (hall)")
    host.add_argument(
        "--network",
        default="",
        metavar="CIDR,…",
        help="from where PCs may come in (as it is; first the networks that this PC is in)",
    )
    host.add_argument(
        "--server", default="", metavar="URL", help="use a server that is there: its owner's login"
    )
    host.add_argument("--no-service", action="store_true", help="start the server by hand only")
    does = host.add_mutually_exclusive_group()
    does.add_argument("--start", action="store_true", help="start the server")
    does.add_argument("--stop", action="store_true", help="stop the server")
    does.add_argument("--status", action="store_true", help="say whether the server runs")
    code = actions.add_parser("code", help="make a code by which another PC joins")
    code.add_argument(
        "--for", dest="kinds", default="kiosk,window,display", metavar="KIND,…", help="its roles"
    )
    code.add_argument("--hours", type=float, default=4, help="how long it is good (4)")
    code.add_argument("--pc", default="", metavar="NAME", help="the PC's name (the next free one)")
    code.add_argument("--address", default="", metavar="HOST,…", help="where PCs find the server")
    code.add_argument("--png", type=Path, metavar="FILE", help="write the code as a picture, too")
    pcs = actions.add_parser("pcs", help="list the PCs that have joined")
    leave = actions.add_parser("leave", help="take a PC's logins away")
    leave.add_argument("pc", help="its name, see hallclient hall pcs")
    for action in (host, code, pcs, leave):
        action.add_argument("--settings", type=Path, metavar="FILE", help="settings of this PC")


def run(args: argparse.Namespace) -> int:
    """Run one of them."""
    if args.action == "host":
        return _host(args)
    files = files_of(args.settings)
    if args.action == "code":
        return _code(args, files)
    return _pcs(files) if args.action == "pcs" else _leave(args.pc, files)


def _host(args: argparse.Namespace) -> int:
    from hallclient.bootstrap.hosting.cluster import Cluster  # noqa: PLC0415 - only here
    from hallclient.bootstrap.hosting.host import default_folder, kept  # noqa: PLC0415 - same

    folder = (args.folder or default_folder()).absolute()
    if args.start or args.stop or args.status:
        return _serve(args, kept(Cluster(folder), port=0, database="", networks=()))
    if not args.file:
        raise CommandError("Name the hall file: hallclient hall host FILE.")
    hosted = _hosted(args, folder)
    for line in hosted.done:
        print(f"{line[:1].upper()}{line[1:]}.")
    if hosted.changes:
        print(f"The hall file brought {len(hosted.changes)} changes.")
    if not hosted.done and not hosted.changes and hosted.key_made is None:
        print("This PC hosts the hall already: nothing changed.")
    if hosted.key_made is not None:
        _show_key(hosted.key_made)
    print("For each other PC: hallclient hall code")
    return 0


def _hosted(args: argparse.Namespace, folder: Path) -> "Hosted":
    """Host the hall: at a server that is there, or on this PC."""
    from hallclient.bootstrap.hosting.cluster import Cluster  # noqa: PLC0415 - only here
    from hallclient.bootstrap.hosting.host import host_at, host_here, kept  # noqa: PLC0415 - same
    from hallclient.bootstrap.hosting.service import keep_running  # noqa: PLC0415 - same
    from hallclient.services.hallfile import load_hall  # noqa: PLC0415 - same

    files, loaded = files_of(args.settings), load_hall(args.file)
    if args.server:
        return host_at(args.server, files, loaded)
    networks = tuple(filter(None, args.network.split(",")))
    windows = len(loaded.plan.windows)
    if args.database and not _DATABASE.fullmatch(args.database):
        raise CommandError("--database takes small letters, digits and _.")
    cluster = kept(
        Cluster(folder, windows=windows), port=args.port, database=args.database, networks=networks
    )
    hosted = host_here(cluster, files, loaded)
    if not args.no_service:
        print(keep_running(cluster))
    return hosted


def _serve(args: argparse.Namespace, cluster: "Cluster") -> int:
    if not cluster.made:
        raise CommandError(f"There is no server in {cluster.folder}.")
    if args.status:
        runs = cluster.runs()
        print(f"The server in {cluster.folder} {'runs' if runs else 'does not run'}.")
        return 0 if runs else NOT_RUNNING
    done = cluster.start() if args.start else cluster.stop()
    verb = "runs" if args.start else "is stopped"
    print(f"The server in {cluster.folder} {verb}{'' if done else ' already'}.")
    return 0


def _show_key(file: Path) -> None:
    """Print the hall's key, once: what is sealed with it opens with nothing else."""
    from hallclient.services.sealing import key_on_paper  # noqa: PLC0415 - only here

    groups = key_on_paper(file)
    print("\nThe hall's key. Write it down or print it for the safe; it is not shown again:\n")
    for at in range(0, len(groups), 7):
        print("   " + " ".join(groups[at : at + 7]))
    print(f"\nThis PC keeps it in {file}.\n")


def _code(args: argparse.Namespace, files: PcFiles) -> int:
    from hallclient.bootstrap.hosting.code_picture import (  # noqa: PLC0415 - only here
        as_png,
        modules,
        on_terminal,
    )
    from hallclient.bootstrap.hosting.codes import make_code  # noqa: PLC0415 - same
    from hallclient.bootstrap.hosting.files import Files  # noqa: PLC0415 - same

    kinds = tuple(filter(None, args.kinds.split(",")))
    hosts = tuple(filter(None, args.address.split(",")))
    made = make_code(files, kinds, args.hours, args.pc, hosts)
    text = made.code.text()
    rows = modules(text)
    if sys.stdout.isatty():
        print(on_terminal(rows, inverse=True))
    print(f"\n    {text}\n")
    ends = made.until.astimezone()
    print(f"On the PC that becomes {made.pc} ({', '.join(made.kinds)}): hallclient hall join")
    print(f"and type or scan this code. It is good once, until {ends:%Y-%m-%d %H:%M}.")
    if args.png:
        picture = Files()
        picture.add(args.png, as_png(rows))
        picture.place()
        print(f"The picture is in {args.png}: whoever has it can join, remove it afterwards.")
    return 0


def _pcs(files: PcFiles) -> int:
    from hallclient.bootstrap.hosting.codes import pcs  # noqa: PLC0415 - only here

    known = pcs(files)
    for pc in known:
        state = "joined" if pc.until is None else f"code until {pc.until.astimezone():%H:%M}"
        print(f"{pc.name:16} {', '.join(pc.kinds):40} {state}, {pc.connections} connections")
    if not known:
        print("No PC has joined.")
    return 0


def _leave(pc: str, files: PcFiles) -> int:
    from hallclient.bootstrap.hosting.codes import take_away  # noqa: PLC0415 - only here

    if not take_away(files, pc):
        raise StoreError(f"No PC {pc} has joined: hallclient hall pcs lists them.")
    print(f"{pc} has no logins any more, its connections are ended. It still has the hall's key,")
    print("if it had one: remove the files of hallclient from its disk.")
    return 0
