"""What has been done: days and their figures, cases, held tickets, ratings that never came."""

from dataclasses import replace
from datetime import timedelta

from hallclient.domain.journal import GENESIS
from hallclient.domain.rating import Level
from hallclient.domain.ticket import TicketStatus
from hallclient.domain.turn import Outcome, Turn
from hallclient.services.days import close_day
from hallclient.services.store_records import DayFigures
from hallclient.storage.figures import SERVED
from tests.stores import HallUnderTest


def call(hall: HallUnderTest, window: str = "2") -> Turn:
    turn = hall.calling(window).call_next().turn
    assert turn is not None
    return turn


def serve(hall: HallUnderTest, outcome: Outcome = Outcome.CONSULT) -> Turn:
    turn = call(hall)
    hall.calling().start()
    hall.clock.advance(seconds=5)
    hall.calling().finish(outcome)
    return turn


def miss(hall: HallUnderTest) -> Turn:
    turn = call(hall)
    for _ in range(hall.store.plan().rules.no_show_after - turn.calls):
        hall.calling().recall()
    hall.calling().no_show()
    return turn


def figures(hall: HallUnderTest) -> DayFigures:
    with hall.store.look() as reader:
        return reader.day_figures()


# Days


def test_the_figures_of_a_day(hall: HallUnderTest) -> None:
    assert figures(hall) == DayFigures(0, 0, 0, 0, 0)
    hall.sign_in("2")
    for _ in range(8):
        hall.issue()
    assert figures(hall) == DayFigures(8, 0, 0, 0, 0)
    serve(hall)
    serve(hall, Outcome.PROMISED)
    serve(hall, Outcome.REFUSED)
    back, away = miss(hall), miss(hall)
    assert figures(hall) == DayFigures(issued=8, served=3, no_shows=2, abandoned=0, cases=2)
    hall.issuing.requeue(back.ticket_id)
    assert figures(hall) == DayFigures(8, 3, 1, 0, 2), "who waits again is no no-show"
    call(hall)
    day = close_day(hall.store, "chore")
    with hall.store.look() as reader:
        assert reader.day is None
        assert reader.day_figures() == DayFigures(0, 0, 0, 0, 0)
        closed = reader.day_figures(day)
        ended = reader.ticket(away.ticket_id)
    assert ended is not None
    assert ended.status is TicketStatus.ENDED
    assert closed == DayFigures(issued=8, served=3, no_shows=2, abandoned=3, cases=2)


def test_days_have_their_own_figures(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    hall.issue()
    serve(hall)
    hall.clock.advance(days=1)
    for _ in range(2):
        hall.issue()
    assert figures(hall) == DayFigures(2, 0, 0, 0, 0)
    with hall.store.look() as reader:
        today, before = reader.days(9)
        assert today.day == reader.day
        assert (today.closed_at, today.head) == (None, None)
        assert reader.day_figures(before.day) == DayFigures(1, 1, 0, 0, 0)
        assert before.closed_at is not None
        assert [one.day for one in reader.days(1)] == [today.day]
    assert before.head in {entry.hash for entry in hall.journal()}


def test_the_head_of_the_journal(hall: HallUnderTest) -> None:
    with hall.store.change("x") as tx:
        before = tx.head
        tx.record("x", "y")
        inside = tx.head
    assert before != inside != GENESIS
    with hall.store.look() as reader:
        assert reader.head == inside == hall.journal()[-1].hash


# Cases


def test_cases(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    hall.issue()
    hall.issue()
    turn, other = serve(hall, Outcome.SUPPLEMENT), serve(hall)
    with hall.store.look() as reader:
        case = reader.case_of_turn(turn.id)
        assert case is not None
        assert (case.turn_id, case.kind) == (turn.id, Outcome.SUPPLEMENT)
        assert case.due_on is not None
        assert reader.case(case.id) == case
        assert reader.case_of_turn(other.id) is None
        assert reader.case(turn.id) is None


# Held tickets and calls


def hold(hall: HallUnderTest) -> Turn:
    """Store what holding leaves behind: the ticket held, its turn ended."""
    turn = call(hall)
    hall.calling().start()
    hall.clock.advance(seconds=5)
    with hall.store.change("x") as tx:
        ticket, now = tx.ticket(turn.ticket_id), tx.turn(turn.id)
        assert ticket is not None
        assert now is not None
        tx.move_ticket(ticket, TicketStatus.HELD)
        held = replace(now, ended_at=tx.now, result=Outcome.TRANSFERRED)
        tx.save_turn(held)
    return held


def test_held_tickets(hall: HallUnderTest) -> None:
    hall.sign_in("1", "2")
    for _ in range(3):
        hall.issue()
    first, second = hold(hall), hold(hall)
    miss(hall)
    with hall.store.look() as reader:
        windows = {window.code: window.id for window in reader.plan.windows}
        found = reader.held([windows["2"]])
        assert [one.turn for one in found] == [first, second]
        assert [one.ticket.label for one in found] == ["A001", "A002"]
        assert reader.held([windows["1"]]) == []
        assert [one.label for one in reader.missed([windows["2"]], 9)] == ["A003"]


def test_a_resumed_turn_is_no_call(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    hall.issue()
    held = hold(hall)
    with hall.store.change("x") as tx:
        ticket = tx.ticket(held.ticket_id)
        assert ticket is not None
        tx.move_ticket(ticket, TicketStatus.SERVING)
        resumed = Turn(
            tx.new_id(), held.ticket_id, held.window_id, held.staff_id, tx.now, tx.now, calls=0,
            started_at=tx.now,
        )  # fmt: skip
        tx.add_turn(resumed)
        assert [one.turn for one in tx.recent_calls([held.window_id], 9)] == [held]
        assert tx.active_turn(held.window_id) == resumed
        assert tx.held([held.window_id]) == []


# Ratings that never came


def test_unrated_turns(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    for _ in range(4):
        hall.issue()
    first, rated, missed, last = serve(hall), serve(hall), miss(hall), serve(hall)
    hall.ratings.record(rated.id, Level.SATISFIED, "K1")
    with hall.store.look() as reader:
        later = reader.now + timedelta(days=1)
        found = reader.unrated(later, 9)
        assert [turn.id for turn in found] == [first.id, last.id]
        assert missed.id not in [turn.id for turn in found]
        times = [turn.rating_asked_at for turn in found]
        early, late = times
        assert early is not None
        assert late is not None
        assert [turn.id for turn in reader.unrated(late, 9)] == [first.id]
        assert [turn.id for turn in reader.unrated(later, 1)] == [first.id]
        assert [turn.id for turn in reader.unrated(later, 9, after=late)] == [last.id]
        assert len(reader.unrated(later, 9, after=early)) == 2
        assert reader.unrated(early, 9) == []


def test_every_outcome_either_counts_as_served_or_goes_on() -> None:
    others = {outcome.value for outcome in Outcome if outcome not in SERVED}
    assert others - {"held", "returned"} == {"no_show", "abandoned", "transferred"}
