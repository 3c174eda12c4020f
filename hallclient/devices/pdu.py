"""Text messages as a modem takes them: SMS-SUBMIT in PDU mode, UCS-2, split where long (no I/O).

Shapes after 3GPP TS 23.040 §9.2.2.2 (SMS-SUBMIT), §9.1.2.5 (addresses), §9.2.3.12.1 (relative
validity) and §9.2.3.24.1 (concatenation); the vector is that of devices.md §2.4. A message is at
most 70 UTF-16 units, or parts of 67 behind a header that says which part of which message it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

SINGLE, PART = 70, 67
MAX_PARTS = 5
"""Longer texts are a mistake: nobody reads a hall's message of six parts, and each is paid for."""
DAY_MINUTES = 24 * 60
_CENTRE_OF_SIM = b"\x00"
_SUBMIT, _VALIDITY, _HEADER = 0x01, 0x10, 0x40
_INTERNATIONAL = 0x91
_UCS2 = 0x08


@dataclass(frozen=True, slots=True)
class Pdu:
    """One PDU. ``length`` is what ``AT+CMGS`` wants: bytes without the service centre."""

    data: bytes = field(repr=False)

    @property
    def length(self) -> int:
        """Return the length for ``AT+CMGS``."""
        return len(self.data) - len(_CENTRE_OF_SIM)

    @property
    def hex(self) -> str:
        """Return the PDU as the modem reads it."""
        return self.data.hex().upper()


def encode_message(
    number: str, text: str, *, reference: int = 0, validity_minutes: int = 4 * DAY_MINUTES
) -> tuple[Pdu, ...]:
    """Return the PDUs of a text to ``number`` (``+`` and 7 to 15 digits).

    ``reference`` (0–255) is the same in all parts of one message and differs between messages.
    ``ValueError`` for a number or text that cannot be sent.
    """
    head = bytes((0,)) + _address(number) + bytes((0, _UCS2, _validity(validity_minutes)))
    parts = list(split(text))
    if not parts or len(parts) > MAX_PARTS:
        raise ValueError(f"a text message has 1 to {MAX_PARTS} parts")
    first = _SUBMIT | _VALIDITY | (_HEADER if len(parts) > 1 else 0)
    pdus = []
    for place, part in zip(count(1), parts):
        header = bytes((5, 0, 3, reference & 0xFF, len(parts), place)) if len(parts) > 1 else b""
        content = header + part
        pdus.append(Pdu(_CENTRE_OF_SIM + bytes((first,)) + head + bytes((len(content),)) + content))
    return tuple(pdus)


def split(text: str) -> Iterator[bytes]:
    """Return the text in UTF-16 (big endian) parts that never cut a character in two."""
    units = text.encode("utf-16-be", errors="replace")
    size = 2 * (SINGLE if len(units) <= 2 * SINGLE else PART)
    while units:
        end = min(size, len(units))
        if end < len(units) and 0xD8 <= units[end - 2] <= 0xDB:  # a pair would be torn
            end -= 2
        yield units[:end]
        units = units[end:]


def _address(number: str) -> bytes:
    digits = number.removeprefix("+")
    if not number.startswith("+") or not (digits.isascii() and digits.isdigit()):
        raise ValueError("a telephone number is + and digits")
    if not 7 <= len(digits) <= 15:
        raise ValueError("a telephone number has 7 to 15 digits")
    even = digits + "F" * (len(digits) % 2)
    swapped = "".join(even[at + 1] + even[at] for at in range(0, len(even), 2))
    return bytes((len(digits), _INTERNATIONAL)) + bytes.fromhex(swapped)


def _validity(minutes: int) -> int:
    """Return the octet of a relative validity, the next longer one that exists."""
    if minutes <= 12 * 60:
        return max(0, -(-minutes // 5) - 1)
    if minutes <= DAY_MINUTES:
        return 143 + -(-(minutes - 12 * 60) // 30)
    days = -(-minutes // DAY_MINUTES)
    return 166 + days if days <= 30 else min(255, 192 + -(-days // 7))
