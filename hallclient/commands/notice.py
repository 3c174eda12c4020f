"""``hallclient notice …``: what screens show beside the calls, and emergencies over everything.

Behind staff number and PIN; the PIN is read from the standard input. A text is one argument; in a
page a backslash and an n begin another line.
"""

import argparse
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, time
from pathlib import Path
from typing import Any

from hallclient.bootstrap.halls import open_hall
from hallclient.bootstrap.kiosk_data import pin_guard
from hallclient.commands import notice_words as words
from hallclient.commands.signing import add_sign_in
from hallclient.commands.usher import ask_pin
from hallclient.config import THEMES, Settings, load_settings
from hallclient.domain.errors import NotAllowed, NotFound
from hallclient.domain.publication import EmergencyKind, Publication, PublicationKind
from hallclient.domain.text import LocalText
from hallclient.services.drafts import Draft, draft_of
from hallclient.services.member import sign_in
from hallclient.services.picture_files import VIDEO_BYTES
from hallclient.services.publishing import Publishing

_ACTIONS = {
    "add": "publish a line at the foot of boards, or with --card a card beside the calls",
    "picture": "publish a picture: PNG, JPEG or WebP, up to 8 MB",
    "page": "publish a page over the right column",
    "video": "publish a silent MP4 video, up to 16 MB, for boards with the extra hallclient[video]",
    "list": "list what is published",
    "show": "say everything of one publication",
    "change": "publish it differently from now on",
    "order": "show these first, in this order",
    "end": "show it no more",
    "emergency": "cover every public screen until all-clear: what to do, where to go",
    "all-clear": "end an emergency, or all of them",
    "preview": "draw a board with it into a PNG file",
}
_LANGUAGES = ("zh-CN", "zh-Hant", "en")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, text in _ACTIONS.items():
        action = actions.add_parser(name, help=text, description=f"{text.capitalize()}.")
        add_sign_in(action)
        if name != "preview":
            action.add_argument("--json", action="store_true", help="for programs")
        _ARGUMENTS[name](action)


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    settings = load_settings(args.settings)
    settings = replace(
        settings, database=args.db or settings.database, hall=args.hall or settings.hall
    )
    hall = open_hall(settings.database, settings.hall, "notice", credentials=settings.credentials)
    try:
        who = sign_in(hall.store, pin_guard(settings), args.staff, ask_pin())
        publishing = Publishing(hall.store, who.code)
        if args.action == "preview":
            one = _one(publishing, args.publication)
            _preview(settings, one, args)
        else:
            told, lines = _DOING[args.action](publishing, args)
            print(json.dumps(told, ensure_ascii=False, indent=1) if args.json else "\n".join(lines))
    finally:
        hall.close()
    return 0


Told = tuple[Any, list[str]]

# Doing


def _add(publishing: Publishing, args: argparse.Namespace) -> Told:
    kind = PublicationKind.CARD if args.card else PublicationKind.STRIP
    return _published(publishing.add(_draft(Draft(kind), args)))


def _add_file(publishing: Publishing, args: argparse.Namespace) -> Told:
    kind = PublicationKind.PICTURE if args.action == "picture" else PublicationKind.VIDEO
    told, lines = _published(publishing.add(_draft(Draft(kind), args)))
    if kind is PublicationKind.VIDEO:
        from hallclient.ui.video import has_video  # noqa: PLC0415 - brings Qt

        if not has_video():
            lines.append("Here videos are left out: pip install 'hallclient[video]' on each board.")
            told["video_here"] = False
    return told, lines


def _add_page(publishing: Publishing, args: argparse.Namespace) -> Told:
    return _published(publishing.add(_draft(Draft(PublicationKind.PAGE), args)))


def _list(publishing: Publishing, _args: argparse.Namespace) -> Told:
    found = publishing.published()
    return [words.facts(one) for one in found], words.lines(found)


def _show(publishing: Publishing, args: argparse.Namespace) -> Told:
    one = _one(publishing, args.publication)
    return words.facts(one), words.about(one)


def _change(publishing: Publishing, args: argparse.Namespace) -> Told:
    before = draft_of(_one(publishing, args.publication))
    return _published(publishing.change(args.publication, _draft(before, args)))


def _order(publishing: Publishing, args: argparse.Namespace) -> Told:
    publishing.reorder(args.publications)
    return _list(publishing, args)


def _end(publishing: Publishing, args: argparse.Namespace) -> Told:
    publishing.end(args.publication)
    return {"ended": args.publication}, [f"Publication {args.publication} is shown no more."]


def _emergency(publishing: Publishing, args: argparse.Namespace) -> Told:
    one = publishing.emergency(
        EmergencyKind(args.kind),
        title=LocalText(args.title or "", args.title_hant or "", args.title_en or ""),
        text=LocalText(args.where, args.where_hant, args.where_en),
        zones=args.zone or (),
        drill=args.drill,
    )
    what = "Drill" if one.drill else "Emergency"
    where = ", ".join(one.zones) or "every public screen"
    return words.facts(one), [f"{what} {one.id} covers {where} until all-clear."]


def _all_clear(publishing: Publishing, args: argparse.Namespace) -> Told:
    ended = publishing.end_emergency(args.publication)
    text = "No emergency stands." if not ended else f"Ended: {ended}. Screens say all clear."
    return {"ended": ended}, [text]


def _preview(settings: Settings, one: Publication, args: argparse.Namespace) -> None:
    from hallclient.bootstrap.preview import preview  # noqa: PLC0415 - the one action with Qt

    preview(settings, one, args.to, args.size, args.theme, args.language)
    print(args.to)


def _published(one: Publication) -> Told:
    return words.facts(one), [f"Publication {one.id} stands: {words.when(one)}."]


def _one(publishing: Publishing, publication_id: int) -> Publication:
    for one in publishing.published():
        if one.id == publication_id:
            return one
    raise NotFound("unknown_publication", "no such publication stands")


# Drafts


def _draft(before: Draft, args: argparse.Namespace) -> Draft:
    """Return a draft with what the arguments say; what they leave out stays."""
    begins, ends = args.between or (before.begins, before.ends)
    file: Path | None = getattr(args, "file", None)
    return replace(
        before,
        text=_text(before.text, args.text, args.hant, args.en),
        title=_text(before.title, args.title, args.title_hant, args.title_en),
        data=_bytes(file) if file is not None else b"",
        zones=before.zones if args.zone is None else tuple(z for z in args.zone if z != "-"),
        valid_from=args.valid_from or before.valid_from,
        valid_until=args.until or before.valid_until,
        weekdays=before.weekdays if args.weekday is None else tuple(args.weekday),
        begins=begins,
        ends=ends,
        seconds=before.seconds if args.seconds is None else args.seconds,
    )


def _text(before: LocalText, zh_cn: str | None, zh_hant: str | None, en: str | None) -> LocalText:
    pairs = zip((zh_cn, zh_hant, en), (before.zh_cn, before.zh_hant, before.en), strict=True)
    return LocalText(*(was if new is None else new.replace("\\n", "\n") for new, was in pairs))


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(VIDEO_BYTES + 1)
    except OSError as error:
        raise NotAllowed(
            "file_unreadable", f"the file {file} cannot be read: {error.strerror}"
        ) from error


# Arguments


def _line_arguments(action: argparse.ArgumentParser) -> None:
    action.add_argument("text", help="what it says, in zh-CN")
    action.add_argument("--card", action="store_true", help="in the card beside the calls")
    _shared_arguments(action)


def _file_arguments(action: argparse.ArgumentParser) -> None:
    action.add_argument("file", type=Path, help="the file")
    action.add_argument("--text", metavar="TEXT", help="a line below it, in zh-CN")
    _shared_arguments(action)


def _page_arguments(action: argparse.ArgumentParser) -> None:
    action.add_argument("title", help="its title, in zh-CN")
    action.add_argument("text", help="what it says, in zh-CN")
    _shared_arguments(action, title=False)


def _change_arguments(action: argparse.ArgumentParser) -> None:
    _id_argument(action)
    action.add_argument("--text", metavar="TEXT", help="what it says, in zh-CN")
    action.add_argument("--file", type=Path, metavar="FILE", help="another picture or video")
    _shared_arguments(action)


def _shared_arguments(action: argparse.ArgumentParser, *, title: bool = True) -> None:
    action.add_argument("--hant", metavar="TEXT", help="the text in zh-Hant")
    action.add_argument("--en", metavar="TEXT", help="the text in English")
    if title:
        action.add_argument("--title", metavar="TEXT", help="its title, in zh-CN")
    action.add_argument("--title-hant", metavar="TEXT", help="its title in zh-Hant")
    action.add_argument("--title-en", metavar="TEXT", help="its title in English")
    _zone_argument(action)
    action.add_argument(
        "--from", type=_day, dest="valid_from", metavar="DATE", help="from this day on"
    )
    action.add_argument("--until", type=_day, metavar="DATE", help="its last day")
    action.add_argument(
        "--weekday", type=int, action="append", metavar="N", help="1 Monday to 7; several times"
    )
    action.add_argument("--between", type=_span, metavar="HH:MM-HH:MM", help="at these hours only")
    action.add_argument("--seconds", type=int, metavar="N", help="how long each time (8)")


def _zone_argument(action: argparse.ArgumentParser) -> None:
    action.add_argument("--zone", action="append", metavar="CODE", help="only there; several times")


def _id_argument(action: argparse.ArgumentParser) -> None:
    action.add_argument("publication", type=int, help="its number, from the list")


def _order_arguments(action: argparse.ArgumentParser) -> None:
    action.add_argument("publications", type=int, nargs="+", metavar="NUMBER", help="from the list")


def _emergency_arguments(action: argparse.ArgumentParser) -> None:
    action.add_argument("kind", choices=[one.value for one in EmergencyKind])
    for name, what in (("title", "what has happened (other)"), ("where", "where to go")):
        default = "" if name == "where" else None
        action.add_argument(f"--{name}", default=default, metavar="TEXT", help=f"{what}, in zh-CN")
        for code in ("hant", "en"):
            action.add_argument(f"--{name}-{code}", default=default, metavar="TEXT")
    _zone_argument(action)
    action.add_argument("--drill", action="store_true", help="screens say that it is a drill")


def _all_clear_arguments(action: argparse.ArgumentParser) -> None:
    action.add_argument("publication", type=int, nargs="?", help="its number; none: all of them")


def _preview_arguments(action: argparse.ArgumentParser) -> None:
    _id_argument(action)
    action.add_argument("--to", type=Path, required=True, metavar="PNG", help="the file to draw")
    action.add_argument("--size", type=_size, default=(1920, 1080), metavar="WxH")
    action.add_argument("--theme", choices=THEMES, default=THEMES[0])
    action.add_argument("--language", choices=_LANGUAGES, default=_LANGUAGES[0])


def _nothing(_action: argparse.ArgumentParser) -> None:
    pass


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date like 2026-09-29") from None


def _span(text: str) -> tuple[time, time]:
    try:
        begins, ends = (_clock(part) for part in text.split("-"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no span like 08:30-17:00") from None
    return begins, ends


def _clock(text: str) -> time:
    at = time.fromisoformat(text)
    if at.tzinfo is not None:
        raise ValueError("hours are the hall's, without a zone of their own")
    return at


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    sides = tuple(int(part) for part in (width, height) if part.isdecimal() and len(part) < 5)
    if len(sides) != 2 or min(sides) < 200:
        raise argparse.ArgumentTypeError(f"{text!r} is no size like 1920x1080")
    return sides[0], sides[1]


_DOING: dict[str, Callable[[Publishing, argparse.Namespace], Told]] = {
    "add": _add,
    "picture": _add_file,
    "page": _add_page,
    "video": _add_file,
    "list": _list,
    "show": _show,
    "change": _change,
    "order": _order,
    "end": _end,
    "emergency": _emergency,
    "all-clear": _all_clear,
}
_ARGUMENTS: dict[str, Callable[[argparse.ArgumentParser], None]] = {
    "add": _line_arguments,
    "picture": _file_arguments,
    "page": _page_arguments,
    "video": _file_arguments,
    "list": _nothing,
    "show": _id_argument,
    "change": _change_arguments,
    "order": _order_arguments,
    "end": _id_argument,
    "emergency": _emergency_arguments,
    "all-clear": _all_clear_arguments,
    "preview": _preview_arguments,
}
