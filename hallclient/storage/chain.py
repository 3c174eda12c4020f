"""Walks the journal's chain of hashes, in a connection that somebody else has opened."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hallclient.domain.journal import GENESIS, Entry, broken_at
from hallclient.storage.schema import business_day, hall, journal

_AT_ONCE: Final = 2000


@dataclass(frozen=True, slots=True)
class Chain:
    """What a hall's journal is: its last number and hash, and what the hall's row says of them."""

    hall_id: str
    entries: int
    head: str
    hall_seq: int
    hall_head: str
    broken_at: int | None
    """The first entry that does not hold."""
    strange_days: tuple[str, ...] = ()
    """Closed days whose head is no entry's hash."""

    @property
    def whole(self) -> bool:
        """Return whether it holds, to the entry that the hall's row names."""
        same = (self.entries, self.head) == (self.hall_seq, self.hall_head)
        return self.broken_at is None and same

    @property
    def words(self) -> str:
        """Return how it stands, in a few words for a terminal."""
        if self.broken_at is not None:
            return f"THE CHAIN BREAKS AT ENTRY {self.broken_at}"
        if not self.whole:
            return f"THE JOURNAL ENDS AT ENTRY {self.entries}, THE HALL SAYS {self.hall_seq}"
        if self.strange_days:
            return f"THE CHAIN IS NOT THE ONE OF THE CLOSED DAYS {', '.join(self.strange_days)}"
        return "the chain is whole"


def halls_of(connection: Connection) -> list[str]:
    """Return the ids of the halls."""
    return list(connection.execute(sa.select(hall.c.hall_id).order_by(hall.c.hall_id)).scalars())


def walk_chain(connection: Connection, hall_id: str) -> Chain:
    """Walk a hall's journal from its first entry to its last."""
    seq, head, broken = 0, GENESIS, None
    days = _heads_of_days(connection, hall_id)
    with _pages(connection, hall_id) as pages:
        for page in pages:
            broken = broken_at(page, head, seq)
            if broken is not None:
                break
            hashes = {entry.hash for entry in page}
            days = {day: kept for day, kept in days.items() if kept not in hashes}
            seq, head = page[-1].seq, page[-1].hash
    row = connection.execute(sa.select(hall.c.seq, hall.c.head).where(hall.c.hall_id == hall_id))
    hall_seq, hall_head = row.one()
    strange = () if broken is not None else tuple(sorted(days))
    return Chain(hall_id, seq, head, hall_seq, hall_head, broken, strange)


def walk_all(
    connection: Connection, told: Callable[[str], None] = lambda _hall: None
) -> tuple[Chain, ...]:
    """Walk the journals of all halls; ``told`` hears which."""
    found = []
    for hall_id in halls_of(connection):
        told(hall_id)
        found.append(walk_chain(connection, hall_id))
    return tuple(found)


def _heads_of_days(connection: Connection, hall_id: str) -> dict[str, str]:
    rows = connection.execute(
        sa.select(business_day.c.day, business_day.c.head).where(
            business_day.c.hall_id == hall_id,
            business_day.c.head.is_not(None),
            business_day.c.head != GENESIS,
        )
    )
    return {str(day): head for day, head in rows}


@contextmanager
def _pages(connection: Connection, hall_id: str) -> Iterator[Iterator[list[Entry]]]:
    names = ("seq", "at", "kind", "zone_code", "window_code", "subject", "actor", "data", "hash")
    query = sa.select(*(journal.c[name] for name in names)).where(journal.c.hall_id == hall_id)
    options = {"yield_per": _AT_ONCE}
    result = connection.execute(query.order_by(journal.c.seq), execution_options=options)
    with closing(result):
        yield ([Entry(*row) for row in part] for part in result.partitions())
