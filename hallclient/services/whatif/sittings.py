"""The windows of a recorded day: when each was open, for which queues, and when it paused."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING

from hallclient.domain.turn import Outcome
from hallclient.services.whatif.record import OVERTIME_S, Pause, Span, WindowRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from hallclient.domain.hall import HallPlan
    from hallclient.services.day_trace import DayTrace, MoveTrace, TurnTrace
    from hallclient.services.whatif.legs import Leg
    from hallclient.services.whatif.record import Ranks

BETWEEN_S, CALL_AGAIN_S = 4.0, 30.0
LONG_BETWEEN_S = 60.0
"""Beyond this, with somebody waiting, a window was away without a word."""
FEW = 3
"""So many calls to a queue that the window does not serve say that the hall file was another."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """A shift: from sign-in to sign-out, in seconds of the day."""

    window: str
    begins: float
    ends: float
    pauses: tuple[Pause, ...]


def windows_of(
    plan: HallPlan, trace: DayTrace, legs: Sequence[Leg], midnight: datetime
) -> tuple[tuple[WindowRecord, ...], int]:
    """Return the windows that were open, in file order, and the calls to queues not their own.

    ``plan`` has the windows with their usual queues.
    """
    sittings: dict[str, list[Sitting]] = defaultdict(list)
    for one in _sittings(trace, midnight):
        sittings[one.window].append(one)
    extra, strangers = _strange_queues(plan, trace, legs)
    away = _away(plan, trace, legs, midnight)
    standing = _Standing(legs, midnight)
    order = {window.code: at for at, window in enumerate(plan.windows)}
    found = []
    for code in sorted(sittings, key=lambda code: (order.get(code, len(order)), code)):
        window = plan.window_of.get(code)
        ranks = _ranks_over_day(
            trace, code, window.ranks if window else (), extra.get(code, ()), midnight
        )
        spans = _joined(span for one in sittings[code] for span in _spans(one, ranks))
        if not spans:
            continue
        last = spans[-1]
        if trace.closed and not standing.at(last.stops, last.queues):
            # Nobody was left behind: on another day it would have stayed for who waits.
            spans = (*spans[:-1], replace(last, stops=last.stops + OVERTIME_S))
        pauses = [pause for one in sittings[code] for pause in one.pauses] + away[code]
        pauses.sort(key=lambda pause: pause.at)
        found.append(WindowRecord(window.number if window else code, spans, tuple(pauses)))
    return tuple(found), strangers


class _Standing:
    """How many stood in which queue at a moment of the recorded day."""

    def __init__(self, legs: Iterable[Leg], midnight: datetime) -> None:
        self._came: dict[str, list[float]] = defaultdict(list)
        self._called: dict[str, list[float]] = defaultdict(list)
        for leg in legs:
            self._came[leg.queue].append((leg.at - midnight).total_seconds())
            if leg.called_at is not None:
                self._called[leg.queue].append((leg.called_at - midnight).total_seconds())
        for lines in (self._came, self._called):
            for line in lines.values():
                line.sort()

    def at(self, second: float, queues: Iterable[str]) -> int:
        """Return how many stood in these queues together."""
        return sum(
            bisect_right(self._came[code], second) - bisect_right(self._called[code], second)
            for code in queues
            if code in self._came
        )


def call_again(trace: DayTrace, calls: int) -> float:
    """Return the usual seconds between two of the ``calls`` of a number that did not come."""
    lasted = [
        (turn.ended_at - turn.called_at).total_seconds() / max(1, calls)
        for turn in trace.turns
        if turn.result is Outcome.NO_SHOW and turn.ended_at is not None
    ]
    return median(lasted) if lasted else CALL_AGAIN_S


def between_turns(trace: DayTrace, legs: Sequence[Leg]) -> float:
    """Return the usual seconds from the end of a turn to the next call while somebody waits."""
    gaps = [gap for _turn, gap in _gaps(trace, legs) if gap < LONG_BETWEEN_S]
    return median(gaps) if gaps else BETWEEN_S


def _gaps(trace: DayTrace, legs: Sequence[Leg]) -> Iterator[tuple[TurnTrace, float]]:
    """Yield the turns after which a window let somebody wait, and the seconds of it."""
    began = {(leg.ticket, leg.called_at): leg.at for leg in legs}
    last: dict[int, TurnTrace] = {}
    for turn in trace.turns:
        before, last[turn.window_id] = last.get(turn.window_id), turn
        waits = began.get((turn.ticket_id, turn.called_at))
        if before is None or before.ended_at is None or waits is None:
            continue
        gap = (turn.called_at - before.ended_at).total_seconds()
        if waits <= before.ended_at and gap >= 0:
            yield before, gap


def _away(
    plan: HallPlan, trace: DayTrace, legs: Sequence[Leg], midnight: datetime
) -> Mapping[str, list[Pause]]:
    """Return by window when it called nobody without a pause: away, or with a held ticket."""
    found: dict[str, list[Pause]] = defaultdict(list)
    known: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for one in _sittings(trace, midnight):
        known[one.window] += [(pause.at, pause.at + pause.lasts) for pause in one.pauses]
        known[one.window].append((one.ends, one.ends))
    for turn, gap in _gaps(trace, legs):
        if gap < LONG_BETWEEN_S or turn.ended_at is None:
            continue
        at, code = (
            (turn.ended_at - midnight).total_seconds(),
            plan.window_by_id(turn.window_id).code,
        )
        if not any(since < at + gap and until >= at for since, until in known[code]):
            found[code].append(Pause(at, gap))
    for turn in trace.turns:
        if not turn.calls and turn.ended_at is not None:
            at = (turn.called_at - midnight).total_seconds()
            lasts = (turn.ended_at - turn.called_at).total_seconds()
            found[plan.window_by_id(turn.window_id).code].append(Pause(at, lasts))
    return found


def _strange_queues(
    plan: HallPlan, trace: DayTrace, legs: Sequence[Leg]
) -> tuple[Mapping[str, tuple[str, ...]], int]:
    """Return by window the queues it called from that are not its own, and all such calls."""
    lent: dict[str, set[str]] = defaultdict(set)
    for move in trace.moves:
        if move.kind == "window.lent":
            lent[move.window] |= {code for rank in _ranks_in(move) for code in rank}
    calls: Counter[tuple[str, str]] = Counter()
    for leg in legs:
        window = plan.window_of.get(leg.window)
        if leg.window and leg.queue not in (*(window.queues if window else ()), *lent[leg.window]):
            calls[leg.window, leg.queue] += 1
    found: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for (code, queue), count in sorted(calls.items()):
        if count >= FEW:
            found[code] = (*found[code], queue)
    return found, sum(calls.values())


def _sittings(trace: DayTrace, midnight: datetime) -> Iterator[Sitting]:
    """Yield the shifts, from the journal."""
    begun: dict[str, MoveTrace] = {}
    paused: dict[str, float] = {}
    pauses: dict[str, list[Pause]] = defaultdict(list)
    for move in trace.moves:
        shift, at = move.subject, (move.at - midnight).total_seconds()
        if move.kind == "shift.began":
            begun[shift] = move
        elif shift not in begun:
            continue
        elif move.kind == "window.paused":
            paused[shift] = at
        elif move.kind == "window.resumed" and shift in paused:
            since = paused.pop(shift)
            pauses[shift].append(Pause(since, at - since))
        elif move.kind == "shift.ended":
            yield _sitting(begun.pop(shift), paused.get(shift, at), pauses[shift], midnight)
    end = (trace.until - midnight).total_seconds()
    for shift, move in begun.items():
        yield _sitting(move, paused.get(shift, end), pauses[shift], midnight)


def _sitting(began: MoveTrace, ends: float, pauses: list[Pause], midnight: datetime) -> Sitting:
    begins = (began.at - midnight).total_seconds()
    return Sitting(began.window, begins, max(ends, begins), tuple(pauses))


def _ranks_over_day(
    trace: DayTrace, window: str, usual: Ranks, extra: tuple[str, ...], midnight: datetime
) -> list[tuple[float, Ranks]]:
    """Return from when on a window had which queues; lent windows among them."""
    if extra:
        usual = (*usual, extra)
    found: list[tuple[float, Ranks]] = [(float("-inf"), usual)]
    for move in trace.moves:
        if move.window != window:
            continue
        at = (move.at - midnight).total_seconds()
        if move.kind == "window.lent":
            found.append((at, _ranks_in(move)))
        elif move.kind == "window.given_back":
            found.append((at, usual))
    return found


def _ranks_in(move: MoveTrace) -> Ranks:
    ranks = move.data["ranks"]
    listed = ranks if isinstance(ranks, list) else []
    return tuple(tuple(str(code) for code in rank) for rank in listed if isinstance(rank, list))


def _spans(sitting: Sitting, ranks: Sequence[tuple[float, Ranks]]) -> Iterator[Span]:
    """Yield a shift by the queues that its window had."""
    for at, (since, queues) in enumerate(ranks):
        until = ranks[at + 1][0] if at + 1 < len(ranks) else float("inf")
        opens, closes = max(since, sitting.begins), min(until, sitting.ends)
        if queues and opens < closes:
            yield Span(opens, closes, queues, closes)


def _joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return spans in order, none over another."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda one: one.opens):
        if found and span.opens < found[-1].stops:
            last = found.pop()
            found.append(replace(last, closes=min(last.closes, span.opens), stops=span.opens))
        found.append(span)
    return tuple(found)
