"""Ratings that were given on telephones come into the hall as files, each turn's first one counts.

Whoever runs the page behind the hall's follow URL sends them; it is not part of this program. A
file may come twice, and late: what counts is when a rating was given, and whether its turn could be
rated then (``default_after_days``). A turn that somebody has rated keeps that; a default level that
the hall has written gives way.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from hallclient.domain.calendar import business_day
from hallclient.domain.errors import DomainError
from hallclient.domain.rating import check_ask, last_day_to_rate
from hallclient.domain.rights import Right
from hallclient.services.member import member_with
from hallclient.services.rating_codes import RatingCodes
from hallclient.services.ratings import RatingWords, add_rating

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hallclient.services.appointments.files import Problem
    from hallclient.services.rating_files import Answer, ParsedAnswers
    from hallclient.services.sealing import HallKey
    from hallclient.services.store import Store, Transaction

DEVICE = "phone"
FOLDER = "agent:ratings"
"""Who hands in what arrives in the agent's folder: whoever may write there."""
CLOCKS_DIFFER = timedelta(minutes=5)
"""The sender's clock may be so far off."""
_AT_ONCE = 20


class Became(StrEnum):
    """What became of a line."""

    TAKEN = "taken"
    KNOWN = "known"
    """Its turn had been rated."""
    STRANGE = "strange"
    """Its code is none of this hall."""
    LATE = "late"
    """Given when its turn could not be rated any more."""
    EARLY = "early"
    """Given before the service had ended, or later than now."""


@dataclass(frozen=True, slots=True)
class InboxReport:
    """What became of a file. Counts and line numbers; no level, no code."""

    taken: int = 0
    known: int = 0
    refused: tuple[tuple[int, Became], ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether every line was taken or known."""
        return not self.refused and not self.problems

    def __str__(self) -> str:
        """Return the report as people read it, a line for each problem."""
        text = f"{self.taken} taken, {self.known} rated before, {len(self.told)} refused."
        return "\n".join([text, *(f"Line {line}: {why}." for line, why in self.told)])

    @property
    def told(self) -> tuple[tuple[int, str], ...]:
        """Return the lines that were not taken, and why."""
        lines = [(one.line, one.text) for one in self.problems]
        return tuple(sorted([*lines, *((line, _WHY[why]) for line, why in self.refused)]))


_WHY = {
    Became.STRANGE: "its code is none of this hall",
    Became.LATE: "it was given when it was too late to rate",
    Became.EARLY: "it was given before the service ended, or later than now",
}


def take_in(store: Store, parsed: ParsedAnswers, key: HallKey, member: str = "") -> InboxReport:
    """Take in what a file says; raises ``StoreError`` when the database is away.

    ``member`` is the staff number of who hands it in: ``Refused`` without the right to speak for
    the hall. Without one it is the agent's folder, and the journal says so.

    What was taken before that stays; the whole file can be taken in again. Of two lines of one turn
    the one that was given first counts.
    """
    codes = RatingCodes(key)
    answers = sorted(parsed.answers, key=lambda one: (one.given_at, one.line))
    counts: Counter[Became] = Counter()
    refused: list[tuple[int, Became]] = []
    for begin in range(0, max(1, len(answers)), _AT_ONCE):
        for line, became in _some(store, answers[begin : begin + _AT_ONCE], codes, key, member):
            counts[became] += 1
            if became not in (Became.TAKEN, Became.KNOWN):
                refused.append((line, became))
    return InboxReport(
        counts[Became.TAKEN], counts[Became.KNOWN], tuple(sorted(refused)), parsed.problems
    )


def _some(
    store: Store, answers: Sequence[Answer], codes: RatingCodes, key: HallKey, member: str
) -> list[tuple[int, Became]]:
    with store.change(f"staff:{member}" if member else FOLDER) as tx:
        if member:
            member_with(tx, member, Right.BROADCAST)
        return [(one.line, _take(tx, one, codes.turn_of(one.code), key)) for one in answers]


def _take(tx: Transaction, answer: Answer, turn_id: int | None, key: HallKey) -> Became:
    turn = tx.turn(turn_id) if turn_id is not None else None
    if turn is None:
        return Became.STRANGE
    try:
        check_ask(turn)
    except DomainError:
        return Became.EARLY
    assert turn.ended_at is not None  # noqa: S101 - see check_ask
    if not turn.ended_at - CLOCKS_DIFFER <= answer.given_at <= tx.now + CLOCKS_DIFFER:
        return Became.EARLY
    plan = tx.plan
    zone, start = plan.time_zone, plan.rules.day_start
    served = business_day(turn.ended_at, zone, start)
    given = business_day(answer.given_at, zone, start)
    if given > last_day_to_rate(served, plan.rules, plan.work_calendar):
        return Became.LATE
    at = min(max(answer.given_at, turn.ended_at), tx.now)
    words = RatingWords(answer.reasons, answer.contact, key)
    new = add_rating(tx, turn.id, answer.level, DEVICE, at, words)
    return Became.TAKEN if new else Became.KNOWN
