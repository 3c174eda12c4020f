"""The port that storage fulfils: one hall's database, read and changed in whole transactions.

Order of a change, on both databases: lock the hall's row, do the work, append to the journal. What
a change reads is therefore true until it commits, and ``seq`` has no gaps (architecture.md §3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from hallclient.services.day_trace import DayTraceQuestions
from hallclient.services.store_cases import CaseChanges, CaseQuestions
from hallclient.services.store_days import DayChanges, DayQuestions
from hallclient.services.store_error import StoreError as StoreError  # noqa: PLC0414 - for all
from hallclient.services.store_floor import FloorChanges, FloorQuestions
from hallclient.services.store_public import PublicChanges, PublicQuestions
from hallclient.services.store_visits import (
    LedgerChanges,
    LedgerQuestions,
    VisitChanges,
    VisitQuestions,
)
from hallclient.services.store_window import WindowQuestions

if TYPE_CHECKING:  # a port knows names only: a role must not load for it what it does not use
    from collections.abc import Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import date, datetime, timedelta

    from hallclient.domain.case import Case
    from hallclient.domain.hall import HallPlan
    from hallclient.domain.journal import Entry, Json
    from hallclient.domain.message import Contact, Message, MessageState
    from hallclient.domain.rating import Rating
    from hallclient.domain.rules import PriorityClass
    from hallclient.domain.shift import Shift
    from hallclient.domain.ticket import Delivery, Ticket, TicketStatus
    from hallclient.domain.turn import Turn
    from hallclient.services.jobs import PrintJob
    from hallclient.services.stations import DeviceRecord, DeviceReport
    from hallclient.services.store_records import (
        AtWork,
        BusinessDay,
        Called,
        DayFigures,
        QueueCount,
        Tail,
        Wanted,
    )


class Reader(
    VisitQuestions,
    LedgerQuestions,
    CaseQuestions,
    FloorQuestions,
    WindowQuestions,
    PublicQuestions,
    DayTraceQuestions,
    DayQuestions,
    Protocol,
):
    """What can be asked of a hall. Ids are the hall's own; times are aware UTC."""

    @property
    def plan(self) -> HallPlan:
        """The hall as it is now."""
        ...

    @property
    def now(self) -> datetime:
        """The database's time at the start of the transaction."""
        ...

    @property
    def day(self) -> date | None:
        """The open business day, None before the first."""
        ...

    @property
    def seq(self) -> int:
        """The number of the last journal entry."""
        ...

    @property
    def head(self) -> str:
        """The hash of the last journal entry."""
        ...

    def days(self, limit: int) -> Sequence[BusinessDay]:
        """Return the last business days, newest first; the open one is among them."""
        ...

    def day_figures(self, day: date | None = None) -> DayFigures:
        """Return the figures of a business day, of the open one when none is named."""
        ...

    def ticket(self, ticket_id: int) -> Ticket | None:
        """Return a ticket."""
        ...

    def ticket_by_request(self, request_id: str) -> Ticket | None:
        """Return the ticket a request has already made."""
        ...

    def ticket_by_token(self, token: str) -> Ticket | None:
        """Return the ticket of a QR code."""
        ...

    def ticket_by_label(self, label: str) -> Ticket | None:
        """Return the ticket of the open day with this label."""
        ...

    def heads(self, queue_ids: Iterable[int]) -> Sequence[Ticket]:
        """Return the waiting ticket with the smallest key of each queue that has one.

        A ticket not yet callable (``callable_from``) counts only where no other waits; one bound
        to a window or a person counts here never (``waiting_for``).
        """
        ...

    def ahead_of(self, ticket: Ticket) -> int:
        """Return how many wait in the same queue with a smaller key and may be called by now.

        Who came early for an appointment is ahead of nobody until then.
        """
        ...

    def place_of(self, ticket: Ticket) -> tuple[QueueCount, int]:
        """Return the counts of a ticket's queue and how many are ahead of it there, in one look.

        The ticket need not be stored.
        """
        ...

    def counters(self) -> Mapping[str, int]:
        """Return the counters of the open day by name; one that never counted is not there."""
        ...

    def tickets_of(self, person: str) -> Sequence[Ticket]:
        """Return the open day's tickets of a person's key, the ended ones too, oldest first."""
        ...

    def lease_holder(self, name: str) -> str:
        """Return who holds a lease now, empty when nobody does."""
        ...

    def leases(self, prefix: str) -> Mapping[str, timedelta]:
        """Return how long the leases whose names begin so still last, by name.

        Below zero: its holder has let it lapse. One that was given back is not there.
        """
        ...

    def nth_waiting_key(self, queue_id: int, nth: int) -> datetime | None:
        """Return the key of the n-th ticket of a queue that may be called, None if fewer wait."""
        ...

    def open_tickets(self) -> Sequence[Ticket]:
        """Return every ticket that has not ended."""
        ...

    def undelivered(self, station: str) -> Sequence[Ticket]:
        """Return the waiting tickets of a station that nobody has in hand yet, oldest first."""
        ...

    def held(self, window_ids: Iterable[int]) -> Sequence[Called]:
        """Return the tickets held by these windows with the turn that held them, oldest first."""
        ...

    def queue_counts(self) -> Sequence[QueueCount]:
        """Return the counts of all queues."""
        ...

    def expect_hall_now(self) -> None:
        """Let the questions of ``services.board.hall_now`` cross with the next one."""
        ...

    def expect_offers(self, helper: str) -> None:
        """Let those cross with it that say what a kiosk offers; ``helper`` begins leases."""
        ...

    def at_work(self) -> AtWork:
        """Return which windows work and how many wait in every queue: what its load goes by."""
        ...

    def queue_count(self, queue_id: int) -> QueueCount:
        """Return the counts of one queue."""
        ...

    def active_turn(self, window_id: int) -> Turn | None:
        """Return the turn that holds a window."""
        ...

    def active_turns(self) -> Sequence[Turn]:
        """Return the turns that hold a window, anywhere."""
        ...

    def idle_windows(self) -> frozenset[int]:
        """Return the windows that are open for calls and have nobody at them, by id."""
        ...

    def last_turn(self, window_id: int) -> Turn | None:
        """Return the turn that a window called last, active or not."""
        ...

    def turn(self, turn_id: int) -> Turn | None:
        """Return a turn."""
        ...

    def recent_calls(self, window_ids: Iterable[int], limit: int) -> Sequence[Called]:
        """Return today's last calls to these windows, newest first; a resumed turn is no call."""
        ...

    def unrated(
        self, before: datetime, limit: int, after: datetime | None = None
    ) -> Sequence[Turn]:
        """Return turns asked for a rating that never came, oldest first.

        They were asked earlier than ``before`` and not earlier than ``after``.
        """
        ...

    def case(self, case_id: int) -> Case | None:
        """Return a case."""
        ...

    def case_of_turn(self, turn_id: int) -> Case | None:
        """Return the case that a turn opened."""
        ...

    def case_by_number(self, number: str) -> Case | None:
        """Return the case with the number that people see."""
        ...

    def turn_of_ticket(self, ticket_id: int) -> Turn | None:
        """Return the turn that a ticket was called to last."""
        ...

    def missed(self, window_ids: Iterable[int], limit: int) -> Sequence[Ticket]:
        """Return today's no-shows at these windows who are not back, newest first."""
        ...

    def open_shift(self, window_id: int) -> Shift | None:
        """Return the shift at a window."""
        ...

    def open_shifts(self) -> Sequence[Shift]:
        """Return all shifts that are not signed out."""
        ...

    def print_job(self, job_id: int) -> PrintJob | None:
        """Return a print job."""
        ...

    def print_jobs(self, station: str) -> Sequence[PrintJob]:
        """Return the open print jobs of a station, oldest first."""
        ...

    def print_jobs_about(self, subject: str) -> Sequence[PrintJob]:
        """Return all print jobs about something, the finished ones too, oldest first."""
        ...

    def contact(self, ticket_id: int) -> Contact | None:
        """Return the telephone left with a ticket, sealed."""
        ...

    def contacts(self) -> Sequence[Contact]:
        """Return all contacts, oldest ticket first."""
        ...

    def messages(self, *states: MessageState) -> Sequence[Message]:
        """Return the messages in these states, oldest first."""
        ...

    def devices(self) -> Sequence[DeviceRecord]:
        """Return every device of every station, by station and name."""
        ...

    def backup_reports(self) -> Sequence[DeviceRecord]:
        """Return what PCs say of backups and of the database; none of them is a device."""
        ...

    def entries_after(self, seq: int, limit: int) -> Sequence[Entry]:
        """Return the journal entries behind ``seq``, oldest first."""
        ...

    def moves_between(self, seq: int, last: int) -> Sequence[Entry]:
        """Return the entries behind ``seq`` up to ``last`` that a window's terminal may read.

        None is about a rating: when one was given would tell whose it is.
        """
        ...


class Transaction(
    Reader,
    VisitChanges,
    LedgerChanges,
    CaseChanges,
    FloorChanges,
    PublicChanges,
    DayChanges,
    Protocol,
):
    """A change of a hall. It commits when its block ends, and not at all when the block raises."""

    def expect_issue(
        self, request_id: str, queue_id: int, claim_at: datetime, *, load: bool
    ) -> None:
        """Ask in one go what issuing a ticket will ask: every question is a way to the server.

        ``load``: also how much work waits.
        """
        ...

    def new_id(self) -> int:
        """Return a number never used before in this hall."""
        ...

    def count(self, name: str) -> int:
        """Return the next number of a counter of the open day, from 1."""
        ...

    def tally(self, *names: str) -> None:
        """Count one more on each of these counters of the open day."""
        ...

    def record(
        self,
        kind: str,
        subject: str,
        data: Mapping[str, Json] | None = None,
        *,
        zone: str = "",
        window: str = "",
    ) -> None:
        """Append to the journal. ``zone`` and ``window`` are codes."""
        ...

    def wake(self, *scopes: str, patient: bool = False) -> None:
        """Wake the listeners of these scopes after the commit (``zone:1A``, ``window:12``).

        ``patient``: nobody waits for it, they may hear of it a moment later.
        """
        ...

    def open_day(self, day: date) -> None:
        """Make ``day`` the open business day; its counters start at 1."""
        ...

    def close_day(self) -> None:
        """Mark the open business day as closed."""
        ...

    def add_ticket(self, ticket: Ticket) -> None:
        """Store a new ticket."""
        ...

    def move_ticket(
        self,
        ticket: Ticket,
        becomes: TicketStatus,
        *,
        claim_at: datetime | None = None,
        requeued: int | None = None,
        queue_id: int | None = None,
        service_id: int | None = None,
    ) -> Ticket:
        """Set a status where the stored one is still ``ticket.status``, or raise ``Conflict``.

        A ``queue_id`` goes with a move to *waiting*: the ticket waits there from now on, for
        ``service_id`` when one is named.
        An appointment called before its time waits again without it, by now's key at the latest.
        """
        ...

    def relabel_ticket(self, ticket: Ticket, number: int, label: str, token: str) -> Ticket:
        """Give a ticket the number that its paper already shows, or raise ``Conflict``."""
        ...

    def rechoose(self, ticket: Ticket, queue_id: int, service_id: int) -> Ticket:
        """Let a waiting ticket wait elsewhere, its key kept, or raise ``Conflict``."""
        ...

    def prioritise(self, ticket: Ticket, priority: PriorityClass, claim_at: datetime) -> Ticket:
        """Give a waiting ticket another class and its key, or raise ``Conflict``."""
        ...

    def add_to_counter(self, name: str, number: int) -> int:
        """Add to a counter of the open day and return what it says then."""
        ...

    def name_person(self, ticket_id: int, person: str) -> None:
        """Note whose ticket it is, by the person's key of the day."""
        ...

    def set_delivered(self, ticket_id: int, how: Delivery) -> bool:
        """Note that the citizen has the number; return False when it was known already."""
        ...

    def add_turn(self, turn: Turn) -> None:
        """Store a new turn."""
        ...

    def save_turn(self, turn: Turn) -> None:
        """Store a turn that has moved on; its window and ticket never change."""
        ...

    def add_shift(self, shift: Shift) -> None:
        """Store a new shift."""
        ...

    def save_shift(self, shift: Shift) -> None:
        """Store a shift that was paused, resumed or signed out, with its pauses."""
        ...

    def add_case(self, case: Case) -> None:
        """Store a new case."""
        ...

    def add_rating(self, rating: Rating) -> bool:
        """Store a rating; return False when its turn has one.

        What a citizen gave in time and is handed in late takes the place of a default level.
        """
        ...

    def add_print_job(self, job: PrintJob) -> None:
        """Store a new print job."""
        ...

    def save_print_job(self, job: PrintJob) -> None:
        """Store a print job that has moved on; its slip never changes."""
        ...

    def drop_print_jobs(self, before: datetime) -> int:
        """Delete the jobs finished before a moment; return how many."""
        ...

    def save_contact(self, contact: Contact) -> None:
        """Store the telephone of a ticket; a second one replaces the first."""
        ...

    def drop_contacts(self, ticket_ids: Iterable[int]) -> int:
        """Delete the telephones of these tickets; return how many there were."""
        ...

    def add_message(self, message: Message) -> bool:
        """Store a message; return False when its ticket's step has one for this event."""
        ...

    def save_message(self, message: Message) -> None:
        """Store a message that has moved on; its ticket, step and event never change."""
        ...

    def drop_messages(self, before: datetime) -> int:
        """Delete the messages made before a moment; return how many."""
        ...

    def drop_devices(self, before: datetime) -> int:
        """Delete the devices last seen before a moment; return how many."""
        ...

    def save_plan(self, plan: HallPlan) -> None:
        """Make ``plan`` the hall: known codes keep their ids, missing ones are retired."""
        ...


class Store(Protocol):
    """One hall's database."""

    def change(self, actor: str) -> AbstractContextManager[Transaction]:
        """Begin a change. ``actor`` is who does it: ``kiosk:K1``, ``staff:1023``, ``chore``."""
        ...

    def look(self) -> AbstractContextManager[Reader]:
        """Begin a look at one moment of the hall; it blocks nobody."""
        ...

    def tail(self, seq: int, limit: int, wanted: Wanted) -> Tail:
        """Return the journal behind ``seq``, at most so many entries: one short question."""
        ...

    def plan(self) -> HallPlan:
        """Return the hall, from memory when it has not changed."""
        ...

    def report_devices(self, station: str, reports: Sequence[DeviceReport]) -> None:
        """Note what the devices of a station are doing, without the hall's lock and journal.

        Wakes the scope ``devices`` when a state or a trouble has changed.
        """
        ...

    def tend(self) -> str:
        """Renew the database's statistics and empty its log; return what was done."""
        ...

    def seize_lease(self, name: str, holder: str, seconds: float) -> None:
        """Take a lease from whoever holds it, for so long."""
        ...

    def take_lease(self, name: str, holder: str, seconds: float) -> bool:
        """Take or renew the lease of a chore for so long; False while another holds it.

        Time is the database's. A clock set back gives the present holder the whole time once
        more; one set forward ends leases early, so what is done under a lease must bear to be done
        twice.
        """
        ...

    def drop_lease(self, name: str, holder: str) -> None:
        """Give a lease back; nothing happens when another holds it."""
        ...


class Feed(Protocol):
    """Wake-ups of one listener. They carry no data; a lost one costs time, never truth."""

    @property
    def heard(self) -> int:
        """The last entry of the journal that the newest wake-up told of; 0 when nobody knows.

        Whoever has read the hall up to there need not read again.
        """
        ...

    def wait(self, timeout: float) -> bool:
        """Wait for at most ``timeout`` seconds or the safety interval; True when woken."""
        ...

    def close(self) -> None:
        """End a wait from another thread, and listen no more."""
        ...
