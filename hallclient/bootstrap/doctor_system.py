"""What the doctor asks of the system. Each look ends by itself: programs have a time limit."""

import contextlib
import ctypes
import getpass
import json
import locale as locales
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from hallclient import __version__
from hallclient.bootstrap.credentials import read_credentials
from hallclient.config import ROLES
from hallclient.services.doctor import agent, machine
from hallclient.services.doctor.finding import Finding
from hallclient.services.doctor.ports import Holder, PortUse, PortWorld
from hallclient.services.doctor.screens import Monitor, QtFacts
from hallclient.services.doctor.screens import sound as sound_findings
from hallclient.services.store_error import StoreError

_PROC = Path("/proc")
_SHORT_S = 3.0
_LASTING = (*ROLES, "agent", "usher", "ledger")
"""Commands that run for days."""
_SLEEP = ("sleep.target", "suspend.target", "hibernate.target")


def said(*command: str, limit_s: float = _SHORT_S, all_of: bool = False) -> str:
    """Return what a program says; nothing where it is missing, fails or takes too long.

    ``all_of`` also what it says with an exit code other than 0.
    """
    if shutil.which(command[0]) is None:
        return ""
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            command, capture_output=True, text=True, timeout=limit_s, check=False,
            errors="replace", stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 or all_of else ""


def runtime() -> machine.Runtime:
    """Return the versions of this PC."""
    try:
        qt_version = metadata.version("PySide6-Essentials")
    except metadata.PackageNotFoundError:
        qt_version = ""
    glibc = platform.libc_ver()
    return machine.Runtime(
        sys.version_info[:3],
        qt_version,
        platform.machine(),
        glibc[1] if glibc[0] == "glibc" else "",
    )


def libraries() -> Iterator[Finding]:
    """Yield which of the system's libraries Qt would miss."""
    yield from machine.libraries(_loads, apt=shutil.which("apt-get") is not None)


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def locale(environment: Mapping[str, str]) -> Iterator[Finding]:
    """Yield whether texts of this session are UTF-8."""
    known = True
    try:
        locales.setlocale(locales.LC_CTYPE, "")
    except locales.Error:
        known = False
    yield from machine.locale(environment, locales.getencoding(), known=known)


def clock() -> Iterator[Finding]:
    """Yield whether somebody keeps this PC's clock right."""
    yield from machine.clock_set(said("timedatectl", "show"))


def sleep(environment: Mapping[str, str]) -> Iterator[Finding]:
    """Yield whether screens go dark or the PC falls asleep."""
    if environment.get("DISPLAY"):
        yield from machine.blanking(said("xset", "q"))
    if Path("/run/systemd/system").is_dir():
        words = said("systemctl", "is-enabled", *_SLEEP, all_of=True).split()
        yield from machine.sleeping(dict(zip(_SLEEP, words, strict=False)))


def _probe(what: str, limit_s: float) -> tuple[dict[str, object], str]:
    """Return what a probe found, or why it found nothing."""
    command = [sys.executable, "-m", "hallclient.bootstrap.doctor_probe", what]
    try:
        done = subprocess.run(  # noqa: S603 - ourselves
            command, capture_output=True, text=True, timeout=limit_s, check=False,
            errors="replace", stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return {}, "no answer"
    except OSError as error:
        return {}, str(error)
    with contextlib.suppress(ValueError, IndexError):
        found = json.loads(done.stdout.splitlines()[-1])
        return (found, "") if isinstance(found, dict) else ({}, "no answer")
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    told = next((line for line in lines if "plugin" in line), lines[-1] if lines else "")
    return {}, told or f"exit code {done.returncode}"


def qt(limit_s: float = 12.0) -> QtFacts:
    """Return what Qt finds here."""
    found, why = _probe("qt", limit_s)
    if why:
        return QtFacts(broken=why)
    monitors = [Monitor(str(one[0]), int(one[1]), int(one[2])) for one in _list(found["monitors"])]
    fonts = found["fonts"]
    return QtFacts(
        platform=str(found["platform"]),
        fonts=fonts if isinstance(fonts, dict) else {},
        monitors=monitors,
    )


def sound(limit_s: float = 12.0) -> Iterator[Finding]:
    """Yield whether there is a sound device."""
    found, why = _probe("sound", limit_s)
    names = [str(name) for name in _list(found.get("devices"))]
    yield from sound_findings(names, why or str(found.get("why", "")))


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else []


# Folders


def data_folder() -> Path:
    """Return where this user's data of the program are."""
    from platformdirs import user_data_path  # noqa: PLC0415 - as in config

    return user_data_path("hallclient")


def state_folder() -> Path:
    """Return where the agent of this user keeps its state and logs."""
    from platformdirs import user_state_path  # noqa: PLC0415 - as in config

    return user_state_path("hallclient")


def one_of_each_disk(paths: Sequence[Path]) -> list[Path]:
    """Return the first folder of each disk."""
    from hallclient.services.doctor.folders import nearest  # noqa: PLC0415 - small

    found: dict[int, Path] = {}
    for path in paths:
        with contextlib.suppress(OSError):
            found.setdefault(nearest(path).stat().st_dev, path)
    return list(found.values())


def logins(credentials: str) -> frozenset[str]:
    """Return the kinds of logins that this PC has at the hall's server; none when unreadable."""
    if not credentials:
        return frozenset()
    try:
        return frozenset(read_credentials(Path(credentials)))
    except StoreError:
        return frozenset()


def certificates(url: str) -> list[Path]:
    """Return the certificates that a server's URL names."""
    asked = parse_qs(url.partition("?")[2])
    files = [Path(name) for key in ("sslrootcert", "sslcert") for name in asked.get(key, ())]
    return [file for file in files if file.name != "system"]


# Processes and ports


def programs() -> list[str]:
    """Return the names of the programs that run here; none where the system does not say."""
    found = []
    for folder in _processes():
        with contextlib.suppress(OSError):
            found.append((folder / "comm").read_text("utf-8", "replace").strip())
    return found


def _processes() -> list[Path]:
    if not _PROC.is_dir():
        return []
    return [folder for folder in _PROC.iterdir() if folder.name.isdigit()]


def _words(folder: Path) -> list[str]:
    with contextlib.suppress(OSError):
        raw = (folder / "cmdline").read_bytes().split(b"\0")
        return [word.decode("utf-8", "replace") for word in raw if word]
    return []


def hallclient_role(words: Sequence[str]) -> str:
    """Return the command of a hallclient's command line, empty for another program's."""
    for number, word in enumerate(words[:4]):
        module = word == "hallclient" and number and words[number - 1] == "-m"
        if module or (number < 2 and Path(word).name == "hallclient"):
            return next(iter(words[number + 1 :]), "")
    return ""


def holders(path: Path) -> list[Holder]:
    """Return the processes of this user that have a port open."""
    wanted = path.resolve()
    found = []
    for folder in _processes():
        with contextlib.suppress(OSError):
            if any(_leads_to(handle, wanted) for handle in (folder / "fd").iterdir()):
                words = _words(folder)
                name = (folder / "comm").read_text("utf-8", "replace").strip()
                found.append(Holder(int(folder.name), name, bool(hallclient_role(words))))
    return found


def _leads_to(handle: Path, wanted: Path) -> bool:
    with contextlib.suppress(OSError):
        return handle.readlink() == wanted
    return False


def port_world() -> PortWorld:
    """Return what a look at ports needs."""
    return PortWorld(holders, _group_of, _in_group, _profile_fault, getpass.getuser())


def _group_of(path: Path) -> str:
    with contextlib.suppress(OSError, KeyError):
        return path.group()
    return "dialout"


def _in_group(name: str) -> bool:
    import grp  # noqa: PLC0415 - not on Windows

    with contextlib.suppress(KeyError):
        return getpass.getuser() in grp.getgrnam(name).gr_mem
    return False


def _profile_fault(name: str) -> str:
    from hallclient.devices.profile import load_profile  # noqa: PLC0415 - few PCs have devices
    from hallclient.devices.profile_error import ProfileError  # noqa: PLC0415 - the same

    try:
        load_profile(name)
    except ProfileError as error:
        return str(error)
    return ""


_ANSWERING = ("ticket-printer", "sms-modem", "id-card-reader", "window-strip")


def ask_device(use: PortUse) -> tuple[bool, Sequence[str]]:
    """Talk to a device; return whether it works and what was found. It may light up or beep."""
    from hallclient.devices.checkup import check  # noqa: PLC0415 - few PCs have devices
    from hallclient.devices.profile import load_profile  # noqa: PLC0415 - the same
    from hallclient.devices.profile_error import ProfileError  # noqa: PLC0415 - the same
    from hallclient.devices.transport import DeviceError  # noqa: PLC0415 - the same

    heard: list[str] = []
    try:
        profile = load_profile(use.profile)
        works = check(use.port, profile, heard.append, address=use.address, seconds=1.0)
    except (DeviceError, ProfileError) as error:
        return False, [*heard, str(error)]
    # A keypad, a caller, a scanner speak when somebody presses or scans: silence says nothing.
    return works or profile.kind.value not in _ANSWERING, heard


# The agent and other processes


def agent_facts(state: Path, *, wanted: bool) -> agent.AgentFacts:
    """Return how this PC's agent stands."""
    from platformdirs import user_config_path  # noqa: PLC0415 - as in config

    from hallclient.agent.install import UNIT, Places  # noqa: PLC0415 - only here
    from hallclient.agent.part import PartState  # noqa: PLC0415 - only here
    from hallclient.agent.state import StateFolder  # noqa: PLC0415 - only here

    places = Places(user_config_path())
    status = StateFolder(state).read()
    runs = status is not None and status.runs
    troubles = [
        (line.part, line.words)
        for line in (status.lines if status else ())
        if line.state is PartState.TROUBLE
    ]
    enabled = ""
    if places.unit.exists():
        enabled = said("systemctl", "--user", "is-enabled", UNIT, all_of=True).strip()
    return agent.AgentFacts(
        wanted=wanted,
        runs=runs,
        ran_ever=status is not None,
        unit=places.unit.exists(),
        enabled=enabled,
        entry=places.entry.exists(),
        troubles=troubles,
    )


def other_processes() -> Iterator[Finding]:
    """Yield whether every hallclient on this PC is this one."""
    yield from agent.processes(list(_others()), __version__)


def _started_at(folder: Path) -> float:
    """Return when a process began; ``OSError`` when it has gone."""
    ticks = int((folder / "stat").read_text("ascii", "replace").rpartition(")")[2].split()[19])
    booted = re.search(r"^btime (\d+)", (_PROC / "stat").read_text("ascii"), re.MULTILINE)
    return float(booted[1] if booted else 0) + ticks / os.sysconf("SC_CLK_TCK")


def _others() -> Iterator[agent.OtherProcess]:
    package = Path(__file__).parents[1]
    versions = {sys.executable: __version__}
    made = max(file.stat().st_mtime for file in package.rglob("*.py"))
    for folder in _processes():
        words = _words(folder)
        role = hallclient_role(words)
        if role not in _LASTING or int(folder.name) == os.getpid():
            continue
        with contextlib.suppress(OSError):
            python = words[0]
            if python not in versions:
                answer = said(python, "-m", "hallclient", "--version", limit_s=4.0)
                versions[python] = answer.rpartition(" ")[2].strip()
            version = versions[python]
            stale = _started_at(folder) < made
            yield agent.OtherProcess(int(folder.name), role, version, stale)
