"""A question in the middle of the panel: choices by digit, or found by typing."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent

from hallclient.ui import fonts
from hallclient.ui.look import Look
from hallclient.ui.paint import Box
from hallclient.ui.widgets.plates import Plate
from hallclient.ui.widgets.text import Card, Text
from hallclient.ui.words import Words
from hallclient.window.ledger.parts import Act, line_edit
from hallclient.window.panel.draft import MOST_NOTE
from hallclient.window.panel.parts import OptionKey, digit_of
from hallclient.window.panel.ticket_card import PairLine
from hallclient.window.panel.view import AskView

PAD = 20
PER_PAGE = 9
LOW = 600
_FACTS = 8


class AskCard(Card):
    """A question: choices by digit, or found by typing where they are more than nine."""

    answered = Signal(str, str)
    """The value that was chosen, and the note."""
    left = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__(Box("surface", "line", 2, 14))
        self._words, self._view, self._room = words, AskView(), (524.0, 648.0)
        self._first = 0
        self.plate = self.put(Plate("", 22, edge=2), 0, 0, 9, 9)
        self.title = self.put(Text("", (20, 18, 17, 16), weight=fonts.BOLD, lines=2), 0, 0, 9, 9)
        self.facts = [self.put(PairLine(), 0, 0, 9, 9) for _ in range(_FACTS)]
        self.wanted = self.put(line_edit("", 40), 0, 0, 9, 9)
        self.keys = [self._key(n) for n in range(PER_PAGE)]
        self.turn = self.put(Act(icon="chev-r"), 0, 0, 9, 9)
        self.caption = self.put(Text("", (15, 14), colour="ink2"), 0, 0, 9, 9)
        self.note = self.put(line_edit("", MOST_NOTE), 0, 0, 9, 9)
        self.foot = self.put(Text("", (15, 14, 13), colour="ink2"), 0, 0, 9, 9)
        self.leave = self.put(Act(cap="Esc"), 0, 0, 9, 9)
        self.wanted.textChanged.connect(self._find_anew)
        self.wanted.returnPressed.connect(lambda: self.choose(0))
        self.leave.clicked.connect(self.left)
        self.turn.clicked.connect(self._turn)

    @property
    def long(self) -> bool:
        """Whether the choices are too many for digits alone."""
        return len(self._view.choices) > PER_PAGE

    def show_view(self, view: AskView) -> None:
        """Show a question; another one begins with empty fields."""
        words, fresh = self._words, view.again != self._view.again
        self._view = view
        self.plate.setText(view.label)
        self.plate.setVisible(bool(view.label))
        self.title.setText(view.title)
        self.wanted.setPlaceholderText(words("panel.ask.find"))
        self.wanted.setAccessibleName(words("panel.ask.find"))
        self.wanted.setVisible(self.long)
        self.caption.setText(words("panel.form.note"))
        self.note.setAccessibleName(words("panel.form.note"))
        self.leave.set_words(words("common.cancel"))
        self.turn.set_words(words("window.missing.more"))
        for n, fact in enumerate(self.facts):
            fact.setVisible(n < len(view.facts))
            if n < len(view.facts):
                fact.show_pair(*view.facts[n])
        if fresh:
            self._first = 0
            self.note.clear()
            self.wanted.clear()
        self._spread()

    def take_focus(self) -> None:
        """Have the keyboard where the question wants it: the field of many choices, else here."""
        if self.long:
            self.wanted.setFocus(Qt.FocusReason.PopupFocusReason)
        else:
            self.setFocus(Qt.FocusReason.PopupFocusReason)

    def lay_out(self, width: float, height: float) -> None:
        """Take a size."""
        self._room = (width, height)
        self._spread()

    def set_look(self, look: Look) -> None:
        """Take the look, for Qt's own fields too."""
        super().set_look(look)
        for line in (self.wanted, self.note):
            line.setFont(look.font(16, fonts.MEDIUM))

    def choose(self, n: int) -> None:
        """Take the n-th choice that is shown, from 0."""
        shown = self._shown()
        if n < len(shown):
            self.answered.emit(shown[n][0], self.note.text() if self._view.note else "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose by digit, leave on Esc, turn pages."""
        digit = digit_of(event)
        if digit:
            self.choose(digit - 1)
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() == Qt.Key.Key_PageDown:
            self._turn()
        else:
            super().keyPressEvent(event)

    def _found(self) -> list[tuple[str, str]]:
        wanted = self.wanted.text().strip().casefold() if self.long else ""
        return [one for one in self._view.choices if wanted in f"{one[0]} {one[1]}".casefold()]

    def _shown(self) -> list[tuple[str, str]]:
        return self._found()[self._first : self._first + self._per_page()]

    def _per_page(self) -> int:
        room = self._room[1] - self._top() - 66 - (76 if self._view.note else 0)
        return max(2, min(PER_PAGE, int(room // self._step())))

    def _step(self) -> float:
        return 46.0 if self._room[1] < LOW else 60.0

    def _fact(self) -> float:
        return 24.0 if self._room[1] < LOW else 27.0

    def _top(self) -> float:
        facts = self._fact() * len(self._view.facts)
        return 72.0 + facts + (12 if facts else 0) + (54 if self.long else 0)

    def _find_anew(self) -> None:
        self._first = 0
        self._spread()

    def _turn(self) -> None:
        self._first += self._per_page()
        if self._first >= len(self._found()):
            self._first = 0
        self._spread()

    def _key(self, n: int) -> OptionKey:
        key = self.put(OptionKey(), 0, 0, 9, 9)
        key.clicked.connect(lambda: self.choose(n))
        return key

    def _spread(self) -> None:
        (width, height), view = self._room, self._view
        inner, x = width - 2 * PAD, float(PAD)
        if view.label:
            self.put(self.plate, x, 18, 86, 38)
            x += 98
        self.put(self.title, x, 12, width - PAD - x, 50)
        for n, fact in enumerate(self.facts):
            self.put(fact, PAD, 68 + self._fact() * n, inner, self._fact())
        y = self._top()
        self.put(self.wanted, PAD, y - 54, inner, 44)
        shown = self._shown()
        for n, key in enumerate(self.keys):
            key.setVisible(n < len(shown))
            if n < len(shown):
                value, text = shown[n]
                digit = "" if self.long else str(n + 1)
                key.set_words(digit, text, chosen=value == view.chosen)
                self.put(key, PAD, y, inner, self._step() - 8)
                y += self._step()
        for widget in (self.caption, self.note):
            widget.setVisible(view.note)
        self.put(self.caption, PAD, height - 136, inner, 22)
        self.put(self.note, PAD, height - 112, inner, 42)
        self._place_foot(inner, height)

    def _place_foot(self, inner: float, height: float) -> None:
        over = len(self._found()) > self._per_page()
        self.turn.setVisible(over)
        none = self.long or over or not self._view.choices
        self.foot.setText("" if none else self._words("panel.ask.digits"))
        self.put(self.foot, PAD, height - 58, inner * 0.6, 40)
        self.put(self.turn, PAD, height - 58, 150, 42)
        self.put(self.leave, PAD + inner - 150, height - 58, 150, 42)
