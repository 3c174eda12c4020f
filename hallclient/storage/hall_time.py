"""The hall's time while its clock is behind it: set back, or set ahead before and then corrected.

The hall's time never runs backwards. If it stood until the clock has come up, so would everything
that takes time: nobody could be called again, and so nobody be missed, for an hour. It goes on
slowly instead, by what really passes, until both say the same. Far behind it hardly moves: a hall
that was shown tomorrow must not be past closing time when tomorrow comes.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

NEAR: Final = timedelta(hours=2)
SLOWLY: Final = 1 / 2
"""Seconds of the hall a second, where the clock is not further behind than ``NEAR``."""
HARDLY: Final = 1 / 8
APART: Final = timedelta(seconds=2)
"""A clock that is less behind was not set: so much is put right unseen."""


class HallTime:
    """How far the time of a store's hall is; ``ticks`` are seconds that pass whatever clocks say.

    One thread at a time.
    """

    def __init__(self, ticks: Callable[[], float]) -> None:
        self._ticks = ticks
        self._own: tuple[datetime, float] | None = None

    def reached(self, clock: datetime, last_at: datetime) -> datetime:
        """Return what the hall's time is at least, by the clock and the hall's last change."""
        ticks, own = self._ticks(), last_at
        if self._own is not None:
            since, began = self._own
            speed = SLOWLY if since - clock <= NEAR else HARDLY
            own = max(own, since + timedelta(seconds=(ticks - began) * speed))
        behind = own - clock > APART
        self._own = (own, ticks) if behind else None
        return own if behind else last_at
