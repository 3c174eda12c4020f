"""The values of a hall file that are more than a text or a number."""

import re
from datetime import date
from typing import NamedTuple
from urllib.parse import urlsplit

from hallclient.services.hallfile.problems import shown
from hallclient.services.hallfile.rows import CODE, Row

_PIN = re.compile(r"\d{4,8}")
_PICTURE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,39}\.(?:png|jpe?g)", re.ASCII | re.IGNORECASE)
_DAYS = re.compile(r"([1-7])(?:-([1-7]))?")


class Pin(NamedTuple):
    """What a hall file says about a PIN: in plain digits (demonstrations), or hashed."""

    pin: str = ""
    pin_hash: str = ""


def pin_in(row: Row) -> Pin:
    """Return the PIN of a member of staff; its digits never get into a message."""
    pin, hashed = row.text("pin", 40), row.text("pin_hash", 200)
    if pin and hashed:
        row.wrong("pin", "give pin or pin_hash, not both")
    elif pin and not (_PIN.fullmatch(pin) and pin.isascii()):
        row.wrong("pin", "a PIN has 4 to 8 digits")
    elif hashed and not hashed.startswith("$argon2"):
        row.wrong("pin_hash", 'is not an argon2 hash; those begin with "$argon2"')
    else:
        return Pin(pin, hashed)
    return Pin()


def picture(row: Row, key: str) -> str:
    """Return the name of a picture that stands beside the hall file; no folder leads out of it."""
    text = row.text(key, 44)
    if text and not _PICTURE.fullmatch(text):
        row.wrong(key, f"{shown(text)} is not the name of a picture; write 0127.jpg or 0127.png")
    return text


def map_box(row: Row, key: str) -> tuple[int, int, int, int] | None:
    """Return x, y, width and height in hundredths of the floor, ``[5, 8, 25, 28]``."""
    if not row.has(key):
        return None
    value = row.values[key]
    parts = value.split(";") if isinstance(value, str) else value
    if isinstance(parts, list) and len(parts) == 4:
        numbers = [int(p) for p in parts if re.fullmatch(r"\d{1,3}", str(p).strip(), re.ASCII)]
        if len(numbers) == 4:
            x, y, width, height = numbers
            if width and height and x + width <= 100 and y + height <= 100:
                return x, y, width, height
    row.wrong(key, f"{shown(value)} is not x, y, width, height in hundredths of the floor")
    return None


def ranks_in(row: Row, key: str) -> tuple[tuple[str, ...], ...]:
    """Return the ranked queues of a window: ``["B", "A+C"]`` or ``B;A+C``; + joins equals."""
    if not row.has(key):
        row.wrong(key, 'missing; a window serves at least one queue, ["A"]')
        return ()
    ranks = []
    for word in row.words(key, 400):
        codes = tuple(part.strip() for part in word.split("+"))
        if not all(CODE.fullmatch(code) for code in codes):
            row.wrong(key, f"{shown(word)} is not a code of a queue, or codes joined by +")
        ranks.append(codes)
    if not ranks:
        row.wrong(key, 'empty; a window serves at least one queue, ["A"]')
    return tuple(ranks)


def weekdays_in(row: Row, key: str) -> tuple[int, ...]:
    """Return weekdays, 1 Monday … 7 Sunday: ``"1-5"``, ``"2;4"``, ``6`` or ``[2, 4]``."""
    if not row.has(key):
        row.wrong(key, 'missing; give weekdays like "1-5" (1 is Monday, 7 Sunday)')
        return ()
    value = row.values[key]
    words = value if isinstance(value, list) else re.split(r"[;,]", str(value))
    days: list[int] = []
    for word in words:
        match = _DAYS.fullmatch(str(word).strip())
        if not match or int(match[2] or 7) < int(match[1]):
            row.wrong(key, f'{shown(value)} are not weekdays; write "1-5" (1 Monday, 7 Sunday)')
            return ()
        days += range(int(match[1]), int(match[2] or match[1]) + 1)
    if not days:
        row.wrong(key, 'empty; give weekdays like "1-5" (1 is Monday, 7 Sunday)')
    return tuple(sorted(set(days)))


def iso_date(row: Row, key: str) -> str:
    """Return a date as ``2026-10-01``."""
    if not row.has(key):
        row.wrong(key, "missing; give a date like 2026-10-01")
        return ""
    value = row.values[key]
    try:
        return date.fromisoformat(str(value).strip()).isoformat()
    except ValueError:
        row.wrong(key, f"{shown(value)} is not a date; write 2026-10-01")
        return ""


def web_address(row: Row, key: str, limit: int) -> str:
    """Return an address of the web, plain ASCII as a QR code carries it; or nothing."""
    text = row.text(key, limit)
    if not text:
        return ""
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = None
    usable = parts and parts.scheme in {"http", "https"} and parts.netloc
    if not usable or not text.isascii() or not text.isprintable() or " " in text:
        row.wrong(key, f"{shown(text)} is not an address; write https://…")
    return text
