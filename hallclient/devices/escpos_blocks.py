"""A slip of blocks to ESC/POS bytes, and the one way from any slip to bytes. No I/O."""

from hallclient.devices.escpos import (
    BOLD_OFF,
    BOLD_ON,
    CENTRE,
    DOUBLE,
    INIT,
    KANJI_ON,
    LEFT,
    PAPER_80,
    PLAIN,
    QR_MODULE_URL,
    TALL,
    Paper,
    Sheet,
    sized,
)
from hallclient.devices.escpos_ticket import lay_out_ticket
from hallclient.services.glyphs import Bitmap
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


def encode_slip(slip: Slip, paper: Paper = PAPER_80) -> bytes:
    """Return a whole slip of either kind without drawn lines, from initialisation to cut."""
    return lay_out(slip, Sheet(paper))


def lay_out(slip: Slip, sheet: Sheet, logo: Bitmap | None = None) -> bytes:
    """Return a whole slip of either kind; only a ticket carries the logo (devices.md §1)."""
    if isinstance(slip, TicketSlip):
        return lay_out_ticket(slip, sheet, logo)
    body = b"".join(_block(block, sheet) for block in _all(slip))
    return INIT + KANJI_ON + body + sheet.end


def _all(slip: PaperSlip) -> tuple[Block, ...]:
    mark = (Text(slip.reprint_mark, align=Align.CENTRE),) if slip.reprint_mark else ()
    return (*mark, Text(slip.title, TextSize.DOUBLE, Align.CENTRE), *slip.blocks)


def _block(block: Block, sheet: Sheet) -> bytes:
    match block:
        case Text():
            return _text(block, sheet)
        case Pair():
            return LEFT + sheet.pair(block.left, block.right)
        case Rule():
            return LEFT + b"-" * sheet.paper.columns + b"\n"
        case CheckList():
            return LEFT + b"".join(sheet.lines(f"□ {item}") for item in block.items)
        case QrCode():
            return CENTRE + sheet.qr_code(block.payload, QR_MODULE_URL)
        case Space():
            return b"\n" * block.lines


def _text(block: Text, sheet: Sheet) -> bytes:
    align = CENTRE if block.align is Align.CENTRE else LEFT
    body = _line(block, sheet)
    return align + (BOLD_ON + body + BOLD_OFF if block.bold else body)


def _line(block: Text, sheet: Sheet) -> bytes:
    match block.size:
        case TextSize.NORMAL:
            return sheet.lines(block.text)
        case TextSize.LARGEST:
            return sheet.largest(block.text) + sized(PLAIN)
        case TextSize.DOUBLE:
            return sheet.title(block.text, DOUBLE, TALL) + sized(PLAIN)
        case TextSize.TALL:
            return sheet.title(block.text, TALL) + sized(PLAIN)
