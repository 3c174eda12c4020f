"""Heads, moves and new numbers of tickets, against a model; the counts of queues follow."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hallclient.domain.errors import Conflict
from hallclient.domain.ticket import Ticket, TicketStatus
from hallclient.services.store import Transaction
from hallclient.services.store_records import QueueCount
from tests import invariants
from tests.stores import HallUnderTest

MINUTE = timedelta(minutes=1)
MODEL = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


class _UndoneError(Exception):
    """Ends a change that is not to be."""


@contextmanager
def undone(hall: HallUnderTest) -> Iterator[Transaction]:
    """A change that leaves nothing, for one example."""
    with suppress(_UndoneError), hall.store.change("test") as tx:
        yield tx
        raise _UndoneError


@pytest.fixture
def pattern(hall: HallUnderTest) -> Ticket:
    """What every ticket here is like; it has ended."""
    ticket = hall.issue().ticket
    with hall.store.change("test") as tx:
        tx.move_ticket(ticket, TicketStatus.ENDED)
        tx.record("ticket.abandoned", f"ticket:{ticket.id}")
    return ticket


def add(tx: Transaction, pattern: Ticket, queue_id: int, **more: object) -> Ticket:
    own = tx.new_id()
    names = {"request_id": f"r{own}", "token": f"t{own}", "label": f"A{own}", "number": own}
    ticket = replace(pattern, id=own, queue_id=queue_id, **names, **more)  # type: ignore[arg-type]
    tx.add_ticket(ticket)
    return ticket


# Who is first


WAITING = st.tuples(
    st.integers(0, 1), st.integers(-20, 20), st.none() | st.integers(-5, 5), st.booleans()
)
"""Queue, minutes of the key and of the time it may be called, and whether it waits."""


@MODEL
@given(st.lists(WAITING, max_size=12))
def test_the_first_of_each_queue(
    hall: HallUnderTest, pattern: Ticket, drawn: list[tuple[int, int, int | None, bool]]
) -> None:
    with undone(hall) as tx:
        queues = [queue.id for queue in tx.plan.queues]
        line: list[Ticket] = []
        for queue, claim, callable_in, waits in drawn:
            after = None if callable_in is None else tx.now + callable_in * MINUTE
            status = TicketStatus.WAITING if waits else TicketStatus.NO_SHOW
            line.append(
                add(tx, pattern, queues[queue], claim_at=tx.now + claim * MINUTE,
                    callable_from=after, status=status)
            )  # fmt: skip
        expected = [
            min(own, key=lambda one: (early(one, tx.now), one.claim_at, one.id))
            for queue_id in queues
            if (own := [t for t in line if t.queue_id == queue_id and t.status == "waiting"])
        ]
        assert sorted(tx.heads(queues), key=lambda one: one.queue_id) == expected
        for head in expected:
            assert tx.heads([head.queue_id]) == [head]


def early(one: Ticket, now: datetime) -> bool:
    return one.callable_from is not None and one.callable_from > now


def test_the_moment_itself_is_in_time(hall: HallUnderTest, pattern: Ticket) -> None:
    with undone(hall) as tx:
        queue = tx.plan.queue("A").id
        early = tx.now - MINUTE
        first = add(tx, pattern, queue, claim_at=early, callable_from=tx.now, status="waiting")
        add(tx, pattern, queue, claim_at=tx.now, status="waiting")
        assert tx.heads([queue]) == [first]


# Moves and counts

MOVE = st.tuples(
    st.sampled_from(["move", "rechoose", "relabel"]),
    st.integers(0, 3),
    st.sampled_from(list(TicketStatus)),
    st.integers(0, 1),
)


@MODEL
@given(st.lists(MOVE, max_size=15))
def test_counts_follow_every_move(
    hall: HallUnderTest,
    pattern: Ticket,
    moves: list[tuple[str, int, TicketStatus, int]],
) -> None:
    with undone(hall) as tx:
        queues = [queue.id for queue in tx.plan.queues]
        services = [service.id for service in tx.plan.services]
        line = [
            add(tx, pattern, queues[n % 2], status=TicketStatus.WAITING,
                issued_at=tx.now + n * MINUTE)
            for n in range(4)
        ]  # fmt: skip
        last_called = dict.fromkeys(queues, "")
        for name, which, status, where in moves:
            one = line[which]
            if name == "move":
                to = queues[where] if status is TicketStatus.WAITING else None
                line[which] = tx.move_ticket(one, status, queue_id=to)
                if (one.status, status) == (TicketStatus.WAITING, TicketStatus.CALLED):
                    last_called[one.queue_id] = one.label
            elif name == "relabel":
                line[which] = tx.relabel_ticket(one, one.number + 1, f"{one.label}x", one.token)
                for queue_id, label in last_called.items():
                    if label == one.label:
                        last_called[queue_id] = line[which].label
            elif one.status is TicketStatus.WAITING:
                line[which] = tx.rechoose(one, queues[where], services[where])
            else:
                with pytest.raises(Conflict):
                    tx.rechoose(one, queues[where], services[where])
            assert tx.ticket(one.id) == line[which]
        assert sorted(tx.queue_counts(), key=lambda count: count.queue_id) == [
            counted(line, queue_id, last_called[queue_id]) for queue_id in sorted(queues)
        ]


def counted(line: list[Ticket], queue_id: int, last_called: str) -> QueueCount:
    issued = [one.issued_at for one in line if one.queue_id == queue_id and one.status == "waiting"]
    return QueueCount(queue_id, len(issued), min(issued, default=None), last_called)


def test_a_ticket_goes_on_for_another_service(hall: HallUnderTest) -> None:
    """From a window to the next queue, its key kept."""
    hall.sign_in("2")
    hall.issue()
    state = hall.calling().call_next()
    assert state.ticket is not None
    with undone(hall) as tx:
        queue, service = tx.plan.queue("B"), tx.plan.service("BDC001")
        moved = tx.move_ticket(
            state.ticket, TicketStatus.WAITING, queue_id=queue.id, service_id=service.id
        )
        assert (moved.queue_id, moved.service_id) == (queue.id, service.id)
        assert moved.claim_at == state.ticket.claim_at
        assert tx.ticket(moved.id) == moved
        assert tx.queue_count(queue.id) == QueueCount(queue.id, 1, moved.issued_at, "")


def test_a_new_number_that_another_has(hall: HallUnderTest) -> None:
    first, second = (hall.issue().ticket for _ in range(2))
    for label, token in ((first.label, "T" * 16), ("A801", first.token)):
        with pytest.raises(Conflict), hall.store.change("test") as tx:
            tx.relabel_ticket(second, 801, label, token)
    with hall.store.change("test") as tx:
        again = tx.relabel_ticket(second, 801, "A801", "T" * 16)
        assert tx.relabel_ticket(again, 801, "A801", "T" * 16) == again, "done twice"
        assert tx.ticket_by_label("A801") == tx.ticket_by_token("T" * 16) == again
        assert tx.ticket_by_label(second.label) is None
        tx.record("ticket.relabelled", f"ticket:{again.id}", {"label": again.label})
    invariants.check(hall.engine, hall.store)
    with pytest.raises(Conflict), hall.store.change("test") as tx:
        tx.relabel_ticket(replace(second, status=TicketStatus.CALLED), 802, "A802", "U" * 16)


def test_the_last_call_is_shown_under_the_new_number_only_today(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    old = hall.issue().ticket
    with hall.store.change("test") as tx:
        tx.move_ticket(old, TicketStatus.ENDED)
    hall.clock.advance(days=1)
    hall.sign_in("2")
    today = hall.issue().ticket
    assert today.label == old.label
    hall.calling().call_next()
    with undone(hall) as tx:
        yesterday = tx.ticket(old.id)
        assert yesterday is not None
        tx.relabel_ticket(yesterday, 801, "A801", "T" * 16)
        assert tx.queue_count(old.queue_id).last_called == today.label


def test_somebody_was_quicker(hall: HallUnderTest) -> None:
    one = hall.issue().ticket
    with hall.store.change("test") as tx:
        tx.move_ticket(one, TicketStatus.CALLED)
    with pytest.raises(Conflict), hall.store.change("test") as tx:
        tx.rechoose(one, tx.plan.queue("B").id, tx.plan.service("BDC001").id)
    with hall.store.look() as reader:
        assert [count.waiting for count in reader.queue_counts()] == [0, 0]
