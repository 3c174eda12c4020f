"""Make the pictures of the README from what a demo left: chosen, scaled, small files.

Usage: python tools/pictures.py DEMO_OUT docs/pictures

The closed hall is no part of a demo: a kiosk is started for it, with its clock in the night. What
needs a full hall or another day, and pages that a short demo did not come to, are drawn by what
draws the contact sheets: the same screens, on figures that stand still.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from hallclient.bootstrap.halls import load_hall_into
from hallclient.lab.demo.cast import Cast
from hallclient.lab.sheets.board_pages import board_pages
from hallclient.lab.sheets.run import Wishes, walk
from hallclient.lab.sheets.sheet import save
from hallclient.lab.sheets.staff_pages import Drawable, Sort, console_pages
from hallclient.services.hallfile import load_hall
from hallclient.services.hours import local_time
from hallclient.ui.app import make_application
from hallclient.ui.words import Words

LANGUAGE = "zh-CN"
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
STILL = {
    "kiosk-confirm": "confirm",
    "kiosk-guide": "guide",
    "kiosk-found": "found-missed",
    "kiosk-card": "card",
    "kiosk-booking": "book-slot",
    "kiosk-booked": "booked-found",
    "kiosk-help": "help-coming",
}
"""Scenes of the contact sheets in place of pages that the demo did not come to; the first one
always, since its wait is a range there."""
ALWAYS = "kiosk-confirm"
WAITS = {"display-waits": 960, "console-waits": 960, "console-advice": 960}
"""Boards and consoles with waits."""
NIGHT = 20
"""The hour at which the closed hall is shown."""


def main(source: Path, target: Path) -> int:
    """Copy every picture of the list, and the clerk bars as they are."""
    target.mkdir(parents=True, exist_ok=True)
    take_closed(source)
    take_still(source)
    bars = sorted(source.glob("window-*-*.png"))
    chosen = {source / f"kiosk-{name}.png": KIOSK_WIDTH for name in KIOSK}
    chosen |= {source / f"{name}.png": width for name, width in (OTHERS | WAITS).items()}
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


def take_still(out: Path) -> None:
    """Draw the scenes with waits, and the pages that are not there."""
    app = make_application(["hallclient"], styled=False)
    try:
        plan = load_hall("demo").plan
        wanted = {
            name: scene
            for name, scene in STILL.items()
            if name == ALWAYS or not (out / f"{name}.png").exists()
        }
        pages = tuple(wanted.values())
        seen = walk(plan, Wishes(out / "still", pages, (LANGUAGE,), ("usual",)))
        drawn = {one.scene: one.picture for one in seen}
        for name, scene in wanted.items():
            shutil.copyfile(drawn[scene], out / f"{name}.png")
        sort = Sort(LANGUAGE)
        _keep(board_pages(plan, sort), "one", 1920, out / "display-waits.png")
        _keep(console_pages(plan, sort), "advice", 1440, out / "console-advice.png")
        _keep(console_pages(plan, sort), "waits", 1440, out / "console-waits.png")
    finally:
        app.close()


def _keep(pages: Iterator[Drawable], name: str, width: int, path: Path) -> None:
    """Keep the picture of one scene at one width; those after it are not drawn."""
    for page in pages:
        if page.name == name and page.widget.width() == width:
            save(page.widget.grab().toImage(), path)
            return
    raise LookupError(f"there is no {name} of {width} px")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
