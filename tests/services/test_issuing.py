"""Taking a ticket, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from hallclient.domain.errors import NotAllowed, NotFound, Refused
from hallclient.domain.rules import PriorityClass
from hallclient.domain.ticket import Delivery, TicketStatus
from hallclient.services.issuing import Issuing, TicketRequest
from tests.halls import weekdays
from tests.stores import HallUnderTest


def test_a_ticket(hall: HallUnderTest) -> None:
    issued = hall.issue("BDC001", priority=PriorityClass.ELDERLY, language="en")
    ticket = issued.ticket
    assert (ticket.label, ticket.number, ticket.status) == ("B001", 1, TicketStatus.WAITING)
    assert ticket.claim_at == ticket.issued_at - timedelta(minutes=10)
    assert (ticket.language, ticket.delivered_at) == ("en", None)
    assert (issued.queue.code, issued.service.code, issued.people_ahead) == ("B", "BDC001", 0)
    with hall.store.look() as reader:
        assert reader.ticket(ticket.id) == ticket
        assert reader.ticket_by_token(ticket.token) == ticket
    assert hall.kinds() == ["day.opened", "ticket.issued"]


def test_numbers_by_series_and_people_ahead(hall: HallUnderTest) -> None:
    issued = [hall.issue(s) for s in ("ZH001", "BDC001", "ZH001", "ZH001", "BDC001")]
    assert [i.ticket.label for i in issued] == ["A001", "B001", "A002", "A003", "B002"]
    assert [i.people_ahead for i in issued] == [0, 0, 1, 2, 1]
    elder = hall.issue("ZH001", priority=PriorityClass.ELDERLY)
    assert (elder.ticket.label, elder.people_ahead) == ("A004", 0)


def test_the_label_called_last(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    hall.issue()
    assert hall.issue().last_called == ""
    hall.calling().call_next()
    assert hall.issue().last_called == "A001"
    assert hall.issue("BDC001").last_called == ""


def test_asked_twice_one_ticket(hall: HallUnderTest) -> None:
    request = TicketRequest("touch 1", "ZH001")
    first, second = hall.issuing.issue(request), hall.issuing.issue(request)
    assert first == second
    # Also when the second comes from elsewhere, for another service, after the first was called.
    hall.sign_in("2")
    hall.calling().call_next()
    third = Issuing(hall.store, "kiosk:K2").issue(TicketRequest("touch 1", "BDC001"))
    assert third.ticket.id == first.ticket.id
    assert hall.one("SELECT count(*) FROM ticket") == 1
    assert hall.kinds().count("ticket.issued") == 1
    assert hall.one("SELECT value FROM counter WHERE name LIKE 'series:%'") == 1


def test_asked_at_once_from_everywhere_one_ticket_each(hall: HallUnderTest) -> None:
    def kiosk(number: int) -> list[int]:
        with hall.another_store() as store:
            issuing = Issuing(store, f"kiosk:K{number}")
            return [
                issuing.issue(TicketRequest(f"touch {n}", "ZH001")).ticket.id for n in range(12)
            ]

    with ThreadPoolExecutor(4) as pool:
        seen = list(pool.map(kiosk, range(4)))
    assert all(ids == seen[0] for ids in seen)
    assert len(set(seen[0])) == 12
    assert hall.one("SELECT count(*) FROM ticket") == 12
    assert sorted(hall.rows("SELECT number FROM ticket")) == [(n,) for n in range(1, 13)]


def test_an_unknown_service(hall: HallUnderTest) -> None:
    with pytest.raises(NotFound):
        hall.issue("nothing")
    assert hall.kinds() == []
    assert hall.one("SELECT count(*) FROM ticket") == 0


def test_outside_the_hours(hall: HallUnderTest) -> None:
    hall.change_plan(hours=weekdays(time(9), time(17)))
    hall.issue()
    hall.clock.now = datetime(2026, 9, 29, 9, tzinfo=UTC)  # five in the afternoon in Shanghai
    with pytest.raises(Refused) as caught:
        hall.issue()
    assert caught.value.key == "queue_closed"
    assert hall.one("SELECT count(*) FROM ticket") == 1
    # What was issued in time is still answered: a retried request is no new ticket.
    assert hall.issuing.issue(TicketRequest("request 1", "ZH001")).ticket.label == "A001"


def test_delivered_once(hall: HallUnderTest) -> None:
    ticket = hall.issue().ticket
    hall.clock.advance(seconds=3)
    hall.issuing.delivered(ticket.id, Delivery.PAPER)
    delivered_at = hall.clock.now
    hall.clock.advance(seconds=3)
    hall.issuing.delivered(ticket.id, Delivery.SCREEN)
    with hall.store.look() as reader:
        assert reader.ticket(ticket.id) == replace(ticket, delivered_at=delivered_at)
    assert hall.rows("SELECT delivered_how FROM ticket") == [("paper",)]
    assert hall.kinds().count("ticket.delivered") == 1
    with pytest.raises(NotFound):
        hall.issuing.delivered(ticket.id + 999, Delivery.PAPER)


def missed(hall: HallUnderTest) -> int:
    """Call the next ticket at window 2 until it counts as absent; return its id."""
    calling = hall.calling()
    ticket = calling.call_next().ticket
    assert ticket is not None
    calling.recall()
    calling.recall()
    calling.no_show()
    return ticket.id


def waiting_labels(hall: HallUnderTest) -> list[str]:
    query = "SELECT label FROM ticket WHERE status = 'waiting' ORDER BY claim_at, id"
    return [label for (label,) in hall.rows(query)]


def test_requeue_a_few_places_behind(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    for _ in range(6):
        hall.issue()
    absent = missed(hall)
    assert waiting_labels(hall) == ["A002", "A003", "A004", "A005", "A006"]
    back = hall.issuing.requeue(absent)
    assert waiting_labels(hall) == ["A002", "A003", "A004", "A001", "A005", "A006"]
    assert (back.people_ahead, back.ticket.requeued) == (3, 1)
    assert back.ticket.status is TicketStatus.WAITING


def test_requeue_behind_few_is_at_the_end(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    for _ in range(3):
        hall.issue()
    absent = missed(hall)
    hall.clock.advance(minutes=1)
    back = hall.issuing.requeue(absent)
    assert waiting_labels(hall) == ["A002", "A003", "A001"]
    assert back.ticket.claim_at == hall.clock.now


def test_requeue_at_most_twice_and_only_a_no_show(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    ticket = hall.issue().ticket
    with pytest.raises(NotAllowed):
        hall.issuing.requeue(ticket.id)
    for _ in range(2):
        assert missed(hall) == ticket.id
        hall.issuing.requeue(ticket.id)
        with pytest.raises(NotAllowed):
            hall.issuing.requeue(ticket.id)
    assert missed(hall) == ticket.id
    with pytest.raises(Refused) as caught:
        hall.issuing.requeue(ticket.id)
    assert caught.value.facts == {"limit": 2}
    with pytest.raises(NotFound):
        hall.issuing.requeue(999)


def test_the_journal_says_by_how_much_somebody_goes_ahead(hall: HallUnderTest) -> None:
    hall.issue()
    hall.issue(priority=PriorityClass.ELDERLY)
    first, second = [e.data for e in hall.journal() if e.kind == "ticket.issued"]
    assert "minutes" not in first
    assert second["minutes"] == hall.store.plan().rules.credit(PriorityClass.ELDERLY)
