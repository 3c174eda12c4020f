"""A number to call, for the supervisor alone; nothing is filled in before (mock-up 10f)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from hallclient.screen.rating.keys import DigitKey, Glyph, NumberField
from hallclient.screen.rating.shape import MARGIN, grid
from hallclient.screen.rating.sheet import Sheet
from hallclient.ui import fonts
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.text import Text
from hallclient.ui.widgets.tiles import BigButton

if TYPE_CHECKING:
    from hallclient.screen.rating.visit import RatingVisit


class ContactSheet(Sheet):
    """A field, a number pad, and a way out that costs nothing."""

    def build(self) -> None:
        """Make the parts."""
        self.icon = Glyph("phone")
        self.title = Text("", (46, 40, 36, 32), weight=fonts.BOLD)
        self.advice = Text("", (30, 28), colour="ink2", lines=2)
        self.field = NumberField()
        self.told = Text("", (32, 32, 30), colour="ink2", lines=4)
        self.told.set_leading(1.4)
        self.way_out = Text("", (32, 32, 30), colour="ink2", lines=4)
        self.way_out.set_leading(1.4)
        self.digits = tuple(DigitKey(digit) for digit in "1234567890")
        self.clear = BigButton("", size=(34, 32, 30, 28))
        self.delete = DigitKey("", "backspace")
        self.no = BigButton("", size=(38, 34, 30))
        self.ok = BigButton("", size=(46, 40, 36))
        self.ok.set_face(Face.SOLID)
        for button in (self.clear, self.no, self.ok):
            button.radius = 20.0
        for key in self.digits:
            key.clicked.connect(partial(self._type, key.text()))
        self.clear.clicked.connect(partial(self._do, "clear"))
        self.delete.clicked.connect(partial(self._do, "delete"))
        self.no.clicked.connect(partial(self._do, "drop_contact"))
        self.ok.clicked.connect(partial(self._do, "keep_contact"))

    def lay_out(self) -> None:
        """Words beside the pad, upright above it."""
        shape = self.shape
        inner = shape.inner
        self.put(self.icon, MARGIN, 20, 84, 84)
        self.put(self.title, 160, 12, shape.right - 160, 60)
        if shape.tall:
            self.put(self.advice, 160, 68, shape.right - 160, 80)
            self.put(self.field, MARGIN, 160, inner, 120)
            self.put(self.told, MARGIN, 292, inner, 96)
            self.put(self.way_out, MARGIN, 396, inner, 96)
            pad, foot = (MARGIN, 512.0, inner, 600 + shape.more), shape.height - 140
        else:
            self.put(self.advice, 160, 68, shape.right - 160, 44)
            half = (inner - 32) * 0.514
            self.put(self.field, MARGIN, 124, half, 132)
            self.put(self.told, MARGIN, 284, half, 96)
            self.put(self.way_out, MARGIN, 408, half, 96)
            left = MARGIN + half + 32
            pad = (left, 124.0, shape.right - left, 516 + shape.more)
            foot = shape.height - 122
        order = (*self.digits[:9], self.clear, self.digits[9], self.delete)
        for key, place in zip(order, grid(pad, 3, 4, 12, 12), strict=True):
            self.put(key, *place)
        self.put(self.no, MARGIN, foot, 260, 104)
        self.put(self.ok, shape.right - 258, foot, 258, 104)

    def show_visit(self, visit: RatingVisit) -> None:
        """Write everything anew."""
        words = self.desk.words
        self.title.setText(words("rating.number.title"))
        self.advice.setText(words("rating.number.advice"))
        self.field.show_number(visit.typed, words("rating.number.title"))
        self.told.setText(f"{self._state(visit)}\n{words('rating.number.cleared')}")
        self.way_out.setText(words("rating.number.way_out"))
        self.clear.set_words(words("rating.number.clear"))
        self.delete.setAccessibleName(words("rating.number.delete"))
        self.no.set_words(words("rating.number.no"))
        self.ok.set_words(words("rating.number.ok"))
        self.told.set_colour("warn" if visit.wrong else "ink2")

    def _state(self, visit: RatingVisit) -> str:
        words = self.desk.words
        if visit.can_be_called:
            return words("rating.number.whole")
        if visit.missing:
            return words("rating.number.missing", n=visit.missing)
        return words("rating.number.strange")

    def _type(self, digit: str) -> None:
        self.act(lambda visit: visit.type_digit(digit))

    def _do(self, what: str) -> None:
        self.act(lambda visit: getattr(visit, what)())
