"""Codes, cards and typed numbers at a kiosk: one effect each, nothing raw on screen or in a log."""

import logging
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from hallclient.domain.holding import HoldKind
from hallclient.domain.rules import PriorityClass
from hallclient.domain.ticket import Ticket, TicketStatus, short_code
from hallclient.kiosk.desk import KioskTimes
from hallclient.kiosk.journeys.card import Stage
from hallclient.kiosk.modes import Modes
from hallclient.kiosk.views.found import Deed
from hallclient.kiosk.visit import Page
from hallclient.services.calling import Calling
from hallclient.services.codes import Code
from hallclient.services.finding import Finding, Found, FoundTicket
from hallclient.services.halls import update_hall
from hallclient.services.ports_devices import DeviceState, Visitor
from hallclient.services.shifts import Shifts
from hallclient.ui.widgets.text import Text
from tests.halls import PIN, with_pins
from tests.unit.test_codes import HOSTILE
from tests.widget.kiosk_support import FakePrinter, Kiosk, controls, names, press, running_kiosk
from tests.widget.reading_support import (
    PERSON,
    FakeReader,
    add_case,
    book,
    booking_hall,
    issue,
    miss,
)

CALM = KioskTimes(refresh=0.2, idle=600, done=600)
VISITOR = Visitor(PERSON, "样**", elderly=True)


class Hall:
    """A kiosk with a scanner, a card reader and a printer."""

    def __init__(self, kiosk: Kiosk, reader: FakeReader, qtbot: QtBot) -> None:
        self.kiosk, self.reader, self.qtbot = kiosk, reader, qtbot
        self.presenter = kiosk.presenter
        self.journeys = kiosk.presenter.journeys

    def wait(self, true: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(true, timeout=5000)

    def wait_page(self, page: Page) -> None:
        self.wait(lambda: self.presenter.page is page)

    def settle(self) -> None:
        """Wait until the worker has nothing left to do."""
        self.wait(lambda: self.kiosk.desk.worker.pending == 0)

    def scan(self, text: str) -> None:
        self.journeys.scanning.scanned(text)

    def found(self) -> Found:
        self.wait_page(Page.FOUND)
        thing = self.journeys.found.thing
        assert thing is not None
        return thing

    def found_ticket(self) -> Ticket:
        found = self.found()
        assert isinstance(found, FoundTicket)
        return found.issued.ticket

    def kinds(self, kind: str) -> int:
        with self.kiosk.store.look() as reader:
            return sum(e.kind == kind for e in reader.entries_after(0, 10_000))

    def texts(self) -> str:
        """Everything that can be read on the screen, or heard by those who do not see it."""
        found: list[str] = []
        for widget in self.kiosk.screen.findChildren(QWidget):
            if widget.isVisible():
                found += [widget.accessibleName(), widget.accessibleDescription()]
                if isinstance(widget, QLabel):
                    found.append(widget.text())
        return "\n".join(found)


@contextmanager
def reading(tmp_path: Path, qtbot: QtBot, **more: Any) -> Iterator[Hall]:
    reader = FakeReader()
    wanted: dict[str, Any] = {"times": CALM, "printer": FakePrinter(), "scanner": True} | more
    with running_kiosk(tmp_path, booking_hall(), reader=reader, **wanted) as kiosk:
        hall = Hall(kiosk, reader, qtbot)
        hall.wait(lambda: kiosk.presenter.known)
        hall.wait_page(Page.HOME)
        yield hall


@pytest.fixture
def hall(app: QApplication, tmp_path: Path, qtbot: QtBot) -> Iterator[Hall]:
    with reading(tmp_path, qtbot) as made:
        yield made


def away(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the kiosk know that the database is away."""
    monkeypatch.setattr(type(hall.presenter.figures), "down", True)


# Scans


def test_a_ticket_says_where_it_stands(hall: Hall) -> None:
    issue(hall.kiosk)
    ticket = issue(hall.kiosk)
    hall.scan(ticket.token)
    assert hall.found_ticket().id == ticket.id
    view = hall.journeys.found.view()
    assert view is not None
    assert (view.plate, view.figures[0].figure, view.deed) == (ticket.label, "1", Deed.FINISH)
    press(hall.kiosk.screen.page, "完成")
    hall.wait_page(Page.HOME)
    assert hall.journeys.found.thing is None
    hall.scan(short_code(ticket))
    assert hall.found_ticket().id == ticket.id


def test_hostile_codes_are_refused_politely_and_never_shown_or_logged(
    hall: Hall, caplog: pytest.LogCaptureFixture
) -> None:
    for hostile in HOSTILE:
        hall.journeys.scanning.problem = ""
        with caplog.at_level(logging.DEBUG):
            hall.scan(hostile.strip() + "\u202e" if hostile.endswith("\n") else hostile)
        assert hall.presenter.page is Page.SCAN
        assert hall.journeys.scanning.problem == "code_strange"
        texts = hall.texts()
        assert "这不是本大厅的码" in texts
        core = hostile.strip()[:64]
        if len(core) > 1:
            assert core not in texts
            assert core[:12] not in caplog.text
        assert all(len(record.getMessage()) < 200 for record in caplog.records)
        hall.presenter.back()
        hall.wait_page(Page.HOME)
    assert not hall.journeys.scanning.busy


def test_an_unknown_code_says_so_and_the_log_says_nothing(
    hall: Hall, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        for code in ("0123456789ABCDEF", "482173650", "2026112200001"):
            hall.scan(code)
            hall.wait(lambda: hall.journeys.scanning.problem == "code_unknown")
            hall.settle()
            assert code not in caplog.text + hall.texts()
    assert "没有查到这个码" in hall.texts()


def test_a_bounced_scan_is_one_look_up(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = issue(hall.kiosk)
    looked: list[Code] = []
    by_code = Finding.by_code

    def counted(self: Finding, code: Code) -> Found:
        looked.append(code)
        return by_code(self, code)

    monkeypatch.setattr(Finding, "by_code", counted)
    now = [1000.0]
    hall.journeys.scanning._clock = lambda: now[0]
    for _ in range(3):
        hall.scan(ticket.token)
    hall.found()
    hall.scan(ticket.token)
    hall.settle()
    assert len(looked) == 1
    now[0] += 10
    hall.scan(ticket.token)
    hall.settle()
    assert len(looked) == 2


def test_an_answer_for_somebody_who_has_gone_is_not_shown(hall: Hall) -> None:
    ticket = issue(hall.kiosk)
    gate = threading.Event()
    hall.kiosk.desk.worker.submit(lambda: gate.wait(10))
    hall.scan(ticket.token)
    assert hall.presenter.page is Page.SCAN
    assert "正在查找" in hall.texts()
    hall.presenter.home()
    gate.set()
    hall.settle()
    hall.wait_page(Page.HOME)


def test_without_the_database_nothing_waits(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = issue(hall.kiosk)
    away(hall, monkeypatch)
    hall.settle()
    hall.scan(ticket.token)
    assert hall.journeys.scanning.problem == "later"
    assert "网络中断" in hall.texts()
    hall.presenter.home()
    hall.journeys.card.present()
    hall.journeys.card.agree()
    hall.journeys.card.read(VISITOR)
    assert hall.presenter.page is Page.SERVICES
    assert hall.presenter.visit.person == PERSON


def test_staff_pages_hear_scans_and_stay(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[object] = []
    hall.journeys.scanning.heard.connect(heard.append)
    monkeypatch.setattr(hall.presenter, "page", Page.TECHNICIAN)
    hall.scan("7K3M9PQR2T5VWX8Y")
    hall.scan("no code")
    assert [type(one) for one in heard] == [Code, type(None)]
    monkeypatch.undo()
    assert hall.presenter.page is Page.HOME


# A missed ticket


def test_a_missed_ticket_is_requeued_once_however_often_it_is_touched(hall: Hall) -> None:
    ticket = issue(hall.kiosk)
    miss(hall.kiosk, ticket)
    hall.scan(ticket.token)
    hall.found()
    for _ in range(3):
        press(hall.kiosk.screen.page, names_of_solid(hall))
    hall.wait(lambda: "重新排上了" in hall.texts())
    assert hall.found_ticket().status is TicketStatus.WAITING
    assert hall.kinds("ticket.requeued") == 1


def test_who_was_put_aside_is_back_by_one_touch(hall: Hall) -> None:
    ticket = issue(hall.kiosk)
    kind = hold(hall.kiosk)
    hall.scan(ticket.token)
    hall.found()
    view = hall.journeys.found.view()
    assert view is not None
    assert (view.deed, view.button) == (Deed.BACK, "我回来了")
    for _ in range(3):
        press(hall.kiosk.screen.page, names_of_solid(hall))
    hall.wait(lambda: "请在 8 号窗口附近等候" in hall.texts())
    assert hall.found_ticket().status is TicketStatus.WAITING
    assert (kind, hall.kinds("ticket.released")) == (HoldKind.HERE, 1)


def hold(kiosk: Kiosk) -> HoldKind:
    """Let window 8 put its next ticket aside, for itself."""
    update_hall(kiosk.store, with_pins(kiosk.store.plan(), {"1001": PIN}))
    Shifts(kiosk.store, "8").sign_in("1001", PIN)
    calling = Calling(kiosk.store, "8")
    calling.call_next()
    calling.start()
    calling.hold(HoldKind.HERE)
    return HoldKind.HERE


def names_of_solid(hall: Hall) -> str:
    """The name of the one solid button, or of the button that waits in its place."""
    page: Any = hall.kiosk.screen.page
    return str(page._main.accessibleName())


def test_requeued_too_often_says_why(hall: Hall) -> None:
    ticket = issue(hall.kiosk)
    for _ in range(hall.kiosk.store.plan().rules.requeue_per_day):
        miss(hall.kiosk, ticket)
        hall.kiosk.issuing.requeue(ticket.id)
    miss(hall.kiosk, ticket)
    hall.scan(ticket.token)
    hall.found()
    view = hall.journeys.found.view()
    assert view is not None
    assert view.deed is Deed.TAKE
    assert "重排次数用完" in view.band


def test_a_ticket_that_changed_meanwhile_is_refused_on_the_page(hall: Hall) -> None:
    ticket = issue(hall.kiosk)
    miss(hall.kiosk, ticket)
    hall.scan(ticket.token)
    hall.found()
    hall.kiosk.issuing.requeue(ticket.id)
    hall.journeys.found.do(Deed.REQUEUE)
    hall.wait(lambda: bool(hall.journeys.found.problem))
    assert hall.presenter.page is Page.FOUND
    assert hall.kinds("ticket.requeued") == 1


def test_typed_label_and_last_four(hall: Hall) -> None:
    ticket = issue(hall.kiosk)
    miss(hall.kiosk, ticket)
    hall.presenter.enter("requeueing")
    assert hall.presenter.page is Page.REQUEUE
    page = hall.kiosk.screen.page
    for sign in ticket.label:
        press(page, sign)
    press(page, "下一格")
    for sign in ticket.token[-4:]:
        press(page, sign)
    press(page, "查找我的号")
    assert hall.found_ticket().id == ticket.id


def test_wrong_endings_end_at_the_desk(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = issue(hall.kiosk)
    looked: list[str] = []
    by_label = Finding.by_label

    def counted(self: Finding, label: str, tail: str) -> FoundTicket:
        looked.append(tail)
        return by_label(self, label, tail)

    monkeypatch.setattr(Finding, "by_label", counted)
    journey = hall.journeys.requeueing
    journey.open()
    for sign in ticket.label:
        journey.type_sign(sign)
    journey.go_on()
    wrong = "0000" if ticket.token[-4:] != "0000" else "1111"
    for sign in wrong:
        journey.type_sign(sign)
    for _ in range(9):
        journey.go_on()
        hall.settle()
    assert looked == [wrong] * 5
    assert journey.problem == "ask_desk"
    hall.presenter.home()
    assert (journey.label, journey.tail, journey.problem) == ("", "", "")


def test_a_keyboard_types_a_ticket_too(hall: Hall) -> None:
    ticket = issue(hall.kiosk)
    hall.presenter.enter("requeueing")
    screen = hall.kiosk.screen
    for part in (ticket.label, ticket.token[-4:].lower()):
        for sign in part:
            QTest.keyClicks(screen, sign)
        QTest.keyClick(screen, Qt.Key.Key_Return)
    assert hall.found_ticket().id == ticket.id


def test_signs_and_overlong_input_change_nothing(hall: Hall) -> None:
    journey = hall.journeys.requeueing
    journey.open()
    for sign in ("", "é", "🎫", "AB", "-", " ", "\n"):
        journey.type_sign(sign)
    assert journey.label == ""
    press(hall.kiosk.screen.page, "下一格")  # dashed: touched, it says why
    assert journey.problem == "fill_in"
    for _ in range(20):
        journey.type_sign("9")
    journey.go_on()
    assert (journey.label, journey.problem) == ("9999999", "fill_in")
    journey.choose(tail=True)
    journey.delete()
    assert (journey.label, journey.at_tail) == ("999999", False)


# Cases


def test_a_case_by_its_number(hall: Hall) -> None:
    number = add_case(hall.kiosk)
    hall.presenter.enter("progress")
    for digit in number:
        press(hall.kiosk.screen.page, digit)
    press(hall.kiosk.screen.page, "查询")
    hall.wait_page(Page.FOUND)
    assert {"办件进度", number, "正在办理"} <= set(hall.texts().split("\n"))


def test_a_wrong_case_number_says_so(hall: Hall) -> None:
    journey = hall.journeys.progress
    journey.open()
    for digit in "20261345":
        journey.type_digit(digit)
    press(hall.kiosk.screen.page, "查询")  # dashed: touched, it says why
    assert journey.problem == "no_case_number"
    journey.clear()
    for digit in "2026112200001" + "x":
        journey.type_digit(digit)
    journey.look()
    hall.wait(lambda: journey.problem == "case_unknown")
    assert "本大厅没有这个编号的办件" in hall.texts()
    journey.delete()
    assert (journey.number, journey.problem) == ("202611220000", "")


# Appointments


def test_an_appointment_checks_in_once(hall: Hall) -> None:
    code = book(hall.kiosk)
    hall.scan(code)
    hall.found()
    for _ in range(3):
        hall.journeys.found.do(Deed.CHECK_IN)
    hall.wait_page(Page.DONE)
    hall.settle()
    assert len(hall.kiosk.tickets()) == 1
    assert hall.kiosk.printer is not None
    assert len(hall.kiosk.printer.slips) == 1
    hall.presenter.home()
    hall.journeys.scanning._last = (0, -100.0)
    hall.scan(code)
    hall.found()
    view = hall.journeys.found.view()
    assert view is not None
    assert (view.deed, hall.kiosk.tickets()[0].label in view.band) == (Deed.FINISH, True)


@pytest.mark.parametrize(("minutes", "says"), [(100, "您来得早"), (-60, "过了约定的时间")])
def test_early_and_late_are_told_before(hall: Hall, minutes: int, says: str) -> None:
    hall.scan(book(hall.kiosk, minutes=minutes))
    hall.found()
    assert says in hall.texts()


# Paper


def test_a_ticket_is_printed_again_once_a_visit(hall: Hall) -> None:
    ticket = issue(hall.kiosk)
    hall.scan(ticket.token)
    hall.found()
    press(hall.kiosk.screen.page, "补打号票")
    hall.journeys.found.do(Deed.REPRINT)
    hall.wait(lambda: "请取走号票" in hall.texts())
    assert hall.kiosk.printer is not None
    assert [slip.reprint_mark is not None for slip in hall.kiosk.printer.slips] == [True]
    assert "补打号票" not in names(hall.kiosk.screen.page)


# Cards


def test_nothing_is_read_before_the_notice_was_accepted(hall: Hall) -> None:
    hall.journeys.card.noticed()
    assert hall.presenter.page is Page.CARD
    assert {"只用于今天排队", "办完后按规定删除", "可以不刷"} <= set(
        " ".join(hall.texts().split("\n")).split(" ")
    )
    hall.journeys.card.read(VISITOR)  # a driver that reads all the same is not believed
    assert (hall.presenter.visit.person, hall.reader.allowed) == ("", [])
    press(hall.kiosk.screen.page, "同意，读身份证")
    press(hall.kiosk.screen.page, "请放身份证")
    assert hall.reader.allowed == [True]
    hall.journeys.card.read(VISITOR)
    hall.wait_page(Page.SERVICES)
    visit = hall.presenter.visit
    assert (visit.person, visit.priority) == (PERSON, PriorityClass.ELDERLY)
    hall.presenter.choose_service("BDC03")
    hall.presenter.confirm()
    hall.wait_page(Page.DONE)
    ticket = hall.kiosk.tickets()[0]
    assert ticket.priority is PriorityClass.ELDERLY
    with hall.kiosk.store.look() as reader:
        assert [one.id for one in reader.tickets_of(PERSON)] == [ticket.id]
        journal = str(reader.entries_after(0, 10_000))
    assert PERSON not in journal
    assert PERSON not in hall.texts()
    hall.presenter.home()
    assert hall.presenter.visit.person == ""


def test_leaving_takes_the_word_back(hall: Hall) -> None:
    for leave in (hall.presenter.back, hall.presenter.home, hall.presenter.take):
        hall.journeys.card.present()
        hall.journeys.card.agree()
        leave()
        assert hall.reader.allowed == [True, False]
        hall.reader.allowed.clear()
        hall.journeys.card.read(VISITOR)
        assert hall.presenter.visit.person == ""
        hall.presenter.home()


def test_a_card_left_on_the_reader_changes_no_page(hall: Hall) -> None:
    hall.presenter.take()
    hall.journeys.card.noticed()
    assert hall.presenter.page is Page.SERVICES


def test_what_is_open_for_a_card_comes_first(hall: Hall) -> None:
    missed = issue(hall.kiosk, "SW01", person=PERSON)
    miss(hall.kiosk, missed)
    waiting = issue(hall.kiosk, person=PERSON)
    book(hall.kiosk, person=PERSON)
    hall.presenter.enter("card")
    hall.journeys.card.agree()
    hall.journeys.card.read(VISITOR)
    hall.found()
    deeds = []
    for _ in range(3):
        view = hall.journeys.found.view()
        assert view is not None
        deeds.append((view.deed, view.plate))
        hall.journeys.found.turn(1)
    assert deeds == [
        (Deed.CHECK_IN, ""),
        (Deed.REQUEUE, missed.label),
        (Deed.FINISH, waiting.label),
    ]
    press(hall.kiosk.screen.page, "取号")
    assert hall.presenter.page is Page.SERVICES


def test_a_card_that_cannot_be_read_may_be_laid_down_again(hall: Hall) -> None:
    hall.journeys.card.present()
    hall.journeys.card.agree()
    hall.journeys.card.unreadable()
    assert "没有读出来" in hall.texts()
    assert hall.reader.allowed == [True, True]
    hall.journeys.card.read(Visitor("", "样**"))  # a hall without a key knows nobody
    assert hall.presenter.page is Page.SERVICES


def test_a_reader_that_is_away_is_told(hall: Hall) -> None:
    hall.reader.state = DeviceState.ABSENT
    hall.journeys.card.present()
    hall.journeys.card.agree()
    assert hall.reader.allowed == []
    assert "读卡器暂时不能用" in hall.texts()
    assert hall.journeys.card.stage is Stage.NOTICE
    press(hall.kiosk.screen.page, "不用身份证，直接取号")
    assert hall.presenter.page is Page.SERVICES


# Looks, and hands that do anything


def fill(hall: Hall, page: Page) -> None:
    """Fill a page with the most that it can show."""
    presenter, journeys = hall.presenter, hall.journeys
    presenter.home()
    if page is Page.SCAN:
        journeys.scanning.take(None)
    elif page is Page.CARD:
        journeys.card.present()
        journeys.card.agree()
        journeys.card.unreadable()
    elif page is Page.PROGRESS:
        journeys.progress.open()
        journeys.progress.look()
    elif page is Page.REQUEUE:
        journeys.requeueing.open()
        journeys.requeueing.go_on()
    else:
        ticket = Finding(hall.kiosk.store).ticket(hall.kiosk.tickets()[0].id)
        journeys.found.present((ticket, ticket), fresh=True)


MODES = (Modes(), Modes(elder=True), Modes(low=True), Modes(elder=True, low=True))


@pytest.mark.parametrize(
    "page", [Page.SCAN, Page.CARD, Page.PROGRESS, Page.REQUEUE, Page.FOUND], ids=str
)
def test_everything_fits_in_every_language_and_mode(hall: Hall, page: Page) -> None:
    issue(hall.kiosk, "BDC07")
    hall.kiosk.screen.resize(1080, 1920)
    for modes in MODES:
        for language in ("zh-CN", "zh-Hant", "en"):
            fill(hall, page)
            hall.presenter.switch_language(language)
            hall.presenter.set_modes(modes)
            assert hall.presenter.page is page
            check_places(hall.kiosk.screen.page, modes, f"{page} {language} {modes}")


def check_places(page: QWidget, modes: Modes, where: str) -> None:
    """Check that nothing is cut, too small, too high or over something else."""
    least, top = (120 if modes.elder else 96), (960 if modes.low else 640)
    places: list[tuple[str, QRect]] = []
    for button in controls(page):
        box = button.rect().translated(button.mapTo(page, button.rect().topLeft()))
        name = f"{where} {button.accessibleName()} {box}"
        assert button.accessibleName(), name
        assert box.y() >= top, name
        assert QRect(0, 0, 1080, 1920).contains(box), name
        assert min(box.width(), box.height()) >= least - 1, name
        assert not any(box.intersects(other) for _, other in places), name
        places.append((name, box))
    for label in page.findChildren(Text):
        assert not (label.isVisible() and label.is_cut()), f"{where} {label.text()}"


def test_hands_and_scans_that_do_anything_lead_to_no_dead_end(hall: Hall) -> None:
    dice = random.Random(4)  # noqa: S311 - a test that can be repeated
    tickets = [issue(hall.kiosk) for _ in range(3)]
    miss(hall.kiosk, tickets[0])
    codes = [*(t.token for t in tickets), book(hall.kiosk), add_case(hall.kiosk), *HOSTILE]
    for step in range(400):
        deed = dice.random()
        if deed < 0.25:
            hall.scan(dice.choice(codes))
        elif deed < 0.35:
            card = hall.journeys.card
            said: list[Callable[[], None]] = [
                card.noticed,
                card.unreadable,
                lambda: hall.journeys.card.read(VISITOR),
            ]
            dice.choice(said)()
        elif deed < 0.4:
            hall.presenter.home()
        elif hall.presenter.page is Page.HOME:
            dice.choice(
                [
                    hall.presenter.take,
                    hall.journeys.scanning.open,
                    hall.journeys.card.present,
                    hall.journeys.progress.open,
                    hall.journeys.requeueing.open,
                ]
            )()
        else:
            there = controls(hall.kiosk.screen.page)
            assert there, f"a dead end at {hall.presenter.page} in step {step}"
            dice.choice(there).click()
        if step % 20 == 0:
            hall.settle()
    hall.settle()
    hall.presenter.idle.ran_out.emit()
    assert hall.presenter.page is Page.HOME
    assert hall.reader.allowed[-1:] != [True]
