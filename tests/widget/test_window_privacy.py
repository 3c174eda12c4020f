"""A clerk never sees a rating, and nothing lets a clerk infer one (visual.md §5, domain.md §5)."""

import gc
import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hallclient.domain.turn import Outcome
from hallclient.services.ports_devices import DeviceState
from hallclient.services.ratings import Ratings
from hallclient.window.keypad import RatingSlot
from hallclient.window.states import KeyId, Stand
from tests.widget.conftest import picture
from tests.widget.window_floor import Away, Desk, Floor, open_floor


@pytest.fixture
def floor(app: QApplication, sqlite_url: str) -> Iterator[Floor]:
    with open_floor(sqlite_url) as opened:
        yield opened


def standing(qtbot: QtBot, desk: Desk, stand: Stand) -> None:
    def check() -> None:
        assert desk.bar.view.stand is stand
        assert not desk.presenter.acting

    qtbot.waitUntil(check)


def finished(qtbot: QtBot, floor: Floor) -> tuple[Desk, int]:
    """Return a desk whose ticket has just been finished, and its turn."""
    floor.issue(count=3)
    floor.sign_in()
    desk = floor.desk()
    desk.bar.show()
    standing(qtbot, desk, Stand.IDLE)
    desk.presenter.press(KeyId.CALL_NEXT)
    standing(qtbot, desk, Stand.CALLED)
    desk.presenter.press(KeyId.START)
    standing(qtbot, desk, Stand.SERVING)
    desk.presenter.finish(Outcome.INSTANT)
    standing(qtbot, desk, Stand.RATING)
    assert desk.keypad is not None
    return desk, desk.keypad.asked[-1]


def from_port_thread(call: Callable[[], None]) -> None:
    """Call as the keypad's port does: in a thread of its own."""
    thread = threading.Thread(target=call)
    thread.start()
    thread.join()


def levels(floor: Floor) -> list[int]:
    with floor.engine.connect() as connection:
        return list(connection.execute(sa.text("SELECT level FROM rating")).scalars())


def worker_done(qtbot: QtBot, desk: Desk) -> None:
    QApplication.processEvents()
    qtbot.waitUntil(lambda: desk.worker.pending == 0)


def test_a_rating_is_stored_once(qtbot: QtBot, floor: Floor) -> None:
    desk, turn = finished(qtbot, floor)
    from_port_thread(lambda: desk.ears.rated(turn, 2))
    qtbot.waitUntil(lambda: levels(floor) == [2])
    from_port_thread(lambda: desk.ears.rated(turn, 5))
    worker_done(qtbot, desk)
    assert levels(floor) == [2]


@pytest.mark.parametrize("level", [1, 2, 3, 4, 5])
def test_every_level_arrives_as_itself(qtbot: QtBot, floor: Floor, level: int) -> None:
    desk, turn = finished(qtbot, floor)
    from_port_thread(lambda: desk.ears.rated(turn, level))
    qtbot.waitUntil(lambda: levels(floor) == [level])


def test_a_rating_at_the_wrong_time_is_not_taken(qtbot: QtBot, floor: Floor) -> None:
    desk, turn = finished(qtbot, floor)
    floor.clock.forward(31)  # 20 s and the grace
    from_port_thread(lambda: desk.ears.rated(turn, 4))
    from_port_thread(lambda: desk.ears.rated(turn + 1000, 4))
    from_port_thread(lambda: desk.ears.rated(turn, 9))
    worker_done(qtbot, desk)
    assert levels(floor) == []


def test_time_out_is_no_rating(qtbot: QtBot, floor: Floor) -> None:
    desk, turn = finished(qtbot, floor)
    from_port_thread(lambda: desk.ears.expired(turn))
    worker_done(qtbot, desk)
    assert levels(floor) == []


def test_the_next_call_does_not_take_the_rating_away(qtbot: QtBot, floor: Floor) -> None:
    desk, turn = finished(qtbot, floor)
    desk.presenter.press(KeyId.CALL_NEXT)
    standing(qtbot, desk, Stand.CALLED)
    from_port_thread(lambda: desk.ears.rated(turn, 3))
    qtbot.waitUntil(lambda: levels(floor) == [3])


def frames(qtbot: QtBot, url: str, what: str) -> list[tuple[QImage, object]]:
    """Return the bar second by second after an outcome, with ``what`` happening at second five."""
    with open_floor(url) as floor:
        desk, turn = finished(qtbot, floor)
        floor.clock.forward(0.01)  # the database's time is a few microseconds ahead
        found: list[tuple[QImage, object]] = []
        for second in range(26):
            if second == 5:
                if what.isdigit():
                    from_port_thread(lambda: desk.ears.rated(turn, int(what)))
                    qtbot.waitUntil(lambda: levels(floor) == [int(what)])
                elif what == "expired":
                    from_port_thread(lambda: desk.ears.expired(turn))
                worker_done(qtbot, desk)
            desk.presenter.refresh()
            worker_done(qtbot, desk)
            desk.presenter.tick()
            keys = tuple(
                (key.accessibleName(), key.isEnabled()) for key in desk.bar.keys.keys.values()
            )
            found.append((picture(desk.bar), (desk.bar.view, keys)))
            floor.clock.forward(1.0)
        return found


def test_the_bar_looks_the_same_whatever_the_citizen_did(
    qtbot: QtBot, app: QApplication, tmp_path: Path
) -> None:
    runs = {
        what: frames(qtbot, f"sqlite:///{tmp_path}/{what}.db", what)
        for what in ("none", "1", "5", "expired")
    }
    without = runs.pop("none")
    assert len({view for _, view in without}) > 20, "the timer moves"
    stands = [view[0].stand for _, view in without]  # type: ignore[index]
    assert stands.count(Stand.RATING) == 20
    for what, seen in runs.items():
        for second, ((image, view), (other, other_view)) in enumerate(
            zip(without, seen, strict=True)
        ):
            assert view == other_view, f"{what}: second {second} reads differently"
            assert image == other, f"{what}: second {second} looks different"


def test_a_silent_keypad_that_speaks_again_is_not_seen(qtbot: QtBot, floor: Floor) -> None:
    """Its first word after a silence is a pressed key."""
    desk, _turn = finished(qtbot, floor)
    assert desk.keypad is not None
    seen = []
    for state in (DeviceState.STALE, DeviceState.READY):
        desk.keypad.state = state
        desk.presenter.tick()
        seen.append(desk.bar.view)
    assert seen[0] == seen[1]
    desk.keypad.state = DeviceState.ABSENT
    desk.presenter.tick()
    assert desk.bar.view != seen[0]


def test_the_level_is_in_no_log_line_and_no_attribute(
    qtbot: QtBot, floor: Floor, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = "level=SATISFIED-in-the-driver's-words"

    def breaks(_self: Ratings, _turn: int, *_given: object) -> bool:
        raise OSError(told)

    monkeypatch.setattr(Ratings, "record", breaks)
    caplog.set_level(logging.DEBUG)
    desk, turn = finished(qtbot, floor)
    caplog.clear()
    from_port_thread(lambda: desk.ears.rated(turn, 4))
    qtbot.waitUntil(lambda: any("not written" in line for line in caplog.messages))
    worker_done(qtbot, desk)
    assert told not in caplog.text
    assert not any(record.exc_info for record in caplog.records)
    assert not any("4" in line for line in caplog.messages)
    slots = [thing for thing in gc.get_objects() if isinstance(thing, RatingSlot)]
    assert slots
    for slot in slots:
        assert not any(isinstance(value, int) and value == 4 for value in vars(slot).values())


def test_a_rating_waits_for_a_database_that_is_away(
    qtbot: QtBot, floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[int] = []
    record = Ratings.record

    def away_once(self: Ratings, turn: int, *given: object) -> bool:
        tries.append(turn)
        if len(tries) == 1:
            raise Away("no connection")
        return record(self, turn, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Ratings, "record", away_once)
    monkeypatch.setattr("hallclient.services.ratings.TRY_AGAIN_S", (0.001,))
    desk, turn = finished(qtbot, floor)
    from_port_thread(lambda: desk.ears.rated(turn, 1))
    qtbot.waitUntil(lambda: levels(floor) == [1])
    assert len(tries) == 2
    assert desk.bar.view.stand is Stand.RATING, "nothing of it is seen on the bar"
