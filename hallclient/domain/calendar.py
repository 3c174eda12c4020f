"""Days: the business day of a hall, its working days, and the hours of its queues."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hallclient.domain.parts import CalendarDay, SessionHours

A_DAY = timedelta(days=1)


def business_day(at: datetime, time_zone: str, day_start: time) -> date:
    """Return the business day of a moment; before ``day_start`` it is still yesterday's.

    It never goes back, also not in the night in which the clocks do: a day begins when they show
    ``day_start`` for the first time.
    """
    day = at.astimezone(ZoneInfo(time_zone)).date()
    return day if at >= day_began(day, time_zone, day_start) else day - A_DAY


def day_began(day: date, time_zone: str, day_start: time) -> datetime:
    """Return the moment a business day begins, in UTC.

    In UTC: moments of one zone would be compared by what its clocks show.
    """
    return datetime.combine(day, day_start, ZoneInfo(time_zone)).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Working days: the hall's table first, weekdays where the table is silent.

    Vectors (domain.md §3): 2026-10-10 is a workday; 5 working days after 2026-09-29 is 2026-10-12.
    """

    days: dict[date, bool]

    @classmethod
    def of(cls, table: tuple[CalendarDay, ...]) -> "WorkCalendar":
        """Make a calendar of a hall's table."""
        return cls({date.fromisoformat(day.code): day.working for day in table})

    def is_working(self, day: date) -> bool:
        """Return whether the hall works on that day."""
        return self.days.get(day, day.weekday() < 5)

    def knows(self, day: date) -> bool:
        """Return whether the table says anything about that year; else weekends are guessed."""
        return any(known.year == day.year for known in self.days)

    def after(self, start: date, working_days: int) -> date:
        """Return the day so many working days after ``start``; counting starts next day."""
        day, left = start, working_days
        while left > 0:
            day += A_DAY
            left -= self.is_working(day)
        return day


@dataclass(frozen=True, slots=True)
class OpenState:
    """Whether tickets are given out now, and the stretch that says so."""

    open: bool
    session: SessionHours | None


def _own(hours: tuple[SessionHours, ...], queue: str) -> tuple[SessionHours, ...]:
    own = tuple(session for session in hours if session.queue == queue)
    return own or tuple(session for session in hours if not session.queue)


def tickets_open(
    hours: tuple[SessionHours, ...], queue: str, local: datetime, calendar: WorkCalendar
) -> OpenState:
    """Return whether a queue gives out tickets at a local time.

    A hall without any hours is always open.
    """
    if not hours:
        return OpenState(open=True, session=None)
    return given_out(sessions_on(hours, queue, local.date(), calendar), local.time())


def given_out(today: tuple[SessionHours, ...], now: time) -> OpenState:
    """Return whether tickets are given out now, by the sessions of today."""
    for session in today:
        if session.tickets_from <= now < session.tickets_until:
            return OpenState(open=True, session=session)
    later = (session for session in today if now < session.tickets_from)
    return OpenState(open=False, session=next(later, None))


def sessions_on(
    hours: tuple[SessionHours, ...], queue: str, day: date, calendar: WorkCalendar
) -> tuple[SessionHours, ...]:
    """Return the sessions of a queue on a day, in order; none on a holiday.

    A weekend day worked in lieu follows Monday's hours where it has none of its own.
    """
    weekday = day.isoweekday()
    own = _own(hours, queue)
    if calendar.is_working(day) and weekday > 5:
        listed = any(session.weekday == weekday for session in own)
        weekday = weekday if listed else 1
    elif day in calendar.days and not calendar.is_working(day):
        return ()
    found = (session for session in own if session.weekday == weekday)
    return tuple(sorted(found, key=lambda session: (session.tickets_from, session.opens)))
