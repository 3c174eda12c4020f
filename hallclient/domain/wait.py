"""A wait as it is told, before anybody rounds it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wait:
    """Minutes from now to the call: one in ten waits less than ``p10``, one in ten over ``p90``."""

    p10: float
    p50: float
    p90: float


@dataclass(frozen=True, slots=True)
class Told:
    """What was told with a ticket, kept with it to learn from.

    ``ahead`` waited before it then, ``calls`` is what the pace of its queue had counted.
    """

    wait: Wait
    ahead: int
    calls: int
