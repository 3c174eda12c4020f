"""Settings of one PC: a TOML file, overridden by the command line, as frozen dataclasses.

::

    ConfigError    the file cannot be used; the text names file and key
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from platformdirs import user_config_path, user_data_path

LANGUAGES = ("zh-CN", "zh-Hant", "en")
THEMES = ("light", "board-dark")
PAPERS = (58, 80)
BAUDS = (4800, 9600, 19200, 38400, 57600, 115200)

_CHOICES: Mapping[str, tuple[object, ...]] = {
    "language": LANGUAGES,
    "display.theme": THEMES,
    "kiosk.paper": PAPERS,
    "kiosk.baud": BAUDS,
}
"""What a setting may be, where not every value of its type will do."""


class ConfigError(Exception):
    """The settings cannot be used."""


@dataclass(frozen=True, slots=True)
class KioskSettings:
    """A kiosk. ``printer`` is a serial port or URL, empty for none; ``paper`` is 58 or 80 mm."""

    name: str = "K1"
    printer: str = ""
    baud: int = 9600
    paper: int = 80


@dataclass(frozen=True, slots=True)
class WindowSettings:
    """A window terminal. ``window`` is the window's code in the hall file."""

    window: str = ""
    keypad: str = ""
    keypad_profile: str = "ff68-keypad"
    keypad_address: int = 1


@dataclass(frozen=True, slots=True)
class DisplaySettings:
    """A call display. No zones means the whole hall; ``theme`` is light or board-dark."""

    name: str = "D1"
    zones: tuple[str, ...] = ()
    theme: str = "light"
    sound: bool = True


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of a PC. ``hall`` empty means the only hall of the database."""

    database: str = ""
    hall: str = ""
    language: str = "zh-CN"
    full_screen: bool = True
    kiosk: KioskSettings = field(default_factory=KioskSettings)
    window: WindowSettings = field(default_factory=WindowSettings)
    display: DisplaySettings = field(default_factory=DisplaySettings)


def default_database() -> str:
    """Return where a hall of one PC keeps its database."""
    return f"sqlite:///{user_data_path('hallclient') / 'hall.db'}"


def load_settings(path: Path | None = None) -> Settings:
    """Read the settings of this PC; without ``path``, the user's own file if there is one.

    Raises ``ConfigError``.
    """
    chosen = path or user_config_path("hallclient") / "hallclient.toml"
    try:
        text = chosen.read_bytes().decode("utf-8-sig")
        table = tomllib.loads(text)
    except FileNotFoundError:
        if path is not None:
            raise ConfigError(f"There is no settings file {path}.") from None
        return Settings()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"The settings file {chosen} cannot be read: {error}.") from error
    settings: Settings = _filled(Settings, table, str(chosen), "")
    return settings


def _filled(kind: type[Any], table: Mapping[str, Any], file: str, prefix: str) -> Any:
    known = {f.name: f for f in fields(kind)}
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in known:
            raise ConfigError(f"{file}: {prefix}{key} is not a setting; known: {', '.join(known)}.")
        values[key] = _checked(kind, key, value, file, prefix)
    return kind(**values)


def _checked(kind: type[Any], key: str, value: Any, file: str, prefix: str) -> Any:
    default = getattr(kind(), key)
    if hasattr(default, "__dataclass_fields__"):
        if not isinstance(value, dict):
            raise ConfigError(f"{file}: {prefix}{key} is a table, [{prefix}{key}].")
        return _filled(type(default), value, file, f"{prefix}{key}.")
    if isinstance(default, tuple):
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise ConfigError(f"{file}: {prefix}{key} is a list of texts.")
        return tuple(value)
    if type(value) is not type(default):
        kinds = {str: "a text", int: "a whole number", bool: "true or false"}
        raise ConfigError(f"{file}: {prefix}{key} is {kinds[type(default)]}, not {value!r}.")
    choices = _CHOICES.get(prefix + key)
    if choices and value not in choices:
        listed = ", ".join(map(str, choices))
        raise ConfigError(f"{file}: {prefix}{key} is one of {listed}, not {value}.")
    return value
