"""Questions about what has been done: days and their figures, cases, ratings that never came."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa

from hallclient.domain.turn import RATED_OUTCOMES, Outcome, Turn
from hallclient.services.store import BusinessDay, DayFigures
from hallclient.storage.asking import Asking
from hallclient.storage.records import TURN
from hallclient.storage.schema import business_day, case_record, rating, ticket, turn
from hallclient.storage.tables import ENDED

SERVED = (*sorted(RATED_OUTCOMES), Outcome.JOINT, Outcome.ESCALATED)
TURN_OF_TICKET = sa.and_(ticket.c.hall_id == turn.c.hall_id, ticket.c.id == turn.c.ticket_id)


class FigureReader(Asking):
    """Looks back."""

    def days(self, limit: int) -> Sequence[BusinessDay]:
        """Return the last business days, newest first; the open one is among them."""
        columns = (business_day.c[name] for name in ("day", "opened_at", "closed_at", "head"))
        query = (
            sa.select(*columns)
            .where(self._mine(business_day))
            .order_by(business_day.c.day.desc())
            .limit(limit)
        )
        return [BusinessDay(**row) for row in self._all(query)]

    def figures_of(self, day: date) -> DayFigures:
        """Return the figures of a business day."""
        seen = (
            sa.select(
                ticket.c.status,
                _any(turn.c.result.in_(SERVED)).label("served"),
                _any(turn.c.result == Outcome.NO_SHOW).label("missed"),
            )
            .join_from(ticket, turn, TURN_OF_TICKET, isouter=True)
            .where(self._mine(ticket), ticket.c.day == day)
            .group_by(ticket.c.id, ticket.c.status)
            .subquery()
        )
        served, missed = seen.c.served, seen.c.missed
        ended = seen.c.status == ENDED
        # One of several services done does not make a ticket served that still goes on.
        absent = seen.c.status == sa.literal_column("'no_show'")
        counts = sa.select(
            sa.func.count(),
            _sum(sa.and_(served == 1, ended)),
            _sum(sa.or_(absent, sa.and_(served == 0, missed == 1, ended))),
            _sum(sa.and_(served == 0, missed == 0, ended)),
        ).select_from(seen)
        case_of_turn = sa.and_(
            case_record.c.hall_id == turn.c.hall_id, case_record.c.turn_id == turn.c.id
        )
        cases = (
            sa.select(sa.func.count())
            .select_from(ticket.join(turn, TURN_OF_TICKET).join(case_record, case_of_turn))
            .where(self._mine(ticket), ticket.c.day == day)
        )
        issued, served_, missed_, abandoned = self._connection.execute(counts).one()
        opened = self._connection.execute(cases).scalar_one()
        return DayFigures(*map(int, (issued, served_, missed_, abandoned, opened)))

    def unrated(
        self, before: datetime, limit: int, after: datetime | None = None
    ) -> Sequence[Turn]:
        """Return turns asked for a rating that never came, oldest first."""
        asked = turn.c.rating_asked_at
        given = sa.exists().where(rating.c.hall_id == turn.c.hall_id, rating.c.turn_id == turn.c.id)
        query = self._select(TURN, asked < before, ~given).order_by(asked).limit(limit)
        return self._list(TURN, query if after is None else query.where(asked >= after))

    def turn_of_ticket(self, ticket_id: int) -> Turn | None:
        """Return the turn that a ticket was called to last."""
        query = self._select(TURN, turn.c.ticket_id == ticket_id)
        return self._one(TURN, query.order_by(turn.c.id.desc()).limit(1))


def _flag(condition: sa.ColumnElement[bool]) -> "sa.Case[int]":
    return sa.case((condition, 1), else_=0)


def _any(condition: sa.ColumnElement[bool]) -> "sa.Function[int]":
    return sa.func.max(_flag(condition))


def _sum(condition: sa.ColumnElement[bool]) -> "sa.Function[int]":
    return sa.func.coalesce(sa.func.sum(_flag(condition)), 0)
