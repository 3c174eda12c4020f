"""The journal's entries, read: a page of them, or of its end what somebody follows."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hallclient.domain.journal import Entry
from hallclient.services.store_records import Tail, Wanted
from hallclient.storage.lean import ask, lean
from hallclient.storage.records import Row
from hallclient.storage.schema import hall, journal

_HALL: sa.BindParameter[str] = sa.bindparam("hall", type_=sa.Text())
_NAMES = ("seq", "at", "kind", "zone_code", "window_code", "subject", "actor", "data", "hash")


def entries_from(connection: Connection, hall_id: str, seq: int, limit: int) -> list[Entry]:
    """Return a hall's journal from entry ``seq`` on, oldest first."""
    values = {"hall": hall_id, "seq": seq, "most": limit}
    return [entry_of(row) for row in ask(connection, (_page(connection)(), values))[0]]


def entry_of(row: Row) -> Entry:
    """Return the entry of a row."""
    return Entry(
        seq=row["seq"],
        at=row["at"],
        kind=row["kind"],
        zone=row["zone_code"],
        window=row["window_code"],
        subject=row["subject"],
        actor=row["actor"],
        data=row["data"],
        hash=row["hash"],
    )


def tail_behind(connection: Connection, hall_id: str, seq: int, limit: int, wanted: Wanted) -> Tail:
    """Return a hall's journal behind ``seq``, of one moment: the wanted of ``limit`` entries."""
    values = {"hall": hall_id, "seq": seq, "end": seq + limit}
    rows = ask(connection, (_behind(connection)(wanted), values))[0]
    if not rows:  # there is no such hall
        return Tail(0, "", "", 0, ())
    first = rows[0]
    entries = tuple(entry_of(row) for row in rows if row["seq"] is not None)
    return Tail(first["last"], first["head"], first["before"] or "", first["there"], entries)


@lean
def _page() -> "sa.Select[tuple[object, ...]]":
    begins: sa.BindParameter[int] = sa.bindparam("seq", type_=sa.BigInteger())
    most: sa.BindParameter[int] = sa.bindparam("most", type_=sa.BigInteger())
    mine = sa.select(journal).where(journal.c.hall_id == _HALL, journal.c.seq >= begins)
    return mine.order_by(journal.c.seq).limit(most)


@lean
def _behind(wanted: Wanted) -> "sa.Select[tuple[object, ...]]":
    seq: sa.BindParameter[int] = sa.bindparam("seq", type_=sa.BigInteger())
    end: sa.BindParameter[int] = sa.bindparam("end", type_=sa.BigInteger())
    old, every = journal.alias("old"), journal.alias("every")
    before = sa.select(old.c.hash).where(old.c.hall_id == _HALL, old.c.seq == seq)
    there = sa.select(sa.func.count()).where(
        every.c.hall_id == _HALL, every.c.seq > seq, every.c.seq <= end
    )
    behind = sa.and_(
        journal.c.hall_id == _HALL, journal.c.seq > seq, journal.c.seq <= end, _is_wanted(wanted)
    )
    return (
        sa.select(
            hall.c.seq.label("last"),
            hall.c.head,
            before.scalar_subquery().label("before"),
            there.scalar_subquery().label("there"),
            *(journal.c[name] for name in _NAMES),
        )
        .select_from(hall.outerjoin(journal, behind))
        .where(hall.c.hall_id == _HALL)
        .order_by(journal.c.seq)
    )


def _is_wanted(wanted: Wanted) -> "sa.ColumnElement[bool]":
    near = _one_of(wanted.near)
    if wanted.zones:
        near = sa.and_(near, sa.or_(*(journal.c.zone_code == zone for zone in wanted.zones)))
    return sa.or_(_one_of(wanted.kinds), near)


def _one_of(kinds: tuple[str, ...]) -> "sa.ColumnElement[bool]":
    whole = (journal.c.kind == kind for kind in kinds if not kind.endswith("."))
    begins = (journal.c.kind.startswith(kind) for kind in kinds if kind.endswith("."))
    return sa.or_(sa.false(), *whole, *begins)
