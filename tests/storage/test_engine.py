"""Opening the hall's database, and what its transactions promise."""

import gc
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from hallclient.domain.journal import canonical
from hallclient.lab.postgres import TemporaryPostgres
from hallclient.storage.engine import (
    READ,
    JsonText,
    PostgresPlace,
    SqlitePlace,
    UtcDateTime,
    database_clock,
    open_engine,
    place_of,
    probe,
    write_turn,
)
from hallclient.storage.errors import (
    Busy,
    DatabaseAway,
    DatabaseDenied,
    DatabaseOnNetworkShare,
    DatabaseUnreadable,
    DatabaseUrlInvalid,
    translate,
)
from hallclient.storage.network_share import network_share_of
from hallclient.storage.write_turn import file_turn
from tests.databases import open_handles

tables = sa.MetaData()
parent = sa.Table("parent", tables, sa.Column("id", sa.Integer, primary_key=True))
child = sa.Table("child", tables, sa.Column("id", sa.Integer, sa.ForeignKey("parent.id")))
record = sa.Table(
    "record",
    tables,
    sa.Column("k", sa.Integer, primary_key=True),
    sa.Column("at", UtcDateTime),
    sa.Column("data", JsonText),
)
counter = sa.Table("counter", tables, sa.Column("n", sa.BigInteger, nullable=False))


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    tables.create_all(engine)
    yield engine
    engine.dispose()


# What both promise


def test_clock_is_aware_and_near(engine: Engine) -> None:
    with engine.begin() as connection:
        first, second = database_clock(connection), database_clock(connection)
    assert first.tzinfo is UTC
    assert first <= second
    assert abs(datetime.now(UTC) - first) < timedelta(seconds=5)


def test_moments_come_back_in_utc_and_sort_by_time(engine: Engine) -> None:
    china = timezone(timedelta(hours=8))
    moments = [
        datetime(2026, 11, 21, 8, 0, 0, 1, tzinfo=china),
        datetime(2026, 11, 21, 8, 0, tzinfo=china),
        datetime(2026, 11, 21, 0, 0, 0, 999999, tzinfo=UTC),
        datetime(2025, 12, 31, 23, 59, tzinfo=UTC),
    ]
    with engine.begin() as connection:
        rows = [{"k": k, "at": at, "data": None} for k, at in enumerate([*moments, None])]
        connection.execute(sa.insert(record), rows)
        query = sa.select(record.c.at).where(record.c.at.is_not(None)).order_by(record.c.at)
        found = connection.scalars(query).all()
        literal = query.where(
            record.c.at == sa.literal(moments[0], UtcDateTime, literal_execute=True)
        )
        assert connection.scalars(literal).all() == [moments[0]]
        newer = sa.select(sa.func.count()).where(record.c.at > moments[1])
        assert connection.scalar(newer) == 2
    assert found == sorted(moments)
    assert all(at.tzinfo is UTC for at in found)


def test_a_naive_moment_is_refused(engine: Engine) -> None:
    naive = datetime(2026, 11, 21)  # noqa: DTZ001 - the mistake itself
    with (
        engine.begin() as connection,
        pytest.raises(sa.exc.StatementError, match="needs a time zone"),
    ):
        connection.execute(sa.insert(record).values(k=1, at=naive))


def test_json_is_the_same_bytes_everywhere(engine: Engine) -> None:
    data = {"二": [1, None, True], "a": {"z": 0.1, "b": "\0\u2028é"}}
    with engine.begin() as connection:
        connection.execute(sa.insert(record).values(k=1, data=data))
        text = connection.exec_driver_sql("SELECT data FROM record").scalar_one()
        assert connection.scalar(sa.select(record.c.data)) == data
    assert text == '{"a":{"b":"\\u0000\u2028é","z":0.1},"二":[1,null,true]}' == canonical(data)
    with pytest.raises(ValueError, match="Out of range"):
        canonical(float("nan"))


def test_foreign_keys_are_enforced(engine: Engine) -> None:
    with pytest.raises(sa.exc.IntegrityError), engine.begin() as connection:
        connection.execute(sa.insert(child).values(id=7))


def test_writers_in_several_processes_lose_no_update(engine: Engine, database_url: str) -> None:
    """Read, think, write: only one at a time may be between reading and writing."""
    writer = """
import sys, sqlalchemy as sa
from hallclient.storage.engine import open_engine, write_turn
engine = open_engine(sys.argv[1])
lock = " FOR UPDATE" if engine.dialect.name == "postgresql" else ""
for _ in range(50):
    with write_turn(engine), engine.begin() as connection:
        n = connection.scalar(sa.text("SELECT n FROM counter" + lock))
        connection.execute(sa.text("UPDATE counter SET n = :n"), {"n": n + 1})
engine.dispose()
"""
    with engine.begin() as connection:
        connection.execute(sa.insert(counter).values(n=0))
    command = [sys.executable, "-W", "error", "-c", writer, database_url]
    processes = [subprocess.Popen(command) for _ in range(4)]
    assert [process.wait() for process in processes] == [0, 0, 0, 0]
    with engine.begin() as connection:
        assert connection.scalar(sa.select(counter.c.n)) == 200


def test_nothing_is_left_open(database_url: str) -> None:
    def cycle() -> None:
        engine = open_engine(database_url)
        with write_turn(engine), engine.begin() as connection:
            database_clock(connection)
        engine.dispose()

    cycle()
    gc.collect()
    handles, threads = open_handles(), threading.active_count()
    for _ in range(5):
        cycle()
    assert open_handles() == handles
    assert threading.active_count() == threads


def test_a_lock_held_for_too_long_is_busy(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    impatient = (
        "PRAGMA busy_timeout=50" if engine.dialect.name == "sqlite" else "SET lock_timeout=50"
    )
    with engine.begin() as holder, engine.connect() as other:
        holder.execute(sa.insert(parent).values(id=1))
        raw = other.connection.cursor()
        raw.execute(impatient)
        raw.close()
        with pytest.raises(sa.exc.DBAPIError) as caught:
            other.execute(sa.insert(parent).values(id=1))
    assert type(translate(caught.value)) is Busy


# SQLite


@pytest.fixture
def sqlite_engine(sqlite_url: str) -> Iterator[Engine]:
    engine = open_engine(sqlite_url)
    tables.create_all(engine)
    yield engine
    engine.dispose()


def pragma(engine: Engine, name: str) -> object:
    with engine.execution_options(**READ).connect() as connection:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()


def test_sqlite_is_set_up_for_safety(sqlite_engine: Engine) -> None:
    full = 2
    assert pragma(sqlite_engine, "journal_mode") == "wal"
    assert pragma(sqlite_engine, "synchronous") == full
    assert pragma(sqlite_engine, "foreign_keys") == 1
    assert pragma(sqlite_engine, "busy_timeout") == 5000


def test_every_commit_is_synced(sqlite_engine: Engine, sqlite_url: str, tmp_path: Path) -> None:
    code = """
import sys
from hallclient.storage.engine import open_engine, write_turn
engine = open_engine(sys.argv[1])
for n in range(25):
    with write_turn(engine), engine.begin() as connection:
        connection.exec_driver_sql(f"INSERT INTO counter VALUES ({n})")
    print("committed", file=sys.stderr, flush=True)
engine.dispose()
"""
    trace = tmp_path / "trace"
    strace = ["strace", "-f", "-o", str(trace), "-e", "trace=fdatasync,fsync,write"]
    subprocess.run(
        [*strace, sys.executable, "-c", code, sqlite_url], check=True, stderr=subprocess.DEVNULL
    )
    calls = trace.read_text("utf-8").split("committed")
    assert len(calls) == 26
    assert all("fdatasync(" in before or "fsync(" in before for before in calls[:25])


def test_a_bare_path_and_a_url_name_the_same_file(tmp_path: Path) -> None:
    for url in (str(tmp_path / "hall.db"), f"sqlite:///{tmp_path}/hall.db"):
        engine = open_engine(url)
        assert place_of(engine) == SqlitePlace(tmp_path / "hall.db")
        engine.dispose()
    assert (tmp_path / "hall.db").exists()


def test_a_writer_has_the_lock_from_its_beginning(sqlite_engine: Engine) -> None:
    """Readers go on meanwhile; a second writer waits at BEGIN, not after its first read."""
    with sqlite_engine.begin() as writer:
        writer.execute(sa.select(counter.c.n))
        with sqlite_engine.execution_options(**READ).connect() as reader:
            assert reader.scalars(sa.select(counter.c.n)).all() == []
        foreign = sqlite3.connect(sqlite_engine.url.database or "", timeout=0, isolation_level=None)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            foreign.execute("BEGIN IMMEDIATE")
        foreign.close()


def test_a_killed_holder_frees_its_write_turn(sqlite_engine: Engine, sqlite_url: str) -> None:
    holder = """
import sys
from hallclient.storage.engine import open_engine, write_turn
engine = open_engine(sys.argv[1])
with write_turn(engine), engine.begin() as connection:
    connection.exec_driver_sql("INSERT INTO counter VALUES (1)")
    print("held", flush=True)
    sys.stdin.readline()
"""
    command = [sys.executable, "-c", holder, sqlite_url]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        lock_path = Path(f"{sqlite_engine.url.database}.lock")
        with pytest.raises(Busy), file_turn(lock_path, wait_s=0.05):
            pass
        process.send_signal(signal.SIGKILL)
        process.wait()
    with write_turn(sqlite_engine), sqlite_engine.begin() as connection:
        assert connection.scalars(sa.select(counter.c.n)).all() == [], "its work is undone"


def test_a_waiter_that_gave_up_leaves_nothing(tmp_path: Path) -> None:
    lock_path = tmp_path / "hall.db.lock"
    threads = threading.active_count()
    handles = open_handles()
    got: list[str] = []

    def give_up() -> None:
        with pytest.raises(Busy), file_turn(lock_path, wait_s=0.05):
            pass
        got.append("busy")

    def patient() -> None:
        with file_turn(lock_path):
            got.append("turn")

    with file_turn(lock_path):
        first = threading.Thread(target=give_up)
        first.start()
        first.join()
        second = threading.Thread(target=patient)
        second.start()
        assert got == ["busy"]
    second.join()
    assert got == ["busy", "turn"]
    deadline = time.monotonic() + 5
    while threading.active_count() > threads or open_handles() > handles:
        assert time.monotonic() < deadline
        threading.Event().wait(0.005)


def test_a_turn_within_a_turn_is_a_mistake(sqlite_engine: Engine) -> None:
    with (
        write_turn(sqlite_engine),
        pytest.raises(RuntimeError, match="already"),
        write_turn(sqlite_engine),
    ):
        pass
    with write_turn(sqlite_engine):
        pass


def test_the_lock_file_gets_the_databases_permissions(
    sqlite_engine: Engine, tmp_path: Path
) -> None:
    (tmp_path / "hall.db.lock").unlink()
    (tmp_path / "hall.db").chmod(0o664)
    old = os.umask(0o077)
    try:
        with write_turn(sqlite_engine):
            pass
    finally:
        os.umask(old)
    assert (tmp_path / "hall.db.lock").stat().st_mode & 0o777 == 0o664


# Trouble with files


def test_what_is_no_database_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear hall, " * 1000, "utf-8")
    with pytest.raises(DatabaseUnreadable, match="not an SQLite database"):
        open_engine(str(tmp_path / "letter.txt"))
    assert not (tmp_path / "letter.txt.lock").exists()


def test_a_damaged_file_is_unreadable(sqlite_engine: Engine, tmp_path: Path) -> None:
    with sqlite_engine.begin() as connection:
        rows = [{"k": k, "data": "x" * 500} for k in range(200)]
        connection.execute(sa.insert(record), rows)
    sqlite_engine.dispose()
    with (tmp_path / "hall.db").open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 4096 * 20)
    engine = open_engine(str(tmp_path / "hall.db"))
    with pytest.raises(sa.exc.DatabaseError) as caught, engine.begin() as connection:
        connection.execute(sa.select(record)).all()
    engine.dispose()
    assert isinstance(translate(caught.value), DatabaseUnreadable)


@pytest.mark.parametrize(
    "url",
    [
        "",
        ":memory:",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///x.db?mode=ro",
        "sqlite://host/x.db",
        "mysql://host/hall",
        "postgresql+psycopg2://host/hall",
        "postgresql://host:seven/hall",
        "postgresql://user:secret@host/hall?colour=secret",
        "/nowhere/at/all/hall.db",
    ],
)
def test_a_url_that_names_no_database(url: str) -> None:
    with pytest.raises(DatabaseUrlInvalid) as caught:
        open_engine(url)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "secret" not in sentence


def test_a_folder_and_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUrlInvalid, match="is a folder"):
        open_engine(str(tmp_path))
    with pytest.raises(DatabaseUrlInvalid, match="no database at"):
        open_engine(str(tmp_path / "hall.db"), must_exist=True)
    assert list(tmp_path.iterdir()) == []


AS_OTHER = """
import sys
from hallclient.storage.engine import open_engine
from hallclient.storage.errors import StorageError
try:
    open_engine(sys.argv[1]).dispose()
except StorageError as error:
    print(type(error).__name__, error)
else:
    print("opened")
"""


def said_to_another_user(path: Path) -> str:
    """What an ordinary user is told, also when the tests run as root."""
    if os.geteuid() == 0:
        code = "import os; os.setgroups([]); os.setgid(65534); os.setuid(65534)\n" + AS_OTHER
        # Modules are imported before the privileges go: the checkout may be root's alone.
        code = "import hallclient.storage.engine, sqlalchemy.dialects.sqlite\n" + code
    else:
        code = AS_OTHER
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("folder_mode", "file_mode"), [(0o000, 0o666), (0o555, 0o666), (0o777, 0o000), (0o777, 0o444)]
)
def test_without_access_one_sentence(folder_mode: int, file_mode: int) -> None:
    # pytest's own folders are closed to other users.
    folder = Path(tempfile.mkdtemp(prefix="hall-test-"))
    path = folder / "hall.db"
    try:
        open_engine(str(path)).dispose()
        path.chmod(file_mode)
        folder.chmod(folder_mode)
        said = said_to_another_user(path)
    finally:
        folder.chmod(0o700)
        for leftover in folder.iterdir():
            leftover.unlink()
        folder.rmdir()
    assert said.startswith("DatabaseDenied This user may not ")
    assert said.count("\n") == 0


# Network shares

MOUNTS = """\
21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 21 0:40 / /srv/hall rw shared:2 - nfs4 server:/hall rw,vers=4.2
31 30 8:2 / /srv/hall/local rw - ext4 /dev/sdb1 rw
32 21 0:41 / /mnt/two\\040words rw - cifs //server/share rw
33 21 0:42 / /mnt/ssh rw - fuse.sshfs me@server: rw
34 21 0:43 / /mnt/wsl rw - 9p drvfs rw,trans=fd,rfd=8
35 21 0:44 / /mnt/plan9 rw - 9p 10.0.0.1 rw,trans=tcp
36 21 0:45 / /mnt/was rw - nfs server:/was rw
37 21 8:3 / /mnt/was rw - ext4 /dev/sdc1 rw
"""


@pytest.mark.parametrize(
    ("path", "share"),
    [
        ("/var/hall.db", None),
        ("/srv/hall/hall.db", "nfs4"),
        ("/srv/hallo/hall.db", None),
        ("/srv/hall/local/hall.db", None),
        ("/mnt/two words/deep/hall.db", "cifs"),
        ("/mnt/ssh/hall.db", "fuse.sshfs"),
        ("/mnt/wsl/hall.db", None),
        ("/mnt/plan9/hall.db", "9p-tcp"),
        ("/mnt/was/hall.db", None),
        ("\\\\server\\share\\hall.db", "UNC path"),
    ],
)
def test_network_shares_are_known(path: str, share: str | None) -> None:
    assert network_share_of(Path(path), MOUNTS) == share


def test_a_database_on_a_share_is_refused(tmp_path: Path) -> None:
    (tmp_path / "share").mkdir()
    mounts = f"{MOUNTS}40 21 0:50 / {tmp_path}/share rw - nfs server:/x rw\n"
    (tmp_path / "link").symlink_to(tmp_path / "share")
    for place in ("share", "link", "other/../share"):
        with pytest.raises(DatabaseOnNetworkShare, match="use PostgreSQL"):
            open_engine(f"{tmp_path}/{place}/hall.db", mounts=mounts)
    with pytest.raises(DatabaseOnNetworkShare):
        open_engine("\\\\server\\share\\hall.db")
    assert list((tmp_path / "share").iterdir()) == []


def test_the_systems_own_mounts_are_read(tmp_path: Path) -> None:
    assert network_share_of(Path("/proc/hall.db")) is None
    open_engine(str(tmp_path / "hall.db")).dispose()


# PostgreSQL


def test_a_connection_that_has_planned_most_is_taken_first(postgres_url: str) -> None:
    """Of two that were in use at once; the one returned last would be the other."""
    engine = open_engine(postgres_url)
    first = engine.connect()
    second = engine.connect()
    own = first.connection.driver_connection
    first.close()
    second.close()
    with engine.connect() as taken:
        assert taken.connection.driver_connection is own
    engine.dispose()


def test_postgres_session(postgres_url: str) -> None:
    said = {
        "application_name": "kiosk",
        "transaction_isolation": "read committed",
        "timezone": "UTC",
        "lock_timeout": "5s",
        "jit": "off",
        "random_page_cost": "1.1",
        "max_parallel_workers_per_gather": "0",
    }
    engine = open_engine(postgres_url, role="kiosk")
    with engine.begin() as connection:
        shown = {name: connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in said}
    engine.dispose()
    assert shown == said


def test_several_hosts_and_own_options_reach_the_driver() -> None:
    engine = open_engine(
        "postgres://u:secret@a:5433,b:5434/hall?options=-c%20jit%3Don&connect_timeout=9"
    )
    place = place_of(engine)
    assert isinstance(place, PostgresPlace)
    assert place.parameters["host"] == "a,b"
    assert place.parameters["port"] == "5433,5434"
    assert str(place.parameters["connect_timeout"]) == "9"
    assert place.parameters["options"].endswith("-c jit=on"), "what is said last counts"
    assert "secret" not in repr(place) + repr(engine)


def test_one_of_several_hosts_that_is_off_holds_the_others_up_for_less_long() -> None:
    def patience(url: str) -> int:
        place = place_of(open_engine(url))
        assert isinstance(place, PostgresPlace)
        return int(place.parameters["connect_timeout"])

    assert patience("postgresql://u@a/hall") == 5
    assert patience("postgresql://u@a,b/hall") == 3
    assert patience("postgresql://u@a,b/hall?connect_timeout=9") == 9


def test_a_server_that_is_not_there_is_away(tmp_path: Path) -> None:
    engine = open_engine(f"postgresql://u@/hall?host={tmp_path}")
    with pytest.raises(DatabaseAway) as caught:
        probe(engine)
    assert caught.value.retryable


def test_a_database_or_user_that_is_not_there(postgres_server: TemporaryPostgres) -> None:
    engine = open_engine(postgres_server.url_of("nowhere"))
    with pytest.raises(DatabaseUrlInvalid):
        probe(engine)
    engine = open_engine(postgres_server.url.replace("hallclient@", "stranger@"))
    with pytest.raises(DatabaseDenied):
        probe(engine)


def test_work_goes_on_after_the_server_was_away() -> None:
    with TemporaryPostgres(durable=False) as server:
        engine = open_engine(server.url)
        probe(engine)
        server.crash()
        with pytest.raises(DatabaseAway):
            probe(engine)
        server.start()
        probe(engine)
        engine.dispose()
