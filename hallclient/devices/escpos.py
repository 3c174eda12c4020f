"""Ticket to ESC/POS bytes, native text and native QR (devices.md §1). No I/O.

At 9600 baud every 960 bytes are a second at the kiosk, so a ticket has a byte budget: 450 for a
service name of up to 12 characters and a follow URL of up to 44, else 520, the status queries
before and behind it included; the materials list comes on top. When long words (another
language, a long hall name) would break the budget, lines that help least are left out first:
phone, validity, hall name, the lines beside the QR code. Number, service, people ahead, wait,
place, QR code, missed-call help, time and code always stay.

Text is sent in the two-byte part of GB18030, which is all that many printers have: ``¥`` becomes
``￥``, any other character outside it ``〓``; control characters are dropped. So no text can
hold a command, and no ``10 04 01..04`` (executed by a printer even inside data) can occur.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from hallclient.devices.escpos_status import QUERY
from hallclient.services.slip import TicketSlip

INIT = b"\x1b@"
KANJI_ON = b"\x1c&"
LEFT, CENTRE = b"\x1ba\x00", b"\x1ba\x01"
REVERSE_ON, REVERSE_OFF = b"\x1dB\x01", b"\x1dB\x00"
FEED_AND_CUT = b"\x1dVB\x03"
DOTS_PER_COLUMN = 12  # a Latin glyph of font A; a Chinese one takes two columns
SHORT_NAME, SHORT_URL = 12, 44
SHORT_BUDGET, LONG_BUDGET = 450 - 2 * len(QUERY), 520 - 2 * len(QUERY)
SUBSTITUTE = "〓"
QR_MODULE_TOKEN, QR_MODULE_URL = 8, 6

_PLAIN = (1, 1)
_TALL = (1, 2)
_DOUBLE = (2, 2)


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper width: millimetres of the roll and printable dots (8 per mm)."""

    millimetres: int
    dots: int

    @property
    def columns(self) -> int:
        """Latin characters at size 1x1 on one line."""
        return self.dots // DOTS_PER_COLUMN


PAPER_80 = Paper(80, 576)
PAPER_58 = Paper(58, 384)


def printable(text: str) -> str:
    """Return ``text`` as the printer can show it: no controls, nothing beyond two-byte GB18030."""
    return "".join(_printable_character(character) for character in text)


def _printable_character(character: str) -> str:
    if character == "\N{YEN SIGN}":
        return "￥"
    category = unicodedata.category(character)
    if category in {"Zl", "Zp"} or character in "\t\n\r":
        return " "
    if category in {"Cc", "Cf"}:
        return ""
    if category in {"Cs", "Co", "Cn"} or len(character.encode("gb18030")) > 2:
        return " " if category == "Zs" else SUBSTITUTE
    return character


def columns_of(text: str) -> int:
    """Return the width of printable text in Latin columns at size 1x1."""
    return len(text.encode("gb18030"))


def number_scale(label: str, paper: Paper) -> int:
    """Return the size 1-8 of the ticket number: the largest that fits on one line."""
    return max(1, min(8, paper.columns // max(1, columns_of(label))))


def encode_ticket(slip: TicketSlip, paper: Paper = PAPER_80) -> bytes:
    """Return the whole ticket, from initialisation to cut."""
    materials = _materials(slip, paper)
    budget = byte_budget(slip) + len(materials)
    data = _encode(slip, materials, paper)
    for shorter in _shortened(slip):
        if len(data) <= budget:
            break
        data = _encode(shorter, materials, paper)
    return data


def byte_budget(slip: TicketSlip) -> int:
    """Return the bytes a ticket without its materials list may take."""
    short = len(slip.service_name) <= SHORT_NAME and len(slip.follow_url or "") <= SHORT_URL
    return SHORT_BUDGET if short else LONG_BUDGET


def _shortened(slip: TicketSlip) -> Iterator[TicketSlip]:
    slip = replace(slip, phone_text=None)
    yield slip
    slip = replace(slip, valid_text="")
    yield slip
    slip = replace(slip, hall_name="")
    yield slip
    while slip.qr_lines:
        slip = replace(slip, qr_lines=slip.qr_lines[:-1])
        yield slip


def _encode(slip: TicketSlip, materials: bytes, paper: Paper) -> bytes:
    return b"".join(
        (
            INIT + KANJI_ON + CENTRE,
            _line(slip.reprint_mark or "", paper),
            _line(slip.hall_name, paper),
            _sized(slip.service_name, paper, (_DOUBLE, _TALL)),
            _number(slip.label, paper),
            _waiting(slip, paper),
            _place(slip, paper),
            _qr(slip),
            _size(_PLAIN),
            _line(slip.qr_title, paper),
            *(_line(line, paper) for line in slip.qr_lines),
            LEFT,
            _line(slip.missed_title, paper),
            _line(slip.missed_text, paper),
            materials,
            _pair(slip.issued_at_text, slip.code, paper),
            _pair(slip.valid_text, slip.phone_text or "", paper),
            FEED_AND_CUT,
        )
    )


def _size(scale: tuple[int, int]) -> bytes:
    width, height = scale
    return bytes((0x1D, 0x21, (width - 1) << 4 | (height - 1)))


def _line(text: str, paper: Paper, width: int = 1) -> bytes:
    """Return lines ending in LF, none for an empty text."""
    return _ended(wrap(printable(text), paper.columns // width))


def _ended(lines: list[str]) -> bytes:
    return b"".join(line.encode("gb18030") + b"\n" for line in lines)


def _sized(text: str, paper: Paper, scales: tuple[tuple[int, int], ...]) -> bytes:
    """Return the text in the first size that holds it on one line, or wrapped in the last."""
    columns = columns_of(printable(text))
    fitting = (scale for scale in scales if columns * scale[0] <= paper.columns)
    scale = next(fitting, scales[-1])
    return _size(scale) + _ended(_balanced(printable(text), paper.columns // scale[0]))


def _balanced(text: str, columns: int) -> list[str]:
    """Wrap a centred text into lines of like length: a last line of one character looks lost."""
    lines = wrap(text, columns)
    for narrower in range(-(-columns_of(text) // max(1, len(lines))), columns):
        even = wrap(text, narrower)
        if len(even) == len(lines):
            return even
    return lines


def _number(label: str, paper: Paper) -> bytes:
    label = printable(label)
    scale = number_scale(label, paper)
    return _size((scale, scale)) + _line(label, paper, scale)


def _waiting(slip: TicketSlip, paper: Paper) -> bytes:
    ahead = f"{slip.ahead_caption} {slip.ahead_text}"
    if slip.wait_text is None:
        return _sized(ahead, paper, (_DOUBLE, _TALL))
    wait = f"{slip.wait_caption or ''} {slip.wait_text}".strip()
    widest = max(columns_of(printable(ahead)), columns_of(printable(wait)))
    scale = _DOUBLE if widest * 2 <= paper.columns else _TALL
    return _size(scale) + _line(ahead, paper, scale[0]) + _line(wait, paper, scale[0])


def _place(slip: TicketSlip, paper: Paper) -> bytes:
    """Return the zone bar: black over the whole paper width, the text centred in it."""
    text = printable(f"{slip.zone} {slip.windows}".strip())
    scale = _DOUBLE if columns_of(text) * 2 <= paper.columns else _TALL
    columns = paper.columns // scale[0]
    body = _ended([_padded(line, columns) for line in wrap(text, columns)])
    return _size(scale) + REVERSE_ON + body + REVERSE_OFF


def _padded(text: str, columns: int) -> str:
    spare = columns - columns_of(text)
    return " " * (spare // 2) + text + " " * (spare - spare // 2)


def _qr(slip: TicketSlip) -> bytes:
    payload = slip.qr_payload.encode("ascii")
    module = QR_MODULE_URL if slip.follow_url else QR_MODULE_TOKEN
    return b"".join(
        (
            _qr_function(b"1A2\x00"),
            _qr_function(b"1C" + bytes((module,))),
            _qr_function(b"1E1"),
            _qr_function(b"1P0" + payload),
            _qr_function(b"1Q0"),
        )
    )


def _qr_function(body: bytes) -> bytes:
    return b"\x1d(k" + len(body).to_bytes(2, "little") + body


def _pair(left: str, right: str, paper: Paper) -> bytes:
    """Return two short texts, on one line where it holds both."""
    both = f"{left}  {right}" if left and right else left or right
    if columns_of(printable(both)) <= paper.columns:
        return _line(both, paper)
    return _line(left, paper) + _line(right, paper)


def _materials(slip: TicketSlip, paper: Paper) -> bytes:
    if not slip.materials:
        return b""
    boxes = (_line(f"□ {name}", paper) for name in slip.materials)
    return _line(slip.materials_title, paper) + b"".join(boxes)


def wrap(text: str, columns: int) -> list[str]:
    """Break printable text into lines of at most ``columns``, at spaces where there are some.

    Chinese breaks anywhere, but closing punctuation is not left to start a line. Spaces at a
    break are dropped.
    """
    lines: list[str] = []
    rest = text.strip(" ")
    while rest:
        end = _line_end(rest, columns)
        lines.append(rest[:end].rstrip(" "))
        rest = rest[end:].lstrip(" ")
    return lines


def _line_end(text: str, columns: int) -> int:
    """Return how many characters of ``text`` go on the next line, at least one."""
    used = 0
    end = len(text)
    for index, character in enumerate(text):
        used += columns_of(character)
        if used > columns:
            end = max(1, index)
            break
    if end == len(text) or text[end] == " ":
        return end
    return _good_break(text, end)


def _good_break(text: str, end: int) -> int:
    """Move a break back to a word's start, or before the character a closing mark belongs to."""
    start = end
    while start > 0 and _in_word(text[start]) and _in_word(text[start - 1]):
        start -= 1
    if start == 0:
        start = end
    if text[start] in "，。、；：？！”’）》〉】" and start > 1:
        start -= 1
    return start


def _in_word(character: str) -> bool:
    return character.isascii() and character != " "
