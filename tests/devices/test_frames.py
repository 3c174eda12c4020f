"""FF68 frames: the vectors of fielded systems, hostile bytes, damaged lengths."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallclient.devices.codec.checksums import CHECKSUMS
from hallclient.devices.codec.formats import Frame, FrameFormat
from hallclient.devices.codec.frames import FrameDecoder
from hallclient.devices.profile import (
    DeviceEvent,
    DeviceProfile,
    Evidence,
    ProfileError,
    load_profile,
    parse_profile,
)

FIVE = load_profile("ff68-keypad")
FOUR = load_profile("ff68-keypad-4key")
assert isinstance(FIVE.outgoing, FrameFormat)
FF68 = FIVE.outgoing
PROFILE_TEXT = (
    '[device]\nkind = "rating-keypad"\nname = "n"\nevidence = "synthetic"\n'
    '[port]\nbaud = 9600\nbytes = "8N1"\n'
    '[frame]\nlayout = ["len", "addr", "func", "data", "sum"]\ngap_ms = 20\n'
    '[frame.len]\nsize = 1\ncounts = ["data"]\nmax_data = 4\n'
    '[frame.sum]\nalgorithm = "xor8"\nover = ["addr", "func", "data"]\n'
    '[address]\n[commands]\nask = { func = 1, data = "" }\n'
    '[[events]]\nname = "rated"\nfunc = 17\ndata = "04"\nlevel = 5\n'
)
VECTORS = [
    ("FF 68 02 02 68 01 03 04 16", Frame(0x01, 0x03, b"")),
    (
        "FF 68 08 08 68 01 02 0A 0A 0A 00 01 02 24 16",
        Frame(0x01, 0x02, bytes.fromhex("0A0A0A000102")),
    ),
    ("FF 68 03 03 68 01 01 0B 0D 16", Frame(0x01, 0x01, b"\x0b")),
    ("FF 68 03 03 68 81 11 02 94 16", Frame(0x81, 0x11, b"\x02")),
    ("FF 68 03 03 68 81 01 02 84 16", Frame(0x81, 0x01, b"\x02")),
]
NO_FF = "68 02 02 68 81 01 82 16"
GRADES = [FF68.encode(Frame(0x81, 0x11, bytes((grade,)))) for grade in range(5)]
frames = st.builds(
    Frame, st.integers(0, 255), st.integers(0, 255), st.binary(max_size=FF68.max_data)
)


def decode(data: bytes, frame_format: FrameFormat = FF68) -> list[Frame]:
    """All frames in these bytes, the line falling silent at the end."""
    decoder = FrameDecoder(frame_format)
    found = decoder.feed(data)
    while decoder.pending:
        found += decoder.gap()
    return found


@pytest.mark.parametrize(("text", "frame"), VECTORS)
def test_vectors_of_fielded_systems(text: str, frame: Frame) -> None:
    data = bytes.fromhex(text)
    assert FF68.encode(frame) == data
    assert FrameDecoder(FF68).feed(data) == [frame]


def test_vector_without_the_leading_literal() -> None:
    frame = Frame(0x81, 0x01, b"")
    assert FF68.encode(frame, optional_literals=False) == bytes.fromhex(NO_FF)
    assert FrameDecoder(FF68).feed(bytes.fromhex(NO_FF)) == [frame]


def test_the_profile_speaks_the_vectors() -> None:
    assert FIVE.encode("ask", 1) == bytes.fromhex("FF 68 03 03 68 01 01 0B 0D 16")
    grade = Frame(FIVE.speaks_from(1), 0x11, b"\x02")
    assert FF68.encode(grade) == bytes.fromhex("FF 68 03 03 68 81 11 02 94 16")
    assert FIVE.acknowledge(grade) == bytes.fromhex("FF 68 03 03 68 81 01 02 84 16")
    assert FIVE.acknowledge(Frame(0x81, 0x01, b"\x02")) is None


def test_a_site_that_answers_without_data() -> None:
    text = PROFILE_TEXT.split("[frame]", maxsplit=1)[0] + (
        '[frame]\nlayout = ["FF?", "68", "len", "len", "68", "addr", "func", "data", "sum", "16"]\n'
        'gap_ms = 50\n[frame.len]\ncounts = ["addr", "func", "data"]\nmax_data = 16\n'
        '[frame.sum]\nalgorithm = "sum8"\nover = ["addr", "func", "data"]\n'
        '[address]\nevent_offset = 128\n[commands]\nask = { func = 1, data = "0B" }\n'
        '[[events]]\nname = "rated"\nfunc = 17\ndata = "04"\nlevel = 5\n'
        '[ack]\nto_func = 17\nfunc = 1\ndata = "none"\noptional_literals = false\n'
    )
    profile = parse_profile(text, "site.toml")
    assert profile.acknowledge(Frame(0x81, 0x11, b"\x02")) == bytes.fromhex(NO_FF)


@pytest.mark.parametrize(
    ("profile", "levels"),
    [(FIVE, {0: 1, 1: 2, 2: 3, 3: 4, 4: 5}), (FOUR, {0: 2, 1: 3, 2: 4, 3: 5, 4: 5})],
)
def test_levels_are_mapped_explicitly(profile: DeviceProfile, levels: dict[int, int]) -> None:
    for grade in range(256):
        event = profile.event(Frame(0x81, 0x11, bytes((grade,))))
        assert (event.level if event else None) == levels.get(grade)
    assert profile.event(Frame(0x81, 0x01, b"\x02")) is None
    assert profile.event(Frame(0x81, 0x11, b"\x02\x02")) is None
    assert profile.event(Frame(0x81, 0x11, b"")) is None
    assert profile.evidence is Evidence.SOURCE


def test_printed_forms_hide_the_rating() -> None:
    assert repr(DeviceEvent("rated", 1)) == repr(DeviceEvent("rated", 5))
    assert repr(Frame(0x81, 0x11, b"\x00")) == repr(Frame(0x81, 0x11, b"\x04"))


@given(frame=frames, leading=st.booleans())
def test_roundtrip(frame: Frame, leading: bool) -> None:
    assert FrameDecoder(FF68).feed(FF68.encode(frame, optional_literals=leading)) == [frame]


@given(
    noise=st.lists(st.binary(max_size=8) | frames.map(FF68.encode), max_size=8),
    cuts=st.lists(st.integers(0, 200), max_size=12),
)
def test_any_bytes_in_any_chunks(noise: list[bytes], cuts: list[int]) -> None:
    data = b"".join(noise)
    decoder = FrameDecoder(FF68)
    found = []
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    for start, end in pairwise(edges):
        found += decoder.feed(data[start:end])
        assert decoder.pending < FF68.max_data + 10
    assert found == FrameDecoder(FF68).feed(data)


@pytest.mark.parametrize("grade", range(5))
def test_no_single_flipped_bit_gives_another_frame(grade: int) -> None:
    good = GRADES[grade]
    for bit in range(len(good) * 8):
        data = bytearray(good)
        data[bit // 8] ^= 1 << bit % 8
        found = decode(bytes(data))
        assert found in ([], [Frame(0x81, 0x11, bytes((grade,)))])


@given(grade=st.sampled_from(GRADES), flips=st.sets(st.integers(0, 79), min_size=1, max_size=6))
def test_flipped_bits_pass_only_where_the_sum_agrees(grade: bytes, flips: set[int]) -> None:
    data = bytearray(grade)
    for bit in flips:
        data[bit // 8] ^= 1 << bit % 8
    for frame in decode(bytes(data)):
        values = bytes((frame.addr, frame.func)) + frame.data
        assert values + bytes((sum(values) & 0xFF, 0x16)) in bytes(data)


@pytest.mark.parametrize("length", range(256))
def test_a_damaged_length_does_not_take_the_next_frame_along(length: int) -> None:
    broken = bytearray(GRADES[0])
    broken[2] = broken[3] = length
    assert decode(bytes(broken) + GRADES[4])[-1] == Frame(0x81, 0x11, b"\x04")


def test_a_torn_frame_waits_for_its_rest_until_the_gap() -> None:
    decoder = FrameDecoder(FF68)
    torn = bytes.fromhex("FF 68 12 12 68 81 11")
    assert decoder.feed(torn + GRADES[1][:9]) == []
    found = decoder.feed(GRADES[1][9:])
    assert found == []
    assert decoder.pending == len(torn + GRADES[1])
    while decoder.pending and not found:
        found = decoder.gap()
    assert found == [Frame(0x81, 0x11, b"\x01")]
    assert decoder.pending == 0
    assert decoder.dropped == len(torn)


def test_reset_forgets_what_was_pending() -> None:
    decoder = FrameDecoder(FF68)
    decoder.feed(GRADES[1][:5])
    decoder.reset()
    assert decoder.feed(GRADES[1][5:]) == []


@pytest.mark.parametrize(
    "text",
    [
        GRADES[0][:-1].hex() + "17",
        "FF 68 03 04 68 81 11 02 94 16",
        "FF 68 04 03 68 81 11 02 94 16",
        "FF 68 01 01 68 81 82 16",
        "FF 68 13 13 68" + "00" * 21,
    ],
)
def test_frames_that_break_the_rules_are_dropped(text: str) -> None:
    assert decode(bytes.fromhex(text)) == []


@pytest.mark.parametrize(("name", "value"), [("sum8", 0x4B), ("xor8", 0xB3), ("lrc8", 0xB5)])
def test_checksums(name: str, value: int) -> None:
    function, size = CHECKSUMS[name]
    assert function(bytes.fromhex("05 FC 4A")) == value
    assert size == 1


def test_another_layout() -> None:
    frame_format = parse_profile(PROFILE_TEXT, "other.toml").outgoing
    assert isinstance(frame_format, FrameFormat)
    frame = Frame(5, 0x11, b"\x04")
    data = bytes((1, 5, 0x11, 4, 5 ^ 0x11 ^ 4))
    assert frame_format.encode(frame) == data
    assert decode(data + data, frame_format) == [frame, frame]
    with pytest.raises(ValueError, match="over 4 bytes"):
        frame_format.encode(Frame(5, 1, bytes(5)))


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("level = 5", "level = 6", "other.toml: events 1.level must be from 1 to 5"),
        ("level = 5", "levle = 5", "events 1.level must be given as int"),
        ("level = 5", "level = true", "events 1.level must be given as int"),
        ('data = "04"', 'data = "4"', "events 1.data: '4' is neither bytes nor a place"),
        ("func = 17", "func = 16777216", "events 1.func must be from 0 to"),
        ('"xor8"', '"crc"', "frame.sum.algorithm must be one of"),
        ("gap_ms = 20", "gap_ms = 20\nretries = 3", "frame.retries is not known"),
        ('["len", "addr"', '["len", "adr"', "'adr' is neither a field nor a byte"),
        ('["len", "addr"', '["addr"', "frame.layout must have both len and data"),
        ('["len", "addr", "func", "data"', '["addr", "func", "data", "len"', "len before data"),
        ('"data", "sum"]\ngap', '"sum", "data"]\ngap', "sum after the fields"),
        ('counts = ["data"]', 'counts = ["addr"]', "must count data"),
        ('counts = ["data"]', 'counts = ["date"]', "must list some of"),
        ('"synthetic"', '"guess"', "device.evidence must be one of"),
        ('"rating-keypad"', '"printer"', "device.kind must be one of"),
        ("ask = ", "beep = ", "commands.ask is missing"),
        ("[address]\n", "address = 1\n", "other.toml"),
        ("gap_ms = 20", "gap_ms = 0", "frame.gap_ms must be from 1 to 1000"),
        ("baud = 9600", "baud = 0", "port.baud must be from 300"),
        ('["len", "addr"', '["len", "addr", "addr"', "may repeat len only"),
        ("[port]\n", "", "[port] must be a table"),
        ("[device]", "[device", "other.toml: "),
    ],
)
def test_a_wrong_profile_is_refused_by_file_and_key(old: str, new: str, complaint: str) -> None:
    assert old in PROFILE_TEXT
    with pytest.raises(ProfileError, match=re.escape(complaint)):
        parse_profile(PROFILE_TEXT.replace(old, new, 1), "other.toml")


def test_the_same_bytes_twice_are_refused() -> None:
    event = '[[events]]\nname = "rated"\nfunc = 17\ndata = "04"\nlevel = 4\n'
    with pytest.raises(ProfileError, match="same bytes as an earlier event"):
        parse_profile(PROFILE_TEXT + event, "other.toml")


def test_a_missing_profile_is_named() -> None:
    with pytest.raises(ProfileError, match=r"no device profile nothing\.toml"):
        load_profile("nothing")
