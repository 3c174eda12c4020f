"""Disks, rights, logs, backups, secrets, certificates: each fault really made."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hallclient.services.doctor import Finding, folders, secrets
from hallclient.services.doctor.folders import Room
from hallclient.services.sealing import make_key
from tests.doctor.findings import keys, the, troubles

NOW = datetime(2026, 9, 29, 1, tzinfo=UTC)


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of one megabyte with twelve files' room."""
    folder = tempfile.mkdtemp()
    options = "size=1m,nr_inodes=12"
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder]
    if os.geteuid() or subprocess.run(command, check=False, capture_output=True).returncode:
        Path(folder).rmdir()
        pytest.skip("only root can make a disk")
    yield Path(folder)
    subprocess.run(["umount", folder], check=True)
    Path(folder).rmdir()


def test_a_full_disk(small_disk: Path) -> None:
    (small_disk / "hall.db").write_bytes(bytes(1 << 20))
    found = list(folders.room(small_disk / "not" / "there" / "yet"))
    assert keys(found) == ["disk.full", "disk.inodes"]
    assert the(found, "disk.full").facts["free"] == "0 B"
    assert str(small_disk) in the(found, "disk.full").command


def test_room() -> None:
    def room(free: int, inodes: int | None) -> list[str]:
        return keys(folders.room(Path("/"), lambda _path: Room(free, inodes)))

    assert room(5 << 30, 100_000) == ["disk.room"]
    assert room(5 << 30, None) == ["disk.room"]
    assert room(500 << 20, 100_000) == ["disk.tight"]
    assert room(100 << 20, 100_000) == ["disk.full"]
    assert room(5 << 30, 3) == ["disk.room", "disk.inodes"]
    assert keys(folders.room(Path("/tmp")))  # noqa: S108 - only asked how full its disk is


def test_a_folder_that_this_user_may_not_use(tmp_path: Path) -> None:
    assert keys(folders.rights(tmp_path / "new")) == ["folder.works"]
    tmp_path.chmod(0o500)
    if os.geteuid() == 0:  # root may everything
        found = list(folders.rights(tmp_path, lambda path, _how: bool(path.stat().st_mode & 0o200)))
    else:
        found = list(folders.rights(tmp_path))
    tmp_path.chmod(0o700)
    assert troubles(found) == ["folder.denied"]
    assert found[0].command == f"ls -ld {tmp_path}"


def test_logs_and_wal(tmp_path: Path) -> None:
    assert keys(folders.logs(tmp_path / "none")) == ["logs.small"]
    for number in range(3):
        with (tmp_path / f"kiosk.log.{number}").open("wb") as file:
            file.truncate(100 << 20)
    assert keys(folders.logs(tmp_path)) == ["logs.large"]
    database = tmp_path / "hall.db"
    assert keys(folders.wal(database)) == []
    with (tmp_path / "hall.db-wal").open("wb") as file:
        file.truncate(65 << 20)
    assert keys(folders.wal(database)) == ["database.wal"]


def test_backups(tmp_path: Path) -> None:
    def told(newest: datetime | None, folder: Path | None = tmp_path) -> Finding:
        (found,) = folders.backups(folder, newest, NOW, "hallclient db backup")
        return found

    assert told(None).key == "backup.none"
    assert told(None, None).key == "backup.unset"
    assert told(NOW - timedelta(hours=5)).key == "backup.fresh"
    old = told(NOW - timedelta(hours=40))
    assert (old.key, old.facts["hours"]) == ("backup.old", 40)


def test_a_secret_that_others_can_read(tmp_path: Path) -> None:
    file = tmp_path / "credentials.toml"
    assert keys(secrets.private(file, "credentials")) == ["secret.unreadable"]
    file.write_text('[kiosk]\nuser = "a"\npassword = "hidden"\n', "utf-8")
    file.chmod(0o640)
    (found,) = secrets.private(file, "credentials")
    assert (found.key, found.command) == ("secret.open", f"chmod 600 {file}")
    assert found.facts["mode"] == "0640"
    file.chmod(0o600)
    assert keys(secrets.private(file, "credentials")) == ["secret.private"]


def test_the_halls_key(tmp_path: Path) -> None:
    file = tmp_path / "hall.key"
    assert keys(secrets.hall_key(file, needed=True)) == ["key.missing"]
    assert keys(secrets.hall_key(file, needed=False)) == ["key.none"]
    (joined,) = secrets.hall_key(file, needed=True, joined=True)
    assert (joined.key, joined.command) == ("key.missing", "hallclient hall join --again")
    assert not list(secrets.hall_key(file, needed=False, joined=True))
    make_key(file)
    assert keys(secrets.hall_key(file, needed=True)) == ["key.there"]
    file.chmod(0o644)
    assert troubles(secrets.hall_key(file, needed=True)) == ["secret.open"]
    file.chmod(0o600)
    file.write_bytes(b"torn")
    assert troubles(secrets.hall_key(file, needed=True)) == ["key.broken"]


def certificate(file: Path, begins: datetime, ends: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hall")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begins)
        .not_valid_after(ends)
        .sign(key, hashes.SHA256())
    )
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))


@pytest.mark.parametrize(
    ("begins", "ends", "key"),
    [
        (-300, 300, "certificate.holds"),
        (-300, 20, "certificate.soon"),
        (-300, -1, "certificate.over"),
        (2, 300, "certificate.not_yet"),
    ],
)
def test_certificates(tmp_path: Path, begins: int, ends: int, key: str) -> None:
    file = tmp_path / "root.crt"
    certificate(file, NOW + timedelta(days=begins), NOW + timedelta(days=ends))
    assert keys(secrets.certificate(file, NOW)) == [key]


def test_a_certificate_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "root.crt").write_text("no", "utf-8")
    assert keys(secrets.certificate(tmp_path / "root.crt", NOW)) == ["certificate.unreadable"]
    assert keys(secrets.certificate(tmp_path / "none.crt", NOW)) == ["certificate.unreadable"]
