"""A PC joins a hall by a code, wholly or not at all."""

import socket
import ssl
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from hallclient.bootstrap.credentials import OWNER, Login, kind_of, read_credentials, url_as
from hallclient.bootstrap.halls import open_hall
from hallclient.bootstrap.hosting import HostingError
from hallclient.bootstrap.hosting import join as joining
from hallclient.bootstrap.hosting.certificate import (
    as_der,
    fetch_certificate,
    make_certificate,
    wrong_clock,
)
from hallclient.bootstrap.hosting.codes import make_code, owner_of, pcs, take_away
from hallclient.bootstrap.hosting.host import host_here
from hallclient.bootstrap.hosting.join import Joined, join
from hallclient.bootstrap.hosting.place import PcFiles
from hallclient.services.hallfile import load_hall
from hallclient.services.join_code import JoinCode
from tests.hosting.conftest import HALL, HERE, Host, free_port


def owner(host: Host) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(owner_of(host.files)[1], autocommit=True)


def logged_in(files: PcFiles, kind: str) -> "psycopg.Connection[tuple[object, ...]]":
    login = read_credentials(files.credentials)[kind]
    return psycopg.connect(url_as(files.read().database, login), autocommit=True)


def joined(code: JoinCode, files: PcFiles) -> Joined:
    return join(code.text().lower(), files)


def refused(code: JoinCode | str, files: PcFiles) -> str:
    """The sentence of a join that fails, and leaves nothing behind."""
    before = sorted(files.settings.parent.glob("*")) if files.settings.parent.exists() else []
    with pytest.raises(HostingError) as caught:
        join(code if isinstance(code, str) else code.text(), files)
    left = sorted(files.settings.parent.glob("*")) if files.settings.parent.exists() else []
    assert left == before
    text = str(caught.value)
    assert text.endswith(".")
    return text


@contextmanager
def somebody_else(answer: bytes = b"S") -> Iterator[int]:
    """A server on a port of its own that answers a request for TLS, with a certificate of its."""
    certificate, key = make_certificate(("127.0.0.1",))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        both = Path(folder) / "both.pem"
        both.write_bytes(certificate + key)
        context.load_cert_chain(both)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            plain, _ = listening.accept()
            with plain:
                plain.recv(8)
                plain.sendall(answer)
                if answer == b"S":
                    with context.wrap_socket(plain, server_side=True) as secure:
                        secure.recv(1)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield int(listening.getsockname()[1])
        finally:
            thread.join(5)


# The host


def test_a_second_run_changes_nothing(host: Host) -> None:
    assert host.first.key_made == host.files.key
    assert host.first.done
    again = host_here(host.cluster, host.files, load_hall(HALL))
    assert (again.done, again.changes, again.key_made) == ((), (), None)


def test_the_files_of_a_host_are_its_owners_alone(host: Host) -> None:
    for file in (host.files.credentials, host.files.key, host.cluster.data / "server.key"):
        assert file.stat().st_mode & 0o777 == 0o600, file
    assert OWNER in read_credentials(host.files.credentials)
    assert "password" not in host.files.settings.read_text("utf-8")


def test_nobody_comes_in_without_tls_or_password(host: Host) -> None:
    url = owner_of(host.files)[1]
    with pytest.raises(psycopg.OperationalError, match="no encryption"):
        psycopg.connect(url, sslmode="disable")
    with pytest.raises(psycopg.OperationalError, match="authentication failed"):
        psycopg.connect(url, password="wrong")  # noqa: S106 - it is none
    with owner(host) as connection:
        shown = {
            name: connection.execute(f"SHOW {name}").fetchone()
            for name in ("ssl_min_protocol_version", "password_encryption", "synchronous_commit")
        }
    assert shown == {
        "ssl_min_protocol_version": ("TLSv1.2",),
        "password_encryption": ("scram-sha-256",),
        "synchronous_commit": ("on",),
    }


def test_a_host_logs_in_by_the_role(host: Host) -> None:
    settings = host.files.read()
    for role, kind in (("kiosk K1", "kiosk"), ("screen 3", "display"), ("chores", "agent")):
        hall = open_hall(settings.database, "", role, credentials=settings.credentials)
        with hall.engine.connect() as connection:
            user = connection.exec_driver_sql("SELECT current_user").scalar_one()
        hall.close()
        assert user.rpartition(".")[2] == kind == kind_of(role)


# Joining


def test_a_pc_joins_and_has_the_logins_it_was_given(host: Host, other: PcFiles) -> None:
    done = joined(host.code("kiosk", "window"), other)
    assert done.kinds == ("kiosk", "window")
    assert done.has_key
    assert abs(done.clock_off_s) < 1
    assert other.key.read_bytes() == host.files.key.read_bytes()
    for file in (other.credentials, other.key):
        assert file.stat().st_mode & 0o777 == 0o600
    settings = other.read()
    assert settings.hall == done.hall
    assert "sslmode=verify-full" in settings.database
    hall = open_hall(settings.database, "", "window 2", credentials=settings.credentials)
    assert hall.store.plan().windows
    hall.close()
    with pytest.raises(HostingError, match="--again"):
        joined(host.code(), other)
    with logged_in(other, "window") as connection, pytest.raises(psycopg.Error, match="denied"):
        connection.execute("SELECT level FROM rating")


def test_a_pc_with_boards_gets_no_key(host: Host, other: PcFiles) -> None:
    assert not joined(host.code("display"), other).has_key
    assert not other.key.exists()


def test_settings_that_were_there_stay(host: Host, other: PcFiles) -> None:
    other.settings.parent.mkdir(parents=True)
    text = '# mine\nstation = "east"\n[kiosk]\nprinter = "/dev/ttyUSB0"\n'
    other.settings.write_text(text, "utf-8")
    other.settings.chmod(0o600)
    joined(host.code(), other)
    assert other.settings.stat().st_mode & 0o777 == 0o600
    assert other.settings.read_text("utf-8").endswith(text)
    assert other.read().kiosk.printer == "/dev/ttyUSB0"


def test_a_code_is_good_once(host: Host, other: PcFiles, tmp_path: Path) -> None:
    code = host.code()
    joined(code, other)
    third = replace(other, settings=tmp_path / "t" / "hallclient.toml")
    assert "was used" in refused(code, third)


def test_a_code_ends(host: Host, other: PcFiles) -> None:
    code = host.code(pc="late")
    over = datetime.now(UTC) - timedelta(minutes=1)
    with owner(host) as connection:
        connection.execute(f"ALTER ROLE \"{code.login}\" VALID UNTIL '{over}'")
        connection.execute("UPDATE joining.offer SET until = %s WHERE pc = 'late'", (over,))
        connection.execute(f"ALTER ROLE \"late.kiosk\" VALID UNTIL '{over}'")
    assert "is over" in refused(code, other)
    assert "late" not in {one.name for one in pcs(host.files)}
    with owner(host) as connection:
        query = "SELECT 1 FROM pg_roles WHERE rolname IN (%s, 'late.kiosk')"
        assert connection.execute(query, (code.login,)).fetchone() is None
    assert "is over" in refused(code, other)  # now that its login is gone, too


def test_logins_sleep_until_their_pc_joins_and_die_with_its_code(host: Host) -> None:
    made = make_code(host.files, ("kiosk",), 1, "sleeper", HERE)
    (pc,) = (one for one in pcs(host.files) if one.name == "sleeper")
    assert pc.until is not None
    assert abs(pc.until - made.until) < timedelta(seconds=1)
    assert take_away(host.files, "sleeper") == 1


def test_a_code_reads_its_own_offer_and_nothing_else(host: Host) -> None:
    code, another = host.code(), host.code()
    url = owner_of(host.files)[0]
    login = Login(code.login, code.password)
    with psycopg.connect(url_as(url, login), autocommit=True) as connection:
        found = connection.execute("SELECT login FROM joining.offer").fetchall()
        assert found == [(code.login,)]
        for query in (
            "SELECT * FROM public.hall",
            "SELECT pc FROM joining.offer",
            "DELETE FROM joining.offer",
            "SELECT rolpassword FROM pg_authid",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(query)
    assert another.login != code.login


def test_a_mistyped_code_is_told_before_anything_is_asked(host: Host, other: PcFiles) -> None:
    text = host.code().text()
    wrong = text[:-1] + ("0" if text[-1] != "0" else "1")
    assert "mistyped" in refused(wrong, other)
    assert "no sign" in refused(text + "!", other)
    assert "mistyped" in refused("", other)


def test_nobody_there(host: Host, other: PcFiles) -> None:
    assert "cable" in refused(replace(host.code(), port=free_port()), other)


def test_somebody_in_between_learns_nothing(host: Host, other: PcFiles) -> None:
    with somebody_else() as port:
        sentence = refused(replace(host.code(), port=port), other)
    assert "in between" in sentence
    assert "Nothing was sent" in sentence


def test_a_server_without_tls(host: Host, other: PcFiles) -> None:
    with somebody_else(b"N") as port:
        assert "no TLS" in refused(replace(host.code(), port=port), other)


def test_a_clock_that_cannot_be(host: Host) -> None:
    der = as_der(host.files.certificate.read_bytes())
    assert fetch_certificate("127.0.0.1", host.cluster.port) == der
    assert wrong_clock(der, datetime.now(UTC)) == ""
    assert "2015-01-01" in wrong_clock(der, datetime(2015, 1, 1, 12, tzinfo=UTC))


def test_an_interrupted_join_leaves_nothing_and_is_done_again(
    host: Host, other: PcFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = host.code()

    def away(*_: object) -> None:
        raise psycopg.OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as patched:
        patched.setattr(joining, "_try", away)
        assert "same code" in refused(code, other)
    assert joined(code, other).pc


def test_a_key_of_another_hall_is_not_written_over(host: Host, other: PcFiles) -> None:
    other.key.parent.mkdir(parents=True)
    other.key.write_bytes(b"x")
    assert "another hall" in refused(host.code(), other)
    assert other.key.read_bytes() == b"x"


def test_a_pc_is_taken_away(host: Host, other: PcFiles) -> None:
    pc = joined(host.code(), other).pc
    with logged_in(other, "kiosk") as connection:
        assert (pc, 1) in {(one.name, one.connections) for one in pcs(host.files)}
        assert take_away(host.files, pc) == 1
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError, match=r"no pg_hba\.conf entry"):
        logged_in(other, "kiosk")
    assert take_away(host.files, pc) == 0


def test_codes_are_made_where_the_owner_is(host: Host, other: PcFiles) -> None:
    joined(host.code(), other)
    with pytest.raises(HostingError, match="PC that hosts"):
        make_code(other, ("kiosk",), 1)


@pytest.mark.parametrize(
    ("kinds", "hours", "pc"),
    [(("king",), 1, ""), ((), 1, ""), (("kiosk",), 0, ""), (("kiosk",), 1, "a'b")],
)
def test_codes_that_cannot_be(host: Host, kinds: tuple[str, ...], hours: float, pc: str) -> None:
    with pytest.raises(HostingError):
        make_code(host.files, kinds, hours, pc, HERE)


def test_no_password_is_in_a_log_or_an_error(host: Host, other: PcFiles) -> None:
    joined(host.code("kiosk"), other)
    passwords = [
        login.password
        for files in (host.files, other)
        for login in read_credentials(files.credentials).values()
    ]
    url = url_as(owner_of(host.files)[0], Login("nobody", passwords[0]))
    with pytest.raises(Exception) as caught:  # noqa: PT011 - whatever it is
        open_hall(url, "", "kiosk")
    told = repr(caught.value) + str(caught.value) + repr(read_credentials(other.credentials))
    logs = [path for path in host.cluster.folder.rglob("*.log") if path.is_file()]
    assert logs
    told += "".join(path.read_text("utf-8", "replace") for path in logs)
    assert not [word for word in passwords if word in told]
    assert host.cluster.folder.stat().st_mode & 0o077 == 0
