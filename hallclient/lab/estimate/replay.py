"""Replays looks at a queue as joins, calls and leaves of the very ``Pace`` that halls use.

Nothing later than the minute of an estimate is known to it: the pace has seen the looks up to then.
"""

from collections.abc import Iterator, Sequence

from hallclient.domain.estimate import FITTED, Place, Weights, estimate
from hallclient.domain.pace import Pace
from hallclient.domain.wait import Told
from hallclient.lab.estimate.rows import DAY, Example, Examples, Look, Looks, spread


class QueueReplay:
    """One queue through its days: its pace, and since when each number waits."""

    def __init__(self, weights: Weights = FITTED) -> None:
        self.pace = Pace()
        self._weights = weights
        self._last: Look | None = None
        self._since: dict[int, tuple[float, Told | None]] = {}

    def look(self, look: Look) -> None:
        """Take over what happened since the look before."""
        last = self._last
        if last is not None and look.at // DAY != last.at // DAY:
            self.pace.day_ended(last.at)
            self._since.clear()
            last = None
        last = last or Look(look.at, look.called, 0, 0)
        if look.windows is not None and look.windows != self.pace.windows:
            self.pace.open_windows(last.at, look.windows)
        self._between(last, look)
        self._last = look
        issued = look.called + look.waiting
        if look.waiting and issued > last.called + last.waiting:
            self._tell(issued, Place(look.at, look.waiting - 1, look.windows))

    def _tell(self, number: int, place: Place) -> None:
        # The last in line reads what a ticket of the hall keeps, to be learned from at his call.
        wait = estimate(self.pace, place, self._weights)
        if wait is not None:
            self._since[number] = (place.at, Told(wait, place.ahead, self.pace.calls))

    def _between(self, last: Look, look: Look) -> None:
        issued = look.called + look.waiting
        more = issued - last.called - last.waiting
        calls = spread(last.at, look.at, max(0, look.called - last.called))
        moves: list[tuple[float, int, int]] = [
            (at, 1, last.called + n) for n, at in enumerate(calls, 1)
        ]
        called_at = {number: at for at, _kind, number in moves}
        for n, at in enumerate(spread(last.at, look.at, max(0, more)), 1):
            number = issued - more + n
            # A number cannot be called before it was drawn.
            moves.append((min(at, called_at.get(number, at)), 0, number))
        moves.extend((at, 2, 0) for at in spread(last.at, look.at, max(0, -more)))
        for at, kind, number in sorted(moves):
            self._move(at, kind, number)

    def _move(self, at: float, kind: int, number: int) -> None:
        if kind == 0:
            self._since[number] = (at, None)
            self.pace.joined(at)
        elif kind == 1:
            since, told = self._since.pop(number, (at, None))
            self.pace.called(at, at - since, told)
        else:
            self.pace.left(at)


def replay(
    looks: Sequence[Look], examples: Sequence[Example], weights: Weights = FITTED
) -> Iterator[tuple[Example, Pace, Place]]:
    """Yield each example with the pace of its minute and the place of the citizen."""
    queue, ahead = QueueReplay(weights), list(examples[::-1])
    for look in looks:
        while ahead and ahead[-1].at < look.at:
            yield _placed(ahead.pop(), queue)
        queue.look(look)
    while ahead:
        yield _placed(ahead.pop(), queue)


def _placed(example: Example, queue: QueueReplay) -> tuple[Example, Pace, Place]:
    return example, queue.pace, Place(example.at, example.ahead, example.windows)


def replay_all(
    looks: Looks, examples: Examples, weights: Weights = FITTED
) -> Iterator[tuple[Example, Pace, Place]]:
    """Yield all examples, queue by queue."""
    for queue, some in sorted(examples.items()):
        yield from replay(looks.get(queue, ()), some, weights)
