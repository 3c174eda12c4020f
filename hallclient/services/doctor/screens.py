"""What Qt found on this desktop: does it start, which fonts draw, monitors, a sound device.

The probe is a process of its own (``bootstrap.doctor_probe``): a Qt that cannot start aborts.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hallclient.services.doctor.finding import Finding, good, note, trouble

SMALLEST: Final = {"display": (1280, 720), "supervisor": (1280, 720), "window": (1024, 600)}


@dataclass(frozen=True, slots=True)
class Monitor:
    """A monitor in physical pixels."""

    name: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class QtFacts:
    """``fonts`` are asked families and the ones that draw; ``broken`` is why Qt did not start."""

    broken: str = ""
    platform: str = ""
    fonts: Mapping[str, str] | None = None
    monitors: Sequence[Monitor] = ()


def qt(facts: QtFacts) -> Iterator[Finding]:
    """Yield whether Qt starts and draws with the program's fonts."""
    if facts.broken:
        key = "qt.plugin" if "plugin" in facts.broken else "qt.broken"
        yield trouble(key, "sudo apt-get install -y libxcb-cursor0 libegl1 libgl1",
                      why=facts.broken)  # fmt: skip
        return
    yield good("qt.starts", platform=facts.platform)
    other = [f"{asked} → {drawn}" for asked, drawn in (facts.fonts or {}).items() if drawn != asked]
    if other:
        command = "python -m pip install manimgx-fonts-cjk fontpkg-ibm-plex-sans"
        yield trouble("fonts.other", command, names=", ".join(other))
    else:
        yield good("fonts.right", names=", ".join(facts.fonts or {}))


def monitors(found: Sequence[Monitor], wanted: Mapping[str, str]) -> Iterator[Finding]:
    """Yield whether each role's monitor is there and fits it; ``wanted`` is a name by role."""
    command = "hallclient display --list-screens"
    for role, name in wanted.items():
        one = _named(found, name)
        if one is None:
            yield trouble("monitor.missing", command, role=role, name=name or "1")
            continue
        about = {"role": role, "name": one.name, "size": f"{one.width}×{one.height}"}
        least = SMALLEST.get(role, (0, 0))
        if role == "kiosk" and one.width > one.height:
            yield note("monitor.lies", f"xrandr --output {one.name} --rotate right", **about)
        elif max(one.width, one.height) < least[0] or min(one.width, one.height) < least[1]:
            yield note("monitor.small", command, **about, least=f"{least[0]}×{least[1]}")
        else:
            yield good("monitor.fits", **about)


def _named(found: Sequence[Monitor], name: str) -> Monitor | None:
    if not name:
        return found[0] if found else None
    if name.isdecimal() and 1 <= int(name) <= len(found):
        return found[int(name) - 1]
    return next((one for one in found if one.name == name), None)


def sound(devices: Sequence[str], why: str) -> Iterator[Finding]:
    """Yield whether there is a sound device for the roles that speak."""
    if devices:
        yield good("sound.there", name=devices[0])
    else:
        yield note("sound.none", "pactl list short sinks", why=why or "–")
