"""A walk through the staff's screens in every language and scheme, each drawn and judged."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from hallclient.domain.errors import DomainError
from hallclient.domain.hall import HallPlan
from hallclient.lab.sheets.board_pages import board_pages
from hallclient.lab.sheets.floor import NeverHappened
from hallclient.lab.sheets.names import long_names, long_staff
from hallclient.lab.sheets.rating_pages import rating_pages
from hallclient.lab.sheets.run import LANGUAGES, Seen
from hallclient.lab.sheets.screen_pages import screen_pages
from hallclient.lab.sheets.sheet import contact_sheet, save, thumbnail
from hallclient.lab.sheets.staff_checks import draw
from hallclient.lab.sheets.staff_pages import (
    Drawable,
    Sort,
    bar_pages,
    console_pages,
    panel_pages,
)
from hallclient.services.hallfile.holidays import with_holidays
from hallclient.ui.theme import load_theme, qss

SCREENS = {
    "bar": bar_pages,
    "panel": panel_pages,
    "console": console_pages,
    "screen": screen_pages,
    "rating": rating_pages,
    "board": board_pages,
}
MODES = ("usual", "contrast", "long")
LONGEST = 25
"""How many characters names have in ``long``."""
_SIDE, _TOP = (120, 640), (1920, 76)
_CELL, _UPRIGHT = (640, 400), (405, 720)


@dataclass(frozen=True, slots=True)
class StaffWishes:
    """Where the pictures go; which screens, languages and modes; ``quick``: the hardest sizes."""

    out: Path | None
    screens: tuple[str, ...] = tuple(SCREENS)
    languages: tuple[str, ...] = LANGUAGES
    modes: tuple[str, ...] = MODES
    quick: bool = False


def walk_staff(
    plan: HallPlan, wishes: StaffWishes, told: Callable[[Seen], None] = lambda _seen: None
) -> tuple[Seen, ...]:
    """Draw the pages and judge them; ``told`` hears of each. QApplication and fonts are there."""
    every: list[Seen] = []
    known = with_holidays(plan)
    stretched = long_staff(long_names(known, LONGEST), LONGEST)
    for screen in wishes.screens:
        for language in wishes.languages:
            for mode in wishes.modes:
                sort = Sort(language, contrast=mode == "contrast", long=mode == "long")
                hall = stretched if sort.long else known
                _dress(sort.scheme)
                sheets: dict[str, list[tuple[str, QImage, int]]] = {}
                for seen, sheet, image in _judged(screen, hall, sort, wishes, mode):
                    every.append(seen)
                    told(seen)
                    if wishes.out is not None:
                        small = thumbnail(image, _cell(sheet))
                        sheets.setdefault(sheet, []).append(
                            (seen.scene, small, len(seen.complaints))
                        )
                for sheet, pictures in sheets.items():
                    _write(wishes.out, sheet, mode, language, pictures)
    return tuple(every)


def _dress(scheme: str) -> None:
    """Let Qt's own widgets look as they do in the roles: those take the scheme when they start."""
    app = QApplication.instance()
    if isinstance(app, QApplication):
        app.setStyleSheet(qss(load_theme(scheme)))


def _judged(
    screen: str, plan: HallPlan, sort: Sort, wishes: StaffWishes, mode: str
) -> Iterator[tuple[Seen, str, QImage]]:
    try:
        for page in SCREENS[screen](plan, sort, quick=wishes.quick):
            yield _judge(page, sort, wishes, mode)
    except (NeverHappened, DomainError) as error:
        nothing = QImage(2, 2, QImage.Format.Format_RGB32)
        lost = Seen(screen, sort.language, mode, Path(), (f"{error}",))
        yield lost, f"{screen}-lost", nothing


def _judge(page: Drawable, sort: Sort, wishes: StaffWishes, mode: str) -> tuple[Seen, str, QImage]:
    drawn = draw(page.judged or page.widget, amber=page.amber, shortened=sort.long)
    image = drawn.image if page.judged is None else page.widget.grab().toImage()
    path = Path()
    if wishes.out is not None:
        folder = wishes.out / f"{page.sheet}-{mode}-{sort.language}"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{page.name.replace(' ', '-').replace(',', '')}.png"
        save(image, path)
    name = f"{page.sheet} {page.name}"
    seen = Seen(name, sort.language, mode, path, tuple(page.judge(drawn)))
    return seen, page.sheet, image


def _cell(sheet: str) -> tuple[int, int]:
    if sheet.startswith("bar-top"):
        return _TOP
    if sheet.startswith(("board-1080", "board-2160")):
        return _UPRIGHT
    return _SIDE if sheet.startswith("bar-right") else _CELL


def _write(
    out: Path | None,
    sheet: str,
    mode: str,
    language: str,
    pictures: list[tuple[str, QImage, int]],
) -> None:
    if out is not None:
        cell = _cell(sheet)
        most = {_TOP: 1, _SIDE: 13, _UPRIGHT: 6}.get(cell, 4)
        named = [(name.removeprefix(f"{sheet} "), small, wrong) for name, small, wrong in pictures]
        contact_sheet(named, out / f"{sheet}-{mode}-{language}.png", cell, most)
