"""The rating page of a window's screen: a pane that lies over the rest while a rating is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from hallclient.ui.canvas import Pane

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from hallclient.screen.rating.asked import Asked, RatingDesk


class RatingPage(Pane):
    """Five levels, reasons, a number to call, thanks (mock-ups 10b, 10c, 10f).

    ``ask`` opens it, ``leave`` ends it when the window goes on: what was chosen until then counts.
    ``ended`` says that there is nothing more to show. Put it over the whole canvas and tell it its
    reference size by ``set_shape``.
    """

    ended = Signal()

    def __init__(self, desk: RatingDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._asked: Asked | None = None

    @property
    def asking(self) -> bool:
        """Whether it has something to show."""
        return self._asked is not None

    def set_shape(self, width: float, height: float) -> None:
        """Lay everything out for a canvas of this reference size, wide or tall."""

    def ask(self, asked: Asked) -> None:
        """Ask for a rating; for a turn that is being asked for, only its time begins anew."""
        self._asked = asked

    def leave(self) -> None:
        """End now, as when the next number is called; ``ended`` is not emitted."""
        self._asked = None
