"""Who finds a window with nobody at it is told so: at the kiosk, on the board, in what-if."""

from collections.abc import Iterator
from dataclasses import astuple, replace
from datetime import time

import pytest

from hallclient.domain.estimate import AT_ONCE, FREE_MIDDLE, Place, WaitRange, estimate
from hallclient.domain.pace import Pace
from hallclient.domain.parts import SessionHours
from hallclient.domain.rules import PriorityClass
from hallclient.domain.serving import free_windows
from hallclient.domain.turn import Outcome
from hallclient.domain.wait import Told, Wait
from hallclient.services import waits
from hallclient.services.goals import goals_from
from hallclient.services.itinerary import Itineraries
from hallclient.services.whatif import play as simulation
from hallclient.services.whatif.recorded import recorded_day
from tests.halls import small_hall
from tests.stores import HallUnderTest

Lessons = list[tuple[float | None, Told | None]]
FREE = Wait(0.0, FREE_MIDDLE, AT_ONCE)


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch) -> list[Place]:
    """Where the hall and the simulation find somebody who takes a ticket, in order."""
    found: list[Place] = []

    def noted(pace: Pace, place: Place) -> Wait | None:
        found.append(place)
        return estimate(pace, place)

    monkeypatch.setattr(waits, "estimate", noted)
    monkeypatch.setattr(simulation, "estimate", noted)
    return found


@pytest.fixture
def lessons(monkeypatch: pytest.MonkeyPatch) -> Lessons:
    """What the paces are taught, on the way."""
    found: Lessons = []
    whole = Pace.called

    def called(pace: Pace, at: float, waited: float | None, told: Told | None = None) -> None:
        found.append((waited, told))
        whole(pace, at, waited, told)

    monkeypatch.setattr(Pace, "called", called)
    return found


def told(hall: HallUnderTest, service: str = "ZH001") -> Wait | None:
    issued = hall.issue(service).ticket.told
    return issued.wait if issued else None


def call(hall: HallUnderTest, window: str) -> None:
    assert hall.calling(window).call_next().turn is not None


def at_once(lessons: Lessons) -> Lessons:
    """Those of people who were told that a window is free; waits in seconds."""
    return [
        (round(waited * 60), told)
        for waited, told in lessons
        if waited is not None and told is not None and told.wait == FREE
    ]


def finish(hall: HallUnderTest, window: str) -> None:
    calling = hall.calling(window)
    calling.start()
    calling.finish(Outcome.CONSULT)


def shown(hall: HallUnderTest, queue: str = "A") -> tuple[WaitRange | None, bool]:
    line = hall.board.now().lines[queue]
    assert goals_from(hall.store, "9").waits.get(queue) == line.wait
    return line.wait, line.at_once


def test_a_free_window_is_told_from_the_first_ticket_on(hall: HallUnderTest) -> None:
    assert (told(hall), shown(hall)) == (None, (None, False)), "nobody is there"
    hall.sign_in("2")
    assert shown(hall) == (None, False), "it has somebody to call"
    call(hall, "2")
    assert shown(hall) == (None, False), "it is taken"
    finish(hall, "2")
    assert shown(hall) == (WaitRange(0, 5), True)
    issued = hall.issue()
    assert issued.wait == WaitRange(0, 5)
    assert issued.ticket.told is not None
    assert issued.ticket.told.wait == FREE
    later = Itineraries(hall.store, "kiosk:K1").of_ticket(issued.ticket.id)
    assert later.wait == WaitRange(0, 5), "until it is called"
    assert told(hall) is None, "the next is behind it"


def test_a_back_up_that_is_free_comes_at_once(hall: HallUnderTest) -> None:
    hall.sign_in("2", "1")
    hall.issue()
    call(hall, "2")
    assert told(hall) == FREE, "window 1 serves A besides"
    assert shown(hall, "B") == (None, False), "and calls him first"
    call(hall, "1")
    assert shown(hall) == (None, False)
    finish(hall, "1")
    hall.shifts("1").pause("meal")
    assert shown(hall) == (None, False), "a pause"


def test_a_window_between_two_calls_is_not_free(hall: HallUnderTest) -> None:
    """It has finished, and those who wait in its other queues come first."""
    hall.sign_in("2", "3")
    for _ in range(2):
        hall.issue("BDC001")
    assert shown(hall) == (None, False)
    assert told(hall) is None
    call(hall, "3")
    call(hall, "2")
    finish(hall, "2")
    assert shown(hall, "B") == (None, False), "somebody of A is next"
    call(hall, "2")
    finish(hall, "2")
    assert shown(hall, "B") == (WaitRange(0, 5), True)


def test_more_windows_than_people_before_leave_some_free() -> None:
    plan = small_hall(windows=4)
    windows = tuple(replace(window, id=n) for n, window in enumerate(plan.windows, 1))
    plan = replace(plan, windows=windows)
    idle = {window.id for window in plan.windows}
    assert free_windows(plan, idle, {}) == {"A": 4, "B": 4}
    assert free_windows(plan, idle, {"A": 1, "B": 2}) == {"A": 1, "B": 1}
    assert free_windows(plan, idle, {"A": 0, "B": 9}) == {"A": 0, "B": 0}
    assert free_windows(plan, (), {"A": 1}) == {}


def test_a_full_hall_asks_nothing_more(
    hall: HallUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where somebody is ahead no window is free for who comes, whatever the windows do."""
    hall.sign_in("2")
    hall.issue()

    def fail(*_: object) -> None:
        raise AssertionError

    with hall.store.look() as reader:
        monkeypatch.setattr(type(reader), "idle_windows", fail)
    issued = hall.issue()
    Itineraries(hall.store, "kiosk:K1").of_ticket(issued.ticket.id)


def a_morning(hall: HallUnderTest) -> Iterator[None]:
    """Windows that fill and empty, one step after the other."""
    hall.sign_in("1")
    yield
    hall.issue()  # a back-up alone is free
    call(hall, "1")
    yield
    hall.issue()  # nobody is
    yield
    hall.sign_in("2")
    yield
    call(hall, "2")
    yield
    hall.sign_in("3")
    yield
    hall.issue("BDC001")  # a back-up is
    call(hall, "3")
    yield
    hall.issue(priority=PriorityClass.ELDERLY)
    yield
    hall.issue("BDC001")
    yield
    for window in ("2", "1"):
        finish(hall, window)
        call(hall, window)
        yield
    finish(hall, "3")
    yield
    hall.issue()
    call(hall, "3")
    yield
    for window in ("1", "2", "3"):
        finish(hall, window)
    yield
    for service, window in (("ZH001", "2"), ("ZH001", "3"), ("BDC001", "1")):
        hall.issue(service)
        call(hall, window)
        yield
    for window in ("1", "2", "3"):
        finish(hall, window)


def test_the_hall_and_the_simulation_see_the_same(
    hall: HallUnderTest,
    places: list[Place],
    lessons: Lessons,
) -> None:
    hall.change_plan(
        hours=tuple(
            SessionHours(f"d{d}", d, time(8), time(18), time(8), time(18)) for d in range(1, 8)
        )
    )
    for _ in a_morning(hall):
        hall.clock.advance(minutes=6)
    in_the_hall, learned = list(places), list(lessons)
    assert {place.free for place in in_the_hall} >= {0, 1, 2, 3}
    with hall.store.look() as reader:
        assert reader.day is not None
        record = recorded_day(reader, reader.day).record
    places.clear()
    lessons.clear()
    simulation.play(replace(record, looks_every=0))
    for real, played in zip(in_the_hall, places, strict=True):
        assert astuple(played) == pytest.approx(astuple(real), abs=1e-3)
    assert len(at_once(learned)) == 6
    assert at_once(lessons) == at_once(learned)
