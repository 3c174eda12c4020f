"""The published figures of a period: of the hall, of each department and of each service."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from hallclient.domain.calendar import A_DAY, day_began
from hallclient.domain.case_figures import Decided, Figure, RatingCount, decided_of, figures_of
from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import Department, Service
from hallclient.services.case_opening import clock_of
from hallclient.services.store import Reader, Store


@dataclass(frozen=True, slots=True)
class FigureRow:
    """The figures of a department, of one of its services, or of the whole hall (neither)."""

    figures: tuple[Figure, ...]
    decided: int
    department: Department | None = None
    service: Service | None = None


@dataclass(frozen=True, slots=True)
class CaseReport:
    """The figures from a business day to another, both in it."""

    first: date
    last: date
    hall: FigureRow
    departments: tuple[FigureRow, ...]
    services: tuple[FigureRow, ...]
    """Those with a decided case or a rating only."""


def case_report(store: Store, first: date, last: date) -> CaseReport:
    """Return the figures of the business days from ``first`` to ``last``."""
    with store.look() as reader:
        return _report(reader, first, last)


def _report(reader: Reader, first: date, last: date) -> CaseReport:
    plan = reader.plan
    zone, start = plan.time_zone, plan.rules.day_start
    begin, end = day_began(first, zone, start), day_began(last + A_DAY, zone, start)
    finished = [
        case
        for case in reader.cases_between(begin, end)
        if case.finished_at is not None and begin <= case.finished_at < end
    ]
    stood = reader.suspensions_of([case.id for case in finished])
    decided: dict[int, list[Decided]] = defaultdict(list)
    for case in finished:
        clock = clock_of(plan, plan.service_by_id(case.service_id))
        fact = decided_of(case, stood.get(case.id, ()), clock)
        if fact is not None:
            decided[case.service_id].append(fact)
    ratings = {of: RatingCount(*counts) for of, counts in reader.rating_counts(begin, end).items()}
    used = [plan.service_by_id(of) for of in dict.fromkeys((*decided, *ratings))]
    by_code = {service.code: service for service in (*used, *plan.services)}
    return CaseReport(
        first,
        last,
        _row(plan, by_code.values(), decided, ratings),
        tuple(
            _row(plan, _of(by_code, part), decided, ratings, department=part)
            for part in plan.departments
        ),
        tuple(
            _row(
                plan, [service], decided, ratings, department=_part(plan, service), service=service
            )
            for service in by_code.values()
            if service in used
        ),
    )


def _of(services: Mapping[str, Service], department: Department) -> list[Service]:
    return [one for one in services.values() if one.department == department.code]


def _part(plan: HallPlan, service: Service) -> Department | None:
    return plan.department_of.get(service.department)


def _row(
    plan: HallPlan,
    services: Iterable[Service],
    decided: Mapping[int, list[Decided]],
    ratings: Mapping[int, RatingCount],
    department: Department | None = None,
    service: Service | None = None,
) -> FigureRow:
    mine = list(services)
    facts = [fact for one in mine for fact in decided.get(one.id, ())]
    counts = [ratings[one.id] for one in mine if one.id in ratings]
    offered = [one for one in mine if one.code in plan.service_of]
    return FigureRow(figures_of(facts, offered, counts), len(facts), department, service)
