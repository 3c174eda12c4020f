"""A clerk's moves at a window, on both databases."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from hallclient.domain.errors import NotAllowed, NotFound
from hallclient.domain.parts import CalendarDay
from hallclient.domain.rules import PriorityClass
from hallclient.domain.ticket import TicketStatus
from hallclient.domain.turn import CLERK_OUTCOMES, Outcome
from hallclient.services.calling import Calling
from hallclient.services.windows import WindowState
from hallclient.storage.transaction import SqlTransaction
from tests.stores import HallUnderTest

if TYPE_CHECKING:
    from collections.abc import Callable


def called(state: WindowState) -> str:
    assert state.turn is not None
    assert state.turn.active
    assert state.ticket is not None
    return state.ticket.label


def served(hall: HallUnderTest, window: str = "2") -> str:
    """Call, serve and finish; return the label, empty when nobody was called."""
    calling = hall.calling(window)
    state = calling.call_next()
    if state.turn is None or not state.turn.active:
        return ""
    label = called(state)
    calling.start()
    calling.finish(Outcome.CONSULT)
    return label


def serve_all(hall: HallUnderTest, window: str = "2") -> list[str]:
    return list(iter(lambda: served(hall, window), ""))


def test_one_queue_in_order_of_issue(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    for _ in range(4):
        hall.issue()
    assert serve_all(hall) == ["A001", "A002", "A003", "A004"]


def test_nobody_waits(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    entries = len(hall.journal())
    state = hall.calling().call_next()
    assert (state.turn, state.ticket, state.waiting, state.next_ticket) == (None, None, 0, None)
    assert len(hall.journal()) == entries


def test_rank_before_age(hall: HallUnderTest) -> None:
    """Window 2 serves A first, window 1 serves B first; either helps the other out."""
    hall.sign_in("1", "2")
    for service in ("BDC001", "ZH001", "BDC001", "ZH001"):
        hall.issue(service)
    assert served(hall, "1") == "B001"
    assert serve_all(hall, "2") == ["A001", "A002", "B002"]


def test_the_ceiling_before_rank(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    hall.issue("BDC001")
    hall.clock.advance(minutes=29)
    hall.issue("ZH001")
    assert served(hall) == "A001"
    hall.issue("ZH001")
    hall.clock.advance(minutes=1)
    assert served(hall) == "B001"
    why = [
        (e.data["why"], e.data["rank"], e.data["others"])
        for e in hall.journal()
        if e.kind == "ticket.called"
    ]
    assert why == [("rank", 1, 1), ("ceiling", 2, 1)]


def test_a_queues_own_ceiling(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    plan = hall.store.plan()
    hall.change_plan(queues=(plan.queues[0], replace(plan.queues[1], ceiling_minutes=5)))
    hall.issue("BDC001")
    hall.clock.advance(minutes=5)
    hall.issue("ZH001")
    assert serve_all(hall) == ["B001", "A001"]


def test_priority_goes_ahead_by_its_credit_and_no_more(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    hall.issue()
    hall.clock.advance(minutes=9, seconds=30)
    hall.issue()
    hall.issue(priority=PriorityClass.PREGNANT)
    hall.clock.advance(minutes=1)
    hall.issue(priority=PriorityClass.SOLDIER)
    assert serve_all(hall) == ["A003", "A001", "A004", "A002"]


def test_the_state_says_who_would_be_next(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    for service in ("BDC001", "ZH001", "ZH001"):
        hall.issue(service)
    state = hall.calling().state()
    while state.next_ticket is not None:
        said, waiting = state.next_ticket.label, state.waiting
        assert served(hall) == said
        state = hall.calling().state()
        assert state.waiting == waiting - 1
    assert state.waiting == 0


def test_a_call_is_journalled_whole(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    ticket = hall.issue().ticket
    hall.clock.advance(seconds=90)
    turn = hall.calling().call_next().turn
    entry = hall.journal()[-1]
    assert turn is not None
    assert (entry.kind, entry.subject) == ("ticket.called", f"ticket:{ticket.id}")
    assert (entry.zone, entry.window, entry.actor) == ("1A", "2", "window:2")
    assert entry.at == turn.called_at == hall.clock.now
    assert dict(entry.data) == {
        "turn": turn.id,
        "label": "A001",
        "service": "ZH001",
        "queue": "A",
        "why": "rank",
        "rank": 1,
        "claim_seconds": 90,
        "others": 0,
    }


def test_recall_up_to_the_cap(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    hall.issue()
    calling = hall.calling()
    first = calling.call_next().turn
    assert first is not None
    turn = None
    for calls in (2, 3):
        hall.clock.advance(seconds=20)
        turn = calling.recall().turn
        assert turn == replace(first, calls=calls, last_called_at=hall.clock.now)
    with pytest.raises(NotAllowed) as caught:
        calling.recall()
    assert caught.value.key == "recall_cap"
    assert calling.state().turn == turn
    assert hall.kinds().count("ticket.recalled") == 2


def test_a_no_show_takes_enough_calls(hall: HallUnderTest) -> None:
    hall.change_rules(recall_cap=4, no_show_after=2)
    hall.sign_in("2")
    ticket = hall.issue().ticket
    calling = hall.calling()
    calling.call_next()
    with pytest.raises(NotAllowed) as caught:
        calling.no_show()
    assert caught.value.key == "no_show_too_early"
    calling.recall()
    state = calling.no_show()
    assert state.turn is not None
    assert (state.turn.result, state.turn.active) == (Outcome.NO_SHOW, False)
    assert state.turn.rating_asked_at is None
    with hall.store.look() as reader:
        moved = reader.ticket(ticket.id)
        assert moved is not None
        assert (moved.status, moved.ended_at) == (TicketStatus.NO_SHOW, None)
    assert hall.one("SELECT count(*) FROM case_record") == 0
    assert calling.call_next().turn == state.turn, "a no-show does not come back by itself"


def test_serving(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    hall.issue()
    calling = hall.calling()
    calling.call_next()
    hall.clock.advance(seconds=30)
    turn = calling.start().turn
    assert turn is not None
    assert turn.started_at == hall.clock.now
    for move in (calling.start, calling.recall, calling.no_show, calling.call_next):
        with pytest.raises(NotAllowed):
            move()
    assert calling.state().turn == turn


def test_a_called_ticket_cannot_be_finished_before_it_was_served(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    hall.issue()
    calling = hall.calling()
    before = calling.call_next()
    with pytest.raises(NotAllowed):
        calling.finish(Outcome.INSTANT)
    after = calling.state()
    assert (after.turn, after.ticket) == (before.turn, before.ticket)
    assert hall.one("SELECT count(*) FROM case_record") == 0


@pytest.mark.parametrize("name", ["recall", "start", "no_show", "finish"])
def test_no_move_without_a_ticket(hall: HallUnderTest, name: str) -> None:
    hall.sign_in("2")
    moves: dict[str, Callable[[Calling], object]] = {
        "recall": Calling.recall,
        "start": Calling.start,
        "no_show": Calling.no_show,
        "finish": lambda calling: calling.finish(Outcome.CONSULT),
    }
    with pytest.raises(NotAllowed) as caught:
        moves[name](hall.calling())
    assert caught.value.key == "no_turn"


def test_no_move_at_a_window_without_staff_or_that_is_not_there(hall: HallUnderTest) -> None:
    hall.issue()
    with pytest.raises(NotAllowed) as caught:
        hall.calling().call_next()
    assert caught.value.key == "not_signed_in"
    with pytest.raises(NotFound):
        hall.calling("99").call_next()
    with pytest.raises(NotFound):
        hall.calling("99").state()


def finished(hall: HallUnderTest, outcome: Outcome, service: str = "BDC001") -> WindowState:
    hall.issue(service)
    calling = hall.calling()
    calling.call_next()
    calling.start()
    hall.clock.advance(minutes=5)
    return calling.finish(outcome)


@pytest.mark.parametrize("outcome", CLERK_OUTCOMES)
def test_outcomes_end_the_ticket_and_ask_for_the_rating(
    hall: HallUnderTest, outcome: Outcome
) -> None:
    hall.sign_in("2")
    state = finished(hall, outcome)
    now = hall.clock.now
    assert state.turn is not None
    assert state.ticket is not None
    assert (state.turn.result, state.turn.ended_at) == (outcome, now)
    assert state.turn.rating_asked_at == now
    assert (state.ticket.status, state.ticket.ended_at) == (TicketStatus.ENDED, now)
    entry = hall.journal()[-1]
    assert entry.data["outcome"] == outcome
    cases = hall.one("SELECT count(*) FROM case_record")
    assert cases == (outcome not in (Outcome.CONSULT, Outcome.COLLECT))
    assert ("case" in entry.data) is bool(cases)


@pytest.mark.parametrize(
    "outcome", [o for o in Outcome if o not in CLERK_OUTCOMES], ids=lambda o: o.value
)
def test_other_outcomes_are_not_for_a_clerk(hall: HallUnderTest, outcome: Outcome) -> None:
    hall.sign_in("2")
    hall.issue()
    hall.calling().call_next()
    before = hall.calling().start()
    with pytest.raises(NotAllowed):
        hall.calling().finish(outcome)
    assert hall.calling().state().turn == before.turn


def test_cases(hall: HallUnderTest) -> None:
    """Five working days after 2026-09-29 are 2026-10-12 (domain.md §3)."""
    hall.change_plan(
        calendar=(
            *(CalendarDay(f"2026-10-{day:02d}", working=False) for day in range(1, 8)),
            CalendarDay("2026-10-10", working=True),
        )
    )
    hall.sign_in("2")
    for outcome in (Outcome.PROMISED, Outcome.INSTANT, Outcome.SUPPLEMENT):
        finished(hall, outcome)
    finished(hall, Outcome.PROMISED, "ZH001")  # a service without any limit
    with hall.engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT number, kind, due_on, finished_at IS NULL FROM case_record ORDER BY number"
        ).all()
    assert [(r[0], r[1], str(r[2]) if r[2] else None, bool(r[3])) for r in rows] == [
        ("2026092900001", "promised", "2026-10-12", True),
        ("2026092900002", "instant", None, False),
        ("2026092900003", "supplement", "2026-10-12", True),
        ("2026092900004", "promised", None, True),
    ]
    due = [e.data["due"] for e in hall.journal() if e.kind == "turn.ended"]
    assert due == ["2026-10-12", None, "2026-10-12", None]


def test_a_case_is_accepted_on_the_local_date(hall: HallUnderTest) -> None:
    """Half past midnight is still the business day, but a day of its own in the calendar."""
    hall.clock.now = datetime(2026, 9, 29, 16, 30, tzinfo=UTC)
    hall.sign_in("2")
    finished(hall, Outcome.PROMISED)
    with hall.store.look() as reader:
        assert reader.day == date(2026, 9, 29)
    (row,) = hall.rows("SELECT number, due_on FROM case_record")
    assert (row[0], str(row[1])) == ("2026092900001", "2026-10-07")


def test_ask_again(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    calling = hall.calling()
    with pytest.raises(NotAllowed):
        calling.ask_again()
    finished(hall, Outcome.CONSULT)
    hall.clock.advance(minutes=2)
    turn = calling.ask_again().turn
    assert turn is not None
    assert turn.rating_asked_at == hall.clock.now
    assert hall.journal()[-1].kind == "rating.asked"
    hall.issue()
    calling.call_next()
    with pytest.raises(NotAllowed):
        calling.ask_again()


def test_a_window_serves_one_at_a_time(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    hall.issue()
    hall.issue()
    first = called(hall.calling().call_next())
    with pytest.raises(NotAllowed) as caught:
        hall.calling().call_next()
    assert caught.value.key == "turn_open"
    assert called(hall.calling().state()) == first


def test_boards_are_woken_by_calls_and_not_by_what_they_do_not_show(
    hall: HallUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[str] = []
    wake = SqlTransaction.wake

    def noting(tx: SqlTransaction, *scopes: str, patient: bool = False) -> None:
        woken.extend(scopes)
        wake(tx, *scopes, patient=patient)

    monkeypatch.setattr(SqlTransaction, "wake", noting)
    hall.sign_in("2")
    calling = hall.calling("2")
    hall.issue()
    zone = f"zone:{hall.store.plan().window('2').zone}"
    for move, on_boards in (
        (calling.call_next, True),
        (calling.start, True),
        (lambda: calling.finish(Outcome.CONSULT), False),
    ):
        woken.clear()
        move()
        assert (zone in woken) is on_boards
        assert "window:2" in woken
