"""Ticket to ESC/POS bytes, native text and native QR (devices.md §1). No I/O.

At 9600 baud every 960 bytes are a second at the kiosk, so a ticket has a byte budget: 450 for a
service name of up to 12 characters and a follow URL of up to 44, else 520, the status queries
before and behind it included; the steps of a visit, the materials list, a logo and drawn lines come
on top. When long
words (another language, a long hall name) would break the budget, lines that help least are left
out first: phone, validity, hall name, the lines beside the QR code. Number, service, people ahead,
wait, place, QR code, missed-call help, time and code always stay.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from hallclient.devices.escpos import (
    CENTRE,
    DOUBLE,
    INIT,
    KANJI_ON,
    LEFT,
    PAPER_80,
    PLAIN,
    QR_MODULE_TOKEN,
    QR_MODULE_URL,
    TALL,
    Paper,
    Sheet,
    sized,
)
from hallclient.devices.escpos_status import ASB_ON, QUERY
from hallclient.services.glyphs import Bitmap
from hallclient.services.slip import TicketSlip

SHORT_NAME, SHORT_URL = 12, 44
# With the space below a line: three modules between the black bar and the code (visual.md).
QR_QUIET = b"\x1bJ\x12"
_AROUND = 2 * len(QUERY) + len(ASB_ON)
SHORT_BUDGET, LONG_BUDGET = 450 - _AROUND, 520 - _AROUND


def encode_ticket(slip: TicketSlip, paper: Paper = PAPER_80) -> bytes:
    """Return the whole ticket without drawn lines, from initialisation to cut."""
    return lay_out_ticket(slip, Sheet(paper))


def lay_out_ticket(slip: TicketSlip, sheet: Sheet, logo: Bitmap | None = None) -> bytes:
    """Return the whole ticket, from initialisation to cut."""
    chosen = _within_budget(slip, Sheet(sheet.paper))
    return _encode(chosen, sheet, logo)


def _within_budget(slip: TicketSlip, plain: Sheet) -> TicketSlip:
    """Return the ticket that holds the budget on a sheet where nothing is drawn.

    Where what always stays is too long for it, the shortest.
    """
    budget = byte_budget(slip) + len(_materials(slip, plain)) + len(_steps(slip, plain))
    chosen = slip
    for chosen in chain((slip,), _shortened(slip)):
        if len(_encode(chosen, plain)) <= budget:
            break
    return chosen


def byte_budget(slip: TicketSlip) -> int:
    """Return the bytes a ticket without its steps and its materials list may take."""
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


def _encode(slip: TicketSlip, sheet: Sheet, logo: Bitmap | None = None) -> bytes:
    return b"".join(
        (
            INIT + KANJI_ON + CENTRE,
            sheet.lines("  ".join(filter(None, (slip.reprint_mark, slip.class_mark)))),
            sheet.picture(logo) if logo else b"",
            sheet.lines(slip.hall_name),
            sheet.title(slip.service_name, DOUBLE, TALL),
            sheet.largest(slip.label),
            _waiting(slip, sheet),
            sheet.bar(f"{slip.zone} {slip.windows}".strip()),
            _steps(slip, sheet),
            QR_QUIET,
            sheet.qr_code(slip.qr_payload, QR_MODULE_URL if slip.follow_url else QR_MODULE_TOKEN),
            sized(PLAIN),
            sheet.lines(slip.qr_title),
            *(sheet.lines(line) for line in slip.qr_lines),
            LEFT,
            sheet.lines(slip.missed_title),
            sheet.lines(slip.missed_text),
            _materials(slip, sheet),
            _foot(slip.issued_at_text, slip.code, sheet),
            _foot(slip.valid_text, slip.phone_text or "", sheet),
            sheet.end,
        )
    )


def _waiting(slip: TicketSlip, sheet: Sheet) -> bytes:
    ahead = f"{slip.ahead_caption} {slip.ahead_text}"
    if slip.wait_text is None:
        return sheet.title(ahead, DOUBLE, TALL)
    wait = f"{slip.wait_caption or ''} {slip.wait_text}".strip()
    scale = DOUBLE if sheet.fits(ahead, DOUBLE) and sheet.fits(wait, DOUBLE) else TALL
    return sized(scale) + sheet.lines(ahead, scale) + sheet.lines(wait, scale)


def _steps(slip: TicketSlip, sheet: Sheet) -> bytes:
    """Return where to go after the first window; it belongs below the place, above the code."""
    if not slip.steps:
        return b""
    lines = (sheet.lines(step) for step in slip.steps)
    return b"".join((sized(PLAIN), LEFT, sheet.lines(slip.steps_title), *lines, CENTRE))


def _foot(left: str, right: str, sheet: Sheet) -> bytes:
    """Return two short texts, on one line where it holds both; white columns cost bytes."""
    both = f"{left}  {right}" if left and right else left or right
    return sheet.lines(both) if sheet.fits(both) else sheet.lines(left) + sheet.lines(right)


def _materials(slip: TicketSlip, sheet: Sheet) -> bytes:
    if not slip.materials:
        return b""
    boxes = (sheet.lines(f"□ {name}") for name in slip.materials)
    return sheet.lines(slip.materials_title) + b"".join(boxes)
