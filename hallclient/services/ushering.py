"""What an usher may do for citizens, at a kiosk or in a terminal, behind number and PIN.

The rights are checked here at every move, not on a screen: whoever was an usher at the sign-in may
have been taken off the hall file since.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from hallclient.domain.errors import NotAllowed, Refused
from hallclient.domain.parts import Staff, StaffRole
from hallclient.domain.ticket import (
    TOKEN_LENGTH,
    Channel,
    Ticket,
    TicketStatus,
    not_known,
)
from hallclient.services.days import changing
from hallclient.services.hall_slips import HallSlips
from hallclient.services.helping import Helping, gone_from, someone_there
from hallclient.services.issuing import IssuedTicket, Issuing, seen
from hallclient.services.print_jobs import PrintJobs
from hallclient.services.requeueing import let_in_again, may_come_back
from hallclient.services.seat import is_bound
from hallclient.services.shifts import hash_pin, pin_fits
from hallclient.services.ticket_slip import speech_of

if TYPE_CHECKING:
    from hallclient.domain.rules import HallRules, PriorityClass
    from hallclient.services.helping import Help
    from hallclient.services.issuing import TicketRequest
    from hallclient.services.jobs import PrintJob
    from hallclient.services.pin_guard import PinGuard
    from hallclient.services.store import Reader, Store, Transaction

USHERS = frozenset({StaffRole.USHER, StaffRole.LEAD, StaffRole.SUPERVISOR, StaffRole.ADMIN})
GUARD = "ushers"
"""The name under which wrong PINs are counted at a station."""


@dataclass(frozen=True, slots=True)
class Usher:
    """Who has signed in."""

    code: str
    name: str
    role: StaffRole


@dataclass(frozen=True, slots=True)
class FoundTicket:
    """A ticket that an usher looks at; ``returns`` says that it was missed and may wait again."""

    issued: IssuedTicket
    returns: bool

    @property
    def ticket(self) -> Ticket:
        """Return the ticket."""
        return self.issued.ticket


def sign_in(store: Store, guard: PinGuard, code: str, pin: str) -> Usher:
    """Return who a staff number and its PIN belong to.

    Raises ``Refused``: ``pin_wait`` while no PIN may be tried, ``sign_in_failed`` in the same
    words for an unknown number and a wrong PIN, ``not_an_usher`` for staff without this right.
    """
    member = store.plan().staff_of.get(code.strip())
    # An unknown number costs the time of a wrong PIN: numbers cannot be sounded out.
    fitting = member.pin_hash if member else _nobody()
    fits = guard.check(GUARD, lambda: pin_fits(fitting, pin) and member is not None)
    if member is None or not fits:
        raise Refused("sign_in_failed", "staff number and PIN do not fit")
    _check_right(member)
    return Usher(member.code, member.name, member.role)


class Ushering:
    """The moves of one usher; every one raises ``Refused`` once the right is gone."""

    def __init__(self, store: Store, usher: Usher, station: str = "") -> None:
        self._store = store
        self._usher = usher
        self._station = station

    @property
    def usher(self) -> Usher:
        """Who makes these moves."""
        return self._usher

    @property
    def actor(self) -> str:
        """Who does it, for the journal."""
        return f"staff:{self._usher.code}"

    def issue(self, request: TicketRequest) -> IssuedTicket:
        """代取号: take a number for a citizen, as ``Issuing.issue`` does."""
        return self.issue_several(request, 1)[0]

    def issue_several(self, request: TicketRequest, count: int) -> tuple[IssuedTicket, ...]:
        """Take numbers for citizens, with a priority class where there is a reason for one.

        The hall's limits hold here too. ``station`` is this desk's where the request names none.
        """
        self._check()
        station = request.station or self._station
        own = replace(request, channel=Channel.USHER, station=station)
        return Issuing(self._store, self.actor).issue_several(own, count)

    def find(self, name: str) -> FoundTicket:
        """Return today's ticket of a label or a token. Raises ``NotFound``."""
        with self._store.look() as reader:
            self._member(reader)
            ticket = _ticket(reader, name)
            return FoundTicket(seen(reader, ticket), may_come_back(reader, ticket))

    def prioritise(self, name: str, priority: PriorityClass) -> IssuedTicket:
        """优先: let a waiting ticket go ahead by the credit of a class, or take that back.

        The key moves by the difference of both classes' credits, never more: said twice it has
        moved once, and for an appointment only what a class has above the booking's. Raises
        ``NotFound``, and ``NotAllowed`` for a ticket that does not wait.
        """
        with changing(self._store, self.actor) as tx:
            self._member(tx)
            ticket = _ticket(tx, name)
            if ticket.status is not TicketStatus.WAITING:
                raise NotAllowed(
                    "not_waiting",
                    f"{ticket.label} is {ticket.status}, not waiting",
                    label=ticket.label,
                )
            if ticket.priority is not priority:
                ticket = _reclassify(tx, ticket, priority)
            return seen(tx, ticket)

    def reprint(self, name: str) -> PrintJob:
        """补打: print a waiting ticket once more, marked as a copy, at this station."""
        self._check()
        made = HallSlips(self._store, speech_of).reprint(name)
        jobs = PrintJobs(self._store, self.actor)
        return jobs.ask(self._station or made.station, made.slip, made.kind, made.subject)

    def requeue(self, name: str) -> IssuedTicket:
        """过号重排: let a missed ticket wait again, by the hall's rules."""
        with changing(self._store, self.actor) as tx:
            self._member(tx)
            return seen(tx, let_in_again(tx, _ticket(tx, name)))

    def there(self, place: str) -> None:
        """Say for the next half minute that somebody would come when called."""
        self._check()
        someone_there(self._store, place)

    def gone(self, place: str) -> None:
        """Say that nobody is at a place any more."""
        gone_from(self._store, place)

    def calls(self) -> tuple[Help, ...]:
        """Return the calls for help that are open, the oldest first."""
        self._check()
        return Helping(self._store, self.actor).calls()

    def go(self, call_id: int) -> Help:
        """我来: answer a call for help. Raises ``Conflict`` when somebody else does."""
        self._check()
        return Helping(self._store, self.actor).answer(call_id, self._usher.code)

    def helped(self, call_id: int) -> None:
        """Note that a call for help is over."""
        self._check()
        Helping(self._store, self.actor).end(call_id)

    def _check(self) -> None:
        with self._store.look() as reader:
            self._member(reader)

    def _member(self, reader: Reader) -> Staff:
        member = reader.plan.staff_of.get(self._usher.code)
        if member is None:
            raise Refused("not_an_usher", "this member of staff has left the hall")
        _check_right(member)
        return member


def _reclassify(tx: Transaction, ticket: Ticket, priority: PriorityClass) -> Ticket:
    rules = tx.plan.rules
    ahead = _credit(ticket, priority, rules) - _credit(ticket, ticket.priority, rules)
    moved = tx.prioritise(ticket, priority, ticket.claim_at - timedelta(minutes=ahead))
    zone = tx.plan.queue_by_id(ticket.queue_id).zone
    tx.record(
        "ticket.prioritised",
        f"ticket:{ticket.id}",
        {
            "label": ticket.label,
            "was": ticket.priority,
            "priority": priority,
            "minutes": ahead,
            **({"bound": True} if is_bound(ticket) else {}),
        },
        zone=zone,
    )
    tx.wake(f"zone:{zone}")
    return moved


def _credit(ticket: Ticket, priority: PriorityClass, rules: HallRules) -> int:
    """Return the minutes that a class gives a ticket; credits do not add up, the larger counts."""
    own = rules.credit(priority)
    walked_in = ticket.issued_at - timedelta(minutes=rules.credit(ticket.priority))
    if ticket.channel is not Channel.BOOKED or ticket.requeued or ticket.claim_at == walked_in:
        return own
    return max(own, rules.booking_credit_minutes)


def _ticket(reader: Reader, name: str) -> Ticket:
    wanted = name.strip().upper()
    by_token = len(wanted) == TOKEN_LENGTH
    found = reader.ticket_by_token(wanted) if by_token else reader.ticket_by_label(wanted)
    if found is None or found.day != reader.day:
        raise not_known(wanted)
    return found


def _check_right(member: Staff) -> None:
    if member.role not in USHERS:
        raise Refused("not_an_usher", "this member of staff is no usher")


@cache
def _nobody() -> str:
    return hash_pin("nobody")
