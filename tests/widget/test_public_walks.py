"""Random walks over a window's screen, a rating's pages, and the sheets of publishing and ratings.

Whatever is touched: no exception, no line of an error, always a way on, always back to rest, and
nothing on the public screen tells what was pressed.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from hallclient.domain.errors import DomainError
from hallclient.domain.rating import Level
from hallclient.domain.rating_reason import check_reasons
from hallclient.domain.telephone import normalised
from hallclient.lab.sheets.rating_pages import SIZES, URL
from hallclient.screen.desk import ScreenDesk
from hallclient.screen.rating.asked import ASK_S, Asked, Given, RatingDesk
from hallclient.screen.rating.page import RatingPage
from hallclient.screen.rating.visit import THANKS_S, Step
from hallclient.screen.view import WindowScreen
from hallclient.services.calling import Calling
from hallclient.services.ratings import Ratings
from hallclient.services.shifts import Shifts
from hallclient.services.window_public import WindowPublic
from hallclient.supervisor.sheets.publish_form import PublishForm
from hallclient.supervisor.view import Action
from hallclient.supervisor.view import Stand as ConsoleStand
from hallclient.ui.canvas import Canvas
from hallclient.ui.feed import FeedThread
from hallclient.ui.hall_clock import HallClock
from hallclient.ui.look import Look
from hallclient.ui.tasks import Worker
from hallclient.ui.theme import load_theme
from hallclient.ui.words import Words
from tests.unit.test_publication import png
from tests.widget.displays import HandFeed
from tests.widget.meddlers import PIN, SUPERVISOR
from tests.widget.panel_station import PanelFloor, open_panel_floor
from tests.widget.staff_monkey import LANGUAGES, SCHEMES, Hands, controls, listening
from tests.widget.test_staff_walks import ConsoleWalk, Walk
from tests.widget.window_floor import Gate

NUMBER = "13800001234"
FAINT = 24
"""A difference of grey that nobody sees."""
SMOOTHLY = (Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)


# One citizen after another at a rating's page


@dataclass
class Visitor:
    """Touches a page at random, on a clock of its own."""

    seed: int
    now: float = 1000.0
    given: list[Given] = field(default_factory=list)
    ended: list[float] = field(default_factory=list)
    thanks: dict[tuple[object, ...], QImage] = field(default_factory=dict)
    steps: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)  # noqa: S311 - repeatable
        self.hands = Hands(self.dice)
        self.words = Words("zh-CN")
        desk = RatingDesk(self.words, self.given.append, lambda: self.now, contact=True)
        self.page = RatingPage(desk)
        self.page.ended.connect(lambda: self.ended.append(self.now))
        self.canvas = Canvas(1280, 800)
        self.canvas.put(self.page, 0, 0, 1280, 800)

    def look(self) -> tuple[object, ...]:
        """Another size, language and scheme."""
        width, height = self.dice.choice(SIZES)
        language, scheme = self.dice.choice(LANGUAGES), self.dice.choice(SCHEMES)
        self.words.switch(language)
        least = (1280, 800) if width >= height else (800, 1280)
        k = min(width / least[0], height / least[1])
        self.canvas.reference = (width / k, height / k)
        self.canvas.resize(width, height)
        self.canvas.put(self.page, 0, 0, width / k, height / k)
        self.page.set_shape(width / k, height / k)
        self.canvas.set_look(Look(load_theme(scheme), language))
        self.canvas.show()
        return width, height, language, scheme

    def visit(self, turn: int) -> None:
        """One asking, from its beginning to its end."""
        look, begun = self.look(), self.now
        code = self.dice.random() < 0.1
        given = len(self.given)
        url = URL if code else ""
        self.page.ask(
            Asked(turn, self.now + ASK_S, "A001", hotline="12345", url=url, touched=not code)
        )
        for _ in range(200):
            if not self.page.asking:
                break
            self.touch(look)
        else:
            raise AssertionError(("it does not end", self.hands.done))
        assert len(self.ended) == 1, self.hands.done
        assert self.ended.pop() <= begun + 2 * ASK_S + THANKS_S + 30
        assert len(self.given) - given <= 1, self.hands.done
        left = [one for one in self.page.findChildren(QWidget) if one.isVisibleTo(self.page)]
        assert not left, (left, self.hands.done)

    def touch(self, look: tuple[object, ...]) -> None:
        """Touch something, or wait."""
        step = self.page.step
        assert step is not None
        self.steps.add(step.value)
        if step is Step.THANKS:
            image = seen_from_afar(self.canvas.grab().toImage())
            same = alike(image, self.thanks.setdefault(look, image))
            assert same, ("the thanks tell what was pressed", self.hands.done)
        self.pass_s(self.dice.choice((0.1, 0.4, 0.4, 1.0, 1.0, 3.0, 19.0)))
        if not self.page.asking:
            return
        self.page.take_touches()
        there = [one for one in controls(self.canvas) if one.isEnabled()]
        assert there or self.page.step is Step.THANKS or look_only(self.page), self.hands.done
        if step is Step.CONTACT and self.dice.random() < 0.3:
            for digit in NUMBER:
                self.press(digit)
        elif self.dice.random() < 0.7:
            self.hands.press_control(self.canvas)
        else:
            self.dice.choice((self.hands.click_anywhere, self.hands.drag, self.hands.key))(
                self.canvas
            )

    def press(self, name: str) -> None:
        self.now += 0.5
        for one in controls(self.canvas):
            if one.accessibleName() == name:
                one.click()
                return

    def pass_s(self, seconds: float) -> None:
        self.now += seconds
        self.page._tick()


def seen_from_afar(image: QImage) -> QImage:
    """A small image: glyphs are never drawn twice in quite the same way."""
    small = image.scaled(320, 320, *SMOOTHLY)
    return small.convertToFormat(QImage.Format.Format_Grayscale8)


def alike(one: QImage, other: QImage) -> bool:
    pairs = zip(one.constBits(), other.constBits(), strict=True)
    return max(abs(a - b) for a, b in pairs) <= FAINT


def look_only(page: RatingPage) -> bool:
    visit = page._visit
    return visit is not None and bool(visit.asked.url)


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_citizens_touch_a_rating_at_random(app: QApplication, qtbot: QtBot, seed: int) -> None:
    visitor = Visitor(seed)
    with qtbot.capture_exceptions() as raised, listening() as ears:
        for turn in range(1, 15 if seed == 1 else 300):
            visitor.visit(turn)
            assert not raised, visitor.hands.done
        assert not ears.faults
    visitor.page.stop()
    visitor.canvas.close()
    visitor.canvas.deleteLater()
    if seed > 1:
        assert {one.value for one in Step} == visitor.steps
        assert len({one.level for one in visitor.given}) == len(Level)
    for one in visitor.given:
        check_reasons(Level(one.level), one.reasons)
        assert not one.contact or normalised(one.contact)
        assert str(one.level) not in repr(one).replace(str(one.turn_id), "")


# A window's screen


class ScreenWalk(Walk):
    """The screen at window 1, and everybody in the hall."""

    name = "screen"

    def open(self) -> None:
        self._gate = Gate(self.floor.new_store())
        self._words = Words("zh-CN")
        self.worker, self.feed = Worker(), FeedThread(HandFeed())
        clock = self.floor.clock
        self.given: list[Given] = []
        public = WindowPublic(cast("Any", self._gate), "1", "always")
        words = Words("zh-CN")
        desk = ScreenDesk(
            public,
            self.worker,
            self.feed,
            self._words,
            "1",
            rating_page=lambda: RatingPage(RatingDesk(words, self.give, clock.local, contact=True)),
        )
        self.public = WindowPublic(self.floor.new_store(), "1", "always")
        self.view = WindowScreen(desk, clock=HallClock(clock.now, clock.local))
        self.view.resize(1280, 800)
        self.view.show()
        self.view.start()
        self.until(lambda: self.view.presenter.seen is not None, "the window is read")

    def close(self) -> None:
        self.view.stop()
        self.feed.stop()
        assert self.worker.close()
        self.view.close()
        self.view.deleteLater()

    def give(self, given: Given) -> None:
        self.given.append(given)
        with suppress(DomainError):
            Ratings(self.floor.store).record(given.turn_id, Level(given.level), "s1", given.reasons)

    @property
    def screen(self) -> QWidget:
        return self.view

    @property
    def gate(self) -> Any:
        return self._gate

    @property
    def words(self) -> Any:
        return self._words

    @property
    def busy(self) -> bool:
        return self.worker.pending > 0

    def refresh(self) -> None:
        self.view.presenter.look_again()

    def time_passes(self) -> None:
        super().time_passes()
        presenter = self.view.presenter
        presenter._pass_minute()
        asked = presenter.rating
        if asked is not None and presenter.clock.now() >= asked.until:
            presenter._end_rating()
        self.tick()

    def tick(self) -> None:
        page = self.view.rating_page
        if page is not None:
            page._tick()

    def look_elsewhere(self) -> None:
        """Another language, scheme or size."""
        self.hands.note("look")
        self._words.switch(self.dice.choice(LANGUAGES))
        self.view.set_look(Look(load_theme(self.dice.choice(SCHEMES)), self._words.language))
        self.view.resize(*self.dice.choice(((1280, 800), (800, 480), (480, 800), (1920, 1080))))

    def special(self) -> None:
        """A visit from the call to the rating."""
        calling = Calling(self.floor.store, "1")
        self.hands.note("visit")
        with suppress(DomainError):
            Shifts(self.floor.store, "1").sign_in("1001", PIN)
        with suppress(DomainError):
            self.world.kiosk()
        for move in (
            calling.call_next,
            calling.start,
            lambda: calling.finish(cast("Any", "consult")),
        ):
            with suppress(DomainError):
                move()
        self.refresh()
        self.settle()

    def check_stand(self) -> None:
        presenter, page = self.view.presenter, self.view.rating_page
        self.seen |= {presenter.seen and presenter.seen.standing, page and page.step}
        assert presenter.lost or presenter.seen is not None
        assert self.view.card.text(), self.hands.done
        if page is None:
            return
        page.take_touches()
        covered = self.view.cover is not None
        assert covered or page.step is Step.THANKS or controls(page), self.hands.done

    def go_home(self) -> None:
        """Time alone leads back to rest."""
        for _ in range(12):
            self.time_passes()
            self.floor.clock.forward(30)
            self.time_passes()
            self.refresh()
            self.settle()
        view = self.view
        assert view.rating_page is None, self.hands.done
        assert view.cover is None, self.hands.done
        seen, now = view.presenter.seen, self.public.look()
        assert seen is not None
        assert (seen.standing, seen.label) == (now.standing, now.label)


# The sheets of publishing and of call-backs


class SheetWalk(ConsoleWalk):
    """The console, mostly on the sheets of publishing, emergencies and ratings."""

    folder = Path()

    def special(self) -> None:
        presenter, screen = self.console.presenter, self.console.screen
        if presenter.view.stand is ConsoleStand.SIGNED_OUT:
            super().special()
            return
        sheet = screen.sheet
        if isinstance(sheet, PublishForm):
            self.hands.note("file")
            sheet.take_file(str(self.dice.choice(sorted(self.folder.iterdir()))))
        elif sheet is None:
            self.hands.note("sheet")
            key = self.dice.choice((Action.NOTICE, Action.NOTICE, Action.BROADCAST))
            if (button := screen.team.keys.get(key)) is not None and button.isVisible():
                button.click()
            else:
                lines = [b for b in screen.alarms.findChildren(QAbstractButton) if b.isVisible()]
                if lines:
                    self.dice.choice(lines).click()
        else:
            self.hands.press_control(sheet)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files that somebody may choose as a picture."""
    made = tmp_path / "files"
    made.mkdir()
    whole = png(400, 300)
    for name, data in (
        ("whole.png", whole),
        ("cut.png", whole[: len(whole) // 2]),
        ("text.png", b"no picture"),
        ("empty.jpg", b""),
        ("large.png", png(9000, 9000)[:200]),
    ):
        (made / name).write_bytes(data)
    return made


@pytest.fixture
def floor(app: QApplication, sqlite_url: str) -> Iterator[PanelFloor]:
    with open_panel_floor(sqlite_url) as opened:
        yield opened


def walk(kind: type[Walk], floor: PanelFloor, qtbot: QtBot, seed: int, moves: int) -> Walk:
    with qtbot.capture_exceptions() as raised, listening() as ears:
        made = kind(floor, qtbot, ears, seed)
        try:
            if isinstance(made, SheetWalk):
                made.console.presenter.sign_in(SUPERVISOR, PIN)
            made.walk(moves)
            made.home()
            QCoreApplication.processEvents()
            assert not raised, (raised, made.hands.done)
            made.audit()
        finally:
            made.close()
    return made


@pytest.fixture
def sheets(folder: Path, monkeypatch: pytest.MonkeyPatch) -> type[Walk]:
    """The walk over the sheets; a file dialog is another program's."""
    monkeypatch.setattr(SheetWalk, "folder", folder)
    monkeypatch.setattr(PublishForm, "_choose", lambda _form: None)
    return SheetWalk


def test_a_share_of_the_walk_over_a_windows_screen(floor: PanelFloor, qtbot: QtBot) -> None:
    walk(ScreenWalk, floor, qtbot, 1, 150)


def test_a_share_of_the_walk_over_the_sheets(
    floor: PanelFloor, qtbot: QtBot, sheets: type[Walk]
) -> None:
    walk(sheets, floor, qtbot, 1, 150)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(2, 6))
@pytest.mark.parametrize("what", ["screen", "sheets"])
def test_thousands_of_moves(
    floor: PanelFloor,
    qtbot: QtBot,
    sheets: type[Walk],
    what: str,
    seed: int,
    record_property: Callable[[str, object], None],
) -> None:
    made = walk(ScreenWalk if what == "screen" else sheets, floor, qtbot, seed, 3000)
    record_property("seen", sorted(map(str, made.seen)))
