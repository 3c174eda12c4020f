"""``hallclient voice render|say|check``: the clips of spoken calls (docs/voice.md)."""

import argparse
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from hallclient.bootstrap.call_voice import own_clips
from hallclient.commands.running import CommandError
from hallclient.domain.hall import HallPlan
from hallclient.domain.speaking import CallToSpeak
from hallclient.domain.spoken_call import prefix_keys
from hallclient.services.hallfile import load_hall
from hallclient.ui.voice_bank import BankError

SILENT = 1
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    render = actions.add_parser("render", help="make the clips of a hall's own names")
    render.add_argument(
        "--model", type=Path, metavar="FILE", help="Kokoro-82M v1.0 in ONNX; else only a list"
    )
    render.add_argument("--voices", type=Path, metavar="DIR", help="its voices (beside the model)")
    render.add_argument(
        "--vocabulary", type=Path, metavar="FILE", help="its config.json (beside the model)"
    )
    check = actions.add_parser("check", help="list what of a hall would be silent; 1 where any is")
    for action in (render, check):
        action.add_argument("--hall", default="demo", help="a hall file or the name of a hall")
    say = actions.add_parser("say", help="write a call to a WAV file, as it would be heard")
    say.add_argument("label", help="the number, A012")
    say.add_argument("window", help="the number on the window")
    say.add_argument("--to", type=Path, required=True, metavar="FILE.wav")
    say.add_argument("--hall", default="", help="with this hall's rules and its own names")
    say.add_argument("--yao", action="store_true", help="幺 for 1")
    for action in (render, check, say):
        action.add_argument(
            "--language", action="append", default=[], metavar="L", help="zh, en (the hall's)"
        )
    for action in (render, check):
        action.add_argument(
            "--out", type=Path, metavar="DIR", help="the hall's own clips (its place on this PC)"
        )


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    for language in args.language:
        if not _LANGUAGE.fullmatch(language):
            raise CommandError(f"{language} is no language; zh and en are shipped.")
    try:
        if args.action == "say":
            return _say(args)
        return _render(args) if args.action == "render" else _check(args)
    except BankError as error:
        raise CommandError(f"{error}.") from error


def _say(args: argparse.Namespace) -> int:
    from hallclient.ui.call_voice import CallVoice, write_wav  # noqa: PLC0415 - for this only

    label = args.label.strip().upper()
    if not prefix_keys(label):
        raise CommandError(f"{args.label} is no number; A012 is one.")
    plan = load_hall(args.hall).plan if args.hall else None
    languages = _languages(args, plan) if plan else tuple(args.language) or ("zh",)
    voice = CallVoice(own_clips(plan.hall_id) if plan else None)
    call = CallToSpeak(1, 1, label, args.window.strip(), "", datetime.now(UTC))
    sound = voice.call(call, languages, yao=args.yao or (plan is not None and plan.rules.voice_yao))
    if not sound:
        print(f"{label} at window {call.window} has no clips: chime and screen only.")
        return SILENT
    try:
        write_wav(args.to, sound)
    except OSError as error:
        raise CommandError(f"{args.to} cannot be written: {error.strerror}.") from error
    return 0


def _check(args: argparse.Namespace) -> int:
    silent = 0
    plan = load_hall(args.hall).plan
    for language in _languages(args, plan):
        for key, text in _missing(args, plan, language).items():
            if key.startswith("place/"):
                continue  # said where it can be, never waited for
            silent += 1
            print(f"{language} {key}: {text}")
    print("Everything can be said." if not silent else f"{silent} would be silent.")
    return SILENT if silent else 0


def _render(args: argparse.Namespace) -> int:
    from hallclient.lab.voice.render import Kit, RenderError, render  # noqa: PLC0415 - heavy

    plan = load_hall(args.hall).plan
    refused = 0
    for language in _languages(args, plan):
        texts = _missing(args, plan, language)
        if args.model is None:
            print("".join(f"{language} {key}: {text}\n" for key, text in texts.items()), end="")
            continue
        kit = Kit.beside(args.model, args.voices, args.vocabulary)
        try:
            refused += render(texts, language, kit, _own(args, plan), _complain) if texts else 0
        except (RenderError, OSError) as error:
            raise CommandError(str(error)) from error
        print(f"{language}: {len(texts)} clips in {_own(args, plan) / language}")
    return SILENT if refused else 0


def _missing(args: argparse.Namespace, plan: HallPlan, language: str) -> dict[str, str]:
    from hallclient.lab.voice.render import missing_texts  # noqa: PLC0415 - for this only

    return missing_texts(plan, language, _own(args, plan))


def _own(args: argparse.Namespace, plan: HallPlan) -> Path:
    return args.out or own_clips(plan.hall_id)


def _languages(args: argparse.Namespace, plan: HallPlan) -> tuple[str, ...]:
    return tuple(args.language) or plan.rules.voice_languages


def _complain(what: str) -> None:
    print(what, file=sys.stderr)
