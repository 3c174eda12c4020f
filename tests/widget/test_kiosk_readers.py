"""A scanner and a card reader on real pseudo-terminals, joined to a kiosk as a start joins them."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hallclient.bootstrap.halls import LateHall
from hallclient.bootstrap.kiosk_readers import KioskReaders
from hallclient.bootstrap.late_readers import LateReaders
from hallclient.config import KioskSettings, Settings
from hallclient.devices.emulators.card_reader import NOBODY, EmulatedCardReader
from hallclient.devices.emulators.scanner import EmulatedScanner
from hallclient.devices.profile import load_profile
from hallclient.domain.rules import PriorityClass
from hallclient.kiosk.bridge import ReaderBridge, ReaderRoute
from hallclient.kiosk.desk import KioskTimes
from hallclient.kiosk.journeys.card import Stage
from hallclient.kiosk.visit import Page
from hallclient.services.finding import FoundTicket
from hallclient.services.persons import PersonKeys
from hallclient.services.ports_devices import DeviceState
from hallclient.services.sealing import make_key
from hallclient.services.stations import DeviceReport
from tests.widget.kiosk_support import Kiosk, running_kiosk
from tests.widget.reading_support import booking_hall, issue

CALM = KioskTimes(refresh=0.2, idle=600, done=600)
SAM, LINES = load_profile("sam-card-reader"), load_profile("serial-scanner")
OLD = replace(NOBODY, number="999999193003070015", born=date(1930, 3, 7))
WAIT = 8000


@dataclass
class Joined:
    """A kiosk with its emulators."""

    kiosk: Kiosk
    readers: LateReaders
    scanner: EmulatedScanner
    sam: EmulatedCardReader
    keys: PersonKeys | None
    qtbot: QtBot

    def wait_page(self, page: Page) -> None:
        self.qtbot.waitUntil(lambda: self.kiosk.presenter.page is page, timeout=WAIT)

    def devices(self) -> dict[str, DeviceReport]:
        with self.kiosk.store.look() as reader:
            return {one.report.name: one.report for one in reader.devices()}


@contextmanager
def joined(tmp_path: Path, qtbot: QtBot, *, key: bool = True) -> Iterator[Joined]:
    file = tmp_path / "hall.key"
    keys = PersonKeys(make_key(file)) if key else None
    bridge = ReaderBridge()
    with EmulatedScanner(LINES) as scanner, EmulatedCardReader(SAM) as sam:
        settings = Settings(
            database=f"sqlite:///{tmp_path}/hall.db",
            key_file=str(file),
            kiosk=KioskSettings(scanner=scanner.path, reader=sam.path),
        )
        hall = LateHall(settings, "kiosk K1", lambda _sentence: None)
        readers = LateReaders(lambda: KioskReaders(settings, hall, bridge))
        try:
            with running_kiosk(
                tmp_path, booking_hall(), times=CALM, reader=readers, scanner=True
            ) as kiosk:
                ReaderRoute(bridge, kiosk.presenter)
                readers.start()
                made = Joined(kiosk, readers, scanner, sam, keys, qtbot)
                made.wait_page(Page.HOME)
                qtbot.waitUntil(lambda: readers.state is DeviceState.READY, timeout=WAIT)
                yield made
        finally:
            readers.close()
            hall.close()
            bridge.deleteLater()


def test_a_scan_becomes_a_page_and_both_devices_are_reported(
    app: QApplication, tmp_path: Path, qtbot: QtBot
) -> None:
    with joined(tmp_path, qtbot) as there:
        ticket = issue(there.kiosk)
        there.scanner.scan(ticket.token)
        there.wait_page(Page.FOUND)
        found = there.kiosk.presenter.journeys.found.thing
        assert isinstance(found, FoundTicket)
        assert found.issued.ticket.id == ticket.id
        ready = {"scanner": DeviceState.READY, "card reader": DeviceState.READY}
        qtbot.waitUntil(
            lambda: {name: one.state for name, one in there.devices().items()} == ready,
            timeout=WAIT,
        )


def test_ten_kilobytes_from_a_scanner_hurt_nobody(
    app: QApplication, tmp_path: Path, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    with joined(tmp_path, qtbot) as there, caplog.at_level(logging.DEBUG):
        ticket = issue(there.kiosk)
        there.scanner.scan("SELECT" * 1700)
        there.scanner.send_raw(b"\x00\x1b\xff\xfe\x80" * 30 + b"\r\n")
        there.scanner.scan("\u202e../../etc/passwd🎫")
        there.scanner.scan(ticket.token)
        there.wait_page(Page.FOUND)
        assert "SELECTSELECT" not in caplog.text
        assert "passwd" not in caplog.text
        assert ticket.token not in caplog.text


def test_a_card_is_read_after_its_holder_agreed_and_nothing_of_it_stays(
    app: QApplication, tmp_path: Path, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    with joined(tmp_path, qtbot) as there, caplog.at_level(logging.DEBUG):
        presenter, card = there.kiosk.presenter, there.kiosk.presenter.journeys.card
        there.sam.lay(OLD)
        there.wait_page(Page.CARD)
        assert there.sam.wait_for_requests("find", there.sam.requests("find") + 2, 5)
        assert there.sam.requests("select") == 0
        card.agree()
        assert card.stage is Stage.WAITING
        there.wait_page(Page.SERVICES)
        assert there.keys is not None
        with there.kiosk.store.look() as reader:
            day = reader.day
        assert day is None  # nobody has changed anything: the key is of the day of now
        assert presenter.visit.priority is PriorityClass.ELDERLY
        presenter.choose_service("BDC03")
        presenter.confirm()
        qtbot.waitUntil(lambda: bool(there.kiosk.tickets()), timeout=WAIT)
        ticket = there.kiosk.tickets()[0]
        with there.kiosk.store.look() as reader:
            mine = reader.tickets_of(there.keys.of(ticket.day, OLD.number))
        assert [one.id for one in mine] == [ticket.id]
        # Left on the reader for the next: it is nobody's.
        presenter.home()
        asked = there.sam.requests("find")
        assert there.sam.wait_for_requests("find", asked + 3, 5)
        assert presenter.page is Page.HOME
        assert there.sam.requests("read") == 1
        assert OLD.number not in caplog.text
        assert OLD.name not in caplog.text
    files = [file for file in tmp_path.iterdir() if file.is_file()]
    assert files
    assert not any(OLD.number.encode() in file.read_bytes() for file in files)


def test_a_hall_without_a_key_reads_ages_only(
    app: QApplication, tmp_path: Path, qtbot: QtBot
) -> None:
    with joined(tmp_path, qtbot, key=False) as there:
        presenter = there.kiosk.presenter
        there.sam.lay(OLD)
        there.wait_page(Page.CARD)
        presenter.journeys.card.agree()
        there.wait_page(Page.SERVICES)
        assert (presenter.visit.person, presenter.visit.priority) == ("", PriorityClass.ELDERLY)


def test_a_card_that_is_broken_is_told_and_may_be_tried_again(
    app: QApplication, tmp_path: Path, qtbot: QtBot
) -> None:
    with joined(tmp_path, qtbot) as there:
        card = there.kiosk.presenter.journeys.card
        card.present()
        card.agree()
        there.sam.broken_card = True
        there.sam.lay(OLD)
        qtbot.waitUntil(lambda: card.problem == "unreadable", timeout=WAIT)
        there.sam.lift()
        asked = there.sam.requests("find")
        assert there.sam.wait_for_requests("find", asked + 3, 5)
        there.sam.broken_card = False
        there.sam.lay(OLD)
        there.wait_page(Page.SERVICES)


def test_a_port_that_is_missing_leaves_the_kiosk_alone(
    app: QApplication, tmp_path: Path, qtbot: QtBot
) -> None:
    with joined(tmp_path, qtbot) as there:
        there.sam.unplug()
        qtbot.waitUntil(lambda: there.readers.state is DeviceState.ABSENT, timeout=WAIT)
        card = there.kiosk.presenter.journeys.card
        card.present()
        card.agree()
        assert card.problem == "no_reader"


def test_a_profile_of_another_kind_is_told_in_the_log(
    app: QApplication, qtbot: QtBot, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(kiosk=KioskSettings(scanner="/dev/null", scanner_profile="ff68-keypad"))
    hall = LateHall(settings, "kiosk K1", lambda _sentence: None)
    readers = LateReaders(lambda: KioskReaders(settings, hall, ReaderBridge()))
    readers.start()
    qtbot.waitUntil(lambda: "cannot be opened" in caplog.text, timeout=WAIT)
    assert readers.state is DeviceState.OPENING
    readers.close()
    hall.close()


def test_a_word_taken_back_while_the_ports_open_is_the_last(
    app: QApplication, qtbot: QtBot
) -> None:
    """No card is read without consent: not either when it ends just as the reader is there."""
    heard: list[bool] = []
    asked, taken_back = threading.Event(), threading.Event()

    class Slow:
        def start(self) -> None: ...

        def close(self) -> None: ...

        def allow(self, *, reading: bool) -> None:
            if reading:
                asked.set()
                taken_back.wait(0.3)
            heard.append(reading)

    made: Any = Slow()
    readers = LateReaders(lambda: made)
    readers.allow(reading=True)
    readers.start()
    qtbot.waitUntil(asked.is_set, timeout=WAIT)
    readers.allow(reading=False)
    taken_back.set()
    readers.close()
    assert heard[-1] is False
