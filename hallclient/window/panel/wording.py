"""The panel in words: pure functions of what was read and of what the bar shows."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from hallclient.domain.rules import PriorityClass
from hallclient.domain.ticket import Channel, Ticket
from hallclient.domain.turn import Outcome
from hallclient.phrases import catalogue
from hallclient.services.hours import local_time
from hallclient.services.places import zone_words
from hallclient.services.wait_words import wait_line, wait_short
from hallclient.services.waits import range_of
from hallclient.services.window_panel import HeldRow, MissedRow, PanelState, PastRow, WaitingRow
from hallclient.ui.words import Words
from hallclient.window.offline import conflict_text
from hallclient.window.panel.parts import LineView
from hallclient.window.panel.view import (
    BannerView,
    CardView,
    Choices,
    FigureView,
    RestView,
    Tab,
)
from hallclient.window.scene import BarView, clock_text, minutes
from hallclient.window.states import KeyFace, KeyId, Stand

if TYPE_CHECKING:
    from hallclient.services.window_spool_lines import Report

MOST_WAITS = 3
"""Queues of a window whose wait stands in the panel; the rest are behind F6."""
_OTHER = ("another", "something_else")
_TURN = (Stand.CALLED, Stand.SERVING, Stand.LONG)
_ICONS = {Stand.PAUSED: "pause", Stand.SIGNED_OUT: "user-check", Stand.CALLED: "bell"}


def marks_of(say: Words, ticket: Ticket, *, bound: bool = False) -> tuple[str, str]:
    """Return what a ticket's holder has a right to: signs for the eye, words for the ear."""
    found = []
    if ticket.priority is not PriorityClass.NORMAL:
        priority = ticket.priority
        found.append((say(f"window.mark.{priority}"), say(f"window.priority.{priority}")))
    if ticket.channel is Channel.BOOKED:
        found.append((say("window.needs.booked_mark"), say("window.needs.booked")))
    if ticket.requeued:
        found.append((say("panel.mark.missed"), say("panel.mark.missed_said")))
    if bound:
        found.append((say("panel.mark.bound"), say("panel.mark.bound_said")))
    return "".join(mark for mark, _ in found), " ".join(name for _, name in found)


def place_of(say: Words, panel: PanelState) -> str:
    """Return where the window is and what it is for."""
    plan, window = panel.plan, panel.state.window
    zone = zone_words(plan.zone(window.zone), say.language).whole
    queue = plan.queue(window.queues[0]).name.text(say.language) if window.queues else ""
    gap = "　" if say.language.startswith("zh") else " · "
    return f"{zone}{gap}{queue}" if queue else zone


def clock_of(panel: PanelState, at: datetime) -> str:
    """Return a moment as a clock in the hall shows it."""
    return f"{local_time(panel.plan, at):%H:%M}"


# The ticket


def card_view(say: Words, panel: PanelState, bar: BarView) -> CardView:
    """Return the card of the ticket at the window."""
    state = panel.state
    ticket, turn, service = state.ticket, state.turn, state.service
    if not bar.label or ticket is None or turn is None or service is None:
        return CardView(hint=bar.hint)
    marks, said = marks_of(say, ticket)
    clocks = f"{clock_of(panel, ticket.issued_at)} / {clock_of(panel, turn.called_at)}"
    waited = say("panel.card.minutes", n=minutes(ticket.issued_at, turn.called_at))
    told = range_of(ticket.told.wait if ticket.told else None)
    if told is not None:
        waited = say("panel.card.as_told", waited=waited, wait=wait_short(say, told))
    lines = [(say("panel.card.times"), clocks), (say("panel.card.waited"), waited)]
    if state.own is not None and (state.own.mask or state.own.tail):
        person = say("panel.card.person_of", mask=state.own.mask, tail=state.own.tail)
        lines.insert(0, (say("panel.card.person"), person.strip()))
    active = bar.stand in _TURN
    key = "calling" if bar.stand is Stand.CALLED else "serving" if active else "after"
    return CardView(
        label=ticket.label,
        calling=bar.calling,
        service=service.name.text(say.language),
        marks=marks,
        marks_said=said,
        lines=tuple(lines),
        notes=_notes(say, panel),
        caption=say(f"panel.card.{key}"),
        timer=bar.timer,
        warns=bar.stand is Stand.LONG,
    )


def _notes(say: Words, panel: PanelState) -> tuple[str, ...]:
    """Return what was done before, where it goes next, what colleagues wrote."""
    state, language = panel.state, say.language
    found = [
        say(
            "panel.card.before",
            service=step.service.name.text(language),
            window=step.window.number,
        )
        for step in state.steps_done
    ]
    if state.following is not None:
        found.append(say("window.steps.then", service=state.following.name.text(language)))
    found += [say("panel.card.note", text=note.text) for note in reversed(state.notes)]
    return tuple(found)


# The middle without a form


def rest_view(say: Words, panel: PanelState | None, bar: BarView, body: str) -> RestView:
    """Return what the middle says when there is nothing to fill in."""
    solid = next((key for key in bar.keys if key.face is KeyFace.SOLID), None)
    act = solid.key if solid is not None else None
    text = solid.label if solid is not None else ""
    if bar.stand is Stand.SIGNED_OUT:
        text = say("window.sign_in.enter")
    also = ""
    if panel is not None and panel.state.can_serve_on and panel.state.following is not None:
        service = panel.state.following.name.text(say.language)
        also = say("panel.rest.serve_on", service=service)
    title, sub = _rest_words(say, bar)
    icon = _ICONS.get(bar.stand, "people")
    return RestView(icon, title, sub, body, act, text, also)


def _rest_words(say: Words, bar: BarView) -> tuple[str, str]:
    if bar.stand is Stand.CALLED:
        return say("panel.rest.called", label=bar.label), bar.sub
    if bar.stand in (Stand.IDLE, Stand.RATING) and not bar.title:
        return say("panel.empty.waiting"), say("panel.empty.waiting_sub")
    if bar.stand is Stand.IDLE and not bar.sub:
        return bar.title, say("panel.empty.waiting_sub")
    return bar.title or bar.state, bar.sub


def banner_view(say: Words, bar: BarView) -> BannerView | None:
    """Return the line across the panel while the database, the boards or the keypad are away."""
    if bar.stand is Stand.OFFLINE:
        return _away(say, bar)
    if bar.back is not None:
        return _back(say, bar.back)
    if bar.unseen:
        return BannerView("bell", "warn", say("announcing.unseen_short"), say("announcing.unseen"))
    if bar.keypad is False:
        title, sub = (
            say("window.fault.keypad"),
            say("window.fault.keypad_sub" if bar.on_screen else "rating_at.no_screen"),
        )
        return BannerView("keypad", "warn", title, sub)
    return None


def _away(say: Words, bar: BarView) -> BannerView:
    sub = f"{say('panel.fault.offline_sub')} {bar.away}"
    if bar.spooled or bar.face(KeyId.FINISH) is not KeyFace.FLAT:
        sub = say("offline.banner.sub", elapsed=bar.away, n=bar.spooled)
    title, side = say("window.fault.offline"), say("window.fault.needs")
    return BannerView("sync", "primary", title, sub, side)


def _back(say: Words, report: "Report") -> BannerView:
    title = say("window.fault.recovered")
    if report.conflicts:
        return BannerView("alert", "warn", title, conflict_text(report, say))
    sub = say("window.fault.recovered_sub", n=report.done)
    return BannerView("check", "ok", title, sub, say("offline.back.folds"))


# The lists


def tabs_of(say: Words, panel: PanelState | None) -> tuple[tuple[Tab, str, int], ...]:
    """Return the three lists with their counts."""
    counts = (0, 0, 0)
    if panel is not None:
        counts = (len(panel.waiting), len(panel.held), len(panel.missed))
    return tuple((tab, say(f"panel.tab.{tab}"), n) for tab, n in zip(Tab, counts, strict=True))


def rows_of(say: Words, panel: PanelState, tab: Tab, now: datetime) -> tuple[LineView, ...]:
    """Return the lines of a list."""
    if tab is Tab.HELD:
        return tuple(
            _line(say, row.ticket, _name(say, row), row.hold.at, now, _why(say, row))
            for row in panel.held
        )
    if tab is Tab.MISSED:
        return tuple(_line(say, row.ticket, _name(say, row), None, now) for row in panel.missed)
    limit = panel.plan.rules.alarm_wait_minutes
    return tuple(
        _line(
            say,
            row.ticket,
            _name(say, row),
            row.ticket.issued_at,
            now,
            bound=row.bound,
            limit=limit,
        )
        for row in panel.waiting
    )


def waits_of(say: Words, panel: PanelState, tab: Tab) -> tuple[tuple[str, str], ...]:
    """Return what stands under who waits: queues and the wait of who joins them now."""
    if tab is not Tab.WAITING:
        return ()
    return tuple(
        (
            one.queue.name.text(say.language),
            wait_line(say, one.wait) if one.wait else say("wait.none"),
        )
        for one in panel.waits[:MOST_WAITS]
    )


def _line(
    say: Words,
    ticket: Ticket,
    text: str,
    since: datetime | None,
    now: datetime,
    quiet: str = "",
    *,
    bound: bool = False,
    limit: int = 0,
) -> LineView:
    marks, said = marks_of(say, ticket, bound=bound)
    waited = minutes(since, now) if since is not None else None
    side = "" if waited is None else say("panel.minutes", n=waited)
    warns = bool(limit) and waited is not None and waited >= limit
    return LineView(ticket.id, ticket.label, text, marks, quiet, side, warns, said)


def _name(say: Words, row: WaitingRow | HeldRow | MissedRow) -> str:
    return row.service.name.text(say.language)


def _why(say: Words, row: HeldRow) -> str:
    return hold_reason(say, row.hold.reason) if row.hold.reason else ""


def hold_reason(say: Words, reason: str) -> str:
    """Return the words of a reason; a hall's own stands for itself."""
    return choice_text(say, "window.hold_reason", reason)


def chosen_reason(say: Words, reason: str) -> str:
    """Return the words of a reason to call out of order."""
    return choice_text(say, "window.chosen_reason", reason)


def choice_text(say: Words, table: str, value: str) -> str:
    """Return the words of one choice of a table; one without words stands for itself.

    A catalogue keeps ``other`` for plurals: the choice has another name there.
    """
    names = _OTHER if value == "other" else (value,)
    keys = [f"{table}.{name}" for name in names]
    return next((say(key) for key in keys if key in catalogue(say.language)), value)


def outcome_text(say: Words, outcome: Outcome | None) -> str:
    """Return an outcome in words."""
    key = f"window.outcome.{outcome}"
    if outcome is not None and key in catalogue(say.language):
        return say(key)
    return say(f"panel.outcome.{outcome}")


def history_of(say: Words, rows: Sequence[PastRow]) -> tuple[LineView, ...]:
    """Return what was done here today, newest first."""
    found = []
    for row in rows:
        turn = row.turn
        end = turn.ended_at or turn.called_at
        took = int((end - turn.started_at).total_seconds()) if turn.started_at else None
        side = "" if took is None else f"{took // 60}:{took % 60:02}"
        result = outcome_text(say, turn.result)
        name = row.service.name.text(say.language)
        found.append(LineView(turn.id, row.ticket.label, name, quiet=result, side=side))
    return tuple(found)


def empty_of(say: Words, panel: PanelState | None, tab: Tab) -> tuple[str, str]:
    """Return what an empty list says."""
    rules = panel.plan.rules if panel is not None else None
    facts = {
        "times": rules.no_show_after if rules else 3,
        "minutes": rules.no_show_valid_minutes if rules else 30,
    }
    return say(f"panel.empty.{tab}"), say(f"panel.empty.{tab}_sub", **facts)


# The own week


def totals_of(say: Words, panel: PanelState) -> tuple[tuple[FigureView, ...], str]:
    """Return the own totals and up to when they count; nothing for a first day."""
    own, none = panel.totals, say("common.none")
    captions = ("served", "serving", "waiting", "promised", "satisfied")
    if own is None:
        figures = tuple(FigureView(say(f"panel.totals.{each}"), none) for each in captions)
        return figures, say("panel.totals.none_yet")
    served = max(1, own.served)
    late = say("panel.totals.late", n=own.late) if own.late else say("panel.totals.in_time")
    values = (
        (str(own.served), ""),
        (clock_text(own.serving_seconds // served).lstrip("0") if own.served else none, ""),
        (clock_text(own.waiting_seconds // served).lstrip("0") if own.served else none, ""),
        (str(own.promised), late if own.promised else ""),
        (f"{own.satisfied * 100 // own.rated}%" if own.rated else none, ""),
    )
    figures = tuple(
        FigureView(say(f"panel.totals.{each}"), _whole(figure), tail)
        for each, (figure, tail) in zip(captions, values, strict=True)
    )
    return figures, _through(say, own.through, panel)


def _through(say: Words, day: date, panel: PanelState) -> str:
    today = local_time(panel.plan, panel.state.now).date()
    if today - day == timedelta(days=1):
        return say("panel.totals.through_yesterday")
    month = say(f"common.month.m{day.month}")
    return say("panel.totals.through", day=say("panel.short_date", month=month, day=day.day))


def _whole(figure: str) -> str:
    return f"0{figure}" if figure.startswith(":") else figure


def day_text(say: Words, day: date) -> str:
    """Return a day as 11月27日 周五."""
    return say(
        "panel.date",
        month=say(f"common.month.m{day.month}"),
        day=day.day,
        weekday=say(f"panel.weekday.d{day.isoweekday()}"),
    )


def pairs(say: Words, table: str, values: Sequence[str]) -> Choices:
    """Return values with their words of a table."""
    return tuple((value, choice_text(say, table, value)) for value in values)
