"""The window says that no board shows its call, soon after it should be seen, and stops."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hallclient.domain.announcement import BoardReport, Shown
from hallclient.services.announcing import Announcing
from hallclient.window import unseen
from hallclient.window.panel.wording import banner_view
from hallclient.window.states import Stand
from tests.widget.window_floor import Desk, Floor, open_floor


@pytest.fixture
def floor(app: QApplication, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Floor]:
    monkeypatch.setattr(unseen, "AGAIN_MS", 50)
    with open_floor(sqlite_url) as opened:
        yield opened


class Board:
    def __init__(self, floor: Floor) -> None:
        self._reports = Announcing(floor.new_store(), "PC", clock=floor.clock.local)

    def tell(self, *shown: Shown) -> None:
        self._reports.report(BoardReport("D1", (), (), shown))


def called(qtbot: QtBot, floor: Floor) -> tuple[Desk, Shown]:
    """A desk that opens on a call of three seconds ago."""
    floor.sign_in()
    floor.issue()
    desk = floor.desk()
    turn = desk.clerk_desk.calling.call_next().turn
    assert turn is not None
    floor.clock.forward(3.2)
    desk.presenter.start()
    qtbot.waitUntil(lambda: desk.presenter.view.stand is Stand.CALLED)
    return desk, Shown(turn.id, 1)


def test_the_window_says_so_until_a_board_shows_it(qtbot: QtBot, floor: Floor) -> None:
    board = Board(floor)
    board.tell()
    desk, call = called(qtbot, floor)
    qtbot.waitUntil(lambda: desk.presenter.view.unseen)
    view = desk.presenter.view
    assert view.sub == "显示屏没有显示，请口头叫号"
    assert view.state == view.short == "请口头叫号"
    banner = banner_view(desk.words, view)
    assert banner is not None
    assert banner.sub == view.sub
    board.tell(call)
    qtbot.waitUntil(lambda: not desk.presenter.view.unseen)
    assert desk.presenter.view.sub != "显示屏没有显示，请口头叫号"
    assert banner_view(desk.words, desk.presenter.view) is None


def test_what_is_seen_is_asked_for_once(qtbot: QtBot, floor: Floor) -> None:
    board = Board(floor)
    board.tell()
    floor.sign_in()
    floor.issue()
    turn = floor.desk().clerk_desk.calling.call_next().turn
    assert turn is not None
    board.tell(Shown(turn.id, 1))
    desk = floor.desk()
    asked: list[int] = []

    def is_shown(turn_id: int, _calls: int) -> bool:
        asked.append(turn_id)
        return True

    watch = unseen.UnseenWatch(is_shown, desk.worker)
    floor.clock.forward(3.2)
    state = desk.clerk_desk.calling.state()
    for _ in range(3):
        watch.follow(state, floor.store.plan().rules, floor.clock.now())
    qtbot.waitUntil(lambda: bool(asked))
    with qtbot.waitSignal(desk.worker.idle, raising=False, timeout=200):
        pass
    assert asked == [turn.id]
    assert not watch.unseen
    watch.close()


def test_without_boards_nothing_is_said(qtbot: QtBot, floor: Floor) -> None:
    desk, _call = called(qtbot, floor)
    watch = desk.presenter.findChild(unseen.UnseenWatch)
    assert watch is not None
    timer = watch.findChild(QTimer)
    assert timer is not None
    qtbot.waitUntil(lambda: not timer.isActive() and desk.worker.pending == 0)
    assert not desk.presenter.view.unseen


def test_it_ends_with_the_call(qtbot: QtBot, floor: Floor) -> None:
    Board(floor).tell()
    desk, _call = called(qtbot, floor)
    qtbot.waitUntil(lambda: desk.presenter.view.unseen)
    desk.presenter.start_turn()
    qtbot.waitUntil(lambda: desk.presenter.view.stand is Stand.SERVING)
    assert not desk.presenter.view.unseen
