"""Changes as they are written on a command line."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallclient.domain.rules import PriorityClass
from hallclient.domain.text import LocalText
from hallclient.services.whatif.changes import (
    DAY_S,
    Arrivals,
    Change,
    ChangeError,
    CloseWindow,
    MoveWindow,
    OpenWindow,
    SetCeiling,
    SetCredit,
    SetHours,
)
from hallclient.services.whatif.reading import KINDS, read_change
from hallclient.services.whatif.record import DayRecord, QueueRecord, Span, WindowRecord

NINE, FIVE = 9 * 3600.0, 17 * 3600.0
NAMES = {
    "H": LocalText("社保登记", en="Insurance"),
    "J": LocalText("社保待遇"),
    "K": LocalText("医保"),
}
DAY = DayRecord(
    datetime(2026, 3, 9, 16, tzinfo=UTC),
    (),
    (WindowRecord("12", (Span(NINE, FIVE, (("H",),), FIVE),)),),
    tuple(QueueRecord(code, NINE, FIVE, NINE, FIVE, name=name) for code, name in NAMES.items()),
)


@pytest.mark.parametrize(
    ("kind", "text", "change"),
    [
        ("open", "H", OpenWindow((("H",),))),
        ("open", "医保@9:30-11:00", OpenWindow((("K",),), 9.5 * 3600, 11 * 3600.0)),
        ("open", "Insurance,K/J", OpenWindow((("H", "K"), ("J",)))),
        ("close", "12", CloseWindow("12", 0.0, DAY_S)),
        ("close", "12@10:00-24:00", CloseWindow("12", 36000.0, DAY_S)),
        ("move", "12=J/H", MoveWindow("12", (("J",), ("H",)))),
        ("ceiling", "20", SetCeiling(20)),
        ("ceiling", "H=15", SetCeiling(15, "H")),
        ("credit", "elderly=5", SetCredit(PriorityClass.ELDERLY, 5)),
        ("hours", "8:30-18:00", SetHours(8.5 * 3600, 18 * 3600.0)),
        ("hours", "医保=9:00-12:00", SetHours(NINE, 12 * 3600.0, "K")),
        ("arrivals", "1.2", Arrivals(1.2)),
        ("arrivals", "H=0.5", Arrivals(0.5, "H")),
    ],
)
def test_what_is_written_is_what_is_changed(kind: str, text: str, change: Change) -> None:
    assert read_change(kind, text, DAY) == (change,)


def test_several_windows_are_opened_at_once() -> None:
    assert read_change("open", "H*3@9:00-10:00", DAY) == (OpenWindow((("H",),), NINE, 36000.0),) * 3


@pytest.mark.parametrize(
    ("kind", "text", "says"),
    [
        ("open", "X", "no queue X"),
        ("open", "社保", "is it H 社保登记, J 社保待遇"),
        ("open", "H*0", "at least one"),
        ("open", "H*1000", "more than 50"),
        ("open", "H@9-10", "written 9:00-11:30"),
        ("open", "H@11:00-9:00", "no span of one day"),
        ("close", "99", "no window 99"),
        ("move", "12", "WINDOW=QUEUES"),
        ("credit", "normal=3", "elderly"),
        ("credit", "elderly=x", "x is not a whole number from 0 on"),
        ("arrivals", "-1", "-1 is not a number from 0 on"),
        ("open", "H,K/社保登记", "H stands there twice"),
        ("arrivals", "many", "not a number from 0 on"),
        ("ceiling", "", "nothing is not a whole number"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(kind: str, text: str, says: str) -> None:
    with pytest.raises(ChangeError, match=says) as caught:
        read_change(kind, text, DAY)
    assert str(caught.value).endswith(".")


@given(st.sampled_from(sorted(KINDS)), st.text(max_size=30))
def test_any_text_is_a_change_or_a_calm_message(kind: str, text: str) -> None:
    try:
        changes = read_change(kind, text, DAY)
    except ChangeError:
        return
    assert changes
