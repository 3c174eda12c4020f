"""What a move asks for: the office of a trip, the result that came back, a signature, a reason."""

from PySide6.QtCore import Signal

from hallclient.domain.errand import LONGEST_OFFICE, LONGEST_RESULT
from hallclient.ui import fonts
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.text import Card, Text
from hallclient.ui.words import Words
from hallclient.window.ledger.parts import ROW, Act, ChoiceLine, Field
from hallclient.window.ledger.view import Form, LedgerView, listed_words

PAD = 16
RESULTS = ("certificate", "done", "supplement", "refused")
REASONS = ("withdrawn", "mistaken")
_MOST = 5


class MoveForm(Card):
    """One question with ready answers above the line to type in; Enter does it, Esc leaves."""

    confirmed = Signal(str)
    left = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._size = (400.0, 400.0)
        self._form = Form.NONE
        self._offered: tuple[str, ...] = ()
        self.title = self.put(Text("", (20, 18, 17), weight=fonts.BOLD, lines=2), 0, 0, 9, 9)
        self.about = self.put(Text("", (16, 15, 14), colour="ink2", lines=3), 0, 0, 9, 9)
        self.choices = [self.put(ChoiceLine(), 0, 0, 9, 9) for _ in range(_MOST)]
        for choice in self.choices:
            choice.clicked.connect(self._choose)
        self.field = self.put(Field("", longest=LONGEST_RESULT), 0, 0, 9, 9)
        self.enter = self.put(Act(icon="check", cap="Enter"), 0, 0, 9, 9)
        self.leave = self.put(Act(cap="Esc"), 0, 0, 9, 9)
        self.field.entered.connect(self.confirm)
        self.field.line.textChanged.connect(self._mark)
        self.enter.clicked.connect(self.confirm)
        self.leave.clicked.connect(self.left)

    def lay_out(self, width: float, height: float) -> None:
        """Take a size."""
        self._size = (width, height)
        self._place()

    def open(self, view: LedgerView, offices: tuple[str, ...]) -> None:
        """Ask what a form asks; the first answer is there already."""
        words, form = self._words, view.form
        self._form = form
        keys = {Form.RETURN: RESULTS, Form.CANCEL: REASONS}.get(form, ())
        self._offered = tuple(words(f"ledger.result.{key}") for key in keys)
        if form is Form.CARRY:
            self._offered = offices[:_MOST]
        self.field.caption.setText(words(f"ledger.form.{form}_field") if self._asks else "")
        self.field.line.setAccessibleName(self.field.caption.text())
        self.field.line.setMaxLength(LONGEST_OFFICE if form is Form.CARRY else LONGEST_RESULT)
        self.field.line.setText(self._offered[0] if self._offered and form is Form.CARRY else "")
        self.enter.set_words(words(f"ledger.form.{form}_enter"))
        self.leave.set_words(words("ledger.form.leave"))
        self.show_view(view)
        self._place()
        (self.field.line if self._asks else self.enter).setFocus()
        self.field.line.selectAll()

    def show_view(self, view: LedgerView) -> None:
        """Show what it is about."""
        words = self._words
        many = len(view.carrying)
        title = words(f"ledger.form.{self._form}", n=many)
        self.title.setText(title)
        self.setAccessibleName(title)
        rows = view.carrying if self._form is Form.CARRY else ()
        about = listed_words((row.number for row in rows), words)
        if not rows and view.detail is not None:
            whose = view.detail.lines[0][1]
            about = f"{view.detail.number}  {whose}\n{view.detail.service}"
            if self._form is Form.SIGN:
                about = f"{about}\n{words('ledger.form.sign_note')}"
        self.about.setText(about)
        self.enter.set_face(Face.SOLID)

    def confirm(self) -> None:
        """Do it, or go to the line that is still empty."""
        text = self.field.text().strip()
        if self._asks and not text:
            self.field.line.setFocus()
        else:
            self.confirmed.emit(text)

    @property
    def _asks(self) -> bool:
        return self._form is not Form.SIGN

    def _place(self) -> None:
        width, height = self._size
        room = width - 2 * PAD
        self.put(self.title, PAD, 14, room, 34)
        self.put(self.about, PAD, 50, room, 64)
        y = 120.0
        fits = max(0, int((height - y - 68 - 78) // ROW))
        for index, choice in enumerate(self.choices):
            there = index < min(len(self._offered), fits)
            choice.setVisible(there)
            if there:
                self.put(choice, PAD, y, room, ROW)
                y += ROW
        self.put(self.field, PAD, y + 6, room, Field.HEIGHT)
        self.field.lay_out(room)
        self.field.setVisible(self._asks)
        self.put(self.leave, PAD, height - 62, 116, 48)
        self.put(self.enter, PAD + 124, height - 62, room - 124, 48)
        self._mark()

    def _mark(self) -> None:
        text = self.field.text().strip()
        for choice, words in zip(self.choices, self._offered, strict=False):
            choice.set_words(words, chosen=words == text)

    def _choose(self) -> None:
        choice = self.sender()
        if isinstance(choice, ChoiceLine):
            self.field.line.setText(choice.text())
            self.field.line.setFocus()
