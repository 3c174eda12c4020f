"""Text messages in PDU mode, against the vector and a decoder that others wrote."""

import warnings
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallclient.devices.pdu import MAX_PARTS, PART, SINGLE, Pdu, encode_message, split

with warnings.catch_warnings():  # the decoder's own spelling of regular expressions
    warnings.simplefilter("ignore")
    from gsmmodem.pdu import decodeSmsPdu

NUMBER = "+8613902433649"
NUMBERS = st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=150)


def decoded(pdu: Pdu) -> dict[str, Any]:
    found: dict[str, Any] = decodeSmsPdu(pdu.hex)
    return found


def test_the_vector_of_devices_md() -> None:
    (pdu,) = encode_message(NUMBER, "工作愉快！")
    assert pdu.length == 25
    assert pdu.hex == "0011000D91683109423346F90008AA0A5DE54F5C61095FEBFF01"
    assert "F90008" not in repr(pdu)


@given(NUMBERS, TEXTS, st.integers(0, 255))
def test_what_goes_in_comes_out_of_another_decoder(number: str, text: str, reference: int) -> None:
    pdus = encode_message(number, text, reference=reference)
    found = [decoded(pdu) for pdu in pdus]
    assert {each["number"] for each in found} == {number}
    assert [each["tpdu_length"] for each in found] == [pdu.length for pdu in pdus]
    whole = "".join(each["text"] for each in found)
    assert whole.encode("utf-16-be", "surrogatepass").decode("utf-16-be") == text
    if len(pdus) > 1:
        headers = [each["udh"][0] for each in found]
        assert [header.number for header in headers] == list(range(1, len(pdus) + 1))
        assert {(header.reference, header.parts) for header in headers} == {(reference, len(pdus))}


@given(TEXTS)
def test_no_part_is_too_long_nor_cuts_a_character(text: str) -> None:
    parts = list(split(text))
    assert b"".join(parts).decode("utf-16-be") == text
    assert all(part.decode("utf-16-be") for part in parts)
    assert len(parts) == 1 or all(len(part) <= 2 * PART for part in parts)
    assert len(parts[0]) <= 2 * SINGLE


@pytest.mark.parametrize(("length", "parts"), [(70, 1), (71, 2), (134, 2), (135, 3)])
def test_seventy_alone_sixty_seven_a_part(length: int, parts: int) -> None:
    assert len(encode_message(NUMBER, "号" * length)) == parts


@pytest.mark.parametrize(
    ("minutes", "kept"),
    [
        (1, timedelta(minutes=5)),
        (30, timedelta(minutes=30)),
        (12 * 60, timedelta(hours=12)),
        (12 * 60 + 1, timedelta(hours=12, minutes=30)),
        (24 * 60, timedelta(days=1)),
        (24 * 60 + 1, timedelta(days=2)),
        (30 * 24 * 60, timedelta(days=30)),
        (40 * 24 * 60, timedelta(weeks=6)),
    ],
)
def test_the_network_gives_up_in_time(minutes: int, kept: timedelta) -> None:
    (pdu,) = encode_message(NUMBER, "请", validity_minutes=minutes)
    assert decoded(pdu)["validity"] == kept


@pytest.mark.parametrize(
    "number", ["13902433649", "+", "+12345", "+1234567890123456", "+86１３９02433649", "+86 139"]
)
def test_what_is_no_number_is_refused(number: str) -> None:
    with pytest.raises(ValueError, match="number") as caught:
        encode_message(number, "请")
    assert number not in str(caught.value) or number == "+"


@pytest.mark.parametrize("text", ["", "号" * (PART * MAX_PARTS + 1)])
def test_no_text_and_too_much_text_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="parts"):
        encode_message(NUMBER, text)
