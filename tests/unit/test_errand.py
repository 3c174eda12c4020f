"""An errand moves by one table only; what it says of itself fits its state."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallclient.domain import errand as rules
from hallclient.domain.errand import (
    ALLOWED,
    OPEN,
    OVER,
    Due,
    Errand,
    ErrandMove,
    ErrandState,
    due_mark,
    errand_number,
    masked_name,
    plain_phone,
    plain_text,
)
from hallclient.domain.errors import NotAllowed, Refused

T = datetime(2026, 11, 20, 1, tzinfo=UTC)
NEW = Errand(1, "D261120-001", 1, 1, ErrandState.RECEIVED, T)


def moved(errand: Errand, move: ErrandMove, at: datetime) -> Errand:
    """The errand after a move, by the function of that move."""
    if move is ErrandMove.CARRY:
        return rules.carried(errand, "镇便民服务中心", at)
    if move is ErrandMove.RETURN:
        return rules.returned(errand, "已办好", at)
    if move is ErrandMove.SIGN:
        return rules.signed(errand, at)
    return rules.cancelled(errand, "不办了", at)


@given(st.lists(st.sampled_from(ErrandMove), max_size=12))
def test_any_moves_follow_the_table_and_leave_fitting_facts(moves: list[ErrandMove]) -> None:
    one, at = NEW, T
    for move in moves:
        at += timedelta(minutes=1)
        target = ALLOWED.get((one.state, move))
        if target is None:
            with pytest.raises(NotAllowed) as caught:
                moved(one, move, at)
            assert caught.value.key == "errand_moved"
            continue
        one = moved(one, move, at)
        assert one.state is target
    state = one.state
    stayed = (ErrandState.RECEIVED, ErrandState.CANCELLED)
    assert (one.carried_at is not None) == (state not in stayed)
    assert (one.returned_at is not None) == (state in (ErrandState.RETURNED, ErrandState.SIGNED))
    assert (one.signed_at is not None) == (state in OVER)
    assert bool(one.result) == (state in (ErrandState.RETURNED, *OVER))
    times = [t for t in (one.received_at, one.carried_at, one.returned_at, one.signed_at) if t]
    assert times == sorted(times)


def test_every_open_errand_can_end_and_no_ended_one_moves() -> None:
    reached = {ErrandState.RECEIVED}
    for _ in ErrandState:
        reached |= {to for (start, _), to in ALLOWED.items() if start in reached}
    assert reached == set(ErrandState)
    assert {start for start, _ in ALLOWED} == set(OPEN)


def test_a_second_trip_forgets_what_the_first_brought() -> None:
    back = rules.returned(rules.carried(NEW, "镇", T), "要补材料", T)
    again = rules.carried(back, "县", T + timedelta(days=1))
    assert (again.carried_to, again.result, again.returned_at) == ("县", "", None)


@pytest.mark.parametrize(
    ("days", "state", "mark"),
    [
        (-1, ErrandState.RECEIVED, Due.LATE),
        (0, ErrandState.CARRIED, Due.TODAY),
        (1, ErrandState.CARRIED, Due.SOON),
        (2, ErrandState.RECEIVED, Due.FINE),
        (-9, ErrandState.RETURNED, Due.NONE),
        (-9, ErrandState.SIGNED, Due.NONE),
    ],
)
def test_how_an_errand_stands_to_its_day(days: int, state: ErrandState, mark: Due) -> None:
    today = date(2026, 11, 20)
    one = replace(NEW, state=state, due_on=today + timedelta(days=days))
    assert due_mark(one, today) is mark
    assert due_mark(replace(one, due_on=None), today) is Due.NONE


@pytest.mark.parametrize(
    ("name", "mask"),
    [
        ("王小芳", "王*芳"), ("王芳", "王*"), ("王", "王*"), ("欧阳小娜", "欧**娜"), ("", ""),
        ("John Smith", "J*** S****"), ("Anna", "A***"), ("阿卜杜拉·买买提", "阿***提"),
    ],
)  # fmt: skip
def test_masks(name: str, mask: str) -> None:
    assert masked_name(name) == mask


@given(st.text(min_size=1, max_size=60))
def test_a_mask_never_tells_a_whole_name(name: str) -> None:
    try:
        plain = plain_text(name, 60, "bad_name")
    except Refused:
        return
    mask = masked_name(plain)
    assert "*" in mask or all(len(word) == 1 for word in plain.split())
    if len(plain.split()) == 1 and len(plain) > 1:
        assert mask != plain


@given(st.text(max_size=40))
def test_a_telephone_is_plain_or_refused_without_being_told(text: str) -> None:
    told = ""
    try:
        phone = plain_phone(text)
    except Refused as refused:
        phone, told = "", str(refused)
    assert told in ("", "this is not a telephone number")
    assert set(phone) <= set("0123456789+-()")


def test_telephones_of_all_kinds() -> None:
    assert plain_phone(" 028-1234 5678 ") == "028-12345678"
    assert plain_phone("１３９０００００００１") == "13900000001"
    assert plain_phone("") == ""
    for wrong in ("12", "call me", "1" * 30, "139\x00000001"):
        with pytest.raises(Refused):
            plain_phone(wrong)


@pytest.mark.parametrize("wrong", ["", "   ", "字" * 61, "a\u202eb", "a\x00b", "\u200b"])
def test_no_text(wrong: str) -> None:
    with pytest.raises(Refused):
        plain_text(wrong, 60, "bad_name")


def test_numbers() -> None:
    assert errand_number(date(2026, 11, 20), 3) == "D261120-003"
    assert errand_number(date(2026, 11, 20), 1234) == "D261120-1234"
