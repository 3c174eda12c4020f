"""The database goes away and comes back; the bar says so and goes on by itself."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hallclient.domain.turn import Outcome
from hallclient.window import watch
from hallclient.window.fields import SignIn
from hallclient.window.lists import ListPopover
from hallclient.window.states import KeyFace, KeyId, Stand
from tests.halls import PIN
from tests.widget.window_floor import Desk, Floor, open_floor


@pytest.fixture
def floor(app: QApplication, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Floor]:
    monkeypatch.setattr(watch, "RECONNECT_MS", (20, 30))
    with open_floor(sqlite_url) as opened:
        yield opened


def standing(qtbot: QtBot, desk: Desk, stand: Stand) -> None:
    def check() -> None:
        assert desk.bar.view.stand is stand
        assert not desk.presenter.acting

    qtbot.waitUntil(check)


def serving(qtbot: QtBot, floor: Floor) -> Desk:
    floor.issue(count=2)
    floor.sign_in()
    desk = floor.desk()
    desk.bar.show()
    standing(qtbot, desk, Stand.IDLE)
    desk.presenter.press(KeyId.CALL_NEXT)
    standing(qtbot, desk, Stand.CALLED)
    desk.presenter.press(KeyId.START)
    standing(qtbot, desk, Stand.SERVING)
    return desk


def test_lost_while_serving_and_back(qtbot: QtBot, floor: Floor) -> None:
    desk = serving(qtbot, floor)
    floor.clock.forward(60.01)
    desk.gate.down = True
    desk.presenter.refresh()
    standing(qtbot, desk, Stand.OFFLINE)
    view = desk.bar.view
    assert (view.label, view.waiting, view.longest) == ("B001", "–", "–")
    assert (view.title, view.sub) == ("二手房过户", "叫号、办结要等恢复")
    assert {key.face for key in view.keys} == {KeyFace.FLAT}
    assert not desk.bar.more.isEnabled()
    assert view.timer == "01:00"
    floor.clock.forward(5)
    desk.presenter.tick()
    assert desk.bar.view.timer == "01:05", "the seconds walk on"
    desk.gate.down = False
    standing(qtbot, desk, Stand.SERVING)
    assert desk.bar.view.waiting == "1"
    desk.presenter.finish(Outcome.INSTANT)
    standing(qtbot, desk, Stand.RATING)


def test_an_action_that_meets_no_database_is_not_done_twice(qtbot: QtBot, floor: Floor) -> None:
    desk = serving(qtbot, floor)
    desk.presenter.press(KeyId.FINISH)
    assert isinstance(desk.bar.popover, ListPopover)
    desk.gate.down = True
    desk.bar.popover.choose(0)
    standing(qtbot, desk, Stand.OFFLINE)
    turn = floor.state().turn
    assert turn is not None
    assert turn.ended_at is None
    desk.gate.down = False
    standing(qtbot, desk, Stand.SERVING)
    desk.presenter.finish(Outcome.INSTANT)
    standing(qtbot, desk, Stand.RATING)
    assert floor.journal().count("turn.ended") == 1


def test_lost_before_the_first_look(qtbot: QtBot, floor: Floor) -> None:
    desk = floor.desk()
    desk.gate.down = True
    desk.bar.show()
    standing(qtbot, desk, Stand.OFFLINE)
    assert desk.bar.view.title == "叫号要等恢复"
    desk.gate.down = False
    standing(qtbot, desk, Stand.SIGNED_OUT)
    assert desk.bar.view.number == "1"


def test_a_popover_closes_when_its_key_goes_flat(qtbot: QtBot, floor: Floor) -> None:
    desk = serving(qtbot, floor)
    desk.presenter.press(KeyId.FINISH)
    assert desk.bar.popover is not None
    desk.gate.down = True
    desk.presenter.refresh()
    standing(qtbot, desk, Stand.OFFLINE)
    assert desk.bar.popover is None


def test_a_slow_database_is_told_after_three_seconds(qtbot: QtBot, floor: Floor) -> None:
    desk = serving(qtbot, floor)
    desk.gate.open.clear()
    desk.presenter.finish(Outcome.INSTANT)
    floor.clock.forward(2.9)
    desk.presenter.tick()
    assert desk.bar.view.message == ""
    floor.clock.forward(1.2)
    desk.presenter.tick()
    assert desk.bar.view.message == "还在等数据库，已 4 秒"
    desk.gate.open.set()
    standing(qtbot, desk, Stand.RATING)
    assert desk.bar.view.message == ""


def test_a_fault_of_our_own_is_calm(
    qtbot: QtBot, floor: Floor, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = serving(qtbot, floor)

    def breaks(_outcome: Outcome, _missing: tuple[str, ...]) -> None:
        raise RuntimeError("a mistake")

    monkeypatch.setattr(desk.clerk_desk.calling, "finish", breaks)
    desk.presenter.finish(Outcome.INSTANT)
    qtbot.waitUntil(lambda: desk.bar.view.message == "号票没有变化，可以再试一次。")
    assert "a mistake" in caplog.text
    standing(qtbot, desk, Stand.SERVING)


def test_a_closed_bar_leaves_nothing_running(qtbot: QtBot, floor: Floor) -> None:
    desk = serving(qtbot, floor)
    desk.gate.open.clear()
    desk.presenter.finish(Outcome.INSTANT)
    before = desk.bar.view
    desk.bar.close()
    desk.gate.open.set()
    qtbot.waitUntil(lambda: desk.worker.pending == 0)
    assert desk.bar.view == before


def test_a_sign_in_that_breaks_lets_the_clerk_try_again(
    qtbot: QtBot, floor: Floor, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = floor.desk()
    desk.bar.show()
    standing(qtbot, desk, Stand.SIGNED_OUT)

    def breaks(_number: str, _pin: str) -> None:
        raise RuntimeError("a mistake")

    monkeypatch.setattr(desk.clerk_desk.shifts, "sign_in", breaks)
    popover = typed_sign_in(desk)
    qtbot.waitUntil(lambda: bool(popover.trouble.text()))
    assert not popover.pin.isReadOnly()
    assert popover.hold.isActive()
    assert PIN not in caplog.text
    popover.close()


def test_a_second_sign_in_behind_one_that_hangs_is_told_so(qtbot: QtBot, floor: Floor) -> None:
    desk = floor.desk()
    desk.bar.show()
    standing(qtbot, desk, Stand.SIGNED_OUT)
    desk.gate.open.clear()
    try:
        typed_sign_in(desk).close()
        again = typed_sign_in(desk)
        assert again.trouble.text() == "还在等数据库，已 1 秒"
        assert not again.pin.isReadOnly()
    finally:
        desk.gate.open.set()
    standing(qtbot, desk, Stand.IDLE)
    assert desk.bar.popover is None


def test_a_refusal_behind_a_closed_sign_in_is_said(qtbot: QtBot, floor: Floor) -> None:
    desk = floor.desk()
    desk.bar.show()
    standing(qtbot, desk, Stand.SIGNED_OUT)
    desk.gate.open.clear()
    try:
        typed_sign_in(desk, "999999").close()
    finally:
        desk.gate.open.set()
    qtbot.waitUntil(lambda: bool(desk.bar.view.message))
    assert desk.bar.view.message == desk.presenter.words("window.trouble.sign_in_failed")


def test_a_sign_in_without_the_database_closes(qtbot: QtBot, floor: Floor) -> None:
    desk = floor.desk()
    desk.bar.show()
    standing(qtbot, desk, Stand.SIGNED_OUT)
    desk.gate.down = True
    typed_sign_in(desk)
    standing(qtbot, desk, Stand.OFFLINE)
    assert desk.bar.popover is None
    desk.gate.down = False
    standing(qtbot, desk, Stand.SIGNED_OUT)


def typed_sign_in(desk: Desk, pin: str = PIN) -> SignIn:
    desk.bar.askings.ask_sign_in()
    popover = desk.bar.popover
    assert isinstance(popover, SignIn)
    popover.staff_number.setText("1001")
    popover.pin.setText(pin)
    popover.submit()
    return popover
