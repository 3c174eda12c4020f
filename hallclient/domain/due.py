"""By when a case must be done: working days, or hours within the hall's sessions (domain.md §3).

Days count from the day after acceptance, working days only, so nothing falls due on a day off.
A suspension (行政许可法 §45) stops the clock: the day it begins is still used, the days after it up
to the one on which it ends are not. A legal limit is a ceiling: no promise and no clerk passes it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from hallclient.domain.calendar import A_DAY, WorkCalendar, sessions_on
from hallclient.domain.parts import CalendarDay, Service, SessionHours

HOURS_A_DAY = 8
"""A working day of law (国务院关于职工工作时间的规定): where one limit is in hours, one in days."""
STANDARD = ((time(9), time(12)), (time(13), time(18)))
"""A working day of eight hours, for a hall that keeps no hours on working days."""

CALENDAR_AHEAD = timedelta(days=45)
"""A table that ends sooner is spoken of, however short the hall's limits are."""

Stood = Iterable[tuple[datetime, datetime]]
"""Stretches in which the clock stood, in order, each (began, ended)."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a service may take, in working days or working hours; 0 is no limit known.

    Where the promise is in hours and the law counts days (``law_in_days``), ``legal`` is eight
    hours for each.
    """

    promised: int = 0
    legal: int = 0
    in_hours: bool = False
    law_in_days: bool = False

    @property
    def units(self) -> int:
        """Return what counts: the promise, never beyond the law."""
        if self.promised and self.legal:
            return min(self.promised, self.legal)
        return self.promised or self.legal


def limit_of(service: Service) -> Limit:
    """Return the limit of a service."""
    if not (service.promised_hours or service.legal_hours):
        return Limit(service.promised_days, service.legal_days)
    promised = service.promised_hours or service.promised_days * HOURS_A_DAY
    legal = service.legal_hours or service.legal_days * HOURS_A_DAY
    return Limit(promised, legal, in_hours=True, law_in_days=not service.legal_hours and legal > 0)


def guessed_year(
    table: tuple[CalendarDay, ...],
    services: Iterable[Service],
    today: date,
    *,
    keeps_hours: bool = False,
) -> int:
    """Return the first year without a calendar that a case of today may fall due in; 0: none.

    The longest limit of the services decides how far ahead the table must go, and what a hall that
    ``keeps_hours`` needs to know when it is open.
    """
    limits = [limit_of(service) for service in services]
    days = max((-(-n.units // HOURS_A_DAY) if n.in_hours else n.units for n in limits), default=0)
    if not days and not keeps_hours:
        return 0
    calendar = WorkCalendar.of(table)
    last = max(calendar.after(today, days), today + CALENDAR_AHEAD)
    years = range(today.year, last.year + 1)
    return next((year for year in years if not calendar.knows(date(year, 1, 1))), 0)


class StripKind(StrEnum):
    """What a day of the strip is."""

    ACCEPTED = "accepted"
    """Counting starts on the next day."""
    COUNTED = "counted"
    OFF = "off"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class StripDay:
    """One day of the strip; ``count`` is its working day from 1, 0 on the first and on days off.

    ``guessed``: the calendar has no data for its year, only its weekday speaks.
    """

    day: date
    kind: StripKind
    count: int = 0
    guessed: bool = False


def day_strip(accepted: date, days: int, calendar: WorkCalendar) -> tuple[StripDay, ...]:
    """Return the days from acceptance to the due day, so that a clerk can read them aloud."""
    strip = [StripDay(accepted, StripKind.ACCEPTED, 0, not calendar.knows(accepted))]
    day, count = accepted, 0
    while count < days:
        day += A_DAY
        guessed = not calendar.knows(day)
        if not calendar.is_working(day):
            strip.append(StripDay(day, StripKind.OFF, 0, guessed))
            continue
        count += 1
        kind = StripKind.DUE if count == days else StripKind.COUNTED
        strip.append(StripDay(day, kind, count, guessed))
    return tuple(strip)


@dataclass(frozen=True, slots=True)
class Due:
    """By when: a local day; for a limit in hours the moment as well, in UTC."""

    on: date
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """What limits are counted by: the hall's calendar, the sessions of a queue, the time zone."""

    calendar: WorkCalendar
    hours: tuple[SessionHours, ...] = ()
    queue: str = ""
    time_zone: str = "Asia/Shanghai"

    def day(self, at: datetime) -> date:
        """Return the local day of a moment."""
        return at.astimezone(ZoneInfo(self.time_zone)).date()

    def due(self, accepted: datetime, limit: Limit, stood: Stood = ()) -> Due | None:
        """Return by when a limit is over that began with the acceptance; None without one.

        Hours of short days never reach beyond a law that counts days.
        """
        due = self._count(accepted, limit.units, in_hours=limit.in_hours, stood=stood)
        top = self.ceiling(accepted, limit, stood) if limit.law_in_days else None
        if due is None or top is None or due.on <= top.on:
            return due
        return Due(top.on, self.closing(top.on))

    def ceiling(self, accepted: datetime, limit: Limit, stood: Stood = ()) -> Due | None:
        """Return by when the law wants it done; None where no legal limit is known.

        A law that counts days does so also where the promise is in hours.
        """
        units = limit.legal // HOURS_A_DAY if limit.law_in_days else limit.legal
        hours = limit.in_hours and not limit.law_in_days
        return self._count(accepted, units, in_hours=hours, stood=stood)

    def _count(self, accepted: datetime, units: int, *, in_hours: bool, stood: Stood) -> Due | None:
        if units <= 0:
            return None
        if in_hours:
            at = self.after_hours(accepted, timedelta(hours=units), stood)
            return Due(self.day(at), at)
        return Due(self.after_days(self.day(accepted), units, stood))

    def after_days(self, start: date, days: int, stood: Stood = ()) -> date:
        """Return the day so many working days after ``start`` on which the clock runs."""
        spans = self._days_of(stood)
        day, left = start, days
        while left > 0:
            day += A_DAY
            left -= self._counts(day, spans)
        return day

    def days_between(self, start: date, end: date, stood: Stood = ()) -> int:
        """Return the working days after ``start`` up to ``end``; below 0 where it lies before."""
        if end < start:
            return -self.days_between(end, start, stood)
        spans = self._days_of(stood)
        days = range(1, (end - start).days + 1)
        return sum(self._counts(start + n * A_DAY, spans) for n in days)

    def after_hours(self, start: datetime, time_left: timedelta, stood: Stood = ()) -> datetime:
        """Return the moment at which so many working hours are over, in UTC."""
        for begin, end in self._runs(start, tuple(stood)):
            if end - begin >= time_left:
                return begin + time_left
            time_left -= end - begin
        raise AssertionError("the days never end")  # pragma: no cover

    def hours_between(self, start: datetime, end: datetime, stood: Stood = ()) -> timedelta:
        """Return the working time between two moments; nothing where the second is earlier."""
        total = timedelta(0)
        for begin, until in self._runs(start, tuple(stood)):
            if begin >= end:
                return total
            total += min(until, end) - begin
        raise AssertionError("the days never end")  # pragma: no cover

    def closing(self, day: date) -> datetime:
        """Return when a working day's last session ends, in UTC; without one the standard day."""
        sessions = self._sessions(day)
        if sessions:
            return sessions[-1][1]
        return datetime.combine(day, STANDARD[-1][1], ZoneInfo(self.time_zone)).astimezone(UTC)

    def _days_of(self, stood: Stood) -> list[tuple[date, date]]:
        return [(self.day(began), self.day(ended)) for began, ended in stood]

    def _counts(self, day: date, spans: list[tuple[date, date]]) -> bool:
        return self.calendar.is_working(day) and not any(b < day <= e for b, e in spans)

    def _runs(
        self, start: datetime, stood: tuple[tuple[datetime, datetime], ...]
    ) -> Iterator[tuple[datetime, datetime]]:
        """Yield the stretches from a moment on in which the clock runs, without an end."""
        day = self.day(start)
        while True:
            if self.calendar.is_working(day):
                for opens, closes in self._sessions(day):
                    yield from _without((max(opens, start), closes), stood)
            day += A_DAY

    def _sessions(self, day: date) -> list[tuple[datetime, datetime]]:
        """Return the hours of a working day, in UTC, in order; a day may have none."""
        zone = ZoneInfo(self.time_zone)
        if self._kept():
            found = sessions_on(self.hours, self.queue, day, self.calendar)
            times: Iterable[tuple[time, time]] = [(s.opens, s.closes) for s in found]
        else:
            times = STANDARD
        moments = [
            (datetime.combine(day, a, zone).astimezone(UTC), datetime.combine(day, b, zone))
            for a, b in sorted(times)
        ]
        return [(opens, closes.astimezone(UTC)) for opens, closes in moments]

    def _kept(self) -> bool:
        """Return whether the queue has hours on any working weekday: else the standard ones."""
        own = [session for session in self.hours if session.queue == self.queue]
        own = own or [session for session in self.hours if not session.queue]
        return any(session.weekday <= 5 and session.opens < session.closes for session in own)


def _without(
    stretch: tuple[datetime, datetime], stood: tuple[tuple[datetime, datetime], ...]
) -> Iterator[tuple[datetime, datetime]]:
    """Yield what is left of a stretch without those in which the clock stood."""
    begin, end = stretch
    for began, ended in stood:
        if began < end and ended > begin:
            if begin < began:
                yield begin, began
            begin = ended
    if begin < end:
        yield begin, end
