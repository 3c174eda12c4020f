"""Writes the files by which this user's session starts the agent: systemd's, or the desktop's.

``InstallError`` says why a file was not written, and what to do instead.
"""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hallclient import assets

UNIT: Final = "hallclient-agent.service"
SERVER: Final = "hallclient-server.service"
ENTRY: Final = "hallclient-agent.desktop"
BOOTED: Final = Path("/run/systemd/system")
"""Is there where systemd runs the system (sd_booted(3))."""
SYSTEMCTL_S: Final = 20.0


class InstallError(Exception):
    """The agent cannot be installed so."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where this user's files are. ``config`` is ``~/.config`` unless the user moved it."""

    config: Path
    booted: Path = BOOTED

    @property
    def unit(self) -> Path:
        """The unit of systemd."""
        return self.config / "systemd" / "user" / UNIT

    @property
    def entry(self) -> Path:
        """The entry of the desktop's autostart."""
        return self.config / "autostart" / ENTRY


def install_unit(command: Sequence[str], places: Places, *, screens: bool) -> Path:
    """Write and enable a unit of the user's systemd; it starts with the next session.

    ``screens`` says that the agent starts roles, which need the desktop.
    """
    if sys.platform != "linux":
        raise InstallError("There is no systemd on this system; docs/agent.md says what there is.")
    if not _has_systemd(places):
        raise InstallError(
            "systemd does not run this PC; hallclient agent --install autostart starts the agent "
            "when this user's desktop starts."
        )
    target = "graphical-session.target" if screens else "default.target"
    text = _resource(UNIT).replace("@COMMAND@", _unit_words(command)).replace("@TARGET@", target)
    if not screens:
        lines = text.splitlines(keepends=True)
        text = "".join(line for line in lines if "=graphical-session" not in line)
    _write(places.unit, text)
    _systemctl("daemon-reload")
    _systemctl("enable", UNIT)
    return places.unit


def install_server(command: Sequence[str], places: Places) -> Path | None:
    """Write and enable a unit that keeps the hall's server running; None: it is there already."""
    if not _has_systemd(places):
        raise InstallError("systemd does not run this PC.")
    file = places.unit.with_name(SERVER)
    text = _resource(SERVER).replace("@COMMAND@", _unit_words(command))
    if file.exists() and file.read_text("utf-8") == text:
        return None
    _write(file, text)
    _systemctl("daemon-reload")
    _systemctl("enable", SERVER)
    return file


def install_entry(command: Sequence[str], places: Places) -> Path:
    """Write an entry for the autostart of the user's desktop."""
    if sys.platform in ("win32", "darwin"):
        raise InstallError("Desktops of this system know no autostart entry; see docs/agent.md.")
    _write(places.entry, _resource(ENTRY).replace("@COMMAND@", _entry_words(command)))
    return places.entry


def uninstall(places: Places) -> list[Path]:
    """Remove whatever ``install`` wrote; return what was there."""
    gone = []
    if places.unit.exists():
        if places.booted.is_dir() and shutil.which("systemctl") is not None:
            _systemctl("disable", UNIT)
        places.unit.unlink()
        gone.append(places.unit)
    if places.entry.exists():
        places.entry.unlink()
        gone.append(places.entry)
    return gone


def _has_systemd(places: Places) -> bool:
    return places.booted.is_dir() and shutil.which("systemctl") is not None


def _resource(name: str) -> str:
    return assets.path("system", name).read_text("utf-8")


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    except OSError as error:
        raise InstallError(f"{file} cannot be written: {error.strerror}.") from error


def _systemctl(*words: str) -> None:
    command = ["systemctl", "--user", *words]
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            command, capture_output=True, text=True, timeout=SYSTEMCTL_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InstallError(f"{' '.join(command)} did not answer.") from error
    if done.returncode != 0:
        said = done.stderr.strip().rpartition("\n")[2].rstrip(".")
        raise InstallError(f"{' '.join(command)} says: {said}.")


def _unit_words(command: Sequence[str]) -> str:
    """Quote for ExecStart (systemd.service(5), Command lines): ``%`` and ``$`` are doubled."""
    return " ".join(
        '"'
        + word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
        + '"'
        for word in _checked(command)
    )


def _entry_words(command: Sequence[str]) -> str:
    """Quote for Exec (Desktop Entry Specification, "The Exec key").

    Inside quotes ``"`` ````` ``$`` and the backslash are escaped, ``%`` is doubled; backslashes
    then once more, for the value is a string of the file format.
    """
    quoted = []
    for word in _checked(command):
        escaped = "".join(f"\\{sign}" if sign in '"`$\\' else sign for sign in word)
        quoted.append('"' + escaped.replace("%", "%%") + '"')
    return " ".join(quoted).replace("\\", "\\\\")


def _checked(command: Sequence[str]) -> Sequence[str]:
    for word in command:
        if not word.isprintable():
            raise InstallError(f"{word!r} has signs in it that cannot stand in such a file.")
    return command
