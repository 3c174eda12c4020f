"""Identity cards: every field, every check, nothing personal in words."""

from datetime import date
from functools import reduce
from operator import xor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallclient.devices.id_card import (
    CardError,
    CardKind,
    IdCard,
    card_text,
    is_id_number,
    read_card,
)
from hallclient.devices.profile import load_profile

CITIZEN = IdCard(
    kind=CardKind.CITIZEN,
    name="张三",
    number="11010519491231002X",
    born=date(1949, 12, 31),
    sex=2,
    nation="01",
    address="北京市朝阳区某某街道某某路 1 号",
    issuer="北京市公安局朝阳分局",
    valid_from=date(2010, 1, 2),
    valid_to=None,
)


def changed(**changes: Any) -> IdCard:
    values = {name: getattr(CITIZEN, name) for name in IdCard.__slots__}
    return IdCard(**{**values, **changes})


PERMIT = changed(kind=CardKind.PERMIT, nation="", valid_to=date(2025, 1, 1))
FOREIGN = changed(
    kind=CardKind.FOREIGN,
    name="",
    latin_name="DOE, JANE",
    number="DEU110105123456",
    nation="DEU",
    address="",
    issuer="1500",
    valid_to=date(2030, 1, 2),
)


@pytest.mark.parametrize("card", [CITIZEN, PERMIT, FOREIGN], ids=lambda card: card.kind.value)
def test_every_kind_of_card_comes_back_as_it_was(card: IdCard) -> None:
    assert read_card(card_text(card)) == card


def test_fields_lie_where_the_document_says() -> None:
    data = card_text(CITIZEN).encode("utf-16-le")
    assert len(data) == 256
    places = {"name": (0, 30), "born": (36, 16), "number": (122, 36), "to": (204, 16)}
    found = {
        name: data[at : at + size].decode("utf-16-le").rstrip()
        for name, (at, size) in places.items()
    }
    assert found == {
        "name": "张三",
        "born": "19491231",
        "number": "11010519491231002X",
        "to": "长期",
    }
    marks = {card.kind: card_text(card).encode("utf-16-le")[248:250] for card in (PERMIT, FOREIGN)}
    assert marks == {CardKind.PERMIT: b"J\0", CardKind.FOREIGN: b"I\0"}


def test_a_card_through_the_reader() -> None:
    sam = load_profile("sam-card-reader")
    octets = sam.say("read", text=card_text(CITIZEN))
    assert len(octets) == 5 + 2 + 0x0508
    assert reduce(xor, octets[5:]) == 0
    (frame,) = sam.decoder().feed(octets)
    event = sam.event(frame)
    assert event is not None
    assert read_card(event.text) == CITIZEN


def test_nothing_personal_is_printed() -> None:
    assert repr(CITIZEN) == "IdCard(kind=<CardKind.CITIZEN: 'citizen'>)"
    assert CITIZEN.masked_number == "1****************X"
    assert CITIZEN.masked_name == "张*"
    assert FOREIGN.masked_name == "D********"


@pytest.mark.parametrize(
    ("number", "right"),
    [
        ("11010519491231002X", True),
        ("440524188001010014", True),
        ("110105194912310021", False),
        ("11010519491231002x", False),
        ("1101051949123100２X", False),
        ("1101051949123100", False),
        ("", False),
    ],
)
def test_the_check_digit(number: str, right: bool) -> None:
    assert is_id_number(number) is right


@given(at=st.integers(0, 16), digit=st.sampled_from("0123456789"))
def test_one_wrong_digit_never_passes(at: int, digit: str) -> None:
    number = CITIZEN.number[:at] + digit + CITIZEN.number[at + 1 :]
    assert is_id_number(number) is (number == CITIZEN.number)


@pytest.mark.parametrize(
    ("card", "complaint"),
    [
        (changed(number="110105194912310021"), "check digit is wrong"),
        (changed(born=date(1949, 12, 30)), "number and day of birth contradict"),
        (changed(name=""), "has no name"),
        (changed(valid_to=date(2009, 1, 1)), "dates contradict"),
        (changed(sex=7), "the sex on the card"),
        (changed(kind=CardKind.FOREIGN, issuer="", number="D1U110105123456"), "is damaged"),
    ],
)
def test_a_card_that_contradicts_itself_is_refused(card: IdCard, complaint: str) -> None:
    with pytest.raises(CardError, match=complaint) as refused:
        read_card(card_text(card))
    assert not any(part in str(refused.value) for part in ("张", "1949", "北京"))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "wrong length"),
        (card_text(CITIZEN)[:-1], "wrong length"),
        (card_text(CITIZEN)[:18] + "19491331" + card_text(CITIZEN)[26:], "a date"),
        (card_text(CITIZEN)[:18] + "１９４９1231" + card_text(CITIZEN)[26:], "a date"),
        (card_text(CITIZEN)[:124] + "Q" + card_text(CITIZEN)[125:], "not known"),
        ("\ud800" + card_text(CITIZEN)[1:], "damaged"),
    ],
)
def test_text_that_is_no_card_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(CardError, match=complaint):
        read_card(text)


def test_a_name_beyond_the_field_is_no_card() -> None:
    with pytest.raises(CardError, match="too long"):
        card_text(changed(name="名" * 16))


def test_rare_characters_of_four_bytes_stay_whole() -> None:
    card = changed(name="𠮷𡈽")
    assert read_card(card_text(card)) == card


@pytest.mark.parametrize(
    ("day", "valid"),
    [
        (date(2010, 1, 1), False),
        (date(2010, 1, 2), True),
        (date(2025, 1, 1), True),
        (date(2025, 1, 2), False),
    ],
)
def test_validity(day: date, valid: bool) -> None:
    assert PERMIT.valid_on(day) is valid
    assert CITIZEN.valid_on(date(2100, 1, 1))


@given(st.text(min_size=128, max_size=128))
def test_random_text_is_refused(text: str) -> None:
    with pytest.raises(CardError):
        read_card(text)
