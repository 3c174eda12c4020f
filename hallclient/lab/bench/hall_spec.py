"""What ``bench hall`` plays: who is there, how fast, and in which stretches of time."""

import json
from dataclasses import asdict, dataclass

from hallclient.lab.replay.day import RATING_SHARE

STEPS = ("issue", "call", "start", "finish", "rate")
CHANGES_A_CASE = 4 + RATING_SHARE
"""A number, a call, a start, an end; and so many citizens rate."""
SWITCHED_ON_EACH_S = 0.12
"""For each client from the first one's feed until all have settled; nothing is due then.

Two cores switch on what in a hall are 253 PCs.
"""
LEAST_S = 2.0
OPENING_CASES, SETTLING_CASES = 2, 1
"""How long windows open one after another, and then all work, before a stretch counts.

What each connection does for the first time it does then: all at once a hall of 220 windows would
begin with a line of some hundred changes, which nothing but time takes away.
"""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch that is measured, in seconds from the beginning."""

    name: str
    begins: float
    ends: float

    def has(self, at: float) -> bool:
        """Return whether a moment is in it."""
        return self.begins <= at < self.ends


@dataclass(frozen=True, slots=True)
class Spec:
    """One run. ``rate`` is in changes a second; 0: nobody does anything.

    ``boards`` has the zones of each display. ``follows`` False leaves out the part with feeds.
    """

    database: str
    folder: str
    windows: tuple[str, ...]
    kiosks: int
    boards: tuple[tuple[str, ...], ...]
    consoles: int
    rate: float
    seconds: float
    together: int = 1
    """Clients in one process."""
    bare: bool = True
    """Whether the same load is played first with nobody following."""
    follows: bool = True
    seed: int = 1

    @property
    def warm_s(self) -> float:
        """Before a stretch counts: until all windows are open and in all parts of their cases."""
        return self.opening_s + max(LEAST_S, SETTLING_CASES * self.case_s) if self.rate else 0.0

    @property
    def opening_s(self) -> float:
        """How long windows open, one after another."""
        return OPENING_CASES * self.case_s

    @property
    def case_s(self) -> float:
        """How long a case takes: each window has one all the time."""
        return len(self.windows) / self.cases_per_s if self.rate else 0.0

    @property
    def follow_s(self) -> float:
        """From the first client's feed on, until the stretch with followers counts."""
        clients = len(self.windows) + self.kiosks + len(self.boards) + self.consoles
        return max(LEAST_S, SWITCHED_ON_EACH_S * clients) + self.warm_s

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        """The measured stretches: the load alone, then with everybody following.

        Between them the cases that have begun come to their end.
        """
        found, at = [], self.warm_s
        if self.bare:
            found.append(Stretch("bare", at, at + self.seconds))
            at += self.seconds
        if self.follows:
            at += (self.case_s if self.bare else 0.0) + self.follow_s
            found.append(Stretch("hall", at, at + self.seconds))
        return tuple(found)

    @property
    def follow_at(self) -> float | None:
        """When the feeds begin."""
        return self.stretches[-1].begins - self.follow_s if self.follows else None

    @property
    def ends(self) -> float:
        """When the load ends."""
        return self.stretches[-1].ends

    def plays(self, at: float, place: float = 0.0) -> bool:
        """Return whether anything may be due at a moment for whoever is at that place.

        From 0 to 1, the first window opens first.
        """
        hall = self.stretches[-1]
        settled = hall.begins - self.warm_s
        if self.follows and hall.begins - self.follow_s <= at < settled:
            return False
        opens = settled if self.follows and at >= settled else 0.0
        return opens + place * self.opening_s <= at < self.ends

    @property
    def cases_per_s(self) -> float:
        """How many citizens come a second."""
        return self.rate / CHANGES_A_CASE

    def text(self) -> str:
        """Return it for another process."""
        return json.dumps(asdict(self))

    @classmethod
    def of(cls, text: str) -> "Spec":
        """Read what ``text`` wrote."""
        raw = json.loads(text)
        raw["windows"] = tuple(raw["windows"])
        raw["boards"] = tuple(tuple(zones) for zones in raw["boards"])
        return cls(**raw)


@dataclass(slots=True)
class Deed:
    """A change by a client: when it was due, begun and committed, in seconds from the beginning.

    ``turn`` is 0 where there was none: a call that found nobody. ``again`` counts the times the
    database turned it away as too busy.
    """

    step: str
    due: float
    began: float
    done: float
    turn: int = 0
    zone: str = ""
    again: int = 0
    statements: int = 0
