"""A host is made a second time: nothing that was there is lost, nobody who joined is shut out."""

import shutil
import socket
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from hallclient.bootstrap.credentials import (
    OWNER,
    CredentialsTrouble,
    Login,
    read_credentials,
    url_as,
    with_login,
)
from hallclient.bootstrap.doctor import Asked, _database
from hallclient.bootstrap.hosting import HostingError
from hallclient.bootstrap.hosting.binaries import find_binaries
from hallclient.bootstrap.hosting.cluster import Cluster
from hallclient.bootstrap.hosting.codes import owner_of, pcs, take_away
from hallclient.bootstrap.hosting.host import host_here, kept, pc_name
from hallclient.bootstrap.hosting.join import join
from hallclient.bootstrap.hosting.kept import HERE as LOCAL
from hallclient.bootstrap.hosting.kept import MARK, is_free
from hallclient.bootstrap.hosting.place import PcFiles
from hallclient.commands.hall_host import _code
from hallclient.services.hallfile import load_hall
from hallclient.services.sealing import KeyTrouble, key_from_paper, key_on_paper, make_key
from hallclient.storage.server_settings import SERVER_SETTINGS
from tests.doctor.findings import keys
from tests.hosting.conftest import HALL, Host, files_in, free_port


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder for a server, open to the user whom PostgreSQL runs as."""
    made = Path(tempfile.mkdtemp(prefix="hallclient-host-"))
    yield made
    shutil.rmtree(made)


def again(host: Host) -> tuple[str, ...]:
    return host_here(host.cluster, host.files, load_hall(HALL)).done


def test_what_is_not_named_stays_as_it_was(host: Host, folder: Path) -> None:
    known = kept(Cluster(host.cluster.folder), port=0, database="", networks=())
    assert known == replace(host.cluster, windows=known.windows)
    fresh = Cluster(folder, 5599, networks=("10.1.0.0/16", "samenet"), database="office")
    fresh.data.mkdir()
    fresh.configure()
    known = kept(Cluster(folder), port=0, database="", networks=())
    assert (known.port, known.networks, known.database) == (5599, fresh.networks, "office")
    assert not known.configure()
    assert kept(Cluster(folder), port=5600, database="", networks=LOCAL).port == 5600
    with pytest.raises(HostingError, match="no network"):
        kept(Cluster(folder), port=0, database="", networks=("10.1.0.0/16 trust",))


def test_lines_of_the_technician_stay(folder: Path) -> None:
    cluster = Cluster(folder, 5599)
    cluster.data.mkdir()
    cluster.configure()
    with cluster.doors.open("a", encoding="utf-8") as file:
        file.write("hostssl replication replicator 10.0.0.6/32 scram-sha-256\n")
    assert replace(cluster, networks=("10.0.0.0/8",)).configure()
    text = cluster.doors.read_text("utf-8")
    assert "10.0.0.0/8" in text
    assert text.endswith(MARK + "hostssl replication replicator 10.0.0.6/32 scram-sha-256\n")


def test_another_folder_takes_no_password_away(host: Host, folder: Path) -> None:
    before = host.files.credentials.read_bytes()
    with pytest.raises(HostingError, match="--folder"):
        host_here(Cluster(folder, free_port()), host.files, load_hall(HALL))
    assert host.files.credentials.read_bytes() == before
    assert not list(folder.iterdir())


def test_a_first_run_that_was_ended_is_done_again(folder: Path, other: PcFiles) -> None:
    cluster = Cluster(folder, free_port(), windows=3)
    (cluster.data / "base").mkdir(parents=True)
    with pytest.raises(HostingError, match="holds no server of hallclient"):
        cluster.make()
    (folder / "first-password").write_text("x\n", "utf-8")
    password = cluster.make()  # and ended before anybody wrote it down
    assert cluster.first_password() == password
    assert (folder / "first-password").stat().st_mode & 0o777 == 0o600
    try:
        host_here(cluster, other, load_hall(HALL))
        assert read_credentials(other.credentials)[OWNER].password == password
        assert not cluster.first_password()
    finally:
        cluster.stop()


def test_a_port_that_is_taken(folder: Path, other: PcFiles) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = int(taken.getsockname()[1])
        assert not is_free(port)
        with pytest.raises(HostingError, match="--port"):
            host_here(Cluster(folder, port), other, load_hall(HALL))
    assert OWNER in read_credentials(other.credentials)


def test_the_server_has_what_a_big_hall_needs(host: Host) -> None:
    with psycopg.connect(owner_of(host.files)[1]) as connection:
        for name, wanted in SERVER_SETTINGS.items():
            query = "SELECT current_setting(%s)"
            shown = connection.execute(query, (name,)).fetchone()
            assert shown is not None
            assert shown[0].removesuffix("ms") in (wanted.value, "10s", "pglz"), name
    text = replace(host.cluster, windows=220)._settings()
    assert "max_connections = 1080\n" in text


def test_from_here_only_the_owner_comes_into_other_databases(host: Host) -> None:
    login = read_credentials(host.files.credentials)["agent"]
    url = owner_of(host.files)[0].replace("/hall?", "/postgres?")
    with pytest.raises(psycopg.OperationalError, match="pg_hba"):
        psycopg.connect(url_as(url, login))


def test_programs_of_another_version_do_not_serve() -> None:
    with pytest.raises(HostingError, match="postgresql-7"):
        find_binaries("7")


def test_logins_that_are_gone_are_made_again(host: Host) -> None:
    name = read_credentials(host.files.credentials)["agent"].user.rpartition(".")[0]
    assert take_away(host.files, name) == 5
    assert any("logins" in line for line in again(host))
    with psycopg.connect(url_as(*_agent(host))) as connection:
        assert connection.execute("SELECT 1 FROM hall").fetchone() is not None
    assert again(host) == ()


def _agent(host: Host) -> tuple[str, Login]:
    return owner_of(host.files)[0], read_credentials(host.files.credentials)["agent"]


def test_a_lost_key_is_not_made_anew_when_others_have_it(host: Host, other: PcFiles) -> None:
    join(host.code("kiosk").text(), other)
    content = host.files.key.read_bytes()
    host.files.key.unlink()
    try:
        with pytest.raises(HostingError, match="copy the file"):
            again(host)
        assert not host.files.key.exists()
    finally:
        host.files.key.write_bytes(content)
        host.files.key.chmod(0o600)
    assert again(host) == ()


def test_a_key_comes_back_from_paper(host: Host, tmp_path: Path) -> None:
    groups = key_on_paper(host.files.key)
    assert [len(group) for group in groups] == [4] * 13
    make_key(tmp_path / "hall.key", key_from_paper(" ".join(groups).lower()))
    assert (tmp_path / "hall.key").read_bytes() == host.files.key.read_bytes()
    for wrong in ("", "ABCD", "大厅", " ".join(groups[1:])):
        with pytest.raises(KeyTrouble, match="no key"):
            key_from_paper(wrong)


def test_an_earlier_code_takes_nothing_from_a_later_one(host: Host, other: PcFiles) -> None:
    early, late = host.code(pc="twice"), host.code(pc="twice")
    with pytest.raises(HostingError, match="over or was used"):
        join(early.text(), other)
    over = datetime.now(UTC) - timedelta(minutes=1)
    with psycopg.connect(owner_of(host.files)[1], autocommit=True) as connection:
        connection.execute("UPDATE joining.offer SET until = %s WHERE login = %s",
                           (over, early.login))  # fmt: skip
    pcs(host.files)
    assert join(late.text(), other).pc == "twice"


def test_the_picture_of_a_code_is_its_makers_alone(
    host: Host, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from argparse import Namespace  # noqa: PLC0415 - only here

    file = tmp_path / "code.png"
    file.write_bytes(b"open to all")
    args = Namespace(kinds="display", address="127.0.0.1", hours=1.0, pc="", png=file)
    assert _code(args, host.files) == 0
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.read_bytes().startswith(b"\x89PNG")
    assert "remove it" in capsys.readouterr().out


def test_names_that_a_server_would_not_take() -> None:
    assert pc_name("大厅'; DROP ROLE x") == "DROP-ROLE-x"
    assert pc_name("大厅") == "host"
    assert len(pc_name("x" * 63)) == 40


def test_a_doctor_at_a_kiosk_does_not_call_the_journal_broken(host: Host, other: PcFiles) -> None:
    owner_url = owner_of(host.files)[1]
    join(host.code("kiosk").text(), other)
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute(_RATED)
        connection.execute(_RATED.replace("rating.given", "after"))
        try:
            found = keys(_database(Asked(other.read()), ("kiosk",)))
        finally:
            connection.execute("DELETE FROM journal WHERE actor = 'test'")
            connection.execute("UPDATE hall SET seq = seq - 2")
    assert "hall.found" in found
    assert not [key for key in found if key.startswith("journal.")]


_RATED = """
WITH next AS (UPDATE hall SET seq = seq + 1 RETURNING hall_id, seq)
INSERT INTO journal (hall_id, seq, at, kind, zone_code, window_code, subject, actor, data, hash)
SELECT hall_id, seq, now(), 'rating.given', '', '', 'x', 'test', '{}', 'x' FROM next
"""


def test_whoever_is_not_the_host_is_told_so(host: Host, other: PcFiles, tmp_path: Path) -> None:
    join(host.code("kiosk").text(), other)
    assert files_in(tmp_path / "other") == other
    with pytest.raises(CredentialsTrouble, match="hosts the hall"):
        with_login(other.read().database, "db", str(other.credentials))
