"""A printed ticket as a picture: what the emulated printer made of the bytes it got."""

import re
from functools import cache

import qrcode
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from hallclient.devices.escpos import DOTS_PER_COLUMN, PAPER_80, Paper
from hallclient.devices.paper import (
    Align,
    Feed,
    PaperItem,
    Picture,
    PrintedTicket,
    QrMark,
    TextLine,
)
from hallclient.ui import fonts

_WORD = re.compile(r"[^ ]+")
LINE = 24
SPACING = 6
MARGIN = 16
WHITE, INK = QColor("#FFFFFF"), QColor("#14222D")
QR_LEVELS = {
    "L": qrcode.ERROR_CORRECT_L,
    "M": qrcode.ERROR_CORRECT_M,
    "Q": qrcode.ERROR_CORRECT_Q,
    "H": qrcode.ERROR_CORRECT_H,
}


def draw_ticket(ticket: PrintedTicket, paper: Paper = PAPER_80) -> QImage:
    """Return the ticket, one px a dot, as wide as the paper."""
    height = sum(_height(item) for item in ticket.items) + 2 * MARGIN
    image = QImage(paper.dots, height, QImage.Format.Format_RGB32)
    image.fill(WHITE)
    painter = QPainter(image)
    top = MARGIN
    for item in ticket.items:
        if isinstance(item, TextLine):
            _draw_line(painter, item, top, paper)
        elif isinstance(item, QrMark):
            _draw_qr(painter, item, top, paper)
        elif isinstance(item, Picture):
            _draw_picture(painter, item, top, paper)
        top += _height(item)
    painter.end()
    return image


def _height(item: PaperItem) -> int:
    if isinstance(item, Feed):
        return item.lines * (LINE + SPACING) + item.dots
    if isinstance(item, Picture):
        return item.bitmap.height * item.down
    if isinstance(item, QrMark):
        return len(_matrix(item)) * item.module + SPACING
    return item.height + SPACING


def _left(align: Align, width: float, paper: Paper) -> float:
    spare = max(0.0, paper.dots - width)
    return {Align.LEFT: 0.0, Align.CENTRE: spare / 2, Align.RIGHT: spare}[align]


def _draw_line(painter: QPainter, line: TextLine, top: int, paper: Paper) -> None:
    x = _left(line.align, line.dots, paper)
    for run in line.runs:
        column = DOTS_PER_COLUMN * run.style.width
        cell = QRectF(x, 0, _columns(run.text) * column, run.style.height * LINE)
        cell.moveBottom(top + line.height)
        if run.style.reverse:
            painter.fillRect(cell, INK)
        painter.setPen(WHITE if run.style.reverse else INK)
        weight = fonts.BOLD if run.style.bold or run.style.height > 3 else fonts.MEDIUM
        for word in _WORD.finditer(run.text):
            at = x + _columns(run.text[: word.start()]) * column
            room = QRectF(at, cell.top(), _columns(word[0]) * column, cell.height())
            _draw_text(painter, word[0], room, weight)
        x += cell.width()


def _columns(text: str) -> int:
    return sum(1 if ord(sign) < 0x80 else 2 for sign in text)


def _draw_text(painter: QPainter, text: str, cell: QRectF, weight: int) -> None:
    """Fill a word's cells as a printer's own font does, whatever the widths of ours are."""
    height = round(cell.height())
    font = fonts.font(round(height * 0.92), weight)
    width = fonts.metrics(round(height * 0.92), weight).horizontalAdvance(text)
    if not width:
        return
    painter.save()
    painter.setFont(font)
    painter.translate(cell.left(), cell.top())
    painter.scale(cell.width() / width, 1.0)
    painter.drawText(QRectF(0, 0, width + 1, height), Qt.AlignmentFlag.AlignVCenter, text)
    painter.restore()


def _draw_picture(painter: QPainter, picture: Picture, top: int, paper: Paper) -> None:
    bitmap = picture.bitmap
    image = QImage(
        bitmap.rows, bitmap.width, bitmap.height, bitmap.row_bytes, QImage.Format.Format_Mono
    )
    image.setColorTable([WHITE.rgb(), INK.rgb()])
    image = image.scaled(bitmap.width * picture.across, bitmap.height * picture.down)
    painter.drawImage(round(_left(picture.align, image.width(), paper)), top, image)


@cache
def _matrix(mark: QrMark) -> list[list[bool]]:
    code = qrcode.QRCode(error_correction=QR_LEVELS.get(mark.level, 0), border=0)
    code.add_data(mark.payload)
    code.make(fit=True)
    return [[bool(dark) for dark in row] for row in code.get_matrix()]


def _draw_qr(painter: QPainter, mark: QrMark, top: int, paper: Paper) -> None:
    matrix = _matrix(mark)
    left = round(_left(mark.align, len(matrix) * mark.module, paper))
    for y, row in enumerate(matrix):
        for x, dark in enumerate(row):
            if dark:
                square = (left + x * mark.module, top + y * mark.module, mark.module, mark.module)
                painter.fillRect(*square, INK)
