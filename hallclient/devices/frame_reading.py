"""Reading the shape of frames and lines from a profile's TOML; ``ValueError`` names the key."""

import re
from typing import Any

from hallclient.devices.codec.checksums import CHECKSUMS
from hallclient.devices.codec.formats import (
    FIELDS,
    Endian,
    FrameFormat,
    LineFormat,
    Part,
)
from hallclient.devices.toml_table import Table

GAPS_MS = range(1, 1001)
MOST_DATA = 4096
MOST_OPTIONAL = 6
_ENDIANS = frozenset({"big", "little"})
_PART = re.compile(
    r"(?:(?P<literal>[0-9A-Fa-f]{2})(?:\*(?P<most>[1-9]\d?))?"
    r"|(?P<name>[a-z_]+)(?:=(?P<constant>[0-9A-Fa-f ]+)|:(?P<size>[1-9]\d{0,2}))?)(?P<optional>\?)?"
)


def read_frames(root: Table) -> tuple[FrameFormat, FrameFormat]:
    """Return the formats of what is sent and received: ``[received]`` changes ``[frame]``."""
    sent = root.content("frame")
    changes = root.content("received", {})
    outgoing = _frame(Table(sent, "frame"))
    if not changes:
        return outgoing, outgoing
    return outgoing, _frame(Table(_changed(sent, changes), "received"), spare=frozenset(sent))


def read_lines(table: Table) -> LineFormat:
    """Return the format of lines."""
    lines = LineFormat(
        ends=tuple(_octets(table, "ends", table.texts("ends"))),
        prompts=tuple(_octets(table, "prompts", table.texts("prompts", []))),
        max_data=table.number("max_data", range(1, MOST_DATA + 1)),
        gap_seconds=table.number("gap_ms", GAPS_MS) / 1000,
    )
    table.finish()
    if not lines.ends:
        raise ValueError("lines.ends must have at least one end")
    return lines


def _octets(table: Table, key: str, texts: list[str]) -> list[bytes]:
    try:
        found = [bytes.fromhex(text) for text in texts]
    except ValueError as error:
        raise ValueError(f"{table.name(key)} must list hexadecimal bytes") from error
    if not all(found):
        raise ValueError(f"{table.name(key)} must not have an empty one")
    return found


def _changed(sent: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Return a frame's table with the changes; inner tables are changed key by key."""
    merged = dict(sent)
    for key, value in changes.items():
        inner = merged.get(key)
        both = isinstance(inner, dict) and isinstance(value, dict)
        merged[key] = {**inner, **value} if both else value  # type: ignore[dict-item]
    return merged


def _frame(table: Table, spare: frozenset[str] = frozenset()) -> FrameFormat:
    """Return a format; ``spare`` are keys that need not have a use in this direction."""
    layout = tuple(_part(table, item) for item in table.texts("layout"))
    names = frozenset(part.name for part in layout if part.name)
    for field in ("len", "sum", "addr", "func"):
        if field not in names and field in spare:
            table.content(field, {})
    if ("data" in names) != ("len" in names):
        raise ValueError(f"{table.where}.layout must have both len and data, or none")
    length, check = table.table_or_empty("len"), table.table_or_empty("sum")
    addr, func = table.table_or_empty("addr"), table.table_or_empty("func")
    has_len, has_sum = "len" in names, "sum" in names
    frame = FrameFormat(
        layout=layout,
        gap_seconds=table.number("gap_ms", GAPS_MS) / 1000,
        max_data=length.number("max_data", range(MOST_DATA + 1)) if has_len else 0,
        len_size=length.number("size", range(1, 5), 1) if has_len else 1,
        len_endian=_endian(length) if has_len else "big",
        len_counts=length.names("counts", names) if has_len else (),
        addr_size=addr.number("size", range(1, 5), 1),
        addr_endian=_endian(addr),
        func_size=func.number("size", range(1, 5), 1),
        func_endian=_endian(func),
        checksum=check.choice("algorithm", frozenset(CHECKSUMS)) if has_sum else "sum8",
        sum_over=check.names("over", names - {"sum"}) if has_sum else (),
        sum_endian=_endian(check) if has_sum else "big",
        escapes=_escapes(table.table("escape")) if table.has("escape") else {},
    )
    for inner in (length, check, addr, func, table):
        inner.finish()
    _check_layout(frame, table.where)
    return frame


def _endian(table: Table) -> Endian:
    return "little" if table.choice("endian", _ENDIANS, "big") == "little" else "big"


def _escapes(table: Table) -> dict[int, bytes]:
    escapes: dict[int, bytes] = {}
    for key in table.keys():  # noqa: SIM118  not a mapping, and it shrinks meanwhile
        if not re.fullmatch(r"[0-9A-Fa-f]{2}", key):
            raise ValueError(f"{table.name(key)} must be one byte")
        escapes[int(key, 16)] = table.octets(key)
    pairs = list(escapes.values())
    if any(len(pair) != 2 or pair[0] not in escapes for pair in pairs) or len(set(pairs)) < len(
        pairs
    ):
        raise ValueError(
            f"[{table.where}] must give each byte its own two, the first of them escaped as well"
        )
    return escapes


def _part(table: Table, text: str) -> Part:
    found = _PART.fullmatch(text)
    if found is None or (not found["literal"] and not _named(found)):
        raise ValueError(f"{table.name('layout')}: {text!r} is neither a field nor a byte")
    optional = bool(found["optional"])
    if found["literal"]:
        literal = bytes.fromhex(found["literal"])
        return Part("", literal, 1, int(found["most"] or 1), optional)
    if found["constant"]:
        constant = bytes.fromhex(found["constant"])
        return Part(found["name"], constant, len(constant), optional=optional)
    return Part(found["name"], size=int(found["size"] or 1), optional=optional)


def _named(found: re.Match[str]) -> bool:
    """Return whether a named part is a field, or brings its bytes or size."""
    own = bool(found["constant"] or found["size"])
    return not own if found["name"] in FIELDS else own


def _check_layout(frame: FrameFormat, where: str) -> None:
    names = [part.name for part in frame.layout if part.name]
    if len(frame.layout) == len(names) == 0:
        raise ValueError(f"{where}.layout must not be empty")
    if any(names.count(name) > 1 for name in names if name != "len"):
        raise ValueError(f"{where}.layout may repeat len only")
    if sum(part.optional for part in frame.layout) > MOST_OPTIONAL:
        raise ValueError(f"{where}.layout may leave out {MOST_OPTIONAL} parts at most")
    if any(part.optional and part.name in FIELDS for part in frame.layout):
        raise ValueError(f"{where}.layout may leave out bytes, but no field")
    _check_length(frame, names, where)
    _check_sum(frame, names, where)


def _check_length(frame: FrameFormat, names: list[str], where: str) -> None:
    if "len" not in names:
        return
    if names.index("len") > names.index("data"):
        raise ValueError(f"{where}.layout must have len before data")
    if "data" not in frame.len_counts:
        raise ValueError(f"{where}.len must count data")
    if frame.max_data + frame.counted_besides_data() >= 0x100**frame.len_size:
        raise ValueError(f"{where}.len.max_data is more than len can tell")


def _check_sum(frame: FrameFormat, names: list[str], where: str) -> None:
    if "sum" in names and names.index("sum") < max(names.index(name) for name in frame.sum_over):
        raise ValueError(f"{where}.layout must have sum after the fields it covers")
