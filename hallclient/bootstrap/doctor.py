"""The doctor, joined: which checks this PC's settings call for, and what they look at.

Every look at the system goes through a ``World``: a test makes the fault for real where it can, and
hands in what it cannot make.
"""

import importlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from hallclient.bootstrap import doctor_system as system
from hallclient.bootstrap.backups import backups_folder, sqlite_file
from hallclient.bootstrap.credentials import GROUPS, OWNER, is_server, kind_of
from hallclient.bootstrap.messages import key_file, sends_messages
from hallclient.config import (
    KEYBOARD,
    DisplaySettings,
    KioskSettings,
    Settings,
    SupervisorSettings,
    default_database,
)
from hallclient.services.doctor import Check, Finding, agent, examine, folders, hall, machine
from hallclient.services.doctor import ports as port_checks
from hallclient.services.doctor import screens as screen_checks
from hallclient.services.doctor.database import HallFacts, Patient, away, examine_database
from hallclient.services.doctor.finding import trouble
from hallclient.services.doctor.ports import PortUse
from hallclient.services.doctor.secrets import certificate, hall_key, private
from hallclient.services.doctor.spools import spools
from hallclient.services.store_error import StoreError

HallCheck = Callable[[HallFacts], Iterator[Finding]]

_DATABASE_S = 20.0
_QT_S = 15.0
_DEVICE_S = 12.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What the technician asked for; ``alone`` and ``beside`` are checks that others bring along.

    ``beside`` look at the hall, once it is known; ``file`` is the settings file, ``state`` the
    agent's folder.
    """

    settings: Settings
    settings_findings: tuple[Finding, ...] = ()
    devices: bool = False
    file: Path | None = None
    state: Path | None = None
    beside: tuple[HallCheck, ...] = ()
    alone: tuple[Check, ...] = ()
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))


def examine_pc(asked: Asked) -> tuple[Finding, ...]:
    """Return all findings about this PC. Changes nothing, takes half a minute at most."""
    _import_ahead()
    return asked.settings_findings + examine(checks_for(asked))


def _import_ahead() -> None:
    """Import what checks share before their threads begin: two at once may each find half of it.

    What cannot be imported is told by the check that needs it.
    """
    for name in _SHARED:
        with suppress(Exception):
            importlib.import_module(name)


_SHARED = (
    "hallclient.storage.patient",
    "hallclient.storage.backup_folder",
    "hallclient.bootstrap.halls",
    "hallclient.bootstrap.kiosk_data",
    "hallclient.bootstrap.screen_folder",
    "hallclient.bootstrap.window_spool",
    "hallclient.bootstrap.line_plan",
)


def roles_of(settings: Settings) -> tuple[str, ...]:
    """Return the roles of this PC: those that its agent runs, and those it has settings for."""
    found = [role.role for role in settings.agent.roles]
    own = {
        "kiosk": settings.kiosk != KioskSettings(),
        "window": bool(settings.window.window),
        "display": settings.display != DisplaySettings(),
        "screen": bool(settings.screen.window),
        "supervisor": settings.supervisor != SupervisorSettings(),
    }
    return tuple(dict.fromkeys([*found, *(name for name, has in own.items() if has)]))


def checks_for(asked: Asked) -> list[Check]:
    """Return the checks that this PC's settings call for."""
    settings, roles = asked.settings, roles_of(asked.settings)
    uses = ports_of(settings)
    found = [
        Check("python", partial(machine.python_and_qt, system.runtime())),
        Check("locale", partial(system.locale, asked.environment)),
        Check("session", lambda: machine.session(asked.environment, roles)),
        Check("database", partial(_database, asked, roles), _DATABASE_S, "database.hung"),
        Check("clock", system.clock),
        Check("files", partial(_files, asked)),
        Check("backups", partial(_backups, settings)),
        Check("spools", partial(_spools, settings)),
        Check("agent", partial(_agent, asked)),
        Check("processes", system.other_processes),
        *asked.alone,
    ]
    if sys.platform == "linux":
        found += [
            Check("libraries", system.libraries),
            Check("sleep", partial(system.sleep, asked.environment)),
        ]
    found.append(Check("qt", partial(_qt, settings, roles), _QT_S, "qt.hung"))
    if {"kiosk", "display"} & set(roles):
        found.append(Check("sound", system.sound, _QT_S, "sound.hung"))
    world = system.port_world()
    found += [Check(use.place, partial(port_checks.look_at, use, world)) for use in uses]
    found.append(Check("meddlers", lambda: port_checks.meddlers(uses, system.programs())))
    if asked.devices:
        found += [
            Check(use.place, partial(port_checks.answers, use, system.ask_device), _DEVICE_S,
                  "port.hung")
            for use in uses
        ]  # fmt: skip
    return found


def ports_of(settings: Settings) -> tuple[PortUse, ...]:
    """Return every port that the settings name, with what hangs there."""
    kiosk, window = settings.kiosk, settings.window
    named = [
        PortUse("kiosk.printer", kiosk.printer, kiosk.printer_profile),
        PortUse("kiosk.scanner", kiosk.scanner, kiosk.scanner_profile),
        PortUse("kiosk.reader", kiosk.reader, kiosk.reader_profile),
        PortUse("window.keypad", window.keypad, window.keypad_profile, window.keypad_address),
        PortUse("window.caller", window.caller, window.caller_profile, window.caller_address),
        PortUse("window.strip", window.strip, window.strip_profile, window.strip_address),
        PortUse("window.printer", window.printer, window.printer_profile),
        PortUse("sms.modem", settings.sms.modem, "sms-modem"),
    ]
    for number, line in enumerate(settings.agent.lines, start=1):
        named += [
            PortUse(f"agent.lines {number}, device {place}", line.port, one.profile, one.address)
            for place, one in enumerate(line.devices, start=1)
        ]
    return tuple(
        use for use in named if use.port and use.port != KEYBOARD and not use.port.startswith("@")
    )


def _database(asked: Asked, roles: Sequence[str]) -> Iterator[Finding]:
    settings = asked.settings
    url = settings.database or default_database()
    if not settings.database and not Path(url.removeprefix("sqlite:///")).exists():
        yield trouble("hall.none_here", "hallclient hall load my-hall.toml")
        return
    has = system.logins(settings.credentials)
    wanted = [*roles, "agent", *GROUPS]
    role = next((role for role in wanted if kind_of(role) in has), wanted[0])
    blind = is_server(url) and kind_of(role) in has and kind_of(role) in _BLIND
    try:
        patient = _patient(settings, url, role)
    except StoreError as error:
        yield away(error, "")
        return
    known: list[HallFacts] = []
    yield from examine_database(
        patient, settings.hall, lambda: datetime.now(UTC), known.append, journal=not blind
    )
    for facts in known:
        yield from hall.devices(facts, settings.station_name)
        yield from hall.chores(facts)
        yield from hall.calendar(facts)
        yield from hall.time_zone(facts, datetime.now(UTC).astimezone().utcoffset())
        for beside in asked.beside:
            yield from beside(facts)


_BLIND = ("kiosk", "window")
"""Kinds whose logins do not see all entries of a journal (storage.rights_rows)."""


def _patient(settings: Settings, url: str, role: str) -> Patient:
    from hallclient.bootstrap.halls import login_url  # noqa: PLC0415 - it may fail, in its thread
    from hallclient.storage.patient import SqlPatient  # noqa: PLC0415 - the same

    return SqlPatient(login_url(url, role, settings.credentials))


def _files(asked: Asked) -> Iterator[Finding]:
    settings = asked.settings
    url, file = settings.database, sqlite_file(settings)
    data, state = system.data_folder(), asked.state or system.state_folder()
    disks = [data, state]
    if file is not None:
        disks.insert(0, file.parent)
        yield from folders.wal(file)
    for folder in dict.fromkeys(disks):
        yield from folders.rights(folder)
    for folder in system.one_of_each_disk(disks):
        yield from folders.room(folder)
    yield from folders.logs(state)
    kinds = system.logins(settings.credentials)
    joined = is_server(url) and bool(kinds) and OWNER not in kinds
    needed = bool(sends_messages(settings) or settings.ratings.folder)
    needed |= file is None and kinds != {"display"}  # boards get no key
    yield from hall_key(key_file(settings), needed=needed, joined=joined)
    if settings.credentials:
        yield from private(Path(settings.credentials), "credentials")
    for pem in system.certificates(url):
        yield from certificate(pem, datetime.now(UTC))


def _backups(settings: Settings) -> Iterator[Finding]:
    """Yield how the backups stand, on the PC that makes them or should."""
    folder = backups_folder(settings)
    file = sqlite_file(settings)
    hosts = OWNER in system.logins(settings.credentials)
    if not settings.backup.make or (folder is None and not hosts):
        return
    if file is not None and not file.exists():
        return
    from hallclient.storage.backup_folder import BackupFolder  # noqa: PLC0415 - in its own thread

    newest = None if folder is None else BackupFolder(folder).newest()
    command = "hallclient db backup"
    if settings.backup.folder:
        command += f" --to {folder}"
    at = None if newest is None else newest.at
    yield from folders.backups(folder, at, datetime.now(UTC), command)


def _spools(settings: Settings) -> Iterator[Finding]:
    from hallclient.bootstrap.kiosk_data import kiosk_folder  # noqa: PLC0415 - they know codecs
    from hallclient.bootstrap.screen_folder import screen_folder  # noqa: PLC0415 - the same
    from hallclient.bootstrap.window_spool import window_folder  # noqa: PLC0415 - the same

    present = {
        "kiosk": kiosk_folder(settings).name,
        "window": window_folder(settings).name,
        "screen": screen_folder(settings).name,
    }
    yield from spools(system.data_folder(), present)


def _agent(asked: Asked) -> Iterator[Finding]:
    own = asked.settings.agent
    wanted = bool(own.roles or own.lines or sends_messages(asked.settings))
    facts = system.agent_facts(asked.state or system.state_folder(), wanted=wanted)
    yield from agent.agent(facts)


def _qt(settings: Settings, roles: Sequence[str]) -> Iterator[Finding]:
    facts = system.qt()
    yield from screen_checks.qt(facts)
    if facts.broken or facts.platform == "offscreen":
        return
    seen = {role: getattr(getattr(settings, role), "screen", "") for role in roles}
    yield from screen_checks.monitors(facts.monitors, seen)
