"""A whole day in bulk: what is in it, what is not, and by which index it is found."""

# ruff: noqa: S608 - the statements below are made of this file's constants only

import re
from dataclasses import fields
from datetime import timedelta
from typing import Any

from sqlalchemy import event

from hallclient.domain.turn import Outcome
from hallclient.services.day_trace import DayTrace, MoveTrace, TicketTrace, TurnTrace
from hallclient.services.days import close_day
from hallclient.services.floor import floor_state
from tests.halls import PIN
from tests.storage.test_plans import plan_of
from tests.stores import HallUnderTest

DAYS, EACH = 40, 500


def played(hall: HallUnderTest) -> DayTrace:
    with hall.store.look() as reader:
        assert reader.day is not None
        trace = reader.day_trace(reader.day)
    assert trace is not None
    return trace


def test_a_day_has_tickets_turns_and_moves(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    hall.issue("ZH001")
    hall.issue("BDC001")
    hall.clock.advance(minutes=3)
    calling = hall.calling("2")
    calling.call_next()
    hall.clock.advance(minutes=1)
    calling.start()
    hall.clock.advance(minutes=5)
    calling.transfer("B")
    trace = played(hall)
    assert not trace.closed
    assert [one.booked for one in trace.tickets] == [False, False]
    (turn,) = trace.turns
    assert turn.result is Outcome.TRANSFERRED
    assert turn.ended_at is not None
    assert turn.ended_at - turn.called_at == timedelta(minutes=6)
    assert [one.kind for one in trace.moves] == ["shift.began", "ticket.transferred"]
    moved = trace.moves[1]
    assert (moved.ticket, moved.data["from"], moved.data["to"]) == (trace.tickets[0].id, "A", "B")


def test_what_was_taken_back_never_was(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    hall.clock.advance(minutes=1)
    hall.shifts("2").pause("meal")
    hall.clock.advance(seconds=2)
    hall.calling("2").take_back()
    assert [one.kind for one in played(hall).moves] == ["shift.began"]


def test_days_are_kept_apart(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    hall.issue("ZH001")
    with hall.store.look() as reader:
        first = reader.day
    assert first is not None
    hall.clock.advance(hours=9)
    close_day(hall.store, "chore")
    hall.clock.advance(hours=15)
    hall.shifts("3").sign_in("1003", PIN)
    hall.issue("ZH001")
    hall.issue("ZH001")
    second = played(hall)
    assert len(second.tickets) == 2
    assert [(one.kind, one.window) for one in second.moves] == [("shift.began", "3")]
    with hall.store.look() as reader:
        before = reader.day_trace(first)
        assert reader.day_trace(first - timedelta(days=1)) is None
    assert before is not None
    assert before.closed
    assert len(before.tickets) == 1
    began, ended = before.moves
    assert (began.kind, began.window, ended.kind) == ("shift.began", "2", "shift.ended")
    assert ended.subject == began.subject, "the day's end names the shift, not the window"


def test_nobody_can_be_told_from_it() -> None:
    names = {field.name for kind in (TicketTrace, TurnTrace, MoveTrace) for field in fields(kind)}
    assert not [
        name
        for name in names
        if re.search(r"staff|person|token|label|name|phone|contact|request|actor|note", name)
    ]


def test_a_day_of_many_is_found_by_indexes(hall: HallUnderTest) -> None:
    _make_past(hall)
    asked: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        if not statement.startswith(("EXPLAIN", "SET", "PREPARE", "DEALLOCATE")):
            asked.append((statement, parameters))

    event.listen(hall.engine, "before_cursor_execute", note)
    try:
        with hall.store.look() as reader:
            assert reader.day is not None
            asked.clear()
            trace = reader.day_trace(reader.day - timedelta(days=DAYS // 2))
            plans = [(text, plan_of(reader._connection, text, values)) for text, values in [*asked]]
    finally:
        event.remove(hall.engine, "before_cursor_execute", note)
    assert trace is not None
    assert (len(trace.tickets), len(trace.turns), len(trace.moves)) == (EACH, EACH, EACH)
    assert len(plans) < 60, "halving a journal takes few looks"
    for text, plan in plans:
        big = re.search(r"FROM (ticket|turn|journal)", text)
        assert not big or not re.search(r"Seq Scan|\bSCAN \w", plan), (text, plan)


BIG = "(ticket|turn|journal|rating)"
ALL = rf"SEARCH {BIG} USING (COVERING )?INDEX (sqlite|ix)_\w+ \(hall_id=\?\)"
WALK = rf"\bSCAN {BIG}\b|{ALL}|Seq Scan on (ticket|turn|journal)\b"


def test_a_console_walks_through_no_past(hall: HallUnderTest) -> None:
    """Whatever it shows is of today; before, a day's tickets were grouped by walking them all."""
    _make_past(hall)
    asked: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        if not statement.startswith(("EXPLAIN", "SET", "PREPARE", "DEALLOCATE")):
            asked.append((statement, parameters))

    event.listen(hall.engine, "before_cursor_execute", note)
    try:
        with hall.store.look() as reader:
            floor_state(reader)
            plans = [(text, plan_of(reader._connection, text, values)) for text, values in [*asked]]
    finally:
        event.remove(hall.engine, "before_cursor_execute", note)
    assert len(plans) > 10
    for text, plan in plans:
        assert not re.search(WALK, plan), f"{text}\n{plan}"


def test_ratings_of_a_day_are_counted_without_the_others(hall: HallUnderTest) -> None:
    """Also in a file without statistics: one that was restored has none before the next night."""
    hall.issue("ZH001")
    asked: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        asked.append((statement, parameters))

    with hall.store.look() as reader:
        event.listen(hall.engine, "before_cursor_execute", note)
        try:
            reader.rating_cells(reader.now - timedelta(days=1), reader.now, 0)
        finally:
            event.remove(hall.engine, "before_cursor_execute", note)
        assert len(asked) == 2
        for text, values in [*asked] if hall.is_sqlite else ():
            plan = plan_of(reader._connection, text, values)
            assert not re.search(WALK, plan), f"{text}\n{plan}"


def _make_past(hall: HallUnderTest) -> None:
    """Days behind today, each with tickets, a turn for each, and as many lines in the journal."""
    hall.sign_in("2")
    hall.issue("ZH001")
    hall.calling("2").call_next()
    ticket = "queue_id, series_id, service_id, priority, channel, language, requeued"
    when = (
        "datetime({0}, '-' || n.d || ' days')" if hall.is_sqlite else "{0} - n.d * interval '1 day'"
    )
    if hall.is_sqlite:
        when = "strftime('%Y-%m-%d %H:%M:%f000', {0}, '-' || n.d || ' days')"
    day = "date(x.day, '-' || n.d || ' days')" if hall.is_sqlite else "x.day - n.d"
    numbers = f"""WITH RECURSIVE d(d) AS (SELECT 1 UNION ALL SELECT d + 1 FROM d WHERE d < {DAYS}),
      e(e) AS (SELECT 1 UNION ALL SELECT e + 1 FROM e WHERE e < {EACH}),
      n AS (SELECT d.d, e.e, (({DAYS} - d.d) * {EACH} + e.e) AS i FROM d, e)"""
    name = "'old ' || n.i"
    with hall.engine.begin() as connection:
        run = connection.exec_driver_sql
        run(f"""{numbers} INSERT INTO business_day (hall_id, day, opened_at, closed_at, head)
          SELECT x.hall_id, {day}, {when.format("x.opened_at")},
            {when.format("x.opened_at").replace("n.d", "(n.d - 0.5)")}, ''
          FROM business_day x, n WHERE n.e = 1""")
        run(f"""{numbers} INSERT INTO ticket (hall_id, id, request_id, token, day, number, label,
            status, claim_at, issued_at, ended_at, {ticket})
          SELECT x.hall_id, 1000000 + n.i, {name}, {name}, {day}, n.i, {name}, 'ended',
            {when.format("x.issued_at")}, {when.format("x.issued_at")},
            {when.format("x.issued_at")}, {ticket} FROM ticket x, n""")
        called = when.format("x.called_at")
        run(f"""{numbers} INSERT INTO turn (hall_id, id, ticket_id, window_id, staff_id, called_at,
            last_called_at, calls, ended_at, result)
          SELECT x.hall_id, 2000000 + n.i, 1000000 + n.i, x.window_id, x.staff_id, {called},
            {called}, 1, {called}, 'consult' FROM turn x, n""")
        # The journal is moved up to make room in front; its hashes are not looked at here.
        last, many = run("SELECT max(seq) FROM journal").scalar_one(), DAYS * EACH
        run(f"UPDATE journal SET seq = seq + {many + last}")
        run(f"""{numbers} INSERT INTO journal (hall_id, seq, at, kind, zone_code, window_code,
            subject, actor, data, hash)
          SELECT x.hall_id, n.i, {when.format("t.issued_at")}, 'ticket.released', '', '',
            'ticket:1', '', '{{}}', '' FROM journal x, ticket t, n
          WHERE x.seq = {many + last + 1} AND t.number = 1 AND t.id < 1000000""")
        run(f"UPDATE hall SET seq = {many + 2 * last}")
    if hall.is_sqlite:
        hall.store.tend()
        return
    with hall.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("ANALYZE")
