"""A slip of blocks to ESC/POS bytes (devices.md §1). No I/O."""

from hallclient.devices.escpos import (
    CENTRE,
    FEED_AND_CUT,
    INIT,
    KANJI_ON,
    LEFT,
    PAPER_80,
    QR_MODULE_URL,
    Paper,
    columns_of,
    encode_ticket,
    number_scale,
    printable,
    wrap,
)
from hallclient.services.slip import (
    Align,
    Block,
    CheckList,
    Pair,
    PaperSlip,
    QrCode,
    Rule,
    Slip,
    Space,
    Text,
    TextSize,
    TicketSlip,
)

BOLD_ON, BOLD_OFF = b"\x1bE\x01", b"\x1bE\x00"
PLAIN = (1, 1)


def encode_slip(slip: Slip, paper: Paper = PAPER_80) -> bytes:
    """Return a whole slip of either kind, from initialisation to cut."""
    if isinstance(slip, TicketSlip):
        return encode_ticket(slip, paper)
    return INIT + KANJI_ON + b"".join(_block(block, paper) for block in _all(slip)) + FEED_AND_CUT


def _all(slip: PaperSlip) -> tuple[Block, ...]:
    mark = (Text(slip.reprint_mark, align=Align.CENTRE),) if slip.reprint_mark else ()
    return (*mark, Text(slip.title, TextSize.DOUBLE, Align.CENTRE), *slip.blocks)


def _block(block: Block, paper: Paper) -> bytes:
    match block:
        case Text():
            return _text(block, paper)
        case Pair():
            return _pair(block, paper)
        case Rule():
            return LEFT + _lines("-" * paper.columns, paper)
        case CheckList():
            return LEFT + b"".join(_lines(f"□ {item}", paper) for item in block.items)
        case QrCode():
            return CENTRE + _qr(block.payload)
        case Space():
            return b"\n" * block.lines


def _text(block: Text, paper: Paper) -> bytes:
    text = printable(block.text)
    scale = _scale(text, block.size, paper)
    align = CENTRE if block.align is Align.CENTRE else LEFT
    body = align + _size(scale) + _lines(text, paper, scale[0]) + _size(PLAIN)
    return BOLD_ON + body + BOLD_OFF if block.bold else body


def _scale(text: str, size: TextSize, paper: Paper) -> tuple[int, int]:
    if size is TextSize.LARGEST:
        largest = number_scale(text, paper)
        return largest, largest
    if size is TextSize.DOUBLE and columns_of(text) * 2 <= paper.columns:
        return 2, 2
    return PLAIN if size is TextSize.NORMAL else (1, 2)


def _size(scale: tuple[int, int]) -> bytes:
    return bytes((0x1D, 0x21, (scale[0] - 1) << 4 | (scale[1] - 1)))


def _pair(block: Pair, paper: Paper) -> bytes:
    left, right = printable(block.left), printable(block.right)
    spare = paper.columns - columns_of(left) - columns_of(right)
    if spare < 1:
        return LEFT + _lines(left, paper) + _lines(right, paper)
    return LEFT + f"{left}{' ' * spare}{right}".encode("gb18030") + b"\n"


def _lines(text: str, paper: Paper, width: int = 1) -> bytes:
    lines = wrap(printable(text), paper.columns // width)
    return b"".join(line.encode("gb18030") + b"\n" for line in lines)


def _qr(payload: str) -> bytes:
    data = payload.encode("ascii")
    bodies = (b"1A2\x00", b"1C" + bytes((QR_MODULE_URL,)), b"1E1", b"1P0" + data, b"1Q0")
    return b"".join(b"\x1d(k" + len(body).to_bytes(2, "little") + body for body in bodies)
