"""Rows under a head, in pages with keys: what every table and list of the console is made of."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from PySide6.QtWidgets import QWidget

from hallclient.supervisor.widgets.keys import Pager
from hallclient.ui.canvas import Pane

R = TypeVar("R", bound=QWidget)
L = TypeVar("L")


class PagedRows(Pane, Generic[R, L]):
    """Lines of which a page is in sight, one a row; rows are made as they are needed."""

    HEAD, ROW, FOOT = 0.0, 38.0, 34.0
    legend = False
    """The foot is taken up on a single page, too."""

    def __init__(
        self, new_row: Callable[[], R], head: QWidget | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.lines: tuple[L, ...] = ()
        self.size_in_px = (100.0, 100.0)
        self.rows: list[R] = []
        self.head = None if head is None else self.put(head, 0, 0, 9, 9)
        self._new_row = new_row
        self.pager = self.put(Pager(), 0, 0, 9, 9)
        self.pager.turned.connect(lambda _page: self.arrange())

    def lay_out(self, width: float, height: float) -> None:
        """Take a size in reference px."""
        self.size_in_px = (width, height)
        self.arrange()

    def show_lines(self, lines: Sequence[L]) -> None:
        """Show other lines; the page in sight stays."""
        self.lines = tuple(lines)
        self.arrange()

    def fill(self, row: R, line: L) -> None:
        """Show a line in a row."""
        raise NotImplementedError

    def tall(self) -> float:
        """Return how high a row is."""
        return self.ROW

    def arrange(self) -> None:
        """Place head, rows and keys."""
        (width, height), tall = self.size_in_px, self.tall()
        whole = height - self.HEAD - (self.FOOT if self.legend else 0.0)
        most = max(1, int(whole // tall))
        if len(self.lines) > most:
            most = max(1, int((height - self.HEAD - self.FOOT) // tall))
        pages = max(1, -(-len(self.lines) // most))
        keys = int(width // (Pager.WIDTH + Pager.GAP))
        self.pager.most = max(3, min(Pager.MOST, keys))
        self.pager.set_pages(pages, frozenset(), tuple(str(at + 1) for at in range(pages)))
        shown = self.lines[self.pager.page * most :][:most]
        while len(self.rows) > len(shown):
            self.drop(self.rows.pop())
        while len(self.rows) < len(shown):
            self.rows.append(self.put(self._new_row(), 0, 0, 9, 9))
        for at, (row, line) in enumerate(zip(self.rows, shown, strict=True)):
            self.put(row, 0, self.HEAD + at * tall, width, tall)
            self.fill(row, line)
        if self.head is not None:
            self.put(self.head, 0, 0, width, self.HEAD)
            self.head.setVisible(bool(self.lines))
        wide = self.pager.wide()
        self.put(self.pager, width - wide, height - Pager.HEIGHT - 1, wide + 2, Pager.HEIGHT)
