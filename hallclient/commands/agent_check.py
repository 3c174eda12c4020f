"""``hallclient agent --check``: what the settings of this PC ask of an agent, and what is wrong.

It opens the hall and nothing else: no port, no role, no message.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

from hallclient.bootstrap.agent import role_commands
from hallclient.bootstrap.halls import open_hall
from hallclient.bootstrap.line_plan import LinePlan, plan_lines
from hallclient.bootstrap.messages import hall_key, sends_messages
from hallclient.config import ConfigError, Settings
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
    wrong = [*trouble, *_wrong(settings, lines)]
    wrong += _unknown(settings, lines, hall) if hall is not None else []
    print("This is wrong:" if wrong else "Nothing is wrong.")
    for sentence in wrong:
        print(f"  {sentence}")
    return WRONG if wrong else 0


def _hall(settings: Settings) -> tuple[HallPlan | None, list[str]]:
    try:
        hall = open_hall(settings.database, settings.hall, "agent check")
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
    if not (agent.chores or agent.roles or lines.lines or sends_messages(settings)):
        yield "There is nothing for it to do."


def _there(port: str) -> str:
    missing = port.startswith("/") and not Path(port).exists()
    return ", which is not there at the moment" if missing else ""


def _wrong(settings: Settings, lines: LinePlan) -> Iterator[str]:
    try:
        role_commands(settings.agent.roles, [], Path())
    except ConfigError as error:
        yield str(error)
    yield from (f"{fault.place}: {fault.words}" for fault in lines.faults)
    if sends_messages(settings):
        try:
            hall_key(settings)
        except KeyTrouble as error:
            yield f"sms: {error} hallclient hall key makes one."
    if settings.sms.command and shutil.which(settings.sms.command[0]) is None:
        yield f"sms.command: there is no program {settings.sms.command[0]}."


def _unknown(settings: Settings, lines: LinePlan, hall: HallPlan) -> Iterator[str]:
    for number, role in enumerate(settings.agent.roles, start=1):
        named = next((word for word in role.arguments[:1] if not word.startswith("-")), "")
        if role.role == "window" and named and named not in hall.window_of:
            yield f"agent.roles {number}: this hall has no window {named}."
    for window in lines.windows:
        if window not in hall.window_of:
            yield f"agent.lines: this hall has no window {window}."
