"""The first page, and the page of a closed hall."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from hallclient.domain.text import Language
from hallclient.kiosk.figures import HallSight
from hallclient.kiosk.hours import (
    HallHours,
    HallState,
    full_when,
    hall_hours,
    today_line,
    week_lines,
)
from hallclient.kiosk.offers import any_open, most_wait
from hallclient.kiosk.views.parts import FigureView, wait_figure
from hallclient.services.hours import local_time
from hallclient.ui.words import Words

_TONES = {HallState.OPEN: "ok", HallState.BREAK: "pause"}
_PAIR, _THREE = ("checking_in", "scanning"), ("guide", "progress", "requeueing")
_CLOSED = ("booking", "guide", "progress")
_TITLES = {
    "checking_in": ("kiosk.home.booking", "kiosk.home.booking_sub", "calendar-check"),
    "scanning": ("kiosk.home.scan", "kiosk.home.scan_sub", "scan"),
    "guide": ("kiosk.home.guide", "", "guide"),
    "progress": ("kiosk.home.track", "", "progress"),
    "requeueing": ("kiosk.home.missed", "", "requeue"),
}
_CLOSED_TITLES = {
    "booking": ("kiosk.services.book", "kiosk.entries.book_sub", "calendar-check"),
    "guide": ("kiosk.home.guide", "kiosk.entries.guide_sub", "guide"),
    "progress": ("kiosk.home.track", "kiosk.entries.track_sub", "progress"),
}


@dataclass(frozen=True, slots=True)
class EntryView:
    """A way into a journey by the journey's name; dashed while it has to wait."""

    name: str
    title: str
    sub: str
    icon: str
    works: bool = True


@dataclass(frozen=True, slots=True)
class Standing:
    """How the kiosk stands: paper, whether a number can be taken, its entries, its modes."""

    paper: bool
    takes: bool
    entries: frozenset[str]
    waiting: frozenset[str]
    """Entries that have to wait for the database."""
    low: bool = False


@dataclass(frozen=True, slots=True)
class HomeView:
    """The first page. ``figures`` is two, or three once there is an estimate."""

    hall: str
    hall_other: str
    clock: str
    state: str
    tone: str
    date: str
    hours: str
    figures: tuple[FigureView, ...]
    take: str
    take_sub: str
    take_works: bool
    pair: tuple[EntryView, ...]
    three: tuple[EntryView, ...]
    hint: str
    hint_icon: str
    reader: bool
    """Whether the hint points to the card reader below."""


@dataclass(frozen=True, slots=True)
class ClosedView:
    """No tickets now: when there are some again, the week's hours, whom to ask."""

    hall: str
    title: str
    next: str
    now: str
    note: str
    hours_title: str
    week: tuple[tuple[str, str], ...]
    ask_title: str
    ask: tuple[tuple[str, str, str], ...]
    """Icon, caption, text."""
    entries: tuple[EntryView, ...]


def hall_state(sight: HallSight) -> HallHours:
    """Return what the hall is doing now."""
    return hall_hours(sight.plan, sight.now(), any_open=any_open(sight))


def home_view(words: Words, sight: HallSight, standing: Standing) -> HomeView:
    """Return the first page."""
    plan, language = sight.plan, words.language
    local = local_time(plan, sight.now())
    hours = hall_state(sight)
    other = Language.ZH_CN if language == Language.EN else Language.EN
    name, second = plan.name.text(language), plan.name.text(other)
    sub = "kiosk.home.take_sub" if standing.paper else "kiosk.home.take_sub_no_paper"
    reader = "card" in standing.entries
    return HomeView(
        hall=name,
        hall_other=second if second != name else "",
        clock=f"{local:%H:%M}",
        state=words(f"kiosk.home.{hours.state.value}"),
        tone=_TONES.get(hours.state, "pause"),
        date=words.long_date(local.date()),
        hours=today_line(words, hours.today),
        figures=_figures(words, sight),
        take=words("kiosk.home.take"),
        take_sub=words(sub) if standing.takes else words("common.later"),
        take_works=standing.takes,
        pair=_entries(words, standing, _PAIR, _TITLES),
        three=_entries(words, standing, _THREE, _TITLES),
        hint=words("kiosk.home.id_hint") if reader else _help(words, sight),
        hint_icon="idcard" if reader else "info",
        reader=reader,
    )


def closed_view(words: Words, sight: HallSight, standing: Standing) -> ClosedView:
    """Return the page of a hall that gives out no tickets now."""
    plan, language = sight.plan, words.language
    local = local_time(plan, sight.now())
    hours = hall_state(sight)
    desk = plan.desk.text(language)
    ask = []
    if desk:
        ask.append(("pin", words("kiosk.closed.desk"), desk))
    if plan.phone:
        ask.append(("phone", words("kiosk.closed.phone"), plan.phone))
    waiting = sight.hall.waiting
    return ClosedView(
        hall=plan.name.text(language),
        title=words(f"kiosk.closed.{hours.state.value}"),
        next=_next(words, local, hours),
        now=words("kiosk.home.closed_now", time=f"{local:%H:%M}"),
        note=words("kiosk.closed.still_served") if waiting else "",
        hours_title=words("kiosk.closed.hours"),
        week=week_lines(words, plan, ""),
        ask_title=words("kiosk.closed.ask"),
        ask=tuple(ask),
        entries=_entries(words, standing, _CLOSED, _CLOSED_TITLES),
    )


def _next(words: Words, local: datetime, hours: HallHours) -> str:
    soon = hours.state in (HallState.BREAK, HallState.EARLY)
    at = hours.tickets_at if soon else hours.opens_at
    if at is None:
        return ""
    key = "kiosk.closed.next_tickets" if soon else "kiosk.home.closed_next"
    return words(key, when=full_when(words, local, at))


def _figures(words: Words, sight: HallSight) -> tuple[FigureView, ...]:
    hall = sight.hall
    waiting, windows = str(hall.waiting), str(len(hall.open_windows))
    if not sight.known:
        waiting = windows = words("common.none")
    found = [
        FigureView(words("kiosk.home.waiting"), waiting, words("common.people")),
        FigureView(words("kiosk.home.windows_open"), windows, words("common.windows")),
    ]
    wait = most_wait(hall.lines.values())
    if wait is not None:
        found.append(wait_figure(words, wait, 1.9, words("wait.caption.most")))
    return tuple(found)


def _entries(
    words: Words,
    standing: Standing,
    names: tuple[str, ...],
    titles: Mapping[str, tuple[str, str, str]],
) -> tuple[EntryView, ...]:
    found = []
    for name in names:
        if name not in standing.entries:
            continue
        title, sub, icon = titles[name]
        text = words(sub) if sub else ""
        waits = name in standing.waiting
        if waits:
            first = name == "checking_in" and standing.takes
            text = words("kiosk.entries.later_take" if first else "common.later")
        if standing.low and name == "scanning":
            title = "kiosk.entries.scan_short"
        found.append(EntryView(name, words(title), text, icon, works=not waits))
    return tuple(found)


def _help(words: Words, sight: HallSight) -> str:
    desk = sight.plan.desk.text(words.language)
    return words("kiosk.home.help", desk=desk) if desk else ""
