"""What a clerk says when a turn ends: the outcome and all that the record of its case needs."""

from dataclasses import dataclass, field
from datetime import date

from hallclient.domain.case import Basis, Handover
from hallclient.domain.turn import Outcome


@dataclass(frozen=True, slots=True)
class Ending:
    """An outcome with its details; what is left out takes the service's usual value."""

    outcome: Outcome
    missing: tuple[str, ...] = ()
    """zh-CN names of the service's materials that a supplement lacks."""
    refused: str = ""
    """One of ``domain.case.REFUSALS``."""
    basis: Basis = Basis.NORMAL
    handover: Handover = Handover.WINDOW
    number: str = ""
    """The case's number in the department's own system; empty: made by the hall's rule."""
    due_on: date | None = None
    """Another due day than the computed one, with ``due_reason``."""
    due_reason: str = ""
    note: str = field(default="", repr=False)
    """The clerk's own words, for staff only."""


def as_ending(outcome: Ending | Outcome, missing: tuple[str, ...] = ()) -> Ending:
    """Return an ending; an outcome alone takes the service's usual values."""
    return outcome if isinstance(outcome, Ending) else Ending(outcome, missing)
