"""The business day ends at its time, not with the first citizen of the next."""

from hallclient.domain.calendar import business_day
from hallclient.services.days import close_day_if_over
from hallclient.services.store import Reader, Store


class DayChore:
    """Closes a business day that is over; the next is opened by its first change."""

    name = "day"
    about = "close the business day when it is over"
    daily = False

    def wanted(self, reader: Reader) -> bool:
        """Return whether a day is open that is not today's."""
        plan = reader.plan
        today = business_day(reader.now, plan.time_zone, plan.rules.day_start)
        return reader.day is not None and reader.day < today

    def step(self, store: Store) -> str:
        """Close the day."""
        closed = close_day_if_over(store, "chore:day")
        return f"closed the day {closed}" if closed else ""
