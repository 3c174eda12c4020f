"""Logins of a PC: who takes which, and what is never shown."""

from pathlib import Path

import pytest

from hallclient.bootstrap.credentials import (
    OWNER,
    CredentialsTrouble,
    Login,
    credentials_text,
    kind_of,
    read_credentials,
    with_login,
)
from hallclient.bootstrap.hosting import HostingError
from hallclient.bootstrap.hosting.files import settings_with
from hallclient.bootstrap.hosting.place import server_of, server_url

URL = "postgresql://10.0.0.5:5432,10.0.0.6:5432/hall?sslmode=verify-ca"
LOGINS = {"kiosk": Login("pc1.kiosk", "p@ss/w:rd"), "display": Login("pc1.display", "x")}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "credentials.toml"
    file.write_text(credentials_text(LOGINS), "utf-8")
    file.chmod(0o600)
    return file


def test_what_is_written_is_read(file: Path) -> None:
    assert read_credentials(file) == LOGINS
    assert read_credentials(file.with_name("none")) == {}
    assert "p@ss" not in repr(LOGINS)


@pytest.mark.parametrize(
    ("role", "kind"),
    [
        ("kiosk K1", "kiosk"),
        ("window 12", "window"),
        ("screen", "display"),
        ("agent", "agent"),
        ("floor", "supervisor"),
        ("boards", "supervisor"),
        ("chores", "agent"),
        ("db", OWNER),
        ("hall", OWNER),
    ],
)
def test_every_process_has_a_kind(role: str, kind: str) -> None:
    assert kind_of(role) == kind


def test_a_role_takes_its_own_login(file: Path) -> None:
    url = with_login(URL, "kiosk K1", str(file))
    assert url == (
        "postgresql://pc1.kiosk:p%40ss%2Fw%3Ard@10.0.0.5:5432,10.0.0.6:5432/hall?sslmode=verify-ca"
    )
    assert with_login(URL, "screen 3", str(file)).startswith("postgresql://pc1.display:x@")


def test_a_url_with_a_user_and_a_file_of_ours_stay_as_they_are(file: Path) -> None:
    for url in (
        "sqlite:////srv/hall.db",
        "postgresql://me@host/hall",
        "postgresql://host/hall?user=me",
    ):
        assert with_login(url, "kiosk", str(file)) == url
    assert with_login(URL, "kiosk", str(file.with_name("none"))) == URL


def test_a_kind_without_login_is_told(file: Path) -> None:
    with pytest.raises(CredentialsTrouble, match="--for window"):
        with_login(URL, "window 3", str(file))
    for role in ("db backup", "reconcile"):
        with pytest.raises(CredentialsTrouble, match="hosts the hall"):
            with_login(URL, role, str(file))
    assert with_login(URL, "device list", str(file)) != URL


def test_a_file_open_to_others_or_damaged_is_refused_without_its_words(file: Path) -> None:
    file.chmod(0o640)
    with pytest.raises(CredentialsTrouble, match="chmod 600"):
        read_credentials(file)
    file.chmod(0o600)
    for text in ('password = "secret"', "[kiosk]\nuser = 1", "[kiosk\nsecret"):
        file.write_text(text, "utf-8")
        with pytest.raises(CredentialsTrouble) as caught:
            read_credentials(file)
        assert "secret" not in str(caught.value)


def test_a_url_tells_where_the_server_is() -> None:
    root = Path("/home/a b/root.pem")
    url = server_url(("10.0.0.5", "fe80::1"), 5433, "hall", root)
    assert server_of(url) == (("10.0.0.5", "fe80::1"), 5433, "hall")
    assert "sslmode=verify-ca&sslrootcert=/home/a%20b/root.pem" in url


def test_settings_keep_what_stood_there(tmp_path: Path) -> None:
    file = tmp_path / "hallclient.toml"
    file.write_text('# mine\ndatabase = "old"\n\n[window]\nwindow = "3"\n', "utf-8")
    fresh = settings_with(file, {"database": 'new"', "hall": "h"}).decode()
    assert fresh == 'database = "new\\""\nhall = "h"\n# mine\n\n[window]\nwindow = "3"\n'
    file.write_text("[broken", "utf-8")
    with pytest.raises(HostingError):
        settings_with(file, {"database": "x"})
