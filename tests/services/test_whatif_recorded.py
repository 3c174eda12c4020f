"""A day that real services made, read back: who waited where, windows, and the same waits again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from heapq import heappop, heappush
from itertools import count
from statistics import fmean

import pytest

from hallclient.domain.errors import NotFound
from hallclient.domain.rules import PriorityClass
from hallclient.domain.turn import Outcome
from hallclient.services.days import close_day
from hallclient.services.lending import Lending
from hallclient.services.store import Reader
from hallclient.services.whatif.advice import Goal, Way
from hallclient.services.whatif.now import EarlierDays, advise_now
from hallclient.services.whatif.play import play
from hallclient.services.whatif.recorded import RecordedDay, recorded_day
from hallclient.services.whatif.trying import Budget
from tests.services.console import SUPERVISOR, with_console_staff
from tests.stores import HallUnderTest

pytestmark = pytest.mark.usually_on("sqlite")


@contextmanager
def looking(hall: HallUnderTest) -> Iterator[Reader]:
    with hall.store.look() as reader:
        yield reader


def today(hall: HallUnderTest) -> RecordedDay:
    with looking(hall) as reader:
        assert reader.day is not None
        return recorded_day(reader, reader.day)


def serve(hall: HallUnderTest, window: str, minutes: float) -> None:
    """Call who is next, and be done with them after so long."""
    calling = hall.calling(window)
    assert calling.call_next().turn is not None
    hall.clock.advance(seconds=20)
    calling.start()
    hall.clock.advance(minutes=minutes)
    calling.finish(Outcome.CONSULT if window != "1" else Outcome.PROMISED)


def test_a_visit_is_what_happened(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    hall.issue("ZH001")
    hall.issue("ZH001", priority=PriorityClass.ELDERLY)
    hall.clock.advance(minutes=10)
    serve(hall, "2", 5)
    day = today(hall)
    normal, elder = sorted(day.record.visits, key=lambda one: one.at)
    assert (elder.walks, elder.handling) == (20, 300), "the elder went ahead"
    assert elder.priority is PriorityClass.ELDERLY
    assert normal.handling == 300, "drawn from the only other one"
    assert day.unserved == 1
    assert {code: len(line) for code, line in day.waits.items()} == {"A": 1}
    assert day.waits["A"][0] == pytest.approx(10)
    (window,) = day.record.windows
    assert window.number == "2"
    assert window.spans[0].ranks == (("A",), ("B",))


@pytest.mark.parametrize("closed", [False, True])
def test_a_window_left_open_is_not_open_for_weeks(hall: HallUnderTest, closed: bool) -> None:
    hall.sign_in("2")
    hall.issue("ZH001")
    serve(hall, "2", 5)
    with looking(hall) as reader:
        day = reader.day
        assert day is not None
    hall.clock.advance(days=20)
    if closed:
        close_day(hall.store, "chore")
    with looking(hall) as reader:
        (window,) = recorded_day(reader, day).record.windows
    assert window.spans[-1].closes <= 28 * 3600


def test_pauses_and_lent_windows_are_as_they_were(hall: HallUnderTest) -> None:
    with_console_staff(hall)
    hall.sign_in("2")
    hall.issue("ZH001")
    hall.clock.advance(minutes=30)
    hall.shifts("2").pause("meal")
    hall.clock.advance(minutes=15)
    hall.shifts("2").resume()
    hall.clock.advance(minutes=15)
    Lending(hall.store, SUPERVISOR).assign("2", [["B"], ["A"]])
    hall.clock.advance(minutes=60)
    Lending(hall.store, SUPERVISOR).give_back("2")
    hall.clock.advance(minutes=60)
    hall.shifts("2").sign_out()
    (window,) = today(hall).record.windows
    (pause,) = window.pauses
    assert pause.lasts == pytest.approx(15 * 60, abs=0.01)
    own, lent, own_again = window.spans
    assert own.ranks == own_again.ranks == (("A",), ("B",))
    assert lent.ranks == (("B",), ("A",))
    assert lent.closes - lent.opens == pytest.approx(3600, abs=0.01)
    assert own_again.closes - own.opens == pytest.approx(180 * 60 + 1, abs=0.01)
    assert own.opens <= pause.at < own.closes


def test_who_is_sent_on_waits_again_by_the_same_claim(hall: HallUnderTest) -> None:
    hall.sign_in("1", "2")
    hall.issue("ZH001")
    hall.clock.advance(minutes=10)
    calling = hall.calling("2")
    calling.call_next()
    calling.start()
    hall.clock.advance(minutes=2)
    calling.transfer("B")
    hall.clock.advance(minutes=3)
    serve(hall, "1", 4)
    day = today(hall)
    first, second = sorted(day.record.visits, key=lambda one: one.at)
    assert (first.queue, second.queue) == ("A", "B")
    assert (first.handling, second.handling) == pytest.approx((120, 240), abs=0.01)
    assert second.at - first.at == pytest.approx(12 * 60, abs=0.01)
    assert second.claim == pytest.approx(first.at, abs=0.01)
    assert day.sent_on == 1
    assert day.waits["B"][0] == pytest.approx(3)
    assert day.unserved == 0


def test_a_no_show_who_comes_back_does_so_when_played(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    hall.issue("ZH001")
    hall.clock.advance(minutes=1)
    calling = hall.calling("2")
    calling.call_next()
    for _ in range(2):
        hall.clock.advance(seconds=30)
        calling.recall()
    hall.clock.advance(seconds=30)
    calling.no_show()
    hall.clock.advance(minutes=5)
    calling.requeue("A001")
    hall.clock.advance(minutes=1)
    serve(hall, "2", 6)
    (visit,) = today(hall).record.visits
    assert not visit.shows_up
    assert visit.returns_after == 300
    assert visit.handling == 360


def test_a_day_that_never_was(hall: HallUnderTest) -> None:
    hall.issue("ZH001")
    with looking(hall) as reader:
        assert reader.day is not None
        yesterday = reader.day - timedelta(days=1)
        with pytest.raises(NotFound):
            recorded_day(reader, yesterday)


def test_played_unchanged_it_is_the_day_that_it_was(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    _busy_morning(hall)
    day = today(hall)
    played = play(day.record).queues["A"]
    was = day.waits["A"]
    assert played.called == len(was) == 20
    assert played.mean == pytest.approx(fmean(was), abs=0.5)
    assert played.longest == pytest.approx(max(was), abs=1.0)


def _busy_morning(hall: HallUnderTest, people: int = 20) -> None:
    """One comes every four minutes, window 2 takes six for each: the line grows."""
    _Morning(hall, people).run()


class _Morning:
    def __init__(self, hall: HallUnderTest, people: int) -> None:
        begun = hall.clock.now
        self._hall, self._calling, self._free = hall, hall.calling("2"), True
        self._order = count(people)
        self._todo = [
            (begun + timedelta(minutes=4 * (one + 1)), one, self._come) for one in range(people)
        ]

    def run(self) -> None:
        while self._todo:
            at, _number, act = heappop(self._todo)
            self._hall.clock.now = at
            act()

    def _later(self, act: Callable[[], None], **after: float) -> None:
        at = self._hall.clock.now + timedelta(**after)
        heappush(self._todo, (at, next(self._order), act))

    def _come(self) -> None:
        self._hall.clock.advance(seconds=-1)
        self._hall.issue("ZH001")
        self._call()

    def _call(self) -> None:
        if not self._free:
            return
        turn = self._calling.call_next().turn
        self._free = turn is None or not turn.active
        if not self._free:
            self._later(self._start, seconds=20)

    def _start(self) -> None:
        self._calling.start()
        self._later(self._finish, minutes=6)

    def _finish(self) -> None:
        self._calling.finish(Outcome.CONSULT)
        self._later(self._ready, seconds=4)

    def _ready(self) -> None:
        self._free = True
        self._call()


def test_advice_for_the_rest_of_today(hall: HallUnderTest) -> None:
    """Yesterday many came in the afternoon; today one window of three is open."""
    hall.sign_in("2")
    for _ in range(40):
        hall.clock.advance(minutes=3)
        hall.issue("ZH001")
    hall.clock.advance(minutes=5)
    serve(hall, "2", 6)
    hall.clock.advance(hours=6)
    close_day(hall.store, "chore")
    hall.clock.now = hall.clock.now.replace(hour=1, minute=0) + timedelta(days=1)
    hall.sign_in("2")
    for _ in range(5):
        hall.issue("ZH001")
    hall.clock.advance(minutes=1)
    with looking(hall) as reader:
        found = advise_now(reader, Goal(20), Budget(600, 300), EarlierDays())
    assert found is not None
    assert len(found.days) == 1
    (queue,) = found.advised.queues
    assert queue.queue == "A"
    assert queue.now.came == 5 + 40
    best = queue.best
    assert best is not None
    assert best.way is Way.OPEN
    assert best.start >= (found.at - found.at.replace(hour=1, minute=0)).total_seconds()
    before, after = best.effect.minutes(Goal(20))
    assert after < before


def test_without_a_past_the_last_hour_stands_for_what_comes(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    for _ in range(12):
        hall.clock.advance(minutes=5)
        hall.issue("ZH001")
    with looking(hall) as reader:
        found = advise_now(reader, Goal(20), Budget(600, 300))
    assert found is not None
    assert found.days == ()
    assert found.advised.queues[0].now.came > 12


def test_no_open_day_no_advice(hall: HallUnderTest) -> None:
    with looking(hall) as reader:
        assert advise_now(reader) is None
