"""Many pictures on one: thumbnails with their names, in rows."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from hallclient.ui import fonts

COLUMNS, WIDTH, HEIGHT = 8, 324, 576
_GAP, _NAME = 24, 40
_GROUND, _INK, _BAD = "#3A4650", "#FFFFFF", "#FFB4A0"


def contact_sheet(
    pictures: Sequence[tuple[str, QImage, int]],
    path: Path,
    cell: tuple[int, int] = (WIDTH, HEIGHT),
    most: int = COLUMNS,
) -> None:
    """Write thumbnails of named pictures as one PNG; a number is how many complaints each has."""
    rows = -(-len(pictures) // most)
    across, down = cell[0] + _GAP, cell[1] + _NAME + _GAP
    columns = min(most, max(1, len(pictures)))
    sheet = QImage(_GAP + columns * across, _GAP + max(1, rows) * down, QImage.Format.Format_RGB32)
    sheet.fill(QColor(_GROUND))
    painter = QPainter(sheet)
    painter.setFont(fonts.font(22, fonts.MEDIUM))
    for index, (name, picture, wrong) in enumerate(pictures):
        x, y = _GAP + index % most * across, _GAP + index // most * down
        painter.setPen(QColor(_BAD if wrong else _INK))
        told = f"{name} ({wrong})" if wrong else name
        painter.drawText(QRect(x, y, cell[0], _NAME), Qt.AlignmentFlag.AlignVCenter, told)
        painter.drawImage(x, y + _NAME, picture)
    painter.end()
    save(sheet, path)


def thumbnail(picture: QImage, cell: tuple[int, int] = (WIDTH, HEIGHT)) -> QImage:
    """Return a picture of 324x576, or as large as its cell allows."""
    smooth = Qt.TransformationMode.SmoothTransformation
    return picture.scaled(*cell, Qt.AspectRatioMode.KeepAspectRatio, smooth)


def save(image: QImage, path: Path) -> None:
    """Write a PNG; raise OSError when that does not work."""
    if not image.save(str(path)):
        raise OSError(f"{path} cannot be written")
