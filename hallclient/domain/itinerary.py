"""Several services in one visit (联办): the steps of one ticket through its queues.

Theory of operation. A ticket keeps its key when it is sent on, so its claim counts in every queue of
the visit from the moment of issue: while the citizen is at one window, the other queues move on. A
queue whose wait is now ``w`` minutes therefore serves the citizen at ``max(t, w)`` when they come
there after ``t``: the best order goes where the wait is short while the long one passes by itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import inf

WALK = 2.0
"""Minutes from one queue's windows to another's."""
MOST = 8
"""Steps that can be ordered; a hall allows fewer (``HallRules.services_at_once``)."""


class StepState(StrEnum):
    """Where a step is. The ticket waits for, or is at, the first step that is still to come."""

    TO_COME = "to_come"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Step:
    """One service of a ticket with several. ``position`` counts from 1 and may change."""

    ticket_id: int
    position: int
    service_id: int
    state: StepState = StepState.TO_COME
    turn_id: int | None = None
    """The turn that did it."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A service that a visit has to pass, and what is known of its queue. Minutes from now."""

    service: str
    queue: str
    minutes: float
    """At the window."""
    wait: float
    """Until the queue comes to a claim that is made now."""
    hours: tuple[tuple[float, float], ...] = ((0.0, inf),)
    """When the queue is served today: [from, until), in order."""
    after: frozenset[str] = frozenset()
    """Services that come before this one when the visit has them."""

    def starts(self, arrival: float) -> float | None:
        """Return when the citizen's turn comes, None when not today any more."""
        ready = max(arrival, self.wait)
        return next((max(ready, begin) for begin, end in self.hours if ready < end), None)


@dataclass(frozen=True, slots=True)
class Leg:
    """A stop on its way: when its turn comes (None: not today), after how long a wait there."""

    stop: Stop
    starts: float | None
    waits: float


@dataclass(frozen=True, slots=True)
class Route:
    """The stops in an order. ``finish`` is when the last one is done, in minutes from now."""

    legs: tuple[Leg, ...] = ()
    finish: float = 0.0

    @property
    def services(self) -> tuple[str, ...]:
        """Return the codes of the services in order."""
        return tuple(leg.stop.service for leg in self.legs)

    @property
    def waits(self) -> float:
        """Return the minutes of waiting in all."""
        return sum(leg.waits for leg in self.legs)

    @property
    def missed(self) -> tuple[str, ...]:
        """Return the services that this order does not reach today."""
        return tuple(leg.stop.service for leg in self.legs if leg.starts is None)

    @property
    def cost(self) -> tuple[int, float]:
        """Return what the best order has least of: services missed, then minutes in all."""
        return len(self.missed), round(self.finish, 3)

    def then(self, stop: Stop) -> "Route":
        """Return this route with one stop more. A missed one takes no time."""
        walks = bool(self.legs) and self.legs[-1].stop.queue != stop.queue
        arrival = self.finish + (WALK if walks else 0.0)
        starts = stop.starts(arrival)
        if starts is None:
            return Route((*self.legs, Leg(stop, None, 0.0)), self.finish)
        leg = Leg(stop, starts, starts - arrival)
        return Route((*self.legs, leg), starts + stop.minutes)


def route(stops: Iterable[Stop]) -> Route:
    """Return the way through the stops in the order they have."""
    found = Route()
    for stop in stops:
        found = found.then(stop)
    return found


def best_route(stops: Sequence[Stop]) -> Route:
    """Return the order that misses least and is done first; among equals the citizen's own.

    What comes before what (``after``) always holds, unless the hall contradicts itself. Raises
    ``ValueError`` for more than ``MOST`` stops.
    """
    if len(stops) > MOST:
        raise ValueError(f"{len(stops)} stops are more than can be ordered")
    best = _search(Route(), tuple(stops), None)
    return best or route(stops)


def misplaced(stops: Sequence[Stop]) -> tuple[str, str] | None:
    """Return the first two services in the wrong order: one, and what has to come before it."""
    for place, stop in enumerate(stops):
        for later in stops[place + 1 :]:
            if later.service in stop.after and stop.service not in later.after:
                return stop.service, later.service
    return None


def _search(so_far: Route, left: tuple[Stop, ...], best: Route | None) -> Route | None:
    """Return the best way on, or ``best``; cost only grows on the way, so a dear one is left."""
    if best is not None and so_far.cost >= best.cost:
        return best
    if not left:
        return so_far
    codes = {stop.service for stop in left}
    ready = [stop for stop in left if not stop.after & (codes - {stop.service})]
    for stop in ready or left:
        rest = tuple(other for other in left if other is not stop)
        best = _search(so_far.then(stop), rest, best)
    return best


# The steps of a ticket.


def to_come(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Return the steps that are still to come, in order."""
    left = [step for step in steps if step.state is StepState.TO_COME]
    return tuple(sorted(left, key=lambda step: step.position))


def done_by(steps: Sequence[Step], turn_id: int) -> tuple[Step, ...]:
    """Return the steps after a turn has done the first one that was still to come."""
    first = to_come(steps)[:1]
    return tuple(
        replace(step, state=StepState.DONE, turn_id=turn_id) if step in first else step
        for step in steps
    )


def rearranged(ticket_id: int, steps: Sequence[Step], wanted: Sequence[int]) -> tuple[Step, ...]:
    """Return the steps with those still to come replaced by ``wanted`` (ids of services).

    What is done stays where it is; what is no longer wanted is kept at the end as dropped, for the
    record.
    """
    kept = [step for step in steps if step.state is StepState.DONE]
    new = [Step(ticket_id, 0, service_id) for service_id in wanted]
    before = [step for step in steps if step.state is StepState.DROPPED]
    gone = [
        replace(step, state=StepState.DROPPED)
        for step in to_come(steps)
        if step.service_id not in wanted
    ]
    again = set(wanted)
    former = [step for step in (*before, *gone) if step.service_id not in again]
    ordered = (*sorted(kept, key=lambda step: step.position), *new, *former)
    return tuple(replace(step, position=place) for place, step in enumerate(ordered, start=1))
