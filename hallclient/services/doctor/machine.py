"""The PC itself: Python, Qt and its libraries, locale, desktop session, sleep and blanking."""

import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hallclient.services.doctor.finding import Finding, good, note, trouble

Version = tuple[int, ...]

LIBRARIES: Final = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
}
"""What Qt needs of a Linux system: library and Debian package, as in tools/system-packages.txt."""

_ABORTS: Final = ((6, 12, 0), (3, 12))
"""This Qt for Python, and every later one until somebody has looked, aborts below this Python."""
_OLDEST: Final = (6, 9)
_GLIBC_NEW: Final = ((6, 10), (2, 34))
_GLIBC_ARM: Final = (2, 39)


@dataclass(frozen=True, slots=True)
class Runtime:
    """Versions on this PC; ``qt`` and ``glibc`` are empty where there is none."""

    python: Version
    qt: str
    machine: str
    glibc: str
    executable: str = sys.executable


def version_of(text: str) -> Version:
    """Return the figures of a version."""
    return tuple(int(part) for part in re.findall(r"\d+", text)[:3])


def python_and_qt(runtime: Runtime) -> Iterator[Finding]:
    """Yield whether this Qt for Python works on this Python and this system."""
    pip = f"{runtime.executable} -m pip install"
    python, qt = ".".join(map(str, runtime.python)), version_of(runtime.qt)
    if not qt:
        yield trouble("qt.missing", f'{pip} "PySide6-Essentials>=6.9,<6.12"')
        return
    facts = {"python": python, "qt": runtime.qt, "glibc": runtime.glibc or "–"}
    if qt >= _ABORTS[0] and runtime.python < _ABORTS[1]:
        yield trouble("qt.aborts", f'{pip} "PySide6-Essentials<6.12" "shiboken6<6.12"', **facts)
    elif qt < _OLDEST:
        yield trouble("qt.old", f'{pip} "PySide6-Essentials>=6.9,<6.12"', **facts)
    elif (needs := _glibc_needed(runtime, qt)) > version_of(runtime.glibc) > ():
        wanted = ".".join(map(str, needs))
        arm = runtime.machine in ("aarch64", "arm64")
        command = "" if arm else f"{pip} PySide6-Essentials==6.9.3 shiboken6==6.9.3"
        yield trouble("qt.glibc_arm" if arm else "qt.glibc", command, **facts, wanted=wanted)
    else:
        yield good("qt.fits", **facts)


def _glibc_needed(runtime: Runtime, qt: Version) -> Version:
    if runtime.machine in ("aarch64", "arm64"):
        return _GLIBC_ARM
    return _GLIBC_NEW[1] if qt >= _GLIBC_NEW[0] else ()


def libraries(loads: Callable[[str], bool], *, apt: bool) -> Iterator[Finding]:
    """Yield which of the system's libraries Qt would miss."""
    missing = [name for name in LIBRARIES if not loads(name)]
    if not missing:
        yield good("libraries.there", n=len(LIBRARIES))
        return
    packages = " ".join(LIBRARIES[name] for name in missing)
    command = f"sudo apt-get install -y --no-install-recommends {packages}" if apt else ""
    yield trouble("libraries.missing", command, names=", ".join(missing))


def locale(environment: Mapping[str, str], encoding: str, *, known: bool) -> Iterator[Finding]:
    """Yield whether texts of this session are UTF-8; ``known``: the system has its locale."""
    names = ("LC_ALL", "LC_CTYPE", "LANG")
    named = next((environment[name] for name in names if environment.get(name)), "C")
    if not known:
        language = named.partition(".")[0]
        yield note("locale.unknown", f"sudo locale-gen {language}.UTF-8", locale=named)
    elif encoding.lower().replace("-", "") != "utf8":
        command = "sudo update-locale LANG=zh_CN.UTF-8"
        yield note("locale.other", command, locale=named, encoding=encoding)
    else:
        yield good("locale.utf8", locale=named)


def session(environment: Mapping[str, str], roles: Sequence[str]) -> Iterator[Finding]:
    """Yield whether roles with a screen find a desktop here."""
    if not roles:
        return
    if environment.get("WAYLAND_DISPLAY") and not environment.get("DISPLAY"):
        if "window" in roles:
            yield note("session.wayland")
        else:
            yield good("session.there", display=environment["WAYLAND_DISPLAY"])
    elif environment.get("DISPLAY"):
        yield good("session.there", display=environment["DISPLAY"])
    elif environment.get("SSH_CONNECTION"):
        yield note("session.remote")
    else:
        yield trouble("session.none", roles=", ".join(roles))


def blanking(xset: str) -> Iterator[Finding]:
    """Yield whether the desktop darkens its screens by itself, by what ``xset q`` says."""
    if not xset:
        return
    after = re.search(r"timeout:\s+(\d+)", xset)
    seconds = int(after[1]) if after else 0
    dpms = "DPMS is Enabled" in xset
    if seconds or dpms:
        yield trouble("sleep.blanks", "xset s off -dpms", minutes=seconds // 60)
    else:
        yield good("sleep.stays_lit")


def sleeping(states: Mapping[str, str]) -> Iterator[Finding]:
    """Yield whether the PC may fall asleep: systemd's word on its sleep targets."""
    awake = [name for name, state in states.items() if state and not state.startswith("masked")]
    if awake:
        names = " ".join(states)
        yield note("sleep.may_sleep", f"sudo systemctl mask {names}", names=", ".join(awake))
    elif any(states.values()):
        yield good("sleep.never")


def clock_set(said: str) -> Iterator[Finding]:
    """Yield whether somebody keeps this PC's clock right, by ``timedatectl show``."""
    facts = dict(line.split("=", 1) for line in said.splitlines() if "=" in line)
    if not facts:
        return
    if facts.get("NTPSynchronized") == "yes":
        yield good("clock.kept", zone=facts.get("Timezone", "–"))
    elif facts.get("NTP") == "yes":
        yield note("clock.not_yet", "timedatectl timesync-status")
    else:
        yield note("clock.nobody", "sudo timedatectl set-ntp true")
