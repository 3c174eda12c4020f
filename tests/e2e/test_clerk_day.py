"""A clerk's whole day at a real window: hot keys only, another program in front all the time.

The bar is a process under an X server with a window manager, its keypad hangs on a pty; the
business system is a real program that notes every key it gets.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from hallclient.devices.emulators.keypad import EmulatedKeypad
from hallclient.devices.profile import load_profile
from hallclient.domain.parts import Staff, StaffRole
from hallclient.lab.hand import Hand
from hallclient.storage.engine import open_engine
from hallclient.storage.store import SqlStore
from hallclient.ui.words import Words
from tests import invariants
from tests.desktop.real_desktop import Other, RealDesktop, real_desktop
from tests.desktop.test_zero_characters import wait_for_keys
from tests.e2e.terminal import Terminal
from tests.e2e.test_roles import KEY, LIMIT_S, Roles
from tests.halls import HALL_ID, PIN
from tests.services.console import SUPERVISOR
from tests.stores import HallUnderTest, HandClock, load_hall_at, staffed_hall
from tests.waiting import eventually

SOON_S = 1.0
HOUSE = "BDC001"
TURNS = "SELECT result FROM turn ORDER BY id"


def say(key: str, **values: object) -> str:
    return Words()(key, **values)


@dataclass(frozen=True)
class Screen(Terminal):
    """Commands run on a real desktop."""

    desktop: RealDesktop

    def environment(self, **more: str) -> dict[str, str]:
        return {**self.desktop.environment(), **more}


@dataclass
class Day:
    """Window 1 of a hall, its clerk's keyboard and keypad, and the program he types in."""

    hall: HallUnderTest
    desktop: RealDesktop
    roles: Roles
    elsewhere: Roles
    """Other PCs."""
    keypad: EmulatedKeypad
    other: Other
    typed: str = ""
    _bar: list[Hand] = field(default_factory=list)

    @property
    def bar(self) -> Hand:
        return self._bar[-1]

    def open(self) -> None:
        """Start the window and wait until the keys are its own."""
        settings = self.settings("PC-1")
        words = ("window", "1", "--keypad", self.keypad.path, "--settings", settings)
        self._bar.append(self.roles.start("w", *words))
        wait_for_keys(self.roles.log("w"), len(self._bar))

    def settings(self, station: str) -> str:
        file = self.desktop.home / f"{station}.toml"
        file.write_text(f'station = "{station}"\n')
        return str(file)

    def kill(self) -> None:
        """Cut the power; the clerk types on meanwhile."""
        self.roles.kill("w")
        self.types()

    def keys(self, *names: str) -> None:
        """Press keys one after the other, ``Ctrl+F8`` together."""
        for name in names:
            *held, key = name.split("+")
            if held:
                self.desktop.typist.chord("Control", key)
            else:
                self.desktop.typist.tap(key)

    def types(self) -> None:
        """Go on in the business system, which gets all of it and nothing else."""
        self.typed += "ab"
        self.desktop.typist.write("ab")
        self.other.gets(self.typed)

    def until(self, name: str, label: str = "") -> None:
        """Wait until a key is live, with a number on the plate."""
        self.bar.wait_for(name)
        if label:
            self.bar.wait_for(label)
        self.types()

    def status(self, label: str) -> str:
        with self.hall.store.look() as reader:
            ticket = reader.ticket_by_label(label)
        assert ticket is not None
        return ticket.status.value

    def is_(self, label: str, status: str) -> None:
        eventually(lambda: self.status(label) == status)
        self.types()

    def sign_in(self) -> None:
        self.keys("Ctrl+F10", "1")
        eventually(lambda: self.bar.shows(say("window.sign_in.pin")))
        self.keys(*"1001", "Return", *PIN, "Return")
        self.bar.wait_for(KEY["call_next"])
        eventually(lambda: not self.bar.shows(say("window.sign_in.pin")))
        self.types()


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    plan = staffed_hall()
    boss = Staff(SUPERVISOR, "陈建国", StaffRole.SUPERVISOR, pin_hash=plan.staff[0].pin_hash)
    url = f"sqlite:///{tmp_path}/hall.db"
    load_hall_at(url, replace(plan, staff=(*plan.staff, boss)))
    engine = open_engine(url)
    hall = HallUnderTest(url, engine, HandClock())
    hall.store.close()
    hall.store = SqlStore(engine, HALL_ID)
    with real_desktop(tmp_path) as desktop, EmulatedKeypad(load_profile("ff68-keypad")) as keypad:
        roles = Roles(Screen(tmp_path, desktop), url)
        elsewhere = Roles(Terminal(tmp_path), url)
        opened = Day(hall, desktop, roles, elsewhere, keypad, desktop.other())
        try:
            yield opened
            elsewhere.end()
            roles.end()
            invariants.check(hall.engine, hall.store)
        finally:
            roles.destroy()
            elsewhere.destroy()
            hall.store.close()
            engine.dispose()


def test_a_day_by_hot_keys(day: Day) -> None:
    for _ in range(7):
        day.hall.issue(HOUSE)
    day.open()
    day.bar.wait_for(say("window.side.sign_in"))
    day.sign_in()
    # Four key presses: called, begun, ended, asked.
    day.keys("F1", "F3", "F8", "1")
    assert day.keypad.wait_for_asks(1, LIMIT_S)
    day.keypad.press(4)
    eventually(lambda: day.hall.one("SELECT count(*) FROM rating") == 1)
    day.is_("B001", "ended")
    # Held, taken up again, sent to another queue with a note.
    day.keys("F1", "F3", "F7", "1")
    day.is_("B002", "held")
    day.keys("F7", "1")
    day.is_("B002", "serving")
    day.keys("F6", "1")
    eventually(lambda: day.bar.shows(say("window.transfer.note")))
    day.keys("Return")
    day.is_("B002", "waiting")
    # Nobody came; he comes back and waits again.
    day.keys("F1", "F2", "F2", "F4")
    day.is_("B003", "no_show")
    day.keys("Ctrl+F10", "2")
    eventually(lambda: day.bar.shows(say("window.menu.number")))
    day.keys(*"B003", "Return")
    day.is_("B003", "waiting")
    # A pause for a meal.
    day.keys("F10", "1")
    day.until(say("window.bar.resume"))
    day.keys("F10")
    day.until(KEY["call_next"])
    # A promised case: Enter takes the usual, which has a due day; the next is called at once.
    day.keys("F1", "F3", "Ctrl+F8", "Return")
    day.until(KEY["start"])
    assert day.keypad.wait_for_asks(2, LIMIT_S)
    # The same in the panel, whose form has the usual filled in; and back to the bar.
    day.keys("Ctrl+F11")
    eventually(lambda: day.bar.shows(say("panel.away")))
    day.keys("F3")
    eventually(lambda: day.bar.shows(say("panel.form.finish_and_call")))
    day.keys("Ctrl+F8")
    assert day.keypad.wait_for_asks(3, LIMIT_S)
    day.keys("Ctrl+F11")
    day.until(KEY["start"])
    cases = day.hall.rows("SELECT due_on FROM case_record WHERE kind = 'promised'")
    assert len({case.due_on for case in cases} - {None}) == 1
    assert len(cases) == 2


def test_killed_in_a_turn_he_is_where_he_was(day: Day) -> None:
    day.hall.issue(HOUSE)
    day.hall.issue(HOUSE)
    day.hall.sign_in("1")
    day.open()
    day.until(KEY["call_next"])
    day.keys("F1")
    day.until(KEY["start"], "B001")
    day.kill()
    day.open()
    day.until(KEY["start"], "B001")
    day.keys("F3")
    day.until(KEY["finish"], "B001")
    day.kill()
    day.open()
    day.until(KEY["finish"], "B001")
    day.keys("F8", "1")
    assert day.keypad.wait_for_asks(1, LIMIT_S)
    day.kill()
    day.open()
    day.until(say("window.bar.ask_again"), "B001")
    assert day.keypad.wait_for_asks(2, LIMIT_S)
    day.keypad.press(5)
    eventually(lambda: day.hall.one("SELECT count(*) FROM rating") == 1)
    assert [row.result for row in day.hall.rows(TURNS)] == ["instant"]
    day.keys("F1")
    day.until(KEY["start"], "B002")


def test_a_second_terminal_and_the_console(day: Day) -> None:
    day.hall.issue(HOUSE)
    day.hall.sign_in("1")
    console = day.elsewhere.start("console", "supervisor", "--at", "0,0,1440,900")
    day.open()
    day.until(KEY["call_next"])
    console.wait_for(say("supervisor.sign_in.enter"))
    for typed in (SUPERVISOR, PIN):
        console.type(typed)
        console.key("Return")
    console.wait_for(say("supervisor.action.stop"))
    day.keys("F1")
    day.until(KEY["start"], "B001")
    console.wait_to_read("B001")
    day.until(say("window.bar.help"))
    began = time.monotonic()
    day.keys("Ctrl+F9")
    console.wait_for(say("supervisor.verb.go"))
    assert time.monotonic() - began < SOON_S
    second = day.elsewhere.start("w2", "window", "1", "--settings", day.settings("PC-2"))
    second.wait_for(say("window.elsewhere.take_over"))
    second.touch(say("window.elsewhere.take_over"))
    second.wait_for(KEY["start"])
    assert second.shows("B001")
    day.until(say("window.elsewhere.take_over"))
    day.keys("F3", "F8", "F1")  # no key of the first one moves anything
    day.types()
    assert day.status("B001") == "called"
    second.touch(KEY["start"])
    day.is_("B001", "serving")
