"""Files with appointments: CSV and JSON, read strictly (docs/appointments.md).

A line that cannot be used is a problem with its number; a file that cannot be used at all is a
``FileRefused``. What stood in a line is never repeated: columns may be mixed up, and then an ID
number stands where nobody expects it. ID numbers become keys of the slot's day while they are read.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from hallclient.domain.errors import DomainError
from hallclient.domain.text import Language

MOST_BYTES = 20_000_000
MOST_LINES = 50_000

PersonKey = Callable[[date, str], str]
"""The key of an ID number on a day (``services.persons.PersonKeys.of``)."""

COLUMNS = {
    "number": "number",
    "service": "service",
    "date": "date",
    "time": "time",
    "status": "status",
    "id_number": "id_number",
    "language": "language",
    "预约号": "number",
    "预约编号": "number",
    "事项编码": "service",
    "日期": "date",
    "预约日期": "date",
    "时间": "time",
    "预约时间": "time",
    "状态": "status",
    "证件号": "id_number",
    "证件号码": "id_number",
    "语言": "language",
}
"""What a column may be called."""

_NEEDED = ("number", "service", "date", "time")
_STATES = {"": True, "booked": True, "预约": True, "已预约": True,
           "cancelled": False, "取消": False, "已取消": False}  # fmt: skip
_NUMBER = re.compile(r"[0-9A-Z][0-9A-Z_-]{2,38}[0-9A-Z]")
_PERSON = re.compile(r"\d{17}[0-9X]|\d{15}")
_SERVICE = re.compile(r"[0-9A-Za-z_.-]{1,64}")
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_TIME = re.compile(r"(\d{1,2}):(\d{2})")
_LONGEST = 200
"""Characters of a field that are looked at; a longer one is nothing of ours."""


class FileRefused(Exception):
    """A file cannot be used; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Line:
    """One appointment of a file. ``line`` is counted as an editor does, or from 1 in JSON."""

    line: int
    number: str
    service: str
    starts_at: datetime
    booked: bool
    language: str = Language.ZH_CN
    person: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a line was not taken."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """What a file says. ``personal`` tells whether it holds ID numbers."""

    lines: tuple[Line, ...]
    problems: tuple[Problem, ...]
    personal: bool = False


class _Bad(Exception):
    """A field cannot be used."""


def parse(
    content: bytes, name: str, time_zone: str, person_key: PersonKey | None = None
) -> ParsedFile:
    """Read a file by the end of its ``name``, ``.csv`` or ``.json``.

    Times are the hall's. Without ``person_key`` a file with ID numbers is refused. Raises
    ``FileRefused``.
    """
    if len(content) > MOST_BYTES:
        raise FileRefused(f"The file is larger than {MOST_BYTES // 1_000_000} MB.")
    kind = name.rpartition(".")[2].lower()
    if kind not in ("csv", "json"):
        raise FileRefused("Only .csv and .json files hold appointments.")
    rows = _json_rows(content) if kind == "json" else _csv_rows(content)
    zone = ZoneInfo(time_zone)
    lines: list[Line] = []
    problems: list[Problem] = []
    personal = False
    for number, row in _counted(rows):
        if isinstance(row, Problem):
            problems.append(row)
            continue
        personal = _check_key(row, person_key) or personal
        try:
            lines.append(_line(number, row, zone, person_key))
        except _Bad as bad:
            problems.append(Problem(number, str(bad)))
    return ParsedFile(tuple(lines), tuple(problems), personal)


def _counted(rows: "Iterator[_Row]") -> "Iterator[_Row]":
    for count, row in enumerate(rows, start=1):
        if count > MOST_LINES:
            raise FileRefused(f"The file has more than {MOST_LINES} lines: divide it.")
        yield row


def _check_key(row: Mapping[str, str], person_key: PersonKey | None) -> bool:
    """Return whether a row has an ID number; refuse the file when there is no key to hash it."""
    if not row.get("id_number"):
        return False
    if person_key is None:
        raise FileRefused(
            "The file holds ID numbers, and this PC has not the hall's key to hash them: "
            "import it where the key is, or leave that column out."
        )
    return True


# Rows


_Row = tuple[int, Mapping[str, str] | Problem]


def _csv_rows(content: bytes) -> Iterator[_Row]:
    text = _decoded(content)
    if "\0" in text:
        raise FileRefused("The file holds zero bytes: it is no text.")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        yield from _table(reader)
    except csv.Error:
        where = max(1, reader.line_num)
        raise FileRefused(f"Line {where} is no CSV: a quotation mark is wrong there.") from None


def _decoded(content: bytes) -> str:
    """Return the text of UTF-8, or of GB18030, which Chinese spreadsheets write."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileRefused("The file is neither UTF-8 nor GB18030.")


def _table(reader: Any) -> Iterator[_Row]:
    head = next((row for row in reader if any(cell.strip() for cell in row)), None)
    if head is None:
        raise FileRefused("The file is empty.")
    names = _columns(cell.strip() for cell in head)
    for row in reader:
        if not any(cell.strip() for cell in row):
            continue
        line = reader.line_num
        if len(row) != len(names):
            yield line, Problem(line, f"has {len(row)} fields, the head has {len(names)}")
        else:
            yield line, {name: cell.strip() for name, cell in zip(names, row, strict=True)}


def _columns(head: Iterable[str]) -> list[str]:
    names: list[str] = []
    for place, cell in enumerate(head, start=1):
        name = COLUMNS.get(cell.lower())
        if name is None:
            known = ", ".join(dict.fromkeys(COLUMNS.values()))
            raise FileRefused(f"Column {place} has no known name; known: {known}.")
        if name in names:
            raise FileRefused(f"There are two columns {name}.")
        names.append(name)
    missing = [name for name in _NEEDED if name not in names]
    if missing:
        raise FileRefused(f"The file has no column {', '.join(missing)}.")
    return names


def _json_rows(content: bytes) -> Iterator[_Row]:
    try:
        found = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise FileRefused("The file is no JSON in UTF-8, or only half of one.") from None
    if isinstance(found, dict) and set(found) == {"appointments"}:
        found = found["appointments"]
    if not isinstance(found, list):
        raise FileRefused('The file is a list of appointments, or {"appointments": [...]}.')
    for number, item in enumerate(found, start=1):
        yield number, _object(number, item)


def _object(number: int, item: object) -> Mapping[str, str] | Problem:
    if not isinstance(item, dict) or not all(isinstance(value, str) for value in item.values()):
        return Problem(number, "is no object of texts")
    row = {COLUMNS.get(key.lower(), ""): value.strip() for key, value in item.items()}
    if "" in row:
        return Problem(number, "has a key that is not known")
    if len(row) < len(item):
        return Problem(number, "says one thing twice")
    missing = [name for name in _NEEDED if name not in row]
    return Problem(number, f"has no {', '.join(missing)}") if missing else row


# Fields


def _line(
    number: int, row: Mapping[str, str], zone: ZoneInfo, person_key: PersonKey | None
) -> Line:
    if any(len(value) > _LONGEST for value in row.values()):
        raise _Bad(f"a field is longer than {_LONGEST} characters")
    day = _date(row["date"])
    starts = datetime.combine(day, _time(row["time"]), zone).astimezone(UTC)
    status = row.get("status", "").lower()
    if status not in _STATES:
        raise _Bad("status is booked or cancelled")
    language = row.get("language") or Language.ZH_CN
    if language not in set(Language):
        raise _Bad(f"language is one of {', '.join(Language)}")
    if not _SERVICE.fullmatch(row["service"]):
        raise _Bad("service is the code of a service of this hall")
    return Line(
        number,
        _own_number(row["number"]),
        row["service"],
        starts,
        _STATES[status],
        language,
        _person(row.get("id_number", ""), day, person_key),
    )


def _own_number(text: str) -> str:
    number = text.upper()
    if _PERSON.fullmatch(number):
        raise _Bad("number is shaped like an ID number, which is no number of an appointment")
    if not _NUMBER.fullmatch(number):
        raise _Bad("number has 4 to 40 letters, digits, - or _")
    return number


def _date(text: str) -> date:
    found = _DATE.fullmatch(text)
    try:
        if found and found[1].startswith("20"):  # near its ends the calendar has no neighbours
            return date(*(int(part) for part in found.groups()))
    except ValueError:
        pass
    raise _Bad("date is a day like 2026-11-23")


def _time(text: str) -> time:
    found = _TIME.fullmatch(text)
    try:
        if found:
            return time(int(found[1]), int(found[2]))
    except ValueError:
        pass
    raise _Bad("time is a time of day like 09:30")


def _person(number: str, day: date, person_key: PersonKey | None) -> str:
    if not number or person_key is None:
        return ""
    try:
        return person_key(day, number)
    except DomainError:
        raise _Bad("id_number cannot be the number of a document") from None
