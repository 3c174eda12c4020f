"""After a failover that lost something: what the old primary has and the new one has not.

Both journals have one past up to a number, from there each its own. What the old one has beyond it
was acknowledged to somebody. Lost numbers that still wait come into the hall again, each once, with
the number on the paper where that is free; everything else is listed, for people to put right.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hallclient.domain.forks import last_common
from hallclient.domain.journal import Entry, Json
from hallclient.domain.ticket import Delivery, Ticket, TicketStatus
from hallclient.services.handing_in import hand_in
from hallclient.services.spool_lines import SpoolEntry
from hallclient.services.store import Reader, Store

RECONCILED: Final = "history.reconciled"
_PAGE: Final = 2000
_QUIET: Final = ("call.", "message.", "slip.", "board.", "ticket.delivered", "ticket.steps")
"""Kinds that tell nobody anything he would miss."""


@dataclass(frozen=True, slots=True)
class LostTicket:
    """A number that somebody was given and the new primary did not know at first.

    ``ended`` there: its citizen has gone, and only the record is missing.
    """

    ticket: Ticket
    service: str
    queue: str
    prefix: str
    ended: bool


@dataclass(frozen=True, slots=True)
class Loss:
    """What was lost: all entries of the old journal behind ``common``."""

    common: int
    old_head: str
    entries: tuple[Entry, ...]
    tickets: tuple[LostTicket, ...]
    labels: Mapping[str, str]
    """Of tickets and turns that the entries speak of: ``turn:17`` → label."""

    @property
    def kinds(self) -> Mapping[str, int]:
        """Return how many entries of each kind were lost."""
        return Counter(entry.kind for entry in self.entries)

    def told(self) -> Iterator[Entry]:
        """Return the entries about tickets and cases that people have to know of."""
        for entry in self.entries:
            if entry.kind.startswith(_QUIET) or entry.confidential:
                continue
            if entry.subject.partition(":")[0] in ("ticket", "turn", "case", "errand"):
                yield entry


@dataclass(frozen=True, slots=True)
class Entered:
    """A lost number that is in the hall again; ``was`` is what its paper shows."""

    was: str
    now: str


def find_loss(old: Store, new: Store) -> Loss:
    """Compare two databases of one hall, the old primary's disk and the new primary."""
    with old.look() as there, new.look() as here:
        top = min(there.seq, here.seq)
        common = last_common(lambda seq: _hash(there, seq), lambda seq: _hash(here, seq), top)
        entries = tuple(_behind(there, common))
        tickets, labels = _tickets(there, here, entries), _labels(there, entries)
        return Loss(common, there.head, entries, tickets, labels)


def enter_lost(new: Store, loss: Loss) -> tuple[Entered, ...]:
    """Bring lost numbers that still wait into the hall, once however often it is asked."""
    entered = []
    with new.look() as reader:
        hall_id = reader.plan.hall_id
    for lost in loss.tickets:
        if not lost.ended:
            ticket = hand_in(new, "reconcile", _as_entry(hall_id, lost))
            entered.append(Entered(lost.ticket.label, ticket.label))
    with new.change("reconcile") as tx:
        known = any(
            one.kind == RECONCILED and one.data.get("head") == loss.old_head
            for one in _behind(tx, loss.common)
        )
        if loss.entries and not known:
            facts: dict[str, Json] = {"head": loss.old_head, "lost": len(loss.entries)}
            tx.record(RECONCILED, f"entry:{loss.common}", {**facts, "entered": len(entered)})
            tx.wake("hall")
    return tuple(entered)


def _hash(reader: Reader, seq: int) -> str | None:
    found = reader.entries_after(seq - 1, 1)
    return found[0].hash if found and found[0].seq == seq else None


def _behind(reader: Reader, seq: int) -> Iterator[Entry]:
    while page := reader.entries_after(seq, _PAGE):
        yield from page
        seq = page[-1].seq


def _tickets(there: Reader, here: Reader, entries: Sequence[Entry]) -> tuple[LostTicket, ...]:
    found = []
    for entry in entries:
        if entry.kind != "ticket.issued":
            continue
        ticket = there.ticket(int(entry.subject.partition(":")[2]))
        if ticket is None:
            continue
        known = here.ticket_by_request(ticket.request_id)
        if known is not None and known.token != ticket.token:
            continue  # its kiosk had no answer and has asked again: the later number is the one
        plan = there.plan
        queue = plan.queue_by_id(ticket.queue_id)
        found.append(
            LostTicket(
                ticket,
                plan.service_by_id(ticket.service_id).code,
                queue.code,
                plan.series_of[queue.series].prefix,
                ticket.status is TicketStatus.ENDED,
            )
        )
    return tuple(found)


def _labels(there: Reader, entries: Sequence[Entry]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for entry in entries:
        label = entry.data.get("label")
        if isinstance(label, str):
            found[entry.subject] = label
        elif entry.subject.startswith("ticket:") and entry.subject not in found:
            ticket = there.ticket(int(entry.subject.partition(":")[2]))
            found[entry.subject] = ticket.label if ticket is not None else ""
    return found


def _as_entry(hall_id: str, lost: LostTicket) -> SpoolEntry:
    one = lost.ticket
    return SpoolEntry(
        request_id=one.request_id,
        hall_id=hall_id,
        at=one.issued_at,
        contact=one.issued_at,
        day=one.day,
        service=lost.service,
        queue=lost.queue,
        prefix=lost.prefix,
        number=one.number,
        label=one.label,
        token=one.token,
        language=one.language,
        priority=one.priority,
        station=one.station,
        delivered=Delivery.PAPER if one.delivered_at is not None else "",
    )
