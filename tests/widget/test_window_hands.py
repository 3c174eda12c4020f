"""The bar follows another hand of the same clerk: the hardware caller, through the hall."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hallclient.domain.rules import HallRules
from hallclient.domain.turn import Outcome
from hallclient.services.calling import Calling
from hallclient.services.shifts import Shifts
from hallclient.window.states import KeyId, Stand
from tests.widget.window_floor import Desk, Floor, open_floor


@pytest.fixture
def floor(app: QApplication, sqlite_url: str) -> Iterator[Floor]:
    with open_floor(sqlite_url) as opened:
        yield opened


def looked(qtbot: QtBot, desk: Desk, stand: Stand) -> None:
    """Let the bar look, as a wake-up does."""
    before = desk.gate.looks
    desk.presenter.refresh()
    qtbot.waitUntil(lambda: desk.gate.looks > before and desk.worker.pending == 0)
    qtbot.waitUntil(lambda: desk.bar.view.stand is stand)


def test_the_keypad_is_asked_for_what_the_caller_finished(qtbot: QtBot, floor: Floor) -> None:
    floor.issue(count=2)
    floor.sign_in()
    desk, caller = floor.desk(), Calling(floor.store, "1")
    assert desk.keypad is not None
    desk.bar.show()
    qtbot.waitUntil(lambda: desk.bar.view.stand is Stand.IDLE)
    first = caller.call_next().turn
    caller.start()
    looked(qtbot, desk, Stand.SERVING)
    assert desk.bar.view.label == "B001"
    assert first is not None
    assert desk.keypad.asked == []

    floor.clock.forward(60)
    caller.finish(Outcome.INSTANT)
    looked(qtbot, desk, Stand.RATING)
    looked(qtbot, desk, Stand.RATING)
    assert desk.keypad.asked == [first.id], "once for each asking"
    floor.clock.forward(5)
    caller.ask_again()
    looked(qtbot, desk, Stand.RATING)
    assert desk.keypad.asked == [first.id] * 2

    desk.presenter.press(desk.bar.view.keys[0].key)
    qtbot.waitUntil(lambda: desk.bar.view.stand is Stand.CALLED)
    caller.start()
    looked(qtbot, desk, Stand.SERVING)
    desk.presenter.finish(Outcome.INSTANT)
    qtbot.waitUntil(lambda: desk.bar.view.stand is Stand.RATING and not desk.presenter.acting)
    looked(qtbot, desk, Stand.RATING)
    assert len(desk.keypad.asked) == 3, "what the bar asked itself is not asked again"


def test_a_key_is_about_the_ticket_that_the_bar_shows(qtbot: QtBot, floor: Floor) -> None:
    """The caller has gone on to the next one, and the bar has not heard of it yet."""
    floor.issue(count=2)
    floor.sign_in()
    desk, caller = floor.desk(), Calling(floor.store, "1")
    desk.bar.show()
    qtbot.waitUntil(lambda: desk.bar.view.stand is Stand.IDLE)
    caller.call_next()
    caller.start()
    looked(qtbot, desk, Stand.SERVING)
    caller.hold()
    caller.call_next()
    caller.start()
    desk.presenter.finish(Outcome.INSTANT)
    qtbot.waitUntil(lambda: desk.bar.view.label == "B002")
    assert desk.bar.view.message == desk.words("refused.turn_changed")
    assert floor.journal().count("turn.ended") == 0
    desk.presenter.finish(Outcome.INSTANT)
    qtbot.waitUntil(lambda: desk.bar.view.stand is Stand.RATING)
    assert floor.journal().count("turn.ended") == 1


def test_what_is_not_rated_is_not_asked_for(qtbot: QtBot, floor: Floor) -> None:
    floor.issue()
    floor.sign_in()
    desk, caller = floor.desk(), Calling(floor.store, "1")
    desk.bar.show()
    qtbot.waitUntil(lambda: desk.bar.view.stand is Stand.IDLE)
    caller.call_next()
    looked(qtbot, desk, Stand.CALLED)
    caller.recall()
    caller.recall()
    caller.no_show()
    looked(qtbot, desk, Stand.IDLE)
    assert desk.keypad is not None
    assert desk.keypad.asked == []


def test_reasons_close_when_the_caller_has_paused(qtbot: QtBot, floor: Floor) -> None:
    """The pause has its reason by then; a second choice would change nothing."""
    floor.sign_in()
    desk = floor.desk()
    desk.bar.show()
    qtbot.waitUntil(lambda: desk.bar.view.stand is Stand.IDLE)
    desk.presenter.press(KeyId.PAUSE)
    assert desk.bar.popover is not None
    Shifts(floor.store, "1").pause("away")
    looked(qtbot, desk, Stand.PAUSED)
    assert desk.bar.popover is None


def heard_by_a_new_bar(qtbot: QtBot, floor: Floor, turn: int, late: float) -> None:
    """Start the bar again, and press a key of its keypad after some seconds."""
    desk = floor.desk()
    assert desk.keypad is not None
    desk.bar.show()
    qtbot.waitUntil(lambda: desk.bar.view.stand is Stand.RATING)
    assert desk.keypad.asked == [turn]
    floor.clock.forward(late)
    desk.ears.rated(turn, 4)
    QApplication.processEvents()
    qtbot.waitUntil(lambda: desk.worker.pending == 0)
    desk.bar.close()


def test_a_key_counts_for_what_is_left_of_the_time(qtbot: QtBot, floor: Floor) -> None:
    """The bar is started again in the last seconds of 等评价 and asks the keypad anew."""
    floor.issue(count=2)
    floor.sign_in()
    caller = Calling(floor.store, "1")
    turns = []
    for left, late in ((3, 2), (3, 5)):
        turn = caller.call_next().turn
        assert turn is not None
        turns.append(turn.id)
        caller.start()
        caller.finish(Outcome.INSTANT)
        floor.clock.forward(HallRules().rating_seconds - left)
        heard_by_a_new_bar(qtbot, floor, turn.id, late)
    with floor.engine.connect() as connection:
        rated = connection.execute(sa.text("SELECT turn_id FROM rating")).scalars().all()
    assert rated == turns[:1]
