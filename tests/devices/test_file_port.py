"""Printers that are folders: whole files or none."""

import threading
import time
from pathlib import Path

import pytest

from hallclient.devices.escpos_status import QUERY
from hallclient.devices.escpos_ticket import encode_ticket
from hallclient.devices.link import Link
from hallclient.devices.paper_reader import PaperReader
from hallclient.devices.printer import TicketPrinter
from hallclient.devices.transport import (
    PortForbidden,
    PortLost,
    PortMissing,
    PortSettings,
    PortUnsuitable,
    open_port,
)
from hallclient.services.ports_devices import PrintOutcome, PrintResult, PrintTrouble
from tests.devices.stubs import SLIP, WAIT, Box, make_slip

SETTINGS = PortSettings()


def files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def test_a_job_is_in_its_place_when_its_status_is_asked_for(tmp_path: Path) -> None:
    with open_port(f"file:{tmp_path}", SETTINGS) as port:
        port.write(QUERY)
        assert port.read(0.0) == b"\x12\x12\x12"
        assert files(tmp_path) == []
        port.write(b"ti")
        port.write(b"cket \x10\x04\x01")
        assert port.read(0.0) == b""
        (part,) = files(tmp_path)
        assert part.name.startswith(".")
        assert part.suffix == ".part"
        port.write(QUERY)
        (job,) = files(tmp_path)
        assert job.suffix == ".prn"
        assert job.read_bytes() == b"ticket \x10\x04\x01"
        assert port.read(0.0) == b"\x12\x12\x12"


def test_a_job_that_was_not_finished_is_no_file(tmp_path: Path) -> None:
    with open_port(f"file:{tmp_path}", SETTINGS) as port:
        port.write(b"one")
        port.discard_unsent()
        port.write(b"two")
    assert files(tmp_path) == []


def test_the_printer_prints_one_file_a_ticket(tmp_path: Path) -> None:
    link, outcomes = Link(f"file:{tmp_path}", SETTINGS), Box[PrintOutcome]()
    printer = TicketPrinter(link, outcomes.put)
    link.start()
    try:
        for label in ("A001", "A002"):
            printer.print_slip(make_slip(label=label))
        assert {outcome.result for outcome in outcomes.wait(2)} == {PrintResult.PRINTED}
    finally:
        link.close()
    first, second = (path.read_bytes() for path in files(tmp_path))
    assert first == encode_ticket(make_slip(label="A001"))
    assert [ticket.number for ticket in PaperReader().feed(first + second)] == ["A001", "A002"]


def test_a_folder_that_goes_away_is_noticed_and_comes_back(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    link, outcomes = Link(f"file:{folder}", SETTINGS), Box[PrintOutcome]()
    printer = TicketPrinter(link, outcomes.put)
    states: Box[str] = Box()
    printer.watch(states.put)
    link.start()
    try:
        states.wait_for("ready")
        folder.rmdir()
        states.wait_for("absent")
        printer.print_slip(SLIP)
        (outcome,) = outcomes.wait()
        assert (outcome.result, outcome.trouble) == (PrintResult.NOT_PRINTED, PrintTrouble.ABSENT)
        folder.mkdir()
        states.wait_until(lambda seen: seen[-1] == "ready")
    finally:
        link.close()


def test_a_full_disk_is_a_lost_port_and_no_file() -> None:
    with open_port("file:/dev/shm", SETTINGS) as port:
        folder = Path("/dev/shm")  # noqa: S108 - the test's own names go there
        before = set(files(folder))

        class FullDisk:
            name = str(folder / ".hallclient-test.part")

            def write(self, _data: bytes) -> int:
                raise OSError(28, "No space left on device")

            def close(self) -> None:
                pass

        port._job = FullDisk()  # type: ignore[attr-defined]
        with pytest.raises(PortLost, match="No space left"):
            port.write(b"x")
        assert set(files(folder)) == before


def test_a_folder_behind_a_closed_door_is_forbidden_or_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(*_args: object, **_options: object) -> None:
        raise PermissionError(13, "Permission denied")

    url = f"file:{tmp_path}"
    with open_port(url, SETTINGS) as port:
        monkeypatch.setattr("os.stat", closed)
        with pytest.raises(PortLost):
            port.read(0.0)
    with pytest.raises(PortForbidden):
        open_port(url, SETTINGS)


def test_wake_ends_a_read(tmp_path: Path) -> None:
    with open_port(f"file:{tmp_path}", SETTINGS) as port:
        waker = threading.Timer(0.05, port.wake)
        waker.start()
        before = time.monotonic()
        assert port.read(WAIT) == b""
        assert time.monotonic() - before < WAIT / 2
        waker.join()


def test_folders_that_will_not_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(PortUnsuitable, match="is not a folder"):
        open_port(f"file:{tmp_path / 'file'}", SETTINGS)
    with pytest.raises(PortMissing, match="there is no folder"):
        open_port(f"file:{tmp_path / 'none'}", SETTINGS)
    for url in ("file:", "file:tickets"):
        with pytest.raises(PortUnsuitable, match="by its whole path"):
            open_port(url, SETTINGS)
    with pytest.raises(PortUnsuitable, match="File name too long"):
        open_port(f"file:/{'x' * 300}", SETTINGS)
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(PortForbidden, match="may not write"):
        open_port(f"file:{tmp_path}", SETTINGS)
