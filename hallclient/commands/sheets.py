"""``hallclient sheets``: pictures of every page of kiosk and staff, and what is wrong there."""

import argparse
import json
import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hallclient.commands.running import CommandError
from hallclient.services.hallfile import load_hall

if TYPE_CHECKING:
    from collections.abc import Callable

    from hallclient.domain.hall import HallPlan
    from hallclient.lab.sheets.run import Seen

BROKEN = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument("--hall", default="demo", help="a hall file or the name of a hall (demo)")
    parser.add_argument(
        "--out", type=Path, default=Path("sheets"), metavar="DIR", help="for the pictures (sheets)"
    )
    parser.add_argument(
        "--page",
        action="append",
        default=[],
        metavar="P",
        help="this page or scene of the kiosk, or bar, panel, console, screen, rating, board (all)",
    )
    parser.add_argument(
        "--language", action="append", default=[], metavar="L", help="zh-CN, zh-Hant or en (all)"
    )
    parser.add_argument(
        "--mode",
        action="append",
        default=[],
        metavar="M",
        help="usual, contrast, elder, long, … (all)",
    )
    parser.add_argument(
        "--names", type=int, default=0, metavar="N", help="stretch every name to N characters"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Run the command; 1 says that there are complaints."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from hallclient.lab.sheets.names import long_names  # noqa: PLC0415 - Qt, after its platform
    from hallclient.lab.sheets.run import LANGUAGES, MODES, scenes_of  # noqa: PLC0415
    from hallclient.lab.sheets.staff import MODES as STAFF_MODES  # noqa: PLC0415
    from hallclient.lab.sheets.staff import SCREENS  # noqa: PLC0415
    from hallclient.ui.app import make_application  # noqa: PLC0415

    _check("--language", args.language, LANGUAGES)
    _check("--mode", args.mode, (*MODES, *STAFF_MODES))
    known = scenes_of(())
    _check(
        "--page", args.page, [*(scene.name for scene in known), *{s.page for s in known}, *SCREENS]
    )
    plan = load_hall(args.hall).plan
    if args.names:
        plan = long_names(plan, args.names)

    def told(seen: "Seen") -> None:
        if not args.json:
            for complaint in seen.complaints:
                print(f"{seen.scene} {seen.language} {seen.mode}: {complaint}", flush=True)

    logging.getLogger("hallclient").addHandler(logging.NullHandler())  # scenes break things
    app = make_application(["hallclient"], styled=False)
    try:
        seen = _walked(args, plan, told)
    except OSError as error:
        raise CommandError(f"The pictures cannot be written: {error}") from error
    finally:
        app.close()
    wrong = sum(len(one.complaints) for one in seen)
    if args.json:
        print(json.dumps(_as_json(seen), ensure_ascii=False, indent=1))
    else:
        print(f"{len(seen)} pages, {wrong} complaints; pictures in {args.out}")
    return BROKEN if wrong else 0


def _walked(
    args: argparse.Namespace, plan: "HallPlan", told: "Callable[[Seen], None]"
) -> "tuple[Seen, ...]":
    """Walk the kiosk, then the staff's screens; a page that is named leaves the others out."""
    from hallclient.lab.sheets.run import LANGUAGES, MODES, Wishes, walk  # noqa: PLC0415
    from hallclient.lab.sheets.staff import MODES as STAFF_MODES  # noqa: PLC0415
    from hallclient.lab.sheets.staff import SCREENS, StaffWishes, walk_staff  # noqa: PLC0415

    pages = [page for page in args.page if page not in SCREENS]
    screens = tuple(one for one in SCREENS if one in args.page or not args.page)
    languages = tuple(args.language) or LANGUAGES
    modes = tuple(one for one in MODES if one in args.mode or not args.mode)
    staff_modes = tuple(one for one in STAFF_MODES if one in args.mode or not args.mode)
    seen: list[Seen] = []
    if modes and (pages or not args.page):
        seen += walk(plan, Wishes(args.out, tuple(pages), languages, modes), told)
    if screens and staff_modes:
        seen += walk_staff(plan, StaffWishes(args.out, screens, languages, staff_modes), told)
    return tuple(seen)


def _check(option: str, given: Sequence[str], known: Sequence[str]) -> None:
    for one in given:
        if one not in known:
            raise CommandError(f"{option} {one}: one of {', '.join(dict.fromkeys(known))}.")


def _as_json(seen: "Sequence[Seen]") -> dict[str, object]:
    pages = [
        {
            "page": one.scene,
            "language": one.language,
            "mode": one.mode,
            "picture": str(one.picture),
            "complaints": list(one.complaints),
        }
        for one in seen
    ]
    return {"pages": pages, "complaints": sum(len(one.complaints) for one in seen)}
