"""The contact sheets: they come from one command, and their checks find what is wrong."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hallclient.__main__ import main
from hallclient.kiosk.visit import Page
from hallclient.lab.sheets.checks import complaints
from hallclient.lab.sheets.names import long_names
from hallclient.lab.sheets.run import LANGUAGES, MODES
from hallclient.lab.sheets.staff import StaffWishes, walk_staff
from hallclient.lab.sheets.staff_checks import draw, staff_complaints
from hallclient.lab.sheets.states import SCENES
from hallclient.services.hallfile import load_hall
from hallclient.supervisor.widgets.keys import VerbKey
from hallclient.ui import fonts, paint
from hallclient.ui.canvas import Canvas
from hallclient.ui.widgets.base import Face, HallLabel
from hallclient.ui.widgets.plates import Plate
from hallclient.ui.widgets.tiles import BigButton, HeroTile
from tests.widget.kiosk_support import QUICK, FakePrinter, Kiosk, running_kiosk


@pytest.fixture(autouse=True)
def loaded_fonts(qapp: QApplication) -> None:
    fonts.load_fonts()


@pytest.fixture
def kiosk(qtbot: QtBot, tmp_path: Path) -> Iterator[Kiosk]:
    slow = replace(QUICK, refresh=60.0)
    with running_kiosk(tmp_path, printer=FakePrinter(), times=slow) as found:
        qtbot.waitUntil(lambda: found.presenter.known)
        assert complaints(found.screen) == []
        yield found


class Faint(HallLabel):
    """Grey words on a grey ground."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.look.colour("lineStrong"))
        paint.draw_line(painter, QRectF(self.rect()), self.text(), self.look.font(40))


def test_a_cut_text_is_found(kiosk: Kiosk) -> None:
    tile = next(iter(kiosk.screen.page.findChildren(HeroTile)))
    tile.set_words("取号" * 30, "")
    assert any("取号取号" in each and "shortened" in each for each in complaints(kiosk.screen))


def test_a_text_over_a_control_and_over_another_is_found(kiosk: Kiosk) -> None:
    label = Faint("压在上面")
    kiosk.screen.page.put(label, 300, 760, 400, 80)
    label.show()
    found = complaints(kiosk.screen)
    assert "'压在上面' lies on '取号'" in found


def test_two_controls_on_each_other_are_found(kiosk: Kiosk) -> None:
    button = BigButton("挡路")
    kiosk.screen.page.put(button, 100, 900, 300, 160)
    button.show()
    assert any("'取号' is at '挡路'" in each for each in complaints(kiosk.screen))


def test_faint_words_are_found(kiosk: Kiosk) -> None:
    label = Faint("看不清")
    kiosk.screen.page.put(label, 700, 20, 300, 60)
    label.show()
    found = complaints(kiosk.screen)
    assert [each for each in found if "看不清" in each and "of 7" in each]


def test_a_small_high_and_nameless_control_is_found(kiosk: Kiosk) -> None:
    button = BigButton("")
    button.setAccessibleName("")
    kiosk.screen.page.put(button, 900, 20, 60, 60)
    button.show()
    found = complaints(kiosk.screen)
    assert "'' stands at 20" in found
    assert "'' is 60x60" in found
    assert "a BigButton has no name" in found


def test_nothing_watches_when_nobody_looks() -> None:
    assert paint._watcher is None


def test_every_page_has_a_scene() -> None:
    assert {scene.page for scene in SCENES} == set(Page) - {Page.STARTING}
    names = [scene.name for scene in SCENES]
    assert len(names) == len(set(names))


def test_names_are_stretched_in_every_language() -> None:
    plan = long_names(load_hall("demo").plan, 25)
    assert {len(service.name.zh_cn) for service in plan.listed} == {25}
    assert {len(service.name.zh_hant) for service in plan.listed} == {25}
    assert min(len(service.name.en) for service in plan.listed) > 40


def test_the_command_draws_pages_and_a_sheet(
    qapp: QApplication, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["sheets", "--hall", "village", "--out", str(tmp_path / "out"), "--json"]
    words += ["--language", "en", "--mode", "usual", "--page", "home", "--page", "done-three"]
    assert main(words) == 0
    told = json.loads(capsys.readouterr().out)
    drawn = [page["page"] for page in told["pages"]]
    assert drawn == ["home", "home-helper", "home-offline", "home-paper-out", "done-three"]
    assert told["complaints"] == 0
    picture = QImage(told["pages"][0]["picture"])
    assert (picture.width(), picture.height()) == (1080, 1920)
    assert not QImage(str(tmp_path / "out" / "usual-en.png")).isNull()


def test_a_hall_whose_names_do_not_fit_is_told(
    qapp: QApplication, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["sheets", "--hall", "village", "--out", str(tmp_path), "--names", "90"]
    assert main([*words, "--language", "zh-CN", "--mode", "elder", "--page", "confirm"]) == 1
    assert "confirm zh-CN elder: " in capsys.readouterr().out


@pytest.mark.parametrize("wrong", [["--page", "nowhere"], ["--language", "fr"], ["--mode", "odd"]])
def test_what_there_is_not_is_said(
    wrong: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sheets", "--out", str(tmp_path), *wrong]) != 0
    assert "one of" in capsys.readouterr().err


def test_the_tests_walk_the_same_modes() -> None:
    assert set(LANGUAGES) == {"zh-CN", "zh-Hant", "en"}
    assert len(set(MODES.values())) == 5


# The staff's screens


@pytest.mark.parametrize(
    ("screen", "language", "mode"),
    [
        ("bar", "en", "usual"),
        ("panel", "en", "long"),
        ("console", "zh-Hant", "contrast"),
        ("screen", "en", "long"),
        ("board", "zh-Hant", "contrast"),
    ],
)
def test_a_share_of_the_staffs_pages(
    qapp: QApplication, screen: str, language: str, mode: str
) -> None:
    """The hardest sizes; the command draws all of them."""
    styled = qapp.styleSheet()
    try:
        wishes = StaffWishes(None, (screen,), (language,), (mode,), quick=True)
        seen = walk_staff(load_hall("demo").plan, wishes)
    finally:
        qapp.setStyleSheet(styled)
    assert len(seen) > 15
    assert [f"{one.scene}: {wrong}" for one in seen for wrong in one.complaints] == []


def test_what_is_wrong_with_a_staff_page_is_found(qapp: QApplication) -> None:
    page = Canvas(300, 200)
    first, second = VerbKey("转移"), VerbKey("")
    first.set_face(Face.SOLID)
    page.put(first, 10, 10, 80, 20)
    page.put(second, 60, 10, 400, 40)
    third = VerbKey("一次性告知补正材料清单")
    third.set_face(Face.SOLID)
    page.put(third, 10, 100, 60, 32)
    for at in (0, 140):
        plate = Plate("B107")
        plate.set_calling(calling=True)
        page.put(plate, 10 + at, 140, 120, 50)
    found = staff_complaints(draw(page))
    for wanted in (
        "'转移' is 80x20",
        "a VerbKey has no name",
        "'' leaves the page: (60, 10, 400, 40)",
        "'转移' is at ''",
        "'一次性告知补正材料清单' is cut",
        "solid: 一次性告知补正材料清单, 转移",
        "2 things are amber",
    ):
        assert wanted in found, (wanted, found)
    page.deleteLater()
