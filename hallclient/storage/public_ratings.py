"""Ratings for those who may see them, and the sealed telephone numbers left with some."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import sqlalchemy as sa

from hallclient.domain.calendar import day_began
from hallclient.domain.follow_up import Appeal, FollowUpResult
from hallclient.domain.rating import Origin
from hallclient.services.public_records import RatingRow
from hallclient.storage.asking import AskingOfToday
from hallclient.storage.figures import TURN_OF_TICKET
from hallclient.storage.floor_tables import follow_up
from hallclient.storage.public_tables import rating_contact
from hallclient.storage.records import FOLLOW_UP, RATING, Row
from hallclient.storage.schema import rating, ticket, turn
from hallclient.storage.visit_tables import ticket_step


class RatingReader(AskingOfToday):
    """Questions about ratings."""

    def ratings_between(self, begin: datetime, end: datetime) -> Sequence[RatingRow]:
        """Return ratings given in [begin, end), oldest first; for those who may see them only."""
        given = rating.c.given_at
        query = _ratings().where(self._mine(rating), given >= begin, given < end)
        return [_rating_of(row) for row in self._all(query.order_by(given, rating.c.id))]

    def levels_between(self, begin: datetime, end: datetime) -> Mapping[int, tuple[int, int]]:
        """Return by member of staff how many active ratings count, and the sum of levels."""
        given = rating.c.given_at
        query = (
            sa.select(turn.c.staff_id, sa.func.count(), sa.func.sum(rating.c.level))
            .select_from(rating)
            .join(turn, sa.and_(turn.c.hall_id == rating.c.hall_id, turn.c.id == rating.c.turn_id))
            .outerjoin(
                follow_up,
                sa.and_(
                    follow_up.c.hall_id == rating.c.hall_id, follow_up.c.rating_id == rating.c.id
                ),
            )
            .where(
                self._mine(rating),
                given >= begin,
                given < end,
                rating.c.origin == sa.literal_column(f"'{Origin.ACTIVE.value}'"),
                sa.or_(follow_up.c.appeal.is_(None), follow_up.c.appeal != Appeal.GRANTED),
            )
            .group_by(turn.c.staff_id)
        )
        return {row[0]: (int(row[1]), int(row[2])) for row in self._connection.execute(query)}

    def rating_contact(self, rating_id: int) -> bytes | None:
        """Return the sealed telephone number that was left with a rating."""
        query = sa.select(rating_contact.c.sealed).where(
            self._mine(rating_contact), rating_contact.c.rating_id == rating_id
        )
        sealed = self._connection.execute(query).scalar()
        return None if sealed is None else bytes(sealed)


class RatingWriter(RatingReader):
    """Changes of the same."""

    def add_rating_contact(self, rating_id: int, sealed: bytes) -> None:
        """Keep a sealed telephone number with a rating."""
        self._replace(rating_contact, {"rating_id": rating_id, "sealed": sealed})

    def drop_rating_contacts(self, before: date) -> int:
        """Drop the numbers of ratings whose follow-up was over before a day; return how many.

        A good rating has none: its number goes by the day on which it was given.
        """
        began = day_began(before, self._plan.time_zone, self._plan.rules.day_start)
        its = sa.and_(
            follow_up.c.hall_id == rating_contact.c.hall_id,
            follow_up.c.rating_id == rating_contact.c.rating_id,
        )
        unreached = follow_up.c.result == FollowUpResult.UNREACHED
        over = sa.exists().where(
            its,
            follow_up.c.recorded_at < began,
            follow_up.c.result != FollowUpResult.BY_DATE,
            sa.or_(~unreached, follow_up.c.due_on < before),
            sa.or_(follow_up.c.appeal.is_(None), follow_up.c.appeal != Appeal.ASKED),
        )
        good = sa.exists().where(
            rating.c.hall_id == rating_contact.c.hall_id,
            rating.c.id == rating_contact.c.rating_id,
            rating.c.level > sa.literal_column("2"),
            rating.c.given_at < began,
        )
        none = ~sa.exists().where(its)
        return self._drop(rating_contact, sa.or_(over, sa.and_(good, none)))


_HAS_CONTACT = sa.exists().where(
    rating_contact.c.hall_id == rating.c.hall_id, rating_contact.c.rating_id == rating.c.id
)


def _ratings() -> "sa.Select[tuple[object, ...]]":
    of_step = sa.and_(
        ticket_step.c.hall_id == turn.c.hall_id,
        ticket_step.c.ticket_id == turn.c.ticket_id,
        ticket_step.c.turn_id == turn.c.id,
    )
    its = sa.and_(follow_up.c.hall_id == rating.c.hall_id, follow_up.c.rating_id == rating.c.id)
    return (
        sa.select(
            *RATING.labelled("rating_"),
            *FOLLOW_UP.labelled("follow_"),
            ticket.c.label,
            turn.c.window_id,
            turn.c.staff_id,
            sa.func.coalesce(ticket_step.c.service_id, ticket.c.service_id).label("service_id"),
            _HAS_CONTACT.label("contact"),
        )
        .select_from(rating)
        .join(turn, sa.and_(turn.c.hall_id == rating.c.hall_id, turn.c.id == rating.c.turn_id))
        .join(ticket, TURN_OF_TICKET)
        .outerjoin(ticket_step, of_step)
        .outerjoin(follow_up, its)
    )


def _rating_of(row: Row) -> RatingRow:
    return RatingRow(
        rating=RATING.of(row, "rating_"),
        label=row["label"],
        window_id=row["window_id"],
        service_id=row["service_id"],
        staff_id=row["staff_id"],
        follow_up=None if row["follow_rating_id"] is None else FOLLOW_UP.of(row, "follow_"),
        contact=bool(row["contact"]),
    )
