"""What closed days brought: counted from the history once, kept, and read by reports."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from hallclient.domain.calendar import A_DAY, business_day
from hallclient.domain.day_stats import (
    COUNTS,
    NOBODY,
    DayCounts,
    DayKey,
    TicketFact,
    TurnFact,
    day_rows,
)
from hallclient.domain.ticket import Channel, TicketStatus
from hallclient.domain.turn import Outcome
from hallclient.services.day_records import COUNTED, Done, Part
from hallclient.services.public_records import RatingCell
from hallclient.storage.asking import AskingOfToday
from hallclient.storage.day_tables import (
    CASE_COUNTS,
    LEVEL_COUNTS,
    RATING_COUNTS,
    case_day,
    day_done,
    day_stats,
    rating_day,
)
from hallclient.storage.figures import CASES_OF_TURN, TURN_OF_TICKET
from hallclient.storage.lean import lean
from hallclient.storage.schema import business_day as days
from hallclient.storage.schema import rating, ticket, turn
from hallclient.storage.sql import Seconds
from hallclient.storage.visit_tables import ticket_step

if TYPE_CHECKING:
    from hallclient.domain.case_figures import CaseSums

_PARTS: Final = {
    Part.QUEUE: day_stats.c.queue_id,
    Part.SERVICE: day_stats.c.service_id,
    Part.WINDOW: day_stats.c.window_id,
    Part.STAFF: day_stats.c.staff_id,
    Part.DAY: day_stats.c.day,
}


class DayReader(AskingOfToday):
    """Questions about closed days."""

    def first_day(self) -> date | None:
        """Return the first business day there ever was."""
        query = sa.select(sa.func.min(days.c.day)).where(self._mine(days))
        found: date | None = self._connection.execute(query).scalar()
        return found

    def last_over(self) -> date | None:
        """Return the last calendar day of which nothing is open any more; None before the first."""
        rules = self._plan.rules
        today = business_day(self._now, self._plan.time_zone, rules.day_start)
        open_ = sa.select(sa.func.min(days.c.day)).where(
            self._mine(days), days.c.closed_at.is_(None)
        )
        first = self._connection.execute(open_).scalar()
        return min(today, first or today) - A_DAY if self.first_day() else None

    def days_done(self, what: Done, first: date, last: date) -> frozenset[date]:
        """Return the days from ``first`` to ``last`` for which something stands."""
        query = sa.select(day_done.c.day).where(
            self._mine(day_done), day_done.c.what == what, day_done.c.day.between(first, last)
        )
        return frozenset(self._connection.execute(query).scalars())

    def counted_day(self, day: date) -> Mapping[DayKey, DayCounts]:
        """Count a business day from its history."""
        turns: dict[int, list[TurnFact]] = defaultdict(list)
        queues = self._queues_of_services()
        for row in self._connection.execute(_TURNS.where(self._mine(ticket), ticket.c.day == day)):
            queue = queues.get(row.step, row.queue_id) if row.step is not None else row.queue_id
            turns[row.ticket_id].append(
                TurnFact(
                    queue_id=queue,
                    service_id=row.service_id if row.step is None else row.step,
                    window_id=row.window_id,
                    staff_id=row.staff_id,
                    calls=row.calls,
                    result=None if row.result is None else Outcome(row.result),
                    lasted=max(0, row.lasted or 0),
                    cases=row.cases,
                )
            )
        asked = _TICKETS.where(self._mine(ticket), ticket.c.day == day)
        return day_rows(
            TicketFact(
                queue_id=row.issued_for,
                service_id=row.service_id,
                ended=row.status == TicketStatus.ENDED,
                absent=row.status == TicketStatus.NO_SHOW,
                booked=row.channel == Channel.BOOKED,
                waited=None if row.waited is None or row.slot else max(0, row.waited),
                told=None if row.told_p10 is None else (row.told_p10, row.told_p90),
                turns=tuple(turns[row.id]),
            )
            for row in self._connection.execute(asked)
        )

    def day_counts(
        self, first: date, last: date, *parts: Part, waits: bool = True
    ) -> Sequence[tuple[tuple[Any, ...], DayCounts]]:
        """Return what is kept of days, together, or by the parts named; whatever marks say.

        Waits by the minute are in it unless a part is a window or a member of staff, or nobody
        asks for them (``waits``): of years they take most of the time.
        """
        keys = [_PARTS[part] for part in parts]
        mine = (self._mine(day_stats), day_stats.c.day.between(first, last))
        sums = sa.select(*keys, *(sa.func.sum(day_stats.c[name]) for name in COUNTS))
        found = {
            tuple(row[: len(keys)]): dict(
                zip(COUNTS, (int(value or 0) for value in row[len(keys) :]), strict=True)
            )
            for row in self._connection.execute(sums.where(*mine).group_by(*keys))
        }
        minutes: dict[tuple[Any, ...], dict[int, int]] = defaultdict(dict)
        if waits and not {Part.WINDOW, Part.STAFF} & set(parts):
            # Read as the text it is: most services have the same few short ones again and again.
            asked = sa.select(*keys, sa.type_coerce(day_stats.c.waits, sa.Text)).where(
                *mine, day_stats.c.window_id == NOBODY, day_stats.c.staff_id == NOBODY
            )
            for *key, text in self._connection.execute(asked):
                into = minutes[tuple(key)]
                for minute, count in _minutes_of(text):
                    into[minute] = into.get(minute, 0) + count
        return [
            (key, DayCounts(**counts, waits=dict(sorted(minutes[key].items()))))
            for key, counts in found.items()
        ]

    def worked_on(self, staff_id: int, first: date, last: date) -> frozenset[date]:
        """Return the days of which rows of a member of staff are kept."""
        query = sa.select(day_stats.c.day).where(
            self._mine(day_stats),
            day_stats.c.day.between(first, last),
            day_stats.c.staff_id == staff_id,
        )
        return frozenset(self._connection.execute(query.distinct()).scalars())

    def rating_days(self, first: date, last: date) -> Sequence[RatingCell]:
        """Return what is kept of the ratings of days; for those who may see ratings only."""
        from hallclient.domain.rating_figures import Tally  # noqa: PLC0415 - a start is measured

        keys = (rating_day.c.window_id, rating_day.c.service_id)
        query = (
            sa.select(*keys, *(sa.func.sum(rating_day.c[name]) for name in RATING_COUNTS))
            .where(self._mine(rating_day), rating_day.c.day.between(first, last))
            .group_by(*keys)
        )
        found = []
        for window, service, *counts in self._connection.execute(query):
            one, two, three, four, five, asked, answered, defaults = map(int, counts)
            tally = Tally((one, two, three, four, five), asked, answered, defaults)
            found.append(RatingCell(window, service, tally))
        return found

    def case_days(self, first: date, last: date) -> "Mapping[int, CaseSums]":
        """Return by service what is kept of the cases decided on days."""
        from hallclient.domain.case_figures import CaseSums  # noqa: PLC0415 - a start is measured

        key = case_day.c.service_id
        query = (
            sa.select(key, *(sa.func.sum(case_day.c[name]) for name in CASE_COUNTS))
            .where(self._mine(case_day), case_day.c.day.between(first, last))
            .group_by(key)
        )
        return {
            service: CaseSums.of_whole([int(count) for count in counts])
            for service, *counts in self._connection.execute(query)
        }

    def _queues_of_services(self) -> dict[int, int]:
        queues = {queue.code: queue.id for queue in self._plan.queues}
        return {one.id: queues[one.queue] for one in self._plan.services if one.queue in queues}

    def _day_of(self, at: datetime) -> date:
        return business_day(at, self._plan.time_zone, self._plan.rules.day_start)


class DayWriter(DayReader):
    """Keeps what was counted, and takes the mark from a day that has changed since."""

    def keep_floor(self, day: date, rows: Mapping[DayKey, DayCounts]) -> None:
        """Keep a day's rows in place of those before."""
        self._keep_rows(
            day_stats,
            day,
            Done.FLOOR,
            [
                {
                    "queue_id": key.queue_id,
                    "service_id": key.service_id,
                    "window_id": key.window_id,
                    "staff_id": key.staff_id,
                    **{name: getattr(counts, name) for name in COUNTS},
                    "waits": {str(minute): count for minute, count in counts.waits.items()},
                }
                for key, counts in rows.items()
            ],
        )

    def keep_ratings(self, day: date, cells: Iterable[RatingCell]) -> None:
        """Keep what was counted of a day's ratings."""
        rows = [
            {
                "window_id": cell.window_id,
                "service_id": cell.service_id,
                **dict(zip(LEVEL_COUNTS, cell.tally.levels, strict=True)),
                "asked": cell.tally.asked,
                "answered": cell.tally.answered,
                "defaults": cell.tally.defaults,
            }
            for cell in cells
        ]
        self._keep_rows(rating_day, day, Done.RATINGS, rows)

    def keep_cases(self, day: date, sums: "Mapping[int, CaseSums]") -> None:
        """Keep the sums of the cases decided on a day, by service."""
        rows = [
            {"service_id": of, **dict(zip(CASE_COUNTS, one.whole(), strict=True))}
            for of, one in sums.items()
        ]
        self._keep_rows(case_day, day, Done.CASES, rows)

    def mark_day(self, day: date, what: Done) -> None:
        """Note that something stands for a day."""
        self._replace(day_done, {"day": day, "what": what.value, "at": self._now})

    def unmark_day(self, day: date, *what: Done) -> None:
        """Let a day be counted anew: something of it has changed."""
        self._drop(day_done, sa.and_(day_done.c.day == day, day_done.c.what.in_(what or COUNTED)))

    def _ratings_changed(self, turn_id: int, *moments: datetime) -> None:
        """Let the days be counted anew on which a turn was asked for a rating, or given one."""
        known = self._link.known.get(("turn by id", turn_id))
        if known is None:
            values = {"hall": self._hall_id, "id": turn_id}
            found = self._rows((_rating_asked(self._link.real)(), values))
            asked = found[0]["rating_asked_at"] if found else None
        else:
            asked = known.rating_asked_at
        for day in {self._day_of(at) for at in (*moments, asked) if at is not None}:
            if day < self._today:
                self.unmark_day(day, Done.RATINGS)

    def _rating_put_aside(self, rating_id: int) -> None:
        row = self._connection.execute(
            sa.select(rating.c.turn_id, rating.c.given_at).where(
                self._mine(rating), rating.c.id == rating_id
            )
        ).first()
        if row is not None:
            self._ratings_changed(*row)

    def _case_changed(self, finished_at: datetime | None) -> None:
        if finished_at is not None and (day := self._day_of(finished_at)) < self._today:
            self.unmark_day(day, Done.CASES)

    def _keep_rows(
        self, table: sa.Table, day: date, what: Done, rows: Sequence[Mapping[str, Any]]
    ) -> None:
        self._drop(table, table.c.day == day)
        if rows:
            self._connection.execute(
                sa.insert(table), [{"hall_id": self._hall_id, "day": day, **row} for row in rows]
            )
        self.mark_day(day, what)


@lean
def _rating_asked() -> "sa.Select[Any]":
    hall: sa.BindParameter[str] = sa.bindparam("hall", type_=sa.Text())
    own: sa.BindParameter[int] = sa.bindparam("id", type_=sa.BigInteger())
    return sa.select(turn.c.rating_asked_at).where(turn.c.hall_id == hall, turn.c.id == own)


@lru_cache(maxsize=4096)
def _minutes_of(text: str) -> tuple[tuple[int, int], ...]:
    """Return the minutes of a row and how many waited each."""
    return tuple((int(minute), count) for minute, count in json.loads(text).items())


_STEP = sa.and_(
    ticket_step.c.hall_id == turn.c.hall_id,
    ticket_step.c.ticket_id == turn.c.ticket_id,
    ticket_step.c.turn_id == turn.c.id,
)
_LASTED = Seconds(turn.c.ended_at) - Seconds(sa.func.coalesce(turn.c.started_at, turn.c.called_at))
_TURNS = (
    sa.select(
        turn.c.ticket_id,
        ticket.c.queue_id,
        ticket.c.service_id,
        ticket_step.c.service_id.label("step"),
        turn.c.window_id,
        turn.c.staff_id,
        turn.c.calls,
        turn.c.result,
        _LASTED.label("lasted"),
        CASES_OF_TURN.label("cases"),
    )
    .join_from(ticket, turn, TURN_OF_TICKET)
    .outerjoin(ticket_step, _STEP)
    .order_by(turn.c.id)
)
_TICKETS = sa.select(
    ticket.c.id,
    sa.func.coalesce(ticket.c.first_queue_id, ticket.c.queue_id).label("issued_for"),
    ticket.c.service_id,
    ticket.c.status,
    ticket.c.channel,
    (Seconds(ticket.c.first_called_at) - Seconds(ticket.c.issued_at)).label("waited"),
    ticket.c.callable_from.is_not(None).label("slot"),
    ticket.c.told_p10,
    ticket.c.told_p90,
)
