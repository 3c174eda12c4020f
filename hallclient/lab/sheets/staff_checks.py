"""What is wrong with a staff screen as it is shown: STYLE and visual.md, staff parts.

A page is judged by what it draws (:mod:`hallclient.lab.sheets.ink`) and by the controls on it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QPlainTextEdit, QWidget

from hallclient.lab.sheets.checks import ground_of, too_faint
from hallclient.lab.sheets.ink import Drawn, Ink, watching
from hallclient.ui.theme import CONTROL_EDGE, STAFF_TEXT
from hallclient.ui.widgets.base import Face, HallButton

TALL, WIDE = 24, 24
"""A mouse's smallest target, px of the screen (WCAG 2.2, 2.5.8)."""
_KINDS = (QAbstractButton, QLineEdit, QPlainTextEdit)


@dataclass(frozen=True, slots=True)
class Page:
    """A staff page as it was drawn. ``amber``: how many things may be amber at once."""

    widget: QWidget
    image: QImage
    ink: Ink
    controls: dict[QWidget, QRect]
    amber: int = 1
    shortened: bool = False
    """Names are far too long on purpose: they may end in "…", nothing else may happen."""


def draw(widget: QWidget, *, amber: int = 1, shortened: bool = False) -> Page:
    """Draw a page and note how."""
    with watching() as ink:
        image = widget.grab().toImage()
    controls: dict[QWidget, QRect] = {
        one: QRect(one.mapTo(widget, QPoint(0, 0)), one.size())
        for one in widget.findChildren(QWidget)
        if isinstance(one, _KINDS) and one.isVisibleTo(widget) and not one.isWindow()
    }
    return Page(widget, image, ink, controls, amber, shortened)


def staff_complaints(page: Page) -> list[str]:
    """Return what is wrong with a page."""
    checks = (words, controls_named, controls_placed, layers, contrast, one_solid, one_amber)
    return list(dict.fromkeys(complaint for check in checks for complaint in check(page)))


def words(page: Page) -> Iterator[str]:
    """Nothing is cut."""
    for cut in page.ink.cut:
        if not (page.shortened and ("is shortened" in cut or "breaks a word" in cut)):
            yield cut
    if page.shortened:
        return
    for widget in page.widget.findChildren(QWidget):
        cut_of = getattr(widget, "is_cut", None)
        if cut_of is not None and widget.isVisibleTo(page.widget) and cut_of():
            yield f"{widget.accessibleName()!r} is cut"


def controls_named(page: Page) -> Iterator[str]:
    """Every control says what it is."""
    for control in page.controls:
        if not control.accessibleName().strip():
            yield f"a {type(control).__name__} has no name"


def controls_placed(page: Page) -> Iterator[str]:
    """Every control is on the page, large enough and clear of the others."""
    whole = page.widget.rect()
    for control, place in page.controls.items():
        name = control.accessibleName()
        if not whole.contains(place):
            yield f"{name!r} leaves the page: {place.getRect()}"
        if place.height() < TALL or place.width() < WIDE:
            yield f"{name!r} is {place.width()}x{place.height()}"
    seen = [(c, p) for c, p in page.controls.items() if _uncovered(page, c, p.center())]
    for (one, here), (other, there) in combinations(seen, 2):
        nested = one.isAncestorOf(other) or other.isAncestorOf(one)
        if not nested and here.intersects(there):
            yield f"{one.accessibleName()!r} is at {other.accessibleName()!r}"


def layers(page: Page) -> Iterator[str]:
    """No text lies over another one, on somebody else's control or beyond the page."""
    seen = [(text, area) for text, area in _texts(page) if _seen(page, text, area)]
    for text, area in seen:
        if not QRectF(page.widget.rect()).adjusted(-1, -1, 1, 1).contains(area):
            yield f"{text.text!r} leaves the page"
        for control, place in page.controls.items():
            own = text.widget is control or control.isAncestorOf(text.widget)
            near = text.widget.isAncestorOf(control) or control.parent() is text.widget.parent()
            if near and not own and QRectF(place).intersects(area):
                yield f"{text.text!r} lies on {control.accessibleName()!r}"
    for (text, area), (other, second) in combinations(seen, 2):
        if area.intersects(second) and text.text != other.text:
            yield f"{text.text!r} lies on {other.text!r}"


def contrast(page: Page) -> Iterator[str]:
    """Words and edges of controls that apply stand out from their ground."""
    scale = page.image.devicePixelRatio()
    for text, area in _texts(page):
        if _rests(text.widget) or not _seen(page, text, area):
            continue
        around = QRectF(area.topLeft() * scale, area.size() * scale).toRect()
        # Words that fill their key come close to its edge: above and below them counts as well.
        within = around.width() // 4
        rooms = around.adjusted(-2, -2, 2, 2), around.adjusted(within, -2, -within, 2)
        grounds = [ground_of(page.image, one) for one in rooms]
        told = [list(too_faint(repr(text.text), text.colour, g, STAFF_TEXT)) for g in grounds]
        if all(told):
            yield from told[0]
    outer: dict[QWidget, QColor | None] = {}
    for box in page.ink.boxes:
        solid = isinstance(box.widget, HallButton) and box.widget.face is Face.SOLID
        outer.setdefault(box.widget, box.edge if solid or box.edge != box.fill else None)
    for control, place in page.controls.items():
        colour = outer.get(control)
        if colour is not None and control.isEnabled() and _edged(control):
            name = f"the edge of {control.accessibleName()!r}"
            # Rules of a list may run along its borders: the ground is looked for at its side, too.
            aside = QRect(place.left() - 5, place.center().y() - 1, 3, 3)
            beside = (place.adjusted(-2, -2, 2, 2), aside)
            grounds = [ground_of(page.image, one) for one in beside]
            found = [list(too_faint(name, colour, one, CONTROL_EDGE)) for one in grounds]
            if all(found):
                yield from found[0]


def one_solid(page: Page) -> Iterator[str]:
    """At most one deed is solid; the same deed may stand twice (11)."""
    solid = {c.text() for c in page.controls if isinstance(c, HallButton) and c.face is Face.SOLID}
    if len(solid) > 1:
        yield f"solid: {', '.join(sorted(solid))}"


def one_amber(page: Page) -> Iterator[str]:
    """Amber means "you, now": no more things have it than are called."""
    look = getattr(page.widget, "look", None)
    if look is None or look.theme.flat:  # high contrast has one strong colour for everything
        return
    call = look.colour("call").rgb()
    found = [b for b in page.ink.boxes if b.fill is not None and b.fill.rgb() == call]
    large = {b.widget for b in found if b.area.width() * b.area.height() > 900 * look.k**2}
    if len(large) > page.amber:
        yield f"{len(large)} things are amber"


def _texts(page: Page) -> Iterator[tuple[Drawn, QRectF]]:
    for text in page.ink.texts:
        corner = QPoint(0, 0)
        if text.widget is not page.widget:
            corner = text.widget.mapTo(page.widget, corner)
        yield text, text.area.translated(corner).adjusted(1, 2, -1, -1)


def _seen(page: Page, text: Drawn, area: QRectF) -> bool:
    return _uncovered(page, text.widget, area.center().toPoint())


def _uncovered(page: Page, widget: QWidget, at: QPoint) -> bool:
    """Tell whether nothing of another card lies over a point of a widget."""
    top = page.widget.childAt(at) or page.widget
    if top is widget or top.isAncestorOf(widget) or widget.isAncestorOf(top):
        return True
    through = Qt.WidgetAttribute.WA_TransparentForMouseEvents
    return widget.testAttribute(through) or top.parent() is widget.parent()


def _edged(control: QWidget) -> bool:
    return isinstance(control, HallButton) and control.face in (Face.SOLID, Face.OUTLINED)


def _rests(widget: QWidget) -> bool:
    """Tell whether a control does not apply; such a one may be pale."""
    faint = isinstance(widget, HallButton) and widget.face is Face.FLAT
    return faint or not widget.isEnabled()
