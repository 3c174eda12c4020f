"""The page where a citizen finds a service."""

from collections import Counter
from dataclasses import dataclass, replace

from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import Department, Topic
from hallclient.kiosk.choice import COMMON, By, Choice, common, groups, services_in, ways
from hallclient.kiosk.figures import HallSight
from hallclient.kiosk.modes import Modes
from hallclient.kiosk.offers import Offer, offer_of
from hallclient.kiosk.views.parts import (
    FigureView,
    Paged,
    ahead_figure,
    offer_figure,
    page_of,
)
from hallclient.kiosk.views.rows import RowView, service_row
from hallclient.kiosk.views.search import examples
from hallclient.services.places import windows_words, zone_words
from hallclient.ui.words import Words

_HINT_LETTERS = 3


@dataclass(frozen=True, slots=True)
class Room:
    """How many groups and services a page holds; where there are more, the pager takes one."""

    groups: int
    rows: int
    rows_paged: int


def room_of(modes: Modes) -> Room:
    """Return the room for the present modes: elders have larger rows, low reach half the page."""
    if modes.low:
        return Room(3, 3, 2) if modes.elder else Room(5, 4, 4)
    return Room(5, 5, 4) if modes.elder else Room(7, 6, 6)


@dataclass(frozen=True, slots=True)
class GroupView:
    """A department, a topic or the common services, in the left column."""

    code: str
    name: str
    icon: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class WayView:
    """A part of the switch: 部门, 个人, 企业."""

    by: By
    name: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class ServicesView:
    """The choice. ``groups`` is empty where the hall has just one, ``ways`` where just one way."""

    title: str
    name: str
    place: str
    figures: tuple[FigureView, ...]
    line: str
    search: str
    ways: tuple[WayView, ...]
    groups: tuple[GroupView, ...]
    groups_paged: Paged
    rows: tuple[RowView, ...]
    paged: Paged
    nothing: str
    hint: str


def services_view(words: Words, sight: HallSight, choice: Choice, modes: Modes) -> ServicesView:
    """Return the lists of a choice."""
    plan, room = sight.plan, room_of(modes)
    column = _groups(words, plan, choice, elder=modes.elder)
    services = services_in(plan, choice)
    size = room.rows if len(services) <= room.rows else room.rows_paged
    rows, paged = page_of(words, services, choice.service_page, size)
    if modes.elder:
        paged = replace(paged, text=f"{paged.page + 1}/{paged.pages}")
    shown, column_paged = _column(words, column, choice, room)
    queues = Counter(service.queue for service in services)
    offers = {code: offer_of(sight, code) for code in queues}
    one = _one_queue(queues, offers)
    ways_here = ways(plan, choice)
    chosen = next((group.name for group in column if group.chosen), "")
    return ServicesView(
        title=words(f"kiosk.choose.for_{choice.purpose}"),
        name=chosen or plan.name.text(words.language),
        place=_place(words, plan, queues),
        figures=_figures(words, one, offers),
        line=_line(words, one, len(queues)),
        search=_search_hint(words, plan, narrow=len(ways_here) > 1, elder=modes.elder),
        ways=tuple(WayView(by, words(f"kiosk.choose.by_{by}"), by is choice.by) for by in ways_here)
        if len(ways_here) > 1
        else (),
        groups=shown,
        groups_paged=column_paged,
        rows=tuple(
            service_row(words, sight, s, offers[s.queue], one=one is not None) for s in rows
        ),
        paged=paged,
        nothing="" if services else words("kiosk.services.nothing"),
        hint=_hint(words, plan),
    )


def _groups(words: Words, plan: HallPlan, choice: Choice, *, elder: bool) -> tuple[GroupView, ...]:
    """Return the whole column: the common services first. Elders read what people call them."""

    def name_of(each: Department | Topic) -> str:
        plain = each.easy.text(words.language) if isinstance(each, Department) and elder else ""
        return plain or each.name.text(words.language)

    found = [
        GroupView(each.code, name_of(each), each.icon, each.code == choice.group)
        for each in groups(plan, choice)
    ]
    if choice.by is By.DEPARTMENT and common(plan, choice):
        name = words("kiosk.choose.common")
        found.insert(0, GroupView(COMMON, name, "star", choice.group == COMMON))
    return tuple(found)


def _column(
    words: Words, column: tuple[GroupView, ...], choice: Choice, room: Room
) -> tuple[tuple[GroupView, ...], Paged]:
    if len(column) < 2:
        return (), Paged()
    size = room.groups if len(column) <= room.groups else room.groups - 1
    shown, paged = page_of(words, column, choice.group_page, size)
    text = f"{paged.page + 1}/{paged.pages}"
    return tuple(shown), Paged(text, paged.page, paged.pages)


def _one_queue(queues: Counter[str], offers: dict[str, Offer]) -> Offer | None:
    """Return the queue that all open services share; its figures stand once, above the rows."""
    open_ones = [code for code in queues if offers[code].open]
    if len(open_ones) == 1:
        return offers[open_ones[0]]
    if queues and not open_ones:
        return offers[queues.most_common(1)[0][0]]
    return None


def _place(words: Words, plan: HallPlan, queues: Counter[str]) -> str:
    zones = {plan.queue(code).zone for code in queues}
    if len(zones) != 1:
        return ""
    zone = zone_words(plan.zone(zones.pop()), words.language).whole
    most = plan.queue(queues.most_common(1)[0][0])
    return f"{zone} {windows_words(words, plan, most)}".strip()


def _figures(words: Words, one: Offer | None, offers: dict[str, Offer]) -> tuple[FigureView, ...]:
    if not offers:
        return ()
    if one is None:
        waiting = sum(offer.line.waiting for offer in offers.values())
        caption = words("kiosk.services.waiting")
        known = all(offer.known for offer in offers.values())
        figure = str(waiting) if known else words("common.none")
        found = [FigureView(caption, figure, words("common.people"))]
        until = max((offer.tickets_until for offer in offers.values()), key=_as_minutes)
    else:
        found = [ahead_figure(words, one.line.waiting if one.known else None, 0.8)]
        wait = offer_figure(words, one, 1.6)
        if wait is not None:
            found.append(wait)
        until = one.tickets_until
    if until:
        found.append(FigureView(words("kiosk.services.take_until"), until, share=1.1))
    return tuple(found)


def _as_minutes(text: str) -> int:
    hours, _, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes) if text else -1


def _line(words: Words, one: Offer | None, queues: int) -> str:
    if one is None:
        return words("kiosk.services.own_queues") if queues else ""
    windows = one.line.open_windows
    if not one.open:
        return words("kiosk.services.closed_now")
    if not one.known:
        return ""
    if not windows:
        return words("kiosk.services.no_window")
    return words("kiosk.services.one_queue", n=windows)


def _search_hint(words: Words, plan: HallPlan, *, narrow: bool, elder: bool) -> str:
    found = examples(plan, words.language)
    if not found or (narrow and elder):
        return words("kiosk.choose.search")
    if narrow or elder:
        return words("kiosk.choose.search_letters", example=found[0][1][:_HINT_LETTERS])
    return words("kiosk.services.search_example", example=found[0][1], name=found[0][0])


def _hint(words: Words, plan: HallPlan) -> str:
    desk = plan.desk.text(words.language)
    return words("kiosk.services.hint", desk=desk) if desk else ""
