"""The national reason tags of the chosen level, word for word (mock-up 10c)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from hallclient.domain.rating_reason import MOST, REASONS
from hallclient.screen.rating.keys import ContactKey, Glyph, TickKey, hidden
from hallclient.screen.rating.shape import MARGIN, grid
from hallclient.screen.rating.sheet import Sheet
from hallclient.screen.rating.visit import BAD
from hallclient.ui import fonts
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.text import Text
from hallclient.ui.widgets.tiles import BigButton

if TYPE_CHECKING:
    from hallclient.screen.rating.visit import RatingVisit


class ReasonsSheet(Sheet):
    """Why? As many of eight as one likes, also none."""

    def build(self) -> None:
        """Make the parts."""
        self.face = Glyph("face-2")
        self.title = Text("", (46, 40, 36, 32), weight=fonts.BOLD)
        self.advice = Text("", (30, 28), colour="ink2", lines=2)
        self.again = BigButton("", size=(32, 30, 28))
        self.tags = tuple(TickKey() for _ in range(MOST))
        self.contact = ContactKey()
        self.promise = Text("", (30, 30, 28), colour="ink2", lines=3)
        self.promise.set_leading(1.35)
        self.submit = BigButton("", size=(46, 40, 36))
        self.submit.set_face(Face.SOLID)
        self.again.radius = self.submit.radius = 20.0
        self._codes: tuple[str, ...] = ()
        self._offered = True
        for index, tag in enumerate(self.tags):
            tag.clicked.connect(partial(self._toggle, index))
        self.again.clicked.connect(partial(self._do, "start_over"))
        self.contact.clicked.connect(partial(self._do, "open_contact"))
        self.submit.clicked.connect(partial(self._do, "submit"))

    def lay_out(self) -> None:
        """Two columns, upright one."""
        shape = self.shape
        inner, tall, end = shape.inner, shape.tall, shape.height
        self.put(self.face, MARGIN, 20, 84, 84)
        beside = 0 if tall else 218
        self.put(self.title, 157, 12, shape.right - 157 - beside, 60)
        self.put(self.advice, 157, 68, shape.right - 157 - beside, 40)
        if tall:
            top, bottom, foot = 110.0, end - 204, (end - 116, 100.0)
            self.put(self.again, MARGIN, foot[0], 290, foot[1])
            self.put(self.promise, MARGIN, end - 200, inner, 80)
        else:
            top, bottom, foot = 124.0, end - 140, (end - 122, 104.0)
            self.put(self.again, shape.right - 194, 14, 194, 96)
            self.put(self.promise, MARGIN, end - 126, inner - 290 - 24, 112)
        tags_end = bottom - (112 if self._offered else 0) - (0 if tall else 4)
        across, down = (1, MOST) if tall else (2, MOST // 2)
        at = (MARGIN, top, inner, tags_end - top)
        for tag, place in zip(self.tags, grid(at, across, down, 16, 12), strict=True):
            self.put(tag, *place)
        self.put(self.contact, MARGIN, bottom - 100, inner, 100)
        self.contact.setVisible(self._offered)
        self.put(self.submit, shape.right - 290, foot[0], 290, foot[1])

    def show_visit(self, visit: RatingVisit) -> None:
        """Write everything anew."""
        if not visit.level:
            return
        if visit.contact_offered != self._offered:
            self._offered = visit.contact_offered
            self.lay_out()
        words, days = self.desk.words, visit.asked.reply_days
        self.face.set_icon(f"face-{visit.level}")
        mood = "bad" if visit.level <= BAD else "good"
        self.title.setText(words(f"rating.why.{mood}"))
        self.advice.setText(words("rating.why.advice"))
        self.again.set_words(words("rating.why.again"))
        self._codes = REASONS[visit.level]
        for tag, code in zip(self.tags, self._codes, strict=True):
            tag.set_words(words(f"rating.reason.{code}"))
            tag.setChecked(code in visit.reasons)
        hint = words("rating.why.number_hint")
        self.contact.show_words(words("rating.contact"), hint, hidden(visit.contact))
        lines = [words("rating.why.unseen")]
        if days and self._offered:
            lines.insert(0, words("rating.why.reply", n=days))
        self.promise.setText("\n".join(lines))
        self.submit.set_words(words("rating.why.submit"))

    def _toggle(self, index: int) -> None:
        self.act(lambda visit: visit.toggle(self._codes[index]))

    def _do(self, what: str) -> None:
        self.act(lambda visit: getattr(visit, what)())
