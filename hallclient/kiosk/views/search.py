"""The page of the search."""

from dataclasses import dataclass, replace

from hallclient.domain.hall import HallPlan
from hallclient.domain.text import Language
from hallclient.kiosk.choice import Choice, common
from hallclient.kiosk.figures import HallSight
from hallclient.kiosk.modes import Modes
from hallclient.kiosk.offers import common_services
from hallclient.kiosk.search import Match, find_in, suggestions
from hallclient.kiosk.views.parts import Paged, page_of
from hallclient.kiosk.views.rows import RowView, result_row
from hallclient.ui.words import Words

EXAMPLES = 3
_EXAMPLE_LETTERS, _EXAMPLE_ENGLISH = 5, 26


def slots_of(modes: Modes) -> int:
    """Return how many rows stand between field and keys; suggestions and pager take one each."""
    if modes.low:
        return 1 if modes.elder else 3
    return 3 if modes.elder else 4


@dataclass(frozen=True, slots=True)
class SearchView:
    """The search. Without letters the list holds the common services.

    ``suggested`` are characters that the last letters may mean.
    """

    query: str
    found: str
    examples: tuple[tuple[str, str], ...]
    suggested: tuple[str, ...]
    rows: tuple[RowView, ...]
    paged: Paged
    nothing: str
    nothing_sub: str


def search_view(words: Words, sight: HallSight, choice: Choice, modes: Modes) -> SearchView:
    """Return the search with what it has found."""
    plan, query = sight.plan, choice.query
    services = choice.listed(plan)
    if query:
        matches = find_in(services, query, words.language)
    else:
        matches = tuple(Match(service) for service in common(plan, choice))
    slots = slots_of(modes)
    suggested = suggestions(services, query, words.language) if slots > 1 else ()
    if len(suggested) < 2:
        suggested = ()  # one meaning is no choice: its services are found already
    room = slots - bool(suggested)
    size = room if len(matches) <= room else max(1, room - 1)
    rows, paged = page_of(words, matches, choice.result_page, size)
    if modes.elder:
        paged = replace(paged, text=f"{paged.page + 1}/{paged.pages}")
    found = words("kiosk.search.found", n=len(matches)) if query else ""
    empty = not matches and bool(query)
    return SearchView(
        query=query,
        found=found,
        examples=examples(plan, words.language),
        suggested=suggested,
        rows=tuple(result_row(words, sight, match) for match in rows),
        paged=paged,
        nothing=words("kiosk.search.nothing", text=query) if empty else "",
        nothing_sub=_nothing_sub(words, plan) if empty else "",
    )


def examples(plan: HallPlan, language: str) -> tuple[tuple[str, str], ...]:
    """Return a few names of this hall with the letters that find them."""
    pool = (*common_services(plan), *plan.listed)
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


def _nothing_sub(words: Words, plan: HallPlan) -> str:
    desk = plan.desk.text(words.language)
    if desk:
        return words("kiosk.search.nothing_desk", desk=desk)
    return words("kiosk.search.try_again")
