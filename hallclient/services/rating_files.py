"""Files with ratings that were given on telephones: CSV and JSON lines, read strictly.

A line that cannot be used is a problem with its number; a file that cannot be used at all is a
``FileRefused``. What stood in a line is never repeated (docs/ratings.md, Files).
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from hallclient.domain.errors import DomainError
from hallclient.domain.rating import Level
from hallclient.domain.rating_reason import check_reasons
from hallclient.domain.telephone import normalised
from hallclient.services.appointments.files import FileRefused, Problem

MOST_BYTES = 5_000_000
MOST_LINES = 20_000
COLUMNS = ("code", "level", "given_at", "reasons", "contact")
_NEEDED = frozenset({"code", "level", "given_at"})
_CODE = re.compile(r"[0-9A-Z]{8,64}")
_REASON = re.compile(r"\d{3}")
_MOMENT = re.compile(r"20\d\d-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?")
_LONGEST = 120
_ENDINGS = ("csv", "jsonl", "json")


@dataclass(frozen=True, slots=True)
class Answer:
    """One line: what somebody gave on a telephone. Only its line is in the printed form."""

    line: int
    code: str = field(repr=False)
    level: Level = field(repr=False)
    given_at: datetime = field(repr=False)
    reasons: tuple[str, ...] = field(default=(), repr=False)
    contact: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ParsedAnswers:
    """What a file says."""

    answers: tuple[Answer, ...]
    problems: tuple[Problem, ...]


class _Bad(Exception):
    """A field cannot be used."""


def parse(content: bytes, name: str, time_zone: str) -> ParsedAnswers:
    """Read a file by the end of its ``name``; times without a zone are the hall's.

    Raises ``FileRefused``.
    """
    if len(content) > MOST_BYTES:
        raise FileRefused(f"The file is larger than {MOST_BYTES // 1_000_000} MB.")
    kind = name.rpartition(".")[2].lower()
    if kind not in _ENDINGS:
        raise FileRefused("Only .csv and .jsonl files hold ratings.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileRefused("The file is not UTF-8.") from None
    if "\0" in text:
        raise FileRefused("The file holds zero bytes: it is no text.")
    rows = _csv_rows(text) if kind == "csv" else _json_rows(text)
    zone = ZoneInfo(time_zone)
    answers: list[Answer] = []
    problems: list[Problem] = []
    for count, (line, row) in enumerate(rows, start=1):
        if count > MOST_LINES:
            raise FileRefused(f"The file has more than {MOST_LINES} lines: divide it.")
        try:
            answers.append(_answer(line, row, zone))
        except _Bad as bad:
            problems.append(Problem(line, str(bad)))
    return ParsedAnswers(tuple(answers), tuple(problems))


# Rows


def _csv_rows(text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        names = next((row for row in reader if any(cell.strip() for cell in row)), None)
        if names is None:
            raise FileRefused("The file is empty.")
        names = [name.strip().lower() for name in names]
        known = set(names) <= set(COLUMNS) and len(set(names)) == len(names)
        if not known or not set(names) >= _NEEDED:
            raise FileRefused(f"The head has {', '.join(COLUMNS)}, the last two as one likes.")
        for row in reader:
            if any(cell.strip() for cell in row):
                cells = [cell.strip() for cell in row]
                whole = len(cells) == len(names)
                yield reader.line_num, dict(zip(names, cells, strict=True)) if whole else {}
    except csv.Error:
        where = max(1, reader.line_num)
        raise FileRefused(f"Line {where} is no CSV: a quotation mark is wrong there.") from None


def _json_rows(text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, _object(line)


def _object(line: str) -> Mapping[str, Any]:
    try:
        found = json.loads(line, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        raise ValueError("says one thing twice")
    return table


# Fields


def _answer(line: int, row: Mapping[str, Any], zone: ZoneInfo) -> Answer:
    if not row:
        raise _Bad("is no row of this file")
    if not set(row) <= set(COLUMNS) or not set(row) >= _NEEDED:
        raise _Bad(f"has not the fields {', '.join(COLUMNS)}")
    code = _text(row["code"], "code").upper()
    if not _CODE.fullmatch(code):
        raise _Bad("code is none of a hall")
    level = _level(row["level"])
    reasons = _reasons(row.get("reasons"))
    try:
        check_reasons(level, reasons)
    except DomainError:
        raise _Bad("reasons are not of this level, or one is there twice") from None
    contact = _text(row.get("contact") or "", "contact")
    try:
        number = normalised(contact) if contact else ""
    except DomainError:
        raise _Bad("contact is no mobile telephone number") from None
    return Answer(line, code, level, _moment(row["given_at"], zone), reasons, number)


def _text(value: object, name: str) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise _Bad(f"{name} is a short text")
    return value.strip()


def _level(value: object) -> Level:
    text = str(value) if type(value) is int else value
    if text not in ("1", "2", "3", "4", "5"):
        raise _Bad("level is a number from 1 to 5")
    return Level(int(str(text)))


def _reasons(value: object) -> tuple[str, ...]:
    """Return codes: of a list, or of a text that divides them by blanks or semicolons."""
    if value is None:
        return ()
    parts = value if isinstance(value, list) else re.split(r"[;\s]+", _text(value, "reasons"))
    codes = tuple(str(part) for part in parts if part != "")
    if len(codes) > _LONGEST or not all(_REASON.fullmatch(code) for code in codes):
        raise _Bad("reasons are codes of three digits")
    return codes


def _moment(value: object, zone: ZoneInfo) -> datetime:
    text = _text(value, "given_at")
    try:
        if _MOMENT.fullmatch(text):
            at = datetime.fromisoformat(text)
            return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise _Bad("given_at is a moment like 2026-11-23 09:30:00 or 2026-11-23T09:30:00+08:00")
