"""Which calls stand large on the board, and for how long. No clock of its own, no Qt.

The newest call stands until the next one. With ``n`` calls waiting behind it, it holds
8 s / (1 + n), at least 2 s (visual.md §4). From a backlog of four there are four tiles with the
four newest calls; a tile's call keeps its place until a newer one replaces it. Whoever is passed
over stands among the recent calls, or in the ``crowd``. Times are monotonic seconds.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from hallclient.services.board import BoardCall

HOLD_S = 8.0
MIN_HOLD_S = 2.0
TILES = 4


def hold_s(backlog: int) -> float:
    """Return how long a call holds with ``backlog`` calls waiting behind it."""
    return max(MIN_HOLD_S, HOLD_S / (1 + backlog))


@dataclass(frozen=True, slots=True)
class Hero:
    """The large calls since ``since``, and the calls ``waiting`` to be large, oldest first."""

    shown: tuple[BoardCall, ...] = ()
    waiting: tuple[BoardCall, ...] = ()
    since: float = 0.0

    @property
    def grid(self) -> bool:
        """Tell whether there are tiles instead of one large call."""
        return len(self.shown) > 1

    def due(self) -> float | None:
        """Return the time of the next change, None when there is nothing to change."""
        if self.waiting:
            return self.since + hold_s(len(self.waiting))
        return self.since + HOLD_S if self.grid else None

    def called(self, call: BoardCall, now: float) -> "Hero":
        """Take a new call or a recall. A call that is large already is renewed in its place."""
        if any(_same(call, shown) for shown in self.shown):
            shown = tuple(call if _same(call, old) else old for old in self.shown)
            since = self.since if self.waiting else now
            return replace(self, shown=shown, since=since).turned(now)
        waiting = (*(old for old in self.waiting if not _same(call, old)), call)
        return replace(self, waiting=waiting).turned(now)

    def without(self, gone: Callable[[BoardCall], bool], now: float) -> "Hero":
        """Forget the calls that are ``gone``."""
        shown = tuple(call for call in self.shown if not gone(call))
        waiting = tuple(call for call in self.waiting if not gone(call))
        return replace(self, shown=shown, waiting=waiting).turned(now)

    def turned(self, now: float) -> "Hero":
        """Return the hero as it should be at ``now``."""
        due = self.due()
        if self.waiting and not self.shown:
            return replace(self, shown=self.waiting[:1], waiting=self.waiting[1:], since=now)
        if due is None or now < due:
            return self
        if len(self.waiting) >= TILES or (self.grid and self.waiting):
            return Hero(self._tiles(self.waiting[-TILES:]), (), now)
        if self.waiting:
            return Hero(self.waiting[:1], self.waiting[1:], now)
        return Hero((max(self.shown, key=lambda call: call.called_at),), (), now)

    def _tiles(self, new: tuple[BoardCall, ...]) -> tuple[BoardCall, ...]:
        """Return four calls; on a grid, the newcomers take the places of the oldest."""
        if not self.grid:
            return (*new[::-1], *self.shown)[:TILES]
        by_age = sorted(self.shown, key=lambda call: call.called_at)
        leaving = {call.label for call in by_age[: max(0, len(self.shown) + len(new) - TILES)]}
        newcomers = iter(new)
        kept = [next(newcomers) if old.label in leaving else old for old in self.shown]
        return (*kept, *newcomers)


def _same(one: BoardCall, other: BoardCall) -> bool:
    return one.label == other.label


def slots(hero: Hero) -> tuple[BoardCall | None, ...]:
    """Return what stands on the four tiles, None for an empty one."""
    return (*hero.shown, *(None,) * TILES)[:TILES]
