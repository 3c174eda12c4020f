"""The roles as real processes, operated by a hand on their screens."""

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
from PIL import Image

from hallclient.devices.emulators.keypad import EmulatedKeypad
from hallclient.devices.emulators.printer import EmulatedPrinter
from hallclient.devices.profile import load_profile
from hallclient.lab.hand import Hand, HandError
from hallclient.lab.postgres import TemporaryPostgres
from hallclient.storage.engine import open_engine
from hallclient.storage.store import SqlStore
from hallclient.ui.words import Words
from tests.e2e.terminal import Terminal
from tests.halls import HALL_ID, PIN
from tests.stores import HallUnderTest, HandClock, load_hall_at, staffed_hall
from tests.waiting import eventually

END_S = 5.0
LIMIT_S = 30.0
TAKE, GET = Words()("kiosk.home.take"), Words()("kiosk.confirm.get")
NOTED, FINISH = Words()("kiosk.done.noted"), Words()("kiosk.done.finish")
KEY = {name: Words()(f"window.bar.{name}") for name in ("call_next", "recall", "start", "finish")}
DEPARTMENT, SERVICE = "不动产", "二手房过户"
HERO = (60, 140, 1200, 540)
"""Where the newest call stands on a board of 1920×1080."""


@dataclass
class Roles:
    """Role processes on one database. At the end each is told to end, and ends well."""

    terminal: Terminal
    database: str
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    hands: dict[str, Hand] = field(default_factory=dict)

    def start(self, name: str, *words: str) -> Hand:
        """Start a role; a name is used again after ``kill``."""
        socket = self.terminal.home / name
        self.running[name] = subprocess.Popen(
            [
                *(sys.executable, "-m", "hallclient", *words, "--db", self.database),
                *("--robot", str(socket), "--log", str(self.log(name))),
            ],
            env=self.terminal.environment(),
        )
        self.hands[name] = Hand(socket)
        return self.hands[name]

    def log(self, name: str) -> Path:
        return self.terminal.home / f"{name}.log"

    def kill(self, name: str) -> None:
        """End a role as a power cut would."""
        self.hands.pop(name).close()
        process = self.running.pop(name)
        process.kill()
        assert process.wait(END_S) == -signal.SIGKILL

    def end(self, *, calm: bool = True) -> None:
        """Tell all to end: they do, soon, with exit code 0, and leave no child behind.

        ``calm``: nothing happened to them that is worth a traceback in the log.
        """
        children = [c for p in self.running.values() for c in psutil.Process(p.pid).children()]
        for hand in self.hands.values():
            hand.close()
        for process in self.running.values():
            process.terminate()
        until = time.monotonic() + END_S
        codes = {n: p.wait(until - time.monotonic()) for n, p in self.running.items()}
        assert codes == dict.fromkeys(self.running, 0)
        assert not [child for child in children if child.is_running()]
        for name in codes:
            assert not calm or "Traceback" not in self.log(name).read_text("utf-8"), name
        self.running.clear()
        self.hands.clear()

    def destroy(self) -> None:
        for process in self.running.values():
            process.kill()
            process.wait()


@pytest.fixture
def hall(hall_url: str) -> Iterator[HallUnderTest]:
    """The same hall as the roles see it: now, by the clock on the wall."""
    engine = open_engine(hall_url)
    opened = HallUnderTest(hall_url, engine, HandClock())
    opened.store.close()
    opened.store = SqlStore(engine, HALL_ID)
    yield opened
    opened.store.close()
    engine.dispose()


@pytest.fixture
def roles(tmp_path: Path, hall_url: str) -> Iterator[Roles]:
    opened = Roles(Terminal(tmp_path), hall_url)
    try:
        yield opened
        opened.end()
    finally:
        opened.destroy()


def take_number(kiosk: Hand) -> str:
    """Take a number on the screen and return the label that is shown."""
    choose(kiosk)
    kiosk.touch(GET)
    kiosk.wait_for(FINISH, NOTED)
    label = next(name.split()[0] for name in kiosk.names() if name.endswith(f" {SERVICE}"))
    leave(kiosk)
    return label


def choose(kiosk: Hand) -> None:
    """Go from the first screen to the last touch before a number."""
    kiosk.touch(kiosk.wait_for(TAKE))
    kiosk.touch(kiosk.wait_for(DEPARTMENT))
    kiosk.touch(kiosk.wait_for(SERVICE))
    kiosk.wait_for(GET)


def leave(kiosk: Hand) -> None:
    """Touch what ends the visit; the page may turn just then, for the paper did not come."""
    try:
        kiosk.touch(kiosk.wait_for(FINISH, NOTED))
    except HandError:
        kiosk.touch(kiosk.wait_for(FINISH, NOTED))


def sign_in(window: Hand) -> None:
    words = Words()
    window.wait_for(words("window.sign_in.enter"))
    window.touch(words("window.sign_in.enter"))
    window.wait_for(words("window.sign_in.staff_number"))
    window.type("1001")
    window.key("Return")
    window.type(PIN)
    window.key("Return")
    window.wait_for(KEY["call_next"])


def finish(window: Hand) -> None:
    window.touch(KEY["finish"])
    window.wait_for(f"1 {Words()('window.outcome.instant')}")
    window.type("1")
    window.wait_for(KEY["call_next"])


def deliveries(hall: HallUnderTest) -> list[object]:
    """How the tickets went out, by the journal, and only those that are marked so."""
    marked = hall.one("SELECT count(*) FROM ticket WHERE delivered_at IS NOT NULL")
    told: list[object] = [e.data["how"] for e in hall.journal() if e.kind == "ticket.delivered"]
    return told if len(told) == marked else []


def test_a_number_on_paper_and_one_without(roles: Roles, hall: HallUnderTest) -> None:
    with EmulatedPrinter() as printer:
        kiosk = roles.start("kiosk", "kiosk", "--printer", printer.path)
        assert take_number(kiosk) == "B001"
        assert printer.wait_for_tickets(1, LIMIT_S)
        (ticket,) = printer.tickets
        assert ticket.number.strip() == "B001"
        assert ticket.unknown == ()
        assert ticket.qr is not None
        assert ticket.qr.payload == hall.one("SELECT token FROM ticket WHERE label = 'B001'")
        eventually(lambda: deliveries(hall) == ["paper"])

        printer.paper_out = True
        assert take_number(kiosk) == "B002"
        eventually(lambda: deliveries(hall) == ["paper", "screen"])
        assert len(printer.tickets) == 1
        roles.end()


def test_a_window_killed_in_a_turn_stands_on_the_same_ticket(
    roles: Roles, hall: HallUnderTest
) -> None:
    hall.issue("BDC001")
    hall.issue("BDC001")
    with EmulatedKeypad(load_profile("ff68-keypad")) as keypad:
        command = ("window", "1", "--keypad", keypad.path)
        window = roles.start("w", *command)
        sign_in(window)
        window.touch(KEY["call_next"])
        window.wait_for(KEY["start"])
        assert window.shows("B001")
        roles.kill("w")
        turn = hall.rows("SELECT id, ended_at FROM turn")
        assert len(turn) == 1
        assert turn[0].ended_at is None

        window = roles.start("w", *command)
        window.wait_for(KEY["start"])
        assert window.shows("B001")
        window.touch(KEY["start"])
        window.wait_for(KEY["finish"])
        finish(window)
        assert keypad.wait_for_asks(1, LIMIT_S)
        keypad.press(2)
        eventually(lambda: hall.one("SELECT count(*) FROM rating") == 1)
        keypad.press(5)  # nobody asked any more
        window.touch(KEY["call_next"])
        window.wait_for(KEY["start"])
        assert window.shows("B002")
        ratings = hall.rows("SELECT turn_id, level FROM rating")
        assert [(row.turn_id, row.level) for row in ratings] == [(turn[0].id, 2)]
        assert not any("不满意" in name or "Dissatisfied" in name for name in window.names())
        roles.end()
    results = hall.rows("SELECT result FROM turn ORDER BY id")
    assert [row.result for row in results] == ["instant", None]
    log = re.sub(r"^\S+ \S+ ", "", roles.log("w").read_text("utf-8"), flags=re.MULTILINE)
    assert "keypad" in log  # it was kept, and tells of the device
    assert PIN not in log
    assert not re.search(r"\blevel|rating|不满意|[=: ][25]\b", log), log


RESTS_S = 1.5
"""A trace moves every tenth of a second, later where the machine is busy."""


def hero_of(display: Hand, folder: Path) -> bytes:
    """What stands where the newest call does."""
    file = folder / "board.png"
    display.grab(file)
    with Image.open(file) as image:
        return image.convert("L").crop(HERO).tobytes()


def at_rest(display: Hand, folder: Path, but_not: bytes) -> bytes:
    """Wait until something else stands there and moves no more, on however slow a machine."""
    seen: list[tuple[float, bytes]] = []

    def rests() -> bool:
        picture = hero_of(display, folder)
        if not seen or seen[-1][1] != picture:
            seen.append((time.monotonic(), picture))
        return picture != but_not and time.monotonic() - seen[-1][0] >= RESTS_S

    eventually(rests)
    return seen[-1][1]


@pytest.mark.usually_on("sqlite")
def test_a_display_shows_the_call_again_after_a_power_cut(
    roles: Roles, hall: HallUnderTest
) -> None:
    folder = roles.terminal.home
    command = ("display", "--mute", "--at", "0,0,1920,1080")
    hall.sign_in("1", "2")
    hall.issue("BDC001")
    hall.issue("ZH001")
    display = roles.start("d", *command)
    nobody = at_rest(display, folder, b"")
    hall.calling("1").call_next()
    first = at_rest(display, folder, nobody)
    roles.kill("d")
    display = roles.start("d", *command)
    eventually(lambda: hero_of(display, folder) == first)
    hall.calling("2").call_next()  # the board, only just started, goes on
    at_rest(display, folder, first)
    # On a busy machine a look may come late; a board that goes on has found its hall again.
    eventually(lambda: roles.log("d").read_text("utf-8").rpartition("lost: ")[2][:4] != "True")


def test_roles_wait_for_a_server_and_go_on_by_themselves(tmp_path: Path) -> None:
    words = Words()
    with TemporaryPostgres(durable=False) as server:
        load_hall_at(server.url, staffed_hall())
        roles = Roles(Terminal(tmp_path), server.url)
        try:
            window = roles.start("w", "window", "1")
            kiosk = roles.start("k", "kiosk")
            display = roles.start("d", "display", "--mute", "--at", "0,0,1920,1080")
            sign_in(window)
            assert take_number(kiosk) == "B001"
            nobody = at_rest(display, tmp_path, b"")

            server.crash()
            eventually(lambda: window.shows(words("window.bar.offline")))
            choose(kiosk)
            away = at_rest(display, tmp_path, nobody)
            assert [p.poll() for p in roles.running.values()] == [None] * 3

            server.start()
            window.wait_for(KEY["call_next"])
            window.touch(KEY["call_next"])
            window.wait_for(KEY["start"])
            at_rest(display, tmp_path, away)
            kiosk.touch(GET)
            kiosk.wait_for(NOTED)
            assert any(name.startswith("B002 ") for name in kiosk.names())
            roles.end(calm=False)
        finally:
            roles.destroy()
