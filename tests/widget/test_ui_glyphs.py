"""Lines and logos drawn for a printer."""

import threading
from pathlib import Path

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PySide6.QtGui import QFontMetricsF, QImage
from PySide6.QtWidgets import QApplication

from hallclient.devices.escpos import PAPER_58, PAPER_80, Paper, Sheet
from hallclient.devices.escpos_blocks import lay_out
from hallclient.devices.paper_reader import PaperReader
from hallclient.lab.demo.paper_view import draw_ticket
from hallclient.services.glyphs import Bitmap, PictureError
from hallclient.services.slip import Pair, PaperSlip, Text
from hallclient.ui import fonts
from hallclient.ui.glyphs import MAX_FILE, QtGlyphs
from tests.devices.stubs import SLIP, make_slip


@pytest.fixture(scope="module")
def glyphs(qapp: QApplication) -> QtGlyphs:
    fonts.load_fonts()
    return QtGlyphs()


def seen(bitmap: Bitmap) -> Image.Image:
    """The bitmap as a picture, white on black."""
    return Image.frombytes("1", (bitmap.width, bitmap.height), bitmap.rows).convert("L")


def ink(bitmap: Bitmap) -> float:
    return sum(row.bit_count() for row in bitmap.rows) / (bitmap.width * bitmap.height)


@pytest.mark.parametrize("height", [24, 48, 192])
@pytest.mark.parametrize("text", ["王㛃", "𠮷野", "龘"])
def test_a_rare_name_is_as_high_as_the_native_line(
    glyphs: QtGlyphs, text: str, height: int
) -> None:
    bitmap = glyphs.line(text, height, PAPER_80.dots)
    assert height <= bitmap.height <= 1.1 * height
    assert 0.85 * height * len(text) <= bitmap.width <= height * len(text)
    assert 0.1 < ink(bitmap) < 0.6
    box = seen(bitmap).getbbox()
    assert box is not None
    assert box[3] - box[1] > 0.8 * height


def test_characters_differ_and_the_same_one_does_not(glyphs: QtGlyphs) -> None:
    assert glyphs.line("㛃", 24, 576) != glyphs.line("𠮷", 24, 576)
    assert glyphs.line("㛃", 24, 576) == glyphs.line("㛃", 24, 576)


def test_uyghur_is_joined_and_runs_from_the_right(glyphs: QtGlyphs) -> None:
    if not QFontMetricsF(fonts.font(24)).inFontUcs4(ord("ب")):
        pytest.skip("no font of this machine has Arabic letters")
    joined, isolated = glyphs.line("ببب", 48, 576), glyphs.line("ب‌ب‌ب", 48, 576)
    assert joined.width < isolated.width
    # Alef is the thin upright: at the right end where it is written first.
    first, last = seen(glyphs.line("اببب", 48, 576)), seen(glyphs.line("بببا", 48, 576))
    upper = [picture.crop((0, 0, picture.width, 16)).getbbox() for picture in (first, last)]
    assert upper[0] is not None
    assert upper[1] is not None
    assert upper[0][0] > first.width / 2 > 0
    assert upper[1][0] < last.width / 2


def test_a_sign_of_no_font_is_a_substitute(glyphs: QtGlyphs) -> None:
    assert glyphs.line("\U000323af", 24, 576) == glyphs.line("〓", 24, 576)


@settings(max_examples=60, deadline=None)
@given(
    text=st.text(
        st.sampled_from("王㛃𠮷 aB་ག") | st.characters(exclude_categories=["Cs", "Cc"]), max_size=60
    ),
    height=st.sampled_from((24, 48, 96)),
    dots=st.sampled_from((PAPER_80.dots, PAPER_58.dots)),
)
def test_any_line_fits_the_paper(glyphs: QtGlyphs, text: str, height: int, dots: int) -> None:
    bitmap = glyphs.line(text, height, dots)
    assert 1 <= bitmap.width <= dots
    assert bitmap.height <= 3 * height


def test_another_thread_may_draw(glyphs: QtGlyphs) -> None:
    here, drawn = glyphs.line("王㛃", 24, 576), []
    threads = [
        threading.Thread(target=lambda: drawn.append(glyphs.line("王㛃", 24, 576)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert drawn == [here] * 4


def test_a_slip_with_a_rare_name_can_be_read_as_a_picture(glyphs: QtGlyphs) -> None:
    slip = PaperSlip("受理回执", (Text("王㛃"), Pair("申请人", "𠮷野")))
    (ticket,) = PaperReader().feed(lay_out(slip, Sheet(PAPER_80, glyphs)))
    assert not ticket.unknown
    assert ticket.text == "受理回执"
    image = draw_ticket(ticket)
    blank = draw_ticket(PaperReader().feed(lay_out(PaperSlip("受理回执", ()), Sheet()))[0])
    assert image.height() >= blank.height() + 2 * 24


@pytest.mark.parametrize("zone", ["一楼 B 区", "一楼 㛃 区"])
@pytest.mark.parametrize("paper", [PAPER_80, PAPER_58])
def test_the_black_bar_leaves_the_code_readable(glyphs: QtGlyphs, zone: str, paper: Paper) -> None:
    data = lay_out(make_slip(zone=zone), Sheet(paper, glyphs))
    image = draw_ticket(PaperReader(paper).feed(data)[0], paper)
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    size = (grey.width(), grey.height())
    picture = Image.frombytes("L", size, bytes(grey.constBits()), "raw", "L", grey.bytesPerLine())
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [SLIP.token]


def test_a_logo_is_printed_dot_for_dot(glyphs: QtGlyphs, tmp_path: Path) -> None:
    logo = Image.new("RGBA", (20, 3), (255, 255, 255, 0))
    for x in range(20):
        logo.putpixel((x, 1), (0, 0, 0, 255) if x % 2 else (200, 200, 200, 255))
        logo.putpixel((x, 2), (0, 0, 0, 40))
    logo.save(tmp_path / "logo.png")
    bitmap = glyphs.picture(tmp_path / "logo.png", 576)
    assert bitmap == Bitmap(20, 3, bytes.fromhex("000000 555550 000000"))


def files(folder: Path) -> dict[str, Path]:
    """Make files that are no logo; by what is said about them."""
    made = {}
    whole = folder / "whole.png"
    Image.effect_noise((300, 100), 90).save(whole)
    for said, name, data in (
        ("is not a PNG", "text.png", b"hello"),
        ("is not a PNG", "empty.png", b""),
        ("is broken", "torn.png", whole.read_bytes()[:2000]),
        ("is over 1 MB", "huge.png", bytes(MAX_FILE + 1)),
    ):
        made[f"{name} {said}"] = folder / name
        made[f"{name} {said}"].write_bytes(data)
    Image.new("L", (577, 8)).save(folder / "wide.png")
    Image.new("L", (8, 3000)).save(folder / "high.png")
    Image.new("L", (8, 8)).save(folder / "photo.jpg")
    return made | {
        "wide.png is 577 x 8 dots": folder / "wide.png",
        "high.png is 8 x 3000 dots": folder / "high.png",
        "photo.jpg is not a PNG": folder / "photo.jpg",
        "none.png cannot be read": folder / "none.png",
        "cannot be read": folder,
    }


def test_what_is_no_logo_is_refused_by_name_and_reason(glyphs: QtGlyphs, tmp_path: Path) -> None:
    for said, path in files(tmp_path).items():
        with pytest.raises(PictureError) as refused:
            glyphs.picture(path, 576)
        assert said in str(refused.value)
