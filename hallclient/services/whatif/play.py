"""A day played event by event, by the hall's own rules of dispatch and of what is told.

Theory of operation. A heap of moments; in one moment windows open first, then people come, then
windows call in the order of the record, so that one day has one result. A window that found nobody
sees at its next look who came. What a ticket is told comes from the queue's ``Pace`` and from
``estimate`` as in the hall, with the windows counted when they open, pause, go on and close.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import IntEnum
from heapq import heappop, heappush

from hallclient.domain.appointment import arrival
from hallclient.domain.dispatch import Candidate, choose, claim_at, requeue_key
from hallclient.domain.estimate import Place, estimate
from hallclient.domain.pace import Pace
from hallclient.domain.wait import Told, Wait
from hallclient.services.whatif.changes import Change, changed
from hallclient.services.whatif.floor import (
    QueueNow,
    State,
    TicketNow,
    WindowNow,
    counted,
    is_open,
    told_of,
)
from hallclient.services.whatif.line import Key
from hallclient.services.whatif.record import DayRecord, Span, Visit
from hallclient.services.whatif.result import DayResult, Fate, TicketResult, WindowResult


def play(
    day: DayRecord,
    changes: Sequence[Change] = (),
    paces: Mapping[str, Pace] | None = None,
    *,
    tells: bool = True,
) -> DayResult:
    """Play a day, with changes, and return what came of it.

    ``paces`` are what the queues learned on earlier days (``DayResult.paces``); they stay as they
    are. Without ``tells`` nobody is told a wait and nothing is learned: the waits are the same, in
    a fraction of the time. Raises ``ChangeError`` for a change that names no part of the day.
    """
    return _Play(changed(day, changes), paces or {}, tells=tells).run()


class _Mute(Pace):
    """Learns nothing."""

    def joined(self, at: float) -> None: ...
    def called(self, at: float, waited: float | None, told: Told | None = None) -> None: ...
    def left(self, at: float) -> None: ...
    def open_windows(self, at: float, windows: int) -> None: ...
    def day_ended(self, at: float) -> None: ...


class _Act(IntEnum):
    """What happens; within one moment in this order."""

    DUE = 0
    SPAN = 1
    COME = 2
    RETURN = 3
    CALL = 4


class _Play:
    def __init__(self, day: DayRecord, paces: Mapping[str, Pace], *, tells: bool) -> None:
        self._day = day
        self._zero = day.midnight.timestamp() / 60
        self._queues = {one.code: QueueNow(one, day, paces.get(one.code)) for one in day.queues}
        self._tells = tells
        for queue in () if tells else self._queues.values():
            queue.pace = _Mute()
        self._windows = [WindowNow(order, one) for order, one in enumerate(day.windows)]
        self._visits = {one.number: one for one in day.visits}
        self._tickets: dict[int, TicketNow] = {}
        self._heap: list[tuple[float, int, int]] = []
        self._refused: list[Visit] = []
        self._now = 0.0
        self._events = 0

    def run(self) -> DayResult:
        for visit in self._visits.values():
            self._later(visit.at, _Act.COME, visit.number)
        for window in self._windows:
            self._next_span(window)
        acts = (self._due, self._begin, self._come, self._return, self._look)
        heap = self._heap
        while heap:
            self._now, act, subject = heappop(heap)
            self._events += 1
            acts[act](subject)
        return self._result()

    # Time

    def _later(self, at: float, act: _Act, subject: int) -> None:
        heappush(self._heap, (at, int(act), subject))

    def _moment(self, at: float) -> datetime:
        return self._day.midnight + timedelta(seconds=at)

    def _minute(self) -> float:
        return self._zero + self._now / 60

    # People

    def _come(self, number: int) -> None:
        visit = self._visits[number]
        queue = self._queues.get(visit.queue)
        if queue is None or not queue.record.tickets_from <= visit.at < queue.record.tickets_until:
            self._refused.append(visit)
            return
        now, opens = self._moment(self._now), None
        if visit.claim is not None:
            claim = self._moment(visit.claim)
        elif visit.slot is None:
            claim = claim_at(now, visit.priority, self._day.rules)
        else:
            fits = arrival(self._moment(visit.slot), now, self._day.rules, visit.priority)
            claim, opens = fits.claim_at, fits.callable_from
        key = (claim, number)
        ahead = queue.line.ahead(key)
        # Who came early for an appointment knows a time; who was sent on was told before.
        fresh = self._tells and opens is None and visit.claim is None
        free = self._free(queue) if fresh else 0
        told = self._tell(queue, ahead, free) if fresh else None
        self._tickets[number] = TicketNow(visit, key, ahead, free, told, self._now)
        if opens is not None:
            self._tickets[number].since = (opens - self._day.midnight).total_seconds()
            self._later(self._tickets[number].since, _Act.DUE, number)
        self._join(queue, key, early=opens is not None)

    def _free(self, queue: QueueNow) -> int:
        """Return how many windows would call at once, as ``domain.serving.free_windows`` counts."""
        idle = {window.order for window in queue.serving if window.state is State.IDLE}
        if not idle:
            return 0
        lines = (one for one in self._queues.values() if one.line.ready)
        before = sum(
            one.line.ready for one in lines if any(window.order in idle for window in one.serving)
        )
        return max(0, len(idle) - before)

    def _tell(self, queue: QueueNow, ahead: int, free: int) -> Told | None:
        record = queue.record
        place = Place(
            at=self._minute(),
            ahead=ahead,
            windows=queue.windows,
            opens_in=max(0.0, record.opens - self._now) / 60,
            free=free,
        )
        wait = estimate(queue.pace, place)
        if wait is None:
            return None
        tenths = Wait(round(wait.p10, 1), round(wait.p50, 1), round(wait.p90, 1))
        return Told(tenths, ahead, queue.pace.calls)

    def _join(self, queue: QueueNow, key: Key, *, early: bool) -> None:
        queue.pace.joined(self._minute())
        queue.line.join(key, early=early)
        self._wake(queue)

    def _due(self, number: int) -> None:
        ticket = self._tickets[number]
        queue = self._queues[ticket.visit.queue]
        if queue.line.due(ticket.key):
            self._wake(queue)

    def _return(self, number: int) -> None:
        """Let a no-show wait again, by the rules of ``services.requeueing``."""
        ticket, rules = self._tickets[number], self._day.rules
        queue = self._queues[ticket.visit.queue]
        valid = rules.no_show_valid_minutes * 60
        late = valid and self._now - ticket.missed_at > valid
        if late or ticket.requeued >= rules.requeue_per_day:
            return
        ticket.requeued += 1
        claim = requeue_key(queue.line.nth(rules.requeue_behind), self._moment(self._now))
        ticket.key, ticket.fate = (claim, number), Fate.ABANDONED
        self._join(queue, ticket.key, early=False)

    # Windows

    def _wake(self, queue: QueueNow) -> None:
        """Let the idle windows of a queue see at their next look that somebody waits."""
        every, now = self._day.looks_every, self._now
        for window in queue.serving:
            if window.state is State.IDLE:
                wait = (window.record.refreshes - now - 1) % every + 1 if every else 0.0
                if not now < window.wakes <= now + wait:
                    self._call_at(window, now + wait)

    def _call_at(self, window: WindowNow, at: float) -> None:
        window.wakes = at
        self._later(at, _Act.CALL, window.order)

    def _next_span(self, window: WindowNow) -> None:
        if window.spans:
            self._later(window.spans[0].opens, _Act.SPAN, window.order)

    def _begin(self, order: int) -> None:
        """Begin the next span; a window that still serves takes it up when it is free."""
        window = self._windows[order]
        if not window.spans or window.spans[0].opens > self._now:
            return
        if window.state in (State.BUSY, State.PAUSED):
            self._set(window, window.state, window.spans.pop(0))
        else:
            self._set(window, State.IDLE, window.spans.pop(0))
            self._call_at(window, self._now)
        self._next_span(window)

    def _serve(self, window: WindowNow, span: Span | None) -> None:
        """Let a window have the queues of a span."""
        for _rank, queue in window.queues:
            queue.serving.remove(window)
        window.span = span
        window.queues = [
            (rank, self._queues[code])
            for rank, codes in enumerate(span.ranks if span else (), 1)
            for code in codes
            if code in self._queues
        ]
        for _rank, queue in window.queues:
            queue.serving.append(window)

    def _set(self, window: WindowNow, state: State, span: Span | None) -> None:
        """Change what a window does and whom it serves, and count it anew where that matters."""
        if span is window.span and is_open(state) == is_open(window.state):
            window.state = state
            return
        before = counted(window)
        if is_open(window.state):
            window.open_s += self._now - window.since
        window.since, window.state = self._now, state
        if span is not window.span:
            self._serve(window, span)
        after = counted(window)
        moved = [(code, rank, -1) for code, rank in before - after]
        moved += [(code, rank, 1) for code, rank in after - before]
        for code, rank, change in moved:
            self._queues[code].open[rank] += change
        for code in sorted({code for code, _rank, _change in moved}):
            queue = self._queues[code]
            if queue.pace.windows != queue.windows:
                queue.pace.open_windows(self._minute(), queue.windows)

    def _look(self, order: int) -> None:
        """Call next; or pause, or go home, when it is time for that."""
        window, now = self._windows[order], self._now
        if now != window.wakes or window.span is None:
            return
        window.wakes = -1.0
        if window.state is not State.IDLE:
            self._set(window, State.IDLE, window.span)
        span = window.span
        if now >= span.stops:
            self._set(window, State.AWAY, None)
        elif window.pauses and window.pauses[0].at <= now < span.closes:
            self._set(window, State.PAUSED, span)
            self._call_at(window, now + window.pauses.pop(0).lasts + 1)
        else:
            self._call(window, span)

    def _call(self, window: WindowNow, span: Span) -> None:
        now, moment = self._now, self._moment(self._now)
        heads = []
        for rank, queue in window.queues:
            key = queue.line.head()
            if key is not None:
                heads.append(Candidate(key[1], 0, rank, key[0], queue.ceiling))
        choice = choose(heads, moment)
        if choice is None:
            if now >= span.closes:
                self._set(window, State.AWAY, None)
                return
            pauses = [pause.at for pause in window.pauses[:1] if now < pause.at]
            self._call_at(window, min([span.closes, *pauses]))
            return
        ticket = self._tickets[choice.candidate.ticket_id]
        queue = self._queues[ticket.visit.queue]
        queue.line.take()
        first = ticket.called is None and ticket.visit.claim is None
        waited = (now - ticket.since) / 60 if first and now >= ticket.since else None
        queue.pace.called(self._minute(), waited, ticket.told if waited is not None else None)
        self._set(window, State.BUSY, span)
        window.calls += 1
        free = self._serve_one(window, ticket)
        window.busy_s += free - now
        self._call_at(window, free + self._day.between)

    def _serve_one(self, window: WindowNow, ticket: TicketNow) -> float:
        """Return when the window is through with somebody it called."""
        visit, now = ticket.visit, self._now
        if ticket.called is None:
            ticket.called, ticket.window = now, window.number
        if visit.shows_up or ticket.requeued:
            ticket.fate, ticket.ended = Fate.SERVED, now + visit.walks + visit.handling
            return ticket.ended
        gone = now + self._day.rules.no_show_after * self._day.call_again
        ticket.fate, ticket.missed_at = Fate.MISSED, gone
        if visit.returns_after is not None:
            back = gone + visit.returns_after
            if back < self._queues[visit.queue].record.tickets_until:
                self._later(back, _Act.RETURN, visit.number)
        return gone

    # The end

    def _result(self) -> DayResult:
        for queue in self._queues.values():
            for _number in queue.line.rest():
                queue.pace.left(self._minute())
            queue.pace.day_ended(self._minute())
        refused = [TicketResult(v.number, v.queue, v.at, Fate.REFUSED) for v in self._refused]
        tickets = [told_of(one) for one in self._tickets.values()] + refused
        return DayResult(
            tickets=tuple(sorted(tickets, key=lambda one: (one.arrived, one.number))),
            windows={
                one.number: WindowResult(one.number, one.calls, one.open_s, one.busy_s)
                for one in self._windows
            },
            events=self._events,
            paces={code: queue.pace for code, queue in self._queues.items()},
        )
