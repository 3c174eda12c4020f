"""One hall's database as the services see it: whole changes, whole looks, the plan from memory."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from hallclient.domain.hall import HallPlan
from hallclient.domain.journal import GENESIS
from hallclient.services.stations import DeviceReport
from hallclient.services.store_error import StoreError
from hallclient.services.store_records import Tail, Wanted
from hallclient.storage.bell import Bell
from hallclient.storage.engine import READ, SqlitePlace, database_clock, place_of, write_turn
from hallclient.storage.entries import tail_behind
from hallclient.storage.errors import SchemaOutdated, translated
from hallclient.storage.hall_time import HallTime
from hallclient.storage.hosts import TIMELINE
from hallclient.storage.lean import Ask, ask, lean
from hallclient.storage.lineage import Lineage
from hallclient.storage.listener import listener
from hallclient.storage.metadata import metadata
from hallclient.storage.plan_rows import head_row, read_plan
from hallclient.storage.plumbing import Plumbing
from hallclient.storage.reader import SqlReader
from hallclient.storage.schema import VERSION, hall
from hallclient.storage.seat import Place, Seated, place_in, seat_at, seated
from hallclient.storage.sql import begin
from hallclient.storage.transaction import SqlTransaction
from hallclient.storage.waker import Waker, news_of

Clock = Callable[[], datetime]
Time = Callable[[Connection], datetime]
NOTHING: Mapping[str, Any] = {}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


# The counters of a hall. Its texts and rules are read only when the plan is.
_COUNTERS = (
    hall.c.hall_id,
    hall.c.plan_version,
    hall.c.next_id,
    hall.c.seq,
    hall.c.last_at,
    hall.c.head,
    hall.c.open_day,
    hall.c.timeline,
)


@lean
def _turn() -> "sa.TextClause":
    """Return what waits for the turn to write on PostgreSQL, first come, first served (adr/0025).

    The hall's row is a new one after each change, and a queue for the old one is none for the new:
    who comes just then would pass those who wait. So all queue for the lock of a table before it:
    one that PostgreSQL has no other use for. ``LOCK TABLE`` waits without a snapshot. A question
    for an advisory lock has one, and while anybody waits with it no old row can be cleared away:
    the longer a line, the slower it would go.
    """
    return sa.text(f"LOCK TABLE {listener.name} IN SHARE UPDATE EXCLUSIVE MODE")


@lean
def _first(hall_id: str, locks: bool, clock: bool) -> "sa.Select[Any]":  # noqa: FBT001 - keys of what is kept
    """Return the first question of a look, or of a change, with the clock where that is wanted."""
    row = sa.select(*_COUNTERS).where(hall.c.hall_id == hall_id)
    now = sa.func.clock_timestamp(type_=sa.DateTime(timezone=True)).label("clock")
    if not locks:
        return row.add_columns(now) if clock else row
    server = sa.literal_column(TIMELINE, sa.BigInteger).label("server")
    # The inner question may wait for the row; what is around it is worked out after that.
    return sa.select(row.with_for_update().subquery("held"), server, *([now] if clock else ()))


def _hall_now(mine: sa.ColumnElement[bool], time: Time, hall_time: HallTime) -> Time:
    """Return what asks for a hall's time without its lock; the clock's where there is no hall."""
    query = sa.select(hall.c.last_at).where(mine)

    def now(connection: Connection) -> datetime:
        last_at = connection.execute(query).scalar_one_or_none() or EPOCH
        clock = time(connection)
        return max(clock, hall_time.reached(clock, last_at))

    return now


class PlanMemory:
    """The plan that was read last. Stores of one hall in one process may share a memory."""

    def __init__(self) -> None:
        self._known: tuple[int, HallPlan] | None = None

    @property
    def known(self) -> HallPlan | None:
        """The plan, which may have changed since."""
        return None if self._known is None else self._known[1]

    def knows(self, version: int) -> bool:
        """Return whether the plan in memory is of a version."""
        return self._known is not None and self._known[0] == version

    def plan(self, version: int, read: Callable[[], HallPlan]) -> HallPlan:
        """Return the plan of a version, with ``read`` when another or none is known."""
        known = self._known
        if known is None or known[0] != version:
            known = self._known = (version, read())
        return known[1]


class SqlStore:
    """Fulfils ``hallclient.services.store.Store``. One thread at a time uses a store.

    ``clock`` replaces the database's clock: a replayed day has its own time. ``memory`` is shared
    by stores that must not each hold the plan of a big hall. ``ticks`` are the seconds that really
    pass, for a clock that is set back (``hall_time``); a clock of one's own has none without it.
    """

    def __init__(
        self,
        engine: Engine,
        hall_id: str,
        clock: Clock | None = None,
        memory: PlanMemory | None = None,
        ticks: Callable[[], float] | None = None,
    ) -> None:
        self._engine = engine
        self._hall_id = hall_id
        self._clock = clock
        self._waker = Waker(engine)
        self._bell = Bell(engine, hall_id)
        self._memory = memory or PlanMemory()
        # No method of its own: a store that is dropped must go at once, with its socket.
        self._lineage = Lineage()
        self._time: Time = database_clock if clock is None else lambda _: clock()
        self._ticks = ticks
        self._hall_time = HallTime(ticks or (time.monotonic if clock is None else lambda: 0.0))
        mine = hall.c.hall_id == hall_id
        hall_now = _hall_now(mine, self._time, self._hall_time)
        self._plumbing = Plumbing(engine, hall_id, self._time, hall_now, self._waker)
        self._whole_row = sa.select(hall).where(mine)
        reading, single = dict[str, Any](READ), dict[str, Any](READ)
        if not isinstance(place_of(engine), SqlitePlace):
            reading["isolation_level"] = "REPEATABLE READ"
            single["isolation_level"] = "AUTOCOMMIT"
        self._reading = engine.execution_options(**reading)
        # One statement sees one moment: neither BEGIN nor ROLLBACK has to cross to the server.
        self._single = engine.execution_options(**single)
        # The clock comes with the first row where that saves a question.
        self._row_has_clock = clock is None and engine.dialect.name == "postgresql"
        self._locks = engine.dialect.name != "sqlite"

    @contextmanager
    def change(self, actor: str) -> Iterator[SqlTransaction]:
        """Begin a change; it commits when the block ends, and not at all when the block raises."""
        with translated():
            with write_turn(self._engine):
                connection, (row, seat) = self._locked(actor)
                with connection:
                    plan = self._plan_of(connection, row)
                    now = self._moment(connection, row)
                    tx = SqlTransaction(connection, plan, self._reached(row, now), now, actor)
                    self._lineage.look(connection, row)
                    tx.remember(seat)
                    yield tx
                    self._lineage.tell(tx)
                    ring = self._ring(connection, tx)
                    rung = tx.flush(ring)
                    connection.commit()
                    loss = self._lineage.loss
                    self._lineage.told(tx.seq, tx.head)
            self._waker.fire(self._hall_id, tx.scopes, tx.told)
            if ring is not None:
                self._bell.rung(rung, urgent=tx.urgent)
        if loss is not None and self._engine.dialect.name == "postgresql":
            from hallclient.services.backups import tell_lost  # noqa: PLC0415 - a rare day

            with suppress(StoreError):  # the change is done, and the journal has it
                tell_lost(self, loss.found, loss.seen)

    @contextmanager
    def look(self) -> Iterator[SqlReader]:
        """Begin a look at one moment of the hall."""
        with translated():
            connection, row = begin(self._reading, self._first_row)
            with connection:
                plan = self._plan_of(connection, row)
                now = self._moment(connection, row)
                self._lineage.look(connection, row)
                yield SqlReader(connection, plan, self._reached(row, now), now)
                # A ROLLBACK would make psycopg forget all prepared statements.
                connection.commit()

    def tail(self, seq: int, limit: int, wanted: Wanted) -> Tail:
        """Return the journal behind ``seq``, in one question outside of any look."""

        def read(one: Connection) -> Tail:
            one.begin()
            return tail_behind(one, self._hall_id, seq, limit, wanted)

        with translated():
            connection, found = begin(self._single, read)
            with connection:
                return found

    def plan(self) -> HallPlan:
        """Return the hall, read anew only when it has changed."""
        with self.look() as reader:
            return reader.plan

    def report_devices(self, station: str, reports: Sequence[DeviceReport]) -> None:
        """Note what the devices of a station are doing; wake when a state has changed."""
        self._plumbing.report_devices(station, reports)

    def seize_lease(self, name: str, holder: str, seconds: float) -> None:
        """Take a lease from whoever holds it, for so long."""
        self._plumbing.seize_lease(name, holder, seconds)

    def take_lease(self, name: str, holder: str, seconds: float) -> bool:
        """Take or renew a lease; False while another holds it."""
        return self._plumbing.take_lease(name, holder, seconds)

    def drop_lease(self, name: str, holder: str) -> None:
        """Give a lease back."""
        self._plumbing.drop_lease(name, holder)

    def tend(self) -> str:
        """Renew the database's statistics and empty its log; return what was done."""
        from hallclient.storage.upkeep import tend  # noqa: PLC0415 - the agent's alone

        return tend(self._engine)

    def another(self) -> "SqlStore":
        """Return a store of the same hall for another thread."""
        return SqlStore(self._engine, self._hall_id, self._clock, self._memory, self._ticks)

    def close(self) -> None:
        """Wake nobody any more; the engine belongs to whoever opened it."""
        self._bell.close()
        self._waker.close()

    def _ring(self, connection: Connection, tx: SqlTransaction) -> Ask | None:
        """Return what wakes those whom a change concerns, with its last statements."""
        channels = self._waker.carry(connection, self._hall_id, tx.scopes)
        if not channels:
            return None
        return self._bell.asked(connection, channels, news_of(tx.told), urgent=tx.urgent)

    def _place_of(self, actor: str) -> Place:
        """Return the window whose change it is, by the plan in memory; no place for others'."""
        kind, _, code = actor.partition(":")
        plan = self._memory.known if kind == "window" else None
        return place_in(plan, code) if plan is not None else Place()

    def _locked(self, actor: str) -> tuple[Connection, tuple[Mapping[str, Any], Seated]]:
        """Begin with the lock. A plan that is not known is read without it: a big one takes long.

        After a new hall file that would be every PC in turn, and all others would wait.
        """
        place = self._place_of(actor)
        connection, first = begin(self._engine, lambda one: self._lock(one, place))
        if self._memory.knows(first[0]["plan_version"]):
            return connection, first
        connection.close()
        self.plan()
        place = self._place_of(actor)
        return begin(self._engine, lambda one: self._lock(one, place))

    def _lock(self, connection: Connection, place: Place) -> tuple[Mapping[str, Any], Seated]:
        """Lock the hall's row in a statement of its own; who sits at a window comes with it.

        Whoever had to wait gets the row as the last change left it (PostgreSQL looks at the row
        anew when the lock comes), so it need not be read a second time.
        """
        return self._asked(connection, locks=self._locks, place=place)

    def _moment(self, connection: Connection, row: Mapping[str, Any]) -> datetime:
        """Return the time that came with the first row, or ask for it."""
        if self._row_has_clock:
            read: datetime = row["clock"]
            return read.astimezone(UTC)
        return self._time(connection)

    def _first_row(self, connection: Connection) -> Mapping[str, Any]:
        return self._asked(connection, locks=False, place=Place())[0]

    def _asked(
        self, connection: Connection, *, locks: bool, place: Place
    ) -> tuple[Mapping[str, Any], Seated]:
        connection.begin()
        first = _first(connection)(self._hall_id, locks, self._row_has_clock)
        seat = seat_at(connection, self._hall_id, place)
        turn = [(_turn(connection)(), NOTHING)] if locks else []
        rows, *found = ask(connection, *turn, (first, NOTHING), *seat)[len(turn) :]
        if not rows:
            raise self._no_hall()
        return rows[0], seated(place, found)

    def _found(self, connection: Connection, query: sa.Select[Any]) -> Mapping[str, Any]:
        row = connection.execute(query).mappings().one_or_none()
        if row is None:
            raise self._no_hall()
        return dict(row)

    def _no_hall(self) -> SchemaOutdated:
        return SchemaOutdated(f"This database has no hall {self._hall_id}: load its hall file.")

    def _reached(self, row: Mapping[str, Any], clock: datetime) -> Mapping[str, Any]:
        """Return the hall's row with what its time is at least."""
        return {**row, "last_at": self._hall_time.reached(clock, row["last_at"])}

    def _plan_of(self, connection: Connection, row: Mapping[str, Any]) -> HallPlan:
        return self._memory.plan(
            row["plan_version"],
            lambda: read_plan(connection, self._found(connection, self._whole_row)),
        )


def check_version(engine: Engine) -> None:
    """Raise ``SchemaOutdated`` unless the tables are those of this version of the program."""
    with translated(), engine.execution_options(**READ).begin() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            raise SchemaOutdated("This database has no tables yet: run hallclient db init.")
        found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    check_not_newer(found)
    if found != VERSION:
        raise SchemaOutdated(
            f"The tables are of version {found}, this program needs {VERSION}: "
            "run hallclient db upgrade."
        )


def check_not_newer(found: str | None) -> None:
    """Raise ``SchemaOutdated`` for tables made by a later program; it changes nothing in them."""
    if found is not None and found > VERSION:
        raise SchemaOutdated(
            f"The tables are of version {found}, this program knows {VERSION}: "
            "install the newer hallclient on this PC."
        )


def missing_tables(engine: Engine) -> list[str]:
    """Return the tables that ought to be there and are not."""
    with translated(), engine.execution_options(**READ).begin() as connection:
        return sorted(set(metadata.tables) - set(sa.inspect(connection).get_table_names()))


def halls_in(engine: Engine) -> list[str]:
    """Return the ids of the halls in a database."""
    with translated(), engine.execution_options(**READ).begin() as connection:
        return list(
            connection.execute(sa.select(hall.c.hall_id).order_by(hall.c.hall_id)).scalars()
        )


def found_hall(engine: Engine, plan: HallPlan) -> None:
    """Make the row of a hall that is new to the database; its parts come with ``save_plan``."""
    with translated(), write_turn(engine), engine.begin() as connection:
        known = connection.execute(sa.select(hall.c.hall_id).where(hall.c.hall_id == plan.hall_id))
        if known.one_or_none() is None:
            connection.execute(
                sa.insert(hall).values(
                    hall_id=plan.hall_id,
                    **head_row(plan),
                    plan_version=0,
                    next_id=1,
                    seq=0,
                    last_at=EPOCH,
                    head=GENESIS,
                    open_day=None,
                    timeline=0,
                )
            )
