"""Slips by what people have in hand: a case's number, a ticket's label, a day."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from hallclient.domain.case import Case
from hallclient.domain.case_number import plain_number
from hallclient.domain.errors import NotAllowed, NotFound
from hallclient.domain.parts import Service
from hallclient.domain.ticket import Channel, Ticket, is_offline, not_known
from hallclient.domain.turn import Outcome, Turn
from hallclient.phrases import Speech
from hallclient.services.issuing import seen
from hallclient.services.jobs import SlipKind
from hallclient.services.receipts import (
    SLIP_OUTCOMES,
    acceptance_receipt,
    closing_slip,
    missing_list,
    refusal_note,
)
from hallclient.services.slip import Slip
from hallclient.services.steps import service_of_turn
from hallclient.services.store import Reader, Store
from hallclient.services.store_records import BusinessDay
from hallclient.services.ticket_slip import material_words, ticket_slip

DAYS_BACK = 400


@dataclass(frozen=True, slots=True)
class MadeSlip:
    """A slip, with what a print job has to know. ``station`` is where its ticket was taken."""

    slip: Slip
    kind: SlipKind
    subject: str
    station: str = ""


class HallSlips:
    """Makes slips of what the hall knows; ``speech`` gives the words of a language."""

    def __init__(self, store: Store, speech: Callable[[str], Speech]) -> None:
        self._store = store
        self._speech = speech

    def reprint(self, wanted: str) -> MadeSlip:
        """Return a waiting ticket once more, by its label or token.

        It is marked as a copy, unless staff took it and nothing of it was printed yet.
        """
        with self._store.look() as reader:
            ticket = find_ticket(reader, wanted)
            if ticket.status != "waiting":
                told = f"{ticket.label} is {ticket.status}, not waiting"
                raise NotAllowed("not_waiting", told, label=ticket.label)
            say = self._speech(ticket.language)
            again = not _first(reader, ticket)
            slip = ticket_slip(seen(reader, ticket), reader.plan, say, again=again)
            return MadeSlip(slip, SlipKind.TICKET, f"ticket:{ticket.id}", ticket.station)

    def receipt(self, wanted: str) -> MadeSlip:
        """Return what a case hands out, by its number or by the label of today's ticket.

        A receipt of what was accepted, a note of what was refused, the list of what is missing.
        """
        with self._store.look() as reader:
            case = reader.case_by_number(plain_number(wanted))
            turn = reader.turn(case.turn_id) if case else _last_turn(reader, wanted)
            case = case or reader.case_of_turn(turn.id) if turn else None
            if turn is None or case is None:
                raise NotFound("unknown_case", f"there is no case for {wanted.strip()}")
            return self._of_case(reader, turn, case)

    def missing(self, wanted: str, numbers: Sequence[int]) -> MadeSlip:
        """Return the one-time list of a ticket's turn, by the numbers of the service's materials.

        Only what the service's guide asks for can be missing; the first material is number 1.
        """
        with self._store.look() as reader:
            return self._missing(reader, _last_turn(reader, wanted), numbers)

    def of_turn(self, turn_id: int, missing: tuple[str, ...] = ()) -> MadeSlip | None:
        """Return what a finished turn hands out: a receipt, a list, or nothing.

        ``missing`` are zh-CN names of the service's materials, as ``Calling.finish`` takes them.
        """
        with self._store.look() as reader:
            turn = reader.turn(turn_id)
            if turn is None:
                raise NotFound("unknown_turn", f"there is no turn {turn_id}")
            if missing:
                service = service_of_turn(reader, turn, _ticket_of(reader, turn))
                known = {m.name.zh_cn: n for n, m in enumerate(service.materials, start=1)}
                return self._missing(reader, turn, [known.get(name, 0) for name in missing])
            case = reader.case_of_turn(turn_id)
            if case is None or case.kind not in SLIP_OUTCOMES:
                return None
            return self._of_case(reader, turn, case)

    def closing(self, day: date | None, language: str) -> MadeSlip:
        """Return the closing slip of a day, of the last one that was closed when none is named."""
        with self._store.look() as reader:
            found = _closed_day(reader, day)
            figures = reader.day_figures(found.day)
            slip = closing_slip(reader.plan, found, figures, self._speech(language), reader.now)
            return MadeSlip(slip, SlipKind.CLOSING, f"day:{found.day}")

    def _of_case(self, reader: Reader, turn: Turn, case: Case) -> MadeSlip:
        ticket = _ticket_of(reader, turn)
        if case.kind is Outcome.SUPPLEMENT and case.missing:
            service = reader.plan.service_by_id(case.service_id)
            known = {m.name.zh_cn: n for n, m in enumerate(service.materials, start=1)}
            told = replace(turn, ended_at=case.told_at or turn.ended_at)
            numbers = [known[name] for name in case.missing if name in known]
            return self._missing(reader, told, numbers)
        say = self._speech(ticket.language)
        make = refusal_note if case.kind is Outcome.REFUSED else acceptance_receipt
        slip = make(reader.plan, ticket, turn, case, say, reader.now)
        return MadeSlip(slip, SlipKind.RECEIPT, f"case:{case.id}", ticket.station)

    def _missing(self, reader: Reader, turn: Turn, numbers: Sequence[int]) -> MadeSlip:
        ticket = _ticket_of(reader, turn)
        say = self._speech(ticket.language)
        service = service_of_turn(reader, turn, ticket)
        names = _names(service, numbers, ticket.language)
        about = replace(ticket, service_id=service.id)  # not where it is on its way to
        slip = missing_list(reader.plan, about, turn, names, say, reader.now)
        return MadeSlip(slip, SlipKind.MISSING, f"ticket:{ticket.id}", ticket.station)


def find_ticket(reader: Reader, wanted: str) -> Ticket:
    """Return the ticket of a label of today, or of a token; raises ``NotFound``."""
    label = wanted.strip().upper()
    found = reader.ticket_by_token(label) or reader.ticket_by_label(label)
    if found is None and is_offline(label):
        raise not_known(label)
    if found is None:
        raise NotFound("unknown_ticket", f"there is no number {label} today")
    return found


def _ticket_of(reader: Reader, turn: Turn) -> Ticket:
    ticket = reader.ticket(turn.ticket_id)
    if ticket is None:
        raise NotFound("unknown_ticket", f"there is no ticket {turn.ticket_id}")
    return ticket


def _first(reader: Reader, ticket: Ticket) -> bool:
    """Return whether no paper of a ticket can be in anybody's hands: staff took it."""
    if ticket.channel is not Channel.USHER or ticket.delivered_at is not None:
        return False
    return not reader.print_jobs_about(f"ticket:{ticket.id}")


def _last_turn(reader: Reader, wanted: str) -> Turn:
    ticket = find_ticket(reader, wanted)
    turn = reader.turn_of_ticket(ticket.id)
    if turn is None:
        raise NotAllowed("not_called", f"{ticket.label} was not called yet")
    return turn


def _names(service: Service, numbers: Sequence[int], language: str) -> tuple[str, ...]:
    known = len(service.materials)
    wrong = [n for n in numbers if not 1 <= n <= known]
    if wrong:
        text = f"service {service.code} has materials 1 to {known}" if known else "no materials"
        raise NotFound("unknown_material", f"there is no material {wrong[0]}: {text}")
    chosen = dict.fromkeys(numbers)
    return tuple(material_words(service.materials[n - 1], language) for n in chosen)


def _closed_day(reader: Reader, wanted: date | None) -> BusinessDay:
    for day in reader.days(DAYS_BACK):
        if day.day == wanted or (wanted is None and day.closed_at is not None):
            return day
    raise NotFound("unknown_day", f"there is no business day {wanted or 'that is closed'}")
