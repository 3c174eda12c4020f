"""Rows that storage hands out about public screens and ratings, beside those of the domain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from hallclient.domain.follow_up import FollowUp
    from hallclient.domain.rating import Rating
    from hallclient.domain.rating_figures import Tally


@dataclass(frozen=True, slots=True)
class Stars:
    """Stars of a person: tenths of a star, 10 to 50, from how many active ratings, up to a day."""

    tenths: int
    ratings: int
    through: date


@dataclass(frozen=True, slots=True)
class RatingRow:
    """A rating with what it is about, for those who may see ratings."""

    rating: Rating
    label: str
    window_id: int
    service_id: int
    staff_id: int
    follow_up: FollowUp | None = None
    contact: bool = False
    """Whether a telephone number was left."""


@dataclass(frozen=True, slots=True)
class RatingCell:
    """What was counted of ratings at one window for one service."""

    window_id: int
    service_id: int
    tally: Tally
