"""Small days for the tests of what-if: two queues, a few windows, everybody the same."""

from collections.abc import Mapping
from datetime import UTC, datetime

from hallclient.services.whatif.record import (
    DayRecord,
    QueueRecord,
    Ranks,
    Span,
    Visit,
    WindowRecord,
)

NINE, NOON, FIVE = 9 * 3600.0, 12 * 3600.0, 17 * 3600.0
MIDNIGHT = datetime(2026, 9, 28, 16, tzinfo=UTC)
"""Of Tuesday, the 29th, in Shanghai."""


def a_day(
    came: Mapping[str, int], ranks: Mapping[str, Ranks], *, minutes: float = 5, until: float = NOON
) -> DayRecord:
    """So many come to each queue, evenly from nine to ``until``; windows are open from 9 to 17."""
    visits = [
        (NINE + at * (until - NINE) / count, code)
        for code, count in came.items()
        for at in range(count)
    ]
    return DayRecord(
        midnight=MIDNIGHT,
        visits=tuple(
            Visit(number, at, code, minutes * 60)
            for number, (at, code) in enumerate(sorted(visits))
        ),
        windows=tuple(
            WindowRecord(number, (Span(NINE, FIVE, queues, FIVE + 3600),))
            for number, queues in ranks.items()
        ),
        queues=tuple(QueueRecord(code, NINE, FIVE, NINE, FIVE) for code in came),
    )
