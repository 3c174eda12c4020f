"""The page of one service's guide: what it needs, costs and takes, when, where, step by step."""

import re
from dataclasses import dataclass

from hallclient.kiosk.figures import HallSight
from hallclient.kiosk.hours import next_opening, week_text, when
from hallclient.kiosk.modes import Modes
from hallclient.kiosk.offers import offer_of
from hallclient.kiosk.views.parts import Paged, page_of
from hallclient.kiosk.views.ticket import MaterialView
from hallclient.services.guide_words import GuideWords, guide_words, qr_of
from hallclient.ui.words import Words


@dataclass(frozen=True, slots=True)
class FactView:
    """A caption and what is known: 收费 不收费."""

    caption: str
    text: str


@dataclass(frozen=True, slots=True)
class GuideView:
    """A guide. ``rows`` are one page of the materials, or of the steps, under ``heading``."""

    title: str
    facts: tuple[FactView, ...]
    heading: str
    rows: tuple[MaterialView, ...]
    paged: Paged
    nothing: str
    qr: str
    qr_title: str
    qr_sub: str
    print_words: str
    """"" where no paper can be printed."""
    take: str
    works: bool


def guide_of(words: Words, sight: HallSight, code: str) -> GuideWords:
    """Return a service's guide. NotFound when the hall has it no more."""
    service = sight.plan.service(code)
    return guide_words(words, sight.plan, service, week_text(words, sight.plan, service.queue))


def rows_of(modes: Modes) -> int:
    """Return how many rows the list holds in a mode, the pager below them not counted."""
    if modes.low:
        return 2 if modes.elder else 3
    return 3 if modes.elder else 5


def guide_view(
    words: Words, sight: HallSight, code: str, page: int, modes: Modes, printing: str
) -> GuideView:
    """Return one service's guide.

    ``printing`` is ``offered``, ``sent``, ``done``, ``failed``, or "" where there is no printer.
    Materials and steps have pages of their own, so that a page never mixes them.
    """
    plan, service = sight.plan, sight.plan.service(code)
    guide = guide_of(words, sight, code)
    lists = _lists(words, sight, code, guide)
    size = rows_of(modes)
    pages = [
        (heading, rows[start : start + size])
        for heading, rows in lists
        for start in range(0, len(rows), size)
    ]
    qr = qr_of(words, guide)
    if modes.elder and qr:
        # In large type the facts take the room of the code: it has the last page for itself.
        pages.append((words("kiosk.guide.scan"), ()))
    shown, paged = page_of(words, pages, page, 1)
    if modes.elder and paged.pages > 1:
        paged = Paged(f"{paged.page + 1}/{paged.pages}", paged.page, paged.pages)
    heading, rows = shown[0] if shown else ("", ())
    offer = offer_of(sight, service.queue)
    take = words("kiosk.guide.take")
    if not offer.open:
        opens = next_opening(plan, service.queue, offer.local)
        take = words("kiosk.services.closed_now")
        if opens:
            take = words("kiosk.confirm.opens", when=when(words, offer.local, opens))
    return GuideView(
        title=guide.name,
        facts=tuple(
            FactView(words(f"kiosk.guide.{what}"), _kept(text) if what == "hours" else text)
            for what in ("kind", "fee", "hours", "place")
            if (text := getattr(guide, what))
        ),
        heading=heading,
        rows=tuple(rows),
        paged=paged,
        nothing="" if service.materials or guide.steps else words("kiosk.confirm.no_materials"),
        qr="" if modes.elder and rows else qr,
        qr_title=words("kiosk.guide.scan"),
        qr_sub=words("kiosk.guide.scan_page" if guide.url else "kiosk.guide.scan_text"),
        print_words=words(f"kiosk.guide.print_{printing}") if printing else "",
        take=take,
        works=offer.open,
    )


def _kept(hours: str) -> str:
    """Keep a day with its hours where a line breaks: only on screens, printers lack the sign."""
    hours = re.sub("(?<=[周週])(?=[一二三四五六日])", "\N{WORD JOINER}", hours)
    return re.sub(r" (?=\d)", "\N{NO-BREAK SPACE}", hours)


def _lists(
    words: Words, sight: HallSight, code: str, guide: GuideWords
) -> list[tuple[str, tuple[MaterialView, ...]]]:
    language = words.language
    service = sight.plan.service(code)
    materials = tuple(
        MaterialView(n, each.name.text(language), each.form.text(language))
        for n, each in enumerate(service.materials, start=1)
    )
    steps = tuple(MaterialView(n, text, "") for n, text in enumerate(guide.steps, start=1))
    return [
        (words("kiosk.confirm.materials"), materials),
        (words("kiosk.guide.steps"), steps),
    ]
