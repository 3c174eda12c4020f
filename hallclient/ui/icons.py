"""Line icons: ``resources/icons/<name>.svg`` drawn in a colour, sharp on any screen."""

from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from hallclient import assets

_PLACEHOLDER = "#000000"
_STROKE = 'stroke-width="2"'


@cache
def _source(name: str) -> str:
    return assets.path("icons", f"{name}.svg").read_text("utf-8")


@lru_cache(maxsize=256)
def pixmap(name: str, px: int, colour: str, ratio: float = 1.0, stroke: float = 2.0) -> QPixmap:
    """Return an icon of ``px`` logical pixels in ``colour`` (``#RRGGBB``).

    ``ratio`` is the screen's device pixel ratio, ``stroke`` the line width on the 24 grid.
    FileNotFoundError for an icon that does not exist.
    """
    svg = _source(name).replace(_PLACEHOLDER, colour)
    if stroke != 2.0:
        svg = svg.replace(_STROKE, f'stroke-width="{stroke:g}"')
    side = max(1, round(px * ratio))
    drawn = QPixmap(side, side)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, side, side))
    painter.end()
    drawn.setDevicePixelRatio(ratio)
    return drawn
