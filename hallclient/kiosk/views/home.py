"""The first page, and the page of a closed hall."""

from dataclasses import dataclass
from datetime import datetime

from hallclient.domain.hall import Department, Language, Service
from hallclient.kiosk.figures import HallSight
from hallclient.kiosk.hours import (
    HallHours,
    HallState,
    clock,
    full_when,
    hall_hours,
    today_line,
    week_lines,
)
from hallclient.kiosk.offers import any_open, common_services, most_wait, offer_of, services_of
from hallclient.kiosk.views.parts import FigureView
from hallclient.services.hours import local_time
from hallclient.ui.words import Words

MOST_TILES = 6
_TONES = {HallState.OPEN: "ok", HallState.BREAK: "pause"}


@dataclass(frozen=True, slots=True)
class TileView:
    """A direct way to a service, or to a department when ``service`` is ""."""

    title: str
    sub: str
    icon: str
    service: str = ""
    department: str = ""
    open: bool = True


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
    heading: str
    figures_at: str
    tiles: tuple[TileView, ...]
    help: str


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


def hall_state(sight: HallSight) -> HallHours:
    """Return what the hall is doing now."""
    return hall_hours(sight.plan, sight.now(), any_open=any_open(sight))


def home_view(words: Words, sight: HallSight, *, paper: bool, down: bool) -> HomeView:
    """Return the first page; ``down``: the figures are old and no number can be taken."""
    plan, language = sight.plan, words.language
    local = local_time(plan, sight.now())
    hours = hall_state(sight)
    other = Language.ZH_CN if language == Language.EN else Language.EN
    name, second = plan.name.text(language), plan.name.text(other)
    sub = "kiosk.home.take_sub" if paper else "kiosk.home.take_sub_no_paper"
    heading, tiles = _tiles(words, sight)
    taken = local_time(plan, sight.hall.now)
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
        take_sub=words("common.later") if down else words(sub),
        take_works=not down,
        heading=heading,
        figures_at=words("kiosk.home.figures_at", time=clock(taken)) if down else "",
        tiles=tiles,
        help=_help(words, sight),
    )


def closed_view(words: Words, sight: HallSight) -> ClosedView:
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
        text = words.minutes(wait.low, wait.high)
        found.append(
            FigureView(words("kiosk.home.most_wait"), text, words("common.minutes"), share=1.9)
        )
    return tuple(found)


def _tiles(words: Words, sight: HallSight) -> tuple[str, tuple[TileView, ...]]:
    plan = sight.plan
    common = common_services(plan)
    if common:
        return words("kiosk.home.common"), tuple(
            _tile(words, sight, s) for s in common[:MOST_TILES]
        )
    if len(plan.listed) <= MOST_TILES:
        return words("kiosk.home.all"), tuple(_tile(words, sight, s) for s in plan.listed)
    found = [_department(words, sight, d) for d in plan.departments if services_of(plan, d.code)]
    return words("kiosk.home.departments"), tuple(found[:MOST_TILES])


def _tile(words: Words, sight: HallSight, service: Service) -> TileView:
    plan = sight.plan
    offer = offer_of(sight, service.queue)
    department = plan.department_of.get(service.department)
    if not offer.open:
        sub = words("kiosk.services.closed_now")
    elif not offer.known:
        sub = department.name.text(words.language) if department else ""
    elif offer.no_wait:
        sub = words("kiosk.services.no_wait")
    elif offer.line.waiting == 0:
        sub = words("kiosk.services.nobody_ahead")
    else:
        sub = words("kiosk.offer.ahead", n=offer.line.waiting)
    return TileView(
        title=service.name.text(words.language),
        sub=sub,
        icon=department.icon if department else "doc",
        service=service.code,
        department=service.department,
        open=offer.open,
    )


def _department(words: Words, sight: HallSight, department: Department) -> TileView:
    count = len(services_of(sight.plan, department.code))
    return TileView(
        title=department.name.text(words.language),
        sub=words("kiosk.home.services_n", n=count),
        icon=department.icon,
        department=department.code,
    )


def _help(words: Words, sight: HallSight) -> str:
    desk = sight.plan.desk.text(words.language)
    return words("kiosk.home.help", desk=desk) if desk else ""
