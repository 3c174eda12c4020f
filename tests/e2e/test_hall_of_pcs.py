"""A hall of several PCs, set up as a technician does it: host, code, join, and people are served.

Three homes stand for three PCs; what passes between them is the code and the network.
"""

import re
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import zxingcpp
from PIL import Image

from hallclient.bootstrap.hosting.codes import owner_of
from hallclient.bootstrap.hosting.place import files_of
from hallclient.lab.hand import Hand
from hallclient.storage.engine import open_engine
from hallclient.ui.words import Words
from tests.e2e.terminal import Terminal
from tests.e2e.test_roles import GET, KEY, NOTED, Roles, finish, leave
from tests.hosting.conftest import free_port

PIN, DEPARTMENT, SERVICE = "2468", "综合", "办证"
HALL = f"""
[hall]
id = "510199000000-07"
name = "试验大厅"
time_zone = "Asia/Shanghai"
[[zones]]
code = "Z"
name = "一区"
letter = "Z"
[[departments]]
code = "D"
name = "{DEPARTMENT}"
icon = "grid"
[[series]]
code = "A"
prefix = "A"
[[queues]]
code = "Q"
name = "综合"
series = "A"
zone = "Z"
[[services]]
code = "S1"
name = "{SERVICE}"
department = "D"
queue = "Q"
kind = "instant"
minutes = 5
[[windows]]
number = "1"
zone = "Z"
queues = ["Q"]
[[staff]]
code = "1001"
name = "张三"
pin = "{PIN}"
[[hours]]
weekdays = "1-7"
opens = "00:00"
closes = "23:59"
"""


class Pc(Roles):
    """A PC of its own home. Its roles find the hall by its settings."""

    def __init__(self, home: Path) -> None:
        home.mkdir()
        super().__init__(Terminal(home), "")

    def do(self, *words: str) -> str:
        """Run a command that works; return what it prints."""
        said = self.terminal.run("hall", *words)
        assert said.code == 0, said.err
        return said.out

    @property
    def settings(self) -> Path:
        return self.terminal.home / "CONFIG" / "hallclient" / "hallclient.toml"


@pytest.fixture
def pcs(tmp_path: Path) -> Iterator[tuple[Pc, Pc, list[str]]]:
    """A host, another PC, and the options of the host's server, which is stopped in the end."""
    # Not in pytest's folder: root's is closed to the user whom PostgreSQL runs as.
    server = Path(tempfile.mkdtemp(prefix="hallclient-host-"))
    options = ["--folder", str(server), "--port", str(free_port())]
    host, other = Pc(tmp_path / "host"), Pc(tmp_path / "other")
    try:
        yield host, other, options
    finally:
        other.destroy()
        host.destroy()
        host.terminal.run("hall", "host", "--stop", *options)
        shutil.rmtree(server)


@pytest.mark.timeout(600)  # three commands and two screens, on whatever machine
def test_a_hall_from_nothing_to_a_call_at_another_pc(
    pcs: tuple[Pc, Pc, list[str]], tmp_path: Path
) -> None:
    host, other, options = pcs
    hall = tmp_path / "hall.toml"
    hall.write_text(HALL, "utf-8")

    # Step one, on the first PC.
    told = host.do("host", str(hall), *options, "--no-service")
    assert "for the safe" in told
    assert "runs" in host.do("host", "--status", *options)
    again = host.do("host", str(hall), *options, "--no-service")
    assert "nothing changed" in again
    assert "for the safe" not in again

    # What a technician does there later finds the server without being told where it is.
    for words in (["db", "check"], ["db", "upgrade"], ["db", "backup", "--to", str(tmp_path)]):
        said = host.terminal.run(*words)
        assert said.code == 0, said.err
    assert "nothing changed" in host.do("load", str(hall))

    # Step two: a code, also as a picture that a scanner reads.
    picture = tmp_path / "code.png"
    told = host.do("code", "--for", "kiosk,window", "--address", "127.0.0.1", "--png", str(picture))
    found = re.search(r"^ +((?:[0-9A-Z]{1,4}-)+[0-9A-Z]+)$", told, re.MULTILINE)
    assert found is not None
    with Image.open(picture) as image:
        (read,) = zxingcpp.read_barcodes(image.convert("L"))
    assert read.text == found[1]

    # Step three, on the other PC: the code comes in a file.
    carried = tmp_path / "code.txt"
    carried.write_text(found[1].lower() + "\n", "utf-8")
    assert "hallclient kiosk" in other.do("join", str(carried))
    assert "sslmode=verify-full" in other.settings.read_text("utf-8")
    for secret in (
        other.settings.with_name("credentials.toml"),
        *other.terminal.home.rglob("*.key"),
    ):
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert "already" in other.terminal.run("hall", "join", found[1]).err
    assert "hosts the hall" in other.terminal.run("db", "check").err

    # And people are served there.
    kiosk = _start(other, "kiosk", "kiosk")
    window = _start(other, "window", "window", "1")
    _sign_in(window)
    _take(kiosk)
    window.touch(KEY["call_next"])
    window.wait_for(KEY["start"])
    assert window.shows("A001")
    window.touch(KEY["start"])
    window.wait_for(KEY["finish"])
    finish(window)

    engine = open_engine(owner_of(files_of(host.settings))[1])
    with engine.begin() as connection:
        users = connection.exec_driver_sql(
            "SELECT usename, ssl FROM pg_stat_activity JOIN pg_stat_ssl USING (pid)"
            " WHERE usename LIKE 'pc1.%%'"
        ).all()
        served = connection.exec_driver_sql("SELECT label, status FROM ticket").all()
    engine.dispose()
    assert {user for user, _ in users} == {"pc1.kiosk", "pc1.window"}
    assert all(encrypted for _, encrypted in users)
    assert [tuple(row) for row in served] == [("A001", "ended")]
    passwords = re.findall(r'password = "(.+)"', _credentials(other) + _credentials(host))
    seen = "".join(
        " ".join(process.info["cmdline"] or ()) for process in psutil.process_iter(["cmdline"])
    )
    logs = "".join(other.log(name).read_text("utf-8") for name in ("kiosk", "window"))
    assert not [word for word in passwords if word in seen + logs]
    other.end()
    assert "denied" not in logs

    # The hall is restored to what it was in the beginning; who has joined has joined still.
    (backup,) = tmp_path.glob("*.backup")
    said = host.terminal.run("db", "restore", "--replace", str(backup))
    assert said.code == 0, said.err
    said = other.terminal.run("device", "list")
    assert "not known" not in said.out, said.out

    # The PC goes: nobody logs in from it any more.
    assert "pc1" in host.do("pcs")
    host.do("leave", "pc1")
    assert other.terminal.role("kiosk").code == 3


def _credentials(pc: Pc) -> str:
    return pc.settings.with_name("credentials.toml").read_text("utf-8")


def _start(pc: Pc, name: str, *words: str) -> Hand:
    socket = pc.terminal.home / name
    pc.running[name] = subprocess.Popen(
        [
            *(sys.executable, "-m", "hallclient", *words),
            *("--robot", str(socket), "--log", str(pc.log(name))),
        ],
        env=pc.terminal.environment(),
    )
    pc.hands[name] = Hand(socket)
    return pc.hands[name]


def _sign_in(window: Hand) -> None:
    words = Words()
    window.wait_for(words("window.sign_in.enter"))
    window.touch(words("window.sign_in.enter"))
    window.wait_for(words("window.sign_in.staff_number"))
    window.type("1001")
    window.key("Return")
    window.type(PIN)
    window.key("Return")
    window.wait_for(KEY["call_next"])


def _take(kiosk: Hand) -> None:
    kiosk.touch(kiosk.wait_for(Words()("kiosk.home.take")))
    kiosk.wait_for(DEPARTMENT, SERVICE)
    kiosk.touch(kiosk.wait_for(SERVICE))
    kiosk.touch(kiosk.wait_for(GET))
    kiosk.wait_for(NOTED)
    leave(kiosk)
