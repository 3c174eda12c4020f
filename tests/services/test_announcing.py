"""Boards report: each call is noted once, one board speaks for a zone, the journal has it all."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import event

from hallclient.domain.announcement import (
    Announcement,
    BoardOrders,
    BoardReport,
    CallKey,
    Shown,
    Spoken,
    Unspoken,
)
from hallclient.services.announcing import Announcing, Pace, forget_board, leaders
from tests.stores import HallUnderTest

ZONE = "1A"


class Board:
    """A board's side, with the hall's hand clock as its own."""

    def __init__(
        self,
        hall: HallUnderTest,
        name: str,
        holder: str = "",
        ended: Callable[[str], bool] = lambda _holder: False,
    ) -> None:
        self.name = name
        self._start = hall.clock.now
        self.reports = Announcing(
            hall.store,
            holder or f"PC {name}",
            ended=ended,
            pace=Pace(lease_s=20, beat_s=9),
            clock=lambda: (hall.clock.now - self._start).total_seconds() + 1000,
        )

    def tell(
        self,
        *shown: CallKey,
        spoken: tuple[Spoken, ...] = (),
        speaks: tuple[str, ...] = (ZONE,),
        ago_ms: int = 0,
        ending: bool = False,
    ) -> BoardOrders:
        seen = tuple(Shown(turn, calls, ago_ms) for turn, calls in shown)
        return self.reports.report(
            BoardReport(self.name, (ZONE,), speaks, seen, spoken, ending=ending)
        )


@pytest.fixture
def call(hall: HallUnderTest) -> CallKey:
    """A call, one second ago."""
    hall.sign_in("2")
    hall.issue()
    turn = hall.calling().call_next().turn
    assert turn is not None
    hall.clock.advance(seconds=1)
    return turn.id, 1


def known(hall: HallUnderTest, call: CallKey) -> Announcement:
    with hall.store.look() as reader:
        return reader.announced([call])[call]


def acks(hall: HallUnderTest) -> list[tuple[str, dict[str, object]]]:
    return [(e.kind, dict(e.data)) for e in hall.journal() if e.kind.startswith("call.")]


def test_a_call_is_noted_once_whoever_comes_first(hall: HallUnderTest, call: CallKey) -> None:
    one, two = Board(hall, "D1"), Board(hall, "D2")
    first = hall.clock.now
    one.tell(call)
    two.tell(call)
    hall.clock.advance(seconds=1)
    two.tell(call)
    assert known(hall, call).shown_by == "D1"
    assert known(hall, call).shown_at == first
    assert acks(hall) == [("call.shown", {"turn": call[0], "calls": 1, "board": "D1"})]


def test_nothing_is_written_when_others_noted_it_all(hall: HallUnderTest, call: CallKey) -> None:
    one, two = Board(hall, "D1"), Board(hall, "D2")
    two.tell()
    one.tell(call)
    with hall.store.look() as reader:
        seen = {board.name: board.seen_at for board in reader.boards()}
    hall.clock.advance(seconds=5)
    two.tell(call)
    with hall.store.look() as reader:
        assert {board.name: board.seen_at for board in reader.boards()} == seen
    hall.clock.advance(seconds=5)
    two.tell()
    with hall.store.look() as reader:
        assert {board.name: board.seen_at for board in reader.boards()} != seen, "it is there"


def test_a_sighting_alone_renews_no_lease_and_says_so(hall: HallUnderTest, call: CallKey) -> None:
    """Twelve boards report calls all day: a lease is renewed when it is due, not with each."""
    one, statements = Board(hall, "D1"), list[str]()
    one.tell()
    hall.clock.advance(seconds=4)
    count = lambda _c, _k, text, *_: statements.append(text)  # noqa: E731 - a listener
    event.listen(hall.engine, "before_cursor_execute", count)
    try:
        orders = one.tell(call)
    finally:
        event.remove(hall.engine, "before_cursor_execute", count)
    assert known(hall, call).shown_by == "D1"
    assert orders.leads == {ZONE}
    assert orders.renewed_s == pytest.approx(4, abs=0.1)
    assert not [text for text in statements if "lease" in text or "board.seen_at" in text]
    # What the test's own login asks for its rights is none of the board's.
    assert len([text for text in statements if not text.startswith("SET LOCAL ROLE")]) <= 11
    hall.clock.advance(seconds=5)
    assert one.tell().renewed_s == 0


def test_a_report_after_the_database_was_away_tells_the_true_time(
    hall: HallUnderTest, call: CallKey
) -> None:
    painted = hall.clock.now
    hall.clock.advance(seconds=90)
    Board(hall, "D1").tell(call, ago_ms=90_000)
    assert known(hall, call).shown_at == painted
    facts = {"turn": call[0], "calls": 1, "board": "D1", "ago_ms": 90_000}
    assert acks(hall) == [("call.shown", facts)]
    Board(hall, "D2").tell(spoken=(Spoken(*call, ZONE, 2, None, 500, ago_ms=85_000),))
    spoken_at = known(hall, call).spoken_at
    assert spoken_at is not None
    assert abs(spoken_at - painted - timedelta(seconds=5)) < timedelta(milliseconds=1)
    facts = {"turn": call[0], "calls": 1, "board": "D2", "times": 2, "delay_ms": 500}
    assert acks(hall)[1:] == [("call.spoken", facts | {"ago_ms": 85_000})]


def test_spoken_or_why_not_is_journalled_and_speech_beats_silence(
    hall: HallUnderTest, call: CallKey
) -> None:
    one = Board(hall, "D1")
    quiet = Spoken(*call, ZONE, 0, Unspoken.NO_SOUND, 1200)
    loud = Spoken(*call, ZONE, 2, None, 1500)
    one.tell(spoken=(quiet,))
    one.tell(spoken=(loud,))
    one.tell(spoken=(quiet,))
    turn = {"turn": call[0], "calls": 1, "board": "D1"}
    assert acks(hall) == [
        ("call.unspoken", {**turn, "why": "no_sound", "delay_ms": 1200}),
        ("call.spoken", {**turn, "times": 2, "delay_ms": 1500}),
    ]
    assert known(hall, call).times == 2


def test_one_board_speaks_for_a_zone_until_it_ends_or_falls_silent(hall: HallUnderTest) -> None:
    one, two = Board(hall, "D1"), Board(hall, "D2")
    assert one.tell().leads == {ZONE}
    assert two.tell().leads == frozenset()
    with hall.store.look() as reader:
        assert leaders(reader) == {"D1": {ZONE}}
    for _ in range(3):  # whoever has it keeps it
        hall.clock.advance(seconds=10)
        assert two.tell().leads == frozenset()
        assert one.tell().leads == {ZONE}
    hall.clock.advance(seconds=10)
    assert two.tell().leads == frozenset()
    hall.clock.advance(seconds=10)
    assert two.tell().leads == {ZONE}, "the first one was not heard for 20 s"
    assert one.tell().leads == frozenset()
    two.tell(ending=True)
    hall.clock.advance(seconds=10)
    assert one.tell().leads == {ZONE}


def test_a_board_learns_whether_another_could_speak(hall: HallUnderTest) -> None:
    one, two = Board(hall, "D1"), Board(hall, "D2")
    assert one.tell().shared == frozenset()
    assert two.tell().shared == {ZONE}
    hall.clock.advance(seconds=10)
    assert one.tell().shared == {ZONE}
    two.tell(ending=True)
    hall.clock.advance(seconds=10)
    assert one.tell().shared == frozenset()


def test_a_board_that_speaks_a_zone_no_more_gives_it_back(hall: HallUnderTest) -> None:
    one, two = Board(hall, "D1"), Board(hall, "D2")
    one.tell()
    assert one.tell(speaks=()).leads == frozenset()
    assert two.tell().leads == {ZONE}


def test_a_killed_board_that_starts_again_leads_at_once(hall: HallUnderTest) -> None:
    Board(hall, "D1", "PC #100").tell()
    again = Board(hall, "D1", "PC #200", ended=lambda holder: holder == "PC #100")
    orders = again.tell()
    assert orders.leads == {ZONE}
    assert orders.name == "D1"


def test_two_boards_of_one_name_are_two_boards(hall: HallUnderTest) -> None:
    one, two = Board(hall, "D1", "PC1 #1"), Board(hall, "D1", "PC2 #1")
    assert one.tell().name == "D1"
    assert two.tell().name == "D1-2"
    assert two.tell().leads == frozenset(), "not in chorus"
    with hall.store.look() as reader:
        assert [board.name for board in reader.boards()] == ["D1", "D1-2"]


def test_presence_says_since_when_and_whether_it_was_closed(hall: HallUnderTest) -> None:
    one, began = Board(hall, "D1"), hall.clock.now
    one.tell()
    hall.clock.advance(seconds=30)
    one.tell()
    with hall.store.look() as reader:
        (board,) = reader.boards()
    assert (board.zones, board.speaks, board.ended_at) == ((ZONE,), (ZONE,), None)
    assert board.since - began < timedelta(seconds=1)
    assert board.seen_at >= began + timedelta(seconds=30)
    one.tell(ending=True)
    with hall.store.look() as reader:
        assert reader.boards()[0].ended_at is not None
    Board(hall, "D1").tell()
    with hall.store.look() as reader:
        assert reader.boards()[0].since >= began + timedelta(seconds=30), "a new life"


def test_a_forgotten_board_is_gone(hall: HallUnderTest) -> None:
    Board(hall, "D1").tell()
    assert forget_board(hall.store, "staff:9001", "D1")
    assert not forget_board(hall.store, "staff:9001", "D1")
    with hall.store.look() as reader:
        assert reader.boards() == []
    assert hall.kinds().count("board.forgotten") == 1


def test_a_report_hinders_no_take_back(hall: HallUnderTest, call: CallKey) -> None:
    hall.calling().start()
    Board(hall, "D1").tell(call, spoken=(Spoken(*call, ZONE, 1),))
    assert hall.calling().take_back().turn is not None
