"""Ratings for those who may see them, and the sealed telephone numbers left with some."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import sqlalchemy as sa

from hallclient.domain.calendar import day_began
from hallclient.domain.follow_up import TRIES, Appeal, FollowUpResult
from hallclient.domain.rating import Level, Origin
from hallclient.services.public_records import RatingCell, RatingRow
from hallclient.storage.asking import AskingOfToday, Query
from hallclient.storage.figures import TURN_OF_TICKET
from hallclient.storage.floor_figures import COUNTED, FOLLOW_UP_OF
from hallclient.storage.floor_tables import follow_up
from hallclient.storage.public_tables import rating_contact
from hallclient.storage.records import FOLLOW_UP, RATING, Row
from hallclient.storage.schema import LOW_RATING, rating, ticket, turn
from hallclient.storage.visit_tables import ticket_step


class RatingReader(AskingOfToday):
    """Questions about ratings."""

    def ratings_between(
        self, begin: datetime, end: datetime, *, low: bool = False
    ) -> Sequence[RatingRow]:
        """Return ratings given in [begin, end), oldest first; for those who may see them only.

        ``low``: the bad active ones.
        """
        given = rating.c.given_at
        return self._ratings(given >= begin, given < end, *((LOW_RATING,) if low else ()))

    def low_ratings(self) -> Sequence[RatingRow]:
        """Return the bad active ratings that wait for a call-back or about an appeal, oldest first.

        Nobody reached is not over before so many tries; a correction promised by a day comes back
        behind it. One that was put aside waits for nothing.
        """
        result, today = follow_up.c.result, self._today
        waits = sa.or_(
            result.is_(None),
            sa.and_(result == FollowUpResult.UNREACHED, follow_up.c.tries < TRIES),
            sa.and_(result == FollowUpResult.BY_DATE, follow_up.c.promised_on < today),
            follow_up.c.appeal == Appeal.ASKED,
        )
        # First which ones, of the few low ones; then what they are about.
        query = sa.select(rating.c.id).join_from(rating, follow_up, FOLLOW_UP_OF, isouter=True)
        query = query.where(self._mine(rating), LOW_RATING, COUNTED, waits)
        ids = self._connection.execute(query).scalars().all()
        return self._ratings(rating.c.id.in_(ids)) if ids else []

    def low_rating(self, rating_id: int) -> RatingRow | None:
        """Return a bad active rating."""
        return next(iter(self._ratings(LOW_RATING, rating.c.id == rating_id)), None)

    def rating_cells(self, begin: datetime, end: datetime, without: int) -> Sequence[RatingCell]:
        """Return what was counted in [begin, end) by window and service, without call-backs.

        Ratings that were put aside are not there, nor turns of one member of staff (``without``).
        """
        from hallclient.domain.rating_figures import Tally  # noqa: PLC0415 - a start is measured

        cells: dict[tuple[int, int], Tally] = {}
        for window, service, one, two, three, four, five in self._counts(
            self._given(begin, end, without)
        ):
            cells[window, service] = Tally((one, two, three, four, five))
        for window, service, asked, answered, defaults in self._counts(
            self._asked(begin, end, without)
        ):
            more = Tally(asked=asked, answered=answered, defaults=defaults)
            cells[window, service] = cells.get((window, service), Tally()) + more
        return [RatingCell(*key, tally) for key, tally in cells.items()]

    def _counts(self, query: Query) -> list[tuple[int, ...]]:
        return [tuple(int(count) for count in row) for row in self._connection.execute(query)]

    def _given(self, begin: datetime, end: datetime, without: int) -> Query:
        given = rating.c.given_at
        return (
            sa.select(_WINDOW, _SERVICE, *(_count(rating.c.level == n) for n in Level))
            .select_from(rating)
            .join(turn, _TURN_OF_RATING)
            .join(ticket, TURN_OF_TICKET)
            .outerjoin(ticket_step, _STEP_OF_TURN)
            .outerjoin(follow_up, FOLLOW_UP_OF)
            .where(
                self._mine(rating),
                rating.c.origin == Origin.ACTIVE,
                given >= begin,
                given < end,
                turn.c.staff_id != without,
                COUNTED,
            )
            .group_by(sa.literal_column("1"), sa.literal_column("2"))
        )

    def _asked(self, begin: datetime, end: datetime, without: int) -> Query:
        asked = turn.c.rating_asked_at
        return (
            sa.select(
                _WINDOW,
                _SERVICE,
                sa.func.count(),
                _count(rating.c.origin == Origin.ACTIVE),
                _count(rating.c.origin == Origin.DEFAULT),
            )
            .select_from(turn)
            .join(ticket, TURN_OF_TICKET)
            .outerjoin(ticket_step, _STEP_OF_TURN)
            .outerjoin(rating, _TURN_OF_RATING)
            .outerjoin(follow_up, FOLLOW_UP_OF)
            .where(
                self._mine(turn),
                asked >= begin,
                asked < end,
                turn.c.staff_id != without,
                COUNTED,
            )
            .group_by(sa.literal_column("1"), sa.literal_column("2"))
        )

    def _ratings(self, *conditions: sa.ColumnElement[bool]) -> list[RatingRow]:
        found = map(_rating_of, self._all(_RATINGS.where(self._mine(rating), *conditions)))
        # Sorted here: asked for this order, SQLite would walk through all ratings there ever were.
        return sorted(found, key=lambda row: (row.rating.given_at, row.rating.id))

    def levels_between(self, begin: datetime, end: datetime) -> Mapping[int, tuple[int, int]]:
        """Return by member of staff how many active ratings count, and the sum of levels."""
        given = rating.c.given_at
        query = (
            sa.select(turn.c.staff_id, sa.func.count(), sa.func.sum(rating.c.level))
            .select_from(rating)
            .join(turn, _TURN_OF_RATING)
            .outerjoin(follow_up, FOLLOW_UP_OF)
            .where(
                self._mine(rating),
                rating.c.origin == Origin.ACTIVE,
                given >= begin,
                given < end,
                COUNTED,
            )
            .group_by(turn.c.staff_id)
        )
        return {staff: (count, total) for staff, count, total in self._counts(query)}

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

    def drop_rating_contacts(self, before: date, given_before: date) -> int:
        """Drop the numbers of ratings whose follow-up was over before a day; return how many.

        A good rating has none: its number goes by the day on which it was given. What was given
        before ``given_before`` goes whatever became of it.
        """
        began = self._day_began(before)
        its = sa.and_(
            follow_up.c.hall_id == rating_contact.c.hall_id,
            follow_up.c.rating_id == rating_contact.c.rating_id,
        )
        unreached = follow_up.c.result == FollowUpResult.UNREACHED
        over = sa.exists().where(
            its,
            follow_up.c.recorded_at < began,
            follow_up.c.result != FollowUpResult.BY_DATE,
            sa.or_(~unreached, follow_up.c.tries >= TRIES),
            sa.or_(follow_up.c.appeal.is_(None), follow_up.c.appeal != Appeal.ASKED),
        )
        good = sa.exists().where(
            rating.c.hall_id == rating_contact.c.hall_id,
            rating.c.id == rating_contact.c.rating_id,
            rating.c.level > sa.literal_column("2"),
            rating.c.given_at < began,
        )
        none = ~sa.exists().where(its)
        old = sa.exists().where(
            rating.c.hall_id == rating_contact.c.hall_id,
            rating.c.id == rating_contact.c.rating_id,
            rating.c.given_at < self._day_began(given_before),
        )
        return self._drop(rating_contact, sa.or_(over, sa.and_(good, none), old))

    def _day_began(self, day: date) -> datetime:
        return day_began(day, self._plan.time_zone, self._plan.rules.day_start)


_TURN_OF_RATING = sa.and_(turn.c.hall_id == rating.c.hall_id, turn.c.id == rating.c.turn_id)
_STEP_OF_TURN = sa.and_(
    ticket_step.c.hall_id == turn.c.hall_id,
    ticket_step.c.ticket_id == turn.c.ticket_id,
    ticket_step.c.turn_id == turn.c.id,
)
_CONTACT_OF_RATING = sa.and_(
    rating_contact.c.hall_id == rating.c.hall_id, rating_contact.c.rating_id == rating.c.id
)
# A sum is in no index: else SQLite groups by walking all turns there ever were at each window.
_WINDOW = turn.c.window_id + sa.literal_column("0")
_SERVICE = sa.func.coalesce(ticket_step.c.service_id, ticket.c.service_id).label("service_id")
_RATINGS = (
    sa.select(
        *RATING.labelled("rating_"),
        *FOLLOW_UP.labelled("follow_"),
        ticket.c.label,
        turn.c.window_id,
        turn.c.staff_id,
        _SERVICE,
        rating_contact.c.rating_id.is_not(None).label("contact"),
    )
    .select_from(rating)
    .outerjoin(follow_up, FOLLOW_UP_OF)
    .join(turn, _TURN_OF_RATING)
    .join(ticket, TURN_OF_TICKET)
    .outerjoin(ticket_step, _STEP_OF_TURN)
    .outerjoin(rating_contact, _CONTACT_OF_RATING)
)


def _count(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


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
