"""The page where a citizen finds a service, and the page of the search."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from hallclient.domain.hall import Department, HallPlan, Language, Service, ServiceKind
from hallclient.kiosk.figures import HallSight
from hallclient.kiosk.hours import next_opening, week_text, when
from hallclient.kiosk.offers import Offer, common_services, offer_of, services_of
from hallclient.kiosk.places import windows_words, zone_words
from hallclient.kiosk.search import Match, find
from hallclient.kiosk.views.parts import FigureView, Paged, page_of, wait_figure
from hallclient.kiosk.visit import Visit
from hallclient.ui.words import Words

DEPARTMENTS, DEPARTMENTS_PAGED = 7, 6
SERVICES = 6
RESULTS, RESULTS_PAGED = 4, 3
EXAMPLES = 3
_EXAMPLE_LETTERS, _EXAMPLE_ENGLISH = 5, 26
_KINDS = {ServiceKind.INSTANT: "instant", ServiceKind.PROMISED: "promised"}
_ID_CARD = "身份证"


@dataclass(frozen=True, slots=True)
class RowView:
    """A service in a list. ``marked`` are the characters that a search has found."""

    code: str
    title: str
    sub: str
    side: str = ""
    strong: str = ""
    good: bool = False
    """``strong`` is good news: no wait."""
    open: bool = True
    marked: tuple[int, int] = (0, 0)
    clock: bool = False
    """``sub`` is opening hours."""


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


@dataclass(frozen=True, slots=True)
class SearchView:
    """The search. Without letters the list holds the common services."""

    query: str
    found: str
    examples: tuple[tuple[str, str], ...]
    rows: tuple[RowView, ...]
    paged: Paged
    nothing: str
    nothing_sub: str


def departments_of(plan: HallPlan) -> tuple[Department, ...]:
    """Return the departments that offer something."""
    return tuple(d for d in plan.departments if services_of(plan, d.code))


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
        rows=tuple(_row(words, sight, s, offers[s.queue], one=one is not None) for s in rows),
        paged=paged,
        nothing="" if services else words("kiosk.services.nothing"),
        hint=_hint(words, plan),
    )


def search_view(words: Words, sight: HallSight, visit: Visit) -> SearchView:
    """Return the search with what it has found."""
    plan = sight.plan
    if visit.query:
        matches: Sequence[Match] = find(plan, visit.query, words.language)
    else:
        matches = tuple(Match(service) for service in common_services(plan))
    size = RESULTS if len(matches) <= RESULTS else RESULTS_PAGED
    rows, paged = page_of(words, matches, visit.result_page, size)
    found = words("kiosk.search.found", n=len(matches)) if visit.query else ""
    empty = not matches and bool(visit.query)
    return SearchView(
        query=visit.query,
        found=found,
        examples=examples(plan, words.language),
        rows=tuple(_result(words, sight, match) for match in rows),
        paged=paged,
        nothing=words("kiosk.search.nothing", text=visit.query) if empty else "",
        nothing_sub=_nothing_sub(words, plan) if empty else "",
    )


def examples(plan: HallPlan, language: str) -> tuple[tuple[str, str], ...]:
    """Return a few names of this hall with the letters that find them."""
    pool = (*common_services(plan), *plan.services)
    found: dict[str, str] = {}
    longest = _EXAMPLE_ENGLISH if language == Language.EN else _EXAMPLE_LETTERS + 1
    for service in pool:
        name = service.name.text(language)
        letters = service.initials[0] if service.initials else ""
        if 1 < len(letters) <= _EXAMPLE_LETTERS + 1 and len(name) <= longest:
            found.setdefault(name, letters[:_EXAMPLE_LETTERS])
        if len(found) == EXAMPLES:
            break
    return tuple(found.items())


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
        found = [FigureView(caption, str(waiting), words("common.people"))]
        until = max((offer.tickets_until for offer in offers.values()), key=_as_minutes)
    else:
        caption = words("kiosk.services.ahead")
        people = str(one.line.waiting)
        found = [FigureView(caption, people, words("common.people"), share=0.8)]
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
    if not windows:
        return words("kiosk.services.no_window")
    return words("kiosk.services.one_queue", n=windows)


def _row(words: Words, sight: HallSight, service: Service, offer: Offer, *, one: bool) -> RowView:
    language = words.language
    title = service.name.text(language)
    if not offer.open:
        return RowView(
            service.code,
            title,
            week_text(words, sight.plan, service.queue),
            side=words("kiosk.services.closed_now"),
            strong=_again(words, sight, service),
            open=False,
            clock=True,
        )
    kind = _KINDS.get(service.kind)
    side = words(f"kiosk.services.{kind}") if kind else ""
    strong, good = _papers(words, service), False
    if not one:
        side = ""
        strong, good = _queue_words(words, offer)
    return RowView(service.code, title, service.hint.text(language), side, strong, good)


def _result(words: Words, sight: HallSight, match: Match) -> RowView:
    service, plan, language = match.service, sight.plan, words.language
    offer = offer_of(sight, service.queue)
    department = plan.department_of.get(service.department)
    sub = department.name.text(language) if department else ""
    title = service.name.text(language)
    if not offer.open:
        side, strong, good = (
            words("kiosk.services.closed_now"),
            _again(words, sight, service),
            False,
        )
    elif offer.line.waiting:
        side = words("kiosk.offer.ahead", n=offer.line.waiting)
        strong, good = _estimate(words, offer), False
    else:
        side = words("kiosk.services.nobody_ahead")
        strong = words("kiosk.services.no_wait") if offer.no_wait else _estimate(words, offer)
        good = offer.no_wait
    return RowView(
        service.code, title, sub, side, strong, good, open=offer.open, marked=match.marked
    )


def _queue_words(words: Words, offer: Offer) -> tuple[str, bool]:
    if offer.line.waiting:
        return words("kiosk.offer.ahead", n=offer.line.waiting), False
    if offer.no_wait:
        return words("kiosk.services.no_wait"), True
    return words("kiosk.services.nobody_ahead"), False


def _estimate(words: Words, offer: Offer) -> str:
    wait = offer.line.wait
    if wait is None:
        return ""
    return words("kiosk.offer.estimate", range=words.minutes(wait.low, wait.high))


def _papers(words: Words, service: Service) -> str:
    count = len(service.materials)
    if count == 1 and service.materials[0].name.zh_cn.startswith(_ID_CARD):
        return words("kiosk.services.id_only")
    return words("kiosk.services.materials_n", n=count) if count else ""


def _again(words: Words, sight: HallSight, service: Service) -> str:
    offer = offer_of(sight, service.queue)
    opens = next_opening(sight.plan, service.queue, offer.local)
    return when(words, offer.local, opens) if opens else ""


def _search_hint(words: Words, plan: HallPlan) -> str:
    found = examples(plan, words.language)
    if not found:
        return words("kiosk.search.title")
    return words("kiosk.services.search_example", example=found[0][1], name=found[0][0])


def _hint(words: Words, plan: HallPlan) -> str:
    desk = plan.desk.text(words.language)
    return words("kiosk.services.hint", desk=desk) if desk else ""


def _nothing_sub(words: Words, plan: HallPlan) -> str:
    desk = plan.desk.text(words.language)
    if desk:
        return words("kiosk.search.nothing_desk", desk=desk)
    return words("kiosk.search.try_again")
