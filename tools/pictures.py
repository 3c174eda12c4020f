"""Make the pictures of the README from what a demo left: chosen, scaled, small files.

Usage: python tools/pictures.py DEMO_OUT docs/pictures
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

WIDTHS = {
    "kiosk-home": 360,
    "kiosk-services": 360,
    "kiosk-confirm": 360,
    "kiosk-done": 360,
    "kiosk-no-paper": 360,
    "ticket-1": 288,
    "display": 960,
}


def main(source: Path, target: Path) -> int:
    """Copy every picture of the list, and the clerk bars as they are."""
    target.mkdir(parents=True, exist_ok=True)
    bars = sorted(source.glob("window-*-*.png"))
    chosen = {source / f"{name}.png": width for name, width in WIDTHS.items()}
    first = bars[0].name.rsplit("-", 1)[0] if bars else ""
    chosen |= {bar: 1280 for bar in bars if bar.name.startswith(first)}
    for file, width in chosen.items():
        image = QImage(str(file))
        if image.isNull():
            print(f"{file} is missing", file=sys.stderr)
            return 1
        name = file.name.replace(first, "window") if first else file.name
        mode = Qt.TransformationMode.SmoothTransformation
        scaled = image.scaledToWidth(min(width, image.width()), mode)
        scaled.convertToFormat(QImage.Format.Format_RGB888).save(str(target / name))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
