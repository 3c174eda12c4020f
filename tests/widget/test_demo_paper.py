"""The paper as a picture, and the panel that shows it."""

import pytest
import zxingcpp
from PIL import Image
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from hallclient.devices.emulated_printer import EmulatedPrinter
from hallclient.devices.emulators.keypad import EmulatedKeypad
from hallclient.devices.escpos import PAPER_58, PAPER_80, Paper
from hallclient.devices.paper import Align, Feed, PrintedTicket, QrMark, Style, TextLine, TextRun
from hallclient.devices.profile import load_profile
from hallclient.lab.demo.panel import Panel, PaperSlot
from hallclient.lab.demo.paper_view import LINE, MARGIN, SPACING, draw_ticket
from hallclient.ui.words import Words

TOKEN = "SHNZ61KY8AX8Q4VX"  # noqa: S105 - a ticket's code, no secret


def line(text: str, *, height: int = 1, reverse: bool = False) -> TextLine:
    style = Style(height, height, reverse=reverse)
    columns = sum(1 if ord(sign) < 0x80 else 2 for sign in text)
    return TextLine((TextRun(text, style),), Align.CENTRE, columns * 12 * height)


TICKET = PrintedTicket(
    b"",
    (line("政务中心"), line("B107", height=8), Feed(2), QrMark(TOKEN, 2, 6, "M", Align.CENTRE)),
)


def pixels(image: QImage) -> Image.Image:
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    size = (grey.width(), grey.height())
    return Image.frombytes("L", size, bytes(grey.constBits()), "raw", "L", grey.bytesPerLine())


@pytest.mark.parametrize("paper", [PAPER_80, PAPER_58])
def test_a_ticket_is_drawn_dot_for_dot(app: QApplication, paper: Paper) -> None:
    image = draw_ticket(TICKET, paper)
    assert image.width() == paper.dots
    modules = 21  # sixteen signs at level M fit the smallest code, or the next
    text = (LINE + SPACING) + (8 * LINE + SPACING) + 2 * (LINE + SPACING)
    code = image.height() - 2 * MARGIN - text - SPACING
    assert code in (modules * 6, (modules + 4) * 6)
    (found,) = zxingcpp.read_barcodes(pixels(image))
    assert found.text == TOKEN


def test_the_number_is_large_and_black(app: QApplication) -> None:
    picture = pixels(draw_ticket(TICKET))
    top = MARGIN + LINE + SPACING
    number = picture.crop((0, top, picture.width, top + 8 * LINE))
    box = number.point(lambda value: 255 if value < 128 else 0).getbbox()
    assert box is not None
    left, upper, right, lower = box
    assert right - left > 0.8 * 4 * 12 * 8
    assert lower - upper > 0.5 * 8 * LINE
    assert abs((left + right) - picture.width) < 40  # in the middle


def test_a_reverse_bar_is_dark(app: QApplication) -> None:
    picture = pixels(draw_ticket(PrintedTicket(b"", (line("1A", height=2, reverse=True),))))
    bar = picture.crop((0, MARGIN, picture.width, MARGIN + 2 * LINE))
    dark = sum(bar.histogram()[:128])
    assert dark > 0.5 * (2 * 12 * 2) * (2 * LINE)


def test_the_panel_shows_paper_and_has_keys(
    app: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    slot, words = PaperSlot(), Words()
    with EmulatedPrinter() as printer, EmulatedKeypad(load_profile("ff68-keypad")) as keypad:
        panel = Panel(printer, [("12", keypad)], slot, words)
        qtbot.addWidget(panel)
        pressed: list[int] = []
        monkeypatch.setattr(keypad, "press", pressed.append)
        for button in panel.findChildren(QPushButton):
            button.click()
        assert pressed == [5, 4, 3, 2, 1]
        box = panel.findChild(QCheckBox)
        assert box is not None
        box.click()
        out = [printer.paper_out]
        box.click()
        out.append(printer.paper_out)
        assert out == [True, False]
        slot.came.emit(TICKET)
        drawn = [label.pixmap() for label in panel.findChildren(QLabel)]
        assert max(pixmap.height() for pixmap in drawn) > 200
        panel.close()
        panel._timer.stop()
