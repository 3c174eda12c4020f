"""The figures of ratings: of the hall, and by department, service, window or period.

For those who may see ratings; a lead's are of the own department. Turns that who asks has served
are in none: what is listed (``ratings_of``), taken from the sum, would tell them. Figures count
what was given on the business days of the period; the response counts turns that were asked in it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from hallclient.domain.calendar import A_DAY
from hallclient.domain.errors import NotAllowed
from hallclient.domain.follow_up import FollowUpResult
from hallclient.domain.rating_figures import RatingFigures, Tally, figures_of, total_of
from hallclient.domain.rights import Right, may
from hallclient.domain.text import LocalText
from hallclient.services.day_sums import moments, rating_sums
from hallclient.services.days import changing
from hallclient.services.follow_ups import department_of, due_of, sees
from hallclient.services.hours import local_time
from hallclient.services.member import member_with

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    from hallclient.domain.hall import HallPlan
    from hallclient.domain.parts import Staff
    from hallclient.services.public_records import RatingRow
    from hallclient.services.store import Reader, Store

MOST_PERIODS = 62


class Split(StrEnum):
    """What the rows of a report are."""

    DEPARTMENT = "department"
    SERVICE = "service"
    WINDOW = "window"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


_PERIODS = frozenset({Split.DAY, Split.WEEK, Split.MONTH})


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One row: its code (of a period its first day), name, and what may be said of it."""

    code: str
    name: LocalText
    figures: RatingFigures


@dataclass(frozen=True, slots=True)
class RatingReport:
    """Figures from a business day to another, both in it; ``department`` when a lead asked."""

    first: date
    last: date
    split: Split
    total: RatingFigures
    rows: tuple[ReportRow, ...]
    department: str = ""


def rating_report(
    store: Store, member: str, first: date, last: date, split: Split = Split.DEPARTMENT
) -> RatingReport:
    """Return the figures of the business days from ``first`` to ``last``.

    Raises ``Refused`` without the right, ``NotAllowed`` for a period that is none or is too many.
    """
    if last < first:
        raise NotAllowed("bad_period", "the period ends before it begins")
    spans = list(_spans(first, last, split))
    if len(spans) > MOST_PERIODS:
        raise NotAllowed("long_period", f"at most {MOST_PERIODS} rows", most=MOST_PERIODS)
    with store.look() as reader:
        who = _allowed(reader, member)
        plan = reader.plan
        groups: dict[str, Tally] = defaultdict(Tally)
        for begins, ends in spans:
            of = _key(plan, split, begins)
            for key, tally in _tallies(reader, who, begins, ends, of):
                groups[key] += tally
        total, rows = figures_of(groups, total_of(groups.values()))
        named = tuple(
            ReportRow(code, _name(plan, split, code), rows[code])
            for code in sorted(groups, key=_order(plan, split))
        )
        own = who.department if not may(who, Right.FOLLOW_UP) else ""
        return RatingReport(first, last, split, total, named, own)


def ratings_of(
    store: Store, member: str, first: date, last: date
) -> tuple[HallPlan, tuple[RatingRow, ...]]:
    """Return the ratings given on business days that a member may see, none of an own turn.

    Raises ``Refused`` without the right, ``NotAllowed`` for a period that is none.
    """
    if last < first:
        raise NotAllowed("bad_period", "the period ends before it begins")
    with store.look() as reader:
        who, plan = _allowed(reader, member), reader.plan
        rows = reader.ratings_between(*moments(plan, first, last))
        return plan, tuple(row for row in rows if sees(plan, who, row))


def note_export(store: Store, member: str, first: date, last: date) -> None:
    """Let the journal say who took ratings out of the hall, and of which days; never what.

    Raises ``Refused`` without the right.
    """
    with changing(store, f"staff:{member}") as tx:
        _allowed(tx, member)
        tx.record(
            "ratings.exported", "ratings", {"from": first.isoformat(), "to": last.isoformat()}
        )


def _allowed(reader: Reader, code: str) -> Staff:
    member = reader.plan.staff_of.get(code)
    return member_with(reader, code, Right.FOLLOW_UP, member.department if member else "")


def _spans(first: date, last: date, split: Split) -> Iterator[tuple[date, date]]:
    """Yield the parts of a period, first and last day: all of it where rows are no periods."""
    begins = first
    while begins <= last:
        ends = last
        if split is Split.DAY:
            ends = begins
        elif split is Split.WEEK:
            ends = begins + (6 - begins.weekday()) * A_DAY
        elif split is Split.MONTH:
            ends = (begins.replace(day=1) + 31 * A_DAY).replace(day=1) - A_DAY
        ends = min(ends, last)
        yield begins, ends
        begins = ends + A_DAY


def _tallies(
    reader: Reader, who: Staff, first: date, last: date, key: Callable[[int, int], str]
) -> Iterator[tuple[str, Tally]]:
    """Yield what was counted on some days, by the row it belongs to."""
    plan = reader.plan
    begin, end = moments(plan, first, last)
    for cell in rating_sums(reader, first, last, who.id):
        if may(who, Right.FOLLOW_UP, department_of(plan, cell.window_id, cell.service_id)):
            yield key(cell.window_id, cell.service_id), cell.tally
    today = local_time(plan, reader.now).date()
    for row in reader.ratings_between(begin, end, low=True):
        if sees(plan, who, row):
            yield key(row.window_id, row.service_id), _called(reader, row, today)


def _called(reader: Reader, row: RatingRow, today: date) -> Tally:
    """Return a low rating as the call-backs' figures count it; one put aside in none."""
    known = row.follow_up
    if known is not None and known.set_aside:
        return Tally()
    due = known.due_on if known else due_of(reader, row.rating)
    at, result = (known.recorded_at, known.result) if known else (None, None)
    reached = at is not None and result is not FollowUpResult.UNREACHED
    tried = known is not None and result is FollowUpResult.UNREACHED and not known.waits(today)
    over = reached or tried
    in_time = over and at is not None and local_time(reader.plan, at).date() <= due
    return Tally(low=1, called=int(over), in_time=int(in_time), late=int(not over and due < today))


def _key(plan: HallPlan, split: Split, begins: date) -> Callable[[int, int], str]:
    if split in _PERIODS:
        return lambda _window, _service: begins.isoformat()
    if split is Split.WINDOW:
        return lambda window, _service: plan.window_by_id(window).code
    if split is Split.SERVICE:
        return lambda _window, service: plan.service_by_id(service).code
    return lambda window, service: department_of(plan, window, service)


def _name(plan: HallPlan, split: Split, code: str) -> LocalText:
    if split is Split.WINDOW:
        return LocalText(next((w.number for w in plan.windows if w.code == code), code))
    if split is Split.SERVICE and code in plan.service_of:
        return plan.service(code).name
    if split is Split.DEPARTMENT and code in plan.department_of:
        return plan.department_of[code].name
    return LocalText(code)


def _order(plan: HallPlan, split: Split) -> Callable[[str], tuple[int, str]]:
    """Return the order of rows: as the hall file has them, periods by time."""
    names: Iterable[str] = ()
    if split is Split.WINDOW:
        names = (one.code for one in plan.windows)
    elif split is Split.SERVICE:
        names = (one.code for one in plan.services)
    elif split is Split.DEPARTMENT:
        names = (one.code for one in plan.departments)
    places = {code: place for place, code in enumerate(names)}
    return lambda code: (places.get(code, len(places)), code)
