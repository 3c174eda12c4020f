"""A board's reporter: nothing is lost while the hall is away, and the voice follows the leases."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

import pytest

from hallclient.display.reporting import KEPT, Identity, Reporting, Rhythm
from hallclient.domain.announcement import (
    Announcement,
    BoardOrders,
    BoardReport,
    CallKey,
    Spoken,
    Unspoken,
)
from hallclient.services.store_error import StoreError

FAST = Rhythm(0.01, 0.01, apart_s=0.0, idle_s=60.0, lease_s=20.0, retry_s=(0.02,))


class Away(StoreError):
    """The database is away."""

    retryable = True


@dataclass
class Hall:
    """Where reports go, and whether it answers."""

    away: bool = False
    leads: frozenset[str] = frozenset({"1A"})
    shared: frozenset[str] = frozenset()
    told: list[BoardReport] = field(default_factory=list)
    asked: int = 0
    hangs: bool = False
    changed: threading.Condition = field(default_factory=threading.Condition)

    def report(self, report: BoardReport) -> BoardOrders:
        with self.changed:
            self.asked += 1
            self.changed.notify_all()
            assert self.changed.wait_for(lambda: not self.hangs, 5)
            if self.away:
                raise Away("away")
            self.told.append(report)
            return BoardOrders(self.leads, report.name, self.shared)

    def known(self, calls: Iterable[CallKey]) -> Mapping[CallKey, Announcement]:
        return {}

    def until(self, fact: Callable[[], bool]) -> None:
        with self.changed:
            assert self.changed.wait_for(fact, 5)

    def shown(self) -> list[CallKey]:
        return [one.key for report in self.told for one in report.shown]


@pytest.fixture
def hall() -> Hall:
    return Hall()


@pytest.fixture
def led() -> list[frozenset[str]]:
    return []


@pytest.fixture
def reporting(hall: Hall, led: list[frozenset[str]]) -> Iterator[Reporting]:
    who = Identity("D1", ("1A",), ("1A",))
    made = Reporting(hall, lambda: who, led.append, FAST)
    made.start()
    hall.until(lambda: hall.asked > 0)
    yield made
    made.close()


def _more_than(hall: Hall, told: int) -> bool:
    return len(hall.told) > told


def spoken_of(told: Iterable[BoardReport]) -> list[Spoken]:
    """Return what was spoken, whenever it was."""
    return [replace(one, ago_ms=0) for report in told for one in report.spoken]


def test_a_call_is_told_soon_and_once(hall: Hall, reporting: Reporting) -> None:
    reporting.shown(7, 1, time.monotonic() - 0.5)
    reporting.spoken(Spoken(7, 1, "1A", 2))
    hall.until(lambda: len(hall.shown()) == 1)
    reporting.shown(8, 1)
    hall.until(lambda: len(hall.shown()) == 2)
    assert hall.shown() == [(7, 1), (8, 1)]
    assert spoken_of(hall.told) == [Spoken(7, 1, "1A", 2)]
    (first,) = (one for report in hall.told for one in report.shown if one.turn_id == 7)
    assert 500 <= first.ago_ms < 3000


def test_what_the_hall_did_not_hear_is_told_later(hall: Hall, reporting: Reporting) -> None:
    hall.away = True
    for turn in range(250):
        reporting.shown(turn, 1)
    reporting.spoken(Spoken(1, 1, "1A", 1))
    said = time.monotonic()
    before = hall.asked
    hall.until(lambda: hall.asked > before + 2)
    hall.away = False
    hall.until(lambda: len(hall.shown()) == 250)
    assert hall.shown() == [(turn, 1) for turn in range(250)]
    assert max(len(report.shown) for report in hall.told) <= 100, "others wait for the lock"
    (spoken,) = (one for report in hall.told for one in report.spoken)
    assert 0 < spoken.ago_ms <= round(1000 * (time.monotonic() - said)), "since it was said"


def test_a_long_absence_keeps_the_newest_and_no_more(hall: Hall, reporting: Reporting) -> None:
    hall.away = True
    for turn in range(KEPT + 50):
        reporting.shown(turn, 1)
    hall.away = False
    hall.until(lambda: len(hall.shown()) >= KEPT)
    assert hall.shown()[-1] == (KEPT + 49, 1)


def test_the_lead_ends_without_the_hall(hall: Hall, led: list[frozenset[str]]) -> None:
    who = Identity("D1", (), ("1A",))
    short = Rhythm(0.01, 0.0, apart_s=0.0, idle_s=0.02, lease_s=0.15, retry_s=(0.02,))
    reporting = Reporting(hall, lambda: who, led.append, short)
    reporting.start()
    try:
        hall.until(lambda: bool(led))
        assert reporting.leads("1A")
        hall.away = True
        end = time.monotonic() + 5
        while reporting.leads("1A") and time.monotonic() < end:
            before = hall.asked
            hall.until(lambda: hall.asked > before)  # noqa: B023 - waited for here
        assert not reporting.leads("1A"), "another board may speak by now"
    finally:
        reporting.close()
    assert not any(report.ending for report in hall.told), "the hall is away: it would wait"


def test_a_report_that_hangs_past_the_lease_begins_a_new_lead(
    hall: Hall, led: list[frozenset[str]]
) -> None:
    who = Identity("D1", (), ("1A",))
    short = Rhythm(0.01, 0.0, apart_s=0.0, idle_s=0.02, lease_s=0.2, retry_s=(0.02,))
    reporting = Reporting(hall, lambda: who, led.append, short)
    reporting.start()
    try:
        hall.until(lambda: bool(led))
        with hall.changed:
            hall.hangs, before = True, hall.asked
        end = time.monotonic() + 5
        hall.until(lambda: hall.asked > before)
        seen, pause = len(led), threading.Event()
        while reporting.leads("1A"):
            assert time.monotonic() < end
            pause.wait(0.005)
        with hall.changed:
            hall.hangs, before = False, hall.asked
            hall.changed.notify_all()
        hall.until(lambda: hall.asked > before)
        assert led[seen : seen + 2] == [frozenset(), frozenset({"1A"})], "looked up what it holds"
    finally:
        with hall.changed:
            hall.hangs = False
            hall.changed.notify_all()
        reporting.close()


def test_a_board_without_sound_leaves_the_voice_to_one_that_has_it(
    hall: Hall, reporting: Reporting
) -> None:
    quiet = Spoken(7, 1, "1A", 0, Unspoken.NO_SOUND)
    reporting.spoken(quiet)
    hall.until(lambda: quiet in spoken_of(hall.told[-1:]))
    assert "1A" in hall.told[-1].speaks, "there is no other"
    hall.shared = frozenset({"1A"})
    reporting.look()
    hall.until(lambda: len(hall.told) > 2)
    reporting.spoken(Spoken(8, 1, "1A", 0, Unspoken.NO_SOUND))
    hall.until(lambda: len(hall.told) > 3)
    assert not hall.told[-1].speaks


def test_of_two_boards_without_sound_one_goes_on(hall: Hall, reporting: Reporting) -> None:
    """The other one has just left the voice, too: a zone without a leader tells of no call."""
    hall.shared = frozenset({"1A", "2B"})
    for _ in range(2):  # with the second one the answer to the first one is known
        told = len(hall.told)
        reporting.look()
        hall.until(partial(_more_than, hall, told))
    hall.shared = frozenset({"2B"})
    reporting.spoken(Spoken(8, 1, "1A", 0, Unspoken.NO_SOUND))
    seen = len(hall.told)
    hall.until(lambda: any(not one.speaks for one in hall.told[seen:]))
    hall.until(lambda: hall.told[-1].speaks == ("1A",))


def test_the_end_is_told_with_what_is_left(hall: Hall, reporting: Reporting) -> None:
    reporting.spoken(Spoken(9, 1, "1A", 1))
    reporting.close()
    assert hall.told[-1].ending
    assert [one.turn_id for report in hall.told for one in report.spoken] == [9]
    count = hall.asked
    reporting.close()
    assert hall.asked == count


def test_a_reporter_that_never_began_ends(hall: Hall) -> None:
    Reporting(hall, lambda: Identity("D1")).close()
    assert hall.told == []


def test_calls_of_a_burst_are_few_reports(hall: Hall) -> None:
    who = Identity("D1", ("1A",), ("1A",))
    apart = replace(FAST, apart_s=0.15)
    made = Reporting(hall, lambda: who, lambda _zones: None, apart)
    made.start()
    hall.until(lambda: hall.asked > 0)
    before = hall.asked
    made.shown(1, 1)
    hall.until(lambda: hall.shown() == [(1, 1)])
    for turn in range(2, 40):
        made.shown(turn, 1)
        time.sleep(0)
    hall.until(lambda: len(hall.shown()) == 39)
    assert hall.shown() == [(turn, 1) for turn in range(1, 40)]
    assert hall.asked == before + 2
    made.close()
