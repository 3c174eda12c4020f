"""Between a board and its voice: which calls are spoken here, and none that was spoken elsewhere.

A voice holds the calls of zones that another board leads. When the lead comes, because that board
was killed or closed, the hall is asked what became of them, and the rest is spoken. Calls that were
made before this board led are looked up in the same way. As long as any of them may still wait here
the hall is asked again with each report: the board before may tell late what it spoke.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from typing import TYPE_CHECKING, Final

from hallclient.domain.announcement import Unspoken
from hallclient.domain.speaking import OLDEST, CallToSpeak

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from datetime import datetime

    from hallclient.display.speaker import Voice
    from hallclient.domain.announcement import Announcement, CallKey
    from hallclient.domain.hall import HallPlan
    from hallclient.services.board import BoardCall

REMEMBERED: Final = 500
"""Tickets whose turn is known by their label: the calls of many minutes."""


class Herald:
    """Fulfils the board's ``desk.Voice`` by a ``speaker.Voice``.

    ``stand``, ``announce`` and ``settle`` belong to the UI thread and do not wait; ``led`` belongs
    to the reporter's and asks the hall (``known``). ``look`` makes the reporter come by soon, which
    leads to ``led``; ``now`` is the hall's time.
    """

    def __init__(
        self,
        voice: Voice,
        known: Callable[[Iterable[CallKey]], Mapping[CallKey, Announcement]],
        look: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        self._voice = voice
        self._known = known
        self._look = look
        self._now = now
        self._lock = threading.Lock()
        self._since: dict[str, datetime] = {}
        self._doubtful: dict[CallKey, CallToSpeak] = {}
        self._begun: deque[CallToSpeak] = deque(maxlen=REMEMBERED)
        """Served before it was known whether to speak them: the hall was away, or not yet asked."""
        self._turns: OrderedDict[str, int] = OrderedDict()
        self._placed: frozenset[str] = frozenset()
        self._inherited: dict[CallKey, datetime] = {}
        """Calls that another board may have spoken, and when they were taken over from it."""

    def stand(self, plan: HallPlan, zones: Iterable[str]) -> None:
        """Take the zones that this board may speak for: on several floors their place is said."""
        spoken = frozenset(zones)
        floors = {zone.floor for zone in plan.zones if zone.code in spoken}
        self._placed = spoken if len(floors) > 1 else frozenset()

    def announce(self, call: BoardCall, *, found: bool) -> bool:
        """Take a call; return whether it is going to be spoken here.

        One that is not awaited any more is told to be unspoken, by whoever leads its zone.
        """
        place = call.zone if call.zone in self._placed else ""
        spoken = CallToSpeak(
            call.turn_id, call.calls, call.label, call.window, call.zone, call.called_at, place
        )
        if not call.awaited:
            with self._lock:
                self._begun.append(spoken)
            self._look()
            return False
        with self._lock:
            self._remember(call)
            since = self._since.get(call.zone)
            doubtful = since is not None and (found or call.called_at < since)
            if doubtful:
                self._doubtful[spoken.key] = spoken
        if doubtful:
            self._look()
            return False
        self._voice.call(spoken)
        return since is not None

    def settle(self, label: str) -> None:
        """Take that a ticket need not be called any more."""
        with self._lock:
            turn_id = self._turns.pop(label, None)
            if turn_id is None:
                return
            doubtful = [key for key in self._doubtful if key[0] == turn_id]
            self._begun.extend(self._doubtful.pop(key) for key in doubtful)
        self._voice.answered(turn_id)
        if doubtful:
            self._look()

    def led(self, zones: frozenset[str]) -> None:
        """Take the zones whose calls are to be spoken here from now on.

        Without any the hall is not asked: it may be away, and that is why.
        """
        now = self._now()
        with self._lock:
            fresh = zones.difference(self._since)
            changed = zones != self._since.keys()
            doubtful = tuple(self._doubtful.values())
            begun = tuple(self._begun) if zones else ()
        if not zones:
            self._voice.lead(zones)  # before the doubtful calls: they wait there
        held = self._voice.held() if fresh else ()
        dealt = self._dealt((*held, *(call.key for call in doubtful)), begun) if zones else ()
        with self._lock:
            self._since = {zone: self._since.get(zone, now) for zone in zones}
            for _told in begun:
                self._begun.popleft()
            left = [call for call in doubtful if self._doubtful.pop(call.key, None) is not None]
        for call in left:
            self._voice.call(call)
        if changed and zones:
            self._voice.lead(zones)
        for call in begun:
            if call.key not in dealt and call.zone in zones:
                self._voice.call(call)
                self._voice.answered(call.turn_id)

    def _dealt(self, taken: Iterable[CallKey], begun: Iterable[CallToSpeak]) -> Collection[CallKey]:
        """Ask what became of calls; return, and have forgotten, those that need not be spoken.

        Asked are those taken over now or lately, and those begun.
        """
        now = self._now()
        lately = {key: at for key, at in self._inherited.items() if now - at <= OLDEST}
        self._inherited = lately | dict.fromkeys(taken, now)
        asked = {*self._inherited, *(call.key for call in begun)}
        known = self._known(asked) if asked else {}
        dealt = [key for key, one in known.items() if _is_dealt(one)]
        for key in dealt:
            self._inherited.pop(key, None)
        if dealt:
            self._voice.heard_elsewhere(dealt)
        return dealt

    def _remember(self, call: BoardCall) -> None:
        self._turns[call.label] = call.turn_id
        self._turns.move_to_end(call.label)
        while len(self._turns) > REMEMBERED:
            self._turns.popitem(last=False)


def _is_dealt(known: Announcement) -> bool:
    """Return whether a call need not be spoken any more; a board without sound decides nothing."""
    silent = known.why is not None and known.why is not Unspoken.NO_SOUND
    return known.spoken_at is not None or silent
