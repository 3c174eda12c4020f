"""Draws for a printer what its own font lacks, and reads logos; fulfils ``services.glyphs.Glyphs``.

Works on images only, so any thread may use it, one at a time, once there is a QGuiApplication.
"""

from pathlib import Path
from threading import Lock

from PySide6.QtCore import QBuffer, QByteArray, QPointF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QImageReader, QPainter

from hallclient.services.glyphs import Bitmap, PictureError
from hallclient.ui import fonts

# visual.md, "Ticket": darker than this is ink; above this size no smoothing.
INK_BELOW, SMOOTH_DOTS = 150, 40
MAX_FILE, MAX_SIDE = 1 << 20, 2048
SUBSTITUTE = "〓"
_LEAST_PX = 8
_TO_BITS = bytes(ord("1") if value < INK_BELOW else ord("0") for value in range(256))


class QtGlyphs:
    """Lines in the program's own fonts, and in the system's for scripts those do not have."""

    def __init__(self, language: str = "zh-CN") -> None:
        self._language = language
        self._lock = Lock()

    def line(self, text: str, height_dots: int, max_dots: int) -> Bitmap:
        """See ``Glyphs``. Marks above and below make the line higher than ``height_dots``."""
        with self._lock:
            font, shown = self._fitting(text, height_dots, max_dots)
            return _cropped(_drawn(shown, font, max_dots), height_dots)

    def picture(self, path: Path, max_dots: int) -> Bitmap:
        """See ``Glyphs``. Half transparent dots are mixed with white."""
        buffer = _buffer(path)  # named: the reader does not keep it
        reader = QImageReader(buffer, QByteArray(b"png"))
        reader.setAutoDetectImageFormat(False)
        size = reader.size()
        if not size.isValid():
            raise PictureError(f"{path} is not a PNG picture")
        if size.width() > max_dots or size.height() > MAX_SIDE:
            raise PictureError(
                f"{path} is {size.width()} x {size.height()} dots, the paper {max_dots} wide"
            )
        image = reader.read()
        if image.isNull():
            raise PictureError(f"{path} is broken: {reader.errorString()}")
        paper = _white(image.width(), image.height())
        painter = QPainter(paper)
        painter.drawImage(0, 0, image)
        painter.end()
        return _packed(_rows(paper), 0, paper.width())

    def _fitting(self, text: str, height: int, max_dots: int) -> tuple[QFont, str]:
        """Return the largest font, up to ``height`` pixels, whose line is not too wide."""
        font = QFont(fonts.font(height, fonts.MEDIUM, self._language))
        shown = _drawable(text, QFontMetricsF(font))
        for px in range(height, _LEAST_PX - 1, -1):
            font.setPixelSize(px)
            if QFontMetricsF(font).horizontalAdvance(shown) <= max_dots:
                break
        return font, shown


def _drawable(text: str, metrics: QFontMetricsF) -> str:
    """Return the text with ``〓`` for what no font on this machine has."""
    return "".join(
        sign if metrics.inFontUcs4(ord(sign)) or _invisible(sign) else SUBSTITUTE for sign in text
    )


def _invisible(sign: str) -> bool:
    """Tell joiners and variation selectors, which shape their neighbours."""
    return sign in "\u200c\u200d" or "\ufe00" <= sign <= "\ufe0f" or sign >= "\U000e0100"


def _white(width: int, height: int) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    return image


def _drawn(text: str, font: QFont, max_dots: int) -> QImage:
    """Return the line on white, its em box in the middle third of the height."""
    px = font.pixelSize()
    if px > SMOOTH_DOTS:
        font.setStyleStrategy(QFont.StyleStrategy.NoAntialias)
    image = _white(max_dots, 3 * px)
    painter = QPainter(image)
    painter.setFont(font)
    painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    painter.drawText(QPointF(0.0, _baseline(px)), text)
    painter.end()
    return image


def _baseline(px: int) -> float:
    """Return where a Chinese em box of the middle third stands: 0.12 em of it below the line."""
    return round(px + 0.88 * px)


def _rows(image: QImage) -> list[bytes]:
    """Return the rows as text of ones (ink) and zeros."""
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    step, data = grey.bytesPerLine(), bytes(grey.constBits())
    rows = (data[y * step : y * step + grey.width()] for y in range(grey.height()))
    return [row.translate(_TO_BITS) for row in rows]


def _cropped(image: QImage, height: int) -> Bitmap:
    """Return the em box, more where there is ink around it; white at both ends is left out."""
    rows = _rows(image)
    top, bottom = _em_box(image.height(), height)
    while b"1" in b"".join(rows[:top]):
        top -= 1
    while b"1" in b"".join(rows[bottom:]):
        bottom += 1
    rows = rows[top:bottom]
    inked = [row for row in rows if b"1" in row]
    left = min((row.index(b"1") for row in inked), default=0)
    right = max((row.rindex(b"1") + 1 for row in inked), default=1)
    return _packed(rows, left, right)


def _em_box(rows: int, height: int) -> tuple[int, int]:
    px = rows // 3
    return px, min(rows, px + min(px, height))


def _packed(rows: list[bytes], left: int, right: int) -> Bitmap:
    width = right - left
    row_bytes = -(-width // 8)
    packed = (
        int(row[left:right].ljust(row_bytes * 8, b"0"), 2).to_bytes(row_bytes, "big")
        for row in rows
    )
    return Bitmap(width, len(rows), b"".join(packed))


def _buffer(path: Path) -> QBuffer:
    try:
        if path.stat().st_size > MAX_FILE:
            raise PictureError(f"{path} is over {MAX_FILE >> 20} MB")
        data = path.read_bytes()
    except OSError as error:
        raise PictureError(f"{path} cannot be read: {error.strerror}") from error
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    return buffer
