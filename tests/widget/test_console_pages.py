"""Every page of the console in every language: nothing cut, nothing off the screen, all named."""

from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from hallclient.domain.alarm import Severity
from hallclient.domain.parts import StaffRole
from hallclient.lab.sheets.console import Setting, sheets_of, still_console, with_bulletin
from hallclient.lab.sheets.console_floor import NOW, busy_floor, call_for_help, numbered_plan
from hallclient.lab.sheets.ink import drawn
from hallclient.services.floor import FloorState
from hallclient.services.hallfile import load_hall
from hallclient.services.member import Supervisor
from hallclient.supervisor.screen import SupervisorScreen
from hallclient.supervisor.view import Tone
from hallclient.supervisor.viewing import Scene, console_view
from hallclient.supervisor.widgets.queues import scale_of
from hallclient.supervisor.widgets.tiles import SMALL
from hallclient.ui.words import Words

WHO = Supervisor("2001", "陈建国", StaffRole.SUPERVISOR)


@cache
def floor_of(name: str) -> FloorState:
    """A busy floor of a built-in hall, with numbers as storage gives them out."""
    return with_bulletin(busy_floor(numbered_plan(load_hall(name).plan)))


def complaints(page: QWidget, screen: SupervisorScreen) -> list[str]:
    found = list(drawn(page).cut)
    for button in page.findChildren(QAbstractButton):
        if button.isVisible():
            place = QRect(button.mapTo(screen, button.rect().topLeft()), button.size())
            if not screen.rect().contains(place):
                found.append(f"{button.accessibleName()!r} leaves the screen at {place}")
            if not button.accessibleName().strip():
                found.append(f"a {type(button).__name__} has no name")
    return found


SETTINGS = [
    ("demo", Setting("zh-CN")),
    ("demo", Setting("zh-Hant", contrast=True, size=(1280, 720))),
    ("demo", Setting("en", size=(1920, 1080))),
    ("xindu", Setting("zh-CN", size=(1280, 720))),
    ("xindu", Setting("en", contrast=True)),
    ("demo", Setting("en", role=StaffRole.USHER)),
]


@pytest.mark.parametrize(("name", "setting"), SETTINGS)
def test_the_floor_and_every_sheet(app: QApplication, name: str, setting: Setting) -> None:
    calls = (call_for_help(),)
    with still_console(floor_of(name), setting, calls) as screen:
        wrong = complaints(screen, screen)
        for title, make in sheets_of(screen.presenter).items():
            sheet = make()
            screen.open_sheet(sheet)
            app.processEvents()
            if screen.sheet is sheet:
                wrong += [f"{title}: {one}" for one in complaints(sheet, screen)]
            screen.leave_sheet()
        assert not wrong


def test_before_anybody_signs_in(app: QApplication) -> None:
    with still_console(floor_of("demo"), Setting("en"), signed_in=False) as screen:
        assert not complaints(screen, screen)
        assert screen.sign_in.isVisible()
        assert not screen.windows.isVisible()


def test_a_large_hall_turns_pages_and_a_tile_keeps_its_place(app: QApplication) -> None:
    state = floor_of("xindu")
    with still_console(state, Setting()) as screen:
        board = screen.windows
        assert board.pager.pages > 1
        seen: list[str] = []
        for page in range(board.pager.pages):
            board.pager.turn(page)
            seen += board.tiles
        assert sorted(seen) == sorted(w.code for w in state.plan.windows)
        last = state.plan.windows[-1].code
        board.pager.turn(0)
        board.show_window(last)
        tile = board.tiles[last]
        assert tile.width() == SMALL.width
        screen.show_view(screen.presenter.view)
        assert board.tiles[last] is tile


def test_the_view_counts_what_it_shows() -> None:
    state, words = floor_of("demo"), Words()
    view = console_view(Scene(WHO, state, (), 3.4, NOW), words)
    tones = [tile.tone for zone in view.zones for tile in zone.tiles]
    for entry in view.legend:
        assert entry.text.endswith(f" {tones.count(entry.tone)}")
    assert len(tones) == len(state.plan.windows)
    assert {Tone.ABSENT, Tone.CALLED, Tone.LONG} <= set(tones)
    assert (view.age, view.stale) == ("数据 3 秒前", False)
    assert console_view(Scene(WHO, state, (), 10.5, NOW), words).stale
    assert [line.over for line in view.queues] == sorted(
        (q.over for q in view.queues), reverse=True
    )
    assert sum(line.solid for line in view.queues) == 1
    assert sum(line.solid for line in view.alarms) == 1
    assert [line.severity for line in view.alarms] == sorted(
        (line.severity for line in view.alarms), key=list(Severity).index
    )
    half_hours = len(view.trend.begins)
    assert view.trend.begins[-1] <= view.trend.now
    assert len(view.trend.issued) == len(view.trend.finished) == half_hours
    later = NOW + timedelta(minutes=6)
    assert len(console_view(Scene(WHO, state, (), 0, later), words).trend.begins) == half_hours + 1


def test_unrated_is_not_satisfied() -> None:
    state = floor_of("demo")
    none = replace(state, figures=replace(state.figures, rated=0, satisfied=0, half_wait=None))
    view = console_view(Scene(WHO, none, (), 0, NOW), Words())
    assert view.figures[-1].figure == "–"
    assert view.figures[1].figure == "–"


def test_the_axis_holds_every_bar() -> None:
    lines = console_view(Scene(WHO, floor_of("xindu"), (), 0, NOW), Words()).queues
    for factor in (0.1, 1.0, 3.0, 20.0):
        longer = tuple(replace(q, p90=q.p90 * factor if q.p90 else None) for q in lines)
        step, end = scale_of(longer)
        assert end >= max(q.p90 or 0 for q in longer)
        assert end >= max(q.limit for q in longer)
        assert 2 <= end / step <= 12
