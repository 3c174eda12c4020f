"""What support needs to know of a PC, in one file: findings, settings, versions, log lines.

Nothing personal and no secret: passwords, PINs and keys are left out, ID and telephone numbers are
masked, logs only their last part. Of the database not a row is in it.
"""

import os
import platform
import re
import sys
import zipfile
from collections.abc import Iterator
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Final

from hallclient import __version__
from hallclient.bootstrap import doctor_system as system
from hallclient.bootstrap.doctor import Asked, roles_of
from hallclient.logs import masked
from hallclient.services.doctor import Finding
from hallclient.services.doctor.telling import as_json, lines, tell, title

LOG_BYTES: Final = 200_000
_SECRET: Final = re.compile(r"(?i)((?:password|passwd|pin_hash|secret|token|sslpassword)[\w]*"
                            r"[\"']?\s*[=:]\s*)(\"[^\"]*\"|'[^']*'|[^\s&,;'\"\]})]+)")  # fmt: skip
_URL_LOGIN: Final = re.compile(r"\b([a-z][a-z+]{1,20}://)[^/\s\"']*@")
_ARGON: Final = re.compile(r"\$argon2\S+")


def clean(text: str) -> str:
    """Return a text without passwords, hashes, and personal numbers."""
    text = _URL_LOGIN.sub(r"\1***@", text)
    text = _ARGON.sub("***", text)
    return masked(_SECRET.sub(r"\1***", text))


def write_report(file: Path, asked: Asked, found: tuple[Finding, ...], now: datetime) -> None:
    """Write the report: a ZIP archive that only its owner can read. ``OSError`` when it cannot."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    if os.name == "posix":
        os.fchmod(handle, 0o600)  # one of before may be open to others
    with os.fdopen(handle, "wb") as raw, zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in _parts(asked, found, now):
            archive.writestr(name, clean(text))


def _parts(asked: Asked, found: tuple[Finding, ...], now: datetime) -> Iterator[tuple[str, str]]:
    for language in ("zh-CN", "en"):
        told = tell(found, language)
        head = title(asked.settings.station_name, now, language)
        yield f"findings.{language}.txt", "\n".join([head, "", *lines(told, language), ""])
    yield "findings.json", as_json(tell(found, "en"))
    yield "versions.txt", "\n".join(_versions(asked)) + "\n"
    if asked.file is not None and asked.file.is_file():
        yield "hallclient.toml", asked.file.read_text("utf-8", "replace")
    folder = asked.state or system.state_folder()
    for log in sorted(folder.glob("*.log")) if folder.is_dir() else ():
        yield f"logs/{log.name}", _end_of(log)
    status = folder / "status.json"
    if status.is_file():
        yield "logs/status.json", status.read_text("utf-8", "replace")


def _end_of(log: Path) -> str:
    with log.open("rb") as raw:
        raw.seek(max(0, log.stat().st_size - LOG_BYTES))
        return raw.read().decode("utf-8", "replace")


_PACKAGES: Final = ("PySide6-Essentials", "shiboken6", "SQLAlchemy", "psycopg", "pyserial")


def _versions(asked: Asked) -> Iterator[str]:
    yield f"hallclient {__version__}"
    yield f"Python {sys.version}"
    yield f"system {platform.platform()}"
    yield f"roles {', '.join(roles_of(asked.settings))}"
    for name in _PACKAGES:
        try:
            yield f"{name} {metadata.version(name)}"
        except metadata.PackageNotFoundError:
            yield f"{name} –"
