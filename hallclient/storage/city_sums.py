"""The city's sums, carried on from where they stand: each journal entry is read once.

A hall's journal may end anywhere, entries come when they come. The chain of hashes is checked on
the way; where it breaks or a number is missing, counting stops there and says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from hallclient.domain.day_tally import DayTally, Tallying
from hallclient.domain.journal import GENESIS, Entry, broken_at
from hallclient.storage.city_database import halls_known
from hallclient.storage.city_tables import city_day, city_progress
from hallclient.storage.engine import READ, write_turn
from hallclient.storage.entries import entries_from
from hallclient.storage.errors import translated
from hallclient.storage.schema import journal
from hallclient.storage.sql import insert

AT_ONCE: Final = 5000
_COUNTS: Final = ("issued", "served", "no_shows", "abandoned", "cases", "rated")


@dataclass(frozen=True, slots=True)
class Counted:
    """How far a hall is counted: ``through`` of ``known`` entries, the last of them ``at``."""

    hall_id: str
    name: str
    through: int
    known: int
    at: datetime | None
    trouble: str


def count_on(engine: Engine) -> tuple[Counted, ...]:
    """Count everything that has come; return how far each hall is."""
    with translated(), engine.execution_options(**READ).begin() as connection:
        halls = halls_known(connection)
    return tuple(_count(engine, *one) for one in halls)


def _count(engine: Engine, hall_id: str, name: str, known: int) -> Counted:
    while True:
        with translated(), write_turn(engine), engine.begin() as connection:
            now = _progress(connection, hall_id)
            trouble, start = _start(connection, hall_id, now)
            page = [] if trouble else _page(connection, hall_id, start["through"])
            through, head, at = start["through"], start["head"], start["at"]
            wrong = broken_at(page, head, through)
            if wrong is not None:
                trouble = _told(page, wrong)
                page = [entry for entry in page if entry.seq < wrong]
            if page:
                tallying = Tallying(start["state"])
                last, strange = _taken(tallying, page)
                trouble = trouble if strange is None else f"entry {strange} is not understood"
                if last is not None:
                    through, head, at = last.seq, last.hash, last.at
                    _write_days(connection, hall_id, tallying)
                    start = {**start, "state": tallying.state()}
            moved = {"through": through, "head": head, "at": at, "state": start["state"]}
            connection.execute(
                sa.update(city_progress)
                .where(city_progress.c.hall_id == hall_id)
                .values(**moved, trouble=trouble)
            )
        if trouble or len(page) < AT_ONCE:
            return Counted(hall_id, name, through, max(known, through), at, trouble)


def _taken(tallying: Tallying, page: Sequence[Entry]) -> tuple[Entry | None, int | None]:
    """Count entries; return the last one that was, and the number of one that could not be.

    A file from a station may hold whatever has hashes that fit: it must not stop the other halls.
    """
    last = None
    for entry in page:
        try:
            tallying.take(entry)
        except (KeyError, ValueError, TypeError, AttributeError):
            return last, entry.seq
        last = entry
    return last, None


def _page(connection: Connection, hall_id: str, through: int) -> list[Entry]:
    return entries_from(connection, hall_id, through + 1, AT_ONCE)


def _told(page: Sequence[Entry], wrong: int) -> str:
    there = any(entry.seq == wrong for entry in page)
    return f"the chain breaks at entry {wrong}" if there else f"entry {wrong} is missing"


def _progress(connection: Connection, hall_id: str) -> Mapping[str, Any]:
    """Return where counting stands, its row locked: two who count are one after the other."""
    fresh = {"hall_id": hall_id, "through": 0, "head": GENESIS, "trouble": ""}
    connection.execute(insert(connection, city_progress).values(**fresh).on_conflict_do_nothing())
    asked = sa.select(city_progress).where(city_progress.c.hall_id == hall_id).with_for_update()
    return dict(connection.execute(asked).mappings().one())


def _start(
    connection: Connection, hall_id: str, now: Mapping[str, Any]
) -> tuple[str, Mapping[str, Any]]:
    """Return what hinders counting, and from where it goes on.

    That is the first entry when another history has come.
    """
    if not now["through"]:
        return "", now
    asked = sa.select(journal.c.hash).where(
        journal.c.hall_id == hall_id, journal.c.seq == now["through"]
    )
    found = connection.execute(asked).scalar_one_or_none()
    if found == now["head"]:
        return "", now
    some = sa.select(journal.c.seq).where(journal.c.hall_id == hall_id).limit(1)
    if found is None and connection.execute(some).first() is None:
        return "its journal is being copied", now
    connection.execute(sa.delete(city_day).where(city_day.c.hall_id == hall_id))
    return "", {**now, "through": 0, "head": GENESIS, "at": None, "state": None}


def _write_days(connection: Connection, hall_id: str, tallying: Tallying) -> None:
    for day, tally in tallying.days().items():
        _write(connection, hall_id, day, tally)
    for day, more in tallying.late().items():
        known = days_between(connection, day, day).get((hall_id, day), DayTally())
        _write(connection, hall_id, day, known + more)


def _write(connection: Connection, hall_id: str, day: date, tally: DayTally) -> None:
    values: dict[str, Any] = {name: getattr(tally, name) for name in _COUNTS}
    values["waits"] = {str(minutes): count for minutes, count in tally.waits.items()}
    row = insert(connection, city_day).values(hall_id=hall_id, day=day, **values)
    connection.execute(row.on_conflict_do_update(index_elements=["hall_id", "day"], set_=values))


def days_between(
    connection: Connection, first: date, last: date
) -> dict[tuple[str, date], DayTally]:
    """Return the sums of the days from one to another, by hall and day."""
    asked = sa.select(city_day).where(city_day.c.day.between(first, last))
    found = {}
    for row in connection.execute(asked.order_by(city_day.c.hall_id, city_day.c.day)):
        waits = {int(minutes): count for minutes, count in row.waits.items()}
        counts = {name: getattr(row, name) for name in _COUNTS}
        found[row.hall_id, row.day] = DayTally(**counts, waits=waits)
    return found


def newest_day(connection: Connection) -> date | None:
    """Return the last day that any hall has counted."""
    found: date | None = connection.execute(sa.select(sa.func.max(city_day.c.day))).scalar_one()
    return found
