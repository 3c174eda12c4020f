"""``hallclient kiosk --set-pin``: the technician's PIN becomes a hash in the settings file."""

import getpass
import re
import sys
import tomllib
from pathlib import Path

from hallclient.commands.running import CommandError

PIN = re.compile(r"[0-9]{4,12}", re.ASCII)
_TABLE = re.compile(r"^\[kiosk\][ \t]*(?:#.*)?$", re.MULTILINE)
_KEY = re.compile(r"^[ \t]*pin_hash[ \t]*=.*$", re.MULTILINE)


def set_pin(settings: Path | None) -> int:
    """Ask for a PIN twice and write its hash; the PIN itself is kept nowhere."""
    from platformdirs import user_config_path  # noqa: PLC0415 - as load_settings

    from hallclient.services.shifts import hash_pin  # noqa: PLC0415 - argon2

    path = settings or user_config_path("hallclient") / "hallclient.toml"
    pin = _asked("New PIN (4 to 12 digits): ")
    if not PIN.fullmatch(pin):
        raise CommandError("A PIN is 4 to 12 digits.")
    if _asked("Once more: ") != pin:
        raise CommandError("The two PINs differ; nothing was changed.")
    try:
        text = path.read_bytes().decode("utf-8-sig") if path.exists() else ""
        fresh = with_pin_hash(text, hash_pin(pin))
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(".new")
        new.write_text(fresh, "utf-8")
        if path.exists():
            new.chmod(path.stat().st_mode & 0o777)
        new.replace(path)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CommandError(f"The settings file {path} cannot be changed: {error}.") from error
    print(f"The PIN is set in {path}.")
    return 0


def with_pin_hash(text: str, pin_hash: str) -> str:
    """Return a settings file's text with the hash in its table ``kiosk``; the rest is as it was.

    Raises ``TOMLDecodeError`` for a text that is no TOML.
    """
    before = tomllib.loads(text)
    line = f'pin_hash = "{pin_hash}"'
    table = _TABLE.search(text)
    if table is None:
        gap = "" if not text or text.endswith("\n") else "\n"
        fresh = f"{text}{gap}\n[kiosk]\n{line}\n".lstrip("\n")
    else:
        head, rest = text[: table.end()], text[table.end() :]
        following = re.search(r"^\[", rest, re.MULTILINE)
        own = rest[: following.start()] if following else rest
        others = rest[len(own) :]
        known = _KEY.search(own)
        own = own.replace(known[0], line, 1) if known else f"\n{line}{own}"
        fresh = head + own + others
    wanted = {**before, "kiosk": {**before.get("kiosk", {}), "pin_hash": pin_hash}}
    try:
        good = tomllib.loads(fresh) == wanted
    except tomllib.TOMLDecodeError:
        good = False
    if not good:
        raise CommandError(f"Write this line into the table [kiosk] yourself: {line}")
    return fresh


def _asked(prompt: str) -> str:
    if sys.stdin.isatty():
        return getpass.getpass(prompt)
    return sys.stdin.readline().strip()
