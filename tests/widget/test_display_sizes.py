"""Any screen: where the parts stand, how far they can be read, and that they can be made out."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from math import radians, sqrt, tan

import pytest
from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hallclient.display.board import CallBoard
from hallclient.display.hero import Hero
from hallclient.display.layout import Area, Layout, layout_of
from hallclient.display.parts import LED, NORMAL, WIDE, BoardPart, number_size
from hallclient.display.recent import RecentCall, _sizes
from hallclient.display.roll import BOXES, FEW_BOXES
from hallclient.display.said import also_of
from hallclient.domain.text import LocalText
from hallclient.services.board import BoardState
from hallclient.services.hallfile import load_hall
from hallclient.ui import fonts
from hallclient.ui.look import Look
from hallclient.ui.paint import Box, Fitted, watched
from hallclient.ui.theme import PUBLIC_TEXT, contrast_ratio
from tests.widget.test_display_texts import make_board, state_of

LONG = LocalText(
    "二手房公积金贷款结清提取",
    "二手房公積金貸款結清提取",
    "Housing fund withdrawal after a loan on a second-hand flat",
)
ROTATED = ((1080, 1920), (2160, 3840))
INCH = 25.4
FIGURE, CHINESE = radians(16 / 60), radians(20 / 60)
"""What an eye needs of a figure and of a Chinese sign (mock-up 09d)."""
DISTANCES = {43: (18, 8.0, 3.0), 55: (24, 10.3, 3.8), 65: (28, 12.1, 4.5), 98: (42, 18.3, 6.8)}
"""Metres for the newest call, the recent ones and the queues, by inches (09d)."""


def layouts() -> Iterator[Layout]:
    sizes = ((1920, 1080), (1366, 768), (1080, 1920), (800, 1280))
    either = (False, True)
    for size, led, both, card, boxes in product(sizes, either, either, either, BOARD_BOXES):
        yield layout_of(*size, led=led, bilingual=both, card=card, boxes=boxes)


BOARD_BOXES = (BOXES, FEW_BOXES)


def rect(area: Area) -> QRectF:
    return QRectF(*area)


def test_no_part_leaves_the_screen_or_covers_another() -> None:
    for layout in layouts():
        whole = rect(layout.whole)
        parts = [layout.header, layout.newest, *layout.recent]
        parts += [layout.queues, layout.missed, layout.strip, *filter(None, [layout.card])]
        for index, one in enumerate(parts):
            assert whole.contains(rect(one)), layout
            for other in parts[index + 1 :]:
                shared = rect(one).intersected(rect(other))
                assert shared.isEmpty() or min(shared.width(), shared.height()) < 0.5, layout
        for tile in layout.tiles:
            assert rect(layout.newest).adjusted(-1, -1, 1, 1).contains(rect(tile)), layout
        for covered in (layout.column, layout.ground):
            assert not any(rect(covered).intersects(rect(box)) for box in layout.recent), layout
        edge = [area[0] for area in (layout.newest, *layout.recent, layout.missed)]
        assert min(edge) >= 35, "text stays inside the safe edge"


def test_an_led_wall_has_no_card_and_a_portrait_board_is_one() -> None:
    assert layout_of(1920, 1080, led=True, card=True).card is None
    assert layout_of(1080, 1920, led=True, card=True).card is None
    assert layout_of(1080, 1920).portrait
    assert not layout_of(1000, 1000).portrait


def metres(px: float, inches: float, angle: float) -> float:
    """Return how far a height on a 1920×1080 screen can be read."""
    pitch = inches * INCH / sqrt(1920**2 + 1080**2)
    return px * pitch / tan(angle) / 1000


def test_numbers_are_as_high_as_their_distance_needs(app: QApplication) -> None:
    def height(px: float) -> float:
        return QFontMetricsF(fonts.font(round(px), fonts.FIGURE)).capHeight()

    layout = layout_of(1920, 1080, card=True)
    name = QFontMetricsF(fonts.font(round(layout.rows.name), 500)).tightBoundingRect("综合窗口")
    for inches, (hero, recent, queue) in DISTANCES.items():
        assert metres(height(NORMAL.hero), inches, FIGURE) >= 0.97 * hero
        assert metres(height(NORMAL.recent), inches, FIGURE) >= 0.97 * recent
        assert metres(name.height(), inches, CHINESE) >= 0.9 * queue
        assert metres(height(WIDE.hero), inches, FIGURE) >= 0.97 * 0.77 * hero
        assert metres(height(WIDE.recent), inches, FIGURE) >= 0.97 * 0.81 * recent


@pytest.mark.parametrize("card", [False, True])
def test_a_portrait_board_is_read_from_almost_as_far(*, card: bool) -> None:
    for both in (False, True):
        layout = layout_of(1080, 1920, card=card, bilingual=both)
        assert layout.zoom >= 0.8
        assert min(box[3] for box in layout.recent) / 126 >= 0.79


@pytest.mark.parametrize("size", [(1280, 720), (1366, 768), (3840, 2160), *ROTATED])
def test_the_widest_numbers_keep_the_size_of_the_board(
    size: tuple[int, int], app: QApplication
) -> None:
    k = size[0] / layout_of(*size).size[0]
    look = Look(k=k)
    for text, px, room in (
        ("AB107", WIDE.hero, 628),
        ("220", WIDE.hero, 360),
        ("AB107", WIDE.tile, 300),
        ("220", WIDE.tile_window, 152),
        ("AB107", WIDE.recent, 306),
        ("220", WIDE.recent_window, 154),
        ("B107", NORMAL.hero, 612),
        ("12", NORMAL.hero, 360),
    ):
        assert number_size(look, text, px, room) >= 0.97 * px, (text, size)


@pytest.fixture(scope="module")
def wide_state() -> BoardState:
    return state_of(load_hall("xindu").plan)


def every_face(board: CallBoard, state: BoardState) -> Iterator[str]:
    """Show every state that a board can be in, one after the other."""
    presenter = board.presenter
    for newest in state.calls[:3]:
        presenter.hero = Hero((newest,), tuple(state.calls[4:7]))
        presenter.calls_changed.emit()
        yield "newest"
    presenter.hero = Hero(tuple(state.calls[:4]))
    presenter.calls_changed.emit()
    yield "busy"
    presenter.link.set_lost(lost=True)
    yield "lost"
    presenter.link.set_lost(lost=False)
    presenter.hero = Hero()
    presenter.calls_changed.emit()
    yield "idle"


@pytest.mark.parametrize("scheme", ["light", LED])
@pytest.mark.parametrize(
    ("language", "both"),
    [("zh-CN", False), ("en", False), ("zh-Hant", False), ("zh-CN", True), ("zh-Hant", True)],
)
def test_nothing_is_cut_on_any_screen(
    wide_state: BoardState, language: str, both: bool, scheme: str, qtbot: QtBot, app: QApplication
) -> None:
    board = make_board(wide_state, language, scheme, qtbot, bilingual=both)
    for size in ((1366, 768), *ROTATED) if not both else ((1280, 720), (1920, 1080), *ROTATED):
        board.resize(*size)
        for face in every_face(board, wide_state):
            assert not board.is_cut(), (size, face, [p for p in board.parts() if p.is_cut()])


@pytest.mark.parametrize("scheme", ["light", LED])
def test_a_bilingual_board_says_both_at_once(scheme: str, qtbot: QtBot, app: QApplication) -> None:
    board = make_board(state_of(load_hall("demo").plan), "zh-CN", scheme, qtbot, bilingual=True)
    for size in ((1920, 1080), (1080, 1920)):
        board.resize(*size)
        said = {
            "".join(block.fitted.lines)
            for part in board.parts()
            if part.isVisibleTo(board)
            for phrase in part.phrases()
            for block in phrase.blocks(part.look)
        }
        for pair in (("正在呼叫", "Now calling"), ("请到窗口", "Window"), ("过号", "Missed")):
            assert set(pair) <= said, size
    one = make_board(state_of(load_hall("demo").plan), "en", scheme, qtbot, bilingual=True)
    said = {phrase.text for part in one.parts() for phrase in part.phrases()}
    assert not any("\u4e00" <= sign <= "\u9fff" for text in said for sign in text)


def said_by(part: BoardPart) -> list[tuple[str, ...]]:
    """Return every text of a part with its English as both can be read."""
    phrases = [phrase for phrase in part.phrases() if phrase.text]
    return [tuple("".join(b.fitted.lines) for b in p.blocks(part.look)) for p in phrases]


def test_a_wall_says_a_call_in_both_languages(qtbot: QtBot, app: QApplication) -> None:
    state = state_of(load_hall("demo").plan)
    short = LocalText("个税申报", "個稅申報", "Tax")
    calls = [replace(call, service=short) for call in state.calls]
    board = make_board(replace(state, calls=calls), "zh-CN", LED, qtbot, bilingual=True)
    board.resize(1920, 1080)
    board.presenter.hero = Hero((calls[0],), tuple(calls[1:4]))
    board.presenter.calls_changed.emit()
    texts = said_by(board.newest)
    assert ("正在呼叫", "Now calling") in texts
    assert ("个税申报", "Tax") in texts
    assert ("+3",) in texts, "those behind, in no language"
    assert all(len(text) == 2 for text in texts if text != ("+3",))
    for part in (board.queues, board.missed):
        assert all(len(text) == 2 for text in said_by(part) if "/" not in text[0])
    board.presenter.hero = Hero(tuple(calls[:4]))
    board.presenter.calls_changed.emit()
    assert [said_by(tile) for tile in board.tiles] == [[("个税申报", "Tax")]] * 4
    board.tiles[0].set_words(board._say("display.board.now_calling"), board._say.text(LONG))
    assert said_by(board.tiles[0]) == [("正在呼叫", "Now calling")]


def test_three_large_boxes_are_read_from_eleven_metres(
    wide_state: BoardState, qtbot: QtBot, app: QApplication
) -> None:
    for scheme, both in (("light", False), ("light", True), (LED, False)):
        board = make_board(wide_state, "zh-CN", scheme, qtbot, bilingual=both, boxes=FEW_BOXES)
        for size in ((1920, 1080), (1366, 768), *ROTATED):
            board.resize(*size)
            for face in every_face(board, wide_state):
                assert not board.is_cut(), (size, face)
                shown = [box.call for box in board.recent]
                assert len(shown) == FEW_BOXES
                assert tuple(shown) == board.presenter.recent()
    for scale in (NORMAL, WIDE):
        sizes = _sizes(1200, 126, scale)
        look = Look()
        label, window = ("AB107", "220") if scale is WIDE else ("B107", "12")
        assert number_size(look, label, sizes.figure, sizes.number.width()) == 150
        assert number_size(look, window, sizes.window, sizes.plate.width() - 16) == sizes.window
        cap = QFontMetricsF(fonts.font(150, fonts.FIGURE)).capHeight()
        assert metres(cap, 43, FIGURE) >= 11
        assert sizes.plate.height() > cap * 0.88 + 12


def test_a_long_notice_has_both_languages_on_every_page(qtbot: QtBot, app: QApplication) -> None:
    board = make_board(state_of(load_hall("demo").plan), "zh-CN", "light", qtbot, bilingual=True)
    long = LocalText(
        "社保系统正在恢复，预计十五分钟，请您耐心等候。已经取号的照常办理，不用重新取号。",
        en="Social insurance is back in about 15 minutes, please wait. Numbers that were "
        "taken stay valid, nobody needs a new one.",
    )
    for size in ((1920, 1080), (1080, 1920)):
        board.resize(*size)
        board.strip.show_texts([board._say.text(long)])
        assert board.strip.pages > 1
        lines = []
        for _ in range(board.strip.pages):
            board.strip.next_page()
            lines.append(board.strip.line)
            assert also_of(board.strip.line)
        assert "".join(sorted("".join(lines))) == "".join(sorted(long.zh_cn))
        assert " ".join(sorted(" ".join(map(also_of, lines)).split())) == " ".join(
            sorted(long.en.split())
        )


def test_nothing_on_a_wall_is_small(
    wide_state: BoardState, qtbot: QtBot, app: QApplication
) -> None:
    for language in ("zh-CN", "en"):
        board = make_board(wide_state, language, LED, qtbot)
        for size in ((1920, 1080), (1080, 1920)):
            board.resize(*size)
            for _face in every_face(board, wide_state):
                shown = [part for part in board.parts() if part.isVisibleTo(board)]
                phrases = [(part, phrase) for part in shown for phrase in part.phrases()]
                for part, phrase in phrases:
                    if phrase.text:
                        assert phrase.fitted(part.look).px >= 44, phrase.text


def test_english_is_smaller_but_not_small(qtbot: QtBot, app: QApplication) -> None:
    for scheme, least in (("light", 26), (LED, 44)):
        board = make_board(state_of(load_hall("demo").plan), "zh-CN", scheme, qtbot, bilingual=True)
        for size in ((1920, 1080), (1080, 1920)):
            board.resize(*size)
            for part in (board.newest, board.queues, board.missed, board.header):
                for phrase in part.phrases():
                    blocks = phrase.blocks(part.look)
                    if len(blocks) == 2:
                        first, second = (block.fitted.px for block in blocks)
                        assert least <= second <= first, phrase.text
                        assert second >= 0.69 * first, phrase.text


@pytest.mark.parametrize("scheme", ["light", LED])
@pytest.mark.parametrize(("language", "both"), [("zh-CN", False), ("en", False), ("zh-CN", True)])
def test_names_of_queues_leave_the_figures_alone(
    wide_state: BoardState, language: str, both: bool, scheme: str, qtbot: QtBot, app: QApplication
) -> None:
    board = make_board(wide_state, language, scheme, qtbot, bilingual=both)
    table = board.queues
    for size in ((1920, 1080), (1080, 1920)):
        board.resize(*size)
        width, sizes = table.reference_size()[0], table._sizes
        for _ in range(table.pages):
            table.next_page()
            for index, row in enumerate(table.page):
                top = sizes.pad + sizes.head + index * sizes.row
                at = table._figure_at(sizes, width, top)
                left = at.right() - table.advance(str(row.waiting), sizes.figure, fonts.FIGURE)
                name = next(p for p in table.phrases() if p.text == row.name)
                for block in name.blocks(table.look):
                    lines, px = block.fitted.lines, block.fitted.px
                    wide = max(table.advance(line, px, block.weight) for line in lines)
                    assert block.at.x() + wide <= left + 1, row.name


@pytest.mark.parametrize(("language", "both"), [("zh-CN", False), ("en", False), ("zh-CN", True)])
def test_names_of_free_queues_leave_the_words_beside_them_alone(
    wide_state: BoardState, language: str, both: bool, qtbot: QtBot, app: QApplication
) -> None:
    board = make_board(wide_state, language, "light", qtbot, bilingual=both)
    table = board.queues
    rows = [replace(row, free=True, wait="", minutes="") for row in table._rows]
    table.show_rows(table._words, rows)
    for size in ((1920, 1080), (1080, 1920)):
        board.resize(*size)
        for _ in range(table.pages):
            table.next_page()
            phrases = table.phrases()
            said = next(p for p in phrases if p.text == table._words.no_wait)
            left = said.at.right() - table._wide(said.text, said.fitted(table.look).px)
            for row in table.page:
                name = next(p for p in phrases if p.text == row.name)
                for block in name.blocks(table.look):
                    lines, px = block.fitted.lines, block.fitted.px
                    wide = max(table.advance(line.rstrip(), px, block.weight) for line in lines)
                    assert block.at.x() + wide <= left + 1, row.name


class Ink:
    """Collects what a part writes, with its colour."""

    def __init__(self) -> None:
        self.texts: list[tuple[str, QColor, QRect]] = []

    def box(self, painter: QPainter, look: Look, rect: QRectF, box: Box) -> None: ...

    def block(self, look: Look, rect: QRectF, fitted: Fitted, leading: float) -> None: ...

    def line(self, painter: QPainter, at: QPointF, text: str, font: QFont) -> None:
        area = QFontMetricsF(font).tightBoundingRect(text).translated(at)
        self.texts.append((text, painter.pen().color(), area.toRect()))


def ground(image: QImage, around: QRect) -> str:
    """Return the commonest colour in and around a text: letters cover less than half of it."""
    area = around.adjusted(-6, -6, 6, 6).intersected(image.rect())
    xs, ys = range(area.left(), area.right(), 3), range(area.top(), area.bottom(), 3)
    return Counter(image.pixelColor(x, y).name() for x in xs for y in ys).most_common(1)[0][0]


def faint(part: BoardPart) -> list[str]:
    """Return the texts of a part that do not stand out from what they stand on."""
    ink = Ink()
    if isinstance(part, RecentCall):
        part._pictures = type(part._pictures)()  # a picture from before would not be written
    with watched(ink):
        image = part.grab().toImage()
    found = []
    for text, colour, area in ink.texts:
        ratio = contrast_ratio(colour.name(), ground(image, area))
        if text.strip() and ratio < PUBLIC_TEXT - 0.005:
            found.append(f"{type(part).__name__}: {text} {colour.name()} {ratio:.1f}")
    assert ink.texts or part.text() == ""
    return found


@pytest.mark.parametrize("scheme", ["light", LED])
def test_every_text_stands_out_seven_to_one(scheme: str, qtbot: QtBot, app: QApplication) -> None:
    state = state_of(load_hall("demo").plan)
    board = make_board(state, "zh-CN", scheme, qtbot)
    for face in every_face(board, state):
        for part in board.parts():
            if part.isVisibleTo(board):
                assert faint(part) == [], face


def test_a_faint_text_would_be_found(qtbot: QtBot, app: QApplication) -> None:
    board = make_board(state_of(load_hall("demo").plan), "zh-CN", "light", qtbot)
    colours = {**board.look.theme.colours, "ink": "#999999"}
    board.set_look(replace(board.look, theme=replace(board.look.theme, colours=colours)))
    assert faint(board.missed) != []
