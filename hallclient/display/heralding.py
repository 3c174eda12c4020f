"""Which calls this board speaks: those of the zones that it leads, and no call twice.

A board that leads passes a call on at once. One that does not keeps it for a while: when it becomes
the leader, because another was killed or closed, it speaks what nobody has spoken and what is not
too old. Calls from before it led are looked up first.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from hallclient.domain.announcement import Announcement, CallKey
    from hallclient.services.board import BoardCall

TOO_OLD_S: Final = 45.0


class Herald:
    """Stands between board and voice. Its methods may be called by any thread and do not wait,
    but ``led``: that one asks the hall.

    ``say`` is the voice. ``known`` asks the hall what is known of calls, ``look`` makes the
    reporter come by soon, which leads to ``led``.
    """

    def __init__(
        self,
        say: Callable[[BoardCall], None],
        known: Callable[[Iterable[CallKey]], Mapping[CallKey, Announcement]],
        look: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._say = say
        self._known = known
        self._look = look
        self._clock = clock
        self._lock = threading.Lock()
        self._since: dict[str, float] = {}
        self._waiting: dict[CallKey, tuple[BoardCall, float]] = {}

    def call(self, call: BoardCall, age_s: float) -> None:
        """Take a call that was made so long ago."""
        called_at = self._clock() - age_s
        with self._lock:
            since = self._since.get(call.zone)
            fresh = since is not None and called_at >= since
            if not fresh:
                self._waiting[_key(call)] = (call, called_at)
                self._forget_old()
        if fresh:
            self._say(call)
        elif since is not None:
            self._look()

    def drop(self, turn_id: int) -> None:
        """Forget the calls of a turn: the citizen stands at the window, or is not awaited there."""
        with self._lock:
            for key in [key for key in self._waiting if key[0] == turn_id]:
                del self._waiting[key]

    def led(self, zones: frozenset[str]) -> None:
        """Take the zones that this board leads now; speak what waited in them for a voice."""
        now = self._clock()
        with self._lock:
            self._since = {zone: self._since.get(zone, now) for zone in zones}
            self._forget_old()
            mine = [call for call, _at in self._waiting.values() if call.zone in zones]
        if mine:
            known = self._known([_key(call) for call in mine])
            for call in mine:
                self._settle(call, known.get(_key(call)))

    def _settle(self, call: BoardCall, known: Announcement | None) -> None:
        with self._lock:
            waited = self._waiting.pop(_key(call), None)
        spoken = known is not None and (known.spoken_at is not None or known.why is not None)
        if waited is not None and not spoken:
            self._say(call)

    def _forget_old(self) -> None:
        limit = self._clock() - TOO_OLD_S
        for key in [key for key, (_, called_at) in self._waiting.items() if called_at < limit]:
            del self._waiting[key]


def _key(call: BoardCall) -> CallKey:
    return call.turn_id, call.calls
