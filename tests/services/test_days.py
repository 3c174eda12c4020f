"""Business days: opened by the first change after their start, closed once."""

from datetime import UTC, date, datetime, timedelta

import pytest

from hallclient.domain.errors import NotAllowed
from hallclient.domain.journal import broken_at
from hallclient.domain.ticket import TicketStatus
from hallclient.domain.turn import Outcome
from hallclient.services.days import close_day
from hallclient.services.issuing import TicketRequest
from tests.stores import HallUnderTest

TODAY, TOMORROW = date(2026, 9, 29), date(2026, 9, 30)
FOUR_IN_THE_MORNING = datetime(2026, 9, 29, 20, tzinfo=UTC)


def days(hall: HallUnderTest) -> list[tuple[str, bool]]:
    query = "SELECT day, closed_at IS NULL FROM business_day ORDER BY day"
    return [(str(day), bool(is_open)) for day, is_open in hall.rows(query)]


def test_the_first_change_opens_the_day(hall: HallUnderTest) -> None:
    with hall.store.look() as reader:
        assert reader.day is None
    hall.issue()
    with hall.store.look() as reader:
        assert reader.day == TODAY
    assert days(hall) == [("2026-09-29", True)]


def test_the_day_rolls_at_its_start_and_not_before(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    hall.issue()
    hall.clock.now = FOUR_IN_THE_MORNING - timedelta(seconds=2)
    assert hall.issue().ticket.label == "A002"
    hall.clock.now = FOUR_IN_THE_MORNING
    issued = hall.issuing.issue(TicketRequest("first", "ZH001"))
    assert (issued.ticket.label, issued.ticket.day) == ("A001", TOMORROW)
    assert (issued.people_ahead, issued.last_called) == (0, "")
    assert days(hall) == [("2026-09-29", False), ("2026-09-30", True)]
    assert hall.kinds()[-6:] == [
        "ticket.abandoned",
        "ticket.abandoned",
        "shift.ended",
        "day.closed",
        "day.opened",
        "ticket.issued",
    ]


def test_whoever_is_left_is_abandoned_wherever_he_is(hall: HallUnderTest) -> None:
    hall.sign_in("1", "2", "3")
    waiting = [hall.issue() for _ in range(4)]
    calling = hall.calling("2")
    calling.call_next()
    calling.recall()
    calling.recall()
    calling.no_show()
    calling.call_next()
    hall.calling("3").call_next()
    hall.calling("3").start()
    hall.shifts("1").pause("meal")
    hall.clock.advance(hours=10)
    assert close_day(hall.store, "chore") == TODAY
    now = hall.clock.now
    with hall.store.look() as reader:
        assert reader.day is None
        assert reader.open_tickets() == []
        assert reader.active_turns() == []
        assert reader.open_shifts() == []
        assert sum(count.waiting for count in reader.queue_counts()) == 0
        for issued in waiting:
            ticket = reader.ticket(issued.ticket.id)
            assert ticket is not None
            assert (ticket.status, ticket.ended_at) == (TicketStatus.ENDED, now)
    left = {str(e.data["was"]): e.subject for e in hall.journal() if e.kind == "ticket.abandoned"}
    assert set(left) == {"no_show", "called", "serving", "waiting"}
    results = hall.rows("SELECT result, count(*) FROM turn GROUP BY result ORDER BY result")
    assert [tuple(row) for row in results] == [(Outcome.ABANDONED, 2), (Outcome.NO_SHOW, 1)]
    closed = hall.journal()[-1]
    assert (closed.kind, dict(closed.data)) == ("day.closed", {"abandoned": 1})
    assert hall.rows("SELECT reason FROM pause") == [("meal",)]
    assert hall.one("SELECT count(*) FROM rating") == 0


def test_closing_is_done_once(hall: HallUnderTest) -> None:
    hall.issue()
    assert close_day(hall.store, "chore") == TODAY
    entries = hall.journal()
    assert close_day(hall.store, "chore") is None
    assert hall.journal() == entries
    assert hall.one("SELECT head FROM business_day") == entries[-1].hash
    assert broken_at(entries) is None


def test_a_closed_day_that_is_opened_again_goes_on_counting(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    hall.issue()
    close_day(hall.store, "chore")
    assert hall.issue().ticket.label == "A002"
    assert days(hall) == [("2026-09-29", True)]
    assert close_day(hall.store, "chore") == TODAY
    assert days(hall) == [("2026-09-29", False)]


def test_yesterdays_staff_sign_in_again(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    hall.issue()
    hall.calling().call_next()
    hall.clock.now = FOUR_IN_THE_MORNING
    with pytest.raises(NotAllowed) as caught:
        hall.calling().start()
    assert caught.value.key == "not_signed_in"
    hall.sign_in("2")
    state = hall.calling().state()
    assert (state.turn, state.ticket) == (None, None)
    assert hall.issue().ticket.label == "A001"


def test_days_of_rest_are_left_out(hall: HallUnderTest) -> None:
    hall.issue()
    hall.clock.advance(days=9)
    assert hall.issue().ticket.label == "A001"
    assert days(hall) == [("2026-09-29", False), ("2026-10-08", True)]


def test_a_day_never_goes_back_with_the_clock(hall: HallUnderTest) -> None:
    hall.clock.now = FOUR_IN_THE_MORNING
    hall.issue()
    hall.clock.advance(days=-1)
    later = hall.issue().ticket
    assert (later.label, later.day) == ("A002", TOMORROW)
    assert later.issued_at > FOUR_IN_THE_MORNING
