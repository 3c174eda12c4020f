"""The statements of the hot paths: compiled once, run past SQLAlchemy, several in one go.

SQLAlchemy takes two to three times as long to hand a statement to the driver as the driver to ask
it. What is asked a hundred times a second is kept here as text with its parameters' types. On
PostgreSQL what need not wait for each other's answers crosses together (libpq's pipeline), also
the changes of a transaction: they are held back until something is asked, or the end.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, wraps
from typing import Any, Final, ParamSpec, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection

P = ParamSpec("P")
FLOAT8: Final = 701
"""PostgreSQL's number of the only kind of number here that has a choice of processors."""
_MEETS: Final = "WITH met AS ({} RETURNING 1) SELECT 1 / count(*) FROM met"
_BY_NOTHING: Final = "22012"
"""SQLSTATE: division by zero."""
Row = dict[str, Any]
Values = Mapping[str, Any]


class Lean:
    """One statement for one kind of database. ``IN`` with a list is not for it."""

    def __init__(self, statement: Any, dialect: sa.Dialect, keys: Sequence[str] | None) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=keys)
        self.text: str = compiled.string
        self.whole = self.text
        """The same, an error where it meets no row: for one that must meet its own."""
        if dialect.name == "postgresql" and statement.is_dml:
            self.whole = _MEETS.format(self.text)
        self._order: list[str] | None = compiled.positiontup
        self._given: dict[str, Any] = {}
        self._binds: list[tuple[str, Any]] = []
        for name, bind in compiled.binds.items():
            # A bind of a type decorator has its processor in the dialect's own variety of it.
            impl = bind.type.dialect_impl(dialect)
            process = impl.bind_processor(dialect)
            if bind.required:
                self._binds.append((name, process))
            else:
                value = bind.effective_value
                self._given[name] = process(value) if process else value
        # What a question selects, or a change returns.
        columns = list(_columns_of(statement))
        self._names = [column.name for column in columns]
        self.answers = bool(columns)
        processors = (
            (place, column.type.dialect_impl(dialect).result_processor(dialect, FLOAT8))
            for place, column in enumerate(columns)
        )
        self._processors = [(place, one) for place, one in processors if one is not None]

    def values(self, given: Values) -> Any:
        """Return what the driver takes; a missing value is a ``KeyError``."""
        found = dict(self._given)
        for name, process in self._binds:
            value = given[name]
            found[name] = process(value) if process is not None else value
        if self._order is None:
            return found
        return tuple(found[name] for name in self._order)

    def rows(self, found: Sequence[Sequence[Any]]) -> list[Row]:
        """Return the rows by the names of their columns."""
        names, processors, rows = self._names, self._processors, []
        for one in found:
            row = list(one)
            for place, process in processors:
                if row[place] is not None:
                    row[place] = process(row[place])
            rows.append(dict(zip(names, row, strict=True)))
        return rows


def _columns_of(statement: Any) -> Any:
    if hasattr(statement, "selected_columns"):
        return statement.selected_columns
    return getattr(statement, "exported_columns", ())


Ask = tuple[Lean, Values]


class Unmet(Exception):
    """A change that had to meet one row did not; ``nth`` is its place among what was sent."""

    def __init__(self, nth: int) -> None:
        super().__init__(nth)
        self.nth = nth


def lean(make: Callable[P, Any]) -> "Callable[[Connection], Callable[P, Lean]]":
    """Keep what a function makes, compiled, by its arguments and the kind of database.

    It returns a statement, or one with the columns that an insert or update is to name.
    """

    @cache
    def made(dialect: sa.Dialect, *args: Any) -> Lean:
        statement = make(*args)  # type: ignore[call-arg]
        found, keys = statement if isinstance(statement, tuple) else (statement, None)
        return Lean(found, dialect, keys)

    by_name: dict[str, sa.Dialect] = {}

    @wraps(make)
    def of(connection: Connection) -> Callable[P, Lean]:
        dialect = by_name.setdefault(connection.dialect.name, connection.dialect)
        return lambda *args: made(dialect, *args)  # type: ignore[return-value]

    return cast("Callable[[Connection], Callable[P, Lean]]", of)


def ask(connection: Connection, *asked: Ask) -> list[list[Row]]:
    """Ask all of it in order, in one go where the server takes that; return the rows of each."""
    if isinstance(connection, Link):
        return connection.ask(*asked)
    return [rows for _, rows in _run(connection, asked)]


def _key(asked: Ask) -> object:
    return id(asked[0]), frozenset(asked[1].items())


Done = tuple[int, list[Row]]
"""How many rows a statement met, and those that it returned."""


def _run(
    connection: Connection,
    asked: Sequence[Ask],
    strict: frozenset[int] = frozenset(),
    *,
    ends: bool = False,
) -> list[Done]:
    """Run statements in order. ``strict`` ones must meet one row, or ``Unmet`` is raised.

    ``ends``: the commit crosses with them, where that is possible; nobody waits for an answer with
    the hall's lock in hand.
    """
    driver: Any = connection.connection.driver_connection
    # Asked a hundred times a second: the server shall read and plan it once.
    more = {"prepare": True} if connection.dialect.name == "postgresql" else {}
    noted = any(getattr(one, "_has_events", False) for one in (connection, connection.engine))
    cursors: list[Any] = []
    sent: list[tuple[str, Any]] = []
    try:
        with _together(connection, driver):
            for nth, (one, given) in enumerate(asked):
                cursor = driver.cursor()
                text, values = one.whole if nth in strict else one.text, one.values(given)
                sent.append((text, values))
                if noted:
                    connection.dispatch.before_cursor_execute(
                        connection,
                        cursor,
                        text,
                        values,
                        None,
                        False,  # noqa: FBT003 - SQLAlchemy's
                    )
                cursor.execute(text, values, **more)
                cursors.append(cursor)
            if ends and more and _pipelines():
                # The driver knows by the answer that it is out of the transaction.
                driver.cursor().execute("COMMIT")
        # Here, for what a database only notices while it hands out rows is an error like others.
        return [
            (cursor.rowcount, one.rows(cursor.fetchall()) if one.answers else [])
            for (one, _), cursor in zip(asked, cursors, strict=True)
        ]
    except connection.dialect.loaded_dbapi.Error as error:
        failed = _failed(cursors, len(sent))
        if failed in strict and getattr(error, "sqlstate", None) == _BY_NOTHING:
            raise Unmet(failed) from error
        # As SQLAlchemy's own way does: the error is wrapped, a dead connection leaves the pool.
        text, values = sent[failed] if sent else ("", None)
        connection._handle_dbapi_exception(error, text, values, None, None)  # noqa: SLF001


def _failed(cursors: Sequence[Any], sent: int) -> int:
    """Return whose error it was: of those that crossed together the first without an answer."""
    silent = (nth for nth, one in enumerate(cursors) if getattr(one, "statusmessage", "") is None)
    return next(silent, sent - 1)


@contextmanager
def _together(connection: Connection, driver: Any) -> Iterator[None]:
    """Let statements cross together; also a first one with its BEGIN."""
    if connection.dialect.name == "postgresql" and _pipelines():
        with driver.pipeline():
            yield
    else:
        yield


@cache
def _pipelines() -> bool:
    """Return whether the driver's library knows pipelines: PostgreSQL's from 14 on."""
    import psycopg  # noqa: PLC0415 - an extra

    return psycopg.Pipeline.is_supported()


class Link:
    """A connection of one look or change; stands for SQLAlchemy's where that is asked.

    ``later`` keeps changes back. Everything that is asked sends them first, and so does ``flush``.
    """

    def __init__(self, connection: Connection) -> None:
        self.real = connection
        self.dialect = connection.dialect
        self._later: list[tuple[Lean, Values, Callable[[], Exception] | None]] = []
        self.known: dict[Any, Any] = {}
        """What was read ahead; gone with the first change."""
        self._expected: list[Ask] = []
        self._ahead: dict[Any, list[Row]] = {}

    def expect(self, *asked: Ask) -> None:
        """Say what will be asked: it crosses with the next question.

        The answers hold until the first change.
        """
        self._expected += asked

    def _changes(self) -> None:
        self.known.clear()
        self._ahead.clear()
        self._expected.clear()

    def execute(self, statement: Any, values: Any = None) -> Any:
        """Ask SQLAlchemy's way."""
        self.flush()
        self._changes()
        return self.real.execute(statement, values)

    def exec_driver_sql(self, statement: str, values: Any = None) -> Any:
        """Ask in the driver's own words."""
        self.flush()
        self._changes()
        return self.real.exec_driver_sql(statement, values)

    def ask(self, *asked: Ask) -> list[list[Row]]:
        """Ask in one go, behind what was kept back; not at all what was asked ahead."""
        keys = [_key(one) for one in asked] if self._ahead else []
        if keys and all(key in self._ahead for key in keys):
            return [self._ahead[key] for key in keys]
        return self._send(asked)

    def later(
        self,
        one: Lean,
        values: Values,
        refused: Callable[[], Exception] | None = None,
        *,
        apart: bool = False,
    ) -> None:
        """Keep a change back; ``refused`` makes what is raised when it meets no row.

        ``apart``: nothing that was read ahead is changed by it. On SQLite there is nobody to wait
        for, and it is done at once.
        """
        if not apart:
            self._changes()
        self._later.append((one, values, refused))
        if self.dialect.name == "sqlite":
            self.flush()

    def met(self, one: Lean, values: Values) -> int:
        """Make a change now, behind what was kept back; return how many rows it met."""
        self._changes()
        kept = len(self._later)
        self._later.append((one, values, None))
        return self._sent(())[kept][0]

    def flush(self) -> None:
        """Send what was kept back."""
        if self._later:
            self._send(())

    def end(self, *asked: Ask) -> list[list[Row]]:
        """Send what was kept back and these, and commit with them where that is possible."""
        kept = len(self._later)
        return [rows for _, rows in self._sent(asked, ends=True)[kept:]]

    def _send(self, asked: Sequence[Ask]) -> list[list[Row]]:
        new = {_key(one) for one in asked}
        more = [one for one in self._expected if _key(one) not in new] if asked else []
        kept = len(self._later)
        rows = [rows for _, rows in self._sent([*asked, *more])[kept:]]
        if asked:
            self._expected.clear()
            self._ahead |= zip(map(_key, more), rows[len(asked) :], strict=True)
        return rows[: len(asked)]

    def _sent(self, asked: Sequence[Ask], *, ends: bool = False) -> list[Done]:
        """Send what was kept back, and questions behind it; return what became of each."""
        kept, self._later = self._later, []
        refusals = {nth: refused for nth, (_, _, refused) in enumerate(kept) if refused}
        # Before the end a refusal may be taken, and the change go on: no error on the server then.
        sent = [*((one, values) for one, values, _ in kept), *asked]
        strict = frozenset(refusals) if ends else frozenset[int]()
        try:
            done = _run(self.real, sent, strict, ends=ends)
        except Unmet as unmet:
            why = refusals[unmet.nth]()
            raise why from unmet
        for nth, refused in refusals.items():
            if done[nth][0] != 1:
                raise refused()
        return done
