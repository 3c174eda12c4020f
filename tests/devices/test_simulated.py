"""The emulators themselves: what a panel shows and a fault does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallclient.devices.emulators.keypad import EmulatedKeypad
from hallclient.devices.emulators.printer import EmulatedPrinter
from hallclient.devices.escpos_ticket import encode_ticket
from hallclient.devices.paper import Feed, TextLine
from hallclient.devices.paper_reader import PaperReader
from hallclient.devices.profile import load_profile
from hallclient.devices.transport import Port, PortSettings, open_port
from tests.devices.stubs import SLIP, WAIT, Box

FIVE = load_profile("ff68-keypad")


def take(port: Port, count: int) -> bytes:
    data = b""
    while len(data) < count:
        chunk = port.read(WAIT)
        assert chunk, f"only {data.hex()} came"
        data += chunk
    return data


@pytest.mark.parametrize(
    ("faults", "answers"),
    [
        ({}, "12 12 12 12"),
        ({"paper_near_end"}, "12 12 12 1E"),
        ({"paper_out"}, "1A 32 12 7E"),
        ({"cover_open"}, "1A 16 12 12"),
    ],
)
def test_status_answers_of_the_table(faults: set[str], answers: str) -> None:
    with EmulatedPrinter() as printer, open_port(printer.path, PortSettings()) as port:
        for fault in faults:
            setattr(printer, fault, True)
        port.write(bytes.fromhex("10 04 01 10 04 02 10 04 03 10 04 04"))
        assert take(port, 4) == bytes.fromhex(answers)


def test_a_status_request_inside_a_ticket_is_executed_and_not_printed() -> None:
    data = encode_ticket(SLIP)
    with EmulatedPrinter() as printer, open_port(printer.path, PortSettings()) as port:
        port.write(data[:100] + b"\x10\x04\x01" + data[100:])
        assert take(port, 1) == b"\x12"
        assert printer.wait_for_tickets(1, WAIT)
        assert printer.tickets[0].raw == data


def test_what_only_looks_like_a_status_request_is_printed() -> None:
    with EmulatedPrinter() as printer, open_port(printer.path, PortSettings()) as port:
        port.write(b"\x1b@\x1b\x64\x10\x10\x04\x09A\n\x1dVB\x03")
        assert printer.wait_for_tickets(1, WAIT)
        assert printer.tickets[0].raw == b"\x1b@\x1b\x64\x10\x10\x04\x09A\n\x1dVB\x03"


def test_kanji_must_be_switched_on() -> None:
    text = "二手房".encode("gb18030")
    (ticket,) = PaperReader().feed(b"\x1b@" + text + b"\n\x1c&" + text + b"\n\x1dV\x00")
    assert [line.text for line in ticket.lines] == ["??????", "二手房"]


def test_lines_wrap_at_the_paper_and_empty_lines_feed() -> None:
    (ticket,) = PaperReader().feed(b"\x1b@" + b"x" * 50 + b"\n\n\x1bd\x05\x1dV\x00")
    assert [type(item) for item in ticket.items] == [TextLine, TextLine, Feed, Feed]
    assert [line.dots for line in ticket.lines] == [576, 24]


def test_unknown_commands_are_recorded() -> None:
    (ticket,) = PaperReader().feed(b"\x1b@\x1b\x7a\x01A\n\x1dV\x00")
    assert ticket.unknown == (b"\x1b\x7a\x01",)
    assert ticket.text == "A"


@given(data=st.binary(max_size=300))
def test_paper_takes_any_bytes(data: bytes) -> None:
    whole = PaperReader().feed(data)
    single = PaperReader()
    assert [t for value in data for t in single.feed(bytes((value,)))] == whole


@given(
    body=st.lists(
        st.sampled_from(
            [
                b"\x1d(k",
                b"\x03\x00",
                b"1A",
                b"1P0",
                b"\x1ba",
                b"\x1d!",
                b"\x1bd",
                b"\x1dV",
                b"\x00",
                b"B",
                b"\xb6\xfe",
            ]
        )
    )
)
def test_paper_takes_torn_commands(body: list[bytes]) -> None:
    for ticket in PaperReader().feed(b"".join(body)):
        assert ticket.raw.count(b"\x1dV") >= 1
        assert isinstance(ticket.number, str)


def test_keypad_lamp_follows_ask_and_key() -> None:
    lamp: Box[bool] = Box()
    with (
        EmulatedKeypad(FIVE, asked_changed=lamp.put) as keys,
        open_port(keys.path, PortSettings()) as port,
    ):
        port.write(FIVE.encode("ask", 1))
        assert lamp.wait() == [True]
        assert keys.asked
        keys.press(5)
        assert lamp.wait(2) == [True, False]
        assert take(port, 10) == bytes.fromhex("FF 68 03 03 68 81 11 04 96 16")


def test_keypad_has_no_key_for_a_level_its_profile_lacks() -> None:
    with (
        EmulatedKeypad(load_profile("ff68-keypad-4key")) as keys,
        pytest.raises(ValueError, match="no key of this keypad stands for level 1"),
    ):
        keys.press(1)


def test_printed_tickets_are_announced() -> None:
    announced: Box[str] = Box()
    with (
        EmulatedPrinter(printed=lambda ticket: announced.put(ticket.number)) as printer,
        open_port(printer.path, PortSettings()) as port,
    ):
        port.write(encode_ticket(SLIP))
        assert announced.wait() == ["B107"]
