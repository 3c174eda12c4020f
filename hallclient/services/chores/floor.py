"""The floor's chores: what clerks see of their own week, and names on alarms that are over."""

from typing import Final

from hallclient.services.floor import floor_state
from hallclient.services.own_totals import last_closed, newest_totals, write_totals
from hallclient.services.store import Reader, Store

STAFF_AT_ONCE: Final = 50
"""Rows of one transaction: the hall waits for no longer than a call takes."""


class OwnTotalsChore:
    """Adds the last closed day to everybody's own week (visual.md §5)."""

    name = "totals"
    about = "add the closed day to what clerks see of their own week"
    daily = True

    def wanted(self, reader: Reader) -> bool:
        """Return whether a day was ever closed."""
        return last_closed(reader) is not None

    def step(self, store: Store) -> str:
        """Write the totals of everybody whose week has changed."""
        with store.look() as reader:
            through = last_closed(reader)
            totals = newest_totals(reader, through) if through is not None else ()
        for first in range(0, len(totals), STAFF_AT_ONCE):
            write_totals(store, "chore:totals", totals[first : first + STAFF_AT_ONCE])
        return f"own totals up to {through}: {len(totals)}" if totals else ""


class AlarmsChore:
    """Forgets who took care of an alarm that is over: when it comes again, it is another."""

    name = "alarms"
    about = "forget who took care of alarms that are over"
    daily = False

    def wanted(self, reader: Reader) -> bool:
        """Return whether anybody takes care of anything."""
        return bool(reader.alarms_taken())

    def step(self, store: Store) -> str:
        """Drop the names of alarms that are over."""
        with store.look() as reader:
            taken = {one.key for one in reader.alarms_taken()}
            over = taken - {alarm.key for alarm in floor_state(reader).alarms} if taken else taken
        if not over:
            return ""
        with store.change("chore:alarms") as tx:
            count = tx.drop_alarms(over)
        return f"alarms over: {count}" if count else ""
