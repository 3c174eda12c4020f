"""Printing over a real pseudo-terminal: what is known about the paper, whatever happens."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from hallclient.devices.emulators.printer import EmulatedPrinter
from hallclient.devices.escpos import PAPER_58, PAPER_80, Sheet
from hallclient.devices.escpos_status import PaperState, PrinterError
from hallclient.devices.escpos_ticket import encode_ticket
from hallclient.devices.link import Link
from hallclient.devices.printer import TicketPrinter
from hallclient.devices.printer_setup import PrinterSetup
from hallclient.devices.printer_talk import PrinterTalk
from hallclient.devices.transport import PortSettings
from hallclient.services.ports_devices import (
    DeviceState,
    PrintOutcome,
    PrintResult,
    PrintTrouble,
    TicketPrinterPort,
)
from tests.devices.stubs import FOLLOW_URL, SLIP, WAIT, Box, ScriptedChannel, make_slip

PRINTED, NOT_PRINTED, UNKNOWN = PrintResult
QUICK = PortSettings(write_timeout=0.3)
# More than a pseudo-terminal buffers, so that a deaf printer is felt as a write time-out.
ENDLESS = make_slip(materials=("一份很长的材料清单" * 4,) * 400, materials_title="材料")


class Desk:
    """A printer on a link, with what it reported."""

    def __init__(self, url: str, **options: Any) -> None:
        self.outcomes: Box[PrintOutcome] = Box()
        self.states: Box[DeviceState] = Box()
        self.link = Link(url, options.pop("settings", QUICK))
        meter = options.pop("meter", None)
        sheet = Sheet(options.pop("paper", PAPER_80), options.pop("glyphs", None))
        setup = PrinterSetup(sheet, **options)
        self.printer = TicketPrinter(self.link, self.outcomes.put, setup, meter=meter)
        self.printer.watch(self.states.put)

    def prints(self, slip: Any = SLIP) -> PrintOutcome:
        """Print and wait for this request's outcome."""
        request = self.printer.print_slip(slip)
        found = self.outcomes.wait_until(lambda all_: any(o.request == request for o in all_))
        return next(outcome for outcome in found if outcome.request == request)


@pytest.fixture(autouse=True)
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """A silent printer is looked at more often than in a hall."""
    monkeypatch.setattr("hallclient.devices.printer.SILENT_SECONDS", 0.3)


@contextmanager
def desk(url: str, **options: Any) -> Iterator[Desk]:
    made = Desk(url, **options)
    made.link.start()
    try:
        yield made
    finally:
        made.link.close()


@pytest.fixture
def paper() -> Iterator[EmulatedPrinter]:
    with EmulatedPrinter() as printer:
        yield printer


def known(outcome: PrintOutcome) -> tuple[PrintResult, PrintTrouble | None]:
    return outcome.result, outcome.trouble


def test_prints_a_ticket_byte_for_byte(paper: EmulatedPrinter) -> None:
    with desk(paper.path) as kiosk:
        before = time.monotonic()
        outcome = kiosk.prints()
        assert known(outcome) == (PRINTED, None)
        assert outcome.first_byte_at is not None
        assert before <= outcome.first_byte_at <= time.monotonic()
        assert paper.wait_for_tickets(1, WAIT)
        (ticket,) = paper.tickets
        assert ticket.raw == encode_ticket(SLIP)
        assert ticket.number == "B107"
        assert kiosk.printer.state is DeviceState.READY


def test_fulfils_the_port_of_the_services(paper: EmulatedPrinter) -> None:
    with desk(paper.path) as kiosk:
        port: TicketPrinterPort = kiosk.printer
        assert port.print_slip(SLIP) == 1
        kiosk.outcomes.wait()


def test_tickets_come_out_in_order_and_once(paper: EmulatedPrinter) -> None:
    labels = [f"A{number:03}" for number in range(20)]
    with desk(paper.path) as kiosk:
        requests = [kiosk.printer.print_slip(make_slip(label=label)) for label in labels]
        outcomes = kiosk.outcomes.wait(len(labels))
        assert [outcome.request for outcome in outcomes] == requests
        assert {outcome.result for outcome in outcomes} == {PRINTED}
        assert paper.wait_for_tickets(len(labels), WAIT)
    assert [ticket.number for ticket in paper.tickets] == labels


def test_narrow_paper() -> None:
    with EmulatedPrinter(paper=PAPER_58) as printer, desk(printer.path, paper=PAPER_58) as kiosk:
        assert kiosk.prints(make_slip(label="AB107")).result is PRINTED
        assert printer.wait_for_tickets(1, WAIT)
        assert all(line.dots <= PAPER_58.dots for line in printer.tickets[0].lines)


@pytest.mark.parametrize(
    ("fault", "trouble"),
    [("paper_out", PrintTrouble.PAPER_OUT), ("cover_open", PrintTrouble.COVER_OPEN)],
)
def test_a_printer_that_cannot_print_gets_nothing(
    paper: EmulatedPrinter, fault: str, trouble: PrintTrouble
) -> None:
    with desk(paper.path) as kiosk:
        setattr(paper, fault, True)
        outcome = kiosk.prints()
        assert known(outcome) == (NOT_PRINTED, trouble)
        assert outcome.first_byte_at is None
        setattr(paper, fault, False)
        assert kiosk.prints().result is PRINTED
        assert paper.wait_for_tickets(1, WAIT)
    assert len(paper.tickets) == 1


def test_low_paper_is_told_with_a_printed_ticket(paper: EmulatedPrinter) -> None:
    with desk(paper.path) as kiosk:
        assert not kiosk.prints().paper_low
        paper.paper_near_end = True
        outcome = kiosk.prints()
        assert known(outcome) == (PRINTED, None)
        assert outcome.paper_low


def test_an_absent_printer_is_told_calmly_within_two_seconds() -> None:
    with desk("/dev/ttyHALL9") as kiosk:
        before = time.monotonic()
        assert known(kiosk.prints()) == (NOT_PRINTED, PrintTrouble.ABSENT)
        assert time.monotonic() - before < 2.0


@pytest.mark.parametrize("fault", ["deaf", "mute"])
def test_a_silent_printer_gets_nothing(paper: EmulatedPrinter, fault: str) -> None:
    with desk(paper.path) as kiosk:
        assert kiosk.prints().result is PRINTED
        setattr(paper, fault, True)
        before = time.monotonic()
        assert known(kiosk.prints()) == (NOT_PRINTED, PrintTrouble.OFFLINE)
        assert time.monotonic() - before < 2.0
        kiosk.states.wait_for(DeviceState.STALE)


def test_late_answers_are_not_taken_for_new_ones(paper: EmulatedPrinter) -> None:
    with desk(paper.path) as kiosk:
        kiosk.states.wait_for(DeviceState.READY)
        paper.deaf = True
        assert kiosk.prints().result is NOT_PRINTED
        paper.paper_near_end = True
        paper.deaf = False
        outcome = kiosk.prints()
        assert known(outcome) == (PRINTED, None)
        assert outcome.paper_low


def test_of_late_and_new_answers_the_new_ones_count() -> None:
    talk = PrinterTalk(QUICK, lambda _status: None)
    answers = (bytes.fromhex("12 12 12"), bytes.fromhex("1A 32"), bytes.fromhex("7E"))
    assert talk.ask(ScriptedChannel(), 0.01) is None
    status = talk.ask(ScriptedChannel(b"", *answers), WAIT)
    assert status is not None
    assert status.paper is PaperState.OUT


def test_a_late_answer_about_an_error_is_not_taken_for_the_next_one() -> None:
    talk = PrinterTalk(QUICK, lambda _status: None)
    error = talk.ask(ScriptedChannel(b"", bytes.fromhex("1A 52 12")), 0.01)
    assert error is not None
    assert error.error is PrinterError.RECOVERABLE  # which one was not told in time
    late, answers = b"\x1a", (bytes.fromhex("1A 52"), b"\x12", b"", b"\x1a")
    status = talk.ask(ScriptedChannel(b"", late, *answers), WAIT)
    assert status is not None
    assert (status.error, status.paper) == (PrinterError.CUTTER, PaperState.OK)


def test_a_device_that_talks_for_ever_is_no_printer() -> None:
    """Digits pass for answers: a stream of them must not hold the link's thread."""

    class Chatter(ScriptedChannel):
        def read(self, timeout: float) -> bytes:
            return super().read(timeout) or (b"2" if time.monotonic() < gives_up_at else b"")

    gives_up_at = time.monotonic() + WAIT
    talk = PrinterTalk(QUICK, lambda _status: None)
    assert talk.ask(ScriptedChannel(), 0.01) is None
    assert talk.ask(Chatter(*[b""]), 0.01) is None
    assert time.monotonic() < gives_up_at


def test_a_silent_printer_is_seen_to_return_before_the_next_ticket(paper: EmulatedPrinter) -> None:
    paper.mute = True
    with desk(paper.path) as kiosk:
        kiosk.states.wait_for(DeviceState.STALE)
        paper.mute = False
        kiosk.states.wait_until(lambda states: states[-1] is DeviceState.READY)
        assert kiosk.outcomes.items == []
    assert paper.tickets == ()


def test_a_printer_that_dies_over_a_ticket_leaves_the_outcome_unknown(
    paper: EmulatedPrinter,
) -> None:
    paper.deaf_after = 10
    with desk(paper.path) as kiosk:
        outcome = kiosk.prints()
        assert known(outcome) == (UNKNOWN, PrintTrouble.OFFLINE)
        assert outcome.first_byte_at is not None


def test_a_write_time_out_is_unknown_and_never_sent_again(paper: EmulatedPrinter) -> None:
    paper.deaf_after = 10
    with desk(paper.path) as kiosk:
        assert known(kiosk.prints(ENDLESS)) == (UNKNOWN, PrintTrouble.OFFLINE)
        paper.deaf = False
        assert kiosk.prints(make_slip(label="B108")).result is PRINTED
        assert paper.wait_for_tickets(1, WAIT)
        assert len(kiosk.outcomes.items) == 2
    (ticket,) = paper.tickets
    assert ticket.raw == encode_ticket(make_slip(label="B108"))


ESC = b"\x1b"  # begins a ticket, and is no part of what is asked between two
QR_STORE = encode_ticket(SLIP).index(b"1P0")


class Tearing(EmulatedPrinter):
    """Loses everything behind ``torn_at`` bytes of its first ticket, answers included."""

    taken = 0
    torn = True

    def __init__(self, torn_at: int) -> None:
        self._torn_at = torn_at
        super().__init__()

    def go_on(self) -> None:
        """Take bytes and answer again, in the middle of what was torn."""
        self.torn = self.mute = False

    def _print(self, ink: bytes) -> None:
        began = self.torn and (self.taken > 0 or ESC in ink)
        self.mute = began and self.taken >= self._torn_at
        if not self.mute:
            super()._print(ink)
        self.taken += len(ink) if began else 0


@pytest.mark.parametrize("torn_at", [4, 10, QR_STORE - 3, QR_STORE + 3, QR_STORE + 10])
@pytest.mark.parametrize("started_anew", [False, True])
def test_a_ticket_after_a_torn_one_is_whole(torn_at: int, *, started_anew: bool) -> None:
    again = make_slip(label="B108")
    with Tearing(torn_at) as printer:
        with desk(printer.path) as kiosk:
            assert kiosk.prints().result is UNKNOWN
            printer.go_on()
            if not started_anew:
                assert kiosk.prints(again).result is PRINTED
        if started_anew:
            with desk(printer.path) as kiosk:
                assert kiosk.prints(again).result is PRINTED
        assert printer.wait_for_tickets(1, WAIT)
        assert printer.tickets[-1].raw == encode_ticket(again)
        assert "B108" in printer.tickets[-1].text


def test_paper_that_ends_behind_a_ticket_leaves_it_unknown() -> None:
    class LastSheet(EmulatedPrinter):
        def _print(self, ink: bytes) -> None:
            super()._print(ink)
            self.paper_out = self.paper_out or bool(self.tickets)

    with LastSheet() as printer, desk(printer.path) as kiosk:
        outcome = kiosk.prints()
        assert known(outcome) == (UNKNOWN, PrintTrouble.PAPER_OUT)
        assert known(kiosk.prints()) == (NOT_PRINTED, PrintTrouble.PAPER_OUT)
    assert len(printer.tickets) == 1


def test_a_cable_pulled_over_a_ticket_leaves_it_unknown(tmp_path: Path) -> None:
    class Pulled(EmulatedPrinter):
        def _print(self, ink: bytes) -> None:
            super()._print(ink)
            if ESC in ink:
                self.unplug()

    with Pulled(link=tmp_path / "printer") as printer, desk(printer.path) as kiosk:
        assert known(kiosk.prints()) == (UNKNOWN, PrintTrouble.ABSENT)
        assert known(kiosk.prints()) == (NOT_PRINTED, PrintTrouble.ABSENT)


def test_prints_again_after_the_cable_is_back(tmp_path: Path) -> None:
    with EmulatedPrinter(link=tmp_path / "printer") as printer, desk(printer.path) as kiosk:
        assert kiosk.prints().result is PRINTED
        printer.unplug()
        assert known(kiosk.prints()) == (NOT_PRINTED, PrintTrouble.ABSENT)
        printer.plug_in()
        kiosk.states.wait_until(lambda states: states[-1] is DeviceState.READY)
        assert kiosk.prints().result is PRINTED


def test_closing_ends_queued_requests() -> None:
    kiosk = Desk("/dev/ttyHALL9")
    kiosk.link.start()
    request = kiosk.printer.print_slip(SLIP)
    kiosk.link.close()
    assert kiosk.outcomes.items == [PrintOutcome(request, NOT_PRINTED, PrintTrouble.ABSENT)]


def test_closing_a_printer_that_never_started_ends_its_requests() -> None:
    kiosk = Desk("/dev/ttyHALL9")
    request = kiosk.printer.print_slip(SLIP)
    kiosk.link.close()
    assert kiosk.outcomes.items == [PrintOutcome(request, NOT_PRINTED, PrintTrouble.ABSENT)]


def test_everything_on_the_wire_for_a_ticket_stays_within_the_budget() -> None:
    wire = Box[bytes]()

    class Tapped(EmulatedPrinter):
        def _received(self, data: bytes) -> None:
            wire.put(data)
            super()._received(data)

    with Tapped() as printer, desk(printer.path) as kiosk:
        kiosk.prints()
        assert printer.wait_for_tickets(1, WAIT)
        before = sum(map(len, wire.items))
        slip = make_slip(service_name="二手房过户登记与预告登记", follow_url=FOLLOW_URL)
        kiosk.prints(slip)
        assert sum(map(len, wire.items)) - before <= 450


def test_a_slow_line_is_waited_for() -> None:
    settings = PortSettings(baud=9600)
    with EmulatedPrinter(baud=9600) as printer, desk(printer.path, settings=settings) as kiosk:
        assert printer.wait_for_wish(WAIT)
        before = time.monotonic()
        assert kiosk.prints().result is PRINTED
        wire = len(encode_ticket(SLIP)) * 10 / 9600
        assert wire <= time.monotonic() - before < wire + 1.0
