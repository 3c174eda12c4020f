"""The satisfaction rating 好差评: five levels, one per turn, after the service ended."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum, StrEnum

from hallclient.domain.calendar import A_DAY, WorkCalendar
from hallclient.domain.errors import NotAllowed
from hallclient.domain.journal import canonical
from hallclient.domain.rules import DayCount, HallRules
from hallclient.domain.turn import RATED_OUTCOMES, Turn

GRACE = timedelta(seconds=10)
"""A key pressed in time may arrive a little later than the limit: wire, bus and database."""


class Level(IntEnum):
    """The five levels of 国办发〔2019〕51号; 2 and 1 are bad ratings."""

    VERY_DISSATISFIED = 1
    DISSATISFIED = 2
    FAIRLY_SATISFIED = 3
    SATISFIED = 4
    VERY_SATISFIED = 5


class Origin(StrEnum):
    """Who chose the level: the citizen, or site policy after a while without an answer."""

    ACTIVE = "active"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Rating:
    """One rating of one turn. ``salt`` makes the journal's digest meaningless once it is purged."""

    id: int
    turn_id: int
    level: Level
    origin: Origin
    device: str
    given_at: datetime
    salt: bytes
    reasons: tuple[str, ...] = ()
    """Codes of ``domain.rating_reason``."""

    def digest(self) -> str:
        """Return what the journal keeps instead of level and reasons.

        A telephone number is not in it: it is purged before the rating, and its seal is bound to
        the rating's id.
        """
        facts: dict[str, object] = {
            "id": self.id,
            "turn": self.turn_id,
            "level": int(self.level),
        }
        if self.reasons:  # as ratings were digested before there were reasons
            facts["reasons"] = list(self.reasons)
        return hashlib.sha256(self.salt + canonical(facts).encode()).hexdigest()


def check_ask(turn: Turn) -> None:
    """Raise ``NotAllowed`` unless the service of this turn ended with something to rate."""
    if turn.ended_at is None or turn.result not in RATED_OUTCOMES:
        raise NotAllowed("rating_too_early", "a rating is asked for when the service has ended")


def check_open(turn: Turn, at: datetime, limit_seconds: int) -> None:
    """Raise ``NotAllowed`` unless this turn's rating was asked for and is still open at ``at``."""
    check_ask(turn)
    asked = turn.rating_asked_at
    if asked is None or at > asked + timedelta(seconds=limit_seconds) + GRACE:
        raise NotAllowed("rating_closed", "the time for this rating is over")


def last_day_to_rate(served: date, rules: HallRules, calendar: WorkCalendar) -> date:
    """Return the last day on which the citizen of a service may still rate (domain.md §5)."""
    if rules.default_days is DayCount.WORKING:
        return calendar.after(served, rules.default_after_days)
    return served + rules.default_after_days * A_DAY


def defaults_before(today: date, rules: HallRules, calendar: WorkCalendar) -> date | None:
    """Return the first day whose turns may still be rated: earlier ones get the default level.

    None where the hall writes no default.
    """
    if not rules.default_level:
        return None
    day = today
    while last_day_to_rate(day - A_DAY, rules, calendar) >= today:
        day -= A_DAY
    return day
