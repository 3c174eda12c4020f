"""What single tickets and ratings keep for months, and how it goes: in slices, day by day."""

from datetime import date, datetime

import sqlalchemy as sa

from hallclient.domain.calendar import A_DAY, day_began
from hallclient.domain.follow_up import Appeal
from hallclient.services.day_records import Done
from hallclient.storage.day_stats import DayWriter
from hallclient.storage.day_tables import day_done
from hallclient.storage.floor_tables import follow_up, staff_week
from hallclient.storage.public_tables import rating_contact
from hallclient.storage.schema import business_day as days
from hallclient.storage.schema import rating, ticket

CUT = "-"
"""How the token and the request of a ticket begin whose links are cut; no real one does."""


class Forgetting(DayWriter):
    """Takes from days long over what may lead to somebody. The journal holds digests only."""

    def cut_links(self, before: date, limit: int) -> int:
        """Cut the links of tickets of the oldest day before one that has any; return how many."""
        done = sa.exists().where(
            self._mine(day_done), day_done.c.day == days.c.day, day_done.c.what == Done.LINKS
        )
        query = sa.select(sa.func.min(days.c.day)).where(
            self._mine(days), days.c.day < before, days.c.closed_at.is_not(None), ~done
        )
        while (day := self._connection.execute(query).scalar()) is not None:
            linked = sa.select(ticket.c.id).where(
                self._mine(ticket), ticket.c.day == day, ~ticket.c.token.startswith(CUT)
            )
            ids = self._connection.execute(linked.limit(limit)).scalars().all()
            if ids:
                own = sa.literal(CUT).concat(sa.cast(ticket.c.id, sa.Text()))
                self._connection.execute(
                    sa.update(ticket)
                    .where(self._mine(ticket), ticket.c.id.in_(ids))
                    .values(token=own, request_id=own)
                )
                return len(ids)
            self.mark_day(day, Done.LINKS)
        return 0

    def drop_ratings(self, before: date, limit: int) -> int:
        """Delete the oldest ratings given before a day, with all that was said about them.

        Only of days that are counted: the counts stay. One whose appeal is not decided stays too.
        """
        given = rating.c.given_at
        asked = sa.exists().where(
            follow_up.c.hall_id == rating.c.hall_id,
            follow_up.c.rating_id == rating.c.id,
            follow_up.c.appeal == Appeal.ASKED,
        )
        old = sa.select(given).where(self._mine(rating), ~asked).order_by(given).limit(1)
        oldest = self._connection.execute(old).scalar()
        if oldest is None or (day := self._day_of(oldest)) >= before:
            return 0
        if not self.days_done(Done.RATINGS, day, day):
            return 0
        ends = min(self._begins(before), self._begins(day + A_DAY))
        query = sa.select(rating.c.id).where(self._mine(rating), given < ends, ~asked)
        ids = self._connection.execute(query.order_by(given).limit(limit)).scalars().all()
        for table in (rating_contact, follow_up):
            self._drop(table, table.c.rating_id.in_(ids))
        return self._drop(rating, rating.c.id.in_(ids))

    def drop_weeks(self, before: date) -> int:
        """Delete the totals of members of staff of weeks before a day; return how many."""
        return self._drop(staff_week, staff_week.c.week < before)

    def _begins(self, day: date) -> datetime:
        return day_began(day, self._plan.time_zone, self._plan.rules.day_start)
