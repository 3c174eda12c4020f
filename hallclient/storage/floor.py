"""The floor of today: holds, stopped queues, lent windows, leave, alarms, bulletins, follow-ups."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from hallclient.domain.alarm import AlarmTaken
from hallclient.domain.bulletin import Audience, Bulletin
from hallclient.domain.calendar import A_DAY, day_began
from hallclient.domain.follow_up import FollowUp
from hallclient.domain.holding import Hold
from hallclient.domain.plain import encode
from hallclient.domain.text import LocalText
from hallclient.services.floor_records import (
    LentWindow,
    OfflineKind,
    OfflineMove,
    OwnTotals,
    QueueStop,
)
from hallclient.storage.asking import AskingOfToday
from hallclient.storage.floor_tables import (
    alarm_taken,
    bulletin,
    follow_up,
    hold,
    leave,
    lent_window,
    offline_move,
    queue_stop,
    staff_week,
)
from hallclient.storage.lean import Ask, lean
from hallclient.storage.records import (
    ALARM_TAKEN,
    FOLLOW_UP,
    HOLD,
    OFFLINE_MOVE,
    OWN_TOTALS,
    QUEUE_STOP,
    Row,
)
from hallclient.storage.schema import queue_now

_REMEMBERED = timedelta(days=30)
"""A terminal that was put away may hand in again what it has handed in: it is known so long."""


class FloorReader(AskingOfToday):
    """Questions about the floor of today."""

    def hold(self, ticket_id: int) -> Hold | None:
        """Return why a held ticket is held; None for one that is not."""
        return self._one(HOLD, self._select(HOLD, hold.c.ticket_id == ticket_id))

    def holds(self) -> Sequence[Hold]:
        """Return every hold, oldest first."""
        return sorted(self._list(HOLD, self._select(HOLD)), key=lambda one: (one.at, one.ticket_id))

    def queue_stops(self) -> Sequence[QueueStop]:
        """Return the queues that are stopped today."""
        rows = self._rows(self._stops_asked())
        return sorted(map(QUEUE_STOP.of, rows), key=lambda one: one.queue_id)

    def _stops_asked(self) -> Ask:
        return _stops(self._link.real)(), {"hall": self._hall_id, "day": self._today}

    def lent_windows(self) -> Sequence[LentWindow]:
        """Return the windows with other queues than usual. ``plan`` has them applied."""
        rows = self._all(sa.select(lent_window).where(self._mine(lent_window)))
        return sorted(map(_lent_of, rows), key=lambda one: one.window_id)

    def on_leave(self) -> frozenset[int]:
        """Return the staff who are on leave today."""
        query = sa.select(leave.c.staff_id).where(self._mine(leave), leave.c.day == self._today)
        return frozenset(self._connection.execute(query).scalars())

    def alarms_taken(self) -> Sequence[AlarmTaken]:
        """Return who takes care of what."""
        return sorted(
            self._list(ALARM_TAKEN, self._select(ALARM_TAKEN)), key=lambda one: (one.at, one.key)
        )

    def offline_move(self, request_id: str) -> OfflineMove | None:
        """Return what was handed in under a request's id."""
        query = self._select(OFFLINE_MOVE, offline_move.c.request_id == request_id)
        return self._one(OFFLINE_MOVE, query)

    def offline_conflicts(self) -> Sequence[OfflineMove]:
        """Return the ends of turns that could not be handed in, oldest first."""
        query = self._select(
            OFFLINE_MOVE,
            offline_move.c.trouble != "",
            offline_move.c.kind != OfflineKind.RATING.value,
        )
        return sorted(self._list(OFFLINE_MOVE, query), key=lambda one: (one.at, one.request_id))

    def bulletins(self) -> Sequence[Bulletin]:
        """Return the bulletins that stand now, newest first."""
        found = map(_bulletin_of, self._rows(self._bulletins_asked()))
        return sorted(found, key=lambda one: (one.from_at, one.id), reverse=True)

    def _bulletins_asked(self) -> Ask:
        return _bulletins(self._link.real)(), {"hall": self._hall_id, "now": self._now}

    def follow_up(self, rating_id: int) -> FollowUp | None:
        """Return the follow-up of a rating."""
        return self._one(FOLLOW_UP, self._select(FOLLOW_UP, follow_up.c.rating_id == rating_id))

    def own_totals(self, staff_id: int) -> OwnTotals | None:
        """Return the newest totals of a member of staff."""
        query = self._select(OWN_TOTALS, staff_week.c.staff_id == staff_id)
        return self._one(OWN_TOTALS, query.order_by(staff_week.c.week.desc()).limit(1))


_HALL: "sa.BindParameter[str]" = sa.bindparam("hall", type_=sa.Text())


@lean
def _stops() -> "sa.Select[Any]":
    day = queue_stop.c.day == sa.bindparam("day", type_=queue_stop.c.day.type)
    return sa.select(*QUEUE_STOP.columns).where(queue_stop.c.hall_id == _HALL, day)


@lean
def _bulletins() -> "sa.Select[Any]":
    now: sa.BindParameter[Any] = sa.bindparam("now", type_=bulletin.c.until.type)
    stands = (bulletin.c.ended_at.is_(None), bulletin.c.from_at <= now, bulletin.c.until > now)
    return sa.select(bulletin).where(bulletin.c.hall_id == _HALL, *stands)


class FloorWriter(FloorReader):
    """Changes of the same."""

    _plan_version: int

    def save_hold(self, one: Hold) -> None:
        """Store why a ticket is held."""
        self._replace(hold, HOLD.row(one))

    def drop_hold(self, ticket_id: int) -> None:
        """Delete it: the ticket is held no longer."""
        self._drop(hold, hold.c.ticket_id == ticket_id)

    def stop_queue(self, one: QueueStop) -> None:
        """Store that a queue is stopped; ``QueueCount.stopped`` says so."""
        self._replace(queue_stop, {**QUEUE_STOP.row(one), "day": self._today})
        self._note_stop(one.queue_id, self._today)

    def reopen_queue(self, queue_id: int) -> bool:
        """Delete it; return whether the queue was stopped."""
        ours = sa.and_(queue_stop.c.queue_id == queue_id, queue_stop.c.day == self._today)
        self._note_stop(queue_id, None)
        return self._drop(queue_stop, ours) == 1

    def _note_stop(self, queue_id: int, day: date | None) -> None:
        """Keep it beside the queue's counts, which are asked for all day."""
        self._connection.execute(
            sa.update(queue_now)
            .where(self._mine(queue_now), queue_now.c.queue_id == queue_id)
            .values(stopped_on=day)
        )

    def lend_window(self, one: LentWindow) -> None:
        """Give a window other queues; every process reads the plan anew."""
        row = {
            "window_id": one.window_id,
            "ranks": encode(one.ranks),
            "staff_id": one.staff_id,
            "at": one.at,
            "day": self._today,
        }
        self._replace(lent_window, row)
        self._change_plan()

    def give_back_window(self, window_id: int) -> bool:
        """Give a window its usual queues again; return whether it had others."""
        return self._end_loan(lent_window.c.window_id == window_id) == 1

    def mark_leave(self, staff_id: int, *, on_leave: bool) -> None:
        """Note that somebody is on leave today, or is not."""
        if on_leave:
            self._replace(leave, {"staff_id": staff_id, "day": self._today})
        else:
            self._drop(leave, leave.c.staff_id == staff_id)

    def take_alarm(self, one: AlarmTaken) -> None:
        """Store who takes care of an alarm; the last one who says so counts."""
        self._replace(alarm_taken, {**ALARM_TAKEN.row(one), "day": self._today})

    def drop_alarms(self, keys: Iterable[str]) -> int:
        """Delete who took care of alarms that are over; return how many."""
        return sum(self._drop(alarm_taken, alarm_taken.c["key"] == key) for key in keys)

    def save_offline_move(self, one: OfflineMove) -> None:
        """Store what was handed in, or that somebody looks after it."""
        self._replace(offline_move, OFFLINE_MOVE.row(one))

    def save_bulletin(self, one: Bulletin) -> None:
        """Store a bulletin, new or taken back."""
        row = {
            "id": one.id,
            "text": encode(one.text),
            "audience": one.audience,
            "staff_id": one.staff_id,
            "from_at": one.from_at,
            "until": one.until,
            "zones": encode(one.zones),
            "ended_at": one.ended_at,
        }
        self._replace(bulletin, row)

    def save_follow_up(self, one: FollowUp) -> None:
        """Store a follow-up that began or moved on."""
        self._replace(follow_up, FOLLOW_UP.row(one))

    def save_own_totals(self, one: OwnTotals) -> None:
        """Store a week's totals in place of those before."""
        self._replace(staff_week, OWN_TOTALS.row(one))

    def drop_floor(self, before: date) -> int:
        """Delete what was for days before one: stops, leave, lent windows, bulletins, alarms."""
        dropped = sum(
            self._drop(table, table.c.day < before) for table in (queue_stop, leave, alarm_taken)
        )
        began = day_began(before, self._plan.time_zone, self._plan.rules.day_start)
        bulletins = self._drop(bulletin, bulletin.c.until < began)
        dropped += self._drop(offline_move, offline_move.c.at < began - _REMEMBERED)
        return dropped + bulletins + self._end_loans(before - A_DAY)

    def _end_loans(self, through: date) -> int:
        """Let the windows lent until a day have their usual queues again."""
        return self._end_loan(lent_window.c.day <= through)

    def _end_loan(self, condition: sa.ColumnElement[bool]) -> int:
        ended = self._drop(lent_window, condition)
        if ended:
            self._change_plan()
        return ended

    def _change_plan(self) -> None:
        """Let every process read the plan anew."""
        self._plan_version += 1


def _lent_of(row: Row) -> LentWindow:
    ranks: Any = row["ranks"]
    return LentWindow(row["window_id"], tuple(map(tuple, ranks)), row["staff_id"], row["at"])


def _bulletin_of(row: Row) -> Bulletin:
    return Bulletin(
        id=row["id"],
        text=LocalText(**row["text"]),
        audience=Audience(row["audience"]),
        staff_id=row["staff_id"],
        from_at=row["from_at"],
        until=row["until"],
        zones=tuple(row["zones"]),
        ended_at=row["ended_at"],
    )
