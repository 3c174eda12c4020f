"""What the public sees: the call board's state, and how full the hall is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from hallclient.domain.limits import NO_DEMAND, Demand
from hallclient.domain.turn import Outcome
from hallclient.services.waits import is_at_once, joining, range_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from hallclient.domain.bulletin import Bulletin
    from hallclient.domain.estimate import WaitRange
    from hallclient.domain.hall import HallPlan
    from hallclient.domain.journal import Entry
    from hallclient.domain.publication import Publication
    from hallclient.domain.text import LocalText
    from hallclient.services.store import Reader, Store
    from hallclient.services.store_records import Called

_EVERYWHERE = (
    "day.closed",
    "day.opened",
    "hall.",
    "bulletin.",
    "publication.",
    "ticket.requeued",
    "ticket.no_show",
    "ticket.returned",
    "ticket.transferred",
    "move.taken_back",
)
"""What a board follows wherever it happens; who was called here may be sent elsewhere."""
_NEAR = ("ticket.called", "ticket.recalled", "turn.started")
"""What it follows of its own zones, and of those it speaks for: nine entries of ten are others."""

RECENT = 12
MISSED = 8
TAIL = 500


@dataclass(frozen=True, slots=True)
class BoardCall:
    """A call as the board shows it. ``calls`` above 1 is a recall."""

    turn_id: int
    label: str
    window: str
    """The number on the window."""
    zone: str
    service: LocalText
    called_at: datetime
    calls: int
    active: bool
    awaited: bool = True
    """Whether somebody is still to come: nobody is served with it yet."""
    missed: bool = False
    """Whether nobody came."""


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One queue as the public sees it."""

    queue: str
    waiting: int
    oldest_at: datetime | None
    open_windows: int
    free_windows: int
    wait: WaitRange | None = None
    demand: Demand = NO_DEMAND
    """What its limits go by; counted for kiosks only."""
    at_once: bool = False
    """Whether a window is free for it, nobody is ahead and the wait is next to nothing."""


@dataclass(frozen=True, slots=True)
class HallNow:
    """How full a hall is at a moment; ``lines`` has every queue by its code."""

    now: datetime
    seq: int
    waiting: int
    open_windows: frozenset[str]
    lines: Mapping[str, QueueLine]
    helper: bool = False
    """Whether somebody is there who would come when called (``services.helping``); kiosks only."""
    expects: bool = False
    """Whether anybody may come with an appointment today; kiosks only."""
    bulletins: tuple[Bulletin, ...] = ()
    """What is said to the hall just now, to staff too; newest first."""
    publications: tuple[Publication, ...] = ()
    """What is published, also what is valid later, and emergencies (``domain.publication``)."""
    head: str = ""
    """The hash of the journal's entry ``seq``."""


@dataclass(frozen=True, slots=True)
class BoardState:
    """A board from nothing: after a start, a restart or a gap. ``calls`` newest first."""

    plan: HallPlan
    hall: HallNow
    calls: Sequence[BoardCall]
    missed: Sequence[str]


@dataclass(frozen=True, slots=True)
class BoardNews:
    """What happened since ``seq``. ``gap`` says that entries are missing: read the state anew.

    ``head`` is the hash of the entry ``seq``, empty where the state is to be read.
    """

    seq: int
    entries: Sequence[Entry]
    gap: bool = field(default=False)
    head: str = ""


class Board:
    """The reading side of displays and kiosks. ``zones`` empty means the whole hall.

    Of ``heard`` zones the calls are in the news, too: they are spoken here, but not shown.
    """

    def __init__(self, store: Store, zones: Sequence[str] = (), heard: Sequence[str] = ()) -> None:
        self._store = store
        self._zones = frozenset(zones)
        self._followed = tuple(sorted({*zones, *heard})) if zones else ()
        self._closed: frozenset[str] = frozenset()

    def now(self) -> HallNow:
        """Return how full the hall is, with what the queues' limits go by."""
        # A display offers nothing and needs neither.
        from hallclient.services.helping import HELPER, anybody_there  # noqa: PLC0415
        from hallclient.services.offering import (  # noqa: PLC0415
            closed_for_load,
            demands,
            expects_appointments,
        )

        with self._store.look() as reader:
            reader.expect_offers(HELPER)
            hall = hall_now(reader)
            waiting = {code: line.waiting for code, line in hall.lines.items()}
            found = demands(reader, waiting, hall.open_windows, self._closed)
            self._closed = closed_for_load(reader.plan, found, reader.now)
            lines = {code: replace(line, demand=found[code]) for code, line in hall.lines.items()}
            return replace(
                hall,
                lines=lines,
                helper=anybody_there(reader),
                expects=expects_appointments(reader),
            )

    def state(self) -> BoardState:
        """Return everything a board shows."""
        with self._store.look() as reader:
            plan = reader.plan
            windows = [w.id for w in plan.windows if self._shows(w.zone)]
            return BoardState(
                plan=plan,
                hall=hall_now(reader),
                calls=tuple(_call(reader, c) for c in _standing(reader, windows)),
                missed=tuple(ticket.label for ticket in reader.missed(windows, MISSED)),
            )

    def news(self, seq: int, head: str = "") -> BoardNews:
        """Return what a board follows of the entries behind ``seq``, and whether some are missing.

        ``head`` is the hash of ``seq`` as it was read. Another one there is another history: a
        restored backup, which may have gone on past ``seq`` since.
        """
        from hallclient.services.store_records import Wanted  # noqa: PLC0415 - not at the start

        tail = self._store.tail(seq, TAIL, Wanted(_EVERYWHERE, _NEAR, self._followed))
        if seq and (not tail.before or head not in ("", tail.before)):
            return BoardNews(tail.seq, (), gap=True)
        if tail.there == tail.seq - seq:
            return BoardNews(tail.seq, tail.entries, head=tail.head)
        return BoardNews(min(tail.seq, seq + TAIL), tail.entries, gap=True)

    def _shows(self, zone: str) -> bool:
        return not self._zones or zone in self._zones


def hall_now(reader: Reader) -> HallNow:
    """Return how full the hall is at the moment of ``reader``."""
    plan = reader.plan
    reader.expect_hall_now()
    counts = {count.queue_id: count for count in reader.queue_counts()}
    work = reader.at_work()
    joins = joining(plan, reader.now, counts.values(), work.open - work.busy)
    lines = {}
    for queue in plan.queues:
        count = counts.get(queue.id)
        serving = [w.id for w in plan.windows_serving[queue.code] if w.id in work.open]
        joins_now = joins.get(queue.code)
        lines[queue.code] = QueueLine(
            queue=queue.code,
            waiting=count.waiting if count else 0,
            oldest_at=count.oldest_at if count else None,
            open_windows=len(serving),
            free_windows=sum(window not in work.busy for window in serving),
            wait=range_of(joins_now.wait) if joins_now else None,
            at_once=joins_now is not None and is_at_once(joins_now),
        )
    return HallNow(
        now=reader.now,
        seq=reader.seq,
        head=reader.head,
        waiting=sum(line.waiting for line in lines.values()),
        open_windows=frozenset(w.code for w in plan.windows if w.id in work.open),
        lines=lines,
        bulletins=tuple(reader.bulletins()),
        publications=tuple(reader.publications()),
    )


def _standing(reader: Reader, windows: Sequence[int]) -> Sequence[Called]:
    """Return the last calls, without those whose ticket was given back or sent to wait elsewhere.

    Who still went there would wait at the wrong window.
    """
    calls = reader.recent_calls(windows, 2 * RECENT)
    return [call for call in calls if call.turn.result not in _SENT_AWAY][:RECENT]


_SENT_AWAY = (Outcome.RETURNED, Outcome.TRANSFERRED)


def _call(reader: Reader, called: Called) -> BoardCall:
    from hallclient.services.steps import service_of_turn  # noqa: PLC0415 - a kiosk shows no calls

    plan = reader.plan
    window = plan.window_by_id(called.turn.window_id)
    return BoardCall(
        turn_id=called.turn.id,
        label=called.ticket.label,
        window=window.number,
        zone=window.zone,
        service=service_of_turn(reader, called.turn, called.ticket).name,
        called_at=called.turn.last_called_at,
        calls=called.turn.calls,
        active=called.turn.active,
        awaited=called.turn.active and called.turn.started_at is None,
        missed=called.turn.result is Outcome.NO_SHOW,
    )
