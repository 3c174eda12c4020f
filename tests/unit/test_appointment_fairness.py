"""Appointments among walk-ins: they go ahead by a bounded time, and do better than walk-ins."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from hallclient.domain.appointment import arrival
from hallclient.domain.dispatch import Candidate, choose, claim_at
from hallclient.domain.rules import HallRules, PriorityClass

NINE = datetime(2026, 9, 29, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CEILING = 30 * MINUTE


@dataclass(frozen=True)
class Waiting:
    number: int
    came_at: datetime
    claim_at: datetime
    callable_from: datetime | None = None
    slot: datetime | None = None


@dataclass
class Queue:
    """One queue and one window, in minutes, with the rules of the product."""

    rules: HallRules = field(default_factory=HallRules)
    waiting: list[Waiting] = field(default_factory=list)
    called: list[tuple[datetime, Waiting, tuple[Waiting, ...]]] = field(default_factory=list)
    count: int = 0

    def walk_in(self, now: datetime, priority: PriorityClass = PriorityClass.NORMAL) -> Waiting:
        return self._add(now, claim_at(now, priority, self.rules))

    def check_in(self, now: datetime, slot: datetime) -> Waiting:
        here = arrival(slot, now, self.rules)
        return self._add(now, here.claim_at, here.callable_from, slot)

    def call(self, now: datetime) -> None:
        able = [w for w in self.waiting if w.callable_from is None or w.callable_from <= now]
        pool = able or self.waiting
        if not pool:
            return
        head = min(pool, key=lambda w: (w.claim_at, w.number))
        choice = choose([Candidate(head.number, 1, 1, head.claim_at, CEILING)], now)
        assert choice is not None
        self.waiting.remove(head)
        self.called.append((now, head, tuple(self.waiting)))

    def _add(
        self,
        now: datetime,
        claim: datetime,
        callable_from: datetime | None = None,
        slot: datetime | None = None,
    ) -> Waiting:
        self.count += 1
        one = Waiting(self.count, now, claim, callable_from, slot)
        self.waiting.append(one)
        return one


def busy_day(seed: int) -> Queue:
    """More come than one window serves; half of them booked, early, on time and late."""
    dice = random.Random(seed)  # noqa: S311 - a run that repeats
    queue = Queue()
    for minute in range(360):
        now = NINE + minute * MINUTE
        if dice.random() < 0.15:
            queue.walk_in(now, dice.choice(list(PriorityClass)))
        if dice.random() < 0.15:
            queue.check_in(
                now, NINE + (minute // 30) * 30 * MINUTE + dice.choice((-30, 0, 30, 60)) * MINUTE
            )
        if minute % 4 == 0:
            queue.call(now)
    return queue


@pytest.mark.parametrize("seed", range(8))
def test_the_bound_holds_with_appointments(seed: int) -> None:
    """Whoever is called before another that may be called has the smaller key.

    And no key lies further before its arrival than the largest credit, so that nobody who comes
    later than that overtakes: nobody is overtaken for ever.
    """
    queue = busy_day(seed)
    rules = queue.rules
    most = max(rules.booking_credit_minutes, *(minutes for _, minutes in rules.credit_minutes))
    passed = 0
    for now, called, left in queue.called:
        for other in left:
            if other.callable_from is not None and other.callable_from > now:
                continue
            passed += 1
            assert (called.claim_at, called.number) < (other.claim_at, other.number)
            assert called.came_at <= other.claim_at + most * MINUTE
    assert passed > 100, "the run was too quiet to prove anything"


def test_one_walk_in_against_a_stream_of_appointments() -> None:
    queue = Queue()
    patient = queue.walk_in(NINE)
    for minute in range(120):
        now = NINE + minute * MINUTE
        for _ in range(2):
            queue.check_in(now, now)
        queue.call(now)
    when = next(now for now, called, _ in queue.called if called is patient)
    # All who came up to the credit later go first: two a minute, one of them called.
    assert when <= NINE + 2 * (30 + 1) * MINUTE


def test_coming_early_wins_nothing_over_the_slot() -> None:
    queue, slot = Queue(), NINE + 90 * MINUTE
    late = queue.check_in(slot - 5 * MINUTE, slot)
    early = Queue().check_in(NINE, slot)
    assert early.claim_at == late.claim_at


def test_the_early_one_is_called_when_nobody_else_waits() -> None:
    queue = Queue()
    early = queue.check_in(NINE, NINE + 60 * MINUTE)
    walk_in = queue.walk_in(NINE + 40 * MINUTE)
    queue.call(NINE + 41 * MINUTE)
    queue.call(NINE + 42 * MINUTE)
    assert [called for _, called, _ in queue.called] == [walk_in, early]


@pytest.mark.parametrize("seed", range(4))
def test_booked_people_wait_less_after_their_slot_than_walk_ins_after_their_coming(
    seed: int,
) -> None:
    """What the credit is for (architecture.md §4)."""
    booked: list[float] = []
    walked: list[float] = []
    for now, called, _ in busy_day(seed).called:
        if called.slot is None:
            walked.append((now - called.came_at) / MINUTE)
        elif called.came_at <= called.slot:
            booked.append(max(0.0, (now - called.slot) / MINUTE))
    assert sum(booked) / len(booked) < sum(walked) / len(walked)
