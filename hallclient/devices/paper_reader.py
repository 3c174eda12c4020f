"""What a ticket printer makes of the bytes it gets, no I/O.

Interprets the commands of devices.md §1 as a printer would (``ESC @`` leaves kanji mode, two-byte
GB18030 only, lines wrap at the paper's width), so that tests can read a ticket back and a panel
can draw it. An unknown command is recorded, never guessed.
"""

from collections.abc import Callable
from dataclasses import replace

from hallclient.devices.escpos import DOTS_PER_COLUMN, INIT, PAPER_80, Paper
from hallclient.devices.paper import (
    Align,
    Feed,
    PaperItem,
    Picture,
    PrintedTicket,
    QrMark,
    Style,
    TextLine,
    TextRun,
)
from hallclient.services.glyphs import Bitmap

ESC, FS, GS, DLE, LF, CR = 0x1B, 0x1C, 0x1D, 0x10, 0x0A, 0x0D
MAX_PICTURE = 1 << 18
QR_LEVELS = {0x30: "L", 0x31: "M", 0x32: "Q", 0x33: "H"}


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
        if pending == b"\x00":  # between commands it does nothing and belongs to no ticket
            self._raw.pop()
            return None
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
