"""Ten years of a hall, written straight into its tables: the same rows at every run.

The proportions are a big hall's: 5,200 tickets a working day, nine of ten of them called, three of
ten with a case, one of four with a rating, up to eight journal entries each in one whole chain. Who
reads them cannot tell them from days that were played; only persons, notes and telephones are
missing, which have gone by then.
"""

import hashlib
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from hallclient.domain.hall import HallPlan
from hallclient.domain.journal import GENESIS
from hallclient.domain.ticket import CROCKFORD
from hallclient.storage import schema
from hallclient.storage.engine import SqlitePlace, place_of
from hallclient.storage.metadata import metadata

A_DAY_OF_TICKETS: Final = 5200
ENTRIES: Final = 8
_BATCH: Final = 20_000
_SECONDS: Final = [f"{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}" for s in range(86400)]
_OPENS, _CLOSES = 3600, 9 * 3600
"""Nine to five in Shanghai, in seconds of UTC."""
_KINDS: Final = (
    "ticket.issued", "ticket.called", "turn.ended", "ticket.delivered", "turn.started",
    "call.shown", "call.spoken", "rating.given",
)  # fmt: skip
_TABLES: Final = ("ticket", "turn", "case_record", "rating", "journal")
_TICKET: Final = (
    "id", "request_id", "token", "day", "series_id", "number", "label", "queue_id", "service_id",
    "priority", "claim_at", "issued_at", "status", "channel", "language", "delivered_at",
    "delivered_how", "ended_at", "requeued", "first_queue_id", "first_called_at", "told_p10",
    "told_p50", "told_p90", "told_ahead", "told_calls",
)  # fmt: skip
_TURN: Final = (
    "id", "ticket_id", "window_id", "staff_id", "called_at", "last_called_at", "calls",
    "started_at", "ended_at", "result", "rating_asked_at",
)  # fmt: skip
_CASE: Final = (
    "id", "turn_id", "service_id", "kind", "number", "accepted_at", "due_on", "finished_at",
    "ticket_id", "window_id", "staff_id", "legal", "promised", "result",
)  # fmt: skip
_RATING: Final = ("id", "turn_id", "level", "origin", "device", "given_at", "salt")
_JOURNAL: Final = (
    "seq", "at", "kind", "zone_code", "window_code", "subject", "actor", "data", "hash",
)  # fmt: skip
_COLUMNS: Final = dict(zip(_TABLES, (_TICKET, _TURN, _CASE, _RATING, _JOURNAL), strict=True))


@dataclass(slots=True)
class History:
    """What was written."""

    tickets: int
    days: int
    entries: int
    first: date
    last: date
    seconds: float = 0.0
    rows: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Place:
    """A service with what a ticket of it needs."""

    service_id: int
    queue_id: int
    series_id: int
    prefix: str
    zone: str
    windows: tuple[tuple[int, str], ...]


def write_history(
    engine: Engine, plan: HallPlan, tickets: int, before: date, most_entries: int
) -> History:
    """Write the past of a hall that was only just loaded: ``tickets`` up to the day ``before``.

    ``most_entries`` bounds the journal: each ticket has as many of its eight as fit.
    """
    began = time.monotonic()
    day_count = max(1, -(-tickets // A_DAY_OF_TICKETS))
    days = list(_working_days(before, day_count))
    each = max(1, min(ENTRIES, most_entries // max(1, tickets)))
    with engine.connect() as connection:
        row = connection.execute(
            sa.select(schema.hall).where(schema.hall.c.hall_id == plan.hall_id)
        ).one()
    writer = _Writer(plan, row.next_id, row.seq, row.head, each)
    found = History(tickets, day_count, 0, days[0], days[-1])
    loader = _sqlite if isinstance(place_of(engine), SqlitePlace) else _postgres
    loader(engine, plan.hall_id, lambda: writer.batches(days, tickets), found)
    found.entries = writer.seq - row.seq
    _finish(engine, plan.hall_id, writer, days)
    found.seconds = time.monotonic() - began
    return found


def _working_days(before: date, count: int) -> Iterator[date]:
    day = before
    found: list[date] = []
    while len(found) < count:
        day -= timedelta(days=1)
        if day.isoweekday() < 6:
            found.append(day)
    return reversed(found)


class _Writer:
    """Makes the rows. Every value follows from the ticket's number alone."""

    def __init__(self, plan: HallPlan, next_id: int, seq: int, head: str, each: int) -> None:
        self.next_id, self.seq, self.head = next_id, seq, head or GENESIS
        self._kinds = _KINDS[:each]
        self._staff = [one.id for one in plan.staff]
        self._codes = [one.code for one in plan.staff]
        self._places = _places(plan)

    def batches(self, days: Sequence[date], tickets: int) -> Iterator[dict[str, list[Any]]]:
        """Yield rows by table, some days of them at a time."""
        number = 0
        out: dict[str, list[Any]] = {name: [] for name in _TABLES}
        for day in days:
            text, count = day.isoformat(), min(A_DAY_OF_TICKETS, tickets - number)
            step = (_CLOSES - _OPENS) / max(1, count)
            for place in range(count):
                self._ticket(out, number, place, text, _OPENS + int(place * step))
                number += 1
            if len(out["ticket"]) >= _BATCH:
                yield out
                out = {name: [] for name in _TABLES}
        yield out

    def _ticket(
        self, out: dict[str, list[Any]], number: int, count: int, day: str, second: int
    ) -> None:
        ticket_id = self.next_id
        self.next_id += 4
        turn_id = ticket_id + 1
        mixed = (number * 2654435761 + 97) & 0xFFFFFFFF
        at = self._places[mixed % len(self._places)]
        window_id, window = at.windows[(mixed >> 8) % len(at.windows)]
        who = (mixed >> 4) % len(self._staff)
        staff_id, actor = self._staff[who], f"staff:{self._codes[who]}"
        waits, lasts = 60 + mixed % 2700, 90 + (mixed >> 12) % 700
        us = mixed % 1_000_000
        moments = [second, second + 2, second + waits, second + waits + 40]
        issued, given, called, began, ended = (
            f"{day} {_SECONDS[s]}.{us:06d}" for s in (*moments, second + waits + 40 + lasts)
        )
        came, abandoned = mixed % 100 >= 4, mixed % 100 >= 95
        label = f"{at.prefix}{count + 1:04d}"
        token = _token(number)
        out["ticket"].append((
            ticket_id, f"grow-{mixed:08x}-{number}", token, day, at.series_id, count + 1, label,
            at.queue_id, at.service_id, "normal" if mixed % 9 else "elderly", issued, issued,
            "ended", "kiosk", "zh-CN", given, "paper", ended, 0, at.queue_id,
            None if abandoned else called, waits / 90, waits / 60, waits / 30, mixed % 12, count,
        ))  # fmt: skip
        if not abandoned:
            self._turn(out, (ticket_id, window_id, staff_id, at.service_id, number, mixed, came),
                       (day, called, began, ended))  # fmt: skip
        self._journal(out, ticket_id, turn_id, (at.zone, window, actor, label), (issued, called))

    def _turn(
        self,
        out: dict[str, list[Any]],
        of: tuple[int, int, int, int, int, int, bool],
        at: tuple[str, str, str, str],
    ) -> None:
        ticket_id, window_id, staff_id, service_id, number, mixed, came = of
        day, called, began, ended = at
        result = "promised" if mixed % 10 < 2 else "instant" if mixed % 10 < 3 else "consult"
        out["turn"].append((
            ticket_id + 1, ticket_id, window_id, staff_id, called, called, 1 if came else 3,
            began if came else None, ended, result if came else "no_show", ended if came else None,
        ))  # fmt: skip
        if came and result != "consult":
            out["case_record"].append((
                ticket_id + 2, ticket_id + 1, service_id, result, f"G{number:09d}", began,
                day if result == "promised" else None, ended, ticket_id, window_id, staff_id, 20,
                5, "granted",
            ))  # fmt: skip
        if came and mixed % 4 == 0:
            level = 5 - (mixed >> 6) % 3 if mixed % 64 else 1
            salt = number.to_bytes(16, "big")
            out["rating"].append(
                (ticket_id + 3, ticket_id + 1, level, "active", "keypad", ended, salt)
            )

    def _journal(
        self,
        out: dict[str, list[Any]],
        ticket_id: int,
        turn_id: int,
        of: tuple[str, str, str, str],
        at: tuple[str, str],
    ) -> None:
        zone, window, actor, label = of
        rows = out["journal"]
        for kind in self._kinds:
            self.seq += 1
            moment = at[0] if kind in ("ticket.issued", "ticket.delivered") else at[1]
            about = kind.startswith(("turn", "rating", "call"))
            subject = f"turn:{turn_id}" if about else f"ticket:{ticket_id}"
            data = f'{{"label":"{label}","turn":{turn_id}}}'
            stamp = f"{moment[:10]}T{moment[11:]}Z"
            # As domain.journal.next_hash has it; a test compares the chain with that.
            whole = (
                f'["{self.head}",{self.seq},"{stamp}","{kind}","{zone}","{window}","{subject}",'
                f'"{actor}",{data}]'
            )
            self.head = hashlib.sha256(whole.encode()).hexdigest()
            rows.append((self.seq, moment, kind, zone, window, subject, actor, data, self.head))


def _places(plan: HallPlan) -> list[_Place]:
    queues = {queue.code: queue for queue in plan.queues}
    series = {one.code: one for one in plan.series}
    windows = {
        code: tuple((w.id, w.code) for w in plan.windows if code in w.queues) for code in queues
    }
    found = []
    for service in plan.listed:
        queue = queues.get(service.queue)
        if queue is not None and windows[queue.code]:
            own = series[queue.series]
            found.append(
                _Place(service.id, queue.id, own.id, own.prefix, queue.zone, windows[queue.code])
            )
    return found


def _token(number: int) -> str:
    """Return a token in no order: tokens are random, and so are the leaves of their index."""
    value = (number * 0x9E3779B97F4A7C15F39D + 0x1234567) & (2**80 - 1)
    return "".join(CROCKFORD[(value >> shift) & 31] for shift in range(75, -1, -5))


Batches = Callable[[], Iterator[dict[str, list[Any]]]]


def _indexes(engine: Engine) -> list[sa.Index]:
    """Return what is quicker made anew when the rows are there."""
    return [
        index
        for name in _TABLES
        for index in metadata.tables[name].indexes
        if not index.unique or engine.dialect.name == "sqlite"
    ]


def _sqlite(engine: Engine, hall_id: str, batches: Batches, found: History) -> None:
    place = place_of(engine)
    assert isinstance(place, SqlitePlace)  # noqa: S101 - chosen by it
    indexes = _indexes(engine)
    engine.dispose()
    raw = sqlite3.connect(place.path, isolation_level=None)
    for pragma in ("synchronous=OFF", "cache_size=-1500000", "foreign_keys=OFF", "temp_store=FILE"):
        raw.execute(f"PRAGMA {pragma}")
    for index in indexes:
        raw.execute(f"DROP INDEX {index.name}")
    for batch in batches():
        raw.execute("BEGIN")
        for name, rows in batch.items():
            columns = _COLUMNS[name]
            marks = ",".join("?" * len(columns))
            raw.executemany(
                f"INSERT INTO {name} (hall_id,{','.join(columns)}) VALUES ('{hall_id}',{marks})",  # noqa: S608 - our own names
                rows,
            )
            found.rows[name] = found.rows.get(name, 0) + len(rows)
        raw.execute("COMMIT")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    with engine.begin() as connection:
        for index in indexes:
            index.create(connection)


def _postgres(engine: Engine, hall_id: str, batches: Batches, found: History) -> None:
    with engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        cursor = raw.cursor()
        # The server is ours: who owns it may leave out the checks of references.
        cursor.execute("SET session_replication_role = replica")
        definitions = []
        for index in _indexes(engine):
            cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", (index.name,))
            definitions.append(cursor.fetchone()[0])
            cursor.execute(f"DROP INDEX {index.name}")
        raw.commit()
        for batch in batches():
            for name, rows in batch.items():
                columns = ",".join(("hall_id", *_COLUMNS[name]))
                with cursor.copy(f"COPY {name} ({columns}) FROM STDIN") as copy:
                    source = iter(rows)
                    while some := list(islice(source, 2000)):
                        copy.write("".join(_line(hall_id, row) for row in some))
                found.rows[name] = found.rows.get(name, 0) + len(rows)
            raw.commit()
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for definition in definitions:
            cursor.execute(definition)
        cursor.execute("SET session_replication_role = origin")
        raw.commit()


def _line(hall_id: str, row: Sequence[Any]) -> str:
    values = "\t".join(
        "\\N" if v is None else f"\\\\x{v.hex()}" if isinstance(v, bytes) else str(v) for v in row
    )
    return f"{hall_id}\t{values}\n"


def _finish(engine: Engine, hall_id: str, writer: _Writer, days: Sequence[date]) -> None:
    """Write the days and the hall's counters."""
    rows = [
        {
            "hall_id": hall_id,
            "day": day,
            "opened_at": _moment(day, _OPENS),
            "closed_at": _moment(day, 12 * 3600),
            "head": writer.head,
        }
        for day in days
    ]
    last = _moment(days[-1], 12 * 3600)
    with engine.begin() as connection:
        known = connection.execute(
            sa.select(schema.hall.c.last_at).where(schema.hall.c.hall_id == hall_id)
        ).scalar_one()
        connection.execute(sa.insert(schema.business_day), rows)
        connection.execute(
            sa.update(schema.hall)
            .where(schema.hall.c.hall_id == hall_id)
            .values(
                next_id=writer.next_id, seq=writer.seq, head=writer.head, last_at=max(last, known)
            )
        )


def _moment(day: date, second: int) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=second)
