"""The order of several services in one visit, against all orders there are."""

from itertools import permutations
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallclient.domain.itinerary import (
    MOST,
    WALK,
    Step,
    StepState,
    Stop,
    best_route,
    done_by,
    misplaced,
    rearranged,
    route,
    to_come,
)

CODES = "abcdef"
minutes = st.integers(0, 90).map(float)


@st.composite
def hours(draw: st.DrawFn) -> tuple[tuple[float, float], ...]:
    """A morning, an afternoon, both, or the whole day."""
    edges = sorted(draw(st.sets(st.integers(0, 240), min_size=2, max_size=4)))
    if draw(st.booleans()) or len(edges) < 2:
        return ((0.0, inf),)
    return tuple((float(a), float(b)) for a, b in zip(edges[::2], edges[1::2], strict=False))


@st.composite
def visits(draw: st.DrawFn, most: int = 5) -> list[Stop]:
    """Stops in the citizen's order; what comes after what is free of circles."""
    codes = draw(st.permutations(CODES[: draw(st.integers(1, most))]))
    stops = []
    for place, code in enumerate(sorted(codes)):
        before = draw(st.sets(st.sampled_from(CODES[:place]), max_size=2)) if place else set()
        stops.append(
            Stop(
                code,
                queue=draw(st.sampled_from(["q1", "q2", "q3"])),
                minutes=draw(minutes),
                wait=draw(minutes),
                hours=draw(hours()),
                after=frozenset(before),
            )
        )
    return sorted(stops, key=lambda stop: codes.index(stop.service))


def walked(stops: tuple[Stop, ...]) -> tuple[int, float]:
    """How many are missed and when all is done: the rule once more, in other words."""
    clock, missed, place = 0.0, 0, ""
    for stop in stops:
        came = clock + (WALK if place not in ("", stop.queue) else 0)
        turn = max(came, stop.wait)
        open_at = [max(turn, begin) for begin, end in stop.hours if turn < end]
        if open_at:
            clock = open_at[0] + stop.minutes
        else:
            missed += 1
        place = stop.queue
    return missed, clock


def fits(stops: tuple[Stop, ...]) -> bool:
    seen: set[str] = set()
    present = {stop.service for stop in stops}
    for stop in stops:
        if not (stop.after & present) <= seen:
            return False
        seen.add(stop.service)
    return True


@given(visits())
def test_no_order_is_better_than_the_one_proposed(stops: list[Stop]) -> None:
    best = best_route(stops)
    every = [walked(order) for order in permutations(stops) if fits(order)]
    assert best.cost == pytest.approx(min(every))
    assert fits(tuple(leg.stop for leg in best.legs))
    assert sorted(best.services) == sorted(stop.service for stop in stops)


@given(visits())
def test_a_route_counts_what_one_would_walk(stops: list[Stop]) -> None:
    assert route(stops).cost == pytest.approx(walked(tuple(stops)))


@given(visits())
def test_waits_are_what_is_left_of_the_time(stops: list[Stop]) -> None:
    found = best_route(stops)
    assert all(leg.waits >= 0 for leg in found.legs)
    served = sum(leg.stop.minutes for leg in found.legs if leg.starts is not None)
    assert found.waits + served <= found.finish + 1e-6


@given(visits())
def test_the_citizens_own_order_stays_where_none_is_better(stops: list[Stop]) -> None:
    if fits(tuple(stops)) and route(stops).cost == best_route(stops).cost:
        assert best_route(stops).services == route(stops).services


@given(visits())
def test_what_is_misplaced_is_told(stops: list[Stop]) -> None:
    wrong = misplaced(stops)
    assert (wrong is None) == fits(tuple(stops))
    if wrong is not None:
        late, early = wrong
        codes = [stop.service for stop in stops]
        assert codes.index(late) < codes.index(early)


def stop(code: str, wait: float = 0, minutes: float = 10, **more: object) -> Stop:
    return Stop(code, str(more.pop("queue", code)), minutes, wait, **more)  # type: ignore[arg-type]


def test_the_long_queue_moves_on_while_one_is_at_a_short_one() -> None:
    found = best_route([stop("long", wait=40), stop("short")])
    assert found.services == ("short", "long")
    assert found.finish == 50
    assert found.waits == 40 - 10 - WALK


def test_what_closes_soon_comes_first() -> None:
    found = best_route([stop("tax", minutes=30), stop("stamp", hours=((0.0, 20.0),))])
    assert found.services == ("stamp", "tax")
    assert found.missed == ()


def test_two_services_of_one_queue_are_not_torn_apart() -> None:
    stops = [stop("a1", queue="a"), stop("b"), stop("a2", queue="a")]
    assert best_route(stops).services == ("a1", "a2", "b")


def test_a_hall_that_contradicts_itself_still_gets_an_order() -> None:
    stops = [stop("a", after=frozenset("b")), stop("b", after=frozenset("a"))]
    assert best_route(stops).services == ("a", "b")
    assert misplaced(stops) is None


def test_too_many_stops_are_refused() -> None:
    with pytest.raises(ValueError, match="more than can be ordered"):
        best_route([stop(str(n)) for n in range(MOST + 1)])


def test_as_many_as_can_be_ordered_are_ordered_at_once() -> None:
    stops = [stop(str(n), wait=90 - 10 * n, minutes=5 + n) for n in range(MOST)]
    assert len(best_route(stops).legs) == MOST


# The steps of a ticket

ids = st.lists(st.integers(1, 9), unique=True, min_size=1, max_size=5)


@given(ids, st.integers(0, 4), ids)
def test_what_is_done_stays_and_what_is_dropped_is_on_record(
    services: list[int], done: int, wanted: list[int]
) -> None:
    steps: tuple[Step, ...] = rearranged(7, (), services)
    for turn in range(min(done, len(services))):
        steps = done_by(steps, 100 + turn)
    before = [step for step in steps if step.state is StepState.DONE]
    wanted = [one for one in wanted if one not in {step.service_id for step in before}]
    after = rearranged(7, steps, wanted)
    assert [step.position for step in after] == list(range(1, len(after) + 1))
    assert [step.service_id for step in to_come(after)] == wanted
    assert [s.service_id for s in after if s.state is StepState.DONE] == [
        s.service_id for s in before
    ]
    gone = set(services) - set(wanted) - {step.service_id for step in before}
    assert {s.service_id for s in after if s.state is StepState.DROPPED} == gone


def test_a_turn_does_the_first_step_to_come() -> None:
    steps = done_by(rearranged(7, (), [4, 5]), 31)
    assert steps[0] == Step(7, 1, 4, StepState.DONE, 31)
    assert [step.service_id for step in to_come(steps)] == [5]
    assert done_by(done_by(steps, 32), 33) == done_by(steps, 32)
