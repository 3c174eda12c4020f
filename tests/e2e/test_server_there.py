"""A hall at a server of somebody else's, as a technician sets it up: host, code, join, leave.

The server speaks TLS; its owner may make roles, is no superuser, and has a database of its own.
"""

import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from hallclient.bootstrap.hosting.certificate import make_certificate
from hallclient.lab.postgres import TemporaryPostgres
from hallclient.lab.postgres_home import ordinary_user
from tests.e2e.terminal import Said, Terminal

OWNER, PASSWORD, DATABASE = "it_owner", "zu merken: 42", "halls"

pytestmark = pytest.mark.timeout(600)


@dataclass(frozen=True)
class There:
    """A server that is there, and how its administrator reaches it."""

    server: TemporaryPostgres
    url: str

    def administer(self, *statements: sql.Composed | str) -> None:
        with psycopg.connect(self.server.url_of(DATABASE), autocommit=True) as connection:
            for one in statements:
                connection.execute(one if isinstance(one, sql.Composed) else sql.SQL(one))


@pytest.fixture(scope="module")
def there() -> Iterator[There]:
    """A server with TLS, an owner's login and its empty database."""
    # Not in pytest's folder: root's is closed to the user whom PostgreSQL runs as.
    folder = Path(tempfile.mkdtemp(prefix="hallclient-tls-"))
    user = ordinary_user()
    try:
        files = {}
        for name, content in zip(
            ("cert", "key"), make_certificate(["127.0.0.1", "localhost"]), strict=True
        ):
            files[name] = folder / f"{name}.pem"
            files[name].write_bytes(content)
            files[name].chmod(0o600)
        for path in (folder, *files.values()):
            if user:
                shutil.chown(path, user["user"], user["group"])
        settings = {
            "ssl": "on",
            "ssl_cert_file": str(files["cert"]),
            "ssl_key_file": str(files["key"]),
        }
        with TemporaryPostgres(durable=False, tcp=True, settings=settings) as server:
            with psycopg.connect(server.url, autocommit=True) as connection:
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN CREATEROLE PASSWORD {}").format(
                        sql.Identifier(OWNER), sql.Literal(PASSWORD)
                    )
                )
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(
                        sql.Identifier(DATABASE), sql.Identifier(OWNER)
                    )
                )
            yield There(server, f"postgresql://{OWNER}@127.0.0.1:{server.port}/{DATABASE}")
    finally:
        shutil.rmtree(folder)


def host(pc: Terminal, there: There, password: str = PASSWORD, url: str = "") -> Said:
    words = ("hall", "host", "demo", "--server", url or there.url)
    return pc.run(*words, env=pc.environment(PGPASSWORD=password))


def works(said: Said) -> str:
    assert said.code == 0, said.err
    return said.out


@pytest.mark.slow
def test_a_hall_at_a_server_that_is_there(there: There, tmp_path: Path) -> None:
    first, second = Terminal(tmp_path / "first"), Terminal(tmp_path / "second")
    for pc in (first, second):
        pc.home.mkdir()

    told = works(host(first, there))
    assert re.search(r"Trusted the server's certificate from now on, SHA-256 [0-9a-f]{64}", told)
    assert "for the safe" in told
    assert PASSWORD not in told
    assert "nothing changed" in works(host(first, there))
    settings = first.home / "CONFIG" / "hallclient"
    assert PASSWORD not in (settings / "hallclient.toml").read_text("utf-8")
    assert (settings / "credentials.toml").stat().st_mode & 0o777 == 0o600

    # The other PC joins, does chores with its own login and is shown among the PCs.
    told = works(first.run("hall", "code", "--for", "kiosk,window,agent", "--address", "127.0.0.1"))
    found = re.search(r"^ +((?:[0-9A-Z]{1,4}-)+[0-9A-Z]+)$", told, re.MULTILINE)
    assert found is not None
    carried = second.home / "code.txt"
    carried.write_text(found[1], "utf-8")
    works(second.run("hall", "join", str(carried)))
    works(second.run("doctor", "--json"))
    works(second.run("chores", "all"))
    name = re.search(r"pc\d", works(first.run("hall", "pcs")))
    assert name is not None

    # What a technician does there later.
    for words in (["db", "check"], ["db", "upgrade"], ["db", "backup", "--to", str(tmp_path)]):
        works(first.run(*words))

    # A stolen PC is out at once, its open connections too.
    there.administer(sql.SQL("GRANT pg_signal_backend TO {}").format(sql.Identifier(OWNER)))
    works(first.run("hall", "leave", name[0]))
    gone = second.run("chores", "all")
    assert gone.code != 0
    assert "Traceback" not in gone.err


def test_what_is_wrong_is_one_sentence(there: There, tmp_path: Path) -> None:
    pc = Terminal(tmp_path / "pc")
    pc.home.mkdir()
    anonymous = there.url.replace(f"{OWNER}@", "")
    assert "names the owner" in host(pc, there, url=anonymous).sentence(3)
    nobody = there.url.replace(str(there.server.port), "1")
    assert "Nobody answers" in host(pc, there, url=nobody).sentence(3)
    wrong = host(pc, there, password="wrong")  # noqa: S106 - it opens nothing
    assert wrong.code != 0
    assert "password" in wrong.err
    assert "Traceback" not in wrong.err
    assert not (pc.home / "CONFIG" / "hallclient" / "hallclient.toml").exists()
    right = host(pc, there)
    assert right.code == 0, right.err
