"""Model days of a big hall: rows of tickets, turns, cases and ratings, the same at every run.

The proportions are a big hall's: nine of ten tickets called, three of ten with a case, one of four
with a rating. A day is made for each of its places; further days are copies with other numbers.
"""

from dataclasses import dataclass, field
from typing import Any, Final

from hallclient.domain.hall import HallPlan
from hallclient.domain.ticket import CROCKFORD

IDS_EACH: Final = 4
"""A ticket, its turn, its case, its rating."""
_SECONDS: Final = [f"{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}" for s in range(86400)]
OPENS, CLOSES = 3600, 9 * 3600
"""Nine to five in Shanghai, in seconds of UTC."""
TABLES: Final = ("ticket", "turn", "case_record", "rating", "follow_up")
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
JOURNAL: Final = (
    "seq", "at", "kind", "zone_code", "window_code", "subject", "actor", "data", "hash",
)  # fmt: skip
_FOLLOW_UP: Final = ("rating_id", "due_on", "staff_id", "result", "recorded_at")
COLUMNS: Final = dict(zip(TABLES, (_TICKET, _TURN, _CASE, _RATING, _FOLLOW_UP), strict=True))
"""Of each table's columns those that have no default; the first is what they are found by."""


@dataclass(frozen=True, slots=True)
class Line:
    """What the journal says of a ticket; ``issued`` and ``called`` are times of the day."""

    zone: str
    window: str
    actor: str
    label: str
    issued: str
    called: str


@dataclass(frozen=True, slots=True)
class ModelDay:
    """The rows of a day by table, in the order of its tickets, and what the journal needs."""

    day: str
    first_id: int
    rows: dict[str, list[tuple[Any, ...]]] = field(
        default_factory=lambda: {name: [] for name in TABLES}
    )
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Place:
    """A service with what a ticket of it needs."""

    service_id: int
    queue_id: int
    series_id: int
    prefix: str
    zone: str
    windows: tuple[tuple[int, str], ...]


class DayMaker:
    """Makes days. Every value follows from the day and the ticket's place in it alone."""

    def __init__(self, plan: HallPlan) -> None:
        """Take staff and services from ``plan``."""
        self._staff = [one.id for one in plan.staff]
        self._codes = [one.code for one in plan.staff]
        self._places = _places(plan)

    def make(self, day: str, number: int, first_id: int, count: int) -> ModelDay:
        """Return the ``number``-th day, ``day`` in the calendar, with so many tickets."""
        made = ModelDay(day, first_id)
        step = (CLOSES - OPENS) / max(1, count)
        for place in range(count):
            self._ticket(made, number * count + place, place, OPENS + int(place * step))
        return made

    def _ticket(self, out: ModelDay, number: int, count: int, second: int) -> None:
        ticket_id, day = out.first_id + IDS_EACH * count, out.day
        mixed = (number * 2654435761 + 97) & 0xFFFFFFFF
        # Few services are most of a hall's work, and a window has one clerk.
        at = self._places[int((mixed / 2**32) ** 3 * len(self._places))]
        window_id, window = at.windows[(mixed >> 8) % len(at.windows)]
        who = window_id % len(self._staff)
        staff_id, actor = self._staff[who], f"staff:{self._codes[who]}"
        waits, lasts = 60 + mixed % 2700, 90 + (mixed >> 12) % 700
        us = mixed % 1_000_000
        moments = [second, second + 2, second + waits, second + waits + 40]
        issued, given, called, began, ended = (
            f"{day} {_SECONDS[s]}.{us:06d}" for s in (*moments, second + waits + 40 + lasts)
        )
        came, abandoned = mixed % 100 >= 4, mixed % 100 >= 95
        label = f"{at.prefix}{count + 1:04d}"
        out.rows["ticket"].append((
            ticket_id, f"grow-{day}-{count:04d}", token_start(day) + _token(number)[4:], day,
            at.series_id, count + 1, label,
            at.queue_id, at.service_id, "normal" if mixed % 9 else "elderly", issued, issued,
            "ended", "kiosk", "zh-CN", given, "paper", ended, 0, at.queue_id,
            None if abandoned else called, waits / 90, waits / 60, waits / 30, mixed % 12, count,
        ))  # fmt: skip
        if not abandoned:
            self._turn(out, (ticket_id, window_id, staff_id, at.service_id, number, mixed, came),
                       (day, called, began, ended))  # fmt: skip
        out.lines.append(Line(at.zone, window, actor, label, issued[10:], called[10:]))

    def _turn(
        self,
        out: ModelDay,
        of: tuple[int, int, int, int, int, int, bool],
        at: tuple[str, str, str, str],
    ) -> None:
        ticket_id, window_id, staff_id, service_id, number, mixed, came = of
        day, called, began, ended = at
        result = "promised" if mixed % 10 < 2 else "instant" if mixed % 10 < 3 else "consult"
        out.rows["turn"].append((
            ticket_id + 1, ticket_id, window_id, staff_id, called, called, 1 if came else 3,
            began if came else None, ended, result if came else "no_show", ended if came else None,
        ))  # fmt: skip
        if came and result != "consult":
            out.rows["case_record"].append((
                ticket_id + 2, ticket_id + 1, service_id, result,
                f"{case_start(day)}{number:07d}", began,
                day if result == "promised" else None, ended, ticket_id, window_id, staff_id, 20,
                5, "granted",
            ))  # fmt: skip
        if came and mixed % 4 == 0:
            level = 5 - (mixed >> 6) % 3 if mixed % 64 else 1
            salt = number.to_bytes(16, "big")
            out.rows["rating"].append(
                (ticket_id + 3, ticket_id + 1, level, "active", "keypad", ended, salt)
            )
            if level == 1:  # whoever was not content has been called back
                out.rows["follow_up"].append((ticket_id + 3, day, staff_id, "explained", ended))


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


def token_start(day: str) -> str:
    """Return what the tokens of a day begin with: days in no order, as tokens are random."""
    value = int(day.replace("-", "")) * 0x9E3779B1
    return "".join(CROCKFORD[(value >> shift) & 31] for shift in (0, 5, 10, 15))


def case_start(day: str) -> str:
    """Return what the case numbers of a day begin with."""
    return "G" + day.replace("-", "")


def _token(number: int) -> str:
    """Return a token in no order: tokens are random, and so are the leaves of their index."""
    value = (number * 0x9E3779B97F4A7C15F39D + 0x1234567) & (2**80 - 1)
    return "".join(CROCKFORD[(value >> shift) & 31] for shift in range(75, -1, -5))
