"""What a kiosk's spool holds, and its lines: JSON behind a checksum, parsed strictly.

Keys of persons hold for one day and go when the line was handed in; the file is the kiosk's alone.
"""

import json
import zlib
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from hallclient.domain.rules import PriorityClass
from hallclient.domain.ticket import CROCKFORD, TOKEN_LENGTH

LONGEST_LINE = 4096


class SpoolError(Exception):
    """The spool's file cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Tick:
    """Seconds since the PC was started, and which start that was."""

    boot: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Contact:
    """The last word with the hall: its time, how far ahead of this PC's clock that was, the slot.

    Nobody else gets ``slot`` before ``until``.
    """

    hall_id: str
    at: datetime
    offset_s: float
    tick: Tick
    slot: int | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class SpoolEntry:
    """A number given out without the database. ``at`` and ``contact`` are the hall's time, UTC.

    ``delivered`` is a ``Delivery`` or empty; ``done``: the database has it.
    """

    request_id: str
    hall_id: str
    at: datetime
    contact: datetime
    day: date
    service: str
    queue: str
    prefix: str
    number: int
    label: str
    token: str
    language: str
    priority: PriorityClass
    station: str
    person: str = field(default="", repr=False)
    delivered: str = ""
    done: bool = False


def framed(text: str) -> bytes:
    """Return a line of a file: checksum, blank, text, newline."""
    raw = text.encode()
    return b"%08x %s\n" % (zlib.crc32(raw), raw)


def unframed(line: bytes, longest: int = LONGEST_LINE) -> str:
    """Return the text of a line without its newline; ValueError for a torn or changed one."""
    if len(line) > longest or line[8:9] != b" ":
        raise ValueError("not a line of a spool")
    if b"%08x" % zlib.crc32(line[9:]) != line[:8]:
        raise ValueError("the line was torn or changed")
    return line[9:].decode()


def entry_text(entry: SpoolEntry) -> str:
    """Return an entry as JSON."""
    return _dumped({
        "request": entry.request_id,
        "hall": entry.hall_id,
        "at": entry.at.isoformat(),
        "contact": entry.contact.isoformat(),
        "day": entry.day.isoformat(),
        "service": entry.service,
        "queue": entry.queue,
        "number": [entry.prefix, entry.number, entry.label],
        "token": entry.token,
        "language": entry.language,
        "priority": entry.priority.value,
        "station": entry.station,
        "person": entry.person,
        "delivered": entry.delivered,
        "done": entry.done,
    })  # fmt: skip


def entry_of(text: str) -> SpoolEntry:
    """Return the entry of a line; ValueError for anything else."""
    table = _loaded(text)
    try:
        number = table["number"]
        entry = SpoolEntry(
            request_id=_text(table["request"]),
            hall_id=_text(table["hall"]),
            at=_moment(table["at"]),
            contact=_moment(table["contact"]),
            day=date.fromisoformat(table["day"]),
            service=_text(table["service"]),
            queue=_text(table["queue"]),
            prefix=_text(number[0]),
            number=_whole(number[1]),
            label=_text(number[2]),
            token=_text(table["token"]),
            language=_text(table["language"]),
            priority=PriorityClass(table["priority"]),
            station=_text(table["station"]),
            person=_text(table["person"]),
            delivered=_text(table["delivered"]),
            done=bool(table["done"]),
        )
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise ValueError(f"not an entry of a spool: {type(error).__name__}") from None
    if len(entry.token) != TOKEN_LENGTH or not set(entry.token) <= set(CROCKFORD):
        raise ValueError("the entry's token is none")
    return entry


def contact_text(contact: Contact) -> str:
    """Return a contact as JSON."""
    return _dumped({
        "hall": contact.hall_id,
        "at": contact.at.isoformat(),
        "offset": contact.offset_s,
        "boot": contact.tick.boot,
        "tick": contact.tick.seconds,
        "slot": contact.slot,
        "until": contact.until.isoformat() if contact.until else None,
    })  # fmt: skip


def contact_of(text: str) -> Contact:
    """Return the contact of a text; ValueError for anything else."""
    table = _loaded(text)
    try:
        slot, until = table["slot"], table["until"]
        return Contact(
            _text(table["hall"]),
            _moment(table["at"]),
            float(table["offset"]),
            Tick(_text(table["boot"]), float(table["tick"])),
            None if slot is None else _whole(slot),
            None if until is None else _moment(until),
        )
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise ValueError(f"not a contact: {type(error).__name__}") from None


def _dumped(table: dict[str, Any]) -> str:
    return json.dumps(table, ensure_ascii=False, separators=(",", ":"))


def _loaded(text: str) -> dict[str, Any]:
    table = json.loads(text)
    if not isinstance(table, dict):
        raise ValueError("not a table")  # noqa: TRY004 - one error for all that is no line
    return table


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _whole(value: object) -> int:
    if type(value) is not int:
        raise TypeError("not a whole number")
    return value


def _moment(value: object) -> datetime:
    at = datetime.fromisoformat(_text(value))
    if at.tzinfo is None:
        raise ValueError("a moment without a zone")
    return at
