"""Paper that is owed, and paper that somebody asks for: real processes, an emulated printer."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hallclient.devices.emulators.printer import EmulatedPrinter
from tests.e2e.test_roles import (
    GET,
    KEY,
    LIMIT_S,
    TAKE,
    Roles,
    choose,
    deliveries,
    finish,
    hall,
    roles,
    sign_in,
    take_number,
)
from tests.stores import HallUnderTest
from tests.waiting import eventually

__all__ = ["hall", "roles"]


class LastMoment(EmulatedPrinter):
    """Calls ``power_cut`` when it has taken ``taken_in`` bytes of a ticket, and takes no more.

    For 0 that is when it is asked once ``due`` says so. In the printer's thread: nobody has to be
    quicker than the kiosk, which waits for an answer.
    """

    taken_in = 0
    due: Callable[[], bool] | None = None
    power_cut: Callable[[], None] | None = None

    def _received(self, data: bytes) -> None:
        if self.due is not None and not self.taken_in and self.due():
            self._cut_power()
        else:
            super()._received(data)

    def _print(self, ink: bytes) -> None:
        super()._print(ink)
        if self.deaf:
            self._cut_power()

    def _cut_power(self) -> None:
        self.deaf, self.due = True, None
        if self.power_cut is not None:
            self.power_cut()
            self.power_cut = None


@pytest.fixture
def printer() -> Iterator[EmulatedPrinter]:
    with EmulatedPrinter() as opened:
        yield opened


def printer_reported(hall: HallUnderTest) -> bool:
    """Tell whether the hall knows a printer that is ready."""
    return bool(hall.one("SELECT count(*) FROM device WHERE state = 'ready'"))


@pytest.mark.parametrize(
    ("hall_url", "taken_in"), [("sqlite", 0), ("postgresql", 60)], indirect=["hall_url"]
)
def test_a_kiosk_killed_between_commit_and_paper(
    roles: Roles, hall: HallUnderTest, tmp_path: Path, taken_in: int
) -> None:
    """Before the first byte, or in the middle of the ticket, the power goes."""
    with LastMoment(link=tmp_path / "printer") as printer:
        _lose_and_find(roles, hall, printer, taken_in)


def _lose_and_find(roles: Roles, hall: HallUnderTest, printer: LastMoment, taken_in: int) -> None:
    command = ("kiosk", "--name", "K7", "--printer", printer.path)
    kiosk = roles.start("kiosk", *command)
    kiosk.wait_for(TAKE)
    eventually(lambda: printer_reported(hall))
    choose(kiosk)
    printer.power_cut = roles.running["kiosk"].kill
    printer.taken_in, printer.deaf_after = taken_in, taken_in or None
    printer.due = lambda: hall.one("SELECT count(*) FROM ticket") == 1
    kiosk.touch(GET)
    roles.running["kiosk"].wait(LIMIT_S)
    roles.kill("kiosk")
    printer.unplug()  # what the PC had not sent yet dies with it
    printer.plug_in()
    assert not printer.tickets
    assert hall.one("SELECT delivered_at FROM ticket") is None

    printer.deaf = False
    kiosk = roles.start("kiosk", *command)
    assert printer.wait_for_tickets(1, LIMIT_S)
    eventually(lambda: deliveries(hall) == ["paper"])
    assert printer.tickets[0].number.strip() == "B001"
    assert "补打" in printer.tickets[0].text
    assert take_number(kiosk) == "B002"
    assert printer.wait_for_tickets(2, LIMIT_S)
    assert "补打" not in printer.tickets[1].text
    eventually(lambda: deliveries(hall) == ["paper", "paper"])
    roles.end()


@pytest.mark.parametrize("hall_url", ["postgresql"], indirect=True)
def test_a_ticket_is_printed_once_more_and_slips_besides(
    roles: Roles, hall: HallUnderTest, printer: EmulatedPrinter
) -> None:
    terminal = roles.terminal
    at = ("--db", hall.url)
    kiosk = roles.start("kiosk", "kiosk", "--name", "K7", "--printer", printer.path)
    label = take_number(kiosk)
    assert printer.wait_for_tickets(1, LIMIT_S)
    eventually(lambda: printer_reported(hall))
    said = terminal.run("ticket", "reprint", label.lower(), *at)
    assert (said.code, said.out) == (0, "The slip came out at K7.\n"), said.err
    again = printer.tickets[1]
    assert again.number.strip() == label
    assert "补打" in again.text

    printer.paper_out = True
    said = terminal.run("ticket", "reprint", label, "--station", "K7", "--wait", "0", *at)
    assert (said.code, said.out) == (0, "The slip waits for the printer of K7.\n")
    kiosk.wait_for(TAKE)
    printer.paper_out = False
    assert printer.wait_for_tickets(3, LIMIT_S)
    left = "SELECT paper_left FROM device WHERE station = 'K7'"
    eventually(lambda: 500 < hall.one(left) < 800)
    roles.end()
    assert hall.one("SELECT state FROM device WHERE station = 'K7'") == "closed"


@pytest.mark.parametrize("hall_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("at_the_kiosk", [False, True])
def test_a_window_hands_out_a_receipt(
    roles: Roles, hall: HallUnderTest, printer: EmulatedPrinter, at_the_kiosk: bool
) -> None:
    """On its own printer, or on the one of a kiosk, which is not running yet."""
    hall.issue("BDC001")
    window = roles.start("w", "window", "1", "--printer", "@K7" if at_the_kiosk else printer.path)
    sign_in(window)
    window.touch(KEY["call_next"])
    window.wait_for(KEY["start"])
    window.touch(KEY["start"])
    window.wait_for(KEY["finish"])
    finish(window)
    if at_the_kiosk:
        assert hall.one("SELECT state FROM print_job") == "waiting"
        roles.start("kiosk", "kiosk", "--name", "K7", "--printer", printer.path)
    assert printer.wait_for_tickets(1, LIMIT_S)
    receipt = printer.tickets[0]
    assert "办结回执" in receipt.text
    assert receipt.qr is not None
    assert receipt.qr.payload == hall.one("SELECT number FROM case_record")
    assert receipt.unknown == ()
    eventually(lambda: hall.one("SELECT state FROM print_job") == "printed")
    roles.end()
