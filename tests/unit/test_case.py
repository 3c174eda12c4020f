"""By which day a case must be done, and when nothing is left to do."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallclient.domain.calendar import WorkCalendar
from hallclient.domain.case import CASE_OUTCOMES, case_number, due_on, is_done
from hallclient.domain.parts import CalendarDay, Service, ServiceKind
from hallclient.domain.text import LocalText
from hallclient.domain.turn import Outcome

CALENDAR = WorkCalendar.of(
    (
        *(CalendarDay(f"2026-10-{day:02d}", working=False) for day in range(1, 8)),
        CalendarDay("2026-10-10", working=True),
    )
)
BEFORE = date(2026, 9, 29)


def service(promised: int = 0, legal: int = 0) -> Service:
    kind = ServiceKind.PROMISED
    return Service("S", LocalText("事"), "D", "Q", kind, promised_days=promised, legal_days=legal)


@pytest.mark.parametrize(
    ("outcome", "promised", "legal", "due"),
    [
        (Outcome.PROMISED, 5, 20, "2026-10-12"),
        (Outcome.PROMISED, 1, 20, "2026-09-30"),
        (Outcome.PROMISED, 2, 20, "2026-10-08"),
        (Outcome.PROMISED, 4, 20, "2026-10-10"),
        (Outcome.PROMISED, 0, 5, "2026-10-12"),
        (Outcome.PROMISED, 0, 0, None),
        (Outcome.SUPPLEMENT, 1, 20, "2026-10-12"),
        (Outcome.INSTANT, 5, 20, None),
        (Outcome.REFUSED, 5, 20, None),
    ],
)
def test_due_days(outcome: Outcome, promised: int, legal: int, due: str | None) -> None:
    expected = None if due is None else date.fromisoformat(due)
    assert due_on(outcome, service(promised, legal), BEFORE, CALENDAR) == expected


@given(
    st.sampled_from(sorted(CASE_OUTCOMES)),
    st.integers(0, 30),
    st.integers(0, 60),
    st.dates(date(2026, 9, 20), date(2026, 12, 31)),
)
def test_nothing_falls_due_on_a_day_off(
    outcome: Outcome, promised: int, legal: int, accepted: date
) -> None:
    due = due_on(outcome, service(promised, legal), accepted, CALENDAR)
    assert due is None or (due > accepted and CALENDAR.is_working(due))


@pytest.mark.parametrize("outcome", sorted(CASE_OUTCOMES))
def test_only_what_was_decided_at_the_window_is_done(outcome: Outcome) -> None:
    assert is_done(outcome) is (outcome in {Outcome.INSTANT, Outcome.REFUSED})


def test_numbers_of_cases() -> None:
    assert case_number(BEFORE, 7) == "2026092900007"
    numbers = {case_number(BEFORE, count) for count in range(1, 120_000)}
    assert len(numbers) == 119_999
