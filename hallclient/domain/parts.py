"""What a hall is made of: zones, departments, topics, queues, services, windows, staff, hours.

Every part has a ``code``, the stable key of the hall file by which parts refer to each other, and
an ``id`` that storage gives out (0 before). What is shown (names, window numbers, prefixes) is
never a key.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum
from typing import Protocol

from hallclient.domain.text import NO_TEXT, LocalText

PREFIX_LETTERS = "ABCFGHJKLMNPTWXY"
"""Letters that stay apart on a far screen and in a loud hall (no I O Q S Z D R U V E)."""

GENERAL = "general-"
"""Before the code of a queue: the code of its general service, which the loader makes."""


class ServiceKind(StrEnum):
    """What a service usually produces (domain.md §3)."""

    INSTANT = "instant"
    PROMISED = "promised"
    CONSULT = "consult"
    COLLECT = "collect"


class StaffRole(StrEnum):
    """What a member of staff may do; rights grow from left to right except the usher's."""

    CLERK = "clerk"
    USHER = "usher"
    LEAD = "lead"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


class Audience(StrEnum):
    """Whom a topic is for: 个人办事 or 企业办事."""

    PERSON = "person"
    COMPANY = "company"


@dataclass(frozen=True, slots=True)
class Zone:
    """Part of a hall (一楼 B 区); a display shows one or several."""

    code: str
    name: LocalText
    floor: LocalText = NO_TEXT
    place: LocalText = NO_TEXT
    """How to walk there from the kiosk (向前 20 米，右手边)."""
    map_box: tuple[int, int, int, int] | None = None
    """Place on the kiosk's map, x y w h in hundredths of the floor; None draws no map."""
    letter: str = ""
    """Short name on the map."""
    id: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Department:
    """An organisation with windows here."""

    code: str
    name: LocalText
    icon: str = "building"
    easy: LocalText = NO_TEXT
    """What people call it (房子的事), for the elder mode's tiles; empty takes the name."""
    easy_queue: str = ""
    """The queue of the elder mode's tile; empty takes the one of the first service."""
    case_number: str = ""
    """How its cases are numbered (``HallRules.case_number``); empty: as the hall's."""
    id: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Topic:
    """An occasion of life or business (生育、开办企业) under which services are found."""

    code: str
    name: LocalText
    audience: Audience = Audience.PERSON
    icon: str = "grid"
    id: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Series:
    """A prefix and its counter; any queues may share one. ``digits`` is 3, or 4 above 799 a day."""

    code: str
    prefix: str
    digits: int = 3
    id: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Queue:
    """What tickets wait in."""

    code: str
    name: LocalText
    series: str
    zone: str
    ceiling_minutes: int | None = None
    day_quota: int = 0
    """Tickets of one day; 0 is no limit. Appointments that arrive count."""
    slice_minutes: int = 30
    """Length of a time slice, counted from the session's opening."""
    slice_quota: int = 0
    """Tickets of one slice; 0 is no limit."""
    slice_booked: int = 0
    """Appointments of one slice; 0: this queue cannot be booked."""
    id: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Material:
    """One paper a citizen brings; ``form`` says original, copy, how many, or where to get it."""

    name: LocalText
    form: LocalText = NO_TEXT
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Service:
    """One thing that can be done (事项). Days are working days; 0 is no limit known."""

    code: str
    name: LocalText
    department: str
    queue: str
    kind: ServiceKind
    hint: LocalText = NO_TEXT
    legal_days: int = 0
    promised_days: int = 0
    minutes: float = 0.0
    """Typical handling time at the window."""
    aliases: tuple[str, ...] = ()
    initials: tuple[str, ...] = ()
    """Pinyin initials of name and aliases, made when the hall file is loaded (二手房 → ESF)."""
    materials: tuple[Material, ...] = ()
    common: int = 0
    """Place in the list of common services; 0 is not in it."""
    fee: LocalText = NO_TEXT
    """What it costs, in words; empty is not known."""
    guide: LocalText = NO_TEXT
    """How it goes: steps and what to mind, for the service guide."""
    guide_url: str = ""
    """Where the guide can be read by phone; empty puts the text itself into the QR code."""
    topics: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    """Services that come before this one when one visit has both."""
    outcomes: tuple[str, ...] = ()
    """The outcomes that may be recorded (``domain.turn.Outcome``); empty: what its kind allows."""
    legal_hours: int = 0
    promised_hours: int = 0
    """Limits in working hours (公司设立 4 个工作小时); above 0 they stand in place of the days."""
    partners: tuple[str, ...] = ()
    """Departments that handle it jointly; the service's own department leads."""
    authority: LocalText = NO_TEXT
    """Who decides it if not this hall: a superior authority, or another hall (全域通办)."""
    general: bool = False
    """Whatever its queue is for: a ticket whose matter is told at the window only. In no list."""
    id: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class ServiceWindow:
    """A numbered counter. ``ranks`` are codes of queues: rank 1 first, equals side by side."""

    code: str
    number: str
    zone: str
    ranks: tuple[tuple[str, ...], ...]
    department: str = ""
    id: int = field(default=0, compare=False)

    @property
    def queues(self) -> tuple[str, ...]:
        """Return the codes of all its queues, best rank first."""
        return tuple(code for rank in self.ranks for code in rank)


@dataclass(frozen=True, slots=True)
class Staff:
    """Someone who signs in. ``pin_hash`` is an argon2 hash, never the PIN."""

    code: str
    name: str
    role: StaffRole = StaffRole.CLERK
    department: str = ""
    pin_hash: str = ""
    window: str = ""
    """The usual window; empty is a floater (机动)."""
    photo: str = ""
    """File name of a picture for the window screen (亮身份), beside the hall file."""
    promise: LocalText = NO_TEXT
    """The own service promise, for the window screen."""
    id: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class SessionHours:
    """When a queue is served: one stretch of one weekday (1 Monday … 7 Sunday), local time.

    ``queue`` "" means every queue without hours of its own. Tickets are given out from
    ``tickets_from`` to ``tickets_until``.
    """

    code: str
    weekday: int
    opens: time
    closes: time
    tickets_from: time
    tickets_until: time
    queue: str = ""
    id: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A holiday, or a weekend day worked in lieu. ``code`` is the ISO date."""

    code: str
    working: bool
    note: str = ""
    id: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Notice:
    """A text for the public: ``strip`` at the foot of a display, ``card`` beside the calls."""

    code: str
    text: LocalText
    title: LocalText = NO_TEXT
    place: str = "strip"
    zones: tuple[str, ...] = ()
    """Empty means every zone."""
    id: int = field(default=0, compare=False)


class Part(Protocol):
    """What every part of a plan has."""

    @property
    def code(self) -> str:
        """Return the stable key."""
        ...

    @property
    def id(self) -> int:
        """Return the number that storage gave out."""
        ...


def windows_text(windows: Iterable[ServiceWindow]) -> str:
    """Return window numbers as people say them: runs as ranges, 8–15 or 3、7、9–11."""
    numbers = [window.number for window in windows]
    if not all(number.isdigit() for number in numbers):
        return "、".join(numbers)
    runs: list[list[int]] = []
    for value in sorted({int(number) for number in numbers}):
        if runs and value == runs[-1][-1] + 1:
            runs[-1].append(value)
        else:
            runs.append([value])
    return "、".join(str(r[0]) if len(r) == 1 else f"{r[0]}–{r[-1]}" for r in runs)
