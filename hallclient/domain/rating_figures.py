"""The figures of ratings (好差评 statistics), pure: levels, response, call-backs, small groups.

Theory of operation. Active ratings make the figures; levels that were written by site policy stand
apart. A rating that was put aside by an appeal is in no figure at all. Fewer than ``LEAST`` active
ratings make no figure, and nothing is to be had by taking what is shown from the sum: in one table
the rows that are hidden have ``LEAST`` ratings together, or none (:func:`hidden`).
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, TypeVar

from hallclient.domain.case_figures import LEAST_RATINGS
from hallclient.domain.rating import Level

LEVELS: Final = tuple(sorted(Level, reverse=True))
"""非常满意 first."""
_GOOD: Final = Level.FAIRLY_SATISFIED

LEAST: Final = LEAST_RATINGS

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one group. ``levels`` are of the active ratings given, level 1 first.

    ``asked`` turns were asked for a rating, ``answered`` of them by now, ``defaults`` of them got
    the hall's level instead; the rest may still answer. ``low`` ratings wait for a call-back or
    had it: ``called`` are over, ``in_time`` within the deadline, ``late`` wait beyond it.
    """

    levels: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)
    asked: int = 0
    answered: int = 0
    defaults: int = 0
    low: int = 0
    called: int = 0
    in_time: int = 0
    late: int = 0

    @property
    def active(self) -> int:
        """Return how many citizens rated."""
        return sum(self.levels)

    @property
    def satisfied(self) -> int:
        """Return how many of them gave 基本满意 or better."""
        return sum(self.levels[_GOOD - 1 :])

    def count(self, level: Level) -> int:
        """Return how many gave a level."""
        return self.levels[level - 1]

    def __add__(self, other: "Tally") -> "Tally":
        """Return the counts of both groups."""
        one, two, three, four, five = map(sum, zip(self.levels, other.levels, strict=True))
        return Tally(
            (one, two, three, four, five),
            self.asked + other.asked,
            self.answered + other.answered,
            self.defaults + other.defaults,
            self.low + other.low,
            self.called + other.called,
            self.in_time + other.in_time,
            self.late + other.late,
        )


@dataclass(frozen=True, slots=True)
class RatingFigures:
    """What may be said of a group; None is not said: too few, or it would tell of too few.

    Shares are of 1: ``satisfied`` of the active ratings (满意率), ``response`` of the turns asked,
    ``in_time`` of the low ratings.
    """

    asked: int
    tally: Tally | None = None

    @property
    def satisfied(self) -> Fraction | None:
        """Return 满意率."""
        return _share(self.tally.satisfied, self.tally.active) if self.tally else None

    @property
    def response(self) -> Fraction | None:
        """Return which share of those who were asked has answered."""
        return _share(self.tally.answered, self.tally.asked) if self.tally else None

    @property
    def in_time(self) -> Fraction | None:
        """Return which share of the low ratings was called back within the deadline."""
        return _share(self.tally.in_time, self.tally.low) if self.tally else None


def total_of(tallies: Iterable[Tally]) -> Tally:
    """Return the counts of all groups together."""
    return sum(tallies, Tally())


def hidden(groups: Mapping[Key, int]) -> frozenset[Key]:
    """Return which groups of a table are hidden, by how many ratings each has.

    Those with fewer than ``LEAST``; when these have fewer than that together, the smallest others
    with them, since the sum minus what is shown would tell of them.
    """
    few = {key for key, count in groups.items() if 0 < count < LEAST}
    together = sum(groups[key] for key in few)
    others = sorted((key for key in groups if groups[key] >= LEAST), key=lambda key: groups[key])
    for key in others:
        if not 0 < together < LEAST:
            break
        few.add(key)
        together += groups[key]
    return frozenset(few)


def figures_of(
    groups: Mapping[Key, Tally], total: Tally
) -> tuple[RatingFigures, dict[Key, RatingFigures]]:
    """Return what may be said of all groups together, and of each."""
    secret = hidden({key: tally.active for key, tally in groups.items()})
    rows = {
        key: RatingFigures(tally.asked, None if key in secret or not tally.active else tally)
        for key, tally in groups.items()
    }
    enough = total.active >= LEAST
    return RatingFigures(total.asked, total if enough else None), rows


def _share(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None
