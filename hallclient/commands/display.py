"""``hallclient display``: a call display."""

import argparse
import os
from dataclasses import replace

from hallclient.commands.roles import add_role_arguments, has_screen, run_role, settings_of
from hallclient.commands.running import CommandError
from hallclient.config import BOXES, THEMES


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    add_role_arguments(parser)
    parser.add_argument("--name", help="name of this display, D1")
    parser.add_argument("--zone", action="append", metavar="CODE", help="show this zone (repeat)")
    parser.add_argument("--zones", metavar="A,B", help="show these zones")
    parser.add_argument("--screen", metavar="NAME", help="monitor it fills: its name or number")
    parser.add_argument("--list-screens", action="store_true", help="print the monitors and end")
    parser.add_argument("--bilingual", action="store_true", help="Chinese and English at once")
    parser.add_argument("--boxes", type=int, choices=BOXES, help="recent calls; 3 are large")
    parser.add_argument("--reduced-motion", action="store_true", help="nothing moves")
    parser.add_argument("--theme", choices=THEMES, help="board-dark for LED walls")
    parser.add_argument("--mute", action="store_true", help="no chime and no voice")
    parser.add_argument("--voice-to", metavar="FILE.wav", help="write what would be heard")
    parser.add_argument("--list", action="store_true", help="list the boards that the hall knows")
    parser.add_argument("--forget", metavar="NAME", help="drop a board that is there no more")
    parser.add_argument("--json", action="store_true", help="with --list, for programs")


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    if args.list or args.forget:
        from hallclient.commands import display_boards  # noqa: PLC0415 - a board starts without

        return display_boards.list_boards(args) if args.list else display_boards.forget(args)
    if args.list_screens:
        return _list_screens()
    settings = settings_of(args)
    own = settings.display
    listed = [code.strip() for code in (args.zones or "").split(",") if code.strip()]
    zones = [*(args.zone or ()), *listed]
    own = replace(
        own,
        name=args.name or own.name,
        zones=tuple(dict.fromkeys(zones)) or own.zones,
        screen=args.screen or own.screen,
        bilingual=own.bilingual or args.bilingual,
        boxes=args.boxes or own.boxes,
        reduced_motion=own.reduced_motion or args.reduced_motion,
        theme=args.theme or own.theme,
        sound=own.sound and not args.mute,
        voice_to=own.voice_to if args.voice_to is None else args.voice_to,
    )
    settings = replace(settings, display=own)
    return run_role("display", args, settings)


def _list_screens() -> int:
    from PySide6.QtGui import QGuiApplication  # noqa: PLC0415 - a display starts by its own way

    from hallclient.ui.monitors import monitors  # noqa: PLC0415 - the same

    if not has_screen() and "QT_QPA_PLATFORM" not in os.environ:
        raise CommandError("This session has no screen.")
    app = QGuiApplication.instance() or QGuiApplication(["hallclient"])
    for line in monitors():
        print(line)
    del app
    return 0
