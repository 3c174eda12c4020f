"""How fast a queue goes: learned with every ticket and every call, in O(1).

One ``Pace`` a queue is stored beside its count and changed in the same transaction as the ticket.
All times are minutes on one clock that never goes back; their zero does not matter.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from math import exp, log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hallclient.domain.wait import Told

HALF_LIFE = 60.0
"""Minutes of busy time after which a call counts half."""


@dataclass(slots=True)
class Pace:
    """What a queue has shown: decayed busy calls and busy minutes of today, and of earlier days.

    Busy is the time in which somebody waits. ``windows`` is how many open windows serve the queue,
    ``calls`` counts the calls of the day.
    """

    at: float = 0.0
    waiting: int = 0
    windows: int = 0
    calls: int = 0
    busy_calls: float = 0.0
    busy_minutes: float = 0.0
    earlier_calls: float = 0.0
    earlier_minutes: float = 0.0

    def joined(self, at: float) -> None:
        """Somebody begins to wait."""
        self._pass(at)
        self.waiting += 1

    def called(self, at: float, waited: float | None, told: Told | None = None) -> None:
        """Somebody is called, ``waited`` minutes after the ticket, and was ``told`` this with it.

        ``waited`` None: not for the first time, so the wait was not this queue's alone.
        """
        self._pass(at)
        self.busy_calls += 1
        self.calls += 1
        self.waiting = max(0, self.waiting - 1)

    def left(self, at: float) -> None:
        """Somebody stops to wait without a call: a transfer, the close of the day."""
        self._pass(at)
        self.waiting = max(0, self.waiting - 1)

    def open_windows(self, at: float, windows: int) -> None:
        """Note how many open windows serve the queue from now on."""
        self._pass(at)
        self.windows = windows

    def day_ended(self, at: float) -> None:
        """Today becomes an earlier day; nobody waits and nobody serves."""
        self._pass(at)
        self.earlier_calls = 0.5 * self.earlier_calls + self.busy_calls
        self.earlier_minutes = 0.5 * self.earlier_minutes + self.busy_minutes
        self.waiting = self.windows = self.calls = 0
        self.busy_calls = self.busy_minutes = 0.0

    def text(self) -> str:
        """Return what is stored: numbers in the order of the fields."""
        return json.dumps(list(asdict(self).values()), separators=(",", ":"))

    @classmethod
    def of(cls, text: str) -> Pace:
        """Return the pace of a stored text; a new one where the text is empty or not one."""
        try:
            values = json.loads(text) if text else []
            fit = len(values) == len(fields(cls)) and all(type(v) in (int, float) for v in values)
            return cls(*values) if fit else cls()
        except (ValueError, TypeError):
            return cls()

    def _pass(self, at: float) -> None:
        since, self.at = max(0.0, at - self.at), max(at, self.at)
        if self.waiting:
            kept = exp(-log(2) * since / HALF_LIFE)
            self.busy_calls *= kept
            self.busy_minutes = self.busy_minutes * kept + since
