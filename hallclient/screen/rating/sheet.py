"""What the sheets of the rating page share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hallclient.screen.rating.shape import WIDE, Shape
from hallclient.ui.canvas import Pane

if TYPE_CHECKING:
    from collections.abc import Callable

    from hallclient.screen.rating.asked import RatingDesk
    from hallclient.screen.rating.visit import RatingVisit

    Act = Callable[[Callable[[RatingVisit], None]], None]
    """Does something to the visit that is going on, behind a touch."""


class Sheet(Pane):
    """One step of a rating, as large as the page. It draws what ``visit`` says, and acts on it."""

    def __init__(self, desk: RatingDesk, act: Act) -> None:
        super().__init__()
        self.desk = desk
        self.act = act
        self.shape = WIDE
        self.build()
        self.lay_out()

    def build(self) -> None:
        """Make the parts."""
        raise NotImplementedError

    def lay_out(self) -> None:
        """Put the parts where they belong in the present shape."""
        raise NotImplementedError

    def show_visit(self, visit: RatingVisit) -> None:
        """Write everything that is to be seen."""
        raise NotImplementedError

    def tick(self, visit: RatingVisit) -> None:
        """Count the seconds."""

    def take_shape(self, shape: Shape) -> None:
        """Turn with the screen."""
        if shape != self.shape:
            self.shape = shape
            self.lay_out()
