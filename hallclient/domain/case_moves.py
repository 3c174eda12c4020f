"""What can happen to a case after the turn that opened it: the one table of its moves."""

from enum import StrEnum

from hallclient.domain.case import Case, CaseResult
from hallclient.domain.errors import NotAllowed
from hallclient.domain.turn import Outcome


class CaseState(StrEnum):
    """Where a case is."""

    OWED = "owed"
    """Not accepted, and what is missing has not been told."""
    TOLD = "told"
    """Not accepted; the citizen knows what is missing."""
    RUNNING = "running"
    """Accepted, and its clock runs."""
    STANDING = "standing"
    """Accepted; a hearing, a test or an expert's review stops the clock."""
    DONE = "done"


class CaseMove(StrEnum):
    """What staff, or the passing of time, may do to a case."""

    TELL = "tell"
    """Tell what is missing, later than at the window."""
    ACCEPT = "accept"
    """The material is complete: the clock starts."""
    DEEM = "deem"
    """Nothing was told in time: it counts as accepted from receipt (行政许可法 §32(4))."""
    SUSPEND = "suspend"
    RESUME = "resume"
    FINISH = "finish"
    DROP = "drop"
    """Nothing is left to decide: withdrawn, or closed."""


ALLOWED: dict[tuple[CaseState, CaseMove], CaseState] = {
    (CaseState.OWED, CaseMove.TELL): CaseState.TOLD,
    (CaseState.OWED, CaseMove.ACCEPT): CaseState.RUNNING,
    (CaseState.OWED, CaseMove.DEEM): CaseState.RUNNING,
    (CaseState.OWED, CaseMove.DROP): CaseState.DONE,
    (CaseState.TOLD, CaseMove.ACCEPT): CaseState.RUNNING,
    (CaseState.TOLD, CaseMove.DROP): CaseState.DONE,
    (CaseState.RUNNING, CaseMove.SUSPEND): CaseState.STANDING,
    (CaseState.RUNNING, CaseMove.FINISH): CaseState.DONE,
    (CaseState.RUNNING, CaseMove.DROP): CaseState.DONE,
    (CaseState.STANDING, CaseMove.RESUME): CaseState.RUNNING,
    (CaseState.STANDING, CaseMove.DROP): CaseState.DONE,
}

MOVE_OF_RESULT = {
    CaseResult.GRANTED: CaseMove.FINISH,
    CaseResult.DENIED: CaseMove.FINISH,
    CaseResult.WITHDRAWN: CaseMove.DROP,
    CaseResult.CLOSED: CaseMove.DROP,
}
CORRECTIONS = ("mistake", "citizen", "papers", "other")
"""Why the outcome of a turn is corrected on the same day."""


def state_of(case: Case, *, standing: bool) -> CaseState:
    """Return where a case is; ``standing``: a suspension of it has not ended."""
    if case.finished_at is not None:
        return CaseState.DONE
    if case.kind is Outcome.SUPPLEMENT:
        return CaseState.OWED if case.told_at is None else CaseState.TOLD
    return CaseState.STANDING if standing else CaseState.RUNNING


def moved(state: CaseState, move: CaseMove) -> CaseState:
    """Return the state a move leads to, or raise ``NotAllowed`` (``case_move``)."""
    target = ALLOWED.get((state, move))
    if target is None:
        raise NotAllowed("case_move", f"a case that is {state} cannot {move}")
    return target


def results_for(state: CaseState) -> tuple[CaseResult, ...]:
    """Return how a case in this state may be finished now."""
    return tuple(r for r, move in MOVE_OF_RESULT.items() if (state, move) in ALLOWED)
