"""One layout for every screen size."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hallclient.ui.canvas import Canvas, FocusRing
from hallclient.ui.theme import load_theme
from hallclient.ui.widgets.text import Card, Text
from hallclient.ui.widgets.tiles import BigButton


def shown(qtbot: QtBot, width: int, height: int) -> Canvas:
    canvas = Canvas(1080, 1920)
    qtbot.addWidget(canvas)
    canvas.resize(width, height)
    canvas.show()
    return canvas


@pytest.mark.parametrize(
    ("size", "at", "k"),
    [
        ((1080, 1920), (56, 652, 968, 360), 1.0),
        ((540, 960), (28, 326, 484, 180), 0.5),
        ((2160, 3840), (112, 1304, 1936, 720), 2.0),
        ((1920, 1080), (656 + 32, 367, 544, 202), 0.5625),
    ],
)
def test_children_scale_and_are_centred(
    app: QApplication,
    qtbot: QtBot,
    size: tuple[int, int],
    at: tuple[int, int, int, int],
    k: float,
) -> None:
    canvas = shown(qtbot, *size)
    child = canvas.put(Text("取号"), 56, 652, 968, 360)
    assert canvas.look.k == pytest.approx(k)
    assert child.look.k == pytest.approx(k)
    place = child.geometry()
    found = (place.x(), place.y(), place.width(), place.height())
    assert found == pytest.approx(at, abs=1)


def test_neighbours_touch_without_gap_or_overlap_at_any_size(
    app: QApplication, qtbot: QtBot
) -> None:
    canvas = shown(qtbot, 1080, 1920)
    first = canvas.put(Text(), 10, 10, 333, 100)
    second = canvas.put(Text(), 343, 10, 333, 100)
    for width in range(301, 1090, 37):
        canvas.resize(width, 1920)
        assert first.geometry().right() + 1 == second.geometry().left()


def test_theme_and_language_reach_children_of_children(app: QApplication, qtbot: QtBot) -> None:
    canvas = shown(qtbot, 540, 960)
    card = canvas.put(Card(), 0, 0, 400, 400)
    words = card.put(Text("号"), 10, 10, 100, 40)
    canvas.set_theme(load_theme("high-contrast"))
    canvas.set_language("zh-Hant")
    assert words.look == replace(canvas.look, k=0.5)
    assert (words.look.theme.scheme, words.look.language) == ("high-contrast", "zh-Hant")
    late = card.put(Text("票"), 10, 60, 100, 40)
    assert late.look == words.look


def test_a_hidden_child_stays_hidden_when_put(app: QApplication, qtbot: QtBot) -> None:
    canvas = shown(qtbot, 540, 960)
    hidden = Text("号")
    hidden.hide()
    canvas.put(hidden, 0, 0, 10, 10)
    assert not hidden.isVisible()
    assert canvas.put(Text("票"), 0, 0, 10, 10).isVisible()


def test_dropped_children_are_deleted(app: QApplication, qtbot: QtBot) -> None:
    canvas = shown(qtbot, 540, 960)
    child = canvas.put(Text("号"), 0, 0, 10, 10)
    with qtbot.waitSignal(child.destroyed):
        canvas.drop(child)
    with pytest.raises(KeyError):
        canvas.place(child)


def test_the_focus_ring_lies_around_the_focused_button(app: QApplication, qtbot: QtBot) -> None:
    canvas = shown(qtbot, 1080, 1920)
    card = canvas.put(Card(), 100, 200, 600, 400)
    button = card.put(BigButton("完成"), 50, 60, 200, 100)
    ring = canvas.findChild(FocusRing)
    assert isinstance(ring, FocusRing)
    canvas.activateWindow()
    qtbot.waitUntil(button.hasFocus)
    assert not ring.isVisible(), "nobody has used the keyboard yet"
    button.clearFocus()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(ring.isVisible)
    room = FocusRing.INK + FocusRing.GAP
    assert ring.geometry().topLeft() == QPoint(150 - room, 260 - room)
    image = canvas.grab().toImage()
    light = load_theme()
    middle = 260 + 50
    assert image.pixelColor(150 - room + 1, middle) == light.colour("focus")
    assert image.pixelColor(150 - 2, middle) == light.colour("focusGap")
    button.hide()
    qtbot.waitUntil(lambda: not ring.isVisible())
