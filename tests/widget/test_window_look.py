"""The bar in every state, language, width and scheme: nothing moves, overlaps or is cut."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, pairwise

import pytest
from PySide6.QtCore import QRectF, QSize
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from hallclient.config import KeySettings
from hallclient.domain.errors import NotAllowed
from hallclient.domain.publication import EmergencyKind, Publication, PublicationKind
from hallclient.domain.text import LocalText
from hallclient.domain.turn import CLERK_OUTCOMES, Outcome
from hallclient.lab.sheets.bar_scenes import SCENES
from hallclient.phrases import catalogue
from hallclient.services.caller_desk import CODES
from hallclient.ui.look import Look
from hallclient.ui.theme import load_theme
from hallclient.ui.words import Words
from hallclient.window.bar import ClerkBar
from hallclient.window.choices import ChoicePopover, ChoiceRow
from hallclient.window.layout import (
    GROUPS,
    HEIGHT,
    KEY_MIN,
    KEY_WIDTH,
    NARROW,
    SIDE_HEIGHT,
    SIDE_WIDTH,
    WIDTH,
    Places,
    places,
    side_places,
)
from hallclient.window.lists import ListPopover
from hallclient.window.outcome import OutcomeAsk
from hallclient.window.states import KeyId, Stand
from hallclient.window.troubles import trouble_text
from hallclient.window.view import bar_view
from tests.widget.conftest import picture
from tests.widget.window_floor import Desk, Floor, open_floor

LANGUAGES = ("zh-CN", "zh-Hant", "en")


@pytest.fixture
def floor(app: QApplication, sqlite_url: str) -> Iterator[Floor]:
    with open_floor(sqlite_url) as opened:
        yield opened


def show(desk: Desk, name: str) -> ClerkBar:
    desk.bar.show_view(bar_view(SCENES[name], desk.words))
    return desk.bar


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_words_are_cut(floor: Floor, language: str) -> None:
    bar = (desk := floor.desk(language=language)).bar
    for name in SCENES:
        show(desk, name)
        assert not bar.service.is_cut(), f"{name}: {bar.service.text()}"
        assert not bar.state.is_cut(), f"{name}: {bar.state.text()}"
    troubles = [key for key in catalogue(language) if key.startswith("window.trouble.")]
    troubles.remove("window.trouble.sign_in_failed")  # told in the sign-in
    assert len(troubles) >= 10
    for key in (*troubles, "window.bar.nobody", "window.fault.unexpected_sub"):
        text = catalogue(language)[key].format_map(defaultdict(lambda: 3))
        bar.show_view(bar_view(replace(SCENES["called"], message=text), desk.words))
        assert not bar.service.is_cut(), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_words_are_cut_on_small_bars(floor: Floor, language: str) -> None:
    bar = (desk := floor.desk(language=language)).bar
    for edge, width, height in (("top", 1024, HEIGHT), ("right", SIDE_WIDTH, 1080)):
        bar.set_edge(edge)
        bar.resize(width, height)
        for name in SCENES:
            show(desk, name)
            assert not bar.state.is_cut(), f"{name}: {bar.state.text()}"
            assert bar.few.isHidden() or not bar.few.is_cut(), f"{name}: {bar.few.text()}"
            for key in (bar.sign_in_key, bar.undo, *bar.keys.keys.values()):
                assert key.isHidden() or not key.is_cut(), f"{name}: {key.text()}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_of_a_move_has_words_on_the_bar(language: str) -> None:
    words = Words(language)
    nothing = words("window.trouble.cannot")
    for key in (*CODES, "unknown_material"):
        facts: dict[str, str | int] = {"calls": 3, "cap": 3, "needed": 3, "n": 3, "seconds": 3}
        text = trouble_text(words, NotAllowed(key, "no", **facts))
        assert text != nothing, key


def parts_of(found: Places) -> list[QRectF]:
    ends = [found.window, found.state, found.plate, found.keypad, found.more, found.expand]
    optional = (*found.rules, found.waiting, found.service, found.longest)
    parts = [*ends, *found.keys.values(), *(part for part in optional if part is not None)]
    for one, other in combinations(parts, 2):
        assert not one.intersects(other), (one, other)
    return parts


@pytest.mark.parametrize("latin", [False, True])
@pytest.mark.parametrize(
    "width", [1024, 1280, 1366, 1400, 1440, 1500, 1600, 1680, 1704, 1919, 1920, 2560]
)
def test_parts_keep_clear_of_each_other(width: int, latin: bool) -> None:
    found = places(width, latin=latin)
    parts = parts_of(found)
    whole = QRectF(8, 0, width - 8, HEIGHT - 2)
    assert all(whole.contains(part) for part in (*parts, found.undo))
    least = KEY_MIN if width >= NARROW else 60
    keys = [found.keys[key] for group in GROUPS for key in group]
    assert all(least <= key.width() <= KEY_WIDTH for key in keys)
    assert found.keys[KeyId.HELP].width() >= 40
    assert not found.undo.intersects(found.plate)
    assert not any(found.undo.intersects(key) for key in keys)


@pytest.mark.parametrize("height", [600, 720, 768, 900, 1024, 1080, 1200, 1440])
def test_parts_at_the_side_keep_clear_of_each_other(height: int) -> None:
    found = side_places(height)
    parts = parts_of(found)
    whole = QRectF(0, 8, SIDE_WIDTH, height - 8)
    figures = found.figures or QRectF()
    assert all(whole.contains(part) for part in (*parts, found.undo))
    assert not any(part.intersects(figures) for part in parts)
    assert all(key.height() >= (26 if height < 700 else 38) for key in found.keys.values())
    assert not any(found.undo.intersects(key) for key in found.keys.values())


def test_what_goes_first_on_a_narrow_screen() -> None:
    assert places(WIDTH).service is not None
    narrower = places(1760)
    assert narrower.service is None
    assert narrower.longest is not None
    narrow = places(1600)
    assert narrow.longest is None
    assert narrow.waiting is not None
    assert places(NARROW).waiting is None
    assert places(NARROW).keys[KeyId.CALL_NEXT].width() >= KEY_MIN
    assert side_places(SIDE_HEIGHT).figures is not None
    assert side_places(900).figures is None
    assert side_places(900).service is not None
    assert side_places(768).service is None


def test_reference_places() -> None:
    """The sizes of the mock-up, px; the menu's key takes its room from the service block."""
    found = places(WIDTH)
    assert found.window == QRectF(22, 11, 60, 48)
    assert found.plate == QRectF(214, 9, 138, 52)
    keys = [found.keys[key] for group in GROUPS for key in group]
    steps = [one.x() - before.x() for before, one in pairwise(keys)]
    assert steps == [112, 112, 112, 124, 112, 124, 112, 124]
    assert {(key.width(), key.height()) for key in keys} == {(106, 56)}
    side = side_places(SIDE_HEIGHT)
    assert [round(side.keys[key].y()) for group in GROUPS for key in group] == [
        *(294, 367, 440, 513),
        *(598, 671),
        *(756, 829),
        914,
    ]
    assert {key.size().toTuple() for name, key in side.keys.items() if name is not KeyId.HELP} == {
        (76, 68)
    }
    assert side.keys[KeyId.HELP] == QRectF(6, 994, 76, 46)


@pytest.mark.parametrize("width", [1366, 1600, 1920])
def test_no_state_moves_anything(floor: Floor, width: int) -> None:
    desk = floor.desk()
    desk.bar.resize(width, HEIGHT)
    seen: set[tuple[tuple[int, int, int, int], ...]] = set()
    for name in SCENES:
        show(desk, name)
        widgets: tuple[QWidget, ...] = (
            desk.bar.plate,
            desk.bar.state,
            desk.bar.waiting,
            *desk.bar.keys.keys.values(),
        )
        seen.add(tuple(widget.geometry().getRect() for widget in widgets))  # type: ignore[misc]
    assert len(seen) == 1


@pytest.mark.parametrize("scheme", ["light", "high-contrast"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_is_painted_and_differs(floor: Floor, language: str, scheme: str) -> None:
    desk = floor.desk(language=language)
    desk.bar.set_look(Look(load_theme(scheme), language))
    pictures = {}
    for name in SCENES:
        pictures[name] = picture(show(desk, name))
        assert pictures[name].size() == desk.bar.size()
    for one, other in combinations(SCENES, 2):
        assert pictures[one] != pictures[other], f"{one} looks like {other}"


def test_the_amber_plate_means_called(floor: Floor) -> None:
    desk = floor.desk()
    amber = load_theme().colour("call").rgb()
    place = desk.bar.place(desk.bar.plate).toRect()
    for name in SCENES:
        inside = picture(show(desk, name)).pixel(place.left() + 12, place.center().y())
        assert (inside == amber) == name.startswith("called"), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_for_the_ear_with_the_caps(floor: Floor, language: str) -> None:
    desk = floor.desk(language=language)
    bar = show(desk, "called")
    for key, widget in bar.keys.keys.items():
        cap = "" if key is KeyId.HELP else getattr(KeySettings(), key)  # no room for one
        assert widget.accessibleName().endswith(f" {cap}" if cap else widget.text())
        assert widget.accessibleName().strip() != cap
    for part in (bar.more, bar.keypad, bar.window_plate, bar.plate, bar.service, bar.state):
        assert part.accessibleName()
    assert not [widget for widget in bar.findChildren(QWidget) if widget.toolTip()]


def test_language_switches_at_once(floor: Floor) -> None:
    desk = floor.desk()
    desk.bar.show()
    desk.words.switch("en")
    assert desk.bar.keys.keys[KeyId.CALL_NEXT].text() == "Call next"
    assert desk.bar.look.language == "en"


def test_a_narrow_bar_says_its_message_below(floor: Floor) -> None:
    desk = floor.desk()
    desk.bar.resize(1366, HEIGHT)
    desk.bar.show()
    desk.presenter.say("先办结手上的号")
    strip = desk.bar.strip
    assert strip.isVisible()
    assert strip.text() == "先办结手上的号"
    assert strip.y() >= desk.bar.geometry().bottom()
    desk.bar.resize(1920, HEIGHT)
    assert not strip.isVisible()


@pytest.mark.parametrize("edge", ["narrow", "left"])
def test_an_emergency_stands_beside_a_bar_without_room_for_it(
    qtbot: QtBot, floor: Floor, edge: str
) -> None:
    desk = floor.desk()
    bar, strip = desk.bar, desk.bar.strip
    if edge == "left":
        bar.dock(edge="left")
    else:
        bar.resize(1366, HEIGHT)
    bar.show()
    desk.presenter.start()
    qtbot.waitUntil(lambda: bar.view.stand is Stand.SIGNED_OUT)
    assert not strip.isVisible()
    fire = Publication(
        1, PublicationKind.EMERGENCY, LocalText("去东广场"), emergency=EmergencyKind.FIRE
    )
    with floor.store.change("test") as tx:
        tx.save_publication(fire)
    desk.presenter.refresh()
    qtbot.waitUntil(strip.isVisible)
    assert "火警" in strip.text()
    assert not strip.geometry().intersects(bar.geometry())
    desk.presenter.say("先办结手上的号", 50)
    qtbot.waitUntil(lambda: strip.text() == "先办结手上的号")
    qtbot.waitUntil(lambda: "火警" in strip.text())
    with floor.store.change("test") as tx:
        tx.save_publication(replace(fire, ended_at=tx.now))
    desk.presenter.refresh()
    qtbot.waitUntil(lambda: not strip.isVisible())


def test_docked_at_an_edge(floor: Floor) -> None:
    bar = floor.desk().bar
    bar.dock()
    screen = bar.screen().availableGeometry()
    assert screen.width() < NARROW
    assert bar.edge == "right", "a narrow screen has the bar at its side"
    assert bar.geometry().topRight() == screen.topRight()
    assert (bar.width(), bar.height()) == (SIDE_WIDTH, screen.height())
    bar.dock(edge="left")
    assert bar.geometry().topLeft() == screen.topLeft()
    assert bar.edge_on(QSize(1920, 1080)) == "top"
    bar.set_edge("top")
    assert (bar.width(), bar.height()) == (WIDTH, HEIGHT)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_outcomes_read_as_in_the_hall(qtbot: QtBot, floor: Floor, language: str) -> None:
    desk = floor.desk(language=language)
    desk.bar.show()
    qtbot.waitUntil(lambda: desk.bar.view.stand is Stand.SIGNED_OUT)
    show(desk, "serving")
    desk.bar.askings.ask_outcome(OutcomeAsk("B107", Outcome.PROMISED))
    popover = desk.bar.popover
    assert isinstance(popover, ChoicePopover | ListPopover)
    words = Words(language)
    wanted = [
        f"{n} {words(f'window.outcome.{outcome}')}" for n, outcome in enumerate(CLERK_OUTCOMES, 1)
    ]
    assert [row.accessibleName() for row in popover.rows] == wanted
    assert popover.width() == 520
    assert len(popover.findChildren(ChoiceRow)) == 6
    assert all(row.height() >= 44 for row in popover.rows)
    left, right = desk.bar.geometry().left(), desk.bar.geometry().right()
    assert left <= popover.geometry().left() < popover.geometry().right() <= right
    popover.close()
