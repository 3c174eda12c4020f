"""Who is next: against a plain reading of architecture.md §4, and the bound that it states."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallclient.domain.dispatch import Candidate, Why, choose, claim_at, requeue_key
from hallclient.domain.rules import HallRules, PriorityClass

NOON = datetime(2026, 9, 29, 4, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def candidate(
    number: int, *, queue: int = 1, rank: int = 1, age: float, ceiling: int = 30
) -> Candidate:
    return Candidate(number, queue, rank, NOON - age * MINUTE, ceiling * MINUTE)


@dataclass(frozen=True)
class Waiting:
    """A ticket of the reference: all of them, not only heads."""

    number: int
    queue: int
    claim_at: datetime


def reference(
    tickets: list[Waiting], ranks: dict[int, int], ceilings: dict[int, int], now: datetime
) -> Waiting | None:
    """architecture.md §4 word by word, over every waiting ticket."""
    callable_ = sorted(
        (t for t in tickets if t.queue in ranks), key=lambda t: (t.claim_at, t.number)
    )
    past = [t for t in callable_ if now > t.claim_at + ceilings[t.queue] * MINUTE]
    if past:
        return past[0]
    for rank in sorted(set(ranks.values())):
        ranked = [t for t in callable_ if ranks[t.queue] == rank]
        if ranked:
            return ranked[0]
    return None


def heads(
    tickets: list[Waiting], ranks: dict[int, int], ceilings: dict[int, int]
) -> list[Candidate]:
    found = []
    for queue, rank in ranks.items():
        own = [t for t in tickets if t.queue == queue]
        if own:
            head = min(own, key=lambda t: (t.claim_at, t.number))
            ceiling = ceilings[queue] * MINUTE
            found.append(Candidate(head.number, queue, rank, head.claim_at, ceiling))
    return found


QUEUES = (1, 2, 3, 4)
some_tickets = st.lists(st.tuples(st.sampled_from(QUEUES), st.integers(-2, 12)), max_size=14).map(
    lambda drawn: [
        Waiting(number, queue, NOON - age * 5 * MINUTE)
        for number, (queue, age) in enumerate(drawn, start=1)
    ]
)
some_ranks = st.dictionaries(st.sampled_from(QUEUES), st.integers(1, 3), min_size=1)
some_ceilings = st.fixed_dictionaries({q: st.sampled_from([5, 15, 30, 45]) for q in QUEUES})


@given(some_tickets, some_ranks, some_ceilings, st.randoms(use_true_random=False))
def test_heads_are_enough(
    tickets: list[Waiting],
    ranks: dict[int, int],
    ceilings: dict[int, int],
    dice: random.Random,
) -> None:
    found = heads(tickets, ranks, ceilings)
    dice.shuffle(found)
    expected = reference(tickets, ranks, ceilings, NOON)
    choice = choose(found, NOON)
    assert (choice and choice.candidate.ticket_id) == (expected and expected.number)


def test_nobody_waits() -> None:
    assert choose([], NOON) is None


def test_rank_goes_first_within_the_ceiling() -> None:
    first, second = candidate(1, rank=2, age=29), candidate(2, queue=2, rank=1, age=1)
    choice = choose([first, second], NOON)
    assert choice is not None
    assert (choice.candidate, choice.why) == (second, Why.RANK)


def test_the_ceiling_goes_before_rank_and_its_smallest_key_first() -> None:
    late, later = candidate(1, rank=2, age=31), candidate(2, queue=2, rank=3, age=40)
    choice = choose([candidate(3, queue=3, rank=1, age=5), late, later], NOON)
    assert choice is not None
    assert (choice.candidate, choice.why) == (later, Why.CEILING)


def test_a_wait_of_exactly_the_ceiling_is_within_it() -> None:
    at, past = candidate(1, rank=2, age=30), candidate(1, rank=2, age=30.001)
    other = candidate(2, queue=2, rank=1, age=1)
    assert choose([at, other], NOON).candidate is other  # type: ignore[union-attr]
    assert choose([past, other], NOON).candidate is past  # type: ignore[union-attr]


def test_equal_keys_go_by_id() -> None:
    for age in (1, 50):
        choice = choose([candidate(8, queue=2, age=age), candidate(7, age=age)], NOON)
        assert choice is not None
        assert choice.candidate.ticket_id == 7


def test_credits_are_minutes_before_the_issue() -> None:
    rules = HallRules(credit_minutes=((PriorityClass.ELDERLY, 12),))
    assert claim_at(NOON, PriorityClass.ELDERLY, rules) == NOON - 12 * MINUTE
    assert claim_at(NOON, PriorityClass.NORMAL, rules) == NOON
    assert claim_at(NOON, PriorityClass.SOLDIER, rules) == NOON


def test_a_requeued_ticket_stands_just_behind_the_nth() -> None:
    assert requeue_key(None, NOON) == NOON
    assert requeue_key(NOON - MINUTE, NOON) == NOON - MINUTE + timedelta(microseconds=1)


@dataclass
class Hall:
    """A hall in minutes: arrivals of every class, windows with ranks, nobody leaves."""

    rules: HallRules
    ceilings: dict[int, int]
    windows: list[dict[int, int]]

    def __post_init__(self) -> None:
        self.waiting: list[Waiting] = []
        self.issued_at: dict[int, datetime] = {}
        self.calls: list[tuple[datetime, dict[int, int], Waiting, list[Waiting]]] = []

    def arrive(self, now: datetime, queue: int, priority: PriorityClass) -> None:
        number = len(self.issued_at) + 1
        self.issued_at[number] = now
        self.waiting.append(Waiting(number, queue, claim_at(now, priority, self.rules)))

    def call(self, now: datetime, ranks: dict[int, int]) -> None:
        choice = choose(heads(self.waiting, ranks, self.ceilings), now)
        if choice is not None:
            called = next(t for t in self.waiting if t.number == choice.candidate.ticket_id)
            self.waiting.remove(called)
            self.calls.append((now, ranks, called, list(self.waiting)))


@pytest.mark.parametrize("seed", range(12))
def test_the_bound(seed: int) -> None:
    """Past its ceiling a ticket is passed by smaller keys only: by nobody who came much later."""
    dice = random.Random(seed)  # noqa: S311 - a run that repeats
    rules = HallRules()
    hall = Hall(
        rules,
        ceilings={q: dice.choice([10, 20, 30]) for q in QUEUES},
        windows=[
            {q: dice.randint(1, 3) for q in dice.sample(QUEUES, dice.randint(1, 4))}
            for _ in range(3)
        ],
    )
    for minute in range(300):
        now = NOON + minute * MINUTE
        for _ in range(dice.randint(1, 5)):
            hall.arrive(now, dice.choice(QUEUES), dice.choice(list(PriorityClass)))
        for ranks in hall.windows:
            if dice.random() < 0.8:
                hall.call(now, ranks)
    credit = max(rules.credit(c) for c in PriorityClass) * MINUTE
    passed = 0
    for now, ranks, called, left in hall.calls:
        for other in left:
            if (
                other.queue not in ranks
                or now <= other.claim_at + hall.ceilings[other.queue] * MINUTE
            ):
                continue
            passed += 1
            assert (called.claim_at, called.number) < (other.claim_at, other.number)
            assert hall.issued_at[called.number] <= other.claim_at + credit
    assert passed, "the run was too quiet to prove anything"


def test_nobody_is_overtaken_for_ever() -> None:
    """One walk-in of the last rank against a stream of priority tickets that fills the window."""
    hall = Hall(HallRules(), ceilings={1: 30, 2: 30}, windows=[{1: 1, 2: 9}])
    hall.arrive(NOON, 2, PriorityClass.NORMAL)
    for minute in range(120):
        now = NOON + minute * MINUTE
        for _ in range(2):
            hall.arrive(now, 1, PriorityClass.ELDERLY)
        hall.call(now, hall.windows[0])
    order = [called.number for _, _, called, _ in hall.calls]
    assert 1 in order
    # Smaller keys are those of two a minute with ten minutes of credit, before and after.
    assert order.index(1) <= 30 + 2 * 10 + 1


@pytest.mark.parametrize("seed", range(8))
def test_who_is_bound_neither_starves_nor_lets_starve(seed: int) -> None:
    """Some are sent to one window: there the bound holds for them and against them alike.

    A ticket of a foreign queue stands at the first rank. Past its ceiling it is passed at its own
    window by smaller keys only, and passes nobody there whose key is smaller and overdue.
    """
    dice = random.Random(seed)  # noqa: S311 - a run that repeats
    ceilings = {queue: dice.choice([10, 20, 30]) for queue in QUEUES}
    windows = [{q: dice.randint(1, 3) for q in dice.sample(QUEUES, 2)} for _ in range(3)]
    hall, bound = Hall(HallRules(), ceilings, windows), dict[int, int]()
    judged = 0
    for minute in range(300):
        now = NOON + minute * MINUTE
        for _ in range(dice.randint(1, 6)):
            hall.arrive(now, dice.choice(QUEUES), dice.choice(list(PriorityClass)))
            if dice.random() < 0.3:
                bound[hall.waiting[-1].number] = dice.randrange(3)
        for place, ranks in enumerate(windows):
            free = [one for one in hall.waiting if one.number not in bound and one.queue in ranks]
            own = [one for one in hall.waiting if bound.get(one.number) == place]
            found = heads(free, ranks, ceilings) + [
                Candidate(
                    one.number,
                    one.queue,
                    ranks.get(one.queue, 1),
                    one.claim_at,
                    ceilings[one.queue] * MINUTE,
                )
                for one in own
            ]
            choice = choose(found, now)
            if choice is None:
                continue
            called = next(one for one in free + own if one.number == choice.candidate.ticket_id)
            key = called.claim_at, called.number
            for other in free + own:
                if now > other.claim_at + ceilings[other.queue] * MINUTE:
                    judged += 1
                    assert key <= (other.claim_at, other.number)
            assert min(c.rank for c in found) == choice.candidate.rank or choice.why is Why.CEILING
            hall.waiting.remove(called)
    assert judged > 100, "the run was too quiet to prove anything"
