"""Printers that are no serial port: a folder, and one behind a terminal server."""

import os
import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from hallclient.devices.emulators.printer import EmulatedPrinter
from hallclient.devices.escpos import PAPER_80
from hallclient.devices.paper_reader import PaperReader
from tests.e2e.test_roles import TAKE, Roles, hall, roles, take_number
from tests.stores import HallUnderTest
from tests.waiting import eventually

__all__ = ["hall", "roles"]

pytestmark = pytest.mark.parametrize("hall_url", ["sqlite"], indirect=True)


class TerminalServer:
    """Passes bytes between one TCP connection after another and a serial port."""

    def __init__(self, port: str) -> None:
        self._serial = os.open(port, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        self._ears = socket.create_server(("127.0.0.1", 0))
        self._ours, self._theirs = socket.socketpair()
        self._caller: socket.socket | None = None
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"socket://127.0.0.1:{self._ears.getsockname()[1]}"

    def hang_up(self) -> None:
        """Lose the connection, as a server that is switched off and on does."""
        self._theirs.send(b"h")

    def close(self) -> None:
        self._theirs.send(b"e")
        self._thread.join()
        for each in (self._ears, self._ours, self._theirs):
            each.close()
        os.close(self._serial)

    def _work(self) -> None:
        while True:
            ready = self._ready()
            if self._ours in ready:
                told = self._ours.recv(1)
                self._drop()
                if told == b"e":
                    return
            if self._ears in ready:
                self._drop()
                self._caller = self._ears.accept()[0]
            elif self._caller in ready:
                self._to_serial()
            elif self._serial in ready:
                data = os.read(self._serial, 4096)
                if self._caller is not None:
                    with suppress(ConnectionError):  # gone: the next look reads its end
                        self._caller.sendall(data)

    def _ready(self) -> list[socket.socket | int]:
        ends: list[socket.socket | int] = [self._ours, self._ears, self._serial]
        if self._caller is not None:
            ends.append(self._caller)
        return select.select(ends, [], [])[0]

    def _to_serial(self) -> None:
        assert self._caller is not None
        data = b""
        with suppress(ConnectionError):  # who leaves with bytes unread resets the connection
            data = self._caller.recv(4096)
        if not data:
            self._drop()
        while data:
            select.select([], [self._serial], [])
            data = data[os.write(self._serial, data) :]

    def _drop(self) -> None:
        if self._caller is not None:
            self._caller.close()
            self._caller = None


@contextmanager
def behind_a_server(printer: EmulatedPrinter) -> Iterator[TerminalServer]:
    server = TerminalServer(printer.path)
    try:
        yield server
    finally:
        server.close()


def on_paper(hall: HallUnderTest, label: str) -> bool:
    found = hall.rows("SELECT delivered_how FROM ticket WHERE label = :label", label=label)
    return [row[0] for row in found] == ["paper"]


def test_a_folder_gets_every_ticket_as_a_file(roles: Roles, hall: HallUnderTest) -> None:
    folder = roles.terminal.home / "paper"
    folder.mkdir()
    kiosk = roles.start("kiosk", "kiosk", "--printer", f"file:{folder}", "--at", "0,0,1080,1920")
    labels = [take_number(kiosk) for _ in range(2)]
    eventually(lambda: len(list(folder.glob("*.prn"))) == 2)
    printed = []
    for file in sorted(folder.glob("*.prn")):
        printed += PaperReader(PAPER_80).feed(file.read_bytes())
    assert [ticket.number.strip() for ticket in printed] == labels
    eventually(lambda: all(on_paper(hall, label) for label in labels))


def test_a_printer_behind_a_terminal_server(roles: Roles, hall: HallUnderTest) -> None:
    with EmulatedPrinter() as printer, behind_a_server(printer) as server:
        kiosk = roles.start("kiosk", "kiosk", "--printer", server.url, "--at", "0,0,1080,1920")
        first = take_number(kiosk)
        assert printer.wait_for_tickets(1, 10)
        eventually(lambda: on_paper(hall, first))
        printer.paper_out = True
        kiosk.wait_for(TAKE)
        take_number(kiosk)
        assert len(printer.tickets) == 1
        printer.paper_out = False
        server.hang_up()
        kiosk.wait_for(TAKE)
        eventually(lambda: _printed_again(kiosk_label=take_number(kiosk), hall=hall))
        roles.end(calm=True)


def _printed_again(kiosk_label: str, hall: HallUnderTest) -> bool:
    until = threading.Event()
    for _ in range(40):
        if on_paper(hall, kiosk_label):
            return True
        until.wait(0.05)
    return False
