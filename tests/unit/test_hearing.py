"""How the oracle reads what a recogniser wrote down (tests/oracle/hearing.py)."""

import pytest

from tests.oracle.hearing import understood


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", " Ticket A, four eight one, window 200, and 97, please.", ("481", "297")),
        ("en", " Ticket K, five eight fives, window two hundred, and forty seven", ("585", "247")),
        ("en", " Ticket J, 1-8-7, window 2-11, please.", ("187", "211")),
        ("en", " Ticket JM, 9-1, 8-1, window 18, please.", ("9181", "18")),
        ("en", " Ticket L, zero three four, window nine please.", ("034", "9")),
        ("zh", "親愛,四班一號,到297號窗口班裡業務", ("481", "297")),
        ("zh", "清這樣,就一,白一後,到十八號窗口班裡業務", ("9181", "18")),
        ("zh", "轻爱,328号,到1109号窗口办理业务", ("328", "119")),
        ("zh", "请C，172号,到87号窗口办理业务。", ("172", "87")),
        ("zh", "请A，零零五号，到二号窗口办理业务。", ("005", "2")),
    ],
)
def test_what_was_written_down(language: str, text: str, expected: tuple[str, str]) -> None:
    assert understood([text], language) == expected


def test_other_numbers_are_not_the_same() -> None:
    assert understood(["请A，四七一号，到二百九十七号窗口"], "zh") == ("471", "297")
    assert understood(["请A，四八一号，到二百九十六号窗口"], "zh") == ("481", "296")
