"""A window terminal with all its devices on one RS485 line, as real processes on real ptys."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from hallclient.devices.emulators.bus import EmulatedBus
from hallclient.devices.emulators.caller import EmulatedCaller
from hallclient.devices.emulators.keypad import EmulatedKeypad
from hallclient.devices.emulators.printer import EmulatedPrinter
from hallclient.devices.emulators.strip import EmulatedStrip
from hallclient.devices.profile import load_profile
from hallclient.domain.parts import Material
from hallclient.domain.text import LocalText
from hallclient.lab.hand import Hand
from hallclient.ui.words import Words
from tests.e2e.test_roles import KEY, LIMIT_S, Roles, hall, roles, sign_in
from tests.halls import PIN
from tests.stores import HallUnderTest
from tests.waiting import eventually

__all__ = ["hall", "roles"]

BOTH = pytest.mark.parametrize("hall_url", ["sqlite", "postgresql"], indirect=True)
SQLITE = pytest.mark.parametrize("hall_url", ["sqlite"], indirect=True)
MATERIALS = ("身份证", "不动产权证书", "买卖合同")
STATES = "SELECT name, state, port, profile, window_code FROM device ORDER BY name"


@dataclass
class Counter:
    """What hangs at the window: one bus, and a printer."""

    bus: EmulatedBus
    caller: EmulatedCaller
    keypad: EmulatedKeypad
    strip: EmulatedStrip
    printer: EmulatedPrinter

    @property
    def options(self) -> tuple[str, ...]:
        port = self.bus.path
        return ("--caller", port, "--caller-address", "7", "--keypad", port,
                "--keypad-address", "7", "--strip", port, "--strip-address", "5")  # fmt: skip

    def press(self, key: str, digits: str = "") -> None:
        """Press once, and wait until the program has answered the frame."""
        before = len(self.caller.acks)
        self.caller.press(key, digits)
        assert self.caller.wait_for_acks(before + 1, LIMIT_S)

    def shows(self, strip: str, caller: str) -> None:
        assert self.strip.wait_for_text(strip, LIMIT_S), self.strip.texts
        assert self.caller.wait_for_shown(caller, LIMIT_S), self.caller.shown


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    with EmulatedBus(link=tmp_path / "bus") as bus, EmulatedPrinter() as printer:
        yield Counter(
            bus,
            EmulatedCaller(load_profile("ff68-caller"), address=7, bus=bus),
            EmulatedKeypad(load_profile("ff68-keypad"), address=7, bus=bus),
            EmulatedStrip(load_profile("a090-strip"), address=5, bus=bus),
            printer,
        )


def served(hall: HallUnderTest) -> list[tuple[str | None, bool]]:
    """How every turn ended, and whether it is rated, in order."""
    query = (
        "SELECT t.result, r.level FROM turn t LEFT JOIN rating r ON r.turn_id = t.id ORDER BY t.id"
    )
    return [(row.result, row.level is not None) for row in hall.rows(query)]


def start(roles: Roles, counter: Counter, *more: str) -> Hand:
    return roles.start("w", "window", "1", *counter.options, *more)


@BOTH
def test_the_caller_drives_the_window_and_the_bar_follows(
    roles: Roles, hall: HallUnderTest, counter: Counter
) -> None:
    hall.issue("BDC001")
    hall.issue("BDC001")
    window = start(roles, counter)
    window.wait_for(Words()("window.sign_in.enter"))
    counter.shows("暂未开放", "")
    counter.press("sign_in", "1001")
    assert counter.caller.wait_for_shown("00 00", LIMIT_S)
    counter.press("sign_in", PIN)
    window.wait_for(KEY["call_next"])
    counter.shows("1 号窗口", "2")

    counter.press("call")
    window.wait_for(KEY["start"])
    assert window.shows("B001")
    counter.shows("请 B001", "001 1")
    window.touch(KEY["start"])  # the bar and the caller are two hands of one clerk
    window.wait_for(KEY["finish"])
    counter.shows("B001 办理中", "001 1")
    counter.press("finish", "1")
    assert counter.keypad.wait_for_asks(1, LIMIT_S)
    window.wait_for(Words()("window.bar.ask_again"))
    counter.shows("请您评价", "1")
    counter.keypad.press(4)
    eventually(lambda: served(hall) == [("instant", True)])
    counter.keypad.press(1)  # pressed again: nobody asked

    counter.press("call")
    window.wait_for(KEY["start"])
    counter.press("start")
    window.wait_for(KEY["finish"])
    counter.press("finish", "1")
    assert counter.keypad.wait_for_asks(2, LIMIT_S)
    counter.press("ask_again")
    assert counter.keypad.wait_for_asks(3, LIMIT_S)
    assert served(hall) == [("instant", True), ("instant", False)]

    port = counter.bus.path
    told = [("caller", "ff68-caller"), ("keypad", "ff68-keypad"), ("strip", "a090-strip")]
    wanted = [(name, "ready", port, profile, "1") for name, profile in told]
    eventually(lambda: [tuple(row) for row in hall.rows(STATES)] == wanted)
    roles.end()
    assert [row.state for row in hall.rows(STATES)] == ["closed"] * 3
    assert (counter.strip.text, counter.caller.shown) == ("请稍候", ""), "what stays true"
    assert PIN not in roles.log("w").read_text("utf-8")


@SQLITE
def test_what_is_missing_comes_out_of_the_printer(
    roles: Roles, hall: HallUnderTest, counter: Counter
) -> None:
    plan = hall.store.plan()
    materials = tuple(Material(LocalText(name), LocalText("原件")) for name in MATERIALS)
    services = tuple(replace(service, materials=materials) for service in plan.services)
    hall.change_plan(services=services)
    hall.issue("BDC001")
    window = roles.start("w", "window", "1", "--printer", counter.printer.path)
    sign_in(window)
    window.touch(KEY["call_next"])
    window.wait_for(KEY["start"])
    window.touch(KEY["start"])
    window.wait_for(KEY["finish"])
    window.touch(KEY["finish"])
    window.wait_for(f"3 {Words()('window.outcome.supplement')}")
    window.type("3")
    window.wait_for("1 身份证 原件")
    window.type("3")
    window.type("1")
    window.key("Return")
    window.wait_for(KEY["call_next"])
    assert counter.printer.wait_for_tickets(1, LIMIT_S)
    listed = counter.printer.tickets[0].text
    assert "一次性告知" in listed
    assert [name for name in MATERIALS if name in listed] == ["身份证", "买卖合同"]
    eventually(lambda: window.shows(Words()("window.slip.missing_printed", label="B001")))
    ended = [entry.data for entry in hall.journal() if entry.kind == "turn.ended"]
    assert [data["missing"] for data in ended] == [["身份证", "买卖合同"]]
    roles.end()


@SQLITE
def test_a_receipt_for_what_the_caller_finished_waits_for_paper(
    roles: Roles, hall: HallUnderTest, counter: Counter
) -> None:
    hall.issue("BDC001")
    hall.sign_in("1")
    counter.printer.paper_out = True
    window = start(roles, counter, "--printer", counter.printer.path)
    window.wait_for(KEY["call_next"])
    counter.shows("1 号窗口", "1")
    counter.press("call")
    counter.shows("请 B001", "001 0")
    counter.press("start")
    window.wait_for(KEY["finish"])
    counter.press("finish", "1")
    words = Words()
    eventually(lambda: window.shows(words("window.slip.receipt_waits", label="B001")))
    counter.printer.paper_out = False
    assert counter.printer.wait_for_tickets(1, LIMIT_S)
    eventually(lambda: window.shows(words("window.slip.receipt_printed", label="B001")))
    roles.end()


@SQLITE
def test_a_bus_that_is_pulled_out_comes_back(
    roles: Roles, hall: HallUnderTest, counter: Counter
) -> None:
    hall.issue("BDC001")
    hall.sign_in("1")
    window = start(roles, counter)
    window.wait_for(KEY["call_next"])
    counter.shows("1 号窗口", "1")
    counter.bus.unplug()
    eventually(lambda: {row.state for row in hall.rows(STATES)} == {"absent"})
    window.touch(KEY["call_next"])  # the bar goes on without its devices
    window.wait_for(KEY["start"])
    counter.bus.plug_in()
    counter.shows("请 B001", "001 0")
    counter.press("start")
    window.wait_for(KEY["finish"])
    roles.end()
