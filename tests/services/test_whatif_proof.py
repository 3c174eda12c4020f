"""What advice promises is what the product's services then give, on a small hall."""

from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest

from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import ServiceWindow, Staff, StaffRole
from hallclient.lab.replay.day import DayPlan, draw_day, plain_day
from hallclient.lab.replay.run import FIRST_DAY, Options
from hallclient.lab.simulate.drawn import drawn_record
from hallclient.lab.simulate.proof import Proof, prove, prove_one
from hallclient.services.hallfile import LoadedHall
from hallclient.services.hallfile.traffic import ServiceLoad, Slot, Traffic
from hallclient.services.whatif.advice import Advice, Effect, Goal, Way
from hallclient.services.whatif.changes import MoveWindow
from hallclient.services.whatif.trying import Budget, Tried
from tests.databases import sqlite_url
from tests.halls import PIN, small_hall

__all__ = ["sqlite_url"]

GOAL = Goal(15)
TOLERANCE_MIN = 1.0
"""The services call by whole seconds and in the order in which processes come; the played day too,
but not always the same one first. Measured apart: well under this."""


def a_hall() -> HallPlan:
    """One window for A and three for B, and a second one for A that is shut."""
    plan = small_hall(windows=5)
    ranks = ((("A",),), (("B",),), (("B",),), (("B",),), (("A",),))
    windows = tuple(ServiceWindow(str(n), str(n), "1A", one) for n, one in enumerate(ranks, 1))
    staff = (*plan.staff, Staff("9001", "值班长", StaffRole.SUPERVISOR))
    return replace(plan, windows=windows, staff=staff)


def pressed(plan: HallPlan) -> DayPlan:
    """A morning in which A has too many for one window."""
    hours = [time(9), time(9, 30), time(10)]
    slots = tuple(
        Slot(queue, 2, hour, weight) for queue, weight in (("A", 10), ("B", 4)) for hour in hours
    )
    loads = (ServiceLoad("ZH001", 30, 4, 1), ServiceLoad("BDC001", 12, 6, 2))
    four = replace(plan, windows=plan.windows[:4])
    return draw_day(four, Traffic(slots, loads), cases=42, windows=4, seed=4)


def kept(found: Proof) -> None:
    """Hold what came beside what was promised."""
    for queue in found.queues:
        assert queue.product.called == queue.promised.called
        assert queue.product.mean == pytest.approx(queue.promised.mean, abs=TOLERANCE_MIN)
        assert queue.product.p90 == pytest.approx(queue.promised.p90, abs=2 * TOLERANCE_MIN)


@pytest.mark.timeout(400)
@pytest.mark.parametrize("way", [pytest.param(Way.BACK_UP, marks=pytest.mark.slow), Way.OPEN])
def test_the_services_keep_what_was_promised(way: Way, sqlite_url: str) -> None:
    plan = a_hall()
    pins = {member.code: PIN for member in plan.staff}
    options = Options(42, 4, processes=1, seed=4, database=sqlite_url)
    found = prove(LoadedHall(plan, pins, Path("hall.toml")), pressed(plan), GOAL, options, (way,))
    assert isinstance(found, Proof)
    assert found.sound
    assert found.advice.way is way
    own = found.queues[0]
    kept(found)
    assert own.queue == "A"
    assert not GOAL.met(own.before)
    assert GOAL.met(own.promised)
    assert own.product.p90 <= GOAL.minutes + 1
    assert own.product.p90 < own.before.p90 - 5, "and it is a real change"


@pytest.mark.timeout(400)
def test_a_window_that_is_lent_takes_the_queue_before_its_own(sqlite_url: str) -> None:
    plan = a_hall()
    pins = {member.code: PIN for member in plan.staff}
    day = plain_day(pressed(plan))
    tried = Tried([drawn_record(plan, day, FIRST_DAY)], Budget())
    ranks, span = (("A",), ("B",)), (9 * 3600.0, 12 * 3600.0)
    changes = (MoveWindow("4", ranks, *span),)
    after = tried.after(changes)
    effects = tuple(Effect(code, tried.before[code], after[code]) for code in "AB")
    advice = Advice(Way.LEND, "A", changes, *span, 1, "4", ranks, reached=True, effects=effects)
    options = Options(42, 4, processes=1, seed=4, database=sqlite_url)
    found = prove_one(LoadedHall(plan, pins, Path("hall.toml")), day, advice, options)
    assert found is not None
    assert found.sound
    kept(found)
    a, b = found.queues
    assert a.product.mean < a.before.mean - 5
    assert b.product.mean > b.before.mean, "its own wait for it"
