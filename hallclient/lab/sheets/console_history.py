"""Periods of a hall that nobody has to play: the same figures at every look."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from hallclient.domain.day_stats import DayCounts, total_of
from hallclient.domain.text import NO_TEXT, LocalText
from hallclient.services.floor_history import Past, Period, PeriodReport, Span
from hallclient.services.floor_report import OF_TURNS, By, FloorReport, FloorRow, period_code
from hallclient.supervisor.sheets.history import HistorySheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hallclient.domain.hall import HallPlan
    from hallclient.supervisor.presenter import ConsolePresenter

_YEARS = 10


def some_period(plan: HallPlan, period: Period, by: By) -> PeriodReport:
    """Return a period with a row for every part of the hall."""
    days = (period.last - period.first).days + 1
    named: dict[By, list[tuple[str, LocalText]]] = {
        By.QUEUE: [(one.code, one.name) for one in plan.queues],
        By.DEPARTMENT: [(one.code, one.name) for one in plan.departments],
        By.SERVICE: [(one.code, one.name) for one in plan.services],
        By.WINDOW: [(one.code, LocalText(one.number)) for one in plan.windows],
        By.STAFF: [(one.code, LocalText(one.name)) for one in plan.staff],
    }
    times = (period_code(by, period.first + timedelta(at)) for at in range(days))
    parts = named[by] if by in named else [(code, NO_TEXT) for code in dict.fromkeys(times)]
    each = days if by in named else max(1, days // len(parts))
    rows = tuple(
        FloorRow(code, name, _counts(at, each, turns=by in OF_TURNS))
        for at, (code, name) in enumerate(parts)
    )
    report = FloorReport(period.first, period.last, by, rows, total_of(row.counts for row in rows))
    return PeriodReport(period, report, period.first - timedelta(365 * _YEARS), period.last, 0)


def some_past(periods: Sequence[Period]) -> Past:
    """Return what periods brought, with a holiday among them."""
    found = []
    for period in periods:
        at = period.first.toordinal() // ((period.last - period.first).days + 1)
        days = 18 * ((period.last - period.first).days + 1)
        off = period.span is Span.DAY and at % 7 == 3
        found.append((period, _counts(at * 5, 0 if off else days, turns=False)))
    return Past(tuple(found), 0)


def history_of(presenter: ConsolePresenter, span: Span, by: By) -> HistorySheet:
    """Return the sheet at a longer period and other rows."""
    sheet = HistorySheet(presenter)
    sheet.span.choose(span.value)
    sheet.split.choose(by.value)
    return sheet


def _counts(at: int, days: int, *, turns: bool) -> DayCounts:
    """Return the counts of a row: ``at`` tells one from another."""
    issued = (37 + at * 29 % 71) * days
    served = issued * 89 // 100
    middle = 6 + at * 7 % 19
    of_turns = DayCounts(
        called=served + issued // 20,
        recalled=issued // 9,
        served=served,
        serving_seconds=served * (420 + at * 37 % 600),
        no_shows=issued // 20,
        transferred=issued // 50,
        held=issued // 33,
        cases=served // 3,
    )
    if turns:
        return of_turns
    return of_turns + DayCounts(
        issued=issued,
        booked=issued // 12,
        finished=served,
        missed=issued // 20,
        abandoned=issued - served - issued // 20,
        told=issued * 3 // 4,
        told_right=issued * 3 // 5,
        waited=served,
        waiting_seconds=served * middle * 60,
        waits={middle // 3: served // 4, middle: served // 2, middle * 2 + 4: served // 4}
        if served
        else {},
    )
