"""A no in words: what it is, why, from when it goes again, and what else can be done."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from hallclient.domain.errors import DomainError
from hallclient.domain.limits import Limit, NoTicket
from hallclient.kiosk.figures import HallSight
from hallclient.kiosk.hours import when
from hallclient.phrases import has_message
from hallclient.services.hours import local_time
from hallclient.ui.words import Words

TABLE = "kiosk.refused"
WAYS = ("book", "requeue", "fewer", "other", "help")
"""What else can be done, in the order in which it is offered."""
MOST_WAYS = 4
_ICONS = {
    "book": "calendar-check",
    "requeue": "requeue",
    "fewer": "minus",
    "other": "grid",
    "help": "help-person",
}


@dataclass(frozen=True, slots=True)
class WayView:
    """One thing that can be done instead."""

    way: str
    icon: str
    title: str
    sub: str


@dataclass(frozen=True, slots=True)
class RefusedView:
    """A polite no. ``label`` is the number that the citizen has, empty for none."""

    title: str
    why: str
    next: str
    ask: str
    label: str
    ways: tuple[WayView, ...]


def refused_view(
    words: Words,
    sight: HallSight,
    error: DomainError,
    ways: Collection[str],
    table: str = TABLE,
) -> RefusedView:
    """Return the page of an error whose words are in ``table`` (``KEY`` and ``KEY_sub``).

    A key without words there or in the page's own table is said in general words.
    """
    plan, language = sight.plan, words.language
    local = local_time(plan, sight.now())
    limit = error.limit if isinstance(error, NoTicket) else None
    facts = {**error.facts, "n": error.facts.get("left", 0)}
    key = _key(table, error.key)
    less = limit is not None and limit.left > 0
    why = words(f"{TABLE}.left", **facts) if less else _said(words, f"{key}_sub", facts)
    desk = plan.desk.text(language)
    return RefusedView(
        title=words(f"{TABLE}.few") if less else _said(words, key, facts),
        why=why,
        next=next_words(words, local, limit) if limit else "",
        ask=words(f"{TABLE}.ask", desk=desk) if desk else "",
        label=str(error.facts.get("label", "")),
        ways=tuple(_way(words, way, facts) for way in WAYS if way in ways)[:MOST_WAYS],
    )


def next_words(words: Words, local: datetime, limit: Limit) -> str:
    """Return from when tickets are given out again, "" when that is not near or does not help."""
    if limit.again is None:
        return ""
    return words(f"{TABLE}.next", when=when(words, local, limit.again))


def _key(table: str, key: str) -> str:
    found = (f"{one}.{key}" for one in (table, TABLE) if has_message(f"{one}.{key}"))
    return next(found, f"{TABLE}.unknown")


def _said(words: Words, key: str, facts: dict[str, str | int]) -> str:
    return words(key, **facts) if has_message(key) else ""


def _way(words: Words, way: str, facts: dict[str, str | int]) -> WayView:
    sub = words(f"{TABLE}.{way}_way_sub", **facts)
    return WayView(way, _ICONS[way], words(f"{TABLE}.{way}_way"), sub)
