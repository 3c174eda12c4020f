"""What is kept of closed days, and by which words reports ask for it."""

from enum import StrEnum
from typing import Final


class Done(StrEnum):
    """What is done for a closed day: counted three ways, its tickets' links cut, files tended."""

    FLOOR = "floor"
    RATINGS = "ratings"
    CASES = "cases"
    LINKS = "links"
    UPKEEP = "upkeep"


COUNTED: Final = (Done.FLOOR, Done.RATINGS, Done.CASES)


class Part(StrEnum):
    """What the rows of closed days are told apart by."""

    QUEUE = "queue"
    SERVICE = "service"
    WINDOW = "window"
    STAFF = "staff"
    DAY = "day"
