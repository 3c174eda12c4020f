"""The State Council's calendar as a hall's first calendar: a table that the hall file overrides.

The package ``chinesecalendar`` has it up to the year that was last published; later days are what
their weekday says until a newer package or the hall's own table knows better.
"""

from dataclasses import replace

from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import CalendarDay

FIRST_YEAR = 2025
"""Older days are no working hall's concern, and every program that starts reads the table."""


def with_holidays(plan: HallPlan) -> HallPlan:
    """Return the plan with every known holiday and lieu day that its own table does not name."""
    own = {day.code for day in plan.calendar}
    known = tuple(day for day in published_days() if day.code not in own)
    return replace(plan, calendar=(*plan.calendar, *known))


def published_days(since: int = FIRST_YEAR) -> tuple[CalendarDay, ...]:
    """Return the published days from a year on (2004 is the oldest), in order.

    Only those that differ from their weekday.
    """
    from chinese_calendar import constants  # noqa: PLC0415 - only loading a hall needs it

    # The package also lists the weekend days inside a holiday: they differ from no weekday.
    off = {day: name for day, name in constants.holidays.items() if day.weekday() < 5}
    found = [(day, False, name) for day, name in off.items() if day.year >= since]
    found += [(d, True, name) for d, name in constants.workdays.items() if d.year >= since]
    return tuple(
        CalendarDay(day.isoformat(), working, name) for day, working, name in sorted(found)
    )
