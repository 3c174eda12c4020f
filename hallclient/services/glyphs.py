"""Pictures for a printer: text that its own font lacks, and logos. A port; Qt draws (ui/glyphs.py).

::

    PictureError    the file is no picture that can be printed; the text is fit for a person
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


class PictureError(ValueError):
    """A picture cannot be printed."""


@dataclass(frozen=True, slots=True)
class Bitmap:
    """Black dots on white: rows from the top, packed from the left, the highest bit first.

    Each row begins with a new byte; the bits behind its end are 0. Raises ``ValueError`` when the
    rows do not make up the size.
    """

    width: int
    height: int
    rows: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if self.width < 1 or self.height < 1:
            raise ValueError("a bitmap has at least one dot")
        if len(self.rows) != self.row_bytes * self.height:
            raise ValueError(f"{len(self.rows)} bytes are no {self.width} x {self.height} bitmap")

    @property
    def row_bytes(self) -> int:
        """Bytes of one row."""
        return -(-self.width // 8)


class Glyphs(Protocol):
    """Draws what a printer cannot; any thread, one at a time."""

    def line(self, text: str, height_dots: int, max_dots: int) -> Bitmap:
        """Return one line of text, at most ``max_dots`` wide.

        A Chinese character is ``height_dots`` high, less where the line would be too wide. Right
        to left scripts are shaped and ordered. A sign that no font has is drawn as ``〓``.
        """
        ...

    def picture(self, path: Path, max_dots: int) -> Bitmap:
        """Return a PNG dot for dot, at most ``max_dots`` wide; raises ``PictureError``."""
        ...
