"""The page where a citizen finds a service."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from hallclient.domain.hall import Department, HallPlan
from hallclient.kiosk.figures import HallSight
from hallclient.kiosk.offers import Offer, departments_of, offer_of, services_of
from hallclient.kiosk.views.parts import (
    FigureView,
    Paged,
    ahead_figure,
    page_of,
    wait_figure,
)
from hallclient.kiosk.views.rows import RowView, service_row
from hallclient.kiosk.views.search import examples
from hallclient.kiosk.visit import Visit
from hallclient.services.places import windows_words, zone_words
from hallclient.ui.words import Words

DEPARTMENTS, DEPARTMENTS_PAGED = 7, 6
SERVICES = 6


@dataclass(frozen=True, slots=True)
class DepartmentView:
    """A department in the left column."""

    code: str
    name: str
    icon: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class ServicesView:
    """The choice. ``departments`` is empty where the hall has just one."""

    title: str
    name: str
    place: str
    figures: tuple[FigureView, ...]
    line: str
    search: str
    departments: tuple[DepartmentView, ...]
    departments_paged: Paged
    rows: tuple[RowView, ...]
    paged: Paged
    nothing: str
    hint: str


def services_view(words: Words, sight: HallSight, visit: Visit) -> ServicesView:
    """Return the choice of a visit's department."""
    plan, language = sight.plan, words.language
    departments = departments_of(plan)
    chosen = next((d for d in departments if d.code == visit.department), None)
    services = services_of(plan, visit.department)
    rows, paged = page_of(words, services, visit.service_page, SERVICES)
    shown, column = _column(words, departments, visit)
    queues = Counter(service.queue for service in services)
    offers = {code: offer_of(sight, code) for code in queues}
    one = _one_queue(queues, offers)
    return ServicesView(
        title=words("kiosk.services.title"),
        name=chosen.name.text(language) if chosen else plan.name.text(language),
        place=_place(words, plan, queues),
        figures=_figures(words, one, offers),
        line=_line(words, one, len(queues)),
        search=_search_hint(words, plan),
        departments=tuple(
            DepartmentView(d.code, d.name.text(language), d.icon, d.code == visit.department)
            for d in shown
        ),
        departments_paged=column,
        rows=tuple(
            service_row(words, sight, s, offers[s.queue], one=one is not None) for s in rows
        ),
        paged=paged,
        nothing="" if services else words("kiosk.services.nothing"),
        hint=_hint(words, plan),
    )


def _column(
    words: Words, departments: Sequence[Department], visit: Visit
) -> tuple[Sequence[Department], Paged]:
    if len(departments) < 2:
        return (), Paged()
    size = DEPARTMENTS if len(departments) <= DEPARTMENTS else DEPARTMENTS_PAGED
    shown, paged = page_of(words, departments, visit.department_page, size)
    text = f"{paged.page + 1}/{paged.pages}"
    return shown, Paged(text, paged.page, paged.pages)


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
        if one.line.wait is not None and one.open:
            found.append(wait_figure(words, one.line.wait, 1.6))
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


def _search_hint(words: Words, plan: HallPlan) -> str:
    found = examples(plan, words.language)
    if not found:
        return words("kiosk.search.title")
    return words("kiosk.services.search_example", example=found[0][1], name=found[0][0])


def _hint(words: Words, plan: HallPlan) -> str:
    desk = plan.desk.text(words.language)
    return words("kiosk.services.hint", desk=desk) if desk else ""
