"""The page of all settings is the program's: every key, every default."""

import tomllib
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from hallclient.config import AgentSettings, KioskSettings, Settings, load_settings

PAGE = Path(__file__).parents[2] / "docs" / "hallclient.toml"
VILLAGE = Path(__file__).parents[2] / "docs" / "settings.md"


def keys(settings: Any, prefix: str = "") -> set[str]:
    found = set()
    for one in fields(settings):
        value = getattr(settings, one.name)
        inner = is_dataclass(value)
        found |= keys(value, f"{prefix}{one.name}.") if inner else {prefix + one.name}
    return found


def written(table: dict[str, Any], prefix: str = "") -> set[str]:
    found = set()
    for key, value in table.items():
        inner = isinstance(value, dict)
        found |= written(value, f"{prefix}{key}.") if inner else {prefix + key}
    return found


def test_every_setting_stands_there_with_its_default() -> None:
    assert load_settings(PAGE) == Settings()
    assert written(tomllib.loads(PAGE.read_text("utf-8"))) == keys(Settings())


def test_the_village_station_of_the_page_can_be_read(tmp_path: Path) -> None:
    text = VILLAGE.read_text("utf-8").partition("```toml\n")[2].partition("```")[0]
    file = tmp_path / "hallclient.toml"
    file.write_text(text, "utf-8")
    settings = load_settings(file)
    assert settings.kiosk == KioskSettings(printer="/dev/ttyUSB0", screen="2")
    roles = [role.role for role in settings.agent.roles]
    assert (roles, settings.agent.lines) == (
        ["kiosk", "window", "display", "screen"],
        AgentSettings().lines,
    )
