"""The simulation against the product: one drawn day through both, queue by queue.

The product plays it through its services on a database (``lab.replay``), the simulation by itself.
"""

from collections.abc import Callable
from dataclasses import dataclass

from hallclient.lab.replay.day import draw_day
from hallclient.lab.replay.report import Report, Waits
from hallclient.lab.replay.run import Options, replay
from hallclient.lab.simulate.drawn import drawn_record
from hallclient.services.hallfile import LoadedHall
from hallclient.services.hallfile.traffic import Traffic
from hallclient.services.whatif.play import play
from hallclient.services.whatif.result import QueueResult


@dataclass(frozen=True, slots=True)
class Pair:
    """One queue's waits, as the product had them and as they are simulated."""

    name: str
    product: Waits
    simulated: QueueResult

    @property
    def apart(self) -> float:
        """Return by how many minutes the mean is off."""
        return self.simulated.mean - self.product.mean


@dataclass(frozen=True)
class CheckReport:
    """The whole hall and its queues, the busiest first."""

    report: Report
    hall: Pair
    queues: tuple[Pair, ...]

    @property
    def apart(self) -> float:
        """Return how far the queues' means are off on average, weighed by calls, in minutes."""
        calls = sum(pair.product.called for pair in self.queues)
        return sum(abs(pair.apart) * pair.product.called for pair in self.queues) / max(calls, 1)


def check(
    loaded: LoadedHall,
    traffic: Traffic,
    options: Options,
    progress: Callable[[int], None] | None = None,
) -> CheckReport:
    """Play a plain day both ways. Raises as ``replay`` does."""
    drawn = draw_day(
        loaded.plan, traffic, cases=options.cases, windows=options.windows, seed=options.seed
    )
    report = replay(loaded, traffic, options, progress)
    played = play(drawn_record(loaded.plan, drawn, report.day))
    pairs = tuple(
        Pair(code, waits, played.queues[code]) for code, waits in report.wait_by_queue.items()
    )
    return CheckReport(report, Pair("hall", report.wait_minutes, played.hall), pairs)
