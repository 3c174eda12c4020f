"""Every page of a rating on a window's screen, at every size and in every shape."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from PySide6.QtWidgets import QAbstractButton

from hallclient.domain.hall import HallPlan
from hallclient.domain.rating_reason import REASONS
from hallclient.lab.sheets.checks import ground_of, too_faint
from hallclient.lab.sheets.staff_checks import Page, draw
from hallclient.lab.sheets.staff_pages import Drawable, Sort, settle
from hallclient.screen.rating.asked import Asked, RatingDesk
from hallclient.screen.rating.page import RatingPage
from hallclient.ui.canvas import Canvas
from hallclient.ui.look import Look
from hallclient.ui.theme import PUBLIC_TEXT, load_theme
from hallclient.ui.words import Words

SIZES = (
    (1280, 800),
    (800, 480),
    (1024, 768),
    (1366, 768),
    (1920, 1080),
    (1280, 704),
    (800, 1280),
    (480, 800),
    (1080, 1920),
)
"""1280×704 is what a call leaves to a rating that goes on."""
SMALLEST, TOUCH = 27.0, 95.0
"""28 px and 96 px on the reference canvas; edges are rounded one by one."""
URL = f"https://zwfw.example.gov.cn/hall/R{'A2' * 19}B"

Steps = tuple[tuple[object, ...], ...]


def scenes() -> dict[str, Steps]:
    """Return every page by the moves that lead to it."""
    reasons = {
        f"reasons-{level}": (("ask_why",), ("choose", level), ("toggle", codes[0]))
        for level, codes in REASONS.items()
    }
    number: Steps = (("choose", 2), ("open_contact",))
    begun = (*number, *(("type_digit", digit) for digit in "1380000"))
    whole = (*begun, *(("type_digit", digit) for digit in "1234"))
    abroad = (*number, *(("type_digit", digit) for digit in "0085261234567891"))
    return {
        "levels": (),
        "why": (("ask_why",),),
        **reasons,
        "number": begun,
        "number-wrong": (*begun, ("keep_contact",)),
        "number-whole": whole,
        "number-abroad": abroad,
        "number-kept": (*whole, ("keep_contact",)),
        "thanks": (("skip",),),
        "code": (),
    }


class RatingStand:
    """A rating page on a canvas of its own, its time standing still."""

    def __init__(self, language: str, scheme: str, *, contact: bool = True) -> None:
        self.now = 0.0
        self.words = Words(language)
        desk = RatingDesk(self.words, lambda _given: None, lambda: self.now, contact)
        self.page = RatingPage(desk)
        self.canvas = Canvas(1280, 800)
        self.canvas.put(self.page, 0, 0, 1280, 800)
        self.canvas.set_look(Look(theme=load_theme(scheme), language=language))

    def resize(self, width: int, height: int) -> None:
        """Take the size of a screen."""
        least = (1280, 800) if width >= height else (800, 1280)
        k = min(width / least[0], height / least[1])
        self.canvas.reference = (width / k, height / k)
        self.canvas.resize(width, height)
        self.canvas.put(self.page, 0, 0, width / k, height / k)
        self.page.set_shape(width / k, height / k)

    def show(self, asked: Asked, steps: Steps) -> None:
        """Ask, and touch what leads to a page."""
        self.page.leave()
        self.page.ask(replace(asked, until=self.now + 20))
        for name, *about in steps:
            self.now += 1
            self.page.act(partial(_moved, str(name), tuple(about)))
        self.now += 1
        self.page.take_touches()
        settle()

    def close(self) -> None:
        """Take it down."""
        self.page.stop()
        self.canvas.close()
        self.canvas.deleteLater()


def _moved(name: str, about: tuple[object, ...], visit: object) -> None:
    move: Callable[..., None] = getattr(visit, name)
    move(*about)


def rating_pages(plan: HallPlan, sort: Sort, *, quick: bool = False) -> Iterator[Drawable]:
    """Yield every page of a rating at every size."""
    stand = RatingStand(sort.language, sort.scheme)
    asked = asked_in(plan, sort, stand.words)
    try:
        for width, height in ((800, 480), (480, 800)) if quick else SIZES:
            stand.resize(width, height)
            stand.canvas.show()
            for name, steps in scenes().items():
                url = URL if name == "code" else ""
                stand.show(replace(asked, url=url, touched=not url), steps)
                yield Drawable(f"rating-{width}x{height}", name, stand.canvas, amber=0)
    finally:
        stand.close()


def asked_in(plan: HallPlan, sort: Sort, words: Words) -> Asked:
    """Return what is asked about in a hall: its longest service and name where they are long."""
    service, member = plan.listed[0], plan.staff[0]
    if sort.long:
        service = max(plan.listed, key=lambda one: len(one.name.text(sort.language)))
        member = max(plan.staff, key=lambda one: len(one.name))
    who = f"{member.name} {words('rating.page.number', number=member.code)}"
    label = "AB107" if sort.long else "B107"
    return Asked(1, 0.0, label, service.name.text(sort.language), who, "12345", reply_days=5)


def public_complaints(canvas: Canvas) -> list[str]:
    """Return what is too small or too faint for the public on a page that is shown."""
    page: Page = draw(canvas)
    found = [f"{text!r} is {px:g} px" for text, px in page.ink.sizes if px < SMALLEST]
    least = TOUCH * canvas.look.k - 1
    for control, place in page.controls.items():
        if isinstance(control, QAbstractButton) and min(place.width(), place.height()) < least:
            found.append(f"{control.accessibleName()!r} is {place.width()}x{place.height()}")
    for text in page.ink.texts:
        corner = text.widget.mapTo(canvas, text.widget.rect().topLeft())
        around = text.area.translated(corner).toRect().adjusted(-2, -1, 2, 1)
        ground = ground_of(page.image, around)
        found += too_faint(repr(text.text), text.colour, ground, PUBLIC_TEXT)
    return found
