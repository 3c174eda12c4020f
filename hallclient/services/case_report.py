"""The published figures of a period: of the hall, of each department and of each service."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from hallclient.domain.case_figures import CaseSums, Figure, RatingCount, figures_of
from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import Department, Service
from hallclient.domain.rating_figures import hidden
from hallclient.services.day_sums import case_sums, rated_services
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


def case_report(store: Store, first: date, last: date, *, rated: bool = True) -> CaseReport:
    """Return the figures of the business days from ``first`` to ``last``.

    ``rated`` is for those who may see ratings: two reports of which one is a day longer would tell
    anybody else what that day brought.
    """
    with store.look() as reader:
        return _report(reader, first, last, rated=rated)


def _report(reader: Reader, first: date, last: date, *, rated: bool) -> CaseReport:
    plan = reader.plan
    decided = case_sums(reader, first, last)
    counts = rated_services(reader, first, last) if rated else {}
    ratings = {of: RatingCount(*some) for of, some in counts.items()}
    secret = _secret(plan, ratings)
    used = [plan.service_by_id(of) for of in dict.fromkeys((*decided, *ratings))]
    by_code = {service.code: service for service in (*used, *plan.services)}
    return CaseReport(
        first,
        last,
        _row(plan, by_code.values(), decided, ratings),
        tuple(
            _row(
                plan,
                _of(by_code, part),
                decided,
                {} if part.code in secret else ratings,
                department=part,
            )
            for part in plan.departments
        ),
        tuple(
            _row(
                plan,
                [service],
                decided,
                {} if service.id in secret else ratings,
                department=_part(plan, service),
                service=service,
            )
            for service in by_code.values()
            if service in used
        ),
    )


def _secret(plan: HallPlan, ratings: Mapping[int, RatingCount]) -> frozenset[str | int]:
    """Return departments (codes) and services (ids) with too few ratings to be told.

    Also those that could be reckoned from the sum of the others; nothing of a hidden department.
    """
    parts: dict[str, dict[int, int]] = defaultdict(dict)
    for service_id, count in ratings.items():
        parts[plan.service_by_id(service_id).department][service_id] = count.rated
    departments = hidden({code: sum(counts.values()) for code, counts in parts.items()})
    services = (
        counts.keys() if code in departments else hidden(counts) for code, counts in parts.items()
    )
    return frozenset((*departments, *(one for some in services for one in some)))


def _of(services: Mapping[str, Service], department: Department) -> list[Service]:
    return [one for one in services.values() if one.department == department.code]


def _part(plan: HallPlan, service: Service) -> Department | None:
    return plan.department_of.get(service.department)


def _row(
    plan: HallPlan,
    services: Iterable[Service],
    decided: Mapping[int, CaseSums],
    ratings: Mapping[int, RatingCount],
    department: Department | None = None,
    service: Service | None = None,
) -> FigureRow:
    mine = list(services)
    sums = sum((decided[one.id] for one in mine if one.id in decided), CaseSums())
    counts = [ratings[one.id] for one in mine if one.id in ratings]
    offered = [one for one in mine if one.code in plan.service_of]
    return FigureRow(figures_of(sums, offered, counts), sums.decided, department, service)
