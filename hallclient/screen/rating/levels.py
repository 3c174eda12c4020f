"""Five equal levels, none of them chosen before (mock-up 10b)."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

from hallclient.domain.rating_reason import REASONS
from hallclient.screen.rating.keys import LevelKey, TickKey
from hallclient.screen.rating.shape import MARGIN, columns, rows
from hallclient.screen.rating.sheet import Sheet
from hallclient.ui import fonts
from hallclient.ui.widgets.plates import Plate
from hallclient.ui.widgets.text import Text
from hallclient.ui.widgets.tiles import BigButton

if TYPE_CHECKING:
    from hallclient.screen.rating.visit import RatingVisit


class LevelsSheet(Sheet):
    """How was it? Five keys, one to leave it, one to say why."""

    def build(self) -> None:
        """Make the parts."""
        self.plate = Plate("", 52, edge=4)
        self.title = Text("", (52, 46, 40, 36), weight=fonts.BOLD)
        self.about = Text("", (32, 28), colour="ink2", lines=2)
        self.keys = tuple(LevelKey(level) for level in REASONS)
        self.promise = Text("", (32, 30, 28), colour="ink2", lines=2)
        self.left = Text("", (32, 30, 28), colour="ink2", lines=2)
        self.why = TickKey()
        self.skip = BigButton("", size=(38, 34, 30, 28))
        self.skip.radius = 20.0
        for key in self.keys:
            key.beside = self.keys
            key.clicked.connect(partial(self._choose, key.level))
        self.why.clicked.connect(self._ask_why)
        self.skip.clicked.connect(self._skip)

    def lay_out(self) -> None:
        """Keys in a row, or one below the other."""
        shape = self.shape
        inner, more = shape.inner, shape.more
        self.put(self.plate, MARGIN, 42, 176, 84)
        if shape.tall:
            self.put(self.about, MARGIN + 200, 42, inner - 200, 84)
            self.put(self.title, MARGIN, 140, inner, 68)
            places = rows((MARGIN, 222, inner, 750 + more), 5, 14)
            self.put(self.promise, MARGIN, 984 + more, inner, 84)
            self.put(self.left, MARGIN, 1072 + more, inner, 44)
            why, skip = columns((MARGIN, 1132 + more, inner, 112), 2, 20)
        else:
            self.put(self.title, 252, 28, shape.right - 252, 66)
            self.put(self.about, 252, 80, shape.right - 252, 76)
            places = columns((MARGIN, 168, inner, 392 + more), 5, 20)
            self.put(self.promise, MARGIN, 584 + more, inner, 62)
            self.put(self.left, MARGIN, 652 + more, 480, 112)
            skip = (shape.right - 292, 652 + more, 292, 112)
            why = (skip[0] - 20 - 352, 652 + more, 352, 112)
        for key, place in zip(self.keys, places, strict=True):
            self.put(key, *place)
        self.put(self.why, *why)
        self.put(self.skip, *skip)

    def show_visit(self, visit: RatingVisit) -> None:
        """Write everything anew."""
        words, asked = self.desk.words, visit.asked
        self.plate.setText(asked.label)
        self.title.setText(words("rating.page.title"))
        between = "\n" if self.shape.tall else "\u3000"
        self.about.setText(between.join(part for part in (asked.service, asked.clerk) if part))
        for key in self.keys:
            key.set_words(words(f"rating.level{key.level}"))
        self.promise.setText(words("rating.page.promise"))
        self.why.set_words(words("rating.page.why"))
        self.why.setChecked(visit.why)
        self.skip.set_words(words("rating.not_now"))
        self.tick(visit)

    def tick(self, visit: RatingVisit) -> None:
        """Count the seconds."""
        left = max(0, math.ceil(visit.seconds_left))
        self.left.setText(self.desk.words("rating.page.left", n=left))

    def _choose(self, level: int) -> None:
        self.act(lambda visit: visit.choose(level))

    def _ask_why(self) -> None:
        self.act(lambda visit: visit.ask_why())

    def _skip(self) -> None:
        self.act(lambda visit: visit.skip())
