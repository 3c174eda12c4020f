"""The page of the search."""

from dataclasses import dataclass

from hallclient.domain.hall import HallPlan, Language
from hallclient.kiosk.figures import HallSight
from hallclient.kiosk.offers import common_services
from hallclient.kiosk.search import Match, find
from hallclient.kiosk.views.parts import Paged, page_of
from hallclient.kiosk.views.rows import RowView, result_row
from hallclient.kiosk.visit import Visit
from hallclient.ui.words import Words

RESULTS, RESULTS_PAGED = 4, 3
EXAMPLES = 3
_EXAMPLE_LETTERS, _EXAMPLE_ENGLISH = 5, 26


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


def search_view(words: Words, sight: HallSight, visit: Visit) -> SearchView:
    """Return the search with what it has found."""
    plan = sight.plan
    if visit.query:
        matches = find(plan, visit.query, words.language)
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
        rows=tuple(result_row(words, sight, match) for match in rows),
        paged=paged,
        nothing=words("kiosk.search.nothing", text=visit.query) if empty else "",
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
