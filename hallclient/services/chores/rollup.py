"""Closed days are counted once, so that a report of years need not read the history."""

from datetime import date
from typing import Final

from hallclient.domain.calendar import A_DAY
from hallclient.services.day_records import COUNTED, Done
from hallclient.services.day_sums import NOBODYS, decided_cases, moments
from hallclient.services.store import Reader, Store, Transaction

_CHANGES: Final = ("rating.", "follow_up.", "case.", "day.")
"""How the kinds of entries begin that may have changed what was counted."""
_MOST_NEWS: Final = 1000
_TRIES: Final = 5


class RollupChore:
    """Counts each calendar day that is over: its tickets and turns, its ratings, its cases.

    Also the days without business: a rating comes on a Sunday, too. A day whose figures change
    later has lost its mark and is counted anew; until then reports read its history.
    """

    name = "rollup"
    about = "count closed days for the reports"
    daily = True

    def wanted(self, reader: Reader) -> bool:
        """Return whether a day that is over is not counted."""
        return _next(reader) is not None

    def step(self, store: Store) -> str:
        """Count the oldest day that is not counted, or is no longer right."""
        for _ in range(_TRIES):
            with store.look() as reader:  # counted without holding anybody up
                found = _next(reader)
                if found is None:
                    return ""
                seq = reader.seq
                day, todo = found
                floor = reader.counted_day(day) if Done.FLOOR in todo else {}
                cells = (
                    reader.rating_cells(*moments(reader.plan, day, day), NOBODYS)
                    if Done.RATINGS in todo
                    else ()
                )
                cases = decided_cases(reader, day, day) if Done.CASES in todo else {}
            with store.change("chore:rollup") as tx:  # a view of what is: nothing to journal
                if _moved(tx, seq):
                    continue
                if Done.FLOOR in todo:
                    tx.keep_floor(day, floor)
                if Done.RATINGS in todo:
                    tx.keep_ratings(day, cells)
                if Done.CASES in todo:
                    tx.keep_cases(day, cases)
            return f"counted {day}"
        return ""  # too much is going on just now; the next look is never far


def _next(reader: Reader) -> tuple[date, frozenset[Done]] | None:
    first, last = reader.first_day(), reader.last_over()
    if first is None or last is None:
        return None
    done = {what: reader.days_done(what, first, last) for what in COUNTED}
    while first <= last:
        todo = frozenset(what for what in COUNTED if first not in done[what])
        if todo:
            return first, todo
        first += A_DAY
    return None


def _moved(tx: Transaction, seq: int) -> bool:
    news = tx.entries_after(seq, _MOST_NEWS)
    return len(news) == _MOST_NEWS or any(
        one.kind.startswith(_CHANGES) or (one.kind == "ticket.issued" and "day" in one.data)
        for one in news  # a number of a kiosk's spool that came when its day was over names it
    )
