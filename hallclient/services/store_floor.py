"""What storage is asked and told of the floor: holds, stopped queues, lent windows, alarms, totals.

The rest of the port: ``store``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # a role must not load for a port what it does not use
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from hallclient.domain.alarm import AlarmTaken
    from hallclient.domain.bulletin import Bulletin
    from hallclient.domain.follow_up import FollowUp
    from hallclient.domain.holding import Hold
    from hallclient.domain.ticket import Ticket
    from hallclient.domain.wait_figures import Waited
    from hallclient.services.floor_records import (
        HalfHour,
        LentWindow,
        OfflineMove,
        OwnTotals,
        PastTurn,
        QueueStop,
        StaffDay,
        WaitFacts,
    )


class FloorQuestions(Protocol):
    """What can be asked about the floor."""

    def waiting_for(self, window_id: int, staff_id: int | None) -> Sequence[Ticket]:
        """Return the waiting tickets bound to a window or to a person, the oldest claim first."""
        ...

    def waiting_in(self, queue_ids: Iterable[int], limit: int) -> Sequence[Ticket]:
        """Return the waiting tickets of these queues, the oldest claim first, bound ones too."""
        ...

    def hold(self, ticket_id: int) -> Hold | None:
        """Return why a held ticket is held; None for one that is not."""
        ...

    def holds(self) -> Sequence[Hold]:
        """Return every hold, oldest first."""
        ...

    def past_turns(self, window_id: int, limit: int) -> Sequence[PastTurn]:
        """Return today's ended turns of a window, newest first."""
        ...

    def queue_stops(self) -> Sequence[QueueStop]:
        """Return the queues that are stopped today."""
        ...

    def lent_windows(self) -> Sequence[LentWindow]:
        """Return the windows with other queues than usual. ``plan`` has them applied."""
        ...

    def on_leave(self) -> frozenset[int]:
        """Return the staff who are on leave today."""
        ...

    def alarms_taken(self) -> Sequence[AlarmTaken]:
        """Return who takes care of what."""
        ...

    def offline_move(self, request_id: str) -> OfflineMove | None:
        """Return what was handed in under a request's id."""
        ...

    def offline_conflicts(self) -> Sequence[OfflineMove]:
        """Return the ends of turns that could not be handed in, oldest first."""
        ...

    def bulletins(self) -> Sequence[Bulletin]:
        """Return the bulletins that stand now, newest first."""
        ...

    def waits_since(self, since: datetime) -> Mapping[int, WaitFacts]:
        """Return by queue how long those waited who were called since a moment; first calls."""
        ...

    def wait_since(self, since: datetime) -> WaitFacts:
        """Return the same for the whole hall."""
        ...

    def waits_of_day(self, day: date) -> Sequence[Waited]:
        """Return what the tickets of a day waited for their first call, without appointments."""
        ...

    def half_hours(self, day: date) -> Sequence[HalfHour]:
        """Return what was issued and finished in each half hour of a business day."""
        ...

    def issued_by(self, day: date, until: datetime) -> int:
        """Return how many tickets of a day were issued before a moment."""
        ...

    def follow_up(self, rating_id: int) -> FollowUp | None:
        """Return the follow-up of a rating."""
        ...

    def rating_counts(self, begin: datetime, end: datetime) -> Mapping[int, tuple[int, int]]:
        """Return by service how many active ratings were given in [begin, end), and how many good.

        Good are levels 5, 4 and 3 (满意率). Counts only, never a level.
        """
        ...

    def staff_days(self, day: date) -> Sequence[StaffDay]:
        """Return what each member of staff did on a day."""
        ...

    def own_totals(self, staff_id: int) -> OwnTotals | None:
        """Return the newest totals of a member of staff."""
        ...


class FloorChanges(Protocol):
    """How all this comes and goes."""

    def bind_ticket(self, ticket: Ticket, window_id: int | None, staff_id: int | None) -> Ticket:
        """Let a ticket be for a window or a person only, or for anybody; or raise ``Conflict``."""
        ...

    def save_hold(self, hold: Hold) -> None:
        """Store why a ticket is held."""
        ...

    def drop_hold(self, ticket_id: int) -> None:
        """Delete it: the ticket is held no longer."""
        ...

    def stop_queue(self, stop: QueueStop) -> None:
        """Store that a queue is stopped; ``QueueCount.stopped`` says so."""
        ...

    def reopen_queue(self, queue_id: int) -> bool:
        """Delete it; return whether the queue was stopped."""
        ...

    def lend_window(self, lent: LentWindow) -> None:
        """Give a window other queues; every process reads the plan anew."""
        ...

    def give_back_window(self, window_id: int) -> bool:
        """Give a window its usual queues again; return whether it had others."""
        ...

    def mark_leave(self, staff_id: int, *, on_leave: bool) -> None:
        """Note that somebody is on leave today, or is not."""
        ...

    def take_alarm(self, taken: AlarmTaken) -> None:
        """Store who takes care of an alarm; the last one who says so counts."""
        ...

    def drop_alarms(self, keys: Iterable[str]) -> int:
        """Delete who took care of alarms that are over; return how many."""
        ...

    def save_offline_move(self, move: OfflineMove) -> None:
        """Store what was handed in, or that somebody looks after it."""
        ...

    def save_bulletin(self, bulletin: Bulletin) -> None:
        """Store a bulletin, new or taken back."""
        ...

    def save_follow_up(self, follow_up: FollowUp) -> None:
        """Store a follow-up that began or moved on."""
        ...

    def save_own_totals(self, totals: OwnTotals) -> None:
        """Store a week's totals in place of those before."""
        ...

    def drop_floor(self, before: date) -> int:
        """Delete what was for days before one: stops, leave, lent windows, bulletins, alarms.

        What was handed in offline is known thirty days longer.
        """
        ...
