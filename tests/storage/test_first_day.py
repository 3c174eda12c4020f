"""A hall's first day: nobody has made statistics, and the tables have grown from nothing.

PostgreSQL then takes every stretch of a day for a handful of rows. A question that finds the day's
tickets by one index and the day's turns by another and compares each with each is quick in an empty
hall; with some thousand of them it kept a core busy for fifteen seconds, again and again. Here the
work of a question is counted, not timed: it may grow with the day, not with its square.
"""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Connection

from hallclient.domain.turn import Outcome
from hallclient.storage.engine import open_engine
from tests.storage.generic import prepared
from tests.stores import HallUnderTest, HandClock, hall_url_of

SERVED = 1500
TABLES = ("ticket", "turn", "rating", "case_record", "announced", "ticket_step", "follow_up")
STEPS_A_ROW = 60
"""Rows of PostgreSQL's plans that a question may look at for each ticket of the day."""
VM_STEPS_A_ROW = 600
"""Instructions of SQLite for the same."""
EVERY = 1000


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def busy(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[HallUnderTest]:
    """A hall late on its first day: all who came were served and have rated it."""
    with hall_url_of(request, tmp_path_factory.mktemp("first")) as url:
        engine = open_engine(url)
        hall = HallUnderTest(url, engine, HandClock())
        if not hall.is_sqlite:  # nor does the server make any in the middle of a test
            with engine.begin() as connection:
                for table in TABLES:
                    connection.exec_driver_sql(
                        f"ALTER TABLE {table} SET (autovacuum_enabled = false)"
                    )
        hall.issue("ZH001")
        hall.sign_in("2")
        calling = hall.calling()
        turn = calling.call_next().turn
        assert turn is not None
        hall.clock.advance(minutes=1)
        calling.start()
        calling.finish(Outcome.CONSULT)
        _fill(hall)
        hall.clock.advance(hours=6)
        yield hall
        engine.dispose()


def _fill(hall: HallUnderTest) -> None:
    """Copy the one ticket and its turn, a few seconds apart."""
    numbers = (
        f"WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < {SERVED})"  # noqa: S608 - a constant
        if hall.is_sqlite
        else f"WITH n(x) AS (SELECT generate_series(1, {SERVED}))"
    )
    ticket = (
        "day, series_id, queue_id, service_id, priority, claim_at, issued_at, channel, language,"
        " requeued, first_called_at, first_queue_id"
    )
    turn = "window_id, staff_id, called_at, last_called_at, calls, started_at, rating_asked_at"
    record = "kind, number, accepted_at, finished_at, due_on"
    salt = "x'00'" if hall.is_sqlite else "''::bytea"
    the_turn = "turn, n WHERE turn.id < 1000000"
    with hall.store.look() as reader:
        day, service = reader.day, reader.plan.service("ZH001").id
    for table, columns, values, source in (
        ("ticket", f"id, request_id, token, number, label, status, ended_at, {ticket}",
         f"1000000 + x, 'n' || x, 'n' || x, 5 + x, 'n' || x, 'ended', issued_at, {ticket}",
         "ticket, n WHERE ticket.label = 'A001'"),
        ("turn", f"id, ticket_id, ended_at, result, {turn}",
         f"2000000 + x, 1000000 + x, ended_at, 'consult', {turn}",
         the_turn),
        ("rating", "id, turn_id, level, origin, device, given_at, salt",
         f"3000000 + x, 2000000 + x, 1, 'active', 'x', ended_at, {salt}", the_turn),
        ("follow_up", "rating_id, due_on, result", f"3000000 + x, '{day}', 'explained'", the_turn),
        ("case_record", f"id, turn_id, service_id, {record}",
         f"4000000 + x, 2000000 + x, {service}, 'promised', 'n' || x, ended_at, ended_at, '{day}'",
         the_turn),
        ("ticket_step", "ticket_id, position, service_id, state, turn_id",
         f"1000000 + x, 1, {service}, 'done', 2000000 + x", the_turn),
        ("announced", "turn_id, calls, shown_at, shown_by, spoken_by, times",
         "2000000 + x, 1, called_at, 'D1', '', 0", the_turn),
    ):  # fmt: skip
        with hall.engine.begin() as connection:
            connection.exec_driver_sql(
                f"{numbers} INSERT INTO {table} (hall_id, {columns})"  # noqa: S608 - constants
                f" SELECT hall_id, {values} FROM {source}"
            )


def questions(reader: Any) -> dict[str, Callable[[], object]]:
    day, now = reader.day, reader.now
    morning, window = now - timedelta(hours=12), reader.plan.window("2")
    later, tomorrow = now + timedelta(hours=1), day + timedelta(days=1)
    some = range(2_000_001, 2_000_101)
    return {
        "staff_days": lambda: reader.staff_days(day),
        "half_hours": lambda: reader.half_hours(day),
        "waits_since": lambda: reader.waits_since(morning),
        "wait_since": lambda: reader.wait_since(morning),
        "waits_of_day": lambda: reader.waits_of_day(day),
        "issued_by": lambda: reader.issued_by(day, now),
        "past_turns": lambda: reader.past_turns(window.id, 50),
        "rating_counts": lambda: reader.rating_counts(morning, later),
        "rating_cells": lambda: reader.rating_cells(morning, later, 0),
        "levels_between": lambda: reader.levels_between(morning, later),
        "ratings_between": lambda: reader.ratings_between(morning, later),
        "low_ratings": reader.low_ratings,
        "unrated": lambda: reader.unrated(now, 50, after=morning),
        "day_figures": lambda: reader.day_figures(day),
        "at_work": reader.at_work,
        "active_calls": reader.active_calls,
        "recent_calls": lambda: reader.recent_calls([window.id], 12),
        "open_tickets": reader.open_tickets,
        "missed": lambda: reader.missed([window.id], 8),
        "held": lambda: reader.held([window.id]),
        "counted_day": lambda: reader.counted_day(day),
        "day_trace": lambda: reader.day_trace(day),
        "announced": lambda: reader.announced([(turn, 1) for turn in some]),
        "steps_of": lambda: reader.steps_of(range(1_000_001, 1_000_101)),
        "cases_of_turns": lambda: reader.cases_of_turns(some),
        "cases_of_label": lambda: reader.cases_of_label(day, "n7"),
        "cases_between": lambda: reader.cases_between(morning, later),
        "cases_finished": lambda: reader.cases_finished(morning, later),
        "cases_due": lambda: reader.cases_due(tomorrow),
        "open_cases": reader.open_cases,
    }


def test_no_question_compares_each_ticket_with_each_turn(busy: HallUnderTest) -> None:
    limit = SERVED * (VM_STEPS_A_ROW if busy.is_sqlite else STEPS_A_ROW)
    with busy.store.look() as reader:
        work = {name: _work(busy, reader, ask) for name, ask in questions(reader).items()}
    assert {name: steps for name, steps in work.items() if steps > limit} == {}
    assert max(work.values()) > SERVED, "the day was looked at"


def _work(hall: HallUnderTest, reader: Any, ask: Callable[[], object]) -> int:
    connection: Connection = getattr(reader._connection, "real", reader._connection)
    if hall.is_sqlite:
        return _instructions(connection, ask)
    seen: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        seen.append((statement, parameters))

    event.listen(hall.engine, "before_cursor_execute", note)
    ask()
    event.remove(hall.engine, "before_cursor_execute", note)
    return sum(_rows_looked_at(connection, *one) for one in seen)


def _instructions(connection: Connection, ask: Callable[[], object]) -> int:
    driver: Any = connection.connection.driver_connection
    count = 0

    def more() -> None:
        nonlocal count
        count += EVERY

    driver.set_progress_handler(more, EVERY)
    ask()
    driver.set_progress_handler(None, 0)
    return count


def _rows_looked_at(connection: Connection, statement: str, parameters: Any) -> int:
    """Run a question as terminals do; add up what the steps of its plan read."""
    with prepared(connection, statement, parameters) as call:
        found = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {call}").scalar()
    (plan,) = json.loads(found) if isinstance(found, str) else found  # type: ignore[misc]
    return _rows_of(plan["Plan"])


def _rows_of(node: dict[str, Any]) -> int:
    own = sum(
        node.get(name, 0)
        for name in ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Join Filter")
    )
    return int(own * node["Actual Loops"]) + sum(_rows_of(one) for one in node.get("Plans", ()))
