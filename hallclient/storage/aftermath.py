"""How a hall goes on from a backup: what was given out after it must not be given out again.

Ids and versions of the plan leap ahead, for programs remember them. The numbers of the day begin
behind those of any usual day, for citizens hold papers that the backup does not know. The journal
says that it was done.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeAlias

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hallclient.domain.calendar import business_day
from hallclient.domain.journal import Entry, Json, next_hash
from hallclient.storage.archive_tables import version_of
from hallclient.storage.chain import halls_of
from hallclient.storage.floor_tables import lent_window
from hallclient.storage.lineage import ID_LEAP, PLAN_LEAP
from hallclient.storage.plan_rows import read_plan
from hallclient.storage.schema import PART_TABLES, VERSION, counter, hall, journal, ticket
from hallclient.storage.sql import COUNT_OF_TICKET, insert

series = PART_TABLES["series"][0]
Given: TypeAlias = Mapping[tuple[str, str, str], int]
"""How far counters were in the database that goes, by hall, day and name."""
NOTHING_GIVEN: Final[Given] = {}
_STEP: Final = 100
_UNKNOWN: Final = 400
"""Behind this number a series begins of which too little is known."""
_DAYS_KNOWN: Final = 5
_LATELY: Final = timedelta(days=35)


def go_on(
    connection: Connection,
    facts: Mapping[str, Json],
    now: datetime,
    *,
    kind: str = "database.restored",
    leap: bool = True,
    given: Given = NOTHING_GIVEN,
) -> None:
    """Make every hall ready to go on, within a transaction of somebody else's.

    ``leap`` false: nothing is missing, so that numbers may go on as they were. ``given`` are the
    counters of the database that goes: what it says is known, what it does not is guessed.
    """
    leaps = leap and _plan_fits(connection)
    for hall_id in halls_of(connection):
        if leaps:
            _leap_numbers(connection, hall_id, now, given)
        _note(connection, hall_id, kind, facts, now, leap=leap)


def _plan_fits(connection: Connection) -> bool:
    """Return whether halls of a backup, perhaps an older one, can be read by this version."""
    if version_of(connection) == VERSION:
        return True
    inspector = sa.inspect(connection)
    there = set(inspector.get_table_names())
    tables = (hall, counter, ticket, lent_window, *(table for table, _ in PART_TABLES.values()))
    return all(
        table.name in there
        and {one["name"] for one in inspector.get_columns(table.name)}.issuperset(table.c.keys())
        for table in tables
    )


def _note(
    connection: Connection,
    hall_id: str,
    kind: str,
    facts: Mapping[str, Json],
    now: datetime,
    *,
    leap: bool,
) -> None:
    mine = hall.c.hall_id == hall_id
    columns = (hall.c.seq, hall.c.head, hall.c.last_at, hall.c.next_id, hall.c.plan_version)
    row = connection.execute(sa.select(*columns).where(mine)).one()
    at = max(now, row.last_at + timedelta(microseconds=1))
    entry = Entry(row.seq + 1, at, kind, "", "", "hall", "db", dict(facts), "")
    entry = replace(entry, hash=next_hash(row.head, entry))
    connection.execute(
        sa.insert(journal).values(
            hall_id=hall_id,
            seq=entry.seq,
            at=at,
            kind=kind,
            zone_code="",
            window_code="",
            subject=entry.subject,
            actor=entry.actor,
            data=dict(facts),
            hash=entry.hash,
        )
    )
    values: dict[str, Any] = {"seq": entry.seq, "head": entry.hash, "last_at": at}
    if leap:
        values["next_id"] = row.next_id + ID_LEAP
        values["plan_version"] = row.plan_version + PLAN_LEAP
    connection.execute(sa.update(hall).where(mine).values(**values))


def _leap_numbers(connection: Connection, hall_id: str, now: datetime, before: Given) -> None:
    row = connection.execute(sa.select(hall).where(hall.c.hall_id == hall_id)).mappings().one()
    plan = read_plan(connection, dict(row))
    today = business_day(now, plan.time_zone, plan.rules.day_start)
    usual = _usual(connection, hall_id, now)
    for prefix in sorted({one.prefix for one in plan.series}):
        most, days = usual.get(prefix, (0, 0))
        most = max(most, _UNKNOWN) if days < _DAYS_KNOWN else most
        name = f"series:{prefix}"
        # One row per day and series; the day itself is opened by its first change.
        here = sa.and_(counter.c.hall_id == hall_id, counter.c.day == today, counter.c.name == name)
        given = connection.execute(sa.select(counter.c.value).where(here)).scalar() or 0
        value = max(-(-most // _STEP) * _STEP, (given // _STEP + 1) * _STEP if given else 0)
        value = max(value, before.get((hall_id, today.isoformat(), name), 0))
        connection.execute(
            insert(connection, counter)
            .values(hall_id=hall_id, day=today, name=name, value=value)
            .on_conflict_do_update(index_elements=["hall_id", "day", "name"], set_={"value": value})
        )


def _usual(connection: Connection, hall_id: str, now: datetime) -> dict[str, tuple[int, int]]:
    """Return the largest count of late weeks by prefix, and of how many days it is."""
    days = sa.func.count(ticket.c.day.distinct())
    rows = connection.execute(
        sa.select(series.c.prefix, sa.func.max(sa.literal_column(COUNT_OF_TICKET)), days)
        .join(
            ticket,
            sa.and_(ticket.c.hall_id == series.c.hall_id, ticket.c.series_id == series.c.id),
        )
        .where(
            series.c.hall_id == hall_id,
            ticket.c.day >= (now.astimezone(UTC) - _LATELY).date(),
        )
        .group_by(series.c.prefix)
    )
    return {str(prefix): (int(most), int(count)) for prefix, most, count in rows}
