"""PostgreSQL servers with standbys, for tests, faults and benchmarks: one process tree each.

A primary listens on a free port of 127.0.0.1 and takes any number of standbys (streaming
replication, hot standby). Everything goes away with us, as `lab.postgres` promises::

    with Primary() as a, Standby(a, "b") as b:
        a.set("synchronous_standby_names", "ANY 1 (b)")
        url = joint_url((a, b), "hall")
        a.kill()
        b.promote()
"""

import shutil
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from hallclient.lab.postgres import NoPostgresError, TemporaryPostgres

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    import psycopg

PATIENCE_S: Final = 30.0
_REPLICATES: Final = {
    "wal_level": "logical",
    "max_wal_senders": "20",
    "max_replication_slots": "20",
    "wal_keep_size": "256MB",
    "wal_log_hints": "on",  # pg_rewind needs it, and full pages
    "hot_standby": "on",
    "wal_receiver_status_interval": "1s",
    "wal_retrieve_retry_interval": "200ms",
    "synchronous_commit": "on",
}


class Server(TemporaryPostgres):
    """A server of a cluster: what primary and standby have in common, for each may become both."""

    def __init__(
        self, name: str, *, durable: bool, settings: dict[str, str] | None, connections: int
    ) -> None:
        self.name = name
        given = {"full_page_writes": "on", "cluster_name": name, **(settings or {})}
        super().__init__(durable=durable, max_connections=connections, tcp=True, settings=given)

    def admin(self, database: str = "postgres") -> "AbstractContextManager[psycopg.Connection]":
        """Return an administrator's connection, every statement its own transaction."""
        import psycopg  # noqa: PLC0415 - an extra

        return psycopg.connect(self.url_of(database), autocommit=True, connect_timeout=5)

    def ask(self, query: str, *values: Any) -> Any:
        """Return the first column of the only row of a question."""
        with self.admin() as connection:
            done = connection.execute(query.encode(), values or None)
            row = done.fetchone() if done.description else None
        return None if row is None else row[0]

    def set(self, name: str, value: str) -> None:
        """Change a setting at run time (ALTER SYSTEM and reload), and wait until it holds."""
        from psycopg import sql  # noqa: PLC0415 - an extra

        with self.admin() as connection:
            change = sql.SQL("ALTER SYSTEM SET {} = {}")
            connection.execute(change.format(sql.Identifier(name), sql.Literal(value)))
            connection.execute("SELECT pg_reload_conf()")
        self._until(f"{name} is not {value}", lambda: self.ask(f"SHOW {name}") == value)

    def set_at_rest(self, name: str, value: str) -> None:
        """Change a setting of a server that is down."""
        with (self.data / "postgresql.auto.conf").open("a", encoding="utf-8") as file:
            file.write(f"{name} = '{value}'\n")

    @property
    def is_standby(self) -> bool:
        """Whether it only follows another."""
        return bool(self.ask("SELECT pg_is_in_recovery()"))

    def promote(self) -> None:
        """Make a standby the primary; returns when it accepts writes."""
        if not self.ask("SELECT pg_promote(true, 60)"):
            raise NoPostgresError(f"{self.name} could not be promoted.")

    def follow(self, primary: "Server") -> None:
        """Let a running standby follow another primary from now on."""
        self.set("primary_conninfo", _conninfo(primary, self.name))

    def unfollow(self) -> None:
        """Cut the stream: the standby stays as it is and lags from now on."""
        self.set("primary_conninfo", "")
        stream = "SELECT count(*) FROM pg_stat_wal_receiver"
        self._until("the stream goes on", lambda: self.ask(stream) == 0)

    def wait_for(self, standby: "Server") -> None:
        """Wait until a standby has replayed everything this server has written."""
        lsn = self.ask("SELECT pg_current_wal_lsn()::text")
        replayed = "SELECT pg_wal_lsn_diff(pg_last_wal_replay_lsn(), %s) >= 0"
        self._until(f"{standby.name} lags", lambda: bool(standby.ask(replayed, lsn)))

    def become_standby_of(self, primary: "Server") -> None:
        """Take a stopped or killed old primary back by `pg_rewind`; raises when that cannot be."""
        primary.ask("CHECKPOINT")  # before it, the new timeline is not in the control file
        source = _conninfo(primary, "rewind") + " dbname=postgres"
        self._run("pg_rewind", f"--target-pgdata={self.data}", f"--source-server={source}")
        self._follow_from_start(primary)

    def reclone(self, primary: "Server") -> None:
        """Take a stopped or killed server back by a new copy of the primary."""
        shutil.rmtree(self.data)
        self._clone(primary)
        self.start()

    def copy_data(self, into: Path) -> Path:
        """Copy the data folder of a server that is down, as a disk that is taken out."""
        shutil.copytree(self.data, into, symlinks=True)
        return into

    def _follow_from_start(self, primary: "Server") -> None:
        self.set_at_rest("primary_conninfo", _conninfo(primary, self.name))
        self._touch(self.data / "standby.signal")
        self.start()

    def _touch(self, path: Path) -> None:
        path.touch()
        if self._as_user:
            shutil.chown(path, self._as_user["user"], self._as_user["group"])

    def _clone(self, primary: "Server") -> None:
        source = _conninfo(primary, self.name)
        options = ("--checkpoint=fast", "--no-sync", "--wal-method=stream", "--write-recovery-conf")
        self._run("pg_basebackup", f"--pgdata={self.data}", f"--dbname={source}", *options)

    def _until(self, what: str, holds: Any) -> None:
        until, pause = time.monotonic() + PATIENCE_S, threading.Event()
        while not holds():
            if time.monotonic() > until:
                raise NoPostgresError(f"{self.name}: {what}, after {PATIENCE_S:.0f} s.")
            pause.wait(0.02)


class Primary(Server):
    """A server of its own, ready for standbys."""

    def __init__(
        self,
        name: str = "a",
        *,
        durable: bool = False,
        settings: dict[str, str] | None = None,
        connections: int = 100,
    ) -> None:
        self._written = {**_REPLICATES, **(settings or {})}
        super().__init__(name, durable=durable, settings=None, connections=connections)

    def _make_data(self) -> None:
        # Into the file: pg_rewind starts the server too, without our command line.
        super()._make_data()
        with (self.data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in self._written.items())


class Standby(Server):
    """A server that is a copy of another and follows it."""

    def __init__(
        self,
        of: Server,
        name: str = "b",
        *,
        durable: bool = False,
        settings: dict[str, str] | None = None,
        connections: int = 100,
    ) -> None:
        self._of = of
        super().__init__(name, durable=durable, settings=settings, connections=connections)
        self._until("the stream does not begin", self._streams)

    def _make_data(self) -> None:
        self._clone(self._of)

    def _streams(self) -> bool:
        asked = "SELECT count(*) FROM pg_stat_replication WHERE application_name = %s"
        return bool(self._of.ask(asked + " AND state = 'streaming'", self.name))


class FromDisk(Server):
    """The disk of a server that is down, started alone and only to be read."""

    def __init__(self, of: Server, name: str = "disk") -> None:
        self._of = of
        reading = {"default_transaction_read_only": "on", "synchronous_standby_names": ""}
        super().__init__(name, durable=False, settings=reading, connections=100)

    def _make_data(self) -> None:
        self._of.copy_data(self.data)
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        if self._as_user:
            for path in (self.data, *self.data.rglob("*")):
                if not path.is_symlink():
                    shutil.chown(path, self._as_user["user"], self._as_user["group"])


def joint_url(servers: Iterable[Server], database: str = "postgres") -> str:
    """Return one URL with several hosts, in this order."""
    parts = [urlsplit(server.url_of(database)) for server in servers]
    who = parts[0].netloc.rpartition("@")[0]
    hosts = ",".join(part.netloc.rpartition("@")[2] for part in parts)
    return f"postgresql://{who}@{hosts}/{database}"


def _conninfo(server: Server, name: str) -> str:
    part = urlsplit(server.url)
    return (
        f"host={part.hostname} port={part.port} user={part.username} password={part.password} "
        f"application_name={name}"
    )
