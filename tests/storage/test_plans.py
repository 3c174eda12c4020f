"""The questions asked for every call are answered by an index, also in a hall with a long past.

On PostgreSQL also where a plan was made once for all values (``force_generic_plan``): a status
that is bound, not written, would lose the partial index there, 0.26 → 1,543 ms
(architecture.md §3).
"""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection

from hallclient.domain.errand import ErrandState
from hallclient.domain.message import Message, MessageEvent, MessageState
from hallclient.domain.ticket import TicketStatus
from hallclient.domain.turn import Outcome
from hallclient.services.day_records import Done, Part
from hallclient.services.jobs import PrintJob, SlipKind
from hallclient.services.store_records import Wanted
from hallclient.storage.day_tables import TICKET_COUNTS, TURN_COUNTS, day_done, day_stats
from hallclient.storage.engine import open_engine
from hallclient.storage.store import SqlStore
from tests.halls import HALL_ID
from tests.storage.generic import prepared
from tests.stores import HallUnderTest, HandClock, hall_url_of

ENDED = 50_000
FEW = {"rating_contact": 100, "follow_up": 1000}
"""Not every turn has one of these."""
DAY = timedelta(days=1)
OPEN_STATES = (TicketStatus.NO_SHOW, TicketStatus.HELD)
INDEX = "ix_ticket_waiting"
BOOKING = "minutes, source, state, person, external, language"
CANCELLED = "10, 'import', 'cancelled', '', '', 'zh-CN'"
RECORD = "kind, number, accepted_at, finished_at, due_on"
PROMISED = "'promised', 'old ' || t.id"
LINE = "state, mask, papers, carried_to, result, request_id"
SIGNED = "'signed', '', '[]', '', '', ''"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def long_hall(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[HallUnderTest]:
    """A hall of its own for all tests here: its past takes longer than all questions about it."""
    with hall_url_of(request, tmp_path_factory.mktemp("long")) as url:
        engine = open_engine(url)
        yield HallUnderTest(url, engine, HandClock())
        engine.dispose()


@pytest.fixture(scope="module")
def long_past(long_hall: HallUnderTest) -> HallUnderTest:
    """The hall with many tickets that have ended and a few that wait."""
    hall = long_hall
    for service in ("ZH001", "BDC001", "ZH001"):
        hall.issue(service)
    numbers = (
        f"WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < {ENDED})"  # noqa: S608 - a constant
        if hall.is_sqlite
        else f"WITH n(x) AS (SELECT generate_series(1, {ENDED}))"
    )
    columns = (
        "day, series_id, queue_id, service_id, priority, claim_at, issued_at, channel, language,"
        " requeued"
    )
    with hall.engine.begin() as connection:
        connection.exec_driver_sql(
            f"{numbers} INSERT INTO ticket (hall_id, id, request_id, token, number, label, status,"  # noqa: S608 - constants
            f" ended_at, {columns})"
            " SELECT hall_id, 1000000 + x, 'old ' || x, 'old ' || x, x, 'old ' || x, 'ended',"
            f" issued_at, {columns} FROM ticket, n WHERE ticket.number = 1 AND label = 'A001'"
        )
    with hall.engine.connect() as connection:
        raw = connection.execution_options(isolation_level="AUTOCOMMIT")
        raw.exec_driver_sql("ANALYZE")
    return hall


@pytest.fixture
def seen(long_past: HallUnderTest) -> Iterator[list[tuple[str, Any]]]:
    """Every statement that the store sends, with its parameters."""
    statements: list[tuple[str, Any]] = []
    owner = threading.get_ident()

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        if threading.get_ident() == owner and not statement.startswith("EXPLAIN"):
            statements.append((statement, parameters))

    event.listen(long_past.engine, "before_cursor_execute", note)
    yield statements
    event.remove(long_past.engine, "before_cursor_execute", note)


def plan_of(connection: Connection, statement: str, parameters: Any) -> str:
    """The plan of a statement as the driver sends it."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return "\n".join(row.detail for row in rows)
    with prepared(connection, statement, parameters) as call:
        rows = connection.exec_driver_sql(f"EXPLAIN {call}")
        return "\n".join(str(row[0]) for row in rows)


class Undone(Exception):
    """Ends a change that the next test shall not find."""


def about_tickets(seen: list[tuple[str, Any]], start: str) -> list[tuple[str, Any]]:
    return [(s, p) for s, p in seen if s.lstrip("( ").startswith(start) and "ticket" in s]


def test_the_heads_of_queues(long_past: HallUnderTest, seen: list[tuple[str, Any]]) -> None:
    with long_past.store.look() as reader:
        queues = [queue.id for queue in reader.plan.queues]
        assert len(reader.heads(queues)) == 2
        (asked,) = about_tickets(seen, "SELECT")
        connection = reader._connection
        plan = plan_of(connection, *asked)
    assert plan.count(INDEX) == 2, plan
    assert "Seq Scan" not in plan, plan
    assert not re.search(r"\bSCAN ticket", plan), plan
    assert "Sort" not in plan, plan
    assert "TEMP B-TREE FOR ORDER BY" not in plan, plan


def test_the_heads_behind_appointments_before_their_time(
    long_past: HallUnderTest, seen: list[tuple[str, Any]]
) -> None:
    """A second question, only for the queues where such a one is first."""
    callable_from = "UPDATE ticket SET callable_from = :at WHERE label = 'A001'"
    long_past.execute(callable_from, at=long_past.clock.now + DAY)
    with long_past.store.look() as reader:
        queues = [queue.id for queue in reader.plan.queues]
        assert [head.label for head in reader.heads(queues)] == ["A002", "B001"]
        first, second = about_tickets(seen, "SELECT")
        assert "UNION" in first[0]
        assert "UNION" not in second[0]
        plan = plan_of(reader._connection, *second)
    long_past.execute(callable_from, at=None)
    assert INDEX in plan, plan
    assert not re.search(r"\bSCAN ticket|Seq Scan|Sort|TEMP B-TREE", plan), plan


def test_places_in_the_line(long_past: HallUnderTest, seen: list[tuple[str, Any]]) -> None:
    with long_past.store.look() as reader:
        ticket = reader.open_tickets()[-1]
        seen.clear()
        assert reader.ahead_of(ticket) == 1
        assert reader.nth_waiting_key(ticket.queue_id, 2) == ticket.claim_at
        for asked in about_tickets(seen, "SELECT"):
            plan = plan_of(reader._connection, *asked)
            assert INDEX in plan, plan
            assert "Seq Scan" not in plan, plan
    assert len(seen) >= 2


def test_a_place_with_its_counts(long_past: HallUnderTest, seen: list[tuple[str, Any]]) -> None:
    """One question for what a ticket is told by: the queue's row, who is early, who is ahead."""
    with long_past.store.look() as reader:
        ticket = reader.open_tickets()[-1]
        seen.clear()
        count, ahead = reader.place_of(ticket)
        assert (count, ahead) == (reader.queue_count(ticket.queue_id), 1)
        plan = plan_of(reader._connection, *seen[0])
    assert INDEX in plan, plan
    # Both indexes know only who waits; a server without statistics may take either.
    assert "ix_ticket_early" in plan or plan.count(INDEX) == 2, plan
    assert not re.search(r"\bSCAN ticket|Seq Scan on ticket", plan), plan


def test_the_waits_of_a_day(long_past: HallUnderTest, seen: list[tuple[str, Any]]) -> None:
    """An earlier day among many is found as labels are.

    PostgreSQL reads all tickets where, as here, most of them are of one day.
    """
    with long_past.store.look() as reader:
        today = reader.day
        assert today is not None
        seen.clear()
        assert reader.waits_of_day(today) == []
        plan = plan_of(reader._connection, *seen[0])
    if long_past.is_sqlite:
        assert re.search(r"ticket_\d \(hall_id=\? AND day=", plan), plan


def test_a_claim(long_past: HallUnderTest, seen: list[tuple[str, Any]]) -> None:
    """The ticket by its key, the new oldest of its queue by the index of those who wait."""
    store = SqlStore(long_past.engine, HALL_ID, long_past.clock)
    with suppress(Undone), store.change("x") as tx:
        (ticket, *_) = tx.heads([tx.plan.queue("A").id])
        seen.clear()
        tx.move_ticket(ticket, TicketStatus.CALLED)
        tx.queue_count(ticket.queue_id)  # what was kept back goes with the next question
        claim, count = about_tickets(seen, "UPDATE")
        assert "'waiting'" in claim[0]
        plans = [plan_of(tx._connection, *asked) for asked in (claim, count)]
        raise Undone
    assert re.search(r"pk_ticket|sqlite_autoindex_ticket_\d|ix_ticket_waiting", plans[0]), plans[0]
    assert INDEX in plans[1], plans[1]
    for plan in plans:
        assert "Seq Scan on ticket" not in plan, plan
        assert not re.search(r"\bSCAN ticket(?! USING COVERING INDEX ix_ticket_waiting)", plan), (
            plan
        )


@pytest.mark.parametrize("long_hall", ["postgresql"], indirect=True)
def test_a_bound_status_would_lose_the_index(long_past: HallUnderTest) -> None:
    """The trap is real: this test fails when the questions above prove nothing."""
    values = {"hall": HALL_ID, "queue": 7, "status": "waiting"}
    question = (
        "SELECT id FROM ticket WHERE hall_id = %(hall)s AND queue_id = %(queue)s"
        " AND status = {} ORDER BY claim_at, id LIMIT 1"
    )
    with long_past.engine.begin() as connection:
        assert INDEX not in plan_of(connection, question.format("%(status)s"), values)
        assert INDEX in plan_of(connection, question.format("'waiting'"), values)


def test_open_tickets_are_found_without_the_past(
    long_past: HallUnderTest, seen: list[tuple[str, Any]]
) -> None:
    with long_past.store.look() as reader:
        assert len(reader.open_tickets()) == 3
        (asked,) = about_tickets(seen, "SELECT")
        plan = plan_of(reader._connection, *asked)
    assert "ix_ticket_open" in plan, plan


UNKNOWN = ("turn", "rating", "follow_up", "case_record", "ticket_step", "announced", "note")
"""Tables of which no statistics are made."""


@pytest.fixture(scope="module")
def long_work(long_past: HallUnderTest) -> HallUnderTest:
    """The same with a turn, a rating, a message and a finished print job for every old ticket."""
    hall = long_past
    if not hall.is_sqlite:  # nor does the server make any meanwhile: the plans would change
        with hall.engine.begin() as connection:
            for table in UNKNOWN:
                connection.exec_driver_sql(f"ALTER TABLE {table} SET (autovacuum_enabled = false)")
    hall.sign_in("2")
    calling = hall.calling()
    turn = calling.call_next().turn
    assert turn is not None
    calling.start()
    calling.finish(Outcome.PROMISED)
    of_turn = "window_id, staff_id, called_at, last_called_at, calls, started_at, rating_asked_at"
    moved = ", ".join(f"u.{name}" for name in of_turn.split(", "))
    at, salt = "u.called_at", "x'00'" if hall.is_sqlite else "''::bytea"
    for table, columns, values in (
        ("turn", f"id, ticket_id, ended_at, result, {of_turn}",
         f"t.id + 1000000, t.id, u.ended_at, 'consult', {moved}"),
        ("rating", "id, turn_id, level, origin, device, given_at, salt",
         f"t.id + 2000000, t.id + 1000000, 5, 'active', 'x', {at}, {salt}"),
        ("follow_up", "rating_id, due_on, result", "t.id + 2000000, t.day, 'explained'"),
        ("message", "id, ticket_id, event, state, made_at, not_before, expires_at, tries",
         f"t.id + 3000000, t.id, 'taken', 'sent', {at}, {at}, {at}, 1"),
        ("print_job", "id, station, kind, subject, slip, made_at, state, finished_at, trouble",
         f"t.id + 4000000, 'K1', 'ticket', 'x', '{{}}', {at}, 'printed', {at}, ''"),
        ("case_record", f"id, turn_id, service_id, {RECORD}",
         f"t.id + 5000000, t.id + 1000000, t.service_id, {PROMISED}, {at}, {at}, t.day"),
        ("ticket_step", "ticket_id, position, service_id, state, turn_id",
         "t.id, 1, t.service_id, 'done', t.id + 1000000"),
        ("announced", "turn_id, calls, shown_at, shown_by, spoken_by, times",
         f"t.id + 1000000, 1, {at}, 'D1', '', 0"),
        ("rating_contact", "rating_id, sealed", f"t.id + 2000000, {salt}"),
        ("note", "id, subject, text, staff_id, at, salt",
         f"t.id + 9000000, 'ticket:' || t.id, '', u.staff_id, {at}, {salt}"),
        ("ticket_person", "ticket_id, person", "t.id, 'old ' || t.id"),
        ("help_call", "id, station, asked_at, ended_at", f"t.id + 7000000, 'K1', {at}, {at}"),
        ("appointment", f"id, code, service_id, queue_id, starts_at, made_at, {BOOKING}",
         f"t.id + 6000000, 'old ' || t.id, t.service_id, t.queue_id, {at}, {at}, {CANCELLED}"),
        ("errand", f"id, number, service_id, staff_id, received_at, sealed, {LINE}",
         f"t.id + 8000000, 'old ' || t.id, t.service_id, u.staff_id, {at}, {salt}, {SIGNED}"),
    ):  # fmt: skip
        with hall.engine.begin() as connection:
            connection.exec_driver_sql(
                f"INSERT INTO {table} (hall_id, {columns}) SELECT t.hall_id, {values}"  # noqa: S608 - constants
                f" FROM ticket t JOIN turn u ON u.id = {turn.id} WHERE t.id > 1000000"
                f" AND t.number <= {FEW.get(table, ENDED)}"
            )
    with hall.store.change("x") as tx:
        for ticket, status in zip(tx.open_tickets(), OPEN_STATES, strict=True):
            tx.move_ticket(ticket, status)
        open_jobs = (("K1", tx.new_id()), ("K2", tx.new_id()))
        for station, job_id in open_jobs:
            tx.add_print_job(PrintJob(job_id, station, SlipKind.CLOSING, "x", {}, tx.now))
        tx.add_message(
            Message(tx.new_id(), turn.ticket_id, MessageEvent.SOON, MessageState.WAITING,
                    tx.now, tx.now, tx.now)
        )  # fmt: skip
    return hall


def walks(hall: HallUnderTest, seen: list[tuple[str, Any]]) -> dict[str, str]:
    """The plans of all questions that do not keep to the index meant for them."""
    wrong = {}
    with hall.store.look() as reader:
        turn = reader.last_turn(reader.plan.window("2").id)
        assert turn is not None
        windows = [window.id for window in reader.plan.windows]
        queue, tomorrow = reader.plan.queue("A").id, reader.now + DAY
        questions: dict[str, Callable[[], object]] = {
            "ix_ticket_undelivered": lambda: reader.undelivered(""),
            "ix_ticket_open": lambda: reader.missed(windows, 8),
            "ix_turn_ticket": lambda: reader.held(windows),
            "ix_turn_asked": lambda: reader.unrated(reader.now + DAY, 9, after=reader.now - DAY),
            "ix_print_job_open": lambda: reader.print_jobs("K1"),
            "ix_message_open": lambda: reader.messages(MessageState.WAITING),
            "ix_case_turn": lambda: reader.case_of_turn(turn.id),
            "ix_turn_called": lambda: [
                reader.recent_calls(windows, 12),
                reader.waits_since(tomorrow),
            ],
            "ix_ticket_person_person": lambda: reader.tickets_of("old 1000001"),
            "ix_appointment_person": lambda: reader.appointments_of("x"),
            "ux_appointment_external": lambda: reader.appointment_by_external("x"),
            "ix_appointment_starts": lambda: reader.appointments(tomorrow, tomorrow + DAY),
            "ix_appointment_booked": lambda: reader.booked(queue, tomorrow, tomorrow + DAY),
            "ux_help_call_station": reader.help_calls,
            "ix_errand_open": lambda: reader.errands(ErrandState.RECEIVED, ErrandState.CARRIED),
            "ux_errand_request": lambda: reader.errand_by_request("x"),
            "ix_errand_received": lambda: reader.errands(after=tomorrow),
            "ix_ticket_for_window": lambda: reader.waiting_for(windows[0], None),
            "ix_ticket_for_staf": lambda: reader.waiting_for(windows[0], turn.staff_id),
            "ix_case_open": lambda: [reader.cases_due(tomorrow.date()), reader.open_cases()],
            "ix_case_person": lambda: reader.cases_of_person("x"),
            "ix_case_accepted": lambda: reader.cases_between(tomorrow, tomorrow + DAY),
            "ix_case_finished": lambda: reader.cases_between(tomorrow, tomorrow + DAY),
            "ix_note_subject": lambda: reader.notes("ticket:1"),
            "ix_rating_low": reader.low_ratings,
            "ix_turn_last": lambda: [
                reader.past_turns(windows[0], 20),
                reader.rating_open_at(windows[0]),
            ],
        }
        for index, ask in questions.items():
            seen.clear()
            ask()
            plan = "\n".join(plan_of(reader._connection, *asked) for asked in seen.copy())
            # A hall has few days: no index is quicker than reading them all.
            if index not in plan or re.search(r"\bSCAN \w|Seq Scan on (?!business_day)", plan):
                wrong[index] = plan
    return wrong


def test_a_boards_news_are_found_by_their_numbers(
    long_past: HallUnderTest, seen: list[tuple[str, Any]]
) -> None:
    """And what is counted there is no longer than what is asked for."""
    hall = long_past
    rest = "hall_id, at, zone_code, window_code, subject, actor, data, hash"
    with hall.engine.begin() as connection:
        connection.exec_driver_sql(
            f"INSERT INTO journal (seq, kind, {rest}) SELECT -t.id, 'ticket.called', {rest}"  # noqa: S608 - constants
            " FROM journal j JOIN ticket t USING (hall_id) WHERE j.seq = 1 AND t.id > 1000000"
        )
        connection.exec_driver_sql("ANALYZE journal")
    with hall.store.look() as reader:
        seq = reader.seq
    seen.clear()
    tail = hall.store.tail(seq - 2, 500, Wanted(("hall.",), ("ticket.called",), ("1A", "1B")))
    assert (tail.seq, tail.there) == (seq, 2)
    asked = seen[-1]  # SQLite's BEGIN is asked for
    with hall.engine.connect() as connection:
        plan = plan_of(connection, *asked)
    assert not re.search(r"\bSCAN (journal|old|every)\b", plan), plan
    assert not re.search(r"Seq Scan on journal", plan), plan


BIG = "ticket|turn|own_turn|other_turn|note|case_record|rating|announced"
"""Contacts go a month after their follow-up: a handful may be read as a whole."""


def test_what_is_asked_every_few_seconds_and_of_ratings(
    long_work: HallUnderTest, seen: list[tuple[str, Any]]
) -> None:
    """Small tables may be walked through, those that grow all year never."""
    with long_work.store.look() as reader:
        window = reader.plan.window("2")
        turn = reader.last_turn(window.id)
        assert turn is not None
        queues = [queue.id for queue in reader.plan.queues]
        questions: dict[str, Callable[[], object]] = {
            "at_window": lambda: reader.at_window(window.id),
            "line_at": lambda: reader.line_at(queues, window.id, turn.staff_id),
            "news_at": lambda: reader.news_at("helper", "window:2", "window 2"),
            "held_for": lambda: reader.held_for(window.id, queues),
            "active_calls": reader.active_calls,
            "steps_of": lambda: reader.steps_of([turn.ticket_id, 1_000_001]),
            "announced": lambda: reader.announced([(turn.id, 1), (2_000_001, 1)]),
            "rating_contact": lambda: reader.rating_contact(3_000_001),
            "rating_open_at": lambda: reader.rating_open_at(window.id),
            "ratings_between": lambda: reader.ratings_between(reader.now, reader.now + DAY),
            "low_ratings_between": lambda: reader.ratings_between(
                reader.now, reader.now + DAY, low=True
            ),
            "low_rating": lambda: reader.low_rating(3_000_001),
            "rating_counts": lambda: reader.rating_counts(reader.now, reader.now + DAY),
            "cases_of_turns": lambda: reader.cases_of_turns([turn.id, 2_000_001]),
        }
        wrong = {}
        for name, ask in questions.items():
            seen.clear()
            ask()
            asked = seen.copy()
            assert len(asked) == (3 if name == "at_window" else 1)  # its line and counts come too
            plan = "\n".join(plan_of(reader._connection, *one) for one in asked)
            if re.search(rf"\bSCAN ({BIG})\b(?! USING (COVERING )?INDEX ux)", plan) or re.search(
                rf"Seq Scan on ({BIG})\b", plan
            ):
                wrong[name] = plan
        assert wrong == {}
    # Written as often as there are calls; and deleted once a day, under the hall's lock.
    with suppress(Undone), long_work.store.change("x") as tx:
        seen.clear()
        assert tx.note_shown("D2", [(2_000_001, 1)]) == []
        tx.drop_announced(turn.called_at)
        asks = [(text, values) for text, values in seen if not text.startswith("INSERT")]
        plans = [plan_of(tx._connection, *one) for one in asks]
        raise Undone
    assert len(plans) == 3, "which calls there were, the border, and what is beyond it"
    for plan in plans:
        assert not re.search(rf"\bSCAN ({BIG})\b|Seq Scan on ({BIG})\b", plan), plan


def test_questions_that_must_not_walk_through_the_past(
    long_work: HallUnderTest, seen: list[tuple[str, Any]]
) -> None:
    """Also on an SQLite file that nobody has ever analysed, as those of halls are.

    The last of all: it makes the statistics that the others are asked without.
    """
    if long_work.is_sqlite:
        assert walks(long_work, seen) == {}
    with long_work.engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")
    assert walks(long_work, seen) == {}


def test_closed_days_are_read_by_their_days(
    hall: HallUnderTest,
) -> None:
    """A month of ten years is found by the key; so are marks, and what is to go next."""
    hall.issue()
    with hall.store.look() as reader:
        today = reader.day
    assert today is not None
    numbers = dict.fromkeys((*TICKET_COUNTS, *TURN_COUNTS), 1)
    rows = [
        {"hall_id": HALL_ID, "day": today - DAY * ago, "queue_id": 1, "service_id": of,
         "window_id": of, "staff_id": of, **numbers, "waits": {}}
        for ago in range(1, 1500) for of in range(20)
    ]  # fmt: skip
    marks = [
        {"hall_id": HALL_ID, "day": row["day"], "what": what, "at": hall.clock.now}
        for row in rows[::20]
        for what in ("floor", "ratings", "cases")
    ]
    with hall.engine.begin() as connection:
        connection.execute(sa.insert(day_stats), rows)
        connection.execute(sa.insert(day_done), marks)
    hall.store.tend()
    if not hall.is_sqlite:
        with hall.engine.connect() as connection:
            raw = connection.execution_options(isolation_level="AUTOCOMMIT")
            raw.exec_driver_sql("ANALYZE")
    seen: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        seen.append((statement, parameters))

    with hall.store.look() as reader:
        event.listen(hall.engine, "before_cursor_execute", note)
        first, last = today - DAY * 60, today - DAY * 30
        asks: dict[str, Callable[[], object]] = {
            "sums": lambda: reader.day_counts(first, last, Part.WINDOW),
            "marks": lambda: reader.days_done(Done.FLOOR, first, last),
            "own": lambda: reader.worked_on(7, first, last),
        }
        plans = {}
        for name, ask in asks.items():
            seen.clear()
            ask()
            (asked,) = seen
            plans[name] = plan_of(reader._connection, *asked)
        event.remove(hall.engine, "before_cursor_execute", note)
    for plan in plans.values():
        assert not re.search(r"\bSCAN day_|Seq Scan on day_", plan), plan
