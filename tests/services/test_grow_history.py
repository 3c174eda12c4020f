"""The history that ``bench grow`` writes is one that the product takes for its own."""

from datetime import date

from hallclient.domain.journal import broken_at
from hallclient.lab.bench.grow_history import History, write_history
from hallclient.services.chores.rollup import RollupChore
from hallclient.services.day_sums import floor_sums
from tests.stores import HallUnderTest

BEFORE = date(2026, 9, 29)
TICKETS = 6000


def write(hall: HallUnderTest, entries: int) -> History:
    return write_history(hall.engine, hall.store.plan(), TICKETS, BEFORE, entries)


def test_it_is_whole_and_the_hall_goes_on(hall: HallUnderTest) -> None:
    known = len(hall.journal())
    history = write(hall, 8 * TICKETS)
    assert (history.days, history.entries) == (2, 8 * TICKETS)
    assert hall.one("SELECT count(*) FROM ticket") == TICKETS
    assert hall.one("SELECT count(*) FROM journal") == known + history.entries
    assert broken_at(hall.journal()) is None
    while RollupChore().step(hall.store):
        pass
    with hall.store.look() as reader:
        sums = floor_sums(reader, history.first, history.last)[()]
    assert sums.issued == TICKETS
    assert sums.cases == history.rows["case_record"]
    hall.sign_in("2")
    hall.issue()
    assert hall.calling().call_next().ticket is not None
    assert broken_at(hall.journal()) is None


def test_a_journal_with_a_bound_has_fewer_entries_of_each(hall: HallUnderTest) -> None:
    history = write(hall, 2 * TICKETS + 5)
    assert history.entries == 2 * TICKETS
