"""The emergency's page at any size: nothing cut, text that stands out, words that are plain."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from hallclient.display.emergency_voice import say_emergency
from hallclient.domain.publication import EmergencyKind, Publication, PublicationKind
from hallclient.domain.speaking import Alert
from hallclient.domain.text import LocalText
from hallclient.services.emergency_words import TITLE, WHERE
from hallclient.ui.look import Look
from hallclient.ui.theme import PUBLIC_TEXT, SCHEMES, contrast_ratio, load_theme
from hallclient.ui.widgets.emergency import EmergencyCover
from tests.halls import small_hall

SIZES = (
    (800, 480),
    (1024, 600),
    (1280, 800),
    (1366, 768),
    (1920, 1080),
    (3840, 2160),
    (480, 800),
    (1080, 1920),
    (2160, 3840),
)
AT = datetime(2026, 9, 29, 1, 14, tzinfo=UTC)
LEAST = 18
"""px: what is told smallest, at the smallest size."""


def emergency(kind: EmergencyKind, **more: Any) -> Publication:
    fields: dict[str, Any] = {"published_at": AT, "emergency": kind} | more
    return Publication(1, PublicationKind.EMERGENCY, **fields)


def longest() -> Publication:
    english = "Assemble on the South Square beside the fountain, gate number 3"[:WHERE]
    return emergency(
        EmergencyKind.OTHER,
        title=LocalText("停" * TITLE, "停" * TITLE, "Power failure on floor 12"[:TITLE]),
        text=LocalText("走" * WHERE, "走" * WHERE, english),
        drill=True,
    )


@pytest.fixture
def screen(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.mark.parametrize("language", ["zh-CN", "zh-Hant", "en"])
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_nothing_is_cut(screen: QWidget, size: tuple[int, int], language: str) -> None:
    screen.resize(*size)
    cover, plan = EmergencyCover(screen), small_hall()
    kinds = [kind for kind in EmergencyKind if kind is not EmergencyKind.OTHER]
    where = longest().text
    shown = [longest(), *(emergency(kind, text=where, drill=True) for kind in kinds)]
    for one in (*shown, *(replace(one, text=LocalText(""), drill=False) for one in shown)):
        cover.show_emergency(one, plan, language)
        cover.show_calls("AB107 → 220　AB108 → 221　AB109 → 222")
        assert not cover.is_cut(), one
        look, area = cover._own()
        for row, at in cover._laid(look, area):
            fitted = cover._fitted(look, row, at)
            assert look.px(fitted.px) * len(fitted.lines) <= at.height()
            assert look.px(fitted.px) >= min(LEAST, round(min(size) / 48)), row.text


@pytest.mark.parametrize("language", ["zh-CN", "zh-Hant", "en"])
def test_what_has_no_english_is_said_once(screen: QWidget, language: str) -> None:
    screen.resize(720, 1280)
    cover = EmergencyCover(screen)
    title, where = LocalText("三楼停电", "三樓停電"), LocalText("请到一楼", "請到一樓")
    one = emergency(EmergencyKind.OTHER, title=title, text=where, drill=True)
    cover.show_emergency(one, small_hall(), language)
    rows = [row.text for row in cover._rows()]
    assert sum("停电" in row or "停電" in row for row in rows) == 1
    assert sum(row.count("一楼") + row.count("一樓") for row in rows) == 1
    look, area = cover._own()
    [name] = [(row, at) for row, at in cover._laid(look, area) if row.whole]
    lines = cover._fitted(look, *name).lines
    assert lines[-1].endswith(title.text(language)), "broken behind the word for a drill only"


@pytest.mark.parametrize("scheme", SCHEMES)
def test_it_stands_out(screen: QWidget, scheme: str) -> None:
    screen.resize(640, 360)
    cover = EmergencyCover(screen)
    cover.set_look(Look(load_theme(scheme)))
    flat = load_theme(scheme).flat
    theme = load_theme(scheme if flat else "light")
    for drill in (False, True):
        cover.show_emergency(emergency(EmergencyKind.FIRE, drill=drill), small_hall())
        ground = "paper" if flat else "primaryDeep" if drill else "danger"
        image = screen.grab().toImage()
        assert image.pixelColor(320, 24) == theme.colour(ground)
        inks = ("ink",) if flat else ("onPrimary", "onDeep2") if drill else ("onPrimary",)
        for ink in inks:
            assert contrast_ratio(theme.hex(ink), theme.hex(ground)) >= PUBLIC_TEXT
    assert contrast_ratio(theme.hex("ink"), theme.hex("surface")) >= PUBLIC_TEXT


def test_what_the_database_holds_is_shown_as_plain_text(screen: QWidget) -> None:
    evil = "<b>跑</b>\u202e\u200b" + "e" + "\u0301" * 500 + "\n" * 10_000 + "长" * 5000
    one = emergency(EmergencyKind.OTHER, title=LocalText(evil), text=LocalText(evil))
    screen.resize(1280, 720)
    cover = EmergencyCover(screen)
    cover.show_emergency(one, small_hall())
    assert "<b>跑</b>" in cover.text()
    assert not {"\u202e", "\u200b", "\n"} & set(cover.text())
    assert len(cover.text()) < 400
    assert not screen.grab().isNull()


class Loudspeaker:
    """A voice that notes what it is told."""

    def __init__(self) -> None:
        self.told: list[object] = []

    def alert(self, alert: Alert | None) -> None:
        self.told.append(alert)

    def say(self, *sentences: str, zones: tuple[str, ...] = ()) -> None:
        self.told.append((sentences, zones))


def test_a_voice_says_it_and_that_it_is_over() -> None:
    voice: Any = Loudspeaker()
    fire = emergency(EmergencyKind.FIRE, zones=("1A",))
    drill = emergency(EmergencyKind.SHELTER, drill=True)
    say_emergency(voice, None, fire)
    say_emergency(voice, fire, drill)
    say_emergency(voice, drill, None)
    first, second, *rest = voice.told
    assert (first.sentences, first.zones, first.calls_go_on) == (("say/fire",), ("1A",), False)
    assert (second.sentences, second.calls_go_on) == (("say/drill", "say/shelter"), True)
    assert rest == [None, (("say/drill_ended",), ())]
