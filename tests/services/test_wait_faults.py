"""What goes wrong with waits on a live hall: a ticket with or without one, never an exception."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from hallclient.domain.pace import Pace
from hallclient.domain.parts import SessionHours
from hallclient.domain.serving import Serving, serving_from
from hallclient.domain.turn import Outcome
from hallclient.services.days import close_day
from hallclient.services.goals import goals_from
from hallclient.services.hours import local_time
from hallclient.services.window_panel import WindowPanel
from hallclient.storage.schema import queue_now, ticket
from tests import invariants
from tests.stores import HallUnderTest

pytestmark = pytest.mark.usually_on("sqlite")

DAMAGE = ("[1,2]", "", "null", '{"at":1}', "[[[[", "[" + "1e300," * 20 + "0]")
MORNING = datetime(2026, 9, 29, 1, tzinfo=UTC)


def pace_of(hall: HallUnderTest, queue: str = "A") -> Pace:
    with hall.store.look() as reader:
        return Pace.of(reader.queue_count(reader.plan.queue(queue).id).pace)


def serve(hall: HallUnderTest, window: str = "2", minutes: float = 4) -> None:
    calling = hall.calling(window)
    assert calling.call_next().turn is not None
    calling.start()
    hall.clock.advance(minutes=minutes)
    calling.finish(Outcome.CONSULT)


def busy(hall: HallUnderTest) -> None:
    """A queue with a pace, three who wait and somebody at window 2."""
    hall.sign_in("2")
    for _ in range(3):
        hall.issue()
    for _ in range(6):
        hall.issue()
        serve(hall)
    hall.issue()
    hall.calling().call_next()


def looks(hall: HallUnderTest) -> None:
    """Everything that shows a wait."""
    hall.board.now()
    hall.board.state()
    goals_from(hall.store, "2")
    WindowPanel(hall.store, "2").look()


def finish(hall: HallUnderTest) -> None:
    hall.calling().start()
    hall.calling().finish(Outcome.CONSULT)


def meal(hall: HallUnderTest) -> None:
    finish(hall)
    hall.shifts("2").pause("meal")


def send_on(hall: HallUnderTest) -> None:
    hall.calling().start()
    hall.calling().transfer("B")


def call_at_another(hall: HallUnderTest) -> None:
    hall.sign_in("3")
    hall.calling("3").call_next()


MOVES: dict[str, Callable[[HallUnderTest], object]] = {
    "issue": lambda hall: hall.issue(),
    "sign_in": lambda hall: hall.sign_in("3"),
    "pause": meal,
    "no_show": lambda hall: hall.calling().no_show(),
    "return": lambda hall: hall.calling().return_to_pool(),
    "transfer": send_on,
    "call": call_at_another,
    "plan": lambda hall: hall.change_plan(windows=hall.store.plan().as_filed.windows[:2]),
    "close_day": lambda hall: close_day(hall.store, "chore"),
}


@pytest.mark.parametrize("move", MOVES)
def test_a_pace_damaged_in_the_middle_of_the_day(
    hall: HallUnderTest, caplog: pytest.LogCaptureFixture, move: str
) -> None:
    hall.change_rules(no_show_after=0)
    busy(hall)
    hall.clock.advance(minutes=2)
    for text in DAMAGE:
        hall.execute("UPDATE queue_now SET pace = :text", text=text)
        looks(hall)
    with caplog.at_level(logging.ERROR):
        MOVES[move](hall)
    looks(hall)
    if move not in ("no_show",):  # whose ticket is in no queue any more
        assert "damaged and starts anew" in caplog.text
    hall.issue()
    hall.issue("BDC001")
    invariants.check(hall.engine, hall.store)


def test_a_hall_learns_again_after_the_damage(hall: HallUnderTest) -> None:
    busy(hall)
    assert hall.issue().wait is not None
    hall.execute("UPDATE queue_now SET pace = 'x' WHERE waiting > 0")
    assert hall.issue().wait is None
    finish(hall)
    for _ in range(4):
        hall.issue()
        serve(hall)
    assert hall.issue().wait is not None
    invariants.check(hall.engine, hall.store)


def test_a_clock_set_back_an_hour(hall: HallUnderTest) -> None:
    busy(hall)
    before = pace_of(hall)
    told = hall.issue().wait
    assert told is not None
    hall.clock.advance(hours=-1)
    issued = hall.issue()
    assert issued.wait is not None
    assert issued.wait.high <= told.high + 10
    finish(hall)
    for _ in range(3):
        serve(hall)
        looks(hall)
    after = pace_of(hall)
    assert after.at >= before.at
    assert after.calls == before.calls + 3
    invariants.check(hall.engine, hall.store)


@pytest.mark.parametrize("closes", [time(23, 30), time(23, 59)])
def test_a_night_past_midnight_is_of_the_day_before(hall: HallUnderTest, closes: time) -> None:
    """Who still waits at half past midnight is served then, and not when the hall opens again."""
    hours = tuple(
        SessionHours(f"d{d}", d, time(8), closes, time(0), time(23, 59)) for d in range(1, 8)
    )
    hall.change_plan(hours=hours)
    hall.clock.now = MORNING.replace(hour=14, minute=30)  # half past ten in Shanghai
    busy(hall)
    last = hall.issue()
    day = last.ticket.day
    with hall.store.look() as reader:
        assert reader.day == day
    hall.clock.now = MORNING.replace(hour=16, minute=30)
    line = hall.board.now().lines["A"]
    assert line.wait is not None
    assert line.wait.high < 120
    finish(hall)
    serve(hall)
    looks(hall)
    hall.clock.now = MORNING.replace(hour=20, minute=1)
    looks(hall)
    issued = hall.issue()
    assert issued.ticket.day == day + timedelta(days=1)
    assert pace_of(hall).waiting == 1
    invariants.check(hall.engine, hall.store)


def test_who_is_left_overnight_slows_nobody_down(hall: HallUnderTest) -> None:
    """One ticket that nobody calls, and the PC is off until the morning."""
    busy(hall)
    hall.calling().start()
    hall.calling().finish(Outcome.CONSULT)
    hall.shifts("2").sign_out()
    assert pace_of(hall).waiting
    before = pace_of(hall)
    hall.clock.now = MORNING + timedelta(days=1)
    hall.sign_in("2")
    after = pace_of(hall)
    assert after.earlier_calls == before.day_calls
    assert after.earlier_minutes == pytest.approx(before.day_minutes, abs=1)
    invariants.check(hall.engine, hall.store)


def test_hours_at_night(hall: HallUnderTest) -> None:
    hours = tuple(
        SessionHours(f"d{d}", d, time(8), time(23), time(8), time(23)) for d in range(1, 8)
    )
    plan = replace(hall.store.plan(), hours=hours)

    def at(hour: int, minute: int = 0) -> Serving:
        return serving_from(plan, "A", local_time(plan, MORNING.replace(hour=hour, minute=minute)))

    assert at(14, 59).closes_in == 1
    assert at(16, 30) == Serving(), "half past midnight: over, and still yesterday"
    assert at(20).opens_in == 240, "at four the day is another one"


def test_a_hall_without_hours_and_a_queue_without_windows(hall: HallUnderTest) -> None:
    plan = hall.store.plan().as_filed
    hall.change_plan(hours=(), windows=tuple(replace(w, ranks=(("A",),)) for w in plan.windows))
    busy(hall)
    assert hall.issue().wait is not None
    for _ in range(4):
        assert hall.issue("BDC001").wait is None
    line = hall.board.now().lines["B"]
    assert (line.wait, line.at_once, line.open_windows, line.waiting) == (None, False, 0, 4)
    hours = tuple(
        SessionHours(f"d{d}", d, time(8), time(9), time(8), time(23)) for d in range(1, 8)
    )
    hall.change_plan(hours=hours)
    assert hall.issue("BDC001").wait is None
    looks(hall)
    invariants.check(hall.engine, hall.store)


def test_thousands_wait(hall: HallUnderTest, caplog: pytest.LogCaptureFixture) -> None:
    busy(hall)
    crowd(hall, 9_999)
    looks(hall)
    issued = hall.issue()
    assert issued.people_ahead == 9_999
    assert issued.wait is not None
    assert issued.wait.high > issued.wait.low > 1_000
    assert hall.board.now().lines["A"].waiting == 10_000
    hall.execute("UPDATE queue_now SET pace = 'x'")
    with caplog.at_level(logging.ERROR):
        assert hall.issue().people_ahead == 10_000
    assert "starts anew" in caplog.text
    assert pace_of(hall).waiting == 10_001
    finish(hall)
    serve(hall)


def crowd(hall: HallUnderTest, waiting: int) -> None:
    """Let so many wait in queue A, copies of the last who came."""
    last = hall.issue().ticket
    more = waiting - hall.board.now().lines["A"].waiting
    copied = {
        "id": "ticket.id + 100000 + n.i",
        "number": "ticket.number + n.i",
        "label": "'A9' || n.i",
        "token": "'crowd' || n.i",
        "request_id": "'crowd' || n.i",
    }
    names = [column.name for column in ticket.columns]
    values = ", ".join(copied.get(name, f"ticket.{name}") for name in names)
    with hall.engine.begin() as connection:
        connection.execute(
            sa.text(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :more)"  # noqa: S608 - columns
                f" INSERT INTO ticket ({', '.join(names)})"
                f" SELECT {values} FROM ticket, n WHERE ticket.id = :last"
            ),
            {"more": more, "last": last.id},
        )
        pace = pace_of(hall)
        pace.waiting = waiting
        connection.execute(
            sa.update(queue_now)
            .where(queue_now.c.queue_id == last.queue_id)
            .values(waiting=waiting, pace=pace.text())
        )
