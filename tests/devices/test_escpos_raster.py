"""Pictures on the wire: what the paper shows, what a printer must never execute."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hallclient.devices.escpos import INIT, PAPER_58, PAPER_80, Paper, Sheet
from hallclient.devices.escpos_blocks import lay_out
from hallclient.devices.escpos_raster import BAND_BYTES, defused, inverted, qr_bitmap, raster
from hallclient.devices.paper import Picture, PrintedTicket, item_dots
from hallclient.devices.paper_reader import PaperReader
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
)
from tests.devices.stubs import BoxGlyphs, make_slip, solid

REALTIME = re.compile(rb"\x10[\x04\x05\x14]")
CUT = b"\x1dV\x00"
papers = st.sampled_from((PAPER_80, PAPER_58))
words = st.text(
    st.sampled_from("二手房，。 aB1“¥")
    | st.sampled_from("㛃𠮷𪚥བོད་بەلگە")
    | st.characters(exclude_categories=["Cs"]),
    max_size=40,
)
# Bytes that make real-time commands likely, in every phase of a row.
dots = st.sampled_from((0x10, 0x04, 0x05, 0x14, 0x01, 0x02, 0x00, 0x1D, 0xFF))


@st.composite
def bitmaps(draw: st.DrawFn) -> Bitmap:
    width, height = draw(st.integers(1, 72)), draw(st.integers(1, 40))
    rows = draw(st.lists(dots, min_size=width * height, max_size=width * height))
    return Bitmap(width * 8, height, bytes(rows))


def on_paper(data: bytes, paper: Paper = PAPER_80) -> PrintedTicket:
    (ticket,) = PaperReader(paper).feed(INIT + data + CUT)
    assert not ticket.unknown
    return ticket


@settings(deadline=None)
@given(bitmap=bitmaps())
def test_a_picture_comes_out_dot_for_dot_but_for_what_would_be_executed(bitmap: Bitmap) -> None:
    data = raster(bitmap)
    assert not REALTIME.search(data)
    bands = on_paper(data).pictures
    assert all(len(band.bitmap.rows) <= BAND_BYTES for band in bands)
    assert {band.bitmap.width for band in bands} == {bitmap.width}
    shown = b"".join(band.bitmap.rows for band in bands)
    assert len(shown) == len(bitmap.rows)
    changed = [(a, b) for a, b in zip(bitmap.rows, shown, strict=True) if a != b]
    assert all(b == a | 0x08 and a in b"\x04\x05\x14" for a, b in changed)
    assert len(changed) <= len(REALTIME.findall(bitmap.rows))


def test_one_band_is_the_command_of_the_manual() -> None:
    bitmap = Bitmap(16, 3, bytes.fromhex("FF01 8000 7FFE"))
    assert raster(bitmap) == bytes.fromhex("1D763000 0200 0300 FF01 8000 7FFE")
    assert raster(bitmap, 2, 1)[:4] == bytes.fromhex("1D763001")
    assert raster(bitmap, 1, 2)[:4] == bytes.fromhex("1D763002")
    (picture,) = on_paper(raster(bitmap, 2, 2)).pictures
    assert (picture.bitmap, picture.across, picture.down) == (bitmap, 2, 2)


@given(data=st.binary(max_size=200) | st.lists(dots, max_size=200).map(bytes))
def test_defused_data_holds_no_command_and_only_gains_dots(data: bytes) -> None:
    safe = defused(data)
    assert not REALTIME.search(safe)
    assert all(new | old == new for old, new in zip(data, safe, strict=True))


@pytest.mark.parametrize(("width", "rows"), [(0, b""), (8, b""), (9, b"\xff"), (8, b"\xff\xff")])
def test_a_bitmap_must_be_what_it_says(width: int, rows: bytes) -> None:
    with pytest.raises(ValueError, match=r"bitmap"):
        Bitmap(width, 1, rows)


def test_white_on_black_stands_in_the_middle() -> None:
    bar = inverted(solid(4, 2), 16)
    assert bar.rows == bytes.fromhex("FC3F FC3F")
    assert inverted(solid(13, 1), 16).rows == bytes.fromhex("8003")


def test_a_qr_code_without_the_printers_own() -> None:
    bitmap = qr_bitmap("7F3KQ2M8XW4RTN6H", 8)
    assert bitmap.width == bitmap.height == 21 * 8
    sheet = Sheet(native_qr=False, cutter=False)
    data = lay_out(make_slip(), sheet)
    assert b"\x1d(k" not in data
    assert data.endswith(b"\x1bd\x05")
    (ticket,) = PaperReader().feed(data + CUT)
    assert sum(map(item_dots, ticket.pictures)) == 168
    assert {p.bitmap.row_bytes * 8 * p.across for p in ticket.pictures} == {176}


texts = st.builds(
    Text, words, st.sampled_from(TextSize), st.sampled_from(Align), bold=st.booleans()
)
codes = st.text("0123456789ABCDEFabcdef-:/", min_size=1, max_size=120).map(QrCode)
blocks: st.SearchStrategy[Block] = st.one_of(
    texts,
    st.builds(Pair, words, words),
    st.builds(CheckList, st.lists(words, max_size=4).map(tuple)),
    codes,
    st.builds(Space, st.integers(1, 10)),
    st.just(Rule()),
)
slips: st.SearchStrategy[Slip] = st.one_of(
    st.builds(PaperSlip, words, st.lists(blocks, max_size=6).map(tuple), words),
    st.builds(
        make_slip,
        hall_name=words,
        service_name=words,
        zone=words,
        missed_text=words,
        qr_title=words,
        materials=st.lists(words, max_size=3).map(tuple),
    ),
)
sheets = st.builds(
    Sheet,
    papers,
    st.sampled_from((None, BoxGlyphs())),
    four_byte=st.booleans(),
    native_qr=st.booleans(),
)


@settings(deadline=None)
@given(slip=slips, sheet=sheets, logo=st.none() | bitmaps())
def test_no_slip_holds_a_real_time_command_or_one_we_do_not_know(
    slip: Slip, sheet: Sheet, logo: Bitmap | None
) -> None:
    data = lay_out(slip, sheet, logo)
    assert not REALTIME.search(data)
    if not sheet.four_byte:  # the reader is a printer without that font
        (ticket,) = PaperReader(sheet.paper).feed(data)
        assert not ticket.unknown
        assert all(line.dots <= sheet.paper.dots for line in ticket.lines)


@pytest.mark.parametrize("paper", [PAPER_80, PAPER_58])
def test_only_lines_with_rare_characters_are_drawn(paper: Paper) -> None:
    glyphs = BoxGlyphs()
    slip = PaperSlip(
        "回执", (Text("王㛃"), Text("李四"), Pair("申请人", "𠮷野"), CheckList(("བོད་",)))
    )
    (ticket,) = PaperReader(paper).feed(lay_out(slip, Sheet(paper, glyphs)))
    assert glyphs.lines == ["王㛃", "申请人  𠮷野", "□ བོད་"]
    assert [line.text for line in ticket.lines] == ["回执", "李四"]
    assert [type(item) for item in ticket.items].count(Picture) == 3
    assert "〓" not in ticket.text


def test_nobody_to_draw_means_a_substitute() -> None:
    slip = PaperSlip("回执", (Text("王㛃"), Pair("申请人", "𠮷野")))
    (ticket,) = PaperReader().feed(lay_out(slip, Sheet()))
    assert [line.text.split() for line in ticket.lines] == [["回执"], ["王〓"], ["申请人", "〓野"]]


def test_a_printer_with_all_chinese_characters_draws_other_scripts_only() -> None:
    glyphs = BoxGlyphs()
    slip = PaperSlip("回执", (Text("王㛃𠮷"), Text("བོད་")))
    data = lay_out(slip, Sheet(PAPER_80, glyphs, four_byte=True))
    assert glyphs.lines == ["བོད་"]
    assert "王㛃𠮷\n".encode("gb18030") in data


def test_a_drawn_zone_bar_is_black_over_the_whole_width() -> None:
    ticket = on_paper(lay_out(make_slip(zone="㛃区"), Sheet(PAPER_80, BoxGlyphs()))[:-4])
    assert {bar.bitmap.width * bar.across for bar in ticket.pictures} == {PAPER_80.dots}
    assert sum(map(item_dots, ticket.pictures)) == 48
    assert ticket.pictures[0].bitmap.rows[0] == 0xFF


def test_a_logo_stands_above_the_halls_name() -> None:
    (ticket,) = PaperReader().feed(lay_out(make_slip(), Sheet(), solid(96, 40)))
    assert isinstance(ticket.items[0], Picture)
    assert ticket.lines[0].text == "岷安区政务服务中心"


@given(data=st.binary(max_size=400) | st.lists(dots, max_size=400).map(bytes))
def test_the_reader_takes_any_picture_bytes_in_any_chunking(data: bytes) -> None:
    data = b"\x1dv0\x00" + data
    single = PaperReader()
    one_by_one = [t for value in data + CUT for t in single.feed(bytes((value,)))]
    assert one_by_one == PaperReader().feed(data + CUT)


def test_a_picture_too_large_to_be_one_is_recorded_and_not_waited_for() -> None:
    (ticket,) = PaperReader().feed(INIT + b"\x1dv0\x00\xff\xff\xff\xffA\n" + CUT)
    assert ticket.unknown == (b"\x1dv0\x00\xff\xff\xff\xff",)
    assert ticket.text == "A"
