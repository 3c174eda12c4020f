"""Advice: the smallest change that reaches a goal, what it costs others, and when nothing helps."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hallclient.services.whatif.advice import Advised, Goal, Way, advise
from hallclient.services.whatif.changes import CloseWindow, MoveWindow, OpenWindow, SetCeiling
from hallclient.services.whatif.play import play
from hallclient.services.whatif.record import DayRecord
from hallclient.services.whatif.trying import Budget, Tried
from tests.services.whatif import a_day

QUIET = {"1": (("A",),), "2": (("B",),), "3": (("B",),)}
"""Five people an hour fit into B's two windows many times over."""
PRESSED = {"A": 54, "B": 12}


def advised(day: DayRecord, goal: Goal | None = None, spare: int = 3) -> Advised:
    return advise([day], goal=goal or Goal(20), budget=Budget(600, 400), spare=spare)


def test_a_hall_that_keeps_its_goal_needs_nothing() -> None:
    found = advised(a_day({"A": 20, "B": 12}, QUIET))
    assert found.queues == ()
    assert found.plays == 1


def test_a_quiet_window_is_lent_before_another_is_opened() -> None:
    day = a_day(PRESSED, QUIET)
    (queue,) = advised(day).queues
    best = queue.best
    assert queue.queue == "A"
    assert best is not None
    assert best.reached
    assert best.way in (Way.BACK_UP, Way.LEND)
    assert best.window in ("2", "3")
    assert best.window_hours == 0
    assert best.spoils == ()


def test_every_figure_is_what_the_day_gives_when_it_is_played_so() -> None:
    day = a_day(PRESSED, QUIET)
    before = play(day).queues
    for one in advised(day).queues[0].found:
        after = play(day, one.changes).queues
        for effect in one.effects:
            assert effect.before == before[effect.queue]
            assert effect.after == after[effect.queue]
        unnamed = set(after) - {effect.queue for effect in one.effects}
        assert all(after[code].waits == before[code].waits for code in unnamed)


def test_the_hall_is_not_helped_by_spoiling_another_queue() -> None:
    """B needs its only window: lending it away is no advice as long as something else helps."""
    day = a_day({"A": 54, "B": 30}, {"1": (("A",),), "2": (("B",),)})
    best = advised(day).queues[0].best
    assert best is not None
    assert best.spoils == ()
    assert best.reached


def test_windows_are_added_only_as_many_as_it_takes() -> None:
    day = a_day({"A": 90}, {"1": (("A",),)})
    best = advised(day).queues[0].best
    assert best is not None
    assert best.way is Way.OPEN
    assert best.reached
    fewer = best.changes[1:]
    assert not Goal(20).met(play(day, fewer).queues["A"])
    assert best.start <= 9.5 * 3600
    assert best.stop < 17 * 3600, "nobody comes after noon"


def test_what_only_helps_is_not_called_enough() -> None:
    day = a_day({"A": 200}, {"1": (("A",),)})
    queue = advised(day, spare=1).queues[0]
    assert queue.best is not None
    assert not queue.reached
    before, after = queue.best.effect.minutes(Goal(20))
    assert after < before


def test_nothing_helps_where_no_window_is_left() -> None:
    queue = advised(a_day({"A": 60}, {"1": (("A",),)}), spare=0).queues[0]
    assert queue.best is None
    assert queue.found == ()
    assert not queue.reached


def test_the_search_ends_when_nobody_wants_it_any_more() -> None:
    day = a_day(PRESSED, QUIET)
    asked = iter([False] * 2)
    found = advise([day], budget=Budget(stopped=lambda: next(asked, True)))
    assert found.cut
    assert found.plays == 2
    assert [one.queue for one in found.queues] == ["A"]
    clock = iter([0.0, *[9.0] * 99])
    assert advise([day], budget=Budget(5.0, clock=lambda: next(clock))).queues == ()
    assert advise([day], budget=Budget(plays=1)).cut


def test_several_days_count_together() -> None:
    calm, busy = a_day({"A": 10, "B": 12}, QUIET), a_day(PRESSED, QUIET)
    (queue,) = advise([calm, busy], goal=Goal(20)).queues
    assert queue.now.came == 64
    assert advise([calm, calm], goal=Goal(20)).queues == ()


CHANGES = st.sampled_from(
    [
        OpenWindow((("A",),), 36000, 43200),
        CloseWindow("2"),
        MoveWindow("3", (("A",), ("B",)), 34200, 50000),
        MoveWindow("1", (("C",),)),
        SetCeiling(5, "C"),
    ]
)


@settings(max_examples=25, deadline=None)
@given(
    st.fixed_dictionaries({code: st.integers(1, 40) for code in "ABCD"}),
    st.lists(CHANGES, min_size=1, max_size=2),
)
def test_only_queues_that_are_linked_are_played_again(came, changes) -> None:  # type: ignore[no-untyped-def]
    """What is left out would have come out the same."""
    windows = {"1": (("A",), ("B",)), "2": (("B",),), "3": (("C",),), "4": (("D",),)}
    day = a_day(came, windows)
    tried = Tried([day], Budget())
    after, whole = tried.after(changes), play(day, changes).queues
    for code, queue in tried.before.items():
        assert after.get(code, queue).waits == whole[code].waits


@pytest.mark.parametrize("minutes", [0.5, 20, 90])
def test_a_goal_counts_who_waits_in_vain(minutes: float) -> None:
    day = a_day({"A": 30}, {"1": (("A",),)}, minutes=30)
    queue = play(day).queues["A"]
    assert queue.abandoned
    assert not Goal(minutes).met(queue)
