"""What must fit together once every part of a hall file was read.

A part is found again by its code, so codes are one of a kind; what a part names must exist; every
queue has a window and hours, every series and zone a use.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from hallclient.domain.parts import (
    GENERAL,
    PREFIX_LETTERS,
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
from hallclient.services.hallfile.cases import check_service
from hallclient.services.hallfile.parts import Placed
from hallclient.services.hallfile.problems import did_you_mean, listing, shown
from hallclient.services.hallfile.rows import Row


class Tables(NamedTuple):
    """Everything that was read, each part with its row."""

    zones: list[Placed[Zone]]
    departments: list[Placed[Department]]
    topics: list[Placed[Topic]]
    series: list[Placed[Series]]
    queues: list[Placed[Queue]]
    services: list[Placed[Service]]
    windows: list[Placed[ServiceWindow]]
    staff: list[Placed[Staff]]
    hours: list[Placed[SessionHours]]
    calendar: list[Placed[CalendarDay]]
    notices: list[Placed[Notice]]


def crosscheck(tables: Tables, hall: Row) -> None:
    """Note everything that does not fit together, each at its own line."""
    for name in ("zones", "departments", "series", "queues", "services", "windows"):
        if not getattr(tables, name):
            hall.problems.add(hall.file, 0, name, f"there are none; a hall has {name}")
    _unique(tables.zones, "zone")
    _unique(tables.departments, "department")
    _unique(tables.topics, "topic")
    _unique(tables.series, "series")
    _unique(tables.queues, "queue")
    _unique(tables.services, "service")
    _unique(tables.windows, "window")
    _unique(tables.staff, "staff member")
    _unique(tables.calendar, "day", "date")
    _unique(tables.notices, "notice")
    _references(tables)
    _services(tables)
    _windows(tables)
    _series(tables)
    _hours(tables)


def _unique(placed: Sequence[Placed[Part]], noun: str, key: str = "code") -> None:
    first: dict[str, Row] = {}
    for part, row in placed:
        if part.code in first:
            where = first[part.code]
            row.wrong(
                key,
                f"there is a {noun} {shown(part.code)} already, {where.file}:{where.line}; "
                "every one needs its own",
            )
        elif part.code:
            first[part.code] = row


def _codes(placed: Iterable[Placed[Part]]) -> list[str]:
    return [part.code for part, _ in placed if part.code]


def _must_exist(row: Row, key: str, code: str, noun: str, known: list[str]) -> None:
    if not code or code in known:
        return
    nouns = noun if noun.endswith("s") else f"{noun}s"
    near = did_you_mean(code, known)
    options = f"{nouns} are {listing(known)}" if known else f"there are no {nouns} at all"
    row.wrong(key, f"there is no {noun} {shown(code)}{near}; {options}")


def _all_must_exist(row: Row, key: str, codes: Iterable[str], noun: str, known: list[str]) -> None:
    for code in codes:
        _must_exist(row, key, code, noun, known)


def _references(tables: Tables) -> None:
    zones, departments = _codes(tables.zones), _codes(tables.departments)
    series, queues = _codes(tables.series), _codes(tables.queues)
    for window, row in tables.windows:
        _must_exist(row, "zone", window.zone, "zone", zones)
        _must_exist(row, "department", window.department, "department", departments)
        _all_must_exist(row, "queues", window.queues, "queue", queues)
    for queue, row in tables.queues:
        _must_exist(row, "series", queue.series, "series", series)
        _must_exist(row, "zone", queue.zone, "zone", zones)
    for service, row in tables.services:
        _must_exist(row, "department", service.department, "department", departments)
        _must_exist(row, "queue", service.queue, "queue", queues)
        _all_must_exist(row, "topics", service.topics, "topic", _codes(tables.topics))
        _all_must_exist(row, "after", service.after, "service", _codes(tables.services))
        _all_must_exist(row, "partners", service.partners, "department", departments)
    for department, row in tables.departments:
        _must_exist(row, "easy_queue", department.easy_queue, "queue", queues)
    for person, row in tables.staff:
        _must_exist(row, "department", person.department, "department", departments)
        _must_exist(row, "window", person.window, "window", _codes(tables.windows))
    for session, row in tables.hours:
        _must_exist(row, "queue", session.queue, "queue", queues)
    for notice, row in tables.notices:
        _all_must_exist(row, "zones", notice.zones, "zone", zones)


def _services(tables: Tables) -> None:
    """Check what services say of each other, and that every topic leads to one."""
    before = {service.code: service.after for service, _ in tables.services}
    for service, row in tables.services:
        check_service(service, row)
        if service.code.startswith(GENERAL):
            row.wrong("code", f'codes with "{GENERAL}" are those of the general services')
        if service.code in _all_before(service.code, before):
            row.wrong("after", "comes after itself; leave one of these out")
    used = {code for service, _ in tables.services for code in service.topics}
    for topic, row in tables.topics:
        if topic.code and topic.code not in used:
            row.wrong("", "no service has this topic; remove it or name it in a service")


def _all_before(code: str, before: dict[str, tuple[str, ...]]) -> set[str]:
    """Return everything that comes before a service, however far."""
    found: set[str] = set()
    ahead = list(before[code])
    while ahead:
        each = ahead.pop()
        if each not in found:
            found.add(each)
            ahead.extend(before.get(each, ()))
    return found


def _windows(tables: Tables) -> None:
    numbers: dict[str, Row] = {}
    served: set[str] = set()
    for window, row in tables.windows:
        served.update(window.queues)
        for code, times in Counter(window.queues).items():
            if times > 1:
                row.wrong(
                    "queues", f"queue {shown(code)} stands here {times} times; once is enough"
                )
        other = numbers.setdefault(window.number, row)
        if window.number and other is not row:
            row.wrong(
                "number",
                f"window {shown(window.number)} is there already, {other.file}:{other.line}",
            )
    used = {service.queue for service, _ in tables.services}
    for queue, row in tables.queues:
        if queue.code and queue.code not in served:
            row.wrong("", "no window serves this queue; name it in the queues of a window")
        if queue.code and queue.code not in used:
            row.wrong("", "no service waits in this queue; remove it or give it a service")


def _series(tables: Tables) -> None:
    used = {queue.series for queue, _ in tables.queues}
    prefixes: dict[str, Row] = {}
    for series, row in tables.series:
        if not series.prefix or any(letter not in PREFIX_LETTERS for letter in series.prefix):
            row.wrong(
                "prefix",
                f"{shown(series.prefix)} is not a prefix; use one or two of {PREFIX_LETTERS}",
            )
        other = prefixes.setdefault(series.prefix, row)
        if other is not row:
            row.wrong(
                "prefix",
                f"prefix {shown(series.prefix)} is taken, {other.file}:{other.line}; "
                "queues may share a series, series share no prefix",
            )
        if series.code and series.code not in used:
            row.wrong("", "no queue uses this series; remove it or name it in a queue")


def _hours(tables: Tables) -> None:
    stretches: dict[tuple[str, int], list[tuple[SessionHours, Row]]] = defaultdict(list)
    for session, row in tables.hours:
        stretches[session.queue, session.weekday].append((session, row))
    for together in stretches.values():
        ordered = sorted(together, key=lambda pair: (pair[0].opens, pair[0].closes))
        for (before, _), (after, row) in pairwise(ordered):
            if after.opens < before.closes:
                row.wrong(
                    "opens",
                    f"{after.opens:%H:%M} falls into {before.opens:%H:%M}–{before.closes:%H:%M} "
                    f"of the same weekday ({after.weekday}); hours may not overlap",
                )
    timed = {queue for queue, _ in stretches}
    for queue, row in tables.queues:
        if queue.code and not timed & {"", queue.code}:
            row.wrong("", "this queue has no hours; add hours for it, or for every queue")
