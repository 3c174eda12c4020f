"""Random walks over the staff's screens, while everybody else changes the hall.

Whatever is done: no exception, no warning of Qt, nothing personal in the log, a way on by mouse and
by keys, no more widgets and timers than before, and a sound database.
"""

import random
from collections.abc import Callable, Iterator
from threading import Event
from time import monotonic
from typing import Any, cast

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QObject, QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from hallclient.lab.invariants import check_invariants
from hallclient.services.helping import someone_there
from hallclient.services.shifts import Shifts
from hallclient.supervisor.view import Stand as ConsoleStand
from hallclient.ui.look import Look
from hallclient.ui.theme import load_theme
from hallclient.window.layout import HEIGHT
from hallclient.window.panel.view import Middle
from hallclient.window.states import KeyFace, KeyId, Stand
from tests import invariants, leaks
from tests.halls import HALL_ID
from tests.stores import HallUnderTest
from tests.widget.console_floor import Console
from tests.widget.meddlers import ADMIN, LEAD, PIN, SUPERVISOR, USHER, Meddlers
from tests.widget.panel_station import PanelFloor, open_panel_floor
from tests.widget.staff_monkey import (
    LANGUAGES,
    SCHEMES,
    Ears,
    Hands,
    K,
    by_keys,
    controls,
    listening,
)

SHARE, MOVES = 160, 5000
PATIENCE_S = 12.0
GROWTH = 80
"""Widgets that lists not seen so long before may add."""
SIZES = {
    "bar": ((1366, 0), (1600, 0), (1920, 0)),
    "panel": ((1280, 800), (1024, 640), (1920, 1080)),
    "console": ((1440, 900), (1280, 720), (1920, 1080)),
}


class Walk:
    """One screen, its hands and its world. Subclasses know what is special about theirs."""

    name = ""

    def __init__(self, floor: PanelFloor, qtbot: QtBot, ears: Ears, seed: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - repeatable
        self.floor, self.qtbot, self.ears = floor, qtbot, ears
        self.world = Meddlers(floor, self.dice)
        self.hands = Hands(self.dice)
        self.seen: set[object] = set()
        self.open()

    # A screen

    def open(self) -> None: ...
    def close(self) -> None: ...

    @property
    def screen(self) -> QWidget:
        raise NotImplementedError

    @property
    def gate(self) -> Any:
        raise NotImplementedError

    @property
    def busy(self) -> bool:
        raise NotImplementedError

    def refresh(self) -> None: ...
    def special(self) -> None: ...
    def check_stand(self) -> None: ...
    def go_home(self) -> None: ...

    # Moves

    def window(self) -> QWidget:
        """Return what a hand reaches: the popup on top, or the screen."""
        return self.screen

    def step(self) -> None:
        """Do one thing."""
        what = self.dice.random()
        if what < 0.62:
            self.hands.act(self.window())
        elif what < 0.82:
            self.hands.note(f"others {self.world.act()}")
        elif what < 0.88:
            self.refresh()
        elif what < 0.91:
            self.time_passes()
        elif what < 0.925:
            self.hands.note("database")
            self.gate.down = not self.gate.down and self.dice.random() < 0.5
            self.refresh()
        elif what < 0.94:
            self.look_elsewhere()
        else:
            self.special()
        if self.dice.random() < 0.3:
            QCoreApplication.processEvents()

    def time_passes(self) -> None:
        self.hands.note("time")
        self.floor.clock.forward(self.dice.choice((0.3, 3, 20, 70, 700)))

    def look_elsewhere(self) -> None:
        """Another language, scheme or size."""
        self.hands.note("look")
        what = self.dice.randrange(3)
        if what == 0:
            self.words.switch(self.dice.choice(LANGUAGES))
        elif what == 1:
            scheme = self.dice.choice(SCHEMES)
            look = Look(load_theme(scheme), self.words.language)
            cast("Any", self.screen).set_look(look)
        else:
            width, height = self.dice.choice(SIZES[self.name])
            self.screen.resize(width, height or self.screen.height())

    @property
    def words(self) -> Any:
        raise NotImplementedError

    # Between moves

    def until(self, condition: Callable[[], bool], what: str) -> None:
        end, pause = monotonic() + PATIENCE_S, Event()
        QCoreApplication.processEvents()
        while not condition():
            assert monotonic() < end, (what, self.hands.done)
            pause.wait(0.0005)
            QCoreApplication.processEvents()

    def settle(self) -> None:
        self.until(lambda: not self.busy, "it did not come to rest")

    def check(self) -> None:
        """Whatever was done, the screen is whole and leads on."""
        self.settle()
        assert not self.ears.faults, (self.ears.faults[:3], self.hands.done)
        self.check_stand()

    def way_on(self) -> None:
        """There is a control for the mouse."""
        there = controls(self.window()) or controls(self.screen)  # a list may have no line left
        assert there, ("nothing to press", self.hands.done)

    def walk(self, moves: int) -> None:
        for _ in range(moves):
            self.step()
            if self.dice.random() < 0.2:
                self.check()

    def home(self) -> None:
        """The world is whole again; from wherever the walk ended, moves lead to work."""
        self.gate.down = False
        self.world.whole_again()
        self.floor.clock.forward(40)
        self.words.switch("zh-CN")
        self.refresh()
        self.check()
        self.go_home()
        self.settle()

    def objects(self) -> int:
        leaks.flush_qt()
        found = [o for o in self.screen.findChildren(QObject) if shiboken6.isValid(o)]
        return len(found)

    def timers(self) -> int:
        return sum(t.isActive() for t in self.screen.findChildren(QTimer))

    def audit(self) -> None:
        invariants.check(self.floor.engine, self.floor.store)
        assert check_invariants(self.floor.engine, HALL_ID).broken == ()


class BarWalk(Walk):
    """The bar, its popovers and the menu; F keys come from the desktop."""

    name = "bar"

    def open(self) -> None:
        self.desk = self.floor.desk("1", terminal="first")
        self.bar = self.desk.bar
        self.bar.show()

    @property
    def screen(self) -> QWidget:
        return self.bar

    @property
    def gate(self) -> Any:
        return self.desk.gate

    @property
    def words(self) -> Any:
        return self.desk.words

    @property
    def busy(self) -> bool:
        return self.desk.worker.pending > 0 or self.desk.presenter.acting

    def refresh(self) -> None:
        self.desk.presenter.refresh()
        self.desk.presenter.tick()

    def window(self) -> QWidget:
        popover = self.bar.popover
        return popover if popover is not None and popover.isVisible() else self.bar

    def special(self) -> None:
        what = self.dice.randrange(8)
        if what < 5:
            key = self.dice.choice(list(KeyId))
            self.hands.note(f"hot {key}")
            self.bar.keys.do(
                self.dice.choice((key.value, key.value, "take_back", "finish_and_call"))
            )
        elif what == 5:
            self.hands.note("edge")
            self.bar.set_edge(self.dice.choice(("top", "left", "right")))
        elif what == 6:
            self.hands.note("menu")
            self.bar.askings.open_menu()
        else:
            self.sign_in()

    def sign_in(self) -> None:
        if self.bar.view.stand is not Stand.SIGNED_OUT:
            return
        self.hands.note("signs in")
        self.bar.askings.ask_sign_in()
        popover: Any = self.bar.popover
        popover.staff_number.setText("1001")
        popover.pin.setText(self.dice.choice((PIN, PIN, PIN, "999")))
        popover.submit()

    def check_stand(self) -> None:
        view = self.bar.view
        self.seen.add(view.stand)
        if view.stand in (Stand.OFFLINE, Stand.STARTING):
            return
        if view.stand is Stand.SIGNED_OUT:
            assert self.bar.sign_in_key.isVisible(), self.hands.done
        else:
            solid = [key for key in view.keys if key.face is KeyFace.SOLID]
            assert solid, (view, self.hands.done)
        self.way_on()

    def go_home(self) -> None:
        """Esc closes whatever is open; then sign in, by mouse or menu."""
        for _ in range(4):
            popover = self.bar.popover
            if popover is None:
                break
            self.hands._press(popover, K.Key_Escape)
        assert self.bar.popover is None, ("Esc does not close it", self.hands.done)
        Shifts(self.floor.store, "1").sign_in("1001", PIN)
        self.refresh()
        self.settle()
        assert self.bar.view.stand not in (Stand.OFFLINE, Stand.STARTING, Stand.SIGNED_OUT)
        self.bar.set_edge("top")
        self.bar.resize(1920, HEIGHT)


class PanelWalk(Walk):
    """The full panel: forms, lists, search, guide."""

    name = "panel"

    def open(self) -> None:
        Shifts(self.floor.store, "1").sign_in("1001", PIN)
        self.panel, self.desk = self.floor.panel()
        self.panel.show()
        self.panel.activateWindow()
        self.until(lambda: self.panel.presenter.panel is not None, "the panel is read")

    @property
    def screen(self) -> QWidget:
        return self.panel

    @property
    def gate(self) -> Any:
        return self.desk.gate

    @property
    def words(self) -> Any:
        return self.desk.words

    @property
    def busy(self) -> bool:
        return self.desk.worker.pending > 0 or self.desk.presenter.acting

    def refresh(self) -> None:
        self.desk.presenter.refresh()
        self.desk.presenter.tick()
        self.panel.presenter.refresh()

    def special(self) -> None:
        """Mostly what leads on, so that the walk comes by all forms."""
        what = self.dice.randrange(6)
        presenter = self.panel.presenter
        if what < 3:
            self.hands.note("go on")
            presenter.go_on()
        elif what == 3 and presenter.view.stand is Stand.SIGNED_OUT:
            self.hands.note("signs in")
            self.desk.presenter.sign_in("1001", PIN)
        elif what == 4:
            self.hands.note("cases")
            presenter.finder.open_cases()
        else:
            self.hands.note("finish")
            presenter.press(KeyId.FINISH)

    def check_stand(self) -> None:
        view = self.panel.presenter.view
        self.seen |= {view.stand, view.middle}
        self.way_on()
        shown = [c for c in (self.panel.form, self.panel.rest, self.panel.ask, self.panel.lookup)
                 if c.isVisible()]  # fmt: skip
        assert len(shown) == 1, (view.middle, shown, self.hands.done)
        if self.dice.random() < 0.1:
            self.all_by_keys()

    def all_by_keys(self) -> None:
        """Every control can be had by Tab; the keys have their own hot keys."""
        panel, there = self.panel, self.for_tab()
        found = by_keys(panel)
        while (now := self.for_tab()) != there:  # a notice went, or an answer came, meanwhile
            there, found = now, by_keys(panel)
        lost = [w.accessibleName() for w in there - found]
        assert not lost, (lost, panel.presenter.view.middle, self.hands.done)

    def for_tab(self) -> set[QWidget]:
        panel = self.panel
        keyed = (panel.keys, panel.header)
        return {w for w in controls(panel) if not any(part.isAncestorOf(w) for part in keyed)}

    def go_home(self) -> None:
        for _ in range(6):
            self.hands._press(self.panel, K.Key_Escape)
            self.settle()
        assert self.panel.presenter.view.middle in (Middle.REST, Middle.FORM), self.hands.done
        Shifts(self.floor.store, "1").sign_in("1001", PIN)
        self.refresh()
        self.settle()
        self.panel.resize(1280, 800)
        stand = self.panel.presenter.view.stand
        assert stand not in (Stand.OFFLINE, Stand.STARTING, Stand.SIGNED_OUT)


class ConsoleWalk(Walk):
    """The console, its sheets, and four kinds of people before it."""

    name = "console"

    def open(self) -> None:
        hall = HallUnderTest("", self.floor.engine, cast("Any", self.floor.clock.now))
        hall.another_store = self._store  # type: ignore[method-assign, assignment]
        self.console = Console(hall, self.qtbot, language="zh-CN")
        self.console.presenter._watch.settle()

    def _store(self) -> Any:
        floor = self.floor

        class Kept:
            def __enter__(self) -> Any:
                return floor.new_store()

            def __exit__(self, *_args: object) -> None: ...

        return Kept()

    def close(self) -> None:
        self.console.close()

    @property
    def screen(self) -> QWidget:
        return self.console.screen

    @property
    def gate(self) -> Any:
        return self.console.gate

    @property
    def words(self) -> Any:
        return self.console.words

    @property
    def busy(self) -> bool:
        return self.console.presenter.acting or self.console.worker.pending > 0

    def refresh(self) -> None:
        self.console.presenter.refresh()

    def time_passes(self) -> None:
        before = self.floor.clock.local()
        super().time_passes()
        self.console.seconds += self.floor.clock.local() - before
        self.console.presenter._tick()

    def special(self) -> None:
        presenter = self.console.presenter
        if presenter.view.stand is ConsoleStand.SIGNED_OUT:
            code = self.dice.choice((SUPERVISOR, SUPERVISOR, LEAD, LEAD, USHER, ADMIN, "1001"))
            self.hands.note(f"signs in {code}")
            presenter.sign_in(code, self.dice.choice((PIN, PIN, PIN, "999")))
        else:
            self.hands.note("action")
            team = self.console.screen.team
            actions = [b for b in team.findChildren(QAbstractButton) if b.isVisible()]
            if actions:
                self.dice.choice(actions).click()

    def check_stand(self) -> None:
        presenter, screen = self.console.presenter, self.console.screen
        sheet = screen.sheet
        self.seen |= {presenter.view.stand, type(sheet).__name__}
        self.way_on()
        if sheet is not None:
            assert sheet.cross.isVisible(), self.hands.done
        if self.dice.random() < 0.05:
            found = by_keys(screen)
            assert found, ("no way by keys", self.hands.done)
            inside: set[QWidget] = set() if sheet is None else set(controls(sheet))
            lost = [w.accessibleName() for w in inside - found if w.isVisible()]
            assert not lost, (lost, sheet, self.hands.done)

    def go_home(self) -> None:
        screen = self.console.screen
        for _ in range(8):
            if screen.sheet is None:
                break
            self.hands._press(screen, K.Key_Escape)
            self.settle()
        assert screen.sheet is None, ("Esc does not leave the sheet", self.hands.done)
        self.console.presenter.sign_out()
        self.console.seconds += 1000
        self.console.presenter.sign_in(SUPERVISOR, PIN)
        self.settle()
        self.until(lambda: self.console.presenter.open, "the console opens again")
        self.settle()
        screen.resize(1440, 900)


WALKS = {"bar": BarWalk, "panel": PanelWalk, "console": ConsoleWalk}


@pytest.fixture
def floor(app: QApplication, sqlite_url: str) -> Iterator[PanelFloor]:
    with open_panel_floor(sqlite_url) as opened:
        someone_there(opened.store, "usher:desk")
        yield opened


@pytest.mark.parametrize("name", WALKS)
def test_a_share_of_the_walk(floor: PanelFloor, qtbot: QtBot, name: str) -> None:
    with qtbot.capture_exceptions() as raised, listening() as ears:
        walk = WALKS[name](floor, qtbot, ears, 1)
        try:
            walk.walk(SHARE)
            walk.home()
            assert not raised, (raised, walk.hands.done)
            walk.audit()
        finally:
            walk.close()


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(2, 5))
@pytest.mark.parametrize("name", WALKS)
def test_five_thousand_moves(
    floor: PanelFloor,
    qtbot: QtBot,
    name: str,
    seed: int,
    record_property: Callable[[str, object], None],
) -> None:
    with qtbot.capture_exceptions() as raised, listening() as ears:
        walk = WALKS[name](floor, qtbot, ears, seed)
        try:
            walk.walk(MOVES // 2)
            walk.home()
            assert not raised, (raised, walk.hands.done)
            widgets, timers = walk.objects(), walk.timers()
            walk.walk(MOVES // 2)
            walk.home()
            assert not raised, (raised, walk.hands.done)
            assert walk.objects() <= widgets + GROWTH
            assert walk.timers() <= timers + 1
            walk.audit()
            record_property("seen", sorted(map(str, walk.seen)))
            record_property("done", dict(walk.hands.count))
        finally:
            walk.close()
