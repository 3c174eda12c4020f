"""A monkey at the bar, with caller, keypad and printer: whatever it does, there is a way on."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from hallclient.domain.parts import Material
from hallclient.domain.text import LocalText
from hallclient.services.caller_desk import CallerDesk
from hallclient.services.halls import update_hall
from hallclient.services.handing_out import HandingOut
from hallclient.services.jobs import PrintJobState
from hallclient.services.ports_devices import CallerKey, CallerPress, DeviceState
from hallclient.services.print_jobs import PrintJobs, StationJobs
from hallclient.services.shifts import Shifts
from hallclient.window.bar import ClerkBar
from hallclient.window.fields import SignIn
from hallclient.window.keypad import KeypadEars
from hallclient.window.layout import HEIGHT
from hallclient.window.popovers import StaffPopover
from hallclient.window.presenter import ClerkPresenter
from hallclient.window.slips import SlipEars, SlipFollower
from hallclient.window.states import KeyFace, KeyId, Stand
from tests.halls import PIN
from tests.widget.window_floor import Desk, Floor, Gate, open_floor

STEPS = 250
PAPERS = tuple(Material(LocalText(f"材料 {n}")) for n in range(1, 12))
DIGITS = ("", "", "", "1", "2", "3", "9", "001", "12", "1001", PIN)
KEYS = (
    *("1", "2", "3", "4", "7", "9", "0", "²", "x"),
    *(Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Space),
    *(Qt.Key.Key_PageDown, Qt.Key.Key_PageUp, Qt.Key.Key_Tab),
)


@pytest.fixture
def floor(app: QApplication, sqlite_url: str) -> Iterator[Floor]:
    with open_floor(sqlite_url) as opened:
        plan = opened.store.plan()
        services = tuple(replace(service, materials=PAPERS) for service in plan.services)
        update_hall(opened.store, replace(plan, services=services))
        yield opened


class Monkey:
    """Does one thing after the other; every thing it may do is a method without arguments."""

    def __init__(self, floor: Floor, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - repeatable
        self.floor = floor
        self.desk = floor.desk()
        self.slip_ears = SlipEars()
        self.dress(self.desk)
        caller_store = floor.new_store()
        self.caller_gate = Gate(caller_store)
        moves = HandingOut(self.caller_gate, "1", "window 1", self.slip_ears.told)
        shifts = Shifts(self.caller_gate, "1")
        rules = lambda: self.caller_gate.plan().rules  # noqa: E731
        self.caller = CallerDesk(moves, shifts, rules, floor.clock.local)
        self.station = StationJobs(floor.new_store(), "window 1")
        self.station.recover()

    def dress(self, desk: Desk) -> None:
        """Give the desk a printer; its first bar has none and is put away."""
        desk.bar.close()
        desk.bar.deleteLater()
        desk.ears = KeypadEars()
        desk.clerk_desk = replace(
            desk.clerk_desk,
            calling=HandingOut(desk.gate, "1", "window 1", self.slip_ears.told),
            prints=True,
            ears=desk.ears,
        )
        desk.presenter = ClerkPresenter(desk.clerk_desk, clock=self.floor.clock.local)
        desk.bar = ClerkBar(desk.presenter)
        jobs = PrintJobs(desk.gate, "window")
        self.follower = SlipFollower(
            self.slip_ears,
            lambda job: jobs.state(job).state,
            desk.worker,
            desk.words,
            desk.presenter.say,
            desk.presenter,
        )

    # What it may do

    def press_bar(self) -> None:
        self.desk.bar.askings.press(self.random.choice(list(KeyId)))

    def likely_key(self) -> None:
        solid = [key.key for key in self.desk.bar.view.keys if key.face is KeyFace.SOLID]
        for key in solid:
            self.desk.bar.askings.press(key)

    def click(self) -> None:
        bar = self.desk.bar
        widgets: list[QWidget] = [bar.more, bar.sign_in_key, *bar.keys.keys.values()]
        if bar.popover is not None:
            widgets = list(bar.popover.findChildren(QPushButton)) or widgets
        widget = self.random.choice(widgets)
        if widget.isVisible():
            for kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease):
                at = QPointF(widget.rect().center())
                left = Qt.MouseButton.LeftButton
                event = QMouseEvent(kind, at, at, left, left, Qt.KeyboardModifier.NoModifier)
                QApplication.sendEvent(widget, event)

    def type_key(self) -> None:
        popover = self.desk.bar.popover
        if popover is None:
            return
        key = self.random.choice(KEYS)
        text = key if isinstance(key, str) else ""
        code = Qt.Key.Key_unknown if isinstance(key, str) else key
        field = popover.focusWidget()
        to = popover if field is None else field  # type: ignore[redundant-expr]
        again = self.random.random() < 0.1
        event = QKeyEvent(QEvent.Type.KeyPress, code, Qt.KeyboardModifier.NoModifier, text, again)
        QApplication.sendEvent(to, event)

    def sign_in(self) -> None:
        if self.desk.bar.view.stand is Stand.SIGNED_OUT:
            self.desk.bar.askings.ask_sign_in()
            popover = self.desk.bar.popover
            assert isinstance(popover, SignIn)
            popover.staff_number.setText("1001")
            popover.pin.setText(self.random.choice((PIN, PIN, "999")))
            popover.submit()

    def press_caller(self) -> None:
        self.floor.clock.forward(0.4)
        key = self.random.choice(list(CallerKey))
        self.caller.press(CallerPress(key, self.random.choice(DIGITS)))
        if self.random.random() < 0.8:  # else the bar hears of it with its next look
            self.desk.presenter.refresh()

    def press_keypad(self) -> None:
        asked = self.desk.keypad.asked if self.desk.keypad else []
        turn = self.random.choice([*asked, 999_999])
        self.desk.ears.rated(turn, self.random.choice((1, 2, 3, 4, 5, 7)))

    def print_something(self) -> None:
        job = self.station.take()
        if job is not None:
            ends = (PrintJobState.PRINTED, PrintJobState.UNKNOWN, PrintJobState.WAITING)
            self.station.end(job, self.random.choice(ends))

    def issue(self) -> None:
        self.floor.issue(count=self.random.randint(1, 2))

    def time_passes(self) -> None:
        self.floor.clock.forward(self.random.choice((0.2, 3, 20, 60, 700)))
        self.desk.presenter.tick()

    def database(self) -> None:
        if self.desk.worker.pending:
            return  # not between a turn's end and its slip: that one is told as not sent
        down = self.random.random() < 0.3
        self.desk.gate.down = self.caller_gate.down = down
        self.desk.presenter.refresh()

    def unplug(self) -> None:
        if self.desk.keypad is not None:
            self.desk.keypad.state = self.random.choice(list(DeviceState))

    def look_elsewhere(self) -> None:
        self.desk.words.switch(self.random.choice(("zh-CN", "zh-Hant", "en")))
        self.desk.bar.resize(self.random.choice((1366, 1600, 1920)), HEIGHT)

    def do(self) -> str:
        often: list[tuple[Callable[[], None], int]] = [
            (self.press_bar, 4),
            (self.likely_key, 5),
            (self.click, 5),
            (self.type_key, 8),
            (self.sign_in, 3),
            (self.press_caller, 6),
            (self.press_keypad, 2),
            (self.print_something, 2),
            (self.issue, 2),
            (self.time_passes, 2),
            (self.database, 2),
            (self.unplug, 1),
            (self.look_elsewhere, 1),
        ]
        act = self.random.choices([one for one, _ in often], [n for _, n in often])[0]
        act()
        return act.__name__


def settled(qtbot: QtBot, monkey: Monkey) -> None:
    qtbot.waitUntil(lambda: monkey.desk.worker.pending == 0 and not monkey.desk.presenter.acting)


def way_on(bar: ClerkBar) -> bool:
    """Return whether the clerk can do something; without the database it comes back by itself."""
    if bar.view.stand in (Stand.OFFLINE, Stand.STARTING):
        return True
    if bar.view.stand is Stand.SIGNED_OUT:
        return bar.sign_in_key.isVisible()
    return any(key.face is KeyFace.SOLID for key in bar.view.keys)


@pytest.mark.parametrize("seed", range(3))
def test_there_is_always_a_way_on(qtbot: QtBot, floor: Floor, seed: int) -> None:
    monkey = Monkey(floor, seed)
    desk = monkey.desk
    desk.bar.show()
    floor.issue(count=3)
    floor.sign_in()
    done = []
    seen = set()
    for _ in range(STEPS):
        done.append(monkey.do())
        if monkey.random.random() < 0.5:
            settled(qtbot, monkey)
            assert way_on(desk.bar), (done[-10:], desk.bar.view)
            open_now = [p for p in desk.bar.findChildren(StaffPopover) if p.isVisible()]
            assert len(open_now) <= 1
            seen.add(desk.bar.view.stand)
    desk.gate.down = monkey.caller_gate.down = False
    desk.bar.askings.close()
    desk.presenter.refresh()
    # The pause before the database is asked again may be six seconds by now.
    away = (Stand.OFFLINE, Stand.STARTING)
    qtbot.waitUntil(lambda: desk.bar.view.stand not in away, timeout=15_000)
    settled(qtbot, monkey)
    assert len(seen) >= 3
    check_effects(floor)
    state = floor.state()
    if state.turn is not None and state.turn.active and state.ticket is not None:
        assert desk.bar.view.label == state.ticket.label
    monkey.follower.close()


def check_effects(floor: Floor) -> None:
    """Recount by plain SQL: one rating a turn at most, one slip for each end that calls for one."""
    with floor.engine.connect() as connection:
        rated = connection.execute(
            sa.text("SELECT turn_id, count(*) FROM rating GROUP BY turn_id HAVING count(*) > 1")
        ).all()
        ended = connection.execute(
            sa.text("SELECT count(*) FROM turn WHERE result IN ('instant', 'promised', 'refused')")
        ).scalar_one()
        receipts = connection.execute(
            sa.text("SELECT count(*) FROM print_job WHERE kind = 'receipt'")
        ).scalar_one()
    assert rated == []
    assert ended == receipts
