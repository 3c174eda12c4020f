"""Photos of staff that stand beside a hall file: read, checked by their first bytes, not decoded.

A photo that is missing or broken is a warning: the hall opens without it, and a screen shows a
silhouette.
"""

import hashlib
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from hallclient.domain.publication import Media
from hallclient.services.hallfile.load import LoadedHall

MOST_BYTES: Final = 2 * 1024 * 1024
MOST_PIXELS: Final = 50_000_000
_PNG: Final = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
_JPEG: Final = b"\xff\xd8\xff"
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""The markers of JPEG behind which height and width stand (ITU-T T.81, table B.1)."""
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers without a length."""


class PhotoError(Exception):
    """A file is no photo that screens can show; the text says why."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A person's photo. ``staff`` is the staff number."""

    staff: str
    media: Media
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Photos:
    """What was found beside a hall file, and one sentence for each photo that cannot be used."""

    found: tuple[Photo, ...]
    warnings: tuple[str, ...]


def photos_beside(loaded: LoadedHall) -> Photos:
    """Read the photos that a hall file names."""
    folder = loaded.source if loaded.source.is_dir() else loaded.source.parent
    found, warnings = [], []
    for member in loaded.plan.staff:
        if not member.photo:
            continue
        try:
            data = _read(folder / member.photo)
            found.append(Photo(member.code, _media_of(data), data))
        except PhotoError as error:
            warnings.append(f"The photo {member.photo} of {member.code} is left out: {error}.")
    return Photos(tuple(found), tuple(warnings))


def _read(path: Path) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would be waited for without an end
            raise PhotoError("it is not a file")
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise PhotoError("there is no such file beside the hall file") from None
    except OSError as error:
        raise PhotoError(f"it cannot be read ({error.strerror})") from error
    if len(data) > MOST_BYTES:
        raise PhotoError("it is larger than 2 MB")
    return data


def _media_of(data: bytes) -> Media:
    kind, size = ("image/png", _png_size(data)) if data.startswith(_PNG) else _jpeg(data)
    if not size[0] * size[1]:
        raise PhotoError("it is cut off or damaged")
    if size[0] * size[1] > MOST_PIXELS:
        raise PhotoError(f"it has {size[0]} x {size[1]} pixels, more than 50 million")
    return Media(hashlib.sha256(data).hexdigest(), kind, len(data), *size)


def _png_size(data: bytes) -> tuple[int, int]:
    width, height = data[16:20], data[20:24]
    return int.from_bytes(width), int.from_bytes(height) if len(height) == 4 else 0


def _jpeg(data: bytes) -> tuple[str, tuple[int, int]]:
    if not data.startswith(_JPEG):
        raise PhotoError("it is neither a PNG nor a JPEG")
    for marker, segment in _segments(data):
        if marker in _FRAMES and len(segment) >= 5:
            height, width = segment[1:3], segment[3:5]
            return "image/jpeg", (int.from_bytes(width), int.from_bytes(height))
    return "image/jpeg", (0, 0)


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield markers and what stands behind them, until the picture itself or a damaged place."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF or marker in _ALONE:
            at += 1 if marker == 0xFF else 2
            continue
        length = int.from_bytes(data[at + 2 : at + 4])
        if length < 2 or marker == 0xDA:
            return
        yield marker, data[at + 4 : at + 2 + length]
        at += 2 + length
