"""The published figures against answers that were computed by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallclient.domain.calendar import WorkCalendar
from hallclient.domain.case import Case, CaseResult, SuspendReason, Suspension
from hallclient.domain.case_figures import (
    FIGURES,
    LEAST_RATINGS,
    CaseSums,
    Decided,
    Figure,
    RatingCount,
    decided_of,
    figures_of,
    sums_of,
)
from hallclient.domain.due import Clock
from hallclient.domain.parts import CalendarDay, Service, ServiceKind, SessionHours
from hallclient.domain.text import LocalText
from hallclient.domain.turn import Outcome
from hallclient.phrases import Phrases, languages

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = WorkCalendar.of(
    (
        *(CalendarDay(f"2026-10-{day:02d}", working=False) for day in range(1, 8)),
        CalendarDay("2026-10-10", working=True),
    )
)
HOURS = tuple(
    SessionHours(str(weekday), weekday, time(9), time(17), time(9), time(17))
    for weekday in range(1, 6)
)
CLOCK = Clock(CALENDAR, HOURS, "Q")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI).astimezone(UTC)


def case(number: int, kind: Outcome, accepted: str, finished: str, **more: object) -> Case:
    base = Case(
        number, number, 1, kind, str(number), at(accepted), None, at(finished),
        result=CaseResult.GRANTED,
    )  # fmt: skip
    return replace(base, **more)  # type: ignore[arg-type] # whatever a case has


def on(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


LIMIT = {"legal": 20, "promised": 5}
# Accepted on Tuesday 29 September; the 30th is the first working day, then 8, 9, 10 (a Saturday in
# lieu) and 12 October, on which five days are over.
CASES: tuple[tuple[Case, tuple[Suspension, ...]], ...] = (
    # 1: at once. 0 of 20 days.
    (case(1, Outcome.INSTANT, "09-29 09:30", "09-29 09:30", **LIMIT), ()),
    # 2: early, on the 3rd day (9 October). 3 of 20.
    (case(2, Outcome.PROMISED, "09-29 10:00", "10-09 16:00", due_on=on("10-12"), **LIMIT), ()),
    # 3: on the due day itself: on time, not early. 5 of 20. Denied.
    (
        case(
            3, Outcome.PROMISED, "09-29 10:00", "10-12 23:00", due_on=on("10-12"),
            **{**LIMIT, "result": CaseResult.DENIED},
        ),
        (),
    ),
    # 4: a day late (13 October), decided elsewhere. 6 of 20.
    (
        case(
            4, Outcome.ESCALATED, "09-29 10:00", "10-13 09:00", due_on=on("10-12"),
            decided_in_hall=False, **LIMIT,
        ),
        (),
    ),
    # 5: a hearing from 30 September to 9 October took 8 and 9 October out: due on the 14th,
    # finished on the 13th: early. 30 September, 10, 12, 13 October: 4 of 20.
    (
        case(5, Outcome.JOINT, "09-29 10:00", "10-13 15:00", due_on=on("10-14"), **LIMIT),
        (Suspension(5, at("09-30 10:00"), SuspendReason.HEARING, at("10-09 11:00")),),
    ),
    # 6: four working hours from 15:00, due the next day at 11:00; finished at 10:00 after three.
    # 3/8 of a day, of 24/8 = 3 legal days. Early.
    (
        case(
            6, Outcome.PROMISED, "09-29 15:00", "09-30 10:00", due_on=on("09-30"),
            due_at=at("09-30 11:00"), legal=24, promised=4, in_hours=True,
        ),
        (),
    ),
    # 7: no limit is known: neither on time nor late, no legal days.
    (case(7, Outcome.PROMISED, "09-29 10:00", "10-30 10:00"), ()),
    # In no figure: refused, never accepted, withdrawn, closed, still open.
    (case(8, Outcome.REFUSED, "09-29 11:00", "09-29 11:00", result=CaseResult.CLOSED), ()),
    (case(9, Outcome.SUPPLEMENT, "09-29 11:00", "09-30 11:00", result=CaseResult.CLOSED), ()),
    (
        case(
            10, Outcome.PROMISED, "09-29 11:00", "10-30 11:00", due_on=on("10-12"),
            **{**LIMIT, "result": CaseResult.WITHDRAWN},
        ),
        (),
    ),
    (case(11, Outcome.INSTANT, "09-29 11:00", "09-29 12:00", result=CaseResult.CLOSED), ()),
    (
        case(12, Outcome.PROMISED, "09-29 11:00", "09-29 11:00", finished_at=None, result=None),
        (),
    ),
)  # fmt: skip


def service(code: str, kind: ServiceKind, **limits: int) -> Service:
    return Service(code, LocalText("事"), "D", "Q", kind, **limits)  # type: ignore[arg-type] # only numbers


CATALOGUE = (
    service("a", ServiceKind.PROMISED, legal_days=20, promised_days=5),
    service("b", ServiceKind.PROMISED, legal_days=10),  # no promise: the law's 10
    service("c", ServiceKind.INSTANT, legal_days=15),  # at once: 0
    service("d", ServiceKind.PROMISED, legal_days=3, promised_hours=4),  # half a day of 3
    service("e", ServiceKind.PROMISED, promised_days=7),  # no law: not in it
    service("f", ServiceKind.CONSULT),
)
RATINGS = (RatingCount(30, 28), RatingCount(10, 10))

BY_HAND: dict[str, tuple[Fraction | int, int, Fraction, str]] = {
    # 7 decided: 1 2 3 4 5 6 7.
    "on_the_spot": (1, 7, Fraction(1, 7), "14.3%"),
    "in_hall": (6, 7, Fraction(6, 7), "85.7%"),
    # 5 with a due day: 2 3 4 5 6; only 4 was late, and 2, 5, 6 were early.
    "on_time": (4, 5, Fraction(4, 5), "80.0%"),
    "early": (3, 5, Fraction(3, 5), "60.0%"),
    # (5 + 10 + 0 + 1/2) of (20 + 10 + 15 + 3).
    "promised_faster": (Fraction(31, 2), 48, Fraction(65, 96), "67.7%"),
    # (0 + 3 + 5 + 6 + 4 + 3/8) of (5 × 20 + 3).
    "actually_faster": (Fraction(147, 8), 103, Fraction(677, 824), "82.2%"),
    "satisfied": (38, 40, Fraction(19, 20), "95.0%"),
}


def decided() -> list[Decided]:
    found = [decided_of(one, stood, CLOCK) for one, stood in CASES]
    return [one for one in found if one is not None]


@pytest.mark.parametrize("name", FIGURES)
def test_every_formula_against_its_answer_by_hand(name: str) -> None:
    figures = {one.name: one for one in figures_of(sums_of(decided()), CATALOGUE, RATINGS)}
    found = figures[name]
    part, whole, value, shown = BY_HAND[name]
    assert (found.part, found.whole) == (Fraction(part), Fraction(whole))
    assert (found.value, found.percent()) == (value, shown)


def test_the_fixture_is_what_it_says() -> None:
    took = [one.took for one in decided()]
    assert took == [0, 3, 5, 6, 4, Fraction(3, 8), 19]
    assert tuple(one.name for one in figures_of(CaseSums(), (), ())) == FIGURES
    assert set(BY_HAND) == set(FIGURES)


def test_promised_cases_decided_here_leave_the_hall_at_100_percent() -> None:
    """DOMAIN §3: 现场办结率 can be 100 % with promised cases."""
    here = [one for one in decided() if one.in_hall]
    figures = {one.name: one for one in figures_of(sums_of(here), (), ())}
    assert figures["in_hall"].percent() == "100.0%"
    assert figures["on_the_spot"].value == Fraction(1, 6)


def test_nothing_says_nothing() -> None:
    for one in figures_of(CaseSums(), (), ()):
        assert (one.value, one.percent()) == (None, "–")


def test_too_few_ratings_are_no_figure() -> None:
    for rated, shown in ((LEAST_RATINGS - 1, "–"), (LEAST_RATINGS, "100.0%")):
        figures = figures_of(CaseSums(), (), (RatingCount(rated, rated),))
        assert figures[-1].percent() == shown
        assert bool(figures[-1].whole) is (shown != "–")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(99_999, 100_000), "99.9%"),
        (Fraction(1, 100_000), "0.1%"),
        (Fraction(0), "0.0%"),
        (Fraction(1), "100.0%"),
        (Fraction(-1, 4), "-25.0%"),
        (Fraction(2, 3), "66.7%"),
    ],
)
def test_a_percentage_flatters_nobody(value: Fraction, text: str) -> None:
    assert Figure("early", value, Fraction(1), value).percent() == text


some = st.builds(
    Decided, st.just(1), st.booleans(), st.booleans(), st.booleans(), st.booleans(),
    st.booleans(), st.fractions(0, 30), st.sampled_from([Fraction(0), Fraction(20)]),
)  # fmt: skip


@given(st.lists(some), st.lists(some))
def test_parts_and_wholes_of_two_departments_add_up_to_the_halls(
    one: list[Decided], two: list[Decided]
) -> None:
    both = figures_of(sums_of([*one, *two]), (), ())
    for left, right, whole in zip(
        figures_of(sums_of(one), (), ()), figures_of(sums_of(two), (), ()), both, strict=True
    ):
        assert left.part + right.part == whole.part
        assert left.whole + right.whole == whole.whole
        assert whole.value is None or whole.value <= 1
    assert sums_of(one) + sums_of(two) == sums_of([*one, *two])


def test_sums_are_kept_in_whole_numbers() -> None:
    sums = sums_of(decided())
    assert CaseSums.of_whole(sums.whole()) == sums
    assert all(isinstance(number, int) for number in sums.whole())


@pytest.mark.parametrize("language", [one.code for one in languages()])
def test_every_figure_is_defined_in_words(language: str) -> None:
    say = Phrases(language)
    for name in FIGURES:
        assert say(f"case.figure.{name}") != say(f"case.figure.{name}_is")
        assert len(say(f"case.figure.{name}_is")) > 10
