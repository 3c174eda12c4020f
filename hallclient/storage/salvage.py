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
from pathlib import Path
from typing import Any, Final

from hallclient.domain.journal import GENESIS, Entry, next_hash
from hallclient.storage.archive_tables import LEFT_OUT
from hallclient.storage.metadata import metadata
from hallclient.storage.sql import COUNT_OF_TICKET

_PROBES: Final = 4000
"""So many failing questions a table may cost: a lost page costs one for each of its rows."""
_ROWS_A_PAGE: Final = 400
_FETCH: Final = 2000
_PASSING: Final = frozenset(
    {
        *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL),
        *(sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY),
        *(sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH, sqlite3.SQLITE_INTERRUPT),
    }
)
"""What SQLite says of the moment and not of a place in the file: nothing is decided by it."""
_UNFIT: Final = (
    *(sqlite3.IntegrityError, sqlite3.DataError, sqlite3.InterfaceError),
    *(UnicodeError, OverflowError),
)
"""What is raised for a row that no sound table takes; not for a disk that is full."""
_JOURNAL: Final = "journal"
_COLUMNS: Final = (
    *("seq", "at", "kind", "zone_code", "window_code", "subject", "actor", "data", "hash"),
)


class _Unreadable(Exception):
    """A table cannot be read to its end."""


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
        had = set(good.execute("SELECT hall_id, id FROM ticket"))
        for table in metadata.sorted_tables:
            if table.name not in LEFT_OUT and table.name != _JOURNAL:
                _take_table(bad, good, table.name, found)
        _take_journal(bad, good, heads, found)
        _mend_references(good, found)
        _mend_counts(good)
        found.recovered = len(set(good.execute("SELECT hall_id, id FROM ticket")) - had)
        found.lost = _lost(bad, good)
        good.execute("COMMIT")
    return found


# Tables


def _take_table(
    bad: sqlite3.Connection, good: sqlite3.Connection, table: str, found: Salvage
) -> None:
    columns = _shared(bad, good, table)
    if not columns:
        found.none.append(table)
        return
    good.execute("SAVEPOINT one")
    try:
        good.execute(f'DELETE FROM "{table}"')  # noqa: S608 - our own names, here and below
        for rows in _to_the_end(bad, table, columns):
            good.executemany(_inserting(table, columns), rows)
        found.whole.append(table)
    except (_Unreadable, *_UNFIT):
        good.execute("ROLLBACK TO one")
        _take_pieces(bad, good, table, columns, found)
    good.execute("RELEASE one")


def _to_the_end(
    bad: sqlite3.Connection, table: str, columns: Sequence[str]
) -> Iterator[list[tuple[Any, ...]]]:
    try:
        reading = bad.execute(f'SELECT {_listed(columns)} FROM "{table}"')  # noqa: S608
        while rows := reading.fetchmany(_FETCH):
            yield rows
    except (sqlite3.Error, UnicodeError) as error:
        _must_be_damage(error)
        raise _Unreadable from error


def _must_be_damage(error: Exception) -> None:
    """Raise again what says nothing about the file."""
    if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF in _PASSING:
        raise error


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
        + f" ON CONFLICT ({_listed(keys)}) DO "
        + (f"UPDATE SET {changes}" if changes else "NOTHING")
    )
    taken = 0
    for rows in _pieces(bad, table, columns):
        for row in rows:
            try:
                good.execute(statement, row)
                taken += 1
            except _UNFIT:
                found.rows_unusable += 1
    (found.partial if taken else found.none).append(table)


def _pieces(
    bad: sqlite3.Connection, table: str, columns: Sequence[str], more: str = ""
) -> Iterator[list[tuple[Any, ...]]]:
    """Yield what can be read, by halving the numbers of its rows around what cannot."""
    query = (
        f'SELECT {_listed(columns)} FROM "{table}" NOT INDEXED'  # noqa: S608
        f" WHERE rowid BETWEEN ? AND ?{more}"
    )
    spans = [(0, _highest(bad, table))]
    budget = _PROBES
    while spans and budget > 0:
        low, high = spans.pop()
        try:
            rows = bad.execute(query, (low, high)).fetchall()
        except (sqlite3.Error, UnicodeError) as error:
            _must_be_damage(error)
            budget -= 1
            middle = (low + high) // 2
            if low < high:
                spans += [(low, middle), (middle + 1, high)]
        else:
            yield rows


def _highest(bad: sqlite3.Connection, table: str) -> int:
    with suppress(sqlite3.Error):
        return int(bad.execute(f'SELECT coalesce(max(rowid), 0) FROM "{table}"').fetchone()[0])  # noqa: S608
    pages = 1 << 20
    with suppress(sqlite3.Error):
        pages = int(bad.execute("PRAGMA page_count").fetchone()[0])
    return pages * _ROWS_A_PAGE


def _shared(bad: sqlite3.Connection, good: sqlite3.Connection, table: str) -> list[str]:
    """Return the columns that both have; none when the damaged one has lost its schema."""
    names = []
    for one in (bad, good):
        try:
            names.append([row[1] for row in one.execute(f'PRAGMA table_info("{table}")')])
        except sqlite3.Error as error:
            _must_be_damage(error)
            return []
    return [name for name in names[1] if name in names[0]]


def _inserting(table: str, columns: Sequence[str]) -> str:
    marks = ", ".join("?" * len(columns))
    return f'INSERT INTO "{table}" ({_listed(columns)}) VALUES ({marks})'  # noqa: S608


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


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
    behind: dict[int, tuple[Any, ...]] = {}
    if _shared(bad, good, _JOURNAL):
        for rows in _pieces(bad, _JOURNAL, ("hall_id", *_COLUMNS), f" AND seq > {seq}"):
            behind |= {row[1]: row for row in rows if row[0] == hall_id}
    while (row := behind.get(seq + 1)) is not None:
        entry = _entry(row)
        if entry is None or entry.hash != next_hash(head, entry):
            break
        good.execute(_inserting(_JOURNAL, ("hall_id", *_COLUMNS)), row)
        seq, head = entry.seq, entry.hash
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
    known = _indexed(bad) | _journalled(bad)
    kept = set(good.execute("SELECT hall_id, day, label FROM ticket"))
    ids = set(good.execute("SELECT hall_id, id FROM ticket"))
    first = good.execute("SELECT min(day) FROM ticket").fetchone()[0] or ""
    gone = {
        label
        for hall_id, day, label, id_ in known
        if (hall_id, day, label) not in kept and (hall_id, id_) not in ids and day >= first
    }
    return tuple(sorted(gone))


def _indexed(bad: sqlite3.Connection) -> set[tuple[str, str, str, int]]:
    """Read labels out of their own index, which lies on other pages than the tickets."""
    wanted = ["hall_id", "day", "label"]
    with suppress(sqlite3.Error, UnicodeError):
        for row in bad.execute("PRAGMA index_list(ticket)").fetchall():
            columns = [one[2] for one in bad.execute(f'PRAGMA index_info("{row[1]}")')]
            if columns == wanted:
                query = f'SELECT hall_id, day, label FROM ticket INDEXED BY "{row[1]}"'  # noqa: S608
                query += " WHERE hall_id > '' ORDER BY hall_id, day, label"
                return {(*found, 0) for found in bad.execute(query)}
    return set()


def _journalled(bad: sqlite3.Connection) -> set[tuple[str, str, str, int]]:
    """Read what the journal says of the last day's numbers, also behind a gap in it."""
    found: set[tuple[str, str, str, int]] = set()
    with suppress(sqlite3.Error):
        columns = ("hall_id", "at", "subject", "data")
        for rows in _pieces(bad, _JOURNAL, columns, " AND kind = 'ticket.issued'"):
            for hall_id, at, subject, data in rows:
                with suppress(ValueError, KeyError, TypeError, AttributeError):
                    id_ = int(subject.removeprefix("ticket:"))
                    found.add((hall_id, at[:10], str(json.loads(data)["label"]), id_))
    return found
