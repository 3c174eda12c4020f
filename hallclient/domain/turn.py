"""A turn: one ticket at one window. The one table of allowed moves (architecture.md §5) is here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

from hallclient.domain.errors import NotAllowed
from hallclient.domain.parts import ServiceKind
from hallclient.domain.rules import HallRules
from hallclient.domain.ticket import TicketStatus


class Move(StrEnum):
    """What can happen to a ticket after it was issued."""

    CALL = "call"
    RECALL = "recall"
    START = "start"
    FINISH = "finish"
    NO_SHOW = "no_show"
    REQUEUE = "requeue"
    HOLD = "hold"
    RESUME = "resume"
    TRANSFER = "transfer"
    SEND_ON = "send_on"  # finished, and the ticket goes on to its next step
    SERVE_ON = "serve_on"  # sent on, and the window that did so does the next step too
    RETURN = "return"  # back to the pool: the citizen waits again by the same claim
    RELEASE = "release"  # held no longer, waits again by the same claim
    ABANDON = "abandon"


ALLOWED: dict[tuple[TicketStatus, Move], TicketStatus] = {
    (TicketStatus.WAITING, Move.CALL): TicketStatus.CALLED,
    (TicketStatus.WAITING, Move.SERVE_ON): TicketStatus.SERVING,
    (TicketStatus.WAITING, Move.ABANDON): TicketStatus.ENDED,
    (TicketStatus.CALLED, Move.RECALL): TicketStatus.CALLED,
    (TicketStatus.CALLED, Move.START): TicketStatus.SERVING,
    (TicketStatus.CALLED, Move.NO_SHOW): TicketStatus.NO_SHOW,
    (TicketStatus.CALLED, Move.RETURN): TicketStatus.WAITING,
    (TicketStatus.CALLED, Move.ABANDON): TicketStatus.ENDED,
    (TicketStatus.SERVING, Move.FINISH): TicketStatus.ENDED,
    (TicketStatus.SERVING, Move.HOLD): TicketStatus.HELD,
    (TicketStatus.SERVING, Move.TRANSFER): TicketStatus.WAITING,
    (TicketStatus.SERVING, Move.SEND_ON): TicketStatus.WAITING,
    (TicketStatus.SERVING, Move.RETURN): TicketStatus.WAITING,
    (TicketStatus.SERVING, Move.ABANDON): TicketStatus.ENDED,
    (TicketStatus.HELD, Move.RESUME): TicketStatus.SERVING,
    (TicketStatus.HELD, Move.RELEASE): TicketStatus.WAITING,
    (TicketStatus.HELD, Move.ABANDON): TicketStatus.ENDED,
    (TicketStatus.NO_SHOW, Move.REQUEUE): TicketStatus.WAITING,
    (TicketStatus.NO_SHOW, Move.ABANDON): TicketStatus.ENDED,
}


class Outcome(StrEnum):
    """How a turn ended (domain.md §3)."""

    INSTANT = "instant"
    PROMISED = "promised"
    SUPPLEMENT = "supplement"
    REFUSED = "refused"
    JOINT = "joint"
    ESCALATED = "escalated"
    CONSULT = "consult"
    COLLECT = "collect"
    TRANSFERRED = "transferred"
    HELD = "held"
    RETURNED = "returned"
    NO_SHOW = "no_show"
    ABANDONED = "abandoned"


CLERK_OUTCOMES = (
    Outcome.INSTANT,
    Outcome.PROMISED,
    Outcome.SUPPLEMENT,
    Outcome.REFUSED,
    Outcome.CONSULT,
    Outcome.COLLECT,
)
"""The six a clerk chooses from, in the order of their digits 1–6."""

RATED_OUTCOMES = frozenset((*CLERK_OUTCOMES, Outcome.JOINT, Outcome.ESCALATED))
"""After these the citizen is asked for a rating: the service ended (domain.md §5)."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One ticket at one window; times are UTC.

    ``calls`` counts the first call too; it is 0 where nobody was called: a held ticket was taken up
    again, or the window does the ticket's next step too.
    """

    id: int
    ticket_id: int
    window_id: int
    staff_id: int
    called_at: datetime
    last_called_at: datetime
    calls: int = 1
    started_at: datetime | None = None
    ended_at: datetime | None = None
    result: Outcome | None = None
    rating_asked_at: datetime | None = None

    @property
    def active(self) -> bool:
        """Return whether the turn holds its window."""
        return self.ended_at is None


def after(status: TicketStatus, move: Move) -> TicketStatus:
    """Return the status a move leads to, or raise ``NotAllowed``."""
    target = ALLOWED.get((status, move))
    if target is None:
        raise NotAllowed(
            "move_not_allowed", f"a ticket that is {status} cannot {move}", status=status, move=move
        )
    return target


def usual_outcome(kind: ServiceKind) -> Outcome:
    """Return what a service of this kind usually ends with; a clerk may record another outcome."""
    return Outcome(kind.value)


def check_recall(turn: Turn, rules: HallRules, now: datetime) -> None:
    """Raise ``NotAllowed`` when the turn was called as often as the hall allows, or just now."""
    if turn.calls >= rules.recall_cap:
        raise NotAllowed(
            "recall_cap",
            f"already called {turn.calls} times",
            calls=turn.calls,
            cap=rules.recall_cap,
        )
    left = turn.last_called_at + timedelta(seconds=rules.recall_gap_seconds) - now
    if left > timedelta(0):
        seconds = ceil(left.total_seconds())
        raise NotAllowed("recall_gap", f"called again in {seconds} s at the earliest", n=seconds)


def check_no_show(turn: Turn, rules: HallRules) -> None:
    """Raise ``NotAllowed`` when the citizen has not been called often enough to count as absent."""
    if turn.calls < rules.no_show_after:
        raise NotAllowed(
            "no_show_too_early",
            f"called {turn.calls} times, a no-show takes {rules.no_show_after}",
            calls=turn.calls,
            needed=rules.no_show_after,
        )
