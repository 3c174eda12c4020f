"""Slips that a window or the hall hands out: receipt, refusal, what is missing, the day's close.

Nothing personal stands on them: numbers, services, windows and dates (domain.md §3, §7). They are
worded in the language of ``say``; whoever prints a slip for a citizen takes the ticket's.
"""

from datetime import date, datetime

from hallclient.domain.case import Basis, Case
from hallclient.domain.due import Limit
from hallclient.domain.errors import NotAllowed
from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import Service
from hallclient.domain.ticket import Ticket
from hallclient.domain.turn import Outcome, Turn
from hallclient.phrases import Speech
from hallclient.services.hours import local_time
from hallclient.services.slip import (
    Align,
    Block,
    CheckList,
    Pair,
    PaperSlip,
    QrCode,
    Rule,
    Space,
    Text,
    TextSize,
)
from hallclient.services.store_records import BusinessDay, DayFigures

RECEIPT_KINDS = frozenset({Outcome.INSTANT, Outcome.PROMISED, Outcome.JOINT, Outcome.ESCALATED})
"""What was accepted. A refusal is a written decision, missing material a list of its own."""
SLIP_OUTCOMES = RECEIPT_KINDS | {Outcome.REFUSED}
"""After these there is something to hand out; after a supplement its list, where it was told."""
MAX_MISSING = 40
MAX_NAME = 200
_HASH_GROUP, _HASH_LINE = 4, 16


def acceptance_receipt(
    plan: HallPlan, ticket: Ticket, turn: Turn, case: Case, say: Speech, printed_at: datetime
) -> PaperSlip:
    """Return the receipt of an accepted case; raises ``NotAllowed`` when it was not accepted."""
    if case.kind not in RECEIPT_KINDS:
        raise NotAllowed("no_receipt", f"there is no receipt for a case that is {case.kind}")
    service = plan.service_by_id(case.service_id)
    done = case.finished_at is not None
    blocks: list[Block] = [
        Text(plan.name.text(say.language), align=Align.CENTRE),
        Text(case.number, TextSize.DOUBLE, Align.CENTRE, bold=True),
        Rule(),
        *_about(plan, ticket, turn, service, say),
        Pair(say("slip.receipt.kind"), say(f"slip.receipt.{case.kind}")),
        Pair(say("slip.receipt.accepted"), _moment(plan, case.accepted_at)),
        *_promise(plan, case, say),
        *_handled(plan, case, say),
        Rule(),
        Text(say("slip.receipt.not_a_notice"), bold=True),
        Text(say("slip.receipt.keep")),
        *((QrCode(case.number),) if case.number.isascii() else ()),  # a kiosk reads ASCII only
        *_foot(plan, say, printed_at),
    ]
    return PaperSlip(say("slip.receipt.done" if done else "slip.receipt.title"), tuple(blocks))


def refusal_note(
    plan: HallPlan, ticket: Ticket, turn: Turn, case: Case, say: Speech, printed_at: datetime
) -> PaperSlip:
    """Return why a matter was not accepted, and what can be done about it.

    Raises ``NotAllowed`` for a case that was not refused. The decision itself is the department's.
    """
    if case.kind is not Outcome.REFUSED:
        raise NotAllowed("no_refusal", f"a case that is {case.kind} was not refused")
    service = plan.service_by_id(case.service_id)
    key = "something_else" if case.refused == "other" else case.refused
    reason = say(f"case.refusal.{key}") if key else say("slip.case.reason_blank")
    blocks: tuple[Block, ...] = (
        Text(plan.name.text(say.language), align=Align.CENTRE),
        Text(case.number, align=Align.CENTRE, bold=True),
        Rule(),
        *_about(plan, ticket, turn, service, say),
        Pair(say("slip.case.told_on"), _moment(plan, case.accepted_at)),
        Rule(),
        Text(say("slip.case.reason"), bold=True),
        Text(reason),
        Rule(),
        Text(say("slip.receipt.not_a_notice"), bold=True),
        Text(say("slip.case.official_letter")),
        Text(say("slip.case.review")),
        Space(),
        Text(say("slip.missing.official")),
        Space(),
        *_foot(plan, say, printed_at),
    )
    return PaperSlip(say("slip.case.refusal"), blocks)


def missing_list(
    plan: HallPlan,
    ticket: Ticket,
    turn: Turn,
    missing: tuple[str, ...],
    say: Speech,
    printed_at: datetime,
) -> PaperSlip:
    """Return the one-time list of everything that is missing (行政许可法 §32(4)).

    ``missing`` are the names of materials; it is dated with the end of the turn. Raises
    ``NotAllowed`` when nothing is missing, or too much to be a list.
    """
    names = tuple(" ".join(name.split()) for name in missing)
    if not 1 <= len(names) <= MAX_MISSING:
        raise NotAllowed("no_missing", f"a list has 1 to {MAX_MISSING} things that are missing")
    if not all(1 <= len(name) <= MAX_NAME for name in names):
        raise NotAllowed("missing_name", f"a material's name has 1 to {MAX_NAME} characters")
    service = plan.service_by_id(ticket.service_id)
    told = turn.ended_at or printed_at
    blocks: tuple[Block, ...] = (
        Text(plan.name.text(say.language), align=Align.CENTRE),
        Rule(),
        *_about(plan, ticket, turn, service, say),
        Pair(say("slip.missing.told_on"), _moment(plan, told)),
        Rule(),
        Text(say("slip.missing.told", n=len(names)), bold=True),
        CheckList(names),
        Rule(),
        Text(say("slip.missing.once")),
        Text(say("slip.missing.law")),
        Space(),
        Text(say("slip.missing.official")),
        Space(),
        Text(say("slip.missing.citizen")),
        Space(),
        *_foot(plan, say, printed_at),
    )
    return PaperSlip(say("slip.missing.title"), blocks)


def closing_slip(
    plan: HallPlan, day: BusinessDay, figures: DayFigures, say: Speech, printed_at: datetime
) -> PaperSlip:
    """Return a closed day's figures with the journal's head, which nobody can change afterwards.

    Raises ``NotAllowed`` for a day that is still open: its figures and its head would not stand.
    """
    if day.closed_at is None:
        raise NotAllowed("day_open", f"the business day {day.day} is not closed yet")
    if day.head is None:
        raise NotAllowed("no_head", f"the journal's head of {day.day} was not kept")
    still = figures.issued - figures.served - figures.no_shows - figures.abandoned
    counts = {
        "issued": figures.issued,
        "served": figures.served,
        "no_shows": figures.no_shows,
        "abandoned": figures.abandoned,
        "open": still,
        "cases": figures.cases,
    }
    blocks: tuple[Block, ...] = (
        Text(plan.name.text(say.language), align=Align.CENTRE),
        Text(_day(day.day, say), TextSize.DOUBLE, Align.CENTRE),
        Rule(),
        Pair(say("slip.closing.opened"), _moment(plan, day.opened_at)),
        Pair(say("slip.closing.closed"), _moment(plan, day.closed_at)),
        *(Pair(say(f"slip.closing.{name}"), str(count)) for name, count in counts.items()),
        Rule(),
        Text(say("slip.closing.head"), bold=True),
        *(Text(line, align=Align.CENTRE) for line in hash_lines(day.head)),
        Text(say("slip.closing.why")),
        Space(2),
        Text(say("slip.closing.sign")),
        Space(),
        *_foot(plan, say, printed_at),
    )
    return PaperSlip(say("slip.closing.title"), blocks)


def hash_lines(head: str) -> tuple[str, ...]:
    """Return a hash in lines and groups that a person can compare."""
    lines = (head[i : i + _HASH_LINE] for i in range(0, len(head), _HASH_LINE))
    return tuple(
        " ".join(line[i : i + _HASH_GROUP] for i in range(0, len(line), _HASH_GROUP))
        for line in lines
    )


def _about(
    plan: HallPlan, ticket: Ticket, turn: Turn, service: Service, say: Speech
) -> tuple[Block, ...]:
    language = say.language
    departments = {part.code: part.name.text(language) for part in plan.departments}
    window = plan.window_by_id(turn.window_id).number
    department = departments.get(service.department)
    return (
        Pair(say("slip.about.service"), service.name.text(language)),
        *((Pair(say("slip.about.department"), department),) if department else ()),
        Pair(say("slip.about.ticket"), ticket.label),
        Pair(say("slip.about.window"), window),
    )


def _promise(plan: HallPlan, case: Case, say: Speech) -> tuple[Block, ...]:
    if case.due_on is None:
        return ()
    units = Limit(case.promised, case.legal).units
    words = "slip.case.working_hours" if case.in_hours else "slip.receipt.working_days"
    due = _moment(plan, case.due_at) if case.due_at is not None else _day(case.due_on, say)
    agreed = bool(case.due_reason)  # then the limit is not how the day came about
    return (
        *((Pair(say("slip.receipt.limit"), say(words, n=units)),) if units and not agreed else ()),
        Pair(say("slip.receipt.due"), due),
    )


def _handled(plan: HallPlan, case: Case, say: Speech) -> tuple[Block, ...]:
    """Say how it was accepted, who handles it together, who decides, how the result comes."""
    names = {part.code: part.name.text(say.language) for part in plan.departments}
    service = plan.service_by_id(case.service_id)
    authority = case.authority
    if service.authority.zh_cn == authority:
        authority = service.authority.text(say.language)
    facts = {
        "basis": "" if case.basis is Basis.NORMAL else say(f"case.basis.{case.basis}"),
        "lead": names.get(case.lead, case.lead),
        "partners": "、".join(names.get(code, code) for code in case.partners),
        "authority": authority,
        "handover": say(f"case.handover.{case.handover}") if case.due_on else "",
    }
    told = case.basis in (Basis.LENIENT, Basis.PLEDGE)
    return (
        *(Pair(say(f"slip.case.{name}"), text) for name, text in facts.items() if text),
        *((Text(say(f"slip.case.{case.basis}")),) if told else ()),
    )


def _foot(plan: HallPlan, say: Speech, printed_at: datetime) -> tuple[Block, ...]:
    phone = (Text(say("slip.ticket.phone", phone=plan.phone)),) if plan.phone else ()
    return (*phone, Text(say("slip.about.printed", time=_moment(plan, printed_at))))


def _moment(plan: HallPlan, at: datetime) -> str:
    return f"{local_time(plan, at):%Y-%m-%d %H:%M}"


def _day(day: date, say: Speech) -> str:
    return f"{day:%Y-%m-%d} {say(f'kiosk.hours.d{day.isoweekday()}')}"
