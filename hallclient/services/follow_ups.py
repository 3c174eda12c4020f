"""Bad ratings and their call-back (差评回访): who sees them, who takes them, what became of them.

The journal gets a digest under the rating's own salt: that a rating has a follow-up at all would
tell its level.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hallclient.domain.calendar import WorkCalendar
from hallclient.domain.errors import NotFound
from hallclient.domain.follow_up import FollowUp, FollowUpResult, recorded, taken
from hallclient.domain.journal import canonical
from hallclient.domain.rights import Right, may
from hallclient.services.days import changing
from hallclient.services.hours import local_time
from hallclient.services.member import FLOOR_SCOPE, has_anywhere, member_with

if TYPE_CHECKING:
    from datetime import date, datetime

    from hallclient.domain.parts import Service, ServiceWindow, Staff
    from hallclient.domain.rating import Rating
    from hallclient.services.store import Reader, Store, Transaction


@dataclass(frozen=True, slots=True)
class OpenFollowUp:
    """A bad rating that waits for its call-back; for leads and up, never for who served."""

    rating: Rating
    follow_up: FollowUp
    label: str
    window: ServiceWindow
    service: Service
    clerk: str
    """Name of who served."""
    department: str
    given_at: datetime
    overdue: bool
    taken_by: str = ""
    """Name of who calls back."""
    reasons: tuple[str, ...] = ()
    """What the citizen chose as reasons, in words; empty until ratings carry them."""
    phone: str = field(default="", repr=False)
    """How the citizen may be reached, as far as staff may see it; empty until one is left."""


class FollowUps:
    """The follow-ups of one member of staff (the staff number)."""

    def __init__(self, store: Store, member: str) -> None:
        self._store = store
        self._member = member

    def open(self) -> tuple[OpenFollowUp, ...]:
        """Return what waits for a call-back, the oldest first; a lead's: the own department's.

        Raises ``Refused`` without the right.
        """
        with self._store.look() as reader:
            return open_follow_ups(reader, self._allowed(reader))

    def take(self, rating_id: int) -> OpenFollowUp:
        """我来回访: put one's name to it. The last one who says so counts."""
        with changing(self._store, f"staff:{self._member}") as tx:
            one, who = self._one(tx, rating_id)
            self._save(tx, one, taken(one.follow_up, who.id), "follow_up.taken")
            return self._one(tx, rating_id)[0]

    def record(
        self, rating_id: int, result: FollowUpResult, promised_on: date | None = None
    ) -> None:
        """记回访: note what became of it; ``promised_on`` goes with ``BY_DATE`` only.

        Raises ``NotFound`` for a rating that waits for none (or is not this member's to see),
        ``NotAllowed`` for a date that cannot be, ``Refused`` without the right: by appeal only
        those above the departments put a rating aside.
        """
        with changing(self._store, f"staff:{self._member}") as tx:
            one, who = self._one(tx, rating_id)
            if result in (FollowUpResult.MISTAKEN, FollowUpResult.MALICIOUS):
                member_with(tx, self._member, Right.BROADCAST)
            today = local_time(tx.plan, tx.now).date()
            done = recorded(one.follow_up, who.id, result, promised_on, today, tx.now)
            self._save(tx, one, done, "follow_up.recorded")

    def _one(self, tx: Transaction, rating_id: int) -> tuple[OpenFollowUp, Staff]:
        who = self._allowed(tx)
        for one in open_follow_ups(tx, who):
            if one.rating.id == rating_id:
                return one, who
        raise NotFound("unknown_follow_up", "no such rating waits for a call-back")

    def _allowed(self, reader: Reader) -> Staff:
        member = reader.plan.staff_of.get(self._member)
        department = member.department if member else ""
        return member_with(reader, self._member, Right.FOLLOW_UP, department)

    def _save(self, tx: Transaction, one: OpenFollowUp, follow_up: FollowUp, kind: str) -> None:
        tx.save_follow_up(follow_up)
        facts = canonical({"rating": one.rating.id, "result": follow_up.result})
        digest = hashlib.sha256(one.rating.salt + facts.encode()).hexdigest()
        tx.record(kind, "follow_up", {"digest": digest})
        tx.wake(FLOOR_SCOPE)


def open_follow_ups(reader: Reader, member: Staff | None) -> tuple[OpenFollowUp, ...]:
    """Return the bad ratings that a member of staff may follow up, never one of an own turn.

    None: all of them, for the hall's own chores.
    """
    if member is not None and not has_anywhere(member, Right.FOLLOW_UP):
        return ()
    seen = (_seen(reader, rating, known) for rating, known in reader.low_ratings())
    return tuple(
        one
        for one, staff_id in (pair for pair in seen if pair is not None)
        if member is None
        or (staff_id != member.id and may(member, Right.FOLLOW_UP, one.department))
    )


def _seen(
    reader: Reader, rating: Rating, known: FollowUp | None
) -> tuple[OpenFollowUp, int] | None:
    turn = reader.turn(rating.turn_id)
    ticket = reader.ticket(turn.ticket_id) if turn else None
    if turn is None or ticket is None:
        return None
    plan = reader.plan
    today = local_time(plan, reader.now).date()
    follow_up = known or FollowUp(rating.id, _due(reader, rating))
    window = plan.window_by_id(turn.window_id)
    service = plan.service_by_id(ticket.service_id)
    taken_by = follow_up.staff_id
    one = OpenFollowUp(
        rating=rating,
        follow_up=follow_up,
        label=ticket.label,
        window=window,
        service=service,
        clerk=plan.staff_by_id(turn.staff_id).name,
        department=window.department or service.department,
        given_at=rating.given_at,
        # One that was promised by a day is here again because that day is over.
        overdue=follow_up.due_on < today or follow_up.promised_on is not None,
        taken_by=plan.staff_by_id(taken_by).name if taken_by is not None else "",
    )
    return one, turn.staff_id


def _due(reader: Reader, rating: Rating) -> date:
    plan = reader.plan
    given = local_time(plan, rating.given_at).date()
    return WorkCalendar.of(plan.calendar).after(given, plan.rules.follow_up_days)
