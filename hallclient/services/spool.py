"""Numbers while the database is away: a kiosk's own, from its own range, kept until handed in.

Theory of operation (architecture.md §6). The hall's counters never give out 800–999 (8000–9999 in
series of four digits). A kiosk that is in touch with the hall holds one of ten slots by a lease of
many days, and with it 20 (200) numbers of every series and business day. Without the database a
number is *taken* when its line is in the spool's file, synced to the disk; only then is it shown or
printed. Each line carries the request's id, so handing in is exactly once (``handing_in``).

What the hall's time is while nobody can ask: see ``services.spool_clock``.

::

    Refused offline_none   no slot, no room on the disk, another kiosk has the file
            offline_full   this day's numbers of the series are used up
    NoTicket               the queue is closed now
"""

import logging
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Protocol

from hallclient.domain.calendar import business_day
from hallclient.domain.errors import Refused
from hallclient.domain.hall import HallPlan
from hallclient.domain.limits import Demand, NoTicket, limit_of
from hallclient.domain.parts import Series
from hallclient.domain.ticket import (
    TOKEN_BYTES,
    Channel,
    Delivery,
    Ticket,
    TicketStatus,
    label_of,
    token_from,
)
from hallclient.services.hours import local_time
from hallclient.services.issuing import IssuedTicket, TicketRequest
from hallclient.services.spool_clock import SpoolClock, utc_now
from hallclient.services.spool_lines import Contact, SpoolEntry, SpoolError, Tick

log = logging.getLogger(__name__)

SLOTS = 10
KEPT = timedelta(days=2)
"""Lines this old are dropped once they were handed in."""
CONTACT_EVERY = timedelta(seconds=60)
"""How often a contact is written down."""


class SpoolLog(Protocol):
    """The spool's folder. What ``append`` took is on the disk when it returns."""

    holder: str
    """Who holds the slot: this installation, known after :meth:`open`."""

    def open(self) -> tuple[Contact | None, Sequence[SpoolEntry], bool]:
        """Read everything: the last contact, the entries, and whether lines were damaged.

        Raises ``SpoolError`` also when another process has the folder.
        """
        ...

    def append(self, entry: SpoolEntry) -> None:
        """Write an entry anew; the last line of a request counts."""
        ...

    def rewrite(self, entries: Sequence[SpoolEntry]) -> None:
        """Replace all lines."""
        ...

    def keep(self, contact: Contact) -> None:
        """Keep the contact."""
        ...

    def close(self) -> None:
        """Let the folder go."""
        ...


def range_of(slot: int, series: Series) -> range:
    """Return a slot's numbers of a series: 800+20s … 819+20s, of four digits 8000+200s … ."""
    if not 0 <= slot < SLOTS:
        raise ValueError(f"there are slots 0 to {SLOTS - 1}, not {slot}")
    base, size = (800, 20) if series.digits <= 3 else (8000, 200)
    return range(base + size * slot, base + size * (slot + 1))


class Spool:
    """One kiosk's spool. Any thread; every call is short."""

    def __init__(
        self,
        file: SpoolLog,
        ticks: Callable[[], Tick],
        wall: Callable[[], datetime] = utc_now,
    ) -> None:
        self._file = file
        self._clock = SpoolClock(ticks, wall)
        self._lock = threading.RLock()
        self._opened = self._closed = False
        self._damaged = False
        self._contact: Contact | None = None
        self._written: Contact | None = None
        self._entries: dict[str, SpoolEntry] = {}
        self._shown: dict[str, int] = {}
        self._unsure: set[str] = set()

    # The hall

    @property
    def holder(self) -> str:
        """Who holds the slot: an id of this installation."""
        with self._lock:
            self._open()
            return self._file.holder

    @property
    def slot(self) -> int | None:
        """The slot held last, None before the first."""
        with self._lock:
            self._open()
            return self._contact.slot if self._contact else None

    @property
    def last_contact(self) -> datetime | None:
        """The hall's time when the database answered last."""
        with self._lock:
            self._open()
            return self._contact.at if self._contact else None

    def met(self, hall_id: str, now: datetime) -> None:
        """Note that the database answered, and what its clock said."""
        with self._lock:
            self._open()
            before = self._contact
            same = before is not None and before.hall_id == hall_id
            slot, until = (before.slot, before.until) if before and same else (None, None)
            self._contact = replace(self._clock.met(hall_id, now), slot=slot, until=until)
            if self._is_news(self._contact):
                self._keep()

    def hold(self, slot: int | None, until: datetime | None) -> None:
        """Note which slot is held, and until when nobody else gets it; None: none."""
        with self._lock:
            self._open()
            if self._contact is not None:
                self._contact = replace(self._contact, slot=slot, until=until)
                self._keep()

    def now(self) -> datetime:
        """Return the hall's time as well as it can be known; it never stands before a contact."""
        with self._lock:
            self._open()
            return self._now()

    # Numbers

    def ready(self, hall_id: str) -> bool:
        """Tell whether a number can be given out for this hall now."""
        with self._lock:
            try:
                self._open()
                self._checked(hall_id)
            except (SpoolError, Refused):
                return False
            return True

    def issue(self, request: TicketRequest, plan: HallPlan) -> IssuedTicket:
        """Take a number; asked again it is the same. On the disk when this returns.

        Raises ``Refused`` (see the module) and ``NotFound`` for a service the plan does not know.
        """
        with self._lock:
            try:
                self._open()
            except SpoolError as error:
                raise Refused("offline_none", str(error)) from error
            known = self._entries.get(request.request_id)
            if known is not None and known.request_id not in self._unsure:
                return self._seen(known, plan)
            contact, slot = self._checked(plan.hall_id)
            entry = known or self._new(request, plan, contact, slot)
            self._write_new(replace(entry, done=False))
            return self._seen(entry, plan)

    def told(self, request_id: str, how: Delivery) -> None:
        """Note that the citizen has the number; handed in again when it is news to the database."""
        with self._lock:
            self._change(request_id, lambda entry: _told(entry, how))

    # Handing in

    @property
    def pending(self) -> tuple[SpoolEntry, ...]:
        """What the database does not know yet, oldest first."""
        with self._lock:
            try:
                self._open()
            except SpoolError:
                return ()
            return tuple(entry for entry in self._entries.values() if not entry.done)

    def done(self, request_id: str, seen: SpoolEntry) -> bool:
        """Note that ``seen`` was handed in; False when it has changed since: once more, then."""
        with self._lock:
            if self._entries.get(request_id) != seen:
                return False
            self._change(request_id, lambda entry: replace(entry, done=True, person=""))
            if not self.pending and not self._damaged:  # a damaged line says that it is one
                self._tidy()
            return True

    def close(self) -> None:
        """Let the file go."""
        with self._lock:
            self._opened, self._closed = False, True
            self._file.close()

    # Helpers

    def _open(self) -> None:
        if self._opened:
            return
        if self._closed:
            raise SpoolError("the spool is closed")
        self._contact, entries, self._damaged = self._file.open()
        self._written = self._contact
        self._entries = {entry.request_id: entry for entry in entries}
        self._opened = True
        if self._damaged:
            log.error("lines of the spool are damaged: no numbers from it for some days")
        contact = self._contact
        if contact is not None:
            self._clock.restore(contact, max([contact.at, *(entry.at for entry in entries)]))

    def _now(self) -> datetime:
        return self._clock.now()

    def _checked(self, hall_id: str) -> tuple[Contact, int]:
        contact = self._contact
        if contact is None or contact.hall_id != hall_id:
            raise Refused("offline_none", "this kiosk has not been in touch with the hall")
        if contact.slot is None or contact.until is None or self._now() >= contact.until:
            raise Refused("offline_none", "this kiosk holds none of the ten offline slots")
        if self._damaged:
            raise Refused("offline_none", "lines of the spool are damaged: numbers are not certain")
        return contact, contact.slot

    def _write_new(self, entry: SpoolEntry) -> None:
        try:
            self._file.append(entry)
        except SpoolError as error:
            # It may be on the disk all the same: its number is not given to another request.
            self._entries[entry.request_id] = replace(entry, done=True)
            self._unsure.add(entry.request_id)
            raise Refused("offline_none", str(error)) from error
        self._entries[entry.request_id] = entry
        self._unsure.discard(entry.request_id)

    def _new(
        self, request: TicketRequest, plan: HallPlan, contact: Contact, slot: int
    ) -> SpoolEntry:
        now = self._now()
        service = plan.service(request.service)
        queue = plan.queue(service.queue)
        # Of all limits only the hours: nobody can count without the database.
        limit = limit_of(plan, queue, local_time(plan, now), Demand())
        if limit is not None:
            raise NoTicket(queue.code, limit)
        series = plan.series_of[queue.series]
        day = business_day(now, plan.time_zone, plan.rules.day_start)
        number = self._next_number(day, range_of(slot, series), series)
        return SpoolEntry(
            request_id=request.request_id,
            hall_id=plan.hall_id,
            at=now,
            contact=contact.at,
            day=day,
            service=service.code,
            queue=queue.code,
            prefix=series.prefix,
            number=number,
            label=label_of(series.prefix, number, series.digits),
            token=token_from(os.urandom(TOKEN_BYTES)),
            language=request.language,
            priority=request.priority,
            station=request.station,
            person=request.person,
        )

    def _next_number(self, day: date, numbers: range, series: Series) -> int:
        """Return the next unused number, going round: today's first is not yesterday's first."""
        given = [entry for entry in self._entries.values() if entry.prefix == series.prefix]
        used = {entry.number for entry in given if entry.day == day}
        last = next((e.number for e in reversed(given) if e.number in numbers), numbers[-1])
        ahead = last - numbers.start + 1
        for step in range(len(numbers)):
            number = numbers[(ahead + step) % len(numbers)]
            if number not in used:
                return number
        raise Refused("offline_full", f"this kiosk has no numbers {series.prefix} left today")

    def _change(self, request_id: str, change: Callable[[SpoolEntry], SpoolEntry]) -> None:
        """Change an entry; a full disk costs at most a second, harmless handing in."""
        known = self._entries.get(request_id)
        if known is None:
            return
        changed = change(known)
        if changed == known:
            return
        self._entries[request_id] = changed
        try:
            self._file.append(changed)
        except SpoolError as error:
            log.warning("the spool cannot be brought up to date: %s", error)

    def _tidy(self) -> None:
        """Keep what says which numbers were used lately, and nothing else."""
        oldest = self._now().date() - KEPT
        kept = {key: entry for key, entry in self._entries.items() if entry.day >= oldest}
        try:
            self._file.rewrite(tuple(kept.values()))
        except SpoolError as error:
            log.warning("the spool cannot be tidied up: %s", error)
            return
        self._entries = kept

    def _is_news(self, contact: Contact) -> bool:
        written = self._written
        if written is None or written.hall_id != contact.hall_id:
            return True
        drift = abs(contact.offset_s - written.offset_s)
        return contact.at - written.at >= CONTACT_EVERY or contact.at < written.at or drift >= 1

    def _keep(self) -> None:
        assert self._contact is not None  # noqa: S101 - callers have set it
        try:
            self._file.keep(self._contact)
        except SpoolError as error:
            log.warning("the last contact with the hall cannot be kept: %s", error)
            return
        self._written = self._contact

    def _seen(self, entry: SpoolEntry, plan: HallPlan) -> IssuedTicket:
        service, queue = plan.service(entry.service), plan.queue(entry.queue)
        shown = self._shown.setdefault(entry.request_id, -1 - len(self._shown))
        ticket = Ticket(
            id=shown,
            request_id=entry.request_id,
            token=entry.token,
            day=entry.day,
            series_id=plan.series_of[queue.series].id,
            number=entry.number,
            label=entry.label,
            queue_id=queue.id,
            service_id=service.id,
            priority=entry.priority,
            claim_at=entry.at,
            issued_at=entry.at,
            status=TicketStatus.WAITING,
            channel=Channel.OFFLINE,
            language=entry.language,
            station=entry.station,
        )
        return IssuedTicket(ticket, service, queue, None, "")


def _told(entry: SpoolEntry, how: Delivery) -> SpoolEntry:
    if entry.delivered:
        return entry
    return replace(entry, delivered=how.value, done=False)
