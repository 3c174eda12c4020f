"""Several services in one visit (联办): the steps of one ticket through its queues."""

from dataclasses import dataclass
from enum import StrEnum


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
