"""Make the pictures of the README from what a demo left: chosen, scaled, small files.

Usage: python tools/pictures.py DEMO_OUT docs/pictures

The closed hall is no part of a demo: a kiosk is started for it, with its clock in the night.
"""

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from hallclient.bootstrap.halls import load_hall_into
from hallclient.lab.demo.cast import Cast
from hallclient.services.hallfile import load_hall
from hallclient.services.hours import local_time
from hallclient.ui.words import Words

KIOSK_WIDTH = 360
KIOSK = (
    *("home", "services", "confirm", "done", "no-paper", "several", "several-numbers", "guide"),
    *("easy", "easy-choice", "easy-done", "appointment", "booking", "booked", "card", "found"),
    *("offline", "help", "technician", "closed"),
)
"""Pages of the kiosk."""
OTHERS = {"usher-desk": KIOSK_WIDTH, "ticket-1": 288, "display": 960}
OTHERS |= {"panel-serving": 720, "panel-missing": 720, "console": 960, "console-assign": 960}
OTHERS |= {f"screen-{name}": 640 for name in ("called", "serving", "rating", "reasons", "contact")}
OTHERS |= {"display-notice": 960, "display-drill": 960, "console-follow-up": 960}
NIGHT = 20
"""The hour at which the closed hall is shown."""


def main(source: Path, target: Path) -> int:
    """Copy every picture of the list, and the clerk bars as they are."""
    target.mkdir(parents=True, exist_ok=True)
    take_closed(source)
    bars = sorted(source.glob("window-*-*.png"))
    chosen = {source / f"kiosk-{name}.png": KIOSK_WIDTH for name in KIOSK}
    chosen |= {source / f"{name}.png": width for name, width in OTHERS.items()}
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


def take_closed(out: Path) -> None:
    """Take the picture of a kiosk in the evening, on a database of its own."""
    loaded, now, words = load_hall("demo"), datetime.now(UTC), Words()
    database = f"sqlite:///{out.resolve() / 'closed.db'}"
    load_hall_into(database, loaded)
    night = local_time(loaded.plan, now).replace(hour=NIGHT, minute=0) + timedelta(days=1)
    own = ["--db", database, "--ahead", str(int((night - now).total_seconds()))]
    own += ["--at", "0,0,1080,1920"]
    with Cast(out, {**os.environ, "XDG_DATA_HOME": str(out.resolve() / "data")}) as cast:
        cast.start("closed", ["kiosk", *own])
        hand = cast.hand("closed")
        hand.wait_for(words("kiosk.home.guide"))
        hand.wait_to_read(words("kiosk.closed.desk"))
        hand.grab(out / "kiosk-closed.png")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
