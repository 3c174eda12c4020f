"""Predicted against actual: figures of a day, for supervisors and in a terminal."""

import csv
import io
import json
import random
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallclient.__main__ import main
from hallclient.domain.errors import NotFound, Refused
from hallclient.domain.parts import Staff, StaffRole
from hallclient.domain.rules import PriorityClass
from hallclient.domain.turn import Outcome
from hallclient.domain.wait import Wait
from hallclient.domain.wait_figures import Waited, figures_of
from hallclient.services.days import close_day
from hallclient.services.supervising import Supervising, Supervisor
from hallclient.services.wait_report import WaitReport, wait_report
from tests.halls import HALL_ID
from tests.stores import HallUnderTest

pytestmark = pytest.mark.usually_on("sqlite")


def report(hall: HallUnderTest, *asked: Any) -> WaitReport:
    with hall.store.look() as reader:
        return wait_report(reader, *asked)


def test_nobody_has_no_figures() -> None:
    figures = figures_of([])
    assert (figures.called, figures.told, figures.silent) == (0, 0, None)
    assert (figures.within, figures.mean_error, figures.most_wait) == (None, None, None)


def test_figures_by_hand() -> None:
    told = Wait(6, 11, 22)  # shown as 5–25
    waits = [Waited(1, minutes, told) for minutes in (4, 5.5, 6, 11, 22, 24, 31)]
    figures = figures_of([*waits, Waited(1, 90, None)])
    assert (figures.called, figures.told, figures.silent) == (8, 7, 1 / 8)
    assert (figures.within, figures.below, figures.above) == (3 / 7, 2 / 7, 2 / 7)
    assert figures.shown == 5 / 7
    assert figures.mean_error == pytest.approx((7 + 5.5 + 5 + 0 + 11 + 13 + 20) / 7)
    assert figures.median_error == 7
    assert figures.bias == pytest.approx((-7 - 5.5 - 5 + 11 + 13 + 20) / 7)
    assert figures.width == 16
    assert (figures.half_wait, figures.most_wait) == (11, 90)


_MINUTES = st.floats(0, 500)


@given(st.lists(st.tuples(_MINUTES, st.none() | st.lists(_MINUTES, min_size=3, max_size=3))))
def test_shares_are_shares(rows: list[tuple[float, list[float] | None]]) -> None:
    figures = figures_of([Waited(1, m, Wait(*sorted(told)) if told else None) for m, told in rows])
    if figures.within is None:
        assert figures.told == 0
        return
    assert figures.below is not None
    assert figures.above is not None
    assert figures.shown is not None
    assert figures.within + figures.below + figures.above == pytest.approx(1)
    assert figures.shown >= figures.within, "the shown range is the wider one"


@pytest.fixture
def day(hall: HallUnderTest) -> HallUnderTest:
    """A day of two queues; B is slower, and one of A's tickets goes on to B."""
    dice = random.Random(4)  # noqa: S311 - a run that repeats
    hall.sign_in("1", "2")
    for n in range(8):
        hall.issue(["ZH001", "BDC001"][n % 2])
    for n in range(30):
        hall.clock.advance(minutes=dice.uniform(1, 6))
        calling = hall.calling("21"[n % 2])
        calling.call_next()
        calling.start()
        if n == 4:
            calling.transfer("B")
        else:
            calling.finish(Outcome.CONSULT)
        hall.issue(["ZH001", "BDC001"][n % 2])
    return hall


def test_a_day_by_queue(day: HallUnderTest) -> None:
    found = report(day)
    with day.store.look() as reader:
        assert found.day == reader.day
    rows = day.rows("SELECT first_queue_id, told_p10 FROM ticket WHERE first_called_at IS NOT NULL")
    assert found.hall.called == len(rows)
    assert found.hall.told == sum(told is not None for _queue, told in rows)
    assert {one.queue.code: one.figures.called for one in found.queues} == {"A": 15, "B": 14}
    assert all(one.figures.told > 5 for one in found.queues)
    for one in found.queues:
        assert report(day, None, one.queue.code).queues == (one,)
    with pytest.raises(NotFound):
        report(day, None, "Z")


def test_the_report_is_what_the_tickets_say(hall: HallUnderTest) -> None:
    """Told, called and moved by hand: the first call counts, for the queue of the number."""
    hall.sign_in("1", "2")
    one, other, changed, booked = (hall.issue().ticket for _ in range(4))
    hall.execute(
        "UPDATE ticket SET told_p10 = 6, told_p50 = 11, told_p90 = 22, told_ahead = 0, "
        "told_calls = 3"
    )
    hall.execute(
        "UPDATE ticket SET callable_from = :at WHERE id = :id", at=booked.issued_at, id=booked.id
    )
    with hall.store.change("usher") as tx:
        ticket = tx.ticket(changed.id)
        assert ticket is not None
        tx.prioritise(ticket, PriorityClass.ELDERLY, ticket.claim_at + timedelta(seconds=1))
    calling = hall.calling()
    hall.clock.now = one.issued_at + timedelta(minutes=12)
    calling.call_next()
    calling.start()
    calling.transfer("B")
    hall.clock.now = other.issued_at + timedelta(minutes=23)
    for _ in range(3):
        calling.call_next()
        calling.start()
        calling.finish(Outcome.CONSULT)
    hall.calling("1").call_next()
    (found,) = report(hall).queues
    assert found.queue.code == "A"
    figures = found.figures
    assert (figures.called, figures.told) == (3, 2)
    assert (figures.within, figures.above, figures.shown) == (0.5, 0.5, 1)
    assert figures.mean_error == pytest.approx(6.5, abs=0.05)
    assert report(hall).hall == figures


def test_an_earlier_day(day: HallUnderTest) -> None:
    before = report(day)
    assert before.day is not None
    close_day(day.store, "chore")
    assert report(day) == before, "the last one"
    day.clock.advance(days=1)
    day.issue()
    assert report(day).hall.called == 0
    assert report(day, before.day) == before
    assert report(day, before.day - timedelta(days=9)).queues == ()


def test_who_runs_the_floor_sees_it(day: HallUnderTest) -> None:
    plan = day.store.plan().as_filed
    boss = Staff("9001", "主任", StaffRole.SUPERVISOR)
    day.change_plan(staff=(*plan.staff, boss))
    for code, role in (("9001", StaffRole.SUPERVISOR), ("1001", StaffRole.CLERK)):
        seeing = Supervising(day.store, Supervisor(code, "", role))
        if role is StaffRole.SUPERVISOR:
            assert seeing.waits() == report(day)
        else:
            with pytest.raises(Refused):
                seeing.waits()


# In a terminal


def told(hall: HallUnderTest, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["estimate", *words, "--db", hall.url, "--hall", HALL_ID]) == 0
    return capsys.readouterr().out


def test_the_report_in_a_terminal(day: HallUnderTest, capsys: pytest.CaptureFixture[str]) -> None:
    found = report(day)
    facts = json.loads(told(day, capsys, "report", "--json"))
    assert facts["day"] == str(found.day)
    assert facts["hall"]["called"] == found.hall.called
    assert list(facts["queues"]) == ["A", "B"]
    head, *lines = csv.reader(io.StringIO(told(day, capsys, "report", "--csv")))
    assert [line[1] for line in lines] == ["A", "B", ""]
    values = dict(zip(head, lines[0], strict=True))
    assert float(values["within"]) == facts["queues"]["A"]["within"]
    table = told(day, capsys, "report", "--queue", "B")
    assert table.splitlines()[0].startswith(str(found.day))
    assert [line.split()[0] for line in table.splitlines()[1:3]] == ["B", "all"]
    assert told(day, capsys, "report", "--day", "2020-01-01") == "Nobody was called.\n"
    assert main(["estimate", "report", "--db", day.url, "--queue", "Z"]) != 0


def test_what_is_told_now_in_a_terminal(
    day: HallUnderTest, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = day.board.now().lines
    facts = {one["queue"]: one for one in json.loads(told(day, capsys, "show", "--json"))}
    for code, line in lines.items():
        assert facts[code]["ahead"] == line.waiting
        assert facts[code]["windows"] == 1
        assert line.wait is not None
    words = told(day, capsys, "show")
    assert words.startswith("A: ")
    assert "ahead" in words
    close_day(day.store, "chore")
    assert "no estimate yet" in told(day, capsys, "show", "--queue", "A")
