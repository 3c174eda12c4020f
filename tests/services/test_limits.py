"""Quotas, hours, persons and several tickets in one go, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any

import pytest

from hallclient.domain.errors import Refused
from hallclient.domain.limits import NoTicket, Stop
from hallclient.domain.ticket import TicketStatus
from hallclient.domain.turn import Outcome
from hallclient.services.days import changing
from hallclient.services.issuing import Issuing, Terms, TicketRequest, new_ticket
from hallclient.services.itinerary import Itineraries
from tests.halls import weekdays
from tests.stores import HallUnderTest

pytestmark = pytest.mark.usually_on("sqlite")

ANNA, BERT = "a" * 64, "b" * 64


def queue_a(hall: HallUnderTest, **changes: Any) -> None:
    """Change queue A of the hall."""
    queues = hall.store.plan().queues
    hall.change_plan(queues=tuple(replace(q, **changes) if q.code == "A" else q for q in queues))


def refused(take: Callable[[], object]) -> NoTicket:
    with pytest.raises(NoTicket) as caught:
        take()
    return caught.value


def test_a_day_quota_ends_with_its_last_number(hall: HallUnderTest) -> None:
    queue_a(hall, day_quota=3)
    assert [hall.issue().ticket.label for _ in range(3)] == ["A001", "A002", "A003"]
    assert refused(hall.issue).limit.stop is Stop.DAY_FULL
    assert hall.issue("BDC001").ticket.label == "B001"
    hall.clock.advance(days=1)
    assert hall.issue().ticket.label == "A001"


def test_a_slice_quota_ends_with_the_slice(hall: HallUnderTest) -> None:
    hall.change_plan(hours=weekdays(time(9), time(17)))
    queue_a(hall, slice_quota=2, slice_minutes=30)
    hall.issue()
    hall.issue()
    limit = refused(hall.issue).limit
    assert (limit.stop, str(limit.again)) == (Stop.SLICE_FULL, "2026-09-29 09:30:00+08:00")
    hall.clock.now = datetime(2026, 9, 29, 1, 30, tzinfo=UTC)
    hall.issue()
    with hall.store.look() as reader:
        counters = reader.counters()
    found = {name: counters[name] for name in ("queue:A", "slice:A:0900", "slice:A:0930")}
    assert found == {"queue:A": 3, "slice:A:0900": 2, "slice:A:0930": 1}


def test_two_kiosks_never_pass_a_quota(hall: HallUnderTest) -> None:
    queue_a(hall, day_quota=7)

    def kiosk(number: int) -> int:
        taken = 0
        with hall.another_store() as store:
            issuing = Issuing(store, f"kiosk:K{number}")
            for n in range(6):
                try:
                    issuing.issue(TicketRequest(f"{number} {n}", "ZH001"))
                    taken += 1
                except NoTicket:
                    pass
        return taken

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(kiosk, range(4))) == 7
    assert hall.one("SELECT count(*) FROM ticket") == 7


def test_one_open_ticket_a_person_and_queue(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    first = hall.issue(person=ANNA).ticket
    error = refused(lambda: hall.issue(person=ANNA))
    assert (error.limit.stop, error.limit.label) == (Stop.HAS_TICKET, first.label)
    hall.issue("BDC001", person=ANNA)
    hall.issue(person=BERT)
    hall.issue()
    # Missed: the way back is to wait again, as long as that is allowed, not a second number.
    calling = hall.calling()
    calling.call_next()
    for move in (calling.recall, calling.recall, calling.no_show):
        move()
    error = refused(lambda: hall.issue(person=ANNA))
    assert (error.limit.stop, error.limit.label) == (Stop.MISSED, first.label)
    hall.clock.advance(minutes=31)
    assert hall.issue(person=ANNA).ticket.status is TicketStatus.WAITING
    hall.change_rules(one_ticket=False)
    hall.issue(person=ANNA)


def closing_hall(hall: HallUnderTest) -> None:
    """Two hours are left, a service takes ten minutes, one window: closed at 180 of work."""
    hall.change_plan(
        hours=weekdays(time(9), time(11)),
        services=tuple(replace(s, minutes=10.0) for s in hall.store.plan().services),
        rules=replace(hall.store.plan().rules, closing_load_percent=100),
    )
    hall.sign_in("2")


def test_closing_early_stays_so_for_every_kiosk(hall: HallUnderTest) -> None:
    closing_hall(hall)
    calling = hall.calling("2")
    shown, late = hall.board, hall.board
    for _ in range(12):
        hall.issue()
    limit = refused(hall.issue).limit
    assert (limit.stop, str(limit.again)) == (Stop.CLOSING, "2026-09-30 09:00:00+08:00")
    changes = 0
    closed = True
    for _ in range(4):  # one is served, the next sits down: work and time go down together
        calling.call_next()
        calling.start()
        for _ in range(6):
            hall.clock.advance(minutes=1)
            now = shown.now().lines["A"].demand
            assert now.closing
            assert late.now().lines["A"].demand == now, "a kiosk that starts now says the same"
            with pytest.raises(NoTicket):
                hall.issue()
        calling.finish(Outcome.CONSULT)
        changes += shown.now().lines["A"].demand.closing is not closed
    assert changes == 0
    # Half of them have gone home: far below the share, it gives numbers again, and forgets.
    for _ in range(4):
        calling.call_next()
        for move in (calling.recall, calling.recall, calling.no_show):
            move()
    assert hall.issue().ticket.label == "A013"
    assert not hall.board.now().lines["A"].demand.closing


def test_a_ticket_elsewhere_opens_no_closed_queue(hall: HallUnderTest) -> None:
    """Between the share that closed it and the one that opens it, it stays as it was."""
    closing_hall(hall)
    plan = hall.store.plan()
    apart = [replace(w, ranks=(("B",),) if w.code == "1" else (("A",),)) for w in plan.windows]
    hall.change_plan(windows=tuple(apart))
    hall.sign_in("1")
    for _ in range(12):
        hall.issue()
    calling = hall.calling("2")
    calling.call_next()
    for move in (calling.recall, calling.recall, calling.no_show):
        move()
    assert refused(hall.issue).limit.stop is Stop.CLOSING
    hall.issue("BDC001")
    assert hall.board.now().lines["A"].demand.closing
    assert refused(hall.issue).limit.stop is Stop.CLOSING


def test_who_is_served_counts_for_closing_early(hall: HallUnderTest) -> None:
    closing_hall(hall)
    hall.issue()
    waiting = hall.board.now().lines["A"].demand.work_minutes
    calling = hall.calling("2")
    calling.call_next()
    calling.start()
    served = hall.board.now().lines["A"].demand.work_minutes
    assert (waiting, served) == (10.0, 5.0)


@pytest.mark.parametrize("missed", [False, True])
def test_a_later_step_is_a_ticket_of_its_queue_too(hall: HallUnderTest, *, missed: bool) -> None:
    hall.sign_in("1", "2")
    visit = hall.issue("ZH001", more=("BDC001",), person=ANNA).ticket
    calling = hall.calling("2")
    if missed:
        calling.call_next()
        for move in (calling.recall, calling.recall, calling.no_show):
            move()
    stop = Stop.MISSED if missed else Stop.HAS_TICKET
    for take in (
        lambda: hall.issue("BDC001", person=ANNA),
        lambda: hall.issue("ZH001", person=ANNA),
    ):
        limit = refused(take).limit
        assert (limit.stop, limit.label) == (stop, visit.label)
    hall.issue("BDC001", person=BERT)
    if missed:
        return
    calling.call_next()
    calling.start()
    calling.finish(Outcome.CONSULT)
    hall.issue("ZH001", person=ANNA)
    assert refused(lambda: hall.issue("BDC001", person=ANNA)).limit.label == visit.label


def test_no_ticket_is_changed_into_a_second_one(hall: HallUnderTest) -> None:
    first = hall.issue("BDC001", person=ANNA).ticket
    other = hall.issue("ZH001", person=ANNA).ticket
    moves = Itineraries(hall.store, "kiosk:K1")
    add = partial(moves.change, other.id, ("ZH001", "BDC001"), ANNA)
    assert refused(add).limit.label == first.label
    assert len(moves.change(other.id, ("ZH001", "BDC001")).steps) == 2, "no card, nobody knows"


def test_the_next_day_knows_nobody(hall: HallUnderTest) -> None:
    hall.issue(person=ANNA)
    hall.clock.advance(days=1)
    hall.issue(person=ANNA)


def test_no_person_is_journalled_or_told(hall: HallUnderTest) -> None:
    issued = hall.issue(person=ANNA)
    assert ANNA not in repr(hall.journal())
    assert ANNA not in repr(issued)
    assert ANNA not in repr(TicketRequest("r", "ZH001", person=ANNA))
    assert ANNA not in str(refused(lambda: hall.issue(person=ANNA)))


def test_closing_early(hall: HallUnderTest) -> None:
    services = hall.store.plan().services
    hall.change_plan(
        hours=weekdays(time(9), time(17)),
        services=tuple(replace(service, minutes=15) for service in services),
    )
    hall.sign_in("2", "3")
    hall.clock.now = datetime(2026, 9, 29, 8, 20, tzinfo=UTC)  # 40 minutes until the close
    # 60 minutes of work a window are too many for 40: eight tickets of 15 at two windows.
    for _ in range(8):
        hall.issue()
    line = hall.board.now().lines["A"]
    assert line.demand.work_minutes == 60
    assert refused(hall.issue).limit.stop is Stop.CLOSING
    assert refused(lambda: hall.issue("BDC001")).limit.stop is Stop.CLOSING
    for window in ("2", "3"):
        hall.calling(window).call_next()
    # Two are at the windows and not done yet; it opens again at 48 minutes, not at 59.
    assert hall.board.now().lines["A"].demand.work_minutes == 6 * 15 / 2 + 7.5
    assert refused(lambda: hall.issue("BDC001")).limit.stop is Stop.CLOSING
    for window in ("2", "3"):
        hall.calling(window).start()
        hall.calling(window).finish(Outcome.CONSULT)
    hall.issue()
    hall.change_rules(closing_load_percent=0)
    for _ in range(5):
        hall.issue()


def test_several_in_one_go_are_all_or_none(hall: HallUnderTest) -> None:
    queue_a(hall, day_quota=5)
    request = TicketRequest("touch 1", "ZH001", person=ANNA)
    three = hall.issuing.issue_several(request, 3)
    assert [one.ticket.label for one in three] == ["A001", "A002", "A003"]
    assert [one.people_ahead for one in three] == [0, 1, 2]
    # A second touch, also for another number of tickets, gives the same.
    for count in (1, 3, 5):
        again = hall.issuing.issue_several(request, count)
        assert [one.ticket.id for one in again] == [one.ticket.id for one in three]
    assert refused(lambda: hall.issue(person=ANNA)).limit.label == "A001"
    error = refused(lambda: hall.issuing.issue_several(TicketRequest("2", "ZH001"), 3))
    assert (error.limit.stop, error.limit.left) == (Stop.DAY_FULL, 2)
    assert hall.one("SELECT count(*) FROM ticket") == 3
    for count in (0, -1, 6):
        with pytest.raises(Refused, match="in one go"):
            hall.issuing.issue_several(TicketRequest("3", "ZH001"), count)
    assert hall.kinds().count("ticket.issued") == 3


def test_two_services_of_one_queue_take_two_places(hall: HallUnderTest) -> None:
    plan = hall.store.plan()
    copy = replace(plan.service("ZH001"), code="ZH002", id=0)
    hall.change_plan(services=(*plan.services, copy))
    queue_a(hall, day_quota=3)
    hall.issue(more=("ZH002",))
    limit = refused(lambda: hall.issue(more=("ZH002",))).limit
    assert (limit.stop, limit.left) == (Stop.DAY_FULL, 0)
    hall.issue()
    with hall.store.look() as reader:
        assert reader.counters()["queue:A"] == 3


def test_a_promised_number_is_given_and_counted(hall: HallUnderTest) -> None:
    queue_a(hall, day_quota=1)
    hall.issue()
    later = hall.clock.now + timedelta(minutes=20)
    with changing(hall.store, "kiosk:K1") as tx:
        booked = new_ticket(
            tx,
            TicketRequest("check in", "ZH001"),
            Terms(claim_at=later, callable_from=later, number=805, token="T" * 16),
        ).ticket
    assert (booked.label, booked.claim_at, booked.token) == ("A805", later, "T" * 16)
    with hall.store.look() as reader:
        assert reader.ticket(booked.id) == booked
        assert reader.counters()["queue:A"] == 2
        assert reader.counters()["series:A"] == 1


def missed_ticket(hall: HallUnderTest) -> int:
    hall.sign_in("2")
    ticket = hall.issue().ticket
    calling = hall.calling()
    calling.call_next()
    for move in (calling.recall, calling.recall, calling.no_show):
        move()
    return ticket.id


def test_a_no_show_comes_back_in_time_only(hall: HallUnderTest) -> None:
    missed = missed_ticket(hall)
    hall.clock.advance(minutes=30)
    assert hall.issuing.requeue(missed).ticket.status is TicketStatus.WAITING


def test_too_late_is_refused_but_a_clerk_may_choose_the_number(hall: HallUnderTest) -> None:
    missed = missed_ticket(hall)
    hall.clock.advance(minutes=30, seconds=1)
    with pytest.raises(Refused) as caught:
        hall.issuing.requeue(missed)
    assert (caught.value.key, caught.value.facts) == (
        "requeue_late",
        {"label": "A001", "minutes": 30},
    )
    called = hall.calling().call_chosen("A001", "asked_back")
    assert called.ticket is not None
    assert called.ticket.id == missed


def test_without_a_limit_the_whole_day_counts(hall: HallUnderTest) -> None:
    hall.change_rules(no_show_valid_minutes=0)
    missed = missed_ticket(hall)
    hall.clock.advance(hours=8)
    assert hall.issuing.requeue(missed).ticket.requeued == 1
