"""The roles that an agent's settings name, looked at before they run: arguments, places, ports.

Every role's own command says what its arguments mean; nothing is started or opened.
"""

import argparse
import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

from hallclient.bootstrap.line_plan import same_port
from hallclient.config import ROLES, ConfigError, Settings
from hallclient.devices.at_window import own_devices
from hallclient.devices.profile_error import ProfileError
from hallclient.devices.transport import PortUnsuitable
from hallclient.domain.errors import NotFound
from hallclient.domain.hall import HallPlan
from hallclient.services.window_public import find_window

SEEN_BESIDE: Final = ("kiosk", "window", "display", "screen")
"""Roles that have a monitor of their own: a window's bar stands at the edge of one, which must not
be filled by another."""


@dataclass(frozen=True, slots=True)
class AskedRole:
    """A role with its place in the settings and what its command line says."""

    place: str
    role: str
    given: argparse.Namespace

    def says(self, name: str, default: Any = "") -> Any:
        """Return an argument, or what the settings say where it is not given."""
        value = getattr(self.given, name, None)
        return value if value not in (None, "", False) else default


@dataclass(frozen=True, slots=True)
class AskedRoles:
    """The roles that can be started, and what is wrong with the others."""

    roles: tuple[AskedRole, ...]
    wrong: tuple[str, ...]


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise ConfigError(message)


def asked_roles(settings: Settings) -> AskedRoles:
    """Return the roles of the settings by the arguments of their own commands."""
    roles, wrong = [], []
    for number, role in enumerate(settings.agent.roles, start=1):
        place = f"agent.roles {number}"
        if role.role not in ROLES:
            wrong.append(f"{place}: there is no role {role.role!r}; there are {', '.join(ROLES)}.")
            continue
        parser = _Parser(prog=role.role, add_help=False)
        command = importlib.import_module(f"hallclient.commands.{role.role}")
        command.add_arguments(parser)
        try:
            roles.append(AskedRole(place, role.role, parser.parse_args(list(role.arguments))))
        except ConfigError as error:
            wrong.append(f"{place}: hallclient {role.role}: {error}.")
    return AskedRoles(tuple(roles), tuple(wrong))


def wrong_alone(settings: Settings, asked: AskedRoles) -> Iterator[str]:
    """Yield what is wrong whatever the hall is: windows not named, devices, names, monitors."""
    yield from asked.wrong
    for one in asked.roles:
        if one.role in ("window", "screen") and not _window_of(one, settings):
            yield f"{one.place}: it names no window, and neither do the settings."
    if any(one.role == "window" for one in asked.roles):
        yield from _wrong_devices(settings)
    yield from _twice("port", _ports(settings, asked))
    yield from _twice("name", _names(settings, asked))
    if settings.full_screen:
        yield from _twice("monitor", _monitors(settings, asked))


def wrong_in(settings: Settings, asked: AskedRoles, hall: HallPlan) -> Iterator[str]:
    """Yield the windows and zones that a hall has not."""
    for one in asked.roles:
        named = _window_of(one, settings)
        if one.role in ("window", "screen") and named and not _is_window(one.role, named, hall):
            yield f"{one.place}: this hall has no window {named}."
        if one.role == "display":
            for zone in dict.fromkeys(_zones_of(one, settings)):
                if zone not in hall.zone_of:
                    yield f"{one.place}: this hall has no zone {zone}."


def monitors_named(settings: Settings, asked: AskedRoles) -> Mapping[str, str]:
    """Return the monitors that are named, each with the first place that names it."""
    found: dict[str, str] = {}
    for place, name in _monitors(settings, asked):
        if name:
            found.setdefault(name, place)
    return found


def _window_of(one: AskedRole, settings: Settings) -> str:
    own = settings.window.window
    if one.role == "screen":
        own = settings.screen.window or own
    return str(one.says("window", own))


def _is_window(role: str, name: str, hall: HallPlan) -> bool:
    if role == "window":  # a bar knows it by its code
        return name in hall.window_of
    try:
        find_window(hall, name)
    except NotFound:
        return False
    return True


def _zones_of(one: AskedRole, settings: Settings) -> tuple[str, ...]:
    listed = [code.strip() for code in str(one.says("zones")).split(",") if code.strip()]
    given = (*one.says("zone", ()), *listed)
    return (*(given or settings.display.zones), *settings.display.voice_zones)


def _wrong_devices(settings: Settings) -> Iterator[str]:
    try:
        own_devices(settings.window)
    except (ConfigError, ProfileError, PortUnsuitable) as error:
        text = str(error).rstrip(".")
        yield f"window: {text}."


def _ports(settings: Settings, asked: AskedRoles) -> Iterator[tuple[str, str]]:
    """Yield the ports of kiosk and window; those of the lines are looked at with the lines.

    Keypad, caller and strip of a window may share one.
    """
    for one in asked.roles:
        if one.role == "kiosk":
            named = ("printer", "scanner", "reader")
            yield from _port_of(one, named, settings.kiosk)
        elif one.role == "window":
            yield from _port_of(one, ("printer",), settings.window)
            shared = dict(_port_of(one, ("keypad", "caller", "strip"), settings.window))
            yield from ((one.place, port) for port in dict.fromkeys(shared.values()))
    if settings.sms.modem:
        yield "sms.modem", same_port(settings.sms.modem)


def _port_of(one: AskedRole, names: tuple[str, ...], own: object) -> Iterator[tuple[str, str]]:
    for name in names:
        port = str(one.says(name, getattr(own, name)))
        if port and port != "keyboard" and not port.startswith(("@", "file:")):
            yield f"{one.place} {name}", same_port(port)


def _names(settings: Settings, asked: AskedRoles) -> Iterator[tuple[str, str]]:
    for one in asked.roles:
        if one.role in ("kiosk", "display", "supervisor"):
            own = getattr(settings, one.role).name
            yield one.place, f"{one.role} {one.says('name', own)}"
        else:
            yield one.place, f"{one.role} {_window_of(one, settings)}"


def _monitors(settings: Settings, asked: AskedRoles) -> Iterator[tuple[str, str]]:
    for one in asked.roles:
        if one.role in SEEN_BESIDE and not (one.says("windowed") or one.says("at")):
            own = getattr(getattr(settings, one.role), "screen", "")
            yield one.place, str(one.says("screen", own))


def _twice(what: str, found: Iterator[tuple[str, str]]) -> Iterator[str]:
    first: dict[str, str] = {}
    for place, name in found:
        before = first.setdefault(name, place)
        if before != place:
            shown = name or "(the main one)"
            yield f"{place}: {before} has the {what} {shown} already."


def wrong_folder(place: str, folder: str) -> Iterator[str]:
    """Yield what is wrong with a folder in which files arrive; empty is none."""
    if folder and not Path(folder).is_dir():
        yield f"{place}: there is no folder {folder}."
