"""The ledger of errands (代办台账): received, carried, returned, signed for.

Whoever is signed in at the window does it. Names and telephones are sealed with the hall's key;
without one only the mask of the name is kept. The journal says number, service and staff, never a
name, an office or a result: those are free text.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from hallclient.domain import errand as rules
from hallclient.domain.errand import Due, Errand, ErrandState
from hallclient.domain.errors import NotAllowed, NotFound, Refused
from hallclient.services.days import today
from hallclient.services.hours import local_time
from hallclient.services.sealing import KeyTrouble
from hallclient.services.seat import Seat, seated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date, datetime

    from hallclient.domain.hall import HallPlan
    from hallclient.domain.parts import Service, Staff
    from hallclient.domain.ticket import Ticket
    from hallclient.services.sealing import HallKey
    from hallclient.services.store import Reader, Store, Transaction

PURPOSE = "errand"
COUNTER = "errands"
MOST_A_TRIP = 50
SHOWN_OVER = timedelta(days=90)
"""How far back the page shows what is over; a search goes through all."""
_ALL = 100_000


@dataclass(frozen=True, slots=True)
class NewErrand:
    """What is asked when a matter is received. ``service`` is a code.

    ``papers`` are zh-CN names from the service's list, or the agent's own words. ``days`` are
    working days; None takes what the service promises, 0 is no limit. ``ticket`` is the label of
    the number at the window that is taken over. ``request_id`` is made once a form: asked twice,
    one line; an empty one is always another.
    """

    service: str
    name: str = field(repr=False)
    phone: str = field(default="", repr=False)
    papers: tuple[str, ...] = ()
    days: int | None = None
    ticket: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Principal:
    """Whose errand it is; unsealed for a moment."""

    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ErrandRow:
    """One line of the ledger with what the hall file knows about it."""

    errand: Errand
    service: Service
    staff: Staff
    due: Due
    days_left: int | None = None
    """Calendar days to the day it is due; negative when late."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger as the one at the window sees it; without anybody there it is empty.

    ``seals``: the hall's key is here. ``ticket`` is at the window now, ``waiting`` are behind it.
    ``offices`` are where errands went before, the commonest first.
    """

    now: datetime
    today: date
    seals: bool
    staff: Staff | None = None
    rows: tuple[ErrandRow, ...] = ()
    ticket: Ticket | None = None
    ticket_service: Service | None = None
    waiting: int = 0
    offices: tuple[str, ...] = ()
    found: frozenset[int] | None = None
    """The ids that a search found; None: nothing was searched."""


class Errands:
    """The ledger of one window."""

    def __init__(self, store: Store, window: str, key: HallKey | None = None) -> None:
        self._store = store
        self._window = window
        self._key = key

    @property
    def seals(self) -> bool:
        """Return whether names and telephones can be kept, sealed."""
        return self._key is not None

    def ledger(self, search: str = "") -> Ledger:
        """Return the ledger: what is open, most urgent first, then what is over, newest first.

        ``search`` finds by number, service, name and telephone, also among what is long over.
        """
        with self._store.look() as reader:
            window = reader.plan.window(self._window)
            shift = reader.open_shift(window.id)
            day = local_time(reader.plan, reader.now).date()
            if shift is None:
                return Ledger(reader.now, day, self.seals)
            rows = self._rows(reader, day, everything=bool(search.strip()))
            turn = reader.active_turn(window.id)
            ticket = reader.ticket(turn.ticket_id) if turn else None
            own = {reader.plan.queue(code).id for code in window.queues}
            return Ledger(
                now=reader.now,
                today=day,
                seals=self.seals,
                staff=reader.plan.staff_by_id(shift.staff_id),
                rows=rows,
                ticket=ticket,
                ticket_service=reader.plan.service_by_id(ticket.service_id) if ticket else None,
                waiting=sum(c.waiting for c in reader.queue_counts() if c.queue_id in own),
                offices=_offices(rows),
                found=self._found(rows, search) if search.strip() else None,
            )

    def rows(
        self, *states: ErrandState, after: datetime | None = None, search: str = ""
    ) -> tuple[ErrandRow, ...]:
        """Return lines of the ledger for a list or a file, newest first."""
        with self._store.look() as reader:
            day = local_time(reader.plan, reader.now).date()
            found = reader.errands(*states, after=after, limit=_ALL)
            rows = tuple(errand_row(reader.plan, one, day) for one in found)
        if not search.strip():
            return rows
        ids = self._found(rows, search)
        return tuple(row for row in rows if row.errand.id in ids)

    def receive(self, new: NewErrand) -> Errand:
        """Receive a matter, or return the errand that this request has already made.

        Raises ``Refused`` for what cannot be kept, ``NotAllowed`` unmanned.
        """
        name = rules.plain_text(new.name, rules.LONGEST_NAME, "bad_name")
        phone = rules.plain_phone(new.phone)
        papers = _papers(new.papers)
        with seated(self._store, self._window) as seat:
            tx = seat.tx
            known = tx.errand_by_request(new.request_id) if new.request_id else None
            if known is not None:
                return known
            service = tx.plan.service(new.service)
            ticket = _ticket(tx, new.ticket)
            number = tx.new_id()
            errand = Errand(
                id=number,
                number=rules.errand_number(today(tx), tx.count(COUNTER)),
                service_id=service.id,
                staff_id=seat.shift.staff_id,
                state=ErrandState.RECEIVED,
                received_at=tx.now,
                mask=rules.masked_name(name),
                sealed=self._sealed(number, Principal(name, phone)),
                papers=papers,
                due_on=_due_on(tx.plan, service, new.days, tx.now),
                ticket_id=ticket.id if ticket else None,
                request_id=new.request_id,
            )
            tx.add_errand(errand)
            _record(seat, "errand.received", errand, service=service.code)
            return errand

    def carry(self, numbers: Sequence[str], office: str) -> tuple[Errand, ...]:
        """Carry errands to an office on one trip: all of them, or none."""
        wanted = tuple(dict.fromkeys(numbers))
        if not 1 <= len(wanted) <= MOST_A_TRIP:
            raise Refused(
                "trip_size", f"a trip carries 1 to {MOST_A_TRIP} errands", most=MOST_A_TRIP
            )
        with seated(self._store, self._window) as seat:
            return tuple(
                _move(
                    seat, number, "errand.carried", lambda e: rules.carried(e, office, seat.tx.now)
                )
                for number in wanted
            )

    def bring_back(self, number: str, result: str) -> Errand:
        """Note that an errand is back at the station, and with what."""
        with seated(self._store, self._window) as seat:
            now = seat.tx.now
            return _move(seat, number, "errand.returned", lambda e: rules.returned(e, result, now))

    def sign(self, number: str) -> Errand:
        """Note that the principal has signed for it."""
        with seated(self._store, self._window) as seat:
            now = seat.tx.now
            return _move(seat, number, "errand.signed", lambda e: rules.signed(e, now))

    def cancel(self, number: str, reason: str) -> Errand:
        """Call an errand off that was not carried yet, and hand its papers back."""
        with seated(self._store, self._window) as seat:
            now = seat.tx.now
            return _move(
                seat, number, "errand.cancelled", lambda e: rules.cancelled(e, reason, now)
            )

    def principal(self, number: str) -> Principal:
        """Return name and telephone of an errand, to call somebody; who looked is journalled.

        Raises ``NotAllowed`` when they were not kept, are deleted, or the key is another one.
        """
        if self._key is None:
            raise NotAllowed("no_key", "this PC has no hall key")
        with seated(self._store, self._window) as seat:
            errand = find_errand(seat.tx, number)
            if not errand.sealed:
                raise NotAllowed("no_name", "no name is kept of this errand")
            try:
                found = self._unsealed(errand)
            except KeyTrouble as error:
                raise NotAllowed("other_key", "this name was sealed with another key") from error
            _record(seat, "errand.shown", errand, wakes=False)
            return found

    def names(self, rows: Iterable[ErrandRow]) -> dict[int, Principal]:
        """Return what can be unsealed of these lines, by the errand's id."""
        return {
            row.errand.id: found for row in rows if (found := self._known(row.errand)) is not None
        }

    # Parts

    def _rows(self, reader: Reader, day: date, *, everything: bool) -> tuple[ErrandRow, ...]:
        since = None if everything else reader.now - SHOWN_OVER
        rows = [
            errand_row(reader.plan, one, day) for one in reader.errands(*rules.OPEN, limit=_ALL)
        ]
        rows.sort(key=lambda row: (row.errand.due_on or day.max, row.errand.received_at))
        over = reader.errands(*rules.OVER, after=since)
        return (*rows, *(errand_row(reader.plan, one, day) for one in over))

    def _found(self, rows: Iterable[ErrandRow], search: str) -> frozenset[int]:
        wanted = "".join(search.upper().split())
        return frozenset(row.errand.id for row in rows if self._fits(row, wanted))

    def _fits(self, row: ErrandRow, wanted: str) -> bool:
        errand, service = row.errand, row.service
        words = [errand.number, errand.number.replace("-", ""), errand.mask]
        words += [service.name.zh_cn, service.name.en, *service.aliases, *service.initials]
        if any(wanted in "".join(word.upper().split()) for word in words):
            return True
        known = self._known(errand)
        if known is None:
            return False
        return wanted in "".join(known.name.upper().split()) or (
            len(wanted) >= 4 and wanted in known.phone
        )

    def _known(self, errand: Errand) -> Principal | None:
        if self._key is None or not errand.sealed:
            return None
        try:
            return self._unsealed(errand)
        except KeyTrouble:
            return None

    def _sealed(self, errand_id: int, whose: Principal) -> bytes:
        if self._key is None:
            return b""
        text = json.dumps([whose.name, whose.phone], ensure_ascii=False)
        return self._key.seal(PURPOSE, f"errand:{errand_id}", text)

    def _unsealed(self, errand: Errand) -> Principal:
        assert self._key is not None  # noqa: S101 - asked by every caller
        text = self._key.unseal(PURPOSE, f"errand:{errand.id}", errand.sealed)
        name, phone = json.loads(text)
        return Principal(str(name), str(phone))


def paper_words(service: Service, papers: Iterable[str], language: str) -> tuple[str, ...]:
    """Return papers in a language, as far as the service's list knows them."""
    known = {material.name.zh_cn: material.name.text(language) for material in service.materials}
    return tuple(known.get(paper, paper) for paper in papers)


def usual_days(service: Service) -> int:
    """Return the working days that a service promises, else those of the law; 0: no limit."""
    return service.promised_days or service.legal_days


def day_due(plan: HallPlan, now: datetime, days: int) -> date | None:
    """Return the day so many working days from now; None for 0."""
    if days <= 0:
        return None
    return plan.work_calendar.after(local_time(plan, now).date(), days)


def _due_on(plan: HallPlan, service: Service, days: int | None, now: datetime) -> date | None:
    wanted = usual_days(service) if days is None else days
    if not 0 <= wanted <= rules.LONGEST_DAYS:
        raise Refused("bad_days", f"0 to {rules.LONGEST_DAYS} days", most=rules.LONGEST_DAYS)
    return day_due(plan, now, wanted)


def _papers(papers: Sequence[str]) -> tuple[str, ...]:
    lines = [rules.plain_text(paper, rules.LONGEST_PAPER, "bad_paper") for paper in papers]
    if len(lines) > rules.MOST_PAPERS:
        raise Refused("too_many_papers", f"at most {rules.MOST_PAPERS}", most=rules.MOST_PAPERS)
    return tuple(dict.fromkeys(lines))


def _ticket(tx: Transaction, label: str) -> Ticket | None:
    if not label.strip():
        return None
    found = tx.ticket_by_label(label.strip().upper())
    if found is None:
        raise NotFound("unknown_ticket", "there is no such ticket today")
    return found


def find_errand(reader: Reader, number: str) -> Errand:
    """Return the errand of a number, or raise ``NotFound``."""
    found = reader.errand_by_number(number.strip().upper())
    if found is None:
        raise NotFound("unknown_errand", f"there is no errand {number.strip()[:20]}")
    return found


def _move(seat: Seat, number: str, kind: str, change: Callable[[Errand], Errand]) -> Errand:
    moved = change(find_errand(seat.tx, number))
    seat.tx.save_errand(moved)
    _record(seat, kind, moved)
    return moved


def _record(
    seat: Seat, kind: str, errand: Errand, *, service: str = "", wakes: bool = True
) -> None:
    tx = seat.tx
    staff = tx.plan.staff_by_id(seat.shift.staff_id).code
    about = {"service": service} if service else {}
    data = {"number": errand.number, "staff": staff, **about}
    window = seat.window
    tx.record(kind, f"errand:{errand.id}", data, zone=window.zone, window=window.code)
    if wakes:
        tx.wake("hall")


def errand_row(plan: HallPlan, errand: Errand, day: date) -> ErrandRow:
    """Return a line of the ledger as it is on a day."""
    left = (errand.due_on - day).days if errand.due_on else None
    return ErrandRow(
        errand,
        plan.service_by_id(errand.service_id),
        plan.staff_by_id(errand.staff_id),
        rules.due_mark(errand, day),
        left,
    )


def _offices(rows: Iterable[ErrandRow]) -> tuple[str, ...]:
    counts: dict[str, int] = {}
    for row in rows:
        if row.errand.carried_to:
            counts[row.errand.carried_to] = counts.get(row.errand.carried_to, 0) + 1
    return tuple(sorted(counts, key=lambda office: (-counts[office], office)))
