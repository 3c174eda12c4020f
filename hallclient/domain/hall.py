"""A whole hall as its hall file describes it: its parts, found by code or by id, and its rules.

``HallPlan`` has the same shape in a file, in the database and on a screen.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from hallclient.domain.errors import NotFound

PREFIX_LETTERS = "ABCFGHJKLMNPTWXY"
"""Letters that stay apart on a far screen and in a loud hall (no I O Q S Z D R U V E)."""


GENERAL = "general-"
"""Before the code of a queue: the code of its general service, which the loader makes."""


class Language(StrEnum):
    """A language of the screens; the value is its code."""

    ZH_CN = "zh-CN"
    ZH_HANT = "zh-Hant"
    EN = "en"


@dataclass(frozen=True, slots=True)
class LocalText:
    """One text in the languages of the hall. A missing one falls back to Simplified Chinese."""

    zh_cn: str
    zh_hant: str = ""
    en: str = ""

    def text(self, language: str) -> str:
        """Return the text in ``language`` (a ``Language`` or its code)."""
        if language == Language.ZH_HANT:
            return self.zh_hant or self.zh_cn
        if language == Language.EN:
            return self.en or self.zh_cn
        return self.zh_cn


NO_TEXT = LocalText("")


class ServiceKind(StrEnum):
    """What a service usually produces (domain.md §3)."""

    INSTANT = "instant"
    PROMISED = "promised"
    CONSULT = "consult"
    COLLECT = "collect"


class PriorityClass(StrEnum):
    """Who may go ahead by a bounded credit (domain.md §2, priority lane)."""

    NORMAL = "normal"
    ELDERLY = "elderly"
    DISABLED = "disabled"
    PREGNANT = "pregnant"
    SOLDIER = "soldier"
    PROJECT = "project"


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


class DayCount(StrEnum):
    """How a number of days is counted: 自然日 or 工作日."""

    CALENDAR = "calendar"
    WORKING = "working"


@dataclass(frozen=True, slots=True)
class HallRules:
    """The numbers a hall sets for itself. Minutes, seconds and counts are plain integers."""

    day_start: time = time(4, 0)
    recall_cap: int = 3
    """Calls of one turn in all, the first included."""
    no_show_after: int = 3
    """Calls before a no-show may be recorded."""
    requeue_behind: int = 3
    requeue_per_day: int = 2
    no_show_valid_minutes: int = 30
    ceiling_minutes: int = 30
    """Waiting beyond this goes before rank (architecture.md §4); a queue may set its own."""
    credit_minutes: tuple[tuple[PriorityClass, int], ...] = (
        (PriorityClass.ELDERLY, 10),
        (PriorityClass.DISABLED, 10),
        (PriorityClass.PREGNANT, 10),
        (PriorityClass.SOLDIER, 10),
        (PriorityClass.PROJECT, 10),
    )
    rating_seconds: int = 20
    default_level: int = 0
    """The level written when nobody rated in time, by site policy (domain.md §5); 0 writes none."""
    default_after_days: int = 7
    """Days after the service in which the citizen may still rate."""
    default_days: DayCount = DayCount.CALENDAR
    long_serving_minutes: int = 30
    pause_reasons: tuple[str, ...] = ("meal", "meeting", "device", "files", "away")
    chosen_reasons: tuple[str, ...] = ("asked_back", "assist", "system_down", "other")
    """Why a number may be called out of order; the last one is the least special."""
    sms_ahead: int = 3
    """Text messages: "soon" is told when so many are ahead."""
    sms_quiet_from: time = time(21, 0)
    sms_quiet_until: time = time(7, 30)
    sms_texts: tuple[tuple[str, LocalText], ...] = ()
    """The hall's own wording by event (``domain.message.MessageEvent``)."""
    closing_station: str = ""
    """The station whose printer prints the slip of a closed day; empty prints none."""
    booking_credit_minutes: int = 30
    """How far an appointment goes ahead of its slot in the order (architecture.md §4)."""
    booking_early_minutes: int = 10
    """An appointment is called that long before its slot, or earlier when nobody else waits."""
    booking_late_minutes: int = 15
    """Who comes later than this after the slot waits like a walk-in."""
    booking_days: int = 7
    """Working days ahead, today among them, that kiosk and usher offer for booking."""
    elderly_age: int = 60
    """Years from which a card opens the priority lane of the elderly; 0 never does."""
    one_ticket: bool = True
    """Whether a person known by a card may hold one open ticket a queue only."""
    tickets_at_once: int = 5
    """Tickets that one person may take in one go for several principals (代办); 1 is no more."""
    services_at_once: int = 5
    """Services that one ticket may carry through several queues (联办); 1 is no more."""
    closing_load_percent: int = 150
    """No more tickets when the waiting work fills this much of the time left; 0 never stops."""
    ledger: bool = False
    """Whether the window's main page is the ledger of errands (代办台账) of a village station."""
    ledger_keep_days: int = 180
    """Days after which the sealed name and telephone of an errand that is over are deleted."""

    def credit(self, priority: PriorityClass) -> int:
        """Return the minutes by which a priority class goes ahead."""
        return dict(self.credit_minutes).get(priority, 0)


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

from hallclient.domain.parts import (
    CalendarDay,
    Department,
    Notice,
    Part,
    Queue,
    Series,
    Service,
    ServiceWindow,
    SessionHours,
    Staff,
    Topic,
    Zone,
)
from hallclient.domain.rules import HallRules
from hallclient.domain.text import NO_TEXT, LocalText

P = TypeVar("P", bound=Part)
K = TypeVar("K", str, int)


def _by_code(parts: Iterable[P]) -> dict[str, P]:
    return {part.code: part for part in parts}


def _by_id(parts: Iterable[P], former: Iterable[P]) -> dict[int, P]:
    return {part.id: part for part in (*former, *parts)}


def _find(table: dict[K, P], key: K, noun: str) -> P:
    part = table.get(key)
    if part is None:
        raise NotFound("unknown_part", f"this hall has no {noun} {key}", noun=noun, part=str(key))
    return part


@dataclass(frozen=True)
class HallPlan:
    """A whole hall. ``hall_id`` is the 12-digit division code + ``-nn``."""

    hall_id: str
    name: LocalText
    time_zone: str = "Asia/Shanghai"
    phone: str = ""
    follow_url: str = ""
    """Where a ticket can be followed by phone, up to the token; empty when there is nothing."""
    desk: LocalText = NO_TEXT
    """Where the guide desk is (一楼导办台)."""
    rules: HallRules = field(default_factory=HallRules)
    zones: tuple[Zone, ...] = ()
    departments: tuple[Department, ...] = ()
    topics: tuple[Topic, ...] = ()
    series: tuple[Series, ...] = ()
    queues: tuple[Queue, ...] = ()
    services: tuple[Service, ...] = ()
    windows: tuple[ServiceWindow, ...] = ()
    staff: tuple[Staff, ...] = ()
    hours: tuple[SessionHours, ...] = ()
    calendar: tuple[CalendarDay, ...] = ()
    notices: tuple[Notice, ...] = ()
    former: "HallPlan | None" = field(default=None, compare=False, repr=False)
    """Parts that are no longer in the hall, which today's or older tickets still name by id."""

    # By code: how the hall file and people refer to parts.

    @cached_property
    def zone_of(self) -> dict[str, Zone]:
        """Zones by code."""
        return _by_code(self.zones)

    @cached_property
    def department_of(self) -> dict[str, Department]:
        """Departments by code."""
        return _by_code(self.departments)

    @cached_property
    def topic_of(self) -> dict[str, Topic]:
        """Topics by code."""
        return _by_code(self.topics)

    @cached_property
    def listed(self) -> tuple[Service, ...]:
        """The services that people choose from, in file order: all but the general ones."""
        return tuple(service for service in self.services if not service.general)

    @cached_property
    def general_of(self) -> dict[str, Service]:
        """The service of a queue whose matter is told at the window, by the queue's code."""
        return {service.queue: service for service in self.services if service.general}

    @cached_property
    def series_of(self) -> dict[str, Series]:
        """Series by code."""
        return _by_code(self.series)

    @cached_property
    def queue_of(self) -> dict[str, Queue]:
        """Queues by code."""
        return _by_code(self.queues)

    @cached_property
    def service_of(self) -> dict[str, Service]:
        """Services by code."""
        return _by_code(self.services)

    @cached_property
    def window_of(self) -> dict[str, ServiceWindow]:
        """Service windows by code."""
        return _by_code(self.windows)

    @cached_property
    def staff_of(self) -> dict[str, Staff]:
        """Staff by code (the staff number)."""
        return _by_code(self.staff)

    def zone(self, code: str) -> Zone:
        """Return a zone, or raise ``NotFound``."""
        return _find(self.zone_of, code, "zone")

    def queue(self, code: str) -> Queue:
        """Return a queue, or raise ``NotFound``."""
        return _find(self.queue_of, code, "queue")

    def service(self, code: str) -> Service:
        """Return a service, or raise ``NotFound``."""
        return _find(self.service_of, code, "service")

    def window(self, code: str) -> ServiceWindow:
        """Return a service window, or raise ``NotFound``."""
        return _find(self.window_of, code, "window")

    # By id: how tickets and turns refer to parts.

    @cached_property
    def _queue_ids(self) -> dict[int, Queue]:
        return _by_id(self.queues, self.former.queues if self.former else ())

    @cached_property
    def _service_ids(self) -> dict[int, Service]:
        return _by_id(self.services, self.former.services if self.former else ())

    @cached_property
    def _window_ids(self) -> dict[int, ServiceWindow]:
        return _by_id(self.windows, self.former.windows if self.former else ())

    @cached_property
    def _staff_ids(self) -> dict[int, Staff]:
        return _by_id(self.staff, self.former.staff if self.former else ())

    def queue_by_id(self, part_id: int) -> Queue:
        """Return a queue, or raise ``NotFound``."""
        return _find(self._queue_ids, part_id, "queue")

    def service_by_id(self, part_id: int) -> Service:
        """Return a service, or raise ``NotFound``."""
        return _find(self._service_ids, part_id, "service")

    def window_by_id(self, part_id: int) -> ServiceWindow:
        """Return a service window, or raise ``NotFound``."""
        return _find(self._window_ids, part_id, "window")

    def staff_by_id(self, part_id: int) -> Staff:
        """Return a member of staff, or raise ``NotFound``."""
        return _find(self._staff_ids, part_id, "staff member")

    @cached_property
    def windows_of_queue(self) -> dict[str, tuple[ServiceWindow, ...]]:
        """The windows that serve a queue at their first rank, else at any; in file order."""
        first: dict[str, list[ServiceWindow]] = {queue.code: [] for queue in self.queues}
        spare: dict[str, list[ServiceWindow]] = {queue.code: [] for queue in self.queues}
        for window in self.windows:
            for rank, codes in enumerate(window.ranks):
                for code in codes:
                    (spare if rank else first)[code].append(window)
        return {code: tuple(first[code] or spare[code]) for code in first}
