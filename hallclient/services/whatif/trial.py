"""Days of the hall on which somebody tries changes by hand: today so far, a day, a usual day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hallclient.domain.errors import NotFound
from hallclient.services.whatif.now import EarlierDays
from hallclient.services.whatif.recorded import recorded_day

if TYPE_CHECKING:
    from datetime import date

    from hallclient.services.store import Reader
    from hallclient.services.whatif.record import DayRecord
    from hallclient.services.whatif.recorded import RecordedDay


@dataclass(frozen=True)
class TrialDays:
    """What is played. Several days stand for a usual one and are put together."""

    days: tuple[date, ...]
    records: tuple[DayRecord, ...]

    @property
    def windows(self) -> tuple[str, ...]:
        """Numbers of the windows that were open on all of these days, in the hall's order."""
        known = [{one.number for one in record.windows if one.spans} for record in self.records]
        everywhere = set[str]().union(*known).intersection(*known)
        return tuple(one.number for one in self.records[0].windows if one.number in everywhere)

    @property
    def queues(self) -> tuple[str, ...]:
        """Codes of the queues that all of these days have, in the hall's order."""
        known = [set(record.queue_of) for record in self.records]
        everywhere = set[str]().union(*known).intersection(*known)
        return tuple(one.code for one in self.records[0].queues if one.code in everywhere)

    @property
    def hours(self) -> tuple[float, float]:
        """Seconds of the day between which queues are open, on any of these days."""
        queues = [one for record in self.records for one in record.queues]
        return min(one.opens for one in queues), max(one.closes for one in queues)


def trial_days(reader: Reader, day: date | None, earlier: EarlierDays | None = None) -> TrialDays:
    """Return a business day, the open one up to now; None: a usual day, of up to three closed ones.

    Raises ``NotFound`` where the hall has no record.
    """
    if day is not None:
        recorded: tuple[RecordedDay, ...] = (recorded_day(reader, day),)
    else:
        recorded = (earlier or EarlierDays()).of(reader, reader.day or reader.now.date())
    if not recorded or not all(one.record.queues for one in recorded):
        raise NotFound("no_such_day", "the hall has no record of such a day", day=str(day or ""))
    return TrialDays(tuple(one.day for one in recorded), tuple(one.record for one in recorded))
