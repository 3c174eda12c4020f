"""Opening hours in the words of a kiosk: today's line, a queue's week, the next opening."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from hallclient.domain.calendar import tickets_open
from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import SessionHours
from hallclient.services.hours import local_time
from hallclient.ui.words import Words

LOOK_AHEAD = 21
"""Days searched for the next opening; the longest holiday with its weekends is shorter."""
_WHOLE_MORNING, _WHOLE_AFTERNOON = time(11, 30), time(14, 0)


class HallState(StrEnum):
    """What a hall is doing now."""

    OPEN = "open"
    BREAK = "break"
    EARLY = "early"
    NO_MORE = "no_more"
    """Tickets have ended for today, windows still serve."""
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class HallHours:
    """A hall's state and today's sessions; when tickets are given out next, and doors open."""

    state: HallState
    today: tuple[SessionHours, ...]
    tickets_at: datetime | None = None
    opens_at: datetime | None = None


def clock(at: datetime | time) -> str:
    """Return a time as people write it: 9:00."""
    return f"{at.hour}:{at.minute:02}"


def sessions(plan: HallPlan, queue: str, day: date) -> tuple[SessionHours, ...]:
    """Return the sessions of a queue on a day, in order; none on a holiday."""
    calendar = plan.work_calendar
    ordered = tuple(sorted(plan.hours, key=lambda session: session.tickets_from))
    found: list[SessionHours] = []
    at = time.min
    while True:
        state = tickets_open(ordered, queue, datetime.combine(day, at), calendar)
        if state.session is None or state.session in found:
            return tuple(found)
        found.append(state.session)
        at = state.session.tickets_until


def hall_sessions(plan: HallPlan, day: date) -> tuple[SessionHours, ...]:
    """Return the hall's own sessions on a day, or of its queues when it has none."""
    if any(not session.queue for session in plan.hours):
        return sessions(plan, "", day)
    every = {s for queue in plan.queues for s in sessions(plan, queue.code, day)}
    merged: list[SessionHours] = []
    for session in sorted(every, key=lambda s: (s.opens, s.closes)):
        last = merged[-1] if merged else None
        if last is not None and session.opens <= last.closes:
            merged[-1] = replace(
                last,
                closes=max(last.closes, session.closes),
                tickets_from=min(last.tickets_from, session.tickets_from),
                tickets_until=max(last.tickets_until, session.tickets_until),
            )
        else:
            merged.append(session)
    return tuple(merged)


def next_opening(plan: HallPlan, queue: str, local: datetime) -> datetime | None:
    """Return when tickets of a queue are given out next after ``local``."""
    found = _next_session(plan, queue, local)
    return found[0] if found else None


def _next_session(
    plan: HallPlan, queue: str | None, local: datetime
) -> tuple[datetime, datetime] | None:
    """Return the start of tickets and of service; ``queue`` None means the hall."""
    for offset in range(LOOK_AHEAD):
        day = local.date() + timedelta(days=offset)
        found = hall_sessions(plan, day) if queue is None else sessions(plan, queue, day)
        for session in found:
            starts = datetime.combine(day, session.tickets_from, local.tzinfo)
            if starts > local:
                return starts, datetime.combine(day, session.opens, local.tzinfo)
    return None


def hall_hours(plan: HallPlan, at: datetime, *, any_open: bool) -> HallHours:
    """Return what the hall is doing at ``at``; ``any_open``: some queue gives out tickets."""
    local = local_time(plan, at)
    today = hall_sessions(plan, local.date())
    if any_open or not plan.hours:
        return HallHours(HallState.OPEN, today)
    now = local.time()
    before = [session for session in today if session.tickets_until <= now]
    after = [session for session in today if now < session.tickets_from]
    if after:
        state = HallState.BREAK if before else HallState.EARLY
    elif before and now < before[-1].closes:
        state = HallState.NO_MORE
    else:
        state = HallState.CLOSED
    tickets_at, opens_at = _next_session(plan, None, local) or (None, None)
    return HallHours(state, today, tickets_at, opens_at)


def today_line(words: Words, today: tuple[SessionHours, ...]) -> str:
    """Return today's hours in a line, "" for a hall without hours."""
    if not today:
        return ""
    spans = _spans(today)
    (opens, closes), texts = spans[0], [_span(*span) for span in spans]
    if len(spans) == 1 and opens < _WHOLE_MORNING and closes > _WHOLE_AFTERNOON:
        return words("kiosk.hours.no_break", hours=texts[0])
    return _joined(words, texts)


def when(words: Words, local: datetime, at: datetime) -> str:
    """Return a coming moment near enough to need no date: today, tomorrow, Monday, next Monday."""
    days = (at.date() - local.date()).days
    time_text = clock(at)
    if days == 0:
        return words("kiosk.hours.today", time=time_text)
    if days == 1:
        return words("kiosk.hours.tomorrow", time=time_text)
    if days >= 7:
        return words("kiosk.hours.on", day=words.long_date(at.date()), time=time_text)
    day = words(f"kiosk.hours.d{at.isoweekday()}")
    key = "kiosk.hours.next_week" if days > 7 - local.isoweekday() else "kiosk.hours.on"
    return words(key, day=day, time=time_text)


def full_when(words: Words, local: datetime, at: datetime) -> str:
    """Return a coming moment with its date, or 今天 9:00 when it is today."""
    if at.date() == local.date():
        return words("kiosk.hours.today", time=clock(at))
    return words("kiosk.hours.on", day=words.long_date(at.date()), time=clock(at))


def week_lines(words: Words, plan: HallPlan, queue: str) -> tuple[tuple[str, str], ...]:
    """Return the weekly hours of a queue ("" the hall): days and times, in order of the week."""
    own = [session for session in plan.hours if session.queue == queue]
    by_day: dict[int, list[SessionHours]] = {}
    for session in sorted(own, key=lambda s: (s.weekday, s.opens)):
        by_day.setdefault(session.weekday, []).append(session)
    grouped: dict[str, list[int]] = {}
    for day, found in by_day.items():
        spans = [_span(*span) for span in _spans(found)]
        grouped.setdefault(_joined(words, spans), []).append(day)
    return tuple((_days(words, days), hours) for hours, days in grouped.items())


def week_text(words: Words, plan: HallPlan, queue: str) -> str:
    """Return a queue's week in one line: 周一、周三 9:00–12:00."""
    lines = week_lines(words, plan, queue) or week_lines(words, plan, "")
    return _joined(words, [f"{days} {hours}" for days, hours in lines])


def _spans(ordered: Sequence[SessionHours]) -> list[tuple[time, time]]:
    """Return opening and closing of a day; sessions without a gap between them are one."""
    spans: list[tuple[time, time]] = []
    for session in ordered:
        if spans and session.opens <= spans[-1][1]:
            spans[-1] = spans[-1][0], max(spans[-1][1], session.closes)
        else:
            spans.append((session.opens, session.closes))
    return spans


def _span(opens: time, closes: time) -> str:
    return f"{clock(opens)}–{clock(closes)}"


def _days(words: Words, days: list[int]) -> str:
    first, last = days[0], days[-1]
    if len(days) > 2 and last - first == len(days) - 1:
        a, b = words(f"kiosk.hours.d{first}"), words(f"kiosk.hours.d{last}")
        return words("kiosk.hours.span", first=a, last=b)
    return _joined(words, [words(f"kiosk.hours.d{day}") for day in days], "and")


def _joined(words: Words, parts: Sequence[str], by: str = "joiner") -> str:
    sign = words(f"kiosk.hours.{by}")
    return (f"{sign} " if sign.isascii() else sign).join(parts)
