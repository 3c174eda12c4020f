"""Who did not rate in time gets the hall's default level, where site policy has one."""

from datetime import datetime
from typing import Final

from hallclient.domain.calendar import business_day, day_began
from hallclient.domain.rating import defaults_before
from hallclient.services.ratings import DEFAULTED, add_defaults
from hallclient.services.store import Reader, Store

BATCH: Final = 200
"""Ratings of one transaction: the hall waits for no longer than a call takes."""


class RatingsChore:
    """Writes default ratings (domain.md §5); they are marked, reports show them apart."""

    name = "ratings"
    about = "write the default level for turns nobody rated in time"
    daily = True

    def wanted(self, reader: Reader) -> bool:
        """Return whether a turn waits for its default level."""
        before = _before(reader)
        return before is not None and bool(reader.unrated(before, 1, after=before - DEFAULTED))

    def step(self, store: Store) -> str:
        """Write the next default ratings."""
        with store.look() as reader:  # nothing to do holds nobody up
            if not self.wanted(reader):
                return ""
        with store.change("chore:ratings") as tx:
            before = _before(tx)
            count = add_defaults(tx, before, BATCH) if before is not None else 0
        return f"default ratings written: {count}" if count else ""


def _before(reader: Reader) -> datetime | None:
    plan = reader.plan
    zone, start = plan.time_zone, plan.rules.day_start
    today = business_day(reader.now, zone, start)
    day = defaults_before(today, plan.rules, plan.work_calendar)
    return None if day is None else day_began(day, zone, start)
