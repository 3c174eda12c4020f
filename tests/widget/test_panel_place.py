"""The panel takes the bar's place and gives it back; a bar starts without it."""

import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hallclient.bootstrap import panel as panel_module
from hallclient.bootstrap.panel import LatePanel, area_kept
from hallclient.config import Settings, WindowSettings
from hallclient.services.calling import Calling
from hallclient.window.panel.screen import ClerkPanel
from hallclient.window.panel.view import Middle
from hallclient.window.states import KeyId, Stand
from tests.widget.panel_station import HOME, PanelFloor, open_panel_floor
from tests.widget.window_floor import Desk

SETTINGS = Settings(database="sqlite:///hall.db", window=WindowSettings(window="1"))


@pytest.fixture
def floor(
    app: QApplication, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[PanelFloor]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    with open_panel_floor(sqlite_url) as opened:
        yield opened


def late(desk: Desk) -> LatePanel:
    desk.bar.show()
    store, feed = desk.gate, desk.clerk_desk.feed
    return LatePanel(SETTINGS, desk.bar, store, desk.worker, feed, desk.bar.look)  # type: ignore[arg-type] # the gate


def made(joined: LatePanel) -> bool:
    return joined.panel is not None


def serves(panel: ClerkPanel) -> bool:
    return panel.presenter.view.middle is Middle.FORM


def test_the_panel_stands_in_for_the_bar(qtbot: QtBot, floor: PanelFloor) -> None:
    floor.sign_in()
    floor.take(HOME)
    desk = floor.desk("1")
    joined = late(desk)
    qtbot.waitUntil(lambda: desk.presenter.view.stand is Stand.IDLE)
    assert not made(joined), "it is when it is opened for the first time"
    desk.bar.toggle_panel()
    panel = joined.panel
    assert panel is not None
    assert panel.isVisible()
    assert not desk.bar.isVisible()
    qtbot.waitUntil(lambda: panel.presenter.panel is not None)
    # What the desktop hands to the bar comes to the panel: no popover of a bar that is away.
    desk.bar.keys.pressed.emit(KeyId.PAUSE)
    assert panel.presenter.view.middle is Middle.ASK
    assert desk.bar.popover is None
    panel.presenter.leave()
    panel.setGeometry(QRect(30, 40, 1100, 700))
    qtbot.keyClick(panel, Qt.Key.Key_F11, Qt.KeyboardModifier.ControlModifier)
    assert desk.bar.isVisible()
    assert not panel.isVisible()
    assert area_kept(SETTINGS) == QRect(30, 40, 1100, 700)
    desk.bar.keys.pressed.emit(KeyId.CALL_NEXT)
    qtbot.waitUntil(lambda: desk.presenter.view.stand is Stand.CALLED)
    desk.bar.toggle_panel()
    assert joined.panel is panel
    assert panel.geometry() == QRect(30, 40, 1100, 700)
    joined.close()
    panel.deleteLater()


def test_nobody_signed_in_goes_by_the_bar(qtbot: QtBot, floor: PanelFloor) -> None:
    desk = floor.desk("1")
    joined = late(desk)
    qtbot.waitUntil(lambda: desk.presenter.view.stand is Stand.SIGNED_OUT)
    joined.open()
    panel = joined.panel
    assert panel is not None
    qtbot.waitUntil(lambda: panel.presenter.panel is not None)
    panel.presenter.go_on()
    assert desk.bar.isVisible()
    assert desk.bar.popover is not None
    desk.bar.askings.close()
    joined.close()
    panel.deleteLater()


def test_a_panel_killed_with_its_process_is_where_it_was(qtbot: QtBot, floor: PanelFloor) -> None:
    floor.sign_in()
    floor.take(HOME)
    Calling(floor.store, "1").call_next()
    Calling(floor.store, "1").start()
    for _process in range(2):
        panel, _desk = floor.panel()
        panel.show()
        qtbot.waitUntil(partial(serves, panel))
        assert panel.presenter.view.card.label == "B001"


def test_a_bar_starts_without_the_panel() -> None:
    code = (
        "import sys, hallclient.bootstrap.window\n"
        "bad = [m for m in sys.modules if m.startswith('hallclient.window.panel')"
        " or m in ('hallclient.services.cases', 'hallclient.services.window_panel')]\n"
        "sys.exit(', '.join(bad) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("kept", ["[99999999999, 0, 100, 100]", "[0, 0, 99999, 800]", "[1]", "{}"])
def test_a_damaged_place_is_none(
    kept: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "panel.json"
    file.write_text(kept)
    monkeypatch.setattr(panel_module, "_file", lambda _settings: file)
    assert area_kept(SETTINGS) is None
