"""The questions asked for every call are answered by an index, also in a hall with a long past.

On PostgreSQL also where a plan was made once for all values (``force_generic_plan``): a status
that is bound, not written, would lose the partial index there, 0.26 → 1,543 ms
(architecture.md §3).
"""

import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Connection

from hallclient.domain.ticket import TicketStatus
from hallclient.storage.store import SqlStore
from tests.halls import HALL_ID
from tests.stores import HallUnderTest

ENDED = 50_000
INDEX = "ix_ticket_waiting"


@pytest.fixture
def long_past(hall: HallUnderTest) -> HallUnderTest:
    """A hall with fifty thousand tickets that have ended and a few that wait."""
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
    # With placeholders, as a prepared statement that has become generic.
    order: list[Any] = []

    def place(match: re.Match[str]) -> str:
        order.append(parameters[match[1]])
        return f"${len(order)}"

    text = re.sub(r"%\((\w+)\)s", place, statement)
    connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_generic_plan")
    connection.exec_driver_sql(f"PREPARE asked AS {text}")
    literals = ", ".join(_literal(value) for value in order)
    call = f"EXPLAIN EXECUTE asked({literals})" if order else "EXPLAIN EXECUTE asked"
    rows = connection.exec_driver_sql(call)
    plan = "\n".join(str(row[0]) for row in rows)
    connection.exec_driver_sql("DEALLOCATE asked")
    return plan


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, int) else "'" + str(value) + "'"


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


def test_a_claim(long_past: HallUnderTest, seen: list[tuple[str, Any]]) -> None:
    """The ticket by its key, the new oldest of its queue by the index of those who wait."""
    store = SqlStore(long_past.engine, HALL_ID, long_past.clock)
    with store.change("x") as tx:
        (ticket, *_) = tx.heads([tx.plan.queue("A").id])
        seen.clear()
        tx.move_ticket(ticket, TicketStatus.CALLED)
        claim, count = about_tickets(seen, "UPDATE")
        assert "'waiting'" in claim[0]
        plans = [plan_of(tx._connection, *asked) for asked in (claim, count)]
    assert re.search(r"pk_ticket|sqlite_autoindex_ticket_\d|ix_ticket_waiting", plans[0]), plans[0]
    assert INDEX in plans[1], plans[1]
    for plan in plans:
        assert "Seq Scan on ticket" not in plan, plan
        assert not re.search(r"\bSCAN ticket(?! USING COVERING INDEX ix_ticket_waiting)", plan), (
            plan
        )


@pytest.mark.parametrize("hall_url", ["postgresql"], indirect=True)
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
