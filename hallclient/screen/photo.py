"""A photo for a window's screen: bytes in, a small picture of 3:4 out. Runs in a worker."""

import logging
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QRect, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

log = logging.getLogger(__name__)

SHAPE: Final = (3, 4)
MOST_BYTES: Final = 2 * 1024 * 1024
MOST_PIXELS: Final = 50_000_000
FORMATS: Final = (b"jpeg", b"png")


def decoded(data: bytes, height: int) -> QImage | None:
    """Return the middle of a picture at 3:4, ``height`` px high; None for one that is no photo.

    Its size is looked at before it is decoded, and JPEG is decoded no larger than needed.
    """
    if not 0 < len(data) <= MOST_BYTES:
        return None
    raw = QByteArray(data)
    buffer = QBuffer(raw)
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    kind = bytes(reader.format().data())
    if kind not in FORMATS or size.isEmpty() or size.width() * size.height() > MOST_PIXELS:
        return None
    turned = QImageReader.transformation(reader) in _TURNED
    upright = size.transposed() if turned else size
    goal = QSize(height * SHAPE[0] // SHAPE[1], height)
    scaled = upright.scaled(goal, Qt.AspectRatioMode.KeepAspectRatioByExpanding)
    if scaled.width() * scaled.height() > MOST_PIXELS:  # a line one pixel high, made as high
        return None
    reader.setScaledSize(scaled.transposed() if turned else scaled)
    image = reader.read()
    if image.isNull():
        return None
    x, y = (image.width() - goal.width()) // 2, (image.height() - goal.height()) // 4
    return image.copy(QRect(x, max(0, y), goal.width(), goal.height()))


_TURNED = tuple(
    each
    for each in type(QImageReader().transformation())
    if each.value in (4, 5, 6, 7)  # Exif: a quarter turn, mirrored or not
)
