"""Every page of the kiosk in every language and mode, against the rules of domain.md §8."""

import dataclasses
import time as clock
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import Department, Service, ServiceKind
from hallclient.domain.text import LocalText
from hallclient.kiosk.entries import ENTRIES
from hallclient.kiosk.journeys.all import Journeys
from hallclient.kiosk.journeys.journey import Journey
from hallclient.kiosk.modes import Modes
from hallclient.kiosk.screen import _PAGES
from hallclient.kiosk.visit import INNER, Page
from hallclient.lab.sheets.checks import complaints
from hallclient.lab.sheets.run import LANGUAGES, MODES
from hallclient.lab.sheets.scenes import come_to
from hallclient.ui import fonts
from hallclient.ui.theme import contrast_ratio, load_theme
from tests.widget.kiosk_support import (
    QUICK,
    FakePrinter,
    Kiosk,
    clock_at,
    daily,
    kiosk_hall,
    names,
    press,
    running_kiosk,
)

SLOW = dataclasses.replace(QUICK, refresh=60.0, done=60.0)
NEVER_CLOSED = daily(time(0), time(23, 59, 59))
TEN, LATE = time(10), time(23, 40)


@pytest.fixture(autouse=True)
def loaded_fonts(qapp: QApplication) -> None:
    fonts.load_fonts()


def hall() -> HallPlan:
    """Everything that has an entry: bookable queues, plain names, a matter for each queue."""
    plan = kiosk_hall(hours=NEVER_CLOSED)
    general = tuple(
        Service(f"general-{q.code}", q.name, "", q.code, ServiceKind.CONSULT, general=True)
        for q in plan.queues
    )
    easy = LocalText("房子的事", "房子的事", "House and land")
    departments = tuple(
        dataclasses.replace(d, easy=easy, easy_queue="B") if d.code == "BDC" else d
        for d in plan.departments
    )
    more = tuple(
        Department(f"M{n}", LocalText("二十五个字长的部门名称在大字版里也一样要放得下才行"))
        for n in range(9)
    )
    services = tuple(
        dataclasses.replace(plan.services[5], code=f"M{n}", department=f"M{n}") for n in range(9)
    )
    return dataclasses.replace(
        plan,
        departments=(*departments, *more),
        queues=tuple(dataclasses.replace(q, slice_booked=3) for q in plan.queues),
        services=(*plan.services, *services, *(g for g in general)),
    )


class Idle(Journey):
    """Stands for a journey that this branch of the program does not have yet."""

    def open(self) -> None:
        """Begin."""

    def ask(self) -> None:
        """Begin."""


EVE_OF_THE_LONGEST = date(2026, 9, 22)
"""Before a Wednesday in September: no day has more letters in English."""


@contextmanager
def kiosk_of(
    folder: Path, monkeypatch: pytest.MonkeyPatch, hour: time = TEN, **more: object
) -> Iterator[Kiosk]:
    """Run a kiosk with every entry: what has no journey gets an idle one."""
    for name in set(ENTRIES) - {"card"}:
        if not hasattr(Journeys, name):
            idle = cached_property(lambda self: Idle(self._kiosk))
            idle.__set_name__(Journeys, name)
            monkeypatch.setattr(Journeys, name, idle, raising=False)
    with running_kiosk(
        folder,
        hall(),
        printer=FakePrinter(),
        times=SLOW,
        clock=clock_at(hour, EVE_OF_THE_LONGEST),
        scanner=True,
        **more,  # type: ignore[arg-type]
    ) as kiosk:
        kind = type(kiosk.presenter.journeys.helping)
        monkeypatch.setattr(kind, "available", property(lambda _self: True))
        yield kiosk


def seen_in(modes: Modes) -> frozenset[Page]:
    """Return the pages that somebody in these modes can come to."""
    elders = {Page.EASY, Page.EASY_CHOICE, Page.EASY_DONE}
    usual = {Page.HOME, Page.DONE, Page.NO_PAPER}
    return frozenset(Page) - {Page.STARTING} - (usual if modes.elder else elders)


def at_home(qtbot: QtBot, kiosk: Kiosk) -> None:
    qtbot.waitUntil(lambda: kiosk.presenter.known)


def asks(kiosk: Kiosk) -> bool:
    """Tell whether somebody is asked if they are still there, on the screen too."""
    strip = kiosk.screen._strip
    seen = strip is not None and strip.isVisible()
    assert seen == kiosk.presenter.asking
    return seen


def shown(kiosk: Kiosk) -> Page:
    return kiosk.presenter.page


# Every page × language × mode


def test_every_page_has_a_widget() -> None:
    assert set(_PAGES) == set(Page)


NOTHING_NEW = {"en": {"contrast", "low"}, "zh-Hant": {"contrast", "elder", "low", "elder-low"}}
"""Modes in which neither words nor their size are new."""


def looks() -> Iterator[Any]:
    """Every language in every mode; slow where nothing is new."""
    for language in LANGUAGES:
        for mode in MODES:
            marks = [pytest.mark.slow] * (mode in NOTHING_NEW.get(language, ()))
            yield pytest.param(language, mode, marks=marks)


@pytest.mark.parametrize(("language", "mode"), tuple(looks()))
def test_rules_hold_on_every_page(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, mode: str
) -> None:
    with kiosk_of(tmp_path, monkeypatch) as kiosk:
        at_home(qtbot, kiosk)
        found: list[str] = []
        for page in sorted(seen_in(MODES[mode])):
            kiosk.presenter.home()
            kiosk.presenter.switch_language(language)
            kiosk.presenter.set_modes(MODES[mode])
            come_to(kiosk, page)
            assert shown(kiosk) is page
            found += [f"{page}: {complaint}" for complaint in complaints(kiosk.screen)]
        assert not found, "\n".join(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_rules_hold_shortly_before_closing(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    """Today has no more times, and what comes second may not be reached."""
    with kiosk_of(tmp_path, monkeypatch, LATE) as kiosk:
        at_home(qtbot, kiosk)
        kiosk.presenter.switch_language(language)
        kiosk.presenter.set_modes(MODES["elder"])
        for page in (Page.BOOK, Page.SEVERAL):
            come_to(kiosk, page)
            found = complaints(kiosk.screen)
            assert not found, "\n".join(found)
            kiosk.presenter.home()
            kiosk.presenter.switch_language(language)
            kiosk.presenter.set_modes(MODES["elder"])


# Contrast (rule 3)


@pytest.mark.parametrize(
    ("ink", "paper"),
    [
        ("ink", "paper"), ("ink2", "paper"), ("ink2", "surface"), ("onPrimary", "primary"),
        ("warn", "warnTint"), ("primary", "primaryTint"), ("ok", "okTint"), ("onCall", "call"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("scheme", ["light", "high-contrast"])
def test_words_stand_out_from_their_ground(scheme: str, ink: str, paper: str) -> None:
    theme = load_theme(scheme)
    assert contrast_ratio(theme.hex(ink), theme.hex(paper)) >= 7


def test_contrast_changes_every_colour_and_goes_with_the_citizen(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with kiosk_of(tmp_path, monkeypatch) as kiosk:
        at_home(qtbot, kiosk)
        usual = kiosk.screen.look.theme
        press(kiosk.screen.page, "大字版")
        assert shown(kiosk) is Page.EASY
        press(kiosk.screen.page, "高对比")
        press(kiosk.screen.page, "普通版")
        assert shown(kiosk) is Page.HOME
        kiosk.presenter.take()
        assert kiosk.screen.page.look.theme.scheme == "high-contrast"
        picture = kiosk.screen.grab().toImage()
        light = usual.colour("paper").rgb()
        found = [picture.pixel(x, y) for x in range(0, 1080, 27) for y in range(0, 1920, 27)]
        assert light not in found
        kiosk.presenter.home()
        assert kiosk.screen.look.theme is usual


# Modes


def test_modes_last_through_a_visit_and_end_with_it(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with kiosk_of(tmp_path, monkeypatch) as kiosk:
        at_home(qtbot, kiosk)
        press(kiosk.screen.page, "低位操作")
        press(kiosk.screen.page, "取号")
        assert kiosk.presenter.modes.low
        kiosk.presenter.back()
        assert shown(kiosk) is Page.HOME
        assert kiosk.presenter.modes.low, "going back is the same citizen"
        press(kiosk.screen.page, "低位操作")
        assert kiosk.presenter.modes == Modes()
        press(kiosk.screen.page, "低位操作")
        kiosk.presenter.idle.ran_out.emit()
        assert kiosk.presenter.modes == Modes()


def test_elders_have_their_number_after_three_touches(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with kiosk_of(tmp_path, monkeypatch) as kiosk:
        at_home(qtbot, kiosk)
        press(kiosk.screen.page, "大字版")
        press(kiosk.screen.page, "我要办事")
        assert shown(kiosk) is Page.EASY_CHOICE
        press(kiosk.screen.page, "房子的事")
        press(kiosk.screen.page, "房子的事")
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.EASY_DONE)
        qtbot.waitUntil(lambda: kiosk.presenter.visit.paper)
        assert [ticket.label for ticket in kiosk.tickets()] == ["B001"]
        issued = kiosk.presenter.visit.issued
        assert issued is not None
        assert issued.service.general
        press(kiosk.screen.page, "知道了")
        assert shown(kiosk) is Page.HOME


def test_elders_come_back_to_their_own_first_page(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with kiosk_of(tmp_path, monkeypatch) as kiosk:
        at_home(qtbot, kiosk)
        press(kiosk.screen.page, "大字版")
        press(kiosk.screen.page, "我要办事")
        seen = set(names(kiosk.screen.page))
        press(kiosk.screen.page, "别的事")
        seen |= set(names(kiosk.screen.page))
        assert {"税务", "综合窗口", "请人帮我"} <= seen
        press(kiosk.screen.page, "退回")
        assert shown(kiosk) is Page.EASY_CHOICE
        press(kiosk.screen.page, "退回")
        assert shown(kiosk) is Page.EASY


# Time (rule 6)


@pytest.mark.parametrize(("elder", "times"), [(False, 1), (True, 2)])
def test_elders_have_twice_the_time(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, elder: bool, times: int
) -> None:
    with kiosk_of(tmp_path, monkeypatch) as kiosk:
        at_home(qtbot, kiosk)
        presenter = kiosk.presenter
        presenter.set_modes(Modes(elder=elder))
        presenter.show(Page.EASY_CHOICE)
        presenter.idle.restart()
        assert presenter.idle.left == kiosk.desk.times.idle * times
        presenter.visit.unprinted = True
        presenter.show(Page.EASY_DONE)
        assert presenter.idle.left == kiosk.desk.times.no_paper * times


@pytest.mark.parametrize("mode", ["usual", "elder"])
def test_a_time_out_asks_first_and_one_touch_extends_it(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    with kiosk_of(tmp_path, monkeypatch) as kiosk:
        at_home(qtbot, kiosk)
        presenter = kiosk.presenter
        presenter.set_modes(MODES[mode])
        for page in sorted(INNER & seen_in(MODES[mode])):
            come_to(kiosk, page)
            warning = kiosk.desk.times.warning * presenter.patience
            presenter.idle._since = clock.monotonic() - kiosk.desk.times.idle * presenter.patience
            presenter.idle._since += warning - 1
            presenter.ticked.emit()
            assert asks(kiosk), page
            strip = kiosk.screen._strip
            assert strip is not None
            assert strip.height() >= 120
            strip.click()
            assert not asks(kiosk), page
            presenter.home()
            presenter.set_modes(MODES[mode])


# Keys and the voice (rules 7, 8)


class Heard:
    """A voice that remembers."""

    def __init__(self) -> None:
        self.read_out: list[tuple[str, ...]] = []
        self.hushed = 0

    def read(self, lines: tuple[str, ...], language: str, volume: int) -> None:
        self.read_out.append((language, *lines))

    def hush(self) -> None:
        self.hushed += 1

    def close(self) -> None:
        """Nothing to give back."""


def test_a_page_is_read_out_and_chosen_by_digits(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    voice = Heard()
    with kiosk_of(tmp_path, monkeypatch, voice=voice) as kiosk:
        at_home(qtbot, kiosk)
        kiosk.screen.activateWindow()
        assert voice.read_out == []
        press(kiosk.screen.page, "语音导览")
        language, title, *rest = voice.read_out[-1]
        assert language == "zh-CN"
        assert title.startswith("岷安区政务服务中心")
        assert rest[:3] == ["现在等候 0 人", "开放窗口 0 个", "取号 选部门或事项，现场排队，按 1"]
        before, hushed = len(voice.read_out), voice.hushed
        kiosk.presenter.updated.emit()
        assert len(voice.read_out) == before, "figures that change are not news"
        QTest.keyClick(kiosk.screen, Qt.Key.Key_0)
        assert len(voice.read_out) == before + 1
        assert voice.hushed > hushed, "a key interrupts"
        QTest.keyClick(kiosk.screen, Qt.Key.Key_1)
        assert shown(kiosk) is Page.SERVICES
        assert voice.read_out[-1][1] == "请选择要办的事项"
        kiosk.presenter.home()
        before, hushed = len(voice.read_out), voice.hushed
        QTest.mousePress(kiosk.screen, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
        assert voice.hushed > hushed
        QTest.keyClick(kiosk.screen, Qt.Key.Key_1)
        assert shown(kiosk) is Page.HOME, "the next citizen types no digits"
        assert len(voice.read_out) == before


def test_without_a_voice_nothing_offers_one(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with kiosk_of(tmp_path, monkeypatch) as kiosk:
        at_home(qtbot, kiosk)
        for page in seen_in(Modes()):
            come_to(kiosk, page)
            offered = {"语音导览", "读给我听", "朗读"} & set(names(kiosk.screen.page))
            assert not offered, page
            kiosk.presenter.home()


# Entries


def test_an_entry_is_there_with_its_journey_and_its_receiver(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with kiosk_of(tmp_path, monkeypatch) as kiosk:
        at_home(qtbot, kiosk)
        every = set(names(kiosk.screen.page))
        assert {"预约报到", "扫码取号 · 报到", "办事指南", "进度查询", "过号重排"} <= every
        monkeypatch.delattr(Journeys, "progress")
        kiosk.presenter.updated.emit()
        assert "进度查询" not in names(kiosk.screen.page)
        assert "过号重排" in names(kiosk.screen.page)
    with running_kiosk(tmp_path / "b", kiosk_hall()) as kiosk:
        at_home(qtbot, kiosk)
        assert not {"预约报到", "扫码取号 · 报到"} & set(names(kiosk.screen.page)), "nobody there"


def test_what_needs_the_database_waits_and_says_so(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with kiosk_of(tmp_path, monkeypatch) as kiosk:
        at_home(qtbot, kiosk)
        kiosk.presenter.figures._failures = 1
        kiosk.presenter.updated.emit()
        view = kiosk.presenter.home_view()
        assert view is not None
        waiting = {entry.name: entry.sub for entry in (*view.pair, *view.three) if not entry.works}
        assert set(waiting) == {"checking_in", "scanning", "progress", "requeueing"}
        assert all(sub.startswith("稍后可用") for sub in waiting.values())
        press(kiosk.screen.page, "过号重排")
        assert shown(kiosk) is Page.HOME
        texts = {label.text() for label in kiosk.screen.page.findChildren(QLabel)}
        assert "“过号重排”要等网络恢复，稍后可用" in texts
