"""The table of allowed moves, written down a second time, and the limits of calling."""

from datetime import UTC, datetime, timedelta

import pytest

from hallclient.domain.errors import NotAllowed
from hallclient.domain.rules import HallRules
from hallclient.domain.ticket import TicketStatus
from hallclient.domain.turn import (
    CLERK_OUTCOMES,
    Move,
    Outcome,
    Turn,
    after,
    check_no_show,
    check_recall,
)

# architecture.md §5: rows are where a ticket is, columns what happens to it.
TABLE = """
        call   recall start   finish no_show requeue hold resume  transfer send_on serve_on return  release abandon
waiting called -      -       -      -       -       -    -       -        -       serving  -       -       ended
called  -      called serving -      no_show -       -    -       -        -       -        waiting -       ended
serving -      -      -       ended  -       -       held -       waiting  waiting -        waiting -       ended
held    -      -      -       -      -       -       -    serving -        -       -        -       waiting ended
no_show -      -      -       -      -       waiting -    -       -        -       -        -       -       ended
ended   -      -      -       -      -       -       -    -       -        -       -        -       -       -
"""  # noqa: E501 - a table
HEAD, *ROWS = (line.split() for line in TABLE.strip().splitlines())
CELLS = [(row[0], move, row[n]) for row in ROWS for n, move in enumerate(HEAD, start=1)]
NOON = datetime(2026, 9, 29, 4, tzinfo=UTC)
LATER = NOON + timedelta(minutes=1)


def test_the_table_is_whole() -> None:
    assert set(HEAD) == set(Move)
    assert {row[0] for row in ROWS} == set(TicketStatus)


@pytest.mark.parametrize(("status", "move", "becomes"), CELLS)
def test_every_move_from_every_status(status: str, move: str, becomes: str) -> None:
    if becomes == "-":
        with pytest.raises(NotAllowed, match=f"a ticket that is {status} cannot {move}"):
            after(TicketStatus(status), Move(move))
    else:
        assert after(TicketStatus(status), Move(move)) == becomes


@pytest.mark.parametrize("start", [s for s in TicketStatus if s is not TicketStatus.ENDED])
def test_there_is_a_way_on_to_the_end_without_the_days_close(start: TicketStatus) -> None:
    reached, new = {start}, [start]
    while new:
        here = new.pop()
        for move in Move:
            if move is Move.ABANDON:
                continue
            try:
                there = after(here, move)
            except NotAllowed:
                continue
            if there not in reached:
                reached.add(there)
                new.append(there)
    assert TicketStatus.ENDED in reached


def turn(calls: int) -> Turn:
    return Turn(1, 1, 1, 1, called_at=NOON, last_called_at=NOON, calls=calls)


@pytest.mark.parametrize("cap", [1, 3, 5])
def test_recalls_end_at_the_cap(cap: int) -> None:
    rules = HallRules(recall_cap=cap)
    for calls in range(1, cap):
        check_recall(turn(calls), rules, LATER)
    for calls in (cap, cap + 1):
        with pytest.raises(NotAllowed) as caught:
            check_recall(turn(calls), rules, LATER)
        assert caught.value.facts == {"calls": calls, "cap": cap}


@pytest.mark.parametrize(
    ("waited", "left"), [(0.0, 5), (0.1, 5), (4.0, 1), (4.999, 1), (5.0, 0), (-60.0, 65)]
)
def test_a_recall_waits_for_the_one_before(waited: float, left: int) -> None:
    now = NOON + timedelta(seconds=waited)
    if not left:
        check_recall(turn(1), HallRules(recall_gap_seconds=5), now)
        return
    with pytest.raises(NotAllowed) as caught:
        check_recall(turn(1), HallRules(recall_gap_seconds=5), now)
    assert (caught.value.key, caught.value.facts) == ("recall_gap", {"n": left})
    check_recall(turn(1), HallRules(recall_gap_seconds=0), max(now, NOON))


@pytest.mark.parametrize("needed", [1, 3])
def test_a_no_show_takes_enough_calls(needed: int) -> None:
    rules = HallRules(no_show_after=needed)
    for calls in range(1, needed):
        with pytest.raises(NotAllowed) as caught:
            check_no_show(turn(calls), rules)
        assert caught.value.facts == {"calls": calls, "needed": needed}
    check_no_show(turn(needed), rules)


def test_a_clerk_records_what_a_citizen_was_served_with() -> None:
    assert len(CLERK_OUTCOMES) == 6
    assert {Outcome.TRANSFERRED, Outcome.NO_SHOW, Outcome.ABANDONED}.isdisjoint(CLERK_OUTCOMES)
