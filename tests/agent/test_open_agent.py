"""The agent of a PC's settings."""

import re
import sys
from pathlib import Path

import pytest

from hallclient.agent.state import StateFolder
from hallclient.bootstrap.agent import open_agent, role_commands
from hallclient.config import AgentSettings, ConfigError, RoleSettings, Settings, load_settings
from hallclient.services.chores import chores

FOLDER = Path("/state")


def test_roles_are_started_as_somebody_would_with_their_logs_in_the_folder() -> None:
    roles = (
        RoleSettings("window", ("12", "--at", "0,0,1920,72")),
        RoleSettings("kiosk"),
        RoleSettings("display", ("--name", "D1")),
        RoleSettings("display", ("--name", "D2")),
        RoleSettings("supervisor", ("--name", "S2")),
    )
    window, kiosk, first, second, console = role_commands(
        roles, ["--settings", "/etc/a.toml"], FOLDER
    )
    assert window.name == "window 12"
    assert window.command == (
        *(sys.executable, "-m", "hallclient", "window", "--settings", "/etc/a.toml"),
        *("12", "--at", "0,0,1920,72"),
        *("--wait-for-devices", "--log", "/state/window-12.log", "--leash"),
    )
    assert (kiosk.name, first.name, second.name) == ("kiosk", "display", "display 2")
    assert "--wait-for-devices" not in first.command
    assert "/state/display-2.log" in second.command
    assert console.name == "supervisor"
    assert console.command[3:6] == ("supervisor", "--settings", "/etc/a.toml")


@pytest.mark.parametrize("role", ["", "agent", "manager"])
def test_a_role_that_is_none(role: str, tmp_path: Path) -> None:
    settings = Settings(agent=AgentSettings(roles=(RoleSettings(role),)))
    with pytest.raises(
        ConfigError, match="is one of kiosk, window, display, screen, supervisor, not"
    ):
        open_agent(settings, [], StateFolder(tmp_path))


def test_the_settings_of_the_manual(tmp_path: Path) -> None:
    manual = (Path(__file__).parents[2] / "docs" / "agent.md").read_text("utf-8")
    example, *_ = re.findall(r"```toml\n(.*?)```", manual, re.DOTALL)
    file = tmp_path / "hallclient.toml"
    file.write_text(example, "utf-8")
    settings = load_settings(file)
    names = [role.name for role in role_commands(settings.agent.roles, [], FOLDER)]
    assert (settings.station_name, names) == ("PC-12", ["window 12", "display"])
    known = re.findall(r"^\| `(\w+)` \| ", manual, re.MULTILINE)
    assert known == ["backup", *(chore.name for chore in chores())]


def test_a_role_that_is_none_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "hallclient.toml"
    file.write_text('[[agent.roles]]\nrole = "agent"\n', "utf-8")
    with pytest.raises(ConfigError, match=r"agent\.roles\.role is one of"):
        load_settings(file)
