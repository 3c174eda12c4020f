"""Random days of a hall: kiosks, windows, supervisors and clocks in any order, legal or not."""

import random
from collections import Counter

import pytest

from hallclient.domain.errors import DomainError
from hallclient.domain.rating import Level
from hallclient.domain.rules import PriorityClass
from hallclient.domain.turn import CLERK_OUTCOMES, Outcome
from hallclient.lab.invariants import check_invariants
from hallclient.services.days import close_day
from hallclient.services.issuing import Issuing, TicketRequest
from tests import invariants
from tests.halls import HALL_ID, PIN
from tests.stores import HallUnderTest

STEPS = 400
ENOUGH = 6000


class Day:
    """A driver that does one thing after another and counts what was done and what refused."""

    def __init__(self, hall: HallUnderTest, seed: int) -> None:
        self.hall = hall
        self.dice = random.Random(seed)  # noqa: S311 - a run that repeats
        self.tickets: list[int] = [4711]
        self.labels: list[str] = ["A001"]
        self.turns: list[int] = [4711]
        self.missed: list[int] = []
        self.ended: list[int] = []
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()

    def step(self) -> None:
        dice = self.dice
        self.hall.clock.advance(seconds=dice.choice([0, 0, 1, 5, 40, -3]))
        name, weight = zip(*WEIGHTS.items(), strict=True)
        (chosen,) = dice.choices(name, weight)
        try:
            getattr(self, chosen)(dice.choice("123"))
        except DomainError:
            self.refused[chosen] += 1
        else:
            self.done[chosen] += 1

    def issue(self, window: str) -> None:
        request = TicketRequest(
            f"touch {self.dice.randint(0, 400)}",
            self.dice.choice(["ZH001", "BDC001"]),
            priority=self.dice.choice([PriorityClass.NORMAL, *PriorityClass]),
        )
        issuing = Issuing(self.hall.store, f"kiosk:K{window}")
        ticket = issuing.issue(request).ticket
        self.tickets.append(ticket.id)
        self.labels.append(ticket.label)

    def requeue(self, window: str) -> None:
        self.hall.issuing.requeue(self.dice.choice(self.tickets[-6:] + self.missed[-6:]))

    def sign_in(self, window: str) -> None:
        self.hall.shifts(window).sign_in(str(1000 + self.dice.randint(1, 3)), PIN)

    def sign_out(self, window: str) -> None:
        self.hall.shifts(window).sign_out()

    def pause(self, window: str) -> None:
        self.hall.shifts(window).pause("meal")

    def resume(self, window: str) -> None:
        self.hall.shifts(window).resume()

    def call_next(self, window: str) -> None:
        turn = self.hall.calling(window).call_next().turn
        if turn is not None:
            self.turns.append(turn.id)

    def recall(self, window: str) -> None:
        self.hall.calling(window).recall()

    def start(self, window: str) -> None:
        self.hall.calling(window).start()

    def no_show(self, window: str) -> None:
        ticket = self.hall.calling(window).no_show().ticket
        assert ticket is not None
        self.missed.append(ticket.id)

    def finish(self, window: str) -> None:
        turn = self.hall.calling(window).finish(self.dice.choice([*CLERK_OUTCOMES, *Outcome])).turn
        assert turn is not None
        self.ended.append(turn.id)

    def call_chosen(self, window: str) -> None:
        label = self.dice.choice(self.labels[-8:])
        name = self.dice.choice([label, label, label[1:], "B004"])
        reasons = [*self.hall.store.plan().rules.chosen_reasons, "because"]
        turn = self.hall.calling(window).call_chosen(name, self.dice.choice(reasons)).turn
        assert turn is not None
        self.turns.append(turn.id)

    def hold(self, window: str) -> None:
        ticket = self.hall.calling(window).hold().ticket
        assert ticket is not None
        self.tickets.append(ticket.id)

    def resume_held(self, window: str) -> None:
        self.hall.calling(window).resume(self.dice.choice([None, None, *self.tickets[-3:], "1"]))

    def transfer(self, window: str) -> None:
        self.hall.calling(window).transfer(self.dice.choice("AB"))

    def transfer_to_window(self, window: str) -> None:
        self.hall.calling(window).transfer_to_window(self.dice.choice("1212129"))

    def ask_again(self, window: str) -> None:
        self.hall.calling(window).ask_again()

    def rate(self, window: str) -> None:
        level = self.dice.choice(list(Level))
        turn = self.dice.choice(self.turns[-1:] + self.ended[-1:] * 3)
        self.hall.ratings.record(turn, level, f"k{window}")

    def close(self, window: str) -> None:
        close_day(self.hall.store, "chore")

    def sleep(self, window: str) -> None:
        self.hall.clock.advance(hours=self.dice.choice([1, 15]))


WEIGHTS = {
    "issue": 30, "requeue": 12, "sign_in": 14, "sign_out": 6, "pause": 4, "resume": 7,
    "call_next": 25, "recall": 22, "start": 24, "no_show": 14, "finish": 22, "ask_again": 9,
    "call_chosen": 8, "hold": 8, "resume_held": 12, "transfer": 6, "transfer_to_window": 6,
    "rate": 30, "close": 0.3, "sleep": 0.3,
}  # fmt: skip


@pytest.mark.parametrize("seed", [1, *(pytest.param(n, marks=pytest.mark.slow) for n in (2, 3))])
def test_whatever_is_done_the_hall_stays_sound(hall: HallUnderTest, seed: int) -> None:
    hall.change_rules(recall_cap=3, no_show_after=2)
    day = Day(hall, seed)
    moves = set(WEIGHTS) - {"sleep", "close"}
    for n in range(1, ENOUGH):
        day.step()
        if n % 200 == 0:
            invariants.check(hall.engine, hall.store)
            assert check_invariants(hall.engine, HALL_ID).broken == ()
        if n >= STEPS and moves <= set(day.done):
            break
    assert moves <= set(day.done), "some move never came through"
    assert {"call_next", "recall", "start", "finish", "no_show", "rate"} <= set(day.refused)


def test_the_invariants_bite(hall: HallUnderTest) -> None:
    """Every question has an answer in a database that was tampered with."""
    hall.sign_in("2")
    hall.issue()
    hall.issue()
    hall.calling().call_next()
    for change, name in (
        ("UPDATE queue_now SET waiting = waiting + 1", "a queue whose count is wrong"),
        ("UPDATE queue_now SET oldest_at = NULL", "a queue whose count is wrong"),
        ("UPDATE ticket SET first_called_at = NULL", "a first call that is none"),
        ("UPDATE ticket SET status = 'waiting'", "an active turn whose ticket is elsewhere"),
        ("DELETE FROM turn", "a ticket at a window without an active turn"),
        ("UPDATE ticket SET number = 7 WHERE number = 2", "a gap in the numbers"),
        ("DELETE FROM journal WHERE kind = 'ticket.called'", "a turn that the journal does not"),
        ("DELETE FROM journal WHERE kind = 'ticket.issued'", "a ticket that the journal does not"),
    ):
        with hall.engine.connect() as connection:
            connection.exec_driver_sql(change)
            assert any(name in broken for broken in invariants.found(connection)), change
            connection.rollback()
    invariants.check(hall.engine, hall.store)
