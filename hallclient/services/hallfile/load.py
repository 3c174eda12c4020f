"""Load a hall by name or path: read, check, and put the plan together."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from re import ASCII, fullmatch
from typing import TypeVar
from zoneinfo import ZoneInfo, available_timezones

from hallclient import assets
from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import GENERAL, Material, Queue, Service, ServiceKind, SessionHours
from hallclient.services.hallfile import parts
from hallclient.services.hallfile.crosscheck import Tables, crosscheck
from hallclient.services.hallfile.parts import Placed
from hallclient.services.hallfile.problems import (
    HallFileError,
    Problem,
    Problems,
    did_you_mean,
    listing,
    shown,
)
from hallclient.services.hallfile.reading import Document, read_document
from hallclient.services.hallfile.rows import Row
from hallclient.services.hallfile.rules import rules
from hallclient.services.hallfile.values import web_address

P = TypeVar("P")

MAX_FOLLOW_URL = 44
"""With the ticket's token behind it the code still prints at six dots (visual.md, Ticket)."""


@dataclass(frozen=True, slots=True)
class LoadedHall:
    """A checked plan and what stood beside it in the file.

    ``pins`` are plain PINs by staff code: hashing them is salted, so they stay out of the plan,
    and two readings of one file are equal. ``notes`` are worth showing, not wrong.
    """

    plan: HallPlan
    pins: dict[str, str]
    source: Path
    notes: tuple[str, ...] = ()

    def with_pins(
        self,
        current: HallPlan | None,
        hash_pin: Callable[[str], str],
        verify_pin: Callable[[str, str], bool],
    ) -> HallPlan:
        """Return the plan with hashed PINs; a hash in ``current`` that still verifies is kept.

        ``verify_pin`` takes (hash, pin). Someone without a PIN in the file keeps the present one.
        """
        present = {} if current is None else current.staff_of
        staff = []
        for person in self.plan.staff:
            old = present[person.code].pin_hash if person.code in present else ""
            pin = self.pins.get(person.code)
            if pin is None:
                hashed = person.pin_hash or old
            else:
                hashed = old if old and verify_pin(old, pin) else hash_pin(pin)
            staff.append(replace(person, pin_hash=hashed))
        return replace(self.plan, staff=tuple(staff))


def built_in_halls() -> dict[str, Path]:
    """Return the halls that come with the program, by name."""
    folder = assets.path("halls")
    found = {path.stem: path for path in sorted(folder.glob("*.toml"))}
    found |= {path.parent.name: path.parent for path in sorted(folder.glob("*/hall.toml"))}
    return found


def hall_path(name_or_path: str) -> Path:
    """Return where a hall stands: a built-in name first, else a path."""
    built_in = built_in_halls()
    if name_or_path in built_in:
        return built_in[name_or_path]
    path = Path(name_or_path)
    try:
        missing = not path.exists()
    except (OSError, ValueError):
        missing = True
    if missing:
        near = did_you_mean(name_or_path, built_in)
        text = f"no hall and no file of this name{near}; built-in halls are {listing(built_in)}"
        raise HallFileError([Problem(shown(name_or_path, 200).strip('"'), 0, "", text)])
    return path


def load_hall(name_or_path: str) -> LoadedHall:
    """Load a built-in hall, a TOML file or a folder of tables.

    Raises ``HallFileError`` with every problem found.
    """
    path = hall_path(name_or_path)
    problems = Problems()
    document = read_document(path, problems)
    hall = document.hall
    own_rules = rules(document.rules)
    document.rules.finish()
    tables = _tables(document)
    plan = HallPlan(
        hall_id=_hall_id(hall),
        name=hall.local("name", 24, required=True),
        time_zone=_time_zone(hall),
        phone=hall.text("phone", 20),
        follow_url=web_address(hall, "follow_url", MAX_FOLLOW_URL),
        desk=hall.local("desk", 12),
        rules=own_rules,
    )
    hall.finish()
    crosscheck(tables, hall)
    problems.stop_if_any()
    filled = replace(
        plan,
        zones=_parts(tables.zones),
        departments=_parts(tables.departments),
        topics=_parts(tables.topics),
        series=_parts(tables.series),
        queues=_parts(tables.queues),
        services=_with_general(_parts(tables.queues), _parts(tables.services)),
        windows=_parts(tables.windows),
        staff=_parts(tables.staff),
        hours=_parts(tables.hours),
        calendar=_parts(tables.calendar),
        notices=_parts(tables.notices),
    )
    pins = {person.code: parts.pin_of(row) for person, row in tables.staff}
    return LoadedHall(
        filled, {code: pin for code, pin in pins.items() if pin}, path, tuple(problems.notes)
    )


def _parts(placed: list[Placed[P]]) -> tuple[P, ...]:
    return tuple(part for part, _ in placed)


def _with_general(queues: tuple[Queue, ...], services: tuple[Service, ...]) -> tuple[Service, ...]:
    """Add what a ticket waits for whose matter is told at the window: one service a queue."""
    first = {service.queue: service.department for service in reversed(services)}
    return (
        *services,
        *(
            Service(
                f"{GENERAL}{queue.code}",
                queue.name,
                first[queue.code],
                queue.code,
                ServiceKind.CONSULT,
                general=True,
            )
            for queue in queues
        ),
    )


def _tables(document: Document) -> Tables:
    rows = document.tables
    papers = _materials(rows["materials"], rows["services"])
    return Tables(
        zones=parts.read_all(rows["zones"], parts.zone),
        departments=parts.read_all(rows["departments"], parts.department),
        topics=parts.read_all(rows["topics"], parts.topic),
        series=parts.read_all(rows["series"], parts.series),
        queues=parts.read_all(rows["queues"], parts.queue),
        services=parts.read_all(
            rows["services"],
            lambda row: parts.service(row, papers.get(str(row.values.get("code")), ())),
        ),
        windows=parts.read_all(rows["windows"], parts.window),
        staff=parts.read_all(rows["staff"], parts.staff),
        hours=_hours(rows["hours"]),
        calendar=parts.read_all(rows["calendar"], parts.calendar_day),
        notices=parts.read_all(rows["notices"], parts.notice),
    )


def _materials(rows: list[Row], services: list[Row]) -> dict[str, tuple[Material, ...]]:
    known = {str(row.values.get("code")) for row in services}
    papers: dict[str, list[Material]] = {}
    for (code, material), row in parts.read_all(rows, parts.material):
        if code and code not in known:
            near = did_you_mean(code, known)
            row.wrong("service", f"there is no service {shown(code)}{near}")
        papers.setdefault(code, []).append(material)
    return {code: tuple(found) for code, found in papers.items()}


def _hours(rows: list[Row]) -> list[Placed[SessionHours]]:
    """Read the hours; a session's code is its queue, weekday and place in that day."""
    counts: Counter[tuple[str, int]] = Counter()
    found = []
    for row in rows:
        for session in parts.hours(row):
            counts[session.queue, session.weekday] += 1
            nth = counts[session.queue, session.weekday]
            code = f"{session.queue or 'all'}-{session.weekday}-{nth}"
            found.append(Placed(replace(session, code=code), row))
        row.finish()
    return found


def _hall_id(hall: Row) -> str:
    text = hall.text("id", 40, required=True)
    if text and not fullmatch(r"\d{12}-\d{2}", text, ASCII):
        hall.wrong("id", f"{shown(text)} is not 12 digits of the division code, - and 2 digits")
    return text


def _time_zone(hall: Row) -> str:
    text = hall.text("time_zone", 40) or "Asia/Shanghai"
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        known = available_timezones()
        if known:  # Windows may have no table of time zones; then any name has to do
            near = did_you_mean(text, known) or "; for example Asia/Shanghai"
            hall.wrong("time_zone", f"there is no time zone {shown(text)}{near}")
    return text
