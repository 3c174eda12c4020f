"""ESC/POS: the commands in use and lines of text in them (devices.md §1). No I/O.

Text stays native wherever the printer's font has all of a line; at 9600 baud 960 bytes are a
second of a citizen's time. A line with a character beyond that font is drawn as a whole, if there
is somebody to draw it, else the character is ``〓``. No ``10 04 n`` (executed by a printer even
inside data) can occur: text holds no control characters, pictures are broken up.
"""

from dataclasses import dataclass

from hallclient.devices.escpos_raster import inverted, qr_bitmap, raster
from hallclient.devices.escpos_text import (
    balanced,
    columns_of,
    native,
    padded,
    printable,
    wrap,
)
from hallclient.services.glyphs import Bitmap, Glyphs

INIT = b"\x1b@"
KANJI_ON = b"\x1c&"
LEFT, CENTRE = b"\x1ba\x00", b"\x1ba\x01"
REVERSE_ON, REVERSE_OFF = b"\x1dB\x01", b"\x1dB\x00"
BOLD_ON, BOLD_OFF = b"\x1bE\x01", b"\x1bE\x00"
FEED_AND_CUT = b"\x1dVB\x03"
FEED_TO_TEAR = b"\x1bd\x05"  # without a cutter: up to the edge, by hand from there
# Feeds 6 dots: what stands between two native lines. The paper would need whole white rows.
FEED_SPACING = b"\x1bJ\x06"
DOTS_PER_COLUMN = 12  # a Latin glyph of font A; a Chinese one takes two columns
DOTS_PER_LINE = 24
DOTS_PER_MM = 8
QR_MODULE_TOKEN, QR_MODULE_URL = 8, 6

Scale = tuple[int, int]
PLAIN: Scale = (1, 1)
TALL: Scale = (1, 2)
DOUBLE: Scale = (2, 2)


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper width: millimetres of the roll and printable dots (8 per mm)."""

    millimetres: int
    dots: int

    @property
    def columns(self) -> int:
        """Latin characters at size 1x1 on one line."""
        return self.dots // DOTS_PER_COLUMN


PAPER_80 = Paper(80, 576)
PAPER_58 = Paper(58, 384)


def number_scale(label: str, paper: Paper) -> int:
    """Return the size 1-8 of the ticket number: the largest that fits on one line."""
    return max(1, min(8, paper.columns // max(1, columns_of(label))))


def sized(scale: Scale) -> bytes:
    """Return the command for a size of width and height 1-8."""
    width, height = scale
    return bytes((0x1D, 0x21, (width - 1) << 4 | (height - 1)))


def _native_qr(payload: str, module: int) -> bytes:
    data = payload.encode("ascii")
    bodies = (b"1A2\x00", b"1C" + bytes((module,)), b"1E1", b"1P0" + data, b"1Q0")
    return b"".join(b"\x1d(k" + len(body).to_bytes(2, "little") + body for body in bodies)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is printed on: the paper, and who draws what its printer lacks, ``None`` for nobody.

    ``four_byte``: the printer's font has the rare Chinese characters too; ``native_qr`` and
    ``cutter``: it can.
    """

    paper: Paper = PAPER_80
    glyphs: Glyphs | None = None
    four_byte: bool = False
    native_qr: bool = True
    cutter: bool = True

    @property
    def end(self) -> bytes:
        """Commands behind the last line."""
        return FEED_AND_CUT if self.cutter else FEED_TO_TEAR

    def qr_code(self, payload: str, module: int) -> bytes:
        """Return a QR code, level M; ``payload`` is checked ASCII (services/slip.py)."""
        if self.native_qr:
            return _native_qr(payload, module)
        return raster(qr_bitmap(payload, module // 2), 2, 2)

    def shown(self, text: str) -> str:
        """Return the text as it will stand there."""
        return printable(text, drawn=self.glyphs is not None, four_byte=self.four_byte)

    def fits(self, text: str, scale: Scale = PLAIN) -> bool:
        """Tell whether one line holds the text."""
        return columns_of(self.shown(text)) * scale[0] <= self.paper.columns

    def lines(self, text: str, scale: Scale = PLAIN) -> bytes:
        """Return the text wrapped, nothing for an empty one; ``scale`` is in force already."""
        return self._printed(wrap(self.shown(text), self.paper.columns // scale[0]), scale)

    def title(self, text: str, *scales: Scale) -> bytes:
        """Return the text in the first size that holds it on one line, or wrapped in the last."""
        scale = next((scale for scale in scales if self.fits(text, scale)), scales[-1])
        lines = balanced(self.shown(text), self.paper.columns // scale[0])
        return sized(scale) + self._printed(lines, scale)

    def largest(self, text: str) -> bytes:
        """Return the text as large as one line holds."""
        scale = number_scale(self.shown(text), self.paper)
        return sized((scale, scale)) + self.lines(text, (scale, scale))

    def bar(self, text: str) -> bytes:
        """Return the text white on a black bar over the whole width."""
        scale = DOUBLE if self.fits(text, DOUBLE) else TALL
        columns = self.paper.columns // scale[0]
        body = b"".join(
            self._native(padded(line, columns)) if self._has(line) else self._drawn_bar(line, scale)
            for line in wrap(self.shown(text), columns)
        )
        return sized(scale) + REVERSE_ON + body + REVERSE_OFF

    def pair(self, left: str, right: str) -> bytes:
        """Return a caption at the left margin and a value at the right one."""
        shown = self.shown(left), self.shown(right)
        spare = self.paper.columns - sum(map(columns_of, shown))
        if spare < 1:
            return self.lines(left) + self.lines(right)
        # A drawn line is as wide as its words: each white column would cost wire time too.
        gap = " " * spare if all(map(self._has, shown)) else "  "
        return self._printed([gap.join(shown)], PLAIN)

    def picture(self, bitmap: Bitmap) -> bytes:
        """Return a picture, dot for dot, and the space below it."""
        return raster(bitmap) + FEED_SPACING

    def _printed(self, lines: list[str], scale: Scale) -> bytes:
        return b"".join(
            self._native(line) if self._has(line) else self._drawn_line(line, scale)
            for line in lines
        )

    def _has(self, line: str) -> bool:
        """Tell whether the printer's own font has all of a line."""
        return native(line, four_byte=self.four_byte)

    def _native(self, line: str) -> bytes:
        return line.encode("gb18030") + b"\n"

    def _drawn_line(self, line: str, scale: Scale) -> bytes:
        return raster(self._drawn(line, scale), *_doubling(scale)) + FEED_SPACING

    def _drawn_bar(self, line: str, scale: Scale) -> bytes:
        across, down = _doubling(scale)
        bar = inverted(self._drawn(line, scale), self.paper.dots // across)
        return raster(bar, across, down) + FEED_SPACING

    def _drawn(self, line: str, scale: Scale) -> Bitmap:
        """Return a line in the dots that are sent; the printer doubles them."""
        if self.glyphs is None:  # then nothing but native text is shown
            raise AssertionError("a drawn line without somebody to draw")
        across, down = _doubling(scale)
        return self.glyphs.line(line, DOTS_PER_LINE * scale[1] // down, self.paper.dots // across)


def _doubling(scale: Scale) -> tuple[int, int]:
    return min(2, scale[0]), min(2, scale[1])
