"""A whole hall as its hall file describes it: its parts, found by code or by id, and its rules.

``HallPlan`` has the same shape in a file, in the database and on a screen.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import TypeVar

from hallclient.domain.calendar import OpenState, WorkCalendar, given_out, sessions_on
from hallclient.domain.errors import NotFound
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
    usual_windows: tuple[ServiceWindow, ...] = field(default=(), compare=False, repr=False)
    """The windows as the hall file has them, also where some serve other queues today.

    Filled for a plan that comes from the database.
    """
    former: "HallPlan | None" = field(default=None, compare=False, repr=False)
    """Parts that are no longer in the hall, which today's or older tickets still name by id."""

    @property
    def as_filed(self) -> "HallPlan":
        """The plan as its hall file says it: every window with its usual queues."""
        return replace(self, windows=self.usual_windows) if self.usual_windows else self

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

    # Asked at every ticket.

    @cached_property
    def work_calendar(self) -> WorkCalendar:
        """The hall's table of working days."""
        return WorkCalendar.of(self.calendar)

    @cached_property
    def typical_minutes(self) -> dict[str, float]:
        """The middle of what a queue's services take, where anybody knows it, by its code."""
        known: dict[str, list[float]] = {}
        for service in self.services:
            if service.minutes > 0:
                known.setdefault(service.queue, []).append(service.minutes)
        return {code: sum(minutes) / len(minutes) for code, minutes in known.items()}

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

    def sessions_on(self, queue: str, day: date) -> tuple[SessionHours, ...]:
        """Return the sessions of a queue on a day, in order (``calendar.sessions_on``).

        Looked up once: boards ask for every queue every few seconds.
        """
        key = queue if queue in self._queues_with_hours else "", day
        if key not in self._sessions:
            self._sessions[key] = sessions_on(self.hours, queue, day, self.work_calendar)
        return self._sessions[key]

    def tickets_open(self, queue: str, local: datetime) -> OpenState:
        """Return whether a queue gives out tickets at a local time; always without any hours."""
        if not self.hours:
            return OpenState(open=True, session=None)
        return given_out(self.sessions_on(queue, local.date()), local.time())

    @cached_property
    def _sessions(self) -> dict[tuple[str, date], tuple[SessionHours, ...]]:
        return {}

    @cached_property
    def _queues_with_hours(self) -> frozenset[str]:
        return frozenset(session.queue for session in self.hours)

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

    @cached_property
    def windows_serving(self) -> dict[str, tuple[ServiceWindow, ...]]:
        """The windows that serve a queue at whatever rank, by its code; in file order."""
        found: dict[str, list[ServiceWindow]] = {queue.code: [] for queue in self.queues}
        for window in self.windows:
            for code in window.queues:
                found.setdefault(code, []).append(window)
        return {code: tuple(windows) for code, windows in found.items()}

    @cached_property
    def queues_near(self) -> dict[str, frozenset[str]]:
        """The queues that share a window with a queue, and itself, by its code."""
        return {
            queue.code: frozenset((queue.code,)).union(
                *(window.queues for window in self.windows_serving[queue.code])
            )
            for queue in self.queues
        }

    @cached_property
    def queues_beside(self) -> dict[str, frozenset[str]]:
        """The other queues that a window of a queue calls before it, or like it, by its code."""
        found: dict[str, set[str]] = {queue.code: set() for queue in self.queues}
        for window in self.windows:
            sooner: set[str] = set()
            for codes in window.ranks:
                sooner.update(codes)
                for code in codes:
                    found.setdefault(code, set()).update(sooner)
        return {code: frozenset(codes - {code}) for code, codes in found.items()}

    @cached_property
    def half_a_service(self) -> dict[str, float]:
        """The minutes left at a window that serves somebody, as well as it can be known."""
        typical = self.typical_minutes
        found = {}
        for window in self.windows:
            known = [typical[code] for code in window.queues if code in typical]
            found[window.code] = sum(known) / len(known) / 2 if known else 0.0
        return found
