"""How the waits that were told on a replayed day came true, as the product itself counts them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from hallclient.domain.estimate import AT_ONCE
from hallclient.domain.wait_figures import Waited, WaitFigures, figures_of
from hallclient.services.store import Reader

SHOWN_QUEUES: Final = 5
_HEADS: Final = "  silent inside shorter longer  shown  width  error   bias"
_WIDTHS: Final = (8, 7, 8, 7, 7, 7, 7, 7)


@dataclass(frozen=True, slots=True)
class ToldDay:
    """Figures of all who were called, of those who were told three minutes at most, and more.

    ``queues`` by code; the one with most calls comes first.
    """

    hall: WaitFigures
    at_once: WaitFigures
    to_wait: WaitFigures
    queues: Mapping[str, WaitFigures]

    def lines(self) -> list[str]:
        """Return them for the terminal, the busiest queues only."""
        parts = (("told 3 min at most", self.at_once), ("told longer", self.to_wait))
        busiest = list(self.queues.items())[:SHOWN_QUEUES]
        rows = (("hall", self.hall), *parts, *busiest)
        head = f"{'waits told, minutes':<26}{'calls':>7}{'told':>7}{_HEADS}"
        return [head, *(_line(name, found) for name, found in rows)]


def told_day(waits: Sequence[Waited], codes: Mapping[int, str]) -> ToldDay:
    """Sum up the waits of a day; ``codes`` are the names of its queues."""
    by_queue: dict[int, list[Waited]] = defaultdict(list)
    for one in waits:
        by_queue[one.queue_id].append(one)
    busiest = sorted(by_queue, key=lambda queue_id: -len(by_queue[queue_id]))
    return ToldDay(
        hall=figures_of(waits),
        at_once=figures_of([one for one in waits if one.told and one.told.p90 <= AT_ONCE]),
        to_wait=figures_of([one for one in waits if one.told and one.told.p90 > AT_ONCE]),
        queues={codes[queue_id]: figures_of(by_queue[queue_id]) for queue_id in busiest},
    )


def told_in(reader: Reader, day: date) -> ToldDay:
    """Return the figures of a business day of a hall."""
    codes = {queue.id: queue.code for queue in reader.plan.queues}
    return told_day(reader.waits_of_day(day), codes)


def _line(name: str, found: WaitFigures) -> str:
    shares = (found.silent, found.within, found.below, found.above, found.shown)
    minutes = (found.width, found.mean_error, found.bias)
    cells = ["–" if share is None else f"{share:.1%}" for share in shares]
    cells += ["–" if value is None else f"{value:.1f}" for value in minutes]
    told = "".join(cell.rjust(width) for cell, width in zip(cells, _WIDTHS, strict=True))
    return f"  {name:<24}{found.called:>7}{found.told:>7}{told}"
