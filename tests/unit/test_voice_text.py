"""What is read out, cut into clips: phrases, names, numbers, letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallclient.ui.voice_text import EN, ZH, Cutter, counted, tokens

DIGITS = "零一二三四五六七八九"
NUMBERS_ZH = (
    *(str(n) for n in range(101)),
    *(f"{one}{unit}" for one in DIGITS[1:] for unit in "百千"),
    *(f"{one}{two}" for one in DIGITS for two in DIGITS),
    "一十",
    *(f"一十{one}" for one in DIGITS[1:]),
)
NUMBERS_EN = (*(str(n) for n in range(101)), "hundred", "thousand", "oh", "AM", "PM", "to")
KEYS_ZH = (
    *NUMBERS_ZH, "到", "点", "分", "B", "A", "F", "前面", "人", "分钟", "预计", "号窗口", "前面6人",
    "请选择要办的事项", "不动产登记", "登记", "按", "按1", "您办哪方面的事？",
)  # fmt: skip
KEYS_EN = (*NUMBERS_EN, "B", "I", "D", "press", "press 1", "Window", "Real estate", "ahead of you",
           "What is it about", "minutes", "About", "Open until")  # fmt: skip


def zh(text: str) -> list[str] | None:
    said = Cutter(KEYS_ZH, {"請選擇要辦的事項": "请选择要办的事项"}, ZH).cut(text)
    return None if said is None else [one.key for one in said]


def en(text: str) -> list[str] | None:
    said = Cutter(KEYS_EN, {}, EN).cut(text)
    return None if said is None else [one.key for one in said]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("请选择要办的事项", ["请选择要办的事项"]),
        ("請選擇要辦的事項", ["请选择要办的事项"]),
        ("前面 6 人", ["前面6人"]),
        ("前面 106 人", ["前面", "一百", "零六", "人"]),
        ("前面 7 人，按 1", ["前面", "7", "人", "按1"]),
        ("B107", ["B", "一零", "7"]),
        ("B1070", ["B", "一零", "七零"]),
        ("预计 10–15 分钟", ["预计", "10", "到", "15", "分钟"]),
        ("15:30", ["15", "点", "30", "分"]),
        ("9:05", ["9", "点", "零五", "分"]),
        ("8:30–12:00", ["8", "点", "30", "分", "到", "12", "点"]),
        ("您办哪方面\n的事？", ["您办哪方面的事？"]),
        ("不动产登记", ["不动产登记"]),
        ("不动产 登记", ["不动产登记"]),
        ("007", ["零零", "7"]),
        ("028-0000", ["零二", "8", "零零", "零零"]),
        ("3 号窗口", ["3", "号窗口"]),
        ("", []),
        ("。，", []),
    ],
)
def test_chinese(text: str, said: list[str]) -> None:
    assert zh(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Real estate, press 1", ["Real estate", "press 1"]),
        ("REAL ESTATE", ["Real estate"]),
        ("What is it\nabout?", ["What is it about"]),
        ("B107", ["B", "1", "oh", "7"]),
        ("Window 128", ["Window", "1", "hundred", "28"]),
        ("About 10–15 minutes", ["About", "10", "to", "15", "minutes"]),
        ("Open until 17:30", ["Open until", "5", "30", "PM"]),
        ("9:05", ["9", "oh", "5", "AM"]),
        ("0:00", ["12", "AM"]),
        ("12:00", ["12", "PM"]),
        ("ID", ["I", "D"]),
        ("2040", ["2", "thousand", "40"]),
    ],
)
def test_english(text: str, said: list[str]) -> None:
    assert en(text) == said


@pytest.mark.parametrize(
    "text", ["前面 6 位", "前面 6 人 ₿", "X107", "请选择", "登记处", "按" * 301]
)
def test_nothing_is_read_in_part(text: str) -> None:
    assert zh(text) is None


@pytest.mark.parametrize("text", ["estate", "Real", "press one", "BDX", "press 1 %"])
def test_nothing_is_read_in_part_in_english(text: str) -> None:
    assert en(text) is None


def test_a_longer_phrase_that_leads_nowhere_gives_way() -> None:
    cutter = Cutter(("不动产", "不动产登", "登记"), {}, ZH)
    assert [said.key for said in cutter.cut("不动产登记") or ()] == ["不动产", "登记"]


def test_punctuation_makes_a_pause() -> None:
    said = Cutter(KEYS_ZH, {}, ZH).cut("不动产登记，前面 6 人")
    assert [one.pause for one in said or ()] == [False, True]


@given(st.integers(0, 9999), st.sampled_from([(ZH, NUMBERS_ZH), (EN, NUMBERS_EN)]))
def test_every_count_can_be_said(count: int, bank: tuple[str, tuple[str, ...]]) -> None:
    assert set(counted(count, bank[0])) <= set(bank[1])


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (100, "100"), (101, "一百 零一"), (110, "一百 一十"), (112, "一百 一十二"),
        (120, "一百 20"), (1000, "一千"), (1005, "一千 零五"), (1012, "一千 0 一十二"),
        (2345, "二千 三百 45"),
    ],
)  # fmt: skip
def test_chinese_counts(count: int, said: str) -> None:
    assert " ".join(counted(count, ZH)) == said


@given(st.text(max_size=200))
def test_any_text_is_cut_or_left(text: str) -> None:
    for cutter, language in ((Cutter(KEYS_ZH, {}, ZH), ZH), (Cutter(KEYS_EN, {}, EN), EN)):
        said = cutter.cut(text)
        assert (said == ()) == (not tokens(text, language))
        cutter.known_part(text)


@given(st.lists(st.sampled_from(KEYS_ZH), min_size=1, max_size=12))
def test_what_is_made_of_clips_is_read_whole(keys: list[str]) -> None:
    assert zh("，".join(keys)) is not None


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("您好，王小明", "…"),
        ("前面 6 人，王小明按 3", "…按…"),
        ("办件 5101001234567", "…"),
        ("不动产登记处", "不动产登记…"),
    ],
)
def test_a_log_has_no_names_and_no_figures(text: str, known: str) -> None:
    assert Cutter(KEYS_ZH, {}, ZH).known_part(text) == known
