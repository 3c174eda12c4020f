"""Calm lines: a banner across the panel while something is away (12f), a toast at the foot."""

from hallclient.ui import fonts
from hallclient.ui.paint import Box, Side
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.text import Card, Text
from hallclient.window.ledger.parts import Act
from hallclient.window.panel.view import BannerView

_BESIDE = 340.0
"""From this width on the words of a toast stand beside its key."""


class Banner(Card):
    """56 high: what still works, what happened, who is on it."""

    def __init__(self) -> None:
        super().__init__(Box("primaryTint", "transparent", 2, 10))
        self.title = self.put(Text("", (17, 16, 15), weight=fonts.BOLD), 0, 0, 9, 9)
        self.sub = self.put(Text("", (15, 14, 13), lines=2), 0, 0, 9, 9)
        self.side = self.put(
            Text("", (15, 14, 13), colour="ink2", side=Side.RIGHT, lines=2), 0, 0, 9, 9
        )
        self.hide()

    def show_banner(self, view: BannerView | None) -> None:
        """Show another line, or none."""
        self.setVisible(view is not None)
        if view is None:
            return
        edge = "line" if self.look.theme.flat else "transparent"
        self.set_box(Box(f"{view.tone}Tint", edge, 2, 10))
        self.title.setText(view.title)
        self.title.set_icon(view.icon, 20, view.tone)
        self.sub.setText(view.sub)
        self.side.setText(view.side)
        self.side.setVisible(bool(view.side))

    def lay_out(self, width: float) -> None:
        """Take a width."""
        metrics = fonts.metrics(17, fonts.BOLD, self.look.language)
        title = min(260.0, metrics.horizontalAdvance(self.title.text()) + 34)
        side = min(300.0, width * 0.28) if self.side.text() else 0.0
        self.put(self.title, 20, 4, title, 48)
        self.put(self.sub, 32 + title, 4, width - title - side - 60, 48)
        self.put(self.side, width - side - 20, 4, side, 48)


class Toast(Card):
    """One line for five seconds at the lower right, with the way back where there is one."""

    def __init__(self, cap: str) -> None:
        super().__init__(Box("surface", "ink", 2, 12))
        self._takes_back = False
        self.text = self.put(Text("", (16, 15, 14), weight=fonts.MEDIUM, lines=2), 0, 0, 9, 9)
        self.text.set_icon("info", 20, "primary")
        self.take_back = self.put(Act(cap=cap), 0, 0, 9, 9)
        self.take_back.set_face(Face.OUTLINED)
        self.hide()

    def show_message(self, text: str, take_back: str) -> None:
        """Show a line, the key that takes the last move back, both or nothing."""
        self._takes_back = bool(take_back)
        self.text.setText(text)
        self.text.setAccessibleName(text)
        self.text.setVisible(bool(text))
        self.take_back.set_words(take_back)
        self.take_back.setVisible(self._takes_back)
        self.setVisible(bool(text) or self._takes_back)

    def tall(self, width: float) -> float:
        """Return how high it is: words and key stand one above the other where it is narrow."""
        return 104.0 if self._both and width < _BESIDE else 56.0

    def lay_out(self, width: float) -> None:
        """Take a width."""
        beside = self._both and width >= _BESIDE
        key = 168.0 if beside else width - 16 if self._takes_back else 0.0
        words = width - 32 - (key if beside else 0)
        self.put(self.text, 16, 2, max(10.0, words), 52)
        top = 8 if beside or not self._both else 56
        self.put(self.take_back, width - key - 8, top, max(key, 10.0), 40)

    @property
    def _both(self) -> bool:
        return self._takes_back and bool(self.text.text())
