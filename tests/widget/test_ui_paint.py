"""Text that fits, boxes that stay inside, icons in colour."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from hallclient import assets
from hallclient.ui import fonts, icons
from hallclient.ui.look import Look
from hallclient.ui.paint import Box, Side, draw_box, draw_line, fit_text

SIZES = (50, 42, 36)


def width(text: str, px: float, k: float = 1.0) -> float:
    return fonts.metrics(round(px * k), 700).horizontalAdvance(text) / k


def test_a_short_text_keeps_its_size(app: QApplication) -> None:
    fitted = fit_text(Look(), "预约报到", SIZES, 400, weight=700)
    assert (fitted.px, fitted.lines, fitted.elided) == (50, ("预约报到",), False)


def test_a_longer_text_drops_one_step_before_it_wraps(app: QApplication) -> None:
    text = "Scan to check in"
    room = (width(text, 50) + width(text, 42)) / 2
    fitted = fit_text(Look(), text, SIZES, room, lines=2, weight=700)
    assert (fitted.px, fitted.lines) == (42, (text,))


def test_then_it_wraps_at_a_word_at_a_smaller_size(app: QApplication) -> None:
    text = "Scan a code to check in here"
    fitted = fit_text(Look(), text, SIZES, width(text, 36) * 0.7, lines=2, weight=700)
    assert fitted.px in (42, 36)
    assert len(fitted.lines) == 2
    assert "".join(fitted.lines) == text
    assert all(word in text.split() for line in fitted.lines for word in line.split())


def test_chinese_wraps_anywhere_but_not_before_a_comma(app: QApplication) -> None:
    text = "农业农村和水务局，综合窗口"
    fitted = fit_text(Look(), text, (36, 30), width("农业农村和水务局", 30) + 2, lines=2)
    assert len(fitted.lines) == 2
    assert not fitted.lines[1].startswith("，")


def test_chinese_breaks_at_a_pause_where_that_takes_no_more_lines(app: QApplication) -> None:
    text = "一次讲清，能办即办，材料只收该收的。"
    room = width("一次讲清，能办即办，材料只", 30) + 2
    fitted = fit_text(Look(), text, (30,), room, lines=2)
    assert fitted.lines == ("一次讲清，能办即办，", "材料只收该收的。")
    tight = fit_text(Look(), text, (30,), width("一次讲清，能办即", 30) + 2, lines=3)
    assert "".join(tight.lines) == text
    name = "房屋所有权转移登记（离婚析产、夫妻更名）"
    fitted = fit_text(Look(), name, (30,), width(name[:14], 30) + 2, lines=2)
    assert fitted.lines[1].startswith("（")


def test_at_last_it_is_elided_and_says_so(app: QApplication) -> None:
    fitted = fit_text(Look(), "不动产登记" * 9, SIZES, 200, lines=2, weight=700)
    assert fitted.elided
    assert len(fitted.lines) == 2
    assert fitted.lines[1].endswith("…")


@settings(max_examples=60, deadline=None)
@given(
    text=st.text(alphabet="号票 B107取abc，", min_size=1, max_size=40),
    room=st.floats(60, 600),
    lines=st.integers(1, 3),
    k=st.sampled_from((0.5, 1.0, 2.0)),
)
def test_whatever_the_text_no_line_is_wider_than_its_room(
    app: QApplication, text: str, room: float, lines: int, k: float
) -> None:
    fitted = fit_text(Look(k=k), text, (40, 30), room, lines=lines, weight=700)
    assert 1 <= len(fitted.lines) <= lines
    for line in fitted.lines:
        assert width(line.rstrip(), fitted.px, k) <= room + 0.5 / k
    if not fitted.elided:
        assert "".join(fitted.lines) == text


def test_a_line_feed_always_breaks(app: QApplication) -> None:
    assert fit_text(Look(), "取号\n照常", (36,), 900, lines=2).lines == ("取号", "照常")


def canvas(side: int = 100) -> QImage:
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(QColor("#FFFFFF"))
    return image


@pytest.mark.parametrize("dashed", [False, True])
def test_a_box_stays_inside_its_rectangle(app: QApplication, *, dashed: bool) -> None:
    image = canvas()
    painter = QPainter(image)
    box = Box("primary", "ink", 4, 10, dashed=dashed)
    draw_box(painter, Look(), QRectF(20, 20, 60, 60), box)
    painter.end()
    white = QColor("#FFFFFF")
    for at in range(100):
        for outside in ((at, 19), (at, 80), (19, at), (80, at)):
            assert image.pixelColor(*outside) == white
    assert image.pixelColor(50, 50) == QColor("#0B4A6F")


@pytest.mark.parametrize(("side", "left"), [(Side.LEFT, 0), (Side.RIGHT, 60)])
def test_lines_keep_to_their_side(app: QApplication, side: Side, left: int) -> None:
    image = canvas()
    painter = QPainter(image)
    draw_line(painter, QRectF(0, 0, 100, 100), "号", fonts.font(40, 700), side=side)
    painter.end()
    inked = [x for x in range(100) if any(image.pixelColor(x, y).value() < 128 for y in range(100))]
    assert inked[0] >= left
    assert inked[-1] <= left + 40


def test_every_icon_draws_in_the_colour_asked_for(app: QApplication) -> None:
    names = sorted(file.stem for file in assets.path("icons").glob("*.svg"))
    assert len(names) > 60
    for name in names:
        image = icons.pixmap(name, 48, "#0b4a6f", 2.0).toImage()
        assert image.width() == 96
        dark = [
            image.pixelColor(x, y)
            for x in range(0, 96, 2)
            for y in range(0, 96, 2)
            if image.pixelColor(x, y).alpha() == 255
        ]
        assert dark, name
        assert {colour.name() for colour in dark} == {"#0b4a6f"}, name


def test_icons_are_cached_and_unknown_ones_refused(app: QApplication) -> None:
    first = icons.pixmap("ticket", 40, "#000000")
    assert icons.pixmap("ticket", 40, "#000000") is first
    with pytest.raises(FileNotFoundError):
        icons.pixmap("emblem", 40, "#000000")
