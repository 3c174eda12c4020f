"""The hall's own PostgreSQL: a folder with its data, made, started, stopped, looked at.

It speaks TLS 1.2 and later, lets nobody in without a password (scram-sha-256), and from the network
only users of the hall's PCs. Settings are those of a hall: every commit on the disk, checkpoints
rarely and slowly, enough connections for every window.
"""

import os
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hallclient.bootstrap.hosting import HostingError
from hallclient.bootstrap.hosting.binaries import find_binaries, run, server_user
from hallclient.bootstrap.hosting.certificate import make_certificate
from hallclient.bootstrap.hosting.kept import HERE, MARK, is_free, kept_lines
from hallclient.storage.server_settings import SERVER_SETTINGS

if TYPE_CHECKING:
    import subprocess

OWNER: Final = "hall_owner"
CONNECTIONS_A_WINDOW: Final = 4
"""Two of its pool and one that listens; a fourth in moments in which all its threads ask."""
CONNECTIONS_BESIDE: Final = 200
"""Kiosks, boards, screens, consoles, agents, backups."""
_FIRST_WORD: Final = "first-password"
"""The owner's, from before initdb until this PC's credentials have it."""
_CERTIFICATE, _KEY = "server.crt", "server.key"
_CONF: Final = "hallclient.conf"
_START_S: Final = "60"

_HBA: Final = """\
# Written by hallclient hall host: nobody without a password, nobody from the network without TLS.
local   all  hall_owner                     scram-sha-256
hostssl all  hall_owner  127.0.0.1/32       scram-sha-256
hostssl all  hall_owner  ::1/128            scram-sha-256
"""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A server in a folder of this PC. ``networks`` are CIDR, or ``samenet``."""

    folder: Path
    port: int = 5432
    windows: int = 20
    database: str = "hall"
    networks: tuple[str, ...] = ("samenet",)
    names: tuple[str, ...] = ("localhost", "127.0.0.1")
    user: dict[str, Any] = field(default_factory=server_user)

    @property
    def data(self) -> Path:
        """Its data folder."""
        return self.folder / "data"

    @property
    def certificate(self) -> Path:
        """Its certificate, PEM."""
        return self.data / _CERTIFICATE

    @property
    def doors(self) -> Path:
        """The file that says who may come in."""
        return self.data / "pg_hba.conf"

    @property
    def settings(self) -> Path:
        """The file with its settings."""
        return self.data / _CONF

    @property
    def made(self) -> bool:
        """Whether it was made to its end."""
        return (self.data / "PG_VERSION").exists() and self.settings.exists()

    def make(self) -> str:
        """Make the data folder and everything in it; return the owner's password.

        The password waits in a file until ``forget_password``: who is ended before this PC's
        credentials have it makes everything anew, or finds it there (``first_password``).
        """
        self._make_folder()
        password = secrets.token_urlsafe(24)
        word_file = self.folder / _FIRST_WORD
        self._write(word_file, password.encode() + b"\n", 0o600)
        options = ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"]
        options += ["--no-instructions", "--data-checksums", f"--pwfile={word_file}"]
        made = self._run("initdb", "-D", str(self.data), "-U", OWNER, *options)
        if made.returncode != 0:
            last = made.stderr.strip().rpartition("\n")[2]
            raise HostingError(f"PostgreSQL could not make its data folder {self.data}: {last}")
        certificate, key = make_certificate(self.names)
        self._write(self.certificate, certificate, 0o644)
        self._write(self.data / _KEY, key, 0o600)
        with (self.data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(f"\ninclude_if_exists = '{_CONF}'\n")
        self.configure()
        return password

    def first_password(self) -> str:
        """Return the owner's password of a run that was ended before it was kept; else empty."""
        try:
            return (self.folder / _FIRST_WORD).read_text("utf-8").strip()
        except OSError:
            return ""

    def forget_password(self) -> None:
        """Remove that file: the credentials have what was in it."""
        (self.folder / _FIRST_WORD).unlink(missing_ok=True)

    def configure(self) -> bool:
        """Write settings and who may come in; False when they are so already."""
        wanted = {"pg_hba.conf": self._doors(), _CONF: self._settings()}  # the last: it is made
        changed = {
            name: text
            for name, text in wanted.items()
            if not (self.data / name).exists() or (self.data / name).read_text("utf-8") != text
        }
        for name, text in changed.items():
            self._write(self.data / name, text.encode(), 0o600)
        return bool(changed)

    def start(self) -> bool:
        """Start it, and wait until it answers; False when it ran already."""
        if self.runs():
            return False
        if not is_free(self.port):
            raise HostingError(
                f"Port {self.port} of this PC is taken by another program, often by a server that "
                "came with PostgreSQL: --port N names another one."
            )
        log = str(self.folder / "start.log")
        done = self._run(
            "pg_ctl", "-D", str(self.data), "-l", log, "-w", "-t", _START_S, "-s", "start"
        )
        if done.returncode != 0:
            raise HostingError(
                f"The server does not start; the last lines of {log} and of {self.data / 'log'} "
                "say why."
            )
        return True

    def reload(self) -> None:
        """Let it read its settings again, as far as a running server takes them."""
        if self.runs():
            self._run("pg_ctl", "-D", str(self.data), "-s", "reload")

    def stop(self) -> bool:
        """Stop it; False when it did not run."""
        if not self.runs():
            return False
        done = self._run("pg_ctl", "-D", str(self.data), "-m", "fast", "-w", "-s", "stop")
        if done.returncode != 0:
            raise HostingError("The server does not stop: look at its log.")
        return True

    def runs(self) -> bool:
        """Tell whether it runs."""
        return self._run("pg_ctl", "-D", str(self.data), "status").returncode == 0

    def command(self) -> list[str]:
        """Return what runs it in the foreground, for a service manager."""
        return [str(self._binaries() / "postgres"), "-D", str(self.data)]

    def _settings(self) -> str:
        most = max(
            int(SERVER_SETTINGS["max_connections"].value),
            self.windows * CONNECTIONS_A_WINDOW + CONNECTIONS_BESIDE,
        )
        lines = {name: f"'{one.value}'" for name, one in SERVER_SETTINGS.items()} | {
            "listen_addresses": "'*'",
            "port": str(self.port),
            "unix_socket_directories": _quoted(self._socket_folder()),
            "max_connections": str(most),
            "password_encryption": "'scram-sha-256'",
            "ssl": "on",
            "ssl_cert_file": f"'{_CERTIFICATE}'",
            "ssl_key_file": f"'{_KEY}'",
            "ssl_min_protocol_version": "'TLSv1.2'",
            # A printed number is on the disk.
            "fsync": "on",
            "full_page_writes": "on",
            "checkpoint_completion_target": "0.9",
            # A city's database may subscribe, a standby may follow, without a restart.
            "wal_level": "logical",
            "max_wal_senders": "10",
            "max_replication_slots": "10",
            "timezone": "'UTC'",
            "log_timezone": "'UTC'",
            "lc_messages": "'C'",
            # A week of logs, without anybody's values.
            "logging_collector": "on",
            "log_filename": "'server-%a.log'",
            "log_rotation_age": "'1d'",
            "log_truncate_on_rotation": "on",
            "log_statement": "'none'",
            "log_parameter_max_length": "0",
            "log_parameter_max_length_on_error": "0",
        }
        head = "# Written by hallclient hall host, and written anew by it.\n"
        return head + "".join(f"{name} = {value}\n" for name, value in lines.items())

    def _doors(self) -> str:
        members = "+hall_pc,+hall_joiner"
        doors = [
            f"hostssl {self.database}  {members}  {network}  scram-sha-256\n"
            for network in (*self.networks, *HERE)
        ]
        return _HBA + "".join(doors) + MARK + kept_lines(self.doors)

    def _socket_folder(self) -> str:
        """Return a folder for its socket: its own where the path is not too long for one."""
        room = len(os.fsencode(f"{self.folder}/.s.PGSQL.{self.port}.lock")) < 104
        return str(self.folder) if room else ""

    def _make_folder(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.folder.chmod(0o700)
            self._own(self.folder)
        except OSError as error:
            raise HostingError(f"{self.folder} cannot be made: {error.strerror}.") from error
        if self.data.exists() and any(self.data.iterdir()):
            if not self.first_password():
                raise HostingError(
                    f"{self.data} is not empty and holds no server of hallclient: name another "
                    "folder with --folder."
                )
            shutil.rmtree(self.data)  # of a run that was ended: nobody has ever started it

    def _write(self, file: Path, content: bytes, mode: int) -> None:
        fresh = file.with_name(file.name + ".new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        self._own(fresh)
        fresh.replace(file)

    def _own(self, path: Path) -> None:
        if self.user:
            os.chown(path, self.user["user"], self.user["group"])

    def _run(self, name: str, *words: str) -> "subprocess.CompletedProcess[str]":
        return run([str(self._binaries() / name), *words], self.user, self.folder)

    def _binaries(self) -> Path:
        """Return programs of the version that made the data: a newer one does not read them."""
        try:
            version = (self.data / "PG_VERSION").read_text("ascii").strip()
        except OSError:
            version = ""
        return find_binaries(version)


def _quoted(text: str) -> str:
    escaped = text.replace("'", "''")
    return f"'{escaped}'"


def addresses() -> Sequence[str]:
    """Return this PC's addresses in its networks, the one towards others first."""
    import socket  # noqa: PLC0415 - only here

    found: list[str] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("10.255.255.255", 9))  # nothing is sent
            found.append(probe.getsockname()[0])
        except OSError:
            pass
    try:
        infos = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
    except OSError:
        infos = []
    found += [str(info[4][0]) for info in infos]
    return [one for one in dict.fromkeys(found) if not one.startswith("127.")]
