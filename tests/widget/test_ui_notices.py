"""Notices: the most urgent one first, seconds that go on, green that goes away."""

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hallclient.ui.canvas import Canvas
from hallclient.ui.notices import GREEN_MS, PUBLIC, STAFF, Banner, Notice, NoticeBoard, Tone
from hallclient.ui.theme import load_theme

BLUE = Notice(Tone.RECOVERING, "网络中断，正在自动恢复", "取号照常", counted=True)
OCHRE = Notice(Tone.NEEDS_SOMEONE, "这台机暂时打不出纸票")


def current(board: NoticeBoard) -> Notice | None:
    return board.current


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_most_urgent_notice_is_current(qtbot: QtBot) -> None:
    board = NoticeBoard()
    assert current(board) is None
    board.post("database", BLUE)
    board.post("printer", OCHRE)
    assert current(board) == OCHRE
    board.clear("printer")
    assert current(board) == BLUE
    board.clear("database")
    assert current(board) is None
    assert board.seconds == 0


def test_the_same_notice_again_changes_nothing(qtbot: QtBot) -> None:
    board = NoticeBoard()
    board.post("database", BLUE)
    with qtbot.assertNotEmitted(board.changed):
        board.post("database", BLUE)
        board.clear("nothing")


def test_seconds_go_on_while_the_words_change(qtbot: QtBot) -> None:
    clock = Clock()
    board = NoticeBoard(clock=clock)
    board.post("database", BLUE)
    clock.now += 42
    board.post("database", Notice(Tone.RECOVERING, "仍在恢复", counted=True))
    assert board.seconds == 42
    board.post("database", OCHRE)
    assert board.seconds == 0


def test_recovery_is_green_and_collapses(qtbot: QtBot) -> None:
    board = NoticeBoard()
    board.recover("database", "已恢复")
    assert current(board) is None
    board.post("database", BLUE)
    board.recover("database", "已恢复")
    notice = current(board)
    assert notice is not None
    assert notice.tone is Tone.RECOVERED
    assert board._collapse.interval() == GREEN_MS == 4000
    board._collapse.setInterval(10)
    with qtbot.waitSignal(board.changed):
        board._collapse.start()
    assert current(board) is None


@pytest.mark.parametrize(
    ("notice", "fill"),
    [
        (BLUE, "primaryTint"),
        (OCHRE, "warnTint"),
        (Notice(Tone.RECOVERED, "已恢复"), "okTint"),
    ],
)
@pytest.mark.parametrize(("sizes", "height"), [(PUBLIC, 172), (STAFF, 56)])
def test_a_banner_shows_what_stands_in_its_colour(
    app: QApplication, qtbot: QtBot, notice: Notice, fill: str, sizes: object, height: int
) -> None:
    canvas, board = Canvas(1080, 400), NoticeBoard()
    qtbot.addWidget(canvas)
    banner = canvas.put(Banner(board, sizes), 56, 20, 968, height)  # type: ignore[arg-type]
    canvas.show()
    assert not banner.isVisible()
    with qtbot.waitSignal(banner.shown):
        board.post("one", notice)
    assert banner.isVisible()
    assert banner.accessibleName() or banner.text().startswith(notice.title)
    picture = banner.grab().toImage()
    assert picture.pixelColor(10, height // 2) == load_theme().colour(fill)
    assert banner._second.isActive() == notice.counted
    board.clear("one")
    assert not banner.isVisible()
    assert not banner._second.isActive()
