"""From rows to the parts of a plan: one small function per table.

Every function returns its parts with the row each came from, so that a later check can name the
line. Lengths are the characters that fit where the text is shown (visual.md §2).
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Generic, NamedTuple, TypeVar

from hallclient import assets
from hallclient.domain.parts import (
    Audience,
    CalendarDay,
    Department,
    Material,
    Notice,
    Queue,
    Series,
    Service,
    ServiceKind,
    ServiceWindow,
    SessionHours,
    Staff,
    StaffRole,
    Topic,
    Zone,
)
from hallclient.domain.text import Language, LocalText
from hallclient.services.guide_words import steps_in
from hallclient.services.hallfile.cases import case_number, outcomes
from hallclient.services.hallfile.initials import initials_of
from hallclient.services.hallfile.problems import did_you_mean, listing, shown
from hallclient.services.hallfile.rows import LATIN_ROOM, Row
from hallclient.services.hallfile.values import (
    iso_date,
    map_box,
    picture,
    pin_in,
    ranks_in,
    web_address,
    weekdays_in,
)

P = TypeVar("P")
MAX_GUIDE, MAX_STEP, MAX_GUIDE_URL = 160, 60, 120
"""The guide fits the kiosk's page in the biggest type, its address a code of 252 px."""

P_co = TypeVar("P_co", covariant=True)


class Placed(NamedTuple, Generic[P_co]):
    """A part and the row it was read from."""

    part: P_co
    row: Row


def zone(row: Row) -> Zone:
    """Read one zone."""
    return Zone(
        row.code("code"),
        row.local("name", 12, required=True),
        row.local("floor", 6),
        row.local("place", 16),
        map_box(row, "map_box"),
        row.text("letter", 2),
    )


def department(row: Row) -> Department:
    """Read one department; its icon must be one of ``resources/icons``."""
    return Department(
        row.code("code"),
        row.local("name", 20, required=True),
        _icon(row, "building"),
        row.local("easy", 8),
        row.code("easy_queue", required=False),
        case_number(row),
    )


def topic(row: Row) -> Topic:
    """Read one occasion of life or business."""
    return Topic(
        row.code("code"),
        row.local("name", 12, required=True),
        row.choice("audience", Audience, Audience.PERSON),
        _icon(row, "grid"),
    )


def _icon(row: Row, usual: str) -> str:
    icon = row.text("icon", 40) or usual
    icons = _icons()
    if icon not in icons:
        near = did_you_mean(icon, icons) or f"; icons are {listing(icons, 12)}"
        row.wrong("icon", f"there is no icon {shown(icon)}{near}")
    return icon


@cache
def _icons() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in assets.path("icons").glob("*.svg")))


def series(row: Row) -> Series:
    """Read one series. The prefix is checked against the others later."""
    code = row.code("code")
    return Series(code, row.text("prefix", 2) or code, row.integer("digits", 3, 3, 4))


def queue(row: Row) -> Queue:
    """Read one queue. What is booked is part of what a slice or a day gives out."""
    ceiling = row.integer("ceiling_minutes", 0, 1, 600) if row.has("ceiling_minutes") else None
    return Queue(
        row.code("code"),
        row.local("name", 16, required=True),
        row.code("series"),
        row.code("zone"),
        ceiling,
        *_quotas(row),
    )


def _quotas(row: Row) -> tuple[int, int, int, int]:
    """Read the tickets of a day, the length of a slice, its tickets and its appointments."""
    day = row.integer("day_quota", 0, 0, 9999)
    minutes = row.integer("slice_minutes", 30, 5, 240)
    tickets = row.integer("slice_quota", 0, 0, 999)
    booked = row.integer("slice_booked", 0, 0, 999)
    if tickets and booked > tickets:
        row.wrong("slice_booked", f"{booked} appointments are more than slice_quota, {tickets}")
    if day and tickets > day:
        row.wrong("slice_quota", f"{tickets} tickets of a slice are more than day_quota, {day}")
    elif day and booked > day:
        row.wrong("slice_booked", f"{booked} appointments are more than day_quota, {day}")
    return day, minutes, tickets, booked


def service(row: Row, materials: tuple[Material, ...]) -> Service:
    """Read one service. Initials are made here unless the file brings them."""
    name = row.local("name", 32, required=True)
    aliases = row.words("aliases", 16)
    given = row.words("initials", 40)
    for word in given:
        if not (word.isascii() and word.isalnum() and word == word.upper()):
            row.wrong("initials", f"{shown(word)}: initials are capital letters and digits")
    return Service(
        row.code("code"),
        name,
        row.code("department"),
        row.code("queue"),
        row.choice("kind", ServiceKind),
        row.local("hint", 24),
        row.integer("legal_days", 0, 0, 999),
        row.integer("promised_days", 0, 0, 999),
        row.number("minutes", 0.0, 0, 480),
        aliases,
        given or initials_of((name.zh_cn, *aliases)),
        materials,
        row.integer("common", 0, 0, 99),
        row.local("fee", 24),
        _guide(row),
        web_address(row, "guide_url", MAX_GUIDE_URL),
        row.words("topics", 32),
        row.words("after", 32),
        outcomes(row),
        row.integer("legal_hours", 0, 0, 999),
        row.integer("promised_hours", 0, 0, 999),
        row.words("partners", 32),
        row.local("authority", 24),
    )


def _guide(row: Row) -> LocalText:
    """Read the steps of a guide; each has to fit a row of the kiosk's page."""
    text = row.local("guide", MAX_GUIDE)
    for language, limit in ((Language.ZH_CN, MAX_STEP), (Language.EN, MAX_STEP * LATIN_ROOM)):
        longest = max((len(step) for step in steps_in(text.text(language))), default=0)
        if longest > limit:
            row.wrong(
                "guide", f"a step has {longest} characters; at most {limit} fit, divide it by ；"
            )
            break
    return text


def material(row: Row) -> tuple[str, Material]:
    """Read one paper of a service; return the service's code with it."""
    code = row.code("service")
    return code, Material(
        row.local("name", 32, required=True), row.local("form", 20), row.flag("optional")
    )


def window(row: Row) -> ServiceWindow:
    """Read one service window. Without a code its first number is its code."""
    number = row.text("number", 3, required=True)
    if number and not (number.isascii() and number.isalnum()):
        row.wrong("number", f"{shown(number)} is not a window number; use up to 3 of 0-9 A-Z")
    return ServiceWindow(
        row.code("code", required=False) or number,
        number,
        row.code("zone"),
        ranks_in(row, "queues"),
        row.code("department", required=False),
    )


def staff(row: Row) -> Staff:
    """Read one member of staff, without the PIN (see ``pin_of``)."""
    return Staff(
        row.code("code"),
        row.text("name", 20, required=True),
        row.choice("role", StaffRole, StaffRole.CLERK),
        row.code("department", required=False),
        pin_in(row).pin_hash,
        row.code("window", required=False),
        picture(row, "photo"),
        row.local("promise", 24),
    )


def pin_of(row: Row) -> str:
    """Return the plain PIN of a member of staff, or nothing."""
    return pin_in(row).pin


def calendar_day(row: Row) -> CalendarDay:
    """Read one holiday, or one weekend day worked in lieu."""
    date = iso_date(row, "date")
    return CalendarDay(date, row.flag("working"), row.text("note", 20))


def notice(row: Row) -> Notice:
    """Read one text for the public."""
    place = row.text("place", 10) or "strip"
    if place not in {"strip", "card"}:
        row.wrong("place", f'{shown(place)} is not known; one of "strip", "card"')
    return Notice(
        row.code("code"),
        row.local("text", 80, required=True),
        row.local("title", 16),
        place,
        row.words("zones", 32),
    )


def hours(row: Row) -> Iterator[SessionHours]:
    """Read one stretch of hours; it stands for each of its weekdays."""
    opens, closes = row.clock("opens"), row.clock("closes")
    first, last = row.clock("tickets_from", opens), row.clock("tickets_until", closes)
    if not opens < closes:
        row.wrong("closes", f"{closes:%H:%M} is not after opens, {opens:%H:%M}")
    elif not first <= last <= closes:
        row.wrong(
            "tickets_until",
            f"tickets from {first:%H:%M} to {last:%H:%M} must be in order and end by closes, "
            f"{closes:%H:%M}",
        )
    code = row.code("queue", required=False)
    for weekday in weekdays_in(row, "weekdays"):
        yield SessionHours("", weekday, opens, closes, first, last, code)


def read_all(rows: list[Row], read: Callable[[Row], P]) -> list[Placed[P]]:
    """Read a whole table, one part per row."""
    found = [Placed(read(row), row) for row in rows]
    for row in rows:
        row.finish()
    return found
