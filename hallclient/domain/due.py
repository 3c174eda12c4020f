"""By when a case must be done: working days, or hours within the hall's sessions (domain.md §3).

Days count from the day after acceptance, working days only, so nothing falls due on a day off.
A suspension (行政许可法 §45) stops the clock: the day it begins is still used, the days after it up
to the one on which it ends are not. A legal limit is a ceiling: no promise and no clerk passes it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from hallclient.domain.calendar import A_DAY, WorkCalendar, sessions_on
from hallclient.domain.parts import Service, SessionHours

HOURS_A_DAY = 8
"""A working day of law (国务院关于职工工作时间的规定): where one limit is in hours, one in days."""
STANDARD = ((time(9), time(12)), (time(13), time(18)))
"""A working day of eight hours, for a hall that keeps no hours on working days."""
MOST_DAYS = 4000
"""How far a limit is followed; beyond it no clock runs."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a service may take, in working days or working hours; 0 is no limit known.

    Where the promise is in hours and the law counts days, ``legal`` is eight hours for each.
    """

    promised: int = 0
    legal: int = 0
    in_hours: bool = False

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
    return Limit(promised, legal, in_hours=True)


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
class Clock:
    """What a limit is counted by: the hall's calendar, its sessions for a queue, its time zone."""

    calendar: WorkCalendar
    hours: tuple[SessionHours, ...] = ()
    queue: str = ""
    time_zone: str = "Asia/Shanghai"
