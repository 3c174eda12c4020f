"""How fast a queue goes: learned with every ticket and every call, in O(1).

One ``Pace`` a queue is stored beside its count and changed in the same transaction as the ticket.
All times are minutes on one clock that never goes back; their zero does not matter. Busy is the
time of a day in which somebody waits; what lies ``HALF_LIFE`` busy minutes back counts half.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from math import exp, log
from operator import attrgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hallclient.domain.wait import Told

HALF_LIFE = 60.0
"""Busy minutes after which a call counts half."""
DAY_KEPT = 0.7
"""What an earlier day still counts after one more."""
STEP = 0.012
"""How far one call moves the queue's own shift of the middle, in log minutes."""
SPREAD_STEP = 0.03
"""How far one call moves the queue's own widths, in logs of log minutes."""
AT_ONCE = 0.5
"""Minutes: who waited no longer was called by a free window."""
WIDEST = 0.7
"""How far a quantile of a queue may be shifted: to the half, to the double."""
OVERTAKING_KEPT = 0.99
"""What a call still counts for the overtaking after one more."""
STARTED = 3.0
"""Calls that the pace of its hall is worth to a queue that has shown nothing yet."""
TELLING = 10.0
"""Calls of a hall before its pace tells anything of a new queue."""
STILL = 120.0
"""Minutes: a line in which nothing moved for longer was left standing over night, not served."""
LARGEST = 1e12
"""Larger numbers are damage: minutes since the beginning of any clock are fewer."""


@dataclass(slots=True)
class Pace:
    """What a queue has shown today and on earlier days.

    ``windows`` is how many open windows serve the queue, ``calls`` counts the calls of the day,
    ``began`` is when the day's first ticket or window came, ``last_came`` when he came who was
    called last (0 for none). ``low_…``, ``middle_…`` and ``high_…`` are the queue's own corrections
    of its quantiles, for nobody ahead and for a long line, learned from what its tickets were told.
    ``passed`` calls were made before those that ``ahead`` people were told to be before.
    """

    at: float = 0.0
    began: float = 0.0
    waiting: int = 0
    windows: int = 0
    calls: int = 0
    busy_calls: float = 0.0
    busy_minutes: float = 0.0
    window_minutes: float = 0.0
    day_calls: float = 0.0
    day_minutes: float = 0.0
    last_came: float = 0.0
    earlier_calls: float = 0.0
    earlier_minutes: float = 0.0
    passed: float = 0.0
    ahead: float = 0.0
    low_short: float = 0.0
    low_long: float = 0.0
    middle_short: float = 0.0
    middle_long: float = 0.0
    high_short: float = 0.0
    high_long: float = 0.0

    def joined(self, at: float) -> None:
        """Somebody begins to wait."""
        self._pass(at)
        self.waiting += 1

    def called(self, at: float, waited: float | None, told: Told | None = None) -> None:
        """Somebody is called, ``waited`` minutes after the ticket, and was ``told`` this with it.

        ``waited`` is None for who did not wait since his ticket: he missed a call, was passed on.
        """
        self._pass(at)
        self.waiting = max(0, self.waiting - 1)
        # Whom a free window takes at once tells nothing of how fast a line goes.
        if self.waiting or waited is None or waited > AT_ONCE:
            self.busy_calls += 1
            self.day_calls += 1
        if waited is not None:
            if told is not None and told.wait.p10 > 0:  # Else at a free window.
                self._learn(max(0.0, waited), told)
            self.last_came = self.at - max(0.0, waited)
        self.calls += 1

    def left(self, at: float) -> None:
        """Somebody stops to wait without a call: a transfer, the close of the day."""
        self._pass(at)
        self.waiting = max(0, self.waiting - 1)

    def open_windows(self, at: float, windows: int) -> None:
        """Note how many open windows serve the queue from now on.

        None before the first move is no move yet: a hall file loaded the evening before.
        """
        if windows > 0 or self.began:
            self._pass(at)
        self.at = max(at, self.at)
        self.windows = max(0, windows)

    def day_ended(self, at: float) -> None:
        """Today becomes an earlier day; nobody waits and nobody serves."""
        self._pass(at)
        self.earlier_calls = DAY_KEPT * self.earlier_calls + self.day_calls
        self.earlier_minutes = DAY_KEPT * self.earlier_minutes + self.day_minutes
        self.waiting = self.windows = self.calls = 0
        self.busy_calls = self.busy_minutes = self.window_minutes = 0.0
        self.day_calls = self.day_minutes = self.last_came = self.began = 0.0

    def start_from(self, minutes: float | None) -> None:
        """Take over the minutes a call of the hall, where the queue has shown nothing itself."""
        if minutes is not None and self.earlier_calls + self.day_calls < STARTED:
            self.earlier_calls, self.earlier_minutes = STARTED, STARTED * minutes

    @property
    def is_borrowed(self) -> bool:
        """Return whether it is hardly more yet than what the hall lent it."""
        return self.earlier_calls + self.day_calls < 2 * STARTED

    def shifts(self, ahead: float) -> tuple[float, float, float]:
        """Return the queue's own corrections of low, middle and high with so many ahead."""
        long = line_share(ahead)
        short = 1 - long
        return (
            short * self.low_short + long * self.low_long,
            short * self.middle_short + long * self.middle_long,
            short * self.high_short + long * self.high_long,
        )

    def text(self) -> str:
        """Return what is stored: numbers in the order of the fields."""
        return json.dumps([round(value, 4) for value in _values(self)], separators=(",", ":"))

    @classmethod
    def of(cls, text: str) -> Pace:
        """Return the pace of a stored text; a new one where the text is empty or not one."""
        try:
            values = json.loads(text) if text else []
        except (ValueError, TypeError, RecursionError):
            return cls()
        return cls(*values) if _is_state(values) else cls()

    def _pass(self, at: float) -> None:
        since, self.at = max(0.0, at - self.at), max(at, self.at)
        if not self.began:
            self.began = self.at
            return
        if self.waiting and since <= STILL:
            kept = exp(-log(2) * since / HALF_LIFE)
            self.busy_calls *= kept
            self.busy_minutes = self.busy_minutes * kept + since
            self.window_minutes = self.window_minutes * kept + since * self.windows
            self.day_minutes += since

    def _learn(self, waited: float, told: Told) -> None:
        wait, share = told.wait, line_share(told.ahead)
        short, long = 1 - share, share
        miss = (waited < wait.p10) - 0.1
        self.low_short = _held(self.low_short - SPREAD_STEP * short * miss)
        self.low_long = _held(self.low_long - SPREAD_STEP * long * miss)
        miss = (waited < wait.p50) - 0.5
        self.middle_short = _held(self.middle_short - STEP * short * miss)
        self.middle_long = _held(self.middle_long - STEP * long * miss)
        miss = (waited < wait.p90) - 0.9
        self.high_short = _held(self.high_short - SPREAD_STEP * short * miss)
        self.high_long = _held(self.high_long - SPREAD_STEP * long * miss)
        if self.calls >= told.calls:
            self.passed = self.passed * OVERTAKING_KEPT + self.calls - told.calls
            self.ahead = self.ahead * OVERTAKING_KEPT + told.ahead


_FIELDS = tuple(field.name for field in fields(Pace))
_values = attrgetter(*_FIELDS)
_SHIFT = tuple(name.endswith(("_short", "_long")) for name in _FIELDS)
_WHOLE = tuple(type(getattr(Pace(), name)) is int for name in _FIELDS)


def _is_state(values: object) -> bool:
    if not isinstance(values, list) or len(values) != len(_FIELDS):
        return False
    return all(
        (type(value) is int if whole else type(value) in (int, float))
        and (-WIDEST if shift else 0) <= value < LARGEST
        for value, whole, shift in zip(values, _WHOLE, _SHIFT, strict=True)
    )


def hall_minutes(paces: Iterable[Pace]) -> float | None:
    """Return the minutes a call of all queues together, None where they have shown too little."""
    calls = minutes = 0.0
    for pace in paces:
        calls += pace.earlier_calls + pace.day_calls
        minutes += pace.earlier_minutes + pace.day_minutes
    return minutes / calls if calls >= TELLING else None


def line_share(ahead: float) -> float:
    """Return how long a line is, 0 for nobody ahead, 1 from 20 on."""
    return min(1.0, log(max(0.0, ahead) + 1) / log(21))


def _held(shift: float) -> float:
    return min(WIDEST, max(-WIDEST, shift))
