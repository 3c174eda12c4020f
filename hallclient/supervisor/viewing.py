"""From the floor's state to what the console shows: pure, with the words of one language."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hallclient.domain.alarm import Verb
from hallclient.domain.parts import Staff, StaffRole
from hallclient.domain.rights import RIGHTS, Right, may
from hallclient.services.floor import FloorFigures, FloorQueue, FloorState, FloorWindow, WindowLook
from hallclient.services.hours import local_time
from hallclient.supervisor.alarm_words import alarm_lines, listed, reason_text
from hallclient.supervisor.view import (
    USHER_ACTIONS,
    Action,
    ConsoleView,
    Figure,
    LegendEntry,
    QueueLine,
    Stand,
    TeamLine,
    Tile,
    Tone,
    TrendLine,
    ZoneLine,
)

if TYPE_CHECKING:
    from datetime import datetime

    from hallclient.domain.hall import HallPlan
    from hallclient.services.helping import Help
    from hallclient.services.member import Supervisor
    from hallclient.services.whatif.now import AdviceNow
    from hallclient.supervisor.view import AdviceView
    from hallclient.ui.words import Words

STALE_S = 10.0
MANY = 3
"""More names than these are a number."""
_TONES = {
    WindowLook.SERVING: Tone.SERVING,
    WindowLook.CALLED: Tone.CALLED,
    WindowLook.FREE: Tone.IDLE,
    WindowLook.LONG: Tone.LONG,
    WindowLook.PAUSED: Tone.PAUSED,
    WindowLook.CLOSED: Tone.CLOSED,
    WindowLook.ABSENT: Tone.ABSENT,
}
_TIMED = frozenset({Tone.SERVING, Tone.LONG, Tone.PAUSED})
_RIGHT = {
    Action.BROADCAST: Right.BROADCAST,
    Action.NOTICE: Right.BROADCAST,
    Action.MOVE: Right.ASSIGN,
    Action.STOP: Right.STOP,
    Action.OPEN_WINDOW: Right.ASSIGN,
}


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that the view depends on. ``age`` is seconds since the data were true."""

    supervisor: Supervisor | None = None
    state: FloorState | None = None
    calls: tuple[Help, ...] = ()
    age: float = 0.0
    now: datetime | None = None
    message: str = ""
    message_warns: bool = False
    advice: AdviceNow | None = None


def console_view(scene: Scene, words: Words) -> ConsoleView:
    """Return what the console shows."""
    who = scene.supervisor
    if who is None:
        return ConsoleView(message=scene.message, message_warns=scene.message_warns)
    usher, state = not who.watches, scene.state
    name = words("supervisor.who", name=who.name, role=words(f"supervisor.role.{who.role}"))
    if state is None:
        return ConsoleView(Stand.STARTING, who=name, usher=usher)
    language, plan, now = words.language, state.plan, scene.now or state.now
    member = plan.staff_of.get(who.code) or Staff(who.code, who.name, who.role, who.department)
    alarms = alarm_lines(state, scene.calls, member, words)
    first = alarms[0].subject if alarms and alarms[0].verb is Verb.ASSIGN else ""
    queues = () if usher else queue_lines(state, member, words, first)
    return ConsoleView(
        stand=Stand.OPEN,
        hall=plan.name.text(language),
        state=hall_state(state, words),
        working=state.hours.open,
        age=age_text(scene.age, words),
        stale=scene.age > STALE_S,
        who=name,
        clock=local_time(plan, now).strftime("%H:%M"),
        usher=usher,
        figures=() if usher else figures(state.figures, words),
        zones=() if usher else zone_lines(state, words),
        legend=() if usher else legend(state, words),
        queues=queues,
        limit_text=words("supervisor.foot.limit", minutes=plan.rules.alarm_wait_minutes),
        alarms=alarms,
        advice=None if usher or scene.advice is None else _advice(scene.advice, plan, words),
        trend=TrendLine() if usher else trend(state, now, words),
        team=TeamLine() if usher else team(state, words),
        actions=actions_of(member),
        estimates=may(member, Right.ESTIMATES),
        message=scene.message,
        message_warns=scene.message_warns,
    )


def _advice(advice: AdviceNow, plan: HallPlan, words: Words) -> AdviceView | None:
    from hallclient.supervisor.advice_words import advice_view  # noqa: PLC0415 - not at the start

    return advice_view(advice, plan, words)


def aged(view: ConsoleView, scene: Scene, words: Words) -> ConsoleView:
    """Return a view with another age and clock, and nothing else made anew."""
    state, now = scene.state, scene.now
    if state is None or now is None or view.stand is not Stand.OPEN:
        return view
    return replace(
        view,
        age=age_text(scene.age, words),
        stale=scene.age > STALE_S,
        clock=local_time(state.plan, now).strftime("%H:%M"),
    )


def age_text(seconds: float, words: Words) -> str:
    """Return how old the data are: 数据 3 秒前."""
    whole = int(seconds)
    if whole < 60:
        return words("supervisor.age", seconds=whole)
    return words("supervisor.age_minutes", minutes=whole // 60)


def hall_state(state: FloorState, words: Words) -> str:
    """Return whether the hall is open, and until when."""
    if not state.hours.open:
        return words("supervisor.closed")
    if state.hours.closes is None:
        return words("supervisor.open")
    return words("supervisor.open_until", time=state.hours.closes.strftime("%H:%M"))


def actions_of(member: Staff) -> tuple[Action, ...]:
    """Return the keys that a member of staff may press; an usher, the last three."""
    if Right.WATCH not in RIGHTS[member.role]:
        return USHER_ACTIONS
    return tuple(a for a in Action if a not in _RIGHT or _may_somewhere(member, _RIGHT[a]))


def _may_somewhere(member: Staff, right: Right) -> bool:
    return may(member, right, member.department if member.role is StaffRole.LEAD else "")


# Figures


def figures(found: FloorFigures, words: Words) -> tuple[Figure, ...]:
    """Return the seven figures; a dash where there is nothing to say yet."""
    people, within = words("supervisor.unit.people"), words("supervisor.unit.within")

    def waited(caption: str, seconds: int | None) -> Figure:
        if seconds is None:
            return Figure(words(caption), "–")
        return Figure(words(caption), str(-(-seconds // 60)), within)

    before = ""
    if found.issued_before is not None and found.before is not None:
        weekday = words(f"supervisor.last_weekday.d{found.before.isoweekday()}")
        before = f"{weekday} {found.issued_before}"
    due = words("supervisor.unit.due", today=found.due_today, overdue=found.overdue)
    share, rated = "–", ""
    if found.rated:
        share = f"{100 * found.satisfied / found.rated:.1f}"
        rated = words("supervisor.unit.rated", n=found.rated)
    return (
        Figure(words("supervisor.figure.waiting"), str(found.waiting), people),
        waited("supervisor.figure.half", found.half_wait),
        waited("supervisor.figure.most", found.most_wait),
        Figure(words("supervisor.figure.issued"), str(found.issued), before),
        Figure(
            words("supervisor.figure.finished"),
            str(found.finished),
            words("supervisor.unit.abandoned", n=found.abandoned),
        ),
        Figure(words("supervisor.figure.due"), str(found.due_today + found.overdue), due),
        Figure(words("supervisor.figure.satisfied"), share, rated),
    )


# Windows


def zone_lines(state: FloorState, words: Words) -> tuple[ZoneLine, ...]:
    """Return the zones with their windows' tiles."""
    language = words.language
    return tuple(
        ZoneLine(
            f"{row.zone.floor.text(language)} {row.zone.name.text(language)}".strip(),
            tuple(name.text(language) for name in row.departments),
            tuple(tile_of(window, words) for window in row.windows),
        )
        for row in state.zones
    )


def tile_of(floor: FloorWindow, words: Words) -> Tile:
    """Return a window's tile."""
    tone = _TONES[floor.look]
    if floor.ticket is not None:
        doing = floor.ticket.label
    elif tone is Tone.PAUSED and floor.reason:
        doing = reason_text(floor.reason, words)
    else:
        doing = words(f"supervisor.tone.{tone.value}")
    minutes = str(floor.minutes) if tone in _TIMED else ""
    number = floor.window.number
    said = words("supervisor.tile", number=number, tone=words(f"supervisor.tone.{tone.value}"))
    said = " ".join(
        part
        for part in (
            said,
            doing if floor.ticket or tone is Tone.PAUSED else "",
            words("supervisor.minutes", n=minutes) if minutes else "",
            floor.staff.name if floor.staff else "",
            words("supervisor.lent") if floor.lent else "",
        )
        if part
    )
    short = "" if floor.ticket else words(f"supervisor.tone.{tone.value}")
    return Tile(floor.window.code, number, tone, doing, short, minutes, floor.lent, said)


def legend(state: FloorState, words: Words) -> tuple[LegendEntry, ...]:
    """Return how many windows stand in each tone."""
    counts = Counter(_TONES[window.look] for window in state.windows)
    return tuple(
        LegendEntry(tone, f"{words(f'supervisor.tone.{tone.value}')} {counts[tone]}")
        for tone in Tone
    )


# Queues


def queue_lines(
    state: FloorState, member: Staff, words: Words, first: str = ""
) -> tuple[QueueLine, ...]:
    """Return the queues, those beyond their limit first; a quiet one without windows last.

    ``first`` is the queue of the heaviest alarm, if it is about one: its key is solid as well.
    """
    rows = sorted(state.queues, key=_weight)
    return tuple(_queue_line(row, member, words, solid=row.queue.code == first) for row in rows)


def _weight(row: FloorQueue) -> int:
    if row.too_long:
        return 0
    return 1 if row.waiting or row.windows or row.stopped else 2


def _queue_line(row: FloorQueue, member: Staff, words: Words, *, solid: bool) -> QueueLine:
    wait, name = row.wait, row.queue.name.text(words.language)
    if row.stopped:
        verb, right = words("supervisor.verb.reopen"), Right.STOP
    else:
        verb, right = words("supervisor.verb.assign"), Right.ASSIGN
    longest = words("supervisor.minutes_short", n=row.longest_minutes) if row.waiting else "–"
    return QueueLine(
        code=row.queue.code,
        name=name,
        waiting=str(row.waiting),
        windows=words("supervisor.windows_n", n=row.windows),
        longest=longest,
        limit=float(row.limit_minutes),
        p10=_minutes(wait.p10),
        p50=_minutes(wait.p50),
        p90=_minutes(wait.p90),
        over=row.too_long,
        stopped=row.stopped,
        verb=verb if may(member, right, row.department) else "",
        solid=solid and not row.stopped,
        said=words("supervisor.queue_said", name=name, waiting=row.waiting, longest=longest),
    )


def _minutes(seconds: int | None) -> float | None:
    return None if seconds is None else seconds / 60


# The day


def trend(state: FloorState, now: datetime, words: Words) -> TrendLine:
    """Return the half hours that are over; each stands at its end."""
    plan, local = state.plan, local_time(state.plan, now)
    opens, closes = _hours(state, local)
    here = local.hour + local.minute / 60
    done = []
    for half in state.trend:
        begins = local_time(plan, half.begins)
        ends = begins.hour + begins.minute / 60 + 0.5
        if opens < ends <= here and ends <= closes:
            done.append((ends, half.issued, half.finished))
    return TrendLine(
        begins=tuple(one[0] for one in done),
        issued=tuple(one[1] for one in done),
        finished=tuple(one[2] for one in done),
        opens=opens,
        closes=closes,
        now=here,
        now_text=words("supervisor.now") if opens <= here <= closes else "",
        issued_text=words("supervisor.trend.issued", n=done[-1][1]) if done else "",
        finished_text=words("supervisor.trend.finished", n=done[-1][2]) if done else "",
    )


def _hours(state: FloorState, local: datetime) -> tuple[float, float]:
    sessions = [
        session
        for queue in {session.queue for session in state.plan.hours}
        for session in state.plan.sessions_on(queue, local.date())
    ]
    if not sessions:
        return 9.0, 17.0
    opens = min(session.opens for session in sessions)
    closes = max(session.closes for session in sessions)
    return opens.hour + opens.minute / 60, closes.hour + closes.minute / 60


def team(state: FloorState, words: Words) -> TeamLine:
    """Return who is there and whom to think of."""
    staff = state.staff
    count = words("supervisor.team.count", here=len(staff.on_duty), all=staff.expected)
    return TeamLine(
        count=count,
        floaters=(words("supervisor.team.floaters"), _names(staff.floaters, words)),
        leave=(words("supervisor.team.leave"), str(len(staff.on_leave) or "")),
        absent=(words("supervisor.team.absent"), _names(staff.absent, words)),
    )


def _names(members: tuple[Staff, ...], words: Words) -> str:
    if len(members) > MANY:
        return str(len(members))
    return listed([member.name for member in members], words)
