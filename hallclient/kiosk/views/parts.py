"""Pieces that several views share: figures, places, pages of a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from hallclient.domain.estimate import WaitRange
from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import Queue
from hallclient.kiosk.offers import Offer
from hallclient.services import wait_words
from hallclient.services.places import windows_words, zone_words
from hallclient.ui.words import Words

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FigureView:
    """A caption above a big figure, with smaller words around it. ``share`` of the row's width."""

    caption: str
    figure: str
    unit: str = ""
    before: str = ""
    share: float = 1.0
    name: str = ""
    """Stands in place of a figure where there is none: the name of a zone."""
    said: str = ""
    """All of it for the ear, where that is not what stands there."""


@dataclass(frozen=True, slots=True)
class MapZone:
    """A zone on the map, in hundredths of the floor."""

    box: tuple[int, int, int, int]
    letter: str
    here: bool


@dataclass(frozen=True, slots=True)
class PlaceView:
    """Where to go. ``zones`` is empty without a map."""

    caption: str
    zone: str
    windows: str
    way: str
    zones: tuple[MapZone, ...] = ()


@dataclass(frozen=True, slots=True)
class Paged:
    """Which page of a list is shown, in words, and whether there are others."""

    text: str = ""
    page: int = 0
    pages: int = 1


def page_of(words: Words, items: Sequence[T], page: int, size: int) -> tuple[Sequence[T], Paged]:
    """Return the items of a page and its words; a page past the end is the last."""
    pages = max(1, -(-len(items) // size))
    page = min(max(0, page), pages - 1)
    text = words("kiosk.services.page", page=page + 1, pages=pages) if pages > 1 else ""
    return items[page * size : (page + 1) * size], Paged(text, page, pages)


def ahead_figure(words: Words, people: int | None, share: float) -> FigureView:
    """Return how many are ahead; None: nobody has counted yet."""
    figure = words("common.none") if people is None else str(people)
    return FigureView(words("kiosk.confirm.ahead"), figure, words("common.people"), share=share)


def wait_figure(words: Words, wait: WaitRange, share: float, caption: str = "") -> FigureView:
    """Return the estimate; a wide range is worded as what most people wait (visual.md §3)."""
    one = wait_words.wait_figure(words, wait, caption)
    return FigureView(one.caption, one.figure, one.unit, one.before, share, said=one.said)


def offer_figure(words: Words, offer: Offer, share: float) -> FigureView | None:
    """Return what a queue tells who may take a number: no wait, the range, none without one."""
    wait = offer.line.wait
    if not offer.open or not offer.known:
        return None
    caption = words("wait.caption.about")
    if offer.no_wait:
        return FigureView(caption, "", name=words("kiosk.services.no_wait"), share=share)
    if wait is None:
        return None
    if offer.may_be_late:
        return FigureView(caption, "", name=words("kiosk.several.late"), share=share)
    return wait_figure(words, wait, share)


def zone_figure(words: Words, plan: HallPlan, queue: Queue, caption: str) -> FigureView:
    """Return the zone: 一楼 **B** 区, or its whole name."""
    zone = zone_words(plan.zone(queue.zone), words.language)
    if not zone.letter:
        return FigureView(caption, "", name=zone.whole, share=1.6)
    return FigureView(caption, zone.letter, zone.after, zone.before, share=1.25)


def place_view(words: Words, plan: HallPlan, queue: Queue, caption: str) -> PlaceView:
    """Return where a queue is served. The map has its floor, and of others what lies beside it."""
    zone = plan.zone(queue.zone)
    language = words.language
    drawn: list[MapZone] = []
    for each in sorted(plan.zones, key=lambda z: (z.code != zone.code, z.floor != zone.floor)):
        name = each.letter or each.name.text(language)
        if each.map_box and name and not any(_overlap(each.map_box, z.box) for z in drawn):
            drawn.append(MapZone(each.map_box, name, each.code == zone.code))
    zones = tuple(drawn)
    return PlaceView(
        caption=caption,
        zone=zone_words(zone, language).whole,
        windows=windows_words(words, plan, queue),
        way=zone.place.text(language),
        zones=zones if zone.map_box else (),
    )


def _overlap(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    across = one[0] < other[0] + other[2] and other[0] < one[0] + one[2]
    return across and one[1] < other[1] + other[3] and other[1] < one[1] + one[3]
