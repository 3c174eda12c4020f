"""Hand a hall's journal out into a file, and such a file in into the city's database."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from hallclient.domain.forks import last_common
from hallclient.domain.journal import GENESIS, Entry
from hallclient.services.city_file import (
    CityFileError,
    HandOut,
    Receipt,
    Start,
    read_file,
    read_receipt,
    write_file,
    write_receipt,
)
from hallclient.storage.city_database import CityError, keep_lost, link_of
from hallclient.storage.city_tables import PUBLISHED, city_receipt
from hallclient.storage.columns import UtcDateTime
from hallclient.storage.engine import (
    READ,
    SqlitePlace,
    database_clock,
    place_of,
    write_turn,
)
from hallclient.storage.entries import entries_from
from hallclient.storage.errors import translated
from hallclient.storage.schema import VERSION, hall, journal
from hallclient.storage.sql import insert

_PAGE: Final = 2000
_PARTS: Final = [table for table in PUBLISHED if table not in (hall, journal)]


def hand_out(
    engine: Engine, hall_id: str, path: Path, receipt: Path | None = None, *, all_: bool = False
) -> tuple[Receipt, int]:
    """Write what the city does not have yet; return what it has then, and how many entries go.

    ``receipt`` is what came back last; it is remembered beside an SQLite file. ``all_`` begins with
    the first entry. Raises ``StoreError``.
    """
    kept = _kept_receipt(engine)
    known = _known(hall_id, receipt, None if all_ else kept)
    with translated(), _snapshot(engine) as connection:
        row = connection.execute(sa.select(hall).where(hall.c.hall_id == hall_id)).mappings().one()
        if known is not None and _hash_at(connection, hall_id, known.through) != known.head:
            raise CityError(
                f"The city has another journal of this hall (entry {known.through}): this is not "
                "the database that handed out last, or it was restored from a backup."
            )
        after, head = (known.through, known.head) if known is not None else (0, GENESIS)
        start = Start(hall_id, VERSION, after, head)
        count = write_file(path, start, _rows(connection, hall_id), _after(connection, start))
    if receipt is not None and kept is not None and known is not None:
        write_receipt(kept, known)
    return Receipt(hall_id, row["seq"], row["head"]), count


def hand_in(engine: Engine, path: Path, *, again: bool = False) -> tuple[Receipt, int]:
    """Take a file in; return what the city has then, and how many entries were new.

    Nothing happens by a file that was taken in before. Raises ``StoreError`` for one that leaves a
    gap, or whose journal is not the continuation of what is here. ``again``: the station was
    restored from a backup; what it has lost is kept in ``city_lost``, and its file goes on.
    """
    given = read_file(path)
    hall_id = given.start.hall_id
    if given.start.tables != VERSION:
        raise CityError(
            f"The station's tables are of version {given.start.tables}, the city's of {VERSION}: "
            "bring both to the same version of hallclient."
        )
    rows = [_decoded(hall_id, name, values) for name, values in given.rows]
    with translated(), write_turn(engine), engine.begin() as connection:
        link = link_of(connection, hall_id)
        if link:
            raise CityError(f"Hall {hall_id} comes by the link {link}: no files are taken in.")
        if again:
            _leave_lost(connection, given)
        through = _through(connection, hall_id)
        new = _continuation(connection, given, through)
        if new or not through:
            _write_rows(connection, hall_id, rows)
        _write_entries(connection, hall_id, new)
        if not new:
            return Receipt(hall_id, through, _hash_at(connection, hall_id, through)), 0
        got = given.receipt
        made = {"head": got.head, "entries": len(new), "at": database_clock(connection)}
        connection.execute(
            insert(connection, city_receipt)
            .values(hall_id=hall_id, through=got.through, **made)
            .on_conflict_do_nothing()
        )
    return got, len(new)


# Out


def _kept_receipt(engine: Engine) -> Path | None:
    place = place_of(engine)
    if not isinstance(place, SqlitePlace):
        return None
    return place.path.with_name(place.path.name + ".city-receipt")


def _known(hall_id: str, given: Path | None, kept: Path | None) -> Receipt | None:
    path = given if given is not None else kept if kept is not None and kept.exists() else None
    if path is None:
        return None
    known = read_receipt(path)
    if known.hall_id != hall_id:
        raise CityError(f"The receipt is of hall {known.hall_id}, this is hall {hall_id}.")
    return known


def _snapshot(engine: Engine) -> Any:
    options = dict[str, Any](READ)
    if not isinstance(place_of(engine), SqlitePlace):
        options["isolation_level"] = "REPEATABLE READ"
    return engine.execution_options(**options).begin()


def _rows(connection: Connection, hall_id: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for table in PUBLISHED:
        if table is journal:
            continue
        asked = sa.select(table).where(table.c.hall_id == hall_id).order_by(*table.primary_key)
        for row in connection.execute(asked).mappings():
            yield table.name, {name: _plain(value) for name, value in row.items()}


def _after(connection: Connection, start: Start) -> Iterator[Entry]:
    seq = start.after
    while page := entries_from(connection, start.hall_id, seq + 1, _PAGE):
        yield from page
        seq = page[-1].seq


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


# In


def _decoded(hall_id: str, name: str, values: Mapping[str, Any]) -> tuple[sa.Table, dict[str, Any]]:
    table = next((one for one in PUBLISHED if one.name == name and one is not journal), None)
    if table is None:
        raise CityFileError(f"A hand-out has no rows of {name}.")
    if set(values) != set(table.columns.keys()) or values["hall_id"] != hall_id:
        raise CityFileError(f"A row of {name} is not one of hall {hall_id}.")
    return table, {column.name: _value(column, values[column.name]) for column in table.columns}


def _value(column: "sa.Column[Any]", value: Any) -> Any:
    fits = value is None and column.nullable
    try:
        if fits:
            return None
        if isinstance(column.type, UtcDateTime):
            moment = datetime.fromisoformat(value)
            fits, value = moment.utcoffset() is not None, moment
        elif isinstance(column.type, sa.Date):
            fits, value = True, date.fromisoformat(value)
        else:
            fits = _has_kind(column.type, value)
    except (TypeError, ValueError):
        fits = False
    if not fits:
        raise CityFileError(f"{column.table.name}.{column.name} has a value that cannot be.")
    return value


def _has_kind(kind: sa.types.TypeEngine[Any], value: Any) -> bool:
    if isinstance(kind, sa.Boolean):
        return isinstance(value, bool)
    if isinstance(kind, sa.Integer):
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63
    if isinstance(kind, sa.Float):
        return isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(kind, sa.Text):
        return isinstance(value, str) and "\0" not in value
    return value is not None  # JSON


def _through(connection: Connection, hall_id: str) -> int:
    asked = sa.select(sa.func.max(journal.c.seq)).where(journal.c.hall_id == hall_id)
    return int(connection.execute(asked).scalar_one() or 0)


def _continuation(connection: Connection, given: HandOut, through: int) -> list[Entry]:
    """Return the entries that are new; raise where they do not continue what is here."""
    start, hall_id = given.start, given.start.hall_id
    if start.after > through:
        raise CityError(
            f"Hall {hall_id}: the file begins behind entry {start.after}, the city has the first "
            f"{through}. Hand out again with the last receipt, or with --all."
        )
    for seq, found in ((start.after, start.head), *((e.seq, e.hash) for e in given.entries)):
        if 0 < seq <= through and _hash_at(connection, hall_id, seq) != found:
            raise CityError(
                f"Hall {hall_id}: entry {seq} of the file is another than the city's. Two "
                "databases have gone on from the same past; nothing was taken in. A station that "
                "was restored from a backup hands out with --all, and --again takes that in."
            )
    return [entry for entry in given.entries if entry.seq > through]


def _leave_lost(connection: Connection, given: HandOut) -> None:
    """Take away what the city has of a station and the station has no more."""
    hall_id = given.start.hall_id
    if given.start.after:
        raise CityError("Only a file with the whole journal can do that: hand-out --all.")
    theirs = {entry.seq: entry.hash for entry in given.entries}
    top = _through(connection, hall_id)
    common = last_common(
        lambda seq: _hash_at(connection, hall_id, seq) or None, theirs.get, min(top, len(theirs))
    )
    if common < min(top, len(theirs)):
        keep_lost(connection, hall_id, common)
        for table, seq in ((journal, journal.c.seq), (city_receipt, city_receipt.c.through)):
            connection.execute(sa.delete(table).where(table.c.hall_id == hall_id, seq > common))


def _hash_at(connection: Connection, hall_id: str, seq: int) -> str:
    if seq == 0:
        return GENESIS
    asked = sa.select(journal.c.hash).where(journal.c.hall_id == hall_id, journal.c.seq == seq)
    return connection.execute(asked).scalar_one_or_none() or ""


def _write_rows(
    connection: Connection, hall_id: str, rows: list[tuple[sa.Table, dict[str, Any]]]
) -> None:
    """Make the hall and its parts what the file says; its row stays, for others name it."""
    heads = [values for table, values in rows if table is hall]
    if len(heads) != 1:
        raise CityFileError("A hand-out has one row of its hall.")
    others = {name: value for name, value in heads[0].items() if name != "hall_id"}
    row = insert(connection, hall).values(**heads[0])
    connection.execute(row.on_conflict_do_update(index_elements=["hall_id"], set_=others))
    for table in _PARTS:
        connection.execute(sa.delete(table).where(table.c.hall_id == hall_id))
        own = [values for one, values in rows if one is table]
        if own:
            connection.execute(sa.insert(table), own)


def _write_entries(connection: Connection, hall_id: str, entries: list[Entry]) -> None:
    for first in range(0, len(entries), _PAGE):
        connection.execute(
            sa.insert(journal),
            [
                {
                    "hall_id": hall_id,
                    "seq": one.seq,
                    "at": one.at,
                    "kind": one.kind,
                    "zone_code": one.zone,
                    "window_code": one.window,
                    "subject": one.subject,
                    "actor": one.actor,
                    "data": one.data,
                    "hash": one.hash,
                }
                for one in entries[first : first + _PAGE]
            ],
        )
