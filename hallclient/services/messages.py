"""Text messages to citizens: who wants them, what is due, what became of it.

An outbox in the database. ``plan_due`` writes down what has become true, one message for each event
of a ticket's step and never a second; ``deliver`` sends it. A message is marked *sending* before it
is handed over: whatever happens then, it is not handed over again. What is no longer true, or too
late to be of use, is not sent. Whoever delivers holds the lease ``LEASE``.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from hallclient.domain.calendar import business_day
from hallclient.domain.errors import NotFound, Refused
from hallclient.domain.itinerary import StepState
from hallclient.domain.message import (
    Contact,
    Message,
    MessageEvent,
    MessageState,
    events_of,
    is_true,
    speaking_again,
    useful_minutes,
)
from hallclient.domain.telephone import normalised
from hallclient.domain.ticket import Ticket, TicketStatus
from hallclient.services.days import changing
from hallclient.services.hours import local_time
from hallclient.services.message_texts import message_text
from hallclient.services.ports_devices import MessageFate, MessageSenderPort
from hallclient.services.sealing import HallKey, KeyTrouble
from hallclient.services.store import Reader, Store, Transaction

log = logging.getLogger(__name__)

LEASE = "messages"
PURPOSE = "telephone"
TRIES = 3
TRY_AGAIN = timedelta(seconds=60)
OPEN = (MessageState.WAITING,)


@dataclass(frozen=True, slots=True)
class _Letter:
    """A message that is to be sent now, with the words it has at this moment."""

    message: Message
    number: str = field(repr=False)
    text: str = field(repr=False)
    minutes: int


class Messages:
    """The outbox of one hall. ``actor`` is who does it: ``usher:desk``, ``chore``."""

    def __init__(self, store: Store, key: HallKey, actor: str) -> None:
        self._store = store
        self._key = key
        self._actor = actor
        self.unreadable = 0
        """Messages that failed because their number was sealed with another key."""

    def subscribe(self, ticket_id: int, number: str) -> None:
        """Send messages about a ticket to a number; a second number takes the first one's place.

        Raises ``Refused`` for what is no mobile number and for a ticket that has ended.
        """
        telephone = normalised(number)
        sealed = self._key.seal(PURPOSE, f"ticket:{ticket_id}", telephone)
        with changing(self._store, self._actor) as tx:
            ticket = tx.ticket(ticket_id)
            if ticket is None:
                raise NotFound("unknown_ticket", f"there is no ticket {ticket_id}")
            if ticket.status is TicketStatus.ENDED:
                raise Refused("ticket_ended", "this ticket has ended")
            tx.save_contact(Contact(ticket_id, sealed, ticket.language, tx.now))
            tx.record("contact.left", f"ticket:{ticket_id}")
            # Who is nearly there gets one message, not two.
            soon = MessageEvent.SOON in events_of(ticket.status, tx.ahead_of(ticket), tx.plan.rules)
            _add(tx, ticket, MessageEvent.SOON if soon else MessageEvent.TAKEN)

    def forget(self, ticket_id: int) -> bool:
        """Delete a ticket's number; return whether there was one."""
        with self._store.change(self._actor) as tx:
            if not tx.drop_contacts((ticket_id,)):
                return False
            tx.record("contact.forgotten", f"ticket:{ticket_id}")
            return True

    def plan_due(self) -> int:
        """Write down what has become true and was not told yet; return how many messages."""
        with self._store.look() as reader:
            due = [(ticket.id, event) for ticket, event in _due(reader)]
        added = 0
        for ticket_id, event in due:
            with changing(self._store, self._actor) as tx:
                ticket = tx.ticket(ticket_id)
                if ticket is not None and is_true(event, ticket.status):
                    added += _add(tx, ticket, event)
        return added

    def give_up_interrupted(self) -> int:
        """Mark as unknown what a sender that is gone had in hand; return how many."""
        with self._store.look() as reader:
            interrupted = reader.messages(MessageState.SENDING)
        for message in interrupted:
            self._end(message, MessageState.UNKNOWN)
        return len(interrupted)

    def deliver(self, sender: MessageSenderPort, may_go_on: Callable[[], bool]) -> int:
        """Send what is due, one by one, as long as ``may_go_on``; return how many were sent."""
        sent = 0
        with self._store.look() as reader:
            waiting = [m for m in reader.messages(*OPEN) if m.not_before <= reader.now]
        for message in waiting:
            if not may_go_on():
                break
            letter = self._taken(message)
            if letter is not None:
                fate = sender.send(letter.number, letter.text, minutes=letter.minutes)
                self._after(letter.message, fate)
                sent += fate is MessageFate.SENT
        return sent

    def _taken(self, message: Message) -> _Letter | None:
        """Mark a message as being sent, or end it where it is of no use any more."""
        with self._store.change(self._actor) as tx:  # what is left of a day opens no new one
            still = next((m for m in tx.messages(*OPEN) if m.id == message.id), None)
            if still is None:
                return None
            ticket, contact = tx.ticket(still.ticket_id), tx.contact(still.ticket_id)
            speaks_at = _speaking_again(tx)
            if ticket is None or contact is None or not _useful(tx, still, ticket, speaks_at):
                _end(tx, still, MessageState.EXPIRED)
                return None
            if speaks_at > tx.now:  # the quiet hours began while it waited
                tx.save_message(replace(still, not_before=speaks_at))
                return None
            number = self._number(contact)
            if number is None:
                _end(tx, still, MessageState.FAILED)
                return None
            text = message_text(tx, still.event, ticket, contact.language)
            sending = replace(still, state=MessageState.SENDING, tries=still.tries + 1)
            tx.save_message(sending)
            minutes = -((tx.now - still.expires_at) // timedelta(minutes=1))
            return _Letter(sending, number, text, minutes)

    def _number(self, contact: Contact) -> str | None:
        try:
            return self._key.unseal(PURPOSE, f"ticket:{contact.ticket_id}", contact.sealed)
        except KeyTrouble:
            self.unreadable += 1
            log.error("a telephone number was sealed with another key")  # noqa: TRY400
            return None

    def _after(self, message: Message, fate: MessageFate) -> None:
        if fate is MessageFate.FAILED and message.tries < TRIES:
            with self._store.change(self._actor) as tx:
                again = replace(message, state=MessageState.WAITING, not_before=tx.now + TRY_AGAIN)
                tx.save_message(again)
            return
        self._end(message, MessageState(fate.value))

    def _end(self, message: Message, state: MessageState) -> None:
        with self._store.change(self._actor) as tx:
            _end(tx, message, state)


def _useful(reader: Reader, message: Message, ticket: Ticket, at: datetime) -> bool:
    """Return whether a message would still be of use at a moment."""
    here = message.step == _step(reader, ticket, message.event)
    true = here and ticket.day == _today(reader) and is_true(message.event, ticket.status)
    return true and at < message.expires_at


def _step(reader: Reader, ticket: Ticket, event: MessageEvent) -> int:
    """Return for which step of a visit an event is told; its number is told once for all."""
    if event is MessageEvent.TAKEN:
        return 0
    return sum(step.state is StepState.DONE for step in reader.steps(ticket.id))


def _today(reader: Reader) -> date:
    plan = reader.plan
    return business_day(reader.now, plan.time_zone, plan.rules.day_start)


def _due(reader: Reader) -> list[tuple[Ticket, MessageEvent]]:
    today = _today(reader)
    known = {(m.ticket_id, m.event, m.step) for m in reader.messages(*MessageState)}
    found = []
    for contact in reader.contacts():
        ticket = reader.ticket(contact.ticket_id)
        if ticket is None or ticket.status is TicketStatus.ENDED or ticket.day != today:
            continue
        ahead = reader.ahead_of(ticket) if ticket.status is TicketStatus.WAITING else 0
        events = events_of(ticket.status, ahead, reader.plan.rules)
        found += [
            (ticket, event)
            for event in events
            if (ticket.id, event, _step(reader, ticket, event)) not in known
        ]
    return found


def _add(tx: Transaction, ticket: Ticket, event: MessageEvent) -> bool:
    """Write a message down, as expired where the quiet hours outlast its use."""
    rules = tx.plan.rules
    expires_at = tx.now + timedelta(minutes=useful_minutes(event, rules))
    not_before = _speaking_again(tx)
    too_late = not_before >= expires_at
    message = Message(
        id=tx.new_id(),
        ticket_id=ticket.id,
        event=event,
        state=MessageState.EXPIRED if too_late else MessageState.WAITING,
        made_at=tx.now,
        not_before=not_before,
        expires_at=expires_at,
        step=_step(tx, ticket, event),
    )
    if not tx.add_message(message):
        return False
    tx.record("message.made", f"ticket:{ticket.id}", {"event": event, "state": message.state})
    return True


def _speaking_again(tx: Transaction) -> datetime:
    local = local_time(tx.plan, tx.now)
    return max(tx.now, speaking_again(local, tx.plan.rules).astimezone(tx.now.tzinfo))


def _end(tx: Transaction, message: Message, state: MessageState) -> None:
    sent_at = tx.now if state is MessageState.SENT else None
    tx.save_message(replace(message, state=state, sent_at=sent_at))
    subject = f"ticket:{message.ticket_id}"
    tx.record("message.ended", subject, {"event": message.event, "state": state})
