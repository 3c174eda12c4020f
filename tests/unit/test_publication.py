"""What stands where and when, which words may be shown, what a file is."""

import struct
import zlib
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallclient.domain.errors import NotAllowed
from hallclient.domain.public_text import MARKS, check_words, shown_words
from hallclient.domain.publication import (
    EmergencyKind,
    Publication,
    PublicationKind,
    emergency_in,
    standing,
)
from hallclient.domain.text import LocalText
from hallclient.services.drafts import Draft, check_draft, media_of
from hallclient.services.picture_files import PICTURE_BYTES, picture_of, video_of

CHINA = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 9, 29, 12, tzinfo=CHINA)
"""A Tuesday."""


def strip(number: int = 1, **more: Any) -> Publication:
    return Publication(number, PublicationKind.STRIP, LocalText("今天 16:00 停止取号"), **more)


def emergency(number: int, kind: EmergencyKind = EmergencyKind.FIRE, **more: Any) -> Publication:
    return Publication(number, PublicationKind.EMERGENCY, emergency=kind, **more)


# Where and when


def at(hour: int, minute: int = 0, day: int = 29) -> datetime:
    return datetime(2026, 9, day, hour, minute, tzinfo=CHINA)


def test_a_span_over_midnight_belongs_to_the_day_it_began_on() -> None:
    night = strip(begins=time(22), ends=time(6), valid_until=date(2026, 9, 29), weekdays=(2,))
    seen = [bool(standing([night], (), moment)) for moment in (at(21, 59), at(22), at(23, 59))]
    seen += [bool(standing([night], (), moment)) for moment in (at(0, 0, 30), at(5, 59, 30))]
    assert seen == [False, True, True, True, True]
    # Over at six, not again the next night, and not before its own Tuesday had begun.
    assert not any(standing([night], (), moment) for moment in (at(6, 0, 30), at(23, 0, 30), at(5)))


def test_what_is_ended_or_elsewhere_does_not_stand() -> None:
    here, there = strip(1, zones=("1A",)), strip(2, zones=("1B",))
    ended = strip(3, ended_at=NOON)
    assert standing([ended, there, here], ("1A",), NOON) == (here,)
    assert standing([there, here], (), NOON) == (here, there)  # a board of the whole hall
    assert standing([emergency(4)], (), NOON) == ()


@given(
    st.times(),
    st.times(),
    st.frozensets(st.integers(1, 7)),
    st.none() | st.dates(date(2026, 9, 1), date(2026, 10, 30)),
    st.integers(0, 40),
    st.datetimes(datetime(2026, 9, 1), datetime(2026, 10, 31)),  # noqa: DTZ001 - the hall's own
)
def test_a_span_is_shown_from_its_beginning_to_its_end(
    begins: time, ends: time, days: frozenset[int], first: date | None, length: int, now: datetime
) -> None:
    last = first + timedelta(days=length) if first else None
    one = strip(begins=begins, ends=ends, weekdays=tuple(days), valid_from=first, valid_until=last)

    def span(day: date) -> bool:
        """Whether the span that begins on a day holds the moment, said the long way."""
        fits = (not days or day.isoweekday() in days) and (first is None or first <= day)
        starts = datetime.combine(day, begins)
        stops = datetime.combine(day, ends)
        if begins == ends:
            starts, stops = datetime.combine(day, time()), datetime.combine(day, time())
        if stops <= starts:
            stops += timedelta(days=1)
        return fits and (last is None or day <= last) and starts <= now < stops

    today = now.date()
    expected = span(today) or span(today - timedelta(days=1))
    assert bool(standing([one], (), now.replace(tzinfo=CHINA))) is expected


def test_the_worst_emergency_covers_a_screen_of_several_zones() -> None:
    drill = emergency(5, drill=True, zones=("1B",))
    shelter = emergency(4, EmergencyKind.SHELTER, zones=("1A",))
    fire, newer = emergency(1, zones=("1B",)), emergency(2, zones=("1A",))
    assert emergency_in([drill, shelter, fire], ()) == fire
    assert emergency_in([newer, fire], ()) == newer
    assert emergency_in([drill, shelter], ()) == shelter
    assert emergency_in([drill, fire], ("1A",)) is None
    assert emergency_in([emergency(1, ended_at=NOON), strip()], ()) is None


# Words


@pytest.mark.parametrize(
    "text",
    [
        "\u202e倒过来",  # right-to-left override
        "零\u200b宽",
        "\ufeff",
        "响铃\x07",
        "e" + "\u0301" * (MARKS + 1),
        "行\u2028行",
        "一行\n两行",
        "长" * 161,
        "   ",
    ],
)
def test_hostile_words_are_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(NotAllowed) as said:
        check_words(LocalText(text), 160)
    assert said.value.key.startswith("words_")


def test_markup_is_plain_text() -> None:
    text = LocalText("<b>今天</b> <script>alert(1)</script> &amp; 会议", en="Café naïve № 5")
    check_words(text, 160)
    assert shown_words(text.zh_cn, 160) == text.zh_cn


@given(st.text(max_size=400), st.integers(1, 60), st.integers(1, 6))
def test_shown_words_are_bounded_and_pass_the_check(text: str, longest: int, lines: int) -> None:
    shown = shown_words(text, longest, lines)
    assert len(shown) <= longest
    check_words(LocalText(shown), longest, lines, needed=False)


def test_ten_thousand_lines_cost_nothing() -> None:
    assert len(shown_words("行\n" * 10_000, 160, 6)) <= 160
    assert shown_words("一\n\n二", 20, 3) == "一\n二"


# Files


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IEND", b"")


def jpeg(width: int, height: int) -> bytes:
    thumb = b"\xff\xe1\x00\x08Exif\x00\x00"
    frame = b"\xff\xc2" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    return b"\xff\xd8" + thumb + b"\xff\xff\xdb\x00\x03\x00" + frame + b"\xff\xd9"


def webp(width: int, height: int) -> bytes:
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF\x16\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00" + size


@pytest.mark.parametrize(
    ("kind", "make"), [("image/png", png), ("image/jpeg", jpeg), ("image/webp", webp)]
)
def test_a_picture_is_told_from_its_first_bytes(kind: str, make: Any) -> None:
    one = picture_of(make(1920, 1080))
    assert (one.kind, one.width, one.height) == (kind, 1920, 1080)
    with pytest.raises(NotAllowed, match="50 megapixels"):
        picture_of(make(9000, 9000))
    with pytest.raises(NotAllowed, match="px a side"):
        picture_of(make(1920, 8))


def test_what_is_no_picture_is_refused() -> None:
    for data in (b"", b"GIF89a" + bytes(40), b"<svg/>", png(64, 64)[:20], jpeg(64, 64)[:12]):
        with pytest.raises(NotAllowed, match=r"PNG, JPEG or WebP|broken"):
            picture_of(data)
    with pytest.raises(NotAllowed, match="8 MB"):
        picture_of(png(64, 64) + bytes(PICTURE_BYTES))
    with pytest.raises(NotAllowed, match="MP4"):
        video_of(png(64, 64))
    assert video_of(b"\x00\x00\x00\x18ftypmp42" + bytes(20)).kind == "video/mp4"


@given(st.binary(max_size=80), st.sampled_from([png, jpeg, webp]))
def test_broken_files_never_do_more_than_refuse(tail: bytes, make: Any) -> None:
    whole: bytes = make(640, 480)
    for data in (whole[: len(tail)] + tail, whole[:8] + tail):
        try:
            found = picture_of(data)
        except NotAllowed:
            continue
        assert 0 < found.width * found.height <= 50_000_000


# Drafts


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"seconds": 2}, "bad_seconds"),
        ({"weekdays": (0,)}, "bad_weekday"),
        ({"valid_until": date(2026, 9, 28)}, "bad_validity"),
        ({"valid_from": date(2026, 10, 9), "valid_until": date(2026, 10, 8)}, "bad_validity"),
        ({"title": LocalText("标题")}, "title_unwanted"),
        ({"text": LocalText("")}, "words_empty"),
        ({"kind": PublicationKind.EMERGENCY}, "emergency_apart"),
    ],
)
def test_what_cannot_be_published_is_refused(more: dict[str, Any], key: str) -> None:
    fields: dict[str, Any] = {"kind": PublicationKind.STRIP, "text": LocalText("通知")} | more
    with pytest.raises(NotAllowed) as said:
        check_draft(Draft(**fields), NOON.astimezone(UTC).date())
    assert said.value.key == key


def test_a_picture_needs_a_file_and_a_strip_has_none() -> None:
    with pytest.raises(NotAllowed, match="from a file"):
        media_of(Draft(PublicationKind.PICTURE))
    assert media_of(Draft(PublicationKind.PICTURE), changes=True) is None
    with pytest.raises(NotAllowed, match="no file"):
        media_of(Draft(PublicationKind.STRIP, data=png(64, 64)))
