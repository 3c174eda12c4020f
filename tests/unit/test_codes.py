"""Codes from scanners and keys: strict shapes, everything else is nothing."""

import string
from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hallclient.domain.case_number import usual_number
from hallclient.domain.rules import PriorityClass
from hallclient.domain.ticket import (
    CROCKFORD,
    Channel,
    Ticket,
    TicketStatus,
    short_code,
    token_from,
)
from hallclient.services.codes import LONGEST, Code, CodeKind, read_code, read_label, read_tail

TOKEN = "7K3M9PQR2T5VWX8Y"  # noqa: S105 - of a ticket
URL = "https://hall.example/t/"
NOW = datetime(2026, 11, 22, tzinfo=UTC)

HOSTILE = (
    "",
    " ",
    "\t\n",
    "A" * 10_000,
    "1" * 10_000,
    TOKEN + "\n",
    TOKEN[:8] + "\x00" + TOKEN[8:],
    TOKEN[:8] + "\u200b" + TOKEN[8:],
    "\u202e" + TOKEN,
    "\u2066" + TOKEN + "\u2069",
    "\ufdfa" * 400,
    "🎫" * 16,
    "👨‍👩‍👧",
    "' OR 1=1; DROP TABLE ticket; --",
    "A023'--",
    "../../etc/passwd",
    "A/../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "C:\\Windows\\system32",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "<b>A023</b>",
    "%s%s%s%n",
    "{0.__class__}",
    "https://elsewhere.example/t/" + TOKEN,
    URL + TOKEN + "?x=1",
    URL + "../" + TOKEN,
    URL,
    "WIFI:T:WPA;S:net;P:secret;;",
    "999999199003070012",
    "11010519491231002X",
    "110105491231002",
    "\ud800" * 16,
    "A\u0301" * 16,
    "١٢٣٤٥٦٧٨٩٠١٢٣",
    "٢٠٢٦١١٢٢٠٠٠٠١",
    "A٠٢٣",
)  # fmt: skip


def ticket(token: str, label: str, day: date) -> Ticket:
    return Ticket(
        1, "r", token, day, 1, 1, label, 1, 1, PriorityClass.NORMAL, NOW, NOW,
        TicketStatus.WAITING, Channel.KIOSK, "zh-CN",
    )  # fmt: skip


@given(st.binary(min_size=10, max_size=10), st.sampled_from(["", URL]), st.booleans())
def test_every_token_is_read_bare_and_behind_the_halls_url(
    random: bytes, url: str, turned: bool
) -> None:
    token = token_from(random)
    code = read_code((url + token).swapcase() if turned else url + token, URL)
    assert code == Code(CodeKind.TICKET, token)


@given(
    st.binary(min_size=10, max_size=10),
    st.from_regex("[A-Z]{1,2}[0-9]{3,5}", fullmatch=True),
    st.dates(min_value=date(2020, 1, 1)),
)
def test_every_short_code_is_read(random: bytes, label: str, day: date) -> None:
    made = ticket(token_from(random), label, day)
    code = read_code(short_code(made))
    assert code == Code(CodeKind.SHORT, label, day=f"{day:%m%d}", tail=made.token[-4:])


@given(st.dates(min_value=date(2020, 1, 1)), st.integers(1, 999_999))
def test_every_case_number_is_read(day: date, count: int) -> None:
    number = usual_number(day, count)
    assert read_code(number) == Code(CodeKind.CASE, number)


def test_a_scanner_may_say_which_symbology_it_read_and_type_in_full_width() -> None:
    assert read_code("]Q1" + TOKEN) == Code(CodeKind.TICKET, TOKEN)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in TOKEN)
    assert read_code(wide) == Code(CodeKind.TICKET, TOKEN)
    assert read_code(f"  {TOKEN}\t") == Code(CodeKind.TICKET, TOKEN)


@pytest.mark.parametrize("hostile", [h for h in HOSTILE if h != TOKEN + "\n"])
def test_hostile_codes_are_nothing(hostile: str) -> None:
    assert read_code(hostile, URL) is None
    assert read_label(hostile) == ""
    assert read_tail(hostile) == ""


@given(st.text(max_size=600))
@example("\x00")
@example("A" * (LONGEST + 1))
def test_any_text_is_a_plain_code_or_nothing(text: str) -> None:
    code = read_code(text, URL)
    if code is not None:
        assert set(code.text) <= set(string.ascii_uppercase + string.digits + "_-")
        assert 4 <= len(code.text) <= 40
    assert set(read_label(text)) <= set(string.ascii_uppercase + string.digits)
    assert set(read_tail(text)) <= set(CROCKFORD)


def test_the_code_of_an_appointment_is_read_as_people_write_it() -> None:
    assert read_code("482 173 650") == Code(CodeKind.BOOKING, "482173650")
    assert read_code("4821 7365-0") is None
    assert read_code("YY2026-11_22") == Code(CodeKind.BOOKING, "YY2026-11_22")


@pytest.mark.parametrize("number", ["999999199003070012", "11010519491231002X", "110105491231002"])
def test_the_number_of_a_card_is_nobodys_code(number: str) -> None:
    assert read_code(number) is None
    assert read_code(number.lower()) is None


def test_a_code_never_prints_itself() -> None:
    code = read_code(TOKEN)
    assert TOKEN not in repr(code)
    short = read_code("1122-A023-9F3K")
    assert short is not None
    assert not {"A023", "1122", "9F3K"} & set(repr(short).replace("'", " ").split())
    assert "A023" not in repr(short)


@pytest.mark.parametrize(
    ("typed", "label"),
    [("a023", "A023"), ("AB 1007", "AB1007"), ("A23", ""), ("023", ""), ("ABC123", "")],
)
def test_typed_labels(typed: str, label: str) -> None:
    assert read_label(typed) == label


@pytest.mark.parametrize(("typed", "tail"), [("9f3k", "9F3K"), ("9F3", ""), ("9F3U", "")])
def test_typed_tails(typed: str, tail: str) -> None:
    assert read_tail(typed) == tail
