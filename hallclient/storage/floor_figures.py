"""What the floor's figures are made of: waits, half hours, staff days, turns that are over.

Levels of ratings leave here as counts.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from math import ceil
from typing import Any, Final

import sqlalchemy as sa

from hallclient.domain.follow_up import Appeal
from hallclient.domain.rating import Level, Origin
from hallclient.domain.turn import Outcome
from hallclient.domain.wait import Wait
from hallclient.domain.wait_figures import Waited
from hallclient.services.floor_records import HalfHour, PastTurn, StaffDay, WaitFacts
from hallclient.storage.asking import AskingOfToday, of_own_ticket
from hallclient.storage.figures import SERVED, TURN_OF_TICKET
from hallclient.storage.floor_tables import follow_up
from hallclient.storage.records import TICKET, TURN
from hallclient.storage.schema import business_day, rating, ticket, turn
from hallclient.storage.sql import Seconds
from hallclient.storage.visit_tables import ticket_step

HALF_HOUR: Final = 1800
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class FloorFigureReader(AskingOfToday):
    """Counts what happens on the floor."""

    def past_turns(self, window_id: int, limit: int) -> Sequence[PastTurn]:
        """Return today's ended turns of a window, newest first."""
        opened = (
            sa.select(business_day.c.opened_at)
            .where(self._mine(business_day), business_day.c.day == self._day)
            .scalar_subquery()
        )
        query = (
            _PAST.where(
                self._mine(turn),
                turn.c.window_id == window_id,
                turn.c.called_at >= opened,  # else all turns there ever were are looked through
                turn.c.ended_at.is_not(None),
                ticket.c.day == self._day,
            )
            .order_by(turn.c.called_at.desc())
            .limit(limit)
        )
        return [
            PastTurn(TURN.of(row, "turn_"), TICKET.of(row, "ticket_")) for row in self._all(query)
        ]

    def waits_since(self, since: datetime) -> Mapping[int, WaitFacts]:
        """Return by queue how long those waited who were called since a moment; first calls.

        A ticket that was transferred counts nowhere: it waited for another queue.
        """
        waits: dict[int, list[int]] = defaultdict(list)
        for queue_id, waited in self._waits(since):
            waits[queue_id].append(waited)
        return {queue_id: _facts(sorted(some)) for queue_id, some in waits.items()}

    def wait_since(self, since: datetime) -> WaitFacts:
        """Return the same for the whole hall."""
        waits = sorted(waited for _queue, waited in self._waits(since))
        return _facts(waits) if waits else WaitFacts(0)

    def _waits(self, since: datetime) -> Sequence[tuple[int, int]]:
        # What only a turn's neighbours know is asked beside it, and the stretch has two ends: else
        # PostgreSQL makes joins with all turns there ever were.
        query = (
            sa.select(ticket.c.queue_id, _waited(), turn.c.id == _FIRST_TURN, _TRANSFERS)
            .join_from(turn, ticket, TURN_OF_TICKET)
            .where(
                self._mine(turn),
                turn.c.last_called_at.between(since, self._now),
                turn.c.called_at >= since,
                turn.c.calls > 0,
            )
        )
        return [
            (queue_id, max(0, waited))
            for queue_id, waited, first, transfers in self._connection.execute(query)
            if first and not transfers
        ]

    def waits_of_day(self, day: date) -> Sequence[Waited]:
        """Return what the tickets of a day waited for their first call, without appointments."""
        waited = Seconds(ticket.c.first_called_at) - Seconds(ticket.c.issued_at)
        query = sa.select(
            sa.func.coalesce(ticket.c.first_queue_id, ticket.c.queue_id),
            waited,
            ticket.c.told_p10,
            ticket.c.told_p50,
            ticket.c.told_p90,
        ).where(
            self._mine(ticket),
            ticket.c.day == day,
            ticket.c.first_called_at.is_not(None),
            ticket.c.callable_from.is_(None),
        )
        return [
            Waited(queue_id, max(0, seconds) / 60, None if p10 is None else Wait(p10, p50, p90))
            for queue_id, seconds, p10, p50, p90 in self._connection.execute(query)
        ]

    def half_hours(self, day: date) -> Sequence[HalfHour]:
        """Return what was issued and finished in each half hour of a business day.

        From the first with anything to the last; those between are there with zeros.
        """
        issued = self._by_half_hour(
            sa.select(_half(ticket.c.issued_at), sa.func.count())
            .where(self._mine(ticket), ticket.c.day == day)
            .group_by(sa.literal_column("1"))
        )
        turns, of_day = self._turns_of(day)
        finished = self._by_half_hour(
            sa.select(_half(turn.c.ended_at), sa.func.count())
            .select_from(turns)
            .where(*of_day, turn.c.result.in_(SERVED))
            .group_by(sa.literal_column("1"))
        )
        numbers = {*issued, *finished}
        if not numbers:
            return ()
        return [
            HalfHour(
                _EPOCH + timedelta(seconds=number * HALF_HOUR),
                issued.get(number, 0),
                finished.get(number, 0),
            )
            for number in range(min(numbers), max(numbers) + 1)
        ]

    def issued_by(self, day: date, until: datetime) -> int:
        """Return how many tickets of a day were issued before a moment."""
        count = sa.select(sa.func.count()).where(
            self._mine(ticket), ticket.c.day == day, ticket.c.issued_at < until
        )
        return int(self._connection.execute(count).scalar_one())

    def rating_counts(self, begin: datetime, end: datetime) -> Mapping[int, tuple[int, int]]:
        """Return by service how many active ratings were given in [begin, end), and how many good.

        Good are levels 5, 4 and 3 (满意率). A turn's service is its step's, else its ticket's. One
        whose appeal was granted counts nowhere.
        """
        service = sa.func.coalesce(ticket_step.c.service_id, ticket.c.service_id)
        of_step = sa.and_(
            ticket_step.c.hall_id == turn.c.hall_id,
            ticket_step.c.ticket_id == turn.c.ticket_id,
            ticket_step.c.turn_id == turn.c.id,
        )
        query = (
            sa.select(service, sa.func.count(), _sum(rating.c.level >= Level.FAIRLY_SATISFIED, 1))
            .select_from(rating)
            .join(turn, sa.and_(turn.c.hall_id == rating.c.hall_id, turn.c.id == rating.c.turn_id))
            .join(ticket, TURN_OF_TICKET)
            .outerjoin(ticket_step, of_step)
            .outerjoin(follow_up, FOLLOW_UP_OF)
            .where(
                self._mine(rating),
                COUNTED,
                rating.c.origin == Origin.ACTIVE,
                rating.c.given_at >= begin,
                rating.c.given_at < end,
            )
            .group_by(sa.literal_column("1"))
        )
        return {
            int(of): (int(rated), int(good)) for of, rated, good in self._connection.execute(query)
        }

    def staff_days(self, day: date) -> Sequence[StaffDay]:
        """Return what each member of staff did on a day."""
        active = sa.and_(rating.c.origin == Origin.ACTIVE, COUNTED)
        first = sa.and_(turn.c.calls > 0, turn.c.id == _FIRST_TURN)
        waited = Seconds(turn.c.called_at) - Seconds(of_own_ticket(ticket.c.issued_at))
        turns, of_day = self._turns_of(day)
        query = (
            sa.select(
                turn.c.staff_id,
                _sum(turn.c.result.in_(SERVED), 1).label("served"),
                _sum(turn.c.result.in_(SERVED), _lasted()).label("serving_seconds"),
                _sum(first, waited).label("waiting_seconds"),
                _sum(active, 1).label("rated"),
                _sum(sa.and_(active, rating.c.level >= Level.FAIRLY_SATISFIED), 1).label(
                    "satisfied"
                ),
            )
            .select_from(
                turns.outerjoin(rating, _RATING_OF_TURN).outerjoin(follow_up, FOLLOW_UP_OF)
            )
            .where(*of_day)
            .group_by(turn.c.staff_id)
        )
        found = [
            StaffDay(day=day, **{name: int(value) for name, value in row.items()})
            for row in self._all(query)
        ]
        return sorted(found, key=lambda one: one.staff_id)

    def _turns_of(self, day: date) -> tuple[sa.FromClause, tuple[sa.ColumnElement[bool], ...]]:
        """Return where a day's turns are, and what is true of them."""
        if day == self._day:
            return turn, self._called_today()
        return ticket.join(turn, TURN_OF_TICKET), (self._mine(ticket), ticket.c.day == day)

    def _by_half_hour(self, query: "sa.Select[int, int]") -> dict[int, int]:
        return {row[0]: row[1] for row in self._connection.execute(query)}


_RATING_OF_TURN = sa.and_(rating.c.hall_id == turn.c.hall_id, rating.c.turn_id == turn.c.id)
FOLLOW_UP_OF = sa.and_(
    follow_up.c.hall_id == rating.c.hall_id, follow_up.c.rating_id == rating.c.id
)
COUNTED = sa.or_(follow_up.c.appeal.is_(None), follow_up.c.appeal != Appeal.GRANTED)
"""Ratings that count: a granted appeal puts one aside."""
_PAST = sa.select(*TURN.labelled("turn_"), *TICKET.labelled("ticket_")).join_from(
    turn, ticket, TURN_OF_TICKET
)
_other = turn.alias("other")
_TURNS_OF_TICKET = (_other.c.hall_id == turn.c.hall_id, _other.c.ticket_id == turn.c.ticket_id)
# A sum is in no index: else both databases may look for the least id by walking up from the first.
_ID = _other.c.id + sa.literal_column("0")
_FIRST_TURN = sa.select(sa.func.min(_ID)).where(*_TURNS_OF_TICKET).scalar_subquery()
_TRANSFERS = (
    sa.select(sa.func.count())
    .where(*_TURNS_OF_TICKET, _other.c.result == Outcome.TRANSFERRED)
    .scalar_subquery()
)


def _waited() -> sa.ColumnElement[int]:
    """Return the seconds from the number to the call."""
    return Seconds(turn.c.called_at) - Seconds(ticket.c.issued_at)


def _lasted() -> sa.ColumnElement[int]:
    """Return the seconds of service."""
    return Seconds(turn.c.ended_at) - Seconds(sa.func.coalesce(turn.c.started_at, turn.c.called_at))


def _half(moment: "sa.Column[Any]") -> sa.ColumnElement[int]:
    half: sa.ColumnElement[int] = sa.literal_column(str(HALF_HOUR), sa.BigInteger())
    return Seconds(moment).op("/")(half)


def _sum(condition: sa.ColumnElement[bool], value: Any) -> "sa.Function[Any]":
    return sa.func.coalesce(sa.func.sum(sa.case((condition, value), else_=0)), 0)


def _facts(waits: Sequence[int]) -> WaitFacts:
    """Return the percentiles of sorted waits: the smallest that so many do not exceed."""

    def at(share: float) -> int:
        return waits[max(0, ceil(share * len(waits)) - 1)]

    return WaitFacts(len(waits), at(0.1), at(0.5), at(0.9))
