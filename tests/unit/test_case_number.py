"""Numbers of cases: by a rule, or a department's own."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallclient.domain.case_number import (
    LONGEST,
    USUAL,
    made_number,
    own_number,
    rule_problem,
    usual_number,
)
from hallclient.domain.errors import Refused

DAY = date(2026, 9, 29)


def test_made_numbers() -> None:
    assert usual_number(DAY, 7) == "2026092900007"
    assert made_number("BDC-{date}-{n:04}", DAY, 418) == "BDC-20260929-0418"
    assert made_number("{n}/{date}", DAY, 123_456) == "123456/20260929"
    assert made_number("{n:5}.{date}", DAY, 9) == "00009.20260929"


@pytest.mark.parametrize(
    ("rule", "word"),
    [
        ("{n:05}", "once each"),
        ("{date}", "once each"),
        ("{date}{n}{n}", "once each"),
        ("{date}{dept}{n}", "{dept}"),
        ("{date}{n:10}", "{n:10}"),
        ("{date} {n}", "signs"),
        ("{date}{n}{", "signs"),
        ("x" * 30 + "{date}{n:05}", "longer"),
    ],
)
def test_wrong_rules(rule: str, word: str) -> None:
    assert word in rule_problem(rule)


literals = st.text("ABCxyz0189-._/()", max_size=8)
counts = st.integers(1, 99_999)
places = st.sampled_from(["{n}", "{n:5}", "{n:03}", "{n:07}"])


@given(literals, literals, literals, places, st.booleans(), st.data())
def test_no_rule_gives_two_cases_one_number(
    head: str, middle: str, tail: str, place: str, date_first: bool, data: st.DataObject
) -> None:
    parts = ("{date}", place) if date_first else (place, "{date}")
    rule = f"{head}{parts[0]}{middle}{parts[1]}{tail}"
    assert rule_problem(rule) == ""
    days = st.dates(date(2026, 1, 1), date(2030, 12, 31))
    one = data.draw(st.tuples(days, counts))
    two = data.draw(st.tuples(days, counts))
    assert (made_number(rule, *one) == made_number(rule, *two)) == (one == two)
    assert len(made_number(rule, *one)) <= LONGEST
    assert own_number(made_number(rule, *one)) == made_number(rule, *one)


def test_the_usual_rule_is_a_rule() -> None:
    assert rule_problem(USUAL) == ""


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("成新房登〔2026〕0123号", "成新房登〔2026〕0123号"),
        (" bdc-2026 0007 ", "BDC-20260007"),
        ("ＢＤＣ（2026）１", "BDC(2026)1"),
    ],
)
def test_own_numbers(typed: str, number: str) -> None:
    assert own_number(typed) == number


@pytest.mark.parametrize(
    "typed", ["", "  ", "无", "A;DROP 1", "a\u00001", "1" * 41, "no-digit", "b107", "AB12345"]
)
def test_what_is_no_number(typed: str) -> None:
    with pytest.raises(Refused) as caught:
        own_number(typed)
    assert caught.value.key == "bad_case_number"


@pytest.mark.parametrize(
    "typed",
    ["11010519491231002X", "11010519491231002x", "13800138000",
     "NO.13800138000", "ID11010519491231002X", "110105-19491231-002X", "138-0013-8000"],
)  # fmt: skip
def test_what_is_somebodys_number_is_no_case_number_and_in_no_message(typed: str) -> None:
    with pytest.raises(Refused) as caught:
        own_number(typed)
    assert caught.value.key == "personal_number"
    assert typed not in str(caught.value)
