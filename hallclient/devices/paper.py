"""What a ticket printer makes of the bytes it gets: a model of the paper, no I/O, no picture.

Interprets the commands of devices.md §1 as a printer would (``ESC @`` leaves kanji mode, two-byte
GB18030 only, lines wrap at the paper's width), so that tests can read a ticket back and a panel
can draw it. An unknown command is recorded, never guessed.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum

from hallclient.devices.escpos import (
    DOTS_PER_COLUMN,
    DOTS_PER_LINE,
    DOTS_PER_MM,
    INIT,
    PAPER_80,
    Paper,
)
from hallclient.services.glyphs import Bitmap

ESC, FS, GS, DLE, LF, CR = 0x1B, 0x1C, 0x1D, 0x10, 0x0A, 0x0D
SPACING = 6  # dots between two lines, unless they are changed
HEAD_TO_CUTTER_MM = 12
MAX_PICTURE = 1 << 18
# Characters that QR versions 1 to 10 hold at level M, as bytes; side: 17 + 4 * version.
_QR_ROOM = (14, 26, 42, 62, 84, 106, 122, 152, 180, 213)
QR_LEVELS = {0x30: "L", 0x31: "M", 0x32: "Q", 0x33: "H"}


class Align(Enum):
    """Where a line stands."""

    LEFT = 0
    CENTRE = 1
    RIGHT = 2


@dataclass(frozen=True, slots=True)
class Style:
    """How text is printed: multiples of the 12x24-dot glyph, reverse video, bold."""

    width: int = 1
    height: int = 1
    reverse: bool = False
    bold: bool = False


@dataclass(frozen=True, slots=True)
class TextRun:
    """Text of one style."""

    text: str
    style: Style


@dataclass(frozen=True, slots=True)
class TextLine:
    """One printed line; ``dots`` is the width of its ink box."""

    runs: tuple[TextRun, ...]
    align: Align
    dots: int

    @property
    def text(self) -> str:
        """The words alone."""
        return "".join(run.text for run in self.runs)

    @property
    def height(self) -> int:
        """Dots from this line to the next, without line spacing."""
        return max((run.style.height for run in self.runs), default=1) * DOTS_PER_LINE


@dataclass(frozen=True, slots=True)
class QrMark:
    """A printed QR code; ``module`` is dots per square."""

    payload: str
    model: int
    module: int
    level: str
    align: Align


@dataclass(frozen=True, slots=True)
class Picture:
    """A printed bitmap: one band of a logo or of a drawn line; 2 is a dot doubled that way."""

    bitmap: Bitmap
    align: Align
    across: int = 1
    down: int = 1


@dataclass(frozen=True, slots=True)
class Feed:
    """Empty paper, in lines and dots."""

    lines: int
    dots: int = 0


PaperItem = TextLine | QrMark | Picture | Feed


def item_dots(item: PaperItem) -> int:
    """Return how far the paper moves for an item; a QR code's side is the largest it can have."""
    match item:
        case TextLine():
            return item.height + SPACING
        case Picture():
            return item.bitmap.height * item.down
        case Feed():
            return item.lines * (DOTS_PER_LINE + SPACING) + item.dots
        case QrMark():
            smaller = sum(room < len(item.payload) for room in _QR_ROOM)
            return (21 + 4 * smaller) * item.module


@dataclass(frozen=True, slots=True)
class PrintedTicket:
    """What came out up to a cut, and the bytes that made it."""

    raw: bytes = field(repr=False)
    items: tuple[PaperItem, ...]
    unknown: tuple[bytes, ...] = ()

    @property
    def lines(self) -> tuple[TextLine, ...]:
        """The text lines from top to bottom."""
        return tuple(item for item in self.items if isinstance(item, TextLine))

    @property
    def text(self) -> str:
        """All words, one printed line per line."""
        return "\n".join(line.text for line in self.lines)

    @property
    def qr(self) -> QrMark | None:
        """The first QR code."""
        return next((item for item in self.items if isinstance(item, QrMark)), None)

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """The bitmaps from top to bottom."""
        return tuple(item for item in self.items if isinstance(item, Picture))

    @property
    def millimetres(self) -> float:
        """The length of paper it took, the way from the head to the cutter included."""
        return sum(map(item_dots, self.items)) / DOTS_PER_MM + HEAD_TO_CUTTER_MM

    @property
    def number(self) -> str:
        """The text in the largest size: the ticket's number."""
        largest = max(self.lines, key=lambda line: line.height, default=None)
        return largest.text if largest else ""


class PaperReader:
    """Interprets a printer's input, byte by byte; ``feed`` returns the tickets cut off.

    ``automatic`` is told what the printer shall report by itself (``GS a``), 0 for nothing.
    """

    def __init__(
        self, paper: Paper = PAPER_80, automatic: Callable[[int], None] | None = None
    ) -> None:
        self._paper = paper
        self._automatic = automatic
        self._wanted: int | None = None
        self._raw = bytearray()
        self._pending = bytearray()
        self._items: list[PaperItem] = []
        self._unknown: list[bytes] = []
        self._reset()

    @property
    def printed_bytes(self) -> int:
        """Bytes taken since the last cut."""
        return len(self._raw)

    def feed(self, data: bytes) -> list[PrintedTicket]:
        """Take bytes in any chunking."""
        tickets: list[PrintedTicket] = []
        for value in data:
            self._raw.append(value)
            self._pending.append(value)
            ticket = self._step()
            if ticket is not None:
                tickets.append(ticket)
        return tickets

    def _reset(self) -> None:
        self._style = Style()
        self._align = Align.LEFT
        self._kanji = False
        self._runs: list[TextRun] = []
        self._columns = 0
        self._qr_model, self._qr_module, self._qr_level, self._qr_data = 2, 3, "L", b""

    def _step(self) -> PrintedTicket | None:
        if self._wanted is None:
            self._wanted = _size_of(self._pending, kanji=self._kanji)
        if self._wanted is None or len(self._pending) < self._wanted:
            return None
        pending = bytes(self._pending)
        self._pending.clear()
        self._wanted = None
        if pending[0] == GS and pending[1] == 0x56:
            return self._cut()
        self._apply(pending)
        return None

    def _apply(self, unit: bytes) -> None:
        if unit[0] in {ESC, FS, GS}:
            command = self._commands().get(unit[:2])
            if command is None:
                self._unknown.append(unit)
            else:
                command(unit[2:])
        elif unit[0] == LF:
            self._end_line()
        elif unit[0] >= 0x20:
            self._put(_decoded(unit), len(unit))

    def _commands(self) -> dict[bytes, Callable[[bytes], None]]:
        return {
            b"\x1b@": lambda _args: self._start(),
            b"\x1c&": lambda _args: self._set_kanji(on=True),
            b"\x1c.": lambda _args: self._set_kanji(on=False),
            b"\x1d!": self._set_size,
            b"\x1dB": self._set_reverse,
            b"\x1bE": self._set_bold,
            b"\x1ba": self._set_align,
            b"\x1bd": self._feed_lines,
            b"\x1bJ": self._feed_dots,
            b"\x1d(": self._graphics,
            b"\x1dv": self._picture,
            b"\x1da": self._report,
        }

    def _start(self) -> None:
        """Initialise: a ticket's bytes count from here, what stood on the paper stays there."""
        self._end_line(empty=False)
        self._reset()
        self._raw[:] = INIT
        self._report(b"\x00")

    def _set_kanji(self, *, on: bool) -> None:
        self._kanji = on

    def _set_size(self, args: bytes) -> None:
        width, height = (args[0] >> 4 & 7) + 1, (args[0] & 7) + 1
        self._style = replace(self._style, width=width, height=height)

    def _set_reverse(self, args: bytes) -> None:
        self._style = replace(self._style, reverse=bool(args[0] & 1))

    def _set_bold(self, args: bytes) -> None:
        self._style = replace(self._style, bold=bool(args[0] & 1))

    def _set_align(self, args: bytes) -> None:
        if args[0] % 48 in {0, 1, 2}:
            self._align = Align(args[0] % 48)

    def _feed_lines(self, args: bytes) -> None:
        self._end_line(empty=False)
        self._items.append(Feed(args[0]))

    def _feed_dots(self, args: bytes) -> None:
        self._end_line(empty=False)
        self._items.append(Feed(0, args[0]))

    def _report(self, args: bytes) -> None:
        if self._automatic is not None:
            self._automatic(args[0])

    def _picture(self, args: bytes) -> None:
        """Take ``GS v 0``: m (bits: double across, down) xL xH yL yH and rows."""
        width, height = _picture_size(args[1:])
        if args[:1] != b"0" or args[1] > 3 or not 0 < width * height <= MAX_PICTURE:
            self._unknown.append(b"\x1dv" + args[:6])
            return
        self._end_line(empty=False)
        bitmap, doubled = Bitmap(width * 8, height, args[6:]), args[1]
        self._items.append(Picture(bitmap, self._align, 1 + (doubled & 1), 1 + (doubled >> 1)))

    def _graphics(self, args: bytes) -> None:
        """Take ``GS ( k``: pL pH cn fn and parameters (QR is cn 31h)."""
        function, parameters = args[3:5], args[5:] or b"\x00"
        if function == b"1A":
            self._qr_model = parameters[0] - 0x30
        elif function == b"1C":
            self._qr_module = parameters[0]
        elif function == b"1E":
            self._qr_level = QR_LEVELS.get(parameters[0], "?")
        elif function == b"1P":
            self._qr_data = parameters[1:]
        elif function == b"1Q":
            self._print_qr()
        else:
            self._unknown.append(b"\x1d(" + args)

    def _print_qr(self) -> None:
        self._end_line(empty=False)
        payload = self._qr_data.decode("ascii", "replace")
        mark = QrMark(payload, self._qr_model, self._qr_module, self._qr_level, self._align)
        self._items.append(mark)

    def _put(self, text: str, columns: int) -> None:
        columns *= self._style.width
        if self._columns + columns > self._paper.columns:
            self._end_line()
        self._columns += columns
        if self._runs and self._runs[-1].style == self._style:
            text = self._runs.pop().text + text
        self._runs.append(TextRun(text, self._style))

    def _end_line(self, *, empty: bool = True) -> None:
        if self._runs:
            dots = self._columns * DOTS_PER_COLUMN
            self._items.append(TextLine(tuple(self._runs), self._align, dots))
        elif empty:
            self._items.append(Feed(1))
        self._runs, self._columns = [], 0

    def _cut(self) -> PrintedTicket:
        self._end_line(empty=False)
        ticket = PrintedTicket(bytes(self._raw), tuple(self._items), tuple(self._unknown))
        self._raw.clear()
        self._items, self._unknown = [], []
        return ticket


_LENGTHS = {b"\x1b@": 2, b"\x1c&": 2, b"\x1c.": 2}


def _picture_size(args: bytes) -> tuple[int, int]:
    """Return bytes of a row and rows, from m xL xH yL yH."""
    return int.from_bytes(args[1:3], "little"), int.from_bytes(args[3:5], "little")


def _size_of(unit: bytearray, *, kanji: bool) -> int | None:
    """Return how many bytes this unit of input has in all, ``None`` while that is open."""
    first = unit[0]
    if first in {ESC, FS, GS}:
        return _command_size(unit)
    return 2 if kanji and 0x81 <= first <= 0xFE else 1


def _command_size(unit: bytearray) -> int | None:
    if len(unit) < 2:
        return None
    name = bytes(unit[:2])
    if name == b"\x1d(":
        return 5 + int.from_bytes(unit[3:5], "little") if len(unit) >= 5 else None
    if name == b"\x1dv":
        return _whole_picture(unit) if len(unit) >= 8 else None
    if name == b"\x1dV":
        if len(unit) < 3:
            return None
        return 4 if unit[2] in {0x41, 0x42} else 3
    return _LENGTHS.get(name, 3)


def _whole_picture(unit: bytearray) -> int:
    width, height = _picture_size(bytes(unit[3:8]))
    return 8 + width * height if width * height <= MAX_PICTURE else 8


def _decoded(unit: bytes) -> str:
    """Return a character as the printer shows it: ``?`` for what its font lacks."""
    if unit == b"\x7f":
        return ""
    codec = "ascii" if len(unit) == 1 else "gb18030"
    try:
        return unit.decode(codec)
    except UnicodeDecodeError:
        return "?" * len(unit)
