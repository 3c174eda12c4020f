"""A window's devices are opened behind the first screen, in a thread of their own."""

import threading
from typing import Any, cast

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hallclient.bootstrap import devices
from hallclient.bootstrap.devices import LateDevices
from hallclient.bootstrap.window_devices import OwnDevices
from hallclient.services.ports_devices import DeviceState
from tests.widget.window_floor import Keypad


class Made:
    """What stands for the drivers: a keypad or none."""

    def __init__(self, keypad: Keypad | None) -> None:
        self.keypad = keypad
        self.told: list[str] = []

    def start(self) -> None:
        self.told.append("start")

    def close(self) -> None:
        self.told.append("close")


class Maker:
    """Makes them when the test lets it, and not in the thread of the screen."""

    def __init__(self, made: Made) -> None:
        self.made = made
        self.gate = threading.Event()
        self.threads: list[threading.Thread] = []

    def __call__(self) -> OwnDevices:
        self.threads.append(threading.current_thread())
        assert self.gate.wait(20)
        return cast("OwnDevices", self.made)


def test_a_turn_is_asked_for_as_soon_as_there_is_a_keypad(app: QApplication, qtbot: QtBot) -> None:
    keypad = Keypad()
    maker = Maker(Made(keypad))
    late = LateDevices(maker)
    late.start()
    qtbot.waitUntil(lambda: bool(maker.threads))
    late.ask(1)
    late.ask(2)
    states = [late.state]
    maker.gate.set()
    qtbot.waitUntil(lambda: keypad.asked == [2])
    late.ask(3)
    assert keypad.asked == [2, 3]
    assert [*states, late.state] == [DeviceState.OPENING, DeviceState.READY]
    late.close()
    assert maker.made.told == ["start", "close"]
    assert maker.threads[0] is not threading.main_thread()


def test_a_turn_taken_back_is_not_asked_for(app: QApplication, qtbot: QtBot) -> None:
    keypad = Keypad()
    maker = Maker(Made(keypad))
    late = LateDevices(maker)
    late.start()
    late.ask(1)
    late.cancel(1)
    maker.gate.set()
    qtbot.waitUntil(lambda: late.state is DeviceState.READY)
    late.close()
    assert keypad.asked == []


def test_a_window_without_a_keypad(app: QApplication, qtbot: QtBot) -> None:
    maker = Maker(Made(None))
    maker.gate.set()
    late = LateDevices(maker)
    late.start()
    late.ask(1)
    qtbot.waitUntil(lambda: maker.made.told == ["start"])
    late.close()
    assert maker.made.told == ["start", "close"]


def test_closed_before_it_began(
    app: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "AFTER_SCREEN_MS", 0)
    maker = Maker(Made(None))
    late = LateDevices(maker)
    late.start()
    late.close()
    passed: list[bool] = []
    QTimer.singleShot(0, lambda: passed.append(True))
    qtbot.waitUntil(lambda: bool(passed))
    assert maker.threads == []


def test_devices_that_cannot_be_made_leave_the_bar_alone(
    app: QApplication, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> Any:
        raise OSError("no drivers")

    late = LateDevices(broken)
    late.start()
    qtbot.waitUntil(lambda: "cannot be opened" in caplog.text)
    late.ask(1)
    assert late.state is DeviceState.OPENING
    late.close()
