"""The chore that moves stars once a day, where the hall shows any."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from hallclient.domain.calendar import A_DAY, day_began
from hallclient.domain.stars import DayLevels, Score, first_day, next_score, score_of
from hallclient.services.own_totals import last_closed
from hallclient.services.public_records import Stars
from hallclient.services.store import Reader, Store

STAFF_AT_ONCE: Final = 50
"""Rows of one transaction: the hall waits for no longer than a call takes."""


@dataclass(frozen=True, slots=True)
class _Move:
    staff_id: int
    stars: Stars | None


class StarsChore:
    """Adds closed days to the stars on windows' screens (``domain.stars``)."""

    name = "stars"
    about = "add closed days to the stars beside the clerks' photos"
    daily = True

    def wanted(self, reader: Reader) -> bool:
        """Return whether the hall shows stars and a day was ever closed."""
        return reader.plan.rules.rating_stars and last_closed(reader) is not None

    def step(self, store: Store) -> str:
        """Write the stars of everybody whose stars move."""
        with store.look() as reader:
            through = last_closed(reader)
            shows = reader.plan.rules.rating_stars and through is not None
            moves = _moves(reader, through) if shows and through is not None else ()
        for first in range(0, len(moves), STAFF_AT_ONCE):
            with store.change("chore:stars") as tx:  # a view of what is: nothing to journal
                for move in moves[first : first + STAFF_AT_ONCE]:
                    tx.save_stars(move.staff_id, move.stars)
        return f"stars up to {through}: {len(moves)}" if moves else ""


def _moves(reader: Reader, through: date) -> tuple[_Move, ...]:
    zone, start = reader.plan.time_zone, reader.plan.rules.day_start
    by_staff: dict[int, list[DayLevels]] = {}
    day = first_day(through)
    while day <= through:
        began, ended = day_began(day, zone, start), day_began(day + A_DAY, zone, start)
        for staff_id, (count, total) in reader.levels_between(began, ended).items():
            by_staff.setdefault(staff_id, []).append(DayLevels(day, count, total))
        day += A_DAY
    found = []
    for member in reader.plan.staff:
        known = reader.stars_of(member.id)
        before = Score(known.tenths, known.ratings) if known is not None else None
        left = known is not None and first_day(known.through) != first_day(through)
        after = next_score(score_of(by_staff.get(member.id, ())), before, month_left=left)
        if after != before:
            stars = Stars(after.tenths, after.ratings, through) if after is not None else None
            found.append(_Move(member.id, stars))
    return tuple(found)
