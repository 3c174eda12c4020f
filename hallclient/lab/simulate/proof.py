"""Advice put to the test: the day played through the product's services, with what was advised.

Where the advice opens windows, windows of the hall that the day left shut are opened, with their
own queues; where it lends one, a supervisor lends and gives it back through ``services.lending``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import ServiceWindow
from hallclient.lab.replay.day import DayPlan, Errand, WindowDay, hours_on, plain_day
from hallclient.lab.replay.report import Waits
from hallclient.lab.replay.run import FIRST_DAY, Options, replay_drawn
from hallclient.lab.simulate.drawn import drawn_record
from hallclient.services.hallfile import LoadedHall
from hallclient.services.whatif.advice import Advice, Goal, Way, advise
from hallclient.services.whatif.result import QueueResult
from hallclient.services.whatif.trying import Budget

SIGN_IN_S = 60
NOTHING = Waits(0, 0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Proven:
    """One queue: as it was played without the advice, as promised with it, as the services did."""

    queue: str
    before: QueueResult
    promised: QueueResult
    product: Waits


@dataclass(frozen=True, slots=True)
class Proof:
    """An advice and what came of it; ``queues`` begins with the one that it is for."""

    advice: Advice
    queues: tuple[Proven, ...]
    sound: bool
    """Whether every invariant of the replay held."""


def prove(
    loaded: LoadedHall,
    drawn: DayPlan,
    goal: Goal,
    options: Options,
    ways: Sequence[Way] = tuple(Way),
    progress: Callable[[int], None] | None = None,
) -> Proof | None:
    """Play the first advice for a drawn day that the hall can follow; None where there is none.

    Raises ``StoreError``; ``ValueError`` for a day that cannot be played.
    """
    plan, day = loaded.plan, plain_day(drawn)
    record = drawn_record(plan, day, FIRST_DAY)
    advised = advise([record], goal=goal, budget=Budget(600.0, 2000))
    for one in (one for queue in advised.queues for one in queue.found):
        if one.way in ways and one.reached:
            found = prove_one(loaded, day, one, options, progress)
            if found is not None:
                return found
    return None


def prove_one(
    loaded: LoadedHall,
    day: DayPlan,
    advice: Advice,
    options: Options,
    progress: Callable[[int], None] | None = None,
) -> Proof | None:
    """Play a plain day with this advice; None where the hall cannot follow it. Raises likewise."""
    followed = follow(loaded.plan, day, advice)
    if followed is None:
        return None
    report = replay_drawn(loaded, followed, options, progress)
    waits = report.wait_by_queue
    queues = tuple(
        Proven(one.queue, one.before, one.after, waits.get(one.queue, NOTHING))
        for one in advice.effects
    )
    return Proof(advice, queues, report.sound)


def follow(plan: HallPlan, day: DayPlan, advice: Advice) -> DayPlan | None:
    """Return the day with the advice followed; None where the hall has no window for it."""
    if advice.way is Way.OPEN:
        return _opened(plan, day, advice)
    window = next((one for one in plan.windows if one.number == advice.window), None)
    if window is None:
        return None
    lends = "lend" if advice.way is Way.BACK_UP else "lend_first"
    errands = (
        Errand(round(advice.start), lends, window.code, advice.queue),
        Errand(round(advice.stop), "give_back", window.code),
    )
    windows = tuple(
        replace(one, queues=(*one.queues, advice.queue)) if one.window == window.code else one
        for one in day.windows
    )
    return replace(day, windows=windows, errands=errands)


def _opened(plan: HallPlan, day: DayPlan, advice: Advice) -> DayPlan | None:
    used = {one.window for one in day.windows}
    busy = {code for one in day.windows for code in (one.staff, one.relief)}
    clerks = [one.code for one in plan.staff if one.role == "clerk" and one.code not in busy]
    shut = [one for one in plan.windows if one.code not in used and one.ranks == ((advice.queue,),)]
    if min(len(shut), len(clerks)) < advice.many:
        return None
    more = zip(shut[: advice.many], clerks, strict=False)
    opened = (_window_day(plan, one, clerk, advice) for one, clerk in more)
    return replace(day, windows=(*day.windows, *opened))


def _window_day(plan: HallPlan, window: ServiceWindow, clerk: str, advice: Advice) -> WindowDay:
    hours = hours_on(plan, advice.queue)
    opens = max(round(advice.start), hours.opens)
    closes = min(round(advice.stop), hours.closes)
    return WindowDay(
        window=window.code,
        queues=window.queues,
        staff=clerk,
        signs_in=opens - SIGN_IN_S,
        opens=opens,
        closes=closes,
        stops=closes,
        breaks=(),
        refreshes=0,
    )
