"""A kiosk as a real process: without its database, locked, restarted by the technician."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from hallclient.commands.kiosk_pin import with_pin_hash
from hallclient.commands.running import CommandError
from hallclient.config import load_settings
from hallclient.lab.hand import Hand, HandError
from hallclient.lab.postgres import TemporaryPostgres
from hallclient.services.shifts import pin_fits
from hallclient.storage.engine import open_engine
from hallclient.storage.store import SqlStore
from hallclient.ui.words import Words
from tests import invariants
from tests.e2e.terminal import Terminal
from tests.halls import HALL_ID
from tests.stores import load_hall_at, staffed_hall
from tests.waiting import eventually

WORDS = Words()
TAKE, GET = WORDS("kiosk.home.take"), WORDS("kiosk.confirm.get")
NOTED = WORDS("kiosk.done.noted")
SERVICE = "咨询"
END_S = 8.0
PIN = "13579"


class KioskProcess:
    """One kiosk, started again and again in one home."""

    def __init__(self, home: Path, database: str) -> None:
        self.terminal = Terminal(home)
        self._database = database
        self.process: subprocess.Popen[bytes] | None = None
        self.hand: Hand | None = None

    def start(self, *words: str) -> Hand:
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "hallclient", "kiosk", "--db", self._database, *words),
                *("--robot", str(self.socket), "--log", str(self.log)),
            ],
            env=self.terminal.environment(),
        )
        self.hand = Hand(self.socket)
        return self.hand

    @property
    def socket(self) -> Path:
        return self.terminal.home / "robot"

    @property
    def log(self) -> Path:
        return self.terminal.home / "kiosk.log"

    def end(self, number: signal.Signals) -> int:
        assert self.process is not None
        if self.hand is not None:
            self.hand.close()
        self.process.send_signal(number)
        code = self.process.wait(END_S)
        self.process = self.hand = None
        self.socket.unlink(missing_ok=True)
        return code

    def close(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(END_S)
        if self.hand is not None:
            self.hand.close()


@pytest.fixture
def server() -> Iterator[TemporaryPostgres]:
    with TemporaryPostgres() as one:
        yield one


def wait_until(path: Path, words: str) -> None:
    eventually(lambda: words in path.read_text("utf-8"), limit_s=20)


def take(hand: Hand) -> None:
    hand.wait_for(TAKE)
    hand.touch(TAKE)
    hand.wait_for(SERVICE)
    hand.touch(SERVICE)
    hand.wait_for(GET)
    hand.touch(GET)


def labels(url: str) -> list[tuple[str, str]]:
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            rows = connection.execute(sa.text("SELECT label, channel FROM ticket ORDER BY id"))
            return [(row[0], row[1]) for row in rows]
    finally:
        engine.dispose()


def contact_kept(home: Path) -> bool:
    files = list(home.glob("DATA/hallclient/kiosk-*/contact"))
    return any(b'"slot":0' in file.read_bytes() for file in files)


def test_killed_without_its_database_the_number_is_handed_in(
    tmp_path: Path, server: TemporaryPostgres
) -> None:
    load_hall_at(server.url, staffed_hall())
    kiosk = KioskProcess(tmp_path, server.url)
    try:
        hand = kiosk.start()
        hand.wait_for(TAKE)
        eventually(lambda: contact_kept(tmp_path), limit_s=20)
        server.stop()
        take(hand)
        hand.wait_for(NOTED)
        hand.close()
        assert kiosk.end(signal.SIGKILL) == -signal.SIGKILL
        # Started without the database, from what is remembered.
        hand = kiosk.start()
        take(hand)
        hand.wait_for(NOTED)
        assert kiosk.end(signal.SIGKILL) == -signal.SIGKILL
        server.start()
        assert labels(server.url) == []
        kiosk.start()
        eventually(lambda: len(labels(server.url)) >= 2, limit_s=20)
        assert kiosk.end(signal.SIGTERM) == 0
        found = labels(server.url)
        assert [channel for _, channel in found] == ["offline", "offline"]
        assert [label[1:] for label, _ in found] == ["800", "801"]
        engine = open_engine(server.url)
        invariants.check(engine, SqlStore(engine, HALL_ID))
        engine.dispose()
    finally:
        kiosk.close()


def test_a_locked_kiosk_ends_on_a_signal_and_restarts_for_the_technician(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/hall.db"
    load_hall_at(url, staffed_hall())
    kiosk = KioskProcess(tmp_path, url)
    file = tmp_path / "hallclient.toml"
    try:
        refused = kiosk.terminal.run("kiosk", "--db", url, "--lock")
        assert refused.sentence(2) == "A locked kiosk needs a PIN: hallclient kiosk --set-pin."
        set_pin(kiosk.terminal, file)
        hand = kiosk.start("--lock", "--settings", str(file))
        hand.wait_for(TAKE)
        hand.key("Alt+F4")
        hand.key("Control+Alt+T")
        hand.wait_for(WORDS("kiosk.technician.back"))
        hand.type(PIN)
        hand.key("Return")
        hand.wait_for(WORDS("kiosk.technician.restart"))
        assert kiosk.process is not None
        hand.touch(WORDS("kiosk.technician.restart"))
        hand.close()
        wait_until(kiosk.log, "the technician restarts the kiosk")
        wait_for_home(kiosk.socket)
        assert kiosk.process.poll() is None
        assert kiosk.end(signal.SIGTERM) == 0
        assert PIN not in kiosk.log.read_text("utf-8")
    finally:
        kiosk.close()


def wait_for_home(socket: Path) -> None:
    """Wait until a kiosk at this socket is at home; the one before it may just be ending."""
    until = time.monotonic() + 20
    while True:
        hand = Hand(socket)
        try:
            hand.wait_for(TAKE)
        except HandError:
            assert time.monotonic() < until, "it did not start again"
        else:
            return
        finally:
            hand.close()


def set_pin(terminal: Terminal, file: Path, *answers: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "hallclient", "kiosk", "--set-pin", "--settings", str(file)],
        input="\n".join(answers or (PIN, PIN)) + "\n",
        capture_output=True,
        encoding="utf-8",
        timeout=30,
        check=False,
        env=terminal.environment(),
    )
    return done.stderr.strip() if done.returncode else done.stdout.strip()


def test_the_pin_is_kept_as_a_hash_only(tmp_path: Path) -> None:
    terminal, file = Terminal(tmp_path), tmp_path / "own.toml"
    assert "4 to 12 digits" in set_pin(terminal, file, "12", "12")
    assert "differ" in set_pin(terminal, file, "1234", "1235")
    assert not file.exists()
    assert str(file) in set_pin(terminal, file)
    assert PIN not in file.read_text("utf-8")
    assert pin_fits(load_settings(file).kiosk.pin_hash, PIN)


@pytest.mark.parametrize(
    "text",
    [
        "",
        'language = "en"',
        '[kiosk]\nname = "K7" # ours\n\n[window]\nwindow = "3"\n',
        '[kiosk] # a word\npin_hash = "old"\nname = "K7"\n[sms]\nmodem = ""\n',
        '[window]\nwindow = "3"\n[kiosk]',
    ],
)
def test_the_rest_of_the_settings_stays(text: str) -> None:
    fresh = with_pin_hash(text, "$argon2id$v=19$x")
    assert 'pin_hash = "$argon2id$v=19$x"' in fresh
    assert "old" not in fresh
    for line in text.splitlines():
        assert "pin_hash" in line or line in fresh.splitlines()
    assert with_pin_hash(fresh, "$argon2id$v=19$x") == fresh


def test_a_table_written_in_another_way_is_left_alone() -> None:
    with pytest.raises(CommandError, match=r"pin_hash = "):
        with_pin_hash('kiosk.name = "K1"', "$x")
