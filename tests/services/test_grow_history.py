"""The history that ``bench grow`` writes is one that the product takes for its own."""

from dataclasses import replace
from datetime import date

import pytest

from hallclient.domain.journal import broken_at
from hallclient.lab.bench import grow_history
from hallclient.lab.bench.grow_history import History, write_history
from hallclient.services.chores.rollup import RollupChore
from hallclient.services.day_sums import floor_sums
from hallclient.storage.soundness import look_at
from tests.stores import HallUnderTest

pytestmark = pytest.mark.usually_on("sqlite")

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


def test_days_are_copies_with_their_own_numbers_and_less_when_they_are_old(
    hall: HallUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grow_history, "A_DAY_OF_TICKETS", 20)
    plan = hall.store.plan()
    plan = replace(plan, rules=replace(plan.rules, link_keep_days=20, rating_keep_days=40))
    history = write_history(hall.engine, plan, 799, BEFORE, 5000)
    assert history.days == 40
    assert hall.one("SELECT count(DISTINCT day) FROM ticket") == 40
    assert hall.one("SELECT count(*) FROM ticket WHERE issued_at > ended_at") == 0
    found = look_at(hall.engine)
    assert found.sound, (found.troubles, [one.words for one in found.chains])
    cut, kept = "token LIKE '-%' AND request_id LIKE '-%'", "token NOT LIKE '-%'"
    links, ratings = history.forgotten.links.isoformat(), history.forgotten.ratings.isoformat()
    assert hall.one(f"SELECT count(*) FROM ticket WHERE day < '{links}' AND {kept}") == 0  # noqa: S608 - constants
    assert hall.one(f"SELECT count(*) FROM ticket WHERE day >= '{links}' AND {cut}") == 0  # noqa: S608 - constants
    assert hall.one("SELECT min(given_at) FROM rating") is not None
    first = hall.rows("SELECT min(given_at) FROM rating")[0][0]
    assert str(first)[:10] >= ratings
    with hall.store.look() as reader:
        assert reader.low_ratings() == [], "all of them were followed up"
        token = hall.rows(f"SELECT token FROM ticket WHERE {kept} ORDER BY id DESC LIMIT 1")[0][0]  # noqa: S608 - constants
        assert reader.ticket_by_token(token) is not None


def test_a_journal_with_a_bound_has_fewer_entries_of_each(hall: HallUnderTest) -> None:
    history = write(hall, 2 * TICKETS + 5)
    assert history.entries == 2 * TICKETS
