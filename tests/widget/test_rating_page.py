"""The rating page of a window's screen: equal keys, every page whole, one end, nothing told."""

import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel
from pytestqt.qtbot import QtBot

from hallclient.domain.text import LocalText
from hallclient.lab.sheets.ink import drawn
from hallclient.lab.sheets.names import long_names, long_staff
from hallclient.lab.sheets.rating_pages import public_complaints, rating_pages
from hallclient.lab.sheets.staff_checks import draw, staff_complaints
from hallclient.lab.sheets.staff_pages import Sort
from hallclient.screen.rating.asked import Asked, Given, RatingDesk
from hallclient.screen.rating.drop import RatingDrop
from hallclient.screen.rating.keys import LevelKey
from hallclient.screen.rating.page import RatingPage
from hallclient.screen.rating.visit import Step
from hallclient.services.store_error import StoreError
from hallclient.services.window_public import Clerk, OpenRating, PublicWindow, Standing
from hallclient.ui.canvas import Canvas
from hallclient.ui.tasks import Worker
from hallclient.ui.widgets.qr import QrView
from hallclient.ui.words import Words
from tests.halls import small_hall
from tests.widget.conftest import picture

pytestmark = pytest.mark.usefixtures("app")

TURN = 7
NOW = datetime(2026, 11, 20, 6, 54, tzinfo=UTC)
SAY = Words()
LEVEL = {level: SAY(f"rating.level{level}") for level in range(1, 6)}
NUMBER = "13800001234"


@dataclass
class Citizen:
    """Somebody before a page; time passes when something is touched."""

    contact: bool = True
    now: float = 1000.0
    given: list[Given] = field(default_factory=list)
    ended: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        desk = RatingDesk(
            Words(),
            self.given.append,
            lambda: self.now,
            self.contact,
            lambda follow, turn: f"{follow}R{turn}",
        )
        self.page = RatingPage(desk)
        self.canvas = Canvas(1280, 800)
        self.canvas.put(self.page, 0, 0, 1280, 800)
        self.canvas.show()
        self.page.ended.connect(lambda: self.ended.append(self.now))

    def ask(self, **more: Any) -> None:
        about: dict[str, Any] = {"label": "B107", "hotline": "12345", **more}
        self.page.ask(Asked(TURN, self.now + 20, **about))

    def buttons(self) -> dict[str, QAbstractButton]:
        found = self.page.findChildren(QAbstractButton)
        return {one.accessibleName(): one for one in found if one.isVisibleTo(self.canvas)}

    def press(self, name: str) -> None:
        """Touch what begins so, a second later."""
        self.now += 1
        self.page.take_touches()
        button = next(one for key, one in self.buttons().items() if key.startswith(name))
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def words(self) -> list[str]:
        labels = [one.text() for one in self.canvas.findChildren(QLabel)]
        return labels + [one.text() for one in self.canvas.findChildren(QAbstractButton)]

    def leave(self) -> None:
        self.page.stop()
        self.canvas.close()


@pytest.fixture
def citizen(qtbot: QtBot) -> Any:
    made = Citizen()
    qtbot.addWidget(made.canvas)
    yield made
    made.leave()


@pytest.mark.parametrize(
    "sort",
    [Sort(), Sort("en", contrast=True), Sort("zh-Hant", contrast=True), Sort("en", long=True)],
    ids=lambda sort: f"{sort.language} {sort.scheme} {sort.long}",
)
def test_every_page_is_whole_and_can_be_read_and_touched(sort: Sort) -> None:
    plan = small_hall()
    if sort.long:
        plan = long_staff(long_names(plan, 25), 25)
    seen, wrong = set(), []
    for page in rating_pages(plan, sort, quick=True):
        seen.add(page.name)
        drawing = draw(page.widget, amber=page.amber, shortened=sort.long)
        found = [*staff_complaints(drawing), *public_complaints(page.widget)]  # type: ignore[arg-type]
        wrong += [f"{page.sheet} {page.name}: {one}" for one in found]
    assert len(seen) == 14
    assert not wrong


def test_the_five_keys_are_equal_and_none_is_chosen_before(citizen: Citizen) -> None:
    citizen.ask()
    keys = citizen.page.findChildren(LevelKey)
    assert [key.accessibleName() for key in keys] == [LEVEL[n] for n in (5, 4, 3, 2, 1)]
    assert len({(key.height(), key.y()) for key in keys}) == 1
    assert max(key.width() for key in keys) - min(key.width() for key in keys) <= 1
    assert len({key.face for key in keys}) == 1
    inks = [drawn(key) for key in keys]
    assert len({tuple((b.edge.name(), b.fill.name()) for b in ink.boxes) for ink in inks}) == 1  # type: ignore[union-attr]
    assert len({px for ink in inks for _, px in ink.sizes}) == 1


def test_from_the_level_to_a_number(citizen: Citizen) -> None:
    citizen.ask(reply_days=5)
    citizen.press(LEVEL[2])
    assert SAY("rating.why.bad") in citizen.words()
    assert any("5 个工作日" in said for said in citizen.words())
    for code in ("213", "209"):
        citizen.press(SAY(f"rating.reason.{code}"))
    citizen.press(SAY("rating.contact"))
    for digit in NUMBER:
        citizen.press(digit)
    citizen.press(SAY("rating.number.ok"))
    assert not any(NUMBER[3:] in name.replace(" ", "") for name in citizen.buttons())
    citizen.press(SAY("rating.why.submit"))
    assert citizen.given == [Given(TURN, 2, ("209", "213"), NUMBER)]
    assert citizen.page.step is Step.THANKS


def test_without_a_key_no_number_and_no_reply_are_spoken_of(qtbot: QtBot) -> None:
    citizen = Citizen(contact=False)
    qtbot.addWidget(citizen.canvas)
    citizen.ask(reply_days=5)
    citizen.press(LEVEL[1])
    names = citizen.buttons()
    assert not any(name.startswith(SAY("rating.contact")) for name in names)
    assert not any("5 个工作日" in said for said in citizen.words())
    citizen.leave()


def test_thanks_look_the_same_whatever_was_pressed_and_last_as_long(qtbot: QtBot) -> None:
    pictures, ends, left = [], set(), set()
    for moves in (
        [SAY("rating.not_now")],
        [LEVEL[5]],
        [LEVEL[3]],
        [LEVEL[1], SAY("rating.reason.115"), SAY("rating.why.submit")],
        [SAY("rating.page.why"), LEVEL[4], SAY("rating.why.submit")],
    ):
        citizen = Citizen()
        qtbot.addWidget(citizen.canvas)
        citizen.ask()
        for name in moves:
            citizen.press(name)
        pictures.append(picture(citizen.canvas))
        QApplication.processEvents()
        left.add(tuple(sorted(one for one in citizen.words() if one.startswith("您"))))
        citizen.now = 1019.9
        citizen.page._tick()
        assert not citizen.ended
        citizen.now = 1020.0
        citizen.page._tick()
        ends.add(tuple(citizen.ended))
        citizen.leave()
    assert all(one == pictures[0] for one in pictures[1:])
    assert ends == {(1020.0,)}
    assert len(left) == 1


def test_nothing_that_was_chosen_stays_on_a_hidden_page(citizen: Citizen, qtbot: QtBot) -> None:
    citizen.ask()
    citizen.press(LEVEL[2])
    citizen.press(SAY("rating.reason.213"))
    citizen.press(SAY("rating.contact"))
    citizen.press("1")
    citizen.press(SAY("rating.number.no"))
    citizen.press(SAY("rating.why.submit"))
    qtbot.waitUntil(lambda: SAY("rating.reason.213") not in citizen.words())
    told = vars(citizen.page._visit) if citizen.page._visit is not None else {}
    assert all(getattr(citizen.page._visit, name) in (0, "", frozenset(), False)
               for name in ("level", "reasons", "contact", "typed", "wrong")), told  # fmt: skip


def test_left_alone_it_ends_with_the_halls_time(citizen: Citizen) -> None:
    citizen.ask()
    left = SAY("rating.page.left", n=20)
    assert left in citizen.words()
    citizen.now += 7.5
    citizen.page._tick()
    assert SAY("rating.page.left", n=13) in citizen.words()
    citizen.now += 12.5
    citizen.page._tick()
    assert (citizen.ended, citizen.given, citizen.page.asking) == ([1020.0], [], False)


def test_the_screen_may_end_it_and_what_was_chosen_counts(citizen: Citizen) -> None:
    citizen.ask()
    citizen.press(LEVEL[1])
    citizen.page.leave()
    assert citizen.given == [Given(TURN, 1)]
    assert not citizen.ended
    citizen.ask()
    assert citizen.page.step is Step.LEVELS


def test_it_speaks_the_language_of_the_ticket(citizen: Citizen) -> None:
    seen = PublicWindow(
        NOW, "Asia/Shanghai", "2", "2", Standing.RATING, asks_here=True, hotline="12345",
        clerk=Clerk("张敏", "0127"),
    )  # fmt: skip
    until = NOW + timedelta(seconds=20)
    name = LocalText("二手房过户", en="Home transfer")
    citizen.page.open(OpenRating(TURN, NOW, until, "B107", name, "en"), seen)
    assert Words("en")("rating.level5") in citizen.buttons()
    assert "Home transfer\u3000张敏 staff no. 0127" in citizen.words()
    assert citizen.page.look.language == "en"
    citizen.page.open(OpenRating(TURN + 1, NOW, until, "B108", name, "xx"), seen)
    assert LEVEL[5] in citizen.buttons()
    assert citizen.page.look.language == "zh-CN"


def test_a_screen_without_touch_shows_a_code(citizen: Citizen) -> None:
    citizen.ask(touched=False, follow_url="https://hall.example/q/")
    (view,) = citizen.page.findChildren(QrView)
    shot = picture(view)
    assert not citizen.buttons()
    (found,) = zxingcpp.read_barcodes(
        Image.frombytes("RGBX", (shot.width(), shot.height()), bytes(shot.constBits())).convert("L")
    )
    assert found.text == "https://hall.example/q/R7"
    citizen.ask(touched=False, follow_url="https://hall.example/q/")
    assert citizen.page.step is Step.LEVELS
    citizen.now += 20
    citizen.page._tick()
    assert citizen.ended == [1020.0]


# Where it goes


class Flaky:
    """Ratings and a spool of a database that is away as often as one likes."""

    def __init__(self, away: int = 0, *, keeps: bool = True) -> None:
        self.away, self.keeps = away, keeps
        self.taken: list[tuple[object, ...]] = []
        self.kept: list[tuple[object, ...]] = []

    def record(self, *given: object) -> bool:
        if self.away:
            self.away -= 1
            raise _Away("no connection to level 2")
        self.taken.append(given)
        return True

    @property
    def pending(self) -> int:
        return len(self.kept)

    def keep(self, *given: object) -> bool:
        if self.keeps:
            self.kept.append(given)
        return self.keeps

    def hand_in(self, _store: object) -> int:
        if self.away:
            self.away -= 1
            raise _Away("no connection")
        self.taken += self.kept
        self.kept = []
        return len(self.taken)


class _Away(StoreError):
    retryable = True


@pytest.mark.parametrize(("away", "keeps"), [(0, True), (1, False), (1, True), (3, True)])
def test_what_was_given_is_written_or_kept_and_written_later(
    qtbot: QtBot,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    away: int,
    keeps: bool,
) -> None:
    monkeypatch.setattr("hallclient.screen.rating.drop.HAND_IN_MS", 1)
    monkeypatch.setattr("hallclient.services.ratings.TRY_AGAIN_S", (0.001,))
    caplog.set_level(logging.DEBUG)
    hall, worker = Flaky(away, keeps=keeps), Worker("ratings")
    drop = RatingDrop(hall, hall, hall, worker, "screen 2")  # type: ignore[arg-type]
    drop.give(Given(TURN, 2, ("209",), NUMBER))
    qtbot.waitUntil(lambda: hall.taken == [(TURN, 2, "screen 2", ("209",), NUMBER)])
    assert hall.kept == []
    drop.stop()
    worker.close()
    assert not any(told in "\n".join(caplog.messages) for told in (NUMBER, "209", "level"))
