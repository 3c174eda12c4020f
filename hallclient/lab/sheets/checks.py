"""What is wrong with a page as it is shown: the rules of domain.md §8 and visual.md §2."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QAccessible, QColor, QImage, QKeyEvent, QPixmap
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from hallclient.kiosk.pages.page import HEIGHT, WIDTH
from hallclient.kiosk.screen import KioskScreen
from hallclient.kiosk.visit import Page
from hallclient.kiosk.widgets.strip import IdleStrip
from hallclient.lab.sheets.ink import Drawn, Ink, drawn, watching
from hallclient.ui.keyboard import controls_of, place_of, step
from hallclient.ui.theme import CONTROL_EDGE, PUBLIC_TEXT, STAFF_TEXT, contrast_ratio
from hallclient.ui.widgets.rows import Segments

STAFF = frozenset({Page.TECHNICIAN, Page.PIN, Page.USHER})
"""Pages that no citizen sees."""
SMALLEST, ELDERS_MAIN = 27, 43
"""Text of 28 px (4.8 mm on the kiosk's screen), an elder's main words of 44; sizes are rounded."""
GAP = 11
"""Between two controls: 12 px, less what rounding takes."""
SEGMENT_EDGE = 6
"""A part of the language switch loses the switch's edge above and below."""
_PRESSED = {QAccessible.Role.Button, QAccessible.Role.CheckBox, QAccessible.Role.RadioButton}
_ARROWS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right)
_SAMPLES = 16


@dataclass(frozen=True, slots=True)
class Shot:
    """A page as it was drawn: its picture, its ink, its controls with their places."""

    screen: KioskScreen
    picture: QPixmap
    image: QImage
    ink: Ink
    controls: dict[QAbstractButton, QRect]
    over: QRect
    """Where the strip that asks lies over what is below; empty for no strip."""

    @property
    def page(self) -> Page:
        """Which page it is."""
        return self.screen.presenter.page


def shoot(screen: KioskScreen) -> Shot:
    """Draw a page and note how."""
    with watching() as ink:
        picture = screen.grab()
    strip = screen.findChild(IdleStrip)
    over = place_of(strip, screen) if strip is not None and strip.isVisible() else QRect()
    places = {b: place_of(b, screen) for b in controls_of(screen)}
    controls = {
        button: place
        for button, place in places.items()
        if button is strip or not over.contains(place.center())
    }
    return Shot(screen, picture, picture.toImage(), ink, controls, over)


def complaints(screen: KioskScreen) -> list[str]:
    """Return everything that is wrong with the page that is shown, at 1080x1920."""
    return complaints_of(shoot(screen))


def complaints_of(shot: Shot) -> list[str]:
    """Return what is wrong with a page as it was drawn; keys are tried on the page itself."""
    return [
        complaint
        for check in (controls_named, controls_placed, words, layers, contrast, keys)
        for complaint in check(shot)
    ]


# Controls (rules 4, 10, 11)


def controls_named(shot: Shot) -> Iterator[str]:
    """Every control has a name and a role."""
    for button in shot.controls:
        if not button.accessibleName().strip():
            yield f"a {type(button).__name__} has no name"
        role = QAccessible.queryAccessibleInterface(button).role()
        if role not in _PRESSED:
            yield f"{button.accessibleName()!r} is a {role}"


def controls_placed(shot: Shot) -> Iterator[str]:
    """Every control is large enough, low enough, on the screen and apart from the others."""
    modes = shot.screen.presenter.modes
    for button, place in shot.controls.items():
        name, inside = button.accessibleName(), _part_of_switch(button) * SEGMENT_EDGE
        least = 119 if modes.elder else 95  # edges are rounded one by one
        if place.top() < (960 if modes.low else 640):
            yield f"{name!r} stands at {place.top()}"
        if place.height() < least - inside or place.width() < (84 if inside else least):
            yield f"{name!r} is {place.width()}x{place.height()}"
        if not QRectF(0, 0, WIDTH, HEIGHT).contains(QRectF(place)):
            yield f"{name!r} leaves the screen: {place.getRect()}"
    for (one, here), (other, there) in combinations(shot.controls.items(), 2):
        gap = 0 if _part_of_switch(one) else GAP
        if here.adjusted(-gap, -gap, gap, gap).intersects(there):
            yield f"{one.accessibleName()!r} is at {other.accessibleName()!r}"


def _part_of_switch(button: QWidget) -> bool:
    return isinstance(button.parentWidget(), Segments)


# Words (rules 2, 9)


def words(shot: Shot) -> Iterator[str]:
    """Nothing cut; no words under 28 px, the main words of an elder's control 44 or more."""
    yield from shot.ink.cut
    if shot.page in STAFF:
        return
    yield from (f"{text!r} is {px:g} px" for text, px in shot.ink.sizes if px < SMALLEST)
    if shot.screen.presenter.modes.elder:
        for button in shot.controls:
            largest = max((px for _text, px in drawn(button).sizes), default=ELDERS_MAIN + 1.0)
            if largest < ELDERS_MAIN:
                yield f"{button.accessibleName()!r} is {largest:g} px"


# Layers


def layers(shot: Shot) -> Iterator[str]:
    """No text lies over another one, on somebody else's control or beyond the screen."""
    seen = [
        (text, area)
        for text in shot.ink.texts
        if not shot.over.contains((area := _area(shot, text)).center().toPoint())
    ]
    for text, area in seen:
        if not QRectF(0, 0, WIDTH, HEIGHT).contains(area):
            yield f"{text.text!r} leaves the screen"
        for button, place in shot.controls.items():
            own = text.widget is button or button.isAncestorOf(text.widget)
            if not own and QRectF(place).intersects(area):
                yield f"{text.text!r} lies on {button.accessibleName()!r}"
    for (text, area), (other, second) in combinations(seen, 2):
        marked = text.widget is other.widget and (
            text.text in other.text or other.text in text.text
        )  # what was looked for, painted again in its own colour
        if area.intersects(second) and not marked:
            yield f"{text.text!r} lies on {other.text!r}"


def _area(shot: Shot, text: Drawn) -> QRectF:
    """Return what a text covers on the screen, a px less all around."""
    corner = text.widget.mapTo(shot.screen, QPoint(0, 0))
    return text.area.translated(corner).adjusted(1, 1, -1, -1)


# Contrast (rule 3)


def contrast(shot: Shot) -> Iterator[str]:
    """Words stand out from their ground, the edges of controls from theirs."""
    least = STAFF_TEXT if shot.page in STAFF else PUBLIC_TEXT
    for text in shot.ink.texts:
        hidden = shot.over.contains(_area(shot, text).center().toPoint())
        if not _rests(text.widget) and not hidden:
            around = _area(shot, text).toRect().adjusted(-3, -3, 3, 3)
            yield from too_faint(repr(text.text), text.colour, ground_of(shot.image, around), least)
    outer: dict[QWidget, QColor | None] = {}
    for box in shot.ink.boxes:
        outer.setdefault(box.widget, box.edge or box.fill)
    for button, place in shot.controls.items():
        colour = outer.get(button)
        if colour is not None and not _part_of_switch(button):
            ground = ground_of(shot.image, place.adjusted(-4, -4, 4, 4))
            name = f"the edge of {button.accessibleName()!r}"
            yield from too_faint(name, colour, ground, CONTROL_EDGE)


def _rests(widget: QWidget) -> bool:
    """Tell whether a widget is a control that does not apply; such a one may be pale."""
    return isinstance(widget, QAbstractButton) and not widget.isEnabled()


def too_faint(what: str, colour: QColor, ground: QColor | None, least: float) -> Iterator[str]:
    """Say so when a colour does not stand out from its ground; no ground, nothing to say."""
    if ground is None:
        return
    ratio = contrast_ratio(colour.name(), ground.name())
    if ratio < least - 0.005:
        yield f"{what} is {colour.name()} on {ground.name()}, {ratio:.2f} of {least:g}"


def ground_of(image: QImage, around: QRect) -> QColor | None:
    """Return the commonest colour on the border of a rectangle; None when it is off the screen."""
    inside = around.intersected(image.rect())
    if inside.isEmpty():
        return None
    left, top, right, bottom = inside.left(), inside.top(), inside.right(), inside.bottom()
    across = [left + (right - left) * n // _SAMPLES for n in range(_SAMPLES + 1)]
    down = [top + (bottom - top) * n // 4 for n in range(1, 4)]
    points = [(x, y) for x in across for y in (top, bottom)]
    points += [(x, y) for x in (left, right) for y in down]
    [(rgb, _times)] = Counter(image.pixel(x, y) for x, y in points).most_common(1)
    return QColor(rgb)


# Keys (rule 8)


def keys(shot: Shot) -> Iterator[str]:
    """Tab and the arrows lead to every control; Tab from top to bottom."""
    controls = list(shot.controls)
    if not controls:
        return
    shot.screen.activateWindow()
    order = controls_of(shot.screen)
    order[-1].setFocus(Qt.FocusReason.TabFocusReason)
    for button in order:
        step(shot.screen, forward=True)
        if shot.screen.focusWidget() is not button:
            yield f"Tab does not lead to {button.accessibleName()!r} in its turn"
    reached, waiting = {controls[0]}, [controls[0]]
    while waiting:
        here = waiting.pop()
        for key in _ARROWS:
            there = _after(shot.screen, here, key)
            if there in shot.controls and there not in reached:
                reached.add(there)
                waiting.append(there)
    shot.screen.setFocus(Qt.FocusReason.OtherFocusReason)  # the next page begins without a ring
    yield from (f"no arrow leads to {b.accessibleName()!r}" for b in controls if b not in reached)


def _after(screen: QWidget, button: QAbstractButton, key: Qt.Key) -> QAbstractButton | None:
    """Return where the focus is after an arrow was pressed on a control."""
    button.setFocus(Qt.FocusReason.TabFocusReason)
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(screen.focusWidget(), event)
    there = screen.focusWidget()
    return there if isinstance(there, QAbstractButton) else None
