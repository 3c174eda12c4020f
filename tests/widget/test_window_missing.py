"""F8, 3: what is missing is ticked, and goes with the outcome (一次性告知补正)."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from hallclient.domain.parts import Material
from hallclient.domain.text import LocalText
from hallclient.domain.turn import Outcome
from hallclient.services.calling import Calling
from hallclient.services.hallfile import load_hall
from hallclient.services.halls import update_hall
from hallclient.ui.look import Look
from hallclient.ui.theme import load_theme
from hallclient.ui.words import Words
from hallclient.window.lists import ListPopover
from hallclient.window.missing import PAGE, MissingPopover
from hallclient.window.states import KeyId, Stand
from tests.widget.conftest import picture
from tests.widget.window_floor import Desk, Floor, open_floor

LANGUAGES = ("zh-CN", "zh-Hant", "en")
PAPERS = tuple(
    Material(LocalText(name), LocalText("原件"))
    for name in ("身份证", "不动产权证书", "买卖合同", "完税证明")
)


@pytest.fixture
def floor(app: QApplication, sqlite_url: str) -> Iterator[Floor]:
    with open_floor(sqlite_url) as opened:
        plan = opened.store.plan()
        services = tuple(replace(service, materials=PAPERS) for service in plan.services)
        update_hall(opened.store, replace(plan, services=services))
        yield opened


@pytest.fixture
def parent(qtbot: QtBot, app: QApplication) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


def standing(qtbot: QtBot, desk: Desk, stand: Stand) -> None:
    def check() -> None:
        assert desk.bar.view.stand is stand
        assert not desk.presenter.acting

    qtbot.waitUntil(check)


def serving(qtbot: QtBot, floor: Floor, language: str = "zh-CN") -> Desk:
    floor.issue(count=2)
    floor.sign_in()
    desk = floor.desk(language=language)
    desk.bar.show()
    standing(qtbot, desk, Stand.IDLE)
    desk.presenter.press(KeyId.CALL_NEXT)
    standing(qtbot, desk, Stand.CALLED)
    desk.presenter.press(KeyId.START)
    standing(qtbot, desk, Stand.SERVING)
    return desk


def asked(qtbot: QtBot, desk: Desk) -> MissingPopover:
    """Press F8 and 3, and return what opens."""
    desk.presenter.press(KeyId.FINISH)
    outcomes = desk.bar.popover
    assert isinstance(outcomes, ListPopover)
    qtbot.keyClick(outcomes, Qt.Key.Key_3)
    popover = desk.bar.popover
    assert isinstance(popover, MissingPopover)
    return popover


def missing_told(floor: Floor) -> list[object]:
    with floor.store.look() as reader:
        entries = reader.entries_after(0, 10_000)
    return [entry.data.get("missing") for entry in entries if entry.kind == "turn.ended"]


def test_what_is_ticked_is_what_is_missing(qtbot: QtBot, floor: Floor) -> None:
    desk = serving(qtbot, floor)
    popover = asked(qtbot, desk)
    assert popover.accessibleName() == "B001 一次性告知补正"
    assert [row.accessibleName() for row in popover.rows][:2] == [
        "1 身份证 原件",
        "2 不动产权证书 原件",
    ]
    assert popover.told.text() == "还没勾选，这样确认不出告知单"
    for key in (Qt.Key.Key_3, Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_2, Qt.Key.Key_9):
        qtbot.keyClick(popover, key)  # 2 is unticked again, there is no 9
    assert popover.told.text() == "缺 2 项"
    assert floor.state().turn is not None
    assert missing_told(floor) == []
    qtbot.keyClick(popover, Qt.Key.Key_Return)
    standing(qtbot, desk, Stand.RATING)
    turn = floor.state().turn
    assert turn is not None
    assert turn.result is Outcome.SUPPLEMENT
    assert missing_told(floor) == [["身份证", "买卖合同"]]
    assert desk.bar.popover is None
    assert desk.keypad is not None
    assert desk.keypad.asked == [turn.id]


def test_by_mouse(qtbot: QtBot, floor: Floor) -> None:
    desk = serving(qtbot, floor)
    popover = asked(qtbot, desk)
    qtbot.mouseClick(popover.rows[3], Qt.MouseButton.LeftButton)
    assert popover.ticked == ("完税证明",)
    qtbot.mouseClick(popover.enter, Qt.MouseButton.LeftButton)
    standing(qtbot, desk, Stand.RATING)
    assert missing_told(floor) == [["完税证明"]]


def test_nothing_ticked_is_an_answer(qtbot: QtBot, floor: Floor) -> None:
    desk = serving(qtbot, floor)
    qtbot.keyClick(asked(qtbot, desk), Qt.Key.Key_Return)
    standing(qtbot, desk, Stand.RATING)
    turn = floor.state().turn
    assert turn is not None
    assert turn.result is Outcome.SUPPLEMENT
    assert missing_told(floor) == [None]


def test_leaving_records_nothing_and_keeps_the_ticks(qtbot: QtBot, floor: Floor) -> None:
    desk = serving(qtbot, floor)
    popover = asked(qtbot, desk)
    qtbot.keyClick(popover, Qt.Key.Key_Down)
    qtbot.keyClick(popover, Qt.Key.Key_Space)
    qtbot.keyClick(popover, Qt.Key.Key_Escape)
    assert desk.bar.popover is None
    assert desk.bar.view.stand is Stand.SERVING
    assert missing_told(floor) == []
    popover = asked(qtbot, desk)
    assert popover.ticked == ("不动产权证书",)
    popover.close()

    desk.presenter.finish(Outcome.INSTANT)
    standing(qtbot, desk, Stand.RATING)
    desk.presenter.press(KeyId.CALL_NEXT)
    standing(qtbot, desk, Stand.CALLED)
    desk.presenter.press(KeyId.START)
    standing(qtbot, desk, Stand.SERVING)
    assert asked(qtbot, desk).ticked == (), "the next citizen begins anew"


def test_it_closes_when_another_hand_goes_on(qtbot: QtBot, floor: Floor) -> None:
    """The caller finishes this ticket and starts the next before the bar looks again."""
    desk = serving(qtbot, floor)
    popover = asked(qtbot, desk)
    caller = Calling(floor.store, "1")
    caller.finish(Outcome.INSTANT)
    caller.call_next()
    caller.start()
    with qtbot.waitSignal(popover.closed):
        desk.presenter.refresh()
    assert desk.bar.view.label == "B002"
    assert desk.bar.popover is None
    assert missing_told(floor) == [None]


def many(count: int) -> tuple[Material, ...]:
    return tuple(Material(LocalText(f"材料 {n}")) for n in range(1, count + 1))


def test_more_than_nine_stand_on_pages(qtbot: QtBot, parent: QWidget) -> None:
    popover = MissingPopover(parent, Words(), "B107", many(12), ticked={"材料 4"}, prints=True)
    popover.show()
    assert [row.isVisible() for row in popover.rows] == [True] * PAGE + [False] * 3
    qtbot.keyClick(popover, Qt.Key.Key_PageDown)
    assert [row.isVisible() for row in popover.rows] == [False] * PAGE + [True] * 3
    qtbot.keyClick(popover, Qt.Key.Key_2)
    qtbot.keyClick(popover, Qt.Key.Key_7)  # not on this page
    qtbot.keyClick(popover, Qt.Key.Key_PageDown)  # there is no third
    qtbot.keyClick(popover, Qt.Key.Key_Space)
    assert popover.told.text() == "缺 3 项，打印告知单"
    qtbot.keyClick(popover, Qt.Key.Key_PageUp)
    qtbot.keyClick(popover, Qt.Key.Key_Up)
    with qtbot.waitSignal(popover.confirmed) as said:
        qtbot.keyClick(popover, Qt.Key.Key_Enter)
    assert said.args == [("材料 4", "材料 11", "材料 12")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_words_are_cut(parent: QWidget, language: str) -> None:
    words = Words(language)
    seen = 0
    for hall in ("demo", "village", "xindu"):
        for service in load_hall(hall).plan.services:
            popover = MissingPopover(parent, words, "AB107", service.materials, prints=True)
            popover.set_look(Look(load_theme(), language))
            cut = [row.accessibleName() for row in popover.rows if row.is_cut()]
            assert not cut, f"{hall} {service.code}: {cut}"
            seen += len(popover.rows)
    assert seen > 100
    for count in range(3):
        for prints in (False, True):
            some = MissingPopover(parent, words, "B107", many(2), prints=prints)
            some.set_look(Look(load_theme(), language))
            for row in some.rows[:count]:
                row.toggle()
            assert not some.told.is_cut(), some.told.text()


@pytest.mark.parametrize("scheme", ["light", "high-contrast"])
def test_a_tick_and_a_mark_are_seen(qtbot: QtBot, parent: QWidget, scheme: str) -> None:
    popover = MissingPopover(parent, Words(), "B107", PAPERS)
    popover.set_look(Look(load_theme(scheme), "zh-CN"))
    plain = picture(popover.rows[1])
    popover.rows[1].toggle()
    ticked = picture(popover.rows[1])
    popover.rows[1].toggle()
    qtbot.keyClick(popover, Qt.Key.Key_Down)
    assert plain != ticked != picture(popover.rows[1]) != plain
    assert popover.width() == 520
