"""Random days of clerks and a supervisor: no invariant breaks, and nobody is ever stranded."""

import random
from collections.abc import Callable

import pytest

from hallclient.domain.errors import DomainError
from hallclient.domain.holding import HoldKind
from hallclient.domain.ticket import TicketStatus
from hallclient.domain.turn import Outcome
from tests.invariants import check
from tests.services.console import console, with_console_staff
from tests.stores import HallUnderTest

WINDOWS = ("1", "2", "3")
RANKS = ([["A"], ["B"]], [["B"], ["A"]], [["A", "B"]], [["A"]], [["B"]])
MOVES = 60


def a_move(hall: HallUnderTest, dice: random.Random) -> Callable[[], object]:
    """What somebody may try next, sensible or not."""
    desk, window, queue = console(hall), dice.choice(WINDOWS), dice.choice("AB")
    clerk, shifts = hall.calling(window), hall.shifts(window)
    service = dice.choice(("ZH001", "BDC001"))
    return dice.choice(
        [
            lambda: hall.issue(service),
            lambda: hall.issue(service),
            lambda: hall.sign_in(window),
            clerk.call_next,
            clerk.call_next,
            clerk.start,
            clerk.start,
            lambda: clerk.finish(Outcome.CONSULT),
            lambda: clerk.hold(dice.choice(list(HoldKind))),
            clerk.resume,
            lambda: clerk.transfer_to_window(dice.choice(WINDOWS)),
            shifts.sign_out,
            lambda: shifts.pause("meal"),
            shifts.resume,
            lambda: desk.assign(window, dice.choice(RANKS)),
            lambda: desk.give_back(window),
            lambda: desk.close_window(window),
            lambda: desk.stop(queue, "full"),
            lambda: desk.reopen(queue),
            lambda: desk.leave(f"100{window}", on_leave=dice.random() < 0.5),
            desk.floor,
        ]
    )


def clear_the_hall(hall: HallUnderTest) -> None:
    """Serve everybody, by moves alone."""
    desk = console(hall)
    for window in WINDOWS:
        desk.give_back(window)
        hall.sign_in(window)
        hall.shifts(window).resume()
        calling = hall.calling(window)
        state = calling.state()
        if state.turn is not None and state.turn.active:
            if state.turn.started_at is None:
                calling.start()
            calling.finish(Outcome.CONSULT)
    for window in WINDOWS:
        calling = hall.calling(window)
        for _ in range(MOVES):
            try:
                calling.resume()
            except DomainError:
                break
            calling.finish(Outcome.CONSULT)
        while (state := calling.call_next()).turn is not None and state.turn.active:
            calling.start()
            calling.finish(Outcome.CONSULT)


@pytest.mark.parametrize("hall_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("seed", range(4))
def test_whatever_they_do_everybody_is_served(hall: HallUnderTest, seed: int) -> None:
    with_console_staff(hall)
    dice = random.Random(seed)  # noqa: S311 - a day that can be played again
    done = 0
    for _ in range(MOVES):
        hall.clock.advance(seconds=dice.randrange(1, 300))
        try:
            a_move(hall, dice)()
            done += 1
        except DomainError:
            continue
    assert done > MOVES // 3, "a day on which something happened"
    check(hall.engine, hall.store)
    clear_the_hall(hall)
    check(hall.engine, hall.store)
    with hall.store.look() as reader:
        left = [one for one in reader.open_tickets() if one.status is not TicketStatus.NO_SHOW]
    assert left == []
