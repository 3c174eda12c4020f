"""An emergency on a kiosk: over every page, nothing can be pressed, and it ends."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from hallclient.domain.parts import Staff, StaffRole
from hallclient.domain.publication import EmergencyKind
from hallclient.domain.text import LocalText
from hallclient.kiosk.modes import Modes
from hallclient.kiosk.visit import Page
from hallclient.services.publishing import Publishing
from hallclient.ui.widgets.emergency import EmergencyCover
from tests.widget.kiosk_support import Kiosk, kiosk_hall, running_kiosk

BOSS = "9001"


class Reader:
    """A voice that notes what it reads."""

    def __init__(self) -> None:
        self.read_out: list[str] = []

    def read(self, lines: tuple[str, ...], _language: str, _volume: int) -> None:
        self.read_out += lines

    def hush(self) -> None:
        """Nothing sounds."""

    def close(self) -> None:
        """Nothing to give back."""


def cover_of(kiosk: Kiosk) -> EmergencyCover:
    (cover,) = kiosk.screen.findChildren(EmergencyCover)
    return cover


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_it_covers_every_page_and_nothing_can_be_pressed(
    qtbot: QtBot, tmp_path: Path, language: str
) -> None:
    boss = Staff(BOSS, "陈建国", StaffRole.SUPERVISOR)
    plan = replace(kiosk_hall(), staff=(*kiosk_hall().staff, boss))
    voice = Reader()
    with running_kiosk(tmp_path, plan, language=language, voice=voice) as kiosk:
        screen, presenter = kiosk.screen, kiosk.presenter
        qtbot.waitUntil(lambda: presenter.known)
        presenter.take()
        assert presenter.page is Page.SERVICES
        presenter.set_modes(Modes(voice=True))
        publish = Publishing(kiosk.store, BOSS)
        zone = plan.zones[0].code
        fire = publish.emergency(EmergencyKind.FIRE, text=LocalText("到南广场"), zones=(zone,))
        presenter.figures.wake()
        qtbot.waitUntil(lambda: screen.covered, timeout=3500)
        cover = cover_of(kiosk)
        assert cover.emergency == fire
        assert cover.geometry() == screen.rect()
        assert screen.childAt(screen.rect().center()) is cover
        assert any("到南广场" in line for line in voice.read_out)
        assert cover.text().startswith("火警" if language == "zh-CN" else "Fire alarm")
        for key in (Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_1, Qt.Key.Key_Down):
            QTest.keyClick(screen, key)
        QTest.mouseClick(screen, Qt.MouseButton.LeftButton, pos=screen.rect().center())
        assert presenter.page is Page.SERVICES
        presenter.home()
        assert screen.childAt(screen.rect().center()) is cover
        for size in ((540, 960), (600, 400)):
            screen.resize(*size)
            assert cover.geometry() == screen.rect()
            assert not cover.is_cut()
        publish.end_emergency()
        presenter.figures.wake()
        qtbot.waitUntil(lambda: not screen.covered, timeout=3500)
        assert not cover.isVisible()


def test_a_wake_up_during_a_look_is_not_lost(qtbot: QtBot, tmp_path: Path) -> None:
    with running_kiosk(tmp_path) as kiosk:
        figures = kiosk.presenter.figures
        qtbot.waitUntil(lambda: figures.known)
        figures._timer.stop()
        looks: list[int] = []
        figures.changed.connect(lambda: looks.append(1))
        figures.look()
        figures.wake()
        figures.wake()
        qtbot.waitUntil(lambda: len(looks) == 2)
