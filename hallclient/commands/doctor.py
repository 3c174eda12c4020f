"""``hallclient doctor``: what is wrong with this PC, in plain words. Changes nothing."""

import argparse
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from hallclient.bootstrap.doctor import Asked, examine_pc, roles_of
from hallclient.commands.running import CommandError
from hallclient.config import LANGUAGES, Settings, settings_file
from hallclient.services.doctor import Check, Finding, Grade
from hallclient.services.doctor.database import HallFacts
from hallclient.services.doctor.hall import voices
from hallclient.services.doctor.settings_file import faults_of, read_settings
from hallclient.services.doctor.telling import as_json, language_of, lines, tell, title

SOMETHING = 1
"""Exit code: somebody has to do something."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument("--settings", type=Path, metavar="FILE", help="settings file of this PC")
    parser.add_argument("--db", default="", metavar="URL", help="database of the hall")
    parser.add_argument("--hall", default="", metavar="ID", help="hall, where there are several")
    parser.add_argument("--state", type=Path, metavar="FOLDER", help="the agent's state and logs")
    parser.add_argument("--language", choices=LANGUAGES, help="language (that of the session)")
    parser.add_argument("--devices", action="store_true", help="talk to the devices, too")
    parser.add_argument("--json", action="store_true", help="for other programs")
    parser.add_argument(
        "--report", type=Path, metavar="FILE.zip", help="write what support needs; nothing personal"
    )


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    language = args.language or language_of(dict(os.environ))
    asked = _asked(args)
    found = examine_pc(asked)
    told = tell(found, language)
    _write_anything(sys.stdout)
    if args.json:
        print(as_json(told))
    else:
        print(title(asked.settings.station_name, datetime.now().astimezone(), language))
        print()
        for line in lines(told, language):
            print(line)
    if args.report:
        _report(args.report, asked, found)
    sys.stdout.flush()
    return SOMETHING if any(one.grade is Grade.TROUBLE for one in found) else 0


def _write_anything(stream: object) -> None:
    """Let a terminal that knows no Chinese show question marks instead of a traceback."""
    again = getattr(stream, "reconfigure", None)
    if again is not None:
        again(errors="replace")


def _asked(args: argparse.Namespace) -> Asked:
    file = args.settings or settings_file()
    settings, findings = read_settings(file, named=args.settings is not None)
    settings = replace(
        settings, database=args.db or settings.database, hall=args.hall or settings.hall
    )
    return Asked(
        settings,
        findings,
        devices=args.devices,
        file=file,
        state=args.state,
        beside=(partial(_voices, settings), partial(_roles_in, settings)),
        alone=(Check("settings", lambda: faults_of(lambda: _wrong_alone(settings))),),
    )


def _wrong_alone(settings: Settings) -> Iterator[str]:
    from hallclient.bootstrap.line_plan import plan_lines  # noqa: PLC0415 - in its check's thread
    from hallclient.commands import agent_roles_check as roles  # noqa: PLC0415 - same

    yield from roles.wrong_alone(settings, roles.asked_roles(settings))
    yield from (f"{fault.place}: {fault.words}" for fault in plan_lines(settings).faults)
    yield from roles.wrong_folder("appointments.folder", settings.appointments.folder)
    yield from roles.wrong_folder("ratings.folder", settings.ratings.folder)


def _roles_in(settings: Settings, facts: HallFacts) -> Iterator[Finding]:
    from hallclient.commands import agent_roles_check as roles  # noqa: PLC0415 - as above

    asked = roles.asked_roles(settings)
    sentences = list(roles.wrong_in(settings, asked, facts.plan))
    own = settings.window.window
    if own and own not in facts.plan.window_of:
        sentences.append(f"window: this hall has no window {own}.")
    if sentences:
        yield from faults_of(lambda: iter(sentences))


def _voices(settings: Settings, facts: HallFacts) -> Iterator[Finding]:
    from hallclient.bootstrap.call_voice import own_clips  # noqa: PLC0415 - as above
    from hallclient.lab.voice.render import missing_texts  # noqa: PLC0415 - as above

    if "display" not in roles_of(settings):
        return
    plan = facts.plan
    silent = {
        language: [
            text
            for key, text in missing_texts(plan, language, own_clips(plan.hall_id)).items()
            if not key.startswith("place/")  # said where it can be, never waited for
        ]
        for language in plan.rules.voice_languages
    }
    yield from voices(silent)


def _report(file: Path, asked: Asked, found: tuple[Finding, ...]) -> None:
    from hallclient.bootstrap.doctor_report import write_report  # noqa: PLC0415 - seldom

    try:
        write_report(file, asked, found, datetime.now(UTC))
    except OSError as error:
        raise CommandError(f"{file} cannot be written: {error.strerror}.") from error
    print(f"{file}")
