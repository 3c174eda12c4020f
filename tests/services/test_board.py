"""What the public sees."""

import pytest
import sqlalchemy as sa

from hallclient.display.roll import Roll
from hallclient.domain.turn import Outcome
from hallclient.services import board
from hallclient.services.board import MISSED, Board, BoardNews
from tests.stores import HallUnderTest


def test_an_empty_hall(hall: HallUnderTest) -> None:
    state = hall.board.state()
    assert (list(state.calls), list(state.missed)) == ([], [])
    assert (state.hall.waiting, state.hall.open_windows) == (0, frozenset())
    assert {code: line.waiting for code, line in state.hall.lines.items()} == {"A": 0, "B": 0}


def test_how_full_the_hall_is(hall: HallUnderTest) -> None:
    hall.sign_in("1", "2", "3")
    hall.shifts("3").pause("meal")
    first = hall.issue().ticket
    for service in ("ZH001", "BDC001", "ZH001"):
        hall.issue(service)
    hall.calling("2").call_next()
    now = hall.board.now()
    a, b = now.lines["A"], now.lines["B"]
    assert (a.waiting, b.waiting, now.waiting) == (2, 1, 3)
    assert now.open_windows == {"1", "2"}
    assert (a.open_windows, a.free_windows, b.open_windows, b.free_windows) == (2, 1, 2, 1)
    assert a.oldest_at is not None
    assert a.oldest_at > first.issued_at
    assert now.seq == hall.journal()[-1].seq


def test_calls_newest_first_and_recalls(hall: HallUnderTest) -> None:
    hall.sign_in("1", "2")
    for _ in range(2):
        hall.issue()
    hall.clock.advance(seconds=1)
    hall.calling("2").call_next()
    hall.clock.advance(seconds=1)
    hall.calling("1").call_next()
    shown = [(c.label, c.window, c.zone, c.calls, c.active) for c in hall.board.state().calls]
    assert shown == [("A002", "1", "1B", 1, True), ("A001", "2", "1A", 1, True)]
    hall.clock.advance(seconds=1)
    hall.calling("2").recall()
    calls = hall.board.state().calls
    assert [(c.label, c.calls) for c in calls] == [("A001", 2), ("A002", 1)]
    assert calls[0].called_at == hall.clock.now
    hall.calling("2").start()
    hall.calling("2").finish(Outcome.CONSULT)
    assert [c.active for c in hall.board.state().calls] == [False, True]


def test_a_board_shows_its_zones(hall: HallUnderTest) -> None:
    hall.sign_in("1", "2")
    hall.issue("BDC001")
    hall.issue("ZH001")
    hall.calling("1").call_next()
    hall.calling("2").call_next()
    assert [c.label for c in Board(hall.store, ("1A",)).state().calls] == ["A001"]
    assert [c.label for c in Board(hall.store, ("1B",)).state().calls] == ["B001"]
    assert len(Board(hall.store, ("1A", "1B")).state().calls) == 2


def test_missed_numbers_until_they_are_back(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    calling = hall.calling()
    missed = []
    for _ in range(2):
        missed.append(hall.issue().ticket)
        calling.call_next()
        calling.recall()
        calling.recall()
        hall.clock.advance(seconds=1)
        calling.no_show()
    assert list(hall.board.state().missed) == ["A002", "A001"]
    assert list(Board(hall.store, ("1B",)).state().missed) == []
    hall.issuing.requeue(missed[0].id)
    assert list(hall.board.state().missed) == ["A002"]


def test_a_missed_number_is_no_recent_call_however_many_were_missed_since(
    hall: HallUnderTest,
) -> None:
    """A board that starts shows what one shows that was there all the time."""
    hall.sign_in("2")
    hall.change_rules(no_show_after=1)
    for _ in range(MISSED + 2):
        hall.issue()
        hall.clock.advance(seconds=30)
        hall.calling().call_next()
        hall.calling().no_show()
    state = hall.board.state()
    assert len(state.missed) == MISSED
    assert Roll.of(state).calls == ()
    assert len(state.calls) == MISSED + 2, "for the voice, which tells that they are unspoken"


def test_yesterdays_calls_are_gone(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    hall.issue()
    hall.calling().call_next()
    hall.clock.advance(days=1)
    hall.issue()
    assert list(hall.board.state().calls) == []


def test_news(hall: HallUnderTest) -> None:
    start = hall.board.now().seq
    assert list(hall.board.news(start).entries) == []
    hall.sign_in("2")
    hall.issue()
    hall.calling().call_next()
    news = hall.board.news(start)
    assert [e.kind for e in news.entries] == ["day.opened", "ticket.called"]
    assert (news.gap, news.seq) == (False, start + 4)
    assert hall.board.news(news.seq).seq == news.seq


def test_of_other_zones_a_board_follows_what_may_be_its_own(hall: HallUnderTest) -> None:
    """Who is called elsewhere is not its affair; who is sent somewhere may be."""
    start = hall.board.now().seq
    hall.sign_in("2")
    for _ in range(2):
        hall.issue()
    calling = hall.calling()
    calling.call_next()
    calling.start()
    calling.finish(Outcome.CONSULT)
    calling.call_next()
    hall.change_rules(no_show_after=1)
    calling.no_show()
    plan = hall.store.plan()
    zone = plan.window("2").zone
    other = next((one.code for one in plan.zones if one.code != zone), "elsewhere")

    def kinds(*zones: str, heard: tuple[str, ...] = ()) -> list[str]:
        news = Board(hall.store, zones, heard).news(start)
        assert (news.gap, news.seq, news.head) == (
            False,
            hall.board.now().seq,
            hall.journal()[-1].hash,
        )
        return [entry.kind for entry in news.entries]

    calls = ["ticket.called", "turn.started", "ticket.called"]
    whole = ["day.opened", *calls, "hall.changed", "ticket.no_show"]
    assert kinds() == kinds(zone) == kinds(other, heard=(zone,)) == whole
    assert kinds(other) == [kind for kind in whole if kind not in calls]


def test_missing_entries_are_a_gap(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    for _ in range(2):
        hall.issue()
    hall.calling().call_next()
    start = hall.board.now().seq - 2
    with hall.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM journal WHERE seq = :seq"), {"seq": start + 1})
    news = hall.board.news(start)
    assert [e.seq for e in news.entries] == [start + 2]
    assert news.gap


def test_a_database_that_was_set_back_is_a_gap(hall: HallUnderTest) -> None:
    """After a restored backup the journal ends before what a board has seen."""
    hall.issue()
    seq = hall.board.now().seq
    news = hall.board.news(seq + 100)
    assert (news.gap, news.seq, list(news.entries)) == (True, seq, [])


def test_a_restored_backup_that_has_gone_on_since_is_a_gap(hall: HallUnderTest) -> None:
    """Its journal is as long as what a board has seen, or longer, and tells of other things."""
    hall.issue()
    was = hall.board.now()
    assert hall.board.news(was.seq, was.head) == BoardNews(was.seq, (), head=was.head)
    hall.issue()
    news = hall.board.news(was.seq, was.head)
    assert (news.gap, news.seq, news.head) == (False, was.seq + 1, hall.board.now().head)
    other = "0" * len(was.head)
    overtaken = hall.board.news(was.seq, other)
    assert (overtaken.gap, list(overtaken.entries)) == (True, [])
    level = hall.board.now()
    assert hall.board.news(level.seq, other).gap


def test_too_much_news_is_a_gap(hall: HallUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    start = hall.board.now().seq
    monkeypatch.setattr(board, "TAIL", 4)
    for _ in range(3):
        hall.issue()
    few = hall.board.news(start)
    assert (few.gap, few.seq) == (False, start + 4)
    hall.issue()
    many = hall.board.news(start)
    assert (many.gap, many.seq) == (True, start + 4), "who goes on by himself misses nothing"
