"""A join code as a picture: on the terminal, or a PNG."""

import struct
import zlib
from collections.abc import Sequence

import qrcode

_SCALE = 8
_INVERSE = "\x1b[7m"
_NORMAL = "\x1b[0m"


def modules(text: str) -> list[list[bool]]:
    """Return the QR code of a text with its quiet zone, True is dark."""
    code = qrcode.QRCode(border=4, error_correction=qrcode.ERROR_CORRECT_M)
    code.add_data(text)
    code.make(fit=True)
    return [[bool(cell) for cell in row] for row in code.get_matrix()]


def on_terminal(rows: Sequence[Sequence[bool]], *, inverse: bool) -> str:
    """Return two rows a line in half blocks; ``inverse`` for light signs on a dark ground."""
    blank = [False] * len(rows[0])
    pairs = [
        (rows[at], rows[at + 1] if at + 1 < len(rows) else blank) for at in range(0, len(rows), 2)
    ]
    signs = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}
    begin, end = (_INVERSE, _NORMAL) if inverse else ("", "")
    return "\n".join(
        begin + "".join(signs[cells] for cells in zip(*pair, strict=True)) + end for pair in pairs
    )


def as_png(rows: Sequence[Sequence[bool]]) -> bytes:
    """Return a PNG in one bit of grey."""
    width = len(rows[0]) * _SCALE
    lines = b"".join(_line(row) * _SCALE for row in rows)
    head = struct.pack("!IIBBBBB", width, len(rows) * _SCALE, 1, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def _line(row: Sequence[bool]) -> bytes:
    """Return a filter byte and eight equal pixels for each module, one bit each."""
    return b"\0" + bytes(0x00 if dark else 0xFF for dark in row)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack("!I", len(data)) + name + data + struct.pack("!I", zlib.crc32(name + data))
