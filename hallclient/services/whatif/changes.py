"""What may be otherwise on a day: windows, ranks, ceilings, credits, hours, arrivals."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import reduce
from random import Random

from hallclient.domain.rules import PriorityClass
from hallclient.services.whatif.record import (
    DayRecord,
    QueueRecord,
    Ranks,
    Span,
    Visit,
    WindowRecord,
)

DAY_S = 24 * 3600.0


class ChangeError(ValueError):
    """A change that makes no sense for the day; the text says why."""


@dataclass(frozen=True, slots=True)
class OpenWindow:
    """One more window for these queues, from ``start`` to ``stop``.

    With the whole day (0 to 24 hours) it keeps the hours and the overtime of the queues.
    """

    ranks: Ranks
    start: float = 0.0
    stop: float = DAY_S
    number: str = ""


@dataclass(frozen=True, slots=True)
class CloseWindow:
    """A window calls nobody from ``start`` to ``stop``."""

    number: str
    start: float = 0.0
    stop: float = DAY_S


@dataclass(frozen=True, slots=True)
class MoveWindow:
    """A window serves these queues instead of its own from ``start`` to ``stop``."""

    number: str
    ranks: Ranks
    start: float = 0.0
    stop: float = DAY_S


@dataclass(frozen=True, slots=True)
class SetCeiling:
    """Another ceiling in minutes, of one queue or ("") of all."""

    minutes: int
    queue: str = ""


@dataclass(frozen=True, slots=True)
class SetCredit:
    """Another credit in minutes for a priority class."""

    priority: PriorityClass
    minutes: int


@dataclass(frozen=True, slots=True)
class SetHours:
    """Other hours, of one queue or ("") of all; the windows whose first choice it is follow.

    Numbers are given out as long before the closing, and from as long before the opening, as they
    were.
    """

    opens: float
    closes: float
    queue: str = ""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """So many times the citizens, of one queue or ("") of all; the same seed of chance each time.

    Above 1 some come twice over: somebody like them a few minutes off.
    """

    factor: float
    queue: str = ""


Change = OpenWindow | CloseWindow | MoveWindow | SetCeiling | SetCredit | SetHours | Arrivals


def changed(day: DayRecord, changes: Iterable[Change]) -> DayRecord:
    """Return the day with the changes made, in order. Raises ``ChangeError``."""
    return reduce(_with, changes, day)


def _with(day: DayRecord, change: Change) -> DayRecord:  # noqa: PLR0911 - one for each kind
    match change:
        case OpenWindow():
            return _open_window(day, change)
        case CloseWindow():
            return _close_window(day, change)
        case MoveWindow():
            return _move_window(day, change)
        case SetCeiling():
            return _set_ceiling(day, change)
        case SetCredit():
            return _set_credit(day, change)
        case SetHours():
            return _set_hours(day, change)
        case Arrivals():
            return _more_arrivals(day, change)


def _open_window(day: DayRecord, change: OpenWindow) -> DayRecord:
    _know_queues(day, change.ranks)
    like = _hours_of(day, change.ranks)
    start, stop = max(change.start, like.opens), min(change.stop, like.closes)
    if start >= stop:
        raise ChangeError("The new window would be open only while its queues are closed.")
    # Opened for a part of the day it stops there; to the end of the day it helps in the overtime.
    stops = like.stops if stop == like.closes else stop
    number = change.number or _free_number(day)
    if number in day.window_of:
        raise ChangeError(f"There is a window {number} already.")
    span = Span(start, stop, change.ranks, stops)
    return replace(day, windows=(*day.windows, WindowRecord(number, (span,))))


def _close_window(day: DayRecord, change: CloseWindow) -> DayRecord:
    return _with_window(day, change.number, lambda span: _cut(span, change.start, change.stop, ()))


def _move_window(day: DayRecord, change: MoveWindow) -> DayRecord:
    _know_queues(day, change.ranks)
    return _with_window(
        day, change.number, lambda span: _cut(span, change.start, change.stop, change.ranks)
    )


def _set_ceiling(day: DayRecord, change: SetCeiling) -> DayRecord:
    return _with_queues(
        day, change.queue, lambda queue: replace(queue, ceiling_minutes=change.minutes)
    )


def _set_credit(day: DayRecord, change: SetCredit) -> DayRecord:
    credits_ = {**dict(day.rules.credit_minutes), change.priority: change.minutes}
    return replace(day, rules=replace(day.rules, credit_minutes=tuple(credits_.items())))


def _set_hours(day: DayRecord, change: SetHours) -> DayRecord:
    if change.opens >= change.closes:
        raise ChangeError("Hours begin before they end.")
    moved = _with_queues(day, change.queue, lambda queue: _moved_hours(queue, change))
    windows = tuple(_follow(window, change) for window in day.windows)
    return replace(moved, windows=windows)


def _more_arrivals(day: DayRecord, change: Arrivals) -> DayRecord:
    if change.queue:
        _know_queues(day, ((change.queue,),))
    if not 0 <= change.factor <= 20:
        raise ChangeError("The factor of arrivals is from 0 to 20.")
    free = max((visit.number for visit in day.visits), default=0) + 1
    visits: list[Visit] = []
    for visit in day.visits:
        if change.queue not in ("", visit.queue):
            visits.append(visit)
            continue
        # Drawn from the citizen's own number: a factor of 1.2 has everybody that 1.1 has.
        chance = Random(f"arrivals {visit.number}")  # noqa: S311 - chance, not a secret
        whole, part = divmod(change.factor, 1)
        times = int(whole) + (chance.random() < part)
        visits += [visit][:times]
        for _time in range(times - 1):
            queue = day.queue_of.get(visit.queue)
            at = visit.at + chance.randint(-600, 600)
            if queue is not None and queue.tickets_from <= visit.at < queue.tickets_until:
                at = min(max(at, queue.tickets_from), queue.tickets_until - 1)
            visits.append(replace(visit, number=free, at=at))
            free += 1
    return replace(day, visits=tuple(visits))


def _know_queues(day: DayRecord, ranks: Ranks) -> None:
    codes = [code for rank in ranks for code in rank]
    if not codes:
        raise ChangeError("A window needs a queue.")
    for code in codes:
        if code not in day.queue_of:
            raise ChangeError(f"There is no queue {code} on this day.")


def _hours_of(day: DayRecord, ranks: Ranks) -> Span:
    """Return the hours that a window of these queues has: as others have, else the queues'."""
    wanted = set(ranks[0])
    others = [
        span
        for window in day.windows
        for span in window.spans
        if span.ranks and wanted & set(span.ranks[0])
    ]
    queues = [day.queue_of[code] for code in ranks[0]]
    opens = min([span.opens for span in others] or [queue.opens for queue in queues])
    closes = max([span.closes for span in others] or [queue.closes for queue in queues])
    stops = max([closes, *(span.stops for span in others if span.closes == closes)])
    return Span(opens, closes, ranks, stops)


def _free_number(day: DayRecord) -> str:
    number = 1
    while f"+{number}" in day.window_of:
        number += 1
    return f"+{number}"


def _with_window(day: DayRecord, number: str, cut: Callable[[Span], Iterable[Span]]) -> DayRecord:
    window = day.window_of.get(number)
    if window is None:
        raise ChangeError(f"There is no window {number} on this day.")
    spans = tuple(part for span in window.spans for part in cut(span))
    pauses = tuple(
        pause
        for pause in window.pauses
        if any(span.opens <= pause.at < span.stops for span in spans)
    )
    new = replace(window, spans=spans, pauses=pauses)
    return replace(day, windows=tuple(new if one.number == number else one for one in day.windows))


def _cut(span: Span, start: float, stop: float, ranks: Ranks) -> Iterable[Span]:
    """Yield the parts of a span; from ``start`` to ``stop`` it has these ranks, or is not there."""
    start, stop = max(start, span.opens), min(stop, span.stops)
    if start >= stop:
        yield span
        return
    if span.opens < start:
        closes = min(start, span.closes)
        yield replace(span, closes=closes, stops=start)
    last = stop >= span.closes
    if ranks:
        yield Span(start, span.closes if last else stop, ranks, span.stops if last else stop)
    if not last:
        yield replace(span, opens=stop)


def _with_queues(day: DayRecord, code: str, new: Callable[[QueueRecord], QueueRecord]) -> DayRecord:
    if code:
        _know_queues(day, ((code,),))
    queues = tuple(new(queue) if code in ("", queue.code) else queue for queue in day.queues)
    return replace(day, queues=queues)


def _moved_hours(queue: QueueRecord, change: SetHours) -> QueueRecord:
    return replace(
        queue,
        opens=change.opens,
        closes=change.closes,
        tickets_from=change.opens - (queue.opens - queue.tickets_from),
        tickets_until=change.closes - (queue.closes - queue.tickets_until),
    )


def _follow(window: WindowRecord, change: SetHours) -> WindowRecord:
    """Let a window keep the new hours where its first choice has them."""
    first = {code for span in window.spans for code in (span.ranks[0] if span.ranks else ())}
    if not window.spans or (change.queue and change.queue not in first):
        return window
    spans = [span for span in window.spans if span.opens < change.closes]
    spans = [span for span in spans if span.closes > change.opens] or list(window.spans[:1])
    last = spans[-1]
    spans[-1] = replace(
        last, closes=change.closes, stops=change.closes + max(0.0, last.stops - last.closes)
    )
    spans[0] = replace(spans[0], opens=change.opens)
    pauses = (one for one in window.pauses if change.opens <= one.at < change.closes)
    return replace(window, spans=tuple(spans), pauses=tuple(pauses))
