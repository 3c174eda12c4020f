"""The shared widgets: what they show, how they are pressed, what a screen reader hears."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QAccessible, QColor, QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from hallclient.ui.canvas import Canvas
from hallclient.ui.look import Look
from hallclient.ui.theme import SCHEMES, load_theme
from hallclient.ui.widgets.base import Face, HallButton, HallLabel
from hallclient.ui.widgets.keys import Key
from hallclient.ui.widgets.plates import Plate, WindowPlate, figures_that_fit
from hallclient.ui.widgets.qr import QrView
from hallclient.ui.widgets.rows import Row, Segments, Toggle
from hallclient.ui.widgets.status import Metric, Pill, Steps
from hallclient.ui.widgets.text import Card, Text
from hallclient.ui.widgets.tiles import SMALL, BigButton, HeroTile, Tile
from tests.widget.conftest import picture

LIGHT = load_theme()


def stage(qtbot: QtBot, widget: QWidget, width: float, height: float) -> Canvas:
    canvas = Canvas(1080, 600)
    qtbot.addWidget(canvas)
    canvas.put(widget, 20, 20, width, height)
    canvas.show()
    return canvas


def near(image: QImage, x: int, y: int, colour: QColor) -> bool:
    found = image.pixelColor(x, y)
    differences = (
        found.red() - colour.red(),
        found.green() - colour.green(),
        found.blue() - colour.blue(),
    )
    return max(map(abs, differences)) <= 2


def role(widget: QWidget) -> QAccessible.Role:
    return QAccessible.queryAccessibleInterface(widget).role()


def said(widget: QWidget) -> str:
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


FACES = [
    (Face.SOLID, "primary"),
    (Face.OUTLINED, "surface"),
    (Face.SELECTED, "primaryTint"),
    (Face.DASHED, "paper"),
    (Face.FLAT, "paper"),
]


@pytest.mark.parametrize(("face", "fill"), FACES)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_face_is_painted_in_its_colour(
    app: QApplication, qtbot: QtBot, scheme: str, face: Face, fill: str
) -> None:
    theme, button = load_theme(scheme), BigButton("完成")
    canvas = stage(qtbot, button, 300, 124)
    canvas.set_theme(theme)
    button.set_face(face)
    image = picture(canvas)
    assert near(image, 20 + 20, 20 + 62, theme.colour(fill))
    assert button.isEnabled() == (face is not Face.FLAT)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("face", [Face.SOLID, Face.OUTLINED, Face.SELECTED, Face.DASHED])
def test_a_pressed_button_looks_pressed_for_a_moment_even_after_a_short_tap(
    app: QApplication, qtbot: QtBot, scheme: str, face: Face
) -> None:
    button = BigButton("完成")
    canvas = stage(qtbot, button, 300, 124)
    canvas.set_theme(load_theme(scheme))
    button.set_face(face)
    rest = picture(canvas)
    with qtbot.waitSignal(button.clicked):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert picture(canvas) != rest
    qtbot.waitUntil(lambda: picture(canvas) == rest, timeout=3500)


def test_touch_does_not_take_the_keyboard_focus(app: QApplication, qtbot: QtBot) -> None:
    button = BigButton("完成")
    _canvas = stage(qtbot, button, 300, 124)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not button.hasFocus()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_buttons_and_switches_work_by_key(app: QApplication, qtbot: QtBot, key: Qt.Key) -> None:
    button, toggle = BigButton("完成"), Toggle("打印")
    canvas = stage(qtbot, button, 300, 124)
    canvas.put(toggle, 20, 200, 900, 112)
    with qtbot.waitSignal(button.clicked):
        qtbot.keyClick(button, key)
    qtbot.keyClick(toggle, key)
    assert toggle.isChecked()


def test_the_bar_s_keys_never_take_the_keyboard(app: QApplication, qtbot: QtBot) -> None:
    key = Key("呼叫下一位", "F1")
    _canvas = stage(qtbot, key, 106, 56)
    assert key.focusPolicy() is Qt.FocusPolicy.NoFocus
    assert said(key) == "呼叫下一位 F1"
    key.set_cap("Ctrl F1")
    key.set_label("Call next")
    assert (said(key), key.cap) == ("Call next Ctrl F1", "Ctrl F1")


def test_a_flat_key_does_not_answer(app: QApplication, qtbot: QtBot) -> None:
    key = Key("重呼", "F2")
    _canvas = stage(qtbot, key, 106, 56)
    key.set_face(Face.FLAT)
    with qtbot.assertNotEmitted(key.clicked, wait=20):
        qtbot.mouseClick(key, Qt.MouseButton.LeftButton)


def test_plates_are_hollow_solid_and_amber(app: QApplication, qtbot: QtBot) -> None:
    plate, window = Plate("B107", 96, edge=6), WindowPlate("12", 96)
    canvas = stage(qtbot, plate, 304, 144)
    canvas.put(window, 400, 20, 176, 144)
    image = picture(canvas)
    assert near(image, 20 + 20, 20 + 20, LIGHT.colour("surface"))
    assert near(image, 20 + 3, 20 + 72, LIGHT.colour("ink"))
    assert near(image, 400 + 20, 20 + 20, LIGHT.colour("primary"))
    plate.set_calling(calling=True)
    window.set_fill("call")
    image = picture(canvas)
    assert near(image, 20 + 20, 20 + 20, LIGHT.colour("call"))
    assert near(image, 400 + 20, 20 + 20, LIGHT.colour("call"))


def test_an_empty_plate_says_its_hint(app: QApplication, qtbot: QtBot) -> None:
    plate = Plate("", 38)
    _canvas = stage(qtbot, plate, 138, 52)
    plate.set_hint("待叫号", 18)
    assert said(plate) == "待叫号"
    plate.setText("B107")
    assert said(plate) == "B107"
    plate.setText("")
    assert said(plate) == "待叫号"


def test_wide_numbers_shrink_to_their_plate(app: QApplication, qtbot: QtBot) -> None:
    plate = Plate("B107", 96)
    _canvas = stage(qtbot, plate, 304, 144)
    assert figures_that_fit(plate, "B107", 96) == 96
    assert 60 < figures_that_fit(plate, "AB107", 96) < 96


@pytest.mark.parametrize("count", [len("B107"), len("AB107")])
def test_figures_stand_in_the_middle_of_their_plate(
    app: QApplication, qtbot: QtBot, count: int
) -> None:
    plate = WindowPlate("H" * count, 60)
    canvas = stage(qtbot, plate, 400, 120)
    image, white = picture(canvas), QColor("#FFFFFF")
    rows = [y for y in range(20, 140) if any(near(image, x, y, white) for x in range(20, 420))]
    columns = [x for x in range(20, 420) if any(near(image, x, y, white) for y in range(20, 140))]
    assert (rows[0] + rows[-1]) / 2 == pytest.approx(79.5, abs=1)
    assert (columns[0] + columns[-1]) / 2 == pytest.approx(219.5, abs=1.5)


def test_a_metric_s_unit_stands_on_the_figure_s_baseline(app: QApplication, qtbot: QtBot) -> None:
    metric = Metric("前面", "H", "H")
    canvas = stage(qtbot, metric, 400, 140)
    image, ink = picture(canvas), LIGHT.colour("ink")
    figure = metric.look.font(72).pixelSize() * 0.7
    columns = [x for x in range(20, 420) if any(near(image, x, y, ink) for y in range(70, 160))]
    split = next(b for a, b in pairwise(columns) if b - a > 8)

    def bottom(xs: list[int]) -> int:
        return max(y for y in range(70, 160) if any(near(image, x, y, ink) for x in xs))

    big, small = [x for x in columns if x < split], [x for x in columns if x >= split]
    assert abs(bottom(big) - bottom(small)) <= 1
    assert figure > 40
    assert said(metric) == "前面 H H"


def test_a_metric_drops_a_step_before_it_is_cut(app: QApplication, qtbot: QtBot) -> None:
    metric = Metric("预计等候", "马上可办")
    _canvas = stage(qtbot, metric, 480, 140)
    assert metric.content_width() < 480
    long = Metric("预计等候", "100–150", "分钟")
    _canvas = stage(qtbot, long, 300, 140)
    assert long.content_width() <= 300


def test_steps_tell_where_you_are(app: QApplication, qtbot: QtBot) -> None:
    steps = Steps(("选事项", "核对材料", "取号"), 1)
    canvas = stage(qtbot, steps, 968, 60)
    assert said(steps) == "2/3 核对材料"
    before = picture(canvas)
    steps.set_steps(("选事项", "核对材料", "取号"), 2)
    assert said(steps) == "3/3 取号"
    assert picture(canvas) != before


def test_a_pill_is_no_wider_than_its_words(app: QApplication, qtbot: QtBot) -> None:
    pill = Pill("正在办公", "ok")
    canvas = stage(qtbot, pill, 600, 64)
    image = picture(canvas)
    assert near(image, 20 + 20, 20 + 32, LIGHT.colour("okTint"))
    assert near(image, 20 + 500, 20 + 32, LIGHT.colour("paper"))
    pill.set_state("已下班", "pause")
    assert near(picture(canvas), 20 + 20, 20 + 32, LIGHT.colour("pauseTint"))
    assert said(pill) == "已下班"


def test_a_switch_answers_on_its_whole_row(app: QApplication, qtbot: QtBot) -> None:
    toggle = Toggle("把材料清单一起打印出来", "doc")
    canvas = stage(qtbot, toggle, 968, 112)
    off = picture(canvas)
    qtbot.mouseClick(toggle, Qt.MouseButton.LeftButton, pos=QPoint(500, 10))
    assert toggle.isChecked()
    assert picture(canvas) != off
    assert role(toggle) is QAccessible.Role.CheckBox


def test_one_segment_is_chosen_and_the_whole_is_covered(app: QApplication, qtbot: QtBot) -> None:
    names = ("中文", "繁體中文", "English")
    segments = Segments(names, (0.82, 1.25, 1.12), width=396, height=124)
    _canvas = stage(qtbot, segments, 396, 124)
    segments.choose(0)
    buttons = segments.group.buttons()
    with qtbot.waitSignal(segments.group.idClicked) as caught:
        qtbot.mouseClick(buttons[2], Qt.MouseButton.LeftButton)
    assert caught.args == [2]
    assert [button.isChecked() for button in buttons] == [False, False, True]
    assert [said(button) for button in buttons] == list(names)
    assert buttons[-1].geometry().right() == pytest.approx(396 - 4, abs=1)
    assert all(button.height() >= 96 for button in buttons)


def test_the_code_on_the_screen_can_be_read(app: QApplication, qtbot: QtBot) -> None:
    zxingcpp = pytest.importorskip("zxingcpp")
    code = QrView("7K3M9PQRSTVWXYZ0")
    for scheme in SCHEMES:
        canvas = stage(qtbot, code, 252, 252)
        canvas.set_theme(load_theme(scheme))
        image = picture(canvas).convertToFormat(QImage.Format.Format_Grayscale8)
        size = QSize(image.width(), image.height())
        wide = memoryview(image.constBits()).cast("B")
        step, count = image.bytesPerLine(), size.width()
        rows = [bytes(wide[y * step : y * step + count]) for y in range(size.height())]
        pixels = memoryview(b"".join(rows)).cast("B", (size.height(), size.width()))
        assert [found.text for found in zxingcpp.read_barcodes(pixels)] == ["7K3M9PQRSTVWXYZ0"]


def test_an_empty_code_draws_nothing(app: QApplication, qtbot: QtBot) -> None:
    code = QrView()
    canvas = stage(qtbot, code, 252, 252)
    assert near(picture(canvas), 140, 140, LIGHT.colour("paper"))
    code.set_data("7K3M9PQRSTVWXYZ0", "号票二维码")
    assert said(code) == "号票二维码"


BUTTONS: dict[str, Callable[[], HallButton]] = {
    "tile": lambda: Tile("预约报到", "网上约好的", "calendar-check"),
    "small": lambda: Tile("办事指南", "", "guide", sizes=SMALL),
    "hero": lambda: HeroTile("取号", "现场排队", "ticket"),
    "big": lambda: BigButton("确认取号"),
    "stacked": lambda: BigButton("大字版", "textsize", stacked=True),
    "row": lambda: Row("二手房过户", "买卖、赠与", side="承诺件", strong="材料 5 样"),
    "key": lambda: Key("办结", "F8"),
}


@pytest.mark.parametrize("name", BUTTONS)
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("k", [0.5, 2.0])
def test_buttons_have_names_and_roles_and_draw_at_any_scale(
    app: QApplication, qtbot: QtBot, name: str, scheme: str, k: float
) -> None:
    button = BUTTONS[name]()
    canvas = stage(qtbot, button, 640, 144)
    canvas.resize(round(1080 * k), round(600 * k))
    canvas.set_theme(load_theme(scheme))
    assert button.look == Look(load_theme(scheme), "zh-CN", k)
    for face in Face:
        button.set_face(face)
        image = picture(button)
        colours = {
            image.pixelColor(x, y).name()
            for x in range(0, button.width(), 2 if k < 1 else 7)
            for y in range(0, button.height(), 2 if k < 1 else 7)
        }
        assert len(colours) > 3, f"{name} {face} draws nothing"
    assert role(button) is QAccessible.Role.Button
    assert said(button)


READABLE: dict[str, Callable[[], HallLabel]] = {
    "plate": lambda: Plate("B107"),
    "window": lambda: WindowPlate("12"),
    "text": lambda: Text("请到窗口"),
    "pill": lambda: Pill("正在办公"),
    "metric": lambda: Metric("等候", "7", "人"),
}


@pytest.mark.parametrize("name", READABLE)
def test_texts_are_static_text_to_a_screen_reader(
    app: QApplication, qtbot: QtBot, name: str
) -> None:
    label = READABLE[name]()
    _canvas = stage(qtbot, label, 400, 100)
    assert role(label) is QAccessible.Role.StaticText
    assert said(label)


def test_a_text_knows_when_it_is_cut(app: QApplication, qtbot: QtBot) -> None:
    text = Text("不动产登记", (36, 30))
    _canvas = stage(qtbot, text, 200, 60)
    assert not text.is_cut()
    text.setText("不动产登记中心一楼大厅")
    assert text.is_cut()


def test_words_can_be_changed_on_every_button(app: QApplication, qtbot: QtBot) -> None:
    tile = Tile("预约报到", "网上约好的", "calendar-check")
    canvas = stage(qtbot, tile, 472, 288)
    before = picture(canvas)
    tile.set_words("I have a booking", "Check in here")
    assert (tile.text(), tile.subtitle, said(tile)) == (
        "I have a booking",
        "Check in here",
        "I have a booking",
    )
    assert picture(canvas) != before


def test_a_button_s_words_come_before_its_note(app: QApplication, qtbot: QtBot) -> None:
    def columns(width: int, note: str) -> set[int]:
        button = BigButton("Finish")
        canvas = stage(qtbot, button, width, 124)
        button.set_words("Finish", note)
        image, ink = picture(canvas), LIGHT.colour("ink")
        return {
            y for y in range(30, 134) if any(near(image, x, y, ink) for x in range(30, 20 + width))
        }

    beside, below = columns(560, "back in 20 seconds"), columns(300, "back in 20 seconds")
    assert min(below) < min(beside)


def test_cards_draw(app: QApplication, qtbot: QtBot) -> None:
    card = Card()
    canvas = stage(qtbot, card, 400, 200)
    image = picture(canvas)
    assert near(image, 60, 60, LIGHT.colour("surface"))


def test_high_contrast_edges_are_four_px(app: QApplication, qtbot: QtBot) -> None:
    button = BigButton("完成")
    canvas = stage(qtbot, button, 300, 124)
    canvas.set_theme(load_theme("high-contrast"))
    image, white = picture(canvas), QColor("#FFFFFF")
    left = [x for x in range(20, 40) if near(image, x, 80, white)]
    assert len(left) == 4
