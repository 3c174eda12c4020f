"""How many people come when, and how long they take: the day profile for a replay.

It stands beside a hall as two tables: ``arrivals.csv`` (queue, weekday, slot, weight) and
``traffic.csv`` (service, tickets_normal_day, minutes, minutes_sd).
"""

from dataclasses import dataclass
from datetime import time
from functools import cached_property

from hallclient.services.hallfile.load import hall_path
from hallclient.services.hallfile.problems import HallFileError, Problem, Problems
from hallclient.services.hallfile.reading import read_csv


@dataclass(frozen=True, slots=True)
class Slot:
    """Tickets expected in one queue in the half hour from ``start`` of a weekday (1 Monday)."""

    queue: str
    weekday: int
    start: time
    weight: float


@dataclass(frozen=True, slots=True)
class ServiceLoad:
    """Tickets of one service on a normal day; handling time in minutes, mean and deviation."""

    service: str
    tickets_normal_day: float
    minutes: float
    minutes_sd: float


@dataclass(frozen=True)
class Traffic:
    """The day profile of a hall."""

    slots: tuple[Slot, ...]
    services: tuple[ServiceLoad, ...]

    @cached_property
    def service_of(self) -> dict[str, ServiceLoad]:
        """Loads by the code of their service."""
        return {load.service: load for load in self.services}

    def day(self, weekday: int) -> tuple[Slot, ...]:
        """Return the slots of one weekday (1 Monday … 7 Sunday), queue by queue, in time order."""
        return tuple(slot for slot in self.slots if slot.weekday == weekday)


def load_traffic(name_or_path: str) -> Traffic:
    """Load the day profile beside a hall. Raises ``HallFileError``; also when there is none."""
    folder = hall_path(name_or_path)
    if not folder.is_dir():
        text = "has no day profile; only a folder with arrivals.csv and traffic.csv has one"
        raise HallFileError([Problem(folder.name, 0, "", text)])
    problems = Problems()
    slots = []
    for row in read_csv(folder / "arrivals.csv", "arrivals", problems):
        slots.append(
            Slot(
                row.code("queue"),
                row.integer("weekday", None, 1, 7),
                row.clock("slot"),
                row.number("weight", None, 0, 100_000),
            )
        )
        row.finish()
    loads = []
    for row in read_csv(folder / "traffic.csv", "traffic", problems):
        loads.append(
            ServiceLoad(
                row.code("service"),
                row.number("tickets_normal_day", None, 0, 100_000),
                row.number("minutes", None, 0.1, 480),
                row.number("minutes_sd", None, 0, 480),
            )
        )
        row.finish()
    problems.stop_if_any()
    return Traffic(tuple(slots), tuple(loads))
