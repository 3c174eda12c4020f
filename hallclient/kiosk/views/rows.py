"""A service as a row of a list: what it is, how many wait, or when it opens."""

from dataclasses import dataclass

from hallclient.domain.limits import Stop
from hallclient.domain.parts import Service, ServiceKind
from hallclient.kiosk.figures import HallSight
from hallclient.kiosk.hours import week_text
from hallclient.kiosk.offers import Offer, offer_of
from hallclient.kiosk.search import Match
from hallclient.kiosk.views.limits import short_words
from hallclient.services.wait_words import wait_line, wait_said
from hallclient.ui.words import Words

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
    said: str = ""
    """In place of ``strong`` for the ear."""


def service_row(
    words: Words, sight: HallSight, service: Service, offer: Offer, *, one: bool
) -> RowView:
    """Return a row of a department; ``one``: its queue's figures stand above all rows."""
    language = words.language
    title = service.name.text(language)
    if offer.limit is not None:
        side, strong = short_words(words, offer.local, offer.limit)
        hours = offer.limit.stop is Stop.CLOSED
        sub = week_text(words, sight.plan, service.queue) if hours else service.hint.text(language)
        return RowView(service.code, title, sub, side, strong, open=False, clock=hours)
    kind = _KINDS.get(service.kind)
    side = words(f"kiosk.services.{kind}") if kind else ""
    strong, said = _papers(words, service), ""
    if not one:
        side, strong, said = _queue_words(words, offer)
    good = not one and offer.no_wait
    hint = service.hint.text(language)
    return RowView(service.code, title, hint, side, strong, good, said=said)


def result_row(words: Words, sight: HallSight, match: Match) -> RowView:
    """Return a row of the search: here every row has its own figures."""
    service, plan, language = match.service, sight.plan, words.language
    offer = offer_of(sight, service.queue)
    department = plan.department_of.get(service.department)
    sub = department.name.text(language) if department else ""
    title = service.name.text(language)
    if offer.limit is not None:
        side, strong = short_words(words, offer.local, offer.limit)
        said, good = "", False
    else:
        side, strong, said = _queue_words(words, offer)
        good = offer.no_wait
    return RowView(
        service.code,
        title,
        sub,
        side,
        strong,
        good,
        open=offer.open,
        marked=match.marked,
        said=said,
    )


def _queue_words(words: Words, offer: Offer) -> tuple[str, str, str]:
    """Return how many are ahead, the wait, and the wait for the ear; the first alone without it."""
    if not offer.known:
        return "", "", ""
    ahead, wait = offer.line.waiting, offer.line.wait
    people = words("kiosk.offer.ahead", n=ahead) if ahead else words("kiosk.services.nobody_ahead")
    if offer.no_wait:
        return people, words("kiosk.services.no_wait"), ""
    if wait is None:
        return "", people, ""
    if offer.may_be_late:
        return people, words("kiosk.several.late"), ""
    return people, wait_line(words, wait), wait_said(words, wait)


def _papers(words: Words, service: Service) -> str:
    count = len(service.materials)
    if count == 1 and service.materials[0].name.zh_cn.startswith(_ID_CARD):
        return words("kiosk.services.id_only")
    return words("kiosk.services.materials_n", n=count) if count else ""
