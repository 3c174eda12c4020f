"""Numbers, labels and tokens of tickets."""

import itertools
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallclient.domain.rules import PriorityClass
from hallclient.domain.ticket import (
    CROCKFORD,
    TOKEN_LENGTH,
    Channel,
    Ticket,
    TicketStatus,
    count_at,
    is_offline,
    label_of,
    not_known,
    number_at,
    short_code,
    token_from,
)


def kiosk_numbers(digits: int) -> set[int]:
    """The numbers that kiosks give out by themselves (architecture.md §6), slot by slot."""
    base, each = (800, 20) if digits == 3 else (8000, 200)
    return {base + each * slot + n for slot in range(10) for n in range(each)}


@pytest.mark.parametrize(("digits", "last"), [(3, 5000), (4, 15_000)])
def test_numbers_rise_and_leave_the_kiosks_their_own(digits: int, last: int) -> None:
    numbers = [number_at(count, digits) for count in range(1, last)]
    assert numbers[0] == 1
    assert all(a < b for a, b in itertools.pairwise(numbers))
    assert set(numbers).isdisjoint(kiosk_numbers(digits))
    # Nothing but the kiosks' numbers is left out.
    assert set(range(1, numbers[-1] + 1)) - set(numbers) == kiosk_numbers(digits)


@pytest.mark.parametrize(
    ("count", "digits", "number"),
    [(1, 3, 1), (799, 3, 799), (800, 3, 1000), (801, 3, 1001), (7999, 4, 7999), (8000, 4, 10_000)],
)
def test_number_vectors(count: int, digits: int, number: int) -> None:
    assert number_at(count, digits) == number


@pytest.mark.parametrize("count", [0, -1])
def test_tickets_are_counted_from_one(count: int) -> None:
    with pytest.raises(ValueError, match="from 1"):
        number_at(count, 3)


def test_no_two_labels_of_a_day_are_equal() -> None:
    labels = [
        label_of(prefix, number_at(count, digits), digits)
        for prefix, digits in (("A", 3), ("B", 4), ("AB", 3), ("BA", 4), ("AA", 3))
        for count in range(1, 9000)
    ]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize(
    ("prefix", "number", "digits", "label"),
    [("A", 7, 3, "A007"), ("B", 107, 3, "B107"), ("AB", 1000, 3, "AB1000"), ("T", 7, 4, "T0007")],
)
def test_labels(prefix: str, number: int, digits: int, label: str) -> None:
    assert label_of(prefix, number, digits) == label


def test_the_alphabet_has_no_letters_that_are_misread() -> None:
    assert len(CROCKFORD) == len(set(CROCKFORD)) == 32
    assert set("ILOU").isdisjoint(CROCKFORD)


@given(st.binary(min_size=10, max_size=10))
def test_a_token_is_sixteen_characters_that_hold_all_eighty_bits(drawn: bytes) -> None:
    token = token_from(drawn)
    assert len(token) == TOKEN_LENGTH
    assert set(token) <= set(CROCKFORD)
    value = 0
    for character in token:
        value = value * 32 + CROCKFORD.index(character)
    assert value.to_bytes(10) == drawn


@given(st.binary(max_size=20).filter(lambda drawn: len(drawn) != 10))
def test_a_token_takes_exactly_ten_bytes(drawn: bytes) -> None:
    with pytest.raises(ValueError, match="10 bytes"):
        token_from(drawn)


def test_the_code_for_the_telephone() -> None:
    now = datetime(2026, 9, 29, 1, tzinfo=UTC)
    ticket = Ticket(
        id=1,
        request_id="r",
        token="0123456789ABWXYZ",  # noqa: S106 - a token of a paper ticket
        day=date(2026, 9, 29),
        series_id=1,
        number=7,
        label="A007",
        queue_id=1,
        service_id=1,
        priority=PriorityClass.NORMAL,
        claim_at=now,
        issued_at=now,
        status=TicketStatus.WAITING,
        channel=Channel.KIOSK,
        language="zh-CN",
    )
    assert short_code(ticket) == "0929-A007-WXYZ"


@pytest.mark.parametrize(
    ("name", "own"),
    [("A800", True), ("AB999", True), ("812", True), ("B8000", True), ("9999", True),
     ("A799", False), ("A1000", False), ("B7999", False), ("A80", False), ("", False), ("A", False),
     ("ABC800", False), ("A²00", False), ("8" * 16, False), ("A-900", False)],
)  # fmt: skip
def test_numbers_that_kiosks_give_out_by_themselves(name: str, own: bool) -> None:
    assert is_offline(name) is own
    assert not_known(name).key == ("ticket_offline" if own else "unknown_ticket")


@pytest.mark.parametrize("digits", [3, 4])
def test_what_the_hall_counts_is_never_a_kiosks_own(digits: int) -> None:
    counted = (number_at(count, digits) for count in range(1, 9000))
    labels = {label_of("A", number, digits) for number in counted}
    assert not any(is_offline(label) for label in labels if len(label) == digits + 1)


@given(st.integers(1, 20_000), st.sampled_from([3, 4]))
def test_a_number_tells_its_count(count: int, digits: int) -> None:
    assert count_at(number_at(count, digits), digits) == count


def test_a_kiosks_own_number_has_no_count() -> None:
    assert [count_at(n, 3) for n in (799, 800, 999, 1000)] == [799, 0, 0, 800]
    assert [count_at(n, 4) for n in (7999, 8000, 9999, 10_000)] == [7999, 0, 0, 8000]
