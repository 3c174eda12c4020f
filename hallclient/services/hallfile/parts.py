"""From rows to the parts of a plan: one small function per table.

Every function returns its parts with the row each came from, so that a later check can name the
line. Lengths are the characters that fit where the text is shown (visual.md §2).
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Generic, NamedTuple, TypeVar

from hallclient import assets
from hallclient.domain.hall import (
    CalendarDay,
    DayCount,
    Department,
    HallRules,
    Language,
    LocalText,
    Material,
    Notice,
    PriorityClass,
    Queue,
    Series,
    Service,
    ServiceKind,
    ServiceWindow,
    SessionHours,
    Staff,
    StaffRole,
    Zone,
)
from hallclient.domain.message import MessageEvent
from hallclient.services.hallfile.initials import initials_of
from hallclient.services.hallfile.problems import did_you_mean, listing, shown
from hallclient.services.hallfile.rows import Row
from hallclient.services.hallfile.values import iso_date, map_box, pin_in, ranks_in, weekdays_in
from hallclient.services.message_texts import FACTS, MAX_TEXT, said_with

P = TypeVar("P")

MOST_REASONS = 9
"""A clerk chooses by one digit."""
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
    icon = row.text("icon", 40) or "building"
    icons = _icons()
    if icon not in icons:
        near = did_you_mean(icon, icons) or f"; icons are {listing(icons, 12)}"
        row.wrong("icon", f"there is no icon {shown(icon)}{near}")
    return Department(row.code("code"), row.local("name", 20, required=True), icon)


@cache
def _icons() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in assets.path("icons").glob("*.svg")))


def series(row: Row) -> Series:
    """Read one series. The prefix is checked against the others later."""
    code = row.code("code")
    return Series(code, row.text("prefix", 2) or code, row.integer("digits", 3, 3, 4))


def queue(row: Row) -> Queue:
    """Read one queue."""
    ceiling = row.integer("ceiling_minutes", 0, 1, 600) if row.has("ceiling_minutes") else None
    return Queue(
        row.code("code"),
        row.local("name", 16, required=True),
        row.code("series"),
        row.code("zone"),
        ceiling,
    )


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
    )


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


def rules(row: Row) -> HallRules:
    """Read the numbers a hall sets for itself; what is not given keeps its usual value."""
    usual = HallRules()
    credit = tuple(
        (each, row.integer(f"credit_minutes.{each}", usual.credit(each), 0, 240))
        for each in PriorityClass
        if each is not PriorityClass.NORMAL
    )
    cap = row.integer("recall_cap", usual.recall_cap, 1, 9)
    after = row.integer("no_show_after", min(usual.no_show_after, cap), 1, 9)
    if after > cap:
        row.wrong("no_show_after", f"{after} calls are never reached; recall_cap is {cap}")
    return HallRules(
        day_start=row.clock("day_start", usual.day_start),
        recall_cap=cap,
        no_show_after=after,
        requeue_behind=row.integer("requeue_behind", usual.requeue_behind, 0, 99),
        requeue_per_day=row.integer("requeue_per_day", usual.requeue_per_day, 0, 9),
        no_show_valid_minutes=row.integer(
            "no_show_valid_minutes", usual.no_show_valid_minutes, 0, 1440
        ),
        ceiling_minutes=row.integer("ceiling_minutes", usual.ceiling_minutes, 1, 600),
        credit_minutes=credit,
        rating_seconds=row.integer("rating_seconds", usual.rating_seconds, 5, 120),
        default_level=_default_level(row, usual),
        default_after_days=row.integer("default_after_days", usual.default_after_days, 1, 90),
        default_days=row.choice("default_days", DayCount, usual.default_days),
        long_serving_minutes=row.integer(
            "long_serving_minutes", usual.long_serving_minutes, 1, 480
        ),
        pause_reasons=_reasons(row, "pause_reasons", usual.pause_reasons),
        chosen_reasons=_reasons(row, "chosen_reasons", usual.chosen_reasons),
        sms_ahead=row.integer("sms_ahead", usual.sms_ahead, 0, 50),
        sms_quiet_from=row.clock("sms_quiet_from", usual.sms_quiet_from),
        sms_quiet_until=row.clock("sms_quiet_until", usual.sms_quiet_until),
        sms_texts=tuple(_message_texts(row)),
        closing_station=row.text("closing_station", 40),
    )


def _message_texts(row: Row) -> Iterator[tuple[str, LocalText]]:
    """Read the hall's own wording of text messages; a placeholder that is unknown is told."""
    for event in MessageEvent:
        key = f"sms_text_{event}"
        text = row.local(key, MAX_TEXT)
        if not text.zh_cn:
            continue
        for language in Language:
            try:
                said_with(text.text(language), dict.fromkeys(FACTS, ""))
            except ValueError as error:
                row.wrong(key, str(error))
                break
        else:
            yield event.value, text


def _default_level(row: Row, usual: HallRules) -> int:
    """Read the level for those who did not answer: no hall may write a bad one by itself."""
    level = row.integer("default_level", usual.default_level, 0, 5)
    if level in (1, 2):
        row.wrong("default_level", f"{level} is a bad rating; 3, 4, 5, or 0 for none")
    return level


def _reasons(row: Row, key: str, usual: tuple[str, ...]) -> tuple[str, ...]:
    given = row.words(key, 20)
    if row.has(key) and row.values[key] == []:
        row.wrong(key, "empty; give at least one reason, or leave it out for the usual ones")
    elif len(set(given)) < len(given):
        row.wrong(key, "a reason stands here twice; once is enough")
    elif len(given) > MOST_REASONS:
        count = len(given)
        row.wrong(key, f"{count} reasons; a clerk chooses by one digit, so at most {MOST_REASONS}")
    return given or usual


def read_all(rows: list[Row], read: Callable[[Row], P]) -> list[Placed[P]]:
    """Read a whole table, one part per row."""
    found = [Placed(read(row), row) for row in rows]
    for row in rows:
        row.finish()
    return found
