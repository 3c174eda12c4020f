"""What a printer tells without being printed on: troubles, low paper, return, over a real pty."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hallclient.devices.emulators.printer import EmulatedPrinter
from hallclient.devices.escpos import PAPER_58, PAPER_80, Sheet
from hallclient.devices.escpos_blocks import lay_out
from hallclient.devices.escpos_status import ASB_ON, PrinterStatus
from hallclient.devices.link import Link
from hallclient.devices.paper import item_dots
from hallclient.devices.paper_meter import PaperMeter
from hallclient.devices.printer import TicketPrinter
from hallclient.devices.printer_setup import PrinterSetup, printer_setup
from hallclient.devices.printer_talk import PrinterTalk
from hallclient.devices.profile import load_profile
from hallclient.devices.transport import PortSettings, WriteTimeout
from hallclient.phrases import Phrases, languages
from hallclient.services.glyphs import Bitmap, PictureError
from hallclient.services.ports_devices import (
    DeviceState,
    PrintOutcome,
    PrintResult,
    PrintTrouble,
)
from hallclient.services.slip import PaperSlip, Slip, Text
from tests.devices.stubs import (
    SLIP,
    WAIT,
    Box,
    BoxGlyphs,
    Listener,
    ScriptedChannel,
    make_slip,
    solid,
)

Told = tuple[DeviceState, PrintTrouble | None, bool]
READY, STALE = DeviceState.READY, DeviceState.STALE
FINE: Told = (READY, None, False)
QUICK = PortSettings(baud=115200, write_timeout=0.3)
FAULTS = [
    ("paper_out", (READY, PrintTrouble.PAPER_OUT, True)),
    ("cover_open", (READY, PrintTrouble.COVER_OPEN, False)),
    ("cutter_error", (READY, PrintTrouble.CUTTER, False)),
    ("head_hot", (READY, PrintTrouble.ERROR, False)),
    ("paper_near_end", (READY, None, True)),
]


@dataclass
class Desk:
    """A printer on a link, with all that it tells."""

    url: str
    setup: PrinterSetup = field(default_factory=PrinterSetup)
    meter: PaperMeter | None = None
    told: Box[Told] = field(default_factory=Box)
    outcomes: Box[PrintOutcome] = field(default_factory=Box)

    def __post_init__(self) -> None:
        self.link = Link(self.url, QUICK)
        self.printer = TicketPrinter(self.link, self.outcomes.put, self.setup, meter=self.meter)
        self.printer.watch_status(lambda *told: self.told.put(told))

    def prints(self, slip: Slip = SLIP) -> PrintOutcome:
        request = self.printer.print_slip(slip)
        found = self.outcomes.wait_until(lambda all_: any(o.request == request for o in all_))
        return next(outcome for outcome in found if outcome.request == request)

    def wait_told(self, told: Told, timeout: float = WAIT) -> None:
        """Wait until this is the last thing told."""
        self.told.wait_until(lambda all_: bool(all_) and all_[-1] == told, timeout)


@pytest.fixture(autouse=True)
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """A silent printer is looked at more often than in a hall."""
    monkeypatch.setattr("hallclient.devices.printer.SILENT_SECONDS", 0.3)


@contextmanager
def desk(
    url: str, setup: PrinterSetup | None = None, meter: PaperMeter | None = None
) -> Iterator[Desk]:
    made = Desk(url, setup or PrinterSetup(), meter)
    made.link.start()
    try:
        yield made
    finally:
        made.link.close()


@pytest.mark.parametrize(
    ("fault", "told", "reports"),
    [(*row, True) for row in FAULTS] + [(*row, False) for row in FAULTS[1::2]],
)
def test_a_trouble_is_known_within_a_second_without_printing(
    fault: str, told: Told, reports: bool
) -> None:
    with EmulatedPrinter(reports=reports) as printer, desk(printer.path) as kiosk:
        kiosk.wait_told(FINE)
        assert not reports or printer.wait_for_wish(WAIT)
        for there, expected in ((True, told), (False, FINE)):
            before = time.monotonic()
            setattr(printer, fault, there)
            kiosk.wait_told(expected)
            assert time.monotonic() - before < 1.0
        assert kiosk.told.items == [(DeviceState.OPENING, None, False), FINE, told, FINE]
        assert kiosk.outcomes.items == []
    assert printer.tickets == ()


@pytest.mark.parametrize(("fault", "told"), FAULTS[:4])
def test_a_printer_found_in_trouble_is_never_told_as_fine(fault: str, told: Told) -> None:
    with EmulatedPrinter() as printer:
        setattr(printer, fault, True)
        with desk(printer.path) as kiosk:
            kiosk.wait_told(told)
            assert FINE not in kiosk.told.items
            outcome = kiosk.prints()
            assert (outcome.result, outcome.trouble) == (PrintResult.NOT_PRINTED, told[1])
            assert not printer.reporting  # it might only have stored the wish
            setattr(printer, fault, False)
            assert printer.wait_for_wish(WAIT)


def test_reports_go_on_after_a_ticket_that_initialises_the_printer() -> None:
    with EmulatedPrinter() as printer, desk(printer.path) as kiosk:
        assert printer.wait_for_wish(WAIT)
        assert kiosk.prints().result is PrintResult.PRINTED
        assert printer.wait_for_tickets(1, WAIT)
        assert printer.wait_for_wish(WAIT)
        printer.paper_out = True
        kiosk.wait_told((READY, PrintTrouble.PAPER_OUT, True), 0.7)


def test_a_lost_and_found_printer_is_told_in_order(tmp_path: Path) -> None:
    with EmulatedPrinter(link=tmp_path / "printer") as printer, desk(printer.path) as kiosk:
        kiosk.wait_told(FINE)
        printer.unplug()
        kiosk.wait_told((DeviceState.ABSENT, PrintTrouble.ABSENT, False))
        printer.switch_off_and_on()
        printer.paper_out = True
        printer.plug_in()
        kiosk.wait_told((READY, PrintTrouble.PAPER_OUT, True))
        assert kiosk.told.items.count(FINE) == 1


def test_a_silent_printer_is_stale_and_off_line() -> None:
    with EmulatedPrinter() as printer:
        printer.mute = True
        with desk(printer.path) as kiosk:
            kiosk.wait_told((STALE, PrintTrouble.OFFLINE, False))
            printer.mute = False
            kiosk.wait_told(FINE)


def test_a_slow_printer_is_waited_for() -> None:
    with EmulatedPrinter() as printer:
        printer.slow = 0.1
        with desk(printer.path) as kiosk:
            assert kiosk.prints().result is PrintResult.PRINTED


QUIET = st.sampled_from([value for value in range(256) if value & 0x90 != 0x10])


@settings(max_examples=30, deadline=None)
@given(noise=st.lists(QUIET, max_size=6).map(bytes))
def test_noise_on_the_line_is_no_state(noise: bytes) -> None:
    """Noise that looks like no answer at all, before each byte of a true one."""
    seen: list[PrinterStatus] = []
    talk = PrinterTalk(QUICK, seen.append)
    answers = (noise + bytes((value,)) for value in bytes.fromhex("1A 32 7E"))
    status = talk.ask(ScriptedChannel(b"", *answers), WAIT)
    assert status is not None
    assert status.trouble is PrintTrouble.PAPER_OUT
    assert seen == [status]


@settings(deadline=None)
@given(said=st.lists(st.binary(min_size=1, max_size=12), max_size=8))
def test_a_babbling_printer_is_heard_out_and_never_a_crash(said: list[bytes]) -> None:
    seen: list[PrinterStatus] = []
    talk = PrinterTalk(QUICK, seen.append)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hallclient.devices.printer_talk.ANSWER_SECONDS", 0.0005)
        status = talk.ask(ScriptedChannel(b"", *said), 0.0005)
    assert status is None or status in seen
    talk.hear(b"".join(said), ScriptedChannel())
    talk.opened()
    assert talk.ask(ScriptedChannel(b"", b"\x12\x12\x12"), WAIT) == PrinterStatus()


def test_who_prints_never_waits_for_whoever_draws() -> None:
    drawing, drawn = threading.Event(), threading.Event()

    class Slow(BoxGlyphs):
        def line(self, text: str, height_dots: int, max_dots: int) -> Bitmap:
            drawing.set()
            assert drawn.wait(WAIT)
            return super().line(text, height_dots, max_dots)

    with (
        EmulatedPrinter() as printer,
        desk(printer.path, PrinterSetup(Sheet(glyphs=Slow()))) as kiosk,
    ):
        kiosk.printer.print_slip(PaperSlip("回执", (Text("王㛃"),)))
        assert drawing.wait(WAIT)  # and print_slip has returned
        assert kiosk.outcomes.items == []
        drawn.set()
        assert kiosk.outcomes.wait()[0].result is PrintResult.PRINTED


def test_a_noisy_printer_prints() -> None:
    with EmulatedPrinter() as printer:
        printer.noise = b"\xff\x80\x00\x7f"
        with desk(printer.path) as kiosk:
            kiosk.wait_told(FINE)
            assert kiosk.prints().result is PrintResult.PRINTED


def test_a_printer_that_says_stop_is_waited_for_and_then_unknown() -> None:
    talk = PrinterTalk(PortSettings(baud=9600, write_timeout=0.2), lambda _status: None)
    channel = ScriptedChannel(b"\x13", b"\x11")
    talk.write(b"x" * 500, channel)
    assert b"".join(channel.written) == b"x" * 500
    stopped = ScriptedChannel(b"", b"\x13")
    with pytest.raises(WriteTimeout):
        talk.write(b"x" * 500, stopped)
    assert len(b"".join(stopped.written)) == 96


def test_a_stop_from_before_does_not_keep_a_healthy_printer_from_printing() -> None:
    with EmulatedPrinter() as printer, desk(printer.path) as kiosk:
        kiosk.wait_told(FINE)
        printer.set_busy(busy=True)
        assert kiosk.prints().result is PrintResult.PRINTED


class Tablet(Listener):
    """A mute print server."""


def test_a_target_that_never_answers_has_printed_what_it_was_sent() -> None:
    setup = PrinterSetup(answers=False)
    with Tablet() as target, desk(target.path, setup) as kiosk:
        kiosk.wait_told(FINE)
        outcome = kiosk.prints()
        assert (outcome.result, outcome.trouble) == (PrintResult.PRINTED, None)
        wanted = lay_out(SLIP, Sheet())
        target.heard.wait_until(lambda heard: b"".join(heard).startswith(wanted))
        assert ASB_ON not in b"".join(target.heard.items)


def test_a_folder_gets_each_slip_as_one_file(tmp_path: Path) -> None:
    url = f"file:{tmp_path}"
    with desk(url, printer_setup(url)) as kiosk:
        assert kiosk.prints().result is PrintResult.PRINTED
        assert kiosk.prints(make_slip(label="B108")).result is PrintResult.PRINTED
    first, second = sorted(tmp_path.iterdir())
    assert first.read_bytes() == lay_out(SLIP, Sheet())
    assert b"B108" in second.read_bytes()


def test_drawn_lines_and_logo_come_out(tmp_path: Path) -> None:
    glyphs = BoxGlyphs(solid(96, 64))
    setup = PrinterSetup(Sheet(PAPER_80, glyphs), tmp_path / "logo.png")
    with EmulatedPrinter() as printer, desk(printer.path, setup) as kiosk:
        for label in ("A001", "A002"):
            slip = make_slip(label=label, service_name="王㛃过户")
            assert kiosk.prints(slip).result is PrintResult.PRINTED
        assert printer.wait_for_tickets(2, WAIT)
    assert glyphs.pictures == 1
    assert glyphs.lines == ["王㛃过户"] * 2
    for ticket in printer.tickets:
        assert not ticket.unknown
        assert ticket.pictures[0].bitmap.width == 96
        assert sum(map(item_dots, ticket.pictures)) == 64 + 48


@pytest.mark.parametrize(
    ("logo", "baud", "reason"),
    [
        (PictureError("logo.png is not a PNG picture"), 115200, "not a PNG"),
        (solid(96, 300), 115200, "300 dots high"),
        (solid(576, 200), 9600, "15.1 s on every ticket at 9600 baud"),
    ],
)
def test_a_logo_that_will_not_do_is_said_once_and_tickets_come_without(
    logo: PictureError | Bitmap, baud: int, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    setup = PrinterSetup(Sheet(PAPER_80, BoxGlyphs(logo)), Path("logo.png"))
    outcomes: Box[PrintOutcome] = Box()
    with EmulatedPrinter() as printer:
        link = Link(printer.path, PortSettings(baud=baud))
        made = TicketPrinter(link, outcomes.put, setup)
        link.start()
        try:
            made.print_slip(SLIP)
            made.print_slip(SLIP)
            assert {o.result for o in outcomes.wait(2)} == {PrintResult.PRINTED}
        finally:
            link.close()
        assert printer.wait_for_tickets(2, WAIT)
    assert [ticket.pictures for ticket in printer.tickets] == [(), ()]
    assert [r.message for r in caplog.records if reason in r.message] != []
    assert sum("no logo" in record.message for record in caplog.records) == 1


def test_a_slip_that_cannot_be_laid_out_is_certainly_not_printed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Broken(BoxGlyphs):
        def line(self, text: str, height_dots: int, max_dots: int) -> Bitmap:
            raise RuntimeError("no font")

    setup = PrinterSetup(Sheet(PAPER_80, Broken()))
    with EmulatedPrinter() as printer, desk(printer.path, setup) as kiosk:
        outcome = kiosk.prints(PaperSlip("回执", (Text("王㛃"),)))
        assert (outcome.result, outcome.trouble) == (PrintResult.NOT_PRINTED, PrintTrouble.ERROR)
        assert kiosk.prints().result is PrintResult.PRINTED
    assert "王" not in caplog.text


def test_the_meter_counts_what_came_out_and_hears_the_sensors() -> None:
    meter = PaperMeter(80_000)
    with EmulatedPrinter() as printer, desk(printer.path, meter=meter) as kiosk:
        before = kiosk.printer.tickets_left
        assert before is not None
        for _ in range(20):
            kiosk.prints()
        # A status comes after the paper of the slip before it was counted.
        printer.paper_near_end = True
        kiosk.wait_told((READY, None, True))
        assert 120 < meter.memory.slip < 125
        assert kiosk.printer.tickets_left == pytest.approx(5000 / meter.memory.slip, abs=1)
        printer.paper_near_end = False
        kiosk.wait_told(FINE)
        assert meter.memory.left == 80_000
    assert Desk("/dev/ttyHALL9").printer.tickets_left is None


def test_settings_and_profile_make_the_setup() -> None:
    assert printer_setup("/dev/ttyS0").sheet == Sheet(PAPER_80)
    assert printer_setup("/dev/ttyS0", 58).sheet.paper == PAPER_58
    narrow = printer_setup("/dev/ttyS0", 80, load_profile("escpos-58"))
    assert narrow.sheet.paper == PAPER_58
    assert narrow.reports
    assert not printer_setup("file:/srv/tickets").answers
    assert printer_setup("socket://10.0.0.9:9100").answers


@pytest.mark.parametrize("language", [language.code for language in languages()])
def test_every_trouble_says_what_to_do(language: str) -> None:
    say = Phrases(language)
    advice = [say(f"printer.{trouble}") for trouble in (*PrintTrouble, "paper_low")]
    assert len(set(advice)) == len(PrintTrouble) + 1
