"""A village station's window as a real process: bar on top, ledger below, driven by a hand."""

import csv
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hallclient.devices.emulators.printer import EmulatedPrinter
from hallclient.lab.hand import Hand
from hallclient.services.errands import Errands
from hallclient.services.hallfile import load_hall
from hallclient.storage.engine import open_engine
from hallclient.storage.store import SqlStore
from hallclient.ui.words import Words
from tests.e2e.terminal import Terminal
from tests.e2e.test_roles import LIMIT_S, Roles
from tests.waiting import eventually

WORDS = Words()
NAME, PHONE = "John Smith", "13912345678"


class Village:
    """The station's PC: settings with a key, the hall in a file, its roles."""

    def __init__(self, home: Path) -> None:
        self.terminal = Terminal(home)
        self.database = f"sqlite:///{home}/hall.db"
        self.settings = home / "settings.toml"
        self.key_file = home / "hall.key"
        self.settings.write_text(f'database = "{self.database}"\nkey_file = "{self.key_file}"\n')
        self.roles = Roles(self.terminal, self.database)
        self.run("hall", "load", "village", "--db", self.database)
        self.run("hall", "key", "--settings", str(self.settings))

    def run(self, *words: str, told: str = "", code: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "hallclient", *words],
            env=self.terminal.environment(), input=told, capture_output=True, text=True,
            timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def ledger(self, *words: str, told: str = "", code: int = 0) -> str:
        return self.run("ledger", *words, "--settings", str(self.settings), told=told, code=code)

    def window(self, *more: str) -> Hand:
        return self.roles.start("w", "window", "1", "--settings", str(self.settings), *more)

    def states(self) -> list[str]:
        engine = open_engine(self.database)
        store = SqlStore(engine, load_hall("village").plan.hall_id)
        try:
            return [row.errand.state.value for row in Errands(store, "1").rows()]
        finally:
            store.close()
            engine.dispose()


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    made = Village(tmp_path)
    try:
        yield made
        made.roles.end()
    finally:
        made.roles.destroy()


def sign_in(window: Hand) -> None:
    enter = WORDS("window.sign_in.enter")
    window.wait_for(enter)
    window.touch(enter)
    window.wait_for(WORDS("window.sign_in.staff_number"))
    window.type("0002")
    window.key("Return")
    window.type("2468")
    window.key("Return")
    window.wait_for(WORDS("ledger.act.receive"))


def touch(window: Hand, key: str, **facts: object) -> None:
    name = WORDS(key, **facts)
    window.wait_for(name)
    window.touch(name)


def type_into(window: Hand, key: str, text: str) -> None:
    touch(window, key)
    window.type(text)


def test_a_matter_from_the_door_to_the_signature(village: Village) -> None:
    with EmulatedPrinter() as printer:
        window = village.window("--printer", printer.path)
        sign_in(window)
        touch(window, "ledger.act.receive")
        window.wait_for("老年优待证")
        window.touch("老年优待证")
        type_into(window, "ledger.receive.name", NAME)
        type_into(window, "ledger.receive.phone", PHONE)
        window.touch("身份证")
        touch(window, "ledger.receive.enter")
        eventually(lambda: village.states() == ["received"])
        assert printer.wait_for_tickets(1, LIMIT_S)
        paper = "".join(
            run.text for item in printer.tickets[0].items for run in getattr(item, "runs", ())
        )
        assert "代办收件回执" in paper
        assert "J*** S****" in paper
        assert NAME not in paper
        assert "仅作回执" in paper

        touch(window, "ledger.act.carry")
        window.wait_for(WORDS("ledger.form.carry_enter"))
        window.type("Town")
        window.key("Return")
        eventually(lambda: village.states() == ["carried"])
        assert printer.wait_for_tickets(2, LIMIT_S)
        # Killed here, the next process goes on with the same ledger.
        village.roles.kill("w")
        window = village.window("--printer", printer.path)
        touch(window, "ledger.tab.carried")
        number = next(n for n in eventually_names(window, "老年优待证") if "老年优待证" in n)
        window.touch(number)
        touch(window, "ledger.act.return")
        touch(window, "ledger.result.certificate")
        touch(window, "ledger.form.return_enter")
        eventually(lambda: village.states() == ["returned"])
        touch(window, "ledger.act.sign")
        touch(window, "ledger.form.sign_enter")
        eventually(lambda: village.states() == ["signed"])
        assert printer.wait_for_tickets(3, LIMIT_S)
        village.roles.end(calm=False)
    for file in village.terminal.home.iterdir():
        if file.is_file() and file != village.key_file:
            content = file.read_bytes()
            assert NAME.encode() not in content, file.name
            assert PHONE.encode() not in content, file.name


def eventually_names(window: Hand, part: str) -> list[str]:
    found: list[str] = []

    def there() -> bool:
        found[:] = [n for n in window.names(live=True) if part in n]
        return bool(found)

    eventually(there)
    return found


def test_the_terminal_and_the_window_share_one_ledger(village: Village) -> None:
    assert "Sign in" in village.ledger("receive", "MZB01", told=f"{NAME}\n\n", code=3)
    window = village.window("--at", "0,0,1024,72")
    sign_in(window)
    words = ("receive", "MZB01", "--paper", "1", "--paper", "委托书", "--request", "first")
    told = village.ledger(*words, told=f"{NAME}\n{PHONE}\n")
    assert village.ledger(*words, told=f"{NAME}\n{PHONE}\n") == told
    number = told.split()[0]
    (line,) = eventually_names(window, number)[-1:]
    assert "J*** S****" in line
    assert NAME not in " ".join(window.names())
    assert number in village.ledger("list", "--find", "smith")
    village.ledger("carry", number, "--to", "镇便民服务中心")
    assert "cannot cancel" in village.ledger("cancel", number, "--reason", "x", code=3)
    village.ledger("return", number, "--result", "已办好")
    village.ledger("sign", number)
    eventually(lambda: village.states() == ["signed"])
    out = village.terminal.home / "ledger.csv"
    out.touch(0o644)  # one of yesterday, which others may read
    village.ledger("export", "--out", str(out), "--names")
    table = list(csv.reader(out.read_text("utf-8-sig").splitlines()))
    assert table[1][0] == number
    assert table[1][-2:] == [NAME, PHONE]
    assert out.stat().st_mode & 0o077 == 0
    out.unlink()
