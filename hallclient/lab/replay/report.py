"""How the day went: waits in virtual time, latencies in real time, counts, invariants."""

import dataclasses
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from statistics import fmean
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from hallclient.domain.hall import HallPlan
from hallclient.lab.invariants import Invariants
from hallclient.lab.replay.boards import BoardDay
from hallclient.lab.replay.told import ToldDay
from hallclient.storage.engine import READ
from hallclient.storage.schema import ticket, turn

SHOWN_QUEUES: Final = 5
SHOWN_MOVES: Final = ("issue", "call_next", "start", "finish", "rate")


@dataclass(frozen=True, slots=True)
class Waits:
    """Virtual minutes from the issue to the first call."""

    called: int
    mean: float
    p50: float
    p90: float
    max: float


@dataclass(frozen=True, slots=True)
class Latency:
    """Real milliseconds of one kind of move, lock waits included."""

    count: int
    p50: float
    p95: float
    p99: float
    max: float


@dataclass(frozen=True, slots=True)
class Counts:
    """What is in the database at the end of the day. ``abandoned`` waited in vain."""

    issued: int
    delivered: int
    called: int
    ended: int
    no_shows: int
    requeued: int
    abandoned: int
    rated: int
    recalls: int
    held: int = 0
    transferred: int = 0
    returned: int = 0
    split: int = 0
    """Tickets split off, which are among those issued."""
    taken_back: int = 0
    paused: int = 0
    handed_over: int = 0
    lent: int = 0
    stopped: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """A replayed day."""

    hall: str
    database: str
    day: date
    cases: int
    windows: int
    queues: int
    kiosks: int
    processes: int
    seed: int
    refused: int
    """Citizens who came outside the hours of their queue."""
    counts: Counts
    wait_minutes: Waits
    wait_by_queue: Mapping[str, Waits]
    latency_ms: Mapping[str, Latency]
    commits: int
    wall_s: float
    commits_per_s: float
    together: int
    invariants: Invariants
    told: ToldDay
    boards: tuple[BoardDay, ...] = ()
    unwilling: int = 0
    """Detours and errands that could not be made as things stood; what they were for went on."""

    @property
    def sound(self) -> bool:
        """Return whether every invariant held, and every call was seen."""
        return not self.invariants.broken and all(one.day.sound for one in self.boards)

    def as_json(self) -> dict[str, Any]:
        """Return plain values; counts and invariants by the names of the demo's summary."""
        facts = dataclasses.asdict(self)
        counts, found = facts.pop("counts"), facts.pop("invariants")
        facts["told_minutes"] = facts.pop("told")
        facts["day"] = self.day.isoformat()
        found["chain_intact"] = self.invariants.chain_broken_at is None
        found["broken"] = list(self.invariants.broken)
        return {**facts, **counts, **found, "sound": self.sound}

    def text(self) -> str:
        """Return a page for the terminal."""
        waits = [*self._waits(), *self.told.lines()]
        parts = (self._head(), waits, self._latencies(), self._boards(), self._invariants())
        return "\n".join(line for part in parts for line in part)

    def _head(self) -> list[str]:
        c = self.counts
        played = (
            f"{self.hall}: a day of {self.cases} cases at {self.windows} windows "
            f"({self.queues} queues, {self.kiosks} kiosks), {self.database}, "
            f"{self.processes} processes, seed {self.seed}"
        )
        counted = (
            f"  issued {c.issued}, delivered {c.delivered}, called {c.called}, ended {c.ended}, "
            f"no-shows {c.no_shows} (back in the queue {c.requeued}), abandoned {c.abandoned}, "
            f"rated {c.rated}, called again {c.recalls}, refused {self.refused}"
        )
        besides = (
            f"  held {c.held}, sent on {c.transferred}, back in the pool {c.returned}, split off "
            f"{c.split}, taken back {c.taken_back}, pauses {c.paused}, handed over "
            f"{c.handed_over}, windows lent {c.lent}, queues stopped {c.stopped}, not possible "
            f"{self.unwilling}"
        )
        took = (
            f"  {self.commits} commits in {self.wall_s:.0f} s: {self.commits_per_s:.0f} a second; "
            f"at most {self.together} actors in one second"
        )
        return [played, counted, besides, took]

    def _waits(self) -> list[str]:
        busiest = list(self.wait_by_queue.items())[:SHOWN_QUEUES]
        lines = ["waits, virtual minutes      calls   mean    p50    p90    max"]
        for name, waits in (("hall", self.wait_minutes), *busiest):
            lines.append(
                f"  {name:<24}{waits.called:>7}{waits.mean:>7.1f}{waits.p50:>7.1f}"
                f"{waits.p90:>7.1f}{waits.max:>7.1f}"
            )
        return lines

    def _latencies(self) -> list[str]:
        lines = ["latencies, real ms          count    p50    p95    p99    max"]
        shown = [name for name in SHOWN_MOVES if name in self.latency_ms]
        for name in (*shown, *sorted(self.latency_ms.keys() - set(shown))):
            took = self.latency_ms[name]
            lines.append(
                f"  {name:<24}{took.count:>7}{took.p50:>7.1f}{took.p95:>7.1f}"
                f"{took.p99:>7.1f}{took.max:>7.1f}"
            )
        return lines

    def _boards(self) -> list[str]:
        return [line for one in self.boards for line in one.lines()]

    def _invariants(self) -> list[str]:
        found = self.invariants
        chain = "whole" if found.chain_broken_at is None else f"BROKEN AT {found.chain_broken_at}"
        calls = (
            f"  duplicate labels {found.duplicates}, double calls {found.double_calls}, "
            f"overlapping turns {found.overlapping_turns}, lost {found.lost} "
            f"of {found.acknowledged} acknowledged"
        )
        rest = (
            f"  unaccounted tickets {found.unaccounted}, out of order {found.out_of_order}, "
            f"ranks passed {found.ranks_passed}, wrong reasons {found.wrong_reasons}, "
            f"gaps in the journal {found.seq_gaps}, chain {chain}, "
            f"queues miscounted {found.miscounted}, entries with a person {found.personal}"
        )
        floor = (
            f"  bound in vain {found.misbound}, held without a hold {found.misheld}, "
            f"unsound cases {found.unsound_cases}, on record too long {found.outlived}"
        )
        public = (
            f"  calls misreported {found.misreported}, unsound ratings {found.unsound_ratings}, "
            f"two emergencies at once {found.double_emergencies}"
        )
        verdict = f"  BROKEN: {', '.join(found.broken)}" if found.broken else "  all hold"
        return ["invariants, from the database by SQL", calls, rest, floor, public, verdict]


def percentile(ordered: Sequence[float], share: float) -> float:
    """Return the nearest-rank percentile of sorted values, 0 when there are none."""
    return ordered[max(ceil(share * len(ordered)), 1) - 1] if ordered else 0.0


def waits_of(minutes: Sequence[float]) -> Waits:
    """Sum up waits."""
    line = sorted(minutes)
    return Waits(
        called=len(line),
        mean=round(fmean(line), 2) if line else 0.0,
        p50=round(percentile(line, 0.5), 2),
        p90=round(percentile(line, 0.9), 2),
        max=round(line[-1], 2) if line else 0.0,
    )


def latency_of(taken: Sequence[float]) -> Latency:
    """Sum up latencies."""
    line = sorted(taken)
    marks = [round(percentile(line, share), 2) for share in (0.5, 0.95, 0.99, 1.0)]
    return Latency(len(line), *marks)


def waits_in(engine: Engine, plan: HallPlan, day: date) -> tuple[Waits, dict[str, Waits]]:
    """Return the waits of a day until the first call: of the hall, and of its queues.

    The busiest queue comes first.
    """
    query = (
        sa.select(ticket.c.queue_id, ticket.c.issued_at, sa.func.min(turn.c.called_at))
        .join_from(
            ticket,
            turn,
            sa.and_(turn.c.hall_id == ticket.c.hall_id, turn.c.ticket_id == ticket.c.id),
        )
        .where(ticket.c.hall_id == plan.hall_id, ticket.c.day == day)
        .group_by(ticket.c.id, ticket.c.queue_id, ticket.c.issued_at)
    )
    waits: dict[int, list[float]] = defaultdict(list)
    with engine.execution_options(**READ).connect() as connection:
        for queue_id, issued_at, called_at in connection.execute(query):
            waits[queue_id].append((called_at - issued_at).total_seconds() / 60)
    busiest = sorted(waits, key=lambda queue_id: -len(waits[queue_id]))
    by_queue = {plan.queue_by_id(queue_id).code: waits_of(waits[queue_id]) for queue_id in busiest}
    return waits_of([minutes for line in waits.values() for minutes in line]), by_queue


_COUNTS: Final = """
WITH own AS (
  SELECT id, requeued, delivered_at, parent_id FROM ticket WHERE hall_id = :hall AND day = :day
), seen AS (
  SELECT turn.id, turn.ticket_id, turn.result, turn.calls
  FROM turn JOIN own ON own.id = turn.ticket_id WHERE turn.hall_id = :hall
), told AS (
  SELECT ticket_id,
         sum(CASE WHEN result = 'no_show' THEN 1 ELSE 0 END) AS no_shows,
         sum(CASE WHEN result NOT IN
             ('no_show', 'abandoned', 'held', 'transferred', 'returned')
             THEN 1 ELSE 0 END) AS ended
  FROM seen GROUP BY ticket_id
), told_of AS (
  SELECT kind, CAST(data AS TEXT) AS why FROM journal WHERE hall_id = :hall
)
SELECT (SELECT count(*) FROM own) AS issued,
       (SELECT count(delivered_at) FROM own) AS delivered,
       (SELECT count(*) FROM seen) AS called,
       (SELECT coalesce(sum(ended), 0) FROM told) AS ended,
       (SELECT coalesce(sum(no_shows), 0) FROM told) AS no_shows,
       (SELECT coalesce(sum(requeued), 0) FROM own) AS requeued,
       (SELECT count(*) FROM own LEFT JOIN told ON told.ticket_id = own.id
         WHERE coalesce(told.ended, 0) = 0 AND coalesce(told.no_shows, 0) <= own.requeued
       ) AS abandoned,
       (SELECT count(*) FROM rating JOIN seen ON seen.id = rating.turn_id
         WHERE rating.hall_id = :hall) AS rated,
       (SELECT coalesce(sum(calls - 1), 0) FROM seen WHERE calls > 0) AS recalls,
       (SELECT count(*) FROM seen WHERE result = 'held') AS held,
       (SELECT count(*) FROM seen WHERE result = 'transferred') AS transferred,
       (SELECT count(*) FROM seen WHERE result = 'returned') AS returned,
       (SELECT count(*) FROM own WHERE parent_id IS NOT NULL) AS split,
       (SELECT count(*) FROM told_of WHERE kind = 'move.taken_back') AS taken_back,
       (SELECT count(*) FROM told_of WHERE kind = 'window.paused') AS paused,
       (SELECT count(*) FROM told_of WHERE kind = 'shift.ended'
         AND why LIKE '%handed_over%') AS handed_over,
       (SELECT count(*) FROM told_of WHERE kind = 'window.lent') AS lent,
       (SELECT count(*) FROM told_of WHERE kind = 'queue.stopped') AS stopped
"""
# A no-show who did not come back has one no-show more than returns, and is not abandoned.


def counts_in(engine: Engine, hall_id: str, day: date) -> Counts:
    """Count a day's rows."""
    query = sa.text(_COUNTS).bindparams(sa.bindparam("day", day, type_=sa.Date()), hall=hall_id)
    with engine.execution_options(**READ).connect() as connection:
        row = connection.execute(query).mappings().one()
    return Counts(**{name: int(value) for name, value in row.items()})
