"""``hallclient sheets``: pictures of every page of the kiosk, and what is wrong with them."""

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
    from hallclient.lab.sheets.run import Seen

BROKEN = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument("--hall", default="demo", help="a hall file or the name of a hall (demo)")
    parser.add_argument(
        "--out", type=Path, default=Path("sheets"), metavar="DIR", help="for the pictures (sheets)"
    )
    parser.add_argument(
        "--page", action="append", default=[], metavar="P", help="this page or scene (all)"
    )
    parser.add_argument(
        "--language", action="append", default=[], metavar="L", help="zh-CN, zh-Hant or en (all)"
    )
    parser.add_argument(
        "--mode", action="append", default=[], metavar="M", help="usual, elder, low, … (all)"
    )
    parser.add_argument(
        "--names", type=int, default=0, metavar="N", help="stretch every name to N characters"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Run the command; 1 says that there are complaints."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from hallclient.lab.sheets.names import long_names  # noqa: PLC0415 - Qt, after its platform
    from hallclient.lab.sheets.run import LANGUAGES, MODES, Wishes, scenes_of, walk  # noqa: PLC0415
    from hallclient.ui.app import make_application  # noqa: PLC0415

    _check("--language", args.language, LANGUAGES)
    _check("--mode", args.mode, tuple(MODES))
    known = scenes_of(())
    _check("--page", args.page, [*(scene.name for scene in known), *{s.page for s in known}])
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
        seen = walk(
            plan,
            Wishes(
                args.out,
                tuple(args.page),
                tuple(args.language) or LANGUAGES,
                tuple(args.mode) or tuple(MODES),
            ),
            told,
        )
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
