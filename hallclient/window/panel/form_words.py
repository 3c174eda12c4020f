"""The form of an outcome in words: what it asks for, and the days that a clerk can read aloud."""

from dataclasses import replace
from datetime import date, datetime

from hallclient.domain.calendar import WorkCalendar
from hallclient.domain.case import DUE_REASONS, Basis, Handover, Needs, needs, outcomes_of
from hallclient.domain.due import Clock, StripDay, StripKind
from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import Service
from hallclient.services.hours import local_time
from hallclient.ui.words import Words
from hallclient.window.panel.day_strip import DayCell
from hallclient.window.panel.draft import (
    Draft,
    days_of,
    due_day,
    guessed,
    lacks,
    strip_of,
    usual_days,
)
from hallclient.window.panel.view import FormView
from hallclient.window.panel.wording import day_text, outcome_text, pairs


def form_view(
    say: Words, plan: HallPlan, service: Service, draft: Draft, now: datetime, label: str = ""
) -> FormView:
    """Return the form. ``label`` is set where an outcome of before is corrected."""
    ask = needs(service, draft.outcome)
    calendar = plan.work_calendar
    today = local_time(plan, now).date()
    view = FormView(
        title=say("panel.form.correct", label=label) if label else say("panel.form.title"),
        options=tuple(
            (outcome, outcome_text(say, outcome), outcome is draft.outcome)
            for outcome in outcomes_of(service)
        ),
        outcome=draft.outcome,
        asks_number=ask.case,
        number=draft.number,
        number_hint=say("panel.form.number_hint"),
        handovers=pairs(say, "panel.handover", [*Handover]) if ask.handover else (),
        handover=draft.handover,
        bases=pairs(say, "panel.basis", [*Basis]) if ask.basis else (),
        basis=draft.basis,
        missing=_missing(say, service, draft, ask),
        told=_told(say, draft, ask),
        refusals=pairs(say, "case.refusal", ask.refusals),
        refused=draft.refused,
        facts=_facts(say, plan, ask),
        note=draft.note,
        lacks=_lacks(say, draft, service),
        correcting=bool(label),
    )
    return _with_limit(say, view, draft, ask, _Days(plan, service, calendar, today, now))


class _Days:
    """What days are counted by."""

    def __init__(
        self,
        plan: HallPlan,
        service: Service,
        calendar: WorkCalendar,
        today: date,
        now: datetime,
    ) -> None:
        self.calendar, self.today, self.now, self.plan = calendar, today, now, plan
        self.clock = Clock(calendar, plan.hours, service.queue, plan.time_zone)


def _with_limit(say: Words, view: FormView, draft: Draft, ask: Needs, by: _Days) -> FormView:
    limit = ask.limit
    if limit is None or not limit.units:
        return view
    if limit.in_hours:
        due = by.clock.due(by.now, limit)
        at = local_time(by.plan, due.at) if due is not None and due.at is not None else None
        text = f"{day_text(say, at.date())} {at:%H:%M}" if at is not None else ""
        warns = at is not None and not by.calendar.knows(at.date())
        return replace(
            view,
            limit=say("panel.form.limit_hours"),
            days=say("panel.form.hours", n=limit.units),
            due=text,
            hint=say("panel.form.guessed" if warns else "panel.form.counted_hours"),
            warns=warns,
        )
    days = days_of(draft, ask)
    strip = strip_of(by.today, days, by.calendar)
    last = due_day(by.today, days, by.calendar)
    changed = draft.days is not None and days != usual_days(ask)
    warns = guessed(strip)
    return replace(
        view,
        limit=say("panel.form.limit"),
        days=str(days),
        steps=True,
        due=day_text(say, last) if last is not None else "",
        strip=tuple(_cell(say, day) for day in strip),
        hint=say("panel.form.guessed" if warns else "panel.form.counted"),
        warns=warns,
        due_reasons=pairs(say, "case.due_reason", DUE_REASONS) if changed else (),
        due_reason=draft.due_reason,
    )


def _cell(say: Words, day: StripDay | int) -> DayCell:
    if isinstance(day, int):
        return DayCell("", "…", say("panel.strip.more", n=day), "")
    words = {
        StripKind.ACCEPTED: say("panel.strip.accepted"),
        StripKind.OFF: say("panel.strip.off"),
        StripKind.DUE: say("panel.strip.due"),
        StripKind.COUNTED: say("panel.strip.count", n=day.count),
    }
    weekday = say(f"panel.strip.d{day.day.isoweekday()}")
    return DayCell(weekday, str(day.day.day), words[day.kind], day.kind.value)


def _missing(
    say: Words, service: Service, draft: Draft, ask: Needs
) -> tuple[tuple[str, str, bool], ...]:
    if not ask.missing:
        return ()
    return tuple(
        (m.name.zh_cn, m.name.text(say.language), m.name.zh_cn in draft.missing)
        for m in service.materials
    )


def _told(say: Words, draft: Draft, ask: Needs) -> str:
    if not ask.missing:
        return ""
    count = len(draft.missing & set(ask.missing))
    return say("panel.form.told", n=count) if count else say("panel.form.told_later")


def _facts(say: Words, plan: HallPlan, ask: Needs) -> tuple[str, ...]:
    found, language = [], say.language
    names = {code: d.name.text(language) for code, d in plan.department_of.items()}
    if ask.lead:
        found.append(say("panel.form.lead", name=names.get(ask.lead, ask.lead)))
    if ask.partners:
        joined = "、" if language.startswith("zh") else ", "
        partners = joined.join(names.get(code, code) for code in ask.partners)
        found.append(say("panel.form.partners", names=partners))
    authority = ask.authority.text(language)
    if authority:
        found.append(say("panel.form.authority", name=authority))
    return tuple(found)


def _lacks(say: Words, draft: Draft, service: Service) -> str:
    missing = lacks(draft, service)
    return say(f"panel.lacks.{missing}") if missing else ""
