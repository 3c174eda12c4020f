"""Guidance by voice at the kiosk: what each page says has clips; softer and louder; the rules."""

import dataclasses
import logging
import subprocess
import sys
from itertools import cycle
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hallclient import assets
from hallclient.bootstrap.late_voice import LateVoice
from hallclient.domain.hall import HallPlan
from hallclient.kiosk.modes import Modes
from hallclient.kiosk.reading_out import spoken
from hallclient.kiosk.visit import Page
from hallclient.lab.sheets.checks import complaints
from hallclient.lab.sheets.scenes import come_to
from hallclient.services.hallfile import load_hall
from hallclient.ui import fonts
from hallclient.ui.voice_bank import VoiceBank, bank_language
from tests.widget.kiosk_support import names, press
from tests.widget.test_accessibility import (
    Heard,
    at_home,
    kiosk_of,
    seen_in,
)
from tests.widget.test_accessibility import hall as plain_hall

GUIDED = {
    "usual": Modes(voice=True),
    "low": Modes(voice=True, low=True),
    "elder": Modes(voice=True, elder=True),
    "elder and low": Modes(voice=True, elder=True, low=True),
}
STAFF = {Page.TECHNICIAN, Page.PIN, Page.USHER}
WITH_VOLUME = (Page.HOME, Page.CLOSED, Page.EASY)
SILENT: dict[str, frozenset[str]] = {
    "zh-CN": frozenset(),
    "zh-Hant": frozenset(),
    "en": frozenset(),
}
"""Fixed texts that are known to have no clip."""


@pytest.fixture(autouse=True)
def loaded_fonts(qapp: QApplication) -> None:
    fonts.load_fonts()


class Loud(Heard):
    """A voice that remembers how loud it was."""

    def __init__(self) -> None:
        super().__init__()
        self.volumes: list[int] = []

    def read(self, lines: tuple[str, ...], language: str, volume: int) -> None:
        super().read(lines, language, volume)
        self.volumes.append(volume)


def test_the_voice_turns_softer_and_louder(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    voice = Loud()
    with kiosk_of(tmp_path, monkeypatch, voice=voice) as kiosk:
        at_home(qtbot, kiosk)
        kiosk.screen.activateWindow()
        assert not {"小声", "大声"} & set(names(kiosk.screen.page))
        press(kiosk.screen.page, "语音导览")
        assert voice.volumes == [70]
        press(kiosk.screen.page, "大声")
        press(kiosk.screen.page, "大声")
        press(kiosk.screen.page, "大声")
        assert voice.volumes == [70, 90, 100, 100], "it is read again, that one hears the change"
        kiosk.presenter.take()
        for key in (Qt.Key.Key_Minus, Qt.Key.Key_Minus, Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            QTest.keyClick(kiosk.screen, key)
        assert voice.volumes[-4:] == [80, 60, 80, 100]
        assert kiosk.presenter.page is Page.SERVICES
        kiosk.presenter.home()
        assert kiosk.presenter.modes.volume == 70, "the next citizen begins anew"
        QTest.keyClick(kiosk.screen, Qt.Key.Key_Plus)
        assert kiosk.presenter.modes.volume == 70, "nobody is guided"


@pytest.mark.parametrize("mode", GUIDED)
@pytest.mark.parametrize("language", ["zh-CN", "zh-Hant", "en"])
def test_rules_hold_where_the_volume_stands(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, mode: str
) -> None:
    with kiosk_of(tmp_path, monkeypatch, voice=Loud()) as kiosk:
        at_home(qtbot, kiosk)
        found: list[str] = []
        for page in sorted(seen_in(GUIDED[mode]) & set(WITH_VOLUME)):
            kiosk.presenter.home()
            kiosk.presenter.switch_language(language)
            kiosk.presenter.set_modes(GUIDED[mode])
            come_to(kiosk, page)
            words = kiosk.presenter.words
            softer, louder = words("kiosk.voice.softer"), words("kiosk.voice.louder")
            assert {softer, louder} <= set(names(kiosk.screen.page)), page
            found += [f"{page}: {complaint}" for complaint in complaints(kiosk.screen)]
        assert not found, "\n".join(found)


@pytest.mark.parametrize("elder", [False, True])
@pytest.mark.parametrize("language", ["zh-CN", "zh-Hant", "en"])
def test_what_pages_say_has_clips(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, elder: bool
) -> None:
    code = bank_language(language)
    bank = VoiceBank(assets.path("voice", code), code)
    monkeypatch.setattr("tests.widget.test_accessibility.hall", demo)
    with kiosk_of(tmp_path, monkeypatch, voice=Loud()) as kiosk:
        at_home(qtbot, kiosk)
        silent: set[str] = set()
        for page in sorted(seen_in(Modes(elder=elder)) - STAFF):
            kiosk.presenter.home()
            kiosk.presenter.switch_language(language)
            kiosk.presenter.set_modes(Modes(voice=True, elder=elder))
            come_to(kiosk, page)
            lines = spoken(kiosk.screen.page, kiosk.presenter.words, whole=True)
            silent |= {line for line in lines if bank.cut(line) is None}
        assert silent <= SILENT[language], "\n".join(sorted(silent - SILENT[language]))


def demo() -> HallPlan:
    """Return the hall of these tests under the names of the demo hall, which have clips."""
    plan, real = plain_hall(), load_hall("demo").plan
    floor = real.zones[0]
    return dataclasses.replace(
        plan,
        name=real.name,
        desk=real.desk,
        zones=tuple(
            dataclasses.replace(zone, name=floor.name, floor=floor.floor, place=floor.place)
            for zone in plan.zones
        ),
        departments=tuple(
            dataclasses.replace(
                one, name=other.name, easy=other.easy if one.easy_queue else one.easy
            )
            for one, other in zip(plan.departments, cycle(real.departments), strict=False)
        ),
        queues=tuple(
            dataclasses.replace(one, name=other.name)
            for one, other in zip(plan.queues, cycle(real.queues), strict=False)
        ),
        services=tuple(
            dataclasses.replace(one, name=other.name, materials=other.materials)
            for one, other in zip(plan.services, cycle(real.services), strict=False)
        ),
    )


@pytest.mark.parametrize("hall", ["demo", "village"])
@pytest.mark.parametrize("language", ["zh-CN", "zh-Hant", "en"])
def test_names_of_the_halls_that_are_shipped_have_clips(hall: str, language: str) -> None:
    code = bank_language(language)
    bank, plan = VoiceBank(assets.path("voice", code), code), load_hall(hall).plan
    groups = (plan.departments, plan.services, plan.queues, plan.zones, plan.topics)
    said = {thing.name.text(language) for group in groups for thing in group}
    said |= {plan.name.text(language), plan.desk.text(language)}
    assert {name for name in said if bank.cut(name) is None} == set()


def test_the_bank_says_the_present_words() -> None:
    """What the catalogues say on the home page is in the bank; render_voice.py adds what is new."""
    bank = VoiceBank(assets.path("voice", "zh"), "zh")
    assert bank.cut("取号 选部门或事项，现场排队，按 1") is not None


def test_a_voice_is_made_when_it_is_wanted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    voice = LateVoice(str(tmp_path / "heard.wav"))
    voice.hush()
    voice.close()
    assert voice._made is None
    voice.read(("王小明",), "zh-CN", 70)
    voice.hush()
    voice.close()
    assert voice._made is not None


def test_reading_aloud_needs_no_guidance(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    voice = Loud()
    with kiosk_of(tmp_path, monkeypatch, voice=voice) as kiosk:
        at_home(qtbot, kiosk)
        press(kiosk.screen.page, "大字版")
        assert voice.read_out == []
        for times in (1, 2):
            press(kiosk.screen.page, "读给我听")
            assert len(voice.read_out) == times


def test_nothing_of_the_voice_is_loaded_for_the_first_screen() -> None:
    code = (
        "import sys, hallclient.bootstrap.kiosk\n"
        "parts = ('miniaudio', 'ui.voice', 'reading_out')\n"
        "bad = [m for m in sys.modules if any(part in m for part in parts)]\n"
        "sys.exit(str(bad) if bad else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
