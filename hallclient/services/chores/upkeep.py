"""The database is tended once a business day: statistics, and what deleted rows left behind."""

from hallclient.services.day_records import Done
from hallclient.services.store import Reader, Store


class UpkeepChore:
    """Comes behind the retention, so that nothing of what went stays in a file."""

    name = "upkeep"
    about = "renew the database's statistics and empty its log"
    daily = True

    def wanted(self, reader: Reader) -> bool:
        """Return whether it was not tended since the last day ended."""
        last = reader.last_over()
        return last is not None and not reader.days_done(Done.UPKEEP, last, last)

    def step(self, store: Store) -> str:
        """Tend it."""
        with store.look() as reader:
            if not self.wanted(reader):
                return ""
        done = store.tend()
        with store.change("chore:upkeep") as tx:
            last = tx.last_over()
            if last is not None:
                tx.mark_day(last, Done.UPKEEP)
        return f"database: {done}"
