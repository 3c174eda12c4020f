"""A visitor of a card: a key of the day, a mask, old enough or not."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallclient.services.persons import PersonKeys
from hallclient.services.sealing import HallKey
from hallclient.services.visitors import age_on, visitor_of
from tests.halls import small_hall

NUMBER = "999999199003070012"
NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
KEYS = PersonKeys(HallKey(b"k" * 32))


@pytest.mark.parametrize(
    ("day", "born", "age"),
    [
        (date(2026, 11, 22), date(1966, 11, 22), 60),
        (date(2026, 11, 21), date(1966, 11, 22), 59),
        (date(2025, 2, 28), date(1964, 2, 29), 60),
        (date(2025, 3, 1), date(1965, 2, 28), 60),
        (date(2024, 2, 28), date(1964, 2, 29), 59),
    ],
)
def test_ages(day: date, born: date, age: int) -> None:
    assert age_on(day, born) == age


@given(st.dates(date(1900, 1, 1), date(2026, 11, 22)), st.integers(0, 4000))
def test_age_never_falls(born: date, days: int) -> None:
    day = date(2026, 11, 22)
    assert age_on(day, born) <= age_on(day + timedelta(days=days), born)
    assert age_on(born, born) == 0


def test_a_visitor_is_known_for_a_day_and_nothing_of_the_card_is_in_it() -> None:
    plan = small_hall()
    born = date(1990, 3, 7)
    first = visitor_of(plan, NOW, KEYS, number=NUMBER, born=born, mask="测**")
    again = visitor_of(plan, NOW + timedelta(hours=8), KEYS, number=NUMBER, born=born, mask="测**")
    other = visitor_of(plan, NOW + timedelta(days=1), KEYS, number=NUMBER, born=born, mask="测**")
    assert first.person == again.person != other.person
    assert not first.elderly
    assert NUMBER not in repr(first) + first.person
    assert first.tail == "0012"
    assert first.case_key == other.case_key != first.person  # cases outlive a day
    assert first.tail not in repr(first)
    assert first.case_key not in repr(first)
    assert "测" not in repr(first)


def test_the_elderly_and_a_hall_without_a_key() -> None:
    plan = small_hall()
    born = date(2026 - plan.rules.elderly_age, 11, 22)
    old = visitor_of(plan, NOW, None, number=NUMBER, born=born, mask="测**")
    young = visitor_of(plan, NOW, None, number=NUMBER, born=born + timedelta(days=1), mask="测**")
    assert (old.elderly, young.elderly, old.person) == (True, False, "")


def test_a_hall_without_a_lane_for_the_elderly_gives_nobody_one() -> None:
    plan = small_hall()
    never = replace(plan, rules=replace(plan.rules, elderly_age=0))
    old = visitor_of(
        never,
        datetime(2026, 9, 29, tzinfo=UTC),
        None,
        number="x",
        born=date(1926, 1, 1),
        mask="样*",
    )
    assert not old.elderly
