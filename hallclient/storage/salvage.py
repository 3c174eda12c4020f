"""Takes out of a damaged SQLite file what can still be read, into a database that is sound.

A table that can be read from end to end is taken as it is. Of any other every row that can be read
wins over the backup's, and what the backup has beside stays. The journal proves itself: it goes on
from the backup's last entry as far as each hash follows from the one before.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any, Final

from hallclient.domain.journal import GENESIS, Entry, next_hash
from hallclient.storage.archive_tables import LEFT_OUT
from hallclient.storage.metadata import metadata
from hallclient.storage.salvage_reading import Unreadable, listed, pieces, shared, to_the_end
from hallclient.storage.sql import COUNT_OF_TICKET

_UNFIT: Final = (
    *(sqlite3.IntegrityError, sqlite3.DataError, sqlite3.InterfaceError),
    *(UnicodeError, OverflowError),
)
"""What is raised for a row that no sound table takes; not for a disk that is full."""
_JOURNAL: Final = "journal"
_COLUMNS: Final = (
    *("seq", "at", "kind", "zone_code", "window_code", "subject", "actor", "data", "hash"),
)
# Lists of years of tickets lie on the disk: a hall of ten years has 13 million.
_HAD: Final = "CREATE TEMP TABLE had AS SELECT hall_id, id FROM ticket"
_NEW: Final = (
    "SELECT count(*) FROM (SELECT hall_id, id FROM ticket EXCEPT SELECT hall_id, id FROM had)"
)
_BEHIND: Final = f"""CREATE TEMP TABLE behind (hall_id, seq INTEGER PRIMARY KEY ON CONFLICT REPLACE,
  {", ".join(_COLUMNS[1:])})"""
_KNOWN: Final = "CREATE TEMP TABLE known (hall_id, day, label, id)"
_LOST: Final = """SELECT DISTINCT label FROM known
  WHERE day >= (SELECT coalesce(min(day), '') FROM ticket)
  AND NOT EXISTS (SELECT 1 FROM ticket WHERE ticket.hall_id = known.hall_id
    AND ticket.day = known.day AND ticket.label = known.label)
  AND NOT EXISTS (SELECT 1 FROM ticket WHERE ticket.hall_id = known.hall_id
    AND ticket.id = known.id)"""


@dataclass
class Salvage:
    """What was found. ``partial`` tables had rows that cannot be read; ``none`` nothing at all."""

    whole: list[str] = field(default_factory=list)
    partial: list[str] = field(default_factory=list)
    none: list[str] = field(default_factory=list)
    rows_unusable: int = 0
    journal_to: dict[str, int] = field(default_factory=dict)
    hall_seq: dict[str, int] = field(default_factory=dict)
    """What the damaged file's own hall rows say, where they can be read."""
    recovered: int = 0
    """Tickets that the backup did not have."""
    lost: tuple[str, ...] = ()
    """Labels that were given out and are in no ticket that could be saved."""

    @property
    def complete(self) -> bool:
        """Return whether nothing is missing."""
        same = bool(self.hall_seq) and self.hall_seq == self.journal_to
        return same and not (self.partial or self.none or self.rows_unusable or self.lost)


def salvage(damaged: Path, sound: Path) -> Salvage:
    """Bring what can be read of one file into another that has our tables; in one transaction."""
    found = Salvage()
    with (
        closing(sqlite3.connect(f"{damaged.absolute().as_uri()}?mode=ro", uri=True)) as bad,
        closing(sqlite3.connect(sound, isolation_level=None)) as good,
    ):
        bad.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
        good.execute("PRAGMA foreign_keys=OFF")
        good.execute("BEGIN IMMEDIATE")
        heads = dict(_heads(good))
        good.execute(_HAD)
        for table in metadata.sorted_tables:
            if table.name not in LEFT_OUT and table.name != _JOURNAL:
                _take_table(bad, good, table.name, found)
        _take_journal(bad, good, heads, found)
        _mend_references(good, found)
        _mend_counts(good)
        (found.recovered,) = good.execute(_NEW).fetchone()
        found.lost = _lost(bad, good)
        good.execute("COMMIT")
    return found


# Tables


def _take_table(
    bad: sqlite3.Connection, good: sqlite3.Connection, table: str, found: Salvage
) -> None:
    columns = shared(bad, good, table)
    if not columns:
        found.none.append(table)
        return
    good.execute("SAVEPOINT one")
    try:
        good.execute(f'DELETE FROM "{table}"')  # noqa: S608 - our own names, here and below
        for rows in to_the_end(bad, table, columns):
            good.executemany(_inserting(table, columns), rows)
        found.whole.append(table)
    except (Unreadable, *_UNFIT):
        good.execute("ROLLBACK TO one")
        _take_pieces(bad, good, table, columns, found)
    good.execute("RELEASE one")


def _take_pieces(
    bad: sqlite3.Connection,
    good: sqlite3.Connection,
    table: str,
    columns: Sequence[str],
    found: Salvage,
) -> None:
    keys = [column.name for column in metadata.tables[table].primary_key]
    others = [name for name in columns if name not in keys]
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in others)
    statement = (
        _inserting(table, columns)
        + f" ON CONFLICT ({listed(keys)}) DO "
        + (f"UPDATE SET {changes}" if changes else "NOTHING")
    )
    taken = 0
    for rows in pieces(bad, table, columns):
        for row in rows:
            try:
                good.execute(statement, row)
                taken += 1
            except _UNFIT:
                found.rows_unusable += 1
    (found.partial if taken else found.none).append(table)


def _inserting(table: str, columns: Sequence[str]) -> str:
    marks = ", ".join("?" * len(columns))
    return f'INSERT INTO "{table}" ({listed(columns)}) VALUES ({marks})'  # noqa: S608


# The journal


def _heads(good: sqlite3.Connection) -> Iterator[tuple[str, tuple[int, str]]]:
    """Yield where the journal of each hall ends in the backup."""
    for hall_id, seq, head in good.execute("SELECT hall_id, seq, head FROM hall").fetchall():
        yield hall_id, (seq, head)


def _take_journal(
    bad: sqlite3.Connection,
    good: sqlite3.Connection,
    heads: Mapping[str, tuple[int, str]],
    found: Salvage,
) -> None:
    """Go on with each hall's journal, and make the hall's row say where it ends."""
    for hall_id, seq, head in good.execute("SELECT hall_id, seq, head FROM hall").fetchall():
        if "hall" in found.whole:
            found.hall_seq[hall_id] = seq
        start = heads.get(hall_id, (0, GENESIS))
        last, last_head = _continued(bad, good, hall_id, start)
        found.journal_to[hall_id] = last
        if found.hall_seq.get(hall_id) == last and last_head != head:
            found.rows_unusable += 1
        good.execute(
            "UPDATE hall SET seq = ?, head = ? WHERE hall_id = ?", (last, last_head, hall_id)
        )


def _continued(
    bad: sqlite3.Connection, good: sqlite3.Connection, hall_id: str, start: tuple[int, str]
) -> tuple[int, str]:
    seq, head = start
    good.execute(_BEHIND)
    if shared(bad, good, _JOURNAL):
        for rows in pieces(bad, _JOURNAL, ("hall_id", *_COLUMNS), f" AND seq > {seq}"):
            for row in rows:
                with suppress(*_UNFIT):  # what cannot be stored is no entry
                    if row[0] == hall_id:
                        good.execute(_inserting("behind", ("hall_id", *_COLUMNS)), row)
    for row in good.execute("SELECT * FROM behind ORDER BY seq"):
        entry = _entry(row) if row[1] == seq + 1 else None
        if entry is None or entry.hash != next_hash(head, entry):
            break
        good.execute(_inserting(_JOURNAL, ("hall_id", *_COLUMNS)), row)
        seq, head = entry.seq, entry.hash
    good.execute("DROP TABLE behind")
    return seq, head


def _entry(row: Sequence[Any]) -> Entry | None:
    _hall, seq, at, *texts, data, kept = row
    with suppress(ValueError, TypeError, UnicodeError):
        moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
        kind, zone, window, subject, actor = texts
        told = json.loads(data)
        entry = Entry(seq, moment, kind, zone, window, subject, actor, told, kept)
        next_hash(GENESIS, replace(entry))  # that it can be counted at all
        return entry
    return None


# What belongs together


def _mend_references(good: sqlite3.Connection, found: Salvage) -> None:
    """Remove rows whose parents are lost: nobody could work with them."""
    for _round in range(10):
        wrong = [(row[0], row[1]) for row in good.execute("PRAGMA foreign_key_check")]
        if not wrong:
            return
        for table, rowid in set(wrong):
            good.execute(f'DELETE FROM "{table}" WHERE rowid = ?', (rowid,))  # noqa: S608
            found.rows_unusable += 1


_AGREE: Final = (
    """UPDATE ticket SET status = (SELECT CASE WHEN turn.started_at IS NULL THEN 'called'
         ELSE 'serving' END FROM turn WHERE turn.hall_id = ticket.hall_id
         AND turn.ticket_id = ticket.id AND turn.ended_at IS NULL)
       WHERE status NOT IN ('called', 'serving') AND EXISTS (SELECT 1 FROM turn
         WHERE turn.hall_id = ticket.hall_id AND turn.ticket_id = ticket.id
         AND turn.ended_at IS NULL)""",
    """UPDATE ticket SET status = CASE WHEN day = (SELECT open_day FROM hall
         WHERE hall.hall_id = ticket.hall_id) AND NOT EXISTS (SELECT 1 FROM turn
           WHERE turn.hall_id = ticket.hall_id AND turn.ticket_id = ticket.id)
         THEN 'waiting' ELSE 'ended' END
       WHERE status IN ('called', 'serving') AND NOT EXISTS (SELECT 1 FROM turn
         WHERE turn.hall_id = ticket.hall_id AND turn.ticket_id = ticket.id
         AND turn.ended_at IS NULL)""",
    """UPDATE queue_now SET
         waiting = (SELECT count(*) FROM ticket WHERE ticket.hall_id = queue_now.hall_id
           AND ticket.queue_id = queue_now.queue_id AND ticket.status = 'waiting'),
         oldest_at = (SELECT min(issued_at) FROM ticket WHERE ticket.hall_id = queue_now.hall_id
           AND ticket.queue_id = queue_now.queue_id AND ticket.status = 'waiting')""",
    f"""UPDATE counter SET value = max(value, coalesce((SELECT max({COUNT_OF_TICKET}) FROM ticket
         JOIN series ON series.hall_id = ticket.hall_id AND series.id = ticket.series_id
         WHERE ticket.hall_id = counter.hall_id AND ticket.day = counter.day
         AND counter.name = 'series:' || series.prefix), 0))""",  # noqa: S608 - our own words
    """UPDATE hall SET last_at = max(last_at, coalesce((SELECT max(at) FROM journal
         WHERE journal.hall_id = hall.hall_id), last_at))""",
)
"""A ticket at a window has a turn there; what is counted is what there is."""


def _mend_counts(good: sqlite3.Connection) -> None:
    for statement in _AGREE:
        good.execute(statement)
    for table in metadata.sorted_tables:
        if "id" in table.c and table.name not in LEFT_OUT:
            good.execute(
                f"UPDATE hall SET next_id = max(next_id, 1 + coalesce((SELECT max(id) FROM"  # noqa: S608
                f' "{table.name}" AS t WHERE t.hall_id = hall.hall_id), 0))'
            )


# What is lost


def _lost(bad: sqlite3.Connection, good: sqlite3.Connection) -> tuple[str, ...]:
    """Return the labels that the damaged file's index and journal know, and no saved ticket has."""
    good.execute(_KNOWN)
    for one in chain(_indexed(bad), _journalled(bad)):
        with suppress(UnicodeError):
            good.execute("INSERT INTO known VALUES (?, ?, ?, ?)", one)
    return tuple(sorted(label for (label,) in good.execute(_LOST)))


def _indexed(bad: sqlite3.Connection) -> Iterator[tuple[str, str, str, int]]:
    """Read labels out of their own index, which lies on other pages than the tickets."""
    wanted = ["hall_id", "day", "label"]
    with suppress(sqlite3.Error, UnicodeError):
        for row in bad.execute("PRAGMA index_list(ticket)").fetchall():
            columns = [one[2] for one in bad.execute(f'PRAGMA index_info("{row[1]}")')]
            if columns == wanted:
                query = f'SELECT hall_id, day, label FROM ticket INDEXED BY "{row[1]}"'  # noqa: S608
                query += " WHERE hall_id > '' ORDER BY hall_id, day, label"
                for found in bad.execute(query):
                    yield (*found, 0)


def _journalled(bad: sqlite3.Connection) -> Iterator[tuple[str, str, str, int]]:
    """Read what the journal says of all days' numbers, also behind a gap in it."""
    with suppress(sqlite3.Error):
        columns = ("hall_id", "at", "subject", "data")
        for rows in pieces(bad, _JOURNAL, columns, " AND kind = 'ticket.issued'"):
            for hall_id, at, subject, data in rows:
                with suppress(ValueError, KeyError, TypeError, AttributeError):
                    id_ = int(subject.removeprefix("ticket:"))
                    yield hall_id, at[:10], str(json.loads(data)["label"]), id_
