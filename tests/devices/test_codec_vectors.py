"""Every byte vector of devices.md §2 and what surrounds them."""

from functools import reduce
from operator import xor

import pytest

from hallclient.devices.codec.checksums import CHECKSUMS
from hallclient.devices.codec.formats import Frame, FrameFormat
from hallclient.devices.profile import DeviceEvent, DeviceProfile, load_profile, profiles
from hallclient.devices.profile_examples import wrong_examples

CALLER = load_profile("ff68-caller")
KEYPAD = load_profile("ff68-keypad")
SHORT = load_profile("ff68-keypad-short-ack")
A090 = load_profile("a090-strip")
ONBON = load_profile("onbon-bx")
SAM = load_profile("sam-card-reader")
MODEM = load_profile("sms-modem")
ONBON_ACK = bytes.fromhex("A5A5A5A5A5A5A5A5 0080 FEFF 000000000000 FE 02 0500 A000 000000 14AC 5A")


def only(profile: DeviceProfile, octets: bytes) -> Frame:
    (frame,) = profile.decoder().feed(octets)
    return frame


@pytest.mark.parametrize("profile", profiles(), ids=lambda profile: profile.id)
def test_a_profiles_own_examples(profile: DeviceProfile) -> None:
    assert list(wrong_examples(profile)) == []


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("sum8", "01 02 0A 0A 0A 00 01 02", 0x24),
        ("xor8", "05 A1 00 00", 0xA4),
        ("lrc8", "05 FC 4A", 0xB5),
        # The check value of both CRCs is that of the text 123456789.
        ("crc16-arc", "31 32 33 34 35 36 37 38 39", 0xBB3D),
        ("crc16-modbus", "31 32 33 34 35 36 37 38 39", 0x4B37),
    ],
)
def test_checksums(name: str, text: str, value: int) -> None:
    function, size = CHECKSUMS[name]
    assert function(bytes.fromhex(text)) == value
    assert size == (2 if name.startswith("crc16") else 1)


def test_beep() -> None:
    assert CALLER.encode("beep", 1) == bytes.fromhex("FF 68 02 02 68 01 03 04 16")


@pytest.mark.parametrize(
    ("digits", "shown"),
    [
        ("012", "0A 0A 0A 00 01 02"),
        ("", "0A 0A 0A 0A 0A 0A"),
        ("A12", "0A 0A 0A 0A 01 02"),
        ("1 2", "0A 0A 0A 01 0A 02"),
        ("1234567", "02 03 04 05 06 07"),
    ],
)
def test_what_the_small_display_of_a_caller_shows(digits: str, shown: str) -> None:
    sent = CALLER.encode("show", 1, digits=digits)
    assert sent[7:-2] == bytes.fromhex(shown)
    (frame,) = CALLER.device_decoder().feed(sent)
    heard = CALLER.heard(frame)
    assert heard is not None
    assert heard.name == "show"


def test_display_blank_and_digits() -> None:
    sent = CALLER.encode("show", 1, digits="012")
    assert sent == bytes.fromhex("FF 68 08 08 68 01 02 0A 0A 0A 00 01 02 24 16")


def test_a_rating_is_asked_for_given_and_answered_at_both_sites() -> None:
    assert KEYPAD.encode("ask", 1) == bytes.fromhex("FF 68 03 03 68 01 01 0B 0D 16")
    key = only(KEYPAD, bytes.fromhex("FF 68 03 03 68 81 11 02 94 16"))
    assert KEYPAD.event(key) == DeviceEvent("rated", 3)
    assert KEYPAD.acknowledge(key) == bytes.fromhex("FF 68 03 03 68 81 01 02 84 16")
    assert SHORT.acknowledge(key) == bytes.fromhex("68 02 02 68 81 01 82 16")
    assert only(KEYPAD, bytes.fromhex("68 02 02 68 81 01 82 16")) == Frame(0x81, 0x01, b"")


def test_stars() -> None:
    assert KEYPAD.encode("stars", 1, level=5) == bytes.fromhex("FF 68 03 03 68 01 02 05 08 16")


def test_a090_is_initialised() -> None:
    assert A090.encode("init", 5) == bytes.fromhex("A0 90 05 A1 00 00 A4")


@pytest.mark.parametrize(("colour", "byte"), [("red", 0), ("green", 1), ("yellow", 2), ("blue", 0)])
def test_a090_has_a_colour_behind_every_character(colour: str, byte: int) -> None:
    text = b"".join(
        part + bytes((byte,)) for part in ("请".encode("gbk"), b"A", b"0", "号".encode("gbk"))
    )
    covered = b"\x03\xa5\x00\x0a" + text
    sent = A090.encode("show", 3, text="请A0号", colour=colour)
    assert sent == b"\xa0\x90" + covered + bytes((reduce(xor, covered),))
    (frame,) = A090.device_decoder().feed(sent)
    assert A090.heard(frame) == DeviceEvent("show", text="请A0号")


def test_a090_texts_stay_under_255_bytes_and_end_at_a_character() -> None:
    sent = A090.encode("show", 1, text="满" * 200)
    assert int.from_bytes(sent[4:6]) == 252
    assert sent[6:-1] == ("满".encode("gbk") + b"\0") * 84


@pytest.mark.parametrize("between", ["", "A5", "A5 00", "A5 00 02"])
def test_a090_acknowledges(between: str) -> None:
    frame = only(A090, bytes.fromhex(f"A0 90 07 {between} A5 AA"))
    assert frame.addr == A090.speaks_from(7) == 7
    assert A090.is_ack(frame, "show")
    assert A090.is_ack(frame, "init")
    assert A090.event(frame) is None


def test_an_acknowledgement_is_the_same_in_any_chunks() -> None:
    octets = bytes.fromhex("A0 90 07 A5 AA 00 A5 AA")
    whole, single = A090.decoder(), A090.decoder()
    assert whole.feed(octets) == [f for byte in octets for f in single.feed(bytes((byte,)))]
    assert (whole.pending, whole.dropped) == (single.pending, single.dropped) == (0, 3)


def test_the_published_acknowledgement_of_onbon() -> None:
    frame = only(ONBON, ONBON_ACK)
    assert frame == Frame(0, 0xA000, bytes(3))
    assert frame.addr == ONBON.speaks_from(1)
    assert ONBON.is_ack(frame, "show")
    arc, _size = CHECKSUMS["crc16-arc"]
    assert arc(ONBON_ACK[8:-3]) == 0xAC14


def test_a_refusal_of_onbon_is_no_acknowledgement() -> None:
    frame = only(ONBON, ONBON.say("refused"))
    assert frame.func == 0xA001
    assert not ONBON.is_ack(frame, "show")
    assert ONBON.event(frame) == DeviceEvent("refused")


def test_onbon_real_time_text_with_nested_lengths() -> None:
    text = "请A012".encode("gbk")
    sent = ONBON.encode("show", 1, text="请A012", colour="green")
    assert sent.startswith(bytes.fromhex("A5" * 8 + "0100 0080 000000000000 FE 02"))
    assert sent[22:24] == bytes.fromhex("A306")
    data = sent[24:-3]
    assert data[:7] == bytes.fromhex("01 0000 00 01") + (len(data) - 7).to_bytes(2, "little")
    assert data.endswith((len(text) + 3).to_bytes(4, "little") + b"\\C2" + text)
    assert int.from_bytes(sent[20:22], "little") == len(data) + 2


@pytest.mark.parametrize(
    ("byte", "escaped"), [("A5", "A602"), ("A6", "A601"), ("5A", "5B02"), ("5B", "5B01")]
)
def test_onbon_escapes(byte: str, escaped: str) -> None:
    assert isinstance(ONBON.outgoing, FrameFormat)
    frame = Frame(1, 0xA306, bytes.fromhex(byte))
    sent = ONBON.outgoing.encode(frame)
    assert bytes.fromhex(f"0300 A306 {escaped}") in sent
    assert ONBON.device_decoder().feed(sent) == [frame]


def test_the_length_and_sum_of_onbon_are_those_before_escaping() -> None:
    assert isinstance(ONBON.outgoing, FrameFormat)
    frame = Frame(1, 0xA306, bytes.fromhex("A5A65A5B") * 50)
    sent = ONBON.outgoing.encode(frame)
    assert sent[20:22] == (202).to_bytes(2, "little")
    assert ONBON.device_decoder().feed(sent) == [frame]


@pytest.mark.parametrize("preamble", range(1, 12))
def test_onbon_with_more_or_fewer_bytes_of_preamble(preamble: int) -> None:
    decoder = ONBON.decoder()
    (frame,) = decoder.feed(b"\xa5" * preamble + ONBON_ACK[8:])
    assert frame.func == 0xA000
    assert decoder.pending == 0


@pytest.mark.parametrize(
    ("command", "octets"),
    [
        ("status", "00 03 11 FF ED"),
        ("find", "00 03 20 01 22"),
        ("select", "00 03 20 02 21"),
        ("read", "00 03 30 01 32"),
    ],
)
def test_requests_to_the_card_reader(command: str, octets: str) -> None:
    body = bytes.fromhex(octets)
    assert reduce(xor, body) == 0
    sent = SAM.encode(command)
    assert sent == bytes.fromhex("AA AA AA 96 69") + body
    (frame,) = SAM.device_decoder().feed(sent)
    heard = SAM.heard(frame)
    assert heard is not None
    assert heard.name == command


@pytest.mark.parametrize(
    ("octets", "event"),
    [
        ("00 08 00 00 9F 00 00 00 00 97", "found"),
        ("00 0C 00 00 90 00 00 00 00 00 00 00 00 9C", "selected"),
        ("00 04 00 00 90 94", "selected"),
        ("00 04 00 00 80 84", "absent"),
        ("00 04 00 00 81 85", "failed"),
        ("00 04 00 00 41 45", "failed"),
        ("00 04 00 00 91 95", "failed"),
        ("00 04 00 00 31 35", "refused"),
        ("00 04 00 00 33 37", "refused"),
        ("00 04 00 00 66 62", "refused"),
        ("00 04 00 00 77 73", None),
    ],
)
def test_replies_of_the_card_reader(octets: str, event: str | None) -> None:
    body = bytes.fromhex(octets)
    assert reduce(xor, body) == 0
    found = SAM.event(only(SAM, bytes.fromhex("AA AA AA 96 69") + body))
    assert (found.name if found else None) == event


def test_a_whole_read_of_a_card() -> None:
    text = "张三".ljust(128)
    body = bytes.fromhex("0508 000090 0100 0400") + text.encode("utf-16-le") + bytes(range(256)) * 4
    reply = bytes.fromhex("AA AA AA 96 69") + body + bytes((reduce(xor, body),))
    event = SAM.event(only(SAM, reply))
    assert event == DeviceEvent("read", text=text)
    assert "张" not in repr(event)
    assert SAM.say("read", text=text)[: len(reply) - 1025] == reply[:-1025]


def test_a_torn_surrogate_on_a_card_is_no_text() -> None:
    body = bytes.fromhex("0508 000090 0100 0400") + b"\x00\xd8" * 128 + bytes(1024)
    reply = bytes.fromhex("AA AA AA 96 69") + body + bytes((reduce(xor, body),))
    assert SAM.event(only(SAM, reply)) is None


def test_the_message_of_the_modem() -> None:
    pdu = "0011000D91683109423346F90008AA0A5DE54F5C61095FEBFF01"
    assert MODEM.encode("pdu_mode") == b"AT+CMGF=0\r"
    assert MODEM.encode("length", count=len(pdu) // 2 - 1) == b"AT+CMGS=25\r"
    assert MODEM.encode("pdu", data=pdu.encode()) == pdu.encode() + b"\x1a"
    lines = MODEM.decoder().feed(b"AT+CMGS=25\r\r\n> \r\n+CMGS: 7\r\n\r\nOK\r\n")
    events = [MODEM.event(line) for line in lines]
    assert [event.name if event else None for event in events] == [None, "prompt", "sent", "ok"]
    assert bytes.fromhex(pdu[-20:]).decode("utf-16-be") == "工作愉快！"


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
def test_scanners_end_a_code_with_cr_or_crlf(end: bytes) -> None:
    scanner = load_profile("serial-scanner")
    decoder = scanner.decoder()
    lines = decoder.feed("请看 7F3KQ2M8".encode() + end + b"B" + end)
    assert [scanner.event(line) for line in lines] == [
        DeviceEvent("read", text="请看 7F3KQ2M8"),
        DeviceEvent("read", text="B"),
    ]
    assert decoder.pending == 0
    (broken,) = decoder.feed("请".encode("gbk") + end)
    assert scanner.event(broken) is None
