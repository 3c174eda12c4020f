"""From files to rows: one TOML file, or a folder with ``hall.toml`` and tables as CSV.

Files are taken as people have them: with or without a byte order mark, with either line end, and
a spreadsheet saved by Excel in China as GB18030 (read, with a note). What is no text, or far too
big for a hall, is refused before it is parsed.
"""

import csv
import io
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from hallclient.services.hallfile.problems import Problems, did_you_mean, listing, shown
from hallclient.services.hallfile.rows import Row
from hallclient.services.hallfile.toml_lines import Path as KeyPath
from hallclient.services.hallfile.toml_lines import key_lines

MAX_BYTES = 8_000_000
"""The biggest table of a 220-window hall has some 300,000 bytes."""

TABLES = (
    "zones", "departments", "topics", "series", "queues", "services", "materials", "windows",
    "staff", "hours", "calendar", "notices",
)  # fmt: skip
"""The tables of a hall. Materials stand inside their service in TOML."""

_TOML_LINE = re.compile(r"\(at line (\d+), column \d+\)")


@dataclass(slots=True)
class Document:
    """A hall file as rows, not yet checked."""

    hall: Row
    rules: Row
    tables: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in TABLES})


def read_document(path: Path, problems: Problems) -> Document:
    """Read a hall file or folder. Raises ``HallFileError`` when there is nothing to go on with."""
    if not path.is_dir():
        return _read_toml(path, problems)
    document = _read_toml(path / "hall.toml", problems)
    for name in TABLES:
        table = path / f"{name}.csv"
        if table.exists():
            if document.tables[name]:
                problems.add(table.name, 0, "", f'hall.toml has "{name}" too; keep one of them')
            document.tables[name] += read_csv(table, name, problems)
    return document


def read_text(path: Path, problems: Problems, *, spreadsheet: bool = False) -> str:
    """Return the text of a file. Raises ``HallFileError`` when it is none."""
    raw = _read_bytes(path, problems)
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        problems.fail(path.name, 0, "is saved as UTF-16; save it as UTF-8")
    if b"\0" in raw:
        problems.fail(path.name, 0, "is not a text file; it has zero bytes in it")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
    try:
        text = raw.decode("gb18030") if spreadsheet else None
    except UnicodeDecodeError:
        text = None
    if text is None:
        problems.fail(path.name, line, "is not UTF-8; save it as UTF-8")
    problems.notes.append(f"{path.name} was read as GB18030; better save it as CSV UTF-8")
    return text


def _read_bytes(path: Path, problems: Problems) -> bytes:
    try:
        if path.exists() and not path.is_file():
            problems.fail(path.name, 0, "is not a file")
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        problems.fail(path.name, 0, f"there is no such file: {path}")
    except (OSError, ValueError) as error:
        problems.fail(path.name, 0, f"cannot be read: {getattr(error, 'strerror', '') or error}")
    if len(raw) > MAX_BYTES:
        problems.fail(path.name, 0, f"is bigger than {MAX_BYTES:,} bytes; no hall file is")
    return raw


def _read_toml(path: Path, problems: Problems) -> Document:
    text = read_text(path, problems)
    try:
        data = tomllib.loads(text)
        lines = key_lines(text)
    except RecursionError:
        problems.fail(path.name, 0, "is nested too deeply")
    except ValueError as error:
        match = _TOML_LINE.search(str(error))
        reason = _TOML_LINE.sub("", str(error)).strip()
        at_end = "(at end of document)" in reason
        line = int(match[1]) if match else text.count("\n") + 1 if at_end else 0
        problems.fail(path.name, line, f"is not TOML: {reason}")
    return _TomlFile(path.name, data, lines, problems).document()


@dataclass(slots=True)
class _TomlFile:
    """Turns what tomllib read into rows that know their lines."""

    file: str
    data: dict[str, object]
    lines: dict[KeyPath, int]
    problems: Problems
    papers: list[Row] = field(default_factory=list)
    """The materials, which stand inside their services."""

    def document(self) -> Document:
        document = Document(self.whole("hall"), self.whole("rules"))
        for key in self.data:
            if key in TABLES and key != "materials":
                document.tables[key] = list(self.table((key,), self.data[key]))
            elif key not in {"hall", "rules"}:
                known = [name for name in TABLES if name != "materials"] + ["hall", "rules"]
                near = did_you_mean(key, known) or f"; tables are {listing(known)}"
                self.wrong((key,), key, f"there is no such table{near}")
        document.tables["materials"] = self.papers
        return document

    def whole(self, name: str) -> Row:
        value = self.data.get(name, {})
        if not isinstance(value, dict):
            self.wrong((name,), name, f"write it as a table, [{name}]")
            value = {}
        return self.row(name, (name,), value)

    def table(self, path: KeyPath, value: object) -> Iterator[Row]:
        name = str(path[0])
        if not isinstance(value, list):
            self.wrong(path, name, f"write each as a table of its own, [[{name}]]")
            return
        for place, item in enumerate(value):
            if isinstance(item, dict):
                label = item.get("code") or item.get("number") or item.get("date")
                label = f"{name}.{label}" if isinstance(label, str) else f"{name}[{place + 1}]"
                if name == "services" and "materials" in item:
                    self.materials(label[:60], (*path, place, "materials"), item)
                    del item["materials"]
                yield self.row(label[:60], (*path, place), item)
            else:
                self.wrong((*path, place), f"{name}[{place + 1}]", f"write it as [[{name}]]")

    def materials(self, label: str, path: KeyPath, service: dict[str, object]) -> None:
        """Take the materials out of a service, as rows of their own table."""
        items = service["materials"]
        if not isinstance(items, list):
            items = [items]
        for place, item in enumerate(items):
            own = f"{label}.materials[{place + 1}]"
            if isinstance(item, dict) and "service" not in item:
                with_service = {**item, "service": service.get("code", "")}
                self.papers.append(self.row(own, (*path, place), with_service))
            else:
                self.wrong((*path, place), own, 'write it as { name = "…", form = "…" }')

    def row(self, label: str, path: KeyPath, item: dict[str, object]) -> Row:
        values: dict[str, object] = {}
        lines: dict[str, int] = {}
        for key, value in item.items():
            line = self.at((*path, key))
            if isinstance(value, dict):
                for inner, leaf in value.items():
                    values[f"{key}.{inner}"] = leaf
                    lines[f"{key}.{inner}"] = self.at((*path, key, inner))
                lines.setdefault(key, line)
            else:
                values[key] = value
                lines[key] = line
        return Row(label, self.file, self.at(path), values, self.problems, lines)

    def wrong(self, path: KeyPath, key: str, text: str) -> None:
        self.problems.add(self.file, self.at(path), key, text)

    def at(self, path: KeyPath) -> int:
        """Return the line of a path, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_csv(path: Path, table: str, problems: Problems) -> list[Row]:
    """Return the rows of a spreadsheet whose first line names the columns."""
    text = read_text(path, problems, spreadsheet=True)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[Row] = []
    header: list[str] = []
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if header:
                    rows.append(_csv_row(path.name, line, table, header, cells, problems))
                else:
                    header = [cell.strip() for cell in cells]
                    _check_header(path.name, line, header, problems)
            line = reader.line_num + 1
    except csv.Error as error:
        problems.add(path.name, line, "", f"is not CSV: {error}")
    if not header:
        problems.add(path.name, 1, "", "is empty; the first line names the columns")
    return rows


def _check_header(file: str, line: int, header: list[str], problems: Problems) -> None:
    for place, name in enumerate(header, start=1):
        if not name:
            problems.add(file, line, "", f"column {place} has no name")
        elif name in header[: place - 1]:
            problems.add(file, line, name, "there are two columns of this name")


def _csv_row(
    file: str, line: int, table: str, header: list[str], cells: list[str], problems: Problems
) -> Row:
    values = dict(zip(header, (cell.strip() for cell in cells), strict=False))
    code = values.get("code") or values.get("number") or values.get("date")
    label = f"{table}.{code[:40]}" if code else table
    if any(cell.strip() for cell in cells[len(header) :]):
        extra = shown(next(cell for cell in cells[len(header) :] if cell.strip()))
        problems.add(file, line, label, f"{extra} stands beyond the last column; quote commas")
    return Row(label, file, line, values, problems)
