"""The clock of one case: its first due moment, how it moves, whether it was kept."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from hallclient.domain.case import RUNNING_OUTCOMES, SUPPLEMENT_DAYS, Case, Suspension
from hallclient.domain.due import HOURS_A_DAY, Clock, Due, Limit
from hallclient.domain.errors import Refused
from hallclient.domain.turn import Outcome


def first_due(outcome: Outcome, limit: Limit, accepted: datetime, clock: Clock) -> Due | None:
    """Return by when a new case must be done, or its list be told; None where nothing is left."""
    if outcome is Outcome.SUPPLEMENT:
        return Due(clock.after_days(clock.day(accepted), SUPPLEMENT_DAYS))
    return clock.due(accepted, limit) if outcome in RUNNING_OUTCOMES else None


def set_due(wanted: date, limit: Limit, accepted: datetime, clock: Clock) -> Due:
    """Return the due moment a clerk sets in place of the computed one, or raise ``Refused``.

    It lies on a working day behind the acceptance, and never beyond the law.
    """
    if wanted < clock.day(accepted):
        raise Refused("due_past", f"{wanted} lies before the acceptance")
    if not clock.calendar.is_working(wanted):
        raise Refused("due_day_off", f"{wanted} is a day off")
    top = clock.ceiling(accepted, limit)
    if top is not None and wanted > top.on:
        raise Refused("due_beyond_law", f"the law ends on {top.on}", last=top.on.isoformat())
    if not limit.in_hours:
        return Due(wanted)
    at = clock.closing(wanted)
    if at <= accepted:
        raise Refused("due_past", f"the hours of {wanted} are over")
    return Due(wanted, min(at, top.at) if top is not None and top.at is not None else at)


def stood(suspensions: Sequence[Suspension], now: datetime) -> list[tuple[datetime, datetime]]:
    """Return the stretches in which a clock stood; one that has not ended stands until now."""
    return [(one.began_at, one.end or now) for one in suspensions]


def after_standing(case: Case, began: datetime, ended: datetime, clock: Clock) -> Case:
    """Return a case whose clock goes on: it is due later by what stood, unless it was late."""
    if case.due_at is not None:
        hours = clock.hours_between(began, ended)
        if case.due_at <= began or not hours:
            return case  # no hour stood: the end of a session is not the next one's start
        at = clock.after_hours(case.due_at, hours)
        return replace(case, due_at=at, due_on=clock.day(at))
    first = clock.day(began)
    if case.due_on is None or case.due_on <= first:
        return case
    days = clock.days_between(first, clock.day(ended))
    return replace(case, due_on=clock.after_days(case.due_on, days))


def is_late(case: Case, at: datetime, clock: Clock) -> bool:
    """Return whether a moment lies behind what a case was due by."""
    if case.due_at is not None:
        return at > case.due_at
    return case.due_on is not None and clock.day(at) > case.due_on


def is_early(case: Case, at: datetime, clock: Clock) -> bool:
    """Return whether a case is finished ahead of its due day; in hours, of its due moment."""
    if case.due_at is not None:
        return at < case.due_at
    return case.due_on is not None and clock.day(at) < case.due_on


def days_left(case: Case, now: datetime, clock: Clock) -> int | None:
    """Return the working days until the due day: 0 today, below 0 late; None without one."""
    return None if case.due_on is None else clock.days_between(clock.day(now), case.due_on)


def used_days(
    case: Case, finished: datetime, suspensions: Sequence[Suspension], clock: Clock
) -> float:
    """Return the working days a case took; what stood does not count, hours are eighths."""
    spans = stood(suspensions, finished)
    if case.in_hours:
        took = clock.hours_between(case.accepted_at, finished, spans)
        return took / timedelta(hours=HOURS_A_DAY)
    return float(clock.days_between(clock.day(case.accepted_at), clock.day(finished), spans))


def legal_days(case: Case) -> float:
    """Return the legal limit of a case in working days; 0 is none known."""
    return case.legal / HOURS_A_DAY if case.in_hours else float(case.legal)
