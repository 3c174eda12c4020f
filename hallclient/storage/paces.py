"""The pace of every queue, moved in the statement that moves its count (architecture.md §3).

The text of a pace is never trusted: one that is none, or does not know who waits, starts anew.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hallclient.domain.hall import HallPlan
from hallclient.domain.pace import Pace, hall_minutes
from hallclient.domain.serving import open_windows
from hallclient.domain.ticket import Ticket
from hallclient.services.store_records import QueueCount
from hallclient.storage.lean import Ask, lean
from hallclient.storage.lines import pace_in_queue
from hallclient.storage.plan_rows import read_plan
from hallclient.storage.reader import SqlReader
from hallclient.storage.records import Row
from hallclient.storage.schema import hall, queue_now, shift

log = logging.getLogger(__name__)

Move = Callable[[Pace, float], None]
"""What happens to a pace at a minute."""


class PaceWriter(SqlReader):
    """Keeps the paces of a change: each is read once, and written with every move."""

    _plan_version: int

    def __init__(
        self, connection: Connection, plan: HallPlan, row: Mapping[str, Any], now: datetime
    ) -> None:
        super().__init__(connection, plan, row, now)
        self._plan_before: int = row["plan_version"]
        self._paces: dict[int, Pace] = {}
        self._read_ahead: dict[int, tuple[str, int]] = {}
        """Texts and counts of queues in which this change has moved nobody yet."""
        self._new: set[int] = set()
        """Queues whose pace starts with this change and is not stored yet."""
        self._windows_moved = False
        """Whether a shift has begun, paused, gone on or ended."""

    def place_of(self, ticket: Ticket) -> tuple[QueueCount, int]:
        """Return the counts of a ticket's queue and how many are ahead of it there."""
        count, ahead = super().place_of(ticket)
        self._keep(count.queue_id, count.pace, count.waiting)
        return count, ahead

    def _line_rows(self, queues: Sequence[int], asked: Ask) -> Sequence[Row]:
        """Read the paces with the line: whoever is called from it moves one of them."""
        question, real = pace_of(self._link.real)(), self._link
        paces = [(question, {"hall": self._hall_id, "queue": one}) for one in queues]
        line, *found = real.ask(asked, *paces)
        for rows in found:
            for row in rows:
                if row["queue_id"] not in self._paces:
                    self._read_ahead[row["queue_id"]] = row["pace"], row["waiting"]
        return line

    def _moved_pace(self, queue_id: int, waits: int, move: Move) -> str:
        """Move the pace of a queue in which so many wait more; return what to store."""
        pace = self._paces.get(queue_id)
        if pace is None:
            known = self._read_ahead.pop(queue_id, None)
            if known is None:
                values = {"hall": self._hall_id, "queue": queue_id}
                row = self._rows((pace_of(self._link.real)(), values))[0]
                known = row["pace"], row["waiting"]
            pace = self._keep(queue_id, *known)
        will_wait = pace.waiting + waits
        try:
            move(pace, self._minute)
            self._new.discard(queue_id)
            return pace.text()
        except Exception:
            log.exception("the pace of queue %s starts anew", queue_id)
            return self._anew(queue_id, will_wait).text()

    def _end_paces(self) -> None:
        """Let the day of every queue end: today is an earlier day from now on.

        A queue that has shown nothing by then starts from the pace of its hall.
        """
        paces = self._all_paces({})
        for pace in paces.values():
            pace.day_ended(self._minute)
        minutes = hall_minutes(paces.values())
        for queue_id, pace in paces.items():
            pace.start_from(minutes)
            self._write(queue_id, pace)

    def _recount_windows(self) -> None:
        """Tell the paces how many open windows serve their queues, where that has changed.

        The last thing before the commit: whatever was moved in whichever order counts once.
        """
        if not self._windows_moved and self._plan_version == self._plan_before:
            return
        serving = self._serving()
        paces = self._all_paces(serving)
        minutes = hall_minutes(paces.values())
        for queue_id, pace in paces.items():
            windows = serving.get(queue_id, 0)
            if pace.windows != windows or queue_id in self._new:
                pace.start_from(minutes)
                pace.open_windows(self._minute, windows)
                self._write(queue_id, pace)

    @property
    def _minute(self) -> float:
        return self._now.timestamp() / 60

    def _all_paces(self, serving: Mapping[int, int]) -> dict[int, Pace]:
        query = sa.select(queue_now.c.queue_id, queue_now.c.pace, queue_now.c.waiting)
        rows = self._connection.execute(query.where(self._mine(queue_now))).all()
        return {one: self._keep(one, text, waiting, serving) for one, text, waiting in rows}

    def _keep(
        self, queue_id: int, text: str, waiting: int, serving: Mapping[int, int] | None = None
    ) -> Pace:
        """Return the pace that the change works on, of a stored text where it has none yet."""
        known = self._paces.get(queue_id)
        if known is not None:
            return known
        pace = Pace.of(text)
        if _is_whole(pace, text, waiting):
            self._paces[queue_id] = pace
            return pace
        if text:
            log.error("the pace of queue %s is damaged and starts anew: %.80r", queue_id, text)
        return self._anew(queue_id, waiting, serving)

    def _anew(self, queue_id: int, waiting: int, serving: Mapping[int, int] | None = None) -> Pace:
        self._new.add(queue_id)
        pace = self._paces[queue_id] = Pace()
        for _ in range(waiting):
            pace.joined(self._minute)
        serving = self._serving() if serving is None else serving
        pace.open_windows(self._minute, serving.get(queue_id, 0))
        return pace

    def _serving(self) -> dict[int, int]:
        """Return by queue how many open windows serve it, by the plan as this change leaves it."""
        open_now = (shift.c.signed_out_at.is_(None), shift.c.paused_at.is_(None))
        query = sa.select(shift.c.window_id).where(self._mine(shift), *open_now)
        open_ids = set(self._connection.execute(query).scalars())
        if not open_ids:
            return {}
        plan = self._plan
        if self._plan_version != self._plan_before:
            row = self._all(sa.select(hall).where(self._mine(hall)))[0]
            plan = read_plan(self._connection, dict(row))
        return open_windows(plan, open_ids)

    def _write(self, queue_id: int, pace: Pace) -> None:
        self._connection.execute(
            sa.update(queue_now)
            .where(self._mine(queue_now), queue_now.c.queue_id == queue_id)
            .values(pace=pace.text())
        )


@lean
def pace_of() -> "sa.Select[Any]":
    """Return the question for a queue's pace and its count."""
    return pace_in_queue()


def joined(pace: Pace, at: float) -> None:
    """Somebody begins to wait."""
    pace.joined(at)


def left(pace: Pace, at: float) -> None:
    """Somebody stops to wait without a call."""
    pace.left(at)


def called(one: Ticket) -> Move:
    """Return what the call of a ticket teaches.

    Its wait only where it is the first one, in the queue that it was issued for, and no appointment
    called before its time: what is let in again, sent on or returned has waited elsewhere too.
    """
    since = max(one.issued_at, one.callable_from or one.issued_at).timestamp() / 60
    first = one.first_called_at is None and one.first_queue_id in (None, one.queue_id)

    def move(pace: Pace, at: float) -> None:
        waited = at - since if first and since <= at else None
        pace.called(at, waited, None if waited is None else one.told)

    return move


def _is_whole(pace: Pace, text: str, waiting: int) -> bool:
    new = Pace().text()
    return bool(text) and pace.waiting == waiting and (text == new or pace.text() != new)
