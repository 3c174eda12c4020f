"""A file with a hall's journal on its way to the city, and the receipt that comes back.

Lines of JSON. The first names hall, version of the tables and the entry before those that follow;
then the hall's public rows, then the entries with their hashes, and a last line with the digest of
all before it. Strictly parsed: what is not just so is refused with the number of its line.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from hallclient.domain.journal import GENESIS, Entry, canonical, next_hash
from hallclient.services.store_error import StoreError

FORMAT: Final = 1
LONGEST: Final = 4_000_000
"""Bytes of one line."""
_HASH: Final = frozenset("0123456789abcdef")


class CityFileError(StoreError):
    """The file is not what it should be; the text says where."""


@dataclass(frozen=True, slots=True)
class Start:
    """What a file begins with: its entries come behind ``after``, whose hash is ``head``."""

    hall_id: str
    tables: str
    after: int
    head: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the city has of a hall: everything up to ``through``, whose hash is ``head``."""

    hall_id: str
    through: int
    head: str


@dataclass(frozen=True, slots=True)
class HandOut:
    """A whole file, read and checked."""

    start: Start
    rows: tuple[tuple[str, Mapping[str, Any]], ...]
    """Table and values."""
    entries: tuple[Entry, ...]

    @property
    def receipt(self) -> Receipt:
        """Return what there is to be received by it."""
        if not self.entries:
            return Receipt(self.start.hall_id, self.start.after, self.start.head)
        return Receipt(self.start.hall_id, self.entries[-1].seq, self.entries[-1].hash)


def write_file(
    path: Path,
    start: Start,
    rows: Iterable[tuple[str, Mapping[str, Any]]],
    entries: Iterable[Entry],
) -> int:
    """Write a file and return how many entries are in it; another file of that name is replaced.

    Raises ``CityFileError`` where it cannot be written.
    """
    part = path.with_name(path.name + ".part")
    try:
        count = _write(part, start, rows, entries)
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise CityFileError(f"{path} cannot be written: {error.strerror}.") from error
    return count


def _write(
    part: Path,
    start: Start,
    rows: Iterable[tuple[str, Mapping[str, Any]]],
    entries: Iterable[Entry],
) -> int:
    digest, count, last = hashlib.sha256(), 0, Receipt(start.hall_id, start.after, start.head)
    with part.open("wb") as file:

        def put(value: object) -> None:
            line = canonical(value).encode() + b"\n"
            digest.update(line)
            file.write(line)

        put({
            "hallclient": "hand-out", "format": FORMAT, "hall": start.hall_id,
            "tables": start.tables, "after": start.after, "head": start.head,
        })  # fmt: skip
        for table, values in rows:
            put({"row": table, "values": dict(values)})
        for one in entries:
            texts = (one.kind, one.zone, one.window, one.subject, one.actor)
            at = one.at.astimezone(UTC).isoformat(timespec="microseconds")
            put({"entry": [one.seq, at, *texts, dict(one.data), one.hash]})
            count, last = count + 1, Receipt(start.hall_id, one.seq, one.hash)
        end = {"end": last.through, "head": last.head, "entries": count}
        file.write(canonical({**end, "sha256": digest.hexdigest()}).encode() + b"\n")
    return count


def read_file(path: Path) -> HandOut:
    """Read a file and check all of it: form, digest, and the chain of hashes.

    Raises ``CityFileError``.
    """
    reading = _Reading()
    for number, line, found in _lines(path):
        reading.take(number, line, found)
    return reading.whole()


class _Reading:
    """A file that is being read, line by line."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self._start: Start | None = None
        self._rows: list[tuple[str, Mapping[str, Any]]] = []
        self._entries: list[Entry] = []
        self._end: Mapping[str, Any] | None = None

    def take(self, number: int, line: bytes, found: Mapping[str, Any]) -> None:
        if self._end is not None:
            raise _bad(number, "something follows the last line")
        if self._start is None:
            self._start = _start(number, found)
        elif "row" in found and not self._entries:
            self._rows.append(_row(number, found))
        elif "entry" in found:
            seq, head = self._last(self._start)
            self._entries.append(_entry(number, found, seq + 1, head))
        elif "end" in found:
            self._end = found
            return
        else:
            raise _bad(number, "this line is not expected here")
        self._digest.update(line)

    def whole(self) -> HandOut:
        if self._start is None or self._end is None:
            raise CityFileError("The file is not whole: its last line is missing.")
        seq, head = self._last(self._start)
        last = {"end": seq, "head": head, "entries": len(self._entries)}
        if self._end != {**last, "sha256": self._digest.hexdigest()}:
            raise CityFileError("The file was changed on its way: its last line does not fit.")
        return HandOut(self._start, tuple(self._rows), tuple(self._entries))

    def _last(self, start: Start) -> tuple[int, str]:
        if not self._entries:
            return start.after, start.head
        return self._entries[-1].seq, self._entries[-1].hash


def write_receipt(path: Path, receipt: Receipt) -> None:
    """Write a receipt; raises ``CityFileError`` where it cannot be written."""
    told = {
        "hallclient": "receipt", "hall": receipt.hall_id,
        "through": receipt.through, "head": receipt.head,
    }  # fmt: skip
    try:
        path.write_text(canonical(told) + "\n", "utf-8")
    except OSError as error:
        raise CityFileError(f"{path} cannot be written: {error.strerror}.") from error


def read_receipt(path: Path) -> Receipt:
    """Read a receipt; raises ``CityFileError``."""
    for number, _line, found in _lines(path):
        if set(found) != {"hallclient", "hall", "through", "head"}:
            break
        if found["hallclient"] != "receipt":
            break
        hall, through = _text(number, found["hall"]), _count(number, found["through"])
        return Receipt(hall, through, _hash(number, found["head"]))
    raise CityFileError(f"{path.name} is no receipt of a city.")


def _lines(path: Path) -> Iterator[tuple[int, bytes, Mapping[str, Any]]]:
    try:
        with path.open("rb") as file:
            number = 0
            while line := file.readline(LONGEST):
                number += 1
                if not line.endswith(b"\n"):
                    raise _bad(number, "the line is cut off or too long")
                yield number, line, _object(number, line)
    except OSError as error:
        raise CityFileError(f"{path} cannot be read: {error.strerror}.") from error


def _object(number: int, line: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise _bad(number, "this is no JSON") from error
    if not isinstance(found, dict):
        raise _bad(number, "this is no object")
    return found


def _start(number: int, found: Mapping[str, Any]) -> Start:
    if set(found) != {"hallclient", "format", "hall", "tables", "after", "head"}:
        raise _bad(number, "this is no hand-out of a hall")
    if found["hallclient"] != "hand-out" or found["format"] != FORMAT:
        raise _bad(number, f"this is no hand-out of format {FORMAT}")
    after, head = _count(number, found["after"]), _hash(number, found["head"])
    if (after == 0) != (head == GENESIS):
        raise _bad(number, "the chain does not begin where it says")
    return Start(_text(number, found["hall"]), _text(number, found["tables"]), after, head)


def _row(number: int, found: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    values = found.get("values")
    if set(found) != {"row", "values"} or not isinstance(values, dict):
        raise _bad(number, "a row has a table and values")
    return _text(number, found["row"]), values


def _entry(number: int, found: Mapping[str, Any], seq: int, head: str) -> Entry:
    parts = found["entry"]
    if set(found) != {"entry"} or not isinstance(parts, list) or len(parts) != 9:
        raise _bad(number, "an entry has nine parts")
    if _count(number, parts[0]) != seq:
        raise _bad(number, f"entry {seq} is expected here, not {parts[0]}")
    at, data = parts[1], parts[7]
    kind, zone, window, subject, actor = (_text(number, part) for part in parts[2:7])
    try:
        moment = datetime.fromisoformat(_text(number, at))
    except ValueError as error:
        raise _bad(number, "this is no moment") from error
    if moment.utcoffset() is None or not isinstance(data, dict):
        raise _bad(number, "an entry has a moment with its zone, and data")
    entry = Entry(seq, moment, kind, zone, window, subject, actor, data, _hash(number, parts[8]))
    if next_hash(head, entry) != entry.hash:
        raise _bad(number, f"the chain breaks at entry {seq}")
    return entry


def _text(number: int, value: object) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise _bad(number, "a text is expected")
    return value


def _hash(number: int, value: object) -> str:
    text = _text(number, value)
    if len(text) != 64 or not set(text) <= _HASH:
        raise _bad(number, "a hash is expected")
    return text


def _count(number: int, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**63:
        raise _bad(number, "a number is expected")
    return value


def _bad(number: int, what: str) -> CityFileError:
    return CityFileError(f"Line {number}: {what}.")
