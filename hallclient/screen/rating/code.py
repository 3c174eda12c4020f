"""A code to rate by telephone, for a screen that cannot be touched."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from hallclient.screen.rating.shape import MARGIN
from hallclient.screen.rating.sheet import Sheet
from hallclient.ui import fonts
from hallclient.ui.widgets.plates import Plate
from hallclient.ui.widgets.qr import QrView
from hallclient.ui.widgets.text import Text

if TYPE_CHECKING:
    from hallclient.screen.rating.visit import RatingVisit


class CodeSheet(Sheet):
    """What the rating is about on the left, the code on the right; upright one below the other."""

    def build(self) -> None:
        """Make the parts."""
        self.plate = Plate("", 52, edge=4)
        self.title = Text("", (52, 46, 40, 36), weight=fonts.BOLD, lines=2)
        self.about = Text("", (32, 30, 28), colour="ink2", lines=2)
        self.how = Text("", (40, 36, 32), weight=fonts.MEDIUM, lines=3)
        self.promise = Text("", (32, 32, 30, 28), colour="ink2", lines=4)
        self.left = Text("", (32, 30, 28), colour="ink2", lines=2)
        self.code = QrView()

    def lay_out(self) -> None:
        """Put the code where a telephone reaches it."""
        shape, lift = self.shape, self.shape.more / 2
        if shape.tall:
            side, room = 560.0, shape.inner
            self.put(self.code, (shape.width - side) / 2, 500 + lift, side, side)
            steps = ((140, 136), (276, 84), (366, 130), (1074, 110), (1190, 50))
        else:
            side = 560.0
            room = shape.right - side - 48 - MARGIN
            self.put(self.code, shape.right - side, 120 + lift, side, side)
            steps = ((140, 136), (276, 84), (372, 150), (526, 150), (690, 50))
        self.put(self.plate, MARGIN, 42, 176, 84)
        parts = (self.title, self.about, self.how, self.promise, self.left)
        for part, (y, high) in zip(parts, steps, strict=True):
            self.put(part, MARGIN, y + lift, room, high)

    def show_visit(self, visit: RatingVisit) -> None:
        """Write everything anew."""
        words, asked = self.desk.words, visit.asked
        self.plate.setText(asked.label)
        self.title.setText(words("rating.page.title"))
        self.about.setText("\n".join(part for part in (asked.service, asked.clerk) if part))
        self.how.setText(words("rating.code.how"))
        self.promise.setText(words("rating.page.promise"))
        self.code.set_data(asked.url, words("rating.code.how"))
        self.tick(visit)

    def tick(self, visit: RatingVisit) -> None:
        """Count the seconds."""
        left = max(0, math.ceil(visit.seconds_left))
        self.left.setText(self.desk.words("rating.page.left", n=left))
