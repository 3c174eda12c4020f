"""A day as it is drawn before it is played: who comes when and for what, who sits where.

All times are whole seconds after local midnight. One seed gives one day; which citizen gets which
window is not drawn, that is what the hall decides.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time
from enum import StrEnum
from itertools import cycle
from math import exp, log, sqrt
from random import Random
from typing import NamedTuple

from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import ServiceKind, ServiceWindow
from hallclient.domain.rating import Level
from hallclient.domain.rules import PriorityClass
from hallclient.domain.turn import Outcome
from hallclient.services.hallfile.traffic import ServiceLoad, Slot, Traffic

WEEKDAY = 2
"""Tuesday is the normal day of the profiles we have."""
SLOT_S = 1800
SHORTEST_S, LONGEST_S = 20, 3 * 3600
LUNCH_S = 40 * 60
LUNCHES = (11 * 3600 + 1800, 12 * 3600 + 900)
OVERTIME_S = 90 * 60
"""So long after its closing a window goes on calling; whoever waits then is abandoned."""

NO_SHOW_SHARE, RETURN_SHARE, RATING_SHARE, PRIORITY_SHARE = 0.03, 0.40, 0.60, 0.04
DETOUR_SHARE = 0.15
RELIEF_EVERY, RELIEF_S = 5, (14 * 3600, 16 * 3600)
LENT, LENT_S, STOPPED, STOPPED_S = 4, 3600, 2, 300
ERRANDS_S = (9 * 3600 + 1800, 15 * 3600)
LEVELS: Mapping[Level, float] = {
    Level.VERY_SATISFIED: 78.0,
    Level.SATISFIED: 17.0,
    Level.FAIRLY_SATISFIED: 3.5,
    Level.DISSATISFIED: 1.0,
    Level.VERY_DISSATISFIED: 0.5,
}
OUTCOMES: Mapping[ServiceKind, Mapping[Outcome, float]] = {
    ServiceKind.INSTANT: {Outcome.INSTANT: 92, Outcome.SUPPLEMENT: 6, Outcome.REFUSED: 2},
    ServiceKind.PROMISED: {Outcome.PROMISED: 88, Outcome.SUPPLEMENT: 9, Outcome.REFUSED: 3},
    ServiceKind.CONSULT: {Outcome.CONSULT: 1},
    ServiceKind.COLLECT: {Outcome.COLLECT: 1},
}


class Detour(StrEnum):
    """What happens between the start and the end of somebody's first turn."""

    HOLD_ANY = "hold_any"
    HOLD_HERE = "hold_here"
    HOLD_EVENT = "hold_event"
    TO_WINDOW = "to_window"
    TO_STAFF = "to_staff"
    RETURN = "return"
    SPLIT = "split"
    TAKE_BACK = "take_back"


@dataclass(frozen=True, slots=True)
class Citizen:
    """One citizen and all that will be true of them, whenever and wherever they are called.

    ``returns_after`` is the time from the no-show to the guide desk, None for who never comes
    back; ``rates_after`` the time from the outcome to the key, None for who presses none.
    """

    number: int
    arrives: int
    service: str
    queue: str
    priority: PriorityClass
    walks: int
    handling: int
    shows_up: bool
    returns_after: int | None
    outcome: Outcome
    rates_after: int | None
    level: Level
    detour: Detour | None = None


@dataclass(frozen=True, slots=True)
class Errand:
    """Something that a supervisor does: ``lend`` a window (``what``) to one more queue (``more``).

    ``lend`` puts it behind the window's own, ``lend_first`` before them. Or ``give_back`` it,
    ``stop`` a queue for a reason, ``reopen`` it.
    """

    at: int
    act: str
    what: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class Break:
    """A pause of a window, at the first free moment after ``at``."""

    at: int
    lasts: int
    reason: str


@dataclass(frozen=True, slots=True)
class WindowDay:
    """A window's day. It closes when nobody waits after ``closes``, at ``stops`` in any case."""

    window: str
    queues: tuple[str, ...]
    staff: str
    signs_in: int
    opens: int
    closes: int
    stops: int
    breaks: tuple[Break, ...]
    refreshes: int
    """Second within five in which the terminal reads its counts anew."""
    hands_over: int = 0
    """When the window goes to the ``relief``, whatever is going on there; 0 for never."""
    relief: str = ""


@dataclass(frozen=True, slots=True)
class DayPlan:
    """A drawn day. ``tickets_until`` says when each queue gives out its last number."""

    citizens: tuple[Citizen, ...]
    windows: tuple[WindowDay, ...]
    kiosks: int
    tickets_until: Mapping[str, int]
    errands: tuple[Errand, ...] = ()


def draw_day(plan: HallPlan, traffic: Traffic, *, cases: int, windows: int, seed: int) -> DayPlan:
    """Draw a day of exactly ``cases`` arrivals at ``windows`` windows of the hall.

    With fewer windows than the hall has, every queue keeps at least one as long as there are
    enough; else the busiest queues are kept. Raises ``ValueError`` when nothing can be drawn.
    """
    random = Random(seed)  # noqa: S311 - a drawn day, not a secret
    slots = traffic.day(WEEKDAY)
    load: dict[str, float] = defaultdict(float)
    for slot in slots:
        load[slot.queue] += slot.weight
    chosen = choose_windows(plan, load, windows)
    served = {code for window in chosen for code in window.ranks[0]}
    citizens = _arrivals(
        plan, traffic, [slot for slot in slots if slot.queue in served], cases, random
    )
    clerks = [member.code for member in plan.staff if member.role == "clerk"]
    if len(clerks) < len(chosen):
        raise ValueError(f"the hall has {len(clerks)} clerks for {len(chosen)} windows")
    days = [
        _window_day(plan, window, clerk, place, random)
        for place, (window, clerk) in enumerate(zip(chosen, clerks, strict=False))
    ]
    # Drawn behind all else: the rest of the day is the same with them and without.
    return DayPlan(
        citizens=_with_detours(citizens, random),
        windows=_with_reliefs(days, clerks[len(days) :], random),
        errands=_errands(days, random),
        kiosks=max(1, round(len(chosen) / 18)),
        tickets_until={code: hours_on(plan, code).tickets_until for code in served},
    )


def plain_day(drawn: DayPlan) -> DayPlan:
    """Return the day with the same citizens and windows, and nothing out of the ordinary."""
    return replace(
        drawn,
        citizens=tuple(replace(one, detour=None) for one in drawn.citizens),
        windows=tuple(replace(one, hands_over=0, relief="") for one in drawn.windows),
        errands=(),
    )


def _with_detours(citizens: Sequence[Citizen], random: Random) -> tuple[Citizen, ...]:
    """Let some citizens cause a detour: every kind in turn, so that a small day has them all."""
    kinds = cycle(Detour)
    return tuple(
        replace(citizen, detour=next(kinds))
        if citizen.shows_up and random.random() < DETOUR_SHARE
        else citizen
        for citizen in citizens
    )


def _with_reliefs(
    days: Sequence[WindowDay], spare: Sequence[str], random: Random
) -> tuple[WindowDay, ...]:
    """Let every fifth window be handed over in the afternoon, as far as there are clerks for it."""
    relieved = dict(zip(range(0, len(days), RELIEF_EVERY), spare, strict=False))
    return tuple(
        replace(day, relief=relieved[place], hands_over=random.randint(*RELIEF_S))
        if place in relieved
        else day
        for place, day in enumerate(days)
    )


def _errands(days: Sequence[WindowDay], random: Random) -> tuple[Errand, ...]:
    """Draw what a supervisor does: a window lent for an hour, a queue stopped for some minutes."""
    found = []
    queues = sorted({code for day in days for code in day.queues})
    for day in random.sample(list(days), min(LENT, len(days))):
        at = random.randint(*ERRANDS_S)
        more = random.choice(queues)
        found += [
            Errand(at, "lend", day.window, more),
            Errand(at + LENT_S, "give_back", day.window),
        ]
    for queue in random.sample(queues, min(STOPPED, len(queues))):
        at = random.randint(*ERRANDS_S)
        found += [Errand(at, "stop", queue, "system"), Errand(at + STOPPED_S, "reopen", queue)]
    return tuple(sorted(found, key=lambda one: one.at))


def choose_windows(plan: HallPlan, load: Mapping[str, float], wanted: int) -> list[ServiceWindow]:
    """Choose windows so that the queues keep their share of them; at least one each if it goes."""
    groups: dict[str, list[ServiceWindow]] = {}
    for window in plan.windows:
        if window.ranks and window.ranks[0]:
            groups.setdefault(window.ranks[0][0], []).append(window)
    total = sum(map(len, groups.values()))
    if not 1 <= wanted <= total:
        raise ValueError(f"the hall has 1 to {total} windows to open, not {wanted}")
    busiest = sorted(groups, key=lambda code: -load.get(code, 0.0))
    share = dict.fromkeys(busiest[:wanted], 1)
    while sum(share.values()) < wanted:
        open_ones = [code for code in share if share[code] < len(groups[code])]
        share[max(open_ones, key=lambda code: len(groups[code]) / share[code])] += 1
    kept = {window.code for code, count in share.items() for window in groups[code][:count]}
    return [window for window in plan.windows if window.code in kept]


def handling_seconds(load: ServiceLoad, random: Random) -> int:
    """Draw a handling time: log-normal with the mean and deviation of the service."""
    variance = log(1 + (load.minutes_sd / load.minutes) ** 2)
    minutes = exp(random.gauss(log(load.minutes) - variance / 2, sqrt(variance)))
    return min(max(round(minutes * 60), SHORTEST_S), LONGEST_S)


def _arrivals(
    plan: HallPlan, traffic: Traffic, slots: Sequence[Slot], cases: int, random: Random
) -> tuple[Citizen, ...]:
    """Poisson arrivals given their total: every arrival draws its slot by weight."""
    offered: dict[str, list[ServiceLoad]] = {}
    for load in traffic.services:
        service = plan.service_of.get(load.service)
        if service is not None and load.tickets_normal_day > 0:
            offered.setdefault(service.queue, []).append(load)
    cells = [slot for slot in slots if slot.weight > 0 and slot.queue in offered]
    if not cells:
        raise ValueError("the day profile has nobody for the queues of this hall")
    drawn = random.choices(cells, [slot.weight for slot in cells], k=cases)
    arrivals = sorted(
        (_second(slot.start) + random.randrange(SLOT_S), slot.queue) for slot in drawn
    )
    weights = {code: [load.tickets_normal_day for load in loads] for code, loads in offered.items()}
    return tuple(
        _citizen(
            plan,
            number,
            arrives,
            random.choices(offered[queue], weights[queue])[0],
            random,
        )
        for number, (arrives, queue) in enumerate(arrivals)
    )


def _citizen(
    plan: HallPlan, number: int, arrives: int, load: ServiceLoad, random: Random
) -> Citizen:
    service = plan.service(load.service)
    outcomes = OUTCOMES[service.kind]
    shows_up = random.random() >= NO_SHOW_SHARE
    special = random.random() < PRIORITY_SHARE
    return Citizen(
        number=number,
        arrives=arrives,
        service=service.code,
        queue=service.queue,
        priority=PriorityClass.ELDERLY if special else PriorityClass.NORMAL,
        walks=round(random.triangular(10, 60, 15)),
        handling=handling_seconds(load, random),
        shows_up=shows_up,
        returns_after=(random.randint(60, 1500) if random.random() < RETURN_SHARE else None),
        outcome=random.choices(list(outcomes), list(outcomes.values()))[0],
        rates_after=random.randint(2, 15) if random.random() < RATING_SHARE else None,
        level=random.choices(list(LEVELS), list(LEVELS.values()))[0],
    )


def _window_day(
    plan: HallPlan, window: ServiceWindow, staff: str, place: int, random: Random
) -> WindowDay:
    hours = [hours_on(plan, code) for code in window.ranks[0]]
    opens, closes = min(h.opens for h in hours), max(h.closes for h in hours)
    breaks = [Break(LUNCHES[place % 2], LUNCH_S, "meal")]
    breaks += [
        Break(random.randint(opens + 1800, closes - 1800), random.randint(120, 360), reason)
        for reason in random.sample(["device", "files", "away"], random.randint(0, 2))
    ]
    known = plan.rules.pause_reasons
    return WindowDay(
        window=window.code,
        queues=window.queues,
        staff=staff,
        signs_in=opens - random.randint(30, 600),
        opens=opens,
        closes=closes,
        stops=closes + OVERTIME_S,
        breaks=tuple(sorted((b for b in breaks if b.reason in known), key=lambda b: b.at)),
        refreshes=random.randrange(5),
    )


class DayHours(NamedTuple):
    """When a queue opens and closes, and gives out its first and its last number."""

    opens: int
    closes: int
    tickets_from: int
    tickets_until: int


def hours_on(plan: HallPlan, queue: str) -> DayHours:
    """Return a queue's hours on the day that is drawn; a hall without any: 9 to 17."""
    own = [session for session in plan.hours if session.queue == queue]
    own = own or [session for session in plan.hours if not session.queue]
    today = [session for session in own if session.weekday == WEEKDAY]
    if not today:
        return DayHours(9 * 3600, 17 * 3600, 0, 17 * 3600)
    return DayHours(
        min(_second(session.opens) for session in today),
        max(_second(session.closes) for session in today),
        min(_second(session.tickets_from) for session in today),
        max(_second(session.tickets_until) for session in today),
    )


def _second(at: time) -> int:
    return at.hour * 3600 + at.minute * 60 + at.second
