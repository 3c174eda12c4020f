"""The errand that is looked at: what is known, and the moves that are possible now."""

from PySide6.QtCore import Signal

from hallclient.domain.errand import Due
from hallclient.ui import fonts
from hallclient.ui.paint import Side
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.plates import Plate
from hallclient.ui.widgets.text import Card, Line, Text
from hallclient.ui.words import Words
from hallclient.window.ledger.parts import Act
from hallclient.window.ledger.view import MARKS, DetailView, Form, LedgerView

PAD = 16
_LINE, _MOST = 27, 9
ICONS = {
    Form.CARRY: "arrow-r",
    Form.RETURN: "arrow-l",
    Form.SIGN: "user-check",
    Form.CANCEL: "x",
}


class Detail(Card):
    """The card at the right while nothing is asked."""

    asked = Signal(object)
    """A :class:`Form`."""
    show_asked = Signal()
    print_asked = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._view = LedgerView()
        self._size = (400.0, 400.0)
        self.number = self.put(Plate("", 22, edge=2), 0, 0, 9, 9)
        self.state = self.put(
            Text("", (17, 16, 15), weight=fonts.BOLD, side=Side.RIGHT), 0, 0, 9, 9
        )
        self.service = self.put(Text("", (20, 18, 16), weight=fonts.BOLD, lines=2), 0, 0, 9, 9)
        self.pairs = [
            (
                self.put(Text("", (15, 14), colour="ink2"), 0, 0, 9, 9),
                self.put(Text("", (16, 15, 14, 13), weight=fonts.MEDIUM), 0, 0, 9, 9),
            )
            for _ in range(_MOST)
        ]
        self.show_key = self.put(Act(words("ledger.show")), 0, 0, 9, 9)
        self.papers = self.put(Text("", (15, 14), lines=3), 0, 0, 9, 9)
        self.edge = self.put(Line(), 0, 0, 9, 2)
        self.acts = {form: self.put(Act(icon=icon), 0, 0, 9, 9) for form, icon in ICONS.items()}
        for form, act in self.acts.items():
            act.clicked.connect(lambda _on=False, form=form: self.asked.emit(form))
        self.print = self.put(Act(icon="printer"), 0, 0, 9, 9)
        self.empty = self.put(
            Text("", (18, 16), colour="ink2", side=Side.CENTRE, lines=4), 0, 0, 9, 9
        )
        self.show_key.clicked.connect(self.show_asked)
        self.print.clicked.connect(self.print_asked)

    def lay_out(self, width: float, height: float) -> None:
        """Take a size."""
        self._size = (width, height)
        self.show_view(self._view)

    def show_view(self, view: LedgerView) -> None:
        """Show an errand, or that none is chosen."""
        self._view = view
        detail = view.detail
        self.empty.setText("" if detail else self._words("ledger.choose_one"))
        width, height = self._size
        self.put(self.empty, 24, 40, width - 48, min(140, height - 80))
        self.empty.setVisible(detail is None)
        for widget in (self.number, self.state, self.service, self.papers, self.edge):
            widget.setVisible(detail is not None)
        self._show_pairs(detail)
        self._show_acts(view)
        if detail is not None:
            self._show(detail)

    def _show(self, detail: DetailView) -> None:
        width, height = self._size
        wide = fonts.metrics(22, fonts.FIGURE, self.look.language).horizontalAdvance(detail.number)
        self.put(self.number, PAD, 14, wide + 24, 38)
        self.number.setText(detail.number)
        late = detail.mark in MARKS
        self.state.setText(detail.due if late else detail.state)
        self.state.set_colour("warn" if detail.mark is Due.LATE else "ink")
        self.put(self.state, PAD + wide + 32, 14, width - 2 * PAD - wide - 32, 38)
        self.service.setText(detail.service)
        self.put(self.service, PAD, 56, width - 2 * PAD, 44)
        y = 104 + _LINE * len(detail.lines)
        room = height - y - 80
        self.papers.setText(detail.papers)
        self.papers.set_sizes((15, 14), lines=max(1, min(3, int(room // 20))))
        self.put(self.papers, PAD, y + 2, width - 2 * PAD, max(22, min(62, room)))
        self.put(self.edge, PAD, height - 74, width - 2 * PAD, 2)

    def _show_pairs(self, detail: DetailView | None) -> None:
        width, _ = self._size
        lines = detail.lines if detail else ()
        caption = 92.0 if self.look.language != "en" else 104.0
        for index, (left, right) in enumerate(self.pairs):
            there = index < len(lines)
            left.setVisible(there)
            right.setVisible(there)
            if there:
                y = 104 + _LINE * index
                taken = 92 if index == 0 else 0
                self.put(left, PAD, y, caption - 4, _LINE)
                self.put(right, PAD + caption, y, width - 2 * PAD - caption - taken, _LINE)
                left.setText(lines[index][0])
                right.setText(lines[index][1])
                right.setAccessibleName(" ".join(lines[index]))
        shown = detail is not None and len(lines) > 1 and detail.shows
        self.show_key.setVisible(shown and lines[1][0] != self._words("ledger.line.phone"))
        self.put(self.show_key, width - PAD - 88, 98, 88, 34)
        self.show_key.set_words(self._words("ledger.show"))

    def _show_acts(self, view: LedgerView) -> None:
        width, height = self._size
        detail, words = view.detail, self._words
        moves = detail.moves if detail else ()
        shown = [self.acts[form] for form in ICONS if form in moves]
        shown.sort(key=lambda act: detail is None or act is not self.acts.get(detail.main))
        if detail is not None and view.prints:
            shown.append(self.print)
        wide = (width - 2 * PAD - 8 * (max(3, len(shown)) - 1)) / max(3, len(shown))
        for act in (*self.acts.values(), self.print):
            act.setVisible(act in shown)
        for index, act in enumerate(shown):
            self.put(act, PAD + index * (wide + 8), height - 62, wide, 48)
        for form, act in self.acts.items():
            again = form is Form.CARRY and Form.SIGN in moves
            act.set_words(words(f"ledger.act.{'carry_again' if again else form}"))
            solid = detail is not None and form is detail.main
            act.set_face(Face.SOLID if solid else Face.OUTLINED)
        self.print.set_words(words("ledger.act.print"))
