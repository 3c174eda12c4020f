"""``hallclient agent``: keeps this PC's screens running and does the hall's chores. No screen."""

import argparse
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from hallclient.agent import install
from hallclient.agent.leash import end_with_agent
from hallclient.agent.part import PartState, StatusLine
from hallclient.agent.state import AgentRunsError, StateFolder
from hallclient.bootstrap.agent import open_agent
from hallclient.commands.running import TROUBLE, CommandError
from hallclient.config import Settings, load_settings
from hallclient.logs import set_up_logging

UNWELL = 1
"""Exit code of --status when something is not as it should be."""

_WELL = (PartState.RUNNING, PartState.RESTING)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument("--settings", type=Path, metavar="FILE", help="settings file of this PC")
    parser.add_argument("--db", default="", metavar="URL", help="database of the hall")
    parser.add_argument("--hall", default="", metavar="ID", help="hall, where there are several")
    parser.add_argument(
        "--state", type=Path, metavar="FOLDER", help="lock, status and logs (default: this user's)"
    )
    parser.add_argument(
        "--ahead", type=int, default=0, metavar="S", help="clock ahead by seconds (demonstrations)"
    )
    parser.add_argument("--leash", action="store_true", help="end with the program that started it")
    does = parser.add_mutually_exclusive_group()
    does.add_argument("--status", action="store_true", help="say what the running agent does")
    does.add_argument(
        "--check", action="store_true", help="say what the settings ask for, and what is wrong"
    )
    does.add_argument(
        "--install",
        nargs="?",
        const="systemd",
        choices=("systemd", "autostart"),
        help="start it with this user's session, by systemd or the desktop's autostart",
    )
    does.add_argument("--uninstall", action="store_true", help="start it so no more")


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    folder = StateFolder(args.state or _own_folder())
    if args.status:
        return _status(folder)
    if args.uninstall:
        return _uninstall()
    settings = load_settings(args.settings)
    settings = replace(
        settings, database=args.db or settings.database, hall=args.hall or settings.hall
    )
    if args.leash:
        end_with_agent()
    if args.check:
        from hallclient.commands.agent_check import check  # noqa: PLC0415 - it reads drivers

        return check(settings)
    options = _shared_options(args)
    if args.install:
        return _install(args, settings, options)
    return _run(settings, options, folder, args.ahead)


def _run(settings: Settings, options: list[str], folder: StateFolder, ahead_s: int) -> int:
    try:
        folder.take()
    except AgentRunsError as error:
        print(f"hallclient: {error}")
        return 0
    except OSError as error:
        raise _unusable(folder, error) from error
    try:
        agent = open_agent(settings, options, folder, ahead_s=ahead_s)
        set_up_logging(folder.path / "agent.log")
        if sys.stderr is not None and sys.stderr.isatty():  # pythonw has none
            set_up_logging()
        return agent.run()
    finally:
        folder.give_back()


def _unusable(folder: StateFolder, error: OSError) -> CommandError:
    return CommandError(f"The folder {folder.path} cannot be used: {error.strerror}.")


def _own_folder() -> Path:
    from platformdirs import user_state_path  # noqa: PLC0415 - not with --state

    return user_state_path("hallclient")


def _shared_options(args: argparse.Namespace) -> list[str]:
    """Return the options that the roles get, too; paths whole, for they start elsewhere."""
    options = ["--settings", str(args.settings.resolve())] if args.settings else []
    options += ["--db", args.db] if args.db else []
    return options + (["--hall", args.hall] if args.hall else [])


def _status(folder: StateFolder) -> int:
    try:
        status = folder.read()
    except OSError as error:
        raise _unusable(folder, error) from error
    if status is None:
        print("hallclient: No agent has run on this PC yet.", file=sys.stderr)
        return TROUBLE
    if not status.runs:
        print("hallclient: No agent runs on this PC; this is what it said last.", file=sys.stderr)
    else:
        print(f"The agent runs as process {status.process} since {_clock(status.since)}.")
    _show(status.lines)
    if not status.runs:
        return TROUBLE
    return 0 if all(line.state in _WELL for line in status.lines) else UNWELL


def _show(lines: tuple[StatusLine, ...]) -> None:
    rows = [("PART", "STATE", "SINCE", "RESTARTS", "LAST WORDS")]
    rows += [
        (line.part, str(line.state), _clock(line.since), str(line.restarts), line.words)
        for line in lines
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row[:4], widths, strict=True)]
        print("  ".join([*cells, row[4]]).rstrip())


def _clock(at: datetime) -> str:
    local = at.astimezone()
    today = datetime.now(UTC).astimezone().date()
    return local.strftime("%H:%M:%S" if local.date() == today else "%Y-%m-%d %H:%M")


def _install(args: argparse.Namespace, settings: Settings, options: list[str]) -> int:
    state = ["--state", str(args.state.resolve())] if args.state else []
    command = [sys.executable, "-m", "hallclient", "agent", *options, *state]
    try:
        if args.install == "systemd":
            screens = bool(settings.agent.roles)
            file = install.install_unit(command, _places(), screens=screens)
        else:
            file = install.install_entry(command, _places())
    except install.InstallError as error:
        raise CommandError(str(error)) from error
    print(f"{file} is written: the agent starts with this user's next session.")
    return 0


def _uninstall() -> int:
    try:
        gone = install.uninstall(_places())
    except (install.InstallError, OSError) as error:
        raise CommandError(str(error)) from error
    for file in gone:
        print(f"{file} is removed.")
    if not gone:
        print("Nothing was installed for this user.")
    return 0


def _places() -> install.Places:
    from platformdirs import user_config_path  # noqa: PLC0415 - only to install

    return install.Places(user_config_path())
