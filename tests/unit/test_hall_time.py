"""The hall's time while the database's clock is behind it."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hallclient.storage.hall_time import APART, HallTime

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
SECONDS = st.floats(0, 5_000)


def test_an_hour_behind_both_meet_after_two() -> None:
    ticks = 0.0
    time = HallTime(lambda: ticks)
    clock = NOON - timedelta(hours=1)
    assert time.reached(clock, NOON) == NOON
    ticks = 3600.0
    half = NOON + timedelta(minutes=30)
    assert time.reached(NOON, NOON) == half, "also where the clock has come up to the last change"
    ticks = 7200.0
    assert time.reached(NOON + timedelta(hours=1), NOON) == NOON, "the clock is right again"


def test_a_day_behind_it_hardly_moves() -> None:
    ticks = 0.0
    time = HallTime(lambda: ticks)
    clock = NOON - timedelta(days=1)
    time.reached(clock, NOON)
    ticks = 8 * 3600.0
    assert time.reached(clock + timedelta(hours=8), NOON) == NOON + timedelta(hours=1)


@given(st.lists(st.tuples(SECONDS, st.floats(-90_000, 90_000), st.booleans()), max_size=30))
def test_it_never_runs_back_and_never_ahead_of_what_passes(
    steps: list[tuple[float, float, bool]],
) -> None:
    """Whatever is done to the clock, and whether the looks change something or not."""
    ticks = 0.0
    time, clock, last_at = HallTime(lambda: ticks), NOON, NOON
    before, free = NOON, NOON
    for seconds, jump, changes in steps:
        ticks += seconds
        clock += timedelta(seconds=seconds + jump)
        now = max(clock, time.reached(clock, last_at))
        free = max(clock, free + timedelta(seconds=seconds))
        assert now >= before - APART
        assert now <= free + timedelta(milliseconds=1)
        if changes:  # what a look alone has seen is nowhere kept
            before = last_at = max(last_at, now)


@given(
    st.lists(st.tuples(st.integers(0, 2), SECONDS, st.booleans()), max_size=40),
    st.floats(3, 90_000),
)
def test_several_programs_of_a_hall_do_not_hurry_each_other(
    looks: list[tuple[int, float, bool]], behind: float
) -> None:
    """Each has its own ticks, and they share the hall's last change: no sum of what passes."""
    ticks = 0.0
    times = [HallTime(lambda: ticks), HallTime(lambda: ticks + 1e6), HallTime(lambda: ticks - 50)]
    clock, last_at = NOON - timedelta(seconds=behind), NOON
    for which, seconds, changes in looks:
        ticks += seconds
        clock += timedelta(seconds=seconds)
        now = max(clock, times[which].reached(clock, last_at))
        assert last_at <= now <= max(clock, NOON + timedelta(seconds=ticks / 2 + 0.001))
        if changes:
            last_at = now
