"""Waits, half hours and staff days, asked in SQL and counted once more here, on both databases."""

import random
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import count
from math import ceil

import pytest

from hallclient.domain.rating import Level, Origin, Rating
from hallclient.domain.rules import PriorityClass
from hallclient.domain.ticket import Channel, Ticket, TicketStatus
from hallclient.domain.turn import Outcome, Turn
from hallclient.services.floor_records import HalfHour, StaffDay, WaitFacts
from hallclient.services.store import Transaction
from hallclient.storage.figures import SERVED
from tests.stores import HallUnderTest

TODAY = date(2026, 9, 29)
OPENED = datetime(2026, 9, 29, 1, tzinfo=UTC)
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)


class MadeUpDay:
    """A day at random: tickets with one to three turns each, some rated. Whole seconds."""

    def __init__(self, tx: Transaction, seed: int) -> None:
        self.tx = tx
        self.random = random.Random(seed)  # noqa: S311 - a made-up day
        self.numbers = count(1)
        self.tickets: list[Ticket] = []
        self.turns: list[Turn] = []
        self.ratings: list[Rating] = []

    def fill(self, day: date, tickets: int) -> None:
        began = datetime.combine(day, OPENED.timetz())
        for _ in range(tickets):
            self._ticket(day, began + SECOND * self.random.randrange(7 * 3600))

    def _ticket(self, day: date, issued: datetime) -> None:
        tx, number = self.tx, next(self.numbers)
        queue = self.random.choice(tx.plan.queues)
        one = Ticket(
            id=tx.new_id(), request_id=f"r{number}", token=f"t{number}", day=day,
            series_id=tx.plan.series[0].id, number=number, label=f"A{number:03}",
            queue_id=queue.id, service_id=tx.plan.services[0].id, priority=PriorityClass.NORMAL,
            claim_at=issued, issued_at=issued, status=TicketStatus.ENDED, channel=Channel.KIOSK,
            language="zh-CN", ended_at=issued + 3 * 3600 * SECOND,
        )  # fmt: skip
        tx.add_ticket(one)
        self.tickets.append(one)
        at = issued
        for place in range(self.random.choice((0, 1, 1, 1, 2, 3))):
            at = self._turn(one, at + SECOND * self.random.randrange(1, 4000), again=place > 0)

    def _turn(self, one: Ticket, called: datetime, *, again: bool) -> datetime:
        plan = self.tx.plan
        started = called + SECOND * self.random.randrange(90)
        ended = started + SECOND * self.random.randrange(900)
        result = self.random.choice([*Outcome])
        turn = Turn(
            self.tx.new_id(), one.id, self.random.choice(plan.windows).id,
            self.random.choice(plan.staff).id, called, called + SECOND,
            calls=0 if again and self.random.random() < 0.5 else self.random.randrange(1, 4),
            started_at=self.random.choice((started, None)), ended_at=ended, result=result,
        )  # fmt: skip
        self.tx.add_turn(turn)
        self.turns.append(turn)
        if self.random.random() < 0.5:
            level, origin = Level(self.random.randint(1, 5)), self.random.choice([*Origin])
            self.ratings.append(Rating(self.tx.new_id(), turn.id, level, origin, "x", ended, b"s"))
            assert self.tx.add_rating(self.ratings[-1])
        return ended

    # The same figures, counted by hand

    def first_calls(self) -> list[tuple[Ticket, Turn]]:
        firsts = {}
        for turn in reversed(self.turns):
            firsts[turn.ticket_id] = turn
        tickets = {one.id: one for one in self.tickets}
        return [(tickets[id_], turn) for id_, turn in firsts.items() if turn.calls]

    def waits(self, since: datetime) -> list[tuple[int, int]]:
        moved = {turn.ticket_id for turn in self.turns if turn.result is Outcome.TRANSFERRED}
        return sorted(
            ((turn.called_at - ticket.issued_at) // SECOND, ticket.queue_id)
            for ticket, turn in self.first_calls()
            if turn.called_at >= since and ticket.id not in moved
        )

    def waits_since(self, since: datetime) -> dict[int, WaitFacts]:
        waits = defaultdict(list)
        for waited, queue in self.waits(since):
            waits[queue].append(waited)
        return {queue: facts(some) for queue, some in waits.items()}

    def wait_since(self, since: datetime) -> WaitFacts:
        return facts([waited for waited, _ in self.waits(since)])

    def half_hours(self, day: date) -> list[HalfHour]:
        ids = {one.id for one in self.tickets if one.day == day}
        issued = [one.issued_at for one in self.tickets if one.day == day]
        finished = [
            turn.ended_at for turn in self.turns
            if turn.ticket_id in ids and turn.result in SERVED and turn.ended_at
        ]  # fmt: skip
        first, last = floored(min([*issued, *finished])), max([*issued, *finished])
        halves = []
        while first <= last:
            here = [sum(floored(at) == first for at in some) for some in (issued, finished)]
            halves.append(HalfHour(first, *here))
            first += 30 * MINUTE
        return halves

    def staff_day(self, staff_id: int, day: date) -> StaffDay:
        tickets = {one.id: one for one in self.tickets if one.day == day}
        own = [t for t in self.turns if t.staff_id == staff_id and t.ticket_id in tickets]
        served = [turn for turn in own if turn.result in SERVED]
        ids = {turn.id for turn in own}
        rated = [r.level for r in self.ratings if r.turn_id in ids and r.origin is Origin.ACTIVE]
        waited = [
            turn.called_at - one.issued_at for one, turn in self.first_calls() if turn.id in ids
        ]
        lasted = [
            turn.ended_at - (turn.started_at or turn.called_at) for turn in served if turn.ended_at
        ]
        return StaffDay(
            staff_id, day, len(served), sum(lasted, 0 * DAY) // SECOND,
            sum(waited, 0 * DAY) // SECOND, len(rated), sum(level >= 3 for level in rated),
        )  # fmt: skip


def facts(waits: list[int]) -> WaitFacts:
    """A percentile is the smallest wait that so many of a hundred do not exceed."""

    def at(percent: int) -> int:
        return next(w for n, w in enumerate(waits, 1) if n >= ceil(percent * len(waits) / 100))

    return WaitFacts(len(waits), at(10), at(50), at(90))


def floored(at: datetime) -> datetime:
    return at - (at - OPENED) % (30 * MINUTE)


@pytest.mark.parametrize("seed", [1, 2])
def test_figures_are_those_of_the_rows(hall: HallUnderTest, seed: int) -> None:
    with hall.store.change("x") as tx:
        made_up = MadeUpDay(tx, seed)
        made_up.fill(TODAY, 60)
        made_up.fill(TODAY - DAY, 20)
    hall.clock.advance(hours=14)
    with hall.store.look() as reader:
        for since in (OPENED - DAY, OPENED, OPENED + 4 * 60 * MINUTE):
            assert reader.waits_since(since) == made_up.waits_since(since)
            assert reader.wait_since(since) == made_up.wait_since(since)
        assert reader.waits_since(OPENED + DAY) == {}
        assert reader.wait_since(OPENED + DAY) == WaitFacts(0)
        for day in (TODAY, TODAY - DAY):
            assert reader.half_hours(day) == made_up.half_hours(day)
            days = reader.staff_days(day)
            assert days == [made_up.staff_day(one.staff_id, day) for one in days]
            assert {one.staff_id for one in days} == {
                turn.staff_id for turn in made_up.turns if turn.called_at.date() == day
            }
        until = OPENED + 90 * MINUTE
        issued = [one for one in made_up.tickets if one.day == TODAY and one.issued_at < until]
        assert reader.issued_by(TODAY, until) == len(issued) > 0
        assert reader.half_hours(TODAY + DAY) == ()
        assert reader.staff_days(TODAY + DAY) == []
        low = [
            rating for rating in made_up.ratings
            if rating.level <= 2 and rating.origin is Origin.ACTIVE
        ]  # fmt: skip
        assert [row.rating for row in reader.low_ratings()] == sorted(
            low, key=lambda one: (one.given_at, one.id)
        )


def test_percentiles_of_few() -> None:
    assert facts([7]) == WaitFacts(1, 7, 7, 7)
    assert facts([*range(1, 11)]) == WaitFacts(10, 1, 5, 9)


def test_the_past_of_a_window(hall: HallUnderTest) -> None:
    hall.sign_in("2", "3")
    done = []
    for window in ("2", "2", "3", "2"):
        hall.issue()
        calling = hall.calling(window)
        state = calling.call_next()
        hall.clock.advance(seconds=30)
        calling.start()
        calling.finish(Outcome.CONSULT)
        if window == "2":
            assert state.turn is not None
            done.append(state.turn.id)
    hall.issue()
    hall.calling().call_next()
    window_id = hall.store.plan().window("2").id
    with hall.store.look() as reader:
        past = reader.past_turns(window_id, 9)
        assert [one.turn.id for one in past] == done[::-1], "what goes on is not past"
        assert all(one.ticket.id == one.turn.ticket_id for one in past)
        assert [one.turn.id for one in reader.past_turns(window_id, 2)] == done[:0:-1]
    hall.clock.advance(days=1)
    hall.issue()
    with hall.store.look() as reader:
        assert reader.past_turns(window_id, 9) == [], "today only"


def test_a_turn_without_its_day_is_no_past(hall: HallUnderTest) -> None:
    with hall.store.look() as reader:
        assert reader.day is None
        assert reader.past_turns(reader.plan.windows[0].id, 9) == []
