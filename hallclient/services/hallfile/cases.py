"""What a hall file says of cases: outcomes, limits, who decides, how they are numbered."""

from collections import Counter

from hallclient.domain.case_number import LONGEST, rule_problem
from hallclient.domain.due import HOURS_A_DAY, limit_of
from hallclient.domain.parts import Service
from hallclient.domain.turn import CLERK_OUTCOMES, Outcome
from hallclient.services.hallfile.problems import did_you_mean, listing, shown
from hallclient.services.hallfile.rows import Row

OUTCOMES = tuple(str(outcome) for outcome in (*CLERK_OUTCOMES, Outcome.JOINT, Outcome.ESCALATED))


def case_number(row: Row, usual: str = "") -> str:
    """Read the rule by which cases are numbered."""
    rule = row.text("case_number", LONGEST)
    problem = rule_problem(rule) if rule else ""
    if problem:
        row.wrong("case_number", f"{shown(rule)} {problem}")
    return rule or usual


def outcomes(row: Row) -> tuple[str, ...]:
    """Read the outcomes that may be recorded for a service."""
    named = row.words("outcomes", 20)
    for name in named:
        if name not in OUTCOMES:
            near = did_you_mean(name, OUTCOMES) or f"; outcomes are {listing(OUTCOMES)}"
            row.wrong("outcomes", f"there is no outcome {shown(name)}{near}")
    _once(row, "outcomes", named)
    return named


def check_service(service: Service, row: Row) -> None:
    """Note what a service says of its cases that does not fit together."""
    for noun in ("legal", "promised"):
        if getattr(service, f"{noun}_days") and getattr(service, f"{noun}_hours"):
            row.wrong(f"{noun}_hours", f"give {noun}_days or {noun}_hours, not both")
    limit = limit_of(service)
    if limit.legal and limit.promised > limit.legal:
        key = "promised_hours" if service.promised_hours else "promised_days"
        unit = f"hours; a working day has {HOURS_A_DAY}" if limit.in_hours else "days"
        row.wrong(key, f"{limit.promised} is more than the law's {limit.legal} {unit}")
    _once(row, "partners", service.partners)
    if service.department in service.partners:
        row.wrong("partners", f"{shown(service.department)} leads it; name the others only")
    if Outcome.JOINT in service.outcomes and not service.partners:
        row.wrong("outcomes", "joint takes partners: the departments that handle it together")
    if Outcome.ESCALATED in service.outcomes and not service.authority.zh_cn:
        row.wrong("outcomes", "escalated takes authority: who decides it")


def _once(row: Row, key: str, words: tuple[str, ...]) -> None:
    for word, times in Counter(words).items():
        if times > 1:
            row.wrong(key, f"{shown(word)} stands here {times} times; once is enough")
