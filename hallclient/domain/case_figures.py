"""The figures halls publish of their cases (domain.md §3), pure; each knows what it is made of.

``FIGURES`` names them in order; ``case.figure.<name>`` of the message catalogue says each in words,
``case.figure.<name>_is`` what exactly it counts. Sums are exact fractions.

Decided is a case that was granted or denied. What was never accepted (supplements, refusals), was
withdrawn by the citizen or closed without a decision is in no figure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from fractions import Fraction

from hallclient.domain.case import RUNNING_OUTCOMES, Case, CaseResult, Suspension
from hallclient.domain.case_clock import is_early, is_late, stood
from hallclient.domain.due import HOURS_A_DAY, Clock, limit_of
from hallclient.domain.parts import Service, ServiceKind
from hallclient.domain.turn import Outcome

FIGURES = (
    "on_the_spot",
    "in_hall",
    "on_time",
    "early",
    "promised_faster",
    "actually_faster",
    "satisfied",
)
LEAST_RATINGS = 5
"""Fewer ratings make no figure: nobody is to be known by one."""
_DECIDED = frozenset({CaseResult.GRANTED, CaseResult.DENIED})
_A_DAY = Fraction(HOURS_A_DAY) * 3600 * 1_000_000


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: ``value`` is a share of 1, None where nothing can be said.

    It is ``part`` of ``whole``; of the two that say how much faster, what is left of 1.
    """

    name: str
    part: Fraction
    whole: Fraction
    value: Fraction | None

    def percent(self) -> str:
        """Return it with one decimal. Only what is whole is 100.0, only nothing is 0.0."""
        if self.value is None:
            return "–"
        tenths = round(self.value * 1000)
        if self.value < 1:
            tenths = min(tenths, 999)
        if self.value > 0:
            tenths = max(tenths, 1)
        sign = "-" if tenths < 0 else ""
        return f"{sign}{abs(tenths) // 10}.{abs(tenths) % 10}%"


@dataclass(frozen=True, slots=True)
class Decided:
    """What the figures take of a decided case; days are working days without what stood."""

    service_id: int
    on_the_spot: bool
    in_hall: bool
    limited: bool
    """It had a due day: promised, joint or escalated, and a limit is known."""
    late: bool
    early: bool
    took: Fraction
    legal: Fraction
    """0 where no legal limit is known."""


@dataclass(frozen=True, slots=True)
class RatingCount:
    """Active ratings of a service, and those of levels 3, 4 and 5 (基本满意 and better)."""

    rated: int = 0
    satisfied: int = 0


def decided_of(case: Case, suspensions: Sequence[Suspension], clock: Clock) -> Decided | None:
    """Return what the figures take of a case; None for one that was not decided."""
    at = case.finished_at
    accepted = case.kind is Outcome.INSTANT or case.kind in RUNNING_OUTCOMES
    if at is None or case.result not in _DECIDED or not accepted:
        return None
    spans = stood(suspensions, at)
    if case.kind is Outcome.INSTANT:
        took = Fraction(0)
    elif case.in_hours:
        worked = clock.hours_between(case.accepted_at, at, spans)
        took = Fraction(worked // timedelta(microseconds=1)) / _A_DAY
    else:
        begun = clock.day(case.accepted_at)
        took = Fraction(clock.days_between(begun, clock.day(at), spans))
    return Decided(
        service_id=case.service_id,
        on_the_spot=case.kind is Outcome.INSTANT,
        in_hall=case.decided_in_hall,
        limited=case.due_on is not None,
        late=is_late(case, at, clock),
        early=is_early(case, at, clock),
        took=took,
        legal=Fraction(case.legal, HOURS_A_DAY if case.in_hours else 1),
    )


@dataclass(frozen=True, slots=True)
class CaseSums:
    """Decided cases counted together; ``took`` and ``legal`` are days of the ``lawful`` ones."""

    decided: int = 0
    on_the_spot: int = 0
    in_hall: int = 0
    limited: int = 0
    on_time: int = 0
    early: int = 0
    lawful: int = 0
    took: Fraction = Fraction(0)
    legal: Fraction = Fraction(0)

    def __add__(self, other: "CaseSums") -> "CaseSums":
        """Return both together."""
        return CaseSums(
            *(getattr(self, one.name) + getattr(other, one.name) for one in fields(CaseSums))
        )

    def whole(self) -> tuple[int, ...]:
        """Return the sums as whole numbers: time in working microseconds, limits in hours."""
        took, legal = self.took * _A_DAY, self.legal * HOURS_A_DAY
        if took.denominator != 1 or legal.denominator != 1:
            raise ValueError("time is counted in microseconds, limits in hours")
        counts = (self.decided, self.on_the_spot, self.in_hall, self.limited, self.on_time)
        return (*counts, self.early, self.lawful, int(took), int(legal))

    @classmethod
    def of_whole(cls, numbers: Sequence[int]) -> "CaseSums":
        """Return the sums that ``whole`` gave."""
        one, two, three, four, five, six, seven, took, legal = numbers
        sums = cls(one, two, three, four, five, six, seven)
        return replace(sums, took=Fraction(took) / _A_DAY, legal=Fraction(legal, HOURS_A_DAY))


def sums_of(decided: Iterable[Decided]) -> CaseSums:
    """Return what cases come to."""
    cases = list(decided)
    limited = [case for case in cases if case.limited]
    lawful = [case for case in cases if case.legal]
    return CaseSums(
        decided=len(cases),
        on_the_spot=sum(case.on_the_spot for case in cases),
        in_hall=sum(case.in_hall for case in cases),
        limited=len(limited),
        on_time=sum(not case.late for case in limited),
        early=sum(case.early for case in limited),
        lawful=len(lawful),
        took=sum((case.took for case in lawful), Fraction(0)),
        legal=sum((case.legal for case in lawful), Fraction(0)),
    )


def figures_of(
    cases: CaseSums, catalogue: Iterable[Service], ratings: Iterable[RatingCount]
) -> tuple[Figure, ...]:
    """Return all figures, in the order of ``FIGURES``, of a hall, a department or a service."""
    counts = list(ratings)
    promised, legal = _catalogue(catalogue)
    rated = sum(count.rated for count in counts)
    satisfied = sum(count.satisfied for count in counts)
    enough = rated >= LEAST_RATINGS
    return (
        _share("on_the_spot", cases.on_the_spot, cases.decided),
        _share("in_hall", cases.in_hall, cases.decided),
        _share("on_time", cases.on_time, cases.limited),
        _share("early", cases.early, cases.limited),
        _saved("promised_faster", promised, legal),
        _saved("actually_faster", cases.took, cases.legal),
        _share("satisfied", satisfied if enough else 0, rated if enough else 0),
    )


def _catalogue(services: Iterable[Service]) -> tuple[Fraction, Fraction]:
    """Return the promised and the legal days of those services that a law limits.

    Done on the spot takes none; without a promise of its own the law is the promise.
    """
    promised = legal = Fraction(0)
    for service in services:
        limit = limit_of(service)
        if not limit.legal:
            continue
        unit = HOURS_A_DAY if limit.in_hours else 1
        legal += Fraction(limit.legal, unit)
        at_once = service.kind is ServiceKind.INSTANT and not limit.promised
        promised += Fraction(0 if at_once else limit.promised or limit.legal, unit)
    return promised, legal


def _share(name: str, part: int, whole: int) -> Figure:
    value = Fraction(part, whole) if whole else None
    return Figure(name, Fraction(part), Fraction(whole), value)


def _saved(name: str, part: Fraction, whole: Fraction) -> Figure:
    return Figure(name, part, whole, 1 - part / whole if whole else None)
