"""Settings of one PC: a TOML file, overridden by the command line, as frozen dataclasses.

::

    ConfigError    the file cannot be used; the text names file and key
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

LANGUAGES = ("zh-CN", "zh-Hant", "en")
THEMES = ("light", "board-dark")
BOXES = (6, 3)
"""Recent calls of a board."""
PAPERS = (58, 80)
EDGES = ("top", "left", "right")
ROLES = ("kiosk", "window", "display", "screen", "supervisor")
RATING_AT = ("always", "fallback", "never")
KEYBOARD = "keyboard"
"""In place of a scanner's port: it types what it reads."""
CREDENTIALS = "credentials.toml"
"""The file beside the settings with this PC's logins, docs/joining.md."""
BAUDS = (0, 4800, 9600, 19200, 38400, 57600, 115200)

_CHOICES: Mapping[str, tuple[object, ...]] = {
    "language": LANGUAGES,
    "display.theme": THEMES,
    "display.boxes": BOXES,
    "screen.rating": RATING_AT,
    "kiosk.paper": PAPERS,
    "kiosk.baud": BAUDS,
    "window.paper": PAPERS,
    "window.baud": BAUDS,
    "window.edge": EDGES,
    "sms.baud": BAUDS,
    "agent.roles.role": ROLES,
}
"""What a setting may be, where not every value of its type will do."""


class ConfigError(Exception):
    """The settings cannot be used. ``key`` is the setting, ``known`` what would be one there."""

    def __init__(self, text: str, key: str = "", known: tuple[str, ...] = ()) -> None:
        super().__init__(text)
        self.key = key
        self.known = known


@dataclass(frozen=True, slots=True)
class KioskSettings:
    """A kiosk. ``printer`` is a port, empty for none; ``paper`` is 58 or 80 mm.

    A port is a serial port, ``socket://HOST:PORT`` or, for printers, ``file:FOLDER``.
    """

    name: str = "K1"
    printer: str = ""
    printer_profile: str = "escpos"
    baud: int = 0
    """Speed of the port; 0 is what the profile says."""
    paper: int = 80
    roll_metres: int = 80
    """Length of a new roll, for the estimate of what is left."""
    logo: str = ""
    """A PNG printed above the hall's name."""
    scanner: str = ""
    """Port of a scanner, or ``keyboard`` for one that types; empty for none."""
    scanner_profile: str = "serial-scanner"
    reader: str = ""
    """Port of an ID card reader."""
    reader_profile: str = "sam-card-reader"
    screen: str = ""
    """Name of the monitor it fills, or its number; empty is the main one."""
    offline: bool = True
    """Whether numbers are given out from this PC's own spool while the database is away."""
    lock: bool = False
    """Nobody leaves the kiosk without the technician's PIN."""
    pin_hash: str = ""
    """The technician's PIN as an argon2 hash (hallclient kiosk --set-pin)."""
    desk: bool = False
    """This is the ushers' own: it begins with their page and answers calls for help."""
    volume: int = 70
    """Voice guidance, 0 to 100; 0 is silent until a citizen turns it up."""
    voice: bool = True
    """Whether pages can be read out here: false where there is no loudspeaker."""
    voice_to: str = ""
    """A WAV file that takes what would be heard, in place of the loudspeaker."""


@dataclass(frozen=True, slots=True)
class KeySettings:
    """The clerk's keys, as people write them (``F1``, ``Ctrl+F1``); empty is no key."""

    call_next: str = "F1"
    recall: str = "F2"
    start: str = "F3"
    no_show: str = "F4"
    transfer: str = "F6"
    hold: str = "F7"
    finish: str = "F8"
    ask_again: str = "F9"
    pause: str = "F10"
    finish_and_call: str = "Ctrl+F8"
    take_back: str = "Ctrl+Z"
    """Only where it is not the business system's: in our own windows."""
    panel: str = "Ctrl+F11"
    menu: str = "Ctrl+F10"
    help: str = "Ctrl+F9"
    """A silent call; most keyboards have no key that nobody needs."""


@dataclass(frozen=True, slots=True)
class WindowSettings:
    """A window terminal and what hangs on its PC. ``window`` is its code in the hall file.

    An empty port is a device that is not there, or that the PC's agent owns.
    """

    window: str = ""
    keypad: str = ""
    keypad_profile: str = "ff68-keypad"
    keypad_address: int = 1
    caller: str = ""
    caller_profile: str = "ff68-caller"
    caller_address: int = 1
    strip: str = ""
    strip_profile: str = "a090-strip"
    strip_address: int = 1
    contrast: bool = False
    """High contrast, by the clerk's preference."""
    edge: str = "top"
    """Where the bar stands: ``top``, ``left`` or ``right``."""
    screen: str = ""
    """Name of the monitor it stands on, empty for the main one."""
    reserve: bool = True
    """Whether the screen's strip is kept free for the bar, where the desktop allows it."""
    global_keys: bool = True
    """Whether the bar's keys work while another program has the keyboard."""
    keys: KeySettings = field(default_factory=KeySettings)
    printer: str = ""
    """Where slips come out: a port, or ``@STATION`` for the printer of another PC."""
    printer_profile: str = "escpos"
    baud: int = 0
    paper: int = 80


@dataclass(frozen=True, slots=True)
class DisplaySettings:
    """A call display. No zones means the whole hall; ``theme`` is light or board-dark."""

    name: str = "D1"
    zones: tuple[str, ...] = ()
    theme: str = "light"
    screen: str = ""
    """Name of the monitor it fills; empty is the first one."""
    bilingual: bool = False
    """Chinese with English beside or below it, both at once."""
    boxes: int = 6
    """Recent calls: six, or three large ones that are read from 11 m on 43 inches."""
    reduced_motion: bool = False
    sound: bool = True
    voice: bool = True
    """Whether it may speak calls; several boards of a zone agree on one that does."""
    voice_zones: tuple[str, ...] = ()
    """Zones whose calls it may speak; empty is those that it shows."""
    voice_to: str = ""
    """A WAV file in place of the loudspeaker."""


@dataclass(frozen=True, slots=True)
class ScreenSettings:
    """The screen at a window, towards the citizen (窗口屏). ``window`` is a code or a number."""

    window: str = ""
    screen: str = ""
    """Name of the monitor it fills, or its number; empty is the main one."""
    rating: str = "fallback"
    """Whether it asks for the rating: ``always``, ``fallback`` when the keypad is dead, ``never``.

    A screen that cannot be touched has ``never``; then it shows the QR code where there is one.
    """
    contrast: bool = False
    """High contrast."""
    reduced_motion: bool = False


@dataclass(frozen=True, slots=True)
class SupervisorSettings:
    """A supervisor's console."""

    name: str = "S1"
    contrast: bool = False
    printer: str = ""
    """The station whose printer takes what is reprinted here, empty for the ticket's own."""
    folder: str = ""
    """Where tables for a spreadsheet are saved; empty for the documents of whoever runs it."""
    away_minutes: int = 15
    """So long without a touch, and the console signs out: it shows staff data. 0: never."""


@dataclass(frozen=True, slots=True)
class RoleSettings:
    """A role that the agent keeps running: ``kiosk``, ``window``, ``display``, ``supervisor``.

    ``arguments`` are those of its command line: ``["12", "--at", "0,0,1920,72"]``.
    """

    role: str = ""
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LineDevice:
    """One device on a line that the agent owns. ``window`` is the code of the window it is for."""

    profile: str = ""
    address: int = 1
    window: str = ""


@dataclass(frozen=True, slots=True)
class LineSettings:
    """A port that the agent owns: one device, or an RS485 bus with several."""

    port: str = ""
    devices: tuple[LineDevice, ...] = ()


@dataclass(frozen=True, slots=True)
class AgentSettings:
    """What the agent of this PC does besides the chores: roles it keeps alive, lines it owns."""

    chores: bool = True
    roles: tuple[RoleSettings, ...] = ()
    lines: tuple[LineSettings, ...] = ()


@dataclass(frozen=True, slots=True)
class SmsSettings:
    """How text messages leave this PC: a modem's port, or a command for a gateway; or not at all.

    ``command`` gets number and text on its standard input, see docs/sms.md.
    """

    modem: str = ""
    baud: int = 0
    command: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AppointmentSettings:
    """Where files with appointments arrive on this PC; the agent imports them, empty for none."""

    folder: str = ""


@dataclass(frozen=True, slots=True)
class RatingSettings:
    """Where files with ratings given on telephones arrive; the agent imports them.

    Empty for none.
    """

    folder: str = ""


@dataclass(frozen=True, slots=True)
class BackupSettings:
    """Backups of the hall's database, made daily by the agent of this PC.

    ``folder`` empty is ``backups`` beside an SQLite file; for a PostgreSQL server it is none, so
    that one PC of the hall names one. ``daily`` and ``weekly`` are of how many days and weeks the
    last one is kept.
    """

    make: bool = True
    folder: str = ""
    daily: int = 7
    weekly: int = 4
    mend: bool = True
    """Whether the agent restores an SQLite file that is damaged by itself."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of a PC. ``hall`` empty means the only hall of the database.

    ``station`` is the PC's name in the hall, empty for its host name; ``key_file`` holds the hall's
    key, ``credentials`` this PC's logins at the server, empty for the file beside the settings.
    """

    database: str = ""
    hall: str = ""
    station: str = ""
    key_file: str = ""
    credentials: str = ""
    language: str = "zh-CN"
    full_screen: bool = True
    kiosk: KioskSettings = field(default_factory=KioskSettings)
    window: WindowSettings = field(default_factory=WindowSettings)
    display: DisplaySettings = field(default_factory=DisplaySettings)
    screen: ScreenSettings = field(default_factory=ScreenSettings)
    supervisor: SupervisorSettings = field(default_factory=SupervisorSettings)
    agent: AgentSettings = field(default_factory=AgentSettings)
    sms: SmsSettings = field(default_factory=SmsSettings)
    appointments: AppointmentSettings = field(default_factory=AppointmentSettings)
    ratings: RatingSettings = field(default_factory=RatingSettings)
    backup: BackupSettings = field(default_factory=BackupSettings)

    @property
    def station_name(self) -> str:
        """The name of this PC in the hall."""
        from socket import gethostname  # noqa: PLC0415 - a screen starts without sockets

        return self.station or gethostname()


def default_database() -> str:
    """Return where a hall of one PC keeps its database."""
    from platformdirs import user_data_path  # noqa: PLC0415 - a role with settings needs none

    return f"sqlite:///{user_data_path('hallclient') / 'hall.db'}"


def settings_file() -> Path:
    """Return where this user's settings are."""
    from platformdirs import user_config_path  # noqa: PLC0415 - a role with settings needs none

    return user_config_path("hallclient") / "hallclient.toml"


def load_settings(path: Path | None = None) -> Settings:
    """Read the settings of this PC; without ``path``, the user's own file if there is one.

    Raises ``ConfigError``.
    """
    chosen = path or settings_file()
    try:
        text = chosen.read_bytes().decode("utf-8-sig")
        table = tomllib.loads(text)
    except FileNotFoundError:
        if path is not None:
            raise ConfigError(f"There is no settings file {path}.") from None
        return Settings()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"The settings file {chosen} cannot be read: {error}.") from error
    return load_table(table, chosen)


def load_table(table: Mapping[str, Any], file: Path) -> Settings:
    """Return the settings of a file's table; ``ConfigError`` names the file and a wrong key."""
    settings: Settings = _filled(Settings, table, str(file), "")
    beside = file.with_name(CREDENTIALS)
    if settings.credentials or not beside.exists():
        return settings
    return replace(settings, credentials=str(beside))


def _filled(kind: type[Any], table: Mapping[str, Any], file: str, prefix: str) -> Any:
    known = {f.name: f for f in fields(kind)}
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in known:
            text = f"{file}: {prefix}{key} is not a setting; known: {', '.join(known)}."
            raise ConfigError(text, prefix + key, tuple(known))
        values[key] = _checked(kind, key, value, file, prefix)
    return kind(**values)


def _part_of(kind: type[Any], key: str) -> type[Any] | None:
    """Return the dataclass that a list of tables holds, None for any other setting."""
    hint = get_type_hints(kind)[key]
    part: type[Any] | None = get_args(hint)[0] if get_origin(hint) is tuple else None
    return part if is_dataclass(part) else None


def _list(part: type[Any] | None, value: Any, file: str, name: str) -> tuple[Any, ...]:
    inner = str if part is None else dict
    if not isinstance(value, list) or not all(isinstance(item, inner) for item in value):
        kind = "a list of texts" if part is None else f"a list of tables, [[{name}]]"
        raise ConfigError(f"{file}: {name} is {kind}.", name)
    return tuple(value if part is None else (_filled(part, v, file, f"{name}.") for v in value))


def _checked(kind: type[Any], key: str, value: Any, file: str, prefix: str) -> Any:
    default = getattr(kind(), key)
    if hasattr(default, "__dataclass_fields__"):
        if not isinstance(value, dict):
            text = f"{file}: {prefix}{key} is a table, [{prefix}{key}]."
            raise ConfigError(text, prefix + key)
        return _filled(type(default), value, file, f"{prefix}{key}.")
    if isinstance(default, tuple):
        return _list(_part_of(kind, key), value, file, f"{prefix}{key}")
    if type(value) is not type(default):
        kinds = {str: "a text", int: "a whole number", bool: "true or false"}
        text = f"{file}: {prefix}{key} is {kinds[type(default)]}, not {value!r}."
        raise ConfigError(text, prefix + key)
    choices = _CHOICES.get(prefix + key)
    if choices and value not in choices:
        listed = ", ".join(map(str, choices))
        text = f"{file}: {prefix}{key} is one of {listed}, not {value}."
        raise ConfigError(text, prefix + key)
    return value
