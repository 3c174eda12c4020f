"""A card of facts in rows: the hours of the week, whom to ask."""

from collections.abc import Sequence

from hallclient.ui import fonts
from hallclient.ui.canvas import Pane
from hallclient.ui.paint import Box, Side
from hallclient.ui.widgets.text import Card, Line, Text

Fact = tuple[str, str, str]
"""Icon or "", words left, words right or ""."""
_PAD, _HEAD, _ROW, _FOOT = 44.0, 104.0, 84.0, 12.0
_LEFT = 0.46


class FactsCard(Card):
    """As high as :attr:`wanted` says; rows that are not shown do not exist."""

    def __init__(self, width: float) -> None:
        super().__init__(Box("surface", "line", 2, 24))
        self._width = width
        self._title = Text("", (44, 38), weight=fonts.BOLD)
        self.put(self._title, _PAD, 28, width - 2 * _PAD, 60)
        self._rows: list[_FactRow] = []
        self._sizes: tuple[float, ...] = (38, 34, 30)
        self.facts: tuple[Fact, ...] = ()

    @property
    def wanted(self) -> float:
        """The height that title and rows take."""
        return _HEAD + _ROW * len(self.facts) + _FOOT

    def set_sizes(self, title: tuple[float, ...], sizes: tuple[float, ...]) -> None:
        """Change the type steps, as between two modes."""
        self._sizes = sizes
        self._title.set_sizes(title)
        for row in self._rows:
            row.set_sizes(sizes)

    def show_facts(self, title: str, facts: Sequence[Fact]) -> None:
        """Show other facts."""
        self._title.setText(title)
        if tuple(facts) == self.facts:
            return
        self.facts = tuple(facts)
        while len(self._rows) < len(facts):
            row = _FactRow(self._width - 2 * _PAD, self._sizes)
            self.put(row, _PAD, _HEAD + len(self._rows) * _ROW, self._width - 2 * _PAD, _ROW)
            self._rows.append(row)
        for index, row in enumerate(self._rows):
            row.setVisible(index < len(facts))
            if index < len(facts):
                row.show_fact(facts[index])


class _FactRow(Pane):
    def __init__(self, width: float, sizes: tuple[float, ...]) -> None:
        super().__init__()
        self._width = width
        self._left = Text("", sizes, weight=fonts.MEDIUM, lines=2)
        self._right = Text("", sizes, side=Side.RIGHT, lines=2)
        self.put(Line(), 0, 0, width, 2)
        for label in (self._left, self._right):
            label.set_leading(1.15)
            self.put(label, 0, 2, width, _ROW - 2)

    def set_sizes(self, sizes: tuple[float, ...]) -> None:
        for label in (self._left, self._right):
            label.set_sizes(sizes)

    def show_fact(self, fact: Fact) -> None:
        icon, left, right = fact
        self._left.setText(left)
        self._right.setText(right)
        if icon:
            self._left.set_icon(icon, 48, "primary")
        part = self._width * _LEFT if right else self._width
        self.put(self._left, 0, 2, part, _ROW - 2)
        self.put(self._right, part, 2, self._width - part, _ROW - 2)
