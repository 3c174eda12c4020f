"""How the oracle hears calls: English as read, the ways to write a Mandarin number or window."""

import pytest

from hallclient.lab.voice import sounds
from tests.oracle.hearing import english
from tools import hear_forms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" Ticket A, four eight one, window 200, and 97, please.", ("481", "297")),
        (" Ticket K, five eight fives, window two hundred, and forty seven", ("585", "247")),
        (" Ticket J, 1-8-7, window 2-11, please.", ("187", "211")),
        (" Ticket JM, 9-1, 8-1, window 18, please.", ("9181", "18")),
        (" Ticket L, zero three four, window nine please.", ("034", "9")),
    ],
)
def test_what_was_written_down(text: str, expected: tuple[str, str]) -> None:
    assert english(text) == expected


def test_every_number_and_window_may_be_heard() -> None:
    numbers, windows = hear_forms.numbers(), hear_forms.windows()
    assert len(set(numbers.meaning.values())) == 11_000
    assert set(windows.meaning.values()) == {str(n) for n in range(1, 301)}
    ways = {text for text, digits in numbers.meaning.items() if digits == "1924"}
    assert ways == {"一九二四", "一九,二四", "一九，二四"}
    assert {text for text, digits in numbers.meaning.items() if digits == "924"} == {"九二四"}


def test_a_text_goes_on_with_what_leads_to_another_only() -> None:
    windows = hear_forms.windows()
    assert windows.after("一百七", ["十", "百", "一", "1"]) == ["十"]
    assert windows.after("三", ["十", "百", "零"]) == ["十", "百"]
    assert windows.after("三百", ["零", "一", "十"]) == []


def test_windows_are_counted_as_they_are_said() -> None:
    counts = [*range(1, 301), 999]
    assert [hear_forms.count_zh(n) for n in counts] == [sounds.count_zh(n) for n in counts]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("请A，零零五号", ["请A,", "请A，"]),
        ("清智,伊林,七五號", ["清智,", "清智,伊林,"]),
        ("清四,零七,七六號", ["清,", "清", "清四,"]),
        ("028號,到五號", ["请,"]),
        ("", ["请,"]),
    ],
)
def test_the_letters_end_before_the_first_digit(text: str, expected: list[str]) -> None:
    assert hear_forms.beginnings(text) == expected
