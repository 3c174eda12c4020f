"""Changes of tickets, and with each the count and the pace of its queue."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hallclient.domain.errors import Conflict
from hallclient.domain.rules import PriorityClass
from hallclient.domain.ticket import Delivery, Ticket, TicketStatus
from hallclient.storage.floor_tables import hold
from hallclient.storage.lean import lean
from hallclient.storage.paces import Move, PaceWriter, called, joined, left
from hallclient.storage.records import TICKET, told_row
from hallclient.storage.schema import queue_now, ticket
from hallclient.storage.tables import WAITING


class TicketWriter(PaceWriter):
    """Moves tickets. A change names the status that it expects, or it is a ``Conflict``."""

    def add_ticket(self, one: Ticket) -> None:
        """Store a new ticket."""
        self._put(ticket, TICKET.row(one))
        if one.status is TicketStatus.WAITING:
            self._count_waiting(one.queue_id, 1, joined)

    def move_ticket(
        self,
        one: Ticket,
        becomes: TicketStatus,
        *,
        claim_at: datetime | None = None,
        requeued: int | None = None,
        queue_id: int | None = None,
        service_id: int | None = None,
    ) -> Ticket:
        """Set a status where the stored one is still ``one.status``, or raise ``Conflict``.

        Who waits again was called: a slot that is still to come counts no more.
        """
        ended = self._now if becomes is TicketStatus.ENDED else None
        given = {
            "claim_at": claim_at,
            "requeued": requeued,
            "queue_id": queue_id,
            "service_id": service_id,
        }
        named: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        if becomes is TicketStatus.WAITING and self._is_early(one):
            named |= {"claim_at": min(claim_at or one.claim_at, self._now), "callable_from": None}
        return self._change_ticket(one, {"status": becomes, "ended_at": ended, **named})

    def rechoose(self, one: Ticket, queue_id: int, service_id: int) -> Ticket:
        """Let a waiting ticket wait elsewhere, its key kept, or raise ``Conflict``.

        The wait that was told with it was told for its queue.
        """
        if one.status is not TicketStatus.WAITING:
            raise Conflict("ticket_moved", f"ticket {one.label} is not waiting")
        told = one.told if queue_id == one.queue_id else None
        news = {"queue_id": queue_id, "service_id": service_id, "told": told}
        return self._change_ticket(one, news)

    def prioritise(self, one: Ticket, priority: PriorityClass, claim_at: datetime) -> Ticket:
        """Give a waiting ticket another class and its key, or raise ``Conflict``.

        The wait that was told with it was told for its class.
        """
        if one.status is not TicketStatus.WAITING:
            raise Conflict("ticket_moved", f"ticket {one.label} is not waiting")
        news = {"priority": priority, "claim_at": claim_at, "told": None}
        return self._change_ticket(one, news)

    def relabel_ticket(self, one: Ticket, number: int, label: str, token: str) -> Ticket:
        """Give a ticket the number that its paper already shows, or raise ``Conflict``."""
        same = sa.or_(
            sa.and_(ticket.c.day == one.day, ticket.c.label == label), ticket.c.token == token
        )
        if self._all(self._select(TICKET, ticket.c.id != one.id, same)):
            raise Conflict("label_taken", f"{label} or its token is another ticket's")
        relabelled = self._change_ticket(one, {"number": number, "label": label, "token": token})
        if one.day == self._day:
            self._show_last_call_as(label, one.label)
        return relabelled

    def bind_ticket(self, one: Ticket, window_id: int | None, staff_id: int | None) -> Ticket:
        """Let a ticket be for a window or a person only, or for anybody; or raise ``Conflict``."""
        return self._change_ticket(one, {"window_id": window_id, "staff_id": staff_id})

    def set_delivered(self, ticket_id: int, how: Delivery) -> bool:
        """Note that the citizen has the number; return False when it was known already."""
        done = self._connection.execute(
            sa.update(ticket)
            .where(self._mine(ticket), ticket.c.id == ticket_id, ticket.c.delivered_at.is_(None))
            .values(delivered_at=self._now, delivered_how=how.value)
        )
        return done.rowcount == 1

    def _show_last_call_as(self, label: str, before: str) -> None:
        self._connection.execute(
            sa.update(queue_now)
            .where(self._mine(queue_now), queue_now.c.last_called == before)
            .values(last_called=label)
        )

    def _change_ticket(self, one: Ticket, changes: dict[str, Any]) -> Ticket:
        """Change a ticket that is still as it was seen, and the counts of its queues."""
        if changes.get("status") is TicketStatus.CALLED and one.first_called_at is None:
            changes = changes | {"first_called_at": self._now}
        values = dict(changes)
        if "told" in values:
            values |= told_row(values.pop("told"))
        expected = ("status", one.status.value)
        self._update(ticket, one.id, values, expected, refused=lambda: _moved(one))
        changed = replace(one, **changes)
        self._count_move(one, changed)
        if one.status is TicketStatus.HELD and changed.status is not TicketStatus.HELD:
            self._drop(hold, hold.c.ticket_id == one.id)
        return changed

    def _count_move(self, before: Ticket, after: Ticket) -> None:
        """Keep the counts of the queue that a ticket left and of the one it joined."""
        leaves = before.status is TicketStatus.WAITING
        joins = after.status is TicketStatus.WAITING
        if leaves and joins and before.queue_id == after.queue_id:
            return
        if leaves and after.status is TicketStatus.CALLED:
            self._count_waiting(before.queue_id, -1, called(before), after.label)
        elif leaves:
            self._count_waiting(before.queue_id, -1, left)
        if joins:
            self._count_waiting(after.queue_id, 1, joined)

    def _count_waiting(
        self, queue_id: int, change: int, move: Move, last_called: str | None = None
    ) -> None:
        values = {
            "hall": self._hall_id,
            "queue": queue_id,
            "change": change,
            "pace": self._moved_pace(queue_id, change, move),
            "last_called": last_called,
        }
        self._link.later(_count(self._link.real)(last_called is not None), values)
        if self._at_work is not None:
            waiting = self._at_work.waiting
            now = {**waiting, queue_id: waiting.get(queue_id, 0) + change}
            self._at_work = replace(self._at_work, waiting=now)


def _moved(one: Ticket) -> Conflict:
    return Conflict("ticket_moved", f"ticket {one.label} is no longer {one.status}")


@lean
def _count(calls: bool) -> sa.Update:  # noqa: FBT001 - a key of what is kept
    """Return the update of a queue's count and pace, and of its last call."""
    hall: sa.BindParameter[str] = sa.bindparam("hall", type_=sa.Text())
    queue: sa.BindParameter[int] = sa.bindparam("queue", type_=sa.BigInteger())
    oldest = (
        sa.select(sa.func.min(ticket.c.issued_at))
        .where(ticket.c.hall_id == hall, ticket.c.queue_id == queue, ticket.c.status == WAITING)
        .scalar_subquery()
    )
    values: dict[str, Any] = {
        "waiting": queue_now.c.waiting + sa.bindparam("change", type_=sa.Integer()),
        "oldest_at": oldest,
        "pace": sa.bindparam("pace", type_=sa.Text()),
    }
    if calls:
        values["last_called"] = sa.bindparam("last_called", type_=sa.Text())
    mine = (queue_now.c.hall_id == hall, queue_now.c.queue_id == queue)
    return sa.update(queue_now).where(*mine).values(values)
