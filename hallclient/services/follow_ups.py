"""Bad ratings and their call-back (差评回访): who sees them, who calls, what became of them.

The journal gets a digest under the rating's own salt: that a rating has a follow-up at all would
tell its level.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hallclient.domain.calendar import A_DAY, day_began
from hallclient.domain.errors import NotAllowed, NotFound
from hallclient.domain.follow_up import (
    Appeal,
    CallBack,
    FollowUp,
    FollowUpResult,
    appealed,
    decided,
    recorded,
    taken,
)
from hallclient.domain.journal import canonical
from hallclient.domain.rights import Right, may
from hallclient.domain.telephone import masked
from hallclient.services.days import changing
from hallclient.services.hours import local_time
from hallclient.services.member import FLOOR_SCOPE, has_anywhere, member_with
from hallclient.services.notes import clean
from hallclient.services.rating_contact import opened_contact
from hallclient.services.sealing import KeyTrouble

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from hallclient.domain.hall import HallPlan
    from hallclient.domain.parts import Service, ServiceWindow, Staff
    from hallclient.domain.rating import Rating
    from hallclient.services.public_records import RatingRow
    from hallclient.services.sealing import HallKey
    from hallclient.services.store import Reader, Store, Transaction

log = logging.getLogger(__name__)

MOST_TEXT = 500
"""Characters of a note, and of an appeal's reason."""


@dataclass(frozen=True, slots=True)
class OpenFollowUp:
    """A bad rating and its call-back; for leads and up, never for who served."""

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
    waits: bool = True
    """Whether somebody has to call."""
    taken_by: str = ""
    """Name of who calls back."""
    appealed_by: str = ""
    contact: bool = False
    """Whether the citizen left a telephone."""
    phone: str = field(default="", repr=False)
    """It, masked; empty on a PC without the hall's key."""


class FollowUps:
    """The follow-ups of one member of staff (the staff number); ``key`` opens telephones."""

    def __init__(self, store: Store, member: str, key: HallKey | None = None) -> None:
        self._store = store
        self._member = member
        self._key = key

    def open(self) -> tuple[OpenFollowUp, ...]:
        """Return what waits for a call-back or for this member's decision, the oldest first.

        A lead's: the own department's. Raises ``Refused`` without the right.
        """
        with self._store.look() as reader:
            return open_follow_ups(reader, self._allowed(reader), self._key)

    def between(self, first: date, last: date) -> tuple[OpenFollowUp, ...]:
        """Return the bad ratings given on business days, both in it, with what became of each."""
        with self._store.look() as reader:
            who, plan = self._allowed(reader), reader.plan
            zone, start = plan.time_zone, plan.rules.day_start
            rows = reader.ratings_between(
                day_began(first, zone, start), day_began(last + A_DAY, zone, start), low=True
            )
            return tuple(_visible(reader, rows, who, self._key))

    def show(self, rating_id: int) -> OpenFollowUp:
        """Return one bad rating with what became of it. Raises ``NotFound``."""
        with self._store.look() as reader:
            return self._one(reader, rating_id)[0]

    def take(self, rating_id: int) -> OpenFollowUp:
        """我来回访: put one's name to it. The last one who says so counts."""
        with changing(self._store, f"staff:{self._member}") as tx:
            one, who = self._waiting(tx, rating_id)
            self._save(tx, one, taken(one.follow_up, who.id), "follow_up.taken")
            return self._one(tx, rating_id)[0]

    def record(
        self,
        rating_id: int,
        result: FollowUpResult,
        promised_on: date | None = None,
        note: str = "",
    ) -> None:
        """记回访: note what became of it; ``promised_on`` goes with ``BY_DATE`` only.

        Raises ``NotFound`` for a rating that waits for none (or is not this member's to see),
        ``NotAllowed`` for a date that cannot be, a long note, or a rating put aside without an
        appeal, ``Refused`` without the right.
        """
        written = _text(note)
        with changing(self._store, f"staff:{self._member}") as tx:
            one, who = self._waiting(tx, rating_id)
            today = local_time(tx.plan, tx.now).date()
            call = CallBack(result, promised_on, written, one.contact)
            self._save(
                tx, one, recorded(one.follow_up, who.id, call, today, tx.now), "follow_up.recorded"
            )

    def contact(self, rating_id: int) -> str:
        """Return the telephone that was left, for who has taken the call-back; it is journalled.

        Raises ``NotFound`` (``no_contact``) without one or without the hall's key here,
        ``NotAllowed`` (``not_yours``) for anybody else.
        """
        with changing(self._store, f"staff:{self._member}") as tx:
            one, who = self._waiting(tx, rating_id)
            if one.follow_up.staff_id != who.id:
                raise NotAllowed("not_yours", "put your name to the call-back first")
            phone = _phone(tx, rating_id, self._key)
            if not phone:
                raise NotFound("no_contact", "no telephone was left, or this PC has no hall key")
            self._record(tx, one, one.follow_up, "follow_up.contact")
            return phone

    def appeal(self, rating_id: int, reason: str) -> None:
        """申诉: say that a rating is a mistake or malicious, and why. Somebody else decides."""
        written = _text(reason)
        with changing(self._store, f"staff:{self._member}") as tx:
            one, who = self._one(tx, rating_id)
            self._save(tx, one, appealed(one.follow_up, who.id, written), "follow_up.appealed")

    def decide(self, rating_id: int, granted: FollowUpResult | None) -> None:
        """Grant an appeal as ``MISTAKEN`` or ``MALICIOUS``, or refuse it (None).

        Raises ``Refused`` for those who may not speak for the whole hall, ``NotAllowed`` for who
        has asked and where no appeal waits.
        """
        with changing(self._store, f"staff:{self._member}") as tx:
            one, _who = self._one(tx, rating_id)
            above = member_with(tx, self._member, Right.BROADCAST)
            done = decided(one.follow_up, above.id, granted, tx.now)
            self._save(tx, one, done, "follow_up.decided")

    def _waiting(self, tx: Transaction, rating_id: int) -> tuple[OpenFollowUp, Staff]:
        one, who = self._one(tx, rating_id)
        if not one.waits:
            raise _unknown()
        return one, who

    def _one(self, reader: Reader, rating_id: int) -> tuple[OpenFollowUp, Staff]:
        who = self._allowed(reader)
        row = reader.low_rating(rating_id)
        for one in _visible(reader, () if row is None else (row,), who, self._key):
            return one, who
        raise _unknown()

    def _allowed(self, reader: Reader) -> Staff:
        member = reader.plan.staff_of.get(self._member)
        department = member.department if member else ""
        return member_with(reader, self._member, Right.FOLLOW_UP, department)

    def _save(self, tx: Transaction, one: OpenFollowUp, follow_up: FollowUp, kind: str) -> None:
        tx.save_follow_up(follow_up)
        self._record(tx, one, follow_up, kind)
        tx.wake(FLOOR_SCOPE)

    def _record(self, tx: Transaction, one: OpenFollowUp, follow_up: FollowUp, kind: str) -> None:
        facts = canonical(
            {"rating": one.rating.id, "result": follow_up.result, "appeal": follow_up.appeal}
        )
        digest = hashlib.sha256(one.rating.salt + facts.encode()).hexdigest()
        tx.record(kind, "follow_up", {"digest": digest})


def open_follow_ups(
    reader: Reader, member: Staff | None, key: HallKey | None = None
) -> tuple[OpenFollowUp, ...]:
    """Return the bad ratings that a member of staff has to do with, never one of an own turn.

    They wait for a call-back, or for a decision about an appeal that somebody else has asked for.
    None: all of them, for the hall's own chores.
    """
    if member is not None and not has_anywhere(member, Right.FOLLOW_UP):
        return ()
    seen = _visible(reader, reader.low_ratings(), member, key)
    return tuple(one for one in seen if one.waits or _decides(member, one.follow_up))


def _decides(member: Staff | None, follow_up: FollowUp) -> bool:
    asked = follow_up.appeal is Appeal.ASKED
    if member is None:
        return asked
    return asked and follow_up.appealed_by != member.id and may(member, Right.BROADCAST)


def _visible(
    reader: Reader, rows: Iterable[RatingRow], member: Staff | None, key: HallKey | None
) -> list[OpenFollowUp]:
    """Return those of ratings that a member may follow up."""
    plan = reader.plan
    today = local_time(plan, reader.now).date()
    return [
        _seen(reader, row, today, key) for row in rows if member is None or sees(plan, member, row)
    ]


def sees(plan: HallPlan, member: Staff, row: RatingRow) -> bool:
    """Return whether a member may see a rating: with the right over its department, none of own."""
    department = department_of(plan, row.window_id, row.service_id)
    return row.staff_id != member.id and may(member, Right.FOLLOW_UP, department)


def department_of(plan: HallPlan, window_id: int, service_id: int) -> str:
    """Return the code of the department that a rating is about: the window's, else the service's.

    Empty for neither.
    """
    window = plan.window_by_id(window_id)
    return window.department or plan.service_by_id(service_id).department


def _seen(reader: Reader, row: RatingRow, today: date, key: HallKey | None) -> OpenFollowUp:
    plan, rating = reader.plan, row.rating
    follow_up = row.follow_up or FollowUp(rating.id, due_of(reader, rating))
    phone = _phone(reader, rating.id, key) if row.contact else ""
    return OpenFollowUp(
        rating=rating,
        follow_up=follow_up,
        label=row.label,
        window=plan.window_by_id(row.window_id),
        service=plan.service_by_id(row.service_id),
        clerk=plan.staff_by_id(row.staff_id).name,
        department=department_of(plan, row.window_id, row.service_id),
        given_at=rating.given_at,
        overdue=follow_up.overdue(today),
        waits=follow_up.waits(today),
        taken_by=_name(plan, follow_up.staff_id),
        appealed_by=_name(plan, follow_up.appealed_by),
        contact=row.contact,
        phone=masked(phone) if phone else "",
    )


def _phone(reader: Reader, rating_id: int, key: HallKey | None) -> str:
    sealed = reader.rating_contact(rating_id) if key is not None else None
    if key is None or sealed is None:
        return ""
    try:
        return opened_contact(key, rating_id, sealed)
    except KeyTrouble as trouble:  # sealed by a key of before
        log.warning("the telephone of rating %d cannot be opened: %s", rating_id, trouble)
        return ""


def _name(plan: HallPlan, staff_id: int | None) -> str:
    return plan.staff_by_id(staff_id).name if staff_id is not None else ""


def due_of(reader: Reader, rating: Rating) -> date:
    """Return the day by which a bad rating has to be followed up."""
    plan = reader.plan
    given = local_time(plan, rating.given_at).date()
    return plan.work_calendar.after(given, plan.rules.follow_up_days)


def _text(text: str) -> str:
    written = clean(text)
    if len(written) > MOST_TEXT:
        raise NotAllowed("note_too_long", f"at most {MOST_TEXT} characters", most=MOST_TEXT)
    return written


def _unknown() -> NotFound:
    return NotFound("unknown_follow_up", "no such rating waits for a call-back")
