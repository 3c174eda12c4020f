"""Draw the pictures of the built-in demo hall: photos of staff that are nobody, and a notice.

Usage: python tools/draw_people.py [resources/halls]

Plain figures of flat colours, made for this project: no photo of anybody may be in a hall file that
comes with the program.
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF

WIDTH, HEIGHT = 360, 480
NOTICE = (960, 540)


@dataclass(frozen=True, slots=True)
class Person:
    """A figure: ground, uniform and hair; ``long`` hair goes down to the shoulders."""

    ground: str
    uniform: str
    hair: str
    skin: str
    long: bool = False
    glasses: bool = False


PEOPLE = {
    "0123": Person("#DCE9F2", "#23527C", "#2B2622", "#F0CDB2", long=True),
    "0127": Person("#E6EFE2", "#23527C", "#3A2E28", "#EBC4A6", long=True, glasses=True),
    "0144": Person("#F1E9DC", "#23527C", "#24211F", "#E8BE9E", glasses=True),
}
"""By staff number of ``demo.toml``."""


def main(folder: Path) -> int:
    """Write all pictures."""
    for number, person in PEOPLE.items():
        save(draw_person(person), folder / f"demo-{number}.png")
    save(draw_notice(), folder / "demo-notice.png")
    return 0


def draw_person(person: Person) -> QImage:
    """Return head and shoulders, 3:4."""
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    image.fill(QColor(person.ground))
    painter = _painter(image)
    if person.long:
        _fill(painter, _round(QRectF(88, 92, 184, 260), 90), person.hair)
    shoulders = QPainterPath(QPointF(20, 480))
    shoulders.cubicTo(24, 380, 80, 346, 140, 334)
    shoulders.lineTo(220, 334)
    shoulders.cubicTo(280, 346, 336, 380, 340, 480)
    _fill(painter, shoulders, person.uniform)
    _fill(painter, _round(QRectF(146, 268, 68, 104), 34), QColor(person.skin).darker(108))
    for side in (-1, 1):  # a white collar
        points = [(0, 396), (side * 44, 330), (side * 66, 364), (side * 22, 416)]
        collar = QPainterPath()
        collar.addPolygon(QPolygonF([QPointF(180 + x, y) for x, y in points]))
        _fill(painter, collar, "#F7F8F6")
    face = QPainterPath()
    face.addEllipse(QRectF(108, 108, 144, 188))
    _fill(painter, face, person.skin)
    cap = QPainterPath()
    cap.addEllipse(QRectF(98, 78, 164, 150))
    brow = QPainterPath()
    brow.addEllipse(QRectF(104, 152, 152, 190))
    _fill(painter, cap.subtracted(brow), person.hair)
    if person.glasses:
        painter.setPen(QPen(QColor("#4A4A4A"), 4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for x in (122, 188):
            painter.drawRoundedRect(QRectF(x, 190, 50, 36), 14, 14)
        painter.drawLine(172, 204, 188, 204)
    _fill(painter, _round(QRectF(222, 410, 74, 22), 5), "#D9B44A")  # a badge without a name
    painter.end()
    return image


def draw_notice() -> QImage:
    """Return an umbrella in the rain: borrowed umbrellas need no words."""
    image = QImage(*NOTICE, QImage.Format.Format_RGB32)
    image.fill(QColor("#E3EEF4"))
    painter = _painter(image)
    painter.setPen(QPen(QColor("#7FA9C4"), 6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    for row in range(5):
        for x in range(30 + row % 2 * 45, NOTICE[0], 90):
            painter.drawLine(x, 30 + row * 105, x - 12, 66 + row * 105)
    painter.setPen(QPen(QColor("#3A3A3A"), 14, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawLine(480, 90, 480, 430)
    painter.drawArc(QRectF(410, 395, 70, 74), 180 * 16, 180 * 16)
    top = QPainterPath(QPointF(240, 280))
    top.cubicTo(260, 60, 700, 60, 720, 280)
    for x in (600, 480, 360, 240):
        top.quadTo(x + 60, 230, x, 280)
    _fill(painter, top, "#23527C")
    painter.setPen(QPen(QColor("#5B86AC"), 5))
    for x in (360, 480, 600):
        painter.drawLine(QPointF(480, 118), QPointF(x, 276))
    painter.end()
    return image


def save(image: QImage, file: Path) -> None:
    """Write a PNG."""
    if not image.save(str(file), quality=0):
        raise SystemExit(f"{file} cannot be written")
    print(f"{file}: {file.stat().st_size} bytes")


def _painter(image: QImage) -> QPainter:
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    return painter


def _fill(painter: QPainter, path: QPainterPath, colour: QColor | str) -> None:
    painter.fillPath(path, QColor(colour))


def _round(at: QRectF, radius: float) -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(at, radius, radius)
    return path


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "resources/halls")))
