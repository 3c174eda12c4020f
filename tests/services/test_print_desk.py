"""The station's side of print jobs, on a store in memory."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from hallclient.domain.errors import NotFound, Refused
from hallclient.services.jobs import PrintJob, PrintJobState, SlipKind
from hallclient.services.ports_devices import (
    DeviceState,
    PrintOutcome,
    PrintResult,
    PrintTrouble,
)
from hallclient.services.print_desk import DeskTimes, PrintDesk
from hallclient.services.print_jobs import STALE, PrintJobs, StationJobs
from hallclient.services.shared_printer import SharedPrinter
from hallclient.services.slip import PaperSlip, Slip, Text
from hallclient.services.store import Feed, Store
from hallclient.services.store_error import StoreError
from tests.waiting import eventually

LIMIT_S = 5.0
QUICK = DeskTimes(look=0.05, gate=0.02, outcome=LIMIT_S, last=0.05, pauses=(0.02,))
SLIP = PaperSlip("回执", (Text("一"),))
NOW = datetime(2026, 9, 29, 1, tzinfo=UTC)


@dataclass
class Memory:
    """Jobs in memory; one change at a time, as a hall has it."""

    jobs: dict[int, PrintJob] = field(default_factory=dict)
    now: datetime = NOW
    away: bool = False
    fail_after: int = -1
    """Changes until the database goes away, never when negative."""
    looked: int = 0
    refused: int = 0
    woken: list[str] = field(default_factory=list)
    journal: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def store(self) -> Store:
        return cast("Store", self)

    @contextmanager
    def change(self, _actor: str) -> Iterator["Memory"]:
        with self.lock:
            if self.fail_after == 0:
                self.away = True
            self.fail_after -= 1
            if self.away:
                raise StoreError("nobody answers")
            before = dict(self.jobs)
            try:
                yield self
            except BaseException:
                self.jobs = before
                raise

    @contextmanager
    def look(self) -> Iterator["Memory"]:
        with self.lock:
            if self.away:
                self.refused += 1
                raise StoreError("nobody answers")
            self.looked += 1
            yield self

    def new_id(self) -> int:
        return len(self.jobs) + 1

    def add_print_job(self, job: PrintJob) -> None:
        self.jobs[job.id] = job

    def save_print_job(self, job: PrintJob) -> None:
        self.jobs[job.id] = job

    def print_job(self, job_id: int) -> PrintJob | None:
        return self.jobs.get(job_id)

    def print_jobs(self, station: str) -> list[PrintJob]:
        open_ = (PrintJobState.WAITING, PrintJobState.PRINTING)
        return [j for j in self.jobs.values() if j.station == station and j.state in open_]

    def record(self, kind: str, subject: str, data: dict[str, Any]) -> None:
        self.journal.append((kind, subject, data))

    def wake(self, *scopes: str, patient: bool = False) -> None:
        self.woken += scopes


@dataclass
class Roll:
    """A printer that answers from another thread, as its port does."""

    result: PrintResult = PrintResult.PRINTED
    state: DeviceState = DeviceState.READY
    finished: Callable[[PrintOutcome], None] | None = None
    silent: bool = False
    slips: list[Slip] = field(default_factory=list)
    came: threading.Event = field(default_factory=threading.Event)

    def print_slip(self, slip: Slip) -> int:
        self.slips.append(slip)
        request = len(self.slips)
        if not self.silent:
            trouble = None if self.result is PrintResult.PRINTED else PrintTrouble.PAPER_OUT
            outcome = PrintOutcome(request, self.result, trouble)
            assert self.finished is not None
            thread = threading.Thread(target=self.finished, args=(outcome,))
            thread.start()
            thread.join()
        self.came.set()
        return request

    def close(self) -> None:
        self.state = DeviceState.CLOSED


class Bell:
    """A feed that wakes nobody by itself."""

    def __init__(self) -> None:
        self.rung = threading.Event()
        self.closed = False

    def wait(self, timeout: float) -> bool:
        return self.rung.wait(timeout)

    def close(self) -> None:
        self.closed = True
        self.rung.set()


@pytest.fixture
def memory() -> Memory:
    return Memory()


@contextmanager
def working(memory: Memory, roll: Roll, **more: Any) -> Iterator[PrintDesk]:
    bell = Bell()
    desk = PrintDesk(lambda: memory.store, lambda: cast("Feed", bell), "K1", times=QUICK, **more)
    roll.finished = desk.finished
    desk.start(roll)
    try:
        yield desk
    finally:
        assert desk.close()
        assert bell.closed


def ask(memory: Memory, station: str = "K1") -> PrintJob:
    return PrintJobs(memory.store, "window:1").ask(station, SLIP, SlipKind.RECEIPT, "case:9")


def states(memory: Memory) -> list[PrintJobState]:
    with memory.lock:
        return [job.state for job in memory.jobs.values()]


def test_a_job_wakes_its_station_and_is_printed(memory: Memory) -> None:
    job = ask(memory)
    assert (job.state, memory.woken) == (PrintJobState.WAITING, ["station:K1"])
    other = ask(memory, "K2")
    roll = Roll()
    with working(memory, roll):
        eventually(lambda: memory.jobs[job.id].state is PrintJobState.PRINTED)
    assert roll.slips == [SLIP]
    assert memory.jobs[job.id].finished_at == NOW
    assert memory.jobs[other.id].state is PrintJobState.WAITING
    kinds = [(kind, data.get("state")) for kind, _, data in memory.journal]
    assert kinds == [("slip.asked", None), ("slip.asked", None), ("slip.ended", "printed")]


def test_a_job_needs_a_station(memory: Memory) -> None:
    with pytest.raises(Refused):
        ask(memory, "")


def test_a_job_taken_back_in_time(memory: Memory) -> None:
    jobs = PrintJobs(memory.store, "window:1")
    job = ask(memory)
    assert jobs.cancel(job.id).state is PrintJobState.CANCELLED
    assert StationJobs(memory.store, "K1").take() is None
    assert jobs.cancel(job.id).state is PrintJobState.CANCELLED
    assert len([k for k, _, _ in memory.journal if k == "slip.ended"]) == 1
    with pytest.raises(NotFound):
        jobs.cancel(77)
    with pytest.raises(NotFound):
        jobs.state(77)


def test_without_paper_a_job_waits_and_prints_when_there_is_some(memory: Memory) -> None:
    ask(memory)
    roll = Roll(PrintResult.NOT_PRINTED)
    with working(memory, roll) as desk:
        eventually(lambda: len(roll.slips) >= 3)
        eventually(lambda: memory.jobs[1].trouble == "paper_out")
        roll.result = PrintResult.PRINTED
        desk.poke()
        eventually(lambda: states(memory) == [PrintJobState.PRINTED])
    assert memory.jobs[1].trouble == ""


def test_nothing_is_sent_to_a_printer_that_is_not_ready(memory: Memory) -> None:
    ask(memory)
    roll = Roll(state=DeviceState.ABSENT)
    looks: list[int] = []

    def may_print() -> bool:
        looks.append(1)
        return True

    with working(memory, roll, may_print=may_print) as desk:
        eventually(lambda: memory.looked > 5)
        assert (roll.slips, looks) == ([], [])
        roll.state = DeviceState.READY
        desk.poke()
        eventually(lambda: states(memory) == [PrintJobState.PRINTED])


def test_a_citizen_goes_first(memory: Memory) -> None:
    ask(memory)
    free = threading.Event()
    asked = threading.Event()

    def may_print() -> bool:
        asked.set()
        return free.is_set()

    roll = Roll()
    with working(memory, roll, may_print=may_print) as desk:
        assert asked.wait(LIMIT_S)
        asked.clear()
        assert asked.wait(LIMIT_S), "it asks again by itself"
        assert roll.slips == []
        free.set()
        desk.poke()
        eventually(lambda: states(memory) == [PrintJobState.PRINTED])


def test_an_unknown_outcome_is_never_repeated(memory: Memory) -> None:
    ask(memory)
    roll = Roll(PrintResult.UNKNOWN)
    with working(memory, roll) as desk:
        eventually(lambda: states(memory) == [PrintJobState.UNKNOWN])
        desk.poke()
        later = ask(memory)
        roll.result = PrintResult.PRINTED
        eventually(lambda: memory.jobs[later.id].state is PrintJobState.PRINTED)
    assert len(roll.slips) == 2
    assert memory.jobs[1].trouble == "paper_out"


def test_a_printer_that_never_answers_holds_nobody_up(memory: Memory) -> None:
    ask(memory)
    roll = Roll(silent=True)
    bell = Bell()
    times = replace(QUICK, outcome=0.05)
    desk = PrintDesk(lambda: memory.store, lambda: cast("Feed", bell), "K1", times=times)
    roll.finished = desk.finished
    desk.start(roll)
    eventually(lambda: states(memory) == [PrintJobState.UNKNOWN])
    # What it says at last belongs to nobody: the next job has its own outcome.
    desk.finished(PrintOutcome(1, PrintResult.NOT_PRINTED))
    roll.silent = False
    second = ask(memory)
    eventually(lambda: memory.jobs[second.id].state is PrintJobState.PRINTED)
    assert desk.close()


def test_killed_while_printing_the_outcome_is_unknown(memory: Memory) -> None:
    ask(memory)
    ask(memory)
    roll = Roll(silent=True)
    with working(memory, roll):
        assert roll.came.wait(LIMIT_S)
    assert states(memory) == [PrintJobState.PRINTING, PrintJobState.WAITING]
    again = Roll()
    with working(memory, again):
        eventually(lambda: states(memory) == [PrintJobState.UNKNOWN, PrintJobState.PRINTED])
    assert len(again.slips) == 1
    assert memory.jobs[1].trouble == "restart"


def test_a_slip_at_the_printer_is_waited_for_at_the_end(memory: Memory) -> None:
    ask(memory)
    roll, bell = Roll(silent=True), Bell()
    times = replace(QUICK, last=LIMIT_S)
    desk = PrintDesk(lambda: memory.store, lambda: cast("Feed", bell), "K1", times=times)
    desk.start(roll)
    assert roll.came.wait(LIMIT_S)
    closing = threading.Thread(target=desk.close)
    closing.start()
    eventually(lambda: bell.closed)
    desk.finished(PrintOutcome(1, PrintResult.PRINTED))
    closing.join()
    assert states(memory) == [PrintJobState.PRINTED]


def test_a_row_that_is_no_slip_goes_out_of_the_way(
    memory: Memory, caplog: pytest.LogCaptureFixture
) -> None:
    ask(memory)
    memory.jobs[1] = replace(memory.jobs[1], slip={"paper": {"title": 5, "blocks": []}})
    ask(memory)
    roll = Roll()
    with working(memory, roll):
        eventually(lambda: states(memory) == [PrintJobState.CANCELLED, PrintJobState.PRINTED])
    assert "is no slip" in caplog.text
    assert memory.jobs[1].trouble == "unprintable"


def test_yesterdays_job_is_not_printed_today(memory: Memory) -> None:
    ask(memory)
    memory.now += STALE + timedelta(seconds=1)
    ask(memory)
    roll = Roll()
    with working(memory, roll):
        eventually(lambda: states(memory) == [PrintJobState.CANCELLED, PrintJobState.PRINTED])


@pytest.mark.parametrize("changes", [0, 1])
def test_the_database_goes_away(
    memory: Memory, changes: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Before the job is taken, or after paper came out: printed once, and noted in the end."""
    ask(memory)
    memory.fail_after = changes
    roll = Roll()
    with working(memory, roll):
        eventually(lambda: memory.away and "cannot be read" in caplog.text)
        assert len(roll.slips) == changes
        memory.away = False
        eventually(lambda: states(memory) == [PrintJobState.PRINTED])
    assert len(roll.slips) == 1


def test_a_desk_that_finds_no_database_at_its_start_opens_one_store(memory: Memory) -> None:
    memory.away = True
    opened: list[Store] = []

    def open_store() -> Store:
        opened.append(memory.store)
        return memory.store

    desk = PrintDesk(open_store, lambda: cast("Feed", Bell()), "K1", times=QUICK)
    roll = Roll()
    roll.finished = desk.finished
    desk.start(roll)
    try:
        eventually(lambda: memory.refused > 3)
        memory.away = False
        ask(memory)
        eventually(lambda: states(memory) == [PrintJobState.PRINTED])
    finally:
        assert desk.close()
    assert len(opened) == 1


def test_an_end_without_a_beginning(memory: Memory) -> None:
    desk = PrintDesk(lambda: memory.store, lambda: cast("Feed", Bell()), "K1")
    assert desk.close()


def test_everybody_gets_his_own_outcomes() -> None:
    roll = Roll()
    shared = SharedPrinter(roll)
    roll.finished = shared.finished
    first: list[PrintOutcome] = []
    second: list[PrintOutcome] = []
    one, two = shared.port(first.append), shared.port(second.append)
    assert (one.print_slip(SLIP), two.print_slip(SLIP)) == (1, 2)
    assert ([o.request for o in first], [o.request for o in second]) == ([1], [2])
    roll.silent = True
    late = one.print_slip(SLIP)
    shared.finished(PrintOutcome(late, PrintResult.UNKNOWN))
    assert [o.request for o in first] == [1, 3]
    one.close()
    assert two.state is DeviceState.READY, "the printer is its maker's"
