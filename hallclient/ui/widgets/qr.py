"""A QR code on the screen, drawn module by module so that it stays sharp at any size."""

from functools import lru_cache

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.ui.widgets.base import HallLabel

QUIET = 3
"""Light modules around the code (visual.md, Ticket)."""


@lru_cache(maxsize=8)
def matrix(data: str) -> tuple[tuple[bool, ...], ...]:
    """Return the modules of ``data`` at level M, without a quiet zone."""
    # Imported on first use: a display and a bar never show a code.
    import qrcode  # noqa: PLC0415
    from qrcode.constants import ERROR_CORRECT_M  # noqa: PLC0415

    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(data)
    code.make(fit=True)
    return tuple(tuple(bool(module) for module in row) for row in code.get_matrix())


class QrView(HallLabel):
    """A code on white, whatever the theme: scanners need dark on light. No data, no code."""

    def __init__(self, data: str = "", *, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._data = data
        self.setAccessibleName("QR")

    def set_data(self, data: str, name: str = "QR") -> None:
        """Show another code; ``name`` says what it is for."""
        self._data = data
        self.setAccessibleName(name)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw whole device pixels per module, centred."""
        if not self._data:
            return
        modules = matrix(self._data)
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        side = min(self.width(), self.height())
        count = len(modules) + 2 * QUIET
        step = max(1, int(side * ratio // count)) / ratio
        whole = step * count
        left, top = (self.width() - whole) / 2, (self.height() - whole) / 2
        painter.fillRect(QRectF(left, top, whole, whole), QColor("#FFFFFF"))
        ink = QColor("#000000")
        for y, row in enumerate(modules):
            for x, dark in enumerate(row):
                if dark:
                    at = QRectF(left + (x + QUIET) * step, top + (y + QUIET) * step, step, step)
                    painter.fillRect(at, ink)
