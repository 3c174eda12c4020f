"""A hall's description as rows and back. Field by field from the dataclasses, nothing by hand."""

import dataclasses
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import ServiceWindow
from hallclient.domain.plain import decode, encode, hints_of
from hallclient.domain.rules import HallRules
from hallclient.domain.text import LocalText
from hallclient.storage import schema
from hallclient.storage.floor_tables import lent_window
from hallclient.storage.lean import ask, lean
from hallclient.storage.schema import PART_TABLES

Ranks: TypeAlias = tuple[tuple[str, ...], ...]


def read_plan(connection: Connection, row: Mapping[str, Any]) -> HallPlan:
    """Read a hall. ``row`` is its row in the table ``hall``."""
    of, values = _parts(connection), {"hall": row["hall_id"]}
    asked = {name: (of(name), values) for name in PART_TABLES if name != "staff"}
    asked["loans"] = (_loans(connection)(), values)
    if connection.dialect.name == "postgresql":
        asked["reads_pins"] = (_reads_pins(connection)(), {})
    found = dict(zip(asked, ask(connection, *asked.values()), strict=True))
    reads_pins = all(row["may"] for row in found.pop("reads_pins", ()))
    staff = of("staff") if reads_pins else of("staff", "pin_hash")
    (found["staff"],) = ask(connection, (staff, values))
    now: dict[str, Any] = {}
    former: dict[str, Any] = {}
    for name, (_, kind) in PART_TABLES.items():
        parts = [(_part(kind, part), part["active"]) for part in found[name]]
        now[name] = tuple(part for part, active in parts if active)
        former[name] = tuple(part for part, active in parts if not active)
    head = _head(row)
    usual, queues = now["windows"], {queue.code for queue in now["queues"]}
    now["windows"] = _with_loans(usual, _lent(found["loans"], queues))
    return HallPlan(**head, **now, usual_windows=usual, former=HallPlan(**head, **former))


@lean
def _parts(name: str, hidden: str = "") -> Any:
    """Ask for the rows of one field of a plan; a ``hidden`` column comes as an empty text."""
    table, _ = PART_TABLES[name]
    empty: sa.ColumnClause[str] = sa.literal_column("''")
    columns = [empty.label(one.name) if one.name == hidden else one for one in table.columns]
    mine = table.c.hall_id == sa.bindparam("hall")
    return sa.select(*columns).where(mine).order_by(table.c.position)


@lean
def _reads_pins() -> Any:
    """Ask whether this user may read the hashes of PINs: a board may not (storage.rights)."""
    return sa.select(sa.func.has_column_privilege("staff", "pin_hash", "SELECT").label("may"))


@lean
def _loans() -> Any:
    table = lent_window.c
    return sa.select(table.window_id, table.ranks).where(table.hall_id == sa.bindparam("hall"))


def _lent(rows: Iterable[Mapping[str, Any]], queues: Collection[str]) -> dict[int, Ranks]:
    """Return the ranks of lent windows by id; a queue that has left the hall is left out."""
    loans = {}
    for row in rows:
        known = (tuple(code for code in codes if code in queues) for codes in row["ranks"])
        loans[row["window_id"]] = tuple(codes for codes in known if codes)
    return loans


def _with_loans(
    windows: tuple[ServiceWindow, ...], loans: Mapping[int, Ranks]
) -> tuple[ServiceWindow, ...]:
    if not loans:
        return windows
    return tuple(
        dataclasses.replace(window, ranks=loans.get(window.id) or window.ranks)
        for window in windows
    )


def write_plan(
    connection: Connection, plan: HallPlan, new_id: Callable[[], int], old: HallPlan | None
) -> None:
    """Store every part of a hall; a code that was there before keeps its id."""
    for name, (table, _kind) in PART_TABLES.items():
        known = _known(name, old)
        rows = [
            _row(plan.hall_id, part, position, known.get(part.code) or new_id())
            for position, part in enumerate(getattr(plan, name))
        ]
        _upsert(connection, table, plan.hall_id, rows, known)
    _start_counts(connection, plan.hall_id)


def head_row(plan: HallPlan) -> dict[str, Any]:
    """Return the columns of the table ``hall`` that the hall file sets."""
    return {name: encode(getattr(plan, name)) for name in _HEAD}


_HEAD = {
    "name": LocalText,
    "time_zone": str,
    "phone": str,
    "follow_url": str,
    "desk": LocalText,
    "rules": HallRules,
}


def _head(row: Mapping[str, Any]) -> dict[str, Any]:
    own = {name: decode(hint, row[name]) for name, hint in _HEAD.items()}
    return {"hall_id": row["hall_id"], **own}


def _part(kind: type, row: Mapping[str, Any]) -> Any:
    hints = hints_of(kind)
    return kind(**{f.name: decode(hints[f.name], row[f.name]) for f in dataclasses.fields(kind)})


def _known(name: str, old: HallPlan | None) -> dict[str, int]:
    plans = [plan for plan in (old and old.former, old) if plan is not None]
    return {part.code: part.id for plan in plans for part in getattr(plan, name)}


def _row(hall_id: str, part: Any, position: int, part_id: int) -> dict[str, Any]:
    return {
        **encode(part),
        "hall_id": hall_id,
        "id": part_id,
        "position": position,
        "active": True,
    }


def _upsert(
    connection: Connection,
    table: sa.Table,
    hall_id: str,
    rows: Sequence[dict[str, Any]],
    known: Mapping[str, int],
) -> None:
    added = [row for row in rows if row["code"] not in known]
    kept = [row for row in rows if row["code"] in known]
    gone = set(known) - {row["code"] for row in rows}
    if added:
        connection.execute(sa.insert(table), added)
    if kept:
        columns = [c.name for c in table.columns if c.name not in ("hall_id", "id", "code")]
        connection.execute(
            sa.update(table)
            .where(table.c.hall_id == hall_id, table.c.id == sa.bindparam("b_id"))
            .values({name: sa.bindparam(f"b_{name}") for name in columns}),
            [{f"b_{name}": row[name] for name in ("id", *columns)} for row in kept],
        )
    if gone:
        _retire(connection, table, hall_id, gone)


def _retire(connection: Connection, table: sa.Table, hall_id: str, codes: Iterable[str]) -> None:
    connection.execute(
        sa.update(table)
        .where(table.c.hall_id == hall_id, table.c.code.in_(list(codes)))
        .values(active=False)
    )


def _start_counts(connection: Connection, hall_id: str) -> None:
    """Give every queue its row of counts."""
    queue, now = PART_TABLES["queues"][0], schema.queue_now
    counted = sa.select(now.c.queue_id).where(now.c.hall_id == hall_id)
    missing = sa.select(queue.c.hall_id, queue.c.id, sa.literal(0), sa.literal("")).where(
        queue.c.hall_id == hall_id, queue.c.id.not_in(counted)
    )
    connection.execute(
        sa.insert(now).from_select(["hall_id", "queue_id", "waiting", "last_called"], missing)
    )
