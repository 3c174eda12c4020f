"""Places for a burst of calls: who was pushed off the board too soon stands here.

Forty windows call in one second, and the board has ten places: four tiles and six boxes. Whoever
leaves them within two seconds, or found none, gets one of thirty small places, at once while there
are any and else in the order of the calls; each is kept for two seconds at least. When nobody waits
and all have stood for eight seconds, the places are gone. No clock of its own, no Qt.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from hallclient.services.board import BoardCall

PLACES = 30
"""With tiles and boxes, room for forty calls at once."""
STANDS_S = 2.0
HOLD_S = 8.0
WAITING = 500
"""More than a hall has windows; what is older than that many calls is forgotten."""
CALM_S = 1.0
"""Places are given to others at most so often (visual.md §4)."""


@dataclass(frozen=True, slots=True)
class Stand:
    """A call in a place, and since when."""

    call: BoardCall
    since: float


@dataclass(frozen=True, slots=True)
class Crowd:
    """The small ``places``, None for an empty one, and who ``waits`` for one, oldest first."""

    places: tuple[Stand | None, ...] = ()
    waits: tuple[BoardCall, ...] = ()
    turned_at: float = 0.0
    _young: Mapping[str, tuple[BoardCall, float | None]] = field(default_factory=dict)
    """By label: who has not stood for two seconds yet, and since when he stands elsewhere."""

    def __bool__(self) -> bool:
        return any(self.places)

    @property
    def calls(self) -> tuple[BoardCall | None, ...]:
        """The calls in the places."""
        return tuple(None if one is None else one.call for one in self.places)

    def called(self, call: BoardCall) -> "Crowd":
        """Take a new call or a recall; its call before is over."""
        left = self.without(lambda one: one.label == call.label)
        return left.with_young(call)

    def without(self, gone: Callable[[BoardCall], bool]) -> "Crowd":
        """Forget the calls that are ``gone``; their places stay empty."""
        places = tuple(None if one and gone(one.call) else one for one in self.places)
        return replace(
            self,
            places=places if any(places) else (),
            waits=tuple(one for one in self.waits if not gone(one)),
            _young={label: one for label, one in self._young.items() if not gone(one[0])},
        )

    def noted(self, elsewhere: Iterable[BoardCall], now: float, room: int = PLACES) -> "Crowd":
        """Take who stands on tiles and in boxes from ``now`` on, and give places to the others.

        ``room`` is how many places the board has; another one than before when it was turned.
        """
        if not (self._young or self.places or self.waits):
            return self
        there = {call.label for call in elsewhere}
        young: dict[str, tuple[BoardCall, float | None]] = {}
        waits = list(self.waits)
        for label, (call, since) in self._young.items():
            if label in there:
                young[label] = (call, now if since is None else since)
            elif since is None or now < since + STANDS_S:
                waits.append(call)
        old = {label for label, (_, at) in young.items() if at is not None and now >= at + STANDS_S}
        young = {label: one for label, one in young.items() if label not in old}
        left = [one.call for one in self.places[room:] if one is not None]
        places, waiting = self.places[:room], (*left, *waits)[-WAITING:]
        return replace(self, places=places, waits=waiting, _young=young).turned(now, room)

    def due(self) -> float | None:
        """Return when ``noted`` should be asked again, None for never."""
        since = [one.since for one in self.places if one is not None]
        if self.waits:
            return max(min(since, default=0.0) + STANDS_S, self.turned_at + CALM_S)
        return max(since) + HOLD_S if since else None

    def with_young(self, call: BoardCall) -> "Crowd":
        """Take a call that has no place yet."""
        return replace(self, _young={**self._young, call.label: (call, None)})

    def turned(self, now: float, room: int) -> "Crowd":
        """Fill what is empty; what has stood long enough is given to those who wait."""
        places = [*self.places, *(None,) * (room - len(self.places))]
        waits = list(self.waits)
        calm = now >= self.turned_at + CALM_S
        turned = False
        for index, one in enumerate(places):
            if not waits:
                break
            if one is None:
                places[index] = Stand(waits.pop(0), now)
            elif calm and now >= one.since + STANDS_S:
                places[index] = Stand(waits.pop(0), now)
                turned = True
        stands = [one.since for one in places if one is not None]
        over = not waits and (not stands or now >= max(stands) + HOLD_S)
        at = now if turned else self.turned_at
        return replace(self, places=() if over else tuple(places), waits=tuple(waits), turned_at=at)
