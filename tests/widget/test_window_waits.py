"""What a clerk is told of waits: under the list, at F6 for the other queues, on the ticket card."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hallclient.domain.estimate import WaitRange
from hallclient.domain.wait import Wait
from hallclient.lab.sheets.ink import drawn
from hallclient.services import waits
from hallclient.services.board import hall_now
from hallclient.services.goals import Goals, goals_from
from hallclient.services.window_panel import PanelState, WindowPanel
from hallclient.ui.words import Words
from hallclient.window.panel.asking import _queues
from hallclient.window.panel.screen import ClerkPanel
from hallclient.window.panel.view import Tab
from hallclient.window.passing_on import _Targets
from hallclient.window.states import Stand
from tests.widget.panel_station import PanelFloor, open_panel_floor

LANGUAGES = ("zh-CN", "zh-Hant", "en")


@pytest.fixture
def floor(app: QApplication, sqlite_url: str) -> Iterator[PanelFloor]:
    with open_panel_floor(sqlite_url) as opened:
        opened.sign_in()
        yield opened


def shown(qtbot: QtBot, floor: PanelFloor, language: str) -> ClerkPanel:
    panel, _desk = floor.panel(language=language)
    panel.resize(1280, 800)
    panel.show()
    qtbot.waitUntil(
        lambda: panel.presenter.view.stand is Stand.IDLE and bool(panel.presenter.panel)
    )
    return panel


def test_a_free_window_is_told_before_anything_is_known(qtbot: QtBot, floor: PanelFloor) -> None:
    panel = shown(qtbot, floor, "zh-CN")
    assert {wait for _, wait in panel.presenter.view.waits} == {"预计 5 分钟以内"}


def test_a_queue_without_an_estimate_says_so(qtbot: QtBot, floor: PanelFloor) -> None:
    floor.take()
    panel = shown(qtbot, floor, "zh-CN")
    waits = panel.presenter.view.waits
    assert waits
    assert {wait for _, wait in waits} == {"暂无预计"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_waits_of_the_own_queues_stand_under_who_waits(
    qtbot: QtBot, floor: PanelFloor, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waits, "estimate", lambda *_args: Wait(101, 128, 178))
    floor.take()
    panel = shown(qtbot, floor, language)
    plan = floor.store.plan()
    names = [plan.queue(code).name.text(language) for code in plan.window("1").queues]
    assert [name for name, _ in panel.presenter.view.waits] == names[:3]
    assert all("100–180" in wait for _, wait in panel.presenter.view.waits)
    foot = panel.queue.waits
    assert foot.isVisible()
    assert "100–180" in foot.accessibleName()
    assert foot.y() + foot.height() <= panel.queue.height()
    assert not drawn(panel).cut
    panel.queue.tab_chosen.emit(Tab.HELD)
    qtbot.waitUntil(lambda: not foot.isVisible())


def test_where_a_ticket_may_go_tells_what_the_board_tells(
    floor: PanelFloor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waits, "estimate", lambda *_args: Wait(11, 18, 28))
    floor.take()
    found = goals_from(floor.store, "1")
    with floor.store.look() as reader:
        board = hall_now(reader).lines
    assert found.waits == {code: line.wait for code, line in board.items() if line.wait}
    assert set(found.waits.values()) == {WaitRange(10, 30)}


@pytest.mark.parametrize(
    ("language", "note"),
    [("zh-CN", "等候 7，15 分内"), ("zh-Hant", "等候 7，15 分內"), ("en", "7 waiting, ≤ 15 min")],
)
def test_f6_tells_people_and_wait_of_each_queue(
    floor: PanelFloor, language: str, note: str
) -> None:
    plan = floor.store.plan()
    target = next(q.code for q in plan.queues if any(q.code in w.queues for w in plan.windows))
    other = "" if len(plan.queues) < 2 else "none"
    lists = _Targets(plan, "1", other, Words(language))
    lists.goals = Goals({target: 7}, (), {target: WaitRange(0, 15)})
    assert next(one for one in lists.queues("") if one.value == target).note == note
    lists.goals = Goals({target: 7}, ())
    assert "15" not in next(one for one in lists.queues("") if one.value == target).note


def test_the_panel_asks_with_the_same_words(floor: PanelFloor) -> None:
    with floor.store.look() as reader:
        plan = reader.plan
    panel = PanelState(WindowPanel(floor.store, "1").look().state, plan)
    target = plan.queues[0].code
    found = dict(_queues(panel, Goals({target: 7}, (), {target: WaitRange(10, 30)}), Words()))
    assert found[target].endswith("等候 7，10–30 分")
