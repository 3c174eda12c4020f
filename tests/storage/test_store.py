"""Whole changes and whole looks at a hall, on both databases."""

import gc
import itertools
import json
import threading
import warnings
import weakref
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from hallclient.domain.errors import Conflict
from hallclient.domain.journal import Json, broken_at, canonical
from hallclient.domain.ticket import Delivery, TicketStatus
from hallclient.services.issuing import Issuing, TicketRequest
from hallclient.services.shifts import Shifts
from hallclient.services.store_records import Tail, Wanted
from hallclient.storage.engine import open_engine
from hallclient.storage.errors import SchemaOutdated
from hallclient.storage.feed import open_feed
from hallclient.storage.store import SqlStore, found_hall, halls_in
from tests import invariants
from tests.e2e import jobs
from tests.halls import HALL_ID, PIN
from tests.processes import barrier, run_all
from tests.stores import HallUnderTest, staffed_hall

WORDS: dict[str, Json] = {
    "名": "岷安\U00020bb7\n\"'\\",
    "z": [1, 1.5, True, None, {"b": "", "a": "<&>"}],
    "a": 10**15,
}


def test_a_change_that_raises_leaves_nothing(hall: HallUnderTest) -> None:
    before = hall.rows("SELECT * FROM hall")

    def fail() -> None:
        with hall.store.change("chore") as tx:
            tx.open_day(date(2026, 9, 29))
            tx.count("series:A")
            tx.new_id()
            tx.record("x", "y")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert hall.rows("SELECT * FROM hall") == before
    for table in ("counter", "business_day"):
        assert hall.rows(f"SELECT * FROM {table}") == []  # noqa: S608 - a name from above
    assert "x" not in [e.kind for e in hall.journal()]


def test_a_look_sees_one_moment(hall: HallUnderTest) -> None:
    hall.issue()
    with hall.another_store() as other, other.look() as reader:
        seq = reader.seq
        hall.issue()
        assert reader.queue_count(reader.plan.queue("A").id).waiting == 1
        assert len(reader.open_tickets()) == 1
        assert reader.entries_after(seq, 9) == []


def test_moves_name_the_status_that_they_expect(hall: HallUnderTest) -> None:
    ticket = hall.issue().ticket
    with hall.store.change("x") as tx:
        moved = tx.move_ticket(ticket, TicketStatus.CALLED)
        assert moved.status is TicketStatus.CALLED
        assert tx.ticket(ticket.id) == moved
    with pytest.raises(Conflict), hall.store.change("x") as tx:  # noqa: PT012 - the change is the statement
        tx.move_ticket(ticket, TicketStatus.CALLED)
        tx.ticket(ticket.id)  # before the next answer at the latest
        pytest.fail("nobody noticed")
    with pytest.raises(Conflict), hall.store.change("x") as tx:
        tx.move_ticket(ticket, TicketStatus.ENDED)
    assert hall.one("SELECT status FROM ticket") == "called"
    assert hall.one("SELECT sum(waiting) FROM queue_now") == 0


def test_delivered_is_noted_once(hall: HallUnderTest) -> None:
    ticket = hall.issue().ticket
    with hall.store.change("x") as tx:
        assert tx.set_delivered(ticket.id, Delivery.PAPER)
        assert not tx.set_delivered(ticket.id, Delivery.SCREEN)
        assert not tx.set_delivered(4711, Delivery.SCREEN)


def test_time_runs_forward_when_the_clock_does_not(hall: HallUnderTest) -> None:
    seen = []
    for step in (0, 0, -3600, 5, -86_400, 0, 7200):
        hall.clock.advance(seconds=step)
        with hall.store.change("x") as tx:
            seen.append(tx.now)
            tx.record("tick", f"n:{step}")
            inside = tx.now
        assert inside == seen[-1]
        with hall.store.look() as reader:
            assert reader.now >= seen[-1]
    assert all(a < b for a, b in itertools.pairwise(seen))
    assert all(moment.tzinfo is UTC for moment in seen)
    assert [e.at for e in hall.journal() if e.kind == "tick"] == seen
    # A clock that stands or goes back costs a microsecond a change, not more.
    assert seen[1] - seen[0] == seen[2] - seen[1] == timedelta(microseconds=1)


def test_the_databases_own_clock(hall: HallUnderTest) -> None:
    store = SqlStore(hall.engine, HALL_ID)
    with store.change("x") as tx:
        assert abs(tx.now - datetime.now(UTC)) < timedelta(seconds=5)


def test_counters_are_the_days_own(hall: HallUnderTest) -> None:
    with hall.store.change("x") as tx:
        tx.open_day(date(2026, 9, 29))
        assert [tx.count("a"), tx.count("a"), tx.count("b")] == [1, 2, 1]
    with hall.store.change("x") as tx:
        tx.open_day(date(2026, 9, 30))
        assert tx.count("a") == 1
        tx.open_day(date(2026, 9, 29))
        assert tx.count("a") == 3


def test_ids_are_never_used_again(hall: HallUnderTest) -> None:
    seen: list[int] = []
    for _ in range(3):
        with hall.store.change("x") as tx:
            seen += [tx.new_id(), tx.new_id()]
    assert len(set(seen)) == 6
    assert seen == sorted(seen)
    taken = hall.rows("SELECT id FROM zone UNION SELECT id FROM staff UNION SELECT id FROM queue")
    assert set(seen).isdisjoint(row[0] for row in taken)


def test_nth_waiting_key(hall: HallUnderTest) -> None:
    tickets = [hall.issue().ticket for _ in range(3)]
    hall.issue("BDC001")
    with hall.store.look() as reader:
        queue = tickets[0].queue_id
        keys = [reader.nth_waiting_key(queue, n) for n in (1, 2, 3, 4)]
    assert keys == [*(t.claim_at for t in tickets), None]


def test_heads_of_no_queue(hall: HallUnderTest) -> None:
    hall.issue()
    with hall.store.look() as reader:
        assert reader.heads([]) == []
        assert reader.heads([4711]) == []


def test_a_hall_that_is_not_there(hall: HallUnderTest) -> None:
    store = SqlStore(hall.engine, "000000000000-00")
    with pytest.raises(SchemaOutdated, match="no hall 000000000000-00"), store.look():
        pass
    with pytest.raises(SchemaOutdated, match="load its hall file"), store.change("x"):
        pass


def test_a_hall_is_founded_once(hall: HallUnderTest) -> None:
    hall.issue()
    seq = hall.one("SELECT seq FROM hall")
    found_hall(hall.engine, staffed_hall())
    assert halls_in(hall.engine) == [HALL_ID]
    assert hall.one("SELECT seq FROM hall") == seq


def test_a_store_that_is_dropped_leaves_nothing_open(hall: HallUnderTest) -> None:
    store = SqlStore(hall.engine, HALL_ID)
    store.plan()
    gone = weakref.ref(store)
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        gc.disable()
        try:
            del store
            assert gone() is None, "at once, not when the collector comes"
        finally:
            gc.enable()
        gc.collect()
    assert [w for w in seen if issubclass(w.category, ResourceWarning)] == []


def test_the_journals_text_is_the_same_bytes_on_both_databases(hall: HallUnderTest) -> None:
    with hall.store.change("x") as tx:
        tx.record("odd", "s", WORDS, zone="1A", window="2")
    data = hall.one("SELECT data FROM journal WHERE kind = 'odd'")
    assert data.encode() == (
        b'{"a":1000000000000000,"z":[1,1.5,true,null,{"a":"<&>","b":""}],'
        b'"\xe5\x90\x8d":"\xe5\xb2\xb7\xe5\xae\x89\xf0\xa0\xae\xb7\\n\\"\'\\\\"}'
    )
    assert data == canonical(WORDS)
    assert json.loads(data) == WORDS
    entry = hall.journal()[-1]
    assert entry.data == WORDS
    assert broken_at(hall.journal()) is None


def staff_all(hall: HallUnderTest, windows: int) -> None:
    plan = staffed_hall(windows)
    hall.change_plan(windows=plan.windows, staff=plan.staff)
    for n in range(1, windows + 1):
        Shifts(hall.store, str(n)).sign_in(str(1000 + n), PIN)


def test_eight_processes_call_at_once(hall: HallUnderTest, tmp_path: Path) -> None:
    """No ticket is called twice, and the order is that of the keys, strictly."""
    callers, rounds, acks = 8, 12, str(tmp_path / "acks")
    real = SqlStore(hall.engine, HALL_ID)  # like the processes: on the database's clock
    hall.store = real
    staff_all(hall, callers)
    windows = hall.store.plan().windows
    hall.change_plan(windows=tuple(replace(w, ranks=(("A",),)) for w in windows))
    issuing = Issuing(real, "kiosk:K1")
    keys = {}
    for n in range(callers * rounds - 5):  # in the last round some find nobody
        ticket = issuing.issue(TicketRequest(f"r{n}", "ZH001")).ticket
        keys[ticket.id] = (ticket.claim_at, ticket.id)
    start = barrier(callers)
    run_all(
        [
            (jobs.call_together, (hall.url, acks, str(n), start, rounds))
            for n in range(1, callers + 1)
        ]
    )
    acked = [int(line.split()[2]) for line in Path(acks).read_text("utf-8").splitlines()]
    assert len(acked) == len(set(acked)) == len(keys)
    order = [int(e.subject.partition(":")[2]) for e in hall.journal() if e.kind == "ticket.called"]
    assert order == sorted(keys, key=keys.__getitem__)
    invariants.check(hall.engine, real)


def test_several_writers_leave_no_gap_in_the_journal(hall: HallUnderTest) -> None:
    """A reader that tails the journal meanwhile misses nothing: ``seq`` is in commit order."""
    real = SqlStore(hall.engine, HALL_ID)
    writers, each = 4, 60
    start = barrier(writers)
    seen: list[int] = []
    tails: list[tuple[int, Tail]] = []
    done = threading.Event()

    def follow() -> None:
        with hall.another_store() as store:
            with store.look() as reader:
                last = reader.seq
            while True:
                ending = done.is_set()
                with store.look() as reader:
                    entries = reader.entries_after(last, 1000)
                    assert [e.seq for e in entries] == list(range(last + 1, reader.seq + 1))
                last = entries[-1].seq if entries else last
                seen.extend(e.seq for e in entries)
                tails.append((last, store.tail(last, 1000, Wanted(("ticket.",)))))
                if ending:
                    return
                done.wait(0.003)

    first = hall.journal()[-1].seq + 1
    follower = threading.Thread(target=follow)
    follower.start()
    try:
        run_all([(jobs.issue_together, (hall.url, f"K{n}", start, each)) for n in range(writers)])
    finally:
        done.set()
        follower.join(30)
    journal = hall.journal()
    assert seen == list(range(first, journal[-1].seq + 1))
    assert len(seen) == writers * each + 1, "each ticket, and the opening of the day"
    tickets = [entry.seq for entry in journal if entry.kind.startswith("ticket.")]
    for behind, tail in tails:
        assert tail.there == tail.seq - behind, "one moment"
        assert [e.seq for e in tail.entries] == [n for n in tickets if behind < n <= tail.seq]
    invariants.check(hall.engine, real)


def test_every_statement_of_a_change_is_under_the_halls_lock(hall: HallUnderTest) -> None:
    """A second writer waits for the first, whatever both do (architecture.md §3)."""
    entered, release, second = threading.Event(), threading.Event(), threading.Event()
    order: list[str] = []

    def hold() -> None:
        with hall.another_store() as store, store.change("first") as tx:
            entered.set()
            release.wait(30)
            tx.record("first", "x")
            order.append("first")

    def follow() -> None:
        with hall.another_store() as store, store.change("second") as tx:
            order.append("second")
            tx.record("second", "x")
        second.set()

    threads = [threading.Thread(target=hold), threading.Thread(target=follow)]
    threads[0].start()
    assert entered.wait(10)
    threads[1].start()
    assert not second.wait(0.3)
    release.set()
    for thread in threads:
        thread.join(10)
    assert order == ["first", "second"]
    assert [e.kind for e in hall.journal()[-2:]] == ["first", "second"]


def test_another_hall_in_the_same_database_is_another_hall(hall: HallUnderTest) -> None:
    """Identity is (hall, id): equal ids, labels and requests do not meet."""
    other = "510114000000-02"
    with hall.engine.begin() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO hall (hall_id, name, time_zone, phone, follow_url, desk, rules,"
                " plan_version, next_id, seq, last_at, head) SELECT :other, name, time_zone, phone,"
                " follow_url, desk, rules, 0, 1, 0, last_at, :head FROM hall"
            ),
            {"other": other, "head": "0" * 64},
        )
    engine = open_engine(hall.url)
    store = SqlStore(engine, other, hall.clock)
    with store.change("x") as tx:
        tx.save_plan(replace(staffed_hall(), hall_id=other))
    mine, theirs = hall.issuing, Issuing(store, "kiosk:K1")
    one = mine.issue(TicketRequest("same", "ZH001")).ticket
    two = theirs.issue(TicketRequest("same", "ZH001")).ticket
    assert (one.label, two.label) == ("A001", "A001")
    assert one.token != two.token
    with store.look() as reader:
        assert [t.token for t in reader.open_tickets()] == [two.token]
        assert sum(c.waiting for c in reader.queue_counts()) == 1
        assert reader.ticket_by_token(one.token) is None
    engine.dispose()


def test_a_wake_up_says_which_entry_it_tells_of(hall: HallUnderTest) -> None:
    with open_feed(hall.engine, HALL_ID, ["hall"], "test") as feed:
        with hall.store.change("x") as tx:
            tx.record("test.one", "x")
            tx.record("test.two", "x")
            tx.wake("hall")
        assert feed.wait(5)
        with hall.store.look() as reader:
            assert feed.heard == reader.seq
        with hall.store.change("x") as tx:
            tx.wake("hall")  # the journal does not tell of it: whoever wakes must read
        assert feed.wait(5)
        assert feed.heard == 0
