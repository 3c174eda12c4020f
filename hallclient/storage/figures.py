"""Questions about what has been done: days and their figures, cases, ratings that never came."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa

from hallclient.domain.ticket import TicketStatus
from hallclient.domain.turn import RATED_OUTCOMES, Outcome, Turn
from hallclient.services.store_records import BusinessDay, DayFigures
from hallclient.storage.asking import Asking
from hallclient.storage.records import TURN
from hallclient.storage.schema import business_day, case_record, rating, ticket, turn

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
        # What became of a ticket is asked beside it. Grouped by its id, SQLite would walk through
        # all tickets there ever were, which lie in that order; in a join, PostgreSQL reads all
        # turns and cases where they are not yet very many more than the day's.
        counts = (
            sa.select(ticket.c.status, _BEST, sa.func.count(), sa.func.sum(_CASES))
            .where(self._mine(ticket), ticket.c.day == day)
            .group_by(sa.literal_column("1"), sa.literal_column("2"))
        )
        of: Counter[str] = Counter()
        for status, best, count, cases in self._connection.execute(counts):
            of["issued"] += count
            of["cases"] += int(cases)
            if status == TicketStatus.ENDED:
                # One of several services done does not make a ticket served that still goes on.
                of[("abandoned", "missed", "served")[best or 0]] += count
            elif status == TicketStatus.NO_SHOW:
                of["missed"] += count
        names = ("issued", "served", "missed", "abandoned", "cases")
        return DayFigures(*(of[name] for name in names))

    def unrated(
        self, before: datetime, limit: int, after: datetime | None = None
    ) -> Sequence[Turn]:
        """Return turns asked for a rating that never came, oldest first."""
        asked = turn.c.rating_asked_at
        query = self._select(TURN, asked < before, _GIVEN.is_(None)).order_by(asked).limit(limit)
        return self._list(TURN, query if after is None else query.where(asked >= after))

    def turn_of_ticket(self, ticket_id: int) -> Turn | None:
        """Return the turn that a ticket was called to last."""
        query = self._select(TURN, turn.c.ticket_id == ticket_id)
        return self._one(TURN, query.order_by(turn.c.id.desc()).limit(1))


# Turn by turn: "there is none" is a join to PostgreSQL, of each turn with each rating at first.
_GIVEN = (
    sa.select(rating.c.id)
    .where(rating.c.hall_id == turn.c.hall_id, rating.c.turn_id == turn.c.id)
    .correlate(turn)
    .scalar_subquery()
)
_BEST = (
    sa.select(
        sa.func.max(
            sa.case((turn.c.result.in_(SERVED), 2), (turn.c.result == Outcome.NO_SHOW, 1), else_=0)
        )
    )
    .where(TURN_OF_TICKET)
    .correlate(ticket)
    .scalar_subquery()
)
"""What a ticket's turns brought: 2 served, 1 did not come, else 0; None without any."""
CASES_OF_TURN = (
    sa.select(sa.func.count())
    .where(case_record.c.hall_id == turn.c.hall_id, case_record.c.turn_id == turn.c.id)
    .correlate(turn)
    .scalar_subquery()
)
# In a join, an SQLite file that nobody has analysed walks through all cases for each ticket.
_CASES = (
    sa.select(sa.func.coalesce(sa.func.sum(CASES_OF_TURN), 0))
    .where(TURN_OF_TICKET)
    .correlate(ticket)
    .scalar_subquery()
)
