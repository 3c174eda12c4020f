"""A screen by keys alone: what can be chosen from top to bottom, and where an arrow leads."""

from collections.abc import Iterable
from typing import TypeVar

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

W = TypeVar("W", bound=QWidget)

_ACROSS = 2
"""How much more it counts to lie beside an arrow's way than along it."""
_ASIDE = 400
"""What it costs not to lie straight ahead at all."""
_ARROWS = {
    Qt.Key.Key_Up: QPoint(0, -1),
    Qt.Key.Key_Down: QPoint(0, 1),
    Qt.Key.Key_Left: QPoint(-1, 0),
    Qt.Key.Key_Right: QPoint(1, 0),
}


def controls_of(page: QWidget) -> list[QAbstractButton]:
    """Return what can be chosen on a page now, line by line from top to bottom."""
    found = [
        button
        for button in page.findChildren(QAbstractButton)
        if button.isVisibleTo(page) and button.isEnabled()
    ]
    return line_by_line(found, page)


def line_by_line(widgets: Iterable[W], page: QWidget) -> list[W]:
    """Return widgets of a page as they are read: from top to bottom, from left to right."""
    places = {widget: place_of(widget, page) for widget in widgets}
    lines: list[list[W]] = []
    for widget in sorted(places, key=lambda w: (places[w].top(), places[w].left())):
        middle = places[lines[-1][0]].center().y() if lines else 0
        if lines and places[widget].top() < middle:
            lines[-1].append(widget)
        else:
            lines.append([widget])
    return [w for line in lines for w in sorted(line, key=lambda w: places[w].left())]


def place_of(widget: QWidget, page: QWidget) -> QRect:
    """Return a widget's rectangle on its page."""
    return QRect(widget.mapTo(page, QPoint(0, 0)), widget.size())


def step(page: QWidget, *, forward: bool) -> bool:
    """Move the focus by one control, from top to bottom and round again; False without any."""
    controls = controls_of(page)
    if not controls:
        return False
    holder = page.window().focusWidget()
    ends = (-1, len(controls))
    at = controls.index(holder) if holder in controls else ends[not forward]
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    controls[(at + (1 if forward else -1)) % len(controls)].setFocus(reason)
    return True


def steer(page: QWidget, event: QKeyEvent) -> bool:
    """Move the focus where an arrow points; tell whether the key was an arrow."""
    way = _ARROWS.get(Qt.Key(event.key()))
    if way is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
        return False
    controls = controls_of(page)
    holder = page.window().focusWidget()
    if not controls:
        return True
    if holder not in controls:
        controls[0].setFocus(Qt.FocusReason.TabFocusReason)
        return True
    start = place_of(holder, page)
    costs = {c: _cost(start, place_of(c, page), way) for c in controls}
    ahead = {c: cost for c, cost in costs.items() if cost is not None}
    if ahead:
        min(ahead, key=ahead.__getitem__).setFocus(Qt.FocusReason.TabFocusReason)
    return True


def _cost(start: QRect, end: QRect, way: QPoint) -> int | None:
    """Return how far a place lies on an arrow's way; None for one that lies elsewhere."""
    if way.y():
        here, sign = start.center().y(), way.y()
        along, near = (end.center().y() - here) * sign, end.top() if sign > 0 else end.bottom()
        across = max(0, end.left() - start.right(), start.left() - end.right())
    else:
        here, sign = start.center().x(), way.x()
        along, near = (end.center().x() - here) * sign, end.left() if sign > 0 else end.right()
        across = max(0, end.top() - start.bottom(), start.top() - end.bottom())
    beyond = (near - here) * sign >= 0
    aside = _ASIDE if across else 0
    return along + _ACROSS * across + aside if beyond and along > 0 else None
