"""The drawn day: exact totals, one seed one day, hours kept, windows chosen fairly."""

from collections import Counter
from datetime import datetime
from functools import cache
from random import Random
from statistics import fmean, stdev
from zoneinfo import ZoneInfo

import pytest

from hallclient.domain.hall import HallPlan
from hallclient.lab.replay.day import DayPlan, choose_windows, draw_day, handling_seconds
from hallclient.services.hallfile import load_hall
from hallclient.services.hallfile.traffic import ServiceLoad, Traffic, load_traffic
from hallclient.services.hours import queue_open


@cache
def xindu() -> tuple[HallPlan, Traffic]:
    return load_hall("xindu").plan, load_traffic("xindu")


def drawn(*, cases: int = 2000, windows: int = 220, seed: int = 1) -> DayPlan:
    plan, traffic = xindu()
    return draw_day(plan, traffic, cases=cases, windows=windows, seed=seed)


@pytest.mark.parametrize("cases", [1, 120, 9710])
def test_exactly_as_many_citizens_come_as_were_asked_for(cases: int) -> None:
    day = drawn(cases=cases)
    assert len(day.citizens) == cases
    assert [citizen.number for citizen in day.citizens] == list(range(cases))
    assert [c.arrives for c in day.citizens] == sorted(c.arrives for c in day.citizens)


def test_one_seed_is_one_day_and_another_seed_another() -> None:
    assert drawn(seed=7) == drawn(seed=7)
    assert drawn(seed=7).citizens != drawn(seed=8).citizens


def test_the_day_follows_the_profile() -> None:
    _plan, traffic = xindu()
    expected: Counter[str] = Counter()
    for slot in traffic.day(2):
        expected[slot.queue] += round(slot.weight)
    come = Counter(citizen.queue for citizen in drawn(cases=9710).citizens)
    for queue, tickets in expected.most_common(10):
        # Four standard deviations of a Poisson count, and the rounding of the slots.
        assert abs(come[queue] - tickets) < 4 * tickets**0.5 + 20
    hours = Counter(citizen.arrives // 3600 for citizen in drawn(cases=9710).citizens)
    assert hours[10] > 2 * hours[12]


def test_everybody_comes_while_tickets_are_given_out() -> None:
    plan, _traffic = xindu()
    zone = ZoneInfo(plan.time_zone)
    for citizen in drawn(cases=9710).citizens:
        hour, rest = divmod(citizen.arrives, 3600)
        at = datetime(2026, 3, 10, hour, rest // 60, rest % 60, tzinfo=zone)
        assert queue_open(plan, citizen.queue, at).open, citizen


def test_shares_of_the_day_are_those_that_were_meant() -> None:
    citizens = drawn(cases=9710).citizens
    assert 0.02 < fmean(not c.shows_up for c in citizens) < 0.04
    assert 0.36 < fmean(c.returns_after is not None for c in citizens) < 0.44
    assert 0.57 < fmean(c.rates_after is not None for c in citizens) < 0.63
    assert all(10 <= c.walks <= 60 for c in citizens)
    assert all(c.rates_after is None or c.rates_after < 20 for c in citizens)


def test_handling_times_have_the_mean_and_deviation_of_their_service() -> None:
    random = Random(3)  # noqa: S311 - a drawn day
    load = ServiceLoad("X", 1, minutes=8, minutes_sd=4)
    drawn_minutes = [handling_seconds(load, random) / 60 for _ in range(20_000)]
    assert fmean(drawn_minutes) == pytest.approx(8, rel=0.03)
    assert stdev(drawn_minutes) == pytest.approx(4, rel=0.06)
    exact = ServiceLoad("Y", 1, minutes=5, minutes_sd=0)
    assert handling_seconds(exact, random) == 300


def test_all_windows_open_and_half_of_them_lunch_at_a_time() -> None:
    plan, _traffic = xindu()
    day = drawn()
    assert [window.window for window in day.windows] == [window.code for window in plan.windows]
    assert len({window.staff for window in day.windows}) == 220
    meals = Counter(b.at for w in day.windows for b in w.breaks if b.reason == "meal")
    assert sorted(meals.values()) == [110, 110]


@pytest.mark.parametrize("wanted", [58, 60, 100, 219])
def test_fewer_windows_still_serve_every_queue(wanted: int) -> None:
    plan, _traffic = xindu()
    chosen = choose_windows(plan, {}, wanted)
    assert len(chosen) == wanted
    assert {window.ranks[0][0] for window in chosen} == {queue.code for queue in plan.queues}


def test_too_few_windows_serve_the_busiest_queues_and_only_those_get_citizens() -> None:
    day = drawn(cases=200, windows=3)
    assert len(day.tickets_until) == 3
    assert {citizen.queue for citizen in day.citizens} <= day.tickets_until.keys()
    _plan, traffic = xindu()
    load: dict[str, float] = {}
    for slot in traffic.day(2):
        load[slot.queue] = load.get(slot.queue, 0) + slot.weight
    assert day.tickets_until.keys() == set(sorted(load, key=lambda code: -load[code])[:3])


@pytest.mark.parametrize("wanted", [0, 221])
def test_a_hall_opens_neither_no_window_nor_more_than_it_has(wanted: int) -> None:
    with pytest.raises(ValueError, match="1 to 220 windows"):
        drawn(windows=wanted)
