"""Hostile bytes against every profile: any chunking, damage, noise."""

import random
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallclient.devices.codec.formats import Decoder, Format, Frame, FrameFormat, LineFormat
from hallclient.devices.profile import DeviceEvent, DeviceProfile, load_profile, profiles

ALL = profiles()
FORMATS = {
    f"{profile.id} {way}": format_
    for profile in ALL
    for way, format_ in (("in", profile.incoming), ("out", profile.outgoing))
    if profile.id in {"ff68-keypad", "a090-strip", "onbon-bx", "sam-card-reader", "sms-modem"}
    and (way == "in" or format_ is not profile.incoming)
}
FORMATS["serial-scanner in"] = load_profile("serial-scanner").incoming
FORMATS["short lines"] = LineFormat(
    ends=(b"\r\n", b"\r", b";"), max_data=6, gap_seconds=0.1, prompts=(b"> ", b"O")
)
STRONG = [FORMATS[name] for name in ("ff68-keypad in", "onbon-bx in", "onbon-bx out")]
RATINGS = [profile for profile in ALL if profile.id.startswith("ff68-keypad")]
CALLERS = [profile for profile in ALL if profile.kind == "caller"]
CASES: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "ff68-keypad": [("rated", {"level": 3})],
    "ff68-caller": [("call", {"digits": "012"}), ("recall", {}), ("sign_in", {"digits": "1234"})],
    "onbon-bx": [("refused", {})],
    "sam-card-reader": [("found", {}), ("absent", {}), ("selected", {})],
}


def rest(decoder: Decoder) -> list[Frame]:
    """What comes once the line is silent."""
    found = []
    while decoder.pending:
        found += decoder.gap()
    return found


def all_of(format_: Format, data: bytes) -> list[Frame]:
    decoder = format_.decoder()
    return decoder.feed(data) + rest(decoder)


def frames_of(format_: Format) -> st.SearchStrategy[Frame]:
    if isinstance(format_, LineFormat):
        line = st.binary(max_size=6) | st.text("OK> ;\r\nA", max_size=6).map(str.encode)
        return st.builds(Frame, st.just(0), st.just(0), line)
    assert isinstance(format_, FrameFormat)
    has_data = any(part.name == "data" for part in format_.layout)
    has_func = any(part.name == "func" for part in format_.layout)
    return st.builds(
        Frame,
        st.integers(0, 0x100**format_.addr_size - 1) if format_.has_address else st.just(0),
        st.integers(0, 0x100**format_.func_size - 1) if has_func else st.just(0),
        st.binary(max_size=min(format_.max_data, 40)) if has_data else st.just(b""),
    )


@pytest.mark.parametrize("format_", FORMATS.values(), ids=FORMATS)
@given(data=st.data())
def test_any_chunking_gives_the_same_frames(format_: Format, data: st.DataObject) -> None:
    frames = frames_of(format_)
    pieces = data.draw(st.lists(st.binary(max_size=8) | frames.map(format_.encode), max_size=6))
    octets = b"".join(pieces)
    cuts = data.draw(st.lists(st.integers(0, len(octets)), max_size=8))
    decoder = format_.decoder()
    found = []
    for start, end in pairwise([0, *sorted(cuts), len(octets)]):
        found += decoder.feed(octets[start:end])
    whole = format_.decoder()
    assert found == whole.feed(octets)
    assert (decoder.pending, decoder.dropped) == (whole.pending, whole.dropped)


@pytest.mark.parametrize("format_", [f for f in FORMATS.values() if isinstance(f, FrameFormat)])
@given(data=st.data())
def test_frames_come_back_as_they_were(format_: FrameFormat, data: st.DataObject) -> None:
    frames = data.draw(st.lists(frames_of(format_), max_size=4))
    decoder = format_.decoder()
    assert decoder.feed(b"".join(map(format_.encode, frames))) == frames
    assert (decoder.pending, decoder.dropped) == (0, 0)


@pytest.mark.parametrize("format_", STRONG)
@given(data=st.data())
def test_a_damaged_frame_never_takes_its_neighbour_along(
    format_: Format, data: st.DataObject
) -> None:
    frames = frames_of(format_)
    broken = bytearray(format_.encode(data.draw(frames)))
    for _ in range(data.draw(st.integers(1, 3))):
        if not broken:
            break
        at = data.draw(st.integers(0, len(broken) - 1))
        kind = data.draw(st.sampled_from(["change", "lose", "add", "tear"]))
        if kind == "change":
            broken[at] = data.draw(st.integers(0, 255))
        elif kind == "lose":
            del broken[at]
        elif kind == "add":
            broken.insert(at, data.draw(st.integers(0, 255)))
        else:
            del broken[at + 1 :]
    neighbour = data.draw(frames)
    assert neighbour in all_of(format_, bytes(broken) + format_.encode(neighbour))


@pytest.mark.parametrize("name", CASES)
def test_no_single_damaged_byte_gives_another_event(name: str) -> None:
    (profile,) = (profile for profile in ALL if profile.id == name)
    for event, values in CASES[name]:
        octets = profile.say(event, 1, **values)
        wanted = [
            heard for frame in all_of(profile.incoming, octets) if (heard := profile.event(frame))
        ]
        assert [heard.name for heard in wanted] == [event]
        for at in range(len(octets)):
            for value in range(256):
                damaged = octets[:at] + bytes((value,)) + octets[at + 1 :]
                assert events_at_one(profile, damaged) in ([], wanted)


def events_at_one(profile: DeviceProfile, octets: bytes) -> list[DeviceEvent]:
    """What the driver of the device at address 1 would take for an event."""
    return [
        event
        for frame in all_of(profile.incoming, octets)
        if frame.addr == profile.speaks_from(1) and (event := profile.event(frame))
    ]


@pytest.mark.parametrize("flips", range(2, 7))
def test_random_flips_give_a_wrong_rating_about_as_often_as_the_sum_is_weak(flips: int) -> None:
    """One byte of sum cannot see two flips in one column: what passes is a whole valid frame."""
    rng = random.Random(flips)  # noqa: S311  a repeatable test
    (profile,) = (profile for profile in RATINGS if profile.id == "ff68-keypad")
    octets = profile.say("rated", 1, level=3)
    wrong = 0
    for _ in range(4000):
        damaged = bytearray(octets)
        for bit in rng.sample(range(len(octets) * 8), flips):
            damaged[bit // 8] ^= 1 << bit % 8
        events = events_at_one(profile, bytes(damaged))
        for event in events:
            assert event.level is not None
            assert profile.say("rated", 1, level=event.level)[1:] in bytes(damaged)
        wrong += any(event.level != 3 for event in events)
    assert wrong <= 8


@pytest.mark.parametrize("name", FORMATS)
def test_random_bytes(name: str) -> None:
    """A quarter of a million bytes a format, half of them what its frames are made of."""
    format_ = FORMATS[name]
    rng = random.Random(name)  # noqa: S311  a repeatable test
    data = rng.randbytes(125_000) + bytes(rng.choices(alphabet(format_), k=125_000))
    decoder, at = format_.decoder(), 0
    whole = format_.decoder().feed(data)
    found = []
    while at < len(data):
        size = rng.choice((1, 2, 7, 64, 4096))
        found += decoder.feed(data[at : at + size])
        at += size
        assert decoder.pending < 8192
    assert found == whole
    if name in ("ff68-keypad in", "onbon-bx out", "sam-card-reader in", "a090-strip out"):
        for frame in found:
            assert format_.encode(frame)[1:-1].lstrip(b"\xa5") in data


def alphabet(format_: Format) -> bytes:
    if not isinstance(format_, FrameFormat):
        return b"OK\r\n> \0AT+"
    literals = b"".join(part.constant or b"" for part in format_.layout)
    escapes = b"".join(format_.escapes.values())
    return literals * 3 + escapes + bytes((0, 1, 2, 3, 4, 5, 0x81, 0x11, 0x0C))


@pytest.mark.parametrize("profile", [*RATINGS, *CALLERS], ids=lambda profile: profile.id)
def test_noise_is_no_key(profile: DeviceProfile) -> None:
    rng = random.Random(profile.id)  # noqa: S311  a repeatable test
    assert events_at_one(profile, rng.randbytes(1_000_000)) == []
