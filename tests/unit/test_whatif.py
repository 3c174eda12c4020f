"""A played day: nobody twice, the order of the hall's rules, the same day always the same."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hallclient.domain.dispatch import claim_at
from hallclient.domain.rules import HallRules, PriorityClass
from hallclient.services.whatif.changes import (
    Arrivals,
    Change,
    ChangeError,
    CloseWindow,
    MoveWindow,
    OpenWindow,
    SetCeiling,
    SetCredit,
    SetHours,
    changed,
)
from hallclient.services.whatif.play import play
from hallclient.services.whatif.record import (
    DayRecord,
    Pause,
    QueueRecord,
    Ranks,
    Span,
    Visit,
    WindowRecord,
)
from hallclient.services.whatif.result import DayResult, Fate, TicketResult

MIDNIGHT = datetime(2026, 3, 9, 16, tzinfo=UTC)
OPENS, CLOSES = 9 * 3600.0, 17 * 3600.0
A: Ranks = (("A",),)
B: Ranks = (("B",),)
Drawn = list[dict[str, Any]]
"""Visits as hypothesis draws them, by the arguments of ``visit``."""


def queue(code: str, ceiling: int | None = None) -> QueueRecord:
    return QueueRecord(code, OPENS, CLOSES, OPENS - 1800, CLOSES, ceiling)


def window(
    number: str,
    ranks: Ranks = A,
    pauses: tuple[Pause, ...] = (),
    stops: float = CLOSES + 5400,
) -> WindowRecord:
    return WindowRecord(number, (Span(OPENS, CLOSES, ranks, stops),), pauses)


def record(
    visits: Iterable[Visit],
    windows: Iterable[WindowRecord],
    queues: Iterable[str] = ("A",),
    **more: Any,
) -> DayRecord:
    return DayRecord(
        MIDNIGHT,
        tuple(visits),
        tuple(windows),
        tuple(queue(code) for code in queues),
        looks_every=0,
        **more,
    )


def visit(number: int, minute: float, minutes: float = 5, code: str = "A", **more: Any) -> Visit:
    return Visit(number, OPENS + minute * 60, code, minutes * 60, **{"walks": 0.0, **more})


VISITS = st.lists(
    st.builds(
        lambda minute, minutes, code, special, shows, back: {
            "minute": minute,
            "minutes": minutes,
            "code": code,
            "priority": PriorityClass.ELDERLY if special else PriorityClass.NORMAL,
            "shows_up": shows,
            "returns_after": back,
        },
        st.integers(0, 300),
        st.integers(1, 40),
        st.sampled_from("AB"),
        st.booleans(),
        st.booleans(),
        st.one_of(st.none(), st.integers(30, 1500)),
    ),
    max_size=60,
)
HALLS: st.SearchStrategy[list[Ranks]] = st.lists(
    st.sampled_from([A, B, (("A", "B"),), (("A",), ("B",))]), min_size=1, max_size=4
)


def of(drawn: Drawn, halls: Sequence[Ranks], **more: Any) -> DayRecord:
    visits = [visit(number, **one) for number, one in enumerate(drawn)]
    windows = [
        window(str(number), ranks, (Pause(OPENS + 3600 * number, 900),))
        for number, ranks in enumerate(halls, 1)
    ]
    return record(visits, windows, ("A", "B"), **more)


@settings(max_examples=60, deadline=None)
@given(VISITS, HALLS)
def test_everybody_has_one_fate_and_a_window_one_citizen(drawn: Drawn, halls: list[Ranks]) -> None:
    day = of(drawn, halls)
    result = play(day)
    assert sorted(one.number for one in result.tickets) == [v.number for v in day.visits]
    stays: dict[str, list[tuple[float, float]]] = {}
    for one in result.tickets:
        if one.fate is Fate.SERVED and one.ended is not None:
            handling = day.visits[one.number].handling
            if day.visits[one.number].shows_up:  # who came back may sit at another window
                stays.setdefault(one.window, []).append((one.ended - handling, one.ended))
        if one.called is not None:
            assert one.called >= one.arrived
            span = day.window_of[one.window].spans[0]
            assert span.opens <= one.called < span.stops
            assert one.queue in span.queues
    for line in stays.values():
        line.sort()
        assert all(before[1] <= after[0] for before, after in pairwise(line))
    served = {code for ranks in halls for rank in ranks for code in rank}
    assert all(one.fate is Fate.ABANDONED for one in result.tickets if one.queue not in served)


@settings(max_examples=60, deadline=None)
@given(VISITS, HALLS)
def test_within_a_queue_a_smaller_claim_is_called_first(drawn: Drawn, halls: list[Ranks]) -> None:
    result = play(of(drawn, halls))
    day_rules = HallRules()
    tickets = called_in(result)

    def key(one: TicketResult) -> tuple[datetime, int]:
        at = MIDNIGHT + timedelta(seconds=one.arrived)
        special = PriorityClass(drawn[one.number]["priority"])
        return claim_at(at, special, day_rules), one.number

    for one in tickets:
        for other in tickets:
            if one.queue == other.queue and key(one) < key(other) and one.arrived < called(other):
                assert called(one) <= called(other)


@settings(max_examples=60, deadline=None)
@given(VISITS, HALLS)
def test_nobody_is_overtaken_for_ever(drawn: Drawn, halls: list[Ranks]) -> None:
    """Beyond ceiling and largest credit, later tickets do not pass at the windows of a queue."""
    result = play(of(drawn, halls))
    bound = 60 * (30 + 10)
    ceiling = 30 * 60
    tickets = called_in(result)
    serves = {f"{n}": {c for r in ranks for c in r} for n, ranks in enumerate(halls, 1)}
    for one in tickets:
        for other in tickets:
            passed = one.arrived + ceiling < called(other) < called(one)
            later = other.arrived > one.arrived + bound - ceiling
            # ``window`` is where the first call was; it served both queues and took the later one.
            if passed and later and one.queue in serves[other.window]:
                pytest.fail(f"{one} was passed by {other}")


@settings(max_examples=30, deadline=None)
@given(VISITS, HALLS)
def test_one_day_has_one_result(drawn: Drawn, halls: list[Ranks]) -> None:
    day = of(drawn, halls)
    assert play(day) == play(day)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(1, 40)), min_size=1, max_size=60),
    st.integers(1, 4),
)
def test_one_more_window_never_makes_all_waits_longer(
    drawn: list[tuple[int, int]], many: int
) -> None:
    visits = [visit(number, *one) for number, one in enumerate(sorted(drawn))]
    windows = [window(str(number), stops=10 * CLOSES) for number in range(1, many + 1)]
    day = record(visits, windows)
    before, after = play(day), play(day, (OpenWindow(A),))
    assert len(after.windows) == many + 1
    assert sum(after.hall.waits) <= sum(before.hall.waits) + 1e-6


def test_a_window_serves_one_after_the_other() -> None:
    day = record([visit(0, 0), visit(1, 1), visit(2, 1)], [window("1")], between=0)
    assert [one.waited for one in play(day).tickets] == [0, 4, 9]


def test_a_credit_goes_ahead_by_its_minutes_and_no_more() -> None:
    line = [visit(n, n, 30) for n in range(3)] + [
        visit(3, 8, 30, priority=PriorityClass.ELDERLY),
        visit(4, 20, 30, priority=PriorityClass.ELDERLY),
    ]
    day = record(line, [window("1")])
    order = sorted(play(day).tickets, key=called)
    assert [one.number for one in order] == [0, 3, 1, 2, 4]
    again = sorted(play(day, (SetCredit(PriorityClass.ELDERLY, 0),)).tickets, key=called)
    assert [one.number for one in again] == [0, 1, 2, 3, 4]


def test_beyond_its_ceiling_the_second_rank_goes_first() -> None:
    visits = [visit(0, 0, 20), visit(1, 1, 20, "B")] + [visit(n, n, 20) for n in range(2, 6)]
    day = record(visits, [window("1", (("A",), ("B",)))], ("A", "B"))
    place = {one.number: called(one) for one in play(day).tickets}
    assert sorted(place, key=lambda number: place[number]) == [0, 2, 1, 3, 4, 5]
    sooner = play(day, (SetCeiling(10, "B"),)).tickets
    assert sorted((called(one), one.number) for one in sooner)[1][1] == 1


def test_who_does_not_come_is_called_again_and_comes_back_behind_three() -> None:
    visits = [visit(0, 0, shows_up=False, returns_after=10.0)]
    visits += [visit(n, 0.01 * n, 5) for n in range(1, 7)]
    result = play(record(visits, [window("1")], between=0))
    assert result.tickets[0].fate is Fate.SERVED
    # Missed after 90 s, back 10 s later: 1 is served by then, 2, 3 and 4 are before him.
    ends = sorted((one.ended, one.number) for one in result.tickets)
    assert [number for _at, number in ends] == [1, 2, 3, 4, 0, 5, 6]
    assert result.windows["1"].calls == 8


def test_who_comes_back_too_late_or_never_is_missed() -> None:
    late = HallRules().no_show_valid_minutes * 60 + 60.0
    for back in (None, late):
        day = record([visit(0, 0, shows_up=False, returns_after=back)], [window("1")])
        assert play(day).tickets[0].fate is Fate.MISSED


def test_an_early_appointment_waits_for_its_time_while_others_wait() -> None:
    slot = OPENS + 3600
    visits = [visit(0, 0, 20), visit(1, 1, 20, slot=slot)]
    visits += [visit(2, 2, 20), visit(3, 3, 20), visit(4, 35, 20)]
    order = [one.number for one in sorted(play(record(visits, [window("1")])).tickets, key=called)]
    # Its claim is half an hour before the slot: behind 2 and 3, ahead of 4.
    assert order == [0, 2, 3, 1, 4]
    alone = play(record([visit(0, 0), visit(1, 1, slot=slot)], [window("1")]))
    assert called(alone.tickets[1]) < OPENS + 60 + 5 * 60  # nobody else waits: it need not


def called(one: TicketResult) -> float:
    assert one.called is not None
    return one.called


def called_in(day: DayResult) -> list[TicketResult]:
    return [one for one in day.tickets if one.called is not None]


def test_a_window_pauses_when_it_is_free_and_closes_when_nobody_waits() -> None:
    pause = Pause(OPENS + 60, 600)
    day = record([visit(0, 0, 5), visit(1, 1, 5)], [window("1", pauses=(pause,))], between=0)
    assert [one.waited for one in play(day).tickets] == pytest.approx([0, 14 + 1 / 60])
    late = record(
        [visit(n, 479, 30) for n in range(5)], [window("1", stops=CLOSES + 5400)], between=0
    )
    fates = [one.fate for one in play(late).tickets]
    assert fates == [Fate.SERVED] * 4 + [Fate.ABANDONED]  # the fourth begins just before 18:30


def test_out_of_hours_no_number_is_given_out() -> None:
    result = play(record([visit(0, -40), visit(1, 481), visit(2, 0)], [window("1")]))
    assert [one.fate for one in result.tickets] == [Fate.REFUSED, Fate.SERVED, Fate.REFUSED]


def test_what_is_told_is_kept_and_learned_over_days() -> None:
    visits = [visit(n, 4 * n - 10, 8) for n in range(100)]  # the first ones before the opening
    day = record(visits, [window("1"), window("2")])
    first = play(day)
    second = play(day, (), first.paces)
    assert first.tickets[0].told is None
    begins, ends = second.tickets[0].told, second.tickets[-1].told
    assert begins is not None
    assert ends is not None
    assert ends.calls > begins.calls
    assert first.paces["A"].waiting == second.paces["A"].waiting == 0
    assert second.hall.coverage is not None


# Changes


def span_times(day: DayRecord, number: str) -> list[tuple[float, float, float]]:
    return [(s.opens / 3600, s.closes / 3600, s.stops / 3600) for s in day.window_of[number].spans]


def test_a_window_is_closed_and_moved_for_a_span() -> None:
    day = record([], [window("1")], ("A", "B"))
    cut = changed(day, (CloseWindow("1", 10 * 3600, 11 * 3600),))
    assert span_times(cut, "1") == [(9, 10, 10), (11, 17, 18.5)]
    gone = changed(day, (CloseWindow("1"),))
    assert span_times(gone, "1") == []
    moved = changed(day, (MoveWindow("1", B, 10 * 3600, 11 * 3600),))
    assert span_times(moved, "1") == [(9, 10, 10), (10, 11, 11), (11, 17, 18.5)]
    assert [one.ranks for one in moved.window_of["1"].spans] == [A, B, A]
    for_good = changed(day, (MoveWindow("1", B),))
    assert span_times(for_good, "1") == [(9, 17, 18.5)]


def test_a_window_that_was_moved_calls_its_new_queue() -> None:
    visits = [visit(n, 0, 10, "A" if n % 2 else "B") for n in range(10)]
    day = record(visits, [window("1")], ("A", "B"), between=0)
    moved = play(day, (MoveWindow("1", B, 10 * 3600, 11 * 3600),))
    by = {code: [one.called for one in moved.tickets if one.queue == code] for code in "AB"}
    assert [at for at in by["B"] if at is not None] == [10 * 3600 + 600 * n for n in range(5)]


def test_other_hours_move_numbers_and_windows() -> None:
    day = changed(record([], [window("1")]), (SetHours(8 * 3600, 18 * 3600),))
    assert span_times(day, "1") == [(8, 18, 19.5)]
    hours = day.queue_of["A"]
    assert (hours.tickets_from, hours.tickets_until) == (7.5 * 3600, 18 * 3600)


@given(st.floats(0, 3), st.floats(0, 3))
def test_more_arrivals_hold_all_of_fewer(one: float, two: float) -> None:
    day = record([visit(n, n % 300) for n in range(40)], [window("1")])
    few, many = (changed(day, (Arrivals(f),)).visits for f in sorted((one, two)))
    assert {v.number for v in few if v.number < 40} <= {v.number for v in many if v.number < 40}
    assert len(few) <= len(many)
    assert len({v.number for v in many}) == len(many)


@pytest.mark.parametrize(
    "change",
    [
        CloseWindow("9"),
        MoveWindow("1", (("X",),)),
        OpenWindow((("X",),)),
        OpenWindow(A, 0, 3600),
        SetHours(7200, 3600),
        Arrivals(99),
        SetCeiling(5, "X"),
    ],
)
def test_a_change_that_makes_no_sense_says_so(change: Change) -> None:
    with pytest.raises(ChangeError):
        play(record([], [window("1")]), (change,))


def test_ranks_of_a_day_stay_as_they_are_without_changes() -> None:
    day = record([visit(0, 0)], [window("1")])
    assert changed(day, ()) == day == replace(day)
