"""Files that nobody else may read, and certificates that end one day."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from hallclient.services.doctor.finding import Finding, good, note, trouble
from hallclient.services.sealing import KeyTrouble, load_key

SOON: Final = timedelta(days=30)


def private(path: Path, what: str) -> Iterator[Finding]:
    """Yield whether a file is its owner's alone, and its owner is this user; ``what`` names it."""
    facts = {"what": what, "file": str(path)}
    try:
        about = path.stat()
    except OSError as error:
        yield trouble("secret.unreadable", **facts, why=str(error.strerror))
        return
    if os.name == "posix" and about.st_mode & 0o077:
        mode = f"{about.st_mode & 0o777:04o}"
        yield trouble("secret.open", f"chmod 600 {path}", **facts, mode=mode)
    elif not os.access(path, os.R_OK):
        yield trouble("secret.unreadable", f"ls -l {path}", **facts, why="")
    else:
        yield good("secret.private", **facts)


def hall_key(path: Path, *, needed: bool, joined: bool = False) -> Iterator[Finding]:
    """Yield whether the hall's key is here and can be used.

    A PC that has ``joined`` a hall gets its key by a code: one that it makes is another one.
    """
    if not path.exists():
        if needed:
            command = "hallclient hall join --again" if joined else "hallclient hall key"
            yield trouble("key.missing", command, file=str(path))
        elif not joined:
            yield note("key.none", "hallclient hall key", file=str(path))
        return
    yield from (found for found in private(path, "key") if found.grade != "good")
    try:
        load_key(path)
    except KeyTrouble as error:
        if "open to others" not in str(error):  # told above, with the mode
            yield trouble("key.broken", f"ls -l {path}", file=str(path), why=str(error))
    else:
        yield good("key.there", file=str(path))


def certificate(path: Path, now: datetime) -> Iterator[Finding]:
    """Yield how long a certificate holds."""
    from cryptography import x509  # noqa: PLC0415 - few PCs have one

    try:
        found = x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        yield trouble("certificate.unreadable", f"ls -l {path}", file=str(path), why=str(error))
        return
    left = found.not_valid_after_utc - now
    facts = {"file": str(path), "date": f"{found.not_valid_after_utc:%Y-%m-%d}"}
    if found.not_valid_before_utc > now:
        yield trouble("certificate.not_yet", "timedatectl", **facts)
    elif left <= timedelta():
        yield trouble("certificate.over", **facts)
    elif left < SOON:
        yield note("certificate.soon", **facts, days=left.days)
    else:
        yield good("certificate.holds", **facts)
