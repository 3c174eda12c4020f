"""Paper that is owed, and paper that somebody asks for: real processes, an emulated printer."""

from collections.abc import Iterator

import pytest

from hallclient.devices.emulators.printer import EmulatedPrinter
from tests.e2e.test_roles import (
    GET,
    KEY,
    LIMIT_S,
    SERVICE,
    TAKE,
    Roles,
    deliveries,
    eventually,
    finish,
    hall,
    roles,
    sign_in,
    take_number,
)
from tests.stores import HallUnderTest

__all__ = ["hall", "roles"]


@pytest.fixture
def printer() -> Iterator[EmulatedPrinter]:
    with EmulatedPrinter() as opened:
        yield opened


@pytest.mark.parametrize(
    ("hall_url", "taken_in"), [("sqlite", 0), ("postgresql", 60)], indirect=["hall_url"]
)
def test_a_kiosk_killed_between_commit_and_paper(
    roles: Roles, hall: HallUnderTest, printer: EmulatedPrinter, taken_in: int
) -> None:
    """The printer stops reading at once, or in the middle of the ticket; then the power goes."""
    command = ("kiosk", "--name", "K7", "--printer", printer.path)
    kiosk = roles.start("kiosk", *command)
    kiosk.wait_for(TAKE)
    eventually(lambda: hall.one("SELECT count(*) FROM device WHERE state = 'ready'") == 1)
    kiosk.touch(SERVICE)
    kiosk.wait_for(GET)
    if taken_in:
        printer.deaf_after = taken_in
    else:
        printer.deaf = True
    kiosk.touch(GET)
    eventually(lambda: hall.one("SELECT count(*) FROM ticket") == 1)
    if taken_in:
        eventually(lambda: printer.deaf)
    roles.kill("kiosk")
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
