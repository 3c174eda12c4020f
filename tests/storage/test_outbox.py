"""Slips, messages and contacts that wait for a device, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from hallclient.domain.journal import Json
from hallclient.domain.message import Contact, Message, MessageEvent, MessageState
from hallclient.domain.ticket import Delivery
from hallclient.services.jobs import PrintJob, PrintJobState, SlipKind
from hallclient.storage.errors import StorageError
from hallclient.storage.transaction import SqlTransaction
from tests.stores import HallUnderTest

SLIP: dict[str, Json] = {"title": "受理回执", "blocks": [{"pair": ["姓名", "王某"]}, None, 1.5]}
MINUTE = timedelta(minutes=1)


def job(tx: SqlTransaction, station: str = "K1") -> PrintJob:
    made = PrintJob(tx.new_id(), station, SlipKind.RECEIPT, "case:9", SLIP, tx.now)
    tx.add_print_job(made)
    return made


def message(tx: SqlTransaction, ticket_id: int, event: MessageEvent) -> Message:
    now = tx.now
    return Message(tx.new_id(), ticket_id, event, MessageState.WAITING, now, now, now + 10 * MINUTE)


# Print jobs


def test_a_job_as_it_was_stored(hall: HallUnderTest) -> None:
    with hall.store.change("x") as tx:
        made = job(tx)
    with hall.store.look() as reader:
        assert reader.print_job(made.id) == made
        assert reader.print_job(4711) is None
    assert "王某" not in repr(made)


def test_open_jobs_of_a_station_oldest_first(hall: HallUnderTest) -> None:
    with hall.store.change("x") as tx:
        jobs = [job(tx) for _ in PrintJobState]
        elsewhere = job(tx, "K2")
        moved = [
            replace(one, state=state, trouble="paper_out")
            for one, state in zip(jobs, PrintJobState, strict=True)
        ]
        for one in reversed(moved):
            tx.save_print_job(one)
    with hall.store.look() as reader:
        states = [PrintJobState.WAITING, PrintJobState.PRINTING]
        assert reader.print_jobs("K1") == [one for one in moved if one.state in states]
        assert reader.print_jobs("K2") == [elsewhere]
        assert [reader.print_job(one.id) for one in jobs] == moved
        assert reader.print_jobs("K3") == []


def test_finished_jobs_are_dropped(hall: HallUnderTest) -> None:
    with hall.store.change("x") as tx:
        still_open, old, fresh = job(tx), job(tx), job(tx)
        done = replace(old, state=PrintJobState.PRINTED, finished_at=tx.now - 2 * MINUTE)
        tx.save_print_job(done)
        tx.save_print_job(replace(fresh, state=PrintJobState.UNKNOWN, finished_at=tx.now))
        assert tx.drop_print_jobs(tx.now - MINUTE) == 1
        found = [tx.print_job(one.id) is not None for one in (still_open, old, fresh)]
    assert found == [True, False, True]


# Messages


def test_one_message_for_an_event(hall: HallUnderTest) -> None:
    ticket = hall.issue().ticket
    with hall.store.change("x") as tx:
        first = message(tx, ticket.id, MessageEvent.TAKEN)
        assert tx.add_message(first)
        assert not tx.add_message(message(tx, ticket.id, MessageEvent.TAKEN))
        assert tx.add_message(message(tx, ticket.id, MessageEvent.SOON))
    with hall.store.look() as reader:
        assert reader.messages(MessageState.WAITING)[0] == first
        assert len(reader.messages(*MessageState)) == 2


def test_messages_by_their_states(hall: HallUnderTest) -> None:
    made = []
    for state in MessageState:
        ticket = hall.issue().ticket
        with hall.store.change("x") as tx:
            one = message(tx, ticket.id, MessageEvent.CALLED)
            tx.add_message(one)
            sent = tx.now if state is MessageState.SENT else None
            made.append(replace(one, state=state, tries=2, sent_at=sent, not_before=tx.now))
            tx.save_message(made[-1])
    with hall.store.look() as reader:
        for one in made:
            assert reader.messages(one.state) == [one]
        assert reader.messages(*MessageState) == made
        assert reader.messages(MessageState.SENDING, MessageState.WAITING) == made[:2]
        assert reader.messages() == ()


def test_a_message_keeps_its_ticket_and_event(hall: HallUnderTest) -> None:
    ticket = hall.issue().ticket
    with hall.store.change("x") as tx:
        one = message(tx, ticket.id, MessageEvent.CALLED)
        tx.add_message(one)
        tx.save_message(replace(one, event=MessageEvent.SOON, ticket_id=4711, tries=1))
        assert tx.messages(MessageState.WAITING) == [replace(one, tries=1)]


def test_a_message_needs_its_ticket(hall: HallUnderTest) -> None:
    with pytest.raises(StorageError), hall.store.change("x") as tx:
        tx.add_message(message(tx, 4711, MessageEvent.CALLED))


def test_old_messages_are_dropped(hall: HallUnderTest) -> None:
    ticket = hall.issue().ticket
    with hall.store.change("x") as tx:
        tx.add_message(message(tx, ticket.id, MessageEvent.TAKEN))
        made_at = tx.now
    with hall.store.change("x") as tx:
        tx.add_message(message(tx, ticket.id, MessageEvent.CALLED))
        assert tx.drop_messages(made_at) == 0
        assert tx.drop_messages(tx.now) == 1
        assert [one.event for one in tx.messages(*MessageState)] == [MessageEvent.CALLED]


# Contacts


def test_contacts(hall: HallUnderTest) -> None:
    tickets = [hall.issue().ticket for _ in range(3)]
    with hall.store.change("x") as tx:
        made = [Contact(one.id, bytes(range(256)), "zh-CN", tx.now) for one in tickets]
        for contact in reversed(made):
            tx.save_contact(contact)
        assert tx.contacts() == made
        again = replace(made[1], sealed=b"\0new", language="en")
        tx.save_contact(again)
    with hall.store.look() as reader:
        assert reader.contact(tickets[1].id) == again
        assert reader.contact(4711) is None
    assert "sealed" not in repr(again)
    with hall.store.change("x") as tx:
        assert tx.drop_contacts([tickets[0].id, tickets[1].id, 4711]) == 2
        assert tx.drop_contacts([]) == 0
        assert tx.contacts() == [made[2]]


# Tickets that nobody has in hand


def test_undelivered_tickets_of_a_station(hall: HallUnderTest) -> None:
    first, second, *_ = [hall.issue(station="K1").ticket for _ in range(5)]
    hall.issue(station="K2")
    hall.issue()
    hall.issuing.delivered(second.id, Delivery.SCREEN)
    hall.sign_in("2")
    hall.calling().call_next()
    with hall.store.look() as reader:
        assert [one.label for one in reader.undelivered("K1")] == ["A003", "A004", "A005"]
        assert [one.label for one in reader.undelivered("")] == ["A007"]
        assert [one.station for one in reader.undelivered("K2")] == ["K2"]
        known = reader.ticket(first.id)
        assert known is not None
        assert known.station == "K1"


def test_halls_keep_their_own(hall: HallUnderTest) -> None:
    with hall.engine.begin() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO hall (hall_id, name, time_zone, phone, follow_url, desk, rules,"
                " plan_version, next_id, seq, last_at, head) SELECT '510114000000-02', name,"
                " time_zone, phone, follow_url, desk, rules, 0, 1, 0, last_at, :head FROM hall"
            ),
            {"head": "0" * 64},
        )
    with hall.store.change("x") as tx:
        mine = job(tx)
        tx.save_print_job(replace(mine, state=PrintJobState.PRINTED, finished_at=tx.now))
    with hall.engine.begin() as connection:
        connection.execute(
            sa.text("UPDATE print_job SET hall_id = '510114000000-02' WHERE id = :id"),
            {"id": mine.id},
        )
    with hall.store.change("x") as tx:
        assert tx.print_job(mine.id) is None
        assert tx.print_jobs("K1") == []
        assert tx.drop_print_jobs(tx.now + MINUTE) == 0


def test_contacts_of_a_year_are_dropped_at_once(hall: HallUnderTest) -> None:
    """A database takes 32,766 or 65,535 values in a statement; retention may come late."""
    ticket = hall.issue().ticket
    with hall.store.change("test") as tx:
        tx.save_contact(Contact(ticket.id, b"sealed", "zh-CN", tx.now))
        assert tx.drop_contacts(range(ticket.id + 70_000)) == 1
