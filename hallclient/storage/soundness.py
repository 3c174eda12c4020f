"""Looks whether a database is sound: its pages, its references, the journal, what is counted."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from hallclient.storage.archive import Told
from hallclient.storage.chain import Chain, walk_all
from hallclient.storage.engine import READ
from hallclient.storage.errors import translated
from hallclient.storage.metadata import metadata
from hallclient.storage.sql import COUNT_OF_TICKET

_MOST: Final = 5
"""So many findings of a kind are told."""

ASKED: Final = 1000
"""So many lines SQLite may write about a file; without a number it ends after 100."""
_OF_A_VALUE: Final = re.compile(r"(\S+ value in|CHECK constraint failed in) ")

_QUEUES: Final = """
SELECT queue.code, queue_now.waiting, coalesce(line.waiting, 0) AS counted
FROM queue_now
JOIN queue ON queue.hall_id = queue_now.hall_id AND queue.id = queue_now.queue_id
LEFT JOIN (
  SELECT hall_id, queue_id, count(*) AS waiting FROM ticket WHERE status = 'waiting'
  GROUP BY hall_id, queue_id
) AS line ON line.hall_id = queue_now.hall_id AND line.queue_id = queue_now.queue_id
WHERE queue_now.hall_id = :hall AND queue_now.waiting <> coalesce(line.waiting, 0)
"""
_COUNTERS: Final = f"""
SELECT series.prefix, max({COUNT_OF_TICKET}) AS given, max(counter.value) AS value
FROM ticket
JOIN hall ON hall.hall_id = ticket.hall_id AND hall.open_day = ticket.day
JOIN series ON series.hall_id = ticket.hall_id AND series.id = ticket.series_id
LEFT JOIN counter ON counter.hall_id = ticket.hall_id AND counter.day = ticket.day
  AND counter.name = 'series:' || series.prefix
WHERE ticket.hall_id = :hall
GROUP BY series.prefix HAVING max({COUNT_OF_TICKET}) > coalesce(max(counter.value), 0)
"""  # noqa: S608 - our own words
_TURNS: Final = """
SELECT ticket.label FROM ticket
LEFT JOIN turn ON turn.hall_id = ticket.hall_id AND turn.ticket_id = ticket.id
  AND turn.ended_at IS NULL
WHERE ticket.hall_id = :hall
  AND (ticket.status IN ('called', 'serving')) <> (turn.id IS NOT NULL)
"""


@dataclass(frozen=True, slots=True)
class Soundness:
    """What was found. ``troubles`` are sentences, none when all is well."""

    chains: tuple[Chain, ...]
    troubles: tuple[str, ...]
    pages: bool
    """Whether the database's own structures could be looked at: SQLite says how they are."""

    @property
    def sound(self) -> bool:
        """Return whether nothing is wrong."""
        whole = all(chain.whole and not chain.strange_days for chain in self.chains)
        return whole and not self.troubles


def damage_in(lines: Iterable[Any]) -> str:
    """Return what SQLite's look at a file has found damaged, empty for nothing.

    A value that a column should not have is a mistake of some program and no damage of the file:
    nothing is gained by setting the file aside for it.
    """
    found = (str(line) for line in lines)
    return next((line for line in found if line != "ok" and not _OF_A_VALUE.match(line)), "")


def look_at(engine: Engine, told: Told = lambda _what: None) -> Soundness:
    """Look at everything; raises ``DatabaseDamaged`` where nothing can be read any more."""
    options: dict[str, Any] = {**READ}
    if engine.dialect.name == "postgresql":
        options["isolation_level"] = "REPEATABLE READ"
    sqlite = engine.dialect.name == "sqlite"
    with translated(), engine.execution_options(**options).connect() as connection:
        troubles = list(_file(connection, told)) if sqlite else []
        chains = walk_all(connection, lambda hall: told(f"journal of {hall}"))
        for chain in chains:
            told(f"counts of {chain.hall_id}")
            troubles += _counted(connection, chain.hall_id)
        return Soundness(chains, tuple(troubles), sqlite)


def _file(connection: Connection, told: Told) -> Iterator[str]:
    told("pages")
    found = connection.exec_driver_sql(f"PRAGMA integrity_check({_MOST})").scalars().all()
    if found != ["ok"]:
        yield from (f"THE FILE IS DAMAGED: {line}." for line in found)
    told("references")
    lost: dict[tuple[str, str], int] = {}
    for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        lost[(row[0], row[2])] = lost.get((row[0], row[2]), 0) + 1
    for (table, parent), count in lost.items():
        yield f"{count} rows of {table} refer to rows of {parent} that are not there."


def _counted(connection: Connection, hall_id: str) -> Iterator[str]:
    """Yield what is kept twice and does not agree."""

    def ask(query: str) -> list[Any]:
        return list(connection.execute(sa.text(query), {"hall": hall_id}))

    (next_id,) = ask("SELECT next_id FROM hall WHERE hall_id = :hall")[0]
    for table in metadata.sorted_tables:
        if table.name != "listener" and "id" in table.c:
            most = connection.execute(
                sa.select(sa.func.max(table.c.id)).where(table.c.hall_id == hall_id)
            ).scalar()
            if most is not None and most >= next_id:
                yield f"{hall_id}: {table.name} has id {most}, the hall's next one is {next_id}."
    for code, kept, counted in ask(_QUEUES)[:_MOST]:
        yield f"{hall_id}: queue {code} says {kept} wait, {counted} do."
    for prefix, given, value in ask(_COUNTERS)[:_MOST]:
        yield f"{hall_id}: series {prefix} has given {given}, the counter says {value or 0}."
    for (label,) in ask(_TURNS)[:_MOST]:
        yield f"{hall_id}: ticket {label} and its turn at a window do not agree."
