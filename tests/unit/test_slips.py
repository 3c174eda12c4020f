"""Slips of blocks, and slips on their way through the database."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallclient.services.slip import (
    MAX_QR_PAYLOAD,
    Align,
    CheckList,
    Pair,
    PaperSlip,
    QrCode,
    Rule,
    Slip,
    Space,
    Text,
    TextSize,
    TicketSlip,
)
from hallclient.services.slip_json import MAX_BLOCKS, SlipError, slip_as_json, slip_from_json
from tests.devices.stubs import SLIP

texts = st.text(max_size=40)
blocks = st.one_of(
    st.builds(Text, texts, st.sampled_from(TextSize), st.sampled_from(Align), st.booleans()),
    st.builds(Pair, texts, texts),
    st.just(Rule()),
    st.builds(CheckList, st.lists(texts, max_size=5).map(tuple)),
    st.builds(QrCode, st.text("0123ABC/:", min_size=1, max_size=MAX_QR_PAYLOAD)),
    st.builds(Space, st.integers(1, 10)),
)
papers = st.builds(PaperSlip, texts, st.lists(blocks, max_size=8).map(tuple), st.none() | texts)
tickets = st.builds(
    lambda materials, mark, ahead: replace(
        SLIP, materials=tuple(materials), reprint_mark=mark, people_ahead=ahead
    ),
    st.lists(texts, max_size=4),
    st.none() | texts,
    st.integers(0, 999),
)
junk = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["ticket", "paper", "blocks", "title", "text"]), inner)
    ),
    max_leaves=12,
)
PAPER = PaperSlip("回执", (Text("一", TextSize.DOUBLE, Align.CENTRE), Rule(), Space(2)))


@given(papers | tickets)
def test_a_slip_comes_back_from_json(slip: Slip) -> None:
    assert slip_from_json(json.loads(json.dumps(slip_as_json(slip)))) == slip


@given(junk)
def test_junk_is_refused_and_nothing_else_happens(data: Any) -> None:
    try:
        slip = slip_from_json(data)
    except SlipError:
        return
    assert isinstance(slip, PaperSlip | TicketSlip)


@pytest.mark.parametrize(
    "changes",
    [
        {"title": 7},
        {"title": "x" * 1001},
        {"title": None},
        {"blocks": {}},
        {"blocks": [{"rule": {}}] * (MAX_BLOCKS + 1)},
        {"blocks": [{"rule": {}, "space": {}}]},
        {"blocks": [{"rule": {"wide": 3}}]},
        {"blocks": [{"formula": {}}]},
        {"blocks": [{"space": {"lines": 11}}]},
        {"blocks": [{"space": {"lines": True}}]},
        {"blocks": [{"qr": {"payload": "号"}}]},
        {"blocks": [{"qr": {}}]},
        {"blocks": [{"text": {"text": "a", "size": "huge"}}]},
        {"blocks": [{"text": {"text": "a", "bold": 1}}]},
        {"blocks": [{"checks": {"items": "abc"}}]},
        {"blocks": [{"checks": {"items": [1]}}]},
        {"colour": "red"},
    ],
)
def test_what_no_slip_can_be(changes: dict[str, Any]) -> None:
    data: Any = slip_as_json(PAPER)
    assert slip_from_json(data) == PAPER
    data["paper"] |= changes
    with pytest.raises(SlipError):
        slip_from_json(data)


def test_a_ticket_needs_its_token() -> None:
    data: Any = slip_as_json(SLIP)
    data["ticket"]["token"] = "SECRET-IN-HERE"  # noqa: S105 - no password
    with pytest.raises(SlipError) as caught:
        slip_from_json(data)
    assert "SECRET" not in str(caught.value)
    del data["ticket"]["token"]
    with pytest.raises(SlipError, match="lacks a field"):
        slip_from_json(data)


@pytest.mark.parametrize("payload", ["", "two words", "号", "x" * (MAX_QR_PAYLOAD + 1), "a\nb"])
def test_what_no_qr_code_can_hold(payload: str) -> None:
    with pytest.raises(ValueError, match="QR"):
        QrCode(payload)
