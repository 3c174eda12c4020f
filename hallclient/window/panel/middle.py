"""The middle of the panel when there is no form: what comes next, a question, something to find."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit

from hallclient.ui import fonts
from hallclient.ui.look import Look
from hallclient.ui.paint import Box
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.plates import Plate
from hallclient.ui.widgets.text import Card, Text
from hallclient.ui.words import Words
from hallclient.window.ledger.parts import Act, line_edit
from hallclient.window.panel.draft import MOST_NOTE
from hallclient.window.panel.lists import Lines
from hallclient.window.panel.parts import Nothing, OptionKey, digit_of
from hallclient.window.panel.ticket_card import PairLine
from hallclient.window.panel.view import AskView, LookupView, RestView

PAD = 20
PER_PAGE = 9
LOW = 600
_FACTS = 8
FIND_MS = 200


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
        self.find = self.put(line_edit("", 40), 0, 0, 9, 9)
        self.keys = [self._key(n) for n in range(PER_PAGE)]
        self.turn = self.put(Act(icon="chev-r"), 0, 0, 9, 9)
        self.caption = self.put(Text("", (15, 14), colour="ink2"), 0, 0, 9, 9)
        self.note = self.put(line_edit("", MOST_NOTE), 0, 0, 9, 9)
        self.foot = self.put(Text("", (15, 14, 13), colour="ink2"), 0, 0, 9, 9)
        self.leave = self.put(Act(cap="Esc"), 0, 0, 9, 9)
        self.find.textChanged.connect(self._find_anew)
        self.find.returnPressed.connect(lambda: self.choose(0))
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
        self.find.setPlaceholderText(words("panel.ask.find"))
        self.find.setAccessibleName(words("panel.ask.find"))
        self.find.setVisible(self.long)
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
            self.find.clear()
        self._spread()

    def take_focus(self) -> None:
        """Have the keyboard where the question wants it: the field of many choices, else here."""
        if self.long:
            self.find.setFocus(Qt.FocusReason.PopupFocusReason)
        else:
            self.setFocus(Qt.FocusReason.PopupFocusReason)

    def lay_out(self, width: float, height: float) -> None:
        """Take a size."""
        self._room = (width, height)
        self._spread()

    def set_look(self, look: Look) -> None:
        """Take the look, for Qt's own fields too."""
        super().set_look(look)
        for line in (self.find, self.note):
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
        wanted = self.find.text().strip().casefold() if self.long else ""
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
        self.put(self.find, PAD, y - 54, inner, 44)
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
        self.foot.setText("" if self.long or over else self._words("panel.ask.digits"))
        self.put(self.foot, PAD, height - 58, inner * 0.6, 40)
        self.put(self.turn, PAD, height - 58, 150, 42)
        self.put(self.leave, PAD + inner - 150, height - 58, 150, 42)


class LookupCard(Card):
    """Something to find by typing: services of the guide, or cases."""

    searched = Signal(str)
    chosen = Signal(int)
    print_asked = Signal()
    left = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__(Box("surface", "line", 2, 14))
        self._words, self._view, self._room = words, LookupView(), (524.0, 648.0)
        self.title = self.put(Text("", (20, 18, 17), weight=fonts.BOLD), 0, 0, 9, 9)
        self.leave = self.put(Act(cap="Esc"), 0, 0, 9, 9)
        self.find = self.put(line_edit("", 40), 0, 0, 9, 9)
        self.lines = self.put(Lines(172), 0, 0, 9, 9)
        self.text = self.put(reading(), 0, 0, 9, 9)
        self.print = self.put(Act(icon="printer"), 0, 0, 9, 9)
        self.nothing = self.put(Nothing("search"), 0, 0, 9, 9)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(FIND_MS)
        self._typing.timeout.connect(self._search)
        self.find.textEdited.connect(lambda _text: self._typing.start())
        self.find.returnPressed.connect(self._enter)
        self.lines.chosen.connect(self.chosen)
        self.print.clicked.connect(self.print_asked)
        self.leave.clicked.connect(self.left)

    def show_view(self, view: LookupView) -> None:
        """Show what was found."""
        words = self._words
        if view.title != self._view.title:
            self.find.clear()
        self._view = view
        self.title.setText(view.title)
        self.find.setPlaceholderText(view.hint)
        self.find.setAccessibleName(view.hint)
        self.leave.set_words(words("common.close"))
        self.print.set_words(words("panel.guide.print"))
        self.lines.show_lines(view.lines, view.chosen, words("panel.more"))
        self.lines.setVisible(bool(view.lines))
        self.nothing.say(view.nothing, view.nothing_sub)
        self.nothing.setVisible(not view.lines)
        if self.text.toPlainText() != view.text:
            self.text.setPlainText(view.text)
        self.text.setAccessibleName(view.title)
        self.text.setVisible(bool(view.text))
        self.print.setVisible(view.prints and bool(view.text))
        self._spread()

    def take_focus(self) -> None:
        """Have the keyboard in the field."""
        self.find.setFocus(Qt.FocusReason.PopupFocusReason)
        self.find.selectAll()

    def lay_out(self, width: float, height: float) -> None:
        """Take a size."""
        self._room = (width, height)
        self._spread()

    def set_look(self, look: Look) -> None:
        """Take the look, for Qt's own fields too."""
        super().set_look(look)
        self.find.setFont(look.font(17, fonts.MEDIUM))
        self.text.setFont(look.font(16))

    def stop(self) -> None:
        """Search no more."""
        self._typing.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave on Esc, go into the list by the arrow."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() == Qt.Key.Key_Down and self.find.hasFocus() and self._view.lines:
            self.lines.lines[0].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            super().keyPressEvent(event)

    def _search(self) -> None:
        self.searched.emit(self.find.text())

    def _enter(self) -> None:
        if self._typing.isActive():
            self._typing.stop()
            self._search()
        elif self._view.lines:
            self.chosen.emit(self._view.lines[0].key)

    def _spread(self) -> None:
        (width, height), view = self._room, self._view
        inner = width - 2 * PAD
        self.put(self.title, PAD, 12, inner - 160, 40)
        self.put(self.leave, PAD + inner - 150, 12, 150, 40)
        self.put(self.find, PAD, 62, inner, 44)
        body = height - 118 - 16
        listed = body if not view.text else min(44.0 * max(1, len(view.lines)), 132.0)
        self.put(self.lines, PAD - 8, 114, inner + 16, listed)
        self.lines.lay_out(inner + 16, listed)
        self.put(self.nothing, PAD, 114, inner, body)
        self.nothing.lay_out(inner, body)
        printing = 56.0 if view.prints else 0.0
        rest = body - listed - 8 - printing
        self.put(self.text, PAD, 122 + listed, inner, max(1.0, rest))
        self.put(self.print, PAD, height - 60, 180, 44)

