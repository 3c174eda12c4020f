"""Tickets that nobody has in hand: printed later, while nobody uses the kiosk."""

import dataclasses
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hallclient.domain.ticket import Delivery, Ticket
from hallclient.kiosk.unprinted import FOREIGN_AGE, MAX_DOUBTS
from hallclient.kiosk.visit import Page
from hallclient.services.issuing import TicketRequest
from hallclient.services.ports_devices import DeviceState, PrintResult, PrintTrouble
from hallclient.ui import fonts
from tests.stores import OPENING, HandClock
from tests.widget.kiosk_support import QUICK, FakePrinter, Kiosk, press, running_kiosk

NO_PAPER = (PrintResult.NOT_PRINTED, PrintTrouble.PAPER_OUT)
TORN = (PrintResult.UNKNOWN, PrintTrouble.PAPER_OUT)


@pytest.fixture(autouse=True)
def loaded_fonts(qapp: QApplication) -> None:
    fonts.load_fonts()


def left_over(kiosk: Kiosk, request: str = "earlier", language: str = "zh-CN") -> Ticket:
    """A ticket that this kiosk issued before it was killed."""
    wish = TicketRequest(request, "BDC01", station="K1", language=language)
    return kiosk.issuing.issue(wish).ticket


def printed(printer: FakePrinter) -> list[tuple[str, str | None]]:
    """Label and mark of each slip that the printer was given."""
    return [(slip.label, slip.reprint_mark) for slip in printer.slips]


def settled(qtbot: QtBot, kiosk: Kiosk, *deliveries: str) -> None:
    qtbot.waitUntil(lambda: kiosk.deliveries() == list(deliveries))
    qtbot.waitUntil(lambda: kiosk.desk.worker.pending == 0)


def test_after_a_restart_leftovers_are_printed_with_the_mark(qtbot: QtBot, tmp_path: Path) -> None:
    printer = FakePrinter()
    with running_kiosk(tmp_path, printer=printer, late=True) as kiosk:
        left_over(kiosk, "one")
        left_over(kiosk, "two", language="en")
        read = left_over(kiosk, "three")
        kiosk.issuing.delivered(read.id, Delivery.SCREEN)
        kiosk.issuing.issue(TicketRequest("four", "BDC01", station="K2"))
        kiosk.presenter.start()
        settled(qtbot, kiosk, "screen", "paper", "paper")
    assert printed(printer) == [("B001", "补打"), ("B002", "Reprint")]


def test_another_kiosk_of_the_same_name_is_not_overtaken(qtbot: QtBot, tmp_path: Path) -> None:
    printer, clock = FakePrinter(), HandClock()
    with running_kiosk(tmp_path, printer=printer, clock=clock) as kiosk:
        qtbot.waitUntil(lambda: kiosk.presenter.unprinted._known is not None)
        left_over(kiosk)
        kiosk.presenter.unprinted.look()
        qtbot.waitUntil(kiosk.presenter.unprinted._again.isActive)
        assert printer.slips == []
        clock.advance(seconds=FOREIGN_AGE.total_seconds() + 1)
        settled(qtbot, kiosk, "paper")


def test_what_is_too_old_is_left_alone_and_logged(
    qtbot: QtBot, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    printer, clock = FakePrinter(), HandClock(OPENING)
    with running_kiosk(tmp_path, printer=printer, late=True, clock=clock) as kiosk:
        left_over(kiosk)
        clock.advance(minutes=kiosk.store.plan().rules.no_show_valid_minutes)
        left_over(kiosk, "young")
        clock.advance(seconds=20)
        kiosk.presenter.start()
        settled(qtbot, kiosk, "paper")
        kiosk.presenter.unprinted.look()
        qtbot.waitUntil(lambda: not kiosk.presenter.unprinted._wanted)
    assert printed(printer) == [("B002", "补打")]
    assert caplog.text.count("ticket B001 was left over and is not printed: too old") == 1


def test_a_citizen_at_the_kiosk_is_not_confused(qtbot: QtBot, tmp_path: Path) -> None:
    printer = FakePrinter()
    times = dataclasses.replace(QUICK, quiet=0.3)
    with running_kiosk(tmp_path, printer=printer, late=True, times=times) as kiosk:
        left_over(kiosk)
        kiosk.presenter.start()
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.HOME)
        press(kiosk.screen.page, "取号")
        press(kiosk.screen.page, "抵押登记")
        press(kiosk.screen.page, "确认取号")
        settled(qtbot, kiosk, "paper")
        assert printed(printer) == [("B002", None)]
        press(kiosk.screen.page, "完成")
        settled(qtbot, kiosk, "paper", "paper")
    assert printed(printer) == [("B002", None), ("B001", "补打")]


def test_without_paper_it_waits_and_stays_as_sure_as_before(qtbot: QtBot, tmp_path: Path) -> None:
    printer = FakePrinter(NO_PAPER)
    with running_kiosk(tmp_path, printer=printer, late=True) as kiosk:
        left_over(kiosk)
        kiosk.presenter.start()
        qtbot.waitUntil(lambda: len(printer.slips) == 1)
        assert kiosk.deliveries() == []
        printer.answers = (PrintResult.PRINTED, None)
        kiosk.presenter.printer_status_changed(DeviceState.READY, None)
        settled(qtbot, kiosk, "paper")
    assert {mark for _, mark in printed(printer)} == {"补打"}


def test_a_printer_that_says_nothing_of_itself_is_tried_again(qtbot: QtBot, tmp_path: Path) -> None:
    printer = FakePrinter(NO_PAPER)
    with running_kiosk(tmp_path, printer=printer, late=True) as kiosk:
        left_over(kiosk)
        kiosk.presenter.start()
        qtbot.waitUntil(lambda: len(printer.slips) > MAX_DOUBTS)
        printer.answers = (PrintResult.PRINTED, None)
        settled(qtbot, kiosk, "paper")


def test_a_printer_that_is_not_there_is_waited_for(qtbot: QtBot, tmp_path: Path) -> None:
    printer = FakePrinter(state=DeviceState.ABSENT)
    with running_kiosk(tmp_path, printer=printer, late=True) as kiosk:
        left_over(kiosk)
        kiosk.presenter.start()
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.HOME)
        qtbot.waitUntil(kiosk.presenter.unprinted._again.isActive)
        assert printer.slips == []
        printer.state = DeviceState.READY
        kiosk.presenter.printer_status_changed(DeviceState.READY, None)
        settled(qtbot, kiosk, "paper")


def test_what_stays_unknown_is_not_printed_for_ever(
    qtbot: QtBot, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    printer = FakePrinter(TORN)
    with running_kiosk(tmp_path, printer=printer, late=True) as kiosk:
        left_over(kiosk)
        kiosk.presenter.start()
        qtbot.waitUntil(lambda: "its outcome stays unknown" in caplog.text)
        assert len(printer.slips) == MAX_DOUBTS
        assert kiosk.deliveries() == []


@pytest.mark.parametrize(("answer", "mark"), [(NO_PAPER, None), (TORN, "补打")])
def test_who_went_before_the_paper_failed(
    qtbot: QtBot, tmp_path: Path, answer: tuple[PrintResult, PrintTrouble], mark: str | None
) -> None:
    """Home by itself, so nobody said that the number was read: it is still owed."""
    printer = FakePrinter(None)
    times = dataclasses.replace(QUICK, print_answer=60.0, leftovers=60.0)
    with running_kiosk(tmp_path, printer=printer, times=times) as kiosk:
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.HOME)
        press(kiosk.screen.page, "取号")
        press(kiosk.screen.page, "抵押登记")
        press(kiosk.screen.page, "确认取号")
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.DONE)
        kiosk.presenter.home()
        printer.say(1, *answer)
        qtbot.waitUntil(lambda: not kiosk.presenter.printing.busy)
        printer.answers = (PrintResult.PRINTED, None)
        kiosk.presenter.printer_status_changed(DeviceState.READY, None)
        settled(qtbot, kiosk, "paper")
    assert printed(printer) == [("B001", None), ("B001", mark)]


def test_a_doubt_stays_until_there_is_paper(qtbot: QtBot, tmp_path: Path) -> None:
    """Torn once, then certainly not printed, as often as it is tried: still a copy."""
    printer = FakePrinter(None)
    times = dataclasses.replace(QUICK, print_answer=60.0)
    with running_kiosk(tmp_path, printer=printer, times=times) as kiosk:
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.HOME)
        press(kiosk.screen.page, "取号")
        press(kiosk.screen.page, "抵押登记")
        press(kiosk.screen.page, "确认取号")
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.DONE)
        kiosk.presenter.home()
        printer.answers = NO_PAPER
        printer.say(1, *TORN)
        qtbot.waitUntil(lambda: len(printer.slips) > MAX_DOUBTS + 1)
        printer.answers = (PrintResult.PRINTED, None)
        settled(qtbot, kiosk, "paper")
    assert printed(printer)[0] == ("B001", None)
    assert set(printed(printer)[1:]) == {("B001", "补打")}


def test_an_answer_that_came_too_late_is_printed_without_the_mark(
    qtbot: QtBot, tmp_path: Path
) -> None:
    printer = FakePrinter()
    with running_kiosk(tmp_path, printer=printer) as kiosk:
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.HOME)
        press(kiosk.screen.page, "取号")
        press(kiosk.screen.page, "抵押登记")
        press(kiosk.screen.page, "确认取号")
        kiosk.presenter.home()
        settled(qtbot, kiosk, "paper")
    assert printed(printer) == [("B001", None)]


def test_slips_of_others_wait_while_a_citizen_does(qtbot: QtBot, tmp_path: Path) -> None:
    printer, told = FakePrinter(None), [True]

    def free() -> bool:
        return told[-1]

    with running_kiosk(tmp_path, printer=printer, paper_free=told.append) as kiosk:
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.HOME)
        press(kiosk.screen.page, "取号")
        press(kiosk.screen.page, "抵押登记")
        assert free()
        press(kiosk.screen.page, "确认取号")
        assert not free()
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.DONE)
        assert not free()
        kiosk.presenter.home()
        assert not free(), "his paper is still on the way"
        printer.say(1, PrintResult.PRINTED)
        qtbot.waitUntil(free)
