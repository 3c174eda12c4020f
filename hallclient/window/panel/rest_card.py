"""The middle of the panel with nothing to fill in: what comes next, and the key that goes on."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPlainTextEdit

from hallclient.ui.look import Look
from hallclient.ui.paint import Box
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.text import Card
from hallclient.window.ledger.parts import Act
from hallclient.window.panel.parts import Nothing
from hallclient.window.panel.view import RestView

PAD = 20


def reading() -> QPlainTextEdit:
    """Return a place for a text that is only read; the arrows go through it."""
    text = QPlainTextEdit()
    text.setReadOnly(True)
    text.setTabChangesFocus(True)
    text.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return text


class RestCard(Card):
    """Nothing to fill in: what the state is, the key that goes on, a text to read meanwhile."""

    pressed = Signal()
    served_on = Signal()

    def __init__(self) -> None:
        super().__init__(Box("surface", "line", 2, 14))
        self._view = RestView()
        self._room = (524.0, 648.0)
        self.nothings: dict[str, Nothing] = {}
        self.act = self.put(Act(), 0, 0, 9, 9)
        self.also = self.put(Act(icon="arrow-r"), 0, 0, 9, 9)
        self.body = self.put(reading(), 0, 0, 9, 9)
        self.act.clicked.connect(self.pressed)
        self.also.clicked.connect(self.served_on)

    def show_view(self, view: RestView, cap: str, *, acting: bool) -> None:
        """Show another state; ``cap`` is the key of what goes on."""
        self._view = view
        if view.icon not in self.nothings:
            self.nothings[view.icon] = self.put(Nothing(view.icon), 0, 0, 9, 9)
        for icon, nothing in self.nothings.items():
            nothing.setVisible(icon == view.icon)
        self.nothings[view.icon].say(view.title, view.sub)
        self.act.set_cap(cap)
        self.act.set_words(view.act_text)
        self.act.setVisible(bool(view.act_text))
        self.act.set_face(Face.FLAT if acting else Face.SOLID)
        self.also.set_words(view.also)
        self.also.setVisible(bool(view.also))
        self.also.set_face(Face.FLAT if acting else Face.OUTLINED)
        if self.body.toPlainText() != view.body:
            self.body.setPlainText(view.body)
        self.body.setAccessibleName(view.title)
        self.body.setVisible(bool(view.body))
        self._spread()

    def lay_out(self, width: float, height: float) -> None:
        """Take a size."""
        self._room = (width, height)
        self._spread()

    def set_look(self, look: Look) -> None:
        """Take the look, for Qt's own field too."""
        super().set_look(look)
        self.body.setFont(look.font(16))

    def _spread(self) -> None:
        width, height = self._room
        inner = width - 2 * PAD
        keys = (64 if self._view.act_text else 0) + (56 if self._view.also else 0)
        body = max(0.0, height - keys - 36 - 176) if self._view.body else 0.0
        upper = height - keys - 24 - body
        for nothing in self.nothings.values():
            self.put(nothing, PAD, 8, inner, upper - 8)
            nothing.lay_out(inner, upper - 8)
        self.put(self.body, PAD, upper, inner, max(1.0, body - 8))
        y = height - keys - 18
        if self._view.also:
            self.put(self.also, PAD, y, inner, 48)
            y += 56
        self.put(self.act, PAD, y, inner, 56)
