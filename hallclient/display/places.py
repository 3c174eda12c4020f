"""Where others may put something on a board: pages of a playlist, an emergency over everything."""

from enum import Enum

from PySide6.QtWidgets import QWidget


class Place(Enum):
    """A place for a guest. It covers what stands there; the layout says where that is."""

    CARD = "card"
    """Beside the calls. An LED wall has none: a guest is kept, but not shown there."""
    COLUMN = "column"
    """Card, queues and missed numbers together."""
    ALL = "all"
    """The whole board."""


class Guests:
    """Who stands where, at most one widget a place."""

    def __init__(self) -> None:
        self._at: dict[Place, QWidget] = {}

    def take(self, place: Place, widget: QWidget | None) -> QWidget | None:
        """Give a place to a widget, or free it; return who stood there, if that is another."""
        before = self._at.pop(place, None)
        if widget is not None:
            self._at[place] = widget
        return before if before is not widget else None

    def at(self, place: Place) -> QWidget | None:
        """Return who stands at a place."""
        return self._at.get(place)

    def all(self) -> tuple[tuple[Place, QWidget], ...]:
        """Return every place that is taken, the card first and the whole board last."""
        return tuple((place, self._at[place]) for place in Place if place in self._at)
