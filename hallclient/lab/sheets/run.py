"""A walk through every page in every language and mode, with a picture and a judgement of each."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QImage

from hallclient.domain.errors import DomainError
from hallclient.domain.hall import HallPlan
from hallclient.kiosk.modes import Modes
from hallclient.lab.sheets.checks import complaints_of, shoot
from hallclient.lab.sheets.floor import NeverHappened
from hallclient.lab.sheets.sheet import contact_sheet, save, thumbnail
from hallclient.lab.sheets.stand import Stand, found, open_stand
from hallclient.lab.sheets.states import SCENES, Scene
from hallclient.services.hallfile.holidays import with_holidays

LANGUAGES = ("zh-CN", "zh-Hant", "en")
MODES = {
    "usual": Modes(),
    "elder": Modes(elder=True),
    "low": Modes(low=True),
    "contrast": Modes(contrast=True),
    "elder-low": Modes(elder=True, low=True),
}


@dataclass(frozen=True, slots=True)
class Wishes:
    """Where the pictures go, and which pages, languages and modes; empty ``pages`` is every one.

    A page is named by its scene (``done-steps``) or by the page itself (``done``: all its scenes).
    """

    out: Path
    pages: tuple[str, ...] = ()
    languages: tuple[str, ...] = LANGUAGES
    modes: tuple[str, ...] = tuple(MODES)


@dataclass(frozen=True, slots=True)
class Seen:
    """One page in one language and mode: its picture and what is wrong with it."""

    scene: str
    language: str
    mode: str
    picture: Path
    complaints: tuple[str, ...]


def walk(
    plan: HallPlan, wishes: Wishes, told: Callable[[Seen], None] = lambda _seen: None
) -> tuple[Seen, ...]:
    """Draw the pages and judge them; ``told`` hears of each. QApplication and fonts are there."""
    wishes.out.mkdir(parents=True, exist_ok=True)
    every: list[Seen] = []
    with tempfile.TemporaryDirectory(prefix="hallclient-sheets-") as name:
        folder = Path(name)
        hall = found(folder, with_holidays(plan))
        for language in wishes.languages:
            for mode in wishes.modes:
                file = folder / f"{language}-{mode}.db"
                shutil.copyfile(hall, file)
                with open_stand(file, plan.hall_id) as stand:
                    every += _one_sheet(stand, wishes, language, mode, told)
                file.unlink()
    return tuple(every)


def scenes_of(pages: Sequence[str]) -> tuple[Scene, ...]:
    """Return the scenes of these pages, all without any."""
    return tuple(s for s in SCENES if not pages or s.name in pages or s.page in pages)


def _one_sheet(
    stand: Stand, wishes: Wishes, language: str, mode: str, told: Callable[[Seen], None]
) -> list[Seen]:
    folder = wishes.out / f"{mode}-{language}"
    folder.mkdir(exist_ok=True)
    sheet: list[tuple[str, QImage, int]] = []
    found_here: list[Seen] = []
    for scene, image, wrong in _scenes(stand, wishes.pages, language, MODES[mode]):
        path = folder / f"{scene.name}.png"
        save(image, path)
        sheet.append((scene.name, thumbnail(image), len(wrong)))
        seen = Seen(scene.name, language, mode, path, tuple(wrong))
        found_here.append(seen)
        told(seen)
    contact_sheet(sheet, wishes.out / f"{mode}-{language}.png")
    return found_here


def _scenes(
    stand: Stand, pages: Sequence[str], language: str, modes: Modes
) -> Iterator[tuple[Scene, QImage, list[str]]]:
    for scene in scenes_of(pages):
        if not scene.fits(stand.store.plan(), modes):
            continue
        stand.calm(language, modes)
        wrong = []
        try:
            scene.come(stand)
        except (NeverHappened, DomainError) as error:
            wrong.append(f"{error}")
        page = stand.presenter.page
        if page is not scene.page:
            wrong.append(f"comes to the page {page}, not to {scene.page}")
        shot = shoot(stand.screen)
        yield scene, shot.image, [*wrong, *complaints_of(shot)]
