"""A burst of calls: everybody finds a place, at once while there is room, and keeps it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hallclient.display.crowd import PLACES, STANDS_S, Crowd
from hallclient.display.crowd_places import CrowdPlaces
from hallclient.display.hero import Hero
from hallclient.display.layout import layout_of
from hallclient.display.roll import BOXES, Roll
from hallclient.domain.text import LocalText
from hallclient.lab.bench.board_stand import MadeUpHall, made_up_board
from hallclient.services.board import BoardCall

START = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
AT_ONCE = 1 + BOXES + PLACES
"""From rest: the first is large alone, the tiles come after its two seconds."""
A_PLACE_S = PLACES / STANDS_S
"""Calls a second that a full crowd gives a place to."""


def call(number: int, at: float = 0.0, calls: int = 1) -> BoardCall:
    when = START + timedelta(seconds=at)
    return BoardCall(
        number, f"A{number:03}", "1", "1A", LocalText("咨询"), when, calls, active=True
    )


@dataclass
class Wall:
    """The pure half of a board, and how long each call stood on it."""

    hero: Hero = field(default_factory=Hero)
    roll: Roll = field(default_factory=Roll)
    crowd: Crowd = field(default_factory=Crowd)
    now: float = 0.0
    since: dict[int, float] = field(default_factory=dict)
    first: dict[int, float] = field(default_factory=dict)
    longest: dict[int, float] = field(default_factory=dict)

    def called(self, *calls: BoardCall) -> None:
        for one in calls:
            self.hero = self.hero.called(one, self.now)
            self.roll = self.roll.with_call(one)
            self.crowd = self.crowd.called(one)
        self.paint()

    def wait(self, seconds: float) -> None:
        end = self.now + seconds
        while True:
            dues = [one for one in (self.hero.due(), self.crowd.due()) if one is not None]
            if not dues or min(dues) > end:
                break
            assert min(dues) > self.now or self.hero.due() == min(dues), "it moves on"
            self.now = max(self.now, min(dues))
            self.hero = self.hero.turned(self.now)
            self.paint()
        self.now = end

    def paint(self) -> None:
        elsewhere = (*self.hero.shown, *self.roll.recent(self.hero.shown))
        self.crowd = self.crowd.noted(elsewhere, self.now)
        there = {one.turn_id for one in (*elsewhere, *self.crowd.calls) if one is not None}
        for one in [one for one in self.since if one not in there]:
            self.longest[one] = max(self.longest.get(one, 0.0), self.now - self.since.pop(one))
        for one in there - self.since.keys():
            self.since[one] = self.now
            self.first.setdefault(one, self.now)

    def stood(self) -> dict[int, float]:
        left = {one: self.now - at for one, at in self.since.items()}
        return {one: max(self.longest.get(one, 0.0), left.get(one, 0.0)) for one in self.first}


def test_the_calls_of_a_moment_are_all_on_the_board_at_once() -> None:
    wall = Wall()
    wall.called(*(call(number) for number in range(AT_ONCE)))
    assert AT_ONCE == 37
    assert sorted(wall.first) == list(range(AT_ONCE))
    wall.called(*(call(AT_ONCE + n, 0.0) for n in range(3)))
    assert sorted(wall.first) == list(range(40)), "the newest have boxes, before anybody waits"
    assert wall.crowd.waits


@given(st.lists(st.integers(1, 60), min_size=1, max_size=6), st.floats(0.1, 20.0))
def test_every_call_of_any_bursts_stands_for_two_seconds(bursts: list[int], gap: float) -> None:
    wall, number = Wall(), 0
    for burst in bursts:
        wall.called(*(call(number + n, wall.now) for n in range(burst)))
        number += burst
        wall.wait(gap)
    wall.wait(100.0)
    stood = wall.stood()
    assert sorted(stood) == list(range(number)), "nobody is unseen"
    assert min(stood.values()) >= STANDS_S - 1e-9
    assert not wall.crowd.places, "the queues are seen again"


@given(st.lists(st.floats(0.0, 0.05), min_size=1, max_size=300))
def test_the_last_of_a_burst_is_seen_soon(gaps: list[float]) -> None:
    """Two hundred windows that call within a second: the last is seen after some 14 s."""
    wall, called = Wall(), dict[int, float]()
    for number, gap in enumerate(gaps):
        wall.wait(gap)
        called[number] = wall.now
        wall.called(call(number, wall.now))
    wall.wait(60.0)
    worst = max(wall.first[number] - at for number, at in called.items())
    assert worst <= STANDS_S * 1.5 + len(gaps) / A_PLACE_S
    assert worst == 0.0, "a newest call has a box at once"


@given(st.lists(st.tuples(st.integers(0, 50), st.sampled_from("crw")), max_size=120))
def test_places_hold_no_number_twice_and_nobody_who_is_gone(moves: list[tuple[int, str]]) -> None:
    wall, gone, calls = Wall(), set[int](), dict[int, int]()
    for number, move in moves:
        if move == "w":
            wall.wait(0.3)
        elif move == "r" and number in calls:
            wall.crowd = wall.crowd.without(lambda one, n=number: one.turn_id == n)  # type: ignore[misc]
            wall.hero = wall.hero.without(lambda one, n=number: one.turn_id == n, wall.now)  # type: ignore[misc]
            wall.roll = wall.roll.without(call(number).label)
            gone.add(number)
        else:
            gone.discard(number)
            calls[number] = calls.get(number, 0) + 1
            wall.called(call(number, wall.now, calls[number]))
        there = [one.turn_id for one in wall.crowd.calls if one is not None]
        there += [one.turn_id for one in wall.crowd.waits]
        assert len(there) == len(set(there))
        assert not gone.intersection(there)
        assert len(wall.crowd.places) in (0, PLACES)


def test_a_board_that_is_turned_keeps_everybody() -> None:
    crowd = Crowd()
    for number in range(20):
        crowd = crowd.called(call(number))
    crowd = crowd.noted((), 1.0).noted((), 1.5, 15)
    assert len(crowd.places) == 15
    assert len(crowd.waits) == 5


def test_who_waits_takes_the_places_of_those_who_all_left_at_once() -> None:
    """Else nobody of them is seen, and the board asks again without a pause."""
    crowd = Crowd()
    for number in range(PLACES + 5):
        crowd = crowd.called(call(number))
    crowd = crowd.noted((), 1.0).without(lambda one: one.turn_id < PLACES)
    assert crowd.due() is not None
    crowd = crowd.noted((), 1.5)
    assert [one.turn_id for one in crowd.calls if one] == list(range(PLACES, PLACES + 5))
    due = crowd.due()
    assert due is not None
    assert due > 1.5


def test_waiting_is_bounded() -> None:
    crowd = Crowd()
    for number in range(900):
        crowd = crowd.called(call(number)).noted((), 0.0)
    assert len(crowd.waits) == 500


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920)])
@pytest.mark.parametrize("card", [False, True])
def test_places_stand_beside_each_other_over_the_queues(
    size: tuple[int, int], *, card: bool
) -> None:
    for led in (False, True):
        for both in (False, True):
            layout = layout_of(*size, led=led, bilingual=both, card=card)
            ground, areas = QRectF(*layout.ground), [QRectF(*one) for one in layout.crowd]
            assert len(areas) >= 21
            for index, one in enumerate(areas):
                assert ground.adjusted(-1, -1, 1, 1).contains(one)
                assert not any(one.intersects(other) for other in areas[index + 1 :])
            assert not any(ground.intersects(QRectF(*one)) for one in layout.recent)


def test_places_that_a_layout_lacks_cover_no_call(qtbot: QtBot) -> None:
    """A portrait board has thirty places while something stands in its card, else 21."""
    app, board = made_up_board(MadeUpHall(), (540, 960))
    try:
        qtbot.waitUntil(board.newest.isVisible)
        made, fewer = (layout_of(1080, 1920, card=card) for card in (True, False))
        crowd = CrowdPlaces(board, None, lambda: None)
        crowd.show(made, [call(number) for number in range(len(made.crowd))])
        crowd.show(fewer, [call(number) for number in range(len(fewer.crowd))])
        seen = [board.childAt(one.geometry().center()) for one in crowd.places[: len(fewer.crowd)]]
        assert len(made.crowd) > len(fewer.crowd)
        assert seen == crowd.places[: len(fewer.crowd)]
        assert not any(one.isVisible() for one in crowd.places[len(fewer.crowd) :])
    finally:
        board.stop()
        board.close()
        app.close()


def test_a_burst_is_painted_at_once_and_leaves_again(qtbot: QtBot, tmp_path: Path) -> None:
    hall = MadeUpHall()
    painted = set[int]()
    app, board = made_up_board(
        hall, (960, 540), painted=lambda turn, _calls, _at: painted.add(turn)
    )
    try:
        qtbot.waitUntil(board.newest.isVisible)
        for turn in range(1, AT_ONCE):
            hall.call(turn)
        hall.tell()
        qtbot.waitUntil(lambda: painted >= set(range(1, AT_ONCE)), timeout=1900)
        assert board.crowd is not None
        places = [one for one in board.crowd.places if one.isVisible() and one.call is not None]
        assert len(places) == PLACES
        at = places[0].geometry().center()
        assert board.childAt(at) is places[0], "over the queues"
        board.grab().save(str(tmp_path / "burst.png"))
        board.presenter.crowd = Crowd()
        board._show_calls()
        assert not any(one.isVisible() for one in board.crowd.places)
        assert board.queues.isVisible()
    finally:
        board.stop()
        board.close()
        app.close()
    assert QApplication.instance() is not None
