"""Any process may be killed at any moment (architecture.md §6).

Kiosks and windows work, each a real process, and are killed with SIGKILL in the middle of it,
hundreds of times; others take their places. What they had acknowledged is all there, nothing
happened twice, and nobody is held up by the dead.
"""

import random
import threading
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest

from hallclient.domain.turn import Outcome
from hallclient.services.issuing import Issuing, TicketRequest
from hallclient.services.shifts import Shifts
from hallclient.storage.store import SqlStore
from tests import invariants
from tests.e2e import jobs
from tests.halls import HALL_ID, PIN
from tests.processes import running
from tests.stores import HallUnderTest

KILLS = 100
AT_ONCE = 4
LIMIT_S = 120.0
WAIT_S = 3.0
"""The next operation after a kill succeeds within this; the lock's own time-out is 5 s."""

Job = tuple[Callable[..., None], tuple[Any, ...]]


def lines(acks: Path, word: str) -> list[tuple[int, ...]]:
    """Numbers of the acknowledged operations of one kind, without what was torn by the kill."""
    found = []
    for line in acks.read_text("utf-8").splitlines():
        kind, *rest = line.split()
        if kind == word:
            found.append(tuple(int(part) for part in rest if part.isdigit()))
    return found


@pytest.mark.usually_on("sqlite")
@pytest.mark.timeout(180)
def test_killed_at_any_moment(hall: HallUnderTest, tmp_path: Path) -> None:
    dice = random.Random(7)  # noqa: S311 - no secret
    acks = tmp_path / "acks"
    acks.touch()
    store = SqlStore(hall.engine, HALL_ID)
    for n in (1, 2, 3):
        Shifts(store, str(n)).sign_in(str(1000 + n), PIN)
    seats: list[Job] = [
        (jobs.issue_on, (hall.url, str(acks), "K1")),
        *((jobs.serve_on, (hall.url, str(acks), str(n))) for n in (1, 2, 3)),
    ]
    assert len(seats) == AT_ONCE
    kills, worst, until = 0, 0.0, time.monotonic() + LIMIT_S
    while kills < KILLS and time.monotonic() < until:
        with running(seats) as processes:
            # All four at work for a moment or longer, then one after the other is killed in it.
            size = acks.stat().st_size + dice.choice((0, 100, 300))
            wait_for_growth(acks, size, processes)
            dice.shuffle(processes)
            for process in processes:
                threading.Event().wait(dice.uniform(0.0, 0.03))
                process.kill()
                kills += 1
        began = time.monotonic()
        Issuing(store, "kiosk:K9").issue(TicketRequest(f"after {kills}", "ZH001"))
        worst = max(worst, time.monotonic() - began)
    assert kills >= KILLS, f"only {kills} kills in {LIMIT_S:.0f} s"
    assert worst < WAIT_S
    check_what_was_acknowledged(hall, acks)
    invariants.check(hall.engine, store)


def wait_for_growth(acks: Path, size: int, processes: list[BaseProcess]) -> None:
    """Wait until somebody's work was acknowledged; a job that fails ends the test."""
    until = time.monotonic() + 20
    while acks.stat().st_size <= size:
        assert time.monotonic() < until, "nobody got anything done after a kill"
        assert all(process.exitcode is None for process in processes), "a job failed"
        threading.Event().wait(0.002)


def check_what_was_acknowledged(hall: HallUnderTest, acks: Path) -> None:
    issued, called = lines(acks, "issued"), lines(acks, "called")
    started, finished = lines(acks, "started"), lines(acks, "finished")
    assert min(map(len, (issued, called, started, finished))) > 5, "too little was done"
    tickets = {row.id: row.label for row in hall.rows("SELECT id, label FROM ticket")}
    turns = {row.id: row for row in hall.rows("SELECT * FROM turn")}
    said = [line.split() for line in acks.read_text("utf-8").splitlines()]
    assert [w for w in said if w[0] == "issued" and tickets.get(int(w[1])) != w[2]] == []
    assert [t for turn, t in called if turn not in turns or turns[turn].ticket_id != t] == []
    assert [turn for (turn,) in started if turns[turn].started_at is None] == []
    assert [turn for (turn,) in finished if turns[turn].result != Outcome.PROMISED] == []
    cases = {row[0] for row in hall.rows("SELECT turn_id FROM case_record")}
    assert {turn for (turn,) in finished} <= cases
    # Nothing twice: neither acknowledged nor stored.
    for operations in (issued, called, started, finished):
        assert len({operation[0] for operation in operations}) == len(operations)
    assert len({ticket for _, ticket in called}) == len(called)
    assert len({row.ticket_id for row in turns.values()}) == len(turns)
