"""The form of an outcome before it is recorded: what was chosen, and what it still needs."""

from dataclasses import dataclass, field, replace
from datetime import date

from hallclient.domain.calendar import WorkCalendar
from hallclient.domain.case import Basis, Case, Handover, Needs, needs, outcomes_of
from hallclient.domain.due import Clock, StripDay, day_strip
from hallclient.domain.ending import Ending
from hallclient.domain.parts import Service
from hallclient.domain.turn import Outcome, usual_outcome

MOST_DAYS = 99
MOST_NOTE = 200
MOST_NUMBER = 40
CELLS = 8
"""Days that fit the strip; a longer one leaves out days in the middle."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What the clerk has filled in for one turn. ``days`` is the clerk's own limit, None: usual."""

    turn_id: int
    outcome: Outcome
    days: int | None = None
    due_reason: str = ""
    number: str = ""
    basis: Basis = Basis.NORMAL
    handover: Handover = Handover.WINDOW
    missing: frozenset[str] = frozenset()
    refused: str = ""
    note: str = field(default="", repr=False)


def new_draft(turn_id: int, service: Service) -> Draft:
    """Return the form of a turn that has just begun: its service's usual outcome."""
    allowed = outcomes_of(service)
    usual = usual_outcome(service.kind)
    return Draft(turn_id, usual if usual in allowed else allowed[0])


def as_recorded(draft: Draft, case: Case, clock: Clock) -> Draft:
    """Return a form with what a case has, to be corrected; an agreed due day is kept too."""
    days = None
    if case.due_reason and case.due_on is not None and not case.in_hours:
        days = clock.days_between(clock.day(case.accepted_at), case.due_on)
    return replace(
        draft,
        days=days,
        due_reason=case.due_reason if days is not None else "",
        basis=case.basis,
        handover=case.handover,
        missing=frozenset(case.missing),
        refused=case.refused,
    )


def usual_days(ask: Needs) -> int:
    """Return the working days that count unless the clerk says otherwise; 0: no limit, or hours."""
    return 0 if ask.limit is None or ask.limit.in_hours else ask.limit.units


def days_of(draft: Draft, ask: Needs) -> int:
    """Return the working days of a draft."""
    usual = usual_days(ask)
    return usual if draft.days is None or not usual else draft.days


def with_days(draft: Draft, ask: Needs, step: int) -> Draft:
    """Return a draft with a longer or shorter limit: at least a day, never beyond the law."""
    usual = usual_days(ask)
    if not usual or ask.limit is None:
        return draft
    days = max(1, min(days_of(draft, ask) + step, ask.limit.legal or MOST_DAYS))
    if days == usual:
        return replace(draft, days=None, due_reason="")
    return replace(draft, days=days)


def lacks(draft: Draft, service: Service) -> str:
    """Return what must still be chosen (a key of ``panel.lacks``), empty when it can be recorded.

    A supplement without a list is one: the list is then owed.
    """
    ask = needs(service, draft.outcome)
    if ask.refusals and draft.refused not in ask.refusals:
        return "refused"
    if draft.days is not None and usual_days(ask) and not draft.due_reason:
        return "due_reason"
    return ""


def ending_of(draft: Draft, service: Service, today: date, calendar: WorkCalendar) -> Ending:
    """Return what is recorded: only what the outcome needs, whatever else was filled in before."""
    ask = needs(service, draft.outcome)
    own_days = draft.days if usual_days(ask) else None
    return Ending(
        draft.outcome,
        missing=tuple(name for name in ask.missing if name in draft.missing),
        refused=draft.refused if ask.refusals else "",
        basis=draft.basis if ask.basis else Basis.NORMAL,
        handover=draft.handover if ask.handover else Handover.WINDOW,
        number=draft.number.strip() if ask.case else "",
        due_on=calendar.after(today, own_days) if own_days is not None else None,
        due_reason=draft.due_reason if own_days is not None else "",
        note=draft.note.strip(),
    )


def strip_of(today: date, days: int, calendar: WorkCalendar) -> tuple[StripDay | int, ...]:
    """Return the days to show, at most ``CELLS``; a number stands for so many left out."""
    strip = day_strip(today, days, calendar)
    if len(strip) <= CELLS:
        return strip
    head, tail = strip[:3], strip[-(CELLS - 4) :]
    return (*head, len(strip) - len(head) - len(tail), *tail)


def due_day(today: date, days: int, calendar: WorkCalendar) -> date | None:
    """Return the day by which it must be done, None without a limit."""
    return calendar.after(today, days) if days else None


def guessed(strip: tuple[StripDay | int, ...]) -> bool:
    """Tell whether the calendar has no data for some of the days shown."""
    return any(isinstance(day, StripDay) and day.guessed for day in strip)
