"""The same thanks behind every choice, also behind none: nothing here tells what was pressed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hallclient.screen.rating.keys import Glyph
from hallclient.screen.rating.shape import MARGIN
from hallclient.screen.rating.sheet import Sheet
from hallclient.ui import fonts
from hallclient.ui.paint import Side
from hallclient.ui.widgets.text import Text

if TYPE_CHECKING:
    from hallclient.screen.rating.visit import RatingVisit


class ThanksSheet(Sheet):
    """Thanks, and what else one may do. It counts no seconds."""

    def build(self) -> None:
        """Make the parts."""
        centre = Side.CENTRE
        self.icon = Glyph("heart")
        self.title = Text("", (96, 84, 72), weight=fonts.BOLD, side=centre)
        self.unseen = Text("", (40, 36, 32), side=centre, lines=2)
        self.take = Text("", (40, 36, 32), side=centre, lines=2)
        self.hotline = Text("", (34, 32, 30), colour="ink2", side=centre, lines=2)

    def lay_out(self) -> None:
        """One block in the middle."""
        shape = self.shape
        top = shape.height / 2 - 270
        self.put(self.icon, (shape.width - 140) / 2, top, 140, 140)
        for part, y, high in (
            (self.title, 156, 130),
            (self.unseen, 296, 100),
            (self.take, 396, 100),
            (self.hotline, 500, 90),
        ):
            self.put(part, MARGIN, top + y, shape.inner, high)

    def show_visit(self, visit: RatingVisit) -> None:
        """Write everything anew."""
        words, hotline = self.desk.words, visit.asked.hotline
        self.title.setText(words("rating.thanks.title"))
        self.unseen.setText(words("rating.thanks.unseen"))
        self.take.setText(words("rating.thanks.take"))
        said = words("rating.thanks.hotline", number=hotline) if hotline else ""
        self.hotline.setText(said)
