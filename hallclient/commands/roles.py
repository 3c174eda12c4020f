"""What the commands of all roles share: their options, settings and the way they run."""

import argparse
import os
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hallclient.bootstrap import open_role
from hallclient.commands.running import CommandError
from hallclient.config import LANGUAGES, Settings, load_settings

if TYPE_CHECKING:
    from hallclient.bootstrap.role import Role

PLACE = re.compile(r"(-?[0-9]{1,5}),(-?[0-9]{1,5}),([0-9]{1,5}),([0-9]{1,5})")
AHEAD_MAX_S = 366 * 24 * 3600


def add_role_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options that every role has."""
    parser.add_argument("--settings", type=Path, metavar="FILE", help="settings file of this PC")
    parser.add_argument("--db", default="", metavar="URL", help="database of the hall")
    parser.add_argument("--hall", default="", metavar="ID", help="hall, where there are several")
    parser.add_argument("--language", choices=LANGUAGES, help="language at the start")
    parser.add_argument("--windowed", action="store_true", help="in a window, not full screen")
    parser.add_argument("--at", metavar="X,Y,W,H", help="place and size of the window")
    parser.add_argument(
        "--ahead", type=int, default=0, metavar="S", help="clock ahead by seconds (demonstrations)"
    )
    parser.add_argument(
        "--robot", default="", metavar="SOCKET", help="let a program touch the screen (tests)"
    )
    parser.add_argument("--log", type=Path, metavar="FILE", help="log file (default: stderr)")
    parser.add_argument("--leash", action="store_true", help="end with the agent that started it")


def settings_of(args: argparse.Namespace) -> Settings:
    """Return the settings of this PC with the options of the command line on top."""
    settings = load_settings(args.settings)
    return replace(
        settings,
        database=args.db or settings.database,
        hall=args.hall or settings.hall,
        language=args.language or settings.language,
        full_screen=settings.full_screen and not args.windowed,
    )


def run_role(name: str, args: argparse.Namespace, settings: Settings) -> int:
    """Open a role, show it and run it to its end."""
    place = _place(args.at)
    if args.leash:
        from hallclient.agent.leash import end_with_agent  # noqa: PLC0415 - only for the agent

        end_with_agent()
    if not has_screen() and "QT_QPA_PLATFORM" not in os.environ:
        raise CommandError("This session has no screen; QT_QPA_PLATFORM=offscreen runs without.")
    if abs(args.ahead) > AHEAD_MAX_S:
        raise CommandError("--ahead is at most a year.")
    role = open_role(name, settings, ahead_s=args.ahead)
    try:
        role.log_to(args.log)
        if args.robot:
            _let_robot_in(role, args.robot)
        role.show(settings, place)
    except BaseException:
        role.close()
        raise
    return role.run()


def has_screen() -> bool:
    """Return whether a window can be seen here."""
    if sys.platform in ("win32", "darwin"):
        return True
    named = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return bool(named) and os.environ.get("QT_QPA_PLATFORM") != "offscreen"


def _let_robot_in(role: "Role", socket: str) -> None:
    from hallclient.lab.robot import Robot, RobotError  # noqa: PLC0415 - only when asked for

    try:
        robot = Robot(socket)
    except RobotError as error:
        raise CommandError(f"The robot {error}.") from error
    role.closers.insert(0, robot.close)


def _place(text: str | None) -> tuple[int, int, int, int] | None:
    if text is None:
        return None
    found = PLACE.fullmatch(text)
    if found is None:
        raise CommandError(f"--at takes four numbers X,Y,W,H, not {text}.")
    x, y, width, height = map(int, found.groups())
    if width < 1 or height < 1:
        raise CommandError(f"--at takes a width and a height above 0, not {text}.")
    return x, y, width, height
