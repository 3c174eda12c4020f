"""Leases and device reports: small rows beside the hall, without its lock and its journal.

No foreign keys: like listeners they come and go, the hall need not know them.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Column, Table, Text
from sqlalchemy.engine import Connection, Engine

from hallclient.services.ports_devices import DeviceKind, DeviceState
from hallclient.services.stations import DeviceRecord, DeviceReport
from hallclient.storage.columns import UtcDateTime
from hallclient.storage.engine import database_clock, write_turn
from hallclient.storage.errors import translated
from hallclient.storage.lean import ask, lean
from hallclient.storage.metadata import metadata
from hallclient.storage.schema import hall
from hallclient.storage.sql import begin, insert
from hallclient.storage.waker import Waker

DEVICES: Final = "devices"
"""The scope of those who watch devices."""
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)

lease = Table(
    "lease",
    metadata,
    Column("hall_id", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("taken_at", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
)

device = Table(
    "device",
    metadata,
    Column("hall_id", Text, primary_key=True),
    Column("station", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("profile", Text, nullable=False),
    Column("port", Text, nullable=False),
    Column("window_code", Text, nullable=False),
    Column("trouble", Text, nullable=False),
    Column("paper_left", sa.Integer),
    Column("levels", sa.Integer),
    Column("since", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)


@lean
def _renewal() -> sa.Update:
    mine = [
        lease.c[column] == sa.bindparam(name, type_=sa.Text())
        for column, name in (("hall_id", "hall"), ("name", "name"), ("holder", "holder"))
    ]
    now = sa.func.clock_timestamp(type_=sa.DateTime(timezone=True))
    seconds = sa.bindparam("seconds", type_=sa.Float())
    until = now + sa.func.make_interval(0, 0, 0, 0, 0, 0, seconds, type_=sa.Interval())
    return sa.update(lease).where(*mine).values(taken_at=now, until=until).returning(lease.c.name)


_REPORTED: Final = {
    "name": "name",
    "kind": "kind",
    "state": "state",
    "profile": "profile",
    "port": "port",
    "window_code": "window",
    "trouble": "trouble",
    "paper_left": "paper_left",
    "levels": "levels",
}
"""What a report says, by the column it stands in."""


@lean
def _sighting() -> sa.Update:
    """Return what notes that a device is still as it was; it meets no row where it is not.

    Nor after the clock was set back: then the hall's time goes on without it (``hall_time``).
    """
    now = sa.func.clock_timestamp(type_=sa.DateTime(timezone=True))
    same = [
        device.c[column].is_not_distinct_from(
            sa.bindparam(f"is_{name}", type_=device.c[column].type)
        )
        for column, name in _REPORTED.items()
    ]
    mine = [
        device.c[name] == sa.bindparam(f"is_{name}", type_=sa.Text())
        for name in ("hall_id", "station", "name")
    ]
    ahead = sa.exists().where(hall.c.hall_id == device.c.hall_id, hall.c.last_at > now)
    news = sa.update(device).where(*mine, *same, device.c.seen_at <= now, ~ahead)
    return news.values(seen_at=now).returning(device.c.name)


class Plumbing:
    """The small transactions of one store.

    Leases go by ``time``, the database's clock; devices are seen at ``hall_time``, as all is that
    is shown: it goes on where the clock was set back.
    """

    def __init__(
        self,
        engine: Engine,
        hall_id: str,
        time: Callable[[Connection], datetime],
        hall_time: Callable[[Connection], datetime],
        waker: Waker,
    ) -> None:
        self._engine = engine
        self._hall_id = hall_id
        self._time = time
        self._hall_time = hall_time
        self._waker = waker
        by_server = engine.dialect.name == "postgresql" and time is database_clock
        self._at_once = (
            engine.execution_options(isolation_level="AUTOCOMMIT") if by_server else None
        )

    def take_lease(self, name: str, holder: str, seconds: float) -> bool:
        """Take or renew a lease; False while another holds it."""
        if self._at_once is not None and self._renews(self._at_once, name, holder, seconds):
            return True
        renewed: list[bool] = []

        def renew(one: Connection) -> None:
            own = (one, self._hall_id, name, holder, seconds, self._time(one))
            renewed.append(renew_lease(*own))

        with self._change(renew) as connection:
            if renewed[-1]:
                return True
            ensure_lease(connection, self._hall_id, name)
            return take_lease(connection, self._hall_id, name, holder, seconds, self._time)

    def _renews(self, engine: Engine, name: str, holder: str, seconds: float) -> bool:
        """Renew a lease by the server's clock, in one statement that is its own transaction.

        220 windows renew theirs all day: half of what an idle hall asks.
        """
        own = {"hall": self._hall_id, "name": name, "holder": holder, "seconds": seconds}

        def renew(connection: Connection) -> bool:
            connection.begin()
            return bool(ask(connection, (_renewal(connection)(), own))[0])

        with translated():
            connection, renewed = begin(engine, renew)
            connection.close()
            return renewed

    def seize_lease(self, name: str, holder: str, seconds: float) -> None:
        """Take a lease from whoever holds it."""
        with self._change(self._time) as connection:
            now = self._time(connection)
            row = {"holder": holder, "taken_at": now, "until": now + timedelta(seconds=seconds)}
            connection.execute(
                insert(connection, lease)
                .values(hall_id=self._hall_id, name=name, **row)
                .on_conflict_do_update(index_elements=["hall_id", "name"], set_=row)
            )

    def drop_lease(self, name: str, holder: str) -> None:
        """Give a lease back. Its row stays: whoever is just taking it holds on to it."""
        with self._change(lambda connection: drop_lease(connection, self._hall_id, name, holder)):
            pass

    def report_devices(self, station: str, reports: Sequence[DeviceReport]) -> None:
        """Note what the devices of a station are doing; wake when a state has changed."""
        if not reports or self._all_as_before(station, reports):
            return
        ours = sa.select(device).where(
            device.c.hall_id == self._hall_id, device.c.station == station
        )
        with self._change(self._time) as connection:
            now = self._hall_time(connection)
            known = {row.name: row for row in connection.execute(ours)}
            rows = {report.name: self._row(station, report, now) for report in reports}
            changed = False
            for name, row in rows.items():
                before = known.get(name)
                if before is not None and _same(before, row):
                    row["since"] = before.since
                else:
                    changed = True
            # In one order, so that two reporters of a station never wait for each other.
            self._upsert(connection, [rows[name] for name in sorted(rows)])
            scopes = {DEVICES} if changed else set()
            self._waker.stage(connection, self._hall_id, scopes)
        self._waker.fire(self._hall_id, scopes)

    def _all_as_before(self, station: str, reports: Sequence[DeviceReport]) -> bool:
        """Note that the devices are still there, in one question, if that is all there is to say.

        240 stations say so every half minute.
        """
        engine = self._at_once
        if engine is None:
            return False
        of_all = {"is_hall_id": self._hall_id, "is_station": station}
        # In one order, so that two reporters of a station never wait for each other.
        given = [
            of_all | {f"is_{name}": getattr(one, name) for name in _REPORTED.values()}
            for one in sorted(reports, key=lambda one: one.name)
        ]

        def sight(connection: Connection) -> bool:
            connection.begin()
            return all(ask(connection, *((_sighting(connection)(), one) for one in given)))

        with translated():
            connection, seen = begin(engine, sight)
            connection.close()
            return seen

    @contextmanager
    def _change(self, first: Callable[[Connection], object]) -> Iterator[Connection]:
        with translated(), write_turn(self._engine):
            connection, _ = begin(self._engine, first)
            with connection:
                yield connection
                connection.commit()

    def _row(self, station: str, report: DeviceReport, now: datetime) -> dict[str, Any]:
        return {
            "hall_id": self._hall_id,
            "station": station,
            **{column: getattr(report, name) for column, name in _REPORTED.items()},
            "since": now,
            "seen_at": now,
        }

    @staticmethod
    def _upsert(connection: Connection, rows: list[dict[str, Any]]) -> None:
        add = insert(connection, device)
        keys = [column.name for column in device.primary_key]
        news = {c.name: add.excluded[c.name] for c in device.c if c.name not in keys}
        connection.execute(add.on_conflict_do_update(index_elements=keys, set_=news), rows)


def ensure_lease(connection: Connection, hall_id: str, name: str) -> None:
    """Make a lease's row where there is none, held by nobody."""
    row = {"holder": "", "taken_at": _LONG_AGO, "until": _LONG_AGO}
    connection.execute(
        insert(connection, lease).values(hall_id=hall_id, name=name, **row).on_conflict_do_nothing()
    )


def renew_lease(
    connection: Connection, hall_id: str, name: str, holder: str, seconds: float, now: datetime
) -> bool:
    """Renew a lease that this holder has; False, and nothing is done, when he has not."""
    mine = sa.and_(lease.c.hall_id == hall_id, lease.c.name == name, lease.c.holder == holder)
    values = {"taken_at": now, "until": now + timedelta(seconds=seconds)}
    return connection.execute(sa.update(lease).where(mine).values(values)).rowcount == 1


def take_lease(
    connection: Connection,
    hall_id: str,
    name: str,
    holder: str,
    seconds: float,
    time: Callable[[Connection], datetime],
) -> bool:
    """Take or renew a lease that has a row; False while another holds it."""
    mine = sa.and_(lease.c.hall_id == hall_id, lease.c.name == name)
    row = connection.execute(sa.select(lease).where(mine).with_for_update()).one()
    # After the lock: whoever waited for it must not judge by an old clock.
    now = time(connection)
    taken: bool = row.holder == holder or row.until <= now
    if taken:
        values = {"holder": holder, "until": now + timedelta(seconds=seconds)}
    elif row.taken_at > now:
        # The clock was set back. The holder may be alive: its whole time begins anew.
        values = {"holder": row.holder, "until": now + (row.until - row.taken_at)}
    else:
        return False
    connection.execute(sa.update(lease).where(mine).values(taken_at=now, **values))
    return taken


def drop_lease(connection: Connection, hall_id: str, name: str, holder: str) -> None:
    """Give a lease back; nothing happens when another holds it."""
    connection.execute(
        sa.update(lease)
        .where(lease.c.hall_id == hall_id, lease.c.name == name, lease.c.holder == holder)
        .values(holder="", taken_at=_LONG_AGO, until=_LONG_AGO)
    )


def device_of(row: Any) -> DeviceRecord:
    """Return the device of a row."""
    report = DeviceReport(
        name=row["name"],
        kind=DeviceKind(row["kind"]),
        state=DeviceState(row["state"]),
        profile=row["profile"],
        port=row["port"],
        window=row["window_code"],
        trouble=row["trouble"],
        paper_left=row["paper_left"],
        levels=row["levels"],
    )
    return DeviceRecord(row["station"], report, row["since"], row["seen_at"])


def _same(before: Any, row: dict[str, Any]) -> bool:
    return (before.state, before.trouble) == (row["state"], row["trouble"])
