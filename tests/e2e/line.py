"""A line of the agent: two windows without PCs, each with a caller, a keypad and a strip."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hallclient.devices.emulators.bus import EmulatedBus
from hallclient.devices.emulators.caller import EmulatedCaller
from hallclient.devices.emulators.keypad import EmulatedKeypad
from hallclient.devices.emulators.strip import EmulatedStrip
from hallclient.devices.profile import load_profile
from hallclient.lab.invariants import check_invariants
from hallclient.storage.engine import open_engine
from tests import invariants
from tests.halls import HALL_ID, PIN
from tests.stores import HallUnderTest, HandClock
from tests.waiting import eventually

WINDOWS = ("2", "3")
LIMIT_S = 30.0
AWAY = "00 90"
SAME_S = 0.35


class WallClock(HandClock):
    """The time there is: agents have no other."""

    def __call__(self) -> datetime:
        return datetime.now(UTC)

    def advance(self, **parts: float) -> None:
        """Time goes on by itself."""


@dataclass
class Post:
    """What stands at one window."""

    window: str
    caller: EmulatedCaller
    keypad: EmulatedKeypad
    strip: EmulatedStrip
    asked: int = 0
    pressed: dict[str, float] = field(default_factory=dict)

    def press(self, key: str, digits: str = "") -> None:
        """A clerk's finger; it waits for the caller's own echo, as a clerk does for the sound."""
        before = len(self.caller.acks)
        # The same key again within 0.3 s would be the same press.
        threading.Event().wait(max(0.0, self.pressed.get(key, 0.0) + SAME_S - time.monotonic()))
        self.caller.press(key, digits)
        self.pressed[key] = time.monotonic()
        assert self.caller.wait_for_acks(before + 1, LIMIT_S), f"{key} was not acknowledged"

    def shows(self, digits: str) -> None:
        assert self.caller.wait_for_shown(digits, LIMIT_S), self.caller.shown

    def reads(self, text: str) -> None:
        assert self.strip.wait_for_text(text, LIMIT_S), self.strip.text

    def is_asked(self) -> None:
        self.asked += 1
        assert self.keypad.wait_for_asks(self.asked, LIMIT_S)

    def sign_in(self) -> None:
        self.press("sign_in", f"100{self.window}")
        self.shows("00 00")
        self.press("sign_in", PIN)
        self.reads(f"{self.window} 号窗口")


@dataclass
class Line:
    """The bus and its hall. The bus outlives every agent."""

    bus: EmulatedBus
    hall: HallUnderTest
    posts: dict[str, Post] = field(default_factory=dict)

    def __post_init__(self) -> None:
        caller, keypad = load_profile("ff68-caller"), load_profile("ff68-keypad")
        strip = load_profile("a090-strip")
        for window in WINDOWS:
            address = int(window)
            self.posts[window] = Post(
                window,
                EmulatedCaller(caller, address=address, bus=self.bus),
                EmulatedKeypad(keypad, address=address, bus=self.bus),
                EmulatedStrip(strip, address=address, bus=self.bus),
            )

    def settings(self) -> str:
        """The settings of the PC that has this line, and nothing else."""
        devices = ",\n".join(
            f'  {{profile = "{profile}", address = {window}, window = "{window}"}}'
            for window in WINDOWS
            for profile in ("ff68-caller", "ff68-keypad", "a090-strip")
        )
        head = f'database = "{self.hall.url}"\nstation = "PC-9"\n[agent]\nchores = false\n'
        return f'{head}[[agent.lines]]\nport = "{self.bus.path}"\ndevices = [\n{devices},\n]\n'

    def issue(self, count: int = 1) -> None:
        for _ in range(count):
            self.hall.issue()

    def turns(self) -> list[tuple[Any, ...]]:
        """Label, window, calls and result of every turn, in order."""
        return [
            tuple(row)
            for row in self.hall.rows(
                "SELECT ticket.label, w.code, turn.calls, turn.result FROM turn "
                "JOIN ticket ON ticket.id = ticket_id "
                "JOIN service_window w ON w.id = turn.window_id ORDER BY turn.id"
            )
        ]

    def levels(self) -> list[int]:
        return [row[0] for row in self.hall.rows("SELECT level FROM rating ORDER BY id")]

    def until_levels(self, wanted: list[int]) -> None:
        eventually(lambda: self.levels() == wanted)

    def device_states(self) -> set[str]:
        return {row[0] for row in self.hall.rows("SELECT state FROM device")}

    def check(self) -> None:
        """Whatever happened: nothing was done twice, and the journal is whole."""
        invariants.check(self.hall.engine, self.hall.store)
        assert check_invariants(self.hall.engine, HALL_ID).broken == ()


@contextmanager
def line_of(url: str, folder: Path) -> Iterator[Line]:
    engine = open_engine(url)
    try:
        with EmulatedBus(link=folder / "ttyRS485") as bus:
            yield Line(bus, HallUnderTest(url, engine, WallClock()))
    finally:
        engine.dispose()
