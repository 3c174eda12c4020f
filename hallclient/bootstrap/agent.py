"""The agent of a PC, put together: screens, chores, lines, messages, appointments. No Qt here."""

import os
import re
import sys
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hallclient.agent.agent import Agent, Bell
from hallclient.agent.chore_part import ChoresPart
from hallclient.agent.database_part import DatabasePart
from hallclient.agent.devices import DeviceBoard
from hallclient.agent.roles import RoleCommand, Roles
from hallclient.agent.state import StateFolder
from hallclient.bootstrap.backups import FileKeeper, sqlite_file, vault_of
from hallclient.bootstrap.halls import LateHall, LateStore
from hallclient.bootstrap.messages import message_part, sends_messages
from hallclient.config import ROLES, ConfigError, RoleSettings, Settings
from hallclient.services.chores import chores
from hallclient.services.stations import Reporter

if TYPE_CHECKING:
    from collections.abc import Callable

    from hallclient.agent.part import Part

_DEVICES_WAIT = ("kiosk", "window")
"""Roles with ports: a printer that comes up later than the PC must not keep a screen dark."""


@dataclass(frozen=True, slots=True)
class OpenAgent:
    """An agent that is ready to run, and what must be let go behind it."""

    agent: Agent
    bell: Bell
    hall: LateHall

    def run(self) -> int:
        """Run until a signal asks to end."""
        try:
            return self.agent.run()
        finally:
            self.hall.close()
            self.bell.close()


def open_agent(
    settings: Settings, options: Sequence[str], folder: StateFolder, *, ahead_s: int = 0
) -> OpenAgent:
    """Return the agent of this PC; ``options`` are those of its command line that roles share.

    ``ahead_s`` sets the hall's clock ahead, as for a role.
    ``ConfigError`` when the settings name no role that can be started.
    """
    commands = role_commands(settings.agent.roles, options, folder.path)
    bell = Bell()
    hall = LateHall(settings, "agent", _told_by_status, ahead_s=ahead_s)
    parts: list[Part] = []
    if commands:
        parts.append(Roles(commands, bell.ring))
    if settings.agent.chores:
        holder = f"{settings.station_name}:{os.getpid()}"
        vault = vault_of(settings, lambda: hall.open().engine)
        parts.append(ChoresPart(LateStore(hall), chores(vault), holder, bell.ring))
        file = sqlite_file(settings)
        if file is not None:
            keeper = FileKeeper(settings, file, LateStore(hall))
            mends = settings.backup.mend
            # Before all that needs the database.
            parts.insert(0, DatabasePart(keeper, bell.ring, mends=mends))
    if settings.appointments.folder:
        from hallclient.bootstrap.appointments import folder_part  # noqa: PLC0415 - few PCs have one

        parts.append(folder_part(settings, hall, bell.ring))
    if settings.ratings.folder:
        from hallclient.bootstrap.ratings import rating_folder_part  # noqa: PLC0415 - the same

        parts.append(rating_folder_part(settings, hall, bell.ring))
    parts += _device_parts(settings, hall, folder, bell.ring)
    return OpenAgent(Agent(parts, folder, bell), bell, hall)


def _device_parts(
    settings: Settings, hall: LateHall, folder: StateFolder, changed: "Callable[[], None]"
) -> "list[Part]":
    """Return the parts with ports of their own. A PC without them loads no drivers."""
    board = DeviceBoard(
        Reporter(lambda: hall.open().another_store(), settings.station_name), changed
    )
    parts: list[Part] = []
    if settings.agent.lines:
        from hallclient.bootstrap.line_plan import plan_lines  # noqa: PLC0415 - see above
        from hallclient.bootstrap.lines import open_lines  # noqa: PLC0415 - the same

        parts.append(open_lines(settings, plan_lines(settings), hall, board, changed))
    if sends_messages(settings):
        # The same at the next start: an agent that was killed need not wait for its own lease,
        # and its folder's lock says that it is gone.
        holder = f"{settings.station_name}:{zlib.crc32(str(folder.path.resolve()).encode()):08x}"
        parts.append(message_part(settings, hall, board, holder, changed))
    # The board goes first: it starts before the devices, and ends after them.
    return [board, *parts] if parts else []


def _told_by_status(_sentence: str) -> None:
    """Do nothing: whoever asked the hall says what is wrong, and asks again."""


def role_commands(
    roles: Sequence[RoleSettings], options: Sequence[str], folder: Path
) -> tuple[RoleCommand, ...]:
    """Return the command lines of the roles; their logs go to ``folder``, a file each."""
    found, used = [], Counter[str]()
    for role in roles:
        if role.role not in ROLES:
            raise ConfigError(f"agent.roles.role is one of {', '.join(ROLES)}, not {role.role!r}.")
        name = _name(role)
        used[name] += 1
        name = name if used[name] == 1 else f"{name} {used[name]}"
        # The role's own arguments come later, and so they win.
        words = [sys.executable, "-m", "hallclient", role.role, *options, *role.arguments]
        words += ["--wait-for-devices"] if role.role in _DEVICES_WAIT else []
        words += ["--log", str(folder / f"{name.replace(' ', '-')}.log"), "--leash"]
        found.append(RoleCommand(name, tuple(words)))
    return tuple(found)


def _name(role: RoleSettings) -> str:
    """Return what people call a role: kiosk, window 12."""
    first = role.arguments[0] if role.arguments else ""
    return f"{role.role} {first}" if re.fullmatch(r"[A-Za-z0-9_.]{1,32}", first) else role.role
