"""Pictures and videos that somebody hands in: what they are, told from their first bytes.

Nothing is decoded here: size and format are known before any decoder sees a byte of them. Formats:
PNG (IHDR), JPEG (first SOF marker), WebP (RIFF with VP8, VP8L or VP8X), MP4 (ftyp).
"""

import hashlib
from collections.abc import Callable
from itertools import pairwise

from hallclient.domain.errors import NotAllowed
from hallclient.domain.publication import Media

PICTURE_BYTES = 8 * 1024 * 1024
VIDEO_BYTES = 16 * 1024 * 1024
MOST_PIXELS = 50_000_000
LEAST_SIDE = 32
VIDEO = "video/mp4"

Size = tuple[int, int]


def picture_of(data: bytes) -> Media:
    """Return what a picture is; ``NotAllowed`` for anything else, or for one too large."""
    _check_length(data, PICTURE_BYTES)
    for kind, begins, size_of in _PICTURES:
        if begins(data):
            size = size_of(data)
            if size is None:
                raise NotAllowed("picture_broken", "the picture is broken")
            return _checked(kind, data, size)
    raise NotAllowed("picture_format", "a picture is a PNG, JPEG or WebP file")


def video_of(data: bytes) -> Media:
    """Return what a video is; ``NotAllowed`` for anything but an MP4 file that is small enough."""
    _check_length(data, VIDEO_BYTES)
    if data[4:8] != b"ftyp":
        raise NotAllowed("video_format", "a video is an MP4 file")
    return Media(_digest(data), VIDEO, len(data))


def _check_length(data: bytes, most: int) -> None:
    if len(data) > most:
        megabytes = most // (1024 * 1024)
        raise NotAllowed("file_large", f"a file has {megabytes} MB at the most", most=megabytes)


def _checked(kind: str, data: bytes, size: Size) -> Media:
    width, height = size
    if min(size) < LEAST_SIDE:
        raise NotAllowed("picture_small", f"a picture has {LEAST_SIDE} px a side", least=LEAST_SIDE)
    if width * height > MOST_PIXELS:
        most = MOST_PIXELS // 1_000_000
        raise NotAllowed("picture_large", f"a picture has {most} megapixels at the most", most=most)
    return Media(_digest(data), kind, len(data), width, height)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _png(data: bytes) -> Size | None:
    if data[12:16] != b"IHDR" or len(data) < 33:
        return None
    return int.from_bytes(data[16:20]), int.from_bytes(data[20:24])


_NO_LENGTH = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers that stand alone (ITU T.81, table B.1)."""
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def _jpeg(data: bytes) -> Size | None:
    """Walk from marker to marker until a frame's header says how large it is."""
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # padding
            at += 1
        elif marker in _NO_LENGTH:
            at += 2
        elif marker in _FRAMES:
            return int.from_bytes(data[at + 7 : at + 9]), int.from_bytes(data[at + 5 : at + 7])
        else:
            length = int.from_bytes(data[at + 2 : at + 4])
            if length < 2:
                return None
            at += 2 + length
    return None


def _webp(data: bytes) -> Size | None:
    chunk = data[12:16]
    if len(data) < 30:
        return None
    if chunk == b"VP8X":
        ends = pairwise((24, 27, 30))
        width, height = (int.from_bytes(data[a:b], "little") + 1 for a, b in ends)
        return width, height
    if chunk == b"VP8L" and data[20] == 0x2F:
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if chunk == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = (int.from_bytes(data[a : a + 2], "little") & 0x3FFF for a in (26, 28))
        return width, height
    return None


_PICTURES: tuple[tuple[str, Callable[[bytes], bool], Callable[[bytes], Size | None]], ...] = (
    ("image/png", lambda data: data.startswith(b"\x89PNG\r\n\x1a\n"), _png),
    ("image/jpeg", lambda data: data.startswith(b"\xff\xd8\xff"), _jpeg),
    ("image/webp", lambda data: data[:4] == b"RIFF" and data[8:12] == b"WEBP", _webp),
)
