"""Bitmaps as ESC/POS raster commands, ``GS v 0`` (devices.md §1). Pure.

A picture goes out in bands of at most ``BAND_BYTES``: after a torn write a printer may still wait
for the rest of one, and must be fed that many white bytes before it understands a command again.

Printers execute real-time commands (``DLE EOT``, ``DLE ENQ``, ``DLE DC4``: status, recovery,
drawer, power) wherever they stand, even inside a picture. ``defused`` breaks them up by a dot.
"""

from hallclient.services.glyphs import Bitmap

RASTER = b"\x1dv0"
BAND_BYTES = 1024
REALTIME = (b"\x10\x04", b"\x10\x05", b"\x10\x14")
_EXTRA_DOT = 0x08


def raster(bitmap: Bitmap, across: int = 1, down: int = 1) -> bytes:
    """Return the commands that print a bitmap; alignment is the printer's.

    ``across`` and ``down`` 2 make the printer double each dot, as it does with its own font: a
    quarter of the bytes for the same size.
    """
    width = bitmap.row_bytes
    step = max(1, BAND_BYTES // width) * width
    rows = defused(bitmap.rows)
    bands = (rows[start : start + step] for start in range(0, len(rows), step))
    head = RASTER + bytes(((across - 1) | (down - 1) << 1,))
    return b"".join(head + _band(band, width) for band in bands)


def _band(rows: bytes, width: int) -> bytes:
    height = len(rows) // width
    return width.to_bytes(2, "little") + height.to_bytes(2, "little") + rows


def defused(data: bytes) -> bytes:
    """Return picture data in which no real-time command stands: ``10 04`` becomes ``10 0C``."""
    for command in REALTIME:
        data = data.replace(command, bytes((command[0], command[1] | _EXTRA_DOT)))
    return data


def inverted(bitmap: Bitmap, dots: int) -> Bitmap:
    """Return white on black, in the middle of a bar of ``dots`` (a multiple of 8)."""
    spare = max(0, dots - bitmap.width)
    black = (1 << dots) - 1
    unused = bitmap.row_bytes * 8 - bitmap.width
    rows = bytearray()
    for start in range(0, len(bitmap.rows), bitmap.row_bytes):
        ink = int.from_bytes(bitmap.rows[start : start + bitmap.row_bytes], "big") >> unused
        rows += (black ^ ink << (spare - spare // 2)).to_bytes(dots // 8, "big")
    return Bitmap(dots, bitmap.height, bytes(rows))


def qr_bitmap(payload: str, module: int) -> Bitmap:
    """Return a QR code, level M, for a printer that has none of its own: many more bytes."""
    import qrcode  # noqa: PLC0415 - few printers need it

    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=0)
    code.add_data(payload)
    rows = []
    for row in code.get_matrix():
        bits = "".join(("1" if dark else "0") * module for dark in row)
        padded = bits.ljust(-(-len(bits) // 8) * 8, "0")
        rows += [int(padded, 2).to_bytes(len(padded) // 8, "big")] * module
    return Bitmap(len(rows), len(rows), b"".join(rows))
