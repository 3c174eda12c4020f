"""Settings of a PC: what is left out, what is said, and what cannot be meant."""

from pathlib import Path

import pytest

from hallclient.config import (
    ConfigError,
    DisplaySettings,
    KioskSettings,
    Settings,
    WindowSettings,
    default_database,
    load_settings,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "pc.toml"


def test_without_a_file_everything_has_a_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert load_settings() == Settings()
    assert default_database() == f"sqlite:///{tmp_path}/hallclient/hall.db"


def test_what_is_said_counts_and_the_rest_stays(file: Path) -> None:
    file.write_text(
        "\ufeffdatabase = 'sqlite:///h.db'\nfull_screen = false\nlanguage = 'en'\n"
        "[kiosk]\npaper = 58\n[window]\nwindow = '12'\n[display]\nzones = ['1A', '1B']\n",
        "utf-8",
    )
    assert load_settings(file) == Settings(
        database="sqlite:///h.db",
        full_screen=False,
        language="en",
        kiosk=KioskSettings(paper=58),
        window=WindowSettings(window="12"),
        display=DisplaySettings(zones=("1A", "1B")),
    )


def test_the_users_own_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "hallclient").mkdir()
    (tmp_path / "hallclient" / "hallclient.toml").write_text("hall = 'x'\n", "utf-8")
    assert load_settings().hall == "x"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("colour = 1", "colour is not a setting; known: database, hall, station"),
        ("[kiosk]\npapers = 58", "kiosk.papers is not a setting; known: name, printer"),
        ("database = 1", "database is a text, not 1."),
        ("full_screen = 1", "full_screen is true or false, not 1."),
        ("[kiosk]\nbaud = true", "kiosk.baud is a whole number, not True."),
        ("[kiosk]\nbaud = 9601", "kiosk.baud is one of 0, 4800, 9600"),
        ("[kiosk]\npaper = 57", "kiosk.paper is one of 58, 80, not 57."),
        ("language = 'fr'", "language is one of zh-CN, zh-Hant, en, not fr."),
        ("[display]\ntheme = 'pink'", "display.theme is one of light, board-dark, not pink."),
        ("kiosk = 1", "kiosk is a table, [kiosk]."),
        ("[display]\nzones = '1A'", "display.zones is a list of texts."),
        ("[display]\nzones = [1]", "display.zones is a list of texts."),
        ("hall =", "cannot be read: Invalid value"),
    ],
)
def test_what_cannot_be_meant(file: Path, text: str, told: str) -> None:
    file.write_text(text, "utf-8")
    with pytest.raises(ConfigError) as caught:
        load_settings(file)
    assert told in str(caught.value)
    assert str(file) in str(caught.value)


def test_a_file_that_cannot_be_read(file: Path) -> None:
    with pytest.raises(ConfigError, match="There is no settings file"):
        load_settings(file)
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_settings(file)
    with pytest.raises(ConfigError, match="cannot be read"):
        load_settings(file.parent)
