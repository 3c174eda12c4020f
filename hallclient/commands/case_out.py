"""Cases and their figures as lines for people, or as JSON for programs."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from hallclient.domain.case_figures import Figure
from hallclient.domain.case_moves import CaseState
from hallclient.domain.hall import HallPlan
from hallclient.phrases import Phrases, Speech
from hallclient.services.case_report import CaseReport, FigureRow
from hallclient.services.case_views import CaseView
from hallclient.services.hours import local_time


def show_cases(
    plan: HallPlan, views: Sequence[CaseView], language: str, *, as_json: bool, whole: bool
) -> None:
    """Print cases, one a line, or one whole."""
    if as_json:
        facts = [_facts(plan, view) for view in views]
        print(json.dumps(facts, ensure_ascii=False, indent=1))
        return
    say = Phrases(language)
    for view in views:
        print(_line(plan, view, say))
        if whole:
            for key, value in _facts(plan, view).items():
                if value not in (None, "", [], False):
                    print(f"  {key}: {_plain(value)}")
    if not whole:
        late = sum(view.overdue for view in views)
        guessed = sum(view.guessed and view.case.finished_at is None for view in views)
        print(f"{len(views)} cases, {late} overdue")
        if guessed:
            print(f"{guessed} fall due where the calendar has no data: only weekends were left out")


def _line(plan: HallPlan, view: CaseView, say: Speech) -> str:
    case = view.case
    due = case.due_on.isoformat() if case.due_on and view.state is not CaseState.DONE else ""
    if case.due_at is not None and due:
        due = f"{local_time(plan, case.due_at):%Y-%m-%d %H:%M}"
    left = view.days_left
    mark = ("!" if view.overdue else "*" if view.near else "") + (
        f"{left:+d}" if left is not None else ""
    )
    result = say(f"case.result.{case.result}") if case.result else ""
    words = (
        case.number,
        say(f"case.kind.{case.kind}"),
        view.service.name.text(say.language),
        say(f"case.state.{view.state}"),
        due,
        mark,
        result,
    )
    return "  ".join(word for word in words if word)


def _facts(plan: HallPlan, view: CaseView) -> Mapping[str, object]:
    """Return what may be printed of a case: nothing of whom it is for, no note."""
    case, window = view.case, view.case.window_id
    staff = case.staff_id
    return {
        "number": case.number,
        "kind": case.kind.value,
        "state": view.state.value,
        "service": view.service.code,
        "department": view.service.department,
        "ticket": view.ticket.label if view.ticket else None,
        "day": view.ticket.day.isoformat() if view.ticket else None,
        "window": plan.window_by_id(window).number if window is not None else None,
        "staff": plan.staff_by_id(staff).code if staff is not None else None,
        "accepted_at": _moment(plan, case.accepted_at),
        "due_on": _day(case.due_on),
        "due_at": _moment(plan, case.due_at),
        "due_reason": case.due_reason,
        "days_left": view.days_left,
        "overdue": view.overdue,
        "near": view.near,
        "due_guessed": view.guessed,
        "promised": case.promised,
        "legal": case.legal,
        "unit": "hours" if case.in_hours else "days",
        "basis": case.basis.value,
        "handover": case.handover.value,
        "lead": case.lead,
        "partners": list(case.partners),
        "authority": case.authority,
        "missing": list(case.missing),
        "told_at": _moment(plan, case.told_at),
        "refused": case.refused,
        "suspensions": [
            {
                "reason": one.reason.value,
                "began_at": _moment(plan, one.began_at),
                "end": _moment(plan, one.end),
            }
            for one in view.suspensions
        ],
        "finished_at": _moment(plan, case.finished_at),
        "result": case.result.value if case.result else None,
        "decided_in_hall": case.decided_in_hall if case.result else None,
    }


def _moment(plan: HallPlan, at: datetime | None) -> str | None:
    return None if at is None else local_time(plan, at).isoformat(timespec="minutes")


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _plain(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else str(value)


def show_figures(report: CaseReport, language: str, *, as_json: bool, services: bool) -> None:
    """Print the figures with their definitions: the hall, its departments, its services."""
    say = Phrases(language)
    rows = [report.hall, *(row for row in report.departments if row.decided)]
    if services:
        rows += report.services
    if as_json:
        whole = {
            "from": report.first.isoformat(),
            "to": report.last.isoformat(),
            "definitions": {
                one.name: say(f"case.figure.{one.name}_is") for one in report.hall.figures
            }
            | {"decided": say("case.figure.decided")},
            "rows": [_row_facts(row) for row in rows],
        }
        print(json.dumps(whole, ensure_ascii=False, indent=1))
        return
    print(f"{report.first} – {report.last}")
    for one in report.hall.figures:
        print(f"{say(f'case.figure.{one.name}')} {_shown(one)}")
        print(f"    {say(f'case.figure.{one.name}_is')}")
    print(say("case.figure.decided"))
    for row in rows[1:]:
        print(f"{_name(row, language)}  ({row.decided})")
        for one in row.figures:
            if one.value is not None:
                print(f"    {say(f'case.figure.{one.name}')} {_shown(one)}")


def _shown(one: Figure) -> str:
    if one.value is None:
        return one.percent()
    part, whole = (f"{float(each):g}" for each in (one.part, one.whole))
    return f"{one.percent()}  ({part} / {whole})"


def _name(row: FigureRow, language: str) -> str:
    part = row.service or row.department
    return part.name.text(language) if part is not None else ""


def _row_facts(row: FigureRow) -> Mapping[str, object]:
    return {
        "department": row.department.code if row.department else None,
        "service": row.service.code if row.service else None,
        "decided": row.decided,
        "figures": {
            one.name: {
                "value": None if one.value is None else float(one.value),
                "percent": one.percent(),
                "part": float(one.part),
                "whole": float(one.whole),
            }
            for one in row.figures
        },
    }
