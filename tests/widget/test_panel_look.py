"""The panel in every state, language, size and scheme: nothing is cut, overlaps or leaves."""

from collections.abc import Iterator
from functools import partial

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from hallclient.domain.case import REFUSALS
from hallclient.domain.turn import Outcome
from hallclient.ui.widgets.base import Face, HallButton
from hallclient.window.panel.screen import MIN_HEIGHT, MIN_WIDTH, ClerkPanel
from hallclient.window.panel.view import Middle, Tab
from hallclient.window.states import KeyId, Stand
from tests.widget.panel_station import PanelFloor, open_panel_floor

SIZES = ((MIN_WIDTH, MIN_HEIGHT), (1280, 800), (1920, 1080))


@pytest.fixture
def floor(app: QApplication, sqlite_url: str) -> Iterator[PanelFloor]:
    with open_panel_floor(sqlite_url) as opened:
        yield opened


def faults(panel: ClerkPanel) -> list[str]:
    """What a customer would not be shown."""
    found = []
    seen = [w for w in panel.findChildren(QWidget) if w.isVisible()]
    kinds = (QPushButton, QLineEdit, QPlainTextEdit)
    controls = [w for w in seen if isinstance(w, kinds)]
    for widget in seen:
        cut = getattr(widget, "is_cut", None)
        if cut is not None and cut():
            found.append(f"cut: {widget.accessibleName() or widget.text()}")  # type: ignore[attr-defined]
    areas: list[tuple[str, QRect]] = []
    for widget in controls:
        area = QRect(widget.mapTo(panel, QPoint(0, 0)), widget.size())
        name = widget.accessibleName()
        if not name:
            found.append(f"unnamed: {type(widget).__name__} at {area.getRect()}")
        if area.height() < 34 or area.width() < 40 or not panel.rect().contains(area):
            found.append(f"too small or outside: {name} {area.getRect()}")
        if not any(panel.toast.isAncestorOf(w) for w in (widget,)):
            found += [f"{name} over {other}" for other, taken in areas if area.intersects(taken)]
            areas.append((name, area))
    solid = [w for w in controls if isinstance(w, HallButton) and w.face is Face.SOLID]
    if len(solid) > 1:
        found.append(f"solid: {[w.accessibleName() for w in solid]}")
    return found


def states(qtbot: QtBot, panel: ClerkPanel) -> Iterator[str]:
    """Go through what the panel can show, the served ticket first."""
    presenter = panel.presenter
    options = [option[0] for option in presenter.view.form.options]
    for outcome in options:
        presenter.filler.choose_outcome(outcome)
        yield outcome
    presenter.filler.choose_outcome(Outcome.REFUSED)
    presenter.filler.fill("refused", REFUSALS[0])
    yield "refused, with a reason"
    presenter.filler.choose_outcome(Outcome.PROMISED)
    presenter.filler.step_days(20)
    yield "another limit"
    for tab in Tab:
        presenter.choose_tab(tab)
        yield f"list {tab}"
        presenter.choose_row(presenter.view.rows[0].key)
        yield f"row of {tab}"
        if presenter.view.middle is Middle.ASK:
            presenter.leave()
    yield from _questions(qtbot, panel)
    yield from _lookups(qtbot, panel)
    yield from _turns(qtbot, panel)


def _questions(qtbot: QtBot, panel: ClerkPanel) -> Iterator[str]:
    presenter = panel.presenter
    for ask in (presenter.asker.transfer, presenter.asker.hold):
        ask()
        yield presenter.view.ask.title
        before = presenter.view.ask.again
        presenter.answer(presenter.view.ask.choices[0][0], "")
        qtbot.waitUntil(partial(_asked_on, panel, before))
        yield presenter.view.ask.title
        presenter.leave()
    for row in (3, 5):
        assert presenter.panel is not None
        presenter.choose_past(presenter.panel.past[row].turn.id)
        yield f"history {row}"
        presenter.leave()


def _asked_on(panel: ClerkPanel, before: int) -> bool:
    return panel.presenter.view.ask.again != before


def _lookups(qtbot: QtBot, panel: ClerkPanel) -> Iterator[str]:
    presenter = panel.presenter
    presenter.finder.open_guide()
    yield "guide"
    presenter.finder.search("zzz")
    yield "guide, nothing"
    presenter.leave()
    presenter.finder.open_cases()
    qtbot.waitUntil(lambda: bool(presenter.view.lookup.lines))
    yield "cases"
    presenter.finder.choose(presenter.view.lookup.lines[0].key)
    qtbot.waitUntil(lambda: presenter.view.middle is Middle.ASK)
    yield "a case"
    presenter.leave()
    presenter.leave()


def _turns(qtbot: QtBot, panel: ClerkPanel) -> Iterator[str]:
    presenter = panel.presenter
    presenter.filler.choose_outcome(Outcome.INSTANT)
    presenter.finish()
    qtbot.waitUntil(lambda: presenter.view.stand is Stand.RATING and bool(presenter.view.history))
    yield "rating"
    presenter.press(KeyId.CALL_NEXT)
    qtbot.waitUntil(lambda: presenter.view.card.calling)
    yield "called"
    presenter.press(KeyId.START)
    qtbot.waitUntil(lambda: presenter.view.middle is Middle.FORM)


@pytest.mark.parametrize(
    ("language", "scheme"),
    [("zh-CN", "light"), ("zh-Hant", "high-contrast"), ("en", "light"), ("en", "high-contrast")],
)
def test_every_state_fits_every_size(
    qtbot: QtBot, floor: PanelFloor, language: str, scheme: str
) -> None:
    floor.a_morning()
    panel, _desk = floor.panel(language=language, scheme=scheme)
    panel.show()
    qtbot.waitUntil(lambda: panel.presenter.view.middle is Middle.FORM)
    wrong = []
    for state in states(qtbot, panel):
        for width, height in SIZES:
            panel.resize(width, height)
            where = f"{width}x{height} {state}"
            wrong += [f"{where}: {fault}" for fault in faults(panel)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_an_empty_window_says_what_will_be(qtbot: QtBot, floor: PanelFloor, language: str) -> None:
    panel, _desk = floor.panel(language=language)
    panel.show()
    qtbot.waitUntil(lambda: panel.presenter.view.stand is Stand.SIGNED_OUT)
    assert faults(panel) == []
    assert panel.rest.isVisible()
    assert panel.rest.act.face is Face.SOLID
    floor.sign_in()
    panel.presenter.clerk.refresh()
    qtbot.waitUntil(lambda: panel.presenter.view.stand is Stand.IDLE and panel.history.isVisible())
    for tab in Tab:
        panel.presenter.choose_tab(tab)
        assert panel.queue.nothing[tab].isVisible()
        assert all(panel.presenter.view.empty)
        for size in SIZES:
            panel.resize(*size)
            assert faults(panel) == []
