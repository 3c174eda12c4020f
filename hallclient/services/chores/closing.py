"""The slip of a closed day: its figures and the journal's head, on paper and out of reach."""

from datetime import timedelta
from typing import Final

from hallclient.phrases import Phrases
from hallclient.services.jobs import SlipKind
from hallclient.services.print_jobs import put_job
from hallclient.services.receipts import closing_slip
from hallclient.services.store import Reader, Store
from hallclient.services.store_records import BusinessDay

CAUGHT_UP: Final = timedelta(days=7)
"""A day that was closed longer ago gets no slip any more: its job may be deleted already."""
_DAYS: Final = 8


class ClosingChore:
    """Asks the hall's station for the slip of each closed day, once for each time it is closed."""

    name = "closing"
    about = "print the slip of the closed day"
    daily = False

    def wanted(self, reader: Reader) -> bool:
        """Return whether a closed day has no slip yet."""
        return _without_slip(reader) is not None

    def step(self, store: Store) -> str:
        """Ask for the slip of the oldest day that has none."""
        with store.look() as reader:  # nothing to do holds nobody up
            if not self.wanted(reader):
                return ""
        with store.change("chore:closing") as tx:
            day = _without_slip(tx)
            if day is None:
                return ""
            station = tx.plan.rules.closing_station
            slip = closing_slip(tx.plan, day, tx.day_figures(day.day), Phrases(), tx.now)
            put_job(tx, station, slip, SlipKind.CLOSING, _subject(day))
        return f"asked {station} to print the slip of {day.day}"


def _without_slip(reader: Reader) -> BusinessDay | None:
    if not reader.plan.rules.closing_station:
        return None
    wanted = None
    for day in reader.days(_DAYS):  # newest first
        closed = day.closed_at
        if closed is None or day.head is None or reader.now - closed > CAUGHT_UP:
            continue
        # A day that was opened again and closed has another head.
        if not any(job.made_at >= closed for job in reader.print_jobs_about(_subject(day))):
            wanted = day
    return wanted


def _subject(day: BusinessDay) -> str:
    return f"day:{day.day}"
