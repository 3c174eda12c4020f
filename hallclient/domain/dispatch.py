"""Who is next (architecture.md §4).

Theory of operation. Every waiting ticket has one key, ``claim_at``: the moment from which its claim
counts, ties by id. Credits move the key back by a bounded time, nothing else moves it forward.

An appointment that came early is not callable before its time, unless nobody else waits in its
queue: until then it stands behind everybody there, whatever its key (``Reader.heads``).

``call next`` looks at the heads of the window's queues, the smallest key of each:

1. if a head waits longer than its queue's ceiling, the smallest key among those heads;
2. else the best rank that has a head, and in it the smallest key.

Looking at heads is enough: both rules pick a smallest key, and a queue whose head is within the
ceiling has nobody beyond it.

Who was sent to one window or one person is a candidate there whatever stands before them in the
queue, at its rank there (1 where the window does not serve it), and nowhere else.

Bound. From ``claim_at + ceiling`` on, a ticket is passed at a window only by smaller keys, and no
ticket issued later than ``claim_at + largest credit`` has one. Nobody is overtaken for ever.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hallclient.domain.rules import HallRules, PriorityClass

TICK = timedelta(microseconds=1)


class Why(StrEnum):
    """Why a ticket was called now."""

    CEILING = "ceiling"
    RANK = "rank"
    CHOSEN = "chosen"  # out of order, for a reason of the hall's list


@dataclass(frozen=True, slots=True)
class Candidate:
    """The head of one queue, as a window sees it. ``rank`` 1 is the window's first choice."""

    ticket_id: int
    queue_id: int
    rank: int
    claim_at: datetime
    ceiling: timedelta

    @property
    def key(self) -> tuple[datetime, int]:
        """Return what the order goes by."""
        return self.claim_at, self.ticket_id


@dataclass(frozen=True, slots=True)
class Choice:
    """The ticket to call, and why it was this one."""

    candidate: Candidate
    why: Why


def claim_at(issued_at: datetime, priority: PriorityClass, rules: HallRules) -> datetime:
    """Return the key of a walk-in ticket: its issue, less the credit of its class."""
    return issued_at - timedelta(minutes=rules.credit(priority))


def choose(candidates: Iterable[Candidate], now: datetime) -> Choice | None:
    """Return the next ticket for a window, or None when nobody waits for it."""
    heads = list(candidates)
    overdue = [head for head in heads if now - head.claim_at > head.ceiling]
    if overdue:
        return Choice(min(overdue, key=lambda head: head.key), Why.CEILING)
    if not heads:
        return None
    return Choice(min(heads, key=lambda head: (head.rank, head.key)), Why.RANK)


def requeue_key(nth_key: datetime | None, now: datetime) -> datetime:
    """Return the key of a no-show who is back: behind the n-th who waits, or now."""
    return now if nth_key is None else nth_key + TICK
