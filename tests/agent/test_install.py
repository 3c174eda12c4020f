"""The files by which a session starts the agent, checked by those who read them."""

import configparser
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hallclient.agent import install, lines, loop, messages, roles
from hallclient.agent.install import InstallError, Places
from hallclient.services.stations import Pace

COMMAND = (
    "/opt/hall client/bin/python",
    "-m",
    "hallclient",
    "agent",
    "--settings",
    "/etc/50%/a.toml",
)

words = st.text(st.characters(min_codepoint=32, max_codepoint=0x9FFF), min_size=1, max_size=12)
printable = words.filter(str.isprintable)


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    """A user's folder, on a PC with a systemd that notes what it is told."""
    tools, booted = tmp_path / "bin", tmp_path / "booted"
    tools.mkdir()
    booted.mkdir()
    told = tmp_path / "told"
    (tools / "systemctl").write_text(f'#!/bin/sh\necho "$@" >> {told}\n', "utf-8")
    (tools / "systemctl").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    return Places(tmp_path / "config", booted)


def read_entry(value: str) -> list[str]:
    """Read an Exec key as a desktop does: the file's string first, then the quotes."""
    quoted = re.findall(r'"((?:[^"\\]|\\.)*)"', value.replace("\\\\", "\\"))
    return [re.sub(r"\\(.)", r"\1", word).replace("%%", "%") for word in quoted]


def told(places: Places) -> list[str]:
    return (places.config.parent / "told").read_text("utf-8").splitlines()


@pytest.mark.parametrize("screens", [True, False])
def test_the_unit_is_one_that_systemd_takes(places: Places, screens: bool) -> None:
    file = install.install_unit((shutil.which("sh") or "", *COMMAND), places, screens=screens)
    assert file == places.config / "systemd" / "user" / "hallclient-agent.service"
    text = file.read_text("utf-8")
    assert "@" not in text
    assert ("graphical-session" in text) == screens
    assert ("WantedBy=default.target" in text) == (not screens)
    assert told(places) == ["--user daemon-reload", "--user enable hallclient-agent.service"]
    if shutil.which("systemd-analyze"):
        done = subprocess.run(
            ["systemd-analyze", "verify", "--user", "--man=no", str(file)],
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
            env={**os.environ, "XDG_RUNTIME_DIR": str(places.config)},
        )
        complaints = [line for line in done.stderr.splitlines() if "hallclient" in line]
        assert not complaints


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(printable, min_size=1, max_size=4))
def test_any_path_survives_the_quoting(command: list[str]) -> None:
    unit = install._unit_words(command)
    assert shlex.split(unit.replace("%%", "%").replace("$$", "$")) == command
    assert read_entry(install._entry_words(command)) == command


def test_signs_that_would_begin_a_new_line_are_refused(places: Places) -> None:
    with pytest.raises(InstallError, match="cannot stand in such a file"):
        install.install_entry(("python", "x\nExecStartPre=rm"), places)
    assert not places.entry.exists()


def test_the_autostart_entry_of_the_desktop(places: Places) -> None:
    file = install.install_entry(COMMAND, places)
    assert file == places.config / "autostart" / "hallclient-agent.desktop"
    entry = configparser.RawConfigParser()
    entry.optionxform = str  # type: ignore[assignment, method-assign]
    entry.read(file, "utf-8")
    own = entry["Desktop Entry"]
    assert own["Type"] == "Application"
    assert read_entry(own["Exec"]) == list(COMMAND)
    assert {"Name", "Name[zh_CN]", "Name[zh_TW]"} <= set(own)
    if shutil.which("desktop-file-validate"):
        subprocess.run(["desktop-file-validate", str(file)], check=True, timeout=30)


def test_what_was_installed_is_removed_and_nothing_else(places: Places) -> None:
    assert install.uninstall(places) == []
    install.install_unit(COMMAND, places, screens=True)
    install.install_unit(COMMAND, places, screens=True)  # twice is once
    install.install_entry(COMMAND, places)
    other = places.entry.with_name("other.desktop")
    other.touch()
    assert install.uninstall(places) == [places.unit, places.entry]
    assert told(places)[-1] == "--user disable hallclient-agent.service"
    assert not places.unit.exists()
    assert other.exists()
    assert install.uninstall(places) == []


def test_without_systemd_it_says_what_else_there_is(tmp_path: Path) -> None:
    nowhere = Places(tmp_path, tmp_path / "not booted")
    with pytest.raises(InstallError, match="hallclient agent --install autostart"):
        install.install_unit(COMMAND, nowhere, screens=True)
    assert list(tmp_path.iterdir()) == []


def test_a_systemctl_that_refuses_is_quoted(places: Places) -> None:
    tool = Path(shutil.which("systemctl") or "")
    tool.write_text("#!/bin/sh\necho 'Failed to connect to bus' >&2\nexit 1\n", "utf-8")
    with pytest.raises(InstallError, match=r"daemon-reload says: Failed to connect to bus\."):
        install.install_unit(COMMAND, places, screens=True)


def test_a_folder_that_cannot_be_written(places: Places) -> None:
    places.config.mkdir()
    (places.config / "autostart").touch()
    with pytest.raises(InstallError, match="cannot be written"):
        install.install_entry(COMMAND, places)


def test_systemd_waits_for_as_long_as_every_part_may_take() -> None:
    """They end one after the other; an agent killed before that leaves messages unknown."""
    longest = (
        messages.END_SECONDS
        + messages.CUT_SECONDS
        + 2 * 5.0  # the attendant's two threads
        + lines.FAREWELL_S
        + Pace().close
        + 4 * loop.END_S  # chores, database, two folders
        + roles.END_S
        + roles.KILL_S
    )
    found = re.search(r"TimeoutStopSec=(\d+)", install._resource(install.UNIT))
    assert found is not None
    assert int(found[1]) >= longest


def test_the_servers_unit_is_written_once(places: Places) -> None:
    command = ("/usr/lib/postgresql/15/bin/postgres", "-D", "/srv/a hall/data")
    file = install.install_server(command, places)
    assert file == places.config / "systemd" / "user" / "hallclient-server.service"
    text = file.read_text("utf-8")
    assert "@" not in text
    assert 'ExecStart="/usr/lib/postgresql/15/bin/postgres" "-D" "/srv/a hall/data"' in text
    assert told(places) == ["--user daemon-reload", "--user enable hallclient-server.service"]
    assert install.install_server(command, places) is None
    places.booted.rmdir()
    with pytest.raises(InstallError, match="systemd"):
        install.install_server(command, places)
