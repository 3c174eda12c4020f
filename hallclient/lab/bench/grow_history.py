"""Ten years of a hall, written straight into its tables: the same rows at every run.

5,200 tickets a working day, up to eight journal entries each in one whole chain. A few days are
made row by row; the others are copies of them within the database, with their own ids, numbers,
tokens and moments. Who reads them cannot tell them from days that were played; only persons, notes
and telephones are missing, which have gone by then, as have the old links and ratings.
"""

import hashlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Self

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from hallclient.domain.hall import HallPlan
from hallclient.domain.journal import GENESIS
from hallclient.lab.bench.grow_load import Gone, JournalRow, loader_of
from hallclient.lab.bench.grow_rows import IDS_EACH, OPENS, DayMaker, Line, ModelDay
from hallclient.storage import schema

A_DAY_OF_TICKETS: Final = 5200
ENTRIES: Final = 8
MODELS: Final = 5
"""Days that are made; a week of them."""
_DUE: Final = 2
"""Working days that are due to be forgotten, so that there is something to do."""
_KINDS: Final = (
    "ticket.issued", "ticket.called", "turn.ended", "ticket.delivered", "turn.started",
    "call.shown", "call.spoken", "rating.given",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Since which day links and ratings are there: two working days more than are to be kept."""

    links: date
    ratings: date

    @classmethod
    def before(cls, plan: HallPlan, day: date) -> Self:
        """Return what the hall's rules leave on the morning of a day."""
        kept = (plan.rules.link_keep_days, plan.rules.rating_keep_days)
        return cls(*(min(_working_days(day - timedelta(days=many), _DUE)) for many in kept))


@dataclass(slots=True)
class History:
    """What was written."""

    tickets: int
    days: int
    entries: int
    first: date
    last: date
    forgotten: Forgotten
    seconds: float = 0.0
    rows: dict[str, int] = field(default_factory=dict)


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
    chain = _Chain(row.seq, row.head or GENESIS, each)
    most = -(-tickets // day_count)
    forgotten = Forgotten.before(plan, before)
    maker, models, next_id = DayMaker(plan), list[ModelDay](), row.next_id
    with loader_of(engine, plan.hall_id) as loader:
        for number, day in enumerate(days):
            count = tickets * (number + 1) // day_count - tickets * number // day_count
            if number < MODELS:
                models.append(maker.make(day.isoformat(), number, next_id, most))
                loader.take(models[-1])
            model = models[number % MODELS]
            gone = Gone(links=day < forgotten.links, ratings=day < forgotten.ratings)
            loader.copy(number % MODELS, day, next_id - model.first_id, count, gone)
            loader.journal(chain.entries(model.lines[:count], day.isoformat(), next_id))
            next_id += IDS_EACH * count
    found = History(tickets, day_count, chain.seq - row.seq, days[0], days[-1], forgotten)
    found.rows = dict(loader.rows)
    _finish(engine, plan.hall_id, days, {"next_id": next_id, "seq": chain.seq, "head": chain.head})
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


class _Chain:
    """The hall's journal, going on."""

    def __init__(self, seq: int, head: str, each: int) -> None:
        self.seq, self.head = seq, head
        self._kinds = tuple(
            (kind, kind in ("ticket.issued", "ticket.delivered"),
             kind.startswith(("turn", "rating", "call"))) for kind in _KINDS[:each]
        )  # fmt: skip

    def entries(self, lines: Sequence[Line], day: str, first_id: int) -> list[JournalRow]:
        """Return the rows about the tickets of a day."""
        rows: list[JournalRow] = []
        seq, head, sha256 = self.seq, self.head, hashlib.sha256
        for place, one in enumerate(lines):
            ticket_id = first_id + IDS_EACH * place
            turn_id = ticket_id + 1
            data = f'{{"label":"{one.label}","turn":{turn_id}}}'
            for kind, early, of_turn in self._kinds:
                seq += 1
                clock = one.issued if early else one.called
                subject = f"turn:{turn_id}" if of_turn else f"ticket:{ticket_id}"
                # As domain.journal.next_hash has it; a test compares the chain with that.
                whole = (
                    f'["{head}",{seq},"{day}T{clock[1:]}Z","{kind}","{one.zone}","{one.window}",'
                    f'"{subject}","{one.actor}",{data}]'
                )
                head = sha256(whole.encode()).hexdigest()
                rows.append((seq, day + clock, kind, one.zone, one.window, subject, one.actor,
                             data, head))  # fmt: skip
        self.seq, self.head = seq, head
        return rows


def _finish(engine: Engine, hall_id: str, days: Sequence[date], counters: dict[str, Any]) -> None:
    """Write the days and the hall's counters."""
    rows = [
        {
            "hall_id": hall_id,
            "day": day,
            "opened_at": _moment(day, OPENS),
            "closed_at": _moment(day, 12 * 3600),
            "head": counters["head"],
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
            .values(last_at=max(last, known), **counters)
        )


def _moment(day: date, second: int) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=second)
