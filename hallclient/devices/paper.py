"""What comes out of a ticket printer: lines, codes, pictures and their lengths. Plain values."""

from dataclasses import dataclass, field
from enum import Enum

from hallclient.devices.escpos import DOTS_PER_LINE, DOTS_PER_MM
from hallclient.services.glyphs import Bitmap

SPACING = 6  # dots between two lines, unless they are changed
HEAD_TO_CUTTER_MM = 12
# Characters that QR versions 1 to 10 hold at level M, as bytes; side: 17 + 4 * version.
_QR_ROOM = (14, 26, 42, 62, 84, 106, 122, 152, 180, 213)


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
