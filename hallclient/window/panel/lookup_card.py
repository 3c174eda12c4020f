"""Something to find in the middle of the panel: services of the guide, or cases."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent

from hallclient.ui import fonts
from hallclient.ui.look import Look
from hallclient.ui.paint import Box
from hallclient.ui.widgets.text import Card, Text
from hallclient.ui.words import Words
from hallclient.window.ledger.parts import Act, line_edit
from hallclient.window.panel.lists import Lines
from hallclient.window.panel.parts import Nothing
from hallclient.window.panel.rest_card import reading
from hallclient.window.panel.view import LookupView

PAD = 20
FIND_MS = 200


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
        self.wanted = self.put(line_edit("", 40), 0, 0, 9, 9)
        self.lines = self.put(Lines(172), 0, 0, 9, 9)
        self.text = self.put(reading(), 0, 0, 9, 9)
        self.print = self.put(Act(icon="printer"), 0, 0, 9, 9)
        self.nothing = self.put(Nothing("search"), 0, 0, 9, 9)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(FIND_MS)
        self._typing.timeout.connect(self._search)
        self.wanted.textEdited.connect(lambda _text: self._typing.start())
        self.wanted.returnPressed.connect(self._enter)
        self.lines.chosen.connect(self.chosen)
        self.print.clicked.connect(self.print_asked)
        self.leave.clicked.connect(self.left)

    def show_view(self, view: LookupView) -> None:
        """Show what was found."""
        words = self._words
        if view.title != self._view.title or view.forgets:
            self.wanted.clear()
        self._view = view
        self.title.setText(view.title)
        self.wanted.setPlaceholderText(view.hint)
        self.wanted.setAccessibleName(view.hint)
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
        self.wanted.setFocus(Qt.FocusReason.PopupFocusReason)
        self.wanted.selectAll()

    def lay_out(self, width: float, height: float) -> None:
        """Take a size."""
        self._room = (width, height)
        self._spread()

    def set_look(self, look: Look) -> None:
        """Take the look, for Qt's own fields too."""
        super().set_look(look)
        self.wanted.setFont(look.font(17, fonts.MEDIUM))
        self.text.setFont(look.font(16))

    def stop(self) -> None:
        """Search no more."""
        self._typing.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave on Esc, go into the list by the arrow."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() == Qt.Key.Key_Down and self.wanted.hasFocus() and self._view.lines:
            self.lines.lines[0].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            super().keyPressEvent(event)

    def _search(self) -> None:
        self.searched.emit(self.wanted.text())

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
        self.put(self.wanted, PAD, 62, inner, 44)
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
