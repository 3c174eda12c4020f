"""The floor in the lines of a terminal, and in JSON for programs."""

from collections.abc import Callable, Sequence
from typing import Any

from hallclient.domain.alarm import Alarm
from hallclient.services.floor import FloorQueue, FloorState, FloorWindow
from hallclient.services.follow_ups import OpenFollowUp

Facts = dict[str, Any]


def lines(state: FloorState, part: str) -> list[str]:
    """Return the lines of a part, or of all."""
    return [line for name in _parts(part) for line in _LINES[name](state)]


def facts(state: FloorState, part: str) -> Facts:
    """Return the facts of a part, or of all, for JSON."""
    head = {"now": state.now.isoformat(), "day": state.day and state.day.isoformat()}
    return {**head, **{name: _FACTS[name](state) for name in _parts(part)}}


def follow_up_lines(several: Sequence[OpenFollowUp]) -> list[str]:
    """Return a line for each bad rating that waits for its call-back."""
    if not several:
        return ["Nobody waits for a call-back."]
    return [_follow_up_line(one) for one in several]


def follow_ups(several: Sequence[OpenFollowUp]) -> list[Facts]:
    """Return the same for JSON."""
    return [
        {
            "rating": one.rating.id,
            "ticket": one.label,
            "window": one.window.code,
            "clerk": one.clerk,
            "level": int(one.rating.level),
            "given": one.given_at.isoformat(),
            "due": one.follow_up.due_on.isoformat(),
            "overdue": one.overdue,
            "taken_by": one.taken_by,
        }
        for one in several
    ]


def _parts(part: str) -> tuple[str, ...]:
    return tuple(_LINES) if part == "show" else (part,)


# Figures


def _figures(state: FloorState) -> list[str]:
    figures, staff = state.figures, state.staff
    open_ = "open" if state.hours.open else "closed"
    if state.hours.closes is not None:
        open_ += f" until {state.hours.closes:%H:%M}"
    compared = f" ({figures.issued_before} a week ago)" if figures.issued_before else ""
    done = f"finished {figures.finished}, left {figures.abandoned}"
    away = f"on leave {len(staff.on_leave)}, absent {len(staff.absent)}"
    duty = f"On duty {len(staff.on_duty)} of {staff.expected}, floaters {len(staff.floaters)}"
    said = [
        f"The hall is {open_}. {figures.waiting} wait.",
        f"Numbers today: {figures.issued}{compared}, {done}.",
        f"Cases due today {figures.due_today}, overdue {figures.overdue}.",
        f"{duty}, {away}.",
    ]
    if figures.half_wait is not None and figures.most_wait is not None:
        half, most = figures.half_wait // 60, figures.most_wait // 60
        said.insert(1, f"Half were called within {half} min, nine of ten within {most} min.")
    said += [f"Said to the hall: {b.text.zh_cn} ({b.id})" for b in state.bulletins]
    return said


def _figure_facts(state: FloorState) -> Facts:
    figures = state.figures
    return {
        "open": state.hours.open,
        "waiting": figures.waiting,
        "half_wait_seconds": figures.half_wait,
        "most_wait_seconds": figures.most_wait,
        "issued": figures.issued,
        "issued_week_ago": figures.issued_before,
        "finished": figures.finished,
        "left": figures.abandoned,
        "cases_due_today": figures.due_today,
        "cases_overdue": figures.overdue,
        "rated": figures.rated,
        "satisfied": figures.satisfied,
        "on_duty": [member.code for member in state.staff.on_duty],
        "floaters": [member.code for member in state.staff.floaters],
        "on_leave": [member.code for member in state.staff.on_leave],
        "absent": [member.code for member in state.staff.absent],
        "bulletins": [{"id": b.id, "text": b.text.zh_cn} for b in state.bulletins],
    }


# Windows


def _windows(state: FloorState) -> list[str]:
    return [
        line
        for zone in state.zones
        for line in (f"{zone.zone.name.zh_cn}:", *(_window_line(one) for one in zone.windows))
    ]


def _window_line(one: FloorWindow) -> str:
    said = [f"  {one.window.number:>4}  {one.look:<8}"]
    said += [one.ticket.label] if one.ticket else []
    said += [f"{one.minutes} min"] if one.since else []
    said += [one.reason] if one.reason else []
    said += [one.staff.name] if one.staff else []
    said += ["lent"] if one.lent else []
    return "  ".join(said)


def _window_facts(state: FloorState) -> list[Facts]:
    return [
        {
            "window": one.window.code,
            "zone": one.window.zone,
            "look": one.look.value,
            "ticket": one.ticket.label if one.ticket else None,
            "service": one.service.code if one.service else None,
            "minutes": one.minutes if one.since else None,
            "reason": one.reason,
            "staff": one.staff.code if one.staff else None,
            "queues": [list(rank) for rank in one.window.ranks],
            "lent": one.lent,
        }
        for one in state.windows
    ]


# Queues


def _queues(state: FloorState) -> list[str]:
    return [_queue_line(row) for row in state.queues]


def _queue_line(row: FloorQueue) -> str:
    said = [f"{row.queue.code}  {row.queue.name.zh_cn}: {row.waiting} wait, {row.windows} windows"]
    if row.oldest_at is not None:
        said.append(f"longest {row.longest_minutes} min{', too long' if row.too_long else ''}")
    if row.wait.p50 is not None:
        said.append(f"half within {row.wait.p50 // 60} min")
    said += [f"stopped ({row.stop.reason})"] if row.stop else []
    return ", ".join(said)


def _queue_facts(state: FloorState) -> list[Facts]:
    return [
        {
            "queue": row.queue.code,
            "waiting": row.waiting,
            "windows": row.windows,
            "called": row.wait.called,
            "p10_seconds": row.wait.p10,
            "p50_seconds": row.wait.p50,
            "p90_seconds": row.wait.p90,
            "longest_minutes": row.longest_minutes,
            "limit_minutes": row.limit_minutes,
            "stopped": row.stop.reason if row.stop else None,
        }
        for row in state.queues
    ]


# Alarms


def _alarms(state: FloorState) -> list[str]:
    return [_alarm_line(one) for one in state.alarms] or ["Nothing to look after."]


def _alarm_line(one: Alarm) -> str:
    told = ", ".join(f"{name} {value}" for name, value in one.facts.items())
    taken = f" ({one.taken_by} takes care of it)" if one.taken_by else ""
    return f"{one.severity:<5} {one.key}: {told}{taken}"


def _alarm_facts(state: FloorState) -> list[Facts]:
    return [
        {
            "kind": one.kind.value,
            "subject": one.subject,
            "severity": one.severity.value,
            "verb": one.verb.value,
            "since": one.since.isoformat() if one.since else None,
            "department": one.department,
            "facts": dict(one.facts),
            "taken_by": one.taken_by,
        }
        for one in state.alarms
    ]


def _follow_up_line(one: OpenFollowUp) -> str:
    late = ", overdue" if one.overdue else ""
    taken = f", {one.taken_by} calls back" if one.taken_by else ""
    return (
        f"{one.rating.id}  {one.label} at window {one.window.number}, {one.clerk},"
        f" level {int(one.rating.level)}, due {one.follow_up.due_on}{late}{taken}"
    )


_LINES: dict[str, Callable[[FloorState], list[str]]] = {
    "figures": _figures,
    "windows": _windows,
    "queues": _queues,
    "alarms": _alarms,
}
_FACTS: dict[str, Callable[[FloorState], Any]] = {
    "figures": _figure_facts,
    "windows": _window_facts,
    "queues": _queue_facts,
    "alarms": _alarm_facts,
}
