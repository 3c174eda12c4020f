"""Chores do what is to be done, once, whoever does them and however often."""

from datetime import UTC, date, datetime, timedelta

import pytest

from hallclient.domain.message import Contact, Message, MessageEvent, MessageState
from hallclient.domain.parts import CalendarDay
from hallclient.domain.rules import DayCount
from hallclient.domain.turn import Outcome
from hallclient.services.chores import Chore, chores
from hallclient.services.chores.closing import ClosingChore
from hallclient.services.chores.day import DayChore
from hallclient.services.chores.ratings import RatingsChore
from hallclient.services.chores.retention import RetentionChore
from hallclient.services.days import close_day
from hallclient.services.jobs import PrintJobState, SlipKind
from hallclient.services.ports_devices import DeviceKind, DeviceState
from hallclient.services.print_jobs import StationJobs
from hallclient.services.stations import DeviceReport
from tests.stores import HallUnderTest

TODAY = date(2026, 9, 29)
FOUR_IN_THE_MORNING = datetime(2026, 9, 29, 20, tzinfo=UTC)


def wanted(hall: HallUnderTest, chore: Chore) -> bool:
    with hall.store.look() as reader:
        return chore.wanted(reader)


def do(hall: HallUnderTest, chore: Chore) -> list[str]:
    """Do a chore to its end, and once more: then nothing is left, and nothing is written."""
    said = []
    while done := chore.step(hall.store):
        said.append(done)
    entries = len(hall.journal())
    assert chore.step(hall.store) == ""
    assert len(hall.journal()) == entries
    return said


def serve(hall: HallUnderTest, outcome: Outcome = Outcome.CONSULT) -> int:
    """A turn that asked for a rating; its id."""
    hall.issue()
    calling = hall.calling("2")
    calling.call_next()
    calling.start()
    turn = calling.finish(outcome).turn
    assert turn is not None
    return turn.id


def rated(hall: HallUnderTest) -> list[tuple[int, int, str]]:
    query = "SELECT turn_id, level, origin FROM rating ORDER BY turn_id"
    return [tuple(row) for row in hall.rows(query)]


def test_their_names_and_what_they_say_of_themselves() -> None:
    names = [
        "day",
        "closing",
        "owed",
        "ratings",
        "totals",
        "stars",
        "alarms",
        "rollup",
        "retention",
    ]
    assert [chore.name for chore in chores()] == names
    assert all(chore.about and not chore.about.endswith(".") for chore in chores())


# The day


def test_the_day_ends_at_its_time_without_a_citizen(hall: HallUnderTest) -> None:
    chore = DayChore()
    assert not wanted(hall, chore)
    assert do(hall, chore) == [], "before the first day there is none to close"
    hall.sign_in("2")
    hall.issue()
    hall.clock.now = FOUR_IN_THE_MORNING - timedelta(seconds=1)
    assert not wanted(hall, chore)
    assert do(hall, chore) == []
    hall.clock.now = FOUR_IN_THE_MORNING
    assert wanted(hall, chore)
    assert do(hall, chore) == ["closed the day 2026-09-29"]
    assert not wanted(hall, chore)
    assert hall.kinds()[-3:] == ["ticket.abandoned", "shift.ended", "day.closed"]
    with hall.store.look() as reader:
        assert reader.day is None
    assert hall.issue().ticket.label == "A001"
    assert not wanted(hall, chore)


def test_a_day_that_was_missed_is_closed_however_late(hall: HallUnderTest) -> None:
    hall.issue()
    hall.clock.advance(days=12)
    assert do(hall, DayChore()) == ["closed the day 2026-09-29"]


def test_a_day_closed_by_hand_is_not_opened_again(hall: HallUnderTest) -> None:
    hall.issue()
    close_day(hall.store, "staff:1001")
    assert not wanted(hall, DayChore())
    assert do(hall, DayChore()) == []
    with hall.store.look() as reader:
        assert reader.day is None


# Ratings


def test_no_default_where_the_hall_has_none(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    serve(hall)
    hall.clock.advance(days=400)
    assert not wanted(hall, RatingsChore())
    assert do(hall, RatingsChore()) == []
    assert rated(hall) == []


def test_who_did_not_rate_in_seven_days_gets_the_default(hall: HallUnderTest) -> None:
    """Guangdong: 7 calendar days, 基本满意 (domain.md §5)."""
    hall.change_rules(default_level=3)
    hall.sign_in("2")
    silent, spoke = serve(hall), serve(hall)
    assert hall.ratings.record(spoke, 1, "k2")  # type: ignore[arg-type]  # as a keypad's byte
    hall.clock.now = FOUR_IN_THE_MORNING + timedelta(days=7, seconds=-1)
    assert not wanted(hall, RatingsChore())
    assert do(hall, RatingsChore()) == []
    hall.clock.advance(seconds=1)
    assert wanted(hall, RatingsChore())
    assert do(hall, RatingsChore()) == ["default ratings written: 1"]
    assert rated(hall) == [(silent, 3, "default"), (spoke, 1, "active")]
    entry = hall.journal()[-1]
    assert (entry.kind, entry.actor, set(entry.data)) == (
        "rating.defaulted",
        "chore:ratings",
        {"digest"},
    )
    with hall.store.look() as reader:
        assert reader.day == TODAY, "a default rating opens and closes no day"


def test_working_days_are_the_halls(hall: HallUnderTest) -> None:
    """Xinjiang: 5 working days, 满意. The national holidays stand between (domain.md §3)."""
    holidays = tuple(CalendarDay(f"2026-10-0{n}", working=False) for n in range(1, 8))
    hall.change_plan(calendar=(*holidays, CalendarDay("2026-10-10", working=True)))
    hall.change_rules(default_level=4, default_after_days=5, default_days=DayCount.WORKING)
    hall.sign_in("2")
    turn = serve(hall)
    # 2026-09-29 + 5 working days is 2026-10-12; that day is the citizen's last.
    hall.clock.now = datetime(2026, 10, 12, 20, tzinfo=UTC) - timedelta(seconds=1)
    assert do(hall, RatingsChore()) == []
    hall.clock.advance(seconds=1)
    assert do(hall, RatingsChore()) == ["default ratings written: 1"]
    assert rated(hall) == [(turn, 4, "default")]


def test_many_are_written_in_small_steps(
    hall: HallUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hallclient.services.chores.ratings.BATCH", 2)
    hall.change_rules(default_level=5)
    hall.sign_in("2")
    turns = [serve(hall) for _ in range(5)]
    hall.clock.advance(days=9)
    assert do(hall, RatingsChore()) == [f"default ratings written: {n}" for n in (2, 2, 1)]
    assert rated(hall) == [(turn, 5, "default") for turn in turns]


def test_a_turn_that_asked_for_no_rating_gets_none(hall: HallUnderTest) -> None:
    hall.change_rules(default_level=3)
    hall.sign_in("2")
    hall.issue()
    calling = hall.calling("2")
    calling.call_next()
    calling.recall()
    calling.recall()
    calling.no_show()
    hall.clock.advance(days=9)
    assert do(hall, RatingsChore()) == []
    assert rated(hall) == []


# The closing slip


def closing_jobs(hall: HallUnderTest) -> list[tuple[str, str]]:
    query = "SELECT subject, station FROM print_job WHERE kind = 'closing' ORDER BY id"
    return [tuple(row) for row in hall.rows(query)]


def test_a_closed_day_is_printed_once(hall: HallUnderTest) -> None:
    hall.change_rules(closing_station="K1")
    chore = ClosingChore()
    hall.issue()
    assert not wanted(hall, chore)
    assert do(hall, chore) == [], "an open day has no slip"
    close_day(hall.store, "chore")
    assert wanted(hall, chore)
    assert do(hall, chore) == ["asked K1 to print the slip of 2026-09-29"]
    assert not wanted(hall, chore)
    (entry,) = [e for e in hall.journal() if e.kind == "slip.asked"]
    assert (entry.subject, entry.actor) == ("day:2026-09-29", "chore:closing")
    job = StationJobs(hall.store, "K1").take()
    assert job is not None
    assert job.kind is SlipKind.CLOSING
    head = hall.one("SELECT head FROM business_day")
    assert head[:4] in str(job.slip)
    StationJobs(hall.store, "K1").end(job, PrintJobState.PRINTED)
    assert do(hall, chore) == [], "also when it is printed already"


def test_no_slip_without_a_station_and_none_long_after(hall: HallUnderTest) -> None:
    hall.issue()
    close_day(hall.store, "chore")
    assert do(hall, ClosingChore()) == []
    hall.change_rules(closing_station="K1")
    hall.clock.advance(days=8)
    assert do(hall, ClosingChore()) == []
    assert closing_jobs(hall) == []


def test_days_that_were_missed_and_a_day_that_was_closed_again(hall: HallUnderTest) -> None:
    hall.change_rules(closing_station="K1")
    hall.issue()
    hall.clock.advance(days=1)
    hall.issue()
    close_day(hall.store, "chore")
    do(hall, ClosingChore())
    assert closing_jobs(hall) == [("day:2026-09-29", "K1"), ("day:2026-09-30", "K1")]
    hall.issue()
    close_day(hall.store, "chore")
    assert do(hall, ClosingChore()) == ["asked K1 to print the slip of 2026-09-30"]
    assert len(closing_jobs(hall)) == 3


# Retention


def test_telephones_and_messages_go_with_their_day(hall: HallUnderTest) -> None:
    first = hall.issue().ticket
    keep(hall, first.id)
    assert do(hall, RetentionChore()) == [], "today's stay"
    hall.clock.now = FOUR_IN_THE_MORNING + timedelta(hours=5)
    second = hall.issue().ticket
    keep(hall, second.id)
    assert do(hall, RetentionChore()) == ["deleted: telephones 1, messages 1"]
    assert hall.rows("SELECT ticket_id FROM contact") == [(second.id,)]
    assert hall.rows("SELECT ticket_id FROM message") == [(second.id,)]


def keep(hall: HallUnderTest, ticket_id: int) -> None:
    with hall.store.change("kiosk:K1") as tx:
        tx.save_contact(Contact(ticket_id, b"sealed", "zh-CN", tx.now))
        state, later = MessageState.SENT, tx.now + timedelta(hours=1)
        tx.add_message(
            Message(tx.new_id(), ticket_id, MessageEvent.TAKEN, state, tx.now, tx.now, later)
        )


def test_machines_are_forgotten_after_a_month(hall: HallUnderTest) -> None:
    hall.change_rules(closing_station="K1")
    old = DeviceReport("printer", DeviceKind.PRINTER, DeviceState.READY)
    hall.issue()
    close_day(hall.store, "chore")
    do(hall, ClosingChore())
    jobs = StationJobs(hall.store, "K1")
    job = jobs.take()
    assert job is not None
    jobs.end(job, PrintJobState.PRINTED)
    hall.store.report_devices("K1", [old])
    hall.clock.advance(days=30, seconds=-1)
    assert do(hall, RetentionChore()) == []
    hall.clock.advance(seconds=2)
    hall.store.report_devices("K2", [old])
    assert do(hall, RetentionChore()) == ["deleted: print jobs 1, devices 1"]
    with hall.store.look() as reader:
        assert [record.station for record in reader.devices()] == ["K2"]
    assert closing_jobs(hall) == []
    assert do(hall, ClosingChore()) == [], "what is deleted is not printed again"
