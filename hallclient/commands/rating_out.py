"""Ratings, call-backs and figures as lines for people, or as facts for programs."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from hallclient.domain.hall import HallPlan
from hallclient.domain.rating_figures import LEVELS, RatingFigures
from hallclient.phrases import Speech
from hallclient.services.follow_ups import OpenFollowUp
from hallclient.services.hours import local_time
from hallclient.services.public_records import RatingRow
from hallclient.services.rating_inbox import InboxReport
from hallclient.services.rating_report import RatingReport

Facts = dict[str, Any]


def import_facts(name: str, report: InboxReport) -> Facts:
    """Return what became of a file with ratings from telephones; lines are told by number."""
    return {
        "file": name,
        "taken": report.taken,
        "known": report.known,
        "refused": [{"line": line, "why": why} for line, why in report.told],
        "whole": report.whole,
    }


def rating_line(plan: HallPlan, row: RatingRow, say: Speech) -> str:
    """Return a rating on a line."""
    rating = row.rating
    origin = "" if rating.origin == "active" else say(f"rating_loop.origin.{rating.origin}")
    known = row.follow_up
    appeal = say(f"rating_loop.appeals.{known.appeal}") if known and known.appeal else ""
    words = (
        str(rating.id),
        f"{local_time(plan, rating.given_at):%Y-%m-%d %H:%M}",
        row.label,
        plan.window_by_id(row.window_id).number,
        plan.service_by_id(row.service_id).name.text(say.language),
        say(f"rating.level{int(rating.level)}"),
        " ".join(rating.reasons),
        origin,
        appeal,
    )
    return "  ".join(word for word in words if word)


def rating_facts(plan: HallPlan, row: RatingRow) -> Facts:
    """Return what a program may know of a rating."""
    rating, known = row.rating, row.follow_up
    return {
        "rating": rating.id,
        "given_at": local_time(plan, rating.given_at).isoformat(timespec="seconds"),
        "ticket": row.label,
        "window": plan.window_by_id(row.window_id).code,
        "service": plan.service_by_id(row.service_id).code,
        "staff": plan.staff_by_id(row.staff_id).code,
        "level": int(rating.level),
        "origin": rating.origin.value,
        "reasons": list(rating.reasons),
        "appeal": known.appeal.value if known and known.appeal else None,
    }


def follow_up_line(one: OpenFollowUp) -> str:
    """Return a call-back on a line."""
    known = one.follow_up
    said = [f"{one.rating.id}  {one.label} at window {one.window.number}, {one.clerk}"]
    said += [f"level {int(one.rating.level)}", f"due {known.due_on}"]
    said += ["overdue"] if one.overdue else []
    said += [f"{one.taken_by} calls back"] if one.taken_by and one.waits else []
    said += [f"not reached {known.tries} times"] if known.tries else []
    said += [known.result.value] if known.result else []
    said += [f"appeal {known.appeal.value}"] if known.appeal else []
    return ", ".join(said)


def follow_up_facts(one: OpenFollowUp, *, whole: bool = False) -> Facts:
    """Return what a program may know of a call-back; ``whole`` with what was said."""
    known = one.follow_up
    facts: Facts = {
        "rating": one.rating.id,
        "ticket": one.label,
        "window": one.window.code,
        "service": one.service.code,
        "department": one.department,
        "clerk": one.clerk,
        "level": int(one.rating.level),
        "reasons": list(one.rating.reasons),
        "given_at": one.given_at.isoformat(timespec="seconds"),
        "due": known.due_on.isoformat(),
        "waits": one.waits,
        "overdue": one.overdue,
        "taken_by": one.taken_by,
        "phone": one.phone,
        "tries": known.tries,
        "result": known.result.value if known.result else None,
        "promised": known.promised_on.isoformat() if known.promised_on else None,
        "appeal": known.appeal.value if known.appeal else None,
        "appealed_by": one.appealed_by,
    }
    if whole:
        facts |= {"note": known.note, "appeal_reason": known.appeal_reason}
    return facts


def figures_facts(report: RatingReport) -> Facts:
    """Return figures for a program; null is not said."""
    return {
        "from": report.first.isoformat(),
        "to": report.last.isoformat(),
        "by": report.split.value,
        "department": report.department,
        "total": _facts(report.total),
        "rows": [
            {"code": row.code, "name": row.name.zh_cn, **_facts(row.figures)} for row in report.rows
        ],
    }


def figures_lines(report: RatingReport, say: Speech) -> Iterator[str]:
    """Yield figures as lines, the whole last."""
    yield f"{report.first} – {report.last}"
    for row in report.rows:
        yield _line(row.name.text(say.language) or row.code or say("common.none"), row.figures, say)
    yield _line(say("rating_loop.total"), report.total, say)
    yield say("rating_loop.few")


def plain(value: object) -> str:
    """Return a fact as a line has it."""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _facts(figures: RatingFigures) -> Facts:
    tally = figures.tally
    return {
        "asked": figures.asked,
        "active": tally.active if tally else None,
        "levels": {str(int(n)): tally.count(n) for n in LEVELS} if tally else None,
        "satisfied": _number(figures.satisfied),
        "response": _number(figures.response),
        "defaults": tally.defaults if tally else None,
        "low": tally.low if tally else None,
        "called": tally.called if tally else None,
        "in_time": _number(figures.in_time),
        "late": tally.late if tally else None,
    }


def _line(name: str, figures: RatingFigures, say: Speech) -> str:
    tally, none = figures.tally, say("common.none")
    said = [f"{say('rating_loop.figure.asked')} {figures.asked}"]
    if tally is None:
        return f"{name}: {said[0]}, {say('rating_loop.figure.active')} {none}"
    levels = " ".join(str(tally.count(level)) for level in LEVELS)
    said += [
        f"{say('rating_loop.figure.active')} {tally.active} ({levels})",
        f"{say('rating_loop.figure.satisfied')} {_percent(figures.satisfied) or none}",
        f"{say('rating_loop.figure.response')} {_percent(figures.response) or none}",
        f"{say('rating_loop.figure.defaults')} {tally.defaults}",
        f"{say('rating_loop.figure.low')} {tally.low}",
        f"{say('rating_loop.figure.in_time')} {_percent(figures.in_time) or none}",
    ]
    return f"{name}: {', '.join(said)}"


def _percent(share: Fraction | None) -> str:
    return f"{float(share):.1%}" if share is not None else ""


def _number(share: Fraction | None) -> float | None:
    return round(float(share), 4) if share is not None else None
