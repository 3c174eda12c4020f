"""The reporter: bursts are one report, an outage costs time only, no thread is left."""

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import cast

import pytest

from hallclient.services.ports_devices import DeviceKind, DeviceState
from hallclient.services.stations import DeviceReport, Pace, Reporter
from hallclient.services.store import Store
from hallclient.services.store_error import StoreError
from hallclient.storage.store import SqlStore
from tests.halls import HALL_ID
from tests.stores import HallUnderTest
from tests.waiting import eventually

PRINTER = DeviceReport("printer", DeviceKind.PRINTER, DeviceState.ABSENT)
READY = replace(PRINTER, state=DeviceState.READY)
KEYPAD = DeviceReport("keypad", DeviceKind.KEYPAD, DeviceState.READY)
QUICK = Pace(gather=0.05, pause=0.05, refresh=30.0, retry=0.02, close=5.0)


class Away(StoreError):
    """A database that is not there just now."""

    retryable = True


class Told:
    """A store that only remembers what it was told, and can go away."""

    def __init__(self) -> None:
        self.reports: list[tuple[DeviceReport, ...]] = []
        self.tries = 0
        self.error: Exception | None = None
        self.again = threading.Event()
        self.gate = threading.Event()
        self.gate.set()

    def report_devices(self, station: str, reports: Sequence[DeviceReport]) -> None:
        assert station == "K1"
        self.tries += 1
        if self.tries > 1:
            self.again.set()
        assert self.gate.wait(20)
        if self.error is not None:
            raise self.error
        self.reports.append(tuple(reports))


@contextmanager
def reporting(told: Told, pace: Pace = QUICK) -> Iterator[Reporter]:
    reporter = Reporter(lambda: cast("Store", told), "K1", pace)
    try:
        yield reporter
    finally:
        told.gate.set()
        reporter.close()


def test_a_burst_is_one_report() -> None:
    told = Told()
    with reporting(told, replace(QUICK, gather=0.3)) as reporter:
        for n in range(200):
            reporter.note(replace(PRINTER, paper_left=n))
            reporter.note(KEYPAD)
        eventually(lambda: bool(told.reports))
        assert told.reports == [(replace(PRINTER, paper_left=199), KEYPAD)]


def test_a_device_that_comes_and_goes_is_told_at_a_pace() -> None:
    told = Told()
    with reporting(told, replace(QUICK, gather=0.0, pause=0.25)) as reporter:
        began = time.monotonic()
        while time.monotonic() - began < 0.6:
            reporter.note(PRINTER)
            reporter.note(READY)
        assert 1 <= len(told.reports) <= 3
        reporter.note(PRINTER)
        eventually(lambda: told.reports[-1] == (PRINTER,))


def test_the_same_again_is_no_news() -> None:
    told = Told()
    with reporting(told, replace(QUICK, gather=0.0, pause=0.0)) as reporter:
        reporter.note(READY)
        eventually(lambda: bool(told.reports))
        for _ in range(50):
            reporter.note(READY)
        assert not told.again.wait(0.1)
        reporter.note(KEYPAD)
        eventually(lambda: len(told.reports) > 1)
        assert told.reports == [(READY,), (READY, KEYPAD)]


def test_told_again_after_a_while() -> None:
    told = Told()
    with reporting(told, replace(QUICK, refresh=0.02)) as reporter:
        reporter.note(READY)
        eventually(lambda: len(told.reports) >= 4)
    assert set(told.reports[:-1]) == {(READY,)}


def test_closed_devices_are_told_as_closed() -> None:
    told = Told()
    with reporting(told) as reporter:
        reporter.note(replace(READY, trouble="paper_out", paper_left=3))
        reporter.close()
    closed = replace(READY, state=DeviceState.CLOSED, paper_left=3)
    assert told.reports[-1] == (closed,)
    count = len(told.reports)
    reporter.note(READY)
    reporter.close()
    assert len(told.reports) == count


def test_nothing_to_tell_needs_no_thread() -> None:
    before = threading.active_count()
    told = Told()
    with reporting(told):
        assert threading.active_count() == before
    assert told.tries == 0


@pytest.mark.parametrize("error", [Away("away"), StoreError("no room"), ZeroDivisionError()])
def test_away_and_back(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever is wrong, the last notes are told when it is right again."""
    told = Told()
    told.error = error
    with caplog.at_level(logging.INFO), reporting(told) as reporter:
        reporter.note(PRINTER)
        eventually(lambda: told.tries >= 3)
        reporter.note(READY)
        reporter.note(KEYPAD)
        told.error = None
        eventually(lambda: bool(told.reports))
        assert told.reports[-1] == (READY, KEYPAD)
    if isinstance(error, StoreError):
        assert len(caplog.records) == 1, "one line for one outage"


def test_a_hall_that_opens_late() -> None:
    told, tries = Told(), []

    def open_store() -> Store:
        tries.append(threading.current_thread().name)
        if len(tries) < 4:
            raise Away("away")
        return cast("Store", told)

    reporter = Reporter(open_store, "K1", QUICK)
    reporter.note(READY)
    eventually(lambda: bool(told.reports))
    reporter.note(KEYPAD)
    eventually(lambda: len(told.reports) > 1)
    reporter.close()
    assert len(tries) == 4
    assert threading.current_thread().name not in tries


def test_closing_while_the_database_is_away() -> None:
    told = Told()
    told.error = Away("away")
    with reporting(told, replace(QUICK, retry=60.0)) as reporter:
        reporter.note(READY)
        eventually(lambda: told.tries == 1)
        began = time.monotonic()
        reporter.close()
        assert time.monotonic() - began < 2
    assert told.tries == 2
    assert told.reports == []


def test_closing_does_not_wait_for_a_database_that_hangs() -> None:
    told = Told()
    told.gate.clear()
    with reporting(told, replace(QUICK, close=0.1)) as reporter:
        reporter.note(READY)
        eventually(lambda: told.tries == 1)
        began = time.monotonic()
        reporter.close()
        assert time.monotonic() - began < 2
        told.error = Away("away")
        told.gate.set()
    assert told.tries == 1, "one failure on the way out is enough"


def test_many_threads_speak_at_once() -> None:
    told = Told()
    with reporting(told) as reporter:

        def speak(name: str) -> None:
            for n in range(200):
                reporter.note(replace(READY, name=name, paper_left=n))

        threads = [threading.Thread(target=speak, args=(f"p{n}",)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        every = [199] * len(threads)
        eventually(lambda: bool(told.reports) and [r.paper_left for r in told.reports[-1]] == every)


def test_on_a_real_hall(hall: HallUnderTest) -> None:
    """Also when its store has lost its connection in between."""
    reporter = Reporter(lambda: SqlStore(hall.engine, HALL_ID, hall.clock), "K1", QUICK)

    def known() -> list[DeviceReport]:
        with hall.store.look() as reader:
            return [record.report for record in reader.devices()]

    reporter.note(READY)
    eventually(lambda: known() == [READY])
    # A connection that is out just now would be closed by nobody.
    eventually(lambda: not getattr(hall.engine.pool, "checkedout", int)())
    hall.engine.dispose()
    reporter.note(KEYPAD)
    eventually(lambda: known() == [KEYPAD, READY])
    reporter.close()
    assert {report.state for report in known()} == {DeviceState.CLOSED}
