"""What is kept of closed days says what their history says, however often and whenever counted."""

from datetime import date
from math import ceil

import pytest

from hallclient.domain.calendar import A_DAY, business_day
from hallclient.domain.day_stats import COUNTS, DayCounts, total_of
from hallclient.domain.follow_up import Appeal, FollowUp
from hallclient.domain.rating import Level
from hallclient.domain.rules import PriorityClass
from hallclient.domain.ticket import token_from
from hallclient.domain.turn import Outcome
from hallclient.services.case_report import case_report
from hallclient.services.chores.ratings import RatingsChore
from hallclient.services.chores.rollup import RollupChore
from hallclient.services.day_records import COUNTED, Done, Part
from hallclient.services.day_sums import (
    case_sums,
    decided_cases,
    floor_sums,
    moments,
    rated_services,
    rating_sums,
)
from hallclient.services.days import close_day_if_over
from hallclient.services.handing_in import hand_in
from hallclient.services.spool_lines import SpoolEntry
from hallclient.services.store import Reader
from tests.halls import HALL_ID
from tests.services.test_random_days import Day
from tests.stores import HallUnderTest

KEPT = ("day_stats", "rating_day", "case_day")
SPLITS = ((), (Part.QUEUE,), (Part.SERVICE,), (Part.WINDOW,), (Part.STAFF,), (Part.DAY,))


def kept(hall: HallUnderTest) -> list[list[tuple[object, ...]]]:
    """Every row as it lies there."""
    return [
        sorted(tuple(row) for row in hall.rows(f"SELECT * FROM {name}"))  # noqa: S608 - from above
        for name in KEPT
    ]


def roll(hall: HallUnderTest) -> int:
    """Do the chore to its end; return how many days were counted."""
    count = 0
    while RollupChore().step(hall.store):
        count += 1
    return count


def everything(reader: Reader, first: date, last: date) -> list[object]:
    """All that reports over days are made of."""
    cells: dict[tuple[int, int], object] = {}
    for cell in rating_sums(reader, first, last):
        key = (cell.window_id, cell.service_id)
        cells[key] = cell.tally + cells[key] if key in cells else cell.tally  # type: ignore[operator]
    found: list[object] = [
        {k: v for k, v in cells.items() if any((v.active, v.asked))},  # type: ignore[attr-defined]
        case_sums(reader, first, last),
        rated_services(reader, first, last),
    ]
    for parts in SPLITS:
        sums = floor_sums(reader, first, last, *parts)
        by_person = {Part.WINDOW, Part.STAFF} & set(parts)
        found.append(
            {
                key: [getattr(counts, name) for name in COUNTS]
                + ([] if by_person else [counts.waits])
                for key, counts in sums.items()
            }
        )
    return found


def days_of(hall: HallUnderTest) -> tuple[date, date]:
    with hall.store.look() as reader:
        first = reader.first_day()
        rules = reader.plan.rules
        assert first is not None
        return first, business_day(reader.now, reader.plan.time_zone, rules.day_start)


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_reports_say_the_same_from_what_is_kept_and_from_history(
    hall: HallUnderTest, seed: int
) -> None:
    """Five days of anything, counted now and then; what comes late is in the figures at once."""
    hall.change_rules(recall_cap=3, no_show_after=2)
    driver = Day(hall, seed)
    for number in range(5):
        for _ in range(150):
            driver.step()
        if number % 2:
            roll(hall)
        hall.clock.advance(days=1)
        hall.sign_in("2")
        hall.issue()
        hall.calling().call_next()
        hall.calling().start()
        turn = hall.calling().finish(Outcome.INSTANT).turn
        assert turn is not None
        hall.clock.advance(seconds=5)
        hall.ratings.record(turn.id, Level.DISSATISFIED, "k2")
    hall.clock.advance(days=1)
    close_day_if_over(hall.store, "chore")
    first, today = days_of(hall)
    with hall.store.look() as reader:
        mixed = everything(reader, first, today)
    assert roll(hall) > 0
    with hall.store.look() as reader:
        last = reader.last_over()
        assert last is not None
        for what in COUNTED:
            assert len(reader.days_done(what, first, last)) == (last - first).days + 1
        assert everything(reader, first, today) == mixed
        assert total_of(c for _k, c in reader.day_counts(first, last)).issued > 50
    before = kept(hall)
    hall.execute("DELETE FROM day_done")
    with hall.store.look() as reader:
        assert everything(reader, first, today) == mixed, "all of it from the history"
    roll(hall)
    assert kept(hall) == before, "the same rows, however often they are counted"
    with hall.store.look() as reader:
        for one in reader.days(20):
            figures = reader.day_figures(one.day)
            (counts,) = floor_sums(reader, one.day, one.day).values() or (DayCounts(),)
            assert (counts.issued, counts.finished, counts.missed) == (
                figures.issued,
                figures.served,
                figures.no_shows,
            )
            assert (counts.abandoned, counts.cases) == (figures.abandoned, figures.cases)


def test_waits_are_those_of_the_wait_report(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    for _ in range(7):
        hall.issue()
    for minutes in (0.5, 1, 3, 10, 2, 4):
        hall.clock.advance(minutes=minutes)
        hall.calling().call_next()
        hall.calling().start()
        hall.calling().finish(Outcome.CONSULT)
    hall.clock.advance(days=1)
    close_day_if_over(hall.store, "chore")
    roll(hall)
    day, _today = days_of(hall)
    with hall.store.look() as reader:
        waits = sorted(one.minutes for one in reader.waits_of_day(day))
        ((_key, counts),) = reader.day_counts(day, day)
        for share in (0.1, 0.5, 0.9, 1.0):
            smallest = waits[ceil(share * len(waits)) - 1]
            assert counts.wait(share) == int(smallest)
        assert (counts.waited, counts.issued, counts.served) == (6, 7, 6)
        assert counts.waiting_seconds == sum(round(60 * one) for one in waits)
        assert counts.abandoned == 1


def rated_turn(hall: HallUnderTest, level: Level | None) -> int:
    hall.issue()
    hall.calling().call_next()
    hall.calling().start()
    turn = hall.calling().finish(Outcome.INSTANT).turn
    assert turn is not None
    if level is not None:
        hall.ratings.record(turn.id, level, "k2")
    return turn.id


def test_what_changes_a_closed_day_takes_its_mark(hall: HallUnderTest) -> None:
    """A default level days later, and an appeal that is granted: the figures know at once."""
    hall.sign_in("2")
    hall.change_rules(default_level=3, default_after_days=1)
    rated_turn(hall, Level.VERY_DISSATISFIED)
    rated_turn(hall, None)
    day, _ = days_of(hall)
    hall.clock.advance(days=3)
    close_day_if_over(hall.store, "chore")
    assert roll(hall) == 3
    assert not RollupChore().step(hall.store)

    def figures() -> tuple[int, int, int]:
        with hall.store.look() as reader:
            tallies = [cell.tally for cell in rating_sums(reader, day, day)]
            history = reader.rating_cells(*moments(reader.plan, day, day), 0)
            assert sum(t.active for t in tallies) == sum(c.tally.active for c in history)
            return (
                sum(t.active for t in tallies),
                sum(t.defaults for t in tallies),
                sum(t.asked for t in tallies),
            )

    assert figures() == (1, 0, 2)
    assert RatingsChore().step(hall.store) == "default ratings written: 1"
    assert figures() == (1, 1, 2)
    assert roll(hall) == 1
    assert figures() == (1, 1, 2)
    with hall.store.change("staff:9001") as tx:
        (low,) = tx.low_ratings()
        aside = FollowUp(low.rating.id, day, appeal=Appeal.GRANTED, recorded_at=tx.now)
        tx.save_follow_up(aside)
    assert figures() == (0, 1, 1)
    assert roll(hall) == 1
    assert figures() == (0, 1, 1)


def test_a_number_that_comes_in_late_is_counted_on_its_day(hall: HallUnderTest) -> None:
    """From a kiosk's spool, when its day is over and counted."""
    hall.sign_in("2")
    hall.issue()
    day, _ = days_of(hall)
    at = hall.clock.now
    hall.clock.advance(days=1)
    close_day_if_over(hall.store, "chore")
    assert roll(hall) == 1
    late = SpoolEntry(
        request_id="late", hall_id=HALL_ID, at=at, contact=at, day=day, service="ZH001",
        queue=hall.store.plan().service_of["ZH001"].queue, prefix="A", number=800, label="A800",
        token=token_from(bytes(10)), language="zh-CN", priority=PriorityClass.NORMAL,
        station="K1",
    )  # fmt: skip
    hand_in(hall.store, "kiosk:K1", late)
    for _ in range(2):
        with hall.store.look() as reader:
            (total,) = floor_sums(reader, day, day).values()
        assert (total.issued, total.abandoned) == (2, 2)
        roll(hall)


def test_a_day_that_is_opened_again_is_counted_again(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    hall.issue()
    day, _ = days_of(hall)
    hall.clock.advance(days=1)
    close_day_if_over(hall.store, "chore")
    assert roll(hall) == 1
    with hall.store.change("x") as tx:  # a clock that was set back
        tx.open_day(day)
    with hall.store.look() as reader:
        assert not reader.days_done(Done.FLOOR, day, day)
        assert reader.last_over() == day - A_DAY
    assert roll(hall) == 0, "it is open"
    close_day_if_over(hall.store, "chore")
    assert roll(hall) == 1


def test_cases_are_counted_when_they_are_decided(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    rated_turn(hall, None)
    day, _ = days_of(hall)
    hall.clock.advance(days=1)
    close_day_if_over(hall.store, "chore")
    roll(hall)
    with hall.store.look() as reader:
        assert reader.case_days(day, day) == decided_cases(reader, day, day)
        (sums,) = reader.case_days(day, day).values()
        assert (sums.decided, sums.on_the_spot) == (1, 1)
    report = case_report(hall.store, day - A_DAY, day + A_DAY)
    assert report.hall.decided == 1
