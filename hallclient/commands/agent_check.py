"""``hallclient agent --check``: what the settings of this PC ask of an agent, and what is wrong.

It opens the hall and nothing else: no port, no role, no message. Where there is a screen, it asks
the desktop which monitors there are.
"""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from hallclient.bootstrap.halls import open_hall
from hallclient.bootstrap.line_plan import LinePlan, plan_lines
from hallclient.bootstrap.messages import hall_key, sends_messages
from hallclient.commands.agent_roles_check import (
    AskedRoles,
    asked_roles,
    monitors_named,
    wrong_alone,
    wrong_folder,
    wrong_in,
)
from hallclient.commands.roles import has_screen
from hallclient.config import Settings
from hallclient.domain.hall import HallPlan
from hallclient.services.sealing import KeyTrouble
from hallclient.services.store_error import StoreError

WRONG = 1


def check(settings: Settings) -> int:
    """Print both and return the exit code: 0, or 1 when something is wrong."""
    lines = plan_lines(settings)
    hall, trouble = _hall(settings)
    print(f"This PC is {settings.station_name} in the hall.")
    if hall is not None:
        print(f"The hall is {hall.name.text(settings.language)} ({hall.hall_id}).")
    for sentence in _does(settings, lines):
        print(sentence)
    asked = asked_roles(settings)
    wrong = [*trouble, *_wrong(settings, lines, asked)]
    if hall is not None:
        wrong += [*wrong_in(settings, asked, hall), *_unknown(lines, hall)]
    print("This is wrong:" if wrong else "Nothing is wrong.")
    for sentence in wrong:
        print(f"  {sentence}")
    return WRONG if wrong else 0


def _hall(settings: Settings) -> tuple[HallPlan | None, list[str]]:
    try:
        hall = open_hall(
            settings.database, settings.hall, "agent check", credentials=settings.credentials
        )
    except StoreError as error:
        return None, [str(error).replace("; trying again", "")]
    try:
        return hall.store.plan(), []
    except StoreError as error:
        return None, [str(error)]
    finally:
        hall.close()


def _does(settings: Settings, lines: LinePlan) -> Iterator[str]:
    agent = settings.agent
    if agent.chores:
        yield "It does the hall's chores."
    for role in agent.roles:
        yield f"It keeps running: {' '.join((role.role, *role.arguments))}"
    for line in lines.lines:
        yield f"It owns {line.port} at {line.devices[0].profile.port.baud} baud{_there(line.port)}:"
        for device in line.devices:
            profile = device.profile
            what = f"{profile.id} ({profile.name}; evidence: {profile.evidence})"
            yield f"  {device.name:12} address {device.address}, {what}"
    if settings.sms.command:
        yield f"It sends text messages by {settings.sms.command[0]}."
    elif settings.sms.modem:
        yield f"It sends text messages by the modem at {settings.sms.modem}."
    folders = {"appointments": settings.appointments.folder, "ratings": settings.ratings.folder}
    yield from (f"It takes in {what} from {folder}." for what, folder in folders.items() if folder)
    works = (agent.chores, agent.roles, lines.lines, sends_messages(settings), *folders.values())
    if not any(works):
        yield "There is nothing for it to do."


def _there(port: str) -> str:
    missing = port.startswith("/") and not Path(port).exists()
    return ", which is not there at the moment" if missing else ""


def _wrong(settings: Settings, lines: LinePlan, asked: AskedRoles) -> Iterator[str]:
    yield from wrong_alone(settings, asked)
    yield from _monitors_away(monitors_named(settings, asked))
    yield from (f"{fault.place}: {fault.words}" for fault in lines.faults)
    yield from wrong_folder("appointments.folder", settings.appointments.folder)
    yield from wrong_folder("ratings.folder", settings.ratings.folder)
    if settings.ratings.folder:
        yield from _no_key(settings, "ratings.folder")
    if sends_messages(settings):
        yield from _no_key(settings, "sms")
    if settings.sms.command and shutil.which(settings.sms.command[0]) is None:
        yield f"sms.command: there is no program {settings.sms.command[0]}."


def _no_key(settings: Settings, place: str) -> Iterator[str]:
    try:
        hall_key(settings)
    except KeyTrouble as error:
        yield f"{place}: {error} hallclient hall key makes one."


def _monitors_away(named: Mapping[str, str]) -> Iterator[str]:
    """Yield the monitors that this desktop has not; without a desktop nobody can tell."""
    if not named or not has_screen():
        return
    from PySide6.QtGui import QGuiApplication  # noqa: PLC0415 - most settings name no monitor

    from hallclient.ui.monitors import monitor_named  # noqa: PLC0415 - the same

    app = QGuiApplication.instance() or QGuiApplication(["hallclient"])
    for name, place in named.items():
        if monitor_named(name) is None:
            yield f"{place}: there is no monitor {name}; hallclient display --list-screens."
    del app


def _unknown(lines: LinePlan, hall: HallPlan) -> Iterator[str]:
    for window in lines.windows:
        if window not in hall.window_of:
            yield f"agent.lines: this hall has no window {window}."
