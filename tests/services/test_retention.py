"""Nothing that may name somebody outlives its time: not in a row, not in a byte of the file."""

import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from hallclient.domain.errand import Errand, ErrandState
from hallclient.domain.follow_up import Appeal, FollowUp, FollowUpResult
from hallclient.domain.journal import broken_at
from hallclient.domain.message import Contact
from hallclient.domain.rating import Level
from hallclient.domain.turn import Outcome
from hallclient.services.chores import chores, retention
from hallclient.services.chores.retention import RetentionChore
from hallclient.services.day_sums import rating_sums
from hallclient.services.days import close_day_if_over
from hallclient.services.jobs import PrintJob, PrintJobState, SlipKind
from hallclient.services.person_records import Note, PersonNote
from hallclient.storage import upkeep
from hallclient.storage.engine import READ
from hallclient.storage.metadata import metadata
from hallclient.storage.write_turn import WAIT_S
from tests import invariants
from tests.stores import HallUnderTest

pytestmark = pytest.mark.usually_on("sqlite")

SECRET = "Wang-Xiaofang-13800001234"  # noqa: S105 - nobody's
"""What stands, in these tests, for everything that names somebody."""
KEPT = {
    "ledger_keep_days": 1,
    "case_keep_days": 1,
    "link_keep_days": 1,
    "rating_keep_days": 1,
    "number_keep_days": 1,
    "slip_keep_days": 1,
}


def live(hall: HallUnderTest) -> str:
    """A day that leaves the secret in every place that can hold one; the token of its ticket."""
    hall.change_rules(**KEPT)
    hall.sign_in("2")
    ticket = hall.issue().ticket
    hall.calling().call_next()
    hall.calling().start()
    turn = hall.calling().finish(Outcome.INSTANT).turn
    assert turn is not None
    hall.ratings.record(turn.id, Level.VERY_DISSATISFIED, "k2")
    sealed, salt = SECRET.encode(), b"salt" * 4
    with hall.store.change("test") as tx:
        now, staff = tx.now, tx.plan.staff[0].id
        (case,) = tx.cases_of_ticket(ticket.id)
        (low,) = tx.low_ratings()
        tx.name_person(ticket.id, SECRET)
        tx.save_person_note(PersonNote(ticket.id, SECRET, "1234", SECRET))
        tx.save_contact(Contact(ticket.id, sealed, "zh-CN", now))
        for subject in (f"ticket:{ticket.id}", f"case:{case.id}"):
            tx.add_note(Note(tx.new_id(), subject, SECRET, staff, now, salt))
        tx.add_rating_contact(low.rating.id, sealed)
        result = FollowUpResult.EXPLAINED
        told = FollowUp(low.rating.id, now.date(), staff, result, recorded_at=now, note=SECRET)
        tx.save_follow_up(told)
        for number, state in enumerate((ErrandState.SIGNED, ErrandState.CANCELLED)):
            tx.add_errand(
                Errand(
                    tx.new_id(), f"D{number}", ticket.service_id, staff, state, now, SECRET,
                    sealed, (SECRET,), signed_at=now, result=SECRET,
                )
            )  # fmt: skip
        job = PrintJob(tx.new_id(), "K1", SlipKind.CLOSING, "x", {"text": SECRET}, now)
        tx.add_print_job(job)
    hall.execute(
        "UPDATE print_job SET state = :state, finished_at = :now",
        state=PrintJobState.PRINTED.value,
        now=hall.clock.now,
    )
    hall.execute("UPDATE case_record SET person = :secret", secret=SECRET)
    return ticket.token


def places_of(hall: HallUnderTest, text: str) -> list[str]:
    """Every column of every table in which a text stands."""
    found = []
    with hall.engine.execution_options(**READ).connect() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(sa.select(table)).mappings():
                found += [
                    f"{table.name}.{name}"
                    for name, value in row.items()
                    if text in (value.decode("latin-1") if isinstance(value, bytes) else str(value))
                ]
    return sorted(set(found))


def do_all(hall: HallUnderTest) -> None:
    for chore in chores():
        while chore.step(hall.store):
            pass


def test_what_names_somebody_goes_and_the_chain_stays(hall: HallUnderTest) -> None:
    token = live(hall)
    assert places_of(hall, SECRET) == [
        "case_record.person", "contact.sealed", "errand.mask", "errand.papers", "errand.result",
        "errand.sealed", "follow_up.note", "note.text", "person_note.key", "person_note.mask",
        "print_job.slip", "rating_contact.sealed", "ticket_person.person",
    ]  # fmt: skip
    assert places_of(hall, token) == ["ticket.token"]
    hall.clock.advance(days=4)
    close_day_if_over(hall.store, "chore")
    with hall.store.look() as reader:
        day = reader.first_day()
        assert day is not None
        before = [(cell.window_id, cell.tally) for cell in rating_sums(reader, day, day)]
    do_all(hall)
    hall.clock.advance(days=1)
    do_all(hall)
    assert places_of(hall, SECRET) == []
    assert places_of(hall, token) == []
    assert hall.rows("SELECT * FROM rating") == []
    with hall.store.look() as reader:
        after = [(cell.window_id, cell.tally) for cell in rating_sums(reader, day, day)]
        entries = reader.entries_after(0, 10_000)
        assert "rating.given" in [one.kind for one in entries]
        assert broken_at(entries) is None
    assert after == before, "the counts stay"
    invariants.check(hall.engine, hall.store)


def test_today_is_left_alone_and_nothing_goes_before_its_time(hall: HallUnderTest) -> None:
    token = live(hall)
    here = places_of(hall, SECRET)
    do_all(hall)
    assert places_of(hall, SECRET) == here
    assert places_of(hall, token) == ["ticket.token"]


def test_what_would_go_is_said_and_stays(hall: HallUnderTest) -> None:
    live(hall)
    hall.clock.advance(days=4)
    close_day_if_over(hall.store, "chore")
    do_all_but_retention = [one for one in chores() if one.name not in ("retention", "upkeep")]
    for chore in do_all_but_retention:
        while chore.step(hall.store):
            pass
    here = places_of(hall, SECRET)
    entries = len(hall.journal())
    said = RetentionChore().preview(hall.store)
    assert said.startswith("would be deleted: ")
    for what in ("errands' names 2", "telephones of ratings 1", "links of tickets 1", "ratings 1"):
        assert what in said
    assert places_of(hall, SECRET) == here
    assert len(hall.journal()) == entries


@pytest.mark.parametrize("hall_url", ["sqlite"], indirect=True)
def test_no_byte_of_it_is_left_in_the_files(hall: HallUnderTest) -> None:
    """Neither in the pages of deleted rows nor in the write-ahead log."""
    token = live(hall)
    for number in range(400):  # more than a page: rows move, pages are freed
        with hall.store.change("test") as tx:
            text = f"{SECRET} {number} " + "x" * 300
            tx.add_note(Note(tx.new_id(), "ticket:1", text, tx.plan.staff[0].id, tx.now, b"s" * 16))
    path = Path(hall.url.removeprefix("sqlite:///"))

    def bytes_of() -> bytes:
        return b"".join(one.read_bytes() for one in sorted(path.parent.glob("hall.db*")))

    assert SECRET.encode() in bytes_of()
    assert token.encode() in bytes_of()
    hall.clock.advance(days=4)
    close_day_if_over(hall.store, "chore")
    do_all(hall)
    hall.clock.advance(days=1)
    do_all(hall)
    assert places_of(hall, SECRET) == []
    assert SECRET.encode() not in bytes_of()
    assert token.encode() not in bytes_of()
    assert hall.one("PRAGMA secure_delete") == 1


def test_links_are_cut_in_slices(hall: HallUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    hall.change_rules(link_keep_days=1)
    for _ in range(5):
        hall.issue()
    monkeypatch.setattr("hallclient.services.chores.retention.AT_ONCE", 2)
    hall.clock.advance(days=3)
    close_day_if_over(hall.store, "chore")
    said = []
    while done := RetentionChore().step(hall.store):
        said.append(done)
    assert said == [f"deleted: links of tickets {count}" for count in (2, 2, 1)]
    assert hall.one("SELECT count(*) FROM ticket WHERE token LIKE '-%'") == 5
    hall.clock.advance(seconds=1)
    assert hall.issue().ticket.token[0] != "-"


def test_ratings_wait_until_their_day_is_counted(hall: HallUnderTest) -> None:
    live(hall)
    hall.clock.advance(days=4)
    close_day_if_over(hall.store, "chore")
    for _ in range(3):
        RetentionChore().step(hall.store)
    assert hall.one("SELECT count(*) FROM rating") == 1
    do_all(hall)
    assert hall.one("SELECT count(*) FROM rating") == 0


def test_a_hall_file_says_how_long(hall: HallUnderTest) -> None:
    rules = hall.store.plan().rules
    kept = timedelta(days=rules.rating_keep_days)
    assert kept > timedelta(days=rules.default_after_days)
    assert (rules.link_keep_days, rules.number_keep_days, rules.slip_keep_days) == (180, 90, 30)


def test_a_rating_whose_appeal_is_not_decided_stays(hall: HallUnderTest) -> None:
    live(hall)
    rated = hall.one("SELECT id FROM rating")
    with hall.store.change("staff:9001") as tx:
        tx.save_follow_up(FollowUp(rated, tx.now.date(), appeal=Appeal.ASKED))
    hall.clock.advance(days=4)
    close_day_if_over(hall.store, "chore")
    do_all(hall)
    assert hall.one("SELECT count(*) FROM rating") == 1
    with hall.store.change("staff:9001") as tx:
        aside = FollowUp(rated, tx.now.date(), appeal=Appeal.REFUSED, recorded_at=tx.now)
        tx.save_follow_up(aside)
    do_all(hall)
    assert hall.one("SELECT count(*) FROM rating") == 0


def test_of_what_goes_in_slices_a_look_says_at_least(
    hall: HallUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 1)
    live(hall)
    hall.clock.advance(days=4)
    close_day_if_over(hall.store, "chore")
    assert "links of tickets at least 1" in RetentionChore().preview(hall.store)


@pytest.mark.parametrize("hall_url", ["sqlite"], indirect=True)
def test_whoever_reads_keeps_no_writer_waiting(
    hall: HallUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What empties the log waits for readers, and holds the writers' lock meanwhile."""
    monkeypatch.setattr(upkeep, "_TRIES", 2)
    hall.issue()
    with hall.another_store() as other, other.look():
        hall.issue()
        began = time.monotonic()
        assert hall.store.tend() == "statistics"
        assert time.monotonic() - began < WAIT_S / 2
    assert hall.store.tend() == "statistics, log emptied"
    with closing(hall.engine.raw_connection()) as raw:
        (patience,) = raw.cursor().execute("PRAGMA busy_timeout").fetchone()
    assert patience == WAIT_S * 1000
