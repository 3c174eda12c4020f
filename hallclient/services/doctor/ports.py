"""Serial ports and printers' places: there, allowed, whose, and of what profile.

Nothing is opened here: opening a port may reset what hangs there.
"""

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hallclient.services.doctor.finding import Finding, good, note, trouble

MEDDLERS: Final = ("ModemManager", "brltty")
"""Programs that open serial adapters on their own."""


@dataclass(frozen=True, slots=True)
class PortUse:
    """A port that the settings name: where, its address, what hangs there."""

    place: str
    port: str
    profile: str
    address: int = 1


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that has a file open; ``ours``: it is a hallclient."""

    pid: int
    name: str
    ours: bool


@dataclass(frozen=True, slots=True)
class PortWorld:
    """What a look at ports needs of the system."""

    holders: Callable[[Path], Sequence[Holder]]
    group_of: Callable[[Path], str]
    """The name of the group that owns a port."""
    in_group: Callable[[str], bool]
    """Whether this user is in a group, be it from the next session on."""
    profile_fault: Callable[[str], str]
    user: str
    may: Callable[[Path], bool] = lambda path: os.access(path, os.R_OK | os.W_OK)


def look_at(use: PortUse, world: PortWorld) -> Iterator[Finding]:
    """Yield what is to be said of one port without opening it."""
    fault = world.profile_fault(use.profile) if use.profile else ""
    if fault:
        yield trouble("port.profile", "hallclient device profile list", place=use.place, why=fault)
    about = {"place": use.place, "port": use.port}
    if use.port.startswith("file:"):
        yield from _folder(Path(use.port.removeprefix("file:")), about)
    elif use.port.startswith("socket:"):
        yield good("port.network", **about)
    elif os.name == "posix":
        yield from _serial(Path(use.port), about, world)


def _folder(folder: Path, about: dict[str, str]) -> Iterator[Finding]:
    if not folder.is_dir():
        yield trouble("port.no_folder", f"mkdir -p {folder}", **about)
    elif not os.access(folder, os.W_OK | os.X_OK):
        yield trouble("port.folder_denied", f"ls -ld {folder}", **about)
    else:
        yield good("port.there", **about)


def _serial(path: Path, about: dict[str, str], world: PortWorld) -> Iterator[Finding]:
    try:
        kind = path.stat().st_mode
    except OSError:
        yield trouble("port.missing", "hallclient device list", **about)
        return
    if not stat.S_ISCHR(kind):
        yield trouble("port.no_port", "hallclient device list", **about)
        return
    if not world.may(path):
        yield _denied(path, about, world)
        return
    holders = world.holders(path)
    strangers = [one for one in holders if not one.ours]
    if strangers:
        names = ", ".join(f"{one.name} ({one.pid})" for one in strangers)
        command = f"sudo systemctl disable --now {strangers[0].name}"
        if strangers[0].name not in MEDDLERS:
            command = f"fuser -v {path}"
        yield trouble("port.taken", command, **about, names=names)
    elif holders:
        yield good("port.ours", **about, pid=holders[0].pid)
    else:
        yield good("port.there", **about)


def _denied(path: Path, about: dict[str, str], world: PortWorld) -> Finding:
    group = world.group_of(path)
    if world.in_group(group):
        return trouble("port.sign_in", **about, group=group)
    command = f"sudo usermod -aG {group} {world.user}"
    return trouble("port.denied", command, **about, group=group)


def meddlers(uses: Sequence[PortUse], running: Sequence[str]) -> Iterator[Finding]:
    """Yield programs that like to open serial adapters, where this PC has devices on some."""
    serial = [use for use in uses if use.port.startswith("/dev/")]
    for name in MEDDLERS if serial else ():
        if name in running:
            yield note("port.meddler", f"sudo systemctl disable --now {name}", name=name)


Ask = Callable[[PortUse], tuple[bool, Sequence[str]]]


def answers(use: PortUse, ask: Ask) -> Iterator[Finding]:
    """Talk to a device; yield whether it answers. It may print or beep."""
    works, said = ask(use)
    about = {"place": use.place, "port": use.port, "said": " ".join(said)}
    command = f"hallclient device check {use.port} --profile {use.profile}"
    yield good("port.answers", **about) if works else trouble("port.silent", command, **about)
