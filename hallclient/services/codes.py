"""What a code under a scanner, or typed in, may be. Anything else is no code of this hall.

A code comes from outside: it is parsed strictly, matched whole, never shown and never logged. Pure:
whether there is such a ticket, appointment or case is another question (``services.finding``).
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from hallclient.domain.ticket import TOKEN_LENGTH

LONGEST = 512
"""Characters; no code of a hall is longer, a hostile one may be."""
TAIL = 4
"""So many characters of the token stand at the end of a ticket's short code."""

_BASE32 = "[0-9A-HJKMNP-TV-Z]"
_TOKEN = re.compile(f"{_BASE32}{{{TOKEN_LENGTH}}}")
_SHORT = re.compile(rf"(\d{{4}})[- ]([A-Z]{{1,2}}\d{{3,5}})[- ]({_BASE32}{{{TAIL}}})")
_LABEL = re.compile(r"([A-Z]{1,2}) ?(\d{3,5})")
_TAIL = re.compile(f"{_BASE32}{{{TAIL}}}")
_CASE = re.compile(r"(\d{8})\d{5,6}")
_BOOKING = re.compile(r"[0-9A-Z][0-9A-Z_-]{2,38}[0-9A-Z]")
_SPACED = re.compile(r"\d+(?: \d+)+")
_PERSON = re.compile(r"\d{17}[0-9X]|\d{15}")
_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")
"""What some scanners put before a code: its symbology (ISO/IEC 15424)."""


class CodeKind(StrEnum):
    """What a code can belong to, by its shape."""

    TICKET = "ticket"  # the token of a ticket, bare or behind the hall's follow URL
    SHORT = "short"  # the short code of a ticket: 1122-A023-9F3K
    CASE = "case"
    BOOKING = "booking"  # an appointment's code, or the number another system gave it


@dataclass(frozen=True, slots=True)
class Code:
    """A code by its shape, normalised. It opens somebody's ticket: not in the printed form.

    A short code's ``text`` is the label; ``day`` (month and day) and ``tail`` are its other parts.
    """

    kind: CodeKind
    text: str = field(repr=False)
    day: str = field(default="", repr=False)
    tail: str = field(default="", repr=False)


def read_code(scanned: str, follow_url: str = "") -> Code | None:
    """Return the code in what was scanned or typed, None for anything else.

    Small letters count as large: a keyboard's caps lock turns them round. The number of an
    identity card is nobody's code, wherever it comes from.
    """
    plain = _plain(scanned)
    if follow_url and plain.casefold().startswith(follow_url.casefold()):
        token = plain[len(follow_url) :].upper()
        return Code(CodeKind.TICKET, token) if _TOKEN.fullmatch(token) else None
    text = plain.upper()
    if _TOKEN.fullmatch(text):
        return Code(CodeKind.TICKET, text)
    short = _SHORT.fullmatch(text)
    if short is not None:
        return Code(CodeKind.SHORT, short[2], day=short[1], tail=short[3])
    if _SPACED.fullmatch(text):
        text = text.replace(" ", "")
    if is_case_number(text):
        return Code(CodeKind.CASE, text)
    if _BOOKING.fullmatch(text) and not _PERSON.fullmatch(text):
        return Code(CodeKind.BOOKING, text)
    return None


def read_label(typed: str) -> str:
    """Return the label of a ticket as it was typed, "" for anything else."""
    found = _LABEL.fullmatch(_plain(typed).upper())
    return found[1] + found[2] if found else ""


def read_tail(typed: str) -> str:
    """Return the last four of a ticket's token as they were typed, "" for anything else."""
    text = _plain(typed).upper()
    return text if _TAIL.fullmatch(text) else ""


def is_case_number(text: str) -> bool:
    """Return whether this is shaped like a case number: a day and a count."""
    found = _CASE.fullmatch(text)
    if found is None:
        return False
    day = found[1]
    try:
        return date(int(day[:4]), int(day[4:6]), int(day[6:])).year >= 2000
    except ValueError:
        return False


def _plain(scanned: str) -> str:
    """Return printable ASCII in its usual width, "" when there is anything else."""
    if len(scanned) > LONGEST:
        return ""
    text = unicodedata.normalize("NFKC", scanned).strip()
    text = _AIM.sub("", text, count=1) if text.startswith("]") else text
    return text if text.isascii() and text.isprintable() else ""
