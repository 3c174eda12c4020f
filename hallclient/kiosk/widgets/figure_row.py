"""Figures side by side with a line between them; and the turning of pages of a list."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from hallclient.kiosk.views.parts import FigureView, Paged
from hallclient.ui import fonts
from hallclient.ui.canvas import Pane
from hallclient.ui.paint import Side
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.status import Metric, MetricSizes
from hallclient.ui.widgets.text import Line, Text
from hallclient.ui.widgets.tiles import BigButton

MOST = 3


class FigureRow(Pane):
    """Up to three metrics over a width, as wide as their shares say; names instead of figures."""

    def __init__(
        self,
        width: float,
        height: float,
        sizes: MetricSizes,
        *,
        gap: float = 32,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._size = (width, height)
        self._gap = gap
        self._head = sizes.caption * 1.4
        self._shown: tuple[FigureView, ...] = ()
        self._metrics = [Metric(sizes=sizes) for _ in range(MOST)]
        self._names = [Text("", (44, 34, 30, 28), weight=fonts.BOLD, lines=2) for _ in range(MOST)]
        self._lines = [Line() for _ in range(MOST - 1)]
        for widget in (*self._metrics, *self._names, *self._lines):
            widget.hide()
            self.put(widget, 0, 0, 2, height)

    def show_figures(self, figures: tuple[FigureView, ...]) -> None:
        """Show other figures."""
        if figures != self._shown:
            self._shown = figures
            self._arrange()

    def set_size(self, width: float, height: float, sizes: MetricSizes) -> None:
        """Take another size, as between two modes."""
        self._size, self._head = (width, height), sizes.caption * 1.4
        for metric in self._metrics:
            metric.set_sizes(sizes)
        self._arrange()

    def _arrange(self) -> None:
        figures = self._shown
        width, height = self._size
        whole = sum(figure.share for figure in figures) or 1
        x = 0.0
        for index, metric in enumerate(self._metrics):
            metric.setVisible(index < len(figures))
            self._names[index].hide()
            if index:
                self._lines[index - 1].setVisible(index < len(figures))
            if index >= len(figures):
                continue
            figure = figures[index]
            part = width * figure.share / whole
            if index:
                self.put(self._lines[index - 1], x, 0, 2, height)
            left = x + (self._gap if index else 0)
            self.put(metric, left, 0, x + part - left - 8, height)
            x += part
            if figure.name:
                # A name is no figure: it may take two lines.
                metric.set_words(figure.caption, "")
                self.put(self._names[index], left, self._head, x - left - 8, height - self._head)
                self._names[index].setText(figure.name)
                self._names[index].show()
            else:
                metric.set_words(
                    figure.caption,
                    figure.figure,
                    figure.unit,
                    before=figure.before,
                    said=figure.said,
                )


class Pager(Pane):
    """Previous, which page, next. ``stacked`` keeps no words between narrow keys."""

    turned = Signal(int)
    """-1 or +1."""

    def __init__(
        self,
        width: float = 652,
        height: float = 96,
        *,
        key_width: float = 220,
        words: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._words = words
        self._large = False
        self._back = BigButton("", "chev-l", size=(32, 28, 26), icon_size=34)
        self._next = BigButton("", "chev-r", size=(32, 28, 26), icon_size=34)
        self._text = Text("", (30, 28, 26), colour="ink2", side=Side.CENTRE, weight=fonts.MEDIUM)
        self.arrange(width, height, key_width=key_width)
        self._back.clicked.connect(self._turn_back)
        self._next.clicked.connect(self._turn_on)

    def arrange(self, width: float, height: float, *, key_width: float) -> None:
        """Take other measures, in reference px."""
        self.put(self._back, 0, 0, key_width, height)
        self.put(self._text, key_width + 4, 0, width - 2 * key_width - 8, height)
        self.put(self._next, width - key_width, 0, key_width, height)

    def set_large(self, large: bool) -> None:  # noqa: FBT001 - a mode
        """Draw as elders need it: 44 px, and no words that would not fit beside an arrow."""
        self._large = large
        self._text.set_sizes((44, 40, 36) if large else (30, 28, 26))
        for key in (self._back, self._next):
            key.set_sizes((44,) if large else (32, 28, 26), 48 if large else 34)

    def set_height(self, height: float) -> None:
        """Make the keys as high as a mode wants them."""
        for part in (self._back, self._text, self._next):
            place = self.place(part)
            self.put(part, place.x(), 0, place.width(), height)

    def show_page(self, paged: Paged, previous: str, following: str) -> None:
        """Show which page it is; the words are for the keys and the ear."""
        self._text.setText(paged.text)
        for key, words in ((self._back, previous), (self._next, following)):
            key.set_words(words if self._words and not self._large else "")
            key.setAccessibleName(words)
        self._set(self._back, works=paged.page > 0)
        self._set(self._next, works=paged.page < paged.pages - 1)

    def _set(self, key: BigButton, *, works: bool) -> None:
        key.set_face(Face.OUTLINED if works else Face.FLAT)

    def _turn_back(self) -> None:
        self.turned.emit(-1)

    def _turn_on(self) -> None:
        self.turned.emit(1)
