"""Lines out of disturbed bytes, and bytes without frames."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallclient.devices.codec.formats import Frame, LineFormat
from hallclient.devices.codec.plain import PlainFormat

LINES = LineFormat(ends=(b"\r", b"\n"), max_data=8, gap_seconds=0.1, prompts=(b"> ",))


def lines(*chunks: bytes) -> list[bytes]:
    decoder = LINES.decoder()
    return [frame.data for chunk in chunks for frame in decoder.feed(chunk)]


@pytest.mark.parametrize(
    ("chunks", "found"),
    [
        ([b"A012\r"], [b"A012"]),
        ([b"A0", b"12\r", b"\n", b"B\n"], [b"A012", b"B"]),
        ([b"\r\n\r\n\n"], []),
        ([b"A012"], []),
        ([b"123456789\rB\r"], [b"B"]),  # too long
        ([b"12345", b"67890", b"12345\rB\r"], [b"B"]),
        ([b"A\x001\rB\x7f\rC\r"], [b"C"]),  # disturbed
        ([b"\r\n> "], [b"> "]),
        ([b">", b" ", b"\r\nOK\r\n"], [b"> ", b"OK"]),
        ([b"x> "], []),
        ([b"> x\r"], [b"> ", b"x"]),
        ([b"> ", b"x\r"], [b"> ", b"x"]),
    ],
)
def test_lines(chunks: list[bytes], found: list[bytes]) -> None:
    assert lines(*chunks) == found


@pytest.mark.parametrize("chunks", [[b"A\r\nB\r\n"], [b"A\r", b"\nB", b"\r", b"\n"]])
def test_an_end_of_two_characters_may_be_torn(chunks: list[bytes]) -> None:
    lines_format = LineFormat(ends=(b"\r\n", b"\r"), max_data=8, gap_seconds=0.1)
    decoder = lines_format.decoder()
    found = [frame.data for chunk in chunks for frame in decoder.feed(chunk)]
    assert found == [b"A", b"B"]


def test_an_unfinished_line_is_given_up_after_the_gap() -> None:
    decoder = LINES.decoder()
    assert decoder.feed(b"A01") == []
    assert decoder.pending == 3
    assert decoder.gap() == []
    assert (decoder.pending, decoder.dropped) == (0, 3)
    assert decoder.feed(b"2\r") == [Frame(0, 0, b"2")]


def test_the_rest_of_a_line_that_was_too_long_is_no_line() -> None:
    decoder = LINES.decoder()
    assert decoder.feed(b"1234567890") == []
    assert decoder.pending <= LINES.max_data
    assert decoder.feed(b"A012\rB\r") == [Frame(0, 0, b"B")]


@given(st.lists(st.binary(max_size=30), max_size=12))
def test_pending_is_bounded(chunks: list[bytes]) -> None:
    decoder = LINES.decoder()
    for chunk in chunks:
        for frame in decoder.feed(chunk):
            assert 0 < len(frame.data) <= LINES.max_data
        assert decoder.pending <= LINES.max_data + 1


def test_a_line_is_sent_with_its_first_end() -> None:
    assert LINES.encode(Frame(0, 0, b"AT")) == b"AT\r"
    with pytest.raises(ValueError, match="over 8 bytes"):
        LINES.encode(Frame(0, 0, b"123456789"))


def test_bytes_without_frames_are_handed_on() -> None:
    plain = PlainFormat()
    decoder = plain.decoder()
    assert decoder.feed(b"\x12\x16") == [Frame(0, 0, b"\x12\x16")]
    assert decoder.feed(b"") == decoder.gap() == []
    assert (decoder.pending, decoder.dropped) == (0, 0)
    assert plain.encode(Frame(0, 0, b"\x10\x04\x01")) == b"\x10\x04\x01"
